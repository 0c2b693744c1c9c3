"""Proofs for the chapter convolution."""

from __future__ import annotations

from quizprep.citations import DEEP_LEARNING
from quizprep.lazy import numpy, torch
from quizprep.picture import cells
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
    picture=cells("output"),
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
    picture=cells("pooled"),
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
        "convolution_change": step(note="conv(shifted x) against conv(x)", within=(0, 20)),
        "dense_gap": step(note="the same gap for a dense layer", within=(6.7, 45)),
        "pooling_unchanged": step(note="share of spikes whose pooled row stays", within=(0.4995, 0.5005)),
        "global_unchanged": step(note="the same for global max pooling", within=(1, 1)),
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
        claim("dense_gap > 5", "A dense layer is not."),
        claim(
            "pooling_unchanged = 0.5 and global_unchanged = 1",
            "Local pooling is only partly invariant, global pooling fully.",
        ),
    ],
)
def shifted_input(random):
    # free: any signal, kernel and weights
    row, kernel, dense = random.normal(32), random.normal(3), random.normal(32, 32)

    def convolve(x):
        return torch.nn.functional.conv1d(torch.cat([x, x[:2]])[None, None], kernel[None, None])[0, 0]

    shifted = row.roll(1)

    def gap(layer):
        return (layer(shifted) - layer(row).roll(1)).abs().max()

    spikes = torch.eye(32) * (1 + random.uniform(1))
    pooled, pooled_after = (spike.unflatten(1, (16, 2)).amax(2) for spike in (spikes, spikes.roll(1, dims=1)))
    return {
        "convolution_gap": gap(convolve),
        "convolution_change": (convolve(shifted) - convolve(row)).abs().max(),
        "dense_gap": gap(lambda x: dense @ x),
        "pooling_unchanged": (pooled == pooled_after).all(dim=1).float().mean(),
        "global_unchanged": (spikes.amax(1) == spikes.roll(1, dims=1).amax(1)).float().mean(),
    }


# --- the definitions, and what follows from them ------------------------------------------------


@proof(
    "two-dimensional-convolution",
    title="Convolution in two dimensions",
    statement=(
        "The convolution Σₘ Σₙ X(i − m, j − n) K(m, n) runs through the kernel backwards in both directions; the "
        "cross-correlation of networks runs through it forwards."
    ),
    symbols={
        "X": symbol("matrix[3, 3]", "image", ["I"]),
        "K": symbol("matrix[2, 2]", "kernel", ["W"]),
    },
    steps={
        "correlation": step("conv(X, K)"),
        "corner": step("X_{11} * K_{22} + X_{12} * K_{21} + X_{21} * K_{12} + X_{22} * K_{11}"),
        "convolution": step("conv(X, [[K_{22}, K_{21}], [K_{12}, K_{11}]])"),
    },
    source=f"{DEEP_LEARNING}, sec. 9.1, equations 9.4 to 9.6",
    mistakes=[
        mistake("not-flipped", "conv(X, K)", "That is the cross-correlation: convolution flips the kernel."),
        mistake(
            "flipped-in-one-direction",
            "conv(X, [[K_{12}, K_{11}], [K_{22}, K_{21}]])",
            "The kernel is flipped in both directions, that is, turned by half a turn.",
        ),
        mistake("transposed", "conv(X, K^T)", "Flipping is no transposing: rows stay rows."),
        mistake(
            "corner-unflipped",
            "X_{11} * K_{11} + X_{12} * K_{12} + X_{21} * K_{21} + X_{22} * K_{22}",
            "That is the cross-correlation: in i − m and j − n the kernel runs the other way.",
            of="corner",
        ),
    ],
)
def two_dimensional_convolution(X, K):
    def slide(kernel):
        return torch.nn.functional.conv2d(X[None, None], kernel[None, None])[0, 0]

    flipped = torch.flip(K, (0, 1))
    return {"correlation": slide(K), "corner": (X[:2, :2] * flipped).sum(), "convolution": slide(flipped)}


