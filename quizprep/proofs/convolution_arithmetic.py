"""Proofs for the chapter convolution-arithmetic."""

from __future__ import annotations

from quizprep.citations import DEEP_LEARNING
from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

ARITHMETIC = "Dumoulin & Visin, A guide to convolution arithmetic for deep learning (2016), ch. 2 (arXiv 1603.07285)"
ALEXNET = (
    "Krizhevsky, Sutskever & Hinton, ImageNet classification with deep convolutional neural networks (2012), sec. 3.5"
)

KERNEL = symbol("positive-count in 1..15", "side of the square kernel", aliases=["K", "f"])
IN_CHANNELS = symbol("positive-count in 1..512", "input channels", aliases=["c_in"])
OUT_CHANNELS = symbol("positive-count in 1..512", "output channels", aliases=["c_out"])


def convolution_layer(k, C_in, C_out, groups=1):
    """A torch layer without storage: only its shapes are asked for."""
    return torch.nn.Conv2d(int(C_in), int(C_out), int(k), groups=groups, device="meta")


# --- sizes ------------------------------------------------------------------------------------


@proof(
    "conv-output-size",
    title="Output size of a convolution",
    statement="A kernel of length k has floor((n + 2p - k) / s) + 1 positions on n entries padded by p on either side.",
    symbols={
        "n": symbol("positive-count in 1..512", "input length", aliases=["N", "W", "n_{H_prev}", "n_{W_prev}"]),
        "k": KERNEL,
        "p": symbol("count in 0..8", "padding on each side", aliases=["P"]),
        "s": symbol("positive-count in 1..8", "stride", aliases=["S"]),
    },
    where=["n + 2 p >= k"],
    steps={
        "span": step("n + 2 * p - k"),
        "positions": step("span + 1"),
        "unused": step("span mod s"),
        "output": step("floor(span / s) + 1", aliases=["o"]),
    },
    source=ARITHMETIC,
    general=["floor((n + 2 * p - {dilation} * (k - 1) - 1) / s) + 1"],
    mistakes=[
        mistake(
            "plus-one-forgotten",
            "floor(span / s)",
            "The + 1 is missing: the kernel also stands at its starting position.",
        ),
        mistake(
            "padding-on-one-side", "floor((n + p - k) / s) + 1", "Padding is added on both sides, so it counts twice."
        ),
        mistake("rounded-up", "ceil(span / s) + 1", "A last step that does not fit entirely is left out: round down."),
        mistake("stride-ignored", "span + 1", "That is the size at stride 1."),
        mistake(
            "stride-1-without-padding",
            "n - k + 1",
            "Without padding (p = 0) and with stride 1: a valid convolution.",
            special=True,
        ),
        mistake(
            "without-padding", "floor((n - k) / s) + 1", "Without padding (p = 0): a valid convolution.", special=True
        ),
        mistake(
            "kernel-not-subtracted",
            "floor((n + 2 * p) / s) + 1",
            "The kernel needs k entries itself: subtract k before dividing.",
        ),
        mistake(
            "without-padding-or-rounding",
            "(n - k) / s + 1",
            "Without padding (p = 0) and without rounding down: for pooling, where the stride fits, as in CS231n.",
            special=True,
        ),
        mistake(
            "not-rounded",
            "span / s + 1",
            (
                "Without rounding down, as in CS231n, where the stride has to fit; where it does not, the "
                "last pixels are dropped."
            ),
            variant=True,
        ),
    ],
    notations=[{"n_h": "n", "k_h": "k", "p_h": "2 p", "s_h": "s"}, {"n_w": "n", "k_w": "k", "p_w": "2 p", "s_w": "s"}],
)
def conv_output_size(n, k, p, s):
    span = n + 2 * p - k
    return {"span": span, "positions": span + 1, "unused": span % s, "output": torch.floor(span / s) + 1}


@conv_output_size.oracle("operator", "shape of torch.nn.functional.conv1d")
def _(n, k, p, s):
    signal, kernel = torch.zeros(1, 1, int(n)), torch.zeros(1, 1, int(k))
    return torch.nn.functional.conv1d(signal, kernel, stride=int(s), padding=int(p)).shape[-1]


@conv_output_size.oracle("brute-force", "listing the starting positions", samples=24)
def _(n, k, p, s):
    total, length = int(n + 2 * p), int(k)
    starts = [start for start in range(0, total, int(s)) if start + length <= total]
    return {"output": len(starts), "unused": total - (starts[-1] + length)}


