"""Proofs for the chapter segmentation-and-detection: the family of R-CNN, and what segmentation adds."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

RCNN = "Girshick, Donahue, Darrell & Malik, Rich feature hierarchies (2014), {} (arXiv 1311.2524)"
FAST = "Girshick, Fast R-CNN (2015), {} (arXiv 1504.08083)"
MASK = "He, Gkioxari, Dollár & Girshick, Mask R-CNN (2017), {} (arXiv 1703.06870)"
UNET = "Ronneberger, Fischer & Brox, U-Net (2015), sec. 2 (arXiv 1505.04597)"


# --- from R-CNN to Mask R-CNN ---------------------------------------------------------------------------


@proof(
    "rcnn-in-small",
    title="R-CNN on a small image",
    statement=(
        "A region is proposed, cut out, warped to a fixed size, turned into features by the network, and classified; "
        "each step needs the one before."
    ),
    symbols={
        "L": symbol("matrix[4, 2] of real in -3..3", "left half of the image"),
        "R": symbol("matrix[4, 2] of real in -3..3", "right half"),
        "V": symbol("matrix[2, 2] of real in -2..2", "weights of the feature extractor"),
        "U": symbol("matrix[3, 2] of real in -2..2", "weights of the classifier, a row for each class"),
    },
    where=["abs(mean(L) - mean(R)) > 1e-3"],
    steps={
        "proposal": step("if mean(L) > mean(R) then 1 else 0"),
        "region": step("proposal * L + (1 - proposal) * R"),
        "warped": step("[[1/2, 1/2, 0, 0], [0, 0, 1/2, 1/2]] region"),
        "features": step("relu(V warped)"),
        "scores": step("U mean(features, axis=1)"),
    },
    source=RCNN.format("sec. 2"),
    mistakes=[
        mistake(
            "both-halves",
            "U mean(relu(V ([[1/2, 1/2, 0, 0], [0, 0, 1/2, 1/2]] (L + R))), axis=1)",
            "Each region is classified by itself.",
        ),
        mistake(
            "the-other-half",
            "U mean(relu(V ([[1/2, 1/2, 0, 0], [0, 0, 1/2, 1/2]] (L + R - region))), axis=1)",
            "The proposed region is the one that is classified.",
        ),
        mistake("not-activated", "U mean(V warped, axis=1)", "The features pass through an activation."),
    ],
)
def rcnn_in_small(L, R, V, U):
    proposal = torch.where(L.mean() > R.mean(), 1.0, 0.0)
    region = torch.where(L.mean() > R.mean(), L, R)
    warped = region.reshape(2, 2, 2).mean(1)
    features = (V @ warped).relu()
    return {
        "proposal": proposal,
        "region": region,
        "warped": warped,
        "features": features,
        "scores": U @ features.mean(1),
    }


@rcnn_in_small.oracle("operator", "torch.nn.functional: adaptive_avg_pool2d, linear")
def _(L, R, V, U):
    F = torch.nn.functional
    halves = torch.stack([R, L])
    chosen = halves.sum(dim=(1, 2)).argmax()
    warped = F.adaptive_avg_pool2d(halves[chosen][None], (2, 2))[0]
    features = torch.relu(F.linear(warped.T, V)).T
    return {
        "proposal": chosen.double(),
        "region": halves[chosen],
        "warped": warped,
        "features": features,
        "scores": F.linear(features.sum(1) / 2, U),
    }


@proof(
    "rcnn-cost",
    title="Why R-CNN is slow",
    statement=(
        "R-CNN runs the network on each of N warped regions of s×s pixels, Fast R-CNN once on the image of H×W: for "
        "the convolutions that is N s²/(H W) times the work."
    ),
    symbols={
        "N": symbol("positive-count in 1..4000", "proposed regions"),
        "s": symbol("positive-count in 8..300", "side of a warped region"),
        "H": symbol("positive-count in 8..1200", "height of the image"),
        "W": symbol("positive-count in 8..1200", "width of the image"),
    },
    steps={
        "by_region": step("N * s^2"),
        "shared": step("H * W"),
        "ratio": step("by_region / shared"),
    },
    source=FAST.format("sec. 1"),
    mistakes=[
        mistake("regions-only", "N", "A warped region is smaller than the image."),
        mistake("sides-for-areas", "N * s / (H * W)", "A region has s² pixels."),
        mistake("one-region", "s^2 / (H * W)", "The network runs on every one of the N regions."),
    ],
)
def rcnn_cost(N, s, H, W):
    return {"by_region": N * s**2, "shared": H * W, "ratio": N * s**2 / (H * W)}


@rcnn_cost.oracle("operator", "positions of a torch.nn.Conv2d on a batch of regions and on the image", samples=16)
def _(N, s, H, W):
    layer = torch.nn.Conv2d(3, 1, 3, padding=1, device="meta")
    regions = layer(torch.empty(int(N), 3, int(s), int(s), device="meta")).numel()
    image = layer(torch.empty(1, 3, int(H), int(W), device="meta")).numel()
    return {"by_region": float(regions), "shared": float(image), "ratio": regions / image}


@proof(
    "fast-rcnn-heads",
    title="RoI pooling and the two heads of Fast R-CNN",
    statement=(
        "RoI pooling makes p×p values a channel of a region of any size; on them one head scores K classes and the "
        "background, the other gives four box corrections for each class."
    ),
    symbols={
        "h": symbol("positive-count in 7..40", "height of the region in the feature map"),
        "w": symbol("positive-count in 7..40", "width of the region in the feature map"),
        "C": symbol("positive-count in 1..512", "channels of the feature map"),
        "p": symbol("positive-count in 1..7", "side of the pooled region"),
        "K": symbol("positive-count in 1..100", "classes"),
    },
    steps={
        "pooled": step("p^2 * C"),
        "class_scores": step("K + 1"),
        "box_numbers": step("4 * K"),
        "outputs": step("class_scores + box_numbers"),
    },
    source=FAST.format("sec. 2"),
    mistakes=[
        mistake(
            "background-forgotten", "K + 4 * K", "A region may hold none of the classes: the background is one more."
        ),
        mistake("one-box", "K + 1 + 4", "Each class has box corrections of its own."),
        mistake("as-large-as-the-region", "h * w * C", "Regions of all sizes are pooled to one size.", of="pooled"),
    ],
)
def fast_rcnn_heads(h, w, C, p, K):
    return {"pooled": p**2 * C, "class_scores": K + 1, "box_numbers": 4 * K, "outputs": 5 * K + 1}


@fast_rcnn_heads.oracle(
    "operator", "torch.nn.functional.adaptive_max_pool2d, and one row of weights an output", samples=8
)
def _(h, w, C, p, K):
    region = torch.zeros(1, int(C), int(h), int(w))
    pooled = torch.nn.functional.adaptive_max_pool2d(region, int(p)).flatten(1)
    classes = [*range(int(K)), "background"]
    corrections = [(label, part) for label in classes if label != "background" for part in ("x", "y", "w", "h")]
    return {
        "pooled": float(pooled.shape[1]),
        "class_scores": float(len(classes)),
        "box_numbers": float(len(corrections)),
        "outputs": float(len(classes) + len(corrections)),
    }


@proof(
    "roi-align",
    title="RoIAlign interpolates, RoI pooling rounds",
    statement=(
        "Between four places of the map RoIAlign interpolates: each value counts in proportion to the opposite area. "
        "RoI pooling takes the nearest place, which moves masks by up to half a cell."
    ),
    symbols={
        "X": symbol("matrix[2, 2] of real in -5..12", "values at four neighbouring places"),
        "u": symbol("real in 0..1", "how far down between them, 0 to 1"),
        "v": symbol("real in 0..1", "how far to the right between them, 0 to 1"),
    },
    where=["abs(u - 0.5) > 0.01", "abs(v - 0.5) > 0.01"],
    steps={
        "rounded": step(
            "if u < 0.5 then (if v < 0.5 then X_{11} else X_{12}) else (if v < 0.5 then X_{21} else X_{22})"
        ),
        "upper": step("(1 - v) * X_{11} + v * X_{12}"),
        "lower": step("(1 - v) * X_{21} + v * X_{22}"),
        "value": step("(1 - u) * upper + u * lower"),
    },
    source=MASK.format("sec. 3"),
    mistakes=[
        mistake("nearest", "rounded", "That is RoI pooling, which rounds; RoIAlign keeps the fractions."),
        mistake("mean", "mean(X)", "The four values are weighed by how near they are."),
        mistake("weights-swapped", "u * upper + (1 - u) * lower", "The nearer value has the larger weight."),
    ],
)
def roi_align(X, u, v):
    upper, lower = (1 - v) * X[0, 0] + v * X[0, 1], (1 - v) * X[1, 0] + v * X[1, 1]
    nearest = X[(u > 0.5).long(), (v > 0.5).long()]
    return {"rounded": nearest, "upper": upper, "lower": lower, "value": (1 - u) * upper + u * lower}


@roi_align.oracle("operator", "torch.nn.functional.grid_sample, bilinear and nearest", samples=32)
def _(X, u, v):
    place = torch.stack([2 * v - 1, 2 * u - 1]).reshape(1, 1, 1, 2)
    bilinear, nearest = (
        torch.nn.functional.grid_sample(X[None, None], place, mode=mode, align_corners=True)[0, 0, 0, 0]
        for mode in ("bilinear", "nearest")
    )
    return {"rounded": nearest, "value": bilinear}


# --- what a detector's boxes are worth -----------------------------------------------------------------


@proof(
    "non-maximum-suppression",
    title="Non-maximum suppression",
    statement=(
        "Of boxes that overlap by more than a threshold only the one with the highest score is kept; the next best of "
        "those that are left follows, until none is left."
    ),
    symbols={
        "x": symbol("vector[4] of real in 0..12", "left edges of four boxes, each four wide and of one height"),
        "p": symbol("vector[4] of positive in 0.01..5", "their scores"),
        "t": symbol("real in 0.1..0.7", "largest IoU that is tolerated"),
    },
    where=[
        "abs(p_1 - p_2) > 1e-3", "abs(p_1 - p_3) > 1e-3", "abs(p_1 - p_4) > 1e-3",
        "abs(p_2 - p_3) > 1e-3", "abs(p_2 - p_4) > 1e-3", "abs(p_3 - p_4) > 1e-3",
    ],
    steps={
        "kept": step(note="1 for each box that is kept, else 0", axes=1),
        "count": step("sum(kept)"),
    },
    source="Felzenszwalb et al., Object detection with discriminatively trained part-based models (2010), sec. 7.2",
    mistakes=[
        mistake("the-best-alone", "1", "Boxes that do not overlap with it are other objects and are kept."),
        mistake("all", "4", "Of boxes that overlap too much only the best is kept."),
        mistake("suppressed-kept", "4 - sum(kept)", "That is the number of those that are thrown away."),
    ],
    claims=[claim("count >= 1 and max(p * kept) = max(p)", "the best box of all is always kept")],
    vectorized=False,
)  # fmt: skip
def non_maximum_suppression(x, p, t):
    shared = (4 - (x.unsqueeze(1) - x.unsqueeze(0)).abs()).clamp(min=0)
    overlap = shared / (8 - shared)
    kept = torch.zeros_like(p)
    left = p.clone()
    for _ in range(4):
        best = left.argmax()
        kept[best] = torch.where(left[best] > 0, 1.0, kept[best])
        left = torch.where(overlap[best] > t, 0.0, left)  # the best one overlaps with itself
    return {"kept": kept, "count": kept.sum()}


@non_maximum_suppression.oracle("brute-force", "a box is kept if no better box that is kept overlaps too much")
def _(x, p, t):
    def iou(i, j):
        edges = sorted([float(x[i]), float(x[i]) + 4, float(x[j]), float(x[j]) + 4])
        apart = abs(float(x[i]) - float(x[j])) >= 4
        return 0.0 if apart else (edges[2] - edges[1]) / (edges[3] - edges[0])

    def is_kept(i):
        better = [j for j in range(4) if p[j] > p[i] and is_kept(j)]
        return all(iou(i, j) <= float(t) for j in better)

    kept = torch.tensor([float(is_kept(i)) for i in range(4)])
    return {"kept": kept, "count": kept.sum()}


@proof(
    "detection-average-precision",
    title="Average precision of a detector",
    statement=(
        "Detections are ranked by confidence; the average precision is the mean over all objects of the precision at "
        "the rank where each is found, 0 for those that are not. Its mean over the classes is the mAP."
    ),
    symbols={
        "d": symbol("vector[6] of bit", "detections by falling confidence: 1 where it hits an object, else 0"),
        "m": symbol("positive-count in 1..8", "objects that there are"),
    },
    where=["sum(d) <= m"],
    steps={
        "precision": step("[d_1, (d_1 + d_2) / 2, (d_1 + d_2 + d_3) / 3, (d_1 + d_2 + d_3 + d_4) / 4, "
                          "(d_1 + d_2 + d_3 + d_4 + d_5) / 5, sum(d) / 6]"),
        "recall": step("sum(d) / m"),
        "ap": step("sum(d * precision) / m", aliases=["AP"]),
    },
    source="Everingham et al., The PASCAL visual object classes challenge (2010), sec. 4.2",
    mistakes=[
        mistake("over-all-ranks", "mean(precision)", "Only ranks at which an object is found count."),
        mistake("last-precision", "sum(d) / 6", "That is the precision of all detections, whatever their order."),
        mistake("over-the-found", "sum(d * precision) / max(1, sum(d))", "Objects that are missed count as 0."),
    ],
    claims=[claim("0 <= ap and ap <= recall + 1e-9", "it is at most the recall")],
)  # fmt: skip
def average_precision(d, m):
    precision = d.cumsum(0) / torch.arange(1, 7, dtype=d.dtype)
    return {"precision": precision, "recall": d.sum() / m, "ap": (d * precision).sum() / m}


@average_precision.oracle("brute-force", "area under the precision over the recall, strip by strip")
def _(d, m):
    area = recall = 0.0
    for rank in range(1, 7):
        hits = d[:rank].sum().item()
        area += (hits / float(m) - recall) * hits / rank
        recall = hits / float(m)
    return {"recall": recall, "ap": area}


# --- sharper maps for segmentation ---------------------------------------------------------------------------


@proof(
    "u-net-shapes",
    title="The shapes of a U-Net",
    statement=(
        "Each of d poolings halves the side and each level doubles the channels; on the way up an up-convolution "
        "halves the channels and the map of the same level on the way down is put beside it."
    ),
    symbols={
        "n": symbol("positive-count in 16..512", "side of the input, a multiple of 2 to the power d"),
        "C": symbol("positive-count in 1..64", "channels of the first level"),
        "d": symbol("positive-count in 1..4", "poolings"),
    },
    where=["n mod 2^d = 0"],
    steps={
        "bottom": step("n / 2^d"),
        "bottom_channels": step("C * 2^d"),
        "joined": step("2 * C * 2^(d - 1)"),
        "side_after": step("2 * bottom"),
    },
    result="joined",
    source=UNET,
    mistakes=[
        mistake("added", "C * 2^(d - 1)", "The two maps are concatenated, so their channels add up."),
        mistake("not-halved", "C * 2^d + C * 2^(d - 1)", "The up-convolution halves the channels before."),
        mistake("first-level", "2 * C", "At the first step up one is at the deepest but one level."),
    ],
)
def u_net_shapes(n, C, d):
    bottom = n / 2**d
    return {
        "bottom": bottom,
        "bottom_channels": C * 2**d,
        "joined": 2 * C * 2 ** (d - 1),
        "side_after": 2 * bottom,
    }


@u_net_shapes.oracle("operator", "torch.nn: Conv2d, MaxPool2d, ConvTranspose2d and cat on the meta device", samples=12)
def _(n, C, d):
    width, meta = int(C), {"device": "meta"}
    map_ = torch.nn.Conv2d(1, width, 3, padding=1, **meta)(torch.empty(1, 1, int(n), int(n), **meta))
    levels = [map_]
    for _ in range(int(d)):
        width = map_.shape[1]
        map_ = torch.nn.Conv2d(width, 2 * width, 3, padding=1, **meta)(torch.nn.MaxPool2d(2)(map_))
        levels.append(map_)
    up = torch.nn.ConvTranspose2d(map_.shape[1], map_.shape[1] // 2, 2, stride=2, **meta)(map_)
    joined = torch.cat([levels[-2], up], dim=1)
    return {
        "bottom": float(map_.shape[-1]),
        "bottom_channels": float(map_.shape[1]),
        "joined": float(joined.shape[1]),
        "side_after": float(joined.shape[-1]),
    }


@proof(
    "dilated-convolution",
    title="Dilated convolution",
    statement=(
        "With dilation d a k×k kernel covers d(k − 1) + 1 pixels a side with the same k² weights, and without padding "
        "gives a map of n − d(k − 1)."
    ),
    symbols={
        "n": symbol("positive-count in 10..64", "side of the input"),
        "k": symbol("positive-count in 1..5", "side of the kernel"),
        "d": symbol("positive-count in 1..4", "dilation", ["r", "rate"]),
    },
    where=["n > d * (k - 1)"],
    steps={
        "weights": step("k^2"),
        "output": step("n - d * (k - 1)"),
        "covered": step("d * (k - 1) + 1"),
    },
    source="Yu & Koltun, Multi-scale context aggregation by dilated convolutions (2016), sec. 2 (arXiv 1511.07122)",
    mistakes=[
        mistake("kernel-times-dilation", "d * k", "Between k weights there are k − 1 gaps."),
        mistake("undilated", "k", "The dilation spreads the weights: the kernel covers more."),
        mistake("gaps-only", "d * (k - 1)", "The first weight covers a pixel too: add 1."),
        mistake("weights-grow", "(d * (k - 1) + 1)^2", "The gaps hold no weights.", of="weights"),
    ],
)
def dilated_convolution(n, k, d):
    return {"weights": k**2, "output": n - d * (k - 1), "covered": d * (k - 1) + 1}


@dilated_convolution.oracle("operator", "torch.nn.Conv2d(dilation=d), and the reach of a spike", samples=16)
def _(n, k, d):
    layer = torch.nn.Conv2d(1, 1, int(k), dilation=int(d), bias=False, device="meta")
    output = layer(torch.empty(1, 1, int(n), int(n), device="meta"))
    kernel = torch.ones(1, 1, int(k))
    response = torch.nn.functional.conv_transpose1d(torch.ones(1, 1, 1), kernel, dilation=int(d))
    return {
        "weights": float(layer.weight.numel()),
        "output": float(output.shape[-1]),
        "covered": float(response.shape[-1]),
    }


@proof(
    "iou-of-masks",
    title="IoU of two areas, point by point",
    statement=(
        "With TP points that prediction and truth share, FP that only the prediction has and FN that only the truth "
        "has, the IoU is TP/(TP + FP + FN), never above the Dice coefficient 2TP/(2TP + FP + FN)."
    ),
    symbols={
        "TP": symbol("positive-count in 1..60", "points that both cover"),
        "FP": symbol("count in 0..60", "points that only the prediction covers"),
        "FN": symbol("count in 0..60", "points that only the truth covers"),
    },
    steps={
        "dice": step("2 * TP / (2 * TP + FP + FN)"),
        "iou": step("TP / (TP + FP + FN)", aliases=["IoU"]),
    },
    source="Everingham et al., The PASCAL visual object classes challenge (2010), sec. 4.3",
    mistakes=[
        mistake(
            "dice", "2 * TP / (2 * TP + FP + FN)", "That is the Dice coefficient, or F1: it counts the overlap twice."
        ),
        mistake("precision", "TP / (TP + FP)", "What the truth covers and the prediction misses belongs to the union."),
        mistake("recall", "TP / (TP + FN)", "What the prediction covers in excess belongs to the union."),
        mistake(
            "overlap-twice", "TP / (2 * TP + FP + FN)", "The overlap is in both areas and counts once in the union."
        ),
    ],
    claims=[claim("iou <= dice", "the IoU is never above the Dice coefficient")],
)
def iou_of_masks(TP, FP, FN):
    return {"dice": 2 * TP / (2 * TP + FP + FN), "iou": TP / (TP + FP + FN)}


@iou_of_masks.oracle("brute-force", "two masks laid over each other", samples=24)
def _(TP, FP, FN):
    both, only_predicted, only_true = int(TP), int(FP), int(FN)
    predicted = torch.arange(200) < both + only_predicted
    true = (torch.arange(200) < both) | (torch.arange(200) >= 200 - only_true)
    shared = (predicted & true).sum()
    return {"dice": 2 * shared / (predicted.sum() + true.sum()), "iou": shared / (predicted | true).sum()}
