"""Proofs for the chapter gradients-and-backprop."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

# --- the chain rule ---------------------------------------------------------------------------------


@proof(
    "backpropagation-two-layers",
    title=("Backpropagation through two layers", "두 층의 역전파"),
    statement=(
        "The gradient is passed back from the loss, multiplied by one local derivative after the other.",
        "기울기는 손실에서 뒤쪽으로, 각 층의 국소 미분을 차례로 곱하며 전달된다.",
    ),
    symbols={
        "x": symbol("real", "input", "입력"),
        "t": symbol("real", "target", "목푯값"),
        "w_1": symbol("real", "weight of the hidden layer", "은닉층의 가중치"),
        "w_2": symbol("real", "weight of the output layer", "출력층의 가중치"),
    },
    where=["w_1 * x != 0"],
    steps={
        "z": step("w_1 * x"),
        "h": step("relu(z)"),
        "y": step("w_2 * h", aliases=[r"\hat y"]),
        "delta": step("y - t", aliases=["dy"]),
        "dw_2": step("delta * h"),
        "dh": step("delta * w_2"),
        "dw_1": step("dh * (1 if z > 0 else 0) * x"),
    },
    source="Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating errors, Nature 323",
    mistakes=[
        mistake(
            "activation-slope-forgotten",
            "delta * w_2 * x",
            "The slope of ReLU is missing: a unit whose input is negative passes nothing back.",
            "ReLU의 기울기가 빠졌습니다. 입력이 음수인 유닛은 아무것도 뒤로 전달하지 않습니다.",
        ),
        mistake(
            "upper-weight-forgotten",
            "delta * (1 if z > 0 else 0) * x",
            "On its way back the error passes through the output weight: the factor w₂ is missing.",
            "오차는 출력층 가중치를 거쳐 되돌아옵니다. w₂가 빠졌습니다.",
        ),
        mistake(
            "factors-added",
            "delta + w_2 + (1 if z > 0 else 0) + x",
            "The chain rule multiplies the local derivatives, it does not add them.",
            "연쇄 법칙은 국소 미분을 더하지 않고 곱합니다.",
        ),
        mistake(
            "sign",
            "(t - y) * w_2 * (1 if z > 0 else 0) * x",
            "The sign is wrong: the derivative of ½(y − t)² in y is y − t.",
            "부호가 틀렸습니다. ½(y − t)²을 y로 미분하면 y − t입니다.",
        ),
        mistake(
            "hidden-for-input",
            "dh * (1 if z > 0 else 0) * h",
            "The hidden weight multiplies the input x; h belongs to the output weight.",
            "은닉층 가중치에는 입력 x가 곱해집니다. h는 출력층 가중치의 것입니다.",
        ),
    ],
)
def backpropagation_two_layers(x, t, w_1, w_2):
    z = w_1 * x
    h = torch.relu(z)
    y = w_2 * h
    delta = y - t  # of the loss (y - t)^2 / 2
    dh = delta * w_2
    return {
        "z": z,
        "h": h,
        "y": y,
        "delta": delta,
        "dw_2": delta * h,
        "dh": dh,
        "dw_1": dh * torch.where(z > 0, 1.0, 0.0) * x,
    }


def half_squared_error(x, t, w_1, w_2):
    """The loss that the two-layer network is trained on."""
    return (w_2 * torch.relu(w_1 * x) - t) ** 2 / 2


@backpropagation_two_layers.oracle("autograd", "autograd of ½(y − t)²", "½(y − t)²의 자동 미분")
def _(x, t, w_1, w_2):
    first, second = w_1.clone().requires_grad_(), w_2.clone().requires_grad_()
    gradients = torch.autograd.grad(half_squared_error(x, t, first, second), (first, second))
    return {"dw_1": gradients[0], "dw_2": gradients[1]}


@backpropagation_two_layers.oracle("brute-force", "central differences", "중앙 차분")
def _(x, t, w_1, w_2):
    # in w_2 the loss is a parabola: exact for any width; in w_1 too, as long as w_1 x keeps its sign
    width = w_1.abs() / 4
    return {
        "dw_1": (half_squared_error(x, t, w_1 + width, w_2) - half_squared_error(x, t, w_1 - width, w_2)) / (2 * width),
        "dw_2": half_squared_error(x, t, w_1, w_2 + 0.5) - half_squared_error(x, t, w_1, w_2 - 0.5),
    }


@proof(
    "squared-error-gradient",
    title=("Gradient of the mean squared error", "평균 제곱 오차의 기울기"),
    statement=(
        "For ŷ = wx + b the mean squared error has ∂L/∂w = −(2/N) Σ (y − wx − b) x and ∂L/∂b = −(2/N) Σ (y − wx − b).",
        "ŷ = wx + b일 때 평균 제곱 오차의 기울기는 ∂L/∂w = −(2/N) Σ (y − wx − b) x, ∂L/∂b = −(2/N) Σ (y − wx − b)이다.",
    ),
    symbols={
        "x": symbol("vector[N]", "inputs", "입력"),
        "y": symbol("vector[N]", "targets", "목푯값"),
        "w": symbol("real", "weight", "가중치"),
        "b": symbol("real", "bias", "편향"),
    },
    steps={
        "y_hat": step("w * x + b", aliases=[r"\hat y"]),
        "loss": step("mean((y - y_hat)^2)", aliases=["L", "MSE"]),
        "grad_b": step("-2/N * sum(y - y_hat)", aliases=["db", "dL_db"]),
        "grad_w": step("-2/N * sum((y - y_hat) * x)", aliases=["dw", "dL_dw"]),
    },
    source="Legendre (1805), method of least squares; Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 5.1.4",
    mistakes=[
        mistake(
            "a-sign-too-many",
            "2/N * sum((y - y_hat) * x)",
            "There is one minus sign too many: the inner derivative −x brings in exactly one, two of them cancel.",
            "음의 부호가 하나 더 붙어 상쇄되었습니다. 부호는 안쪽 미분 −x에서 한 번만 나옵니다.",
        ),
        mistake(
            "two-missing",
            "-1/N * sum((y - y_hat) * x)",
            "The 2 from the square is missing.",
            "제곱을 미분할 때 나오는 2가 빠졌습니다.",
        ),
        mistake(
            "not-averaged",
            "-2 * sum((y - y_hat) * x)",
            "The mean over the N samples is missing.",
            "N개 샘플에 대한 평균이 빠졌습니다.",
        ),
        mistake(
            "input-forgotten",
            "-2/N * sum(y - y_hat)",
            "The inner derivative x is missing; without it this is the gradient in b.",
            "안쪽 미분 x가 빠졌습니다. 그것은 b에 대한 기울기입니다.",
        ),
        mistake(
            "bias-sign-too-many",
            "2/N * sum(y - y_hat)",
            "There is one minus sign too many: the inner derivative −1 brings in exactly one, two of them cancel.",
            "음의 부호가 하나 더 붙어 상쇄되었습니다. 부호는 안쪽 미분 −1에서 한 번만 나옵니다.",
            of="grad_b",
        ),
        mistake(
            "bias-with-input",
            "-2/N * sum((y - y_hat) * x)",
            "The inner derivative in b is 1: x belongs to the gradient in w.",
            "b에 대한 안쪽 미분은 1입니다. x는 w에 대한 기울기에 붙습니다.",
            of="grad_b",
        ),
    ],
)
def squared_error_gradient(x, y, w, b):
    y_hat = w * x + b
    residual = y - y_hat
    return {
        "y_hat": y_hat,
        "loss": (residual**2).mean(),
        "grad_b": -2 * residual.mean(),
        "grad_w": -2 * (residual * x).mean(),
    }


@squared_error_gradient.oracle("autograd", "autograd of torch's mse_loss", "torch mse_loss의 자동 미분")
def _(x, y, w, b):
    slope, offset = w.clone().requires_grad_(), b.clone().requires_grad_()
    loss = torch.nn.functional.mse_loss(slope * x + offset, y)
    gradients = torch.autograd.grad(loss, (slope, offset))
    return {"loss": loss.detach(), "grad_w": gradients[0], "grad_b": gradients[1]}


# --- many layers ----------------------------------------------------------------------------------------


@proof(
    "gradient-through-steps",
    title=("Gradient through n equal layers", "같은 층 n개를 지난 기울기"),
    statement=(
        "Through h_t = w h_{t−1} the gradient over n steps is wⁿ: it vanishes for |w| < 1 and explodes for |w| > 1.",
        "h_t = w h_{t−1}을 n번 거친 기울기는 wⁿ이다. |w| < 1이면 소실되고 |w| > 1이면 폭발한다.",
    ),
    symbols={
        "w": symbol("positive in 0..3", "factor of each step", "각 단계의 인자"),
        "n": symbol("positive-count in 1..50", "number of steps or layers", "단계 또는 층의 수", ["T", "L"]),
    },
    steps={"gradient": step("w^n")},
    source="Bengio, Simard & Frasconi (1994), Learning long-term dependencies with gradient descent is difficult; "
    "Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks",
    mistakes=[
        mistake(
            "factors-added",
            "n * w",
            "The chain rule multiplies the n factors: a power, not a multiple.",
            "연쇄 법칙은 n개의 인자를 곱합니다. 배수가 아니라 거듭제곱입니다.",
        ),
        mistake(
            "one-layer",
            "w",
            "Every step contributes a factor.",
            "단계마다 인자가 하나씩 곱해집니다.",
        ),
        mistake(
            "base-and-exponent-swapped",
            "n^w",
            "Base and exponent are swapped: w is multiplied n times.",
            "밑과 지수가 뒤바뀌었습니다. w를 n번 곱합니다.",
        ),
    ],
)
def gradient_through_steps(w, n):
    return {"gradient": w**n}


@gradient_through_steps.oracle(
    "autograd", "autograd through the unrolled recurrence", "펼친 점화식의 자동 미분", samples=24
)
def _(w, n):
    start = torch.ones((), requires_grad=True)
    state = start
    for _ in range(int(n)):
        state = w * state
    return torch.autograd.grad(state, start)[0]


@proof(
    "sigmoid-chain",
    title=("Gradient through a chain of sigmoids", "시그모이드 사슬을 지난 기울기"),
    statement=(
        "Each sigmoid unit with weight w scales the gradient by at most |w|/4.",
        "가중치가 w인 시그모이드 유닛은 기울기를 최대 |w|/4배로 만든다.",
    ),
    symbols={
        "x": symbol("real", "input of the first unit", "첫 유닛의 입력"),
        "w": symbol("real", "weight of every unit", "각 유닛의 가중치"),
        "n": symbol("positive-count in 1..12", "number of units in a row", "이어진 유닛 수"),
    },
    steps={
        "gradient": step(en="product of w·s(1 − s) along the chain", ko="사슬을 따라 w·s(1 − s)를 곱한 값"),
        "bound": step("(abs(w) / 4)^n"),
    },
    source="Hochreiter (1991), Untersuchungen zu dynamischen neuronalen Netzen; Goodfellow et al. (2016), sec. 8.2.5",
    claims=[
        claim("abs(gradient) <= bound + 1e-12", "the gradient keeps below the bound", "기울기는 이 한계를 넘지 않는다")
    ],
    mistakes=[
        mistake(
            "added",
            "n * abs(w) / 4",
            "The factors are multiplied, not added.",
            "인자들은 더해지지 않고 곱해집니다.",
        ),
        mistake(
            "slope-one",
            "abs(w)^n",
            "The slope of the sigmoid is missing: it is at most 1/4.",
            "시그모이드의 기울기가 빠졌습니다. 최대 1/4입니다.",
        ),
        mistake(
            "half",
            "(abs(w) / 2)^n",
            "1/2 is the sigmoid's value at 0; its slope there is 1/4.",
            "1/2은 0에서의 함숫값입니다. 그 점의 기울기는 1/4입니다.",
        ),
    ],
    vectorized=False,
)
def sigmoid_chain(x, w, n):
    value, gradient = x, torch.ones(())
    for _ in range(int(n)):
        value = torch.sigmoid(w * value)
        gradient = gradient * w * value * (1 - value)
    return {"gradient": gradient, "bound": (w.abs() / 4) ** n}


@sigmoid_chain.oracle("autograd", "autograd through the chain", "사슬의 자동 미분")
def _(x, w, n):
    start = x.clone().requires_grad_()
    value = start
    for _ in range(int(n)):
        value = torch.sigmoid(w * value)
    return {"gradient": torch.autograd.grad(value, start)[0]}


@sigmoid_chain.oracle(
    "brute-force", "largest slope on a fine grid", "촘촘한 격자에서 찾은 최대 기울기", samples=8, tolerance=1e-6
)
def _(x, w, n):
    grid = torch.linspace(-1, 1, 200001)  # holds 0, where the slope of the sigmoid peaks
    steepest = (torch.sigmoid(grid[2:]) - torch.sigmoid(grid[:-2])).max() / (grid[2] - grid[0])
    return {"bound": torch.prod((w.abs() * steepest).repeat(int(n)))}


@proof(
    "deep-sigmoid-network",
    title=("Gradients in deep sigmoid networks", "깊은 시그모이드 신경망의 기울기"),
    statement=(
        "In a deep sigmoid network the first layer's gradient is far smaller than the last one's, wide or narrow; "
        "skip connections and ReLU keep it alive.",
        "깊은 시그모이드 신경망에서는 너비와 상관없이 첫 층의 기울기가 마지막 층보다 훨씬 작다. 스킵 연결이나 ReLU를 쓰면 살아남는다.",
    ),
    symbols={},
    steps={
        "shallow": step(
            en="gradient norm at the input, 2 sigmoid layers of width 32",
            ko="입력에서의 기울기 노름, 너비 32인 시그모이드 2층",
        ),
        "deep": step(en="the same with 10 layers", ko="10층일 때"),
        "deep_wide": step(en="10 layers of width 128", ko="너비 128인 10층일 때"),
        "deep_relu": step(en="10 ReLU layers of width 32", ko="너비 32인 ReLU 10층일 때"),
        "deep_skip": step(en="10 sigmoid layers, each with +x", ko="각 층에 +x를 더한 시그모이드 10층일 때"),
        "last_to_first": step(
            en="weight gradient of the last layer over the first's, 10 layers",
            ko="10층일 때 (마지막 층 / 첫 층) 가중치 기울기의 비",
        ),
    },
    source="Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks; "
    "He et al. (2016), Deep residual learning for image recognition",
    claims=[
        claim("deep < shallow / 1000", "depth makes the gradient vanish", "깊어지면 기울기가 소실된다"),
        claim("deep_wide < shallow / 1000", "a wider network does not prevent it", "너비를 늘려도 막지 못한다"),
        claim("deep_relu > 100 * deep", "ReLU keeps the gradient", "ReLU는 기울기를 유지한다"),
        claim("deep_skip > 1000 * deep", "skip connections keep it", "스킵 연결은 기울기를 유지한다"),
        claim("last_to_first > 100", "the layers learn at very different speeds", "층마다 학습 속도가 크게 다르다"),
    ],
    mistakes=[
        mistake(
            "width-helps",
            "deep_wide > shallow / 10",
            "It is the number of factors, the depth, that matters; widening leaves it as it is.",
            "중요한 것은 곱해지는 횟수, 곧 깊이입니다. 너비를 늘려도 그대로입니다.",
        ),
        mistake(
            "first-layer-largest",
            "last_to_first < 1",
            "The gradient starts at the loss; the first layer is the farthest from it.",
            "기울기는 손실에서 출발하며, 첫 층이 손실에서 가장 멉니다.",
        ),
    ],
)
def deep_sigmoid_network(random):
    def gradients(depth, width, activation, skip=0.0):
        weights = [(random.normal(width, width) * width**-0.5).requires_grad_() for _ in range(depth)]
        start = random.normal(width).requires_grad_()
        state = start
        for weight in weights:
            state = activation(weight @ state) + skip * state
        found = torch.autograd.grad(state.mean(), [start, weights[0], weights[-1]])
        return [gradient.norm() * width**0.5 for gradient in found]

    deep = gradients(10, 32, torch.sigmoid)
    return {
        "shallow": gradients(2, 32, torch.sigmoid)[0],
        "deep": deep[0],
        "deep_wide": gradients(10, 128, torch.sigmoid)[0],
        "deep_relu": gradients(10, 32, torch.relu)[0],
        "deep_skip": gradients(10, 32, torch.sigmoid, skip=1.0)[0],
        "last_to_first": deep[2] / deep[1],
    }


# --- clipping ---------------------------------------------------------------------------------------------


@proof(
    "gradient-clipping",
    title=("Gradient clipping by norm", "노름에 의한 기울기 클리핑"),
    statement=(
        "A gradient longer than the limit is shortened to it and keeps its direction; a shorter one is left alone.",
        "노름이 한계를 넘는 기울기는 방향을 유지한 채 한계까지 줄이고, 넘지 않는 기울기는 그대로 둔다.",
    ),
    symbols={
        "g": symbol("vector[d]", "gradient", "기울기", ["grad", "gradient"]),
        "c": symbol("positive", "limit of the norm", "노름의 한계", ["threshold", "max_norm", "theta"]),
    },
    where=["norm(g) > 1e-6"],
    steps={
        "length": step("norm(g)"),
        "scale": step("min(1, c / length)"),
        "clipped": step("scale * g"),
    },
    source="Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks, sec. 3.2",
    claims=[claim("norm(clipped) <= c + 1e-9", "the limit is never exceeded", "한계를 넘지 않는다")],
    mistakes=[
        mistake(
            "always-rescaled",
            "c / length * g",
            "Only a gradient that exceeds the limit is changed; a short one must not be enlarged.",
            "한계를 넘는 기울기만 바꿉니다. 짧은 기울기를 늘리면 안 됩니다.",
        ),
        mistake(
            "entry-by-entry",
            "clip(g, -c, c)",
            "Cutting off each entry changes the direction; clipping by norm scales the whole vector.",
            "성분마다 자르면 방향이 바뀝니다. 노름 클리핑은 벡터 전체를 같은 비율로 줄입니다.",
        ),
        mistake(
            "times-the-limit",
            "c * g",
            "The gradient is divided by its norm as well.",
            "기울기를 노름으로 나누기도 해야 합니다.",
        ),
        mistake(
            "set-to-zero",
            "g if length <= c else 0 * g",
            "A gradient that is too long is shortened, not dropped.",
            "너무 긴 기울기는 버리는 것이 아니라 줄입니다.",
        ),
    ],
)
def gradient_clipping(g, c):
    length = torch.sqrt((g * g).sum())
    scale = torch.clamp(c / length, max=1)
    return {"length": length, "scale": scale, "clipped": scale * g}


@gradient_clipping.oracle("operator", "torch.nn.utils.clip_grad_norm_", tolerance=1e-4)
def _(g, c):
    parameter = torch.nn.Parameter(torch.zeros_like(g))
    parameter.grad = g.clone()
    torch.nn.utils.clip_grad_norm_([parameter], c.item())  # divides by the norm plus 1e-6, hence the tolerance
    return parameter.grad


@gradient_clipping.oracle("closed-form", "nearest point of the ball of radius c", "반지름 c인 공에서 가장 가까운 점")
def _(g, c):
    direction = torch.nn.functional.normalize(g, dim=0)
    return direction * torch.minimum(torch.linalg.vector_norm(g), c)
