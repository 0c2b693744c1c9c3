"""Proofs for the chapter features-and-encoding."""

from __future__ import annotations

from quizprep.citations import BISHOP, DEEP_LEARNING, STATISTICAL_LEARNING
from quizprep.lazy import torch
from quizprep.picture import bars
from quizprep.proofs import claim, mistake, proof, step, symbol


@proof(
    "one-hot-distance",
    title="One-hot codes are equally far apart",
    statement="The one-hot codes of two different classes are orthogonal and √2 apart, whatever the classes' numbers.",
    symbols={
        "i": symbol("count in 0..9", "number of the first class"),
        "j": symbol("count in 0..9", "number of the second class"),
    },
    where=["i != j"],
    steps={
        "first": step("one_hot(i, 10)"),
        "second": step("one_hot(j, 10)"),
        "similarity": step("first · second"),
        "distance": step("norm(first - second)"),
    },
    source=f"{BISHOP}, section 4.1.2",
    mistakes=[
        mistake(
            "difference-of-numbers",
            "abs(i - j)",
            "That is the distance of the integer codes, which one-hot codes are meant to remove.",
        ),
        mistake("one", "1", "The codes differ in two places, not in one."),
        mistake("root-forgotten", "sum((first - second)^2)", "That is the squared distance."),
        mistake("similarity", "first · second", "That is the inner product: 0, the codes are orthogonal."),
    ],
    claims=[claim("similarity == 0", "Different classes are orthogonal.")],
)
def one_hot_distance(i, j):
    classes = torch.arange(10)
    first, second = (classes == i) + 0.0, (classes == j) + 0.0
    return {"first": first, "second": second, "similarity": first @ second, "distance": (first - second).norm()}


@one_hot_distance.oracle("operator", "torch.nn.functional.one_hot, torch.cdist")
def _(i, j):
    codes = torch.nn.functional.one_hot(torch.stack([i, j]).long(), 10).to(i.dtype)
    return {"distance": torch.cdist(codes, codes)[0, 1], "similarity": (codes @ codes.T)[0, 1]}


@proof(
    "embedding-lookup",
    title="An embedding is a lookup",
    statement=(
        "Multiplying a one-hot code with the weight matrix picks one row: an embedding layer looks it up directly."
    ),
    symbols={
        "W": symbol("matrix[v, d]", "embedding matrix, one row a word"),
        "i": symbol("count in 0..3", "id of the word, from 0"),
    },
    lengths={"v": 4},
    steps={
        "code": step("one_hot(i, 4)"),
        "vector": step("code W"),
    },
    source=f"{DEEP_LEARNING}, section 12.4.2",
    mistakes=[
        mistake("counted-from-one", "one_hot(mod(i + 3, 4), 4) W", "The ids count from 0: id 1 is the second row."),
        mistake("average", "mean(W, axis=0)", "That is the average of all rows, not the row of this word."),
        mistake("id-as-a-number", "i * W_1", "The id is no quantity to multiply with; it names a row."),
        mistake("all-rows-added", "sum(W, axis=0)", "A one-hot code has a single 1, so a single row remains."),
    ],
)
def embedding_lookup(W, i):
    code = (torch.arange(4) == i) + 0.0
    return {"code": code, "vector": code @ W}


@embedding_lookup.oracle("operator", "torch.nn.functional.embedding")
def _(W, i):
    return torch.nn.functional.embedding(i.long(), W)


@proof(
    "embedding-size",
    title="Numbers in an embedding layer",
    statement="An embedding of V words in d dimensions learns V·d numbers, one row of d a word.",
    symbols={
        "V": symbol("positive-count in 2..5000", "size of the vocabulary"),
        "d": symbol("positive-count in 2..300", "dimensions of a word vector"),
        "n": symbol("positive-count in 2..50", "words in the input"),
    },
    steps={
        "parameters": step("V d"),
        "output_numbers": step("n d"),
        "one_hot_numbers": step("n V"),
    },
    result="parameters",
    source=f"{DEEP_LEARNING}, section 12.4.2",
    mistakes=[
        mistake("added", "V + d", "Every word has d numbers of its own, so the two multiply."),
        mistake("with-bias", "V d + d", "An embedding has no bias."),
        mistake(
            "size-of-the-output", "n d", "That is the size of the output for this input; the layer holds all words."
        ),
        mistake("size-of-the-one-hot-input", "n V", "That is the size of the one-hot input."),
    ],
)
def embedding_size(V, d, n):
    return {"parameters": V * d, "output_numbers": n * d, "one_hot_numbers": n * V}


