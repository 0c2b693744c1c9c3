"""Proofs for the chapter regularisation."""

from __future__ import annotations

import itertools

from quizprep.citations import BISHOP, DEEP_LEARNING
from quizprep.lazy import torch
from quizprep.picture import bars, curve
from quizprep.proofs import claim, mistake, proof, step, symbol

STRENGTH_ALIASES = ["λ", "lam"]

# --- penalties on the weights ---------------------------------------------------------------------------


@proof(
    "l2-penalty",
    title="L2 penalty",
    statement=(
        "L2 regularisation adds α/2·‖w‖² to the loss; its gradient αw pulls every weight towards 0 in "
        "proportion to its size."
    ),
    symbols={
        "loss": symbol("nonnegative", "loss without the penalty", ["L"]),
        "w": symbol("vector[d]", "weights", ["W", "theta"]),
        "alpha": symbol("positive", "strength of the penalty", STRENGTH_ALIASES),
    },
    steps={
        "penalty": step("alpha / 2 * sum(w^2)"),
        "gradient": step("alpha * w"),
        "total": step("loss + penalty", aliases=["total_cost", "cost"]),
    },
    source=f"{DEEP_LEARNING}, sec. 7.1.1",
    mistakes=[
        mistake(
            "absolute-values",
            "loss + alpha * sum(abs(w))",
            "Those are absolute values, the L1 penalty; L2 squares the weights.",
        ),
        mistake("norm-not-squared", "loss + alpha / 2 * norm(w)", "The norm has to be squared."),
        mistake("subtracted", "loss - penalty", "The penalty is added: subtracted, it would reward large weights."),
        mistake(
            "sum-then-square",
            "loss + alpha / 2 * sum(w)^2",
            "Square each weight, then add; weights of opposite sign must not cancel.",
        ),
        mistake(
            "penalty-with-absolute-values",
            "alpha * sum(abs(w))",
            "Those are absolute values, the L1 penalty; L2 squares the weights.",
            of="penalty",
        ),
        mistake("penalty-norm-not-squared", "alpha / 2 * norm(w)", "The norm has to be squared.", of="penalty"),
        mistake(
            "penalty-of-the-sum",
            "alpha / 2 * sum(w)^2",
            "Square each weight, then add; weights of opposite sign must not cancel.",
            of="penalty",
        ),
        mistake(
            "gradient-of-l1",
            "alpha * sign(w)",
            "That is the gradient of L1: the same pull for every weight.",
            of="gradient",
        ),
        mistake(
            "two-kept", "2 * alpha * w", "The 1/2 in front of the penalty cancels the 2 from the square.", of="gradient"
        ),
        mistake(
            "without-the-half",
            "loss + alpha * sum(w^2)",
            "Without the 1/2, as in ridge regression and in Keras: the same α pulls twice as hard.",
            variant=True,
        ),
        mistake(
            "penalty-without-the-half",
            "alpha * sum(w^2)",
            "Without the 1/2, as in ridge regression and in Keras: the same α pulls twice as hard.",
            of="penalty",
            variant=True,
        ),
    ],
)
def l2_penalty(loss, w, alpha):
    penalty = alpha / 2 * (w * w).sum()
    return {"penalty": penalty, "gradient": alpha * w, "total": loss + penalty}


@l2_penalty.oracle("autograd", "autograd of torch's vector norm")
def _(loss, w, alpha):
    weights = w.clone().requires_grad_()
    penalty = torch.linalg.vector_norm(weights).square() * alpha / 2
    (gradient,) = torch.autograd.grad(penalty, weights)
    return {"penalty": penalty.detach(), "gradient": gradient, "total": (loss + penalty).detach()}


