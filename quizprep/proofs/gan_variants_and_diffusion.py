"""Proofs for the chapter gan-variants-and-diffusion."""

from __future__ import annotations

import itertools
import math

from quizprep.lazy import torch
from quizprep.picture import curve
from quizprep.proofs import claim, mistake, proof, step, symbol

# --- conditional GAN --------------------------------------------------------------------------


@proof(
    "conditional-gan-inputs",
    title="Inputs of a conditional GAN",
    statement=(
        "The generator of a conditional GAN receives k noise numbers and the one-hot label of c classes, "
        "k + c numbers; the discriminator receives the sample and the label."
    ),
    symbols={
        "k": symbol("size in 1..128", "length of the noise vector"),
        "c": symbol("size in 1..20", "classes"),
        "d": symbol("size in 1..100", "numbers in a sample"),
        "h": symbol("size in 1..64", "units of the first dense layer"),
    },
    steps={
        "generator_input": step("k + c"),
        "discriminator_input": step("d + c"),
        "generator_weights": step("(k + c) * h + h"),
    },
    result="generator_input",
    source="Mirza & Osindero, Conditional Generative Adversarial Nets (2014), sections 3.2 and 4.1",
    mistakes=[
        mistake(
            "label-left-out", "k", "That is the plain GAN: without the label the class of the output cannot be chosen."
        ),
        mistake("label-as-one-number", "k + 1", "A one-hot label has one entry for each class."),
        mistake("multiplied", "k * c", "Noise and label are put side by side: the lengths add up."),
        mistake(
            "discriminator-without-label",
            "d",
            "The discriminator needs the label as well, or it could not punish a sample of the wrong class.",
            of="discriminator_input",
        ),
        mistake("bias-forgotten", "(k + c) * h", "Each unit has a bias too.", of="generator_weights"),
    ],
)
def conditional_gan_inputs(k, c, d, h):
    return {
        "generator_input": torch.tensor(k + c + 0.0),
        "discriminator_input": torch.tensor(d + c + 0.0),
        "generator_weights": torch.tensor((k + c) * h + h + 0.0),
    }


@conditional_gan_inputs.oracle("operator", "torch.cat with torch.nn.functional.one_hot, and torch.nn.Linear")
def _(k, c, d, h):
    label = torch.nn.functional.one_hot(torch.tensor(0), c)
    noise, sample = torch.cat([torch.zeros(k), label]), torch.cat([torch.zeros(d), label])
    layer = torch.nn.Linear(len(noise), h)
    return {
        "generator_input": len(noise) + 0.0,
        "discriminator_input": len(sample) + 0.0,
        "generator_weights": sum(parameter.numel() for parameter in layer.parameters()) + 0.0,
    }


@proof(
    "conditional-generation",
    title="Choosing the class by the label",
    statement=(
        "A generator that is given the label makes what was asked for; one that never sees it makes samples of any "
        "class, right once in c requests."
    ),
    symbols={"c": symbol("size in 2..10", "classes")},
    steps={
        "hits_conditional": step(note="share of 2000 requests met, label given", within=(0.97, 1)),
        "hits_plain": step(note="the same where G never sees the label"),
        "gap_other_noise": step(note="mean distance of two outputs of one label, other noise"),
    },
    result="hits_conditional",
    source="Mirza & Osindero, Conditional Generative Adversarial Nets (2014), section 3.2",
    claims=[
        claim("hits_conditional > 0.95", "With the label the class can be chosen."),
        claim("abs(hits_plain - 1 / c) < 0.06", "Without it the class is left to chance."),
        claim("0.6 * sqrt(c) < gap_other_noise < 0.75 * sqrt(c)", "The noise still gives variety."),
    ],
    mistakes=[
        mistake(
            "label-fixes-the-output",
            "gap_other_noise < 1e-6",
            "The label chooses the class, the noise chooses the example.",
        ),
        mistake(
            "noise-decides-the-class",
            "hits_conditional < hits_plain + 0.2",
            "The label decides the class, whatever the noise is.",
        ),
    ],
)
def conditional_generation(c, random):
    centres, labels = 10 * torch.eye(c), torch.arange(2000) % c
    data = centres[labels] + 0.5 * random.normal(2000, c)
    given = torch.nn.functional.one_hot(labels) + 0.0
    means = torch.linalg.lstsq(given, data).solution  # what a generator with a weight for each label learns
    spread = (data - given @ means).std()

    def hits(samples):
        return (torch.cdist(samples, centres).argmin(dim=1) == labels).double().mean()

    def conditional():
        return given @ means + spread * random.normal(2000, c)

    # free: all classes or one, with a little noise or none: the request is not known
    plain = data[random.integers(2000, 2000)] + 0.1 * spread * random.normal(2000, c)  # all classes, like the data
    return {
        "hits_conditional": hits(conditional()),
        "hits_plain": hits(plain),
        "gap_other_noise": (conditional() - conditional()).norm(dim=1).mean(),
    }