@two_dimensional_convolution.oracle("operator", "product of the spectra, torch.fft")
def _(X, K):
    whole = torch.fft.irfft2(torch.fft.rfft2(X, (4, 4)) * torch.fft.rfft2(K, (4, 4)), (4, 4))[1:3, 1:3]
    other = torch.fft.irfft2(torch.fft.rfft2(X, (4, 4)) * torch.fft.rfft2(K, (4, 4)).conj(), (4, 4))[:2, :2]
    return {"convolution": whole, "corner": whole[0, 0], "correlation": other}


@proof(
    "convolution-of-two-boxes",
    title="Convolution of two boxes",
    statement=(
        "The convolution ∫ f(τ) g(t − τ) dτ of two boxes of height 1, from 0 to a and from 0 to b, is how far they "
        "overlap when one is reversed and shifted by t."
    ),
    symbols={
        "a": symbol("positive in 0.5..4", "width of the first box"),
        "b": symbol("positive in 0.5..4", "width of the second box"),
        "t": symbol("real in -1..8", "shift"),
    },
    steps={
        "begin": step("max(0, t - b)"),
        "finish": step("min(a, t)"),
        "overlap": step("max(0, finish - begin)"),
    },
    source=f"{DEEP_LEARNING}, sec. 9.1, equations 9.1 to 9.3",
    mistakes=[
        mistake("widths-multiplied", "a * b", "That is the area below the whole convolution, not its value at t."),
        mistake("not-shifted", "min(a, b)", "That is the most that they can overlap; it depends on t."),
        mistake("not-cut-at-zero", "finish - begin", "Where the boxes are apart, the overlap is 0."),
    ],
    claims=[claim("overlap <= min(a, b) + 1e-9", "they overlap by no more than the narrower one")],
)
def convolution_of_two_boxes(a, b, t):
    begin, finish = (t - b).clamp(min=0), torch.minimum(a, t)
    return {"begin": begin, "finish": finish, "overlap": (finish - begin).clamp(min=0)}


@convolution_of_two_boxes.oracle(
    "brute-force", "the integral as a discrete convolution, a sum", tolerance=2e-3, samples=24
)
def _(a, b, t):
    step_size = 0.0005
    tau = (torch.arange(0, 10000) + 0.5) * step_size
    first = (tau < a).double()
    second = ((t - tau > 0) & (t - tau < b)).double()
    return {"overlap": (first * second).sum() * step_size}


@proof(
    "convolution-as-a-matrix",
    title="Convolution is a linear map",
    statement=(
        "Convolution is the product with a matrix whose rows hold the kernel, each one place further; so a sum of "
        "inputs gives the sum of outputs, unless a bias is added."
    ),
    symbols={
        "x": symbol("vector[4]", "signal"),
        "z": symbol("vector[4]", "another signal"),
        "k": symbol("vector[2]", "kernel"),
        "a": symbol("real", "factor of the first signal"),
        "b": symbol("real", "bias of the layer"),
    },
    steps={
        "matrix": step("[[k_1, k_2, 0, 0], [0, k_1, k_2, 0], [0, 0, k_1, k_2]]"),
        "output": step("matrix x"),
        "of_the_sum": step("matrix (a * x + z)"),
        "layer_of_the_sum": step("matrix (a * x + z) + b"),
        "sum_of_layers": step("a * (matrix x + b) + matrix z + b"),
    },
    result="output",
    source=f"{DEEP_LEARNING}, sec. 9.1",
    mistakes=[
        mistake("elementwise", "k_1 * [x_1, x_2, x_3]", "Each output takes two neighbours, one for each kernel entry."),
        mistake("kernel-flipped", "conv(x, [k_2, k_1])", "Layers use the kernel as it is."),
        mistake("bias-added", "conv(x, k) + b", "The bias is no part of the matrix; with it the map is affine."),
    ],
    claims=[claim("max(abs(sum_of_layers - layer_of_the_sum - a * b)) < 1e-9", "with a bias the two differ by a b")],
)
def convolution_as_a_matrix(x, z, k, a, b):
    def convolved(signal):
        return k[0] * signal[:3] + k[1] * signal[1:]

    zero = 0 * k[0]
    row = torch.stack([k[0], k[1], zero, zero])
    return {
        "matrix": torch.stack([row, row.roll(1), row.roll(2)]),
        "output": convolved(x),
        "of_the_sum": convolved(a * x + z),
        "layer_of_the_sum": convolved(a * x + z) + b,
        "sum_of_layers": a * (convolved(x) + b) + convolved(z) + b,
    }