@proof(
    "weight-decay-step",
    title="A gradient step with weight decay",
    statement="With an L2 penalty each step of gradient descent first shrinks the weight by the factor 1 − ηα.",
    symbols={
        "w": symbol("real", "weight before the step", ["W", "W_t", "w_t", "theta"]),
        "g": symbol("real", "gradient of the loss without penalty", ["G", "g_t"]),
        "eta": symbol("positive", "learning rate", ["lr", "r"]),
        "alpha": symbol("positive", "strength of the penalty", STRENGTH_ALIASES),
    },
    steps={
        "decay": step("1 - eta * alpha"),
        "penalised_gradient": step("g + alpha * w"),
        "w_next": step("decay * w - eta * g", aliases=["W_{t+1}", "w_{t+1}", "theta_{t+1}"]),
    },
    source="Krogh & Hertz (1991), A simple weight decay can improve generalization; torch.optim.SGD(weight_decay)",
    mistakes=[
        mistake("no-decay", "w - eta * g", "That is the step without a penalty."),
        mistake("growing", "(1 + eta * alpha) * w - eta * g", "The sign is wrong: the penalty shrinks the weight."),
        mistake(
            "decay-without-rate",
            "(1 - alpha) * w - eta * g",
            (
                "The decay is not scaled by the learning rate, as in Loshchilov & Hutter (2019); the "
                "gradient of an L2 penalty is."
            ),
            variant=True,
        ),
        mistake(
            "constant-pull",
            "w - eta * g - eta * alpha * sign(w)",
            "That is the pull of L1, which does not depend on the size of the weight.",
        ),
    ],
)
def weight_decay_step(w, g, eta, alpha):
    decay = 1 - eta * alpha
    return {"decay": decay, "penalised_gradient": g + alpha * w, "w_next": decay * w - eta * g}


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
    title="What L1 and L2 do to one weight",
    statement=(
        "Where the data alone want the weight a, L2 shrinks it to a/(1 + α), L1 to sign(a)·max(|a| − α, "
        "0), which may be exactly 0."
    ),
    symbols={
        "a": symbol("real", "weight without a penalty"),
        "alpha": symbol("positive", "strength of the penalty", STRENGTH_ALIASES),
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
        ),
        mistake(
            "not-stopped-at-zero",
            "sign(a) * (|a| - alpha)",
            "The weight is not pulled past 0: a small one becomes exactly 0.",
        ),
        mistake("hard-threshold", "a if |a| > alpha else 0", "Large weights are shrunk too, by α."),
        mistake("sign-lost", "max(|a| - alpha, 0)", "The weight keeps its sign."),
        mistake(
            "ridge-subtracts",
            "a - alpha",
            "L2 shrinks in proportion; subtracting a fixed amount is what L1 does.",
            of="ridge",
        ),
    ],
    picture=curve("a", -3, 3, "ridge", "lasso"),
)
def lasso_soft_threshold(a, alpha):
    return {"ridge": a / (1 + alpha), "lasso": torch.sign(a) * torch.clamp(a.abs() - alpha, min=0)}


@lasso_soft_threshold.oracle("operator", "torch.nn.functional.softshrink; least squares with a row √α")
def _(a, alpha):
    rows = torch.stack([torch.ones(()), torch.sqrt(alpha)]).unsqueeze(1)
    ridge = torch.linalg.lstsq(rows, torch.stack([a, torch.zeros(())]).unsqueeze(1)).solution[0, 0]
    return {"lasso": torch.nn.functional.softshrink(a, alpha.item()), "ridge": ridge}


@lasso_soft_threshold.oracle("brute-force", "smallest value of ½(w − a)² + α|w| on a grid", tolerance=1e-4, samples=16)
def _(a, alpha):
    grid = torch.linspace(-1, 1, 40001) * a.abs()  # holds 0; the spacing is |a|/20000
    return grid[((grid - a) ** 2 / 2 + alpha * grid.abs()).argmin()]


