"""Proofs for the chapter segmentation-and-detection."""

from __future__ import annotations

import itertools

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

FCN = "Long, Shelhamer & Darrell, Fully convolutional networks for semantic segmentation (2015), {} (arXiv 1411.4038)"
FASTER = "Ren, He, Girshick & Sun, Faster R-CNN (2015), {} (arXiv 1506.01497)"
YOLO = "Redmon, Divvala, Girshick & Farhadi, You only look once (2016), sec. 2 (arXiv 1506.02640)"
ARITHMETIC = "Dumoulin & Visin, A guide to convolution arithmetic for deep learning (2016), ch. 4 (arXiv 1603.07285)"


# --- segmentation -----------------------------------------------------------------------------


@proof(
    "pixel-labels",
    title=("Semantic segmentation: a class for every pixel", "시맨틱 세그멘테이션: 픽셀마다 클래스"),
    statement=(
        "A segmentation network gives every pixel a score per class; the class with the largest score is its label.",
        "세그멘테이션 신경망은 픽셀마다 클래스별 점수를 내고, 점수가 가장 큰 클래스가 그 픽셀의 레이블이 된다.",
    ),
    symbols={
        "Z": symbol(
            "matrix[classes, pixels]",
            "scores: a row for each class, a column for each pixel",
            "점수 (행마다 클래스, 열마다 픽셀)",
        ),
    },
    steps={
        "predictions": step("pixels"),
        "scores": step("classes * pixels"),
        "labels": step("argmax(Z, axis=0)"),
    },
    source=FCN.format("sec. 3"),
    mistakes=[
        mistake(
            "best-pixel-of-each-class",
            "argmax(Z, axis=1)",
            "That finds a pixel for each class; a class for each pixel is wanted.",
            "그것은 클래스마다 픽셀을 고른 것입니다. 픽셀마다 클래스를 골라야 합니다.",
        ),
        mistake(
            "largest-score",
            "max(Z, axis=0)",
            "That is the score itself; the label is the class that has it.",
            "그것은 점수 자체입니다. 레이블은 그 점수를 가진 클래스입니다.",
        ),
        mistake(
            "worst-class",
            "argmin(Z, axis=0)",
            "The largest score wins, not the smallest.",
            "가장 작은 점수가 아니라 가장 큰 점수를 고릅니다.",
        ),
        mistake(
            "one-label-for-the-image",
            "argmax(mean(Z, axis=1))",
            "That classifies the image as a whole; segmentation labels every pixel.",
            "그것은 이미지 전체를 분류한 것입니다. 세그멘테이션은 픽셀마다 레이블을 붙입니다.",
        ),
    ],
)
def pixel_labels(Z):
    labels = Z.argmax(dim=0)
    return {"predictions": torch.tensor(len(labels)), "scores": torch.tensor(Z.numel()), "labels": labels}


@pixel_labels.oracle(
    "operator",
    "the class with the least cross-entropy, pixel by pixel",
    "픽셀마다 교차 엔트로피가 가장 작은 클래스",
    samples=24,
)
def _(Z):
    classes, pixels = Z.shape
    losses = torch.stack(
        [
            torch.nn.functional.cross_entropy(Z.T, torch.full((pixels,), label), reduction="none")
            for label in range(classes)
        ]
    )
    return losses.min(dim=0).indices


