"""Proofs for the chapter cnn-architectures."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.picture import curve
from quizprep.proofs import claim, mistake, proof, step, symbol

RESNET = "He, Zhang, Ren & Sun, Deep residual learning for image recognition (2015), {} (arXiv 1512.03385)"
INCEPTION = "Szegedy et al., Going deeper with convolutions (2014), {} (arXiv 1409.4842)"
VGG = (
    "Simonyan & Zisserman, Very deep convolutional networks for large-scale image recognition "
    "(2014), {} (arXiv 1409.1556)"
)
DENSENET = (
    "Huang, Liu, van der Maaten & Weinberger, Densely connected convolutional networks (2016), {} (arXiv 1608.06993)"
)


# --- small kernels ----------------------------------------------------------------------------


@proof(
    "stacked-3x3",
    title="Stacked 3×3 convolutions",
    statement=(
        "m stacked 3×3 layers see a field of 2m + 1 pixels with 9 m C² weights; "
        "one layer with that field needs (2m + 1)² C²."
    ),
    symbols={
        "m": symbol("positive-count in 1..6", "stacked 3×3 layers"),
        "C": symbol("positive-count in 1..512", "channels of every map"),
    },
    steps={
        "field": step("2 * m + 1"),
        "single": step("field^2 * C^2"),
        "saved": step("1 - 9 * m / field^2"),
        "stacked": step("9 * m * C^2"),
    },
    source=VGG.format("sec. 2.3"),
    mistakes=[
        mistake("one-large-kernel", "field^2 * C^2", "That is the single layer with the same field."),
        mistake("channels-once", "9 * m * C", "Every filter spans all C input channels and there are C filters: C²."),
        mistake("one-layer", "9 * C^2", "Each of the stacked layers has weights of its own."),
        mistake(
            "kernels-added", "3 * m", "Neighbouring windows overlap: each further layer adds 2 pixels.", of="field"
        ),
    ],
)
def stacked_3x3(m, C):
    field = 2 * m + 1
    return {"field": field, "single": field**2 * C**2, "saved": 1 - 9 * m / field**2, "stacked": 9 * m * C**2}


@stacked_3x3.oracle("operator", "Conv2d on the meta device; pixels with a gradient", samples=24)
def _(m, C):
    depth, channels = int(m), int(C)
    line = torch.ones(31, requires_grad=True)
    hidden = line[None, None]
    for _ in range(depth):
        hidden = torch.nn.functional.conv1d(hidden, torch.ones(1, 1, 3))
    field = int(torch.autograd.grad(hidden[0, 0, 0], line)[0].count_nonzero())

    def weights(side):
        return torch.nn.Conv2d(channels, channels, side, bias=False, device="meta").weight.numel()

    return {"field": field, "single": weights(field), "stacked": depth * weights(3)}


# --- inception --------------------------------------------------------------------------------


@proof(
    "inception-module",
    title="An inception module",
    statement="Four parallel branches keep height and width; their maps are concatenated, so their channels add up.",
    symbols={
        "n": symbol("positive-count in 1..56", "side of the map"),
        "C": symbol("positive-count in 1..832", "input channels"),
        "c_1": symbol("positive-count in 1..384", "channels of the 1×1 branch"),
        "c_3": symbol("positive-count in 1..384", "channels of the 3×3 branch"),
        "c_5": symbol("positive-count in 1..128", "channels of the 5×5 branch"),
        "c_p": symbol("positive-count in 1..128", "channels of the pooling branch"),
    },
    steps={
        "side": step("n"),
        "values": step("n^2 * (c_1 + c_3 + c_5 + c_p)"),
        "channels": step("c_1 + c_3 + c_5 + c_p"),
    },
    source=INCEPTION.format("sec. 4"),
    mistakes=[
        mistake(
            "added-like-resnet", "max(c_1, c_3, c_5, c_p)", "The branches are concatenated, not added to one another."
        ),
        mistake(
            "input-kept", "C + c_1 + c_3 + c_5 + c_p", "The input itself is not passed on; that would be a DenseNet."
        ),
        mistake(
            "pooling-branch-unreduced",
            "c_1 + c_3 + c_5 + C",
            "A 1×1 convolution follows the pooling and sets that branch's channels to c_p.",
        ),
    ],
)
def inception_module(n, C, c_1, c_3, c_5, c_p):
    channels = c_1 + c_3 + c_5 + c_p
    return {"side": n, "values": n**2 * channels, "channels": channels}


@inception_module.oracle("operator", "torch.cat of the four branches (meta device)", samples=16)
def _(n, C, c_1, c_3, c_5, c_p):
    image = torch.empty(1, int(C), int(n), int(n), device="meta")
    pooled = torch.nn.functional.max_pool2d(image, 3, stride=1, padding=1)
    branches = [
        torch.nn.Conv2d(int(C), int(width), side, padding=side // 2, device="meta")(entering)
        for width, side, entering in ((c_1, 1, image), (c_3, 3, image), (c_5, 5, image), (c_p, 1, pooled))
    ]
    joined = torch.cat(branches, dim=1)
    return {"side": joined.shape[-1], "values": joined.numel(), "channels": joined.shape[1]}


# --- residual networks ------------------------------------------------------------------------


@proof(
    "residual-block",
    title="Residual block",
    statement="A residual block gives y = F(x) + x, so its slope is that of F plus 1, and F learns the residual y - x.",
    symbols={
        "x": symbol("real in -3..3", "input"),
        "w": symbol("real in -2..2", "weight inside tanh"),
        "v": symbol("real in -2..2", "weight outside tanh"),
    },
    steps={
        "f": step("v * tanh(w * x)", aliases=["F"]),
        "f_slope": step("v * w * (1 - tanh(w * x)^2)"),
        "slope": step("f_slope + 1"),
        "y": step("f + x", aliases=["H"]),
    },
    source=RESNET.format("sec. 3.1 and 3.2"),
    mistakes=[
        mistake("no-shortcut", "f", "That is the plain block: the input has to be added back."),
        mistake("shortcut-subtracted", "f - x", "The input is added back; the layers inside learn the difference."),
        mistake("shortcut-multiplied", "f * x", "The shortcut is an addition, not a gate."),
        mistake("slope-without-shortcut", "f_slope", "The shortcut contributes a slope of 1.", of="slope"),
    ],
    picture=curve("x", -3, 3, "y", "f"),
)
def residual_block(x, w, v):
    inner = torch.tanh(w * x)
    f, f_slope = v * inner, v * w * (1 - inner**2)
    return {"f": f, "f_slope": f_slope, "slope": f_slope + 1, "y": f + x}


@residual_block.oracle("autograd", "torch.autograd.grad", samples=32)
def _(x, w, v):
    x = x.detach().requires_grad_()
    layers = torch.nn.Sequential(torch.nn.Linear(1, 1, bias=False), torch.nn.Tanh(), torch.nn.Linear(1, 1, bias=False))
    parameters = {"0.weight": w.reshape(1, 1), "2.weight": v.reshape(1, 1)}
    y = (torch.func.functional_call(layers, parameters, (x.reshape(1),)) + x).squeeze()
    return {"y": y, "slope": torch.autograd.grad(y, x)[0]}


@proof(
    "deep-residual-training",
    title="Deep networks train with skip connections",
    statement=(
        "From the same small random weights, 20 tanh layers learn with skip connections and stand still without them."
    ),
    symbols={},
    steps={
        "plain_gradient": step(note="gradient at the first layer, no skip"),
        "residual_gradient": step(note="gradient at the first layer, skip"),
        "plain_loss": step(note="loss / variance after 40 steps, no skip"),
        "residual_loss": step(note="loss / variance after 40 steps, skip", within=(0.055, 0.99)),
    },
    source=RESNET.format("sec. 4"),
    mistakes=[
        mistake(
            "plain-learns-as-well",
            "plain_loss < 0.9",
            "Its gradient vanishes on the way to the first layers, so nothing is learned.",
        ),
        mistake(
            "same-gradient",
            "plain_gradient > 0.01 * residual_gradient",
            "The shortcut passes the gradient on undiminished; the plain stack multiplies 20 small factors.",
        ),
        mistake("skip-explodes", "residual_loss > 1", "The skip connections keep the training stable here."),
    ],
    claims=[
        claim("residual_loss < 0.6", "The residual network learns."),
        claim("plain_loss > 0.95", "The plain one does no better than a constant."),
        claim("residual_gradient > 1e9 * plain_gradient", "Its gradient has vanished."),
    ],
)
def deep_residual_training(random):
    inputs = random.uniform(64, 2, low=-1.0, high=1.0)
    target = torch.sin(2 * inputs[:, 0]) + inputs[:, 1] ** 2  # free: any target
    hidden_layers = 0.3 * random.normal(20, 8, 8) / 8**0.5
    start = [hidden_layers, random.normal(8) / 8]  # free: any output layer
    enter = random.normal(2, 8)

    def loss(weights, skip):
        hidden = inputs @ enter
        for layer in weights[0].unbind():
            hidden = skip * hidden + torch.tanh(hidden @ layer)
        return ((hidden @ weights[1] - target) ** 2).mean() / target.var()

    def train(skip, steps=40, rate=0.01):
        """Adam by hand. Returns the first layer's gradient at the start and the loss at the end."""
        weights, first, second, norms = start, [0.0, 0.0], [0.0, 0.0], []
        for count in range(1, steps + 1):
            leaves = [weight.detach().requires_grad_() for weight in weights]
            gradients = torch.autograd.grad(loss(leaves, skip), leaves)
            norms.append(gradients[0][0].norm())
            first = [0.9 * m + 0.1 * g for m, g in zip(first, gradients, strict=True)]  # free: Adam's own constants
            # free: Adam's own constants
            second = [0.99 * s + 0.01 * g**2 for s, g in zip(second, gradients, strict=True)]
            weights = [
                # free: Adam's own constants
                (weight - rate * (m / (1 - 0.9**count)) / ((s / (1 - 0.99**count)).sqrt() + 1e-8)).detach()
                for weight, m, s in zip(leaves, first, second, strict=True)
            ]
        return norms[0], loss(weights, skip)

    (plain_gradient, plain_loss), (residual_gradient, residual_loss) = train(0), train(1)
    return {
        "plain_gradient": plain_gradient,
        "residual_gradient": residual_gradient,
        "plain_loss": plain_loss,
        "residual_loss": residual_loss,
    }