@embedding_size.oracle("operator", "torch.nn.Embedding (meta device)", samples=6)
def _(V, d, n):
    layer = torch.nn.Embedding(int(V), int(d), device="meta")
    ids = torch.zeros(int(n), dtype=torch.long, device="meta")
    codes = torch.nn.functional.one_hot(torch.zeros(int(n), dtype=torch.long), int(V))
    sizes = (layer.weight.numel(), layer(ids).numel(), codes.numel())
    return dict(zip(("parameters", "output_numbers", "one_hot_numbers"), torch.tensor(sizes) + 0.0, strict=True))


@proof(
    "standardisation",
    title="Standardisation",
    statement=(
        "(x − mean) / standard deviation has mean 0 and standard deviation 1; the shape of the distribution stays."
    ),
    symbols={"x": symbol("vector[n]", "values of a feature")},
    where=["std(x) > 0.05"],
    steps={
        "centre": step("mean(x)", aliases=["mu", "μ", "u"]),
        "deviation": step("std(x)", aliases=["s", "sigma", "σ"]),
        "z": step("(x - centre) / deviation"),
    },
    source=f"{STATISTICAL_LEARNING}, section 14.3.3",
    mistakes=[
        mistake(
            "divided-by-the-variance",
            "(x - mean(x)) / var(x)",
            "Divide by the standard deviation, not by the variance.",
        ),
        mistake("not-centred", "x / std(x)", "The mean must be subtracted first."),
        mistake("min-max", "(x - min(x)) / (max(x) - min(x))", "That is min-max scaling."),
        mistake("not-scaled", "x - mean(x)", "That only centres the values; divide by the standard deviation as well."),
        mistake(
            "sample-deviation",
            "(x - centre) / std(x, ddof=1)",
            "The deviation is divided by n − 1, as in R and pandas; here, as in scikit-learn, by n.",
            variant=True,
        ),
    ],
    claims=[
        claim("abs(mean(z)) < 1e-9 and abs(std(z) - 1) < 1e-9", "Mean 0 and standard deviation 1."),
        claim("abs(mean(z^3) - mean((x - centre)^3) / deviation^3) < 1e-6", "The skewness stays."),
    ],
    picture=bars("x", "z"),
)
def standardisation(x):
    centre, deviation = x.mean(), x.std(correction=0)
    return {"centre": centre, "deviation": deviation, "z": (x - centre) / deviation}


@standardisation.oracle("operator", "torch.nn.functional.layer_norm", tolerance=1e-7)
def _(x):
    return torch.nn.functional.layer_norm(x, x.shape, eps=0.0)


@proof(
    "min-max-scaling",
    title="Min-max scaling",
    statement="(x − min) / (max − min) maps the smallest value to 0 and the largest to 1.",
    symbols={"x": symbol("vector[n]", "values of a feature")},
    where=["max(x) - min(x) > 0.05"],
    steps={
        "low": step("min(x)", aliases=["x_min"]),
        "high": step("max(x)", aliases=["x_max"]),
        "span": step("max(x) - min(x)"),
        "scaled": step("(x - low) / span"),
    },
    source="Han, Kamber, Pei, Data Mining: Concepts and Techniques (3rd ed., 2011), section 3.5.2",
    mistakes=[
        mistake(
            "divided-by-the-maximum", "x / max(x)", "The minimum must be subtracted, and the range is the divisor."
        ),
        mistake("wrong-divisor", "(x - min(x)) / max(x)", "Divide by the range, maximum minus minimum."),
        mistake("mean-subtracted", "(x - mean(x)) / (max(x) - min(x))", "The minimum is subtracted, not the mean."),
        mistake("standardised", "(x - mean(x)) / std(x)", "That is standardisation."),
    ],
    claims=[claim("min(scaled) == 0 and abs(max(scaled) - 1) < 1e-12", "The values fill [0, 1].")],
    picture=bars("x", "scaled"),
)
def min_max_scaling(x):
    low, span = x.min(), x.max() - x.min()
    return {"low": low, "high": x.max(), "span": span, "scaled": (x - low) / span}


@min_max_scaling.oracle("closed-form", "the line through (min, 0) and (max, 1), solved for", tolerance=1e-8)
def _(x):
    ends = torch.stack([x.min(), x.max()])
    slope, intercept = torch.linalg.solve(torch.stack([ends, torch.ones(2)], dim=1), torch.tensor([0.0, 1.0]))
    return slope * x + intercept


