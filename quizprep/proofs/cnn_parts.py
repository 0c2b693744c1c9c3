"""Proofs for the chapter cnn-architectures: the parts that networks are made of."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

ALEXNET = "Krizhevsky, Sutskever & Hinton, ImageNet classification with deep convolutional networks (2012), {}"
RESNET = "He, Zhang, Ren & Sun, Deep residual learning for image recognition (2015), {} (arXiv 1512.03385)"


@proof(
    "conv-pool-dense",
    title="A small CNN from image to class",
    statement=(
        "Convolution, activation and pooling extract features from an image; a dense layer on the flattened features "
        "decides, and the softmax turns its scores into probabilities."
    ),
    symbols={
        "X": symbol("matrix[5, 5] of real in -3..3", "image"),
        "K": symbol("matrix[2, 2] of real in -2..2", "kernel"),
        "W": symbol("matrix[3, 4] of real in -2..2", "weights of the dense layer, a row for each class"),
    },
    steps={
        "convolved": step("conv(X, K)"),
        "activated": step("relu(convolved)"),
        "pooled": step(
            "[[max([activated_{1,1}, activated_{1,2}, activated_{2,1}, activated_{2,2}]), "
            "max([activated_{1,3}, activated_{1,4}, activated_{2,3}, activated_{2,4}])], "
            "[max([activated_{3,1}, activated_{3,2}, activated_{4,1}, activated_{4,2}]), "
            "max([activated_{3,3}, activated_{3,4}, activated_{4,3}, activated_{4,4}])]]"
        ),
        "features": step("[pooled_{1,1}, pooled_{1,2}, pooled_{2,1}, pooled_{2,2}]"),
        "scores": step("W features"),
        "probabilities": step("softmax(scores)"),
    },
    source="LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document recognition (1998), sec. II",
    mistakes=[
        mistake("scores-are-probabilities", "scores", "The softmax is missing: scores are no probabilities."),
        mistake(
            "not-exponential", "scores / sum(scores)", "Scores may be negative; the softmax takes exponentials first."
        ),
        mistake("sigmoids", "sigmoid(scores)", "One class is chosen of several, so the softmax makes them sum to 1."),
    ],
    claims=[claim("abs(sum(probabilities) - 1) < 1e-9", "the probabilities sum to 1")],
)
def conv_pool_dense(X, K, W):
    convolved = sum(K[i, j] * X[i : i + 4, j : j + 4] for i in (0, 1) for j in (0, 1))
    activated = convolved.relu()
    pooled = activated.reshape(2, 2, 2, 2).amax(dim=(1, 3))
    features = pooled.reshape(4)
    scores = W @ features
    weights = torch.exp(scores - scores.max())
    return {
        "convolved": convolved,
        "activated": activated,
        "pooled": pooled,
        "features": features,
        "scores": scores,
        "probabilities": weights / weights.sum(),
    }


@conv_pool_dense.oracle("operator", "torch.nn.functional: conv2d, relu, max_pool2d, linear, softmax")
def _(X, K, W):
    F = torch.nn.functional
    convolved = F.conv2d(X[None, None], K[None, None])
    activated = F.relu(convolved)
    pooled = F.max_pool2d(activated, 2)
    features = torch.flatten(pooled, 1)
    scores = F.linear(features, W)
    return {
        "convolved": convolved[0, 0],
        "activated": activated[0, 0],
        "pooled": pooled[0, 0],
        "features": features[0],
        "scores": scores[0],
        "probabilities": F.softmax(scores, 1)[0],
    }


@proof(
    "overlapping-pooling",
    title="Overlapping pooling",
    statement=(
        "Windows of size z at a stride s < z share z − s pixels; AlexNet pools with z = 3 and s = 2, and the map is "
        "⌊(n − z)/s⌋ + 1 wide."
    ),
    symbols={
        "n": symbol("positive-count in 5..64", "side of the map"),
        "z": symbol("positive-count in 1..5", "side of the pooling window"),
        "s": symbol("positive-count in 1..5", "stride"),
    },
    where=["s <= z", "n >= z + s"],
    steps={
        "side": step("floor((n - z) / s) + 1"),
        "shared": step("z - s"),
    },
    source=ALEXNET.format("sec. 3.4"),
    mistakes=[
        mistake("no-overlap", "0", "Only where the stride is as large as the window do the windows not overlap."),
        mistake("stride-shared", "s", "The stride is how far the window moves on; the rest is shared."),
        mistake("n-over-z", "floor(n / z)", "The window moves by the stride, not by its own size.", of="side"),
        mistake("start-forgotten", "floor((n - z) / s)", "The first position counts as well: add 1.", of="side"),
    ],
)
def overlapping_pooling(n, z, s):
    return {"side": torch.floor((n - z) / s) + 1, "shared": z - s}


@overlapping_pooling.oracle("operator", "windows of torch.Tensor.unfold and torch.nn.functional.max_pool1d", samples=24)
def _(n, z, s):
    row = torch.arange(float(n))
    windows = row.unfold(0, int(z), int(s))
    both = set(windows[0].tolist()) & set(windows[1].tolist())
    side = torch.nn.functional.max_pool1d(row[None, None], int(z), int(s)).numel()
    return {"side": float(side), "shared": float(len(both))}


@proof(
    "local-response-normalisation",
    title="Local response normalisation",
    statement=(
        "AlexNet divides each activation by (k + α Σ a²)^β, the sum running over neighbouring channels at the same "
        "place: a strong response damps those beside it."
    ),
    symbols={
        "a": symbol("vector[3] of real in -3..3", "activations of three neighbouring channels at one place"),
        "k": symbol("positive in 0.5..3", "offset"),
        "alpha": symbol("positive in 0.01..2", "strength"),
        "beta": symbol("positive in 0.25..1", "power"),
    },
    steps={
        "energy": step("sum(a^2)"),
        "response": step("a_2 / (k + alpha * energy)^beta"),
    },
    source=ALEXNET.format("sec. 3.3"),
    mistakes=[
        mistake(
            "averaged",
            "a_2 / (k + alpha * energy / 3)^beta",
            "The sum is divided by the number of channels, as in torch; the paper takes the sum itself.",
            variant=True,
        ),
        mistake("itself-only", "a_2 / (k + alpha * a_2^2)^beta", "The neighbouring channels count too."),
        mistake("not-squared", "a_2 / (k + alpha * sum(abs(a)))^beta", "The squares of the activations are summed."),
        mistake("no-power", "a_2 / (k + alpha * energy)", "The divisor is raised to the power β."),
    ],
)
def local_response_normalisation(a, k, alpha, beta):
    energy = (a**2).sum()
    return {"energy": energy, "response": a[1] / (k + alpha * energy) ** beta}


@local_response_normalisation.oracle("operator", "torch.nn.functional.local_response_norm, which averages", samples=24)
def _(a, k, alpha, beta):
    normalised = torch.nn.functional.local_response_norm(
        a[None, :, None], 3, alpha=3 * float(alpha), beta=float(beta), k=float(k)
    )
    return {"response": normalised[0, 1, 0]}


@proof(
    "network-in-network",
    title="Network in network",
    statement=(
        "Instead of one linear filter a small multilayer perceptron slides over the image; that is a convolution "
        "followed by 1×1 convolutions with activations in between."
    ),
    symbols={
        "X": symbol("matrix[3, 3] of real in -3..3", "image"),
        "V": symbol("matrix[3, 4] of real in -2..2", "first layer of the perceptron, on a patch of 2×2 pixels"),
        "U": symbol("matrix[2, 3] of real in -2..2", "second layer"),
    },
    steps={
        "patch": step("[X_{11}, X_{12}, X_{21}, X_{22}]"),
        "hidden": step("relu(V patch)"),
        "output": step("relu(U hidden)"),
    },
    source="Lin, Chen & Yan, Network in network (2014), sec. 3 (arXiv 1312.4400)",
    mistakes=[
        mistake(
            "linear-filter", "U V patch", "Without the activation in between the two layers are one linear filter."
        ),
        mistake("one-layer", "relu(hidden)", "A second layer combines the hidden values, a 1×1 convolution."),
        mistake("averaged", "relu(U (0 * hidden + mean(hidden)))", "The second layer weighs each hidden value."),
    ],
)
def network_in_network(X, V, U):
    patch = torch.stack([X[0, 0], X[0, 1], X[1, 0], X[1, 1]])
    hidden = (V @ patch).relu()
    return {"patch": patch, "hidden": hidden, "output": (U @ hidden).relu()}


@network_in_network.oracle("operator", "torch.nn.functional.conv2d with kernels of 2×2, then of 1×1")
def _(X, V, U):
    conv2d = torch.nn.functional.conv2d
    hidden = torch.relu(conv2d(X[None, None], V.reshape(3, 1, 2, 2)))
    output = torch.relu(conv2d(hidden, U.reshape(2, 3, 1, 1)))
    return {"hidden": hidden[0, :, 0, 0], "output": output[0, :, 0, 0]}


@proof(
    "projected-shortcut",
    title="A shortcut with a projection",
    statement=(
        "Where a block changes the channels or the size of the map, x does not fit F(x); a 1×1 convolution with "
        "C_in·C_out weights and the block's stride brings it into shape. Else the shortcut is the identity, without "
        "weights."
    ),
    symbols={
        "C_in": symbol("positive-count in 1..512", "channels that come in"),
        "C_out": symbol("positive-count in 1..512", "channels that go out"),
        "n": symbol("positive-count in 4..64", "side of the map that comes in"),
        "s": symbol("positive-count in 1..2", "stride of the block"),
    },
    steps={
        "side": step("floor((n - 1) / s) + 1"),
        "needed": step("if C_in = C_out and s = 1 then 0 else 1"),
        "weights": step("C_in * C_out"),
    },
    source=RESNET.format("sec. 3.2"),
    mistakes=[
        mistake("as-large-as-the-block", "9 * C_in * C_out", "The projection is a 1×1 convolution, not a 3×3 one."),
        mistake("identity", "0", "The identity has no weights, but it cannot change the number of channels."),
        mistake("square-of-the-output", "C_out^2", "It leads from the channels that come in to those that go out."),
    ],
)
def projected_shortcut(C_in, C_out, n, s):
    fits = (C_in == C_out) & (s == 1)
    return {
        "side": torch.floor((n - 1) / s) + 1,
        "needed": torch.where(fits, 0.0, 1.0),
        "weights": C_in * C_out,
    }


@projected_shortcut.oracle("operator", "torch.nn.Conv2d, and shapes that can or cannot be added", samples=16)
def _(C_in, C_out, n, s):
    incoming = torch.empty(1, int(C_in), int(n), int(n), device="meta")
    block = torch.nn.Conv2d(int(C_in), int(C_out), 3, stride=int(s), padding=1, device="meta")(incoming)
    projection = torch.nn.Conv2d(int(C_in), int(C_out), 1, stride=int(s), bias=False, device="meta")
    return {
        "side": float(projection(incoming).shape[-1]),
        "needed": float(block.shape != incoming.shape),
        "weights": float(sum(weight.numel() for weight in projection.parameters())),
    }


@proof(
    "order-in-a-residual-block",
    title="The order inside a residual block",
    statement=(
        "In the original block the convolution comes first, then batch normalisation; the input is added before the "
        "last activation. A bias of the convolution has no effect, for the normalisation subtracts it again."
    ),
    symbols={
        "x": symbol("vector[m] of real in -3..3", "values of a feature over a batch"),
        "w": symbol("real in -2..2", "weight of the convolution"),
        "b": symbol("real in -2..2", "bias of the convolution"),
    },
    where=["var(x) > 0.05", "abs(w) > 0.1"],
    steps={
        "convolved": step("w * x + b"),
        "normalised": step("(convolved - mean(convolved)) / std(convolved)"),
        "added": step("normalised + x"),
        "output": step("relu(added)"),
        "without_bias": step("relu((w * x - mean(w * x)) / std(w * x) + x)"),
    },
    result="output",
    source=RESNET.format("sec. 3.4"),
    mistakes=[
        mistake("added-behind-the-activation", "relu(normalised) + x", "The input is added before the activation."),
        mistake("not-normalised", "relu(convolved + x)", "Batch normalisation follows the convolution."),
        mistake(
            "added-before-the-normalisation",
            "relu((convolved + x - mean(convolved + x)) / std(convolved + x))",
            "The input is added behind the normalisation, so that it passes on unchanged.",
        ),
    ],
    claims=[claim("max(abs(output - without_bias)) < 1e-6", "the bias of the convolution makes no difference")],
)
def order_in_a_residual_block(x, w, b):
    def normalised(values):
        return (values - values.mean()) / values.std(correction=0)

    convolved = w * x + b
    added = normalised(convolved) + x
    return {
        "convolved": convolved,
        "normalised": normalised(convolved),
        "added": added,
        "output": added.relu(),
        "without_bias": (normalised(w * x) + x).relu(),
    }


@order_in_a_residual_block.oracle("operator", "torch.nn.functional.batch_norm", tolerance=1e-6)
def _(x, w, b):
    F = torch.nn.functional
    convolved = F.conv1d(x[:, None, None], w.reshape(1, 1, 1), b.reshape(1))
    plain = F.conv1d(x[:, None, None], w.reshape(1, 1, 1))
    first, second = (F.batch_norm(values, None, None, training=True, eps=1e-12) for values in (convolved, plain))
    added = first[:, 0, 0] + x
    return {
        "convolved": convolved[:, 0, 0],
        "normalised": first[:, 0, 0],
        "added": added,
        "output": torch.relu(added),
        "without_bias": torch.relu(second[:, 0, 0] + x),
    }


@proof(
    "reach-of-attention-and-convolution",
    title="Attention is global, convolution local",
    statement=(
        "One output of self-attention depends on all n tokens, one of a convolution of width 2h + 1 on that many; from "
        "end to end it takes ⌈(n − 1)/h⌉ convolutions."
    ),
    symbols={
        "n": symbol("positive-count in 5..24", "tokens or patches in a row"),
        "h": symbol("positive-count in 1..2", "how far a kernel reaches to either side"),
    },
    where=["2 * h + 1 <= n"],
    steps={
        "convolution": step("2 * h + 1"),
        "attention": step("n"),
        "layers": step("ceil((n - 1) / h)"),
    },
    source="Dosovitskiy et al., An image is worth 16×16 words (2021), sec. 3.1 (arXiv 2010.11929)",
    mistakes=[
        mistake("one-layer", "1", "That is attention; a convolution only reaches h places further."),
        mistake(
            "whole-kernel", "ceil((n - 1) / (2 * h + 1))", "A layer reaches h places to one side, not its whole width."
        ),
        mistake("rounded-down", "floor((n - 1) / h)", "An incomplete last stretch takes a layer of its own."),
    ],
)
def reach_of_attention_and_convolution(n, h):
    return {"convolution": 2 * h + 1, "attention": n.clone(), "layers": torch.ceil((n - 1) / h)}


@reach_of_attention_and_convolution.oracle("autograd", "inputs whose gradient is not 0", samples=8)
def _(n, h):
    tokens, half = int(n), int(h)
    kernel = torch.ones(1, 1, 2 * half + 1, dtype=torch.float64)

    def convolved(row):
        return torch.nn.functional.conv1d(row[None, None], kernel, padding=half)[0, 0]

    def attended(row):
        return torch.softmax(torch.outer(row, row), 1) @ row

    row = torch.linspace(0.1, 1, tokens, dtype=torch.float64)
    middle = tokens // 2
    seen = [(torch.func.jacrev(layer)(row)[middle].abs() > 1e-12).sum() for layer in (convolved, attended)]
    reach, layers = torch.nn.functional.one_hot(torch.tensor(0), tokens).double(), 0
    while reach[-1] == 0:
        reach, layers = convolved(reach), layers + 1
    return {"convolution": seen[0], "attention": seen[1], "layers": float(layers)}


@proof(
    "top-k-error",
    title="Top-k error",
    statement="The top-k error is the share of samples whose true class is not among the k classes of highest score.",
    symbols={
        "Z": symbol("matrix[3, 6] of real", "scores of six classes, a row for each of three samples"),
        "y": symbol("vector[3] of count in 0..5", "true classes, counted from 0"),
        "k": symbol("positive-count in 1..5", "classes that may be named"),
    },
    steps={"error": step(note="share of samples whose true class is not among the k best")},
    source="Russakovsky et al., ImageNet large scale visual recognition challenge (2015), sec. 4.1 (arXiv 1409.0575)",
    mistakes=[
        mistake("accuracy", "1 - error", "That is the share that is right; the error is the rest."),
        mistake("always-wrong", "1", "A sample counts as right if one of the k classes is its own."),
    ],
    claims=[claim("0 <= error and error <= 1", "it is a share")],
)
def top_k_error(Z, y, k):
    own = Z.gather(1, y.long().unsqueeze(1))
    better = (own < Z).sum(1)  # classes with a higher score than the true one
    return {"error": torch.where(better >= k, 1.0, 0.0).mean()}


@top_k_error.oracle("operator", "torch.topk")
def _(Z, y, k):
    named = torch.topk(Z, int(k), dim=1).indices
    return {"error": 1 - (named == y.long().unsqueeze(1)).any(1).double().mean()}
