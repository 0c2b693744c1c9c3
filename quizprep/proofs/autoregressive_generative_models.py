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
        "correlation_data": step(note="correlation of the training data"),
        "correlation_model": step(note="correlation of samples of the fitted model"),
        "correlation_shuffled": step(note="correlation with each column sampled by itself"),
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
        claim("copies_model < 0.01 and copies_memory > 0.99", "Only the memory copies."),
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
        "density_agrees": step(note="share of the Gaussian's samples near a point, over what its density says"),
        "density_growth": step(
            note="samples per area near a point, in a circle of a fifth of the radius over the larger"
        ),
        "network_growth": step(note="the same for the network's samples"),
        "density_spread": step(note="standard deviation of the Gaussian's samples"),
        "network_spread": step(note="standard deviation of the network's samples"),
    },
    result="network_growth",
    source="Goodfellow, NIPS 2016 Tutorial: Generative Adversarial Networks (2016), section 2",
    vectorized=False,
    claims=[
        claim("abs(density_agrees - 1) < 0.1", "The density rates a point as its samples do."),
        claim("density_growth < 1.5", "Samples per area tend to a number: the density."),
        claim("network_growth > 3", "Those of the network grow without bound on the curve: there is no density."),
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
    first, second = random.normal(8), random.normal(8, 2)

    def network(noise):  # one number in, two out
        return torch.tanh(noise[:, None] * first) @ second

    drawn, made = random.normal(300_000, 2) @ density.scale_tril.T, network(random.normal(300_000))
    inside, on_the_curve = torch.tensor([0.3, 0.2]), network(torch.tensor([0.3]))[0]

    def per_area(samples, point, radius):
        return ((samples - point).norm(dim=1) < radius).double().mean() / (torch.pi * radius**2)

    return {
        "density_agrees": per_area(drawn, inside, 0.2) / density.log_prob(inside).exp(),
        "density_growth": per_area(drawn, inside, 0.04) / per_area(drawn, inside, 0.2),
        "network_growth": per_area(made, on_the_curve, 0.04) / per_area(made, on_the_curve, 0.2),
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
        "earlier_change": step(note="change of the conditional of pixel 6 when pixel 4 changes"),
        "independence_gap": step(
            note="distance of the joint from the product of its pixels' marginals (total variation)"
        ),
    },
    result="total",
    source="Larochelle & Murray, The Neural Autoregressive Distribution Estimator (2011), section 3",
    vectorized=False,
    claims=[
        claim("abs(total - 1) < 1e-9", "The joint is normalised."),
        claim("later_change < 1e-12", "No pixel sees itself or a later one."),
        claim("earlier_change > 1e-5", "A pixel sees the earlier ones."),
        claim("independence_gap > 0.02", "The pixels are not independent."),
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
    weights, outputs = 2 * random.normal(5, 6), 2 * random.normal(6, 5)
    bias, offset = random.normal(5), random.normal(6)

    def conditionals(images):  # P(pixel i = 1 | pixels before i)
        hidden = [torch.sigmoid(images[:, :i] @ weights[:, :i].T + bias) for i in range(6)]
        return torch.stack([torch.sigmoid(hidden[i] @ outputs[i] + offset[i]) for i in range(6)], 1)

    images = torch.tensor(list(itertools.product([0.0, 1.0], repeat=6)))
    chances = conditionals(images)
    joint = torch.where(images == 1, chances, 1 - chances).prod(1)
    marginals = joint @ images
    product = torch.where(images == 1, marginals, 1 - marginals).prod(1)
    flipped = images.clone()
    flipped[:, 3] = 1 - flipped[:, 3]
    change = (conditionals(flipped) - chances).abs().max(0).values
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