@proof(
    "residual-identity",
    title="The identity is easy for a residual block",
    statement="With small weights a residual block is close to the identity, while a plain block is close to 0.",
    symbols={},
    steps={
        "plain_loss": step(note="mean squared error for the target y = x, no skip", within=(0.53, 1.36)),
        "residual_loss": step(note="the same with skip", within=(0.00063, 0.041)),
        "ratio": step("plain_loss / residual_loss", within=(27, 1500)),
    },
    source=RESNET.format("sec. 3.1"),
    mistakes=[
        mistake("no-difference", "ratio < 2", "Only the residual block starts next to the identity."),
        mistake(
            "plain-is-closer", "plain_loss < residual_loss", "A plain block with small weights outputs almost nothing."
        ),
        mistake("residual-starts-far", "residual_loss > 0.5", "With F near 0 the block passes x on."),
    ],
    claims=[claim("ratio > 20", "The residual block starts far closer.")],
)
def residual_identity(random):
    x = random.normal(64, 8)
    weights = random.normal(2, 8, 8)  # free: any weights
    inner, outer = 0.1 * weights
    f = torch.tanh(x @ inner) @ outer  # free: any activation
    plain_loss, residual_loss = ((f - x) ** 2).mean(), (f**2).mean()  # the latter: y - x with y = f + x
    return {"plain_loss": plain_loss, "residual_loss": residual_loss, "ratio": plain_loss / residual_loss}


