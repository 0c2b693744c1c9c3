"""Proofs for the chapter activation-functions."""

from __future__ import annotations

import itertools
import math

from quizprep.citations import BISHOP, DEEP_LEARNING
from quizprep.lazy import numpy, torch
from quizprep.picture import bars, curve
from quizprep.proofs import claim, mistake, proof, step, symbol

X = symbol("real", "input", ["z"])


# --- why a non-linearity --------------------------------------------------------------------------


@proof(
    "linear-layers-collapse",
    title="Stacked linear layers are one linear layer",
    statement="Linear layers without an activation between them multiply to a single matrix.",
    symbols={
        "W_1": symbol("matrix[h, d]", "weights of the first layer"),
        "W_2": symbol("matrix[k, h]", "weights of the second layer"),
        "x": symbol("vector[d]", "input"),
    },
    steps={
        "hidden": step("W_1 x", aliases=["h_1"]),
        "with_relu": step("W_2 relu(hidden)"),
        "collapsed": step("W_2 W_1"),
        "output": step("W_2 hidden", aliases=["y"]),
    },
    source=f"{DEEP_LEARNING}, sec. 6.1",
    mistakes=[
        mistake("transposed", "(W_2 W_1)^T", "Rows and columns are exchanged.", of="collapsed"),
        mistake(
            "weights-rectified", "W_2 relu(W_1)", "There is no ReLU, and it would not act on weights.", of="collapsed"
        ),
        mistake("doubled", "2 * (W_2 W_1)", "Two layers compose, they do not add up.", of="collapsed"),
        mistake("relu-changes-nothing", "W_2 relu(W_1 x)", "With ReLU in between the two layers no longer collapse."),
        mistake("layers-added", "2 * (W_2 hidden)", "Two layers compose, they do not add up to twice an output."),
        mistake("relu-at-the-end", "relu(W_2 W_1 x)", "An activation on the output changes it; here there is none."),
    ],
)
def linear_layers_collapse(W_1, W_2, x):
    hidden = W_1 @ x
    return {"hidden": hidden, "with_relu": W_2 @ torch.relu(hidden), "collapsed": W_2 @ W_1, "output": W_2 @ hidden}


@linear_layers_collapse.oracle("operator", "one linear layer with the product matrix")
def _(W_1, W_2, x):
    return torch.nn.functional.linear(x, torch.linalg.multi_dot([W_2, W_1]))


@linear_layers_collapse.oracle("autograd", "Jacobian of the two layers", samples=16)
def _(W_1, W_2, x):
    def layers(point):
        return torch.nn.functional.linear(torch.nn.functional.linear(point, W_1), W_2)

    return {"collapsed": torch.autograd.functional.jacobian(layers, x)}


@proof(
    "composed-slopes",
    title="Three linear layers f(x) = ax",
    statement="Composing f(x) = ax three times multiplies the slopes: a³x, still a straight line.",
    symbols={
        "a": symbol("real", "slope of a layer"),
        "x": symbol("real", "input"),
    },
    steps={"once": step("a * x"), "twice": step("a * once"), "thrice": step("a * twice")},
    source=f"{DEEP_LEARNING}, sec. 6.1",
    mistakes=[
        mistake("slopes-added", "3 * a * x", "The layers are composed, not added: the slopes multiply."),
        mistake("only-the-last", "a * x", "Each of the three layers multiplies by its slope."),
        mistake("input-cubed", "a * x^3", "The output of a layer is passed on, not the input multiplied again."),
    ],
)
def composed_slopes(a, x):
    once = a * x
    twice = a * once
    return {"once": once, "twice": twice, "thrice": a * twice}


@composed_slopes.oracle("operator", "torch.nn.functional.linear, three times")
def _(a, x):
    value = x.reshape(1)
    for _ in range(3):
        value = torch.nn.functional.linear(value, a.reshape(1, 1))
    return value[0]