@proof(
    "lasso-and-ridge-sparsity",
    title="Which penalty gives zeros?",
    statement="Of 20 features only 2 matter: lasso sets most other weights to exactly 0, ridge none.",
    symbols={},
    steps={
        "lasso_zeros": step(note="lasso weights that are exactly 0", within=(13.5, 19.5)),
        "ridge_zeros": step(note="ridge weights that are exactly 0"),
        "relevant_kept": step(note="relevant weights that lasso keeps", within=(2, 2)),
        "ridge_shrinkage": step(note="norm of the ridge weights over that of least squares", within=(0.68, 0.93)),
    },
    source="Tibshirani (1996), Regression shrinkage and selection via the lasso",
    claims=[
        claim("lasso_zeros >= 9", "lasso zeroes most irrelevant weights"),
        claim("ridge_zeros = 0", "ridge zeroes none"),
        claim("relevant_kept = 2", "lasso keeps the relevant ones"),
        claim("ridge_shrinkage < 1", "ridge shrinks all together"),
    ],
    mistakes=[
        mistake(
            "ridge-selects-features",
            "ridge_zeros > 0",
            "Ridge makes weights small but not exactly 0: it selects no features.",
        ),
    ],
)
def lasso_and_ridge_sparsity(random):
    features = random.normal(100, 20)
    truth = torch.zeros(20)
    truth[:2] = torch.tensor([3.0, -2.0])
    target = features @ truth + random.normal(100)  # free: any noise that the two weights stand out of
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
    title="Early stopping",
    statement=(
        "The training error keeps falling while the validation error turns up: keep the weights of its lowest point."
    ),
    symbols={},
    steps={
        "best_epoch": step(note="epoch with the lowest validation error, of 500", within=(1.9, 85)),
        "validation_best": step(note="validation error there", within=(3.9, 8.9)),
        "validation_last": step(note="validation error after the last epoch", within=(5.8, 43)),
        "training_best": step(note="training error at the best epoch", within=(0.32, 11)),
        "training_last": step(note="training error after the last epoch", within=(0, 1.4)),
        "gap_first": step(note="gap of the two errors after the first epoch", within=(-8, 9)),
        "gap_best": step(note="gap at the best epoch", within=(1.1, 11)),
    },
    source="Prechelt (1998), Early stopping - but when?; Goodfellow, Bengio & Courville (2016), sec. 7.8",
    claims=[
        claim("validation_last > 1.1 * validation_best", "going on makes the validation error worse"),
        claim("training_last < 0.8 * training_best", "while the training error falls"),
        claim("best_epoch < 250", "the best epoch is not the last"),
        claim("gap_best > gap_first + 0.5", "the gap was smaller at the beginning"),
    ],
    mistakes=[
        mistake(
            "the-longer-the-better",
            "validation_last <= validation_best",
            "After the turning point more epochs fit the noise of the training data.",
        ),
        mistake(
            "smallest-gap",
            "gap_best <= gap_first",
            "The gap is smallest before anything is learnt; it is the validation error that has to be smallest.",
        ),
    ],
)
def early_stopping(random):
    truth = torch.nn.functional.normalize(random.normal(40), dim=0) * 2  # free: any direction

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
        "best_epoch": best + 1,  # free: counted from 1
        "validation_best": validation[best],
        "validation_last": validation[-1],
        "training_best": training[best],
        "training_last": training[-1],
        "gap_first": (validation - training)[0],
        "gap_best": (validation - training)[best],
    }


