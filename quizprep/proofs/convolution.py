"""Proofs for the chapter convolution."""

from __future__ import annotations

from quizprep.citations import DEEP_LEARNING
from quizprep.lazy import numpy, torch
from quizprep.proofs import claim, mistake, proof, step, symbol

# --- sliding a kernel -------------------------------------------------------------------------


@proof(
    "convolution-layer-output",
    title="A kernel slides over an image",
    statement="Each output is the sum of the products of the kernel with the patch below it, plus the bias.",
    symbols={
        "X": symbol("matrix[3, 4]", "image", aliases=["I"]),
        "K": symbol("matrix[2, 2]", "kernel", aliases=["W"]),
        "b": symbol("real", "bias"),
    },
    steps={
        "first": step("X_{11} * K_{11} + X_{12} * K_{12} + X_{21} * K_{21} + X_{22} * K_{22} + b", aliases=["O_{11}"]),
        "second": step("X_{12} * K_{11} + X_{13} * K_{12} + X_{22} * K_{21} + X_{23} * K_{22} + b", aliases=["O_{12}"]),
        "sums": step("conv(X, K)", aliases=["S"]),
        "output": step("conv(X, K) + b", aliases=["O", "H"]),
    },
    source=f"{DEEP_LEARNING}, sec. 9.1",
    mistakes=[
        mistake(
            "kernel-flipped",
            "conv(X, [[K_{22}, K_{21}], [K_{12}, K_{11}]]) + b",
            "The kernel is turned by 180°; a network's layer uses it as it is.",
        ),
        mistake("bias-forgotten", "conv(X, K)", "The bias is added at every position."),
        mistake(
            "kernel-transposed",
            "conv(X, K^T) + b",
            "The kernel's rows lie on rows of the image; here it is transposed.",
        ),
        mistake(
            "bias-in-every-product",
            "conv(X, K) + 4 * b",
            "The bias is added once for each output, not once for each product.",
        ),
    ],
)
def convolution_layer_output(X, K, b):
    rows = []
    for row in range(2):
        patches = [X[row : row + 2, column : column + 2] for column in range(3)]
        rows.append(torch.stack([(patch * K).sum() + b for patch in patches]))
    output = torch.stack(rows)
    return {"first": output[0, 0], "second": output[0, 1], "sums": output - b, "output": output}


@convolution_layer_output.oracle("operator", "torch.nn.functional.conv2d")
def _(X, K, b):
    output = torch.nn.functional.conv2d(X[None, None], K[None, None], b[None])[0, 0]
    return {"first": output[0, 0], "second": output[0, 1], "output": output}


@convolution_layer_output.oracle("closed-form", "product with a sparse matrix (a linear map)", samples=16)
def _(X, K, b):
    matrix = torch.zeros(6, 12)
    for place in range(6):
        row, column = divmod(place, 3)
        for i in range(2):
            for j in range(2):
                matrix[place, 4 * (row + i) + column + j] = K[i, j]
    return (matrix @ X.flatten() + b).reshape(2, 3)


@proof(
    "true-convolution",
    title="Convolution and cross-correlation",
    statement="A true convolution flips the kernel; network libraries do not, they compute the cross-correlation.",
    symbols={
        "x": symbol("vector[5]", "signal", aliases=["f"]),
        "k": symbol("vector[3]", "kernel", aliases=["g", "w"]),
    },
    steps={
        "cross_correlation": step("conv(x, k)"),
        "flipped": step("[k_3, k_2, k_1]"),
        "true_convolution": step("conv(x, flipped)"),
        "difference": step("max(abs(cross_correlation - true_convolution))"),
    },
    result="true_convolution",
    source=f"{DEEP_LEARNING}, sec. 9.1",
    mistakes=[
        mistake(
            "kernel-not-flipped", "conv(x, k)", "That is the cross-correlation: a convolution flips the kernel first."
        ),
        mistake(
            "kernel-negated",
            "conv(x, -k)",
            "Flipping reverses the order of the kernel's entries, it does not change their sign.",
        ),
        mistake(
            "both-flipped",
            "conv([x_5, x_4, x_3, x_2, x_1], flipped)",
            "Only the kernel is flipped, not the signal as well.",
        ),
        mistake(
            "output-reversed",
            "conv([x_5, x_4, x_3, x_2, x_1], k)",
            "The values are right, but their order is reversed.",
        ),
    ],
)
def true_convolution(x, k):
    windows = x.unfold(0, 3, 1)
    flipped = k.flip(0)
    cross_correlation, convolution = windows @ k, windows @ flipped
    return {
        "cross_correlation": cross_correlation,
        "flipped": flipped,
        "true_convolution": convolution,
        "difference": (cross_correlation - convolution).abs().max(),
    }