@proof(
    "xor-network",
    title="XOR with two ReLU units",
    statement="relu(x₁ + x₂) − 2·relu(x₁ + x₂ − 1) is XOR on bits.",
    symbols={
        "x_1": symbol("bit", "first bit"),
        "x_2": symbol("bit", "second bit"),
    },
    steps={
        "h_1": step("relu(x_1 + x_2)"),
        "h_2": step("relu(x_1 + x_2 - 1)"),
        "y": step("h_1 - 2 * h_2"),
    },
    source=f"{DEEP_LEARNING}, sec. 6.1",
    mistakes=[
        mistake("or", "h_1 - h_2", "That is OR: for two ones the second unit has to cancel the first completely."),
        mistake("and", "h_2", "That is AND: the second unit fires only if both bits are 1."),
        mistake(
            "no-activation",
            "(x_1 + x_2) - 2 * (x_1 + x_2 - 1)",
            "Without ReLU the units collapse to a linear function, which cannot be XOR.",
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
    title="What a single linear threshold can do",
    statement="Some line separates AND and OR without error; the best line gets only 3 of XOR's 4 cases right.",
    symbols={},
    steps={
        "best_and": step(note="best number of right cases for AND over 41³ lines"),
        "best_or": step(note="the same for OR"),
        "best_xor": step(note="the same for XOR"),
    },
    source="Minsky & Papert, Perceptrons (1969)",
    claims=[
        claim("best_and = 4", "AND is linearly separable"),
        claim("best_or = 4", "OR is linearly separable"),
        claim("best_xor = 3", "XOR is not"),
    ],
    mistakes=[
        mistake("separable", "4", "No line puts (0,1) and (1,0) on one side and (0,0) and (1,1) on the other."),
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


@linear_rules_on_gates.oracle("brute-force", "every rule with small whole weights")
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
    title="Sigmoid",
    statement="The sigmoid 1/(1 + e⁻ˣ) maps any number into (0, 1); its derivative s(1 − s) is at most 1/4.",
    symbols={"x": X},
    steps={
        "s": step("1 / (1 + exp(-x))", aliases=["y", "a"]),
        "slope": step("s * (1 - s)", aliases=["ds", "derivative", "s'"]),
    },
    result="s",
    source=f"{DEEP_LEARNING}, sec. 3.10",
    gradients=["x"],
    claims=[
        claim("0 < s < 1", "its values lie between 0 and 1"),
        claim("slope <= 1/4", "its slope is at most 1/4"),
    ],
    mistakes=[
        mistake("falling", "1 / (1 + exp(x))", "The sign of the exponent is missing: this one falls from 1 to 0."),
        mistake("one-minus", "1 / (1 - exp(-x))", "The denominator adds: 1 + e⁻ˣ. With minus it has a pole at 0."),
        mistake("tanh", "tanh(x)", "That is tanh, with values in (−1, 1); the sigmoid stays in (0, 1)."),
        mistake(
            "square-for-product",
            "s * (1 - s^2)",
            "The derivative is s(1 − s); 1 − t² is the derivative of tanh.",
            of="slope",
        ),
        mistake("one-minus-only", "1 - s", "A factor s is missing: the slope falls to 0 on both sides.", of="slope"),
        mistake(
            "plus-in-the-slope",
            "s * (1 + s)",
            "The sign is wrong: the slope must vanish where s is near 1.",
            of="slope",
        ),
    ],
    picture=curve("x", -6, 6, "s", "slope"),
)
def sigmoid(x):
    s = 1 / (1 + torch.exp(-x))
    return {"s": s, "slope": s * (1 - s)}


@sigmoid.oracle("operator", "torch.sigmoid")
def _(x):
    return torch.sigmoid(x)


@sigmoid.oracle("autograd", "derivative of (1 + tanh(x/2))/2")
def _(x):
    point = x.clone().requires_grad_()
    value = (1 + torch.tanh(point / 2)) / 2
    (slope,) = torch.autograd.grad(value, point)
    return {"s": value.detach(), "slope": slope}


@proof(
    "tanh",
    title="Hyperbolic tangent",
    statement="tanh maps into (−1, 1) and is centred on 0: a stretched sigmoid, tanh(x) = 2σ(2x) − 1.",
    symbols={"x": X},
    steps={
        "t": step("(exp(x) - exp(-x)) / (exp(x) + exp(-x))", aliases=["y", "a"]),
        "slope": step("1 - t^2", aliases=["derivative", "t'"]),
    },
    result="t",
    source="LeCun, Bottou, Orr & Müller (1998), Efficient BackProp, sec. 4.4",
    gradients=["x"],
    claims=[claim("slope <= 1", "its slope is at most 1")],
    mistakes=[
        mistake("sigmoid", "1 / (1 + exp(-x))", "That is the sigmoid, with values in (0, 1)."),
        mistake(
            "not-stretched", "2 / (1 + exp(-x)) - 1", "The input of the sigmoid is doubled too: tanh(x) = 2σ(2x) − 1."
        ),
        mistake(
            "upside-down",
            "(exp(x) + exp(-x)) / (exp(x) - exp(-x))",
            "The fraction is upside down: the difference belongs on top.",
        ),
    ],
    picture=curve("x", -4, 4, "t", "slope"),
)
def hyperbolic_tangent(x):
    t = (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))
    return {"t": t, "slope": 1 - t**2}


@hyperbolic_tangent.oracle("operator", "torch.tanh")
def _(x):
    return torch.tanh(x)


@hyperbolic_tangent.oracle("autograd", "2σ(2x) − 1 and its derivative")
def _(x):
    point = x.clone().requires_grad_()
    value = 2 * torch.sigmoid(2 * point) - 1
    (slope,) = torch.autograd.grad(value, point)
    return {"t": value.detach(), "slope": slope}


@proof(
    "relu",
    title="ReLU",
    statement="ReLU is max(0, x): slope 1 where its input is positive, 0 where it is negative.",
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
        mistake("absolute-value", "|x|", "Negative inputs become 0, they are not mirrored."),
        mistake("min", "min(0, x)", "It is the maximum: positive inputs pass."),
        mistake("step", "1 if x > 0 else 0", "That is the step function; ReLU passes the positive input itself."),
        mistake("leaky", "max(0.01 * x, x)", "That is leaky ReLU: plain ReLU gives 0 for negative inputs."),
        mistake("linear", "x", "Negative inputs have to become 0, or nothing is non-linear here."),
    ],
    picture=curve("x", -3, 3, "y", "slope"),
)
def relu(x):
    return {"y": torch.maximum(torch.zeros(()), x), "slope": torch.where(x > 0, 1.0, 0.0)}


@relu.oracle("operator", "torch.relu and its autograd")
def _(x):
    point = x.clone().requires_grad_()
    value = torch.relu(point)
    (slope,) = torch.autograd.grad(value, point)
    return {"y": value.detach(), "slope": slope}


@proof(
    "slopes-through-depth",
    title="Product of activation slopes",
    statement="Through n layers the slopes multiply: ReLU's stay 1 for a positive input, the sigmoid's vanish.",
    symbols={
        "x": symbol("real", "input of each activation", ["z"]),
        "n": symbol("positive-count in 1..30", "number of layers"),
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
            "added", "n * sigmoid(x) * (1 - sigmoid(x))", "The chain rule multiplies the slopes, it does not add them."
        ),
        mistake("one-layer", "sigmoid(x) * (1 - sigmoid(x))", "Every layer contributes a factor of its own."),
        mistake("values-multiplied", "sigmoid(x)^n", "The slopes are multiplied, not the values."),
    ],
    picture=curve("n", 1, 12),
)
def slopes_through_depth(x, n):
    s = torch.sigmoid(x)
    return {
        "relu_product": torch.where(x > 0, 1.0, 0.0),
        "tanh_product": (1 - torch.tanh(x) ** 2) ** n,
        "sigmoid_product": (s * (1 - s)) ** n,
    }


