"""Proofs for the chapter gan."""

from __future__ import annotations

import math

from quizprep.citations import DEEP_LEARNING
from quizprep.lazy import torch
from quizprep.picture import bars, curve
from quizprep.proofs import claim, mistake, proof, step, symbol

GOODFELLOW = "Goodfellow et al., Generative Adversarial Nets (2014)"


# --- the two networks -------------------------------------------------------------------------


@proof(
    "gan-one-round",
    title="One round of GAN training",
    statement=(
        "The generator maps k noise numbers to a fake sample, the discriminator maps a sample to one probability of "
        "being real; each network's step lowers its own loss and leaves the other's weights alone."
    ),
    symbols={
        "k": symbol("size in 1..128", "length of the noise vector"),
        "side": symbol("size in 1..16", "side of the square grey image"),
    },
    steps={
        "fake_size": step(note="numbers in one fake sample"),
        "verdict_size": step(note="numbers that the discriminator outputs for it", within=(1, 1)),
        "lowest_verdict": step(note="smallest output of the discriminator"),
        "highest_verdict": step(note="largest output of the discriminator"),
        "generator_weights": step(note="weights and biases of the linear generator"),
        "discriminator_weights": step(note="weights and biases of the linear discriminator"),
        "noise_gap": step(note="distance of the fakes made from two noise vectors"),
        "discriminator_gain": step(note="fall of D's loss by D's step"),
        "generator_gain": step(note="fall of G's loss by G's step"),
        "slope_at_generator": step(note="largest slope of D's loss in a weight of G"),
        "generator_moved_by_discriminator_step": step(note="change of G's weights in D's step"),
        "discriminator_moved": step(note="change of D's weights in it"),
    },
    result="fake_size",
    source=f"{GOODFELLOW}, section 3 and algorithm 1",
    claims=[
        claim("fake_size = side^2", "A fake is as large as a real sample."),
        claim("verdict_size = 1", "The verdict is one number."),
        claim("0 < lowest_verdict < highest_verdict < 1", "It is a probability."),
        claim("generator_weights = (k + 1) * side^2", "G's weights."),
        claim("discriminator_weights = side^2 + 1", "D's weights."),
        claim("noise_gap > 1e-6", "Other noise, another fake."),
        claim("discriminator_gain > 1e-7", "D's step lowers D's loss."),
        claim("generator_gain > 1e-7", "G's step lowers G's loss."),
        claim("slope_at_generator > 1e-7", "D's loss has a gradient with respect to G's weights."),
        claim("generator_moved_by_discriminator_step < 1e-12", "D's step leaves G alone all the same."),
        claim("discriminator_moved > 1e-7", "It moves D."),
    ],
    mistakes=[
        mistake(
            "generator-outputs-a-verdict",
            "fake_size < side^2",
            "The generator outputs a whole sample; the verdict is the discriminator's.",
        ),
        mistake(
            "one-step-moves-both",
            "generator_moved_by_discriminator_step > 1e-6",
            "In the discriminator's step the generator is held fixed.",
        ),
        mistake(
            "verdict-for-each-pixel",
            "verdict_size > 1",
            "This discriminator gives one probability for the whole sample.",
        ),
    ],
)
def gan_one_round(k, side, random):
    pixels = side * side
    real, noise = 1 + random.normal(32, pixels), random.normal(32, k)  # free: any data and any noise
    generator = torch.nn.Parameter(random.normal(pixels, k + 1) / (k + 1) ** 0.5)  # free: any weights
    discriminator = torch.nn.Parameter(0.1 * random.normal(pixels + 1))
    generator_step, discriminator_step = (
        torch.optim.SGD([each], lr=0.01 / pixels) for each in (generator, discriminator)
    )

    def generate(weights):
        return noise @ weights[:, 1:].T + weights[:, 0]

    def logits(samples, weights):
        return samples @ weights[1:] + weights[0]

    def discriminator_loss(g, d):
        right = torch.cat([logits(real, d), -logits(generate(g), d)])  # large where the verdict is right
        return torch.nn.functional.softplus(-right).mean()

    def generator_loss(g, d):
        return torch.nn.functional.softplus(-logits(generate(g), d)).mean()

    fakes, verdicts = generate(generator), torch.sigmoid(logits(generate(generator), discriminator))
    old = {each: each.detach().clone() for each in (generator, discriminator)}

    def moved(weights):
        return (weights - old[weights]).norm()

    before = discriminator_loss(generator, discriminator)
    before.backward()
    discriminator_step.step()
    slope, generator_moved = generator.grad.abs().max(), moved(generator)
    gain = before - discriminator_loss(generator, discriminator)
    generator_step.zero_grad()
    unimproved = generator_loss(generator, discriminator)
    unimproved.backward()
    generator_step.step()
    return {
        "fake_size": float(fakes[0].numel()),
        "verdict_size": float(verdicts[0].numel()),
        "lowest_verdict": verdicts.min(),
        "highest_verdict": verdicts.max(),
        "generator_weights": float(generator.numel()),
        "discriminator_weights": float(discriminator.numel()),
        "noise_gap": (fakes[0] - fakes[1]).norm(),
        "discriminator_gain": gain,
        "generator_gain": unimproved - generator_loss(generator, discriminator),
        "slope_at_generator": slope,
        "generator_moved_by_discriminator_step": generator_moved,
        "discriminator_moved": moved(discriminator),
    }


