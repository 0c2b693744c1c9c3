"""Proofs for the chapter efficient-convolutions."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

MOBILENET = "Howard et al., MobileNets (2017), sec. 3.1 (arXiv 1704.04861)"
XCEPTION = "Chollet, Xception: deep learning with depthwise separable convolutions (2017), {} (arXiv 1610.02357)"
SENET = "Hu, Shen, Albanie, Sun & Wu, Squeeze-and-excitation networks (2017), {} (arXiv 1709.01507)"


def channels(en, ko, aliases=()):
    """A number of channels."""
    return symbol("positive-count in 1..2048", en, ko, aliases)


def weights_of(side, before, after, groups=1):
    """Weights of a torch convolution without bias, built on the meta device."""
    layer = torch.nn.Conv2d(int(before), int(after), int(side), groups=int(groups), bias=False, device="meta")
    return layer.weight.numel()


# --- 1×1 convolutions -------------------------------------------------------------------------


@proof(
    "one-by-one-convolution",
    title=("1×1 convolution", "1×1 합성곱"),
    statement=(
        "A 1×1 convolution is one dense layer over the channels, applied at each pixel: it mixes channels and nothing else.",
        "1×1 합성곱은 픽셀마다 적용하는, 채널에 대한 완전연결층이다. 채널만 섞고 이웃 픽셀은 보지 않는다.",
    ),
    symbols={
        "X": symbol("matrix[2, pixels]", "two channels (rows), one column a pixel", "채널 둘 (행), 픽셀마다 한 열"),
        "W": symbol("matrix[3, 2]", "weights from two channels to three", "채널 둘에서 셋으로 가는 가중치"),
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
            "입력 채널과 출력 채널의 쌍마다 가중치가 따로 있습니다.",
        ),
        mistake(
            "channels-kept-apart",
            "outer([W_{11}, 0, 0], X_1) + outer([0, W_{22}, 0], X_2)",
            "That is a depthwise step: a 1×1 convolution sums over all input channels.",
            "그것은 깊이별 연산입니다. 1×1 합성곱은 모든 입력 채널을 더합니다.",
        ),
        mistake(
            "channels-averaged",
            "W X / 2",
            "The channels are summed with their weights, not averaged.",
            "채널은 가중치를 곱해 더할 뿐 평균하지 않습니다.",
        ),
    ],
)
def one_by_one_convolution(X, W):
    output = W @ X
    return {"first_pixel": output[:, 0], "output": output}


@one_by_one_convolution.oracle(
    "operator",
    "torch.nn.functional.conv2d with a 1×1 kernel",
    "1×1 커널의 torch.nn.functional.conv2d",
)
def _(X, W):
    return torch.nn.functional.conv2d(X[None, :, None, :], W[:, :, None, None])[0, :, 0]


@proof(
    "channel-reduction",
    title=("A 1×1 convolution before a large kernel", "큰 커널 앞의 1×1 합성곱"),
    statement=(
        "Reducing the channels with a 1×1 convolution first makes the k×k convolution after it cheaper.",
        "먼저 1×1 합성곱으로 채널을 줄이면 그 뒤의 k×k 합성곱이 가벼워진다.",
    ),
    symbols={
        "k": symbol("positive-count in 1..7", "side of the large kernel", "큰 커널의 한 변"),
        "C_in": channels("input channels", "입력 채널 수"),
        "r": channels("channels after the 1×1 convolution", "1×1 합성곱 뒤의 채널 수"),
        "C_out": channels("output channels", "출력 채널 수"),
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
        mistake(
            "not-reduced",
            "k^2 * C_in * C_out",
            "That is the direct convolution, without the reduction.",
            "그것은 줄이지 않고 바로 하는 합성곱입니다.",
        ),
        mistake(
            "reduction-for-free",
            "k^2 * r * C_out",
            "The 1×1 convolution has weights too: C_in · r.",
            "1×1 합성곱에도 C_in · r개의 가중치가 있습니다.",
        ),
        mistake(
            "reduced-layer-still-wide",
            "C_in * r + k^2 * C_in * C_out",
            "The large kernel now sees only r channels.",
            "이제 큰 커널은 채널 r개만 봅니다.",
        ),
        mistake(
            "layers-multiplied",
            "C_in * r * k^2 * C_out",
            "The weights of consecutive layers add up.",
            "이어진 층의 가중치는 더합니다.",
        ),
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


@channel_reduction.oracle("operator", "torch.nn.Conv2d (meta device)", "torch.nn.Conv2d (meta 장치)", samples=24)
def _(k, C_in, r, C_out):
    return {
        "direct": weights_of(k, C_in, C_out),
        "weights": weights_of(1, C_in, r) + weights_of(k, r, C_out),
    }


@proof(
    "bottleneck-block",
    title=("Bottleneck block of a ResNet", "ResNet의 병목 블록"),
    statement=(
        "1×1 down to C/r channels, 3×3 on those few, 1×1 back up to C: far fewer weights than two 3×3 layers on C channels.",
        "1×1로 채널을 C/r로 줄이고 3×3을 한 뒤 1×1로 C로 되돌린다. 채널 C에서 3×3을 두 번 하는 것보다 가중치가 훨씬 적다.",
    ),
    symbols={
        "C": channels("channels that enter and leave the block", "블록에 들어오고 나가는 채널 수"),
        "r": symbol("positive-count in 1..16", "reduction factor, a divisor of C", "축소 비율 (C의 약수)"),
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
        mistake(
            "two-plain-layers",
            "2 * 9 * C^2",
            "Those are two 3×3 layers at full width.",
            "그것은 채널을 줄이지 않은 3×3 층 둘입니다.",
        ),
        mistake(
            "not-expanded",
            "down + middle",
            "The last 1×1 convolution restores the C channels, so that the input can be added.",
            "마지막 1×1 합성곱이 채널을 C로 되돌려야 입력을 더할 수 있습니다.",
        ),
        mistake(
            "middle-at-full-width",
            "down + 9 * C^2 + up",
            "The 3×3 convolution works on the few channels, and gives as few.",
            "3×3 합성곱은 줄어든 채널을 받아 그만큼만 냅니다.",
        ),
        mistake(
            "half-narrow-middle",
            "down + 9 * narrow * C + up",
            "Both sides of the 3×3 convolution are narrow.",
            "3×3 합성곱은 입력과 출력이 모두 좁습니다.",
        ),
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


@bottleneck_block.oracle("operator", "torch.nn.Conv2d (meta device)", "torch.nn.Conv2d (meta 장치)", samples=24)
def _(C, r):
    narrow = int(C) // int(r)
    return {
        "plain": 2 * weights_of(3, C, C),
        "bottleneck": weights_of(1, C, narrow) + weights_of(3, narrow, narrow) + weights_of(1, narrow, C),
    }


# --- depthwise separable convolutions ---------------------------------------------------------


@proof(
    "depthwise-separable-cost",
    title=("Depthwise separable convolution", "깊이별 분리 합성곱"),
    statement=(
        "One k×k filter per channel, then a 1×1 convolution: the share 1/C_out + 1/k² of a full convolution's cost.",
        "채널마다 k×k 필터 하나를 쓴 뒤 1×1 합성곱을 한다. 비용은 일반 합성곱의 1/C_out + 1/k²이다.",
    ),
    symbols={
        "k": symbol("positive-count in 1..11", "side of the kernel", "커널의 한 변"),
        "C_in": channels("input channels", "입력 채널 수"),
        "C_out": channels("output channels", "출력 채널 수"),
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
        mistake(
            "input-channels",
            "1 / C_in + 1 / k^2",
            "The number of input channels cancels out; C_out remains.",
            "입력 채널 수는 약분되고 C_out이 남습니다.",
        ),
        mistake(
            "only-depthwise",
            "1 / C_out",
            "The pointwise step is missing; it costs 1/k² of the full convolution.",
            "점별 단계가 빠졌습니다. 그 비용은 일반 합성곱의 1/k²입니다.",
        ),
        mistake(
            "only-pointwise",
            "1 / k^2",
            "The depthwise step is missing; it costs 1/C_out of the full convolution.",
            "깊이별 단계가 빠졌습니다. 그 비용은 일반 합성곱의 1/C_out입니다.",
        ),
        mistake(
            "product",
            "1 / (C_out * k^2)",
            "The two steps follow one another, so their costs add up.",
            "두 단계를 이어서 하므로 비용은 더합니다.",
        ),
        mistake(
            "depthwise-forgotten",
            "C_in * C_out",
            "The k×k filters of the depthwise step are missing.",
            "깊이별 단계의 k×k 필터가 빠졌습니다.",
            of="separable",
        ),
        mistake(
            "depthwise-filters-full",
            "full + pointwise",
            "In the depthwise step each filter sees one channel only.",
            "깊이별 단계의 필터는 채널 하나만 봅니다.",
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


@depthwise_separable_cost.oracle(
    "operator",
    "torch.nn.Conv2d with groups (meta device)",
    "groups를 쓴 torch.nn.Conv2d (meta 장치)",
    samples=24,
)
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
    title=("Which channels an output depends on", "출력이 의존하는 채널"),
    statement=(
        "An output channel of a depthwise convolution depends on one input channel, after a 1×1 convolution on all.",
        "깊이별 합성곱의 출력 채널은 입력 채널 하나에만, 그 뒤에 1×1 합성곱을 하면 모든 채널에 의존한다.",
    ),
    symbols={},
    steps={
        "full": step(
            en="input channels that reach output 1, full convolution", ko="출력 1에 닿는 입력 채널, 일반 합성곱"
        ),
        "depthwise": step(en="the same, depthwise", ko="깊이별 합성곱"),
        "pointwise": step(en="the same, 1×1", ko="1×1 합성곱"),
        "separable": step(en="the same, depthwise then 1×1", ko="깊이별 뒤에 1×1"),
        "depthwise_pixels": step(
            en="pixels of a channel that reach one value, depthwise",
            ko="값 하나에 닿는 한 채널의 픽셀, 깊이별",
        ),
        "pointwise_pixels": step(en="the same, 1×1", ko="값 하나에 닿는 한 채널의 픽셀, 1×1"),
        "separable_pixels": step(
            en="the same, depthwise then 1×1", ko="값 하나에 닿는 한 채널의 픽셀, 깊이별 뒤에 1×1"
        ),
    },
    source=XCEPTION.format("sec. 1"),
    mistakes=[
        mistake(
            "depthwise-mixes",
            "depthwise > 1",
            "Depthwise filters each stay within their own channel.",
            "깊이별 필터는 자기 채널 안에만 머뭅니다.",
        ),
        mistake(
            "pointwise-sees-neighbours",
            "pointwise_pixels > 1",
            "A 1×1 kernel covers a single pixel.",
            "1×1 커널은 픽셀 하나만 덮습니다.",
        ),
        mistake(
            "separable-misses-channels",
            "separable < full",
            "The 1×1 step brings all channels together.",
            "1×1 단계가 모든 채널을 모읍니다.",
        ),
    ],
    claims=[
        claim(
            "depthwise = 1 and pointwise = 4 and separable = 4 and full = 4",
            "depthwise keeps channels apart, 1×1 mixes them",
            "깊이별 단계는 채널을 나누고 1×1 단계는 섞는다",
        ),
        claim(
            "depthwise_pixels = 9 and pointwise_pixels = 1 and separable_pixels = 9",
            "only the depthwise step sees neighbours",
            "이웃 픽셀을 보는 것은 깊이별 단계뿐이다",
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
    title=("Squeeze and excitation", "스퀴즈와 익사이테이션"),
    statement=(
        "Each channel's mean passes two small dense layers to a gate between 0 and 1 that rescales the channel.",
        "채널의 평균이 작은 완전연결층 둘을 거쳐 0과 1 사이의 게이트가 되고, 그 값이 채널에 곱해진다.",
    ),
    symbols={
        "X": symbol("matrix[2, pixels]", "two channels (rows), one column a pixel", "채널 둘 (행), 픽셀마다 한 열"),
        "w": symbol("vector[2]", "weights of the squeezing layer", "줄이는 층의 가중치"),
        "u": symbol("vector[2]", "weights of the expanding layer", "늘리는 층의 가중치"),
    },
    steps={
        "squeezed": step("mean(X, axis=1)"),
        "hidden": step("relu(dot(w, squeezed))"),
        "gate": step("sigmoid(u * hidden)"),
        "output": step("diag(gate) X"),
    },
    source=SENET.format("sec. 3"),
    mistakes=[
        mistake(
            "max-squeezed",
            "max(X, axis=1)",
            "The squeeze is a global average, not a maximum.",
            "스퀴즈는 최댓값이 아니라 전역 평균입니다.",
            of="squeezed",
        ),
        mistake(
            "averaged-over-channels",
            "mean(X)",
            "Each channel is averaged over its own pixels.",
            "채널마다 자기 픽셀에 대해 평균합니다.",
            of="squeezed",
        ),
        mistake(
            "gate-alone",
            "gate",
            "The gate still has to be multiplied with the channels.",
            "게이트를 채널에 곱해야 합니다.",
        ),
        mistake(
            "gate-added",
            "X + outer(gate, 0 * X_1 + 1)",
            "The gate rescales the channel: it is multiplied, not added.",
            "게이트는 더하는 것이 아니라 채널에 곱합니다.",
        ),
        mistake(
            "softmax-gate",
            "softmax(u * hidden)",
            "The gates are sigmoids of their own, so that several channels can be open at once.",
            "게이트는 저마다의 시그모이드라서 여러 채널이 함께 열릴 수 있습니다.",
            of="gate",
        ),
    ],
)
def squeeze_excitation(X, w, u):
    squeezed = X.mean(dim=1)
    hidden = torch.relu(w @ squeezed)
    gate = torch.sigmoid(u * hidden)
    return {"squeezed": squeezed, "hidden": hidden, "gate": gate, "output": gate[:, None] * X}


@squeeze_excitation.oracle(
    "operator",
    "adaptive_avg_pool1d and torch.nn.functional.linear",
    "adaptive_avg_pool1d와 torch.nn.functional.linear",
)
def _(X, w, u):
    squeezed = torch.nn.functional.adaptive_avg_pool1d(X[None], 1)[0, :, 0]
    linear = torch.nn.functional.linear
    gate = torch.nn.functional.sigmoid(linear(linear(squeezed, w[None]).relu(), u[:, None]))
    return {"squeezed": squeezed, "gate": gate, "output": torch.diag(gate) @ X}


@proof(
    "senet-parameters",
    title=("Parameters that SE blocks add", "SE 블록이 더하는 파라미터"),
    statement=(
        "An SE block adds 2C²/r weights to a layer with C channels; it does not make the network lighter.",
        "SE 블록은 채널 C인 층에 가중치 2C²/r개를 더한다. 신경망이 가벼워지는 것이 아니다.",
    ),
    symbols={
        "C": channels("channels", "채널 수"),
        "r": symbol("positive-count in 1..32", "reduction ratio, a divisor of C", "축소 비율 (C의 약수)"),
    },
    where=["C mod r = 0"],
    steps={
        "narrow": step("C / r"),
        "added": step("2 * C * narrow"),
    },
    source=SENET.format("sec. 4"),
    mistakes=[
        mistake(
            "one-layer",
            "C^2 / r",
            "There are two layers, down to C/r and back to C.",
            "C/r로 줄이는 층과 C로 되돌리는 층, 둘이 있습니다.",
        ),
        mistake(
            "not-reduced",
            "2 * C^2",
            "The layer between has only C/r units.",
            "가운데 층의 유닛은 C/r개뿐입니다.",
        ),
        mistake(
            "gates-only",
            "C",
            "There are C gates, but they are computed by two dense layers.",
            "게이트는 C개이지만 완전연결층 둘이 이를 계산합니다.",
        ),
    ],
    claims=[claim("added > 0", "a block adds parameters", "블록은 파라미터를 늘린다")],
)
def senet_parameters(C, r):
    narrow = C / r
    return {"narrow": narrow, "added": 2 * C * narrow}


@senet_parameters.oracle("operator", "two torch.nn.Linear (meta device)", "torch.nn.Linear 둘 (meta 장치)", samples=24)
def _(C, r):
    narrow = int(C) // int(r)
    layers = [
        torch.nn.Linear(before, after, bias=False, device="meta")
        for before, after in ((int(C), narrow), (narrow, int(C)))
    ]
    return sum(layer.weight.numel() for layer in layers)