@slopes_through_depth.oracle("autograd", "chain of activations shifted to one input", samples=24)
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
    title="Softmax",
    statement=(
        "Softmax divides each exponential by their sum: positive shares that add up to 1 and depend only "
        "on differences."
    ),
    symbols={"z": symbol("vector[K]", "logits", ["x"])},
    steps={
        "exponentials": step("exp(z)"),
        "total": step("sum(exponentials)"),
        "p": step("exponentials / total", aliases=["y", r"\hat y", "a"]),
    },
    source="Bridle (1990), Probabilistic interpretation of feedforward classification network outputs; "
    f"{DEEP_LEARNING}, sec. 6.2.2.3",
    claims=[claim("abs(sum(p) - 1) < 1e-9", "the shares add up to 1")],
    general=["softmax(z / {temperature})"],
    mistakes=[
        mistake("no-exponential", "z / sum(z)", "The exponential is missing: without it shares can be negative."),
        mistake(
            "divided-by-the-largest",
            "exp(z) / max(exp(z))",
            "Dividing by the largest does not make the shares add up to 1; divide by the sum.",
        ),
        mistake("sigmoids", "1 / (1 + exp(-z))", "Separate sigmoids do not compete: they need not add up to 1."),
        mistake(
            "exponential-of-the-sum",
            "exp(z) / exp(sum(z))",
            "The denominator sums the exponentials; e to the sum is their product.",
        ),
        mistake(
            "negative-logits",
            "exp(-z) / sum(exp(-z))",
            "The sign is wrong: the largest logit must get the largest share.",
        ),
    ],
    picture=bars("z", "p"),
)
def softmax(z):
    exponentials = torch.exp(z)
    total = exponentials.sum()
    return {"exponentials": exponentials, "total": total, "p": exponentials / total}