@proof(
    "gan-training",
    title="A tiny GAN learns where the data are",
    statement=(
        "With feedback from a discriminator only, a generator that starts at mean 0 moves its output to the data's "
        "mean m; the noise it is fed stays N(0, 1)."
    ),
    symbols={"m": symbol("real in 2..4", "mean of the real data")},
    steps={
        "mean_before": step(note="mean of the fakes before training"),
        "mean_after": step(note="mean of the fakes after 400 rounds", within=(1, 4.9)),
        "noise_mean": step(note="mean of the noise in the last 50 rounds"),
        "noise_deviation": step(note="its standard deviation", within=(0.94, 1.07)),
        "early_score": step(note="how well D tells real from fake in rounds 1–50 (mean gap of its outputs)"),
        "late_score": step(note="the same in the last 50 rounds"),
    },
    result="mean_after",
    source=f"{GOODFELLOW}, section 3 and figure 1",
    vectorized=False,
    claims=[
        claim("abs(mean_before) < 0.2", "It starts at 0."),
        claim("abs(mean_after - m) < 0.15 * m", "It ends near m."),
        claim("abs(noise_mean) < 0.2 and abs(noise_deviation - 1) < 0.1", "The noise does not change."),
        claim("late_score < 0.01 * early_score", "Telling them apart becomes hard."),
    ],
    mistakes=[
        mistake(
            "noise-is-learned",
            "noise_mean > m / 2",
            "The noise distribution is fixed; what is learned is the map from noise to data.",
        ),
        mistake(
            "discriminator-wins",
            "late_score > early_score",
            "As fakes come to resemble the data, the discriminator can separate them less.",
        ),
    ],
)
def gan_training(m, random):
    scale, shift = torch.tensor(1.0), torch.tensor(0.0)  # G(z) = scale z + shift
    slope, offset = torch.tensor(0.0), torch.tensor(0.0)  # D(x) = sigmoid(slope x + offset)
    before, scores, noises = random.normal(2000).mean(), [], []
    for _ in range(400):
        deviations, noise = 0.5 * random.normal(64), random.normal(64)  # free: D, of one weight, sees means alone
        real = deviations + m
        fake = scale * noise + shift
        on_real, on_fake = torch.sigmoid(slope * real + offset), torch.sigmoid(slope * fake + offset)
        # D ascends log D(real) + log(1 - D(fake)), with weight decay against endless circling
        slope = slope + 0.1 * (((1 - on_real) * real).mean() - (on_fake * fake).mean() - 0.3 * slope)
        offset = offset + 0.1 * ((1 - on_real).mean() - on_fake.mean() - 0.3 * offset)
        # G ascends log D(fake)
        pull = (1 - torch.sigmoid(slope * fake + offset)) * slope
        scale, shift = scale + 0.1 * (pull * noise).mean(), shift + 0.1 * pull.mean()
        scores.append(on_real.mean() - on_fake.mean())
        noises.append(noise)
    late_noise = torch.cat(noises[-50:])
    return {
        "mean_before": before,
        "mean_after": (scale * late_noise + shift).mean(),
        "noise_mean": late_noise.mean(),
        "noise_deviation": late_noise.std(),
        "early_score": torch.stack(scores[:50]).mean(),
        "late_score": torch.stack(scores[-50:]).mean().abs(),
    }


# --- losses -----------------------------------------------------------------------------------

ON_REAL = symbol("open-probability in 0.01..0.99", "discriminator's output for a real sample", aliases=["r"])
ON_FAKE = symbol("open-probability in 0.01..0.99", "discriminator's output for a fake, D(G(z))", aliases=["f"])