@proof(
    "convolutionalisation",
    title=("A dense layer as a convolution", "완전연결층을 합성곱으로"),
    statement=(
        "A dense layer on a k×k map is a k×k convolution with as many weights; on a larger map it gives a map of scores.",
        "k×k 맵 위의 완전연결층은 가중치 수가 같은 k×k 합성곱이며, 더 큰 맵에서는 점수의 맵을 낸다.",
    ),
    symbols={
        "k": symbol(
            "positive-count in 1..8", "side of the map the dense layer was made for", "완전연결층이 받던 맵의 한 변"
        ),
        "C": symbol("positive-count in 1..64", "channels of the map", "맵의 채널 수"),
        "m": symbol("positive-count in 1..100", "outputs of the dense layer", "완전연결층의 출력 수"),
        "n": symbol("positive-count in 1..64", "side of a larger map", "더 큰 맵의 한 변"),
    },
    where=["n >= k"],
    steps={
        "dense": step("(k * k * C) * m"),
        "side": step("n - k + 1"),
        "scores": step("side^2 * m"),
        "weights": step("k^2 * C * m"),
    },
    source=FCN.format("sec. 3.1"),
    mistakes=[
        mistake(
            "one-by-one",
            "C * m",
            "The kernel must cover the whole k×k map that the dense layer saw.",
            "커널은 완전연결층이 보던 k×k 맵 전체를 덮어야 합니다.",
        ),
        mistake(
            "outputs-shared",
            "k^2 * C",
            "Each of the m outputs becomes an output channel with weights of its own.",
            "출력 m개가 저마다 가중치를 가진 출력 채널이 됩니다.",
        ),
        mistake(
            "grows-with-the-map",
            "n^2 * C * m",
            "A larger map is scanned with the same kernel; the weights stay.",
            "더 큰 맵도 같은 커널로 훑으므로 가중치는 그대로입니다.",
        ),
    ],
)
def convolutionalisation(k, C, m, n):
    side = n - k + 1
    return {"dense": k * k * C * m, "side": side, "scores": side**2 * m, "weights": k**2 * C * m}


@convolutionalisation.oracle(
    "operator",
    "torch.nn.Linear and torch.nn.Conv2d (meta device)",
    "torch.nn.Linear와 torch.nn.Conv2d (meta 장치)",
    samples=24,
)
def _(k, C, m, n):
    dense = torch.nn.Linear(int(k * k * C), int(m), bias=False, device="meta")
    layer = torch.nn.Conv2d(int(C), int(m), int(k), bias=False, device="meta")
    heat_map = layer(torch.empty(1, int(C), int(n), int(n), device="meta"))
    return {
        "dense": dense.weight.numel(),
        "side": heat_map.shape[-1],
        "scores": heat_map.numel(),
        "weights": layer.weight.numel(),
    }


# --- transposed convolution -------------------------------------------------------------------


@proof(
    "transposed-convolution-size",
    title=("Output size of a transposed convolution", "전치 합성곱의 출력 크기"),
    statement=(
        "A transposed convolution turns n entries into (n - 1) s - 2p + k, the size that the convolution came from.",
        "전치 합성곱은 n칸을 (n - 1)s - 2p + k칸으로 만든다. 합성곱하기 전의 크기로 돌아가는 것이다.",
    ),
    symbols={
        "n": symbol("positive-count in 1..128", "input length", "입력 길이"),
        "k": symbol("positive-count in 1..11", "kernel length", "커널 길이"),
        "p": symbol("count in 0..5", "padding", "패딩"),
        "s": symbol("positive-count in 1..5", "stride", "스트라이드"),
    },
    where=["(n - 1) s - 2 p + k >= 1"],
    steps={"output": step("(n - 1) * s - 2 * p + k")},
    source=ARITHMETIC,
    mistakes=[
        mistake(
            "ordinary-convolution",
            "floor((n + 2 * p - k) / s) + 1",
            "That is the ordinary convolution, which makes the map smaller.",
            "그것은 맵을 줄이는 일반 합성곱입니다.",
        ),
        mistake(
            "times-the-stride",
            "n * s",
            "The stride is not the whole story: kernel and padding count as well.",
            "스트라이드만으로 정해지지 않습니다. 커널과 패딩도 들어갑니다.",
        ),
        mistake(
            "padding-added",
            "(n - 1) * s + 2 * p + k",
            "Here padding is cut off from the output instead of being added.",
            "여기서 패딩은 더하는 것이 아니라 출력에서 잘라 내는 것입니다.",
        ),
        mistake(
            "one-stride-too-many",
            "n * s - 2 * p + k",
            "Between n inputs there are n - 1 strides.",
            "입력 n개 사이의 간격은 n - 1개입니다.",
        ),
    ],
)
def transposed_convolution_size(n, k, p, s):
    return {"output": (n - 1) * s - 2 * p + k}


