"""Proofs for the chapter neural-network-basics."""

from __future__ import annotations

import itertools
import math
from itertools import pairwise

from quizprep.citations import BISHOP, DEEP_LEARNING
from quizprep.lazy import numpy, torch
from quizprep.proofs import claim, mistake, proof, step, symbol


@proof(
    "neuron",
    title="A neuron",
    statement="A neuron weighs its inputs, adds the bias and applies the activation to the sum: σ(w·x + b).",
    symbols={
        "x": symbol("vector[d]", "inputs", ["X"]),
        "w": symbol("vector[d]", "weights", ["W"]),
        "b": symbol("real", "bias"),
    },
    steps={
        "z": step("dot(w, x) + b"),
        "a": step("1 / (1 + exp(-z))", aliases=["y", "h", "o", r"\hat y", r"\hat Y", "A"]),
    },
    source=f"Rosenblatt (1958), The perceptron; {DEEP_LEARNING}, sec. 6.3",
    mistakes=[
        mistake(
            "activation-multiplied", "z * sigmoid(z)", "The activation is applied to z, it is not multiplied with it."
        ),
        mistake("bias-outside", "sigmoid(dot(w, x)) + b", "The bias belongs inside, before the activation."),
        mistake("bias-forgotten", "sigmoid(dot(w, x))", "The bias is missing."),
        mistake("bias-subtracted", "sigmoid(dot(w, x) - b)", "The bias is added to the weighted sum."),
        mistake("sign-turned", "1 / (1 + exp(z))", "The sigmoid is 1/(1 + exp(−z)): it grows with z."),
        mistake("no-activation", "dot(w, x) + b", "That is the weighted sum z; the activation is still to come."),
        mistake("inputs-activated", "dot(w, sigmoid(x)) + b", "The activation comes after the sum, not before."),
        mistake("sum-without-weights", "sum(x) + b", "Each input is multiplied by its weight first.", of="z"),
    ],
)
def neuron(x, w, b):
    z = w @ x + b
    return {"z": z, "a": 1 / (1 + torch.exp(-z))}


@neuron.oracle("operator", "torch.nn.functional.linear and torch.sigmoid")
def _(x, w, b):
    z = torch.nn.functional.linear(x, w.unsqueeze(0), b.unsqueeze(0))[0]
    return {"z": z, "a": torch.sigmoid(z)}


@neuron.oracle("brute-force", "adding up in a loop", samples=16)
def _(x, w, b):
    z = b
    for weight, value in zip(w, x, strict=True):
        z = z + weight * value
    return {"z": z, "a": (1 + torch.tanh(z / 2)) / 2}


@proof(
    "forward-propagation",
    title="Forward propagation",
    statement="Layer by layer: the hidden vector is relu(W₁x + b₁), the output W₂h + b₂.",
    symbols={
        "x": symbol("vector[d]", "input"),
        "W_1": symbol("matrix[h, d]", "weights of the hidden layer"),
        "b_1": symbol("vector[h]", "biases of the hidden layer"),
        "W_2": symbol("matrix[k, h]", "weights of the output layer"),
        "b_2": symbol("vector[k]", "biases of the output layer"),
    },
    steps={
        "z": step("W_1 x + b_1", aliases=["z_1"]),
        "hidden": step("relu(z)", aliases=["H", "h_1", "a_1"]),
        "y": step("W_2 hidden + b_2", aliases=["o", "O", r"\hat y", "z_2"]),
    },
    source=f"{DEEP_LEARNING}, sec. 6.5.1",
    mistakes=[
        mistake(
            "no-activation", "W_2 z + b_2", "The activation is missing: the two layers collapse into one linear layer."
        ),
        mistake(
            "activation-at-the-end",
            "relu(W_2 (W_1 x + b_1) + b_2)",
            "The activation stands between the layers, not after the last one.",
        ),
        mistake("hidden-bias-forgotten", "W_2 relu(W_1 x) + b_2", "The bias of the hidden layer is missing."),
        mistake("output-bias-forgotten", "W_2 relu(W_1 x + b_1)", "The bias of the output layer is missing."),
        mistake("without-biases", "W_2 relu(W_1 x)", "Without bias, as it is often written for short.", variant=True),
    ],
)
def forward_propagation(x, W_1, b_1, W_2, b_2):
    z = W_1 @ x + b_1
    hidden = torch.relu(z)
    return {"z": z, "hidden": hidden, "y": W_2 @ hidden + b_2}


