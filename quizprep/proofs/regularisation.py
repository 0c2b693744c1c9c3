"""Proofs for the chapter regularisation."""

from __future__ import annotations

import itertools

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

STRENGTH_ALIASES = ["λ", "lam"]

# --- penalties on the weights ---------------------------------------------------------------------------


@proof(
    "l2-penalty",
    title=("L2 penalty", "L2 규제"),
    statement=(
        "L2 regularisation adds α/2·‖w‖² to the loss; its gradient αw pulls every weight towards 0 in proportion to its size.",
        "L2 규제는 손실에 α/2·‖w‖²을 더한다. 그 기울기 αw는 각 가중치를 크기에 비례해 0 쪽으로 당긴다.",
    ),
    symbols={
        "loss": symbol("nonnegative", "loss without the penalty", "규제 없는 손실", ["L"]),
        "w": symbol("vector[d]", "weights", "가중치", ["W", "theta"]),
        "alpha": symbol("positive", "strength of the penalty", "규제의 세기", STRENGTH_ALIASES),
    },
    steps={
        "penalty": step("alpha / 2 * sum(w^2)"),
        "gradient": step("alpha * w"),
        "total": step("loss + penalty", aliases=["total_cost", "cost"]),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 7.1.1",
    mistakes=[
        mistake(
            "absolute-values",
            "loss + alpha * sum(abs(w))",
            "Those are absolute values, the L1 penalty; L2 squares the weights.",
            "그것은 절댓값을 쓰는 L1 규제입니다. L2는 가중치를 제곱합니다.",
        ),
        mistake(
            "norm-not-squared",
            "loss + alpha / 2 * norm(w)",
            "The norm has to be squared.",
            "노름을 제곱해야 합니다.",
        ),
        mistake(
            "subtracted",
            "loss - penalty",
            "The penalty is added: subtracted, it would reward large weights.",
            "규제 항은 더해야 합니다. 빼면 가중치가 커질수록 유리해집니다.",
        ),
        mistake(
            "sum-then-square",
            "loss + alpha / 2 * sum(w)^2",
            "Square each weight, then add; weights of opposite sign must not cancel.",
            "가중치를 하나씩 제곱한 뒤 더합니다. 부호가 다른 가중치가 상쇄되면 안 됩니다.",
        ),
        mistake(
            "penalty-with-absolute-values",
            "alpha * sum(abs(w))",
            "Those are absolute values, the L1 penalty; L2 squares the weights.",
            "그것은 절댓값을 쓰는 L1 규제입니다. L2는 가중치를 제곱합니다.",
            of="penalty",
        ),
        mistake(
            "penalty-norm-not-squared",
            "alpha / 2 * norm(w)",
            "The norm has to be squared.",
            "노름을 제곱해야 합니다.",
            of="penalty",
        ),
        mistake(
            "penalty-of-the-sum",
            "alpha / 2 * sum(w)^2",
            "Square each weight, then add; weights of opposite sign must not cancel.",
            "가중치를 하나씩 제곱한 뒤 더합니다. 부호가 다른 가중치가 상쇄되면 안 됩니다.",
            of="penalty",
        ),
        mistake(
            "gradient-of-l1",
            "alpha * sign(w)",
            "That is the gradient of L1: the same pull for every weight.",
            "그것은 L1의 기울기로, 모든 가중치를 같은 힘으로 당깁니다.",
            of="gradient",
        ),
        mistake(
            "two-kept",
            "2 * alpha * w",
            "The 1/2 in front of the penalty cancels the 2 from the square.",
            "제곱을 미분해 나오는 2는 규제 항의 1/2과 약분됩니다.",
            of="gradient",
        ),
    ],
)
def l2_penalty(loss, w, alpha):
    penalty = alpha / 2 * (w * w).sum()
    return {"penalty": penalty, "gradient": alpha * w, "total": loss + penalty}


@l2_penalty.oracle("autograd", "autograd of torch's vector norm", "torch 벡터 노름의 자동 미분")
def _(loss, w, alpha):
    weights = w.clone().requires_grad_()
    penalty = torch.linalg.vector_norm(weights).square() * alpha / 2
    (gradient,) = torch.autograd.grad(penalty, weights)
    return {"penalty": penalty.detach(), "gradient": gradient, "total": (loss + penalty).detach()}


@proof(
    "weight-decay-step",
    title=("A gradient step with weight decay", "가중치 감쇠가 있는 경사하강법 스텝"),
    statement=(
        "With an L2 penalty each step of gradient descent first shrinks the weight by the factor 1 − ηα.",
        "L2 규제를 쓰면 경사하강법의 매 스텝에서 가중치가 1 − ηα배로 줄어든다.",
    ),
    symbols={
        "w": symbol("real", "weight before the step", "갱신 전 가중치", ["W", "W_t", "w_t"]),
        "g": symbol("real", "gradient of the loss without penalty", "규제 없는 손실의 기울기", ["G", "g_t"]),
        "eta": symbol("positive", "learning rate", "학습률", ["lr", "r"]),
        "alpha": symbol("positive", "strength of the penalty", "규제의 세기", STRENGTH_ALIASES),
    },
    steps={
        "decay": step("1 - eta * alpha"),
        "w_next": step("decay * w - eta * g", aliases=["W_{t+1}", "w_{t+1}"]),
    },
    source="Krogh & Hertz (1991), A simple weight decay can improve generalization; torch.optim.SGD(weight_decay)",
    mistakes=[
        mistake(
            "no-decay",
            "w - eta * g",
            "That is the step without a penalty.",
            "그것은 규제가 없는 스텝입니다.",
        ),
        mistake(
            "growing",
            "(1 + eta * alpha) * w - eta * g",
            "The sign is wrong: the penalty shrinks the weight.",
            "부호가 틀렸습니다. 규제는 가중치를 줄입니다.",
        ),
        mistake(
            "decay-without-rate",
            "(1 - alpha) * w - eta * g",
            "The gradient of the penalty is scaled by the learning rate too.",
            "규제 항의 기울기에도 학습률을 곱합니다.",
        ),
        mistake(
            "constant-pull",
            "w - eta * g - eta * alpha * sign(w)",
            "That is the pull of L1, which does not depend on the size of the weight.",
            "그것은 L1의 당김으로, 가중치의 크기와 무관합니다.",
        ),
    ],
)
def weight_decay_step(w, g, eta, alpha):
    decay = 1 - eta * alpha
    return {"decay": decay, "w_next": decay * w - eta * g}


@weight_decay_step.oracle("operator", "torch.optim.SGD(weight_decay=α)")
def _(w, g, eta, alpha):
    from torch.optim.sgd import sgd

    parameters = [w.clone()]
    sgd(
        parameters,
        [g],
        [None],
        foreach=False,
        weight_decay=alpha.item(),
        momentum=0,
        lr=eta.item(),
        dampening=0,
        nesterov=False,
        maximize=False,
    )
    return parameters[0]


@proof(
    "lasso-soft-threshold",
    title=("What L1 and L2 do to one weight", "L1과 L2가 가중치 하나에 하는 일"),
    statement=(
        "Where the data alone want the weight a, L2 shrinks it to a/(1 + α), L1 to sign(a)·max(|a| − α, 0), which may be exactly 0.",
        "데이터만 보면 가중치가 a일 때, L2는 a/(1 + α)로 줄이고 L1은 sign(a)·max(|a| − α, 0)으로 줄여 정확히 0이 되기도 한다.",
    ),
    symbols={
        "a": symbol("real", "weight without a penalty", "규제 없는 가중치"),
        "alpha": symbol("positive", "strength of the penalty", "규제의 세기", STRENGTH_ALIASES),
    },
    steps={
        "ridge": step("a / (1 + alpha)"),
        "lasso": step("sign(a) * max(|a| - alpha, 0)"),
    },
    source="Tibshirani (1996), Regression shrinkage and selection via the lasso, sec. 2.2",
    mistakes=[
        mistake(
            "shrunk-like-ridge",
            "a / (1 + alpha)",
            "That is L2: it divides and never reaches 0. L1 subtracts the same amount from every weight.",
            "그것은 L2로, 나누기만 하므로 0이 되지 않습니다. L1은 모든 가중치에서 같은 양을 뺍니다.",
        ),
        mistake(
            "not-stopped-at-zero",
            "sign(a) * (|a| - alpha)",
            "The weight is not pulled past 0: a small one becomes exactly 0.",
            "가중치는 0을 지나치지 않습니다. 작은 가중치는 정확히 0이 됩니다.",
        ),
        mistake(
            "hard-threshold",
            "a if |a| > alpha else 0",
            "Large weights are shrunk too, by α.",
            "큰 가중치도 α만큼 줄어듭니다.",
        ),
        mistake(
            "sign-lost",
            "max(|a| - alpha, 0)",
            "The weight keeps its sign.",
            "가중치의 부호는 유지됩니다.",
        ),
        mistake(
            "ridge-subtracts",
            "a - alpha",
            "L2 shrinks in proportion; subtracting a fixed amount is what L1 does.",
            "L2는 비율로 줄입니다. 일정한 양을 빼는 것은 L1입니다.",
            of="ridge",
        ),
    ],
)
def lasso_soft_threshold(a, alpha):
    return {"ridge": a / (1 + alpha), "lasso": torch.sign(a) * torch.clamp(a.abs() - alpha, min=0)}


@lasso_soft_threshold.oracle(
    "operator",
    "torch.nn.functional.softshrink; least squares with a row √α",
    "torch.nn.functional.softshrink, √α 행을 더한 최소 제곱",
)
def _(a, alpha):
    rows = torch.stack([torch.ones(()), torch.sqrt(alpha)]).unsqueeze(1)
    ridge = torch.linalg.lstsq(rows, torch.stack([a, torch.zeros(())]).unsqueeze(1)).solution[0, 0]
    return {"lasso": torch.nn.functional.softshrink(a, alpha.item()), "ridge": ridge}


@lasso_soft_threshold.oracle(
    "brute-force",
    "smallest value of ½(w − a)² + α|w| on a grid",
    "격자에서 ½(w − a)² + α|w|가 가장 작은 점",
    tolerance=1e-4,
    samples=16,
)
def _(a, alpha):
    grid = torch.linspace(-1, 1, 40001) * a.abs()  # holds 0; the spacing is |a|/20000
    return grid[((grid - a) ** 2 / 2 + alpha * grid.abs()).argmin()]


@proof(
    "lasso-and-ridge-sparsity",
    title=("Which penalty gives zeros?", "어느 규제가 0을 만드는가?"),
    statement=(
        "Of 20 features only 2 matter: lasso sets most other weights to exactly 0, ridge none.",
        "특성 20개 중 2개만 유효할 때, 라쏘는 나머지 가중치 대부분을 정확히 0으로 만들지만 릿지는 하나도 0으로 만들지 않는다.",
    ),
    symbols={},
    steps={
        "lasso_zeros": step(en="lasso weights that are exactly 0", ko="라쏘에서 정확히 0인 가중치 수"),
        "ridge_zeros": step(en="ridge weights that are exactly 0", ko="릿지에서 정확히 0인 가중치 수"),
        "relevant_kept": step(en="relevant weights that lasso keeps", ko="라쏘가 남긴 유효한 가중치 수"),
        "ridge_shrinkage": step(
            en="norm of the ridge weights over that of least squares", ko="(릿지 / 최소 제곱) 가중치 노름의 비"
        ),
    },
    source="Tibshirani (1996), Regression shrinkage and selection via the lasso",
    claims=[
        claim("lasso_zeros >= 9", "lasso zeroes most irrelevant weights", "라쏘는 무관한 가중치 대부분을 0으로 만든다"),
        claim("ridge_zeros = 0", "ridge zeroes none", "릿지는 하나도 0으로 만들지 않는다"),
        claim("relevant_kept = 2", "lasso keeps the relevant ones", "라쏘는 유효한 것을 남긴다"),
        claim("ridge_shrinkage < 1", "ridge shrinks all together", "릿지는 전체를 줄인다"),
    ],
    mistakes=[
        mistake(
            "ridge-selects-features",
            "ridge_zeros > 0",
            "Ridge makes weights small but not exactly 0: it selects no features.",
            "릿지는 가중치를 작게 할 뿐 정확히 0으로 만들지 않으므로 특성을 고르지 못합니다.",
        ),
    ],
)
def lasso_and_ridge_sparsity(random):
    features = random.normal(100, 20)
    truth = torch.zeros(20)
    truth[:2] = torch.tensor([3.0, -2.0])
    target = features @ truth + random.normal(100)
    gram, moment = features.T @ features / 100, features.T @ target / 100
    lasso = torch.zeros(20)
    for _ in range(200):  # proximal gradient steps (ISTA) on half the mean squared error + 0.2 |w|
        lasso = torch.nn.functional.softshrink(lasso - 0.4 * (gram @ lasso - moment), 0.4 * 0.2)
    ridge = torch.linalg.solve(gram + 0.2 * torch.eye(20), moment)
    return {
        "lasso_zeros": (lasso == 0).sum(),
        "ridge_zeros": (ridge == 0).sum(),
        "relevant_kept": (lasso[:2] != 0).sum(),
        "ridge_shrinkage": ridge.norm() / torch.linalg.solve(gram, moment).norm(),
    }


# --- stopping, dropping, softening ------------------------------------------------------------------------------


@proof(
    "early-stopping",
    title=("Early stopping", "조기 종료"),
    statement=(
        "The training error keeps falling while the validation error turns up: keep the weights of its lowest point.",
        "훈련 오차는 계속 줄지만 검증 오차는 다시 커진다. 검증 오차가 가장 낮았던 가중치를 남긴다.",
    ),
    symbols={},
    steps={
        "best_epoch": step(
            en="epoch with the lowest validation error, of 500", ko="500 에포크 중 검증 오차가 가장 낮은 에포크"
        ),
        "validation_best": step(en="validation error there", ko="그때의 검증 오차"),
        "validation_last": step(en="validation error after the last epoch", ko="마지막 에포크의 검증 오차"),
        "training_best": step(en="training error at the best epoch", ko="그때의 훈련 오차"),
        "training_last": step(en="training error after the last epoch", ko="마지막 에포크의 훈련 오차"),
        "gap_first": step(en="gap of the two errors after the first epoch", ko="첫 에포크 뒤 두 오차의 차이"),
        "gap_best": step(en="gap at the best epoch", ko="가장 좋은 에포크에서의 차이"),
    },
    source="Prechelt (1998), Early stopping - but when?; Goodfellow, Bengio & Courville (2016), sec. 7.8",
    claims=[
        claim(
            "validation_last > 1.1 * validation_best",
            "going on makes the validation error worse",
            "계속하면 검증 오차가 나빠진다",
        ),
        claim("training_last < 0.8 * training_best", "while the training error falls", "그동안 훈련 오차는 줄어든다"),
        claim("best_epoch < 250", "the best epoch is not the last", "가장 좋은 에포크는 마지막이 아니다"),
        claim(
            "gap_best > gap_first + 0.1", "the gap was smaller at the beginning", "두 오차의 차이는 처음에 더 작았다"
        ),
    ],
    mistakes=[
        mistake(
            "the-longer-the-better",
            "validation_last <= validation_best",
            "After the turning point more epochs fit the noise of the training data.",
            "전환점을 지나면 훈련 데이터의 잡음까지 학습합니다.",
        ),
        mistake(
            "smallest-gap",
            "gap_best <= gap_first",
            "The gap is smallest before anything is learnt; it is the validation error that has to be smallest.",
            "두 오차의 차이는 아무것도 배우지 않았을 때 가장 작습니다. 가장 작아야 하는 것은 검증 오차입니다.",
        ),
    ],
)
def early_stopping(random):
    truth = torch.nn.functional.normalize(random.normal(40), dim=0) * 2

    def sample(size):
        features = random.normal(size, 40)
        return features, features @ truth + 2 * random.normal(size)

    (features, target), (held_out, held_out_target) = sample(40), sample(400)
    weights, path = torch.zeros(40), []
    for _ in range(500):
        weights = weights - 0.05 * features.T @ (features @ weights - target) / 40
        path.append(weights)
    epochs = torch.stack(path, 1)  # a column an epoch
    training = ((features @ epochs - target.unsqueeze(1)) ** 2).mean(0)
    validation = ((held_out @ epochs - held_out_target.unsqueeze(1)) ** 2).mean(0)
    best = validation.argmin()
    return {
        "best_epoch": best + 1,
        "validation_best": validation[best],
        "validation_last": validation[-1],
        "training_best": training[best],
        "training_last": training[-1],
        "gap_first": (validation - training)[0],
        "gap_best": (validation - training)[best],
    }


@proof(
    "dropout-expectation",
    title=("Dropout and its scaling", "드롭아웃과 보정"),
    statement=(
        "In training an activation is dropped with probability p and otherwise divided by 1 − p, so that its mean stays the same.",
        "훈련 때 활성값은 확률 p로 0이 되고 나머지는 1 − p로 나누므로 평균이 유지된다.",
    ),
    symbols={
        "x": symbol("real", "activation", "활성값", ["a", "h"]),
        "p": symbol("open-probability", "probability of being dropped", "0이 될 확률"),
    },
    steps={
        "survivor": step("x / (1 - p)"),
        "variance": step("p / (1 - p) * x^2"),
        "mean": step("p * 0 + (1 - p) * survivor"),
    },
    source="Srivastava et al. (2014), Dropout: a simple way to prevent neural networks from overfitting, JMLR 15; torch.nn.Dropout",
    mistakes=[
        mistake(
            "not-rescaled",
            "(1 - p) * x",
            "Without dividing by 1 − p the mean would shrink, and evaluation would see larger values than training.",
            "1 − p로 나누지 않으면 평균이 줄어, 평가 때 훈련 때보다 큰 값을 보게 됩니다.",
        ),
        mistake(
            "probability-of-keeping",
            "p * x / (1 - p)",
            "p is the probability of dropping: the activation survives with 1 − p.",
            "p는 0이 될 확률입니다. 살아남을 확률은 1 − p입니다.",
        ),
        mistake(
            "only-the-survivor",
            "x / (1 - p)",
            "That is the value of a survivor; the dropped ones count as 0 in the mean.",
            "그것은 살아남은 값입니다. 평균에는 0이 된 경우도 들어갑니다.",
        ),
        mistake(
            "survivor-unchanged",
            "x",
            "Survivors are divided by 1 − p in training (inverted dropout).",
            "훈련 때 살아남은 값은 1 − p로 나눕니다(역 드롭아웃).",
            of="survivor",
        ),
        mistake(
            "divided-by-p",
            "x / p",
            "Divide by the probability of surviving, 1 − p.",
            "살아남을 확률 1 − p로 나눠야 합니다.",
            of="survivor",
        ),
        mistake(
            "multiplied",
            "x * (1 - p)",
            "Survivors grow in training; multiplying by 1 − p at evaluation is the older variant.",
            "훈련 때 살아남은 값은 커집니다. 1 − p를 곱하는 것은 평가 때 보정하던 옛 방식입니다.",
            of="survivor",
        ),
    ],
)
def dropout_expectation(x, p):
    survivor = x / (1 - p)
    mean = p * 0 + (1 - p) * survivor
    return {"survivor": survivor, "variance": p * (0 - mean) ** 2 + (1 - p) * (survivor - mean) ** 2, "mean": mean}


@dropout_expectation.oracle(
    "simulation",
    "torch.nn.functional.dropout on 400,000 copies",
    "사본 40만 개에 torch.nn.functional.dropout",
    tolerance=0.02,
    samples=4,
)
def _(x, p):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        dropped = torch.nn.functional.dropout(torch.ones(400_000, device="cpu"), p.item(), training=True).to(x.device)
    return {"survivor": x * dropped.max(), "mean": x * dropped.mean()}


@dropout_expectation.oracle(
    "operator", "torch.distributions.Bernoulli, scaled", "torch.distributions.Bernoulli의 상수배"
)
def _(x, p):
    kept = torch.distributions.Bernoulli(probs=1 - p)
    scale = x / kept.mean
    return {"mean": scale * kept.mean, "variance": scale**2 * kept.variance}


@proof(
    "dropout-as-ridge",
    title=("Dropout as an adaptive L2 penalty", "적응적 L2 규제로 본 드롭아웃"),
    statement=(
        "For a linear model the expected squared error under dropout is the plain one plus p/(1 − p) Σ (wⱼxⱼ)².",
        "선형 모델에서 드롭아웃을 적용한 제곱 오차의 기댓값은 보통의 제곱 오차에 p/(1 − p) Σ (wⱼxⱼ)²을 더한 것이다.",
    ),
    symbols={
        "w": symbol("vector[d]", "weights", "가중치"),
        "x": symbol("vector[d]", "input", "입력"),
        "y": symbol("real", "target", "목푯값"),
        "p": symbol("probability in 0..0.9", "probability of dropping an input", "입력이 0이 될 확률"),
    },
    steps={
        "plain": step("(y - dot(w, x))^2"),
        "penalty": step("p / (1 - p) * sum((w * x)^2)"),
        "expected": step("plain + penalty"),
    },
    source="Wager, Wang & Liang (2013), Dropout training as adaptive regularization, NeurIPS",
    mistakes=[
        mistake(
            "no-penalty",
            "(y - dot(w, x))^2",
            "The mean prediction is unchanged, but its variance adds to the squared error.",
            "예측의 평균은 그대로이지만 분산이 제곱 오차에 더해집니다.",
        ),
        mistake(
            "fixed-ridge",
            "plain + p / (1 - p) * sum(w^2)",
            "Each weight is penalised with the size of its input: the penalty is adaptive.",
            "가중치마다 입력의 크기만큼 벌이 달라집니다. 그래서 적응적 규제입니다.",
        ),
        mistake(
            "factor-p",
            "plain + p * sum((w * x)^2)",
            "Survivors are scaled up, so the variance has the factor p/(1 − p).",
            "살아남은 값이 커지므로 분산의 계수는 p/(1 − p)입니다.",
        ),
    ],
)
def dropout_as_ridge(w, x, y, p):
    plain = (y - w @ x) ** 2
    penalty = p / (1 - p) * ((w * x) ** 2).sum()
    return {"plain": plain, "penalty": penalty, "expected": plain + penalty}


@dropout_as_ridge.oracle("brute-force", "mean over every mask", "모든 마스크에 대한 평균", samples=24)
def _(w, x, y, p):
    expected = torch.zeros(())
    for kept in itertools.product((0.0, 1.0), repeat=len(w)):
        mask = torch.tensor(kept)
        probability = torch.prod(mask * (1 - p) + (1 - mask) * p)
        expected = expected + probability * (y - w @ (mask * x / (1 - p))) ** 2
    return expected


@proof(
    "label-smoothing",
    title=("Label smoothing", "레이블 스무딩"),
    statement=(
        "Label smoothing mixes the one-hot target with the uniform distribution: (1 − ε)·y + ε/K.",
        "레이블 스무딩은 원-핫 목표를 균등분포와 섞는다: (1 − ε)·y + ε/K.",
    ),
    symbols={
        "y": symbol("distribution[K]", "target, usually one-hot", "목표 (보통 원-핫)", ["t", "onehot", "q"]),
        "epsilon": symbol("probability", "strength of the smoothing", "스무딩의 세기", ["eps", "alpha"]),
    },
    steps={"smoothed": step("(1 - epsilon) * y + epsilon / K", aliases=["y_smooth", r"\tilde y"])},
    source="Szegedy et al. (2016), Rethinking the Inception architecture for computer vision, sec. 7 (arXiv 1512.00567)",
    claims=[claim("abs(sum(smoothed) - 1) < 1e-9", "the target stays a distribution", "여전히 분포이다")],
    mistakes=[
        mistake(
            "nothing-taken-away",
            "y + epsilon / K",
            "The true class has to give up ε, or the target sums to more than 1.",
            "정답 클래스에서 ε만큼 덜어 내야 합니다. 그러지 않으면 합이 1을 넘습니다.",
        ),
        mistake(
            "not-shared",
            "(1 - epsilon) * y + epsilon",
            "ε is shared by the K classes, not given to each.",
            "ε은 K개 클래스가 나누어 가집니다. 각각에 주는 것이 아닙니다.",
        ),
        mistake(
            "wrong-classes-only",
            "(1 - epsilon) * y + epsilon * (1 - y) / (K - 1)",
            "ε is spread over all K classes, the true one included.",
            "ε은 정답 클래스를 포함한 K개 클래스 모두에 나눕니다.",
        ),
        mistake(
            "weights-swapped",
            "epsilon * y + (1 - epsilon) / K",
            "The weights are swapped: the target keeps 1 − ε.",
            "가중치가 뒤바뀌었습니다. 목표 쪽에 1 − ε을 곱합니다.",
        ),
    ],
)
def label_smoothing(y, epsilon):
    return {"smoothed": (1 - epsilon) * y + epsilon / len(y)}


@label_smoothing.oracle(
    "autograd",
    "target behind torch's cross_entropy(label_smoothing=ε)",
    "torch cross_entropy(label_smoothing=ε)에 담긴 목표",
)
def _(y, epsilon):
    logits = torch.zeros(len(y), requires_grad=True)  # there the gradient is 1/K minus the target
    loss = torch.nn.functional.cross_entropy(logits, y, label_smoothing=epsilon.item())
    return 1 / len(y) - torch.autograd.grad(loss, logits)[0]


@proof(
    "mixup",
    title=("Mixup", "믹스업"),
    statement=(
        "Mixup blends two inputs and their targets with the same ratio; the loss is the same blend of the two losses.",
        "믹스업은 두 입력과 두 목표를 같은 비율로 섞는다. 손실도 두 손실을 같은 비율로 섞은 것이다.",
    ),
    symbols={
        "rho": symbol("probability", "share of the first sample", "첫째 샘플의 비율", ["λ", "lam"]),
        "x_1": symbol("vector[d]", "first input", "첫째 입력"),
        "x_2": symbol("vector[d]", "second input", "둘째 입력"),
        "y_1": symbol("distribution[K]", "first target", "첫째 목표"),
        "y_2": symbol("distribution[K]", "second target", "둘째 목표"),
    },
    steps={
        "input": step("rho * x_1 + (1 - rho) * x_2", aliases=[r"\tilde x"]),
        "target": step("rho * y_1 + (1 - rho) * y_2", aliases=[r"\tilde y"]),
    },
    source="Zhang et al. (2018), mixup: beyond empirical risk minimization (arXiv 1710.09412)",
    mistakes=[
        mistake(
            "hard-label",
            "y_1 if rho >= 1/2 else y_2",
            "The labels are mixed too, with the ratio of the inputs.",
            "레이블도 입력과 같은 비율로 섞습니다.",
        ),
        mistake(
            "half-and-half",
            "(y_1 + y_2) / 2",
            "The labels have the ratio of the inputs, not always half and half.",
            "레이블의 비율은 늘 절반이 아니라 입력의 비율과 같습니다.",
        ),
        mistake(
            "ratio-swapped",
            "(1 - rho) * y_1 + rho * y_2",
            "The ratio is swapped against that of the inputs.",
            "입력의 비율과 반대로 섞었습니다.",
        ),
    ],
)
def mixup(rho, x_1, x_2, y_1, y_2):
    return {"input": rho * x_1 + (1 - rho) * x_2, "target": rho * y_1 + (1 - rho) * y_2}


@mixup.oracle("operator", "torch.lerp")
def _(rho, x_1, x_2, y_1, y_2):
    return {"input": torch.lerp(x_2, x_1, rho), "target": torch.lerp(y_2, y_1, rho)}
