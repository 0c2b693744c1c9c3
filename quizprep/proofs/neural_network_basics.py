"""Proofs for the chapter neural-network-basics."""

from __future__ import annotations

import itertools

from quizprep.citations import BISHOP, DEEP_LEARNING
from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol


@proof(
    "neuron",
    title="A neuron",
    statement="A neuron weighs its inputs, adds the bias and applies the activation to the sum: σ(w·x + b).",
    symbols={
        "x": symbol("vector[d]", "inputs"),
        "w": symbol("vector[d]", "weights", ["W"]),
        "b": symbol("real", "bias"),
    },
    steps={
        "z": step("dot(w, x) + b"),
        "a": step("1 / (1 + exp(-z))", aliases=["y", "h", "o"]),
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
    network = torch.nn.Sequential(*(torch.nn.Linear(*pair, device="meta") for pair in itertools.pairwise(sizes)))
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
        "moved_equal": step(note="how far their weights moved"),
        "spread_random": step(note="difference between hidden units after training from random weights"),
        "moved_zero": step(note="how far the hidden weights move if all weights are 0 at first"),
    },
    source=f"{DEEP_LEARNING}, sec. 8.4",
    claims=[
        claim("spread_equal < 1e-9", "equal units stay equal"),
        claim("moved_equal > 1e-3", "although they are trained"),
        claim("spread_random > 0.05", "random weights make them differ"),
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

    def trained(hidden, output):
        for _ in range(30):  # a 2-3-1 tanh network, gradient descent on the mean squared error
            values = torch.tanh(samples @ hidden.T)
            error = 2 * (values @ output - target) / len(target)
            slopes = torch.outer(error, output) * (1 - values**2)
            hidden, output = hidden - 0.1 * slopes.T @ samples, output - 0.1 * values.T @ error
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