@proof(
    "dropout-expectation",
    title="Dropout and its scaling",
    statement=(
        "In training an activation is dropped with probability p and otherwise divided by 1 − p, "
        "so that its mean stays the same."
    ),
    symbols={
        "x": symbol("real", "activation", ["a", "h"]),
        "p": symbol("open-probability", "probability of being dropped"),
    },
    steps={
        "survivor": step("x / (1 - p)"),
        "variance": step("p / (1 - p) * x^2"),
        "mean": step("p * 0 + (1 - p) * survivor"),
    },
    source=(
        "Srivastava et al. (2014), Dropout: a simple way to prevent neural networks from overfitting, "
        "JMLR 15; torch.nn.Dropout"
    ),
    mistakes=[
        mistake(
            "not-rescaled",
            "(1 - p) * x",
            "Without dividing by 1 − p the mean would shrink, and evaluation would see larger values than training.",
        ),
        mistake(
            "probability-of-keeping",
            "p * x / (1 - p)",
            "p is the probability of dropping: the activation survives with 1 − p.",
        ),
        mistake(
            "only-the-survivor",
            "x / (1 - p)",
            "That is the value of a survivor; the dropped ones count as 0 in the mean.",
        ),
        mistake(
            "survivor-unchanged", "x", "Survivors are divided by 1 − p in training (inverted dropout).", of="survivor"
        ),
        mistake("divided-by-p", "x / p", "Divide by the probability of surviving, 1 − p.", of="survivor"),
        mistake(
            "multiplied",
            "x * (1 - p)",
            "Survivors grow in training; multiplying by 1 − p at evaluation is the older variant.",
            of="survivor",
        ),
    ],
    picture=curve("p", 0.05, 0.9, "mean", "variance"),
)
def dropout_expectation(x, p):
    survivor = x / (1 - p)
    mean = p * 0 + (1 - p) * survivor
    return {"survivor": survivor, "variance": p * (0 - mean) ** 2 + (1 - p) * (survivor - mean) ** 2, "mean": mean}


@dropout_expectation.oracle("simulation", "torch.nn.functional.dropout on 400,000 copies", tolerance=0.02, samples=4)
def _(x, p):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        dropped = torch.nn.functional.dropout(torch.ones(400_000, device="cpu"), p.item(), training=True).to(x.device)
    return {"survivor": x * dropped.max(), "mean": x * dropped.mean()}


@dropout_expectation.oracle("operator", "torch.distributions.Bernoulli, scaled")
def _(x, p):
    kept = torch.distributions.Bernoulli(probs=1 - p)
    scale = x / kept.mean
    return {"mean": scale * kept.mean, "variance": scale**2 * kept.variance}


@proof(
    "dropout-as-ridge",
    title="Dropout as an adaptive L2 penalty",
    statement="For a linear model the expected squared error under dropout is the plain one plus p/(1 − p) Σ (wⱼxⱼ)².",
    symbols={
        "w": symbol("vector[d]", "weights"),
        "x": symbol("vector[d]", "input"),
        "y": symbol("real", "target"),
        "p": symbol("probability in 0..0.9", "probability of dropping an input"),
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
        ),
        mistake(
            "fixed-ridge",
            "plain + p / (1 - p) * sum(w^2)",
            "Each weight is penalised with the size of its input: the penalty is adaptive.",
        ),
        mistake(
            "factor-p",
            "plain + p * sum((w * x)^2)",
            "Survivors are scaled up, so the variance has the factor p/(1 − p).",
        ),
    ],
)
def dropout_as_ridge(w, x, y, p):
    plain = (y - w @ x) ** 2
    penalty = p / (1 - p) * ((w * x) ** 2).sum()
    return {"plain": plain, "penalty": penalty, "expected": plain + penalty}


@dropout_as_ridge.oracle("brute-force", "mean over every mask", samples=24)
def _(w, x, y, p):
    expected = torch.zeros(())
    for kept in itertools.product((0.0, 1.0), repeat=len(w)):
        mask = torch.tensor(kept)
        probability = torch.prod(mask * (1 - p) + (1 - mask) * p)
        expected = expected + probability * (y - w @ (mask * x / (1 - p))) ** 2
    return expected