@forward_propagation.oracle("operator", "torch.nn.Sequential")
def _(x, W_1, b_1, W_2, b_2):
    network = torch.nn.Sequential(
        torch.nn.Linear(len(x), len(b_1)), torch.nn.ReLU(), torch.nn.Linear(len(b_1), len(b_2))
    )
    weights = {"0.weight": W_1, "0.bias": b_1, "2.weight": W_2, "2.bias": b_2}
    return torch.func.functional_call(network, weights, (x,))


@forward_propagation.oracle("brute-force", "path by path through the network", samples=16)
def _(x, W_1, b_1, W_2, b_2):
    inputs = torch.cat([x, torch.ones(1)])  # the bias as a weight of a constant input
    first = torch.cat([W_1, b_1.unsqueeze(1)], 1)
    y = b_2.clone()
    for unit in range(len(b_1)):
        active = sum(first[unit, place] * inputs[place] for place in range(len(inputs))) > 0
        for place, output in itertools.product(range(len(inputs)), range(len(b_2))):
            y[output] += W_2[output, unit] * active * first[unit, place] * inputs[place]
    return y


@proof(
    "two-layer-parameters",
    title="Parameters of a two-layer network",
    statement=(
        "A network with d inputs, h hidden units and k outputs has two weight matrices: "
        "(d + 1)h + (h + 1)k parameters with biases."
    ),
    symbols={
        "d": symbol("positive-count in 1..20", "inputs"),
        "h": symbol("positive-count in 1..20", "hidden units"),
        "k": symbol("positive-count in 1..20", "outputs"),
    },
    steps={
        "hidden_layer": step("d * h + h"),
        "output_layer": step("h * k + k"),
        "parameters": step("hidden_layer + output_layer"),
    },
    source=f"{DEEP_LEARNING}, sec. 6.1",
    mistakes=[
        mistake(
            "biases-forgotten",
            "d * h + h * k",
            "The biases are missing: one for each hidden unit and one for each output.",
        ),
        mistake("one-bias-per-layer", "d * h + 1 + h * k + 1", "Every unit has a bias of its own, not every layer."),
        mistake("sizes-multiplied", "d * h * k", "The two matrices are counted separately and added."),
        mistake("inputs-have-biases", "d * h + h * k + d + h + k", "Inputs are no units: they have no bias."),
    ],
)
def two_layer_parameters(d, h, k):
    hidden_layer, output_layer = d * h + h, h * k + k
    return {"hidden_layer": hidden_layer, "output_layer": output_layer, "parameters": hidden_layer + output_layer}


@two_layer_parameters.oracle("operator", "counting the parameters of torch.nn.Linear layers", samples=24)
def _(d, h, k):
    layers = torch.nn.Linear(int(d), int(h), device="meta"), torch.nn.Linear(int(h), int(k), device="meta")
    hidden_layer, output_layer = (sum(part.numel() for part in layer.parameters()) for layer in layers)
    return {
        "hidden_layer": float(hidden_layer),
        "output_layer": float(output_layer),
        "parameters": float(hidden_layer + output_layer),
    }


@proof(
    "weight-matrices-of-a-network",
    title="Counting layers",
    statement=(
        "A network is named by its weight matrices: with H hidden layers there are H + 1, "
        "so one hidden layer makes a 2-layer network."
    ),
    symbols={"H": symbol("count in 0..10", "hidden layers", ["n"])},
    steps={"layers": step("H + 1", aliases=["L"])},
    source=f"{BISHOP}, sec. 5.1",
    mistakes=[
        mistake("hidden-only", "H", "The output layer has a weight matrix as well."),
        mistake("input-counted", "H + 2", "The input has no weights: it is not counted as a layer."),
        mistake("two-per-hidden-layer", "2 * H", "Neighbouring layers share the matrix between them."),
    ],
)
def weight_matrices_of_a_network(H):
    return {"layers": H + 1}


@weight_matrices_of_a_network.oracle("operator", "matrices among the parameters of a torch.nn.Sequential", samples=16)
def _(H):
    sizes = [3] + [4] * int(H) + [2]
    network = torch.nn.Sequential(*(torch.nn.Linear(*pair, device="meta") for pair in pairwise(sizes)))
    return float(sum(part.ndim == 2 for part in network.parameters()))