@transposed_convolution_size.oracle(
    "operator",
    "shape of torch.nn.functional.conv_transpose1d",
    "torch.nn.functional.conv_transpose1d의 출력 모양",
)
def _(n, k, p, s):
    signal, kernel = torch.zeros(1, 1, int(n)), torch.zeros(1, 1, int(k))
    return torch.nn.functional.conv_transpose1d(signal, kernel, stride=int(s), padding=int(p)).shape[-1]


@proof(
    "transposed-convolution",
    title=("A transposed convolution is no inverse", "전치 합성곱은 역연산이 아니다"),
    statement=(
        "It multiplies by the transpose of the convolution's matrix: the size comes back, the values do not.",
        "합성곱 행렬의 전치를 곱하는 연산이다. 크기는 되돌아오지만 값은 되돌아오지 않는다.",
    ),
    symbols={
        "x": symbol("vector[5]", "signal", "신호"),
        "k": symbol("vector[3]", "kernel", "커널", aliases=["w"]),
    },
    steps={
        "down": step("conv(x, k)"),
        "restored": step("conv([0; 0; down; 0; 0], [k_3, k_2, k_1])"),
        "length": step("len(restored)"),
        "gap": step("max(abs(restored - x))"),
    },
    result="restored",
    source=ARITHMETIC,
    mistakes=[
        mistake(
            "values-come-back",
            "x",
            "Only the size comes back: three numbers cannot hold what five did.",
            "되돌아오는 것은 크기뿐입니다. 수 셋에 다섯의 정보를 담을 수는 없습니다.",
        ),
        mistake(
            "kernel-not-flipped",
            "conv([0; 0; down; 0; 0], k)",
            "Each value stamps a copy of the kernel, which amounts to sliding the flipped kernel.",
            "값마다 커널의 복사본을 찍는 것이므로, 뒤집은 커널을 움직이는 것과 같습니다.",
        ),
        mistake(
            "zeros-inserted",
            "[0; down; 0]",
            "Padding restores the length, but the kernel has to be applied as well.",
            "0을 붙이면 길이는 돌아오지만 커널도 적용해야 합니다.",
        ),
    ],
)
def transposed_convolution(x, k):
    down = x.unfold(0, 3, 1) @ k
    padded = torch.cat([torch.zeros(2), down, torch.zeros(2)])
    restored = padded.unfold(0, 3, 1) @ k.flip(0)
    return {
        "down": down,
        "restored": restored,
        "length": torch.tensor(len(restored)),
        "gap": (restored - x).abs().max(),
    }


@transposed_convolution.oracle("operator", "torch.nn.functional.conv_transpose1d")
def _(x, k):
    down = torch.nn.functional.conv1d(x[None, None], k[None, None])
    return torch.nn.functional.conv_transpose1d(down, k[None, None])[0, 0]


@transposed_convolution.oracle("closed-form", "transpose of the convolution's matrix", "합성곱 행렬의 전치", samples=24)
def _(x, k):
    matrix = torch.stack([torch.cat([torch.zeros(row), k, torch.zeros(2 - row)]) for row in range(3)])
    return {"down": matrix @ x, "restored": matrix.T @ (matrix @ x)}


# --- boxes ------------------------------------------------------------------------------------