@proof(
    "label-smoothing",
    title="Label smoothing",
    statement="Label smoothing mixes the one-hot target with the uniform distribution: (1 − ε)·y + ε/K.",
    symbols={
        "y": symbol("distribution[K]", "target, usually one-hot", ["t", "onehot", "q"]),
        "epsilon": symbol("probability", "strength of the smoothing", ["eps", "alpha"]),
    },
    steps={"smoothed": step("(1 - epsilon) * y + epsilon / K", aliases=["y_smooth", r"\tilde y"])},
    source=(
        "Szegedy et al. (2016), Rethinking the Inception architecture for computer vision, sec. 7 (arXiv 1512.00567)"
    ),
    claims=[claim("abs(sum(smoothed) - 1) < 1e-9", "the target stays a distribution")],
    mistakes=[
        mistake(
            "nothing-taken-away",
            "y + epsilon / K",
            "The true class has to give up ε, or the target sums to more than 1.",
        ),
        mistake("not-shared", "(1 - epsilon) * y + epsilon", "ε is shared by the K classes, not given to each."),
        mistake(
            "wrong-classes-only",
            "(1 - epsilon) * y + epsilon * (1 - y) / (K - 1)",
            "ε is spread over all K classes, the true one included.",
        ),
        mistake(
            "weights-swapped", "epsilon * y + (1 - epsilon) / K", "The weights are swapped: the target keeps 1 − ε."
        ),
    ],
    picture=bars("y", "smoothed"),
)
def label_smoothing(y, epsilon):
    return {"smoothed": (1 - epsilon) * y + epsilon / len(y)}


@label_smoothing.oracle("autograd", "target behind torch's cross_entropy(label_smoothing=ε)")
def _(y, epsilon):
    logits = torch.zeros(len(y), requires_grad=True)  # there the gradient is 1/K minus the target
    loss = torch.nn.functional.cross_entropy(logits, y, label_smoothing=epsilon.item())
    return 1 / len(y) - torch.autograd.grad(loss, logits)[0]


@proof(
    "mixup",
    title="Mixup",
    statement=(
        "Mixup blends two inputs and their targets with the same ratio; the loss is the same blend of the two losses."
    ),
    symbols={
        "rho": symbol("probability", "share of the first sample", ["λ", "lam"]),
        "x_1": symbol("vector[d]", "first input"),
        "x_2": symbol("vector[d]", "second input"),
        "y_1": symbol("distribution[K]", "first target"),
        "y_2": symbol("distribution[K]", "second target"),
    },
    steps={
        "input": step("rho * x_1 + (1 - rho) * x_2", aliases=[r"\tilde x"]),
        "target": step("rho * y_1 + (1 - rho) * y_2", aliases=[r"\tilde y"]),
    },
    source="Zhang et al. (2018), mixup: beyond empirical risk minimization (arXiv 1710.09412)",
    mistakes=[
        mistake("hard-label", "y_1 if rho >= 1/2 else y_2", "The labels are mixed too, with the ratio of the inputs."),
        mistake(
            "half-and-half", "(y_1 + y_2) / 2", "The labels have the ratio of the inputs, not always half and half."
        ),
        mistake("ratio-swapped", "(1 - rho) * y_1 + rho * y_2", "The ratio is swapped against that of the inputs."),
    ],
)
def mixup(rho, x_1, x_2, y_1, y_2):
    return {"input": rho * x_1 + (1 - rho) * x_2, "target": rho * y_1 + (1 - rho) * y_2}


@mixup.oracle("operator", "torch.lerp")
def _(rho, x_1, x_2, y_1, y_2):
    return {"input": torch.lerp(x_2, x_1, rho), "target": torch.lerp(y_2, y_1, rho)}


# --- smooth functions, noisy and mixed samples -----------------------------------------------------------


@proof(
    "weights-and-steepness",
    title="Large weights make a steep function",
    statement=(
        "Moving the input by d changes w·x by w·d, at most by ‖w‖·‖d‖: the norm of the weights is how steep the "
        "function can be."
    ),
    symbols={
        "w": symbol("vector[2] of real in -5..5", "weights"),
        "d": symbol("vector[2] of real in -2..2", "change of the input", ["delta"]),
    },
    where=["norm(w) > 0.1", "norm(d) > 0.1"],
    steps={
        "change": step("dot(w, d)"),
        "largest": step("norm(w) * norm(d)"),
    },
    source=f"{BISHOP}, sec. 5.5",
    mistakes=[
        mistake(
            "of-the-change-alone", "norm(d)", "The same change of the input moves the output more where w is large."
        ),
        mistake(
            "norm-squared", "norm(w)^2 * norm(d)", "The penalty squares the norm; the steepness is the norm itself."
        ),
        mistake("sum-of-the-weights", "abs(sum(w)) * norm(d)", "Weights of opposite sign do not make it less steep."),
    ],
    claims=[claim("abs(change) <= largest + 1e-9", "no change of that length moves the output further")],
)
def weights_and_steepness(w, d):
    return {"change": (w * d).sum(), "largest": w.square().sum().sqrt() * d.square().sum().sqrt()}


