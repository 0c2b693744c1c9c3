"""Proofs for the chapter neural-network-basics."""

from __future__ import annotations

import itertools

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol


@proof(
    "neuron",
    title=("A neuron", "뉴런 하나"),
    statement=(
        "A neuron weighs its inputs, adds the bias and applies the activation to the sum: σ(w·x + b).",
        "뉴런은 입력의 가중합에 편향을 더하고, 그 합에 활성화 함수를 적용한다: σ(w·x + b).",
    ),
    symbols={
        "x": symbol("vector[d]", "inputs", "입력"),
        "w": symbol("vector[d]", "weights", "가중치", ["W"]),
        "b": symbol("real", "bias", "편향"),
    },
    steps={
        "z": step("dot(w, x) + b"),
        "a": step("1 / (1 + exp(-z))", aliases=["y", "h", "o"]),
    },
    source="Rosenblatt (1958), The perceptron; Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 6.3",
    mistakes=[
        mistake(
            "activation-multiplied",
            "z * sigmoid(z)",
            "The activation is applied to z, it is not multiplied with it.",
            "활성화 함수는 z에 곱하는 것이 아니라 z에 적용합니다.",
        ),
        mistake(
            "bias-outside",
            "sigmoid(dot(w, x)) + b",
            "The bias belongs inside, before the activation.",
            "편향은 활성화 함수를 적용하기 전에 더합니다.",
        ),
        mistake(
            "bias-forgotten",
            "sigmoid(dot(w, x))",
            "The bias is missing.",
            "편향이 빠졌습니다.",
        ),
        mistake(
            "no-activation",
            "dot(w, x) + b",
            "That is the weighted sum z; the activation is still to come.",
            "그것은 가중합 z입니다. 활성화 함수를 아직 적용하지 않았습니다.",
        ),
        mistake(
            "inputs-activated",
            "dot(w, sigmoid(x)) + b",
            "The activation comes after the sum, not before.",
            "활성화 함수는 더하기 전이 아니라 더한 뒤에 적용합니다.",
        ),
        mistake(
            "sum-without-weights",
            "sum(x) + b",
            "Each input is multiplied by its weight first.",
            "입력마다 먼저 가중치를 곱해야 합니다.",
            of="z",
        ),
    ],
)
def neuron(x, w, b):
    z = w @ x + b
    return {"z": z, "a": 1 / (1 + torch.exp(-z))}


@neuron.oracle("operator", "torch.nn.functional.linear and torch.sigmoid", "torch.nn.functional.linear와 torch.sigmoid")
def _(x, w, b):
    z = torch.nn.functional.linear(x, w.unsqueeze(0), b.unsqueeze(0))[0]
    return {"z": z, "a": torch.sigmoid(z)}


@neuron.oracle("brute-force", "adding up in a loop", "반복문으로 더하기", samples=16)
def _(x, w, b):
    z = b
    for weight, value in zip(w, x, strict=True):
        z = z + weight * value
    return {"z": z, "a": (1 + torch.tanh(z / 2)) / 2}