# --- DenseNet ---------------------------------------------------------------------------------


@proof(
    "dense-block-channels",
    title="Channels in a dense block",
    statement=(
        "Each layer of a dense block concatenates k new maps, so the channels grow linearly; a transition halves them."
    ),
    symbols={
        "c_0": symbol("positive-count in 1..256", "channels that enter the block"),
        "k": symbol("positive-count in 1..64", "growth rate"),
        "L": symbol("positive-count in 1..24", "layers of the block"),
    },
    steps={
        "added": step("c_0", note="channels if the layers added like a ResNet"),
        "last_input": step("c_0 + k * (L - 1)"),
        "channels": step("c_0 + k * L"),
        "after_transition": step("floor(channels / 2)"),
    },
    result="channels",
    source=DENSENET.format("sec. 3"),
    mistakes=[
        mistake("added-like-resnet", "c_0", "Addition would keep the channels; a dense block concatenates."),
        mistake(
            "doubled-each-layer",
            "c_0 * 2^L",
            "Each layer adds k maps whatever its input: the growth is linear, not geometric.",
        ),
        mistake("input-dropped", "k * L", "The maps that entered the block stay among the concatenated ones."),
        mistake(
            "last-layer-forgotten",
            "c_0 + k * (L - 1)",
            "That is what the last layer receives; it adds k maps of its own.",
        ),
    ],
)
def dense_block_channels(c_0, k, L):
    channels = c_0 + k * L
    return {
        "added": c_0,
        "last_input": channels - k,
        "channels": channels,
        "after_transition": torch.floor(channels / 2),
    }