@proof(
    "linear-layer-shapes",
    title="Shapes in a linear layer",
    statement=(
        "n samples with d features through a d × p weight matrix give n × p numbers; "
        "the matrix has dp weights for any n."
    ),
    symbols={
        "n": symbol("positive-count in 1..20", "samples"),
        "d": symbol("positive-count in 1..20", "features"),
        "p": symbol("positive-count in 1..20", "outputs per sample"),
    },
    steps={
        "outputs": step("n * p"),
        "weights": step("d * p"),
    },
    source=f"{DEEP_LEARNING}, sec. 2.2",
    mistakes=[
        mistake("one-matrix-per-sample", "n * d * p", "All samples share one weight matrix."),
        mistake("sizes-added", "d + p", "Every input is connected with every output: the sizes multiply."),
        mistake("outputs-for-weights", "n * p", "That is how many outputs there are, not how many weights."),
        mistake(
            "inputs-for-outputs",
            "n * d",
            "That is how many inputs there are; the inner size d disappears in the product.",
            of="outputs",
        ),
    ],
)
def linear_layer_shapes(n, d, p):
    return {"outputs": n * p, "weights": d * p}


@linear_layer_shapes.oracle("operator", "shapes of a torch matrix product", samples=24)
def _(n, d, p):
    samples, weight = torch.zeros(int(n), int(d)), torch.zeros(int(d), int(p))
    return {"outputs": float((samples @ weight).numel()), "weights": float(weight.numel())}


@proof(
    "symmetry-of-initial-weights",
    title="Equal initial weights",
    statement="Hidden units that start equal get equal gradients and stay equal; random weights break the symmetry.",
    symbols={},
    steps={
        "spread_equal": step(note="difference between hidden units after training, all weights 0.5 at first"),
        "moved_equal": step(note="how far their weights moved", within=(0.014, 0.5)),
        "spread_random": step(
            note="difference between hidden units after training from random weights", within=(0, 4.8)
        ),
        "moved_zero": step(note="how far the hidden weights move if all weights are 0 at first"),
    },
    source=f"{DEEP_LEARNING}, sec. 8.4",
    claims=[
        claim("spread_equal < 1e-9", "equal units stay equal"),
        claim("moved_equal > 1e-3", "although they are trained"),
        claim("spread_random > 0.1", "random weights make them differ"),
        claim("moved_zero < 1e-9", "from zero the hidden weights do not move at all"),
    ],
    mistakes=[
        mistake(
            "training-separates-them",
            "spread_equal > 1e-3",
            "Equal weights give equal gradients: training alone never separates the units.",
        ),
    ],
)
def symmetry_of_initial_weights(random):
    samples = random.normal(32, 2)
    target = torch.sin(samples[:, 0]) + samples[:, 1]

    def loss(hidden, output):  # of a 2-3-1 tanh network
        return (torch.tanh(samples @ hidden.T) @ output - target).square().mean()

    def trained(hidden, output):
        for _ in range(30):
            to_hidden, to_output = torch.func.grad(loss, argnums=(0, 1))(hidden, output)
            hidden, output = hidden - 0.1 * to_hidden, output - 0.1 * to_output
        return hidden

    def spread(hidden):
        return (hidden - hidden[0]).abs().max()

    equal = trained(torch.full((3, 2), 0.5), torch.full((3,), 0.5))
    varied = trained(random.normal(3, 2), random.normal(3))
    zero = trained(torch.zeros(3, 2), torch.zeros(3))
    return {
        "spread_equal": spread(equal),
        "moved_equal": (equal - 0.5).abs().max(),
        "spread_random": spread(varied),
        "moved_zero": zero.abs().max(),
    }


@proof(
    "pieces-of-a-deep-network",
    title="Depth against width",
    statement=(
        "A tent map of two ReLU units, composed n times, has 2ⁿ linear pieces with 2n units; "
        "one hidden layer needs 2ⁿ − 1 units."
    ),
    symbols={"n": symbol("positive-count in 1..8", "layers of two units", ["L"])},
    steps={
        "deep_units": step("2 * n"),
        "shallow_units": step("2^n - 1"),
        "pieces": step("2^n"),
    },
    source="Telgarsky (2016), Benefits of depth in neural networks (arXiv 1602.04485)",
    mistakes=[
        mistake(
            "pieces-added", "2 * n", "Every further layer folds all pieces again: they double, they do not add up."
        ),
        mistake("squared", "n^2", "Doubling n times is exponential, not quadratic."),
        mistake("one-too-many", "2^(n+1)", "The first layer makes two pieces, so n layers make 2 to the n."),
    ],
)
def pieces_of_a_deep_network(n):
    return {"deep_units": 2 * n, "shallow_units": 2**n - 1, "pieces": 2**n}


