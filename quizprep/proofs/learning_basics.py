"""Proofs for the chapter learning-basics."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

BISHOP = "Bishop, Pattern Recognition and Machine Learning (2006)"
DEEP_LEARNING = "Goodfellow, Bengio, Courville, Deep Learning (2016)"


@proof(
    "one-step-of-learning",
    title=("One step of learning", "학습의 한 스텝"),
    statement=(
        "Data, model, loss and optimiser: predict with w·x, measure the squared error, move w against its gradient.",
        "데이터, 모델, 손실, 옵티마이저: w·x로 예측하고 제곱 오차를 재어 기울기의 반대 방향으로 w를 옮긴다.",
    ),
    symbols={
        "x": symbol("vector[n]", "inputs", "입력"),
        "y": symbol("vector[n]", "targets", "정답"),
        "w": symbol("real", "weight of the model w·x", "모델 w·x의 가중치"),
        "eta": symbol("positive in 0.001..1", "learning rate", "학습률", aliases=["η", "lr"]),
    },
    steps={
        "predictions": step("w x"),
        "errors": step("predictions - y"),
        "gradient": step("2 mean(errors * x)", aliases=["g"]),
        "updated": step("w - eta gradient"),
        "loss": step("mean(errors^2)", aliases=["L"]),
        "loss_after": step("mean((updated x - y)^2)"),
    },
    result="updated",
    source=f"{DEEP_LEARNING}, sections 5.1 and 4.3",
    mistakes=[
        mistake(
            "uphill",
            "w + eta gradient",
            "The step goes uphill: the gradient must be subtracted.",
            "손실이 커지는 방향입니다. 기울기를 빼야 합니다.",
        ),
        mistake("rate-forgotten", "w - gradient", "The learning rate is missing.", "학습률이 빠졌습니다."),
        mistake(
            "loss-subtracted",
            "w - eta loss",
            "The loss itself is subtracted; its gradient belongs here.",
            "손실 자체가 아니라 손실의 기울기를 빼야 합니다.",
        ),
        mistake(
            "inputs-forgotten",
            "w - 2 eta mean(errors)",
            "By the chain rule each error is multiplied by its input.",
            "연쇄 법칙에 따라 각 오차에 입력을 곱해야 합니다.",
        ),
        mistake(
            "summed",
            "w - 2 eta sum(errors * x)",
            "The mean squared error averages over the samples.",
            "평균 제곱 오차는 합이 아니라 표본에 대한 평균입니다.",
        ),
    ],
    gradients=["w"],
)
def one_step_of_learning(x, y, w, eta):
    predictions = w * x
    errors = predictions - y
    gradient = 2 * (errors * x).mean()
    updated = w - eta * gradient
    return {
        "predictions": predictions,
        "errors": errors,
        "gradient": gradient,
        "updated": updated,
        "loss": errors.square().mean(),
        "loss_after": (updated * x - y).square().mean(),
    }


@one_step_of_learning.oracle("autograd", "torch.func.grad of torch.nn.functional.mse_loss")
def _(x, y, w, eta):
    gradient = torch.func.grad(lambda weight: torch.nn.functional.mse_loss(weight * x, y))(w)
    return {"gradient": gradient, "updated": w - eta * gradient}


@one_step_of_learning.oracle(
    "closed-form",
    "the loss as a parabola in w, by its values at w and w ± 1",
    "w와 w ± 1에서의 값으로 구한 손실의 포물선",
    tolerance=1e-8,
)
def _(x, y, w, eta):
    above, below = ((weight * x - y).square().mean() for weight in (w + 1, w - 1))
    return w - eta * (above - below) / 2


@proof(
    "training-one-weight",
    title=("Data, model, loss, optimiser", "데이터, 모델, 손실, 옵티마이저"),
    statement=(
        "Gradient descent on the mean squared error of w·x brings w geometrically from 0 to the true slope a.",
        "w·x의 평균 제곱 오차에 경사하강법을 쓰면 w는 0에서 참 기울기 a로 등비적으로 다가간다.",
    ),
    symbols={
        "a": symbol("real", "true slope: the data are y = a·x", "참 기울기 (데이터는 y = a·x)"),
        "q": symbol("positive in 0.5..8", "mean square of the inputs", "입력 제곱의 평균"),
        "eta": symbol("positive in 0.001..0.1", "learning rate", "학습률", aliases=["η", "lr"]),
        "t": symbol("count in 0..40", "number of steps", "스텝 수"),
    },
    steps={
        "factor": step("1 - 2 eta q"),
        "w": step("a (1 - factor^t)"),
        "loss": step("q (a - w)^2"),
    },
    result="w",
    source=f"{DEEP_LEARNING}, sections 5.10 and 7.8",
    mistakes=[
        mistake(
            "remaining-distance",
            "a factor^t",
            "That is how far w still is from a.",
            "그것은 w가 a까지 아직 남은 거리입니다.",
        ),
        mistake(
            "straight-line",
            "a t (1 - factor)",
            "The steps shrink as the error shrinks; they are not all as large as the first.",
            "오차가 줄수록 걸음도 작아집니다. 모든 걸음이 첫걸음과 같지는 않습니다.",
        ),
        mistake(
            "two-forgotten",
            "a (1 - (1 - eta q)^t)",
            "The derivative of the square brings a factor 2.",
            "제곱을 미분하면 2가 붙습니다.",
        ),
        mistake(
            "already-there",
            "a",
            "Gradient descent approaches the minimum, it is not there after finitely many steps.",
            "경사하강법은 최솟값에 다가갈 뿐, 유한한 스텝 만에 도달하지는 않습니다.",
        ),
    ],
)
def training_one_weight(a, q, eta, t):
    factor = 1 - 2 * eta * q
    w = a * (1 - factor**t)
    return {"factor": factor, "w": w, "loss": q * (a - w) ** 2}


@training_one_weight.oracle("autograd", "a loop with torch.func.grad", "torch.func.grad를 쓴 반복문", samples=24)
def _(a, q, eta, t):
    x = torch.stack([q.sqrt(), -q.sqrt()])
    loss = torch.func.grad_and_value(lambda weight: torch.nn.functional.mse_loss(weight * x, a * x))
    weight = torch.zeros(())
    for _ in range(int(t)):
        weight = weight - eta * loss(weight)[0]
    return {"w": weight, "loss": loss(weight)[1]}


@proof(
    "only-the-update-learns",
    title=("Only the update learns", "갱신해야 학습이다"),
    statement=(
        "Forward passes change no weight, and the backward pass changes none either; the optimiser's update does.",
        "순전파는 가중치를 바꾸지 않고 역전파도 바꾸지 않는다. 가중치를 바꾸는 것은 옵티마이저의 갱신이다.",
    ),
    symbols={},
    steps={
        "after_forward": step(en="change of the weights after 100 forward passes", ko="순전파 100번 뒤 가중치의 변화"),
        "after_backward": step(en="change of the weights after a backward pass", ko="역전파 뒤 가중치의 변화"),
        "after_update": step(en="change of the weights after one update", ko="갱신 한 번 뒤 가중치의 변화"),
        "loss_before": step(en="loss before the update", ko="갱신 전 손실"),
        "loss_after": step(en="loss after the update", ko="갱신 후 손실"),
        "loss_trained": step(en="loss after 200 updates", ko="갱신 200번 뒤 손실"),
    },
    source=f"{DEEP_LEARNING}, sections 6.5 and 8.1",
    claims=[
        claim(
            "after_forward == 0 and after_backward == 0",
            "Computing outputs and gradients changes no weight.",
            "출력과 기울기를 계산하는 것만으로는 가중치가 바뀌지 않는다.",
        ),
        claim(
            "after_update > 0.001 and loss_after < loss_before",
            "The update does, and lowers the loss.",
            "갱신하면 가중치가 바뀌고 손실이 줄어든다.",
        ),
        claim("loss_trained < 0.1 * loss_before", "Many updates fit the targets.", "여러 번 갱신하면 정답에 맞춰진다."),
    ],
    mistakes=[
        mistake(
            "forward-passes-learn",
            "after_forward > 0",
            "A forward pass only computes an output.",
            "순전파는 출력을 계산할 뿐입니다.",
        ),
        mistake(
            "backward-pass-learns",
            "after_backward > 0",
            "The backward pass only computes gradients.",
            "역전파는 기울기를 계산할 뿐입니다.",
        ),
    ],
)
def only_the_update_learns(random):
    x, target = random.normal(64, 3), random.normal(3)
    y = x @ target
    start = random.normal(3)
    weights = start.clone()

    def loss(values):
        return (x @ values - y).square().mean()

    for _ in range(100):
        loss(weights)
    after_forward = (weights - start).abs().max()
    gradient = torch.func.grad(loss)(weights)
    after_backward = (weights - start).abs().max()
    loss_before = loss(weights)
    weights = weights - 0.05 * gradient
    after_update, loss_after = (weights - start).abs().max(), loss(weights)
    for _ in range(199):
        weights = weights - 0.05 * torch.func.grad(loss)(weights)
    return {
        "after_forward": after_forward,
        "after_backward": after_backward,
        "after_update": after_update,
        "loss_before": loss_before,
        "loss_after": loss_after,
        "loss_trained": loss(weights),
    }


@proof(
    "class-and-value",
    title=("Two answers to one input", "한 입력에 대한 두 가지 답"),
    statement=(
        "From the same two examples a classifier answers with the nearer class, a regression with a value on the line.",
        "같은 두 사례로 분류는 더 가까운 클래스를, 회귀는 직선 위의 값을 답한다.",
    ),
    symbols={
        "a": symbol("real in 0..4", "input of the first example", "첫째 사례의 입력"),
        "b": symbol("real in 5..9", "input of the second example", "둘째 사례의 입력"),
        "u": symbol("real", "target value of the first example", "첫째 사례의 목표값"),
        "v": symbol("real", "target value of the second example", "둘째 사례의 목표값"),
        "x": symbol("real in 0..9", "new input", "새 입력"),
    },
    steps={
        "slope": step("(v - u) / (b - a)"),
        "value": step("u + slope (x - a)"),
        "second_class": step("heaviside(abs(x - a) - abs(x - b))"),
    },
    result="value",
    source=f"{BISHOP}, chapter 1 (introduction) and section 3.1",
    mistakes=[
        mistake(
            "nearest-target",
            "u if abs(x - a) < abs(x - b) else v",
            "That copies the nearer example, as a classifier does; a regression interpolates.",
            "더 가까운 사례를 그대로 답했습니다. 이는 분류 방식이며, 회귀는 그 사이의 값을 답합니다.",
        ),
        mistake(
            "middle",
            "(u + v) / 2",
            "That is the mean target, whatever the input.",
            "입력과 관계없이 목표값의 평균을 답했습니다.",
        ),
        mistake(
            "wrong-end",
            "v + slope (x - a)",
            "The line must start at the first example's target.",
            "직선은 첫째 사례의 목표값에서 출발해야 합니다.",
        ),
        mistake(
            "upside-down",
            "u + (b - a) / (v - u) * (x - a)",
            "The slope is upside down.",
            "기울기의 분자와 분모가 뒤집혔습니다.",
        ),
    ],
)
def class_and_value(a, b, u, v, x):
    slope = (v - u) / (b - a)
    return {"slope": slope, "value": u + slope * (x - a), "second_class": ((x - b).abs() < (x - a).abs()) + 0.0}


@class_and_value.oracle("operator", "torch.linalg.lstsq, torch.cdist")
def _(a, b, u, v, x):
    inputs = torch.stack([a, b]).unsqueeze(1)
    line = torch.linalg.lstsq(torch.cat([torch.ones(2, 1), inputs], dim=1), torch.stack([u, v]).unsqueeze(1)).solution
    nearest = torch.cdist(x.view(1, 1), inputs).argmin()
    return {"value": line[0, 0] + line[1, 0] * x, "second_class": nearest + 0.0}


@proof(
    "kinds-of-output",
    title=("How many different outputs", "서로 다른 출력의 수"),
    statement=(
        "Over 1001 inputs a two-class classifier gives two different answers, a regression 1001.",
        "입력 1001개에 대해 2-클래스 분류기는 서로 다른 답을 2가지, 회귀는 1001가지 낸다.",
    ),
    symbols={},
    steps={
        "classes": step(
            en="different outputs of the nearest-mean classifier", ko="최근접 평균 분류기의 서로 다른 출력 수"
        ),
        "values": step(en="different outputs of least squares", ko="최소제곱 회귀의 서로 다른 출력 수"),
    },
    source=f"{BISHOP}, chapter 1 (introduction)",
    claims=[
        claim(
            "classes == 2", "A classifier chooses from finitely many classes.", "분류기는 유한한 클래스 중에서 고른다."
        ),
        claim(
            "values == 1001",
            "A regression answers with a number of a continuous range.",
            "회귀는 연속적인 값을 답한다.",
        ),
    ],
    mistakes=[
        mistake(
            "regression-is-fine-classification",
            "values == classes",
            "More classes do not make a regression: classes have no order and no distance.",
            "클래스를 잘게 나눈다고 회귀가 되지는 않습니다. 클래스에는 순서도 거리도 없습니다.",
        ),
    ],
)
def kinds_of_output(random):
    groups = torch.arange(60) % 2
    x = random.normal(60) + 4 * groups
    y = 2 * x + random.normal(60)
    means = torch.stack([x[groups == 0].mean(), x[groups == 1].mean()])
    inputs = torch.linspace(-3, 7, 1001)
    classes = (inputs.unsqueeze(1) - means).abs().argmin(dim=1)
    features = torch.stack([torch.ones(60), x], dim=1)
    line = torch.linalg.lstsq(features, y.unsqueeze(1)).solution.squeeze(1)
    return {
        "classes": torch.tensor(classes.unique().numel() + 0.0),
        "values": torch.tensor((line[0] + line[1] * inputs).unique().numel() + 0.0),
    }


@proof(
    "loss-of-a-wrong-class",
    title=("Class numbers carry no distance", "클래스 번호에는 거리가 없다"),
    statement=(
        "Cross-entropy costs the same whichever wrong class is preferred; a squared error of class numbers does not.",
        "교차 엔트로피는 어느 틀린 클래스를 골라도 같지만, 클래스 번호의 제곱 오차는 그렇지 않다.",
    ),
    symbols={
        "t": symbol("count in 0..9", "number of the true class", "정답 클래스의 번호"),
        "j": symbol("count in 0..9", "number of a wrong class", "틀린 클래스의 번호"),
        "k": symbol("count in 0..9", "number of another wrong class", "다른 틀린 클래스의 번호"),
        "q": symbol(
            "open-probability in 0.05..0.95",
            "probability given to the wrong class; the other nine share the rest evenly",
            "틀린 클래스에 준 확률 (나머지 9개 클래스가 남은 확률을 똑같이 나눔)",
        ),
    },
    where=["t != j", "t != k"],
    steps={
        "p_true": step("(1 - q) / 9"),
        "loss_j": step("-log(p_true)"),
        "loss_k": step("-log(p_true)"),
        "squared_j": step("(j - t)^2"),
        "squared_k": step("(k - t)^2"),
    },
    result="loss_j",
    source=f"{BISHOP}, section 4.3.4",
    mistakes=[
        mistake(
            "probability-of-the-wrong-class",
            "-log(q)",
            "The loss looks at the probability of the true class.",
            "손실은 정답 클래스의 확률만 봅니다.",
        ),
        mistake(
            "not-shared",
            "-log(1 - q)",
            "The rest is shared by nine classes; the true one gets a ninth of it.",
            "남은 확률은 9개 클래스가 나눠 가지므로 정답은 그 1/9만 받습니다.",
        ),
        mistake(
            "squared-numbers",
            "(j - t)^2",
            "Class numbers are names; their difference means nothing.",
            "클래스 번호는 이름일 뿐이므로 번호의 차이는 의미가 없습니다.",
        ),
        mistake(
            "bits",
            "-log2(p_true)",
            "That is the loss in bits; the natural logarithm is meant.",
            "그것은 비트 단위입니다. 자연로그를 써야 합니다.",
        ),
    ],
    claims=[
        claim(
            "abs(loss_j - loss_k) < 1e-9",
            "The loss is the same for every wrong class.",
            "어느 틀린 클래스든 손실이 같다.",
        )
    ],
)
def loss_of_a_wrong_class(t, j, k, q):
    p_true = (1 - q) / 9
    return {
        "p_true": p_true,
        "loss_j": -p_true.log(),
        "loss_k": -p_true.log(),
        "squared_j": (j - t) ** 2,
        "squared_k": (k - t) ** 2,
    }


@loss_of_a_wrong_class.oracle("operator", "torch.nn.functional.cross_entropy, torch.nn.functional.mse_loss")
def _(t, j, k, q):
    def losses(wrong):
        probabilities = torch.where(torch.arange(10) == wrong, q, (1 - q) / 9)
        return torch.nn.functional.cross_entropy(probabilities.log(), t.long()), torch.nn.functional.mse_loss(wrong, t)

    (loss_j, squared_j), (loss_k, squared_k) = losses(j), losses(k)
    return {"loss_j": loss_j, "loss_k": loss_k, "squared_j": squared_j, "squared_k": squared_k}


@proof(
    "xor-needs-a-hidden-layer",
    title=("XOR: rule, feature or hidden layer", "XOR: 규칙, 특징, 은닉층"),
    statement=(
        "No linear rule on the two inputs gets XOR right; a hand-made product feature or a hidden layer does.",
        "두 입력의 선형 규칙으로는 XOR을 모두 맞힐 수 없지만, 손으로 만든 곱 특징이나 은닉층이 있으면 맞힌다.",
    ),
    symbols={},
    steps={
        "linear": step(
            en="most rows that a linear rule gets right (grid over its weights)",
            ko="선형 규칙이 맞히는 최대 행 수 (가중치 격자 탐색)",
        ),
        "with_product": step(
            en="the same with the product as a third input", ko="두 입력의 곱을 셋째 입력으로 더했을 때"
        ),
        "network": step(en="rows that a 2-2-1 ReLU network gets right", ko="2-2-1 ReLU 신경망이 맞히는 행 수"),
    },
    source=f"{DEEP_LEARNING}, section 6.1",
    claims=[
        claim(
            "linear == 3",
            "A linear rule gets three of four rows right at best.",
            "선형 규칙은 많아야 4행 중 3행을 맞힌다.",
        ),
        claim(
            "with_product == 4 and network == 4",
            "A product feature or a hidden layer gets all four.",
            "곱 특징이나 은닉층이 있으면 4행을 모두 맞힌다.",
        ),
    ],
)
def xor_needs_a_hidden_layer():
    inputs = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    xor = torch.tensor([0, 1, 1, 0])
    grid = torch.arange(-2, 2.25, 0.5)

    def best(features):
        weights = torch.cartesian_prod(*[grid] * (features.shape[1] + 1))
        scores = weights[:, :-1] @ features.T + weights[:, -1:]
        return ((scores > 0).long() == xor).sum(dim=1).max()

    product = inputs.prod(dim=1, keepdim=True)
    hidden = torch.relu(inputs.sum(dim=1, keepdim=True) + torch.tensor([0.0, -1.0]))
    output = hidden @ torch.tensor([1.0, -2.0])
    return {
        "linear": best(inputs) + 0.0,
        "with_product": best(torch.cat([inputs, product], dim=1)) + 0.0,
        "network": ((output > 0.5).long() == xor).sum() + 0.0,
    }