@proof(
    "intersection-over-union",
    title=("Intersection over union (IoU)", "교집합 대 합집합 비율 (IoU)"),
    statement=(
        "The overlap of two boxes is the area they share divided by the area they cover together.",
        "두 박스의 IoU는 겹치는 넓이를 둘이 함께 덮는 넓이로 나눈 값이다.",
    ),
    symbols={
        "a": symbol(
            "vector[4] of real in 0..20", "box: left, top, right, bottom", "박스: 왼쪽, 위, 오른쪽, 아래", ["A"]
        ),
        "b": symbol("vector[4] of real in 0..20", "another box", "다른 박스", ["B"]),
    },
    where=["a_1 < a_3", "a_2 < a_4", "b_1 < b_3", "b_2 < b_4"],
    steps={
        "overlap_width": step("max(0, min(a_3, b_3) - max(a_1, b_1))"),
        "overlap_height": step("max(0, min(a_4, b_4) - max(a_2, b_2))"),
        "intersection": step("overlap_width * overlap_height"),
        "area_a": step("(a_3 - a_1) * (a_4 - a_2)"),
        "area_b": step("(b_3 - b_1) * (b_4 - b_2)"),
        "union": step("area_a + area_b - intersection"),
        "iou": step("intersection / union", aliases=["IoU"]),
    },
    source="Everingham et al., The PASCAL visual object classes challenge (2010), sec. 4.2",
    mistakes=[
        mistake(
            "overlap-counted-twice",
            "intersection / (area_a + area_b)",
            "The overlap is in both areas: subtract it once for the union.",
            "겹친 부분이 두 넓이에 모두 들어 있으므로 합집합에서는 한 번 빼야 합니다.",
        ),
        mistake(
            "dice",
            "2 * intersection / (area_a + area_b)",
            "That is the Dice coefficient.",
            "그것은 다이스 계수입니다.",
        ),
        mistake(
            "over-the-first-box",
            "intersection / area_a",
            "Divide by the union, not by one of the boxes.",
            "박스 하나의 넓이가 아니라 합집합으로 나눕니다.",
        ),
        mistake(
            "over-the-smaller-box",
            "intersection / min(area_a, area_b)",
            "A small box inside a large one would get 1 that way.",
            "그러면 큰 박스 안에 든 작은 박스가 1이 됩니다.",
        ),
        mistake(
            "not-cut-at-zero",
            "(min(a_3, b_3) - max(a_1, b_1)) * (min(a_4, b_4) - max(a_2, b_2)) / union",
            "Boxes apart have a negative overlap in some direction; it must be cut at 0.",
            "떨어진 박스는 겹침이 음수로 나오므로 0에서 잘라야 합니다.",
        ),
    ],
    claims=[claim("0 <= iou and iou <= 1", "it lies between 0 and 1", "0과 1 사이이다")],
)
def intersection_over_union(a, b):
    low, high = torch.maximum(a[:2], b[:2]), torch.minimum(a[2:], b[2:])
    overlap = (high - low).clamp(min=0)
    intersection, area_a, area_b = overlap.prod(), (a[2:] - a[:2]).prod(), (b[2:] - b[:2]).prod()
    union = area_a + area_b - intersection
    return {
        "overlap_width": overlap[0],
        "overlap_height": overlap[1],
        "intersection": intersection,
        "area_a": area_a,
        "area_b": area_b,
        "union": union,
        "iou": intersection / union,
    }


@intersection_over_union.oracle(
    "brute-force",
    "cutting the plane along all edges and adding cells",
    "모든 변을 따라 평면을 잘라 칸을 더하기",
    samples=24,
)
def _(a, b):
    columns, rows = torch.cat([a[0::2], b[0::2]]).sort().values, torch.cat([a[1::2], b[1::2]]).sort().values
    shared = covered = 0.0
    for (left, right), (top, bottom) in itertools.product(itertools.pairwise(columns), itertools.pairwise(rows)):
        x, y, area = (left + right) / 2, (top + bottom) / 2, (right - left) * (bottom - top)
        inside = [bool(box[0] < x < box[2] and box[1] < y < box[3]) for box in (a, b)]
        shared, covered = shared + area * all(inside), covered + area * any(inside)
    return {"intersection": shared, "union": covered, "iou": shared / covered}


