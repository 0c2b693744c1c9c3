"""Proofs for the chapter autoregressive-generative-models."""

from __future__ import annotations

import itertools
import math

from quizprep.citations import BISHOP
from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

# --- what a generative model learns -----------------------------------------------------------------------------


@proof(
    "learned-frequencies",
    title="A generative model of one die",
    statement=(
        "The categorical model that fits counts best has their frequencies; its samples follow the same distribution."
    ),
    symbols={
        "c": symbol("vector[k] of positive-count", "how often each value was seen", aliases=["counts"]),
        "m": symbol("positive-count", "samples drawn from the model"),
    },
    steps={
        "p": step("c / sum(c)"),
        "expected": step("m * c / sum(c)"),
    },
    source=f"{BISHOP}, section 2.2",
    mistakes=[
        mistake("uniform", "m / k + 0 * c", "The samples follow the learned distribution, they are not spread evenly."),
        mistake("replay", "c", "The training data are not replayed: m new values are drawn."),
        mistake(
            "adding-up",
            "m + c",
            "New samples are not added to the data; their number is shared out by the learned probabilities.",
        ),
    ],
)
def learned_frequencies(c, m):
    p = c / c.sum()
    return {"p": p, "expected": m * p}


@learned_frequencies.oracle("operator", "the mean of torch.distributions.Multinomial")
def _(c, m):
    model = torch.distributions.Multinomial(total_count=int(m), logits=c.log())
    return {"p": model.probs, "expected": model.mean}


@learned_frequencies.oracle("autograd", "the likelihood is flat at the softmax that rebuilds the counts", samples=16)
def _(c, m):
    logits = c.log().detach().requires_grad_()
    (slope,) = torch.autograd.grad((c * logits.log_softmax(0)).sum(), logits)  # counts less what is expected
    expected = c.detach() - slope
    return {
        "p": expected / torch.dot(c, torch.ones_like(c)),
        "expected": expected * (m / torch.dot(c, torch.ones_like(c))),
    }


@proof(
    "new-samples",
    title="New samples, not copies",
    statement=(
        "Samples of a fitted model show the correlation of the data without repeating any of its points; "
        "shuffled columns lose it."
    ),
    symbols={},
    steps={
        "correlation_data": step(note="correlation of the training data", within=(0.67, 0.88)),
        "correlation_model": step(note="correlation of samples of the fitted model", within=(0.6, 0.95)),
        "correlation_shuffled": step(note="correlation with each column sampled by itself", within=(-0.28, 0.21)),
        "copies_model": step(note="share of the model's samples that are training points"),
        "copies_memory": step(note="the same for points drawn from the training set"),
    },
    result="correlation_model",
    source="Goodfellow, NIPS 2016 Tutorial: Generative Adversarial Networks (2016), section 1",
    vectorized=False,
    claims=[
        claim("abs(correlation_model - correlation_data) < 0.12", "The correlation is learned."),
        claim("correlation_model > 0.6", "It is strong."),
        claim("correlation_shuffled < 0.3", "Learning each variable alone loses it."),
        claim("copies_model = 0 and copies_memory = 1", "Only the memory copies."),
    ],
    mistakes=[
        mistake(
            "copying",
            "copies_model > 0.5",
            "Samples are drawn from the learned distribution, not from the list of training points.",
        ),
        mistake(
            "columns-suffice",
            "correlation_shuffled > 0.6",
            "The distribution of each variable alone does not tell how they go together.",
        ),
    ],
)
def new_samples(random):
    first, noise = random.normal(2, 500)
    data = torch.stack([first, 0.8 * first + 0.6 * noise], 1)
    fitted = torch.distributions.MultivariateNormal(data.mean(0), data.T.cov())
    samples = fitted.loc + random.normal(500, 2) @ fitted.scale_tril.T
    memory = data[random.integers(500, 500)]
    shuffled = torch.stack([data[random.permutation(500), 0], data[random.permutation(500), 1]], 1)

    def copies(points):
        return (points.unsqueeze(1) == data).all(2).any(1).double().mean()

    return {
        "correlation_data": data.T.corrcoef()[0, 1],
        "correlation_model": samples.T.corrcoef()[0, 1],
        "correlation_shuffled": shuffled.T.corrcoef()[0, 1],
        "copies_model": copies(samples),
        "copies_memory": copies(memory),
    }


