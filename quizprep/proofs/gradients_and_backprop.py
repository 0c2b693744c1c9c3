"""Proofs for the chapter gradients-and-backprop."""

from __future__ import annotations

from quizprep.citations import DEEP_LEARNING
from quizprep.lazy import torch
from quizprep.picture import bars, curve
from quizprep.proofs import claim, mistake, proof, step, symbol

# --- the chain rule ---------------------------------------------------------------------------------


@proof(
    "backpropagation-two-layers",
    title="Backpropagation through two layers",
    statement="The gradient is passed back from the loss, multiplied by one local derivative after the other.",
    symbols={
        "x": symbol("real", "input"),
        "t": symbol("real", "target"),
        "w_1": symbol("real", "weight of the hidden layer"),
        "w_2": symbol("real", "weight of the output layer"),
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
        ),
        mistake(
            "upper-weight-forgotten",
            "delta * (1 if z > 0 else 0) * x",
            "On its way back the error passes through the output weight: the factor w₂ is missing.",
        ),
        mistake(
            "factors-added",
            "delta + w_2 + (1 if z > 0 else 0) + x",
            "The chain rule multiplies the local derivatives, it does not add them.",
        ),
        mistake(
            "sign",
            "(t - y) * w_2 * (1 if z > 0 else 0) * x",
            "The sign is wrong: the derivative of ½(y − t)² in y is y − t.",
        ),
        mistake(
            "hidden-for-input",
            "dh * (1 if z > 0 else 0) * h",
            "The hidden weight multiplies the input x; h belongs to the output weight.",
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


@backpropagation_two_layers.oracle("autograd", "autograd of ½(y − t)²")
def _(x, t, w_1, w_2):
    first, second = w_1.clone().requires_grad_(), w_2.clone().requires_grad_()
    gradients = torch.autograd.grad(half_squared_error(x, t, first, second), (first, second))
    return {"dw_1": gradients[0], "dw_2": gradients[1]}


@backpropagation_two_layers.oracle("brute-force", "central differences")
def _(x, t, w_1, w_2):
    # in w_2 the loss is a parabola: exact for any width; in w_1 too, as long as w_1 x keeps its sign
    width = w_1.abs() / 4
    return {
        "dw_1": (half_squared_error(x, t, w_1 + width, w_2) - half_squared_error(x, t, w_1 - width, w_2)) / (2 * width),
        "dw_2": half_squared_error(x, t, w_1, w_2 + 0.5) - half_squared_error(x, t, w_1, w_2 - 0.5),
    }


@proof(
    "squared-error-gradient",
    title="Gradient of the mean squared error",
    statement=(
        "For ŷ = wx + b the mean squared error has ∂L/∂w = −(2/N) Σ (y − wx − b) x and ∂L/∂b = −(2/N) Σ (y − wx − b)."
    ),
    symbols={
        "x": symbol("vector[N]", "inputs"),
        "y": symbol("vector[N]", "targets"),
        "w": symbol("real", "weight"),
        "b": symbol("real", "bias"),
    },
    steps={
        "y_hat": step("w * x + b", aliases=[r"\hat y"]),
        "loss": step("mean((y - y_hat)^2)", aliases=["L", "MSE"]),
        "grad_b": step("-2/N * sum(y - y_hat)", aliases=["db", "dL_db"]),
        "grad_w": step("-2/N * sum((y - y_hat) * x)", aliases=["dw", "dL_dw"]),
    },
    source=f"Legendre (1805), method of least squares; {DEEP_LEARNING}, sec. 5.1.4",
    mistakes=[
        mistake(
            "a-sign-too-many",
            "2/N * sum((y - y_hat) * x)",
            "There is one minus sign too many: the inner derivative −x brings in exactly one, two of them cancel.",
        ),
        mistake(
            "two-missing",
            "-1/N * sum((y - y_hat) * x)",
            "The 2 from the square is missing: it cancels only where the loss is halved, as in CS229.",
            variant=True,
        ),
        mistake("not-averaged", "-2 * sum((y - y_hat) * x)", "The mean over the N samples is missing."),
        mistake(
            "halved-loss",
            "mean((y - y_hat)^2) / 2",
            "Half of the mean squared error, as in d2l.ai: the 2 of the gradient cancels.",
            of="loss",
            variant=True,
        ),
        mistake(
            "input-forgotten",
            "-2/N * sum(y - y_hat)",
            "The inner derivative x is missing; without it this is the gradient in b.",
        ),
        mistake(
            "bias-sign-too-many",
            "2/N * sum(y - y_hat)",
            "There is one minus sign too many: the inner derivative −1 brings in exactly one, two of them cancel.",
            of="grad_b",
        ),
        mistake(
            "bias-with-input",
            "-2/N * sum((y - y_hat) * x)",
            "The inner derivative in b is 1: x belongs to the gradient in w.",
            of="grad_b",
        ),
        mistake(
            "bias-two-missing",
            "-1/N * sum(y - y_hat)",
            "The 2 from the square is missing: it cancels only where the loss is halved, as in CS229.",
            of="grad_b",
            variant=True,
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


@squared_error_gradient.oracle("autograd", "autograd of torch's mse_loss")
def _(x, y, w, b):
    slope, offset = w.clone().requires_grad_(), b.clone().requires_grad_()
    loss = torch.nn.functional.mse_loss(slope * x + offset, y)
    gradients = torch.autograd.grad(loss, (slope, offset))
    return {"loss": loss.detach(), "grad_w": gradients[0], "grad_b": gradients[1]}


# --- many layers ----------------------------------------------------------------------------------------


@proof(
    "gradient-through-steps",
    title="Gradient through n equal layers",
    statement=(
        "Through h_t = w h_{t−1} the gradient over n steps is wⁿ: it vanishes for |w| < 1 and explodes for |w| > 1."
    ),
    symbols={
        "w": symbol("positive in 0..3", "factor of each step"),
        "n": symbol("positive-count in 1..50", "number of steps or layers", ["T", "L"]),
    },
    steps={"gradient": step("w^n")},
    source="Bengio, Simard & Frasconi (1994), Learning long-term dependencies with gradient descent is difficult; "
    "Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks",
    mistakes=[
        mistake("factors-added", "n * w", "The chain rule multiplies the n factors: a power, not a multiple."),
        mistake("one-layer", "w", "Every step contributes a factor."),
        mistake("base-and-exponent-swapped", "n^w", "Base and exponent are swapped: w is multiplied n times."),
    ],
    picture=curve("n", 0, 20),
)
def gradient_through_steps(w, n):
    return {"gradient": w**n}


@gradient_through_steps.oracle("autograd", "autograd through the unrolled recurrence", samples=24)
def _(w, n):
    start = torch.ones((), requires_grad=True)
    state = start
    for _ in range(int(n)):
        state = w * state
    return torch.autograd.grad(state, start)[0]


@proof(
    "sigmoid-chain",
    title="Gradient through a chain of sigmoids",
    statement="Each sigmoid unit with weight w scales the gradient by at most |w|/4.",
    symbols={
        "x": symbol("real", "input of the first unit"),
        "w": symbol("real", "weight of every unit"),
        "n": symbol("positive-count in 1..12", "number of units in a row"),
    },
    steps={
        "gradient": step(note="product of w·s(1 − s) along the chain"),
        "bound": step("(abs(w) / 4)^n"),
    },
    source="Hochreiter (1991), Untersuchungen zu dynamischen neuronalen Netzen; Goodfellow et al. (2016), sec. 8.2.5",
    claims=[claim("abs(gradient) <= bound + 1e-12", "the gradient keeps below the bound")],
    mistakes=[
        mistake("added", "n * abs(w) / 4", "The factors are multiplied, not added."),
        mistake("slope-one", "abs(w)^n", "The slope of the sigmoid is missing: it is at most 1/4."),
        mistake("half", "(abs(w) / 2)^n", "1/2 is the sigmoid's value at 0; its slope there is 1/4."),
    ],
    vectorized=False,
)
def sigmoid_chain(x, w, n):
    value, gradient = x, torch.ones(())
    for _ in range(int(n)):
        value = torch.sigmoid(w * value)
        gradient = gradient * w * value * (1 - value)
    return {"gradient": gradient, "bound": (w.abs() / 4) ** n}


@sigmoid_chain.oracle("autograd", "autograd through the chain")
def _(x, w, n):
    start = x.clone().requires_grad_()
    value = start
    for _ in range(int(n)):
        value = torch.sigmoid(w * value)
    return {"gradient": torch.autograd.grad(value, start)[0]}


@sigmoid_chain.oracle("brute-force", "largest slope on a fine grid", samples=8, tolerance=1e-6)
def _(x, w, n):
    grid = torch.linspace(-1, 1, 200001)  # holds 0, where the slope of the sigmoid peaks
    steepest = (torch.sigmoid(grid[2:]) - torch.sigmoid(grid[:-2])).max() / (grid[2] - grid[0])
    return {"bound": torch.prod((w.abs() * steepest).repeat(int(n)))}


@proof(
    "deep-sigmoid-network",
    title="Gradients in deep sigmoid networks",
    statement=(
        "In a deep sigmoid network the first layer's gradient is far smaller than the last one's, wide or narrow; "
        "skip connections and ReLU keep it alive."
    ),
    symbols={},
    steps={
        "shallow": step(note="gradient norm at the input, 2 sigmoid layers of width 32", within=(0.014, 0.085)),
        "deep": step(note="the same with 10 layers"),
        "deep_wide": step(note="10 layers of width 128"),
        "deep_relu": step(note="10 ReLU layers of width 32", within=(0.0064, 0.47)),
        "deep_skip": step(note="10 sigmoid layers, each with +x", within=(0.79, 1.46)),
        "last_to_first": step(
            note="weight gradient of the last layer over the first's, 10 layers", within=(69000, 2.8e6)
        ),
    },
    source="Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks; "
    "He et al. (2016), Deep residual learning for image recognition",
    claims=[
        claim("deep < shallow / 20000", "depth makes the gradient vanish"),
        claim("deep_wide < shallow / 20000", "a wider network does not prevent it"),
        claim("deep_relu > 10000 * deep", "ReLU keeps the gradient"),
        claim("deep_skip > 300000 * deep", "skip connections keep it"),
        claim("last_to_first > 50000", "the layers learn at very different speeds"),
    ],
    mistakes=[
        mistake(
            "width-helps",
            "deep_wide > shallow / 10",
            "It is the number of factors, the depth, that matters; widening leaves it as it is.",
        ),
        mistake(
            "first-layer-largest",
            "last_to_first < 1",
            "The gradient starts at the loss; the first layer is the farthest from it.",
        ),
    ],
)
def deep_sigmoid_network(random):
    def gradients(depth, width, activation, skip=0.0):
        weights = [(random.normal(width, width) * width**-0.5).requires_grad_() for _ in range(depth)]
        start = random.normal(width).requires_grad_()  # free: any input
        state = start
        for weight in weights:
            state = activation(weight @ state) + skip * state
        first, *_, last = weights
        found = torch.autograd.grad(state.mean(), [start, first, last])
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
    title="Gradient clipping by norm",
    statement=(
        "A gradient longer than the limit is shortened to it and keeps its direction; a shorter one is left alone."
    ),
    symbols={
        "g": symbol("vector[d]", "gradient", ["grad", "gradient"]),
        "c": symbol("positive", "limit of the norm", ["threshold", "max_norm", "theta"]),
    },
    where=["norm(g) > 1e-6"],
    steps={
        "length": step("norm(g)"),
        "scale": step("min(1, c / length)"),
        "clipped": step("scale * g"),
    },
    source="Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks, sec. 3.2",
    claims=[claim("norm(clipped) <= c + 1e-9", "the limit is never exceeded")],
    mistakes=[
        mistake(
            "always-rescaled",
            "c / length * g",
            "Only a gradient that exceeds the limit is changed; a short one must not be enlarged.",
        ),
        mistake(
            "entry-by-entry",
            "clip(g, -c, c)",
            "Cutting off each entry changes the direction; clipping by norm scales the whole vector.",
        ),
        mistake("times-the-limit", "c * g", "The gradient is divided by its norm as well."),
        mistake("set-to-zero", "g if length <= c else 0 * g", "A gradient that is too long is shortened, not dropped."),
    ],
    picture=bars("g", "clipped"),
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


@gradient_clipping.oracle("closed-form", "nearest point of the ball of radius c")
def _(g, c):
    direction = torch.nn.functional.normalize(g, dim=0)
    return direction * torch.minimum(torch.linalg.vector_norm(g), c)


@proof(
    "delta-passed-down",
    title="The error passed down one layer",
    statement=(
        "The error of a layer is the error above it, sent back through the transposed weights and multiplied entry by "
        "entry with the slope of the activation."
    ),
    symbols={
        "W": symbol("matrix[k, h]", "weights from this layer to the one above", ["W_{l+1}"]),
        "d": symbol("vector[k]", "error (derivative by the weighted sums) of the layer above", ["delta_{l+1}"]),
        "z": symbol("vector[h]", "weighted sums of this layer", ["z_l"]),
    },
    steps={
        "a": step("1 / (1 + exp(-z))"),
        "back": step("W^T d"),
        "delta": step("back * a * (1 - a)", aliases=["delta_l"]),
    },
    source="Rumelhart, Hinton & Williams (1986), Nature 323; Nielsen, Neural Networks and Deep Learning (2015), ch. 2",
    mistakes=[
        mistake("slope-forgotten", "W^T d", "The slope of the activation is missing."),
        mistake("value-for-slope", "back * a", "The slope of the sigmoid is a(1 − a), not its value a."),
        mistake("sums-for-slope", "back * z", "The slope at the weighted sum is taken, not the weighted sum itself."),
        mistake("divided", "back / (a * (1 - a))", "The chain rule multiplies by the slope."),
    ],
)
def delta_passed_down(W, d, z):
    a = 1 / (1 + torch.exp(-z))
    back = W.T @ d
    return {"a": a, "back": back, "delta": back * a * (1 - a)}


@delta_passed_down.oracle("autograd", "vector-Jacobian product of the layer above")
def _(W, d, z):
    _, delta = torch.autograd.functional.vjp(lambda sums: W @ torch.sigmoid(sums), z, d)
    _, back = torch.autograd.functional.vjp(lambda values: torch.nn.functional.linear(values, W), torch.sigmoid(z), d)
    return {"delta": delta, "back": back}


@proof(
    "values-kept-for-backprop",
    title="Memory of backpropagation",
    statement=(
        "For the backward pass a network keeps the input and the output of every layer, n + 1 blocks of batch × width "
        "numbers; a prediction without gradients keeps none of them."
    ),
    symbols={
        "n": symbol("size in 1..6", "tanh layers"),
        "B": symbol("size in 1..16", "samples in the batch", ["batch"]),
        "m": symbol("size in 1..12", "units of every layer and numbers of the input", ["width"]),
    },
    steps={
        "prediction": step(note="numbers kept when no gradient is asked for"),
        "kept": step("B * m * (n + 1)"),
    },
    source="Griewank & Walther, Evaluating Derivatives (2nd ed., 2008), ch. 4; Chen et al. (2016), arXiv 1604.06174",
    vectorized=False,
    mistakes=[
        mistake(
            "last-layer-only", "B * m", "Every layer's output is needed again, where its own weights get gradients."
        ),
        mistake("one-sample", "m * (n + 1)", "The values of every sample of the batch are kept."),
        mistake("input-forgotten", "B * m * n", "The gradient of the first weights needs the input."),
        mistake("weights-counted", "n * m^2", "Those are the weights, which are there without backpropagation too."),
    ],
)
def values_kept_for_backprop(n, B, m):
    return {"prediction": torch.zeros(()), "kept": torch.tensor(B * m * (n + 1) + 0.0)}


@values_kept_for_backprop.oracle("operator", "what torch.autograd saves during a forward pass", samples=16)
def _(n, B, m):
    weights = [torch.full((m, m), 0.1, requires_grad=True) for _ in range(n)]
    own = {weight.data_ptr() for weight in weights}

    def kept(gradients):
        saved = {}

        def keep(tensor):
            saved[tensor.data_ptr()] = tensor
            return tensor

        with torch.set_grad_enabled(gradients), torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            values = torch.ones(B, m)
            for weight in weights:
                values = torch.tanh(values @ weight)
        return torch.tensor(sum(float(each.numel()) for place, each in saved.items() if place not in own))

    return {"kept": kept(True), "prediction": kept(False)}


@proof(
    "slope-beside-a-skip",
    title="A skip connection adds 1 to the slope",
    statement="Through n layers of slope a the gradient is multiplied by aⁿ, with skip connections by (1 + a)ⁿ.",
    symbols={
        "a": symbol("real in -0.9..2", "slope of each layer"),
        "n": symbol("positive-count in 1..20", "layers"),
    },
    where=["abs(a) > 0.01"],
    steps={
        "plain": step("a^n"),
        "with_skip": step("(1 + a)^n"),
    },
    source="He et al. (2016), Identity mappings in deep residual networks, sec. 2",
    mistakes=[
        mistake("without-skip", "a^n", "The layer's input is added to its output, so each slope grows by 1."),
        mistake("one-skip-for-all", "1 + a^n", "Every layer has a skip connection: 1 is added in each factor."),
        mistake("added-up", "n * (1 + a)", "The factors of the layers multiply."),
        mistake("doubled", "(2 * a)^n", "The skip connection passes the input on with slope 1, not with slope a."),
    ],
)
def slope_beside_a_skip(a, n):
    return {"plain": a**n, "with_skip": (1 + a) ** n}


@slope_beside_a_skip.oracle("autograd", "a chain of linear layers, with and without + x", samples=24)
def _(a, n):
    def slope(skip):
        start = torch.ones((), requires_grad=True)
        value = start
        for _ in range(int(n)):
            value = a * value + skip * value
        return torch.autograd.grad(value, start)[0]

    return {"plain": slope(0), "with_skip": slope(1)}