@true_convolution.oracle("operator", "numpy.convolve and torch.nn.functional.conv1d")
def _(x, k):
    full = torch.as_tensor(numpy.convolve(x.cpu().numpy(), k.cpu().numpy()))
    library = torch.nn.functional.conv1d(x[None, None], k[None, None])[0, 0]
    return {"cross_correlation": library, "true_convolution": full[2:5]}


@true_convolution.oracle("brute-force", "sum of f(i) g(t - i), as defined", samples=16)
def _(x, k):
    return torch.stack([sum(x[i] * k[t - i] for i in range(5) if 0 <= t - i < 3) for t in range(2, 5)])


@proof(
    "convolution-backward",
    title="Backward pass of a convolution",
    statement=(
        "The gradient of the kernel correlates the input with the arriving gradient; "
        "that of the input is a full convolution with the kernel."
    ),
    symbols={
        "x": symbol("vector[5]", "input"),
        "k": symbol("vector[3]", "kernel", aliases=["w"]),
        "g": symbol("vector[3]", "gradient that arrives at the output"),
    },
    steps={
        "kernel_gradient": step("conv(x, g)"),
        "input_gradient": step("conv([0, 0, g_1, g_2, g_3, 0, 0], [k_3, k_2, k_1])"),
    },
    result="kernel_gradient",
    source=f"{DEEP_LEARNING}, sec. 9.5",
    mistakes=[
        mistake("elementwise", "g * k", "Every position used the kernel, so its gradient sums over the positions."),
        mistake("input-sum", "sum(x) * g", "Each weight met its own part of the input."),
        mistake(
            "gradient-flipped", "conv(x, [g_3, g_2, g_1])", "The kernel's gradient is a correlation: g is not flipped."
        ),
        mistake(
            "kernel-not-flipped",
            "conv([0, 0, g_1, g_2, g_3, 0, 0], k)",
            "On the way back to the input the kernel is flipped.",
            of="input_gradient",
        ),
    ],
)
def convolution_backward(x, k, g):
    padded = torch.cat([torch.zeros(2), g, torch.zeros(2)])
    return {"kernel_gradient": x.unfold(0, 3, 1) @ g, "input_gradient": padded.unfold(0, 3, 1) @ k.flip(0)}


@convolution_backward.oracle("autograd", "torch.autograd.grad through conv1d", samples=32)
def _(x, k, g):
    x, k = x.detach().requires_grad_(), k.detach().requires_grad_()
    output = torch.nn.functional.conv1d(x[None, None], k[None, None])[0, 0]
    input_gradient, kernel_gradient = torch.autograd.grad(output, (x, k), g)
    return {"kernel_gradient": kernel_gradient, "input_gradient": input_gradient}


# --- what a unit sees -------------------------------------------------------------------------