@proof(
    "share-of-the-distance",
    title="Which feature decides the distance",
    statement=(
        "A feature's share of a squared distance grows with the square of its scale; "
        "dividing by the scale removes that."
    ),
    symbols={
        "a": symbol("vector[n] of positive", "differences of two samples, feature by feature"),
        "s": symbol("vector[n] of positive", "standard deviations of the features"),
    },
    steps={
        "raw": step("a^2 / sum(a^2)"),
        "z": step("a / s"),
        "shares": step("z^2 / sum(z^2)"),
    },
    source=f"{STATISTICAL_LEARNING}, section 14.3.3",
    mistakes=[
        mistake("unscaled", "a^2 / sum(a^2)", "The features are not scaled: the one with the largest values decides."),
        mistake(
            "multiplied", "(a * s)^2 / sum((a * s)^2)", "Divide by the standard deviation; multiplying makes it worse."
        ),
        mistake("not-squared", "z / sum(z)", "The Euclidean distance adds squares."),
    ],
    claims=[claim("abs(sum(shares) - 1) < 1e-9", "The shares sum to 1.")],
)
def share_of_the_distance(a, s):
    z = a / s
    return {"raw": a.square() / a.square().sum(), "z": z, "shares": z.square() / z.square().sum()}


@share_of_the_distance.oracle("autograd", "relative growth of the distance with each feature")
def _(a, s):
    def log_distance(differences, scales):
        return torch.dist(differences / scales, torch.zeros_like(differences)).log()

    return {
        "shares": a * torch.func.grad(log_distance)(a, s),
        "raw": a * torch.func.grad(log_distance)(a, torch.ones_like(a)),
    }


@proof(
    "scaling-for-nearest-neighbours",
    title="Scaling and nearest neighbours",
    statement=(
        "Unscaled, a noise feature with values in the thousands decides the neighbours; standardised, "
        "the informative one counts."
    ),
    symbols={},
    steps={
        "raw_score": step(note="1-NN accuracy on raw features", within=(0.41, 0.63)),
        "scaled_score": step(note="1-NN accuracy on standardised features", within=(0.914, 1)),
        "tree_raw": step(note="accuracy of the best single threshold, raw", within=(0.949, 1)),
        "tree_scaled": step(note="the same, standardised", within=(0.949, 1.017)),
    },
    source=f"{STATISTICAL_LEARNING}, section 13.3",
    claims=[
        claim("raw_score < 0.62", "Raw, 1-NN is hardly better than chance."),
        claim("scaled_score > 0.85", "Standardised, it classifies well."),
        claim("tree_raw == tree_scaled", "A threshold rule does not care about scales."),
    ],
    mistakes=[
        mistake(
            "scaling-does-not-matter",
            "abs(raw_score - scaled_score) < 0.1",
            "Distances depend on the units of the features.",
        ),
    ],
)
def scaling_for_nearest_neighbours(random):
    def drawn(rows):
        labels = torch.arange(rows) % 2
        informative = random.normal(rows) * 0.25 + labels  # free: any noise that leaves two groups
        return torch.stack([informative, 1000 * random.normal(rows)], dim=1), labels  # free: in the thousands, or more

    (x, y), (new_x, new_y) = drawn(300), drawn(500)
    scale = x.std(dim=0)

    def score(divisor):
        nearest = torch.cdist(new_x / divisor, x / divisor).argmin(dim=1)
        return (y[nearest] == new_y).double().mean()

    def best_threshold(divisor):
        values = x / divisor  # each sample's value tried as threshold, in either feature
        agree = ((values.unsqueeze(0) >= values.unsqueeze(1)).long() == y.view(1, -1, 1)).double().mean(dim=1)
        return torch.maximum(agree, 1 - agree).max()

    return {
        "raw_score": score(torch.ones(2)),
        "scaled_score": score(scale),
        "tree_raw": best_threshold(torch.ones(2)),
        "tree_scaled": best_threshold(scale),
    }


@proof(
    "outlier-and-scaling",
    title="An outlier under min-max scaling",
    statement="One outlier stretches the range, so min-max scaling squeezes all other values together.",
    symbols={
        "m": symbol("positive-count in 2..9", "largest ordinary value (1, 2, ..., m)"),
        "o": symbol("positive in 10..5000", "outlier"),
    },
    steps={"squeezed": step("(m - 1) / (o - 1)")},
    source="Han, Kamber, Pei, Data Mining: Concepts and Techniques (3rd ed., 2011), section 3.5.2",
    mistakes=[
        mistake("share-of-the-maximum", "m / o", "The minimum 1 must be subtracted on top and below."),
        mistake("outlier-ignored", "1", "m is not the largest value any more; the outlier is."),
        mistake("gap-to-the-outlier", "(o - m) / (o - 1)", "That is the empty part of the range."),
    ],
)
def outlier_and_scaling(m, o):
    return {"squeezed": (m - 1) / (o - 1)}


