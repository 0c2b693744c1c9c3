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
    title="Semantic segmentation: a class for every pixel",
    statement=(
        "A segmentation network gives every pixel a score per class; the class with the largest score is its label."
    ),
    symbols={
        "Z": symbol("matrix[classes, pixels]", "scores: a row for each class, a column for each pixel"),
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
        ),
        mistake("largest-score", "max(Z, axis=0)", "That is the score itself; the label is the class that has it."),
        mistake("worst-class", "argmin(Z, axis=0)", "The largest score wins, not the smallest."),
        mistake(
            "one-label-for-the-image",
            "argmax(mean(Z, axis=1))",
            "That classifies the image as a whole; segmentation labels every pixel.",
        ),
    ],
)
def pixel_labels(Z):
    labels = Z.argmax(dim=0)
    return {"predictions": torch.tensor(len(labels)), "scores": torch.tensor(Z.numel()), "labels": labels}


@pixel_labels.oracle("operator", "the class with the least cross-entropy, pixel by pixel", samples=24)
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
    title="A dense layer as a convolution",
    statement=(
        "A dense layer on a k×k map is a k×k convolution with as many weights; "
        "on a larger map it gives a map of scores."
    ),
    symbols={
        "k": symbol("positive-count in 1..8", "side of the map the dense layer was made for"),
        "C": symbol("positive-count in 1..64", "channels of the map"),
        "m": symbol("positive-count in 1..100", "outputs of the dense layer"),
        "n": symbol("positive-count in 1..64", "side of a larger map"),
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
        mistake("one-by-one", "C * m", "The kernel must cover the whole k×k map that the dense layer saw."),
        mistake(
            "outputs-shared", "k^2 * C", "Each of the m outputs becomes an output channel with weights of its own."
        ),
        mistake("grows-with-the-map", "n^2 * C * m", "A larger map is scanned with the same kernel; the weights stay."),
    ],
)
def convolutionalisation(k, C, m, n):
    side = n - k + 1
    return {"dense": k * k * C * m, "side": side, "scores": side**2 * m, "weights": k**2 * C * m}


@convolutionalisation.oracle("operator", "torch.nn.Linear and torch.nn.Conv2d (meta device)", samples=24)
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
    title="Output size of a transposed convolution",
    statement=(
        "A transposed convolution turns n entries into (n - 1) s - 2p + k, the size that the convolution came from."
    ),
    symbols={
        "n": symbol("positive-count in 1..128", "input length"),
        "k": symbol("positive-count in 1..11", "kernel length"),
        "p": symbol("count in 0..5", "padding"),
        "s": symbol("positive-count in 1..5", "stride"),
    },
    where=["(n - 1) s - 2 p + k >= 1"],
    steps={"output": step("(n - 1) * s - 2 * p + k")},
    source=ARITHMETIC,
    general=["(n - 1) * s - 2 * p + {dilation} * (k - 1) + {output padding} + 1"],
    mistakes=[
        mistake(
            "ordinary-convolution",
            "floor((n + 2 * p - k) / s) + 1",
            "That is the ordinary convolution, which makes the map smaller.",
        ),
        mistake("times-the-stride", "n * s", "The stride is not the whole story: kernel and padding count as well."),
        mistake(
            "padding-added",
            "(n - 1) * s + 2 * p + k",
            "Here padding is cut off from the output instead of being added.",
        ),
        mistake("one-stride-too-many", "n * s - 2 * p + k", "Between n inputs there are n - 1 strides."),
    ],
)
def transposed_convolution_size(n, k, p, s):
    return {"output": (n - 1) * s - 2 * p + k}


@transposed_convolution_size.oracle("operator", "shape of torch.nn.functional.conv_transpose1d")
def _(n, k, p, s):
    signal, kernel = torch.zeros(1, 1, int(n)), torch.zeros(1, 1, int(k))
    return torch.nn.functional.conv_transpose1d(signal, kernel, stride=int(s), padding=int(p)).shape[-1]