@proof(
    "pix2pix-loss",
    title="Generator loss of pix2pix",
    statement="pix2pix adds λ times the mean absolute error to the paired target to the adversarial loss −log D.",
    symbols={
        "target": symbol("vector[n]", "paired target image", aliases=["y"]),
        "output": symbol("vector[n]", "generated image", aliases=["y_hat"]),
        "D_fake": symbol("open-probability in 0.01..0.99", "discriminator's output for it"),
        "weight": symbol("positive", "weight λ of the L1 term", aliases=["lambda"]),
    },
    steps={
        "adversarial": step("-log(D_fake)"),
        "l1": step("mean(abs(target - output))", aliases=["L1"]),
        "loss": step("adversarial + weight * l1"),
    },
    source="Isola et al., Image-to-Image Translation with Conditional Adversarial Networks (2017), section 3.1",
    gradients=["output"],
    mistakes=[
        mistake(
            "squared-error",
            "-log(D_fake) + weight * mean((target - output)^2)",
            "pix2pix uses the absolute error (L1), which blurs less than the squared error.",
        ),
        mistake(
            "weight-forgotten",
            "-log(D_fake) + mean(abs(target - output))",
            "The L1 term is weighted by λ (100 in the paper).",
        ),
        mistake(
            "weight-on-the-wrong-term",
            "-weight * log(D_fake) + mean(abs(target - output))",
            "λ belongs to the L1 term.",
        ),
        mistake(
            "no-adversarial-term",
            "weight * mean(abs(target - output))",
            "Without the adversarial term it is a plain regression, whose images are blurred.",
        ),
    ],
)
def pix2pix_loss(target, output, D_fake, weight):
    adversarial, l1 = -torch.log(D_fake), (target - output).abs().mean()
    return {"adversarial": adversarial, "l1": l1, "loss": adversarial + weight * l1}


@pix2pix_loss.oracle("operator", "torch.nn.BCELoss with target 1 and torch.nn.L1Loss")
def _(target, output, D_fake, weight):
    adversarial = torch.nn.BCELoss()(D_fake, torch.tensor(1.0))
    l1 = torch.nn.L1Loss()(output, target)
    return {"adversarial": adversarial, "l1": l1, "loss": torch.lerp(adversarial, adversarial + l1, weight)}


@proof(
    "translation-network-sizes",
    title="Sizes in an image-to-image network",
    statement=(
        "d down-sampling convolutions (kernel 4, stride 2, padding 1) divide the side by 2^d, "
        "as many transposed ones bring it back: the output is as large as the input."
    ),
    symbols={
        "side": symbol("size in 2..64", "side of the square input image"),
        "d": symbol("size in 1..3", "down-sampling layers"),
    },
    where=("mod(side, 2^d) = 0",),
    steps={"bottleneck": step("side / 2^d"), "output_side": step("bottleneck * 2^d")},
    result="bottleneck",
    source=(
        "Isola et al., Image-to-Image Translation with Conditional Adversarial Networks (2017), "
        "section 3.2 and appendix 6.1"
    ),
    mistakes=[
        mistake("divided-by-layers", "side / (2 * d)", "Each layer halves what the layer before left: 2^d, not 2d."),
        mistake("one-halving", "side / 2", "Every down-sampling layer halves the side."),
        mistake("quartered", "side / 4^d", "The area is quartered; the side is halved."),
    ],
)
def translation_network_sizes(side, d):
    bottleneck = side / 2**d
    return {"bottleneck": torch.tensor(bottleneck), "output_side": torch.tensor(bottleneck * 2**d)}