@outlier_and_scaling.oracle("brute-force", "scaling 1, 2, ..., m and the outlier")
def _(m, o):
    values = torch.cat([torch.arange(1, int(m) + 1) + 0.0, o.unsqueeze(0)])
    scaled = torch.lerp(
        torch.zeros(len(values)), torch.ones(len(values)), (values - values.min()) / values.sub(values.min()).max()
    )
    return scaled[:-1].max()


@proof(
    "product-feature",
    title="A combined feature",
    statement="If the class is the sign of x₁x₂, no linear rule on x₁ and x₂ works, but their product alone decides.",
    symbols={},
    steps={
        "linear_score": step(note="accuracy of a linear rule on x₁ and x₂", within=(0.29, 0.77)),
        "product_score": step(note="accuracy with the product as a feature", within=(0.84, 1)),
        "largest_correlation": step(note="largest correlation of x₁ or x₂ with the class", within=(0, 0.11)),
    },
    source=f"{DEEP_LEARNING}, section 6.1",
    claims=[
        claim(
            "linear_score < 0.7 and product_score > linear_score + 0.2",
            "The raw features are of little use to a linear rule.",
        ),
        claim("product_score > 0.85", "The product makes the task easy."),
        claim("largest_correlation < 0.2", "Neither feature correlates with the class."),
    ],
    mistakes=[
        mistake("no-correlation-no-use", "product_score < 0.6", "Features without correlation can decide together."),
    ],
)
def product_feature(random):
    x = random.normal(1000, 2)
    y = x.prod(dim=1).sign()

    def score(features):
        weights = torch.linalg.lstsq(features, y.unsqueeze(1)).solution.squeeze(1)
        return ((features @ weights).sign() == y).double().mean()

    ones = torch.ones(1000, 1)
    correlations = torch.corrcoef(torch.cat([x, y.unsqueeze(1)], dim=1).T)[:2, 2]
    return {
        "linear_score": score(torch.cat([ones, x], dim=1)),
        "product_score": score(torch.cat([ones, x, x.prod(dim=1, keepdim=True)], dim=1)),
        "largest_correlation": correlations.abs().max(),
    }


@proof(
    "correlation-misses-a-parabola",
    title="Correlation misses a parabola",
    statement=(
        "On [−1, 1] the correlation of x and (x − c)² has the sign of −c and is 0 at c = 0, although x determines the "
        "square for every c."
    ),
    symbols={"c": symbol("real in -3..3", "where the parabola has its lowest point")},
    steps={
        "correlation": step("-2 c / sqrt(4 / 15 + 4 c^2)"),
        "line_fit": step("correlation^2"),
        "neighbour_fit": step(note="R² of the nearest of 1000 other points"),
    },
    result="correlation",
    source="Anscombe, Graphs in Statistical Analysis (The American Statistician, 1973)",
    vectorized=False,
    claims=[
        claim("c != 0 or abs(correlation) < 1e-9", "Without a shift the correlation is 0."),
        claim("neighbour_fit > 0.999", "Yet x determines the square: neighbours tell it."),
    ],
    mistakes=[
        mistake(
            "sign-of-the-shift", "2 c / sqrt(4 / 15 + 4 c^2)", "For c > 0 most of the interval lies where it falls."
        ),
        mistake("determined-means-one", "1", "Only a rising straight line has correlation 1."),
        mistake("square-of-it", "line_fit", "R² of a line is the square of the correlation."),
    ],
)
def correlation_misses_a_parabola(c):
    x = torch.linspace(-1, 1, 1001)
    others = (2 * x[:-1] + x[1:]) / 3
    y, known = (x - c) ** 2, (others - c) ** 2
    guess = known[torch.cdist(x[:, None], others[:, None]).argmin(dim=1)]
    correlation = -2 * c / torch.sqrt(4 / 15 + 4 * c**2)
    return {
        "correlation": correlation,
        "line_fit": correlation**2,
        "neighbour_fit": 1 - (guess - y).square().mean() / y.var(correction=0),
    }


@correlation_misses_a_parabola.oracle("operator", "torch.corrcoef", tolerance=1e-3)
def _(c):
    x = torch.linspace(-1, 1, 4001)
    return {"correlation": torch.corrcoef(torch.stack([x, (x - c) ** 2]))[0, 1]}