# --- explicit and implicit models -------------------------------------------------------------------------------


@proof(
    "density-ratio-of-two-inputs",
    title="An explicit model compares two inputs",
    statement="A density N(μ, σ²) tells how many times more plausible one input is than another.",
    symbols={
        "mu": symbol("real in -3..3", "mean of the model"),
        "sigma": symbol("positive in 0.3..3", "standard deviation of the model"),
        "a": symbol("real in -3..3", "first input"),
        "b": symbol("real in -3..3", "second input"),
    },
    steps={
        "log_ratio": step("((b - mu)^2 - (a - mu)^2) / (2 * sigma^2)"),
        "ratio": step("exp(log_ratio)"),
    },
    result="log_ratio",
    source=f"{BISHOP}, section 2.3",
    mistakes=[
        mistake("missing-two", "((b - mu)^2 - (a - mu)^2) / sigma^2", "The exponent of a Gaussian has the factor ½."),
        mistake(
            "other-way",
            "((a - mu)^2 - (b - mu)^2) / (2 * sigma^2)",
            "The sign is flipped: the farther from the mean, the smaller the density.",
        ),
        mistake(
            "not-squared", "(abs(b - mu) - abs(a - mu)) / sigma", "A Gaussian falls with the square of the distance."
        ),
        mistake(
            "deviation-not-squared", "((b - mu)^2 - (a - mu)^2) / (2 * sigma)", "Divide by the variance σ², not by σ."
        ),
    ],
)
def density_ratio_of_two_inputs(mu, sigma, a, b):
    log_ratio = ((b - mu) ** 2 - (a - mu) ** 2) / (2 * sigma**2)
    return {"log_ratio": log_ratio, "ratio": torch.exp(log_ratio)}


@density_ratio_of_two_inputs.oracle("operator", "torch.distributions.Normal.log_prob")
def _(mu, sigma, a, b):
    model = torch.distributions.Normal(mu, sigma)
    log_ratio = model.log_prob(a) - model.log_prob(b)
    return {"log_ratio": log_ratio, "ratio": log_ratio.exp()}


@proof(
    "explicit-and-implicit-models",
    title="Explicit and implicit models",
    statement=(
        "Near a point a Gaussian density gives the share of its samples that lie there; the samples that a network "
        "makes of one noise number lie on a curve, and no density in the plane belongs to them."
    ),
    symbols={},
    steps={
        "density_agrees": step(
            note="share of the Gaussian's samples near a point, over what its density says", within=(0.93, 1.04)
        ),
        "density_growth": step(
            note="samples per area near a point, in a circle of a fifth of the radius over the larger",
            within=(0.74, 1.37),
        ),
        "network_growth": step(note="the same for the network's samples"),
        "density_spread": step(note="standard deviation of the Gaussian's samples", within=(0.9958, 1.0042)),
        "network_spread": step(note="standard deviation of the network's samples", within=(0, 5.9)),
    },
    result="network_growth",
    source="Goodfellow, NIPS 2016 Tutorial: Generative Adversarial Networks (2016), section 2",
    vectorized=False,
    claims=[
        claim("abs(density_agrees - 1) < 0.1", "The density rates a point as its samples do."),
        claim("density_growth < 1.5", "Samples per area tend to a number: the density."),
        claim("network_growth > 2", "Those of the network grow without bound on the curve: there is no density."),
        claim("density_spread > 0.1 and network_spread > 0.1", "Both make different samples."),
    ],
    mistakes=[
        mistake(
            "all-models-score",
            "network_growth < 1.5",
            "A generator only says how samples are made; here no density for it even exists.",
        ),
        mistake("explicit-cannot-sample", "density_spread < 0.1", "A density can be sampled from as well."),
    ],
)
def explicit_and_implicit_models(random):
    density = torch.distributions.MultivariateNormal(torch.zeros(2), torch.tensor([[1.0, 0.6], [0.6, 1.0]]))
    first, second = random.normal(8), random.normal(8, 2)  # free: any weights

    def network(noise):  # one number in, two out
        return torch.tanh(noise[:, None] * first) @ second  # free: any network

    drawn, made = random.normal(300_000, 2) @ density.scale_tril.T, network(random.normal(300_000))
    small, large = 0.04, 0.2  # radii
    inside, on_the_curve = torch.tensor([0.3, 0.2]), network(torch.tensor([0.3]))[0]

    def per_area(samples, point, radius):
        return ((samples - point).norm(dim=1) < radius).double().mean() / (torch.pi * radius**2)

    return {
        "density_agrees": per_area(drawn, inside, large) / density.log_prob(inside).exp(),
        "density_growth": per_area(drawn, inside, small) / per_area(drawn, inside, large),
        "network_growth": per_area(made, on_the_curve, small) / per_area(made, on_the_curve, large),
        "density_spread": drawn.std(),
        "network_spread": made.std(),
    }


