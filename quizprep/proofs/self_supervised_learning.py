"""Proofs for the chapter self-supervised-learning."""

from __future__ import annotations

from quizprep.citations import BISHOP
from quizprep.lazy import torch
from quizprep.picture import curve
from quizprep.proofs import claim, mistake, proof, step, symbol

# --- labels that the data give --------------------------------------------------------------------------------


@proof(
    "next-value-fit",
    title="A series labels itself",
    statement=(
        "A series of m values gives m − 1 pairs (xₜ, xₜ₊₁) without any human label; "
        "least squares fits xₜ₊₁ = a xₜ to them."
    ),
    symbols={"x": symbol("vector[m]", "series")},
    where=("abs(x_1) > 0.1",),
    steps={
        "pairs": step("m - 1"),
        "products": step("sum_{t=1}^{m-1} x_t * x_{t+1}"),
        "squares": step("sum_{t=1}^{m-1} x_t^2"),
        "a": step("products / squares"),
    },
    source="Box, Jenkins, Reinsel & Ljung, Time Series Analysis (5th ed., 2015), chapter 7",
    mistakes=[
        mistake(
            "upside-down", "squares / products", "The fraction is upside down: divide by the squares of the inputs."
        ),
        mistake("copying", "1", "That repeats the last value; the coefficient is learned from the pairs."),
        mistake(
            "squares-of-targets",
            "products / (sum_{t=1}^{m-1} x_{t+1}^2)",
            "Divide by the squares of the inputs, not of the targets.",
        ),
        mistake("all-squares", "products / sum(x^2)", "The last value is a target only, never an input."),
    ],
)
def next_value_fit(x):
    inputs, targets = x[:-1], x[1:]
    products, squares = (inputs * targets).sum(), (inputs**2).sum()
    return {"pairs": torch.ones_like(inputs).sum(), "products": products, "squares": squares, "a": products / squares}


@next_value_fit.oracle("operator", "torch.linalg.lstsq on the sliding windows of length two")
def _(x):
    windows = x.unfold(0, 2, 1)
    gram = windows.T @ windows
    return {
        "pairs": windows.shape[0],
        "products": gram[0, 1],
        "squares": gram[0, 0],
        "a": torch.linalg.lstsq(windows[:, :1], windows[:, 1:]).solution.squeeze(),
    }


@proof(
    "learning-without-human-labels",
    title="Targets made from the data",
    statement=(
        "Trained on targets cut from the series itself, a model recovers its rule; shuffled targets teach it nothing."
    ),
    symbols={},
    steps={
        "pairs": step(note="pairs of input and target from 4001 values", within=(4000, 4000)),
        "learned": step(note="coefficient learned by gradient descent (the true one is 0.9)", within=(0.872, 0.928)),
        "learned_shuffled": step(note="the same with shuffled targets", within=(-0.07, 0.08)),
    },
    result="learned",
    source="Balestriero et al., A Cookbook of Self-Supervised Learning (2023), section 1",
    vectorized=False,
    claims=[
        claim("abs(learned - 0.9) < 0.05", "The rule is learned."),
        claim("abs(learned_shuffled) < 0.15", "Shuffled targets hold no rule."),
        claim("pairs > 3999 and pairs < 4001", "Every step but the last gives a pair."),
    ],
    mistakes=[
        mistake(
            "one-example",
            "pairs < 2",
            "Every value but the last is the input of one example: one series gives thousands.",
        ),
        mistake("any-targets-do", "abs(learned_shuffled) > 0.5", "The target must be predictable from the input."),
    ],
)
def learning_without_human_labels(random):
    lags = 0.9 ** torch.arange(60.0).flip(0)
    series = random.normal(4060).unfold(0, 60, 1) @ lags  # x[t+1] = 0.9 x[t] + noise, written out
    inputs, targets = series[:-1], series[1:]

    def fitted(wanted):  # gradient descent on half the mean squared error: a supervised loss
        coefficient = torch.zeros(())
        for _ in range(60):
            coefficient = coefficient - 0.1 * ((coefficient * inputs - wanted) * inputs).mean()
        return coefficient

    return {
        "pairs": len(targets),
        "learned": fitted(targets),
        "learned_shuffled": fitted(targets[random.permutation(len(targets))]),
    }