@proof(
    "anchor-shape",
    title=("Shape of an anchor box", "앵커 박스의 모양"),
    statement=(
        "An anchor of scale s and ratio r = height / width keeps the area s²: width s / √r, height s √r.",
        "크기 s, 비율 r = 높이/너비인 앵커는 넓이 s²을 유지하여 너비가 s / √r, 높이가 s√r이다.",
    ),
    symbols={
        "s": symbol(
            "positive in 1..1024", "scale: side of the square of the same area", "크기: 넓이가 같은 정사각형의 한 변"
        ),
        "r": symbol("positive in 0.1..10", "height divided by width", "높이를 너비로 나눈 값"),
    },
    steps={
        "area": step("s^2"),
        "height": step("s * sqrt(r)", aliases=["h"]),
        "width": step("s / sqrt(r)", aliases=["w"]),
    },
    source=FASTER.format("sec. 3.1.1"),
    mistakes=[
        mistake(
            "divided-by-the-ratio",
            "s / r",
            "Height and width share the ratio: each takes its square root, so that the area stays.",
            "비율은 높이와 너비가 제곱근씩 나눠 갖습니다. 그래야 넓이가 유지됩니다.",
        ),
        mistake(
            "width-unchanged",
            "s",
            "With the width kept, the area would change with the ratio.",
            "너비를 그대로 두면 비율에 따라 넓이가 달라집니다.",
        ),
        mistake(
            "ratio-upside-down",
            "s * sqrt(r)",
            "That is the height: r is height divided by width.",
            "그것은 높이입니다. r은 높이를 너비로 나눈 값입니다.",
        ),
        mistake(
            "halved",
            "s / 2",
            "The ratio decides how much the width shrinks.",
            "너비가 줄어드는 정도는 비율이 정합니다.",
        ),
    ],
)
def anchor_shape(s, r):
    return {"area": s**2, "height": s * torch.sqrt(r), "width": s / torch.sqrt(r)}


@anchor_shape.oracle(
    "closed-form",
    "solving width · height = s², height / width = r in logarithms",
    "로그로 너비·높이 = s², 높이/너비 = r을 풀기",
)
def _(s, r):
    width, height = torch.linalg.solve(
        torch.tensor([[1.0, 1.0], [-1.0, 1.0]]), torch.stack([2 * torch.log(s), torch.log(r)])
    ).exp()
    return {"width": width, "height": height, "area": width * height}


@proof(
    "region-proposal-head",
    title=("Outputs of the region proposal network", "영역 제안 신경망의 출력"),
    statement=(
        "At each location and for each anchor the RPN gives four box corrections and two scores, object or not.",
        "RPN은 위치마다, 앵커마다 박스 보정값 넷과 물체인지 아닌지의 점수 둘을 낸다.",
    ),
    symbols={
        "S": symbol("positive-count in 1..6", "number of scales", "크기의 수"),
        "R": symbol("positive-count in 1..6", "number of ratios", "비율의 수"),
        "h": symbol("positive-count in 1..64", "height of the feature map", "특징 맵의 높이"),
        "w": symbol("positive-count in 1..64", "width of the feature map", "특징 맵의 너비"),
    },
    steps={
        "anchors": step("S * R"),
        "box_channels": step("4 * anchors"),
        "score_channels": step("2 * anchors"),
        "boxes": step("h * w * anchors"),
        "channels": step("anchors * (4 + 2)"),
    },
    source=FASTER.format("sec. 3.1"),
    mistakes=[
        mistake(
            "scales-and-ratios-added",
            "(S + R) * (4 + 2)",
            "Every scale is combined with every ratio: multiply.",
            "모든 크기를 모든 비율과 짝지으므로 곱합니다.",
        ),
        mistake(
            "boxes-only",
            "4 * anchors",
            "The two scores, object or not, are missing.",
            "물체인지 아닌지의 점수 둘이 빠졌습니다.",
        ),
        mistake(
            "one-box-per-location",
            "anchors + 4 + 2",
            "Every anchor has its own four corrections and two scores.",
            "앵커마다 보정값 넷과 점수 둘이 따로 있습니다.",
        ),
        mistake(
            "with-classes",
            "anchors * (4 + 21)",
            "The RPN does not name classes; the detector behind it does.",
            "RPN은 클래스를 구분하지 않습니다. 그것은 뒤의 탐지기가 합니다.",
        ),
    ],
)
def region_proposal_head(S, R, h, w):
    anchors = S * R
    return {
        "anchors": anchors,
        "box_channels": 4 * anchors,
        "score_channels": 2 * anchors,
        "boxes": h * w * anchors,
        "channels": anchors * (4 + 2),
    }