@proof(
    "gan-losses",
    title="GAN losses of one real and one fake",
    statement=(
        "The discriminator is trained by binary cross-entropy with target 1 for real and 0 for fake; the generator's "
        "(non-saturating) loss gives its fake the target 1."
    ),
    symbols={"D_real": ON_REAL, "D_fake": ON_FAKE},
    steps={
        "real_part": step("-log(D_real)"),
        "fake_part": step("-log(1 - D_fake)"),
        "discriminator_loss": step("real_part + fake_part", aliases=["L_D"]),
        "generator_loss": step("-log(D_fake)", aliases=["L_G"]),
    },
    result="discriminator_loss",
    source=f"{GOODFELLOW}, section 3",
    mistakes=[
        mistake(
            "labels-swapped",
            "-log(1 - D_real) - log(D_fake)",
            "The targets are swapped: the discriminator wants 1 for real and 0 for fake.",
        ),
        mistake(
            "fake-as-real",
            "-log(D_real) - log(D_fake)",
            "The fake gets target 0 in the discriminator's loss: −log(1 − D(G(z))).",
        ),
        mistake(
            "no-minus",
            "log(D_real) + log(1 - D_fake)",
            "That is the value V, which the discriminator maximises; the loss is its negative.",
        ),
        mistake("real-only", "-log(D_real)", "The fake sample's part is missing."),
        mistake(
            "generator-with-target-zero",
            "-log(1 - D_fake)",
            "The generator wants its fake to be called real: target 1, so −log D(G(z)).",
            of="generator_loss",
        ),
    ],
)
def gan_losses(D_real, D_fake):
    real_part, fake_part = -torch.log(D_real), -torch.log(1 - D_fake)
    return {
        "real_part": real_part,
        "fake_part": fake_part,
        "discriminator_loss": real_part + fake_part,
        "generator_loss": -torch.log(D_fake),
    }


@gan_losses.oracle("operator", "torch.nn.functional.binary_cross_entropy_with_logits with targets 1 and 0")
def _(D_real, D_fake):
    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits
    logits, targets = torch.logit(torch.stack([D_real, D_fake])), torch.tensor([1.0, 0.0])
    parts = cross_entropy(logits, targets, reduction="none")
    return {
        "real_part": parts[0],
        "fake_part": parts[1],
        "discriminator_loss": cross_entropy(logits, targets, reduction="sum"),
        "generator_loss": cross_entropy(logits[1], torch.tensor(1.0)),
    }


@proof(
    "gan-objective",
    title="GAN minimax objective",
    statement="V(G, D) = E[log D(x)] + E[log(1 − D(G(z)))]: D maximises it, G minimises it.",
    symbols={
        "D_real": symbol("vector[n] of open-probability in 0.01..0.99", "D's outputs on real samples"),
        "D_fake": symbol("vector[k] of open-probability in 0.01..0.99", "D's outputs on fakes"),
    },
    steps={
        "on_real": step("mean(log(D_real))"),
        "on_fake": step("mean(log(1 - D_fake))"),
        "value": step("on_real + on_fake", aliases=["V"]),
    },
    source=f"{GOODFELLOW}, equation 1",
    gradients=["D_real", "D_fake"],
    claims=[claim("value < 0", "V is never positive.")],
    mistakes=[
        mistake(
            "fake-counts-as-real",
            "mean(log(D_real)) + mean(log(D_fake))",
            "For fakes the logarithm is of 1 − D: the probability of being called fake.",
        ),
        mistake(
            "roles-swapped",
            "mean(log(1 - D_real)) + mean(log(D_fake))",
            "Real and fake are swapped: D(x) is the probability of being real.",
        ),
        mistake(
            "difference", "mean(log(D_real)) - mean(log(1 - D_fake))", "The two expectations are added, not subtracted."
        ),
        mistake(
            "log-of-the-mean", "log(mean(D_real)) + log(mean(1 - D_fake))", "The logarithm comes first, then the mean."
        ),
        mistake("no-logarithm", "mean(D_real) + mean(1 - D_fake)", "The logarithms are missing."),
    ],
)
def gan_objective(D_real, D_fake):
    on_real, on_fake = torch.log(D_real).mean(), torch.log(1 - D_fake).mean()
    return {"on_real": on_real, "on_fake": on_fake, "value": on_real + on_fake}


@gan_objective.oracle("operator", "minus torch.nn.BCELoss on each batch")
def _(D_real, D_fake):
    loss = torch.nn.BCELoss()
    on_real, on_fake = -loss(D_real, torch.ones_like(D_real)), -loss(D_fake, torch.zeros_like(D_fake))
    return {"on_real": on_real, "on_fake": on_fake, "value": on_real + on_fake}