@convolution_as_a_matrix.oracle("autograd", "torch.nn.functional.conv1d and its Jacobian", samples=12)
def _(x, z, k, a, b):
    def layer(signal, bias=None):
        return torch.nn.functional.conv1d(signal[None, None], k[None, None], bias)[0, 0]

    bias = b.reshape(1)
    return {
        "matrix": torch.func.jacrev(layer)(x),
        "output": layer(x),
        "of_the_sum": layer(a * x + z),
        "layer_of_the_sum": layer(a * x + z, bias),
        "sum_of_layers": a * layer(x, bias) + layer(z, bias),
    }


# --- what a layer sees, learns and loses -----------------------------------------------------------


@proof(
    "filters-are-learned",
    title="Filters are learned",
    statement=(
        "A kernel that starts at random and descends on the error of its outputs comes to the kernel that made the "
        "targets, here an edge filter; without steps it stays random."
    ),
    symbols={},
    steps={
        "distance_before": step(note="distance of the random kernel from the edge filter −1, 0, 1", within=(0.51, 3.4)),
        "distance_after": step(note="distance after 80 steps of gradient descent"),
        "distance_untrained": step(note="distance after 80 forward passes without a step", within=(0.51, 3.4)),
        "response_to_edge": step(note="response of the learned kernel to a step from 0 to 1"),
        "response_to_plain": step(note="its response to a plain area of ones"),
    },
    source=f"{DEEP_LEARNING}, sec. 9.1 and 9.7",
    claims=[
        claim("distance_after < 0.01 and distance_after < distance_before / 10", "training finds the filter"),
        claim("distance_untrained == distance_before", "only training changes it"),
        claim("abs(response_to_edge - 1) < 0.02 and abs(response_to_plain) < 0.02", "it answers to the edge alone"),
    ],
    mistakes=[
        mistake("set-by-hand", "distance_before < 0.01", "At the start the kernel is random; nobody sets it."),
        mistake("fixed", "distance_after == distance_before", "Kernels are weights, and training changes them."),
    ],
)
def filters_are_learned(random):
    edge = torch.tensor([-1.0, 0.0, 1.0])
    signals = random.normal(32, 1, 16)

    def outputs(kernel, inputs):
        return torch.nn.functional.conv1d(inputs, kernel[None, None])

    targets = outputs(edge, signals)
    loss = torch.func.grad(lambda kernel: (outputs(kernel, signals) - targets).square().mean())
    start = random.normal(3) * 0.3
    kernel = untrained = start
    for _ in range(80):
        kernel = kernel - 0.2 * loss(kernel)
        outputs(untrained, signals)
    step_up, plain = torch.tensor([[[0.0, 0.0, 1.0]]]), torch.ones(1, 1, 3)
    return {
        "distance_before": (start - edge).norm(),
        "distance_after": (kernel - edge).norm(),
        "distance_untrained": (untrained - edge).norm(),
        "response_to_edge": outputs(kernel, step_up)[0, 0, 0],
        "response_to_plain": outputs(kernel, plain)[0, 0, 0],
    }


@proof(
    "flattened-neighbours",
    title="Neighbours in a flattened image",
    statement=(
        "Flattened row by row, the pixel in row i and column j of an image n wide comes to place i·n + j: the "
        "neighbour on the right stays next to it, the one below goes n places away."
    ),
    symbols={
        "n": symbol("positive-count in 2..32", "width of the image"),
        "i": symbol("count in 0..20", "row, counted from 0"),
        "j": symbol("count in 0..31", "column, counted from 0"),
    },
    where=["j < n - 1"],
    steps={
        "place": step("i * n + j"),
        "right": step("i * n + j + 1"),
        "below": step("(i + 1) * n + j"),
        "distance_below": step("below - place"),
    },
    source="torch.nn.Flatten (C order)",
    mistakes=[
        mistake("still-next-to-it", "1", "Only the neighbour in the row stays next; a whole row lies in between."),
        mistake("less-one", "n - 1", "From a pixel to the one below it are n steps, the whole width."),
        mistake("squared", "n^2", "One row further is n pixels further."),
    ],
)
def flattened_neighbours(n, i, j):
    place = i * n + j
    return {"place": place, "right": place + 1, "below": place + n, "distance_below": n.clone()}