@translation_network_sizes.oracle("operator", "torch.conv2d and torch.conv_transpose2d on an image of zeros")
def _(side, d):
    image, kernel = torch.zeros(1, 1, side, side), torch.zeros(1, 1, 4, 4)
    for _ in range(d):
        image = torch.conv2d(image, kernel, stride=2, padding=1)
    bottleneck = image.shape[-1] + 0.0
    for _ in range(d):
        image = torch.conv_transpose2d(image, kernel, stride=2, padding=1)
    return {"bottleneck": bottleneck, "output_side": image.shape[-1] + 0.0}


@proof(
    "cycle-consistency",
    title="Cycle-consistency loss",
    statement=(
        "Translating with G(x) = ax + b and back with F(y) = cy + e should return the start: the loss is the mean of "
        "|F(G(x)) − x| plus the mean of |G(F(y)) − y|, and no pair of x and y is needed."
    ),
    symbols={
        "x": symbol("vector[n]", "samples of the first domain"),
        "y": symbol("vector[m]", "samples of the second domain, not paired with x"),
        "a": symbol("real", "slope of G"),
        "b": symbol("real", "shift of G"),
        "c": symbol("real", "slope of F"),
        "e": symbol("real", "shift of F"),
    },
    steps={
        "translated": step("a * x + b"),
        "returned": step("c * translated + e"),
        "forward": step("mean(abs(returned - x))"),
        "backward": step("mean(abs(a * (c * y + e) + b - y))"),
        "cycle_loss": step("forward + backward"),
    },
    source=(
        "Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks "
        "(2017), section 3.2"
    ),
    mistakes=[
        mistake(
            "translation-compared",
            "mean(abs(translated - x))",
            "The translation may differ from x; what must match x is the sample that came back, F(G(x)).",
            of="forward",
        ),
        mistake(
            "signed-error", "mean(returned - x)", "Signed errors cancel; the absolute value is taken.", of="forward"
        ),
        mistake("squared-error", "mean((returned - x)^2)", "CycleGAN uses the absolute error (L1).", of="forward"),
        mistake("one-direction", "forward", "Both directions count: also y → F(y) → G(F(y))."),
        mistake("both-averaged", "(forward + backward) / 2", "The two directions are added."),
    ],
)
def cycle_consistency(x, y, a, b, c, e):
    translated = a * x + b
    returned = c * translated + e
    forward = (returned - x).abs().mean()
    backward = (a * (c * y + e) + b - y).abs().mean()
    return {
        "translated": translated,
        "returned": returned,
        "forward": forward,
        "backward": backward,
        "cycle_loss": forward + backward,
    }


@cycle_consistency.oracle("closed-form", "both round trips as products of 2×2 matrices in homogeneous coordinates")
def _(x, y, a, b, c, e):
    zero, one = torch.tensor(0.0), torch.tensor(1.0)
    G, F = (torch.stack([torch.stack(row) for row in rows]) for rows in ([[a, b], [zero, one]], [[c, e], [zero, one]]))
    first, second = torch.stack([x, torch.ones_like(x)]), torch.stack([y, torch.ones_like(y)])
    identity = torch.eye(2)
    forward = torch.linalg.vector_norm(((F @ G - identity) @ first)[0], ord=1) / len(x)
    backward = torch.linalg.vector_norm(((G @ F - identity) @ second)[0], ord=1) / len(y)
    return {
        "translated": (G @ first)[0],
        "returned": (F @ G @ first)[0],
        "forward": forward,
        "backward": backward,
        "cycle_loss": forward + backward,
    }


@proof(
    "stargan-generators",
    title="Generators for translating between n domains",
    statement=(
        "Translating each of n domains into each other one takes n(n − 1) generators, one a direction; StarGAN needs a "
        "single one, whose input is the RGB image with n more channels for the target domain."
    ),
    symbols={"n": symbol("size in 2..12", "domains")},
    steps={"pairwise": step("n * (n - 1)"), "input_channels": step("3 + n")},
    result="pairwise",
    source="Choi et al., StarGAN (2018), sections 1 and 3",
    mistakes=[
        mistake("unordered-pairs", "n * (n - 1) / 2", "Each pair needs a generator in both directions."),
        mistake("with-itself", "n^2", "No generator is needed from a domain to itself."),
        mistake("one-each", "n", "One a domain is too few: a generator of this kind knows one source and one target."),
    ],
)
def stargan_generators(n):
    return {"pairwise": torch.tensor(n * (n - 1) + 0.0), "input_channels": torch.tensor(3 + n + 0.0)}