@correlation_misses_a_parabola.oracle("brute-force", "the point at one third of each of 1000 steps")
def _(c):
    error = spread = torch.zeros(())
    x = torch.arange(1001) / 500 - 1
    mean = (x**2).mean() + c**2
    for place in range(1001):
        other = (min(place, 999) + 1 / 3) / 500 - 1
        error = error + (other**2 - x[place] ** 2 - 2 * c * (other - x[place])) ** 2
        spread = spread + ((x[place] - c) ** 2 - mean) ** 2
    return {"neighbour_fit": 1 - error / spread}


@correlation_misses_a_parabola.oracle("brute-force", "least squares with a line", tolerance=1e-3)
def _(c):
    x = torch.linspace(-1, 1, 4001)
    y, inputs = (x - c) ** 2, torch.stack([torch.ones(4001), x], dim=1)
    line = (inputs @ torch.linalg.lstsq(inputs, y.unsqueeze(1)).solution).squeeze(1)
    return {"line_fit": 1 - (line - y).square().sum() / (y - y.mean()).square().sum()}


@proof(
    "selection-and-extraction",
    title="Feature selection and extraction",
    statement=(
        "Selection keeps some of the original columns; extraction (such as PCA) computes new ones from all of them."
    ),
    symbols={},
    steps={
        "selected_original": step(note="how many of two selected columns are original columns", within=(2, 2)),
        "extracted_original": step(note="how many of two principal components are original columns"),
        "width": step(note="columns after either of them", within=(2, 2)),
        "inputs_used": step(note="original columns that the first component mixes", within=(4, 4)),
    },
    source="Guyon and Elisseeff, An Introduction to Variable and Feature Selection (JMLR 2003), section 5",
    claims=[
        claim(
            "selected_original == 2 and extracted_original == 0", "Selected columns are original, extracted ones new."
        ),
        claim("width == 2 and inputs_used == 4", "Both give two columns; a component mixes all four."),
    ],
    mistakes=[
        mistake(
            "components-are-columns", "extracted_original > 0", "A principal component is a new mixture of columns."
        ),
    ],
)
def selection_and_extraction(random):
    x = random.normal(100, 4) @ random.normal(4, 4)
    y = x @ random.normal(4) + random.normal(100)
    correlations = torch.corrcoef(torch.cat([x, y.unsqueeze(1)], dim=1).T)[4, :4]
    axes = torch.linalg.svd(x - x.mean(dim=0), full_matrices=False).Vh[:2]
    selected, extracted = x[:, correlations.abs().topk(2).indices], (x - x.mean(dim=0)) @ axes.T

    def original(columns):
        return sum(bool(torch.isclose(columns[:, [index]], x).all(dim=0).any()) for index in range(2))

    return {
        "selected_original": torch.tensor(original(selected) + 0.0),
        "extracted_original": torch.tensor(original(extracted) + 0.0),
        "width": torch.tensor(extracted.shape[1] + 0.0),
        "inputs_used": (axes[0].abs() > 1e-9).double().sum(),
    }


@proof(
    "noise-features-and-neighbours",
    title="Irrelevant features and k-NN",
    statement="Irrelevant features add noise to every distance: 5-NN gets worse the more of them there are.",
    symbols={},
    steps={
        "score_0": step(note="accuracy with 2 informative features", within=(0.77, 0.89)),
        "score_30": step(note="with 30 noise features more", within=(0.65, 0.83)),
        "score_100": step(note="with 100 noise features more", within=(0.57, 0.76)),
    },
    source=f"{STATISTICAL_LEARNING}, sections 2.5 and 13.4",
    claims=[
        claim("score_0 > score_30 + 0.02 and score_30 > score_100 + 0.03", "Every noise feature costs accuracy."),
    ],
    mistakes=[
        mistake(
            "more-features-help",
            "score_100 > score_0",
            "More features help only if they say something about the class.",
        ),
    ],
)
def noise_features_and_neighbours(random):
    def drawn(rows):
        labels = torch.arange(rows) % 2
        x = random.normal(rows, 102)
        x[:, :2] += 1.5 * labels.unsqueeze(1)
        return x, labels

    (x, y), (new_x, new_y) = drawn(200), drawn(1500)

    def score(width):
        nearest = torch.cdist(new_x[:, :width], x[:, :width]).topk(5, largest=False).indices
        return ((y[nearest].double().mean(dim=1) > 0.5) == new_y).double().mean()

    return {"score_0": score(2), "score_30": score(32), "score_100": score(102)}