@proof(
    "same-padding",
    title="Padding that keeps the size",
    statement="At stride 1 an odd kernel keeps the size of its input exactly with padding (k - 1) / 2.",
    symbols={
        "n": symbol("positive-count in 1..512", "input length", aliases=["N", "W"]),
        "k": KERNEL,
        "q": symbol("count in 0..8", "some padding to try"),
    },
    where=["k mod 2 = 1", "n >= k"],
    steps={
        "unpadded": step("n - k + 1"),
        "tried": step("n + 2 * q - k + 1"),
        "padding": step("(k - 1) / 2", aliases=["p", "P"]),
    },
    source=ARITHMETIC,
    mistakes=[
        mistake(
            "whole-loss-on-each-side", "k - 1", "The size shrinks by k - 1 in total; half of it is added on each side."
        ),
        mistake(
            "half-the-kernel",
            "k / 2",
            "For an odd kernel k/2 is no whole number; its centre has (k - 1) / 2 entries on each side.",
        ),
        mistake("one-too-many", "(k + 1) / 2", "That is one too many: the output would be 2 larger than the input."),
    ],
)
def same_padding(n, k, q):
    return {"unpadded": n - k + 1, "tried": n + 2 * q - k + 1, "padding": (k - 1) / 2}


@same_padding.oracle("brute-force", "trying paddings with torch.nn.functional.conv1d")
def _(n, k, q):
    signal, kernel = torch.zeros(1, 1, int(n)), torch.zeros(1, 1, int(k))
    sizes = [torch.nn.functional.conv1d(signal, kernel, padding=p).shape[-1] for p in range(int(k) + 1)]
    tried = torch.nn.functional.conv1d(signal, kernel, padding=int(q)).shape[-1]
    return {"unpadded": sizes[0], "tried": tried, "padding": sizes.index(int(n))}


# --- parameters -------------------------------------------------------------------------------


@proof(
    "conv-parameters",
    title="Parameters of a convolution layer",
    statement="Each of the C_out filters has k · k · C_in weights and one bias.",
    symbols={"k": KERNEL, "C_in": IN_CHANNELS, "C_out": OUT_CHANNELS},
    steps={
        "one_filter": step("k^2 * C_in"),
        "weights": step("one_filter * C_out"),
        "biases": step("C_out"),
        "parameters": step("weights + biases"),
    },
    source=f"{DEEP_LEARNING}, ch. 9",
    general=["weights / {groups} + biases"],
    mistakes=[
        mistake(
            "filters-without-depth",
            "k^2 * C_out + C_out",
            "A filter is as deep as its input has channels: the factor C_in is missing.",
        ),
        mistake("biases-forgotten", "k^2 * C_in * C_out", "The biases are missing, one for each output channel."),
        mistake(
            "bias-per-input-channel", "weights + C_in", "There is one bias per filter, that is per output channel."
        ),
        mistake("one-side-of-the-kernel", "k * C_in * C_out + C_out", "A square kernel has k · k entries, not k."),
        mistake(
            "bias-per-kernel-slice",
            "k^2 * C_in * C_out + C_in * C_out",
            "The slices of one filter are summed to one map, which has one bias.",
        ),
    ],
)
def conv_parameters(k, C_in, C_out):
    one_filter = k**2 * C_in
    weights = one_filter * C_out
    return {"one_filter": one_filter, "weights": weights, "biases": C_out, "parameters": weights + C_out}


@conv_parameters.oracle("operator", "torch.nn.Conv2d (meta device)")
def _(k, C_in, C_out):
    layer = convolution_layer(k, C_in, C_out)
    return {
        "one_filter": layer.weight[0].numel(),
        "weights": layer.weight.numel(),
        "biases": layer.bias.numel(),
        "parameters": sum(parameter.numel() for parameter in layer.parameters()),
    }