@dense_block_channels.oracle("operator", "layers joined by torch.cat (meta device)", samples=16)
def _(c_0, k, L):
    features = torch.empty(1, int(c_0), 8, 8, device="meta")
    for _ in range(int(L)):
        last_input = features.shape[1]
        new = torch.nn.Conv2d(last_input, int(k), 3, padding=1, device="meta")(features)
        features = torch.cat([features, new], dim=1)
    return {"last_input": last_input, "channels": features.shape[1]}


# --- published networks -----------------------------------------------------------------------
# A network is a list of layers in order: ("conv", side, in, out, bias), ("norm", channels) or ("linear", in, out).
# Shortcut projections are marked "shortcut": they have parameters, but are off the path whose layers are counted.


def normalised(side, before, after, kind="conv"):
    """A convolution without bias and the batch normalisation that follows it."""
    return [(kind, side, before, after, False), ("norm", after)]


def alexnet():
    """Grouped convolutions, written with the input channels that one filter sees."""
    convolutions = [(11, 3, 96), (5, 48, 256), (3, 256, 384), (3, 192, 384), (3, 192, 256)]
    dense = [("linear", 9216, 4096), ("linear", 4096, 4096), ("linear", 4096, 1000)]
    return [("conv", *shape, True) for shape in convolutions] + dense


def vgg(stages):
    """``stages``: how many 3×3 layers each of the five stages has."""
    layers, before = [], 3
    for repeats, width in zip(stages, (64, 128, 256, 512, 512), strict=True):
        for _ in range(repeats):
            layers.append(("conv", 3, before, width, True))
            before = width
    return [*layers, ("linear", 25088, 4096), ("linear", 4096, 4096), ("linear", 4096, 1000)]


INCEPTION_TABLE = [  # in, 1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5, pool projection
    (192, 64, 96, 128, 16, 32, 32), (256, 128, 128, 192, 32, 96, 64), (480, 192, 96, 208, 16, 48, 64),
    (512, 160, 112, 224, 24, 64, 64), (512, 128, 128, 256, 24, 64, 64), (512, 112, 144, 288, 32, 64, 64),
    (528, 256, 160, 320, 32, 128, 128), (832, 256, 160, 320, 32, 128, 128), (832, 384, 192, 384, 48, 128, 128),
]  # fmt: skip