@proof(
    "pixel-by-pixel-likelihood",
    title="Likelihood of an image, pixel by pixel",
    statement=(
        "The probability of a binary image is the product of its conditionals: pᵢ where the pixel is 1, "
        "1 − pᵢ where it is 0."
    ),
    symbols={
        "x": symbol("vector[n] of bit", "pixels of the image"),
        "p": symbol("vector[n] of open-probability in 0.02..0.98", "probability of a 1, given the pixels before"),
    },
    steps={
        "conditionals": step("x * p + (1 - x) * (1 - p)"),
        "likelihood": step("prod(x * p + (1 - x) * (1 - p))"),
        "nll": step("-log(likelihood)", aliases=["loss"]),
    },
    result="likelihood",
    source="Larochelle & Murray, The Neural Autoregressive Distribution Estimator (2011), section 2",
    mistakes=[
        mistake("ones-only", "prod(p^x)", "A pixel that is 0 counts too, with the probability 1 − p."),
        mistake("product-of-p", "prod(p)", "That is the probability of the image whose pixels are all 1."),
        mistake("mean", "mean(x * p + (1 - x) * (1 - p))", "The conditionals are multiplied, not averaged."),
        mistake("swapped", "prod(x * (1 - p) + (1 - x) * p)", "0 and 1 are swapped: p is the probability of a 1."),
    ],
)
def pixel_by_pixel_likelihood(x, p):
    conditionals = x * p + (1 - x) * (1 - p)
    likelihood = conditionals.prod()
    return {"conditionals": conditionals, "likelihood": likelihood, "nll": -torch.log(likelihood)}


@pixel_by_pixel_likelihood.oracle("operator", "torch.distributions.Bernoulli and binary_cross_entropy")
def _(x, p):
    log_conditionals = torch.distributions.Bernoulli(p).log_prob(x)
    nll = torch.nn.functional.binary_cross_entropy(p, x, reduction="sum")
    return {"conditionals": log_conditionals.exp(), "likelihood": log_conditionals.sum().exp(), "nll": nll}


@proof(
    "chain-rule-of-two-pixels",
    title="Two pixels, two orders",
    statement="Either order of two pixels rebuilds the same joint probability, from different conditionals.",
    symbols={
        "p": symbol("open-probability", "P(x₁ = 1)"),
        "q": symbol("open-probability", "P(x₂ = 1 | x₁ = 1)"),
        "r": symbol("open-probability", "P(x₂ = 1 | x₁ = 0)"),
    },
    steps={
        "both": step("p * q"),
        "second": step("p * q + (1 - p) * r"),
        "first_given_second": step("both / second"),
        "rebuilt": step("second * first_given_second"),
    },
    result="second",
    source="Koller & Friedman, Probabilistic Graphical Models (2009), section 2.1",
    mistakes=[
        mistake("only-after-one", "p * q", "That is the probability that both are 1; x₂ can also be 1 after x₁ = 0."),
        mistake("plain-mean", "(q + r) / 2", "The two cases are weighted with the probabilities of x₁."),
        mistake("conditional-added", "q + r", "Conditionals on different events cannot simply be added."),
        mistake("weights-swapped", "(1 - p) * q + p * r", "The weights are swapped: q belongs to x₁ = 1."),
    ],
)
def chain_rule_of_two_pixels(p, q, r):
    both = p * q
    second = both + (1 - p) * r
    first_given_second = both / second
    return {
        "both": both,
        "second": second,
        "first_given_second": first_given_second,
        "rebuilt": second * first_given_second,
    }