@stargan_generators.oracle("brute-force", "listing the directions, and stacking image and domain maps")
def _(n):
    image, domains = torch.zeros(3, 2, 2), torch.eye(n)[0][:, None, None].expand(n, 2, 2)
    return {
        "pairwise": len(list(itertools.permutations(range(n), 2))) + 0.0,
        "input_channels": len(torch.cat([image, domains])) + 0.0,
    }


# --- diffusion --------------------------------------------------------------------------------

DDPM = "Ho, Jain & Abbeel, Denoising Diffusion Probabilistic Models (2020)"


@proof(
    "diffusion-forward",
    title="Diffusion: noising in one jump",
    statement=(
        "After the steps x_s = √(1 − β_s) x_{s−1} + √β_s ε_s the sample is x_t = √ᾱ x_0 + √(1 − ᾱ) ε "
        "with ᾱ = Π(1 − β_s)."
    ),
    symbols={
        "beta": symbol("vector[t] of open-probability in 0.01..0.6", "noise rate of each step"),
        "x_0": symbol("real", "clean sample", aliases=["x0"]),
        "epsilon": symbol("real in -3..3", "a draw from N(0, 1)", aliases=["eps"]),
    },
    steps={
        "alpha_bar": step("prod(1 - beta)", aliases=["abar", "alpha_bar_t"]),
        "mean": step("sqrt(alpha_bar) * x_0"),
        "variance": step("1 - alpha_bar"),
        "x_t": step("mean + sqrt(variance) * epsilon", aliases=["xt"]),
    },
    source=f"{DDPM}, equations 2 and 4",
    mistakes=[
        mistake(
            "no-square-roots",
            "alpha_bar * x_0 + (1 - alpha_bar) * epsilon",
            "ᾱ and 1 − ᾱ are shares of variance; the factors are their square roots.",
        ),
        mistake(
            "roles-swapped",
            "sqrt(1 - alpha_bar) * x_0 + sqrt(alpha_bar) * epsilon",
            "√ᾱ is the factor of the signal, √(1 − ᾱ) that of the noise.",
        ),
        mistake(
            "signal-kept",
            "x_0 + sqrt(1 - alpha_bar) * epsilon",
            "The signal is shrunk as well; otherwise the variance would grow without end.",
        ),
        mistake(
            "rates-added",
            "sum(beta)",
            "Variances do not simply add up: each step also shrinks the noise that is there already.",
            of="variance",
        ),
        mistake("product-of-rates", "prod(beta)", "ᾱ multiplies what each step keeps, 1 − β.", of="alpha_bar"),
    ],
    notations=[{"alpha": "1 - beta"}],
)
def diffusion_forward(beta, x_0, epsilon):
    alpha_bar = (1 - beta).prod()
    mean, variance = torch.sqrt(alpha_bar) * x_0, 1 - alpha_bar
    return {"alpha_bar": alpha_bar, "mean": mean, "variance": variance, "x_t": mean + torch.sqrt(variance) * epsilon}


@diffusion_forward.oracle("brute-force", "mean and variance followed step by step")
def _(beta, x_0, epsilon):
    mean, variance, unit = x_0, torch.tensor(0.0), torch.tensor(1.0)
    for rate in beta:
        keep = torch.sqrt(1 - rate)
        mean, variance, unit = keep * mean, keep**2 * variance + rate, keep * unit
    quantile = torch.special.ndtr(epsilon)
    x_t = torch.distributions.Normal(mean, torch.sqrt(variance)).icdf(quantile)
    return {"alpha_bar": unit**2, "mean": mean, "variance": variance, "x_t": x_t}


@diffusion_forward.oracle("simulation", "40000 chains of single steps", tolerance=0.05, samples=4)
def _(beta, x_0, epsilon):
    generator = torch.Generator().manual_seed(0)
    x = x_0.expand(40_000)
    for rate in beta:
        noise = torch.randn(40_000, generator=generator, dtype=torch.float64, device="cpu").to(x.device, x.dtype)
        x = torch.sqrt(1 - rate) * x + torch.sqrt(rate) * noise
    return {"mean": x.mean(), "variance": x.var()}