@proof(
    "rotation-labels",
    title="Rotations as labels",
    statement=(
        "Turning each of N unlabelled images by 0°, 90°, 180° and 270° gives 4N labelled ones, "
        "N for each of four classes."
    ),
    symbols={
        "N": symbol("size in 1..10000", "unlabelled images"),
        "B": symbol("size in 1..100", "images a batch"),
    },
    steps={
        "a_class": step("N"),
        "chance": step("1 / 4"),
        "examples": step("4 * N"),
        "batches": step("ceil(examples / B)"),
    },
    result="examples",
    source="Gidaris, Singh & Komodakis, Unsupervised Representation Learning by Predicting Image Rotations (2018)",
    mistakes=[
        mistake("turned-only", "3 * N", "The unturned image is an example as well, with the label 0°."),
        mistake("no-new-ones", "N", "Each image gives one example for each of the four angles."),
        mistake("pairs", "4 * N * (N - 1)", "An example is one turned image, not a pair of images."),
    ],
)
def rotation_labels(N, B):
    examples = 4 * N
    return {"a_class": N, "chance": 1 / 4, "examples": examples, "batches": -(-examples // B)}


@rotation_labels.oracle("brute-force", "turning images with torch.rot90 and counting labels", samples=12)
def _(N, B):
    images = torch.arange(4.0).reshape(1, 2, 2).expand(N, 2, 2)
    turned = torch.cat([torch.rot90(images, quarter, (1, 2)) for quarter in range(4)])
    labels = torch.arange(4).repeat_interleave(N)
    return {
        "a_class": (labels == 3).sum(),
        "chance": 1 / len(labels.unique()),
        "batches": len(turned.split(B)),
        "examples": len(turned),
    }


# --- masking ----------------------------------------------------------------------------------------------------


@proof(
    "restoring-a-masked-value",
    title="Restoring a masked value",
    statement=(
        "From a visible value x the best linear guess of a masked one is b + ρ (t/s)(x − a), "
        "with error variance t²(1 − ρ²)."
    ),
    symbols={
        "x": symbol("real in -3..3", "visible value"),
        "a": symbol("real in -3..3", "mean of the visible value"),
        "b": symbol("real in -3..3", "mean of the masked value"),
        "s": symbol("positive in 0.2..3", "standard deviation of the visible value"),
        "t": symbol("positive in 0.2..3", "standard deviation of the masked value"),
        "rho": symbol("real in -0.95..0.95", "their correlation ρ"),
    },
    steps={
        "error_variance": step("t^2 * (1 - rho^2)"),
        "share": step("1 - rho^2"),
        "guess": step("b + rho * t / s * (x - a)"),
    },
    source=f"{BISHOP}, section 2.3.1",
    mistakes=[
        mistake("the-mean", "b", "The mean ignores the visible value, which tells something whenever ρ is not 0."),
        mistake(
            "deviations-swapped",
            "b + rho * s / t * (x - a)",
            "The deviations are swapped: the guess is on the scale of the masked value.",
        ),
        mistake(
            "no-correlation",
            "b + t / s * (x - a)",
            "The correlation is missing: the weaker it is, the closer the guess stays to the mean.",
        ),
        mistake("linear-in-rho", "1 - abs(rho)", "The explained share is ρ², so that 1 − ρ² remains.", of="share"),
    ],
    picture=curve("rho", -1, 1, "share"),
)
def restoring_a_masked_value(x, a, b, s, t, rho):
    share = 1 - rho**2
    return {"error_variance": t**2 * share, "share": share, "guess": b + rho * t / s * (x - a)}


@restoring_a_masked_value.oracle("closed-form", "conditioning a Gaussian through its precision matrix")
def _(x, a, b, s, t, rho):
    correlation = torch.stack([torch.stack([torch.ones_like(rho), rho]), torch.stack([rho, torch.ones_like(rho)])])
    scale = torch.diag(torch.stack([s, t]))
    precision = torch.linalg.inv(scale @ correlation @ scale)
    variance = precision[1, 1].reciprocal()
    return {
        "error_variance": variance,
        "share": variance / scale[1, 1].square(),
        "guess": b.sub(variance * precision[1, 0] * (x - a)),
    }


@proof(
    "masked-learning",
    title="Learning to restore what is hidden",
    statement=(
        "A hidden value can be restored from the others if the values depend on each other, "
        "and not if they are independent."
    ),
    symbols={},
    steps={
        "error_dependent": step(
            note="error on new dependent data, relative to the mean as a guess", within=(0.005, 0.074)
        ),
        "error_independent": step(
            note="error on new independent data, relative to the mean as a guess", within=(0.93, 1.1)
        ),
    },
    result="error_dependent",
    source=(
        "Devlin et al., BERT (2019), section 3.1; He et al., Masked Autoencoders Are Scalable Vision Learners (2022)"
    ),
    vectorized=False,
    claims=[
        claim("error_dependent < 0.2", "Dependent values are restored."),
        claim("error_independent > 0.8", "Independent values are not."),
    ],
    mistakes=[
        mistake(
            "always-restorable", "error_independent < 0.5", "What is hidden must be predictable from what is visible."
        ),
        mistake(
            "never-on-new-data", "error_dependent > 0.5", "The relation between the values holds for new data, too."
        ),
    ],
)
def masked_learning(random):
    spread = torch.linalg.qr(random.normal(6, 2))[0] * 6**0.5  # free: any other values
    # free: any two causes
    spread[2] = torch.tensor([1.0, 1.0])  # the third value depends on both hidden causes

    def error(train, test):  # input: the vector with its third value masked; target: the original value
        visible = torch.ones(6).scatter(0, torch.tensor([2]), 0.0)
        weights = torch.linalg.lstsq(train[:, visible > 0], train[:, 2]).solution
        return ((test[:, visible > 0] @ weights - test[:, 2]) ** 2).mean() / (
            (test[:, 2] - train[:, 2].mean()) ** 2
        ).mean()

    def dependent():
        return random.normal(400, 2) @ spread.T + 0.2 * random.normal(400, 6)

    return {
        "error_dependent": error(dependent(), dependent()),
        "error_independent": error(random.normal(400, 6), random.normal(400, 6)),
    }


@proof(
    "masking-robustness",
    title="Masking in training makes robust",
    statement="A model trained with randomly masked inputs leans on all of them and loses less when one is missing.",
    symbols={},
    steps={
        "full_plain": step(note="error with all inputs, trained without masking", within=(0.00211, 0.00284)),
        "full_masked": step(note="error with all inputs, trained with masking", within=(0.2, 0.51)),
        "missing_plain": step(note="error with the best input missing, trained without masking", within=(0.83, 1.11)),
        "missing_masked": step(note="error with the best input missing, trained with masking", within=(0.119, 0.173)),
    },
    result="missing_masked",
    source="Vincent et al., Extracting and Composing Robust Features with Denoising Autoencoders (2008), section 2",
    vectorized=False,
    claims=[
        claim("missing_masked < 0.8 * missing_plain", "Masking helps when an input is missing."),
        claim("full_masked > full_plain + 0.15", "It costs something when all are there."),
        claim("0 < full_plain and full_plain < 0.02", "With the clean input there is hardly any error."),
    ],
    mistakes=[
        mistake(
            "always-better",
            "full_masked < full_plain",
            "With all inputs present the model that relies on the best one is more exact.",
        ),
        mistake(
            "no-gain", "missing_masked >= missing_plain", "Masking forces the model to use the other inputs as well."
        ),
    ],
)
def masking_robustness(random):
    def sample(size):
        signal = random.normal(size)
        noise = random.normal(size, 5) * torch.tensor([0.05, 0.8, 0.8, 0.8, 0.8])  # one clean copy, four noisy ones
        return signal.unsqueeze(1) + noise, signal

    (train, target), (test, wanted) = sample(2000), sample(2000)
    masked = train * (random.uniform(2000, 5) > 0.5)
    missing = test * torch.tensor([0.0, 1.0, 1.0, 1.0, 1.0])
    plain_weights = torch.linalg.lstsq(train, target).solution
    masked_weights = torch.linalg.lstsq(masked, target).solution

    def error(inputs, weights):
        return ((inputs @ weights - wanted) ** 2).mean()

    return {
        "full_plain": error(test, plain_weights),
        "full_masked": error(test, masked_weights),
        "missing_plain": error(missing, plain_weights),
        "missing_masked": error(missing, masked_weights),
    }


# --- contrast and few labels ------------------------------------------------------------------------------------


@proof(
    "contrastive-loss",
    title="Contrastive loss of one image",
    statement=(
        "SimCLR's loss of one view is the cross-entropy of finding its partner: "
        "−ln of the softmax of its similarity over τ."
    ),
    symbols={
        "p": symbol("real in -1..1", "similarity to the other view of the same image"),
        "s": symbol("vector[n] of real in -1..1", "similarities to the views of other images"),
        "tau": symbol("positive in 0.1..2", "temperature"),
    },
    steps={
        "partner": step("exp(p / tau)"),
        "others": step("sum(exp(s / tau))"),
        "loss": step("-log(partner / (partner + others))"),
    },
    source=(
        "Chen, Kornblith, Norouzi & Hinton, A Simple Framework for Contrastive Learning of Visual "
        "Representations (2020), equation 1"
    ),
    gradients=["p", "s"],
    mistakes=[
        mistake(
            "partner-left-out",
            "-log(partner / others)",
            "The partner belongs in the denominator, too: it is a softmax.",
        ),
        mistake(
            "no-temperature",
            "-log(exp(p) / (exp(p) + sum(exp(s))))",
            "The similarities are divided by the temperature τ.",
        ),
        mistake(
            "probability",
            "partner / (partner + others)",
            "That is the probability of the partner; the loss is −ln of it.",
        ),
        mistake(
            "times-temperature",
            "-log(exp(p * tau) / (exp(p * tau) + sum(exp(s * tau))))",
            "Divide by the temperature, do not multiply.",
        ),
    ],
    notations=[{"sim(z_i, z_j)": "p", "sim(z_i, z_k) for k != i": "[p; s]"}],
)
def contrastive_loss(p, s, tau):
    partner, others = torch.exp(p / tau), torch.exp(s / tau).sum()
    return {"partner": partner, "others": others, "loss": -torch.log(partner / (partner + others))}


@contrastive_loss.oracle("operator", "torch.nn.functional.cross_entropy with the partner as class 0")
def _(p, s, tau):
    scores = torch.cat([p.unsqueeze(0), s]).div(tau)
    loss = torch.nn.functional.cross_entropy(scores.unsqueeze(0), torch.zeros(1, dtype=torch.int64))
    return {"partner": scores[0].exp(), "others": scores[1:].logsumexp(0).exp(), "loss": loss}


@proof(
    "few-labels-many-points",
    title="Few labels, many unlabelled points",
    statement=(
        "On two rings one label each, spread along neighbouring unlabelled points, "
        "classifies better than the nearest label does."
    ),
    symbols={},
    steps={
        "nearest_label": step(note="accuracy of the nearest labelled point", within=(0.53, 0.81)),
        "spread_labels": step(note="accuracy of labels spread over neighbours", within=(0.81, 1)),
    },
    source="Zhu & Ghahramani, Learning from Labeled and Unlabeled Data with Label Propagation (2002)",
    vectorized=False,
    claims=[
        claim("spread_labels > 0.95", "The labels follow the rings."),
        claim("nearest_label < 0.85", "Distance alone does not."),
    ],
    mistakes=[
        mistake(
            "unlabelled-are-useless",
            "nearest_label >= spread_labels",
            "Unlabelled points show where the data lie, and so where the labels belong.",
        ),
    ],
)
def few_labels_many_points(random):
    # free: how often around makes no difference
    angles, truth = random.uniform(200, high=6.2832), torch.arange(200) % 2
    radius = 1 + 2.0 * truth + 0.1 * random.normal(200)
    points = torch.stack([radius * angles.cos(), radius * angles.sin()], 1)
    distances = torch.cdist(points, points)
    nearest = distances[:, 1] < distances[:, 0]  # points 0 and 1 are the only labelled ones
    near = torch.exp(-(distances**2) / 0.05)
    near = near / near.sum(1, keepdim=True)
    scores = torch.zeros(200, 2)
    for _ in range(300):  # every point takes the mean of its neighbours; the two labels stay
        scores = near @ scores
        scores[:2] = torch.eye(2)
    return {
        "nearest_label": (nearest == (truth == 1)).double().mean(),
        "spread_labels": (scores.argmax(1) == truth).double().mean(),
    }


@proof(
    "contrastive-batch",
    title="Partners and strangers in a batch",
    statement="Two views of each of N images make 2N views; each has one partner and 2N - 2 views of other images.",
    symbols={"N": symbol("size in 2..40", "images in the batch")},
    steps={
        "views": step("2 * N"),
        "partners": step("1"),
        "strangers": step("2 * N - 2"),
    },
    source=(
        "Chen, Kornblith, Norouzi & Hinton, A Simple Framework for Contrastive Learning of Visual "
        "Representations (2020), section 2.1"
    ),
    mistakes=[
        mistake("images-counted", "N - 1", "Each of the other images is there in two views."),
        mistake("itself-counted", "2 * N - 1", "The partner is no stranger: it is what is to be found."),
        mistake("all-views", "2 * N", "A view is compared neither with itself nor, as a stranger, with its partner."),
    ],
)
def contrastive_batch(N):
    return {"views": 2 * N, "partners": 1, "strangers": 2 * N - 2}


@contrastive_batch.oracle("brute-force", "listing the views of a batch", samples=16)
def _(N):
    views = [image for image in range(N) for _ in ("crop", "colour")]  # the image that a view shows
    others = views[1:]  # seen from the first view
    return {
        "views": len(views),
        "partners": sum(image == views[0] for image in others),
        "strangers": sum(image != views[0] for image in others),
    }


@proof(
    "representation-from-unlabelled-data",
    title="A representation from unlabelled images",
    statement=(
        "Vectors learned from many unlabelled images make a dozen labels enough where the raw pixels need many more."
    ),
    symbols={},
    steps={
        "pixels_few": step(note="accuracy on new images: raw pixels, twelve labels", within=(0.62, 0.78)),
        "vectors_few": step(note="accuracy: vectors learned without labels, twelve labels", within=(0.78, 0.96)),
        "pixels_many": step(note="accuracy: raw pixels, 1000 labels", within=(0.88, 1)),
    },
    result="vectors_few",
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sections 15.1 and 15.3",
    vectorized=False,
    claims=[
        claim("vectors_few > pixels_few + 0.1", "With few labels the learned vectors are better."),
        claim("pixels_many > pixels_few + 0.15 and pixels_many <= 1", "With many labels the pixels do as well."),
    ],
    mistakes=[
        mistake(
            "unlabelled-are-useless",
            "vectors_few < pixels_few",
            "The unlabelled images show along which few directions images differ at all.",
        ),
        mistake(
            "labels-do-not-matter",
            "pixels_many < pixels_few",
            "With more labels more weights can be fixed.",
        ),
    ],
)
def representation_from_unlabelled_data(random):
    directions = torch.linalg.qr(random.normal(60, 60))[0]  # along the first three lies what the images show
    scale = torch.cat([torch.full((3,), 4.0), torch.full((57,), 2.5)])
    rule = torch.nn.functional.normalize(random.normal(3), dim=0)  # free: any rule

    def images(size):  # 60 pixels each, and the label of each
        parts = scale * random.normal(size, 60)
        return parts @ directions.T, (parts[:, :3] @ rule).sign()

    unlabelled, _ = images(1000)
    components = torch.linalg.eigh(unlabelled.T @ unlabelled)[1][:, -3:]  # principal components
    pixels = torch.eye(60)

    def accuracy(projection, size):
        right = []
        for _ in range(10 if size < 100 else 1):  # free: few samples need the mean over several draws
            (train, labels), (test, wanted) = images(size), images(300)
            weights = torch.linalg.lstsq(train @ projection, labels).solution
            right.append(((test @ projection @ weights).sign() == wanted).double().mean())
        return torch.stack(right).mean()

    return {
        "pixels_few": accuracy(pixels, 12),
        "vectors_few": accuracy(components, 12),
        "pixels_many": accuracy(pixels, 1000),
    }


@proof(
    "labels-of-clusters",
    title="Cluster first, then label the clusters",
    statement=(
        "If every cluster gets the label that most of its points have, the share of points labelled rightly is the sum "
        "of the largest counts over the number of points."
    ),
    symbols={"N": symbol("matrix[k, c] of count in 0..40", "points of each class (column) in each cluster (row)")},
    where=["sum(N) > 0"],
    steps={
        "points": step("sum(N)"),
        "right": step("sum(max(N, axis=1))"),
        "accuracy": step("right / points"),
    },
    source="Manning, Raghavan & Schütze, Introduction to Information Retrieval (2008), section 16.3 (purity)",
    mistakes=[
        mistake(
            "columns-for-rows", "sum(max(N, axis=0)) / points", "Each cluster gets one label: look along the rows."
        ),
        mistake(
            "largest-alone", "max(N) / points", "Every cluster contributes its own majority, not the largest alone."
        ),
        mistake("first-column", "sum(N, axis=0)_1 / points", "The label of a cluster is its most frequent class."),
        mistake("wrong-ones", "1 - right / points", "That is the share that is labelled wrongly."),
    ],
)
def labels_of_clusters(N):
    points, right = N.sum(), N.amax(1).sum()
    return {"points": points, "right": right, "accuracy": right / points}


@labels_of_clusters.oracle("brute-force", "labelling point by point", samples=24)
def _(N):
    clusters = [[label for label, count in enumerate(row) for _ in range(int(count))] for row in N]
    named = [max(set(labels), key=labels.count) for labels in clusters if labels]
    members = [labels for labels in clusters if labels]
    right = sum(label == name for name, labels in zip(named, members, strict=True) for label in labels)
    points = sum(map(len, members))
    return {"points": points, "right": right, "accuracy": right / points}


@proof(
    "clusters-and-classes",
    title="Clusters need not be classes",
    statement=(
        "One label a cluster classifies all points where clusters and classes agree, and no better than chance where "
        "the classes cut across the clusters."
    ),
    symbols={},
    steps={
        "agreeing": step(note="accuracy of one label a cluster, each cluster a class", within=(0.995, 1)),
        "crossing": step(
            note="accuracy of one label a cluster, classes cutting across the clusters", within=(0.41, 0.66)
        ),
    },
    result="agreeing",
    source="Chapelle, Schölkopf & Zien (eds.), Semi-Supervised Learning (2006), section 1.2.2",
    vectorized=False,
    claims=[
        claim("agreeing > 0.95", "Where clusters are classes, one label each is enough."),
        claim("crossing < 0.7", "Where they are not, it is not."),
    ],
    mistakes=[
        mistake(
            "never-works", "agreeing < 0.7", "Where the classes lie in separate heaps, one label for each is enough."
        ),
        mistake(
            "always-works", "crossing > 0.9", "The clusters follow the points, not what one wants to know of them."
        ),
    ],
)
def clusters_and_classes(random):
    centres = torch.tensor([[0.0, 0.0], [8.0, 0.0], [0.0, 8.0]])  # free: any three far apart
    heap = torch.arange(300) % 3
    points = centres[heap] + random.normal(300, 2)
    middles = points[:3]  # one point of each heap to begin with
    for _ in range(10):  # k-means
        nearest = torch.cdist(points, middles).argmin(1)
        middles = torch.stack([points[nearest == cluster].mean(0) for cluster in range(3)])

    def accuracy(truth):  # one labelled point a cluster: the one next to its middle
        asked = torch.cdist(middles, points).argmin(1)
        return (truth[asked][nearest] == truth).double().mean()

    across = (points - centres[heap])[:, 0] > 0  # the right half of each heap against the left
    return {"agreeing": accuracy(heap), "crossing": accuracy(across)}