@proof(
    "weight-sharing",
    title="What weight sharing saves",
    statement=(
        "A convolution uses the same few weights at every position; a locally connected layer has them once per "
        "position, and a dense layer joins every input to every output."
    ),
    symbols={
        "n": symbol("positive-count in 1..256", "side of the input image"),
        "k": KERNEL,
        "C_in": symbol("positive-count in 1..64", "input channels"),
        "C_out": symbol("positive-count in 1..64", "output channels"),
    },
    where=["n >= k"],
    steps={
        "map_side": step("n - k + 1"),
        "local": step("map_side^2 * k^2 * C_in * C_out"),
        "dense": step("n^2 * C_in * map_side^2 * C_out"),
        "shared": step("k^2 * C_in * C_out"),
        "local_doubled": step("(2 * n - k + 1)^2 * k^2 * C_in * C_out"),
        "dense_doubled": step("4 * n^2 * C_in * (2 * n - k + 1)^2 * C_out"),
        "shared_doubled": step("k^2 * C_in * C_out"),
        "saving": step("dense / shared"),
    },
    result="shared",
    source="LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document recognition (1998), sec. II",
    mistakes=[
        mistake(
            "weights-per-position",
            "map_side^2 * k^2 * C_in * C_out",
            "That is a locally connected layer; a convolution uses one filter at every position.",
        ),
        mistake("every-input-to-every-map", "n^2 * C_in * C_out", "A filter covers k · k pixels, not the whole image."),
        mistake("fully-connected", "n^2 * C_in * map_side^2 * C_out", "That is the dense layer with the same output."),
    ],
    claims=[
        claim("shared_doubled = shared", "the image's size does not matter to a convolution"),
        claim("shared <= local and local <= dense", "sharing and locality both save weights"),
    ],
)
def weight_sharing(n, k, C_in, C_out):
    def counts(side):
        map_side = side - k + 1
        shared = k**2 * C_in * C_out
        return map_side**2 * shared, side**2 * C_in * map_side**2 * C_out, shared

    local, dense, shared = counts(n)
    local_doubled, dense_doubled, shared_doubled = counts(2 * n)
    return {
        "map_side": n - k + 1,
        "local": local,
        "dense": dense,
        "shared": shared,
        "local_doubled": local_doubled,
        "dense_doubled": dense_doubled,
        "shared_doubled": shared_doubled,
        "saving": dense / shared,
    }


@weight_sharing.oracle("operator", "Conv2d, unfold and Linear on the meta device", samples=24)
def _(n, k, C_in, C_out):
    found = {}
    for suffix, side in (("", int(n)), ("_doubled", 2 * int(n))):
        image = torch.empty(1, int(C_in), side, side, device="meta")
        layer = convolution_layer(k, C_in, C_out)
        patches = torch.nn.functional.unfold(image, int(k))
        inputs, outputs = image.numel(), layer(image).numel()
        found |= {
            "shared" + suffix: layer.weight.numel(),
            "local" + suffix: patches.numel() * int(C_out),
            "dense" + suffix: torch.nn.Linear(inputs, outputs, bias=False, device="meta").weight.numel(),
        }
    return found | {"saving": found["dense"] / found["shared"]}


@proof(
    "pooling-saves-computation",
    title="Pooling saves computation",
    statement="2×2 pooling has no parameters and cuts the multiplications of the next convolution to a quarter.",
    symbols={
        "n": symbol("positive-count in 2..256", "side of the map, even"),
        "k": symbol("positive-count in 1..7", "side of the next layer's kernel, odd"),
        "C_in": symbol("positive-count in 1..64", "channels of the map"),
        "C_out": symbol("positive-count in 1..64", "output channels of the next layer"),
    },
    where=["n mod 2 = 0", "k mod 2 = 1"],
    steps={
        "pooling_parameters": step(note="0: a maximum has nothing to learn"),
        "before": step("n^2 * k^2 * C_in * C_out"),
        "after": step("(n / 2)^2 * k^2 * C_in * C_out"),
        "ratio": step("after / before"),
    },
    result="after",
    source=f"{DEEP_LEARNING}, sec. 9.3",
    mistakes=[
        mistake("halved", "before / 2", "Both height and width are halved, so a quarter of the positions is left."),
        mistake(
            "unchanged", "before", "The layer has as many weights as before, but it is applied at fewer positions."
        ),
        mistake("channels-halved-too", "before / 8", "Pooling works on each channel by itself and keeps their number."),
    ],
)
def pooling_saves_computation(n, k, C_in, C_out):
    per_position = k**2 * C_in * C_out
    before, after = n**2 * per_position, (n / 2) ** 2 * per_position
    return {"pooling_parameters": torch.zeros_like(n), "before": before, "after": after, "ratio": after / before}