@proof(
    "diffusion-constant-rate",
    title="How much of the signal is left",
    statement=(
        "With one rate β in all T steps ᾱ = (1 − β)^T: the signal fades geometrically and the total variance of "
        "standardised data stays 1."
    ),
    symbols={
        "beta": symbol("open-probability in 0.005..0.5", "noise rate of every step"),
        "T": symbol("size in 1..300", "steps"),
    },
    steps={
        "alpha_bar": step("(1 - beta)^T", aliases=["abar"]),
        "signal_factor": step("sqrt(alpha_bar)"),
        "noise_variance": step("1 - alpha_bar"),
        "total_variance": step("alpha_bar + noise_variance"),
    },
    result="alpha_bar",
    source=f"{DDPM}, equation 4",
    mistakes=[
        mistake(
            "linear-decay",
            "1 - T * beta",
            "Each step takes its share of what is left: the factors 1 − β are multiplied.",
        ),
        mistake("power-of-the-rate", "beta^T", "The share that a step keeps is 1 − β."),
        mistake("noise-share", "1 - (1 - beta)^T", "That is the noise variance, 1 − ᾱ."),
        mistake("root-forgotten", "alpha_bar", "x_0 is multiplied by √ᾱ.", of="signal_factor"),
    ],
    picture=curve("T", 0, 200, "alpha_bar", "noise_variance"),
)
def diffusion_constant_rate(beta, T):
    alpha_bar = (1 - beta) ** T
    noise_variance = 1 - alpha_bar
    return {
        "alpha_bar": alpha_bar,
        "signal_factor": torch.sqrt(alpha_bar),
        "noise_variance": noise_variance,
        "total_variance": alpha_bar + noise_variance,
    }


@diffusion_constant_rate.oracle("brute-force", "signal and noise variance followed through T steps")
def _(beta, T):
    signal, variance = torch.tensor(1.0), torch.tensor(0.0)
    for _ in range(T):
        signal, variance = torch.sqrt(1 - beta) * signal, (1 - beta) * variance + beta
    return {
        "alpha_bar": signal**2,
        "signal_factor": signal,
        "noise_variance": variance,
        "total_variance": signal**2 + variance,
    }


@proof(
    "noise-prediction",
    title="Noise-prediction loss of a diffusion model",
    statement=(
        "The network sees x_t and t and predicts the noise: the loss is the mean squared error between ε and its "
        "prediction, and the prediction gives back an estimate of x_0."
    ),
    symbols={
        "alpha_bar": symbol(
            "open-probability in 0.05..0.95", "share ᾱ of the signal's variance at step t", aliases=["abar"]
        ),
        "x_0": symbol("vector[d]", "clean sample", aliases=["x0"]),
        "epsilon": symbol("vector[d] of real in -3..3", "noise that was added", aliases=["eps"]),
        "prediction": symbol(
            "vector[d] of real in -3..3",
            "noise that the network predicts",
            aliases=["eps_hat", "eps_theta", "epsilon_theta"],
        ),
    },
    steps={
        "x_t": step("sqrt(alpha_bar) * x_0 + sqrt(1 - alpha_bar) * epsilon", aliases=["xt"]),
        "x_0_estimate": step("(x_t - sqrt(1 - alpha_bar) * prediction) / sqrt(alpha_bar)"),
        "loss": step("mean((epsilon - prediction)^2)"),
    },
    source=f"{DDPM}, equations 14 and 15",
    gradients=["prediction"],
    mistakes=[
        mistake(
            "predicts-the-image",
            "mean((x_0 - prediction)^2)",
            "The network's target is the noise ε, not the clean sample.",
        ),
        mistake(
            "compared-with-noisy-sample", "mean((x_t - prediction)^2)", "x_t is the network's input, not its target."
        ),
        mistake("absolute-error", "mean(abs(epsilon - prediction))", "The loss is the squared error."),
        mistake(
            "noise-subtracted-only",
            "x_t - sqrt(1 - alpha_bar) * prediction",
            "What is left after subtracting the noise is √ᾱ x_0: divide by √ᾱ.",
            of="x_0_estimate",
        ),
        mistake(
            "summed",
            "sum((epsilon - prediction)^2)",
            "The squared norm, without the mean, as in Ho et al. (2020), eq. 14.",
            variant=True,
        ),
    ],
)
def noise_prediction(alpha_bar, x_0, epsilon, prediction):
    x_t = torch.sqrt(alpha_bar) * x_0 + torch.sqrt(1 - alpha_bar) * epsilon
    return {
        "x_t": x_t,
        "x_0_estimate": (x_t - torch.sqrt(1 - alpha_bar) * prediction) / torch.sqrt(alpha_bar),
        "loss": ((epsilon - prediction) ** 2).mean(),
    }