def googlenet():
    """Without the auxiliary classifiers, which are dropped after training."""
    layers = [("conv", 7, 3, 64, True), ("conv", 1, 64, 64, True), ("conv", 3, 64, 192, True)]
    for before, one, three_reduced, three, five_reduced, five, pooled in INCEPTION_TABLE:
        shapes = [(1, before, one), (1, before, three_reduced), (3, three_reduced, three)]
        shapes += [(1, before, five_reduced), (5, five_reduced, five), (1, before, pooled)]
        layers += [("conv", *shape, True) for shape in shapes]
    return [*layers, ("linear", 1024, 1000)]


def resnet(blocks, bottleneck):
    """``blocks`` of each of the four stages: two 3×3 layers, or 1×1, 3×3, 1×1 where ``bottleneck``."""
    layers, before = normalised(7, 3, 64), 64
    for count, width in zip(blocks, (64, 128, 256, 512), strict=True):
        after = 4 * width if bottleneck else width
        for position in range(count):
            if bottleneck:
                layers += normalised(1, before, width) + normalised(3, width, width) + normalised(1, width, after)
            else:
                layers += normalised(3, before, width) + normalised(3, width, width)
            if position == 0 and before != after:
                layers += normalised(1, before, after, "shortcut")
            before = after
    return [*layers, ("linear", before, 1000)]