@proof(
    "gan-saturating-loss",
    title="Saturating and non-saturating generator loss",
    statement=(
        "In the discriminator's logit a on a fake, log(1 − D) has the slope −D and −log D the slope −(1 − D): "
        "when D is sure that it is a fake (D ≈ 0), only the second still teaches the generator."
    ),
    symbols={"a": symbol("real in -10..10", "logit that D gives a fake", aliases=["logit"])},
    steps={
        "D": step("sigmoid(a)"),
        "log_D": step("log(D)", aliases=["log_sigmoid"]),
        "saturating_loss": step("log(1 - D)"),
        "non_saturating_loss": step("-log(D)"),
        "slope_saturating": step("-D"),
        "slope_non_saturating": step("D - 1"),
    },
    source=f"{GOODFELLOW}, section 3",
    claims=[claim("slope_saturating < 0 and slope_non_saturating < 0", "Both push the logit up.")],
    mistakes=[
        mistake("slopes-exchanged", "-D", "−D is the slope of log(1 − D), which vanishes when D is sure."),
        mistake(
            "chain-rule-forgotten",
            "-1 / D",
            "That is the slope in D itself; in the logit it is multiplied by D(1 − D).",
        ),
        mistake("sign-lost", "1 - D", "The loss falls as the logit grows: the slope is negative."),
        mistake(
            "sigmoid-slope",
            "-D * (1 - D)",
            "That is only the slope of the sigmoid; the logarithm divides by 1 − D.",
            of="slope_saturating",
        ),
    ],
    picture=curve("a", -6, 6, "saturating_loss", "non_saturating_loss"),
)
def gan_saturating_loss(a):
    D = torch.sigmoid(a)
    return {
        "D": D,
        "log_D": torch.log(D),
        "saturating_loss": torch.log(1 - D),
        "non_saturating_loss": -torch.log(D),
        "slope_saturating": -D,
        "slope_non_saturating": D - 1,
    }


@gan_saturating_loss.oracle("autograd", "autograd through logsigmoid")
def _(a):
    a = a.detach().requires_grad_()
    saturating, non_saturating = torch.nn.functional.logsigmoid(-a), torch.nn.functional.softplus(-a)
    return {
        "D": torch.special.expit(a.detach()),
        "saturating_loss": saturating.detach(),
        "non_saturating_loss": non_saturating.detach(),
        "slope_saturating": torch.autograd.grad(saturating, a)[0],
        "slope_non_saturating": torch.autograd.grad(non_saturating, a)[0],
    }


# --- the optimal discriminator ----------------------------------------------------------------


def _best_logits(p, q):
    """The logits a that maximise p log σ(a) + q log σ(−a), "
    "found by halving the interval where the slope changes sign."""
    low, high = torch.full_like(p, -60.0), torch.full_like(p, 60.0)
    for _ in range(80):
        middle = ((low + high) / 2).requires_grad_()
        gain = p * torch.nn.functional.logsigmoid(middle) + q * torch.nn.functional.logsigmoid(-middle)
        (slope,) = torch.autograd.grad(gain.sum(), middle)
        middle = middle.detach()
        low, high = torch.where(slope > 0, middle, low), torch.where(slope > 0, high, middle)
    return (low + high) / 2


@proof(
    "optimal-discriminator",
    title="Optimal discriminator",
    statement=(
        "Where the data have density p and the generator's samples density q, the best output is D* = p / (p + q); "
        "it is ½ exactly where the densities are equal."
    ),
    symbols={
        "p": symbol("positive in 0.01..5", "density of the data there", aliases=["p_data", "p_d", "p_r"]),
        "q": symbol("positive in 0.01..5", "density of the generator there", aliases=["p_G", "p_g"]),
    },
    steps={
        "discriminator": step("p / (p + q)", aliases=["D", "D_G", "D_opt"]),
        "gain": step("p * log(discriminator) + q * log(1 - discriminator)"),
    },
    result="discriminator",
    source=f"{GOODFELLOW}, proposition 1",
    gradients=["p", "q"],
    mistakes=[
        mistake(
            "probability-of-fake",
            "q / (p + q)",
            "That is the probability of being fake; D is the probability of being real.",
        ),
        mistake("odds", "p / q", "The ratio p/q is the odds; the probability divides by the sum p + q."),
        mistake(
            "sigmoid-of-difference",
            "sigmoid(p - q)",
            "The best logit is the difference of the log densities, log p − log q.",
        ),
        mistake("normalised-by-squares", "p^2 / (p^2 + q^2)", "The densities enter as they are, not squared."),
    ],
    picture=curve("p", 0.01, 1),
)
def optimal_discriminator(p, q):
    discriminator = p / (p + q)
    return {"discriminator": discriminator, "gain": p * torch.log(discriminator) + q * torch.log(1 - discriminator)}


