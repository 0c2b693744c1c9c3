"""Proofs for the chapter efficient-convolutions."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

MOBILENET = "Howard et al., MobileNets (2017), sec. 3.1 (arXiv 1704.04861)"
XCEPTION = "Chollet, Xception: deep learning with depthwise separable convolutions (2017), {} (arXiv 1610.02357)"
SENET = "Hu, Shen, Albanie, Sun & Wu, Squeeze-and-excitation networks (2017), {} (arXiv 1709.01507)"


def channels(meaning, aliases=()):
    """A number of channels."""
    return symbol("positive-count in 1..2048", meaning, aliases)


def weights_of(side, before, after, groups=1):
    """Weights of a torch convolution without bias, built on the meta device."""
    layer = torch.nn.Conv2d(int(before), int(after), int(side), groups=int(groups), bias=False, device="meta")
    return layer.weight.numel()


# --- 1×1 convolutions -------------------------------------------------------------------------


@proof(
    "one-by-one-convolution",
    title="1×1 convolution",
    statement=(
        "A 1×1 convolution is one dense layer over the channels, applied at each pixel: "
        "it mixes channels and nothing else."
    ),
    symbols={
        "X": symbol("matrix[2, pixels]", "two channels (rows), one column a pixel"),
        "W": symbol("matrix[3, 2]", "weights from two channels to three"),
    },
    steps={
        "first_pixel": step("W [X_{11}, X_{21}]"),
        "output": step("W X"),
    },
    source="Lin, Chen & Yan, Network in network (2013), sec. 3.1 (arXiv 1312.4400)",
    mistakes=[
        mistake(
            "one-weight-for-all",
            "mean(W) * outer([1, 1, 1], X_1 + X_2)",
            "Each pair of input and output channel has a weight of its own.",
        ),
        mistake(
            "channels-kept-apart",
            "outer([W_{11}, 0, 0], X_1) + outer([0, W_{22}, 0], X_2)",
            "That is a depthwise step: a 1×1 convolution sums over all input channels.",
        ),
        mistake("channels-averaged", "W X / 2", "The channels are summed with their weights, not averaged."),
    ],
)
def one_by_one_convolution(X, W):
    output = W @ X
    return {"first_pixel": output[:, 0], "output": output}


@one_by_one_convolution.oracle("operator", "torch.nn.functional.conv2d with a 1×1 kernel")
def _(X, W):
    return torch.nn.functional.conv2d(X[None, :, None, :], W[:, :, None, None])[0, :, 0]


@proof(
    "channel-reduction",
    title="A 1×1 convolution before a large kernel",
    statement="Reducing the channels with a 1×1 convolution first makes the k×k convolution after it cheaper.",
    symbols={
        "k": symbol("positive-count in 1..7", "side of the large kernel"),
        "C_in": channels("input channels"),
        "r": channels("channels after the 1×1 convolution"),
        "C_out": channels("output channels"),
    },
    steps={
        "direct": step("k^2 * C_in * C_out"),
        "reduce": step("C_in * r"),
        "large": step("k^2 * r * C_out"),
        "share": step("(reduce + large) / direct"),
        "weights": step("reduce + large"),
    },
    source="Szegedy et al., Going deeper with convolutions (2014), sec. 4 (arXiv 1409.4842)",
    mistakes=[
        mistake("not-reduced", "k^2 * C_in * C_out", "That is the direct convolution, without the reduction."),
        mistake("reduction-for-free", "k^2 * r * C_out", "The 1×1 convolution has weights too: C_in · r."),
        mistake(
            "reduced-layer-still-wide", "C_in * r + k^2 * C_in * C_out", "The large kernel now sees only r channels."
        ),
        mistake("layers-multiplied", "C_in * r * k^2 * C_out", "The weights of consecutive layers add up."),
    ],
)
def channel_reduction(k, C_in, r, C_out):
    direct, reduce, large = k**2 * C_in * C_out, C_in * r, k**2 * r * C_out
    return {
        "direct": direct,
        "reduce": reduce,
        "large": large,
        "share": (reduce + large) / direct,
        "weights": reduce + large,
    }


@channel_reduction.oracle("operator", "torch.nn.Conv2d (meta device)", samples=24)
def _(k, C_in, r, C_out):
    return {
        "direct": weights_of(k, C_in, C_out),
        "weights": weights_of(1, C_in, r) + weights_of(k, r, C_out),
    }


@proof(
    "bottleneck-block",
    title="Bottleneck block of a ResNet",
    statement=(
        "1×1 down to C/r channels, 3×3 on those few, 1×1 back up to C: "
        "far fewer weights than two 3×3 layers on C channels."
    ),
    symbols={
        "C": channels("channels that enter and leave the block"),
        "r": symbol("positive-count in 1..16", "reduction factor, a divisor of C"),
    },
    where=["C mod r = 0"],
    steps={
        "narrow": step("C / r"),
        "down": step("C * narrow"),
        "middle": step("9 * narrow^2"),
        "up": step("narrow * C"),
        "plain": step("2 * 9 * C^2"),
        "bottleneck": step("down + middle + up"),
    },
    source="He, Zhang, Ren & Sun, Deep residual learning for image recognition (2015), sec. 4.1 (arXiv 1512.03385)",
    mistakes=[
        mistake("two-plain-layers", "2 * 9 * C^2", "Those are two 3×3 layers at full width."),
        mistake(
            "not-expanded",
            "down + middle",
            "The last 1×1 convolution restores the C channels, so that the input can be added.",
        ),
        mistake(
            "middle-at-full-width",
            "down + 9 * C^2 + up",
            "The 3×3 convolution works on the few channels, and gives as few.",
        ),
        mistake("half-narrow-middle", "down + 9 * narrow * C + up", "Both sides of the 3×3 convolution are narrow."),
    ],
)
def bottleneck_block(C, r):
    narrow = C / r
    down, middle, up = C * narrow, 9 * narrow**2, narrow * C
    return {
        "narrow": narrow,
        "down": down,
        "middle": middle,
        "up": up,
        "plain": 2 * 9 * C**2,
        "bottleneck": down + middle + up,
    }


@bottleneck_block.oracle("operator", "torch.nn.Conv2d (meta device)", samples=24)
def _(C, r):
    narrow = int(C) // int(r)
    return {
        "plain": 2 * weights_of(3, C, C),
        "bottleneck": weights_of(1, C, narrow) + weights_of(3, narrow, narrow) + weights_of(1, narrow, C),
    }


# --- depthwise separable convolutions ---------------------------------------------------------


@proof(
    "depthwise-separable-cost",
    title="Depthwise separable convolution",
    statement=(
        "One k×k filter per channel, then a 1×1 convolution: the share 1/C_out + 1/k² of a full convolution's cost."
    ),
    symbols={
        "k": symbol("positive-count in 1..11", "side of the kernel"),
        "C_in": channels("input channels"),
        "C_out": channels("output channels"),
    },
    steps={
        "full": step("k^2 * C_in * C_out"),
        "depthwise": step("k^2 * C_in"),
        "pointwise": step("C_in * C_out"),
        "separable": step("depthwise + pointwise"),
        "ratio": step("1 / C_out + 1 / k^2"),
    },
    source=MOBILENET,
    mistakes=[
        mistake("input-channels", "1 / C_in + 1 / k^2", "The number of input channels cancels out; C_out remains."),
        mistake("only-depthwise", "1 / C_out", "The pointwise step is missing; it costs 1/k² of the full convolution."),
        mistake(
            "only-pointwise", "1 / k^2", "The depthwise step is missing; it costs 1/C_out of the full convolution."
        ),
        mistake("product", "1 / (C_out * k^2)", "The two steps follow one another, so their costs add up."),
        mistake(
            "depthwise-forgotten", "C_in * C_out", "The k×k filters of the depthwise step are missing.", of="separable"
        ),
        mistake(
            "depthwise-filters-full",
            "full + pointwise",
            "In the depthwise step each filter sees one channel only.",
            of="separable",
        ),
    ],
)
def depthwise_separable_cost(k, C_in, C_out):
    full, depthwise, pointwise = k**2 * C_in * C_out, k**2 * C_in, C_in * C_out
    separable = depthwise + pointwise
    return {
        "full": full,
        "depthwise": depthwise,
        "pointwise": pointwise,
        "separable": separable,
        "ratio": separable / full,
    }


@depthwise_separable_cost.oracle("operator", "torch.nn.Conv2d with groups (meta device)", samples=24)
def _(k, C_in, C_out):
    full, depthwise, pointwise = (
        weights_of(k, C_in, C_out),
        weights_of(k, C_in, C_in, groups=C_in),
        weights_of(1, C_in, C_out),
    )
    return {
        "full": full,
        "depthwise": depthwise,
        "pointwise": pointwise,
        "separable": depthwise + pointwise,
        "ratio": (depthwise + pointwise) / full,
    }


@proof(
    "channel-influence",
    title="Which channels an output depends on",
    statement=(
        "An output channel of a depthwise convolution depends on one input channel, after a 1×1 convolution on all."
    ),
    symbols={},
    steps={
        "full": step(note="input channels that reach output 1, full convolution", within=(4, 4)),
        "depthwise": step(note="the same, depthwise", within=(1, 1)),
        "pointwise": step(note="the same, 1×1", within=(4, 4)),
        "separable": step(note="the same, depthwise then 1×1", within=(4, 4)),
        "depthwise_pixels": step(note="pixels of a channel that reach one value, depthwise", within=(9, 9)),
        "pointwise_pixels": step(note="the same, 1×1", within=(1, 1)),
        "separable_pixels": step(note="the same, depthwise then 1×1", within=(9, 9)),
    },
    source=XCEPTION.format("sec. 1"),
    mistakes=[
        mistake("depthwise-mixes", "depthwise > 1", "Depthwise filters each stay within their own channel."),
        mistake("pointwise-sees-neighbours", "pointwise_pixels > 1", "A 1×1 kernel covers a single pixel."),
        mistake("separable-misses-channels", "separable < full", "The 1×1 step brings all channels together."),
    ],
    claims=[
        claim(
            "depthwise = 1 and pointwise = 4 and separable = 4 and full = 4",
            "depthwise keeps channels apart, 1×1 mixes them",
        ),
        claim(
            "depthwise_pixels = 9 and pointwise_pixels = 1 and separable_pixels = 9",
            "only the depthwise step sees neighbours",
        ),
    ],
)
def channel_influence(random):
    convolve = torch.nn.functional.conv2d
    full, depthwise, pointwise = random.normal(4, 4, 3, 3), random.normal(4, 1, 3, 3), random.normal(4, 4, 1, 1)
    layers = {
        "full": lambda x: convolve(x, full, padding=1),
        "depthwise": lambda x: convolve(x, depthwise, padding=1, groups=4),
        "pointwise": lambda x: convolve(x, pointwise),
        "separable": lambda x: convolve(convolve(x, depthwise, padding=1, groups=4), pointwise),
    }
    image, found = random.normal(4, 5, 5), {}
    for name, layer in layers.items():
        gradient = torch.func.grad(lambda x, layer=layer: layer(x[None])[0, 0, 2, 2])(image)
        found[name] = gradient.abs().sum((1, 2)).count_nonzero()
        found[f"{name}_pixels"] = gradient[0].count_nonzero()
    return {name: found[name] for name in (*layers, "depthwise_pixels", "pointwise_pixels", "separable_pixels")}


# --- squeeze and excitation -------------------------------------------------------------------


@proof(
    "squeeze-excitation",
    title="Squeeze and excitation",
    statement="Each channel's mean passes two small dense layers to a gate between 0 and 1 that rescales the channel.",
    symbols={
        "X": symbol("matrix[2, pixels]", "two channels (rows), one column a pixel"),
        "w": symbol("vector[2]", "weights of the squeezing layer"),
        "u": symbol("vector[2]", "weights of the expanding layer"),
    },
    steps={
        "squeezed": step("mean(X, axis=1)"),
        "hidden": step("relu(dot(w, squeezed))"),
        "gate": step("sigmoid(u * hidden)"),
        "output": step("diag(gate) X"),
    },
    source=SENET.format("sec. 3"),
    mistakes=[
        mistake("max-squeezed", "max(X, axis=1)", "The squeeze is a global average, not a maximum.", of="squeezed"),
        mistake("averaged-over-channels", "mean(X)", "Each channel is averaged over its own pixels.", of="squeezed"),
        mistake("gate-alone", "gate", "The gate still has to be multiplied with the channels."),
        mistake(
            "gate-added", "X + outer(gate, 0 * X_1 + 1)", "The gate rescales the channel: it is multiplied, not added."
        ),
        mistake(
            "softmax-gate",
            "softmax(u * hidden)",
            "The gates are sigmoids of their own, so that several channels can be open at once.",
            of="gate",
        ),
    ],
)
def squeeze_excitation(X, w, u):
    squeezed = X.mean(dim=1)
    hidden = torch.relu(w @ squeezed)
    gate = torch.sigmoid(u * hidden)
    return {"squeezed": squeezed, "hidden": hidden, "gate": gate, "output": gate[:, None] * X}


@squeeze_excitation.oracle("operator", "adaptive_avg_pool1d and torch.nn.functional.linear")
def _(X, w, u):
    squeezed = torch.nn.functional.adaptive_avg_pool1d(X[None], 1)[0, :, 0]
    linear = torch.nn.functional.linear
    gate = torch.nn.functional.sigmoid(linear(linear(squeezed, w[None]).relu(), u[:, None]))
    return {"squeezed": squeezed, "gate": gate, "output": torch.diag(gate) @ X}


@proof(
    "senet-parameters",
    title="Parameters that SE blocks add",
    statement="An SE block adds 2C²/r weights to a layer with C channels; it does not make the network lighter.",
    symbols={
        "C": channels("channels"),
        "r": symbol("positive-count in 1..32", "reduction ratio, a divisor of C"),
    },
    where=["C mod r = 0"],
    steps={
        "narrow": step("C / r"),
        "added": step("2 * C * narrow"),
    },
    source=SENET.format("sec. 4"),
    mistakes=[
        mistake("one-layer", "C^2 / r", "There are two layers, down to C/r and back to C."),
        mistake("not-reduced", "2 * C^2", "The layer between has only C/r units."),
        mistake("gates-only", "C", "There are C gates, but they are computed by two dense layers."),
    ],
    claims=[claim("added > 0", "a block adds parameters")],
)
def senet_parameters(C, r):
    narrow = C / r
    return {"narrow": narrow, "added": 2 * C * narrow}


@senet_parameters.oracle("operator", "two torch.nn.Linear (meta device)", samples=24)
def _(C, r):
    narrow = int(C) // int(r)
    layers = [
        torch.nn.Linear(before, after, bias=False, device="meta")
        for before, after in ((int(C), narrow), (narrow, int(C)))
    ]
    return sum(layer.weight.numel() for layer in layers)


# --- pairs, towers, and attention to places --------------------------------------------------------


@proof(
    "pair-of-1x1-and-3x3",
    title="1×1 followed by 3×3",
    statement=(
        "A 1×1 convolution and a larger one behind it, with an activation in between, are a two-layer network that "
        "slides over the image; without the activation they are one linear filter."
    ),
    symbols={
        "X": symbol("matrix[2, 3] of real in -4..4", "two channels (rows) at three neighbouring pixels (columns)"),
        "U": symbol("matrix[2, 2] of real in -3..3", "weights of the 1×1 convolution"),
        "V": symbol("matrix[2, 3] of real in -3..3", "kernel of the convolution behind it, a row a channel"),
    },
    steps={
        "mixed": step("relu(U X)"),
        "linear": step("sum(V * (U X))"),
        "merged": step("sum((U^T V) * X)"),
        "output": step("sum(V * mixed)"),
    },
    source="Szegedy et al., Going deeper with convolutions (2014), sec. 3 and 4 (arXiv 1409.4842)",
    mistakes=[
        mistake("no-activation", "sum(V * (U X))", "Without the ReLU in between the two are one linear filter."),
        mistake("activation-behind", "relu(sum(V * (U X)))", "The ReLU stands between the two, channel by channel."),
        mistake("channels-not-mixed", "sum(V * relu(X))", "The 1×1 convolution mixes the channels first."),
    ],
    claims=[claim("abs(linear - merged) < 1e-9", "without the activation one kernel does the same")],
)
def pair_of_one_and_three(X, U, V):
    mixed = (U @ X).relu()
    return {
        "mixed": mixed,
        "linear": (V * (U @ X)).sum(),
        "merged": ((U.T @ V) * X).sum(),
        "output": (V * mixed).sum(),
    }


@pair_of_one_and_three.oracle("operator", "torch.nn.functional.conv1d, with two kernels and with one")
def _(X, U, V):
    conv1d = torch.nn.functional.conv1d
    mixed = torch.relu(conv1d(X[None], U[:, :, None]))
    one = torch.einsum("oc,ok->ck", U, V)
    linear = conv1d(conv1d(X[None], U[:, :, None]), V[None])
    return {
        "mixed": mixed[0],
        "linear": linear[0, 0, 0],
        "merged": conv1d(X[None], one[None])[0, 0, 0],
        "output": conv1d(mixed, V[None])[0, 0, 0],
    }


@proof(
    "towers-of-inception",
    title="From Inception to Xception",
    statement=(
        "Behind a 1×1 convolution to C channels, k×k convolutions in g towers of C/g channels have k² C²/g weights: "
        "one tower is a full convolution, and Xception takes as many towers as channels, k² C."
    ),
    symbols={
        "C": channels("channels"),
        "g": symbol("positive-count in 1..2048", "towers", ["G"]),
        "k": symbol("positive-count in 1..7", "side of the kernels"),
    },
    where=["C mod g = 0"],
    steps={
        "a_tower": step("(C / g)^2 * k^2"),
        "one_tower": step("k^2 * C^2"),
        "extreme": step("k^2 * C"),
        "weights": step("g * a_tower"),
    },
    source=XCEPTION.format("sec. 1"),
    mistakes=[
        mistake("one-filter-each", "k^2 * C", "That is the extreme case, with as many towers as channels."),
        mistake("no-towers", "k^2 * C^2", "A tower only sees its own C/g channels."),
        mistake("one-tower-alone", "k^2 * (C / g)^2", "There are g towers."),
    ],
)
def towers_of_inception(C, g, k):
    a_tower = (C / g) ** 2 * k**2
    return {"a_tower": a_tower, "one_tower": k**2 * C**2, "extreme": k**2 * C, "weights": g * a_tower}


@towers_of_inception.oracle("operator", "torch.nn.Conv2d with one, g and C groups", samples=24)
def _(C, g, k):
    return {
        "a_tower": weights_of(k, C / g, C / g),
        "one_tower": weights_of(k, C, C),
        "extreme": weights_of(k, C, C, groups=C),
        "weights": weights_of(k, C, C, groups=g),
    }


@proof(
    "cbam",
    title="CBAM: attention to channels, then to places",
    statement=(
        "CBAM scales every channel with a gate from its mean and its maximum over all places, then every place with a "
        "gate from the mean and the maximum over the channels."
    ),
    symbols={
        "X": symbol("matrix[2, pixels] of real in -3..3", "two channels (rows), one column a pixel"),
        "w": symbol("vector[2] of real in -2..2", "first layer of the network for the channels"),
        "u": symbol("vector[2] of real in -2..2", "its second layer"),
        "a": symbol("real in -2..2", "weight of the mean over the channels"),
        "b": symbol("real in -2..2", "weight of the maximum over the channels"),
    },
    steps={
        "channel_gate": step("sigmoid(u * relu(dot(w, mean(X, axis=1))) + u * relu(dot(w, max(X, axis=1))))"),
        "scaled": step("diag(channel_gate) X"),
        "spatial_gate": step("sigmoid(a * mean(scaled, axis=0) + b * max(scaled, axis=0))"),
        "output": step("scaled diag(spatial_gate)"),
    },
    source="Woo, Park, Lee & Kweon, CBAM: convolutional block attention module (2018), sec. 3 (arXiv 1807.06521)",
    mistakes=[
        mistake("channels-only", "scaled", "That is attention to channels alone, as in SENet; places are weighed too."),
        mistake("places-only", "X diag(spatial_gate)", "The channels are scaled first."),
        mistake("gates-added", "X + diag(channel_gate) X", "Gates multiply; they are not added."),
    ],
    claims=[claim("max(abs(output)) <= max(abs(X)) + 1e-9", "gates between 0 and 1 only damp")],
)
def cbam(X, w, u, a, b):
    def excited(summary):
        return u * (w @ summary).relu()

    channel_gate = (excited(X.mean(1)) + excited(X.amax(1))).sigmoid()
    scaled = channel_gate.unsqueeze(1) * X
    spatial_gate = (a * scaled.mean(0) + b * scaled.amax(0)).sigmoid()
    return {
        "channel_gate": channel_gate,
        "scaled": scaled,
        "spatial_gate": spatial_gate,
        "output": scaled * spatial_gate,
    }


@cbam.oracle("operator", "torch.nn.functional: adaptive pooling, linear, conv1d of width 1")
def _(X, w, u, a, b):
    F = torch.nn.functional
    summaries = [F.adaptive_avg_pool1d(X[None], 1)[0, :, 0], F.adaptive_max_pool1d(X[None], 1)[0, :, 0]]
    excited = [F.linear(torch.relu(F.linear(each, w[None])), u[:, None]) for each in summaries]
    channel_gate = torch.sigmoid(torch.stack(excited).sum(0))
    scaled = torch.einsum("c,cn->cn", channel_gate, X)
    both = torch.stack([scaled.mean(0), scaled.max(0).values])
    spatial_gate = torch.sigmoid(F.conv1d(both[None], torch.stack([a, b])[None, :, None]))[0, 0]
    return {
        "channel_gate": channel_gate,
        "scaled": scaled,
        "spatial_gate": spatial_gate,
        "output": torch.einsum("cn,n->cn", scaled, spatial_gate),
    }