@chain_rule_of_two_pixels.oracle("brute-force", "summing the table of the joint distribution")
def _(p, q, r):
    first = torch.stack([1 - p, p])
    table = torch.diag(first) @ torch.stack([torch.stack([1 - r, r]), torch.stack([1 - q, q])])  # rows x1, columns x2
    column = table.T.sum(1)
    return {
        "both": table[1, 1],
        "second": column[1],
        "first_given_second": table.T.div(column.unsqueeze(1))[1, 1],
        "rebuilt": table[1, 1],
    }


@proof(
    "nade-sums-to-one",
    title="NADE gives a normalised probability",
    statement=(
        "With any weights NADE's probabilities of all images sum to 1, and a pixel depends on the earlier ones only."
    ),
    symbols={},
    steps={
        "total": step(note="sum of the probabilities of all 2⁶ images of six pixels"),
        "later_change": step(note="change of the conditionals of pixels 1 to 4 when pixel 4 changes"),
        "earlier_change": step(note="change of the conditional of pixel 6 when pixel 4 changes", within=(0, 8)),
        "independence_gap": step(
            note="distance of the joint from the product of its pixels' marginals (total variation)",
            within=(0, 0.46),
        ),
    },
    result="total",
    source="Larochelle & Murray, The Neural Autoregressive Distribution Estimator (2011), section 3",
    vectorized=False,
    claims=[
        claim("abs(total - 1) < 1e-9", "The joint is normalised."),
        claim("later_change < 1e-12", "No pixel sees itself or a later one."),
        claim("earlier_change > 1e-5", "A pixel sees the earlier ones."),
        claim("independence_gap > 0.004", "The pixels are not independent."),
    ],
    mistakes=[
        mistake(
            "independent-pixels",
            "independence_gap < 1e-6",
            "The chain rule assumes no independence: each pixel depends on the earlier ones.",
        ),
        mistake(
            "unnormalised",
            "abs(total - 1) > 0.01",
            "Each conditional is a probability, so their products sum to 1 without a normaliser.",
        ),
    ],
)
def nade_sums_to_one(random):
    weights, outputs = 2 * random.normal(5, 6), 2 * random.normal(6, 5)  # free: any weights
    bias, offset = random.normal(5), random.normal(6)  # free: any biases

    def conditionals(images):  # P(pixel i = 1 | pixels before i)
        hidden = [torch.sigmoid(images[:, :i] @ weights[:, :i].T + bias) for i in range(6)]
        # free: with an offset or without
        return torch.stack([torch.sigmoid(hidden[i] @ outputs[i] + offset[i]) for i in range(6)], 1)

    images = torch.tensor(list(itertools.product([0.0, 1.0], repeat=6)))
    chances = conditionals(images)
    joint = torch.where(images == 1, chances, 1 - chances).prod(1)
    marginals = joint @ images
    product = torch.where(images == 1, marginals, 1 - marginals).prod(1)
    flipped = images.clone()
    flipped[:, 3] = 1 - flipped[:, 3]
    change = (conditionals(flipped) - chances).norm(dim=0)  # over all images
    return {
        "total": joint.sum(),
        "later_change": change[:4].max(),
        "earlier_change": change[5],
        "independence_gap": (joint - product).abs().sum() / 2,
    }


@proof(
    "binary-image-states",
    title="A table for every binary image",
    statement=(
        "n binary pixels have 2ⁿ images; a full table needs 2ⁿ − 1 numbers, a Markov chain 2n − 1, "
        "independent pixels n."
    ),
    symbols={"n": symbol("size in 1..12", "binary pixels")},
    steps={
        "states": step("2^n"),
        "independent": step("n"),
        "markov": step("2 * n - 1"),
        "full": step("2^n - 1"),
    },
    source="Koller & Friedman, Probabilistic Graphical Models (2009), section 3.1",
    mistakes=[
        mistake("all-states", "2^n", "The probabilities sum to 1, so the last one follows from the others."),
        mistake("two-for-each-pixel", "2 * n", "The states of the pixels multiply: 2·2·…·2, not 2 + 2 + … + 2."),
        mistake("independent-pixels", "n", "One number for each pixel suffices only if the pixels are independent."),
        mistake(
            "unrestricted", "2^n - 1", "That many are needed without any assumption about the pixels.", of="markov"
        ),
        mistake(
            "first-pixel-too",
            "2 * n",
            "The first pixel has none before it and needs one probability, not two.",
            of="markov",
        ),
        mistake(
            "no-neighbour", "n", "A pixel needs one probability for either value of the pixel before it.", of="markov"
        ),
        mistake("square", "n^2 - 1", "2 and n are swapped: n factors of 2."),
    ],
)
def binary_image_states(n):
    return {"states": 2**n, "independent": n, "markov": 2 * n - 1, "full": 2**n - 1}