@softmax.oracle("operator", "torch.softmax")
def _(z):
    return torch.softmax(z, 0)


@softmax.oracle("autograd", "gradient of log-sum-exp")
def _(z):
    point = z.clone().requires_grad_()
    return torch.autograd.grad(torch.logsumexp(point, 0), point)[0]


@proof(
    "softmax-shift",
    title="Shifting the logits",
    statement="Adding the same number to every logit leaves softmax unchanged; multiplying them sharpens it.",
    symbols={
        "z": symbol("vector[K]", "logits"),
        "c": symbol("real", "number added to every logit"),
    },
    steps={
        "before": step("softmax(z)"),
        "doubled": step("softmax(2 * z)"),
        "after": step("softmax(z + c)"),
    },
    source=f"{DEEP_LEARNING}, sec. 4.1",
    claims=[claim("max(abs(after - before)) < 1e-9", "nothing changes")],
    mistakes=[
        mistake(
            "scaled",
            "exp(c) * softmax(z)",
            "The factor e^c stands in the numerator and in the denominator: it cancels.",
        ),
        mistake("shifted", "softmax(z) + c", "The shares still add up to 1: the shift cancels."),
        mistake("sharpened", "softmax(2 * z)", "Multiplying the logits sharpens the shares; adding to them does not."),
    ],
)
def softmax_shift(z, c):
    def shares(logits):
        return torch.exp(logits) / torch.exp(logits).sum()

    return {"before": shares(z), "doubled": shares(2 * z), "after": shares(z + c)}


@softmax_shift.oracle("operator", "torch.log_softmax, exponentiated")
def _(z, c):
    return {"before": torch.log_softmax(z, 0).exp(), "after": torch.log_softmax(z + c, 0).exp()}