@optimal_discriminator.oracle("autograd", "maximising p log D + q log(1 − D) over D's logit by bisection of its slope")
def _(p, q):
    best = _best_logits(p, q)
    return {
        "discriminator": torch.sigmoid(best),
        "gain": p * torch.nn.functional.logsigmoid(best) + q * torch.nn.functional.logsigmoid(-best),
    }


@proof(
    "gan-value-at-optimum",
    title="Value of the game against the optimal discriminator",
    statement="V(G, D*) = 2 JSD(p ‖ q) − log 4: at best, for q = p, it is −log 4 ≈ −1.386.",
    symbols={
        "p": symbol("distribution[n]", "distribution of the data", aliases=["p_data", "p_d"]),
        "q": symbol("distribution[n]", "distribution of the generator", aliases=["p_G", "p_g"]),
    },
    where=("min(p) > 0.001", "min(q) > 0.001"),
    steps={
        "mixture": step("(p + q) / 2"),
        "kl_data": step("sum(p * log(p / mixture))"),
        "kl_generator": step("sum(q * log(q / mixture))"),
        "jsd": step("(kl_data + kl_generator) / 2", aliases=["JSD", "D_JSD"]),
        "value": step("2 * jsd - log(4)", aliases=["V"]),
    },
    source=f"{GOODFELLOW}, theorem 1",
    claims=[
        claim("value >= -log(4) - 1e-12", "It is at least −log 4."),
        claim("value <= 0", "It is at most 0."),
    ],
    mistakes=[
        mistake(
            "two-forgotten",
            "jsd - log(4)",
            "The divergence enters twice: both Kullback–Leibler terms are added, JSD is their mean.",
        ),
        mistake("log-two", "2 * jsd - log(2)", "Each of the two terms gives −log 2: together −log 4."),
        mistake("plus-log-four", "2 * jsd + log(4)", "The constant is subtracted: V cannot be positive."),
        mistake(
            "kl-for-jsd",
            "2 * sum(p * log(p / q)) - log(4)",
            "Data and generator are compared with their mixture, not with each other.",
        ),
    ],
    picture=bars("p", "q", "mixture"),
)
def gan_value_at_optimum(p, q):
    mixture = (p + q) / 2
    kl_data, kl_generator = (p * torch.log(p / mixture)).sum(), (q * torch.log(q / mixture)).sum()
    jsd = (kl_data + kl_generator) / 2
    return {
        "mixture": mixture,
        "kl_data": kl_data,
        "kl_generator": kl_generator,
        "jsd": jsd,
        "value": 2 * jsd - math.log(4),
    }


@gan_value_at_optimum.oracle("autograd", "maximising V over a discriminator's logits numerically")
def _(p, q):
    best = _best_logits(p, q)
    return (p * torch.nn.functional.logsigmoid(best) + q * torch.nn.functional.logsigmoid(-best)).sum()


@gan_value_at_optimum.oracle("operator", "entropies and KL divergences of torch.distributions.Categorical")
def _(p, q):
    data, generator = torch.distributions.Categorical(p), torch.distributions.Categorical(q)
    mixture = torch.distributions.Categorical(torch.stack([p, q]).mean(0))
    return {
        "mixture": mixture.probs,
        "kl_data": torch.distributions.kl_divergence(data, mixture),
        "kl_generator": torch.distributions.kl_divergence(generator, mixture),
        "jsd": mixture.entropy() - (data.entropy() + generator.entropy()) / 2,
    }


# --- what goes wrong --------------------------------------------------------------------------


@proof(
    "collapsed-generator",
    title="A generator that covers only some modes",
    statement=(
        "The data have n equally frequent kinds, the generator makes only k of them, equally often: the optimal "
        "discriminator says k / (n + k) on those and is right in a share 1 − k / (2n) of all cases."
    ),
    symbols={
        "n": symbol("size in 1..20", "kinds (modes) in the data"),
        "k": symbol("size in 1..20", "kinds that the generator makes"),
    },
    where=("k <= n",),
    steps={
        "on_covered": step("k / (n + k)"),
        "missed": step("1 - k / n"),
        "accuracy": step("1 - k / (2 * n)"),
    },
    source=f"{GOODFELLOW}, proposition 1; Goodfellow, NIPS 2016 Tutorial, section 5.1.1",
    mistakes=[
        mistake(
            "only-missed-kinds",
            "1 - k / n",
            "That is the share of real samples that are recognised; all fakes are recognised as well.",
        ),
        mistake("guessing", "1 / 2", "Guessing is the best only if the generator covers all kinds."),
        mistake("half-of-covered", "k / (2 * n)", "That is the share of errors."),
        mistake(
            "coverage", "k / n", "On a covered kind p = 1/n and q = 1/k, so D* = (1/n) / (1/n + 1/k).", of="on_covered"
        ),
    ],
)
def collapsed_generator(n, k):
    return {
        "on_covered": torch.tensor(k / (n + k)),
        "missed": torch.tensor(1 - k / n),
        "accuracy": torch.tensor(1 - k / (2 * n)),
    }