@binary_image_states.oracle("brute-force", "listing all images and the contexts of each pixel")
def _(n):
    images = list(itertools.product((0, 1), repeat=n))

    def rows(seen):  # different contexts of each pixel, one free number for each
        return sum(len({image[seen(i) : i] for image in images}) for i in range(n))

    return {
        "states": len(set(images)),
        "independent": rows(lambda i: i),
        "markov": rows(lambda i: max(i - 1, 0)),
        "full": rows(lambda i: 0),
    }


@proof(
    "uniform-image-bits",
    title="Pixels at chance level",
    statement=(
        "If each of n conditionals over m values is uniform, "
        "the log-likelihood is −n ln m and costs log₂ m bits a dimension."
    ),
    symbols={
        "n": symbol("size in 1..800", "conditionals, one for each pixel or colour channel"),
        "m": symbol("size in 2..256", "values of each"),
    },
    steps={
        "log_likelihood": step("-n * log(m)"),
        "bits": step("-log_likelihood / (n * log(2))"),
    },
    result="log_likelihood",
    source="van den Oord, Kalchbrenner & Kavukcuoglu, Pixel Recurrent Neural Networks (2016), section 5",
    mistakes=[
        mistake("one-pixel", "-log(m)", "That is one conditional; the logs of all of them are added."),
        mistake("probability-of-one", "n / m", "The probabilities are multiplied, so that their logarithms are added."),
        mistake("sign", "n * log(m)", "The logarithm of a probability is negative."),
    ],
)
def uniform_image_bits(n, m):
    log_likelihood = -n * math.log(m)
    return {"log_likelihood": log_likelihood, "bits": -log_likelihood / (n * math.log(2))}


@uniform_image_bits.oracle("operator", "torch.nn.functional.cross_entropy with equal scores", samples=24)
def _(n, m):
    scores, values = torch.zeros(n, m), torch.zeros(n, dtype=torch.int64)
    total = torch.nn.functional.cross_entropy(scores, values, reduction="sum")
    return {
        "log_likelihood": -total,
        "bits": torch.nn.functional.cross_entropy(scores, values) / torch.tensor(2.0).log(),
    }


# --- colours, NADE and PixelRNN ---------------------------------------------------------------------------------


@proof(
    "colour-pixel-table",
    title="A table for one colour pixel",
    statement=(
        "A pixel of three channels with m values each has m³ colours; a table takes m³ − 1 numbers, "
        "independent channels 3 (m − 1)."
    ),
    symbols={"m": symbol("size in 2..256", "values of a channel")},
    steps={
        "states": step("m^3"),
        "independent": step("3 * (m - 1)"),
        "parameters": step("m^3 - 1"),
    },
    source="Koller & Friedman, Probabilistic Graphical Models (2009), section 3.1",
    mistakes=[
        mistake("all-states", "m^3", "The probabilities sum to 1, so the last one follows from the others."),
        mistake(
            "one-less-each",
            "(m - 1)^3",
            "Only one number follows from the others, not one in each channel: the colours together sum to 1.",
        ),
        mistake("channels-added", "3 * m", "The values of the channels are combined: m·m·m colours."),
        mistake(
            "independent-channels",
            "3 * (m - 1)",
            "That suffices only if the three channels are independent.",
        ),
    ],
)
def colour_pixel_table(m):
    return {
        "states": torch.tensor(m**3 + 0.0),
        "independent": torch.tensor(3 * (m - 1.0)),
        "parameters": torch.tensor(m**3 - 1.0),
    }


@colour_pixel_table.oracle("operator", "StickBreakingTransform, whose input is what a distribution leaves free")
def _(m):
    table = torch.zeros(m, m, m, device="meta")
    stick = torch.distributions.StickBreakingTransform()
    (free,), (single,) = stick.inverse_shape((table.numel(),)), stick.inverse_shape((m,))
    return {"states": table.numel() + 0.0, "independent": single + single + single + 0.0, "parameters": free + 0.0}