@noise_prediction.oracle("operator", "a rotation by the angle whose cosine is √ᾱ, and torch.nn.functional.mse_loss")
def _(alpha_bar, x_0, epsilon, prediction):
    angle = torch.arccos(alpha_bar**0.5)
    wrong = torch.tan(angle) * (epsilon - prediction)  # what a wrong noise adds to the clean sample
    return {
        "x_t": torch.cos(angle) * x_0 + torch.sin(angle) * epsilon,
        "x_0_estimate": x_0 + wrong,
        "loss": torch.nn.functional.mse_loss(prediction, epsilon),
    }


@proof(
    "diffusion-reverse",
    title="Reverse diffusion makes data out of noise",
    statement=(
        "Starting at N(0, 1) and removing predicted noise step by step, samples arrive at the data, "
        "here the points −2 and 2; a single step does not do it."
    ),
    symbols={},
    steps={
        "near_data_at_start": step(note="share of the starting noise within 0.3 of ±2", within=(0.01, 0.12)),
        "near_data_after_one_step": step(note="the same after one step", within=(0.023, 0.16)),
        "spread_half_way": step(note="mean square after half of the steps, over that of data with as much noise added"),
        "near_data_at_end": step(note="the same after all steps"),
        "share_positive": step(note="share of samples near +2 at the end", within=(0.38, 0.6)),
    },
    result="near_data_at_end",
    source=f"{DDPM}, algorithm 2",
    vectorized=False,
    claims=[
        claim("near_data_at_start < 0.25", "Noise is no data."),
        claim("near_data_after_one_step < 0.3", "One step is not enough."),
        claim("abs(spread_half_way - 1) < 0.3", "Half way the samples are spread as data with that much noise added."),
        claim("near_data_at_end > 0.95", "All steps are."),
        claim("0.35 < share_positive and share_positive < 0.65", "Both kinds are made."),
    ],
    mistakes=[
        mistake(
            "one-pass-suffices",
            "near_data_after_one_step > 0.9",
            "One step removes only a little noise; many passes through the network are needed.",
        ),
        mistake(
            "always-the-same-sample",
            "share_positive > 0.9 or share_positive < 0.1",
            "Different starting noise leads to different data.",
        ),
    ],
)
def diffusion_reverse(random):
    beta = torch.linspace(0.0005, 0.1, 200)
    alpha_bar = torch.cumprod(1 - beta, 0)
    x, shares, squares = random.normal(500), [], []

    def near_data(samples):
        return ((samples.abs() - 2).abs() < 0.3).double().mean()

    shares.append(near_data(x))
    for t in reversed(range(200)):
        signal, noise = torch.sqrt(alpha_bar[t]), torch.sqrt(1 - alpha_bar[t])
        # the ideal network: E[x_0 | x_t] for data at -2 and 2, turned into the noise that it implies
        clean = 2 * torch.tanh(2 * signal * x / noise**2)
        predicted = (x - signal * clean) / noise
        x = (x - beta[t] / noise * predicted) / torch.sqrt(1 - beta[t])
        if t > 0:
            x = x + torch.sqrt(beta[t]) * random.normal(500)
        shares.append(near_data(x))
        squares.append(x.square().mean())
    return {
        "near_data_at_start": shares[0],
        "near_data_after_one_step": shares[1],
        "spread_half_way": squares[99] / (4 * alpha_bar[99] + 1 - alpha_bar[99]),
        "near_data_at_end": shares[-1],
        "share_positive": (x > 0).double().mean(),
    }