@proof(
    "class-shares-in-one-hot-codes",
    title="One-hot codes keep the class shares",
    statement="The mean of a one-hot column is the share of its class: encoding labels does not balance the classes.",
    symbols={"n": symbol("vector[k] of positive-count in 1..500", "samples of each class")},
    steps={
        "total": step("sum(n)"),
        "column_means": step("n / total"),
    },
    source=f"{BISHOP}, section 4.2.2",
    mistakes=[
        mistake("balanced", "n / n / len(n)", "Encoding adds and removes no sample, so the rare class stays rare."),
        mistake("column-sums", "n", "Those are the sums of the columns; the mean divides by the number of samples."),
        mistake("relative-to-the-largest", "n / max(n)", "All samples count below the line, not the largest class."),
    ],
    claims=[claim("abs(sum(column_means) - 1) < 1e-9", "Every row has a single 1, so the means sum to 1.")],
)
def class_shares_in_one_hot_codes(n):
    total = n.sum()
    return {"total": total, "column_means": n / total}


@class_shares_in_one_hot_codes.oracle("operator", "torch.nn.functional.one_hot of every label", samples=24)
def _(n):
    labels = torch.arange(len(n)).repeat_interleave(n.long())
    return {"total": len(labels) + 0.0, "column_means": torch.nn.functional.one_hot(labels).double().mean(dim=0)}


@proof(
    "cosine-of-word-vectors",
    title="Cosine similarity of word vectors",
    statement="The cosine of two vectors is their inner product divided by both lengths: 1 for the same direction.",
    symbols={
        "u": symbol("vector[d]", "first word vector"),
        "v": symbol("vector[d]", "second word vector"),
    },
    where=["norm(u) > 0.1", "norm(v) > 0.1"],
    steps={
        "inner": step("u · v"),
        "lengths": step("norm(u) norm(v)"),
        "cosine": step("inner / lengths"),
    },
    source="Manning, Raghavan & Schütze, Introduction to Information Retrieval (2008), section 6.3.1",
    mistakes=[
        mistake("inner-product", "u · v", "That grows with the lengths of the vectors; divide by both lengths."),
        mistake("lengths-squared", "(u · v) / (sum(u^2) sum(v^2))", "Divide by the lengths, not by their squares."),
        mistake("lengths-added", "(u · v) / (norm(u) + norm(v))", "The two lengths are multiplied, not added."),
        mistake("distance", "norm(u - v)", "That is the Euclidean distance: small for similar words, not large."),
    ],
    claims=[claim("abs(cosine) <= 1 + 1e-9", "It lies between −1 and 1.")],
    gradients=["u", "v"],
)
def cosine_of_word_vectors(u, v):
    inner, lengths = u @ v, u.norm() * v.norm()
    return {"inner": inner, "lengths": lengths, "cosine": inner / lengths}


@cosine_of_word_vectors.oracle("operator", "torch.nn.functional.cosine_similarity", tolerance=1e-8)
def _(u, v):
    return torch.nn.functional.cosine_similarity(u, v, dim=0)


@cosine_of_word_vectors.oracle("closed-form", "distance of the two directions on the unit sphere", tolerance=1e-8)
def _(u, v):
    apart = torch.nn.functional.normalize(u, dim=0) - torch.nn.functional.normalize(v, dim=0)
    return 1 - apart.square().sum() / 2


@proof(
    "words-of-one-context",
    title="Words of one context get close vectors",
    statement=(
        "Word vectors from counts of common sentences: words of one topic point the same way, one-hot codes never do."
    ),
    symbols={},
    steps={
        "same_topic": step(note="mean cosine of the vectors of two words of one topic", within=(0.99951, 1.00013)),
        "other_topic": step(note="mean cosine of words of two topics", within=(-0.283, -0.214)),
        "same_topic_one_hot": step(note="mean cosine of the one-hot codes of two words of one topic"),
    },
    source="Manning, Raghavan & Schütze, Introduction to Information Retrieval (2008), section 18.4",
    claims=[
        claim("same_topic > 0.9 and other_topic < 0", "Words that occur together get vectors that are close."),
        claim("same_topic_one_hot == 0", "One-hot codes of different words are orthogonal, related or not."),
    ],
    mistakes=[
        mistake(
            "one-hot-knows-meaning", "same_topic_one_hot > 0.1", "All one-hot codes are equally far from one another."
        ),
        mistake("any-two-words-are-close", "other_topic > same_topic", "Closeness comes from shared contexts."),
    ],
)
def words_of_one_context(random):
    topics = torch.arange(12) // 6
    sentences, length = 600, 4
    words = 6 * random.integers(2, sentences, 1) + random.integers(6, sentences, length)
    stray = random.uniform(sentences, length) < 0.1  # a tenth of the words belong to no topic
    words = torch.where(stray, random.integers(12, sentences, length), words)
    occurs = torch.nn.functional.one_hot(words, 12).double().sum(dim=1)
    together = occurs.T @ occurs
    expected = together.sum(dim=0) * together.sum(dim=1, keepdim=True) / together.sum()
    left, scale, _ = torch.linalg.svd((together / expected).log())

    def mean_cosine(vectors, pairs):
        directions = torch.nn.functional.normalize(vectors, dim=1)
        return (directions @ directions.T)[pairs].mean()

    vectors = left[:, :2] * scale[:2].sqrt()
    same = (topics == topics.unsqueeze(1)) & ~torch.eye(12, dtype=torch.bool)
    return {
        "same_topic": mean_cosine(vectors, same),
        "other_topic": mean_cosine(vectors, topics != topics.unsqueeze(1)),
        "same_topic_one_hot": mean_cosine(torch.eye(12), same),
    }