def densenet(blocks, growth=32):
    """Bottleneck layers 1×1 to 4 · growth, 3×3 to growth; transitions halve the channels."""
    layers, channels = normalised(7, 3, 64), 64
    for position, count in enumerate(blocks):
        for _ in range(count):
            layers += [("norm", channels), *normalised(1, channels, 4 * growth), ("conv", 3, 4 * growth, growth, False)]
            channels += growth
        layers.append(("norm", channels))
        if position < len(blocks) - 1:
            layers.append(("conv", 1, channels, channels // 2, False))
            channels //= 2
    return [*layers, ("linear", channels, 1000)]


def networks():
    """The layers of every network compared here, by its name in the proof."""
    return {
        "alexnet": alexnet(),
        "vgg_sixteen": vgg((2, 2, 3, 3, 3)),
        "vgg_nineteen": vgg((2, 2, 4, 4, 4)),
        "googlenet": googlenet(),
        "resnet_eighteen": resnet((2, 2, 2, 2), bottleneck=False),
        "resnet_fifty": resnet((3, 4, 6, 3), bottleneck=True),
        "resnet_deepest": resnet((3, 8, 36, 3), bottleneck=True),
        "densenet": densenet((6, 12, 24, 16)),
    }


def layer_size(layer):
    """Parameters of one layer, by arithmetic."""
    match layer:
        case ("norm", channels):
            return 2 * channels
        case ("linear", before, after):
            return (before + 1) * after
        case (_, side, before, after, bias):
            return side**2 * before * after + (after if bias else 0)


def built(layer):
    """The torch layer, on the meta device."""
    match layer:
        case ("norm", channels):
            return torch.nn.BatchNorm2d(channels, device="meta")
        case ("linear", before, after):
            return torch.nn.Linear(before, after, device="meta")
        case (_, side, before, after, bias):
            return torch.nn.Conv2d(before, after, side, bias=bias, device="meta")


@proof(
    "cnn-sizes",
    title="Parameters of well-known CNNs",
    statement=(
        "Counted layer by layer: later networks are deeper than AlexNet and VGG and yet have fewer parameters than VGG."
    ),
    symbols={},
    steps={
        "alexnet": step(note="AlexNet, two groups (paper: 60 million)"),
        "vgg_sixteen": step(note="VGG16 (paper: 138 million)"),
        "vgg_nineteen": step(note="VGG19 (paper: 144 million)"),
        "googlenet": step(note="GoogLeNet (paper's table: 6.8 million)"),
        "resnet_eighteen": step(note="ResNet-18"),
        "resnet_fifty": step(note="ResNet-50"),
        "resnet_deepest": step(note="ResNet-152"),
        "densenet": step(note="DenseNet-121"),
        "alexnet_depth": step(note="weight layers of AlexNet"),
        "vgg_depth": step(note="weight layers of VGG16"),
        "vgg_nineteen_depth": step(note="weight layers of VGG19"),
        "googlenet_depth": step(note="weight layers on GoogLeNet's longest path"),
        "resnet_depth": step(note="weight layers of ResNet-50"),
        "densenet_depth": step(note="weight layers of DenseNet-121"),
        "vgg_dense_share": step(note="share of VGG16's parameters in its dense layers"),
    },
    result="resnet_fifty",
    source=(
        f"{VGG.format('table 2')}; {INCEPTION.format('table 1')}; {RESNET.format('table 1')}; "
        f"{DENSENET.format('table 1')}"
    ),
    mistakes=[
        mistake(
            "deeper-is-larger",
            "vgg_sixteen * 50 / 16",
            "The number of layers says little: VGG16's parameters sit in its dense layers, which ResNet does without.",
        ),
        mistake("as-large-as-vgg", "vgg_sixteen", "ResNet-50 has less than a fifth of VGG16's parameters."),
        mistake(
            "as-small-as-googlenet", "googlenet", "GoogLeNet has far fewer; ResNet-50 ends with maps of 2048 channels."
        ),
    ],
    claims=[
        claim("abs(alexnet / 60e6 - 1) < 0.02", "as published for AlexNet"),
        claim("abs(vgg_sixteen / 138e6 - 1) < 0.01 and abs(vgg_nineteen / 144e6 - 1) < 0.01", "as published for VGG"),
        claim("abs(googlenet / 6.8e6 - 1) < 0.05", "as published for GoogLeNet"),
        claim(
            "abs(resnet_eighteen / 11.69e6 - 1) < 0.001 and abs(resnet_fifty / 25.56e6 - 1) < 0.001 "
            "and abs(resnet_deepest / 60.19e6 - 1) < 0.001",
            "as torchvision documents for ResNet",
        ),
        claim("abs(densenet / 8e6 - 1) < 0.01", "as published for DenseNet-121"),
        claim(
            "resnet_depth = 50 and vgg_depth = 16 and vgg_nineteen_depth = 19 and densenet_depth = 121",
            "the names give the weight layers",
        ),
        claim("googlenet_depth = 22", "GoogLeNet has 22 layers with weights, one after the other"),
        claim("abs(vgg_dense_share - 0.894) < 0.002", "nine tenths of VGG-16 lie in its three dense layers"),
    ],
)
def cnn_sizes():
    layers = networks()
    sizes = {name: sum(map(layer_size, network)) for name, network in layers.items()}
    depths = {name: sum(kind in ("conv", "linear") for kind, *_ in network) for name, network in layers.items()}
    vgg_dense = sum(layer_size(layer) for layer in layers["vgg_sixteen"] if layer[0] == "linear")
    return {
        **sizes,
        "alexnet_depth": depths["alexnet"],
        "vgg_depth": depths["vgg_sixteen"],
        "vgg_nineteen_depth": depths["vgg_nineteen"],
        "googlenet_depth": 3 + 2 * len(INCEPTION_TABLE) + 1,  # stem, two layers a module, classifier
        "resnet_depth": depths["resnet_fifty"],
        "densenet_depth": depths["densenet"],
        "vgg_dense_share": vgg_dense / sizes["vgg_sixteen"],
    }


@cnn_sizes.oracle("operator", "every layer built with torch.nn (meta device)")
def _():
    return {
        name: sum(parameter.numel() for layer in network for parameter in built(layer).parameters())
        for name, network in networks().items()
    }