@proof(
    "transposed-convolution",
    title="A transposed convolution is no inverse",
    statement="It multiplies by the transpose of the convolution's matrix: the size comes back, the values do not.",
    symbols={
        "x": symbol("vector[5]", "signal"),
        "k": symbol("vector[3]", "kernel", aliases=["w"]),
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
        mistake("values-come-back", "x", "Only the size comes back: three numbers cannot hold what five did."),
        mistake(
            "kernel-not-flipped",
            "conv([0; 0; down; 0; 0], k)",
            "Each value stamps a copy of the kernel, which amounts to sliding the flipped kernel.",
        ),
        mistake(
            "zeros-inserted", "[0; down; 0]", "Padding restores the length, but the kernel has to be applied as well."
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


@transposed_convolution.oracle("closed-form", "transpose of the convolution's matrix", samples=24)
def _(x, k):
    matrix = torch.stack([torch.cat([torch.zeros(row), k, torch.zeros(2 - row)]) for row in range(3)])
    return {"down": matrix @ x, "restored": matrix.T @ (matrix @ x)}


# --- boxes ------------------------------------------------------------------------------------


@proof(
    "intersection-over-union",
    title="Intersection over union (IoU)",
    statement="The overlap of two boxes is the area they share divided by the area they cover together.",
    symbols={
        "a": symbol("vector[4] of real in 0..20", "box: left, top, right, bottom", ["A"]),
        "b": symbol("vector[4] of real in 0..20", "another box", ["B"]),
    },
    where=["a_1 < a_3", "a_2 < a_4", "b_1 < b_3", "b_2 < b_4"],
    steps={
        "overlap_width": step("max(0, min(a_3, b_3) - max(a_1, b_1))"),
        "overlap_height": step("max(0, min(a_4, b_4) - max(a_2, b_2))"),
        "intersection": step(
            "overlap_width * overlap_height", aliases=["overlap", "inter", "area_of_overlap", "area_of_intersection"]
        ),
        "area_a": step("(a_3 - a_1) * (a_4 - a_2)", aliases=["area1"]),
        "area_b": step("(b_3 - b_1) * (b_4 - b_2)", aliases=["area2"]),
        "union": step("area_a + area_b - intersection", aliases=["area_of_union"]),
        "iou": step("intersection / union", aliases=["IoU"]),
    },
    source="Everingham et al., The PASCAL visual object classes challenge (2010), sec. 4.2",
    mistakes=[
        mistake(
            "overlap-counted-twice",
            "intersection / (area_a + area_b)",
            "The overlap is in both areas: subtract it once for the union.",
        ),
        mistake("dice", "2 * intersection / (area_a + area_b)", "That is the Dice coefficient."),
        mistake("over-the-first-box", "intersection / area_a", "Divide by the union, not by one of the boxes."),
        mistake(
            "over-the-smaller-box",
            "intersection / min(area_a, area_b)",
            "A small box inside a large one would get 1 that way.",
        ),
        mistake(
            "not-cut-at-zero",
            "(min(a_3, b_3) - max(a_1, b_1)) * (min(a_4, b_4) - max(a_2, b_2)) / union",
            "Boxes apart have a negative overlap in some direction; it must be cut at 0.",
        ),
    ],
    claims=[claim("0 <= iou and iou <= 1", "it lies between 0 and 1")],
    notations=[
        dict.fromkeys(["TP", "tp", "true_positives"], "intersection")
        | dict.fromkeys(["FP", "fp", "false_positives"], "area_a - intersection")
        | dict.fromkeys(["FN", "fn", "false_negatives"], "area_b - intersection")
    ],
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


@intersection_over_union.oracle("brute-force", "cutting the plane along all edges and adding cells", samples=24)
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
    title="Shape of an anchor box",
    statement="An anchor of scale s and ratio r = height / width keeps the area s²: width s / √r, height s √r.",
    symbols={
        "s": symbol("positive in 1..1024", "scale: side of the square of the same area"),
        "r": symbol("positive in 0.1..10", "height divided by width"),
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
        ),
        mistake("width-unchanged", "s", "With the width kept, the area would change with the ratio."),
        mistake(
            "ratio-upside-down",
            "s * sqrt(r)",
            (
                "That is the height: r is height divided by width. Where r is width by height, as in "
                "d2l.ai, it is the width."
            ),
            variant=True,
        ),
        mistake("halved", "s / 2", "The ratio decides how much the width shrinks."),
    ],
)
def anchor_shape(s, r):
    return {"area": s**2, "height": s * torch.sqrt(r), "width": s / torch.sqrt(r)}


@anchor_shape.oracle("closed-form", "solving width · height = s², height / width = r in logarithms")
def _(s, r):
    width, height = torch.linalg.solve(
        torch.tensor([[1.0, 1.0], [-1.0, 1.0]]), torch.stack([2 * torch.log(s), torch.log(r)])
    ).exp()
    return {"width": width, "height": height, "area": width * height}


@proof(
    "region-proposal-head",
    title="Outputs of the region proposal network",
    statement="At each location and for each anchor the RPN gives four box corrections and two scores, object or not.",
    symbols={
        "S": symbol("positive-count in 1..6", "number of scales"),
        "R": symbol("positive-count in 1..6", "number of ratios"),
        "h": symbol("positive-count in 1..64", "height of the feature map"),
        "w": symbol("positive-count in 1..64", "width of the feature map"),
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
        mistake("scales-and-ratios-added", "(S + R) * (4 + 2)", "Every scale is combined with every ratio: multiply."),
        mistake("boxes-only", "4 * anchors", "The two scores, object or not, are missing."),
        mistake("one-box-per-location", "anchors + 4 + 2", "Every anchor has its own four corrections and two scores."),
        mistake("with-classes", "anchors * (4 + 21)", "The RPN does not name classes; the detector behind it does."),
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


@region_proposal_head.oracle("operator", "two 1×1 convolutions, as wide as a box and a verdict need", samples=16)
def _(S, R, h, w):
    def corners(correction):  # of the anchor from (0, 0) to (1, 1), moved and stretched
        centre, size = 0.5 + correction[:2], torch.exp(correction[2:])
        return torch.cat([centre - size / 2, centre + size / 2])

    freedom = torch.linalg.matrix_rank(torch.func.jacrev(corners)(torch.zeros(4)))  # numbers that a box leaves free
    verdicts = torch.nn.functional.one_hot(torch.tensor([False, True]).long()).shape[1]  # object or not
    anchors = len(list(itertools.product(range(int(S)), range(int(R)))))
    features = torch.empty(1, 512, int(h), int(w), device="meta")
    sizes = (int(freedom), verdicts)
    boxes, scores = (torch.nn.Conv2d(512, size * anchors, 1, device="meta")(features) for size in sizes)
    return {
        "anchors": anchors,
        "box_channels": boxes.shape[1],
        "score_channels": scores.shape[1],
        "boxes": scores.numel() // verdicts,
        "channels": torch.cat([boxes, scores], dim=1).shape[1],
    }


@proof(
    "box-regression",
    title="Four numbers that adjust a box",
    statement=(
        "A box is adjusted by the shift of its centre in units of its size and by the logarithms of the size ratios."
    ),
    symbols={
        "x_a": symbol("real in -100..100", "centre of the proposed box, horizontally"),
        "w_a": symbol("positive in 1..100", "width of the proposed box"),
        "x": symbol("real in -100..100", "centre of the true box, horizontally"),
        "w": symbol("positive in 1..100", "width of the true box"),
    },
    steps={
        "shift": step("(x - x_a) / w_a", aliases=["t_x"]),
        "stretch": step("log(w / w_a)", aliases=["t_w"]),
    },
    result="shift",
    source="Girshick, Donahue, Darrell & Malik, Rich feature hierarchies (2014), app. C (arXiv 1311.2524)",
    mistakes=[
        mistake(
            "in-pixels", "x - x_a", "The shift is measured in widths of the proposed box, so that size does not matter."
        ),
        mistake(
            "in-widths-of-the-target",
            "(x - x_a) / w",
            "The unit is the width of the proposed box: the true one is unknown when predicting.",
        ),
        mistake("reversed", "(x_a - x) / w_a", "The shift leads from the proposed box to the true one."),
        mistake(
            "ratio-without-logarithm",
            "w / w_a",
            "The size is corrected by the logarithm of the ratio: 0 leaves it as it is.",
            of="stretch",
        ),
    ],
)
def box_regression(x_a, w_a, x, w):
    return {"shift": (x - x_a) / w_a, "stretch": torch.log(w / w_a)}


@box_regression.oracle(
    "closed-form", "decoding: x_a + shift · w_a and w_a · exp(stretch) solved by Newton steps", samples=24
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
    title="Spatial pyramid pooling",
    statement="Pooling a region to 4×4, 2×2 and 1×1 bins gives 21 numbers a channel, whatever the size of the region.",
    symbols={
        "h": symbol("positive-count in 4..40", "height of the region"),
        "w": symbol("positive-count in 4..40", "width of the region"),
        "C": symbol("positive-count in 1..512", "channels"),
    },
    steps={
        "region": step("h * w * C"),
        "bins": step("4^2 + 2^2 + 1"),
        "length": step("bins * C"),
    },
    source=(
        "He, Zhang, Ren & Sun, Spatial pyramid pooling in deep convolutional networks (2014), sec. 2 (arXiv 1406.4729)"
    ),
    mistakes=[
        mistake(
            "flattened", "h * w * C", "That depends on the region's size, which pyramid pooling is there to remove."
        ),
        mistake("sides-added", "(4 + 2 + 1) * C", "A level of 4×4 has 16 bins, not 4."),
        mistake("finest-level-only", "16 * C", "The three levels are concatenated."),
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
    title="Output tensor of YOLO",
    statement=(
        "Each of the S×S cells predicts B boxes of five numbers and one set of C class scores: S·S·(5B + C) numbers."
    ),
    symbols={
        "S": symbol("positive-count in 1..19", "cells along a side"),
        "B": symbol("positive-count in 1..9", "boxes per cell"),
        "C": symbol("positive-count in 1..100", "classes"),
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
            (
                "In the first version a cell has one set of class scores for all its boxes; "
                "later versions have one per box."
            ),
        ),
        mistake("confidence-forgotten", "S^2 * (4 * B + C)", "Besides x, y, w, h every box has a confidence."),
        mistake("one-box", "S^2 * (5 + C)", "Each cell predicts B boxes."),
        mistake("one-row-of-cells", "S * (5 * B + C)", "The grid has S · S cells."),
    ],
)
def yolo_output(S, B, C):
    per_cell = 5 * B + C
    return {"per_cell": per_cell, "boxes": S**2 * B, "later_version": S**2 * B * (5 + C), "output": S**2 * per_cell}


@yolo_output.oracle("brute-force", "listing every predicted number", samples=8)
def _(S, B, C):
    cells = list(itertools.product(range(int(S)), repeat=2))
    boxes = [(cell, box) for cell in cells for box in range(int(B))]
    numbers = [(box, part) for box in boxes for part in ("x", "y", "width", "height", "confidence")]
    classes = [(cell, label) for cell in cells for label in range(int(C))]
    return {"boxes": len(boxes), "output": len(numbers) + len(classes)}


@proof(
    "yolo-cell",
    title="The cell that is responsible",
    statement="The grid cell that contains an object's centre predicts it; the offset is measured inside that cell.",
    symbols={
        "x": symbol("real in 0..447.9", "centre of the object, in pixels"),
        "n": symbol("positive-count in 448..448", "side of the image in pixels"),
        "S": symbol("positive-count in 1..19", "cells along a side"),
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
        ),
        mistake("cell-size", "floor(x / S)", "Divide by the size of a cell, which is n / S pixels."),
        mistake("counted-from-one", "floor(x / cell_size) + 1", "The cells are counted from 0."),
    ],
)
def yolo_cell(x, n, S):
    cell_size = n / S
    place = x / cell_size
    return {"cell_size": cell_size, "offset": place - torch.floor(place), "cell": torch.floor(place)}


@yolo_cell.oracle("operator", "torch.bucketize between the borders of the cells", samples=24)
def _(x, n, S):
    borders = torch.linspace(0, float(n), int(S) + 1)
    return torch.bucketize(x, borders[1:], right=True)