@pooling_saves_computation.oracle("operator", "torch's FLOP counter (meta device)", samples=6)
def _(n, k, C_in, C_out):
    from torch.utils.flop_counter import FlopCounterMode

    pool = torch.nn.MaxPool2d(2)
    layer = torch.nn.Conv2d(int(C_in), int(C_out), int(k), padding=int(k) // 2, bias=False, device="meta")
    image = torch.empty(1, int(C_in), int(n), int(n), device="meta")
    found = {"pooling_parameters": sum(parameter.numel() for parameter in pool.parameters())}
    for name, entering in (("before", image), ("after", pool(image))):
        with FlopCounterMode(display=False) as counter:
            layer(entering)
        found[name] = counter.get_total_flops() / 2  # a multiplication and an addition each
    return found


def grouped_alexnet():
    """The network of the paper on the meta device: 227×227 input, two groups where the GPUs were apart."""
    layers = {
        "conv1": torch.nn.Conv2d(3, 96, 11, stride=4, device="meta"),
        "conv2": torch.nn.Conv2d(96, 256, 5, padding=2, groups=2, device="meta"),
        "conv3": torch.nn.Conv2d(256, 384, 3, padding=1, device="meta"),
        "conv4": torch.nn.Conv2d(384, 384, 3, padding=1, groups=2, device="meta"),
        "conv5": torch.nn.Conv2d(384, 256, 3, padding=1, groups=2, device="meta"),
    }
    pooled = torch.nn.MaxPool2d(3, stride=2)
    image = torch.empty(1, 3, 227, 227, device="meta")
    for name, layer in layers.items():
        image = pooled(layer(image)) if name in ("conv1", "conv2", "conv5") else layer(image)
    for name, inputs, outputs in (("fc6", image.numel(), 4096), ("fc7", 4096, 4096), ("fc8", 4096, 1000)):
        layers[name] = torch.nn.Linear(inputs, outputs, device="meta")
    return layers


@proof(
    "alexnet-parameters",
    title="Parameters of AlexNet, layer by layer",
    statement="AlexNet has about 61 million parameters, 25 times as many in its dense layers as in its convolutions.",
    symbols={},
    steps={
        "conv1": step("11 * 11 * 3 * 96"),
        "conv2": step("2 * 5 * 5 * 48 * 128"),
        "conv3": step("3 * 3 * 256 * 384"),
        "conv4": step("2 * 3 * 3 * 192 * 192"),
        "conv5": step("2 * 3 * 3 * 192 * 128"),
        "fc6": step("6 * 6 * 256 * 4096"),
        "fc7": step("4096 * 4096"),
        "fc8": step("4096 * 1000"),
        "convolutional": step("conv1 + conv2 + conv3 + conv4 + conv5"),
        "dense": step("fc6 + fc7 + fc8"),
        "dense_to_convolutional": step("dense / convolutional"),
        "biases": step("96 + 256 + 384 + 384 + 256 + 4096 + 4096 + 1000"),
        "parameters": step("convolutional + dense + biases"),
    },
    source=ALEXNET,
    mistakes=[
        mistake(
            "conv2-unsplit",
            "5 * 5 * 96 * 256",
            "Each half of the filters sees only the 48 maps of its own GPU: two groups of 48 → 128.",
            of="conv2",
        ),
        mistake("conv2-one-gpu", "5 * 5 * 48 * 128", "That is the half on one of the two GPUs.", of="conv2"),
        mistake(
            "fc6-before-pooling",
            "13 * 13 * 256 * 4096",
            "The 13×13 map is pooled to 6×6 before the first dense layer.",
            of="fc6",
        ),
        mistake(
            "fc6-one-value-a-map", "256 * 4096", "All 6×6 values of each map enter the dense layer, not one.", of="fc6"
        ),
        mistake("convolutions-only", "convolutional", "The three dense layers hold most of the parameters."),
    ],
    claims=[claim("abs(parameters / 60e6 - 1) < 0.02", "the paper says 60 million parameters")],
)
def alexnet_parameters():
    counts = {
        "conv1": 11 * 11 * 3 * 96,
        "conv2": 2 * 5 * 5 * 48 * 128,
        "conv3": 3 * 3 * 256 * 384,
        "conv4": 2 * 3 * 3 * 192 * 192,
        "conv5": 2 * 3 * 3 * 192 * 128,
        "fc6": 6 * 6 * 256 * 4096,
        "fc7": 4096 * 4096,
        "fc8": 4096 * 1000,
    }
    counts = {name: torch.tensor(float(count)) for name, count in counts.items()}
    convolutional = sum(count for name, count in counts.items() if name.startswith("conv"))
    dense = counts["fc6"] + counts["fc7"] + counts["fc8"]
    biases = 96 + 256 + 384 + 384 + 256 + 4096 + 4096 + 1000
    return counts | {
        "convolutional": convolutional,
        "dense": dense,
        "dense_to_convolutional": dense / convolutional,
        "biases": biases,
        "parameters": convolutional + dense + biases,
    }


@alexnet_parameters.oracle("operator", "the network built of torch.nn layers (meta device)")
def _():
    layers = grouped_alexnet()
    counts = {name: layer.weight.numel() for name, layer in layers.items()}
    return counts | {
        "biases": sum(layer.bias.numel() for layer in layers.values()),
        "parameters": sum(parameter.numel() for layer in layers.values() for parameter in layer.parameters()),
    }