@proof(
    "forward-propagation",
    title=("Forward propagation", "순전파"),
    statement=(
        "Layer by layer: the hidden vector is relu(W₁x + b₁), the output W₂h + b₂.",
        "층을 따라 차례로 계산한다. 은닉 벡터는 relu(W₁x + b₁)이고 출력은 W₂h + b₂이다.",
    ),
    symbols={
        "x": symbol("vector[d]", "input", "입력"),
        "W_1": symbol("matrix[h, d]", "weights of the hidden layer", "은닉층의 가중치"),
        "b_1": symbol("vector[h]", "biases of the hidden layer", "은닉층의 편향"),
        "W_2": symbol("matrix[k, h]", "weights of the output layer", "출력층의 가중치"),
        "b_2": symbol("vector[k]", "biases of the output layer", "출력층의 편향"),
    },
    steps={
        "z": step("W_1 x + b_1", aliases=["z_1"]),
        "hidden": step("relu(z)", aliases=["H", "h_1", "a_1"]),
        "y": step("W_2 hidden + b_2", aliases=["o", "O", r"\hat y"]),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 6.5.1",
    mistakes=[
        mistake(
            "no-activation",
            "W_2 z + b_2",
            "The activation is missing: the two layers collapse into one linear layer.",
            "활성화 함수가 빠졌습니다. 두 층이 선형 층 하나로 합쳐집니다.",
        ),
        mistake(
            "activation-at-the-end",
            "relu(W_2 (W_1 x + b_1) + b_2)",
            "The activation stands between the layers, not after the last one.",
            "활성화 함수는 마지막이 아니라 두 층 사이에 있습니다.",
        ),
        mistake(
            "hidden-bias-forgotten",
            "W_2 relu(W_1 x) + b_2",
            "The bias of the hidden layer is missing.",
            "은닉층의 편향이 빠졌습니다.",
        ),
        mistake(
            "output-bias-forgotten",
            "W_2 relu(W_1 x + b_1)",
            "The bias of the output layer is missing.",
            "출력층의 편향이 빠졌습니다.",
        ),
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


@forward_propagation.oracle(
    "brute-force", "path by path through the network", "신경망의 경로를 하나씩 따라가기", samples=16
)
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
    title=("Parameters of a two-layer network", "2층 신경망의 파라미터 수"),
    statement=(
        "A network with d inputs, h hidden units and k outputs has two weight matrices: (d + 1)h + (h + 1)k parameters with biases.",
        "입력 d개, 은닉 유닛 h개, 출력 k개인 신경망은 가중치 행렬이 둘이고, 편향까지 파라미터가 (d + 1)h + (h + 1)k개이다.",
    ),
    symbols={
        "d": symbol("positive-count in 1..20", "inputs", "입력 수"),
        "h": symbol("positive-count in 1..20", "hidden units", "은닉 유닛 수"),
        "k": symbol("positive-count in 1..20", "outputs", "출력 수"),
    },
    steps={
        "hidden_layer": step("d * h + h"),
        "output_layer": step("h * k + k"),
        "parameters": step("hidden_layer + output_layer"),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 6.1",
    mistakes=[
        mistake(
            "biases-forgotten",
            "d * h + h * k",
            "The biases are missing: one for each hidden unit and one for each output.",
            "편향이 빠졌습니다. 은닉 유닛과 출력마다 하나씩 있습니다.",
        ),
        mistake(
            "one-bias-per-layer",
            "d * h + 1 + h * k + 1",
            "Every unit has a bias of its own, not every layer.",
            "편향은 층마다가 아니라 유닛마다 하나씩 있습니다.",
        ),
        mistake(
            "sizes-multiplied",
            "d * h * k",
            "The two matrices are counted separately and added.",
            "두 행렬의 원소 수를 따로 세어 더해야 합니다.",
        ),
        mistake(
            "inputs-have-biases",
            "d * h + h * k + d + h + k",
            "Inputs are no units: they have no bias.",
            "입력은 유닛이 아니므로 편향이 없습니다.",
        ),
    ],
)
def two_layer_parameters(d, h, k):
    hidden_layer, output_layer = d * h + h, h * k + k
    return {"hidden_layer": hidden_layer, "output_layer": output_layer, "parameters": hidden_layer + output_layer}


@two_layer_parameters.oracle(
    "operator", "counting the parameters of torch.nn.Linear layers", "torch.nn.Linear 층의 파라미터 세기", samples=24
)
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
    title=("Counting layers", "층 세기"),
    statement=(
        "A network is named by its weight matrices: with H hidden layers there are H + 1, so one hidden layer makes a 2-layer network.",
        "신경망의 층수는 가중치 행렬의 수로 센다. 은닉층이 H개이면 H + 1개이므로 은닉층이 하나인 신경망은 2층이다.",
    ),
    symbols={"H": symbol("count in 0..10", "hidden layers", "은닉층 수", ["n"])},
    steps={"layers": step("H + 1", aliases=["L"])},
    source="Bishop, Pattern Recognition and Machine Learning (2006), sec. 5.1",
    mistakes=[
        mistake(
            "hidden-only",
            "H",
            "The output layer has a weight matrix as well.",
            "출력층에도 가중치 행렬이 있습니다.",
        ),
        mistake(
            "input-counted",
            "H + 2",
            "The input has no weights: it is not counted as a layer.",
            "입력에는 가중치가 없으므로 층으로 세지 않습니다.",
        ),
        mistake(
            "two-per-hidden-layer",
            "2 * H",
            "Neighbouring layers share the matrix between them.",
            "이웃한 두 층 사이의 행렬은 하나입니다.",
        ),
    ],
)
def weight_matrices_of_a_network(H):
    return {"layers": H + 1}


@weight_matrices_of_a_network.oracle(
    "operator",
    "matrices among the parameters of a torch.nn.Sequential",
    "torch.nn.Sequential의 파라미터 중 행렬 세기",
    samples=16,
)
def _(H):
    sizes = [3] + [4] * int(H) + [2]
    network = torch.nn.Sequential(*(torch.nn.Linear(*pair, device="meta") for pair in itertools.pairwise(sizes)))
    return float(sum(part.ndim == 2 for part in network.parameters()))


@proof(
    "linear-layer-shapes",
    title=("Shapes in a linear layer", "선형 층의 모양"),
    statement=(
        "n samples with d features through a d × p weight matrix give n × p numbers; the matrix has dp weights for any n.",
        "특성이 d개인 샘플 n개가 d × p 가중치 행렬을 거치면 n × p개의 수가 나온다. 가중치는 n과 상관없이 dp개이다.",
    ),
    symbols={
        "n": symbol("positive-count in 1..20", "samples", "샘플 수"),
        "d": symbol("positive-count in 1..20", "features", "특성 수"),
        "p": symbol("positive-count in 1..20", "outputs per sample", "샘플당 출력 수"),
    },
    steps={
        "outputs": step("n * p"),
        "weights": step("d * p"),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 2.2",
    mistakes=[
        mistake(
            "one-matrix-per-sample",
            "n * d * p",
            "All samples share one weight matrix.",
            "모든 샘플이 가중치 행렬 하나를 함께 씁니다.",
        ),
        mistake(
            "sizes-added",
            "d + p",
            "Every input is connected with every output: the sizes multiply.",
            "모든 입력이 모든 출력과 연결되므로 두 크기를 곱합니다.",
        ),
        mistake(
            "outputs-for-weights",
            "n * p",
            "That is how many outputs there are, not how many weights.",
            "그것은 가중치가 아니라 출력의 개수입니다.",
        ),
        mistake(
            "inputs-for-outputs",
            "n * d",
            "That is how many inputs there are; the inner size d disappears in the product.",
            "그것은 입력의 개수입니다. 곱하면 안쪽 크기 d는 사라집니다.",
            of="outputs",
        ),
    ],
)
def linear_layer_shapes(n, d, p):
    return {"outputs": n * p, "weights": d * p}


@linear_layer_shapes.oracle("operator", "shapes of a torch matrix product", "torch 행렬 곱의 모양", samples=24)
def _(n, d, p):
    samples, weight = torch.zeros(int(n), int(d)), torch.zeros(int(d), int(p))
    return {"outputs": float((samples @ weight).numel()), "weights": float(weight.numel())}


@proof(
    "symmetry-of-initial-weights",
    title=("Equal initial weights", "똑같은 초기 가중치"),
    statement=(
        "Hidden units that start equal get equal gradients and stay equal; random weights break the symmetry.",
        "처음에 같은 은닉 유닛은 같은 기울기를 받아 계속 같다. 무작위 가중치가 이 대칭을 깬다.",
    ),
    symbols={},
    steps={
        "spread_equal": step(
            en="difference between hidden units after training, all weights 0.5 at first",
            ko="모든 가중치를 0.5로 시작해 학습한 뒤 은닉 유닛 사이의 차이",
        ),
        "moved_equal": step(en="how far their weights moved", ko="그 가중치가 움직인 거리"),
        "spread_random": step(
            en="difference between hidden units after training from random weights",
            ko="무작위 가중치로 시작해 학습한 뒤 은닉 유닛 사이의 차이",
        ),
        "moved_zero": step(
            en="how far the hidden weights move if all weights are 0 at first",
            ko="모든 가중치를 0으로 시작했을 때 은닉층 가중치가 움직인 거리",
        ),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 8.4",
    claims=[
        claim("spread_equal < 1e-9", "equal units stay equal", "같은 유닛은 계속 같다"),
        claim("moved_equal > 1e-3", "although they are trained", "학습은 되고 있는데도 그렇다"),
        claim("spread_random > 0.05", "random weights make them differ", "무작위 가중치는 서로 다르게 만든다"),
        claim(
            "moved_zero < 1e-9",
            "from zero the hidden weights do not move at all",
            "0에서 시작하면 은닉층 가중치는 전혀 움직이지 않는다",
        ),
    ],
    mistakes=[
        mistake(
            "training-separates-them",
            "spread_equal > 1e-3",
            "Equal weights give equal gradients: training alone never separates the units.",
            "가중치가 같으면 기울기도 같습니다. 학습만으로는 유닛들이 달라지지 않습니다.",
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
    title=("Depth against width", "깊이와 너비"),
    statement=(
        "A tent map of two ReLU units, composed n times, has 2ⁿ linear pieces with 2n units; one hidden layer needs 2ⁿ − 1 units.",
        "ReLU 유닛 두 개로 된 텐트 함수를 n번 합성하면 유닛 2n개로 선형 조각 2ⁿ개가 생긴다. 은닉층 하나로는 유닛이 2ⁿ − 1개 필요하다.",
    ),
    symbols={"n": symbol("positive-count in 1..8", "layers of two units", "유닛이 둘인 층의 수", ["L"])},
    steps={
        "deep_units": step("2 * n"),
        "shallow_units": step("2^n - 1"),
        "pieces": step("2^n"),
    },
    source="Telgarsky (2016), Benefits of depth in neural networks (arXiv 1602.04485)",
    mistakes=[
        mistake(
            "pieces-added",
            "2 * n",
            "Every further layer folds all pieces again: they double, they do not add up.",
            "층을 더할 때마다 모든 조각이 다시 접혀 두 배가 됩니다. 더해지는 것이 아닙니다.",
        ),
        mistake(
            "squared",
            "n^2",
            "Doubling n times is exponential, not quadratic.",
            "n번 두 배가 되면 제곱이 아니라 지수로 늘어납니다.",
        ),
        mistake(
            "one-too-many",
            "2^(n+1)",
            "The first layer makes two pieces, so n layers make 2 to the n.",
            "첫 층이 두 조각을 만드므로 n개 층은 2의 n제곱 조각을 만듭니다.",
        ),
    ],
)
def pieces_of_a_deep_network(n):
    return {"deep_units": 2 * n, "shallow_units": 2**n - 1, "pieces": 2**n}


@pieces_of_a_deep_network.oracle(
    "brute-force", "counting slopes of the composed ReLU network", "합성한 ReLU 신경망의 기울기 세기", samples=16
)
def _(n):
    places = (torch.arange(2 ** (int(n) + 1)) + 0.5) / 2 ** (int(n) + 1)
    places.requires_grad_()
    value = places
    for _ in range(int(n)):
        value = 2 * torch.relu(value) - 4 * torch.relu(value - 0.5)  # on [0, 1]: up to 1 in the middle and back
    (slopes,) = torch.autograd.grad(value.sum(), places)
    return {"pieces": float(1 + (slopes.diff() != 0).sum())}