@pieces_of_a_deep_network.oracle("brute-force", "counting slopes of the composed ReLU network", samples=16)
def _(n):
    places = (torch.arange(2 ** (int(n) + 1)) + 0.5) / 2 ** (int(n) + 1)
    places.requires_grad_()
    value = places
    for _ in range(int(n)):
        value = 2 * torch.relu(value) - 4 * torch.relu(value - 0.5)  # on [0, 1]: up to 1 in the middle and back
    (slopes,) = torch.autograd.grad(value.sum(), places)
    return {"pieces": float(1 + (slopes.diff() != 0).sum())}


# --- linear models and matrices -----------------------------------------------------------------------------------


@proof(
    "line-through-points",
    title="The linear model ŷ = wx + b",
    statement=(
        "Of all lines ŷ = wx + b the one with the least squared error has the slope Cov(x, y)/Var(x) and runs through "
        "the point of the means."
    ),
    symbols={
        "x": symbol("vector[n]", "inputs"),
        "y": symbol("vector[n]", "targets", ["t"]),
    },
    where=["var(x) > 0.1"],
    steps={
        "w": step("sum((x - mean(x)) * (y - mean(y))) / sum((x - mean(x))^2)", aliases=["slope"]),
        "b": step("mean(y) - w * mean(x)", aliases=["intercept"]),
    },
    result="w",
    source=f"{BISHOP}, sec. 3.1.1",
    mistakes=[
        mistake("through-the-origin", "sum(x * y) / sum(x^2)", "That line has no intercept: the means come off first."),
        mistake(
            "upside-down",
            "sum((x - mean(x)) * (y - mean(y))) / sum((y - mean(y))^2)",
            "That is the slope of x over y: divide by the spread of the inputs.",
        ),
        mistake(
            "ratio-of-means", "mean(y) / mean(x)", "The slope is a ratio of changes, not of the values themselves."
        ),
        mistake("not-divided", "mean((x - mean(x)) * (y - mean(y)))", "The covariance is still divided by Var(x)."),
    ],
)
def line_through_points(x, y):
    moved = x - x.mean()
    w = (moved * (y - y.mean())).sum() / (moved**2).sum()
    return {"w": w, "b": y.mean() - w * x.mean()}


@line_through_points.oracle("operator", "torch.linalg.lstsq with a column of ones")
def _(x, y):
    w, b = torch.linalg.lstsq(torch.stack([x, torch.ones(len(x))], 1), y.unsqueeze(1)).solution.squeeze(1)
    return {"w": w, "b": b}


@proof(
    "matrix-as-operator",
    title="A matrix as a map between spaces",
    statement=(
        "As an operator a matrix sends vectors to vectors, and its columns are the images of the unit vectors; as data "
        "its rows are points."
    ),
    symbols={
        "W": symbol("matrix[p, d]", "matrix"),
        "x": symbol("vector[d]", "vector", ["v"]),
    },
    lengths={"p": 2, "d": 2},
    steps={"image": step("W x", aliases=["y"])},
    source=f"{DEEP_LEARNING}, sec. 2.2 and 2.3",
    mistakes=[
        mistake("transposed", "W^T x", "The columns are the images of the unit vectors, not the rows."),
        mistake(
            "diagonal-only", "[W[1,1] * x[1], W[2,2] * x[2]]", "Every output adds up all inputs, with its weights."
        ),
        mistake("entries-summed", "sum(W) * x", "The sum runs over the inputs, separately for each row of W."),
        mistake("unchanged", "x", "Only the identity matrix leaves every vector as it is."),
    ],
)
def matrix_as_operator(W, x):
    return {"image": W @ x}


@matrix_as_operator.oracle("brute-force", "images of the unit vectors, added up with weights")
def _(W, x):
    images = [torch.nn.functional.linear(unit, W) for unit in torch.eye(len(x))]
    total = torch.zeros(len(W))
    for value, image in zip(x, images, strict=True):
        total = total + value * image
    return total