@proof(
    "bag-of-words",
    title="A text as counts of its words",
    statement=(
        "A bag of words counts how often each word of the vocabulary occurs in a text; the order of the words is lost."
    ),
    symbols={"ids": symbol("vector[n] of count in 0..4", "ids of the words of a text, in a vocabulary of five")},
    steps={"counts": step("sum(one_hot(ids, 5), axis=0)")},
    source="Manning, Raghavan & Schütze, Introduction to Information Retrieval (2008), section 6.2",
    mistakes=[
        mistake(
            "presence-only",
            "min(sum(one_hot(ids, 5), axis=0), 1)",
            "That says which words occur; a bag of words counts how often.",
        ),
        mistake("first-word-only", "one_hot(ids_1, 5)", "That is the one-hot code of the first word alone."),
        mistake(
            "shares",
            "mean(one_hot(ids, 5), axis=0)",
            "Those are shares of the words; the counts are not divided by the length.",
        ),
    ],
    claims=[claim("sum(counts) == n", "Every word is counted once.")],
)
def bag_of_words(ids):
    return {"counts": ((torch.arange(5) == ids.unsqueeze(-1)) + 0.0).sum(dim=-2)}


@bag_of_words.oracle("operator", "torch.bincount")
def _(ids):
    return torch.bincount(ids.long(), minlength=5) + 0.0


@proof(
    "descent-on-unequal-scales",
    title="Gradient descent on features of unequal scale",
    statement=(
        "For uncorrelated features of mean squares a and b the best learning rate leaves |a − b| / (a + b) of the "
        "distance a step; at equal scales one step suffices."
    ),
    symbols={
        "a": symbol("positive in 0.5..200", "mean square of the first feature"),
        "b": symbol("positive in 0.5..200", "mean square of the second feature"),
    },
    steps={
        "rate": step("1 / (a + b)"),
        "first": step("1 - 2 rate a"),
        "second": step("1 - 2 rate b"),
        "remaining": step("abs(a - b) / (a + b)"),
    },
    source=f"{DEEP_LEARNING}, section 4.3.1; Nocedal & Wright, Numerical Optimization (2nd ed., 2006), section 3.3",
    mistakes=[
        mistake(
            "ratio", "min(a, b) / max(a, b)", "That is the ratio of the curvatures; equal ones leave nothing, not 1."
        ),
        mistake("not-best", "1 - min(a, b) / max(a, b)", "A rate of ½/max is safe, not the best: it may be larger."),
        mistake("difference", "abs(a - b)", "A step leaves a share of the distance: divide by a + b."),
    ],
    claims=[claim("abs(first + second) < 1e-9", "At the best rate both directions shrink equally fast.")],
)
def descent_on_unequal_scales(a, b):
    rate = 1 / (a + b)
    return {
        "rate": rate,
        "first": 1 - 2 * rate * a,
        "second": 1 - 2 * rate * b,
        "remaining": (a - b).abs() / (a + b),
    }


@descent_on_unequal_scales.oracle(
    "autograd", "eigenvalues of the second derivatives (torch.func.jacrev) of the mean squared error"
)
def _(a, b):
    inputs = torch.stack([a.sqrt(), b.sqrt()]) * torch.tensor([[1.0, 1.0], [1.0, -1.0]])
    gradient = torch.func.grad(lambda weights: (inputs @ weights).square().mean())
    hessian = torch.func.jacrev(gradient)(torch.zeros(2))
    low, high = torch.linalg.eigvalsh(hessian)
    rate = 2 / (low + high)
    return {"rate": rate, "remaining": (1 - rate * low).abs(), "first": 1 - rate * hessian[0, 0],
            "second": 1 - rate * hessian[1, 1]}  # fmt: skip


