"""Proofs for the chapter activation-functions."""

from __future__ import annotations

import itertools
import math

from quizprep.lazy import numpy, torch
from quizprep.proofs import claim, mistake, proof, step, symbol

X = symbol("real", "input", "입력", ["z"])


# --- why a non-linearity --------------------------------------------------------------------------


@proof(
    "linear-layers-collapse",
    title=("Stacked linear layers are one linear layer", "쌓은 선형 층은 선형 층 하나와 같다"),
    statement=(
        "Linear layers without an activation between them multiply to a single matrix.",
        "활성화 함수 없이 쌓은 선형 층은 행렬을 곱한 선형 층 하나와 같다.",
    ),
    symbols={
        "W_1": symbol("matrix[h, d]", "weights of the first layer", "첫째 층의 가중치"),
        "W_2": symbol("matrix[k, h]", "weights of the second layer", "둘째 층의 가중치"),
        "x": symbol("vector[d]", "input", "입력"),
    },
    steps={
        "hidden": step("W_1 x", aliases=["h_1"]),
        "with_relu": step("W_2 relu(hidden)"),
        "collapsed": step("W_2 W_1"),
        "output": step("W_2 hidden", aliases=["y"]),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 6.1",
    mistakes=[
        mistake(
            "relu-changes-nothing",
            "W_2 relu(W_1 x)",
            "With ReLU in between the two layers no longer collapse.",
            "사이에 ReLU가 있으면 두 층은 하나로 합쳐지지 않습니다.",
        ),
        mistake(
            "layers-added",
            "2 * (W_2 hidden)",
            "Two layers compose, they do not add up to twice an output.",
            "두 층은 더해지는 것이 아니라 합성됩니다. 출력이 두 배가 되지는 않습니다.",
        ),
        mistake(
            "relu-at-the-end",
            "relu(W_2 W_1 x)",
            "An activation on the output changes it; here there is none.",
            "출력에 활성화 함수를 씌우면 값이 달라집니다. 여기에는 활성화 함수가 없습니다.",
        ),
    ],
)
def linear_layers_collapse(W_1, W_2, x):
    hidden = W_1 @ x
    return {"hidden": hidden, "with_relu": W_2 @ torch.relu(hidden), "collapsed": W_2 @ W_1, "output": W_2 @ hidden}


@linear_layers_collapse.oracle("operator", "one linear layer with the product matrix", "곱한 행렬을 쓰는 선형 층 하나")
def _(W_1, W_2, x):
    return torch.nn.functional.linear(x, torch.linalg.multi_dot([W_2, W_1]))


@linear_layers_collapse.oracle("autograd", "Jacobian of the two layers", "두 층의 야코비 행렬", samples=16)
def _(W_1, W_2, x):
    def layers(point):
        return torch.nn.functional.linear(torch.nn.functional.linear(point, W_1), W_2)

    return {"collapsed": torch.autograd.functional.jacobian(layers, x)}


@proof(
    "composed-slopes",
    title=("Three linear layers f(x) = ax", "세 겹의 선형 층 f(x) = ax"),
    statement=(
        "Composing f(x) = ax three times multiplies the slopes: a³x, still a straight line.",
        "f(x) = ax를 세 번 합성하면 기울기가 곱해져 a³x가 되며, 여전히 직선이다.",
    ),
    symbols={
        "a": symbol("real", "slope of a layer", "층의 기울기"),
        "x": symbol("real", "input", "입력"),
    },
    steps={"once": step("a * x"), "twice": step("a * once"), "thrice": step("a * twice")},
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 6.1",
    mistakes=[
        mistake(
            "slopes-added",
            "3 * a * x",
            "The layers are composed, not added: the slopes multiply.",
            "층을 더한 것이 아니라 합성한 것이므로 기울기를 곱해야 합니다.",
        ),
        mistake(
            "only-the-last",
            "a * x",
            "Each of the three layers multiplies by its slope.",
            "세 층이 각각 기울기를 곱합니다.",
        ),
        mistake(
            "input-cubed",
            "a * x^3",
            "The output of a layer is passed on, not the input multiplied again.",
            "입력을 거듭 곱하는 것이 아니라 층의 출력을 다음 층에 넘깁니다.",
        ),
    ],
)
def composed_slopes(a, x):
    once = a * x
    twice = a * once
    return {"once": once, "twice": twice, "thrice": a * twice}


@composed_slopes.oracle("operator", "torch.nn.functional.linear, three times", "torch.nn.functional.linear 세 번")
def _(a, x):
    value = x.reshape(1)
    for _ in range(3):
        value = torch.nn.functional.linear(value, a.reshape(1, 1))
    return value[0]


@proof(
    "xor-network",
    title=("XOR with two ReLU units", "ReLU 유닛 두 개로 푸는 XOR"),
    statement=(
        "relu(x₁ + x₂) − 2·relu(x₁ + x₂ − 1) is XOR on bits.",
        "비트에 대해 relu(x₁ + x₂) − 2·relu(x₁ + x₂ − 1)은 XOR이다.",
    ),
    symbols={
        "x_1": symbol("bit", "first bit", "첫째 비트"),
        "x_2": symbol("bit", "second bit", "둘째 비트"),
    },
    steps={
        "h_1": step("relu(x_1 + x_2)"),
        "h_2": step("relu(x_1 + x_2 - 1)"),
        "y": step("h_1 - 2 * h_2"),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 6.1",
    mistakes=[
        mistake(
            "or",
            "h_1 - h_2",
            "That is OR: for two ones the second unit has to cancel the first completely.",
            "그것은 OR입니다. 둘 다 1이면 둘째 유닛이 첫째를 완전히 상쇄해야 합니다.",
        ),
        mistake(
            "and",
            "h_2",
            "That is AND: the second unit fires only if both bits are 1.",
            "그것은 AND입니다. 둘째 유닛은 두 비트가 모두 1일 때만 켜집니다.",
        ),
        mistake(
            "no-activation",
            "(x_1 + x_2) - 2 * (x_1 + x_2 - 1)",
            "Without ReLU the units collapse to a linear function, which cannot be XOR.",
            "ReLU가 없으면 두 유닛이 선형 함수로 합쳐져 XOR을 나타낼 수 없습니다.",
        ),
    ],
)
def xor_network(x_1, x_2):
    h_1 = torch.relu(x_1 + x_2)
    h_2 = torch.relu(x_1 + x_2 - 1)
    return {"h_1": h_1, "h_2": h_2, "y": h_1 - 2 * h_2}


@xor_network.oracle("operator", "torch.logical_xor")
def _(x_1, x_2):
    return torch.logical_xor(x_1.bool(), x_2.bool()).double()


@proof(
    "linear-rules-on-gates",
    title=("What a single linear threshold can do", "선형 문턱 하나가 할 수 있는 것"),
    statement=(
        "Some line separates AND and OR without error; the best line gets only 3 of XOR's 4 cases right.",
        "AND와 OR은 직선 하나로 오류 없이 나뉘지만, XOR은 가장 좋은 직선도 네 경우 중 셋만 맞힌다.",
    ),
    symbols={},
    steps={
        "best_and": step(
            en="best number of right cases for AND over 41³ lines", ko="직선 41³개 중 AND를 가장 많이 맞힌 수"
        ),
        "best_or": step(en="the same for OR", ko="OR에 대해 가장 많이 맞힌 수"),
        "best_xor": step(en="the same for XOR", ko="XOR에 대해 가장 많이 맞힌 수"),
    },
    source="Minsky & Papert, Perceptrons (1969)",
    claims=[
        claim("best_and = 4", "AND is linearly separable", "AND는 선형 분리가 된다"),
        claim("best_or = 4", "OR is linearly separable", "OR은 선형 분리가 된다"),
        claim("best_xor = 3", "XOR is not", "XOR은 선형 분리가 되지 않는다"),
    ],
    mistakes=[
        mistake(
            "separable",
            "4",
            "No line puts (0,1) and (1,0) on one side and (0,0) and (1,1) on the other.",
            "(0,1)과 (1,0)을 한쪽에, (0,0)과 (1,1)을 다른 쪽에 두는 직선은 없습니다.",
        ),
    ],
    vectorized=False,
)
def linear_rules_on_gates():
    weights = torch.linspace(-2, 2, 41)
    lines = torch.cartesian_prod(weights, weights, weights)  # w1, w2, b
    points = torch.tensor([[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
    fires = lines @ points.T > 1e-9

    def best(outputs):
        return (fires == torch.tensor(outputs)).sum(1).max().double()

    return {
        "best_and": best([False, False, False, True]),
        "best_or": best([False, True, True, True]),
        "best_xor": best([False, True, True, False]),
    }


@linear_rules_on_gates.oracle("brute-force", "every rule with small whole weights", "작은 정수 가중치를 쓰는 모든 규칙")
def _():
    cases = list(itertools.product((0, 1), repeat=2))
    rules = list(itertools.product(range(-3, 4), range(-3, 4), (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)))

    def best(gate):
        return max(sum((w1 * x + w2 * y + b > 0) == gate(x, y) for x, y in cases) for w1, w2, b in rules)

    return {
        "best_and": float(best(lambda x, y: x + y == 2)),
        "best_or": float(best(lambda x, y: x + y > 0)),
        "best_xor": float(best(lambda x, y: x != y)),
    }


# --- the functions ---------------------------------------------------------------------------------


@proof(
    "sigmoid",
    title=("Sigmoid", "시그모이드"),
    statement=(
        "The sigmoid 1/(1 + e⁻ˣ) maps any number into (0, 1); its derivative s(1 − s) is at most 1/4.",
        "시그모이드 1/(1 + e⁻ˣ)는 모든 수를 (0, 1)로 옮기며, 도함수 s(1 − s)는 1/4을 넘지 않는다.",
    ),
    symbols={"x": X},
    steps={
        "s": step("1 / (1 + exp(-x))", aliases=["y", "a"]),
        "slope": step("s * (1 - s)", aliases=["ds", "derivative", "s'"]),
    },
    result="s",
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 3.10",
    gradients=["x"],
    claims=[
        claim("0 < s < 1", "its values lie between 0 and 1", "함숫값은 0과 1 사이에 있다"),
        claim("slope <= 1/4", "its slope is at most 1/4", "기울기는 1/4을 넘지 않는다"),
    ],
    mistakes=[
        mistake(
            "falling",
            "1 / (1 + exp(x))",
            "The sign of the exponent is missing: this one falls from 1 to 0.",
            "지수의 부호가 빠졌습니다. 이 함수는 1에서 0으로 감소합니다.",
        ),
        mistake(
            "one-minus",
            "1 / (1 - exp(-x))",
            "The denominator adds: 1 + e⁻ˣ. With minus it has a pole at 0.",
            "분모는 1 + e⁻ˣ입니다. 빼면 0에서 값이 정의되지 않습니다.",
        ),
        mistake(
            "tanh",
            "tanh(x)",
            "That is tanh, with values in (−1, 1); the sigmoid stays in (0, 1).",
            "그것은 값이 (−1, 1)인 tanh입니다. 시그모이드의 값은 (0, 1)입니다.",
        ),
        mistake(
            "square-for-product",
            "s * (1 - s^2)",
            "The derivative is s(1 − s); 1 − t² is the derivative of tanh.",
            "도함수는 s(1 − s)입니다. 1 − t²은 tanh의 도함수입니다.",
            of="slope",
        ),
        mistake(
            "one-minus-only",
            "1 - s",
            "A factor s is missing: the slope falls to 0 on both sides.",
            "s가 빠졌습니다. 기울기는 양쪽 끝에서 모두 0에 가까워집니다.",
            of="slope",
        ),
        mistake(
            "plus-in-the-slope",
            "s * (1 + s)",
            "The sign is wrong: the slope must vanish where s is near 1.",
            "부호가 틀렸습니다. s가 1에 가까우면 기울기는 0에 가까워져야 합니다.",
            of="slope",
        ),
    ],
)
def sigmoid(x):
    s = 1 / (1 + torch.exp(-x))
    return {"s": s, "slope": s * (1 - s)}


@sigmoid.oracle("operator", "torch.sigmoid")
def _(x):
    return torch.sigmoid(x)


@sigmoid.oracle("autograd", "derivative of (1 + tanh(x/2))/2", "(1 + tanh(x/2))/2의 미분")
def _(x):
    point = x.clone().requires_grad_()
    value = (1 + torch.tanh(point / 2)) / 2
    (slope,) = torch.autograd.grad(value, point)
    return {"s": value.detach(), "slope": slope}


@proof(
    "tanh",
    title=("Hyperbolic tangent", "쌍곡탄젠트(tanh)"),
    statement=(
        "tanh maps into (−1, 1) and is centred on 0: a stretched sigmoid, tanh(x) = 2σ(2x) − 1.",
        "tanh의 값은 (−1, 1)이고 0을 중심으로 한다. 늘인 시그모이드로, tanh(x) = 2σ(2x) − 1이다.",
    ),
    symbols={"x": X},
    steps={
        "t": step("(exp(x) - exp(-x)) / (exp(x) + exp(-x))", aliases=["y", "a"]),
        "slope": step("1 - t^2", aliases=["derivative", "t'"]),
    },
    result="t",
    source="LeCun, Bottou, Orr & Müller (1998), Efficient BackProp, sec. 4.4",
    gradients=["x"],
    claims=[claim("slope <= 1", "its slope is at most 1", "기울기는 1을 넘지 않는다")],
    mistakes=[
        mistake(
            "sigmoid",
            "1 / (1 + exp(-x))",
            "That is the sigmoid, with values in (0, 1).",
            "그것은 값이 (0, 1)인 시그모이드입니다.",
        ),
        mistake(
            "not-stretched",
            "2 / (1 + exp(-x)) - 1",
            "The input of the sigmoid is doubled too: tanh(x) = 2σ(2x) − 1.",
            "시그모이드의 입력도 두 배여야 합니다. tanh(x) = 2σ(2x) − 1입니다.",
        ),
        mistake(
            "upside-down",
            "(exp(x) + exp(-x)) / (exp(x) - exp(-x))",
            "The fraction is upside down: the difference belongs on top.",
            "분수가 뒤집혔습니다. 차가 분자에 와야 합니다.",
        ),
    ],
)
def hyperbolic_tangent(x):
    t = (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))
    return {"t": t, "slope": 1 - t**2}


@hyperbolic_tangent.oracle("operator", "torch.tanh")
def _(x):
    return torch.tanh(x)


@hyperbolic_tangent.oracle("autograd", "2σ(2x) − 1 and its derivative", "2σ(2x) − 1과 그 미분")
def _(x):
    point = x.clone().requires_grad_()
    value = 2 * torch.sigmoid(2 * point) - 1
    (slope,) = torch.autograd.grad(value, point)
    return {"t": value.detach(), "slope": slope}


@proof(
    "relu",
    title=("ReLU", "ReLU"),
    statement=(
        "ReLU is max(0, x): slope 1 where its input is positive, 0 where it is negative.",
        "ReLU는 max(0, x)이다. 입력이 양수이면 기울기가 1, 음수이면 0이다.",
    ),
    symbols={"x": X},
    where=["x != 0"],
    steps={
        "y": step("max(0, x)", aliases=["a", "h"]),
        "slope": step("1 if x > 0 else 0", aliases=["derivative", "y'"]),
    },
    result="y",
    source="Nair & Hinton (2010), Rectified linear units improve restricted Boltzmann machines, ICML",
    gradients=["x"],
    mistakes=[
        mistake(
            "absolute-value",
            "|x|",
            "Negative inputs become 0, they are not mirrored.",
            "음수 입력은 부호가 바뀌는 것이 아니라 0이 됩니다.",
        ),
        mistake(
            "min",
            "min(0, x)",
            "It is the maximum: positive inputs pass.",
            "최댓값이어야 합니다. 양수 입력이 통과합니다.",
        ),
        mistake(
            "step",
            "1 if x > 0 else 0",
            "That is the step function; ReLU passes the positive input itself.",
            "그것은 계단 함수입니다. ReLU는 양수 입력을 그대로 통과시킵니다.",
        ),
        mistake(
            "leaky",
            "max(0.01 * x, x)",
            "That is leaky ReLU: plain ReLU gives 0 for negative inputs.",
            "그것은 Leaky ReLU입니다. 보통의 ReLU는 음수에서 0입니다.",
        ),
        mistake(
            "linear",
            "x",
            "Negative inputs have to become 0, or nothing is non-linear here.",
            "음수 입력은 0이 되어야 합니다. 그렇지 않으면 비선형성이 없습니다.",
        ),
    ],
)
def relu(x):
    return {"y": torch.maximum(torch.zeros(()), x), "slope": torch.where(x > 0, 1.0, 0.0)}


@relu.oracle("operator", "torch.relu and its autograd", "torch.relu와 자동 미분")
def _(x):
    point = x.clone().requires_grad_()
    value = torch.relu(point)
    (slope,) = torch.autograd.grad(value, point)
    return {"y": value.detach(), "slope": slope}


@proof(
    "slopes-through-depth",
    title=("Product of activation slopes", "활성화 함수 기울기의 곱"),
    statement=(
        "Through n layers the slopes multiply: ReLU's stay 1 for a positive input, the sigmoid's vanish.",
        "n개 층을 지나면 기울기가 곱해진다. 입력이 양수일 때 ReLU의 곱은 1이지만 시그모이드의 곱은 사라진다.",
    ),
    symbols={
        "x": symbol("real", "input of each activation", "각 활성화 함수의 입력", ["z"]),
        "n": symbol("positive-count in 1..30", "number of layers", "층 수"),
    },
    where=["x != 0"],
    steps={
        "relu_product": step("1 if x > 0 else 0"),
        "tanh_product": step("(1 - tanh(x)^2)^n"),
        "sigmoid_product": step("(sigmoid(x) * (1 - sigmoid(x)))^n"),
    },
    source="Glorot, Bordes & Bengio (2011), Deep sparse rectifier neural networks, AISTATS",
    mistakes=[
        mistake(
            "added",
            "n * sigmoid(x) * (1 - sigmoid(x))",
            "The chain rule multiplies the slopes, it does not add them.",
            "연쇄 법칙은 기울기를 더하지 않고 곱합니다.",
        ),
        mistake(
            "one-layer",
            "sigmoid(x) * (1 - sigmoid(x))",
            "Every layer contributes a factor of its own.",
            "층마다 기울기가 한 번씩 곱해져야 합니다.",
        ),
        mistake(
            "values-multiplied",
            "sigmoid(x)^n",
            "The slopes are multiplied, not the values.",
            "함숫값이 아니라 기울기를 곱해야 합니다.",
        ),
    ],
)
def slopes_through_depth(x, n):
    s = torch.sigmoid(x)
    return {
        "relu_product": torch.where(x > 0, 1.0, 0.0),
        "tanh_product": (1 - torch.tanh(x) ** 2) ** n,
        "sigmoid_product": (s * (1 - s)) ** n,
    }


@slopes_through_depth.oracle(
    "autograd", "chain of activations shifted to one input", "입력을 맞춘 활성화 함수의 합성", samples=24
)
def _(x, n):
    def product(activation):
        start = x.clone().requires_grad_()
        value = start
        for _ in range(int(n)):
            value = activation(value)
            value = value + (x - value).detach()  # the next activation sees x again
        return torch.autograd.grad(value, start)[0]

    return {
        "relu_product": product(torch.relu),
        "tanh_product": product(torch.tanh),
        "sigmoid_product": product(torch.sigmoid),
    }


# --- softmax -----------------------------------------------------------------------------------------


@proof(
    "softmax",
    title=("Softmax", "소프트맥스"),
    statement=(
        "Softmax divides each exponential by their sum: positive shares that add up to 1 and depend only on differences.",
        "소프트맥스는 각 지수값을 그 합으로 나눈다. 합이 1인 양수들이 되며, 입력의 차이에만 의존한다.",
    ),
    symbols={"z": symbol("vector[K]", "logits", "로짓", ["x"])},
    steps={
        "exponentials": step("exp(z)"),
        "total": step("sum(exponentials)"),
        "p": step("exponentials / total", aliases=["y", r"\hat y", "a"]),
    },
    source="Bridle (1990), Probabilistic interpretation of feedforward classification network outputs; "
    "Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 6.2.2.3",
    claims=[claim("abs(sum(p) - 1) < 1e-9", "the shares add up to 1", "합이 1이다")],
    mistakes=[
        mistake(
            "no-exponential",
            "z / sum(z)",
            "The exponential is missing: without it shares can be negative.",
            "지수 함수가 빠졌습니다. 그대로 나누면 음수가 나올 수 있습니다.",
        ),
        mistake(
            "divided-by-the-largest",
            "exp(z) / max(exp(z))",
            "Dividing by the largest does not make the shares add up to 1; divide by the sum.",
            "가장 큰 값으로 나누면 합이 1이 되지 않습니다. 합으로 나눠야 합니다.",
        ),
        mistake(
            "sigmoids",
            "1 / (1 + exp(-z))",
            "Separate sigmoids do not compete: they need not add up to 1.",
            "따로따로 시그모이드를 쓰면 서로 경쟁하지 않으므로 합이 1이 아닐 수 있습니다.",
        ),
        mistake(
            "exponential-of-the-sum",
            "exp(z) / exp(sum(z))",
            "The denominator sums the exponentials; e to the sum is their product.",
            "분모는 지수값들의 합입니다. 합의 지수는 그 곱이 됩니다.",
        ),
        mistake(
            "negative-logits",
            "exp(-z) / sum(exp(-z))",
            "The sign is wrong: the largest logit must get the largest share.",
            "부호가 틀렸습니다. 가장 큰 로짓의 확률이 가장 커야 합니다.",
        ),
    ],
)
def softmax(z):
    exponentials = torch.exp(z)
    total = exponentials.sum()
    return {"exponentials": exponentials, "total": total, "p": exponentials / total}


@softmax.oracle("operator", "torch.softmax")
def _(z):
    return torch.softmax(z, 0)


@softmax.oracle("autograd", "gradient of log-sum-exp", "log-sum-exp의 기울기")
def _(z):
    point = z.clone().requires_grad_()
    return torch.autograd.grad(torch.logsumexp(point, 0), point)[0]


@proof(
    "softmax-shift",
    title=("Shifting the logits", "로짓을 옮기면"),
    statement=(
        "Adding the same number to every logit leaves softmax unchanged; multiplying them sharpens it.",
        "모든 로짓에 같은 수를 더해도 소프트맥스는 그대로이고, 곱하면 뾰족해진다.",
    ),
    symbols={
        "z": symbol("vector[K]", "logits", "로짓"),
        "c": symbol("real", "number added to every logit", "모든 로짓에 더하는 수"),
    },
    steps={
        "before": step("softmax(z)"),
        "doubled": step("softmax(2 * z)"),
        "after": step("softmax(z + c)"),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 4.1",
    claims=[claim("max(abs(after - before)) < 1e-9", "nothing changes", "아무것도 변하지 않는다")],
    mistakes=[
        mistake(
            "scaled",
            "exp(c) * softmax(z)",
            "The factor e^c stands in the numerator and in the denominator: it cancels.",
            "e^c은 분자와 분모에 모두 있어 약분됩니다.",
        ),
        mistake(
            "shifted",
            "softmax(z) + c",
            "The shares still add up to 1: the shift cancels.",
            "합은 여전히 1입니다. 더한 수는 약분되어 사라집니다.",
        ),
        mistake(
            "sharpened",
            "softmax(2 * z)",
            "Multiplying the logits sharpens the shares; adding to them does not.",
            "로짓에 곱하면 뾰족해지지만, 더하면 그대로입니다.",
        ),
    ],
)
def softmax_shift(z, c):
    def shares(logits):
        return torch.exp(logits) / torch.exp(logits).sum()

    return {"before": shares(z), "doubled": shares(2 * z), "after": shares(z + c)}


@softmax_shift.oracle("operator", "torch.log_softmax, exponentiated", "torch.log_softmax의 지수")
def _(z, c):
    return {"before": torch.log_softmax(z, 0).exp(), "after": torch.log_softmax(z + c, 0).exp()}


@proof(
    "two-way-softmax",
    title=("Softmax over two logits is a sigmoid", "두 로짓의 소프트맥스는 시그모이드이다"),
    statement=(
        "The second share of softmax over two logits is the sigmoid of their difference.",
        "두 로짓에 대한 소프트맥스의 둘째 값은 두 로짓의 차에 대한 시그모이드이다.",
    ),
    symbols={
        "z_0": symbol("real", "logit of class 0", "클래스 0의 로짓"),
        "z_1": symbol("real", "logit of class 1", "클래스 1의 로짓"),
    },
    steps={
        "difference": step("z_1 - z_0"),
        "p": step("1 / (1 + exp(-difference))", aliases=["p_1", "y"]),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), sec. 4.2",
    mistakes=[
        mistake(
            "separate-sigmoid",
            "sigmoid(z_1)",
            "Only the difference of the logits counts; the other logit is left out.",
            "중요한 것은 두 로짓의 차입니다. 다른 로짓이 빠졌습니다.",
        ),
        mistake(
            "wrong-class",
            "sigmoid(z_0 - z_1)",
            "That is the probability of class 0: the difference is the wrong way round.",
            "그것은 클래스 0의 확률입니다. 빼는 순서가 반대입니다.",
        ),
        mistake(
            "sum-for-difference",
            "sigmoid(z_0 + z_1)",
            "The logits are subtracted: a large logit of class 0 lowers the probability of class 1.",
            "로짓은 빼야 합니다. 클래스 0의 로짓이 크면 클래스 1의 확률은 작아집니다.",
        ),
        mistake(
            "plain-ratio",
            "z_1 / (z_0 + z_1)",
            "The exponentials are missing.",
            "지수 함수가 빠졌습니다.",
        ),
    ],
)
def two_way_softmax(z_0, z_1):
    difference = z_1 - z_0
    return {"difference": difference, "p": 1 / (1 + torch.exp(-difference))}


@two_way_softmax.oracle("operator", "torch.softmax over both logits", "두 로짓에 대한 torch.softmax")
def _(z_0, z_1):
    return torch.softmax(torch.stack([z_0, z_1]), 0)[1]


@two_way_softmax.oracle("brute-force", "exponentials in numpy", "numpy로 계산한 지수값")
def _(z_0, z_1):
    zero, one = numpy.exp(z_0.item()), numpy.exp(z_1.item())
    return torch.tensor(float(one / math.fsum([zero, one])))


@proof(
    "one-unit-softmax",
    title=("Softmax of a single unit", "유닛 하나의 소프트맥스"),
    statement=(
        "Softmax over one output is always 1, so a binary head with one unit needs a sigmoid.",
        "출력이 하나이면 소프트맥스는 항상 1이므로, 유닛이 하나인 이진 분류 출력에는 시그모이드를 쓴다.",
    ),
    symbols={"z": symbol("real", "the single logit", "하나뿐인 로짓", ["x"])},
    steps={
        "sigmoid_output": step("1 / (1 + exp(-z))"),
        "softmax_output": step("exp(z) / exp(z)"),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), sec. 4.2",
    mistakes=[
        mistake(
            "the-sigmoid",
            "1 / (1 + exp(-z))",
            "Softmax divides by its own sum; over a single output that leaves 1.",
            "소프트맥스는 합으로 나누므로 출력이 하나이면 1이 됩니다.",
        ),
        mistake(
            "the-exponential",
            "exp(z)",
            "The division by the sum is missing.",
            "합으로 나누지 않았습니다.",
        ),
        mistake(
            "the-logit",
            "z",
            "Softmax does not pass the logit through.",
            "소프트맥스는 로짓을 그대로 내보내지 않습니다.",
        ),
    ],
)
def one_unit_softmax(z):
    return {"sigmoid_output": 1 / (1 + torch.exp(-z)), "softmax_output": torch.exp(z) / torch.exp(z)}


@one_unit_softmax.oracle("operator", "torch.sigmoid, torch.softmax")
def _(z):
    return {"sigmoid_output": torch.sigmoid(z), "softmax_output": torch.softmax(z.reshape(1), 0)[0]}