@collapsed_generator.oracle("brute-force", "both distributions written out and the Bayes rule for each kind")
def _(n, k):
    data, generator = torch.full((n,), 1.0 / n), torch.zeros(n)
    generator[:k] = 1.0 / k
    posterior = torch.stack([data, generator]) / 2
    return {
        "on_covered": (posterior[0] / posterior.sum(0))[0],
        "missed": data[k:].sum(),
        "accuracy": posterior.max(dim=0).values.sum(),
    }


@proof(
    "mode-collapse",
    title="Mode collapse",
    statement=(
        "Against a discriminator that is held fixed, the generator's best reply is to make only the kind that D rates "
        "highest, even though the data hold all n kinds equally often; when D answers, it jumps to another kind."
    ),
    symbols={"n": symbol("size in 3..12", "equally frequent kinds in the data")},
    steps={
        "kinds_before": step(note="kinds made before training, exp(entropy)"),
        "kinds_after": step(note="kinds made after training against a fixed D", within=(1.013, 1.047)),
        "largest_share_after": step(note="share of the most frequent kind in the fakes", within=(0.995, 0.9979)),
        "largest_share_data": step(note="share of the most frequent kind among 10000 samples of the data"),
        "favourite_is_best_rated": step(note="1 if it is the kind that D rated highest", within=(1, 1)),
        "share_after_reply": step(note="share of the old favourite after D and then G answered"),
    },
    result="kinds_after",
    source="Goodfellow, NIPS 2016 Tutorial: Generative Adversarial Networks, section 5.1.1",
    claims=[
        claim("abs(kinds_before - n) < 1e-6", "It starts with all kinds."),
        claim("kinds_after < 1.2", "It ends with one kind."),
        claim("largest_share_after > 0.95", "Nearly all fakes are of that kind."),
        claim("favourite_is_best_rated = 1", "It is the kind D rates highest."),
        claim("share_after_reply < 0.001", "It is dropped when D answers."),
    ],
    mistakes=[
        mistake(
            "unbalanced-data-needed",
            "largest_share_data > 0.6",
            "The data are balanced; the collapse comes from chasing the discriminator's highest output.",
        ),
        mistake(
            "all-kinds-stay",
            "kinds_after > n / 2",
            "Nothing in the generator's loss asks for variety while D is fixed.",
        ),
        mistake(
            "settles-on-its-favourite",
            "share_after_reply > 0.5",
            "Once D has learned that this kind is mostly fake, the generator moves to another one.",
        ),
    ],
)
def mode_collapse(n, random):
    data = torch.softmax(torch.zeros(n), 0)  # all kinds equally often

    def best_reply(start, verdict):
        """Gradient ascent of E[log D] on the logits of the generator's kinds, D held fixed."""
        logits = start
        for _ in range(60):
            share = torch.softmax(logits, 0)
            logits = logits + 20 * share * (torch.log(verdict) - (share * torch.log(verdict)).sum())
        return logits

    start = torch.zeros(n)
    verdict = 0.5 + 0.02 * random.permutation(n) / n  # free: any ratings
    verdict[verdict.argmax()] += 0.1
    collapsed = torch.softmax(best_reply(start, verdict), 0)
    favourite = collapsed.argmax()
    answer = data / (data + collapsed)  # the optimal discriminator against the collapsed generator
    jumped = torch.softmax(best_reply(start, answer), 0)

    def kinds(share):
        return torch.exp(torch.special.entr(share).sum())

    return {
        "kinds_before": kinds(torch.softmax(start, 0)),
        "kinds_after": kinds(collapsed),
        "largest_share_after": collapsed.max(),
        "largest_share_data": random.integers(n, 10_000).bincount().max() / 10_000,
        "favourite_is_best_rated": float(favourite == verdict.argmax()),
        "share_after_reply": jumped[favourite],
    }