@proof(
    "scaling-and-the-fit",
    title="Scaling changes no least-squares fit",
    statement=(
        "Plain least squares predicts the same from raw and from standardised features, so its gap between test and "
        "training error stays; with a penalty the predictions change."
    ),
    symbols={},
    steps={
        "gap_raw": step(note="test minus training error of least squares on raw features", within=(0.44, 17)),
        "gap_scaled": step(note="the same on standardised features", within=(0.44, 17)),
        "plain_changes": step(note="largest change of a prediction by scaling, plain least squares"),
        "penalty_changes": step(note="the same with an L2 penalty of 1"),
    },
    source=f"{STATISTICAL_LEARNING}, section 3.4.1",
    claims=[
        claim("abs(gap_scaled - gap_raw) < 1e-6", "Scaling leaves the gap as it was."),
        claim("gap_raw > 0.2", "The model overfits, raw or scaled."),
        claim("plain_changes < 1e-6 and penalty_changes > 1", "The scale counts where weights are penalised only."),
    ],
    mistakes=[
        mistake(
            "scaling-prevents-overfitting",
            "gap_scaled < 0.9 * gap_raw",
            "The weights only change their unit; the fit is the same.",
        ),
    ],
)
def scaling_and_the_fit(random):
    weight, scale = random.normal(12), torch.logspace(-1, 1, 12)  # free: any weights

    def drawn(rows):
        x = random.normal(rows, 12)  # free: any features
        return torch.cat([torch.ones(rows, 1), x * scale], dim=1), x @ weight + random.normal(rows)

    (x, y), (new_x, new_y) = drawn(24), drawn(2000)
    deviation = torch.cat([torch.ones(1), x[:, 1:].std(dim=0)])

    def predictor(features, penalty):
        shrink = penalty * torch.diag(torch.cat([torch.zeros(1), torch.ones(12)]))
        return torch.linalg.solve(features.T @ features + shrink, features.T @ y)

    def gap(divisor):
        fit = predictor(x / divisor, 0.0)
        return (new_x / divisor @ fit - new_y).square().mean() - (x / divisor @ fit - y).square().mean()

    def largest_change(penalty):
        raw, scaled = new_x @ predictor(x, penalty), new_x / deviation @ predictor(x / deviation, penalty)
        return (raw - scaled).abs().max()

    return {
        "gap_raw": gap(torch.ones(13)),
        "gap_scaled": gap(deviation),
        "plain_changes": largest_change(0.0),
        "penalty_changes": largest_change(1.0),
    }


@proof(
    "smote-sample",
    title="A synthetic sample of SMOTE",
    statement=(
        "SMOTE makes a new sample of the rare class at a random place between one of its samples and a near neighbour "
        "of the same class."
    ),
    symbols={
        "x": symbol("vector[d]", "sample of the rare class"),
        "z": symbol("vector[d]", "one of its nearest neighbours in the rare class"),
        "u": symbol("open-probability in 0.05..0.95", "random number between 0 and 1"),
    },
    steps={
        "difference": step("z - x"),
        "synthetic": step("x + u difference"),
    },
    source="Chawla, Bowyer, Hall & Kegelmeyer, SMOTE (Journal of Artificial Intelligence Research, 2002), section 4.2",
    mistakes=[
        mistake("copy", "x + 0 z", "That is a copy, as in plain oversampling; SMOTE makes new samples."),
        mistake("midpoint", "(x + z) / 2", "The place between the two is drawn at random, not always the middle."),
        mistake(
            "neighbour-added", "x + u z", "The difference of the two is added, so that the sample lies between them."
        ),
        mistake("beyond", "x - u (z - x)", "That lies on the other side of x, away from the neighbour."),
    ],
    claims=[claim("norm(synthetic - x) <= norm(z - x)", "It lies on the line between the two.")],
)
def smote_sample(x, z, u):
    difference = z - x
    return {"difference": difference, "synthetic": x + u * difference}


@smote_sample.oracle("operator", "torch.nn.functional.grid_sample", tolerance=1e-9)
def _(x, z, u):
    line = torch.stack([x, z], dim=1).unsqueeze(0)  # one image row for each coordinate
    grid = torch.stack([2 * u - 1, torch.zeros(())]).view(1, 1, 1, 2)
    return torch.nn.functional.grid_sample(line.unsqueeze(2), grid, align_corners=True).flatten()