@proof(
    "two-way-softmax",
    title="Softmax over two logits is a sigmoid",
    statement="The second share of softmax over two logits is the sigmoid of their difference.",
    symbols={
        "z_0": symbol("real", "logit of class 0"),
        "z_1": symbol("real", "logit of class 1"),
    },
    steps={
        "difference": step("z_1 - z_0"),
        "p": step("1 / (1 + exp(-difference))", aliases=["p_1", "y"]),
    },
    source=f"{BISHOP}, sec. 4.2",
    mistakes=[
        mistake(
            "separate-sigmoid", "sigmoid(z_1)", "Only the difference of the logits counts; the other logit is left out."
        ),
        mistake(
            "wrong-class",
            "sigmoid(z_0 - z_1)",
            "That is the probability of class 0: the difference is the wrong way round.",
        ),
        mistake(
            "sum-for-difference",
            "sigmoid(z_0 + z_1)",
            "The logits are subtracted: a large logit of class 0 lowers the probability of class 1.",
        ),
        mistake("plain-ratio", "z_1 / (z_0 + z_1)", "The exponentials are missing."),
    ],
    picture=curve("z_1", -6, 6),
)
def two_way_softmax(z_0, z_1):
    difference = z_1 - z_0
    return {"difference": difference, "p": 1 / (1 + torch.exp(-difference))}


@two_way_softmax.oracle("operator", "torch.softmax over both logits")
def _(z_0, z_1):
    return torch.softmax(torch.stack([z_0, z_1]), 0)[1]


@two_way_softmax.oracle("brute-force", "exponentials in numpy")
def _(z_0, z_1):
    zero, one = numpy.exp(z_0.item()), numpy.exp(z_1.item())
    return torch.tensor(float(one / math.fsum([zero, one])))


@proof(
    "one-unit-softmax",
    title="Softmax of a single unit",
    statement="Softmax over one output is always 1, so a binary head with one unit needs a sigmoid.",
    symbols={"z": symbol("real", "the single logit", ["x"])},
    steps={
        "sigmoid_output": step("1 / (1 + exp(-z))"),
        "softmax_output": step("exp(z) / exp(z)"),
    },
    source=f"{BISHOP}, sec. 4.2",
    mistakes=[
        mistake(
            "the-sigmoid", "1 / (1 + exp(-z))", "Softmax divides by its own sum; over a single output that leaves 1."
        ),
        mistake("the-exponential", "exp(z)", "The division by the sum is missing."),
        mistake("the-logit", "z", "Softmax does not pass the logit through."),
    ],
)
def one_unit_softmax(z):
    return {"sigmoid_output": 1 / (1 + torch.exp(-z)), "softmax_output": torch.exp(z) / torch.exp(z)}


@one_unit_softmax.oracle("operator", "torch.sigmoid, torch.softmax")
def _(z):
    return {"sigmoid_output": torch.sigmoid(z), "softmax_output": torch.softmax(z.reshape(1), 0)[0]}


@proof(
    "softmax-and-one-hot",
    title="Softmax while training, argmax when predicting",
    statement=(
        "Softmax and the one-hot code of the largest logit pick the same class, but only softmax changes with the "
        "logits: its entry has the slope p(1 − p), that of the one-hot code is 0."
    ),
    symbols={"z": symbol("vector[K]", "logits")},
    lengths={"K": 3},
    where=["max(z) - median(z) > 0.05"],
    steps={
        "p": step("softmax(z)"),
        "one_hot": step(note="1 for the largest logit, 0 for the others", axes=1),
        "slope_of_one_hot": step(note="slope of the winner's entry of the one-hot code by its own logit"),
        "slope_of_softmax": step("max(p) * (1 - max(p))"),
    },
    source=f"{DEEP_LEARNING}, sec. 6.2.2.3",
    mistakes=[
        mistake("no-slope", "0", "That is the slope of the one-hot code; softmax reacts to every change of a logit."),
        mistake("one-minus", "1 - max(p)", "The factor p is missing: softmax has the slope p(1 − p) on its diagonal."),
        mistake("squared", "max(p)^2", "The slope is p − p², not p²."),
    ],
)
def softmax_and_one_hot(z):
    p = torch.softmax(z, 0)
    return {
        "p": p,
        "one_hot": (z >= z.max()) + 0.0,
        "slope_of_one_hot": 0 * z.sum(),
        "slope_of_softmax": p.max() * (1 - p.max()),
    }