@proof(
    "gan-spiral",
    title="Descent against ascent spirals outwards",
    statement=(
        "In the game min over x, max over y of xy, simultaneous gradient steps with rate r multiply the distance "
        "from the equilibrium (0, 0) by √(1 + r²) each."
    ),
    symbols={
        "r": symbol("positive in 0.01..1", "learning rate", aliases=["lr", "eta"]),
        "n": symbol("size in 1..20", "steps"),
    },
    steps={
        "distance_before": step("sqrt(2)"),
        "growth": step("(1 + r^2)^(n / 2)"),
        "distance_after": step("distance_before * growth"),
    },
    source=(
        "Goodfellow, NIPS 2016 Tutorial, section 8.2; Mescheder et al., "
        "Which Training Methods for GANs do actually Converge? (2018)"
    ),
    claims=[claim("distance_after > distance_before", "It moves away from the equilibrium.")],
    mistakes=[
        mistake(
            "shrinking",
            "sqrt(2) * (1 - r^2)^(n / 2)",
            "The step is at a right angle to the position, so the distance grows (Pythagoras: 1 + r²).",
        ),
        mistake(
            "geometric-in-rate",
            "sqrt(2) * (1 + r)^n",
            "The step does not point outwards but sideways: the factor is √(1 + r²), not 1 + r.",
        ),
        mistake("circle", "sqrt(2)", "Only infinitely small steps stay on the circle."),
    ],
    picture=curve("n", 0, 40),
)
def gan_spiral(r, n):
    growth = (1 + r**2) ** (n / 2)
    return {"distance_before": torch.tensor(math.sqrt(2)), "growth": growth, "distance_after": math.sqrt(2) * growth}


@gan_spiral.oracle("simulation", "n simultaneous steps from x = y = 1, slopes by autograd")
def _(r, n):
    point = torch.ones(2)
    for _ in range(n):
        point.requires_grad_()
        (slope,) = torch.autograd.grad(point.prod(), point)
        point = point.detach() + r * slope * torch.tensor([-1.0, 1.0])
    before, after = torch.linalg.vector_norm(torch.ones(2)), torch.linalg.vector_norm(point)
    return {"distance_before": before, "growth": after / before, "distance_after": after}


# --- the discriminator's head, the noise, and the comparison with a VAE -----------------------


@proof(
    "gan-discriminator-head",
    title="Sigmoid and binary cross-entropy in the discriminator",
    statement=(
        "The discriminator's last unit gives a logit for each sample; a sigmoid turns it into a probability and binary "
        "cross-entropy with target 1 (real) or 0 (fake) has the slope D − target in it."
    ),
    symbols={
        "a": symbol("real in -8..8", "logit of a real sample"),
        "b": symbol("real in -8..8", "logit of a fake"),
    },
    steps={
        "D_real": step("sigmoid(a)"),
        "D_fake": step("sigmoid(b)"),
        "loss": step("-log(D_real) - log(1 - D_fake)", aliases=["L_D"]),
        "slope_real": step("D_real - 1"),
        "slope_fake": step("D_fake"),
    },
    result="loss",
    source=f"{GOODFELLOW}, section 3; Goodfellow, NIPS 2016 Tutorial, section 3.2.1",
    claims=[claim("0 < D_real and D_real < 1 and 0 < D_fake and D_fake < 1", "A sigmoid gives probabilities.")],
    mistakes=[
        mistake(
            "logits-as-probabilities",
            "-log(abs(a)) - log(abs(1 - b))",
            "The logits first go through a sigmoid; only then are they probabilities.",
        ),
        mistake(
            "fake-with-target-one",
            "-log(sigmoid(a)) - log(sigmoid(b))",
            "In the discriminator's loss the fake has target 0: −log(1 − D).",
        ),
        mistake(
            "squared-error", "(1 - sigmoid(a))^2 + sigmoid(b)^2", "The loss is cross-entropy, not a squared error."
        ),
        mistake(
            "sigmoid-left-in",
            "(D_real - 1) * D_real * (1 - D_real)",
            "With cross-entropy the slope of the sigmoid cancels; it stays with a squared error.",
            of="slope_real",
        ),
    ],
)
def gan_discriminator_head(a, b):
    D_real, D_fake = torch.sigmoid(a), torch.sigmoid(b)
    return {
        "D_real": D_real,
        "D_fake": D_fake,
        "loss": -torch.log(D_real) - torch.log(1 - D_fake),
        "slope_real": D_real - 1,
        "slope_fake": D_fake.clone(),
    }


@gan_discriminator_head.oracle("autograd", "autograd through torch.nn.functional.binary_cross_entropy_with_logits")
def _(a, b):
    logits = torch.stack([a, b]).detach().requires_grad_()
    targets = torch.tensor([1.0, 0.0])
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="sum")
    (slope,) = torch.autograd.grad(loss, logits)
    return {
        "D_real": torch.special.expit(a),
        "D_fake": torch.special.expit(b),
        "loss": loss.detach(),
        "slope_real": slope[0],
        "slope_fake": slope[1],
    }