@weights_and_steepness.oracle("brute-force", "changes of that length in 20000 directions", tolerance=1e-5, samples=24)
def _(w, d):
    angles = torch.linspace(0, 2 * torch.pi, 20001, dtype=w.dtype)
    directions = torch.stack([angles.cos(), angles.sin()], 1)
    return {"change": torch.dot(w, d), "largest": torch.mv(directions, w).max() * torch.hypot(d[0], d[1])}


@proof(
    "ridge-smooths-a-polynomial",
    title="A penalty makes a fitted curve smoother",
    statement=(
        "A polynomial of degree 11 through 12 noisy points has large weights and wiggles; with an L2 penalty it fits "
        "the points less closely, is smoother, and comes closer to the truth."
    ),
    symbols={},
    steps={
        "norm_plain": step(note="norm of the weights without a penalty", within=(0, 17000)),
        "norm_ridge": step(note="norm of the weights with the penalty", within=(0.66, 13)),
        "wiggle_plain": step(note="how far the curve goes up and down in all, without a penalty", within=(0, 190)),
        "wiggle_ridge": step(note="the same with the penalty", within=(1, 15)),
        "training_plain": step(note="mean squared error on the 12 points, without a penalty"),
        "training_ridge": step(note="the same with the penalty", within=(0, 0.48)),
        "unseen_plain": step(note="mean squared distance from the true curve, without a penalty"),
        "unseen_ridge": step(note="the same with the penalty", within=(0, 0.56)),
    },
    source=f"{BISHOP}, sec. 1.1",
    claims=[
        claim("norm_plain > 20 * norm_ridge", "the penalty keeps the weights small"),
        claim("wiggle_plain > 1.5 * wiggle_ridge", "small weights make a smoother curve"),
        claim("training_plain < 1e-6 and training_ridge > 1e-3", "it costs error on the training points"),
        claim("unseen_plain > 1.2 * unseen_ridge", "and gains on what was not seen"),
    ],
    mistakes=[
        mistake("fits-better-too", "training_ridge < training_plain", "A penalty cannot lower the training error."),
        mistake("wiggles-more", "wiggle_ridge > wiggle_plain", "Smaller weights bend the curve less."),
    ],
)
def ridge_smooths_a_polynomial(random):
    def truth(x):
        return torch.sin(3 * x)

    powers = torch.arange(12)
    points, fine = torch.linspace(-1, 1, 12), torch.linspace(-1, 1, 400)
    targets = truth(points) + 0.5 * random.normal(12)
    design, grid = points.unsqueeze(1) ** powers, fine.unsqueeze(1) ** powers
    plain = torch.linalg.solve(design, targets)
    ridge = torch.linalg.solve(design.T @ design + 0.05 * torch.eye(12), design.T @ targets)
    weights = torch.stack([plain, ridge], 1)
    curves = grid @ weights
    pairs = {
        "norm": weights.norm(dim=0),
        "wiggle": curves.diff(dim=0).abs().sum(0),
        "training": (design @ weights - targets.unsqueeze(1)).square().mean(0),
        "unseen": (curves - truth(fine).unsqueeze(1)).square().mean(0),
    }
    return {f"{name}_{fit}": pair[i] for name, pair in pairs.items() for i, fit in enumerate(("plain", "ridge"))}