@proof(
    "receptive-field",
    title="Receptive field of stacked layers",
    statement="Each layer widens the receptive field by (kernel - 1) times the strides of the layers before it.",
    symbols={
        "k": symbol("vector[3] of positive-count in 1..11", "kernel size of each layer"),
        "s": symbol("vector[3] of positive-count in 1..3", "stride of each layer"),
    },
    steps={
        "after_one": step("k_1"),
        "after_two": step("after_one + (k_2 - 1) * s_1"),
        "receptive_field": step("after_two + (k_3 - 1) * s_1 * s_2", aliases=["r", "rf"]),
    },
    source="Araujo, Norris & Sim, Computing receptive fields of convolutional neural networks, Distill (2019)",
    general=["1 + {dilation} * (receptive_field - 1)"],
    mistakes=[
        mistake(
            "kernels-added",
            "k_1 + k_2 + k_3",
            "Neighbouring windows overlap: each further layer adds its kernel size minus 1.",
        ),
        mistake("kernels-multiplied", "k_1 * k_2 * k_3", "Sizes multiply only if windows do not overlap at all."),
        mistake(
            "strides-ignored",
            "1 + (k_1 - 1) + (k_2 - 1) + (k_3 - 1)",
            "After a stride, one step in the map is several pixels in the input.",
        ),
        mistake(
            "largest-kernel",
            "max(k)",
            "A deeper layer sees more than its own kernel, because its inputs already cover an area.",
        ),
        mistake(
            "own-stride-counted",
            "1 + (k_1 - 1) * s_1 + (k_2 - 1) * s_1 * s_2 + (k_3 - 1) * s_1 * s_2 * s_3",
            "A layer's own stride spreads its outputs; only the strides before it widen its view.",
        ),
    ],
)
def receptive_field(k, s):
    after_one = k[0]
    after_two = after_one + (k[1] - 1) * s[0]
    return {
        "after_one": after_one,
        "after_two": after_two,
        "receptive_field": after_two + (k[2] - 1) * s[0] * s[1],
    }


@receptive_field.oracle("autograd", "inputs with a gradient for one output", samples=24)
def _(k, s):
    def seen(layers):
        signal = torch.ones(200, requires_grad=True)
        hidden = signal[None, None]
        for size, stride in zip(k.int().tolist()[:layers], s.int().tolist()[:layers], strict=True):
            hidden = torch.nn.functional.conv1d(hidden, torch.ones(1, 1, size), stride=stride)
        gradient = torch.autograd.grad(hidden[0, 0, 0], signal)[0].nonzero()
        return gradient.max() - gradient.min() + 1

    return {"after_one": seen(1), "after_two": seen(2), "receptive_field": seen(3)}


@proof(
    "inputs-seen",
    title="What one output sees",
    statement="An output of a k×k convolution depends on k² pixels near by, one of a dense layer on all n² pixels.",
    symbols={
        "n": symbol("positive-count in 3..32", "side of the image"),
        "k": symbol("positive-count in 1..15", "side of the kernel"),
    },
    where=["n >= k"],
    steps={
        "dense": step("n^2"),
        "window": step("k^2"),
    },
    source=f"{DEEP_LEARNING}, sec. 9.2",
    mistakes=[
        mistake("whole-image", "n^2", "That is a dense layer: a convolution's output sees only its window."),
        mistake("one-side", "k", "The window has two dimensions."),
        mistake("all-positions", "(n - k + 1)^2", "That is the number of outputs, not of the inputs of one of them."),
    ],
)
def inputs_seen(n, k):
    return {"dense": n**2, "window": k**2}


@inputs_seen.oracle("autograd", "pixels with a gradient for one output", samples=16)
def _(n, k):
    side, size = int(n), int(k)
    image = torch.ones(side, side, requires_grad=True)
    convolved = torch.nn.functional.conv2d(image[None, None], torch.ones(1, 1, size, size))[0, 0, 0, 0]
    joined = image.flatten() @ torch.ones(side * side)
    counts = [torch.autograd.grad(output, image)[0].count_nonzero() for output in (joined, convolved)]
    return {"dense": counts[0], "window": counts[1]}


# --- pooling ----------------------------------------------------------------------------------


def window(corner):
    """The four entries of the 2×2 window whose first entry has these indices, in the formula language."""
    row, column = corner
    return ", ".join(f"X_{{{i},{j}}}" for i in (row, row + 1) for j in (column, column + 1))


CORNERS = ((1, 1), (1, 3), (3, 1), (3, 3))


def of_windows(function):
    """The formula of a 2×2 matrix with ``function`` of each window."""
    first, second, third, fourth = (f"{function}([{window(corner)}])" for corner in CORNERS)
    return f"[[{first}, {second}], [{third}, {fourth}]]"