@region_proposal_head.oracle(
    "operator",
    "two 1×1 convolutions on a 512-channel map (meta device)",
    "채널 512개인 맵의 1×1 합성곱 둘 (meta 장치)",
    samples=16,
)
def _(S, R, h, w):
    anchors = len(list(itertools.product(range(int(S)), range(int(R)))))
    features = torch.empty(1, 512, int(h), int(w), device="meta")
    boxes, scores = (torch.nn.Conv2d(512, size * anchors, 1, device="meta")(features) for size in (4, 2))
    return {
        "anchors": anchors,
        "box_channels": boxes.shape[1],
        "score_channels": scores.shape[1],
        "boxes": boxes.numel() // 4,
        "channels": torch.cat([boxes, scores], dim=1).shape[1],
    }


@proof(
    "box-regression",
    title=("Four numbers that adjust a box", "박스를 보정하는 네 수"),
    statement=(
        "A box is adjusted by the shift of its centre in units of its size and by the logarithms of the size ratios.",
        "박스는 크기를 단위로 한 중심의 이동량과 크기 비율의 로그로 보정한다.",
    ),
    symbols={
        "x_a": symbol("real in -100..100", "centre of the proposed box, horizontally", "제안 박스 중심의 가로 좌표"),
        "w_a": symbol("positive in 1..100", "width of the proposed box", "제안 박스의 너비"),
        "x": symbol("real in -100..100", "centre of the true box, horizontally", "정답 박스 중심의 가로 좌표"),
        "w": symbol("positive in 1..100", "width of the true box", "정답 박스의 너비"),
    },
    steps={
        "shift": step("(x - x_a) / w_a", aliases=["t_x"]),
        "stretch": step("log(w / w_a)", aliases=["t_w"]),
    },
    result="shift",
    source="Girshick, Donahue, Darrell & Malik, Rich feature hierarchies (2014), app. C (arXiv 1311.2524)",
    mistakes=[
        mistake(
            "in-pixels",
            "x - x_a",
            "The shift is measured in widths of the proposed box, so that size does not matter.",
            "이동량은 제안 박스의 너비를 단위로 잽니다. 그래야 크기와 무관해집니다.",
        ),
        mistake(
            "in-widths-of-the-target",
            "(x - x_a) / w",
            "The unit is the width of the proposed box: the true one is unknown when predicting.",
            "단위는 제안 박스의 너비입니다. 예측할 때 정답의 너비는 알 수 없습니다.",
        ),
        mistake(
            "reversed",
            "(x_a - x) / w_a",
            "The shift leads from the proposed box to the true one.",
            "이동은 제안 박스에서 정답 박스로 향합니다.",
        ),
        mistake(
            "ratio-without-logarithm",
            "w / w_a",
            "The size is corrected by the logarithm of the ratio: 0 leaves it as it is.",
            "크기는 비율의 로그로 보정합니다. 0이면 그대로라는 뜻입니다.",
            of="stretch",
        ),
    ],
)
def box_regression(x_a, w_a, x, w):
    return {"shift": (x - x_a) / w_a, "stretch": torch.log(w / w_a)}