@flattened_neighbours.oracle("operator", "torch.flatten of an image with one pixel set", samples=16)
def _(n, i, j):
    def position(row, column):
        image = torch.zeros(22, int(n))
        image[int(row), int(column)] = 1
        return torch.flatten(image).argmax()

    here, below = position(i, j), position(i + 1, j)
    return {"place": here, "right": position(i, j + 1), "below": below, "distance_below": below - here}


@proof(
    "shuffled-pixels",
    title="A dense layer does not know who is next to whom",
    statement=(
        "If the pixels of all images are shuffled in one fixed way, a dense layer with its weights shuffled alike "
        "gives the same outputs; no kernel does that for a convolution."
    ),
    symbols={},
    steps={
        "dense_gap": step(note="output of the dense layer on shuffled pixels against the one before"),
        "convolution_gap": step(
            note="smallest error, over the outputs' size, with which any kernel of 3 gives the outputs of before"
        ),
        "convolution_itself": step(note="the same error without shuffling"),
    },
    source=f"{DEEP_LEARNING}, sec. 9.4",
    claims=[
        claim("dense_gap < 1e-9", "for the dense layer the order of pixels is of no account"),
        claim("0.1 < convolution_gap <= 1", "for the convolution it is; a kernel of zeros leaves an error of 1"),
        claim("convolution_itself < 1e-9", "without shuffling a kernel is found"),
    ],
    mistakes=[
        mistake("dense-knows-neighbours", "dense_gap > 0.1", "A dense layer treats all pixels alike, near or far."),
        mistake("convolution-does-not-care", "convolution_gap < 1e-9", "A kernel only sees what lies side by side."),
    ],
)
def shuffled_pixels(random):
    signals, weights, kernel, order = (
        random.normal(64, 24),  # free: any signals
        random.normal(5, 24),  # free: any weights
        random.normal(3),  # free: any kernel
        random.permutation(24),
    )
    shuffled = signals[:, order]
    outputs = signals.unfold(1, 3, 1) @ kernel

    def smallest_error(inputs):
        patches = inputs.unfold(1, 3, 1).reshape(-1, 3)
        fitted = torch.linalg.solve(patches.T @ patches, patches.T @ outputs.reshape(-1))
        return (patches @ fitted - outputs.reshape(-1)).square().mean().sqrt() / outputs.square().mean().sqrt()

    return {
        "dense_gap": (shuffled @ weights[:, order].T - signals @ weights.T).abs().max(),
        "convolution_gap": smallest_error(shuffled),
        "convolution_itself": smallest_error(signals),
    }


@proof(
    "causal-receptive-field",
    title="How far back a 1-D CNN sees",
    statement=(
        "L causal convolutions of length k see 1 + L (k − 1) time steps; with dilations 1, 2, 4, … they see "
        "1 + (k − 1)(2ᴸ − 1)."
    ),
    symbols={
        "k": symbol("positive-count in 2..4", "length of the kernels"),
        "L": symbol("positive-count in 1..4", "number of layers"),
    },
    steps={
        "plain": step("1 + L * (k - 1)"),
        "dilated": step("1 + (k - 1) * (2^L - 1)"),
    },
    result="plain",
    source="van den Oord et al., WaveNet (2016), sec. 2.1 (arXiv 1609.03499)",
    mistakes=[
        mistake("multiplied", "L * k", "The windows of successive layers overlap in one step."),
        mistake("powers", "k^L", "Without strides or dilations the field grows by k − 1 a layer."),
        mistake("one-layer", "k", "Each further layer looks k − 1 steps further back."),
        mistake("all-the-past", "1 + L * k", "One step of each window was seen already."),
    ],
)
def causal_receptive_field(k, L):
    return {"plain": 1 + L * (k - 1), "dilated": 1 + (k - 1) * (2**L - 1)}