@softmax_and_one_hot.oracle("operator", "torch.argmax, one_hot and autograd through softmax")
def _(z):
    winner = torch.argmax(z)
    logits = z.detach().requires_grad_()
    (slopes,) = torch.autograd.grad(torch.softmax(logits, 0)[winner], logits)
    return {"one_hot": torch.nn.functional.one_hot(winner, len(z)) + 0.0, "slope_of_softmax": slopes[winner]}


@softmax_and_one_hot.oracle("brute-force", "the winner's logit moved a little to both sides")
def _(z):
    winner = torch.argmax(z)
    moved = torch.zeros(len(z))
    moved[winner] = 0.01
    high, low = (torch.argmax(each) == winner for each in (z + moved, z - moved))
    return {"slope_of_one_hot": (high.double() - low.double()) / 0.02}


# --- other shapes ------------------------------------------------------------------------------------


@proof(
    "activations-side-by-side",
    title="Activation functions side by side",
    statement=(
        "Sigmoid and tanh flatten out on both sides; ReLU, leaky ReLU, ELU and GELU let positive inputs through and "
        "differ in what they do with negative ones."
    ),
    symbols={"x": X},
    steps={
        "step_function": step("1 if x > 0 else 0"),
        "sigmoid": step("1 / (1 + exp(-x))"),
        "tanh": step("(exp(x) - exp(-x)) / (exp(x) + exp(-x))"),
        "relu": step("max(0, x)"),
        "leaky_relu": step("x if x > 0 else 0.01 * x"),
        "elu": step("x if x > 0 else exp(x) - 1"),
        "gelu": step("x / 2 * (1 + erf(x / sqrt(2)))"),
    },
    result="leaky_relu",
    where=["abs(x) > 0.001"],
    source="Maas et al. (2013), Rectifier nonlinearities; Clevert et al. (2016), ELU; Hendrycks & Gimpel (2016), GELU",
    mistakes=[
        mistake("plain-relu", "max(0, x)", "Plain ReLU gives 0 for negative inputs; the leaky one lets a little pass."),
        mistake("mirrored", "x if x > 0 else -0.01 * x", "Negative inputs stay negative; they are only made small."),
        mistake("leaks-everywhere", "0.01 * x", "Positive inputs pass unchanged; only negative ones are scaled."),
        mistake("smaller-of-both", "min(x, 0.01 * x)", "It is the larger of the two: positive inputs pass unchanged."),
    ],
)
def activations_side_by_side(x):
    return {
        "step_function": torch.where(x > 0, 1.0, 0.0),
        "sigmoid": 1 / (1 + torch.exp(-x)),
        "tanh": torch.tanh(x),
        "relu": torch.where(x > 0, x, 0.0),
        "leaky_relu": torch.where(x > 0, x, 0.01 * x),
        "elu": torch.where(x > 0, x, torch.exp(x) - 1),
        "gelu": x / 2 * (1 + torch.erf(x / math.sqrt(2))),
    }


@activations_side_by_side.oracle("operator", "torch.nn.functional")
def _(x):
    functional = torch.nn.functional
    return {
        "step_function": torch.heaviside(x, torch.zeros(())),
        "sigmoid": torch.sigmoid(x),
        "tanh": 2 * torch.sigmoid(2 * x) - 1,
        "relu": functional.relu(x),
        "leaky_relu": functional.leaky_relu(x, 0.01),
        "elu": functional.elu(x),
        "gelu": functional.gelu(x),
    }