@proof(
    "pooling",
    title="2×2 pooling with stride 2",
    statement="Max pooling keeps the largest entry of each window, average pooling its mean; both quarter the map.",
    symbols={"X": symbol("matrix[4, 4]", "map")},
    steps={
        "mean_pooled": step(of_windows("mean")),
        "entries_before": step("16"),
        "entries_after": step("4"),
        "pooled": step(of_windows("max")),
    },
    source=f"{DEEP_LEARNING}, sec. 9.3",
    mistakes=[
        mistake("averaged", of_windows("mean"), "That is average pooling; max pooling keeps the largest entry."),
        mistake("summed", of_windows("sum"), "The entries are not added up: one of them is kept."),
        mistake(
            "every-second-entry",
            "[[X_{1,1}, X_{1,3}], [X_{3,1}, X_{3,3}]]",
            "That keeps the first entry of each window, not the largest.",
        ),
        mistake("smallest", of_windows("min"), "The largest entry is kept, not the smallest."),
    ],
)
def pooling(X):
    windows = X.unfold(0, 2, 2).unfold(1, 2, 2)
    pooled = windows.amax(dim=(2, 3))
    return {
        "mean_pooled": windows.mean(dim=(2, 3)),
        "entries_before": torch.tensor(X.numel()),
        "entries_after": torch.tensor(pooled.numel()),
        "pooled": pooled,
    }


@pooling.oracle("operator", "max_pool2d and avg_pool2d")
def _(X):
    image = X[None, None]
    pooled = torch.nn.functional.max_pool2d(image, 2)
    return {
        "mean_pooled": torch.nn.functional.avg_pool2d(image, 2)[0, 0],
        "entries_before": image.numel(),
        "entries_after": pooled.numel(),
        "pooled": pooled[0, 0],
    }


@proof(
    "shifted-input",
    title="What a shift of the input does",
    statement=(
        "Shifting the input shifts a convolution's output alike; 2-wide max pooling of a spike survives a shift by one "
        "half of the time, global pooling always."
    ),
    symbols={},
    steps={
        "convolution_gap": step(note="conv(shifted x) against shifted conv(x)"),
        "convolution_change": step(note="conv(shifted x) against conv(x)"),
        "dense_gap": step(note="the same gap for a dense layer"),
        "pooling_unchanged": step(note="share of spikes whose pooled row stays"),
        "global_unchanged": step(note="the same for global max pooling"),
    },
    source=f"{DEEP_LEARNING}, sec. 9.2 and 9.3",
    mistakes=[
        mistake(
            "convolution-invariant",
            "convolution_change < 1e-6",
            "Equivariant is not invariant: the output moves with the input.",
        ),
        mistake(
            "dense-equivariant",
            "dense_gap < 1e-6",
            "A dense layer has other weights at other places, so a shift changes its values.",
        ),
        mistake(
            "pooling-fully-invariant",
            "pooling_unchanged > 0.9",
            "A shift across the border of a window changes the pooled row.",
        ),
    ],
    claims=[
        claim("convolution_gap < 1e-9", "Convolution is equivariant to shifts."),
        claim("dense_gap > 0.1", "A dense layer is not."),
        claim(
            "pooling_unchanged = 0.5 and global_unchanged = 1",
            "Local pooling is only partly invariant, global pooling fully.",
        ),
    ],
)
def shifted_input(random):
    row, kernel, dense = random.normal(32), random.normal(3), random.normal(32, 32)

    def convolve(x):
        return torch.nn.functional.conv1d(torch.cat([x, x[:2]])[None, None], kernel[None, None])[0, 0]

    shifted, output = row.roll(1), convolve(row)
    spikes = torch.eye(32) * (1 + random.uniform(1))
    pooled, pooled_after = (spike.unflatten(1, (16, 2)).amax(2) for spike in (spikes, spikes.roll(1, dims=1)))
    return {
        "convolution_gap": (convolve(shifted) - output.roll(1)).abs().max(),
        "convolution_change": (convolve(shifted) - output).abs().max(),
        "dense_gap": (dense @ shifted - (dense @ row).roll(1)).abs().max(),
        "pooling_unchanged": (pooled == pooled_after).all(dim=1).float().mean(),
        "global_unchanged": (spikes.amax(1) == spikes.roll(1, dims=1).amax(1)).float().mean(),
    }