@proof(
    "one-bias-row-for-all-samples",
    title="A linear layer on many samples",
    statement=(
        "A layer treats all rows of X alike: O = XW + B, where every row of B is the same bias vector b, so its n rows "
        "cost p parameters only."
    ),
    symbols={
        "X": symbol("matrix[n, d]", "samples, one a row"),
        "W": symbol("matrix[d, p]", "weights"),
        "b": symbol("vector[p]", "biases, one for each output"),
    },
    steps={
        "B": step(note="the bias as a matrix: b in each of its n rows", axes=2),
        "O": step("X W + B", aliases=["Y"]),
    },
    source=f"{DEEP_LEARNING}, sec. 2.1",
    mistakes=[
        mistake("bias-forgotten", "X W", "The bias of each output is added to its column."),
        mistake("bias-subtracted", "X W - B", "The bias is added."),
        mistake("bias-weighted", "X W + sum(X) * B", "The bias does not depend on the inputs."),
    ],
)
def one_bias_row_for_all_samples(X, W, b):
    B = b.repeat(len(X), 1)
    return {"B": B, "O": X @ W + B}


@one_bias_row_for_all_samples.oracle("operator", "torch.nn.functional.linear, sample by sample")
def _(X, W, b):
    outputs = [torch.nn.functional.linear(sample, W.T, b) for sample in X]
    biases = [torch.nn.functional.linear(torch.zeros(len(sample)), W.T, b) for sample in X]
    return {"O": torch.stack(outputs), "B": torch.stack(biases)}


# --- what networks can represent, and what training makes of it -----------------------------------------------------


@proof(
    "curve-from-hinges",
    title="A hidden layer approximates a curve",
    statement=(
        "One hidden layer of n ReLU units can follow sin on [0, π] to within (π/n)²/8: the more units, the closer. "
        "Without the activation, all layers together are one straight line, which never gets closer than ½."
    ),
    symbols={"n": symbol("size in 2..40", "hidden units")},
    steps={
        "linear_error": step(note="largest error of the best straight line, half of the range of sin"),
        "bound": step("(pi / n)^2 / 8"),
        "error": step(note="largest error of the network on a fine grid"),
    },
    source="Cybenko (1989), Hornik (1991); de Boor, A Practical Guide to Splines (2001), chapter III",
    vectorized=False,
    claims=[
        claim("error <= bound + 1e-9", "The error is below the bound of linear interpolation."),
        claim("error > bound / 4", "The bound is of the right size."),
        claim("0.49 < linear_error < 0.51", "No line comes closer than one half."),
    ],
    mistakes=[
        mistake("exact", "0", "A finite number of units leaves an error, except for piecewise linear functions."),
        mistake(
            "as-without-activation", "linear_error", "The hinges bend the line; only a linear network is stuck at ½."
        ),
        mistake("never-smaller", "1", "The error falls with the square of the number of units."),
    ],
)
def curve_from_hinges(n):
    grid = torch.linspace(0, math.pi, 501)
    knots = torch.linspace(0, math.pi, n + 1)
    slopes = torch.sin(knots).diff() * n / math.pi
    output_weights = torch.cat([slopes[:1], slopes.diff()])  # each unit bends the line at its own knot
    hidden = torch.relu(grid.unsqueeze(1) - knots[:-1])
    curve = torch.sin(grid)
    return {
        "linear_error": (curve.max() - curve.min()) / 2,
        "bound": (math.pi / n) ** 2 / 8 + 0 * grid[0],
        "error": (hidden @ output_weights - curve).abs().max(),
    }


@curve_from_hinges.oracle("brute-force", "the best of many straight lines", samples=2)
def _(n):
    grid = numpy.linspace(0, math.pi, 101)
    lines = (
        numpy.multiply.outer(numpy.linspace(-1, 1, 41), grid - math.pi / 2)[:, None] + numpy.linspace(0, 1, 41)[:, None]
    )
    return {"linear_error": float(abs(lines - numpy.sin(grid)).max(axis=2).min())}


@curve_from_hinges.oracle("operator", "numpy.interp between the knots")
def _(n):
    grid, knots = numpy.linspace(0, math.pi, 501), numpy.linspace(0, math.pi, n + 1)
    return float(abs(numpy.interp(grid, knots, numpy.sin(knots)) - numpy.sin(grid)).max())