@proof(
    "generator-noise",
    title="A generator is a fixed function of noise",
    statement=(
        "For one noise vector a trained generator always makes the same sample, for another one another sample: "
        "all variety of the output comes from the noise, and a constant input has none."
    ),
    symbols={"k": symbol("size in 2..16", "length of the noise vector")},
    steps={
        "gap_same_noise": step(note="largest difference of two outputs for one noise vector"),
        "gap_other_noise": step(note="smallest distance of the outputs for 200 pairs of noise vectors"),
        "spread_noise": step(note="mean standard deviation of the outputs over 4000 noise vectors"),
        "spread_expected": step(note="the same, computed from the generator's weights"),
        "spread_constant": step(note="the same where the input is always zeros"),
    },
    result="spread_noise",
    source=f"{GOODFELLOW}, section 3",
    claims=[
        claim("gap_same_noise < 0.000001", "The same noise gives the same sample."),
        claim(
            "0.0001 < gap_other_noise < 2 * spread_expected",
            "Other noise gives another sample, also in the pair of 200 that comes closest.",
        ),
        claim("abs(spread_noise / spread_expected - 1) < 0.1", "The noise is what spreads the samples."),
        claim("spread_constant < 0.000001", "Without noise there is a single sample."),
    ],
    mistakes=[
        mistake(
            "draws-by-itself",
            "gap_same_noise > 0.0001",
            "The generator draws nothing; the randomness is its input.",
        ),
        mistake(
            "noise-is-ignored", "gap_other_noise < 0.00001", "The noise chooses the sample; otherwise all were alike."
        ),
        mistake(
            "zeros-are-as-good",
            "spread_constant > 0.5 * spread_noise",
            "From a constant input a function can make only one output.",
        ),
    ],
)
def generator_noise(k, random):
    weights, bias = random.normal(6, k), random.normal(6)  # free: any weights

    def generate(noise):
        return noise @ weights.T + bias

    noise = random.normal(4000, k)
    samples, other = generate(noise), generate(random.normal(200, k))  # free: any other noise
    return {
        "gap_same_noise": (generate(noise) - samples).abs().max(),
        "gap_other_noise": (samples[:200] - other).norm(dim=1).min(),
        "spread_noise": samples.std(dim=0).mean(),
        "spread_expected": weights.norm(dim=1).mean(),
        "spread_constant": generate(torch.zeros(4000, k)).std(dim=0).mean(),
    }


@proof(
    "blur-of-the-mean",
    title="Squared error prefers a blurred picture",
    statement=(
        "Of k + 1 pixels in a row, an edge stands with equal chance at one of k places. The picture with the smallest "
        "expected squared error is the mean, whose edge is spread over steps of 1/k; one sharp picture, drawn like the "
        "data, has twice that error."
    ),
    symbols={"k": symbol("size in 2..40", "places at which the edge can be")},
    steps={
        "edge": step("1 / k"),
        "error_mean": step("(k^2 - 1) / (6 * k)"),
        "error_sharp": step("(k^2 - 1) / (3 * k)"),
    },
    result="error_mean",
    source=f"{DEEP_LEARNING}, section 20.10.3; Goodfellow, NIPS 2016 Tutorial, section 2",
    claims=[claim("error_mean < error_sharp", "The blurred mean costs less.")],
    mistakes=[
        mistake(
            "no-error",
            "0",
            "The mean is none of the pictures; it costs at every place where the edge can be on either side.",
        ),
        mistake("sharp-picture", "(k^2 - 1) / (3 * k)", "That is the error of a sharp picture, twice as large."),
        mistake("sharp-edge", "1", "The mean picture rises over all k places: each of its steps is 1/k.", of="edge"),
    ],
)
def blur_of_the_mean(k):
    share = torch.arange(k + 1) / k  # of the pictures that are bright at this pixel
    error = (share * (1 - share)).sum()
    return {"edge": share[1] - share[0], "error_mean": error, "error_sharp": 2 * error}


@blur_of_the_mean.oracle("brute-force", "all pictures drawn, and every pair of them compared", samples=24)
def _(k):
    pictures = torch.tensor([[float(pixel > place) for pixel in range(k + 1)] for place in range(k)])
    mean = torch.mean(pictures, dim=0)
    return {
        "edge": torch.diff(mean).max(),
        "error_mean": torch.cdist(pictures, mean[None]).square().mean(),
        "error_sharp": torch.cdist(pictures, pictures, p=1).mean(),
    }