@box_regression.oracle(
    "closed-form",
    "decoding: x_a + shift · w_a and w_a · exp(stretch) solved by Newton steps",
    "복원식을 뉴턴법으로 풀기",
    samples=24,
)
def _(x_a, w_a, x, w):
    shift, stretch = torch.zeros(()), torch.zeros(())
    for _ in range(60):
        shift = shift - (x_a + shift * w_a - x) / w_a
        stretch = stretch - ((w_a * stretch.exp() - w) / (w_a * stretch.exp())).clamp(-1, 1)
    return {"shift": shift, "stretch": stretch}


# --- detectors --------------------------------------------------------------------------------


@proof(
    "pyramid-pooling-length",
    title=("Spatial pyramid pooling", "공간 피라미드 풀링"),
    statement=(
        "Pooling a region to 4×4, 2×2 and 1×1 bins gives 21 numbers a channel, whatever the size of the region.",
        "영역을 4×4, 2×2, 1×1 칸으로 풀링하면 영역의 크기와 상관없이 채널마다 수 21개가 나온다.",
    ),
    symbols={
        "h": symbol("positive-count in 4..40", "height of the region", "영역의 높이"),
        "w": symbol("positive-count in 4..40", "width of the region", "영역의 너비"),
        "C": symbol("positive-count in 1..512", "channels", "채널 수"),
    },
    steps={
        "region": step("h * w * C"),
        "bins": step("4^2 + 2^2 + 1"),
        "length": step("bins * C"),
    },
    source="He, Zhang, Ren & Sun, Spatial pyramid pooling in deep convolutional networks (2014), sec. 2 (arXiv 1406.4729)",
    mistakes=[
        mistake(
            "flattened",
            "h * w * C",
            "That depends on the region's size, which pyramid pooling is there to remove.",
            "그것은 영역의 크기에 따라 달라집니다. 피라미드 풀링은 바로 이 점을 없앱니다.",
        ),
        mistake(
            "sides-added",
            "(4 + 2 + 1) * C",
            "A level of 4×4 has 16 bins, not 4.",
            "4×4 단계의 칸은 4개가 아니라 16개입니다.",
        ),
        mistake(
            "finest-level-only",
            "16 * C",
            "The three levels are concatenated.",
            "세 단계를 이어 붙입니다.",
        ),
    ],
)
def pyramid_pooling_length(h, w, C):
    bins = torch.full_like(C, 4**2 + 2**2 + 1)
    return {"region": h * w * C, "bins": bins, "length": bins * C}


@pyramid_pooling_length.oracle("operator", "torch.nn.functional.adaptive_max_pool2d", samples=8)
def _(h, w, C):
    region = torch.zeros(1, int(C), int(h), int(w))
    return sum(torch.nn.functional.adaptive_max_pool2d(region, side).numel() for side in (4, 2, 1))