@proof(
    "nade-conditional",
    title="A conditional of NADE",
    statement=(
        "NADE computes P(x_i = 1 | earlier pixels) = σ(α·h + b) from the hidden units h = σ(W x + c), "
        "where x holds the earlier pixels only."
    ),
    symbols={
        "x": symbol("vector[k] of bit", "earlier pixels, x_{<i}"),
        "W": symbol("matrix[h, k]", "weights of the earlier pixels"),
        "c": symbol("vector[h]", "biases of the hidden units"),
        "a": symbol("vector[h]", "weights of the hidden units", aliases=["alpha"]),
        "b": symbol("real", "bias of the pixel"),
    },
    steps={
        "hidden": step("sigmoid(W x + c)"),
        "score": step("dot(a, hidden) + b"),
        "p": step("sigmoid(score)", aliases=["p_i"]),
    },
    source="Larochelle & Murray, The Neural Autoregressive Distribution Estimator (2011), section 3",
    mistakes=[
        mistake("no-output-sigmoid", "score", "The score goes through a sigmoid, or it would be no probability."),
        mistake("linear-hidden", "sigmoid(dot(a, W x + c) + b)", "The hidden units have a sigmoid of their own."),
        mistake("bias-forgotten", "sigmoid(dot(a, hidden))", "Each pixel has a bias b."),
        mistake("of-a-zero", "1 - sigmoid(score)", "That is the probability that the pixel is 0."),
    ],
)
def nade_conditional(x, W, c, a, b):
    hidden = torch.sigmoid(W @ x + c)
    score = a @ hidden + b
    return {"hidden": hidden, "score": score, "p": torch.sigmoid(score)}


@nade_conditional.oracle("operator", "torch.nn.functional.linear and torch.distributions.Bernoulli")
def _(x, W, c, a, b):
    linear = torch.nn.functional.linear
    hidden = torch.special.expit(linear(x, W, c))
    score = linear(hidden, a[None], b[None])[0]
    return {"hidden": hidden, "score": score, "p": torch.distributions.Bernoulli(logits=score).probs}


@proof(
    "nade-inputs",
    title="NADE's inputs grow pixel by pixel",
    statement=(
        "The conditional of pixel i has i − 1 inputs, so n conditionals have n(n − 1)/2 together; networks of their "
        "own with h hidden units would need h times that many input weights, NADE shares h(n − 1)."
    ),
    symbols={
        "n": symbol("size in 2..60", "pixels"),
        "i": symbol("size in 1..60", "number of a pixel, from 1"),
        "h": symbol("size in 1..20", "hidden units"),
    },
    where=("i <= n",),
    steps={
        "inputs": step("i - 1"),
        "all_inputs": step("n * (n - 1) / 2"),
        "separate_weights": step("h * all_inputs"),
        "shared_weights": step("h * (n - 1)"),
    },
    result="all_inputs",
    source="Larochelle & Murray, The Neural Autoregressive Distribution Estimator (2011), section 3",
    mistakes=[
        mistake("every-pixel-sees-all", "n * (n - 1)", "Pixel i sees the earlier pixels only: half of all pairs."),
        mistake("last-pixel-only", "n - 1", "That is what the last pixel sees; those of all pixels are added."),
        mistake("sees-itself", "n * (n + 1) / 2", "No pixel is an input of its own conditional."),
        mistake("itself-counted", "i", "The pixel itself is not among its inputs.", of="inputs"),
    ],
)
def nade_inputs(n, i, h):
    pairs = n * (n - 1) / 2
    return {
        "inputs": torch.tensor(i - 1.0),
        "all_inputs": torch.tensor(pairs),
        "separate_weights": torch.tensor(h * pairs),
        "shared_weights": torch.tensor(h * (n - 1.0)),
    }


@nade_inputs.oracle("brute-force", "which pixels come before which, listed", samples=32)
def _(n, i, h):
    before = torch.ones(n, n).tril(-1)  # row: a pixel; column: an earlier one
    networks = [torch.nn.Linear(int(row.sum()), h, bias=False, device="meta") for row in before[1:]]
    return {
        "inputs": before[i - 1].sum(),
        "all_inputs": before.sum(),
        "separate_weights": sum(network.weight.numel() for network in networks) + 0.0,
        "shared_weights": networks[-1].weight.numel() + 0.0,
    }