@proof(
    "latent-diffusion-size",
    title="Size of the latent in Stable Diffusion",
    statement=(
        "An encoder that shrinks each side f-fold turns the 3 (side·f)² numbers of an image into c·side²: "
        "diffusion handles 3f² / c times fewer numbers."
    ),
    symbols={
        "side": symbol("size in 1..64", "side of the latent"),
        "f": symbol("size in 1..16", "factor by which a side shrinks"),
        "c": symbol("size in 1..8", "channels of the latent"),
    },
    steps={"pixels": step("3 * (side * f)^2"), "latent": step("c * side^2"), "ratio": step("pixels / latent")},
    source="Rombach et al., High-Resolution Image Synthesis with Latent Diffusion Models (2022), section 3.1",
    mistakes=[
        mistake("one-side-only", "3 * f / c", "Both sides shrink: the factor enters squared."),
        mistake("channels-forgotten", "f^2", "The channels change as well, from 3 to c."),
        mistake(
            "channels-upside-down", "f^2 * c / 3", "More channels in the latent make it larger, so the ratio smaller."
        ),
    ],
)
def latent_diffusion_size(side, f, c):
    pixels, latent = torch.tensor(3.0 * (side * f) ** 2), torch.tensor(1.0 * c * side**2)
    return {"pixels": pixels, "latent": latent, "ratio": pixels / latent}


@latent_diffusion_size.oracle("operator", "a strided torch.nn.Conv2d on tensors without storage")
def _(side, f, c):
    image = torch.zeros(3, side * f, side * f, device="meta")
    latent = torch.nn.Conv2d(3, c, f, stride=f, device="meta")(image)
    return {
        "pixels": math.prod(image.shape) + 0.0,
        "latent": latent.numel() + 0.0,
        "ratio": image.numel() / latent.numel(),
    }


# --- DCGAN, InfoGAN, Progressive GAN ----------------------------------------------------------


@proof(
    "dcgan-sizes",
    title="From a small map to an image",
    statement=(
        "A DCGAN's generator starts from maps of side s; each of its d transposed convolutions (kernel 4, stride 2, "
        "padding 1) doubles the side, and each but the last halves the channels."
    ),
    symbols={
        "s": symbol("size in 1..8", "side of the first maps"),
        "d": symbol("size in 1..4", "transposed convolutions"),
        "c": symbol("size in 1..8", "channels before the last transposed convolution"),
    },
    steps={
        "side": step("s * 2^d"),
        "first_channels": step("c * 2^(d - 1)"),
        "first_numbers": step("first_channels * s^2"),
    },
    result="side",
    source=(
        "Radford, Metz & Chintala, Unsupervised Representation Learning with Deep Convolutional Generative "
        "Adversarial Networks (2016), section 3 and figure 1"
    ),
    mistakes=[
        mistake("doubled-once-each", "2 * s * d", "Every layer doubles what the layer before gave: 2^d, not 2d."),
        mistake("quadrupled", "s * 4^d", "The area is quadrupled; the side is doubled."),
        mistake("halved", "s / 2^d", "Plain convolutions with stride 2 halve; transposed ones double."),
        mistake(
            "channels-halved-by-the-last",
            "c * 2^d",
            "The last layer goes from c channels to the colours; d − 1 layers halve before it.",
            of="first_channels",
        ),
    ],
)
def dcgan_sizes(s, d, c):
    first = c * 2 ** (d - 1)
    return {
        "side": torch.tensor(s * 2.0**d),
        "first_channels": torch.tensor(first + 0.0),
        "first_numbers": torch.tensor(first * s**2 + 0.0),
    }


@dcgan_sizes.oracle("operator", "torch.nn.ConvTranspose2d, built from the image backwards", samples=24)
def _(s, d, c):
    channels = [3, c]  # from the colours backwards
    while len(channels) < d + 1:
        channels.append(channels[-1] + channels[-1])
    maps = first = torch.zeros(1, channels[-1], s, s, device="meta")
    for out, into in reversed(list(itertools.pairwise(channels))):
        maps = torch.nn.ConvTranspose2d(into, out, 4, stride=2, padding=1, device="meta")(maps)
    return {
        "side": maps.shape[-1] + 0.0,
        "first_channels": first.shape[1] + 0.0,
        "first_numbers": first.numel() + 0.0,
    }