@proof(
    "yolo-output",
    title=("Output tensor of YOLO", "YOLO의 출력 텐서"),
    statement=(
        "Each of the S×S cells predicts B boxes of five numbers and one set of C class scores: S·S·(5B + C) numbers.",
        "S×S개의 칸이 저마다 수 다섯으로 된 박스 B개와 클래스 점수 C개 한 벌을 예측하므로 모두 S·S·(5B + C)개이다.",
    ),
    symbols={
        "S": symbol("positive-count in 1..19", "cells along a side", "한 변의 칸 수"),
        "B": symbol("positive-count in 1..9", "boxes per cell", "칸마다의 박스 수"),
        "C": symbol("positive-count in 1..100", "classes", "클래스 수"),
    },
    steps={
        "per_cell": step("5 * B + C"),
        "boxes": step("S^2 * B"),
        "later_version": step("S^2 * B * (5 + C)"),
        "output": step("S^2 * per_cell"),
    },
    source=YOLO,
    mistakes=[
        mistake(
            "classes-for-each-box",
            "S^2 * B * (5 + C)",
            "In the first version a cell has one set of class scores for all its boxes; later versions have one per box.",
            "첫 버전에서는 칸의 모든 박스가 클래스 점수 한 벌을 함께 씁니다. 박스마다 두는 것은 나중 버전입니다.",
        ),
        mistake(
            "confidence-forgotten",
            "S^2 * (4 * B + C)",
            "Besides x, y, w, h every box has a confidence.",
            "박스에는 x, y, w, h 말고도 신뢰도가 있습니다.",
        ),
        mistake(
            "one-box",
            "S^2 * (5 + C)",
            "Each cell predicts B boxes.",
            "칸마다 박스 B개를 예측합니다.",
        ),
        mistake(
            "one-row-of-cells",
            "S * (5 * B + C)",
            "The grid has S · S cells.",
            "격자의 칸은 S · S개입니다.",
        ),
    ],
)
def yolo_output(S, B, C):
    per_cell = 5 * B + C
    return {"per_cell": per_cell, "boxes": S**2 * B, "later_version": S**2 * B * (5 + C), "output": S**2 * per_cell}


@yolo_output.oracle("brute-force", "listing every predicted number", "예측하는 수를 하나씩 나열하기", samples=8)
def _(S, B, C):
    cells = list(itertools.product(range(int(S)), repeat=2))
    boxes = [(cell, box) for cell in cells for box in range(int(B))]
    numbers = [(box, part) for box in boxes for part in ("x", "y", "width", "height", "confidence")]
    classes = [(cell, label) for cell in cells for label in range(int(C))]
    return {"boxes": len(boxes), "output": len(numbers) + len(classes)}


@proof(
    "yolo-cell",
    title=("The cell that is responsible", "책임지는 칸"),
    statement=(
        "The grid cell that contains an object's centre predicts it; the offset is measured inside that cell.",
        "물체의 중심이 든 격자 칸이 그 물체를 예측하고, 위치는 그 칸 안에서 잰다.",
    ),
    symbols={
        "x": symbol("real in 0..447.9", "centre of the object, in pixels", "물체 중심의 픽셀 좌표"),
        "n": symbol("positive-count in 448..448", "side of the image in pixels", "이미지 한 변의 픽셀 수"),
        "S": symbol("positive-count in 1..19", "cells along a side", "한 변의 칸 수"),
    },
    steps={
        "cell_size": step("n / S"),
        "offset": step("x / cell_size - floor(x / cell_size)"),
        "cell": step("floor(x / cell_size)"),
    },
    source=YOLO,
    mistakes=[
        mistake(
            "rounded",
            "round(x / cell_size)",
            "The centre lies in the cell it is inside of: round down, not to the nearest border.",
            "중심이 들어 있는 칸을 고르므로 반올림이 아니라 내림합니다.",
        ),
        mistake(
            "cell-size",
            "floor(x / S)",
            "Divide by the size of a cell, which is n / S pixels.",
            "칸의 크기 n / S 픽셀로 나누어야 합니다.",
        ),
        mistake(
            "counted-from-one",
            "floor(x / cell_size) + 1",
            "The cells are counted from 0.",
            "칸은 0부터 셉니다.",
        ),
    ],
)
def yolo_cell(x, n, S):
    cell_size = n / S
    place = x / cell_size
    return {"cell_size": cell_size, "offset": place - torch.floor(place), "cell": torch.floor(place)}


@yolo_cell.oracle(
    "operator", "torch.bucketize between the borders of the cells", "칸의 경계에 대한 torch.bucketize", samples=24
)
def _(x, n, S):
    borders = torch.linspace(0, float(n), int(S) + 1)
    return torch.bucketize(x, borders[1:], right=True)