@proof(
    "mixture-conditional",
    title="A mixture of Gaussians for a continuous pixel",
    statement=(
        "For continuous pixels each conditional is a mixture of Gaussians: the density at x is Σ w_k N(x; μ_k, σ_k²), "
        "with weights that sum to 1."
    ),
    symbols={
        "x": symbol("real in -4..4", "value of the pixel"),
        "w": symbol("distribution[k]", "weights of the parts"),
        "mu": symbol("vector[k] of real in -3..3", "means of the parts"),
        "sigma": symbol("vector[k] of positive in 0.3..3", "standard deviations of the parts"),
    },
    steps={
        "parts": step("exp(-(x - mu)^2 / (2 * sigma^2)) / (sigma * sqrt(2 * pi))"),
        "density": step("dot(w, parts)"),
        "mean": step("dot(w, mu)"),
    },
    result="density",
    source=(
        "Uria, Murray & Larochelle, RNADE: The real-valued neural autoregressive density-estimator (2013), section 3"
    ),
    mistakes=[
        mistake("not-weighted", "sum(parts)", "The parts are weighted, with weights that sum to 1."),
        mistake(
            "one-gaussian",
            "exp(-(x - mean)^2 / 2) / sqrt(2 * pi)",
            "A mixture of Gaussians is not one Gaussian at the mean: it may have several humps.",
        ),
        mistake("multiplied", "prod(parts)", "The densities of the parts are added with weights, not multiplied."),
        mistake(
            "variance-for-deviation",
            "sum(w * exp(-(x - mu)^2 / (2 * sigma)) / (sigma * sqrt(2 * pi)))",
            "The exponent divides by the variance σ².",
        ),
    ],
)
def mixture_conditional(x, w, mu, sigma):
    parts = torch.exp(-((x - mu) ** 2) / (2 * sigma**2)) / (sigma * math.sqrt(2 * math.pi))
    return {"parts": parts, "density": (w * parts).sum(), "mean": (w * mu).sum()}


@mixture_conditional.oracle("operator", "torch.distributions.MixtureSameFamily")
def _(x, w, mu, sigma):
    distributions = torch.distributions
    normal = distributions.Normal(mu, sigma)
    mixture = distributions.MixtureSameFamily(distributions.Categorical(w), normal)
    return {"parts": normal.log_prob(x).exp(), "density": mixture.log_prob(x).exp(), "mean": mixture.mean}


@proof(
    "pixelrnn-colours",
    title="What each colour of a pixel depends on",
    statement=(
        "PixelRNN factorises an n × n RGB image into 3n² conditionals: red sees all earlier pixels, green red as well, "
        "blue both."
    ),
    symbols={
        "n": symbol("size in 1..32", "side of the image"),
        "i": symbol("size in 1..1024", "number of a pixel in raster order, from 1"),
    },
    where=("i <= n^2",),
    steps={
        "sees_red": step("3 * (i - 1)"),
        "sees_green": step("sees_red + 1"),
        "sees_blue": step("sees_red + 2"),
        "conditionals": step("3 * n^2"),
    },
    result="sees_blue",
    source="van den Oord, Kalchbrenner & Kavukcuoglu, Pixel Recurrent Neural Networks (2016), section 2.1",
    mistakes=[
        mistake("pixels-only", "3 * (i - 1)", "Red and green of the same pixel come before blue and are seen as well."),
        mistake("channel-by-itself", "i - 1", "Each colour sees all three colours of the earlier pixels."),
        mistake("itself-too", "3 * i", "A colour does not see itself."),
        mistake("one-a-pixel", "n^2", "Each pixel has three conditionals, one for each colour.", of="conditionals"),
    ],
)
def pixelrnn_colours(n, i):
    red = 3.0 * (i - 1)
    return {
        "sees_red": torch.tensor(red),
        "sees_green": torch.tensor(red + 1),
        "sees_blue": torch.tensor(red + 2),
        "conditionals": torch.tensor(3.0 * n**2),
    }


@pixelrnn_colours.oracle("brute-force", "the order of all colours of all pixels, listed", samples=32)
def _(n, i):
    order = list(itertools.product(range(n), range(n), "RGB"))
    row, column = divmod(i - 1, n)
    place = {colour: order.index((row, column, colour)) + 0.0 for colour in "RGB"}
    return {
        "sees_red": place["R"],
        "sees_green": place["G"],
        "sees_blue": place["B"],
        "conditionals": len(order) + 0.0,
    }