@proof(
    "deep-plain-network-trains-slowly",
    title="More layers, more effort",
    statement=(
        "With the same data, steps and learning rate, six plain sigmoid layers have learned nothing when one layer "
        "is well on its way: depth makes the optimisation harder."
    ),
    symbols={},
    steps={
        "before": step(
            note="variance of the target: the loss of always predicting its mean", within=(0.506765, 0.507779)
        ),
        "shallow": step(
            note="training loss of one hidden layer after 100 steps of gradient descent", within=(0.07, 0.24)
        ),
        "deep": step(note="training loss of six hidden layers after the same steps"),
    },
    result="deep",
    source=f"{DEEP_LEARNING}, sec. 8.2.5; Glorot & Bengio (2010), The difficulty of training deep networks",
    claims=[
        claim("0.01 * before < shallow and shallow < before / 2", "One hidden layer has learned much of the curve."),
        claim("abs(deep / before - 1) < 0.1", "Six layers still predict little more than the mean."),
    ],
    mistakes=[
        mistake(
            "depth-helps-training", "deep < shallow", "A deeper network can represent more, but is harder to train."
        ),
    ],
    vectorized=False,
)
def deep_plain_network_trains_slowly(random):
    x = torch.linspace(-1, 1, 32).unsqueeze(1)
    y = torch.sin(3 * x)

    def trained(layers):
        sizes = [1] + [8] * layers + [1]
        # free: any weights to start from
        weights = [random.normal(*pair) / math.sqrt(pair[0]) for pair in pairwise(sizes)]
        parameters = [*weights, *(torch.zeros(size) for size in sizes[1:])]

        def loss():
            values = x
            for place in range(layers):
                values = torch.sigmoid(values @ parameters[place] + parameters[layers + 1 + place])
            return torch.nn.functional.mse_loss(values @ parameters[layers] + parameters[-1], y)

        for _ in range(100):
            parameters = [each.detach().requires_grad_() for each in parameters]
            with torch.enable_grad():
                gradients = torch.autograd.grad(loss(), parameters)
            parameters = [each.detach() - 0.5 * slope for each, slope in zip(parameters, gradients, strict=True)]
        return loss()

    return {"before": y.var(correction=0), "shallow": trained(1), "deep": trained(6)}


@proof(
    "variance-of-initial-weights",
    title="Initial weights: Xavier and He",
    statement=(
        "Xavier gives weights the variance 2/(n_in + n_out), for tanh; He gives 2/n_in, because ReLU lets only half of "
        "the signal's power through."
    ),
    symbols={
        "n_in": symbol("positive-count in 1..400", "inputs of the layer", ["fan_in"]),
        "n_out": symbol("positive-count in 1..400", "outputs of the layer", ["fan_out"]),
    },
    steps={
        "xavier": step("2 / (n_in + n_out)", aliases=["glorot"]),
        "he": step("2 / n_in", aliases=["kaiming"]),
    },
    source="Glorot & Bengio (2010); He et al. (2015), Delving Deep into Rectifiers",
    mistakes=[
        mistake("without-the-two", "1 / n_in", "ReLU halves the power of the signal; the factor 2 makes up for it."),
        mistake("outputs-for-inputs", "2 / n_out", "The sum runs over the inputs, so their number counts."),
        mistake("deviation-for-variance", "sqrt(2 / n_in)", "That is the standard deviation; asked is the variance."),
        mistake("xavier-for-he", "2 / (n_in + n_out)", "That is Xavier's compromise of both directions, for tanh."),
        mistake("inputs-only", "2 / n_in", "That is He's, for ReLU; Xavier averages inputs and outputs.", of="xavier"),
        mistake("he-without-two", "1 / (n_in + n_out)", "The mean of both numbers is half of their sum.", of="xavier"),
    ],
)
def variance_of_initial_weights(n_in, n_out):
    return {"xavier": 2 / (n_in + n_out), "he": 2 / n_in}


@variance_of_initial_weights.oracle(
    "operator", "torch.nn.init: the range of its uniform weights", samples=24, tolerance=1e-2
)
def _(n_in, n_out):
    generator = torch.Generator().manual_seed(0)

    def variance(fill):
        weight = torch.empty(int(n_out), int(n_in), device="cpu")
        largest = 0.0
        for _ in range(1 + 20_000 // weight.numel()):
            fill(weight, generator=generator)
            largest = max(largest, float(weight.abs().max()))
        return torch.tensor(largest**2 / 3)

    return {
        "xavier": variance(torch.nn.init.xavier_uniform_),
        "he": variance(
            lambda weight, generator: torch.nn.init.kaiming_uniform_(weight, nonlinearity="relu", generator=generator)
        ),
    }