@causal_receptive_field.oracle(
    "autograd", "inputs with a gradient behind a stack of torch.nn.functional.conv1d", samples=12
)
def _(k, L):
    def seen(dilations):
        def last(signal):
            for dilation in dilations:
                padded = torch.nn.functional.pad(signal, ((int(k) - 1) * dilation, 0))
                kernel = torch.ones(1, 1, int(k), dtype=signal.dtype)
                signal = torch.nn.functional.conv1d(padded[None, None], kernel, dilation=dilation)[0, 0]
            return signal[-1]

        return (torch.func.grad(last)(torch.zeros(64)) > 0).sum().double()

    layers = int(L)
    return {"plain": seen([1] * layers), "dilated": seen([2**layer for layer in range(layers)])}


@proof(
    "positions-that-pooling-merges",
    title="Positions that pooling merges",
    statement=(
        "After p×p max pooling with stride p, p² places of a spike give one and the same map: of (m p)² places m² can "
        "be told apart."
    ),
    symbols={
        "m": symbol("positive-count in 1..5", "side of the pooled map"),
        "p": symbol("positive-count in 2..4", "side of the pooling window"),
    },
    steps={
        "before": step("(m * p)^2"),
        "after": step("m^2"),
        "merged": step("p^2"),
    },
    source=f"{DEEP_LEARNING}, sec. 9.3",
    mistakes=[
        mistake("one-side", "p", "The window has a height and a width."),
        mistake("nothing-lost", "1", "Where in its window the maximum was is not passed on."),
        mistake("all-merged", "(m * p)^2", "Only places in one window are merged; which window is still known."),
    ],
)
def positions_that_pooling_merges(m, p):
    return {"before": (m * p) ** 2, "after": m**2, "merged": p**2}


@positions_that_pooling_merges.oracle("brute-force", "all spikes through torch.nn.functional.max_pool2d", samples=12)
def _(m, p):
    side = int(m * p)
    spikes = torch.eye(side * side).reshape(-1, 1, side, side)
    pooled = torch.nn.functional.max_pool2d(spikes, int(p)).flatten(1)
    different, counts = torch.unique(pooled, dim=0, return_counts=True)
    return {"before": float(len(spikes)), "after": float(len(different)), "merged": counts.max()}


@proof(
    "grad-cam",
    title="Grad-CAM",
    statement=(
        "Grad-CAM weighs each feature map with the mean gradient of the class score in it, adds the maps up, and keeps "
        "what is positive: where the image speaks for the class."
    ),
    symbols={
        "A": symbol("matrix[c, n]", "feature maps, a row for each map and a column for each place"),
        "G": symbol("matrix[c, n]", "gradient of the class score in the feature maps"),
    },
    steps={
        "weights": step("mean(G, axis=1)", aliases=["α", "alpha"]),
        "combined": step("transpose(A) weights"),
        "heat": step("relu(transpose(A) weights)", aliases=["L"]),
    },
    source="Selvaraju et al., Grad-CAM (2017), sec. 3 (arXiv 1610.02391)",
    mistakes=[
        mistake("no-relu", "transpose(A) weights", "What speaks against the class is cut off by the ReLU."),
        mistake(
            "unweighted", "relu(mean(A, axis=0))", "The maps are weighed by how much the class score depends on them."
        ),
        mistake(
            "gradient-times-input",
            "relu(sum(A * G, axis=0))",
            "The gradient of a map is averaged over all places first; a map has one weight.",
        ),
    ],
)
def grad_cam(A, G):
    weights = G.mean(1)
    combined = (weights.unsqueeze(1) * A).sum(0)
    return {"weights": weights, "combined": combined, "heat": combined.relu()}


@grad_cam.oracle("autograd", "gradient of a score, pooled by torch.nn.functional.adaptive_avg_pool1d")
def _(A, G):
    gradient = torch.func.grad(lambda maps: (maps * G).sum())(A)
    weights = torch.nn.functional.adaptive_avg_pool1d(gradient.unsqueeze(0), 1)[0, :, 0]
    combined = torch.einsum("c,cn->n", weights, A)
    return {"weights": weights, "combined": combined, "heat": torch.maximum(combined, torch.zeros_like(combined))}