@proof(
    "step-function-has-no-gradient",
    title="A step function stops gradient descent",
    statement=(
        "A step function is flat on both sides of its jump, so the loss behind it has the derivative 0 in every "
        "weight; behind a sigmoid it has one that says where to go."
    ),
    symbols={
        "w": symbol("real", "weight"),
        "x": symbol("real", "input"),
        "t": symbol("bit", "target"),
    },
    where=["abs(w * x) > 0.05"],
    steps={
        "s": step("1 / (1 + exp(-w * x))"),
        "through_step": step(note="derivative in w of the squared error behind a step function"),
        "through_sigmoid": step("2 * (s - t) * s * (1 - s) * x"),
    },
    source=f"{DEEP_LEARNING}, sec. 6.3",
    mistakes=[
        mistake("slope-forgotten", "2 * (s - t) * x", "The slope s(1 − s) of the sigmoid is missing."),
        mistake("input-forgotten", "2 * (s - t) * s * (1 - s)", "The inner derivative of w·x in w is x."),
        mistake("not-doubled", "(s - t) * s * (1 - s) * x", "The square brings a factor 2."),
    ],
)
def step_function_has_no_gradient(w, x, t):
    s = 1 / (1 + torch.exp(-w * x))
    return {"s": s, "through_step": 0 * (w + x + t), "through_sigmoid": 2 * (s - t) * s * (1 - s) * x}


@step_function_has_no_gradient.oracle("autograd", "the squared error behind torch.sigmoid")
def _(w, x, t):
    weight = w.detach().requires_grad_()
    return torch.autograd.grad(torch.nn.functional.mse_loss(torch.sigmoid(weight * x), t), weight)[0]


@step_function_has_no_gradient.oracle("brute-force", "the weight moved by a thousandth of itself, to both sides")
def _(w, x, t):
    def loss(weight):
        return (torch.heaviside(weight * x, torch.zeros(())) - t) ** 2

    return {"through_step": (loss(w * 1.001) - loss(w * 0.999)) / (w * 0.002)}


@proof(
    "selu-keeps-its-scale",
    title="SELU normalises itself",
    statement=(
        "Through 20 wide layers with weights of variance 1/n, SELU holds mean 0 and variance 1 without any "
        "normalisation layer; with ReLU the signal fades, and without a non-linearity it would stay as well."
    ),
    symbols={},
    steps={
        "selu_mean": step(note="mean of the outputs after 20 SELU layers", within=(-0.06, 0.07)),
        "selu_deviation": step(note="their standard deviation", within=(0.89, 1.13)),
        "relu_deviation": step(note="the same with ReLU", within=(0.00011, 0.0038)),
        "scaled_input": step(
            note="standard deviation after 20 SELU layers of an input that was three times as large",
            within=(0.89, 1.12),
        ),
    },
    result="selu_deviation",
    source="Klambauer et al., Self-Normalizing Neural Networks (NeurIPS 2017)",
    claims=[
        claim("abs(selu_mean) < 0.2 and 0.75 < selu_deviation < 1.25", "SELU keeps mean 0 and variance 1."),
        claim("0.75 < scaled_input < 1.25", "It comes back to them from another scale."),
        claim("relu_deviation < 0.004", "With ReLU the signal fades."),
    ],
    mistakes=[
        mistake("as-relu", "selu_deviation < 0.01", "SELU is scaled so that variance 1 is a stable fixed point."),
        mistake("keeps-any-scale", "scaled_input > 2", "The fixed point attracts: other scales return to variance 1."),
    ],
    vectorized=False,
)
def selu_keeps_its_scale(random):
    x, width = random.normal(64, 160), 160  # free: any scale, SELU comes back from it
    weights = [random.normal(width, width) / math.sqrt(width) for _ in range(20)]

    def through(activation, values):
        for weight in weights:
            values = activation(values @ weight)
        return values

    selu = through(torch.selu, x)
    return {
        "selu_mean": selu.mean(),
        "selu_deviation": selu.std(),
        "relu_deviation": through(torch.relu, x).std(),
        "scaled_input": through(torch.selu, 3 * x).std(),
    }