@proof(
    "augmentation-by-mirror-images",
    title="Augmentation has to keep the label true",
    statement=(
        "Mirrored copies of the samples help where mirroring does not change the target, and mislead where it does."
    ),
    symbols={},
    steps={
        "plain_error": step(
            note="error on both sides after training on samples of the right side only", within=(2.2, 7.2)
        ),
        "mirrored_error": step(note="the same with a mirrored copy of each sample, for a symmetric target"),
        "misled_error": step(
            note="the same copies with their labels kept, for a target that changes sign", within=(0.46, 0.65)
        ),
        "untouched_error": step(note="error on that target without the copies"),
    },
    source=f"{DEEP_LEARNING}, sec. 7.4",
    claims=[
        claim("plain_error > 50 * mirrored_error", "copies whose label stays true help"),
        claim("misled_error > 0.4 and untouched_error < 0.3", "copies whose label changes harm"),
    ],
    mistakes=[
        mistake("more-is-better", "misled_error < untouched_error", "A changed sample must still deserve its label."),
        mistake("copies-add-nothing", "mirrored_error > plain_error", "The copies show the side that was not seen."),
    ],
)
def augmentation_by_mirror_images(random):
    def error(target, mirrored):
        x = random.uniform(30)
        y = target(x) + 0.01 * random.normal(30)  # free: a little noise or none
        if mirrored:
            x, y = torch.cat([x, -x]), torch.cat([y, y])
        everywhere = torch.linspace(-1, 1, 200)
        design, grid = (each.unsqueeze(1) ** torch.arange(4) for each in (x, everywhere))
        # free: so little that it only keeps the system solvable
        weights = torch.linalg.solve(design.T @ design + 1e-4 * torch.eye(4), design.T @ y)
        return (grid @ weights - target(everywhere)).square().mean()

    def even(x):
        return torch.cos(3 * x)

    odd = torch.sin
    return {
        "plain_error": error(even, False),
        "mirrored_error": error(even, True),
        "misled_error": error(odd, True),
        "untouched_error": error(odd, False),
    }


@proof(
    "noise-as-penalty",
    title="Noise on inputs or weights",
    statement=(
        "For a linear model, noise of variance s² on the inputs adds s²·‖w‖² to the expected squared error, as an L2 "
        "penalty does; noise on the weights adds s²·‖x‖²."
    ),
    symbols={
        "w": symbol("vector[d] of real in -4..4", "weights"),
        "x": symbol("vector[d] of real in -4..4", "inputs"),
        "y": symbol("real in -4..4", "target"),
        "s": symbol("positive in 0.1..2", "standard deviation of the noise", ["sigma"]),
    },
    steps={
        "plain": step("(dot(w, x) - y)^2"),
        "noisy_weights": step("plain + s^2 * sum(x^2)"),
        "noisy_inputs": step("plain + s^2 * sum(w^2)"),
    },
    source="Bishop, Training with noise is equivalent to Tikhonov regularization, Neural Computation 7 (1995)",
    mistakes=[
        mistake("no-change", "plain", "The mean prediction stays, but its scatter adds to the squared error."),
        mistake("not-squared", "plain + s * sum(abs(w))", "The variance of the prediction is what is added."),
        mistake("inputs-for-weights", "plain + s^2 * sum(x^2)", "Noise on an input is multiplied by its weight."),
    ],
)
def noise_as_penalty(w, x, y, s):
    plain = ((w * x).sum() - y) ** 2
    return {"plain": plain, "noisy_weights": plain + s**2 * (x**2).sum(), "noisy_inputs": plain + s**2 * (w**2).sum()}


@noise_as_penalty.oracle("brute-force", "noise of ±s on each of them, in all combinations", samples=24)
def _(w, x, y, s):
    def mean_error(on_weights, on_inputs):
        errors = []
        for signs in itertools.product((-1.0, 1.0), repeat=len(w)):
            noise = s * torch.tensor(signs, dtype=w.dtype)
            errors.append((torch.dot(w + on_weights * noise, x + on_inputs * noise) - y) ** 2)
        return torch.stack(errors).mean()

    return {"plain": mean_error(0, 0), "noisy_weights": mean_error(1, 0), "noisy_inputs": mean_error(0, 1)}