@proof(
    "infogan-bound",
    title="InfoGAN's bound on the mutual information",
    statement=(
        "A code of two equally likely values is shown rightly by a share r of the pictures; a network Q that gives the "
        "value it sees the probability q bounds the mutual information by ln 2 + r ln q + (1 − r) ln(1 − q), "
        "exactly for q = r. No label enters."
    ),
    symbols={
        "r": symbol("open-probability in 0.02..0.98", "share of the pictures that show the code they were made with"),
        "q": symbol("open-probability in 0.02..0.98", "probability that Q gives to the value that it sees"),
    },
    steps={
        "mutual_information": step("log(2) + r * log(r) + (1 - r) * log(1 - r)", aliases=["I", "MI"]),
        "gap": step("r * log(r / q) + (1 - r) * log((1 - r) / (1 - q))"),
        "bound": step("log(2) + r * log(q) + (1 - r) * log(1 - q)", aliases=["L_I"]),
    },
    source=(
        "Chen et al., InfoGAN: Interpretable Representation Learning by Information Maximizing Generative Adversarial "
        "Nets (2016), sections 4 and 5"
    ),
    claims=[
        claim("bound <= mutual_information + 1e-12", "It is a lower bound."),
        claim("mutual_information >= -1e-12 and mutual_information <= log(2)", "At most the entropy of the code."),
    ],
    mistakes=[
        mistake(
            "entropy-forgotten",
            "r * log(q) + (1 - r) * log(1 - q)",
            "The entropy of the code, ln 2, is missing: without it the bound could never be above 0.",
        ),
        mistake("upper-bound", "mutual_information + gap", "The bound lies below the mutual information by the gap."),
        mistake(
            "cross-entropy-sign",
            "log(2) - r * log(q) - (1 - r) * log(1 - q)",
            "The cross-entropy of Q is subtracted: a better guess makes the bound larger.",
        ),
    ],
)
def infogan_bound(r, q):
    entropy = math.log(2)
    information = entropy + r * torch.log(r) + (1 - r) * torch.log(1 - r)
    gap = r * torch.log(r / q) + (1 - r) * torch.log((1 - r) / (1 - q))
    return {
        "mutual_information": information,
        "gap": gap,
        "bound": entropy + r * torch.log(q) + (1 - r) * torch.log(1 - q),
    }


@infogan_bound.oracle("brute-force", "the table of code and picture summed, with KL of torch.distributions")
def _(r, q):
    table = torch.stack([torch.stack([r, 1 - r]), torch.stack([1 - r, r])]) / 2  # rows codes, columns pictures
    alone = torch.outer(table.sum(1), table.sum(0))
    distributions = torch.distributions
    information = distributions.kl_divergence(
        distributions.Categorical(table.flatten()), distributions.Categorical(alone.flatten())
    )
    gap = distributions.kl_divergence(distributions.Bernoulli(r), distributions.Bernoulli(q))
    return {"mutual_information": information, "gap": gap, "bound": information - gap}


@proof(
    "progressive-growing",
    title="Progressive growing",
    statement=(
        "A Progressive GAN begins at 4 × 4 pixels and doubles the side n times; while a layer is new, its output is "
        "faded in: (1 − α) times the enlarged old picture plus α times the new one."
    ),
    symbols={
        "n": symbol("size in 1..8", "doublings"),
        "alpha": symbol("probability", "share of the new layer"),
        "old": symbol("vector[d]", "pixels of the enlarged old picture"),
        "new": symbol("vector[d]", "pixels of the new layer's picture"),
    },
    steps={
        "side": step("4 * 2^n"),
        "growth": step("4^n"),
        "mixed": step("(1 - alpha) * old + alpha * new"),
    },
    result="side",
    source="Karras et al., Progressive Growing of GANs for Improved Quality (2018), section 2",
    mistakes=[
        mistake("added", "4 + 2 * n", "The side doubles each time; nothing constant is added."),
        mistake("from-one-pixel", "2^n", "The first pictures are 4 × 4, not a single pixel."),
        mistake("quadrupled", "4 * 4^n", "The number of pixels is multiplied by four, the side by two."),
        mistake(
            "shares-exchanged",
            "alpha * old + (1 - alpha) * new",
            "α grows from 0 to 1 and belongs to the new layer.",
            of="mixed",
        ),
    ],
)
def progressive_growing(n, alpha, old, new):
    return {
        "side": torch.tensor(4 * 2.0**n),
        "growth": torch.tensor(4.0**n),
        "mixed": (1 - alpha) * old + alpha * new,
    }


@progressive_growing.oracle("operator", "torch.nn.functional.interpolate, n times, and torch.lerp", samples=24)
def _(n, alpha, old, new):
    first = picture = torch.zeros(1, 1, 4, 4)
    for _ in range(n):
        picture = torch.nn.functional.interpolate(picture, scale_factor=2)
    return {
        "side": picture.shape[-1] + 0.0,
        "growth": picture.numel() / first.numel(),
        "mixed": torch.lerp(old, new, alpha),
    }