@proof(
    "pixelrnn-contexts",
    title="What Row LSTM and Diagonal BiLSTM see",
    statement=(
        "A Row LSTM goes down row by row with a small convolution and sees a triangle above the pixel; the Diagonal "
        "BiLSTM goes along diagonals from both sides and sees everything that comes before. Neither sees a later pixel."
    ),
    symbols={},
    steps={
        "row_above": step(note="slope of the Row LSTM's state in the pixel right above", within=(0.071, 1.7)),
        "row_corner": step(note="the same in the far corner of the row above, outside of the triangle"),
        "diagonal_corner": step(note="slope of the Diagonal BiLSTM's state in that corner"),
        "row_later": step(note="largest slope of the Row LSTM's state in a pixel that comes later"),
        "diagonal_later": step(note="the same for the Diagonal BiLSTM"),
        "row_seen": step(note="pixels that the Row LSTM's state depends on"),
        "diagonal_seen": step(note="pixels that the Diagonal BiLSTM's state depends on"),
    },
    result="row_corner",
    source="van den Oord, Kalchbrenner & Kavukcuoglu, Pixel Recurrent Neural Networks (2016), sections 3.1 and 3.2",
    vectorized=False,
    claims=[
        claim("row_above > 0.000001", "The Row LSTM sees the pixel above."),
        claim("row_corner < 1e-12", "It does not see the far corner of the row above."),
        claim("diagonal_corner > 1e-9", "The Diagonal BiLSTM does."),
        claim("row_later < 1e-12 and diagonal_later < 1e-12", "Neither sees what is not generated yet."),
        claim(
            "row_seen = 14 and diagonal_seen = 21",
            "At row 4, column 4 of 6 × 6 the triangle has 3 + 5 + 6 pixels, cut off at the edge; 21 come before.",
        ),
    ],
    mistakes=[
        mistake(
            "row-sees-all",
            "row_corner > 1e-9",
            "The state of a row reaches only neighbouring columns of the row above, hence the triangle.",
        ),
        mistake(
            "both-directions-see-the-future",
            "diagonal_later > 1e-9",
            "The part from the right is moved down by a row, so that it sees rows above only.",
        ),
    ],
)
def pixelrnn_contexts(random):
    side, row, column = 6, 3, 3
    image = random.normal(side, side).requires_grad_()  # free: any image
    own, left, mid, right = (0.5 + random.uniform(4)).unbind()  # free: any weights
    zero = torch.zeros(())

    def cell(seen, *states):  # in place of an LSTM's gates: what a state depends on is the same
        return torch.tanh(own * seen / 2 + sum(states) / (2 * len(states)))  # free: any cell

    def value(grid, r, c):
        return grid.get((r, c), zero)

    rows, from_left, from_right = {}, {}, {}
    for r in range(side):
        for c in range(side):
            above = (left * value(rows, r - 1, c - 1), mid * value(rows, r - 1, c), right * value(rows, r - 1, c + 1))
            rows[r, c] = cell(image[r, c], *above)
            from_left[r, c] = cell(image[r, c], left * value(from_left, r, c - 1), mid * value(from_left, r - 1, c))
        for c in reversed(range(side)):
            from_right[r, c] = cell(image[r, c], right * value(from_right, r, c + 1), mid * value(from_right, r - 1, c))
    row_state = rows[row - 1, column - 1] + rows[row - 1, column] + rows[row - 1, column + 1]
    diagonal = from_left[row, column - 1] + from_left[row - 1, column] + from_right[row - 1, column]
    later = torch.arange(side * side).reshape(side, side) >= side * row + column
    by_row, by_diagonal = (torch.autograd.grad(state, image)[0].abs() for state in (row_state, diagonal))
    return {
        "row_above": by_row[row - 1, column],
        "row_corner": by_row[row - 1, 0],
        "diagonal_corner": by_diagonal[row - 1, 0].minimum(by_diagonal[row - 1, side - 1]),
        "row_later": by_row[later].max(),
        "diagonal_later": by_diagonal[later].max(),
        "row_seen": by_row.count_nonzero().double(),
        "diagonal_seen": by_diagonal.count_nonzero().double(),
    }