@proof(
    "cutmix",
    title="CutMix",
    statement=(
        "CutMix pastes a rectangle of a second image into the first and mixes the labels by the share of the area that "
        "is left."
    ),
    symbols={
        "H": symbol("positive-count in 4..32", "height of the images"),
        "W": symbol("positive-count in 4..32", "width of the images"),
        "h": symbol("positive-count in 1..32", "height of the rectangle pasted in"),
        "w": symbol("positive-count in 1..32", "width of the rectangle pasted in"),
        "y_1": symbol("distribution[K]", "label of the image that is pasted into"),
        "y_2": symbol("distribution[K]", "label of the image that the rectangle is from"),
    },
    where=["h <= H", "w <= W"],
    steps={
        "share": step("1 - h * w / (H * W)", aliases=["λ", "lam"]),
        "target": step("share * y_1 + (1 - share) * y_2"),
    },
    result="share",
    source="Yun et al., CutMix (2019), sec. 3.1 (arXiv 1905.04899)",
    mistakes=[
        mistake("pasted-share", "h * w / (H * W)", "That is the share of the second image; the first keeps the rest."),
        mistake("by-the-sides", "(1 - h / H) * (1 - w / W)", "What is left is the whole area less the rectangle."),
        mistake("half-and-half", "1/2", "The labels are mixed by area."),
        mistake("hard-label", "y_1", "Both images are in the picture, so both labels count.", of="target"),
        mistake("shares-swapped", "(1 - share) * y_1 + share * y_2", "The shares are swapped.", of="target"),
    ],
)
def cutmix(H, W, h, w, y_1, y_2):
    share = 1 - h * w / (H * W)
    return {"share": share, "target": share * y_1 + (1 - share) * y_2}


@cutmix.oracle("brute-force", "counting the pixels of either image in the mixture", samples=16)
def _(H, W, h, w, y_1, y_2):
    mixed = torch.zeros(int(H), int(W), dtype=torch.int64)
    mixed[: int(h), int(W) - int(w) :] = 1
    counts = torch.bincount(mixed.flatten(), minlength=2)
    labels = torch.stack([y_1, y_2])[mixed.flatten()]
    return {"share": counts[0] / counts.sum(), "target": labels.mean(0)}


@proof(
    "patience",
    title="Early stopping with patience",
    statement=(
        "Training stops after P epochs in a row without a new lowest validation error, and goes back to the weights of "
        "the lowest one so far."
    ),
    symbols={
        "v": symbol("vector[12] of positive in 0.1..9", "validation error after each epoch"),
        "P": symbol("positive-count in 1..4", "patience, in epochs"),
    },
    steps={
        "stop": step(note="epoch after which training stops; the last one where it never does"),
        "kept": step(note="epoch whose weights are kept"),
    },
    result="stop",
    source=f"{DEEP_LEARNING}, sec. 7.8, algorithm 7.1",
    mistakes=[
        mistake("at-the-first-rise", "min(12, argmin(v) + 2)", "A single worse epoch may be chance; patience waits."),
        mistake("never", "12", "After P epochs without a new minimum it stops."),
        mistake("last-weights", "stop", "The weights of the best epoch are kept, not the last ones.", of="kept"),
    ],
    claims=[claim("kept <= stop", "the best epoch is one of those that were trained")],
)
def patience(v, P):
    lowest = v.cummin(0)
    epochs = torch.arange(1, 13, dtype=v.dtype)
    since = epochs - (lowest.indices + 1)  # epochs since the lowest error so far
    stop = torch.where(since >= P, epochs, 12.0).min()
    kept = torch.where(epochs == stop, (lowest.indices + 1).to(v.dtype), 0.0).sum()
    return {"stop": stop, "kept": kept}


@patience.oracle("brute-force", "training with a counter that each new minimum sets back")
def _(v, P):
    best, kept, waited = float("inf"), 0, 0
    for epoch, error in enumerate(v.tolist(), 1):
        if error < best:
            best, kept, waited = error, epoch, 0
        else:
            waited += 1
        if waited == int(P):
            break
    return {"stop": float(epoch), "kept": float(kept)}
