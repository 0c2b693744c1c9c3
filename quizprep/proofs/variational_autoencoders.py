"""Proofs for the chapter variational-autoencoders."""

from __future__ import annotations

import math

from quizprep.lazy import torch
from quizprep.picture import curve
from quizprep.proofs import claim, mistake, proof, step, symbol

MU = symbol("vector[d]", "means of the code, one a dimension")
SIGMA = symbol("vector[d] of positive", "standard deviations of the code")


# --- the KL term ------------------------------------------------------------------------------


@proof(
    "kl-gaussian",
    title="KL divergence of a Gaussian code to N(0, I)",
    statement=(
        "KL(N(μ, σ²) ‖ N(0, 1)) = ½(σ² + μ² − ln σ² − 1), summed over the dimensions; it is 0 only at μ = 0, σ = 1."
    ),
    symbols={"mu": MU, "sigma": SIGMA},
    steps={
        "log_variance": step("log(sigma^2)", aliases=["logvar", "log_var"]),
        "per_dimension": step("(sigma^2 + mu^2 - log(sigma^2) - 1) / 2"),
        "kl": step("sum(sigma^2 + mu^2 - log(sigma^2) - 1) / 2", aliases=["KL", "D_KL"]),
    },
    heads={"KL(N(mu, sigma^2), N(0, 1))": "kl", "KL(q, p)": "kl"},
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), appendix B",
    gradients=["mu", "sigma"],
    mistakes=[
        mistake(
            "log-of-deviation",
            "sum(sigma^2 + mu^2 - log(sigma) - 1) / 2",
            "ln σ stands where ln σ² belongs: the logarithm is taken of the variance.",
        ),
        mistake(
            "sign-flipped",
            "sum(1 + log(sigma^2) - mu^2 - sigma^2) / 2",
            "The sign is flipped: that is −KL, the term of the ELBO, which is to be maximised.",
        ),
        mistake("missing-half", "sum(sigma^2 + mu^2 - log(sigma^2) - 1)", "The factor ½ is missing."),
        mistake(
            "missing-one",
            "sum(sigma^2 + mu^2 - log(sigma^2)) / 2",
            "The −1 is missing: the divergence must be 0 at μ = 0, σ = 1.",
        ),
        mistake(
            "mean-over-dimensions",
            "mean(sigma^2 + mu^2 - log(sigma^2) - 1) / 2",
            "The dimensions are averaged; for independent dimensions the divergences add up.",
        ),
        mistake(
            "deviation-for-variance",
            "sum(sigma + mu^2 - log(sigma) - 1) / 2",
            "σ was used for σ²: the variance belongs in both places.",
        ),
    ],
    claims=[claim("kl >= -1e-12", "It is never negative.")],
)
def kl_gaussian(mu, sigma):
    per_dimension = (sigma**2 + mu**2 - torch.log(sigma**2) - 1) / 2
    return {"log_variance": torch.log(sigma**2), "per_dimension": per_dimension, "kl": per_dimension.sum()}


@kl_gaussian.oracle("operator", "torch.distributions.kl_divergence of two MultivariateNormals (by Cholesky factors)")
def _(mu, sigma):
    code = torch.distributions.MultivariateNormal(mu, scale_tril=torch.diag(sigma))
    prior = torch.distributions.MultivariateNormal(torch.zeros_like(mu), torch.eye(len(mu)))
    return torch.distributions.kl_divergence(code, prior)


@kl_gaussian.oracle("brute-force", "numerical integration of q ln(q/p)")
def _(mu, sigma):
    z = mu[:, None] + sigma[:, None] * torch.linspace(-12, 12, 1201)
    log_q = torch.distributions.Normal(mu, sigma).log_prob(z.T).T
    log_p = torch.distributions.Normal(0.0, 1.0).log_prob(z)
    return {"per_dimension": torch.trapezoid(log_q.exp() * (log_q - log_p), z)}


@proof(
    "prior-pull",
    title="Gradient of the prior fitting term",
    statement=(
        "The KL term has slope μ in the mean and σ − 1/σ in the deviation: descending it moves μ to 0 and σ to 1."
    ),
    symbols={
        "mu": symbol("real", "mean of the code"),
        "sigma": symbol("positive", "standard deviation of the code"),
    },
    steps={
        "kl": step("(sigma^2 + mu^2 - log(sigma^2) - 1) / 2", aliases=["KL", "D_KL"]),
        "slope_mu": step("mu"),
        "slope_sigma": step("sigma - 1 / sigma"),
    },
    heads={"KL(N(mu, sigma^2), N(0, 1))": "kl", "KL(q, p)": "kl"},
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), appendix B",
    mistakes=[
        mistake("plus", "sigma + 1 / sigma", "The logarithm enters with a minus sign, so the 1/σ is subtracted."),
        mistake("half-lost", "2 * sigma - 2 / sigma", "The factor ½ in front of the bracket was lost."),
        mistake("log-of-deviation", "sigma - 1 / (2 * sigma)", "That is the slope with ln σ in place of ln σ²."),
        mistake("doubled-mean", "2 * mu", "The ½ cancels the 2 of the square: the slope is μ.", of="slope_mu"),
    ],
)
def prior_pull(mu, sigma):
    return {
        "kl": (sigma**2 + mu**2 - torch.log(sigma**2) - 1) / 2,
        "slope_mu": mu.clone(),
        "slope_sigma": sigma - 1 / sigma,
    }


@prior_pull.oracle("autograd", "autograd through torch.distributions.kl_divergence")
def _(mu, sigma):
    mu, sigma = mu.detach().requires_grad_(), sigma.detach().requires_grad_()
    code, prior = torch.distributions.Normal(mu, sigma), torch.distributions.Normal(0.0, 1.0)
    kl = torch.distributions.kl_divergence(code, prior)
    slope_mu, slope_sigma = torch.autograd.grad(kl, (mu, sigma))
    return {"kl": kl.detach(), "slope_mu": slope_mu, "slope_sigma": slope_sigma}


@proof(
    "differentiable-kl",
    title="KL to a Gaussian and to a mixture",
    statement=(
        "KL(N(μ, σ²) ‖ N(0, 1)) is a formula with slope μ in μ; KL to a mixture is not the mean of the KLs to its "
        "parts, which only bounds it from above."
    ),
    symbols={
        "mu": symbol("real in -2..2", "mean of the code"),
        "sigma": symbol("positive in 0.3..2", "standard deviation of the code"),
    },
    steps={
        "kl": step("(mu^2 + sigma^2 - 1) / 2 - ln(sigma)"),
        "slope": step("mu"),
        "kl_parts": step("(mu^2 + 4 + sigma^2 - 1) / 2 - ln(sigma)"),
        "kl_mixture": step(note="KL to ½ N(−2, 1) + ½ N(2, 1), integrated on a grid"),
    },
    result="kl",
    source=(
        "Kingma & Welling, Auto-Encoding Variational Bayes (2014), appendix B; Hershey & Olsen, Approximating the "
        "Kullback Leibler Divergence Between Gaussian Mixture Models (2007)"
    ),
    vectorized=False,
    claims=[
        claim("kl_mixture < kl_parts - 0.1", "The mean of the KLs to the parts is too large."),
        claim("kl_mixture >= -1e-9", "KL is never negative."),
    ],
    mistakes=[
        mistake("mean-over-parts", "kl_parts", "The logarithm of a sum is not a sum of logarithms.", of="kl_mixture"),
        mistake("variance-unpunished", "mu^2 / 2", "σ counts as well: KL is 0 only at μ = 0 and σ = 1."),
        mistake("log-forgotten", "(mu^2 + sigma^2 - 1) / 2", "The term −ln σ is missing."),
    ],
    picture=curve("sigma", 0.2, 3, "kl"),
)
def differentiable_kl(mu, sigma):
    z = mu + sigma * torch.linspace(-12, 12, 4001)

    def log_normal(mean, deviation):
        return -((z - mean) ** 2) / (2 * deviation**2) - torch.log(deviation) - math.log(2 * math.pi) / 2

    code, one = log_normal(mu, sigma), torch.ones(())
    mixture = torch.logaddexp(log_normal(-2.0, one), log_normal(2.0, one)) - math.log(2)
    kl = (mu**2 + sigma**2 - 1) / 2 - torch.log(sigma)
    return {
        "kl": kl,
        "slope": mu,
        "kl_parts": kl + 2,
        "kl_mixture": torch.trapezoid(code.exp() * (code - mixture), z),
    }


@differentiable_kl.oracle("operator", "torch.distributions.kl_divergence")
def _(mu, sigma):
    normal = torch.distributions.Normal
    code, one = normal(mu, sigma), torch.ones(())
    parts = [torch.distributions.kl_divergence(code, normal(mean * one, one)) for mean in (-2, 2)]
    return {"kl": torch.distributions.kl_divergence(code, normal(0 * one, one)), "kl_parts": sum(parts) / 2}


@differentiable_kl.oracle("autograd", "gradient of the operator's KL")
def _(mu, sigma):
    mean, one = mu.detach().requires_grad_(), torch.ones(())
    normal = torch.distributions.Normal
    (slope,) = torch.autograd.grad(torch.distributions.kl_divergence(normal(mean, sigma), normal(0 * one, one)), mean)
    return {"slope": slope}


@differentiable_kl.oracle("brute-force", "mean over the quantiles of the code", tolerance=2e-3, samples=8)
def _(mu, sigma):
    normal = torch.distributions.Normal
    z = mu + sigma * torch.special.ndtri((torch.arange(200_000) + 0.5) / 200_000)
    mixture = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(torch.ones(2)), normal(torch.tensor([-2.0, 2.0]), torch.ones(2))
    )
    return {"kl_mixture": (normal(mu, sigma).log_prob(z) - mixture.log_prob(z)).mean()}


@proof(
    "reparameterisation",
    title="Reparameterisation trick",
    statement="z = μ + σε with ε ~ N(0, 1) has the distribution N(μ, σ²) and is differentiable in μ and σ.",
    symbols={
        "mu": symbol("real", "mean from the encoder"),
        "sigma": symbol("positive", "standard deviation from the encoder"),
        "epsilon": symbol("real in -3..3", "a draw from N(0, 1)", aliases=["eps"]),
    },
    steps={
        "z": step("mu + sigma * epsilon"),
        "loss": step("z^2"),
        "slope_mu": step("2 * z"),
        "slope_sigma": step("2 * z * epsilon"),
    },
    result="z",
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), section 2.4",
    mistakes=[
        mistake(
            "variance-scales",
            "mu + sigma^2 * epsilon",
            "The noise is scaled by the standard deviation, not by the variance.",
        ),
        mistake(
            "swapped", "sigma + mu * epsilon", "Mean and deviation are swapped: the mean shifts, the deviation scales."
        ),
        mistake("mean-scaled-too", "(mu + epsilon) * sigma", "Only the noise is scaled, the mean is added as it is."),
        mistake(
            "standardised",
            "(mu - epsilon) / sigma",
            "That standardises a number; sampling goes the other way: scale the noise, then shift it.",
        ),
        mistake("noise-forgotten", "2 * z", "By the chain rule z changes by ε for each unit of σ.", of="slope_sigma"),
    ],
)
def reparameterisation(mu, sigma, epsilon):
    z = mu + sigma * epsilon
    return {"z": z, "loss": z**2, "slope_mu": 2 * z, "slope_sigma": 2 * z * epsilon}


@reparameterisation.oracle("operator", "Normal(μ, σ).icdf at the quantile of ε")
def _(mu, sigma, epsilon):
    quantile = torch.special.ndtr(epsilon)
    return {"z": torch.distributions.Normal(mu, sigma).icdf(quantile)}


@reparameterisation.oracle("autograd", "autograd through z")
def _(mu, sigma, epsilon):
    mu, sigma = mu.detach().requires_grad_(), sigma.detach().requires_grad_()
    loss = torch.lerp(mu, mu + sigma, epsilon) ** 2
    slope_mu, slope_sigma = torch.autograd.grad(loss, (mu, sigma))
    return {"loss": loss.detach(), "slope_mu": slope_mu, "slope_sigma": slope_sigma}


@proof(
    "log-variance-code",
    title="Sampling from a log-variance",
    statement="An encoder that outputs ln σ² is turned into a deviation by σ = exp(½ ln σ²), always positive.",
    symbols={
        "mu": symbol("real", "mean from the encoder"),
        "logvar": symbol("real in -4..4", "log-variance from the encoder", aliases=["log_var", "log_variance"]),
        "epsilon": symbol("real in -3..3", "a draw from N(0, 1)", aliases=["eps"]),
    },
    steps={"sigma": step("exp(logvar / 2)"), "z": step("mu + sigma * epsilon")},
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), appendix C",
    mistakes=[
        mistake(
            "forgot-the-half",
            "mu + exp(logvar) * epsilon",
            "exp(ln σ²) is the variance; the noise is scaled by its root, exp(½ ln σ²).",
        ),
        mistake(
            "no-exponential", "mu + logvar * epsilon", "The encoder outputs a logarithm; it has to be exponentiated."
        ),
        mistake(
            "half-of-the-variance",
            "mu + exp(logvar) / 2 * epsilon",
            "The half belongs in the exponent: it is a root, not a division by two.",
        ),
    ],
    claims=[claim("sigma > 0", "The deviation is positive.")],
)
def log_variance_code(mu, logvar, epsilon):
    sigma = torch.exp(logvar / 2)
    return {"sigma": sigma, "z": mu + sigma * epsilon}


@log_variance_code.oracle("operator", "MultivariateNormal with variance exp(ln σ²): its Cholesky factor times ε")
def _(mu, logvar, epsilon):
    normal = torch.distributions.MultivariateNormal(mu[None], torch.exp(logvar).reshape(1, 1))
    return {"sigma": normal.stddev[0], "z": (normal.loc + normal.scale_tril @ epsilon[None])[0]}


@proof(
    "reparameterised-gradient",
    title="Gradients through reparameterised samples",
    statement=(
        "Averaged over noise, the gradient through z = μ + σε is that of the expectation: for E[z²] = μ² + σ² it is "
        "(2μ, 2σ), and it fluctuates less than the score-function estimate."
    ),
    symbols={
        "mu": symbol("real in -2..2", "mean"),
        "sigma": symbol("positive in 0.5..2", "standard deviation"),
    },
    steps={
        "estimate_mu": step(note="mean slope in μ over 40000 draws"),
        "estimate_sigma": step(note="mean slope in σ over the same draws"),
        "score_mu": step(note="mean of the score-function estimate of the slope in μ"),
        "variance_pathwise": step(note="variance of one draw's slope in μ"),
        "variance_score": step(note="the same for the score-function estimator"),
        "plain_sample_tracks": step(note="1 if .sample() carries a gradient"),
        "reparameterised_tracks": step(note="1 if .rsample() does", within=(1, 1)),
    },
    result="estimate_mu",
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), sections 2.2 and 2.4",
    vectorized=False,
    claims=[
        claim("abs(estimate_mu - 2 mu) < 0.15", "The slope in μ is 2μ."),
        claim("abs(estimate_sigma - 2 sigma) < 0.2", "The slope in σ is 2σ."),
        claim("abs(score_mu - 2 mu) < 0.3", "The score-function estimate has the same mean."),
        claim("abs(variance_pathwise / (4 sigma^2) - 1) < 0.05", "The slope 2z in μ has the variance 4σ²."),
        claim("variance_score > 2 * variance_pathwise", "It fluctuates less."),
        claim("plain_sample_tracks = 0 and reparameterised_tracks = 1", "A plain sample blocks the gradient."),
    ],
    mistakes=[
        mistake(
            "sampling-is-differentiable",
            "plain_sample_tracks > 0.5",
            "A plain random draw is no function of μ and σ, so no gradient flows through it.",
        ),
        mistake("no-gradient-in-sigma", "abs(estimate_sigma) < 0.2", "σ does receive a gradient: it scales the noise."),
    ],
)
def reparameterised_gradient(mu, sigma, random):
    mu, sigma = mu.detach().requires_grad_(), sigma.detach().requires_grad_()
    noise = random.normal(40_000)
    z = mu + sigma * noise
    slope_mu, slope_sigma = torch.autograd.grad((z**2).mean(), (mu, sigma))
    z = z.detach()
    score = z**2 * noise / sigma.detach()
    normal = torch.distributions.Normal(mu, sigma)
    return {
        "estimate_mu": slope_mu,
        "estimate_sigma": slope_sigma,
        "score_mu": score.mean(),
        "variance_pathwise": (2 * z).var(),
        "variance_score": score.var(),
        "plain_sample_tracks": float(normal.sample().requires_grad),
        "reparameterised_tracks": float(normal.rsample().requires_grad),
    }


# --- encoder and decoder ----------------------------------------------------------------------


@proof(
    "encoder-distribution",
    title="A VAE encodes an input as a distribution",
    statement=(
        "For each input the encoder outputs a mean and a variance in each latent dimension; encoding the same input "
        "twice gives two codes, where a plain autoencoder gives one."
    ),
    symbols={"d": symbol("size in 1..64", "latent dimensions")},
    steps={
        "encoder_outputs": step(note="numbers that a diagonal Gaussian over d codes leaves to choose"),
        "gap_autoencoder": step(note="mean square distance of two codes of one input, plain autoencoder"),
        "gap_vae": step(note="the same for the VAE"),
        "gap_expected": step(note="2 Σσ², the same from the variances that the encoder outputs"),
    },
    result="encoder_outputs",
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), section 3",
    claims=[
        claim("encoder_outputs = 2 d", "Two numbers a dimension."),
        claim("gap_autoencoder = 0", "A plain code is fixed."),
        claim(
            "gap_vae > 0.00001 and abs(gap_vae / gap_expected - 1) < 0.1", "A VAE's code varies as its variances say."
        ),
    ],
    mistakes=[
        mistake(
            "same-code-twice",
            "gap_vae < 0.00001",
            "The code is drawn from a distribution, so it differs from draw to draw.",
        ),
        mistake(
            "one-number-a-dimension",
            "encoder_outputs <= d",
            "A mean alone is no distribution: a variance is needed too.",
        ),
        mistake(
            "full-covariance",
            "encoder_outputs > 2 * d",
            "The usual encoder treats the dimensions as independent: no covariances are output.",
        ),
    ],
)
def encoder_distribution(d, random):
    x, weights = random.normal(6), random.normal(2 * d, 6) / math.sqrt(6)  # free: any input and any weights
    mean, log_variance = torch.nn.functional.linear(x, weights).split(d)
    normal = torch.distributions.Normal(mean, torch.exp(log_variance / 2))  # free: any positive deviation
    free = [getattr(normal, name) for name in normal.arg_constraints]  # its mean and its deviation
    noise = random.normal(2, 2000, d)
    codes = normal.loc + normal.scale * noise
    plain = torch.nn.functional.linear(x.expand(2, 2000, 6), weights[:d])
    return {
        "encoder_outputs": float(sum(part.numel() for part in free)),
        "gap_autoencoder": (plain[0] - plain[1]).square().sum(1).mean(),
        "gap_vae": (codes[0] - codes[1]).square().sum(1).mean(),
        "gap_expected": 2 * normal.variance.sum(),
    }


@proof(
    "vae-versus-autoencoder",
    title="VAE and autoencoder",
    statement=(
        "Codes made c times larger and a decoder c times smaller cost a plain autoencoder nothing, but multiply the "
        "KL penalty of the means by c²; and N(0, 1) noise then decodes to a small part of the data's range."
    ),
    symbols={"c": symbol("positive in 3..20", "factor by which the codes are scaled")},
    steps={
        "reconstruction_before": step(note="mean squared reconstruction error", within=(0.0084, 0.0117)),
        "reconstruction_after": step(note="the same after scaling", within=(0.0084, 0.0117)),
        "kl_before": step(note="mean KL term of the means, μ²/2 at σ = 1", within=(0.44, 0.58)),
        "kl_after": step(note="the same after scaling"),
        "data_spread": step(note="standard deviation of the data along their line", within=(0.94, 1.07)),
        "generated_spread": step(note="the same for decoded noise z ~ N(0, 1), after scaling"),
        "kl_factor": step("kl_after / kl_before"),
    },
    source="Kingma & Welling, An Introduction to Variational Autoencoders (2019), section 2",
    vectorized=False,
    claims=[
        claim("abs(reconstruction_after - reconstruction_before) < 1e-9", "The autoencoder does not notice."),
        claim("abs(kl_factor / c^2 - 1) < 1e-6", "The KL penalty grows by c²."),
        claim("abs(generated_spread * c - 1) < 0.1", "Decoded noise fills a c-th of the data's range."),
    ],
    mistakes=[
        mistake(
            "reconstruction-fixes-the-scale",
            "reconstruction_after > reconstruction_before + 0.001",
            "The decoder undoes any scaling, so the reconstruction error does not change.",
        ),
        mistake(
            "any-noise-decodes-well",
            "generated_spread > 0.9 * data_spread",
            "Where codes lie elsewhere than N(0, 1), decoded noise does not look like the data.",
        ),
    ],
)
def vae_versus_autoencoder(c, random):
    line = torch.tensor([0.6, 0.8])
    x = random.normal(2000, 1) * line + 0.1 * random.normal(2000, 2)
    codes, noise = x @ line, random.normal(2000)

    def reconstruction(scale):
        return ((x - (scale * codes)[:, None] * (line / scale)) ** 2).sum(dim=1).mean()

    kl_before, kl_after = (codes**2).mean() / 2, ((c * codes) ** 2).mean() / 2
    return {
        "reconstruction_before": reconstruction(1.0),
        "reconstruction_after": reconstruction(c),
        "kl_before": kl_before,
        "kl_after": kl_after,
        "data_spread": codes.std(),
        "generated_spread": ((noise[:, None] * (line / c)) @ line).square().mean().sqrt(),
        "kl_factor": kl_after / kl_before,
    }


@proof(
    "vae-sampling",
    title="Generating: decode Gaussian noise",
    statement="Noise z ~ N(0, 1) goes through the decoder; what comes out need not be Gaussian at all.",
    symbols={},
    steps={
        "kurtosis_noise": step(note="kurtosis of z (3 for a Gaussian)", within=(2.86, 3.13)),
        "kurtosis_output": step(note="kurtosis of x = 3 tanh(5z)", within=(1.103, 1.125)),
        "middle_noise": step(note="share of z in the middle third of ±3", within=(0.667, 0.699)),
        "middle_output": step(note="share of x in the middle third of ±3", within=(0.046, 0.063)),
    },
    result="kurtosis_output",
    source="Doersch, Tutorial on Variational Autoencoders (2016), section 2",
    vectorized=False,
    claims=[
        claim("abs(kurtosis_noise - 3) < 0.4", "The prior is Gaussian."),
        claim("kurtosis_output < 1.7", "The output has two humps."),
        claim("middle_output < 0.3 * middle_noise", "Its middle is nearly empty."),
    ],
    mistakes=[
        mistake(
            "output-must-be-gaussian",
            "abs(kurtosis_output - 3) < 0.4",
            "A non-linear decoder bends the Gaussian into other shapes.",
        ),
    ],
)
def vae_sampling(random):
    z = random.normal(20_000)
    x = 3 * torch.tanh(5 * z)

    def kurtosis(values):
        centred = values - values.mean()
        return (centred**4).mean() / (centred**2).mean() ** 2

    return {
        "kurtosis_noise": kurtosis(z),
        "kurtosis_output": kurtosis(x),
        "middle_noise": (z.abs() < 1).double().mean(),
        "middle_output": (x.abs() < 1).double().mean(),
    }


@proof(
    "latent-interpolation",
    title="Moving in latent space",
    statement=(
        "Halfway between two codes a decoder makes an output like the data; the mean of the two outputs themselves may "
        "lie far from all data."
    ),
    symbols={},
    steps={
        "off_codes": step(
            note="largest distance from the data of what is decoded on the way between the codes",
            within=(0.0023, 0.023),
        ),
        "off_outputs": step(
            note="largest distance from the data on the straight way between the outputs", within=(0.23, 1.14)
        ),
        "largest_share": step(
            note="largest part of the decoded way that one of 50 steps makes", within=(0.01998, 0.02002)
        ),
    },
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), appendix A",
    result="off_codes",
    vectorized=False,
    claims=[
        claim("off_codes < 0.05", "What is decoded on the way looks like data."),
        claim("off_outputs > 0.3", "Mixed outputs do not."),
        claim("largest_share < 0.1", "The output changes little by little."),
    ],
    mistakes=[
        mistake("jumps", "largest_share > 0.5", "A smooth decoder does not jump between two codes."),
        mistake(
            "mixing-pixels-is-as-good", "off_outputs < 2 * off_codes", "The mean of two data need not look like data."
        ),
    ],
)
def latent_interpolation(random):
    axes = torch.linalg.qr(random.normal(8, 2))[0].T  # free: any plane

    def decoder(code):  # the data lie on a circle in eight dimensions
        return torch.stack([torch.cos(code), torch.sin(code)], 1) @ axes

    data = decoder(random.uniform(2000, high=2 * torch.pi))
    start = random.uniform(1, high=3)[0]  # free: anywhere on the circle
    # free: in either direction, about half of the circle
    way = start + torch.linspace(0, 1, 51) * (2 + random.uniform(1)[0])
    decoded = decoder(way)
    mixed = decoded[0] + torch.linspace(0, 1, 51)[:, None] * (decoded[-1] - decoded[0])
    changes = (decoded[1:] - decoded[:-1]).norm(dim=1)

    def off(points):
        return torch.cdist(points, data).amin(dim=1).max()

    return {"off_codes": off(decoded), "off_outputs": off(mixed), "largest_share": changes.max() / changes.sum()}


@proof(
    "gaussian-reconstruction",
    title="Reconstruction term of a Gaussian decoder",
    statement=(
        "With a decoder N(x̂, s²I) the reconstruction term −ln p(x | z) is the squared error over 2s², plus a constant."
    ),
    symbols={
        "x": symbol("vector[n]", "the input"),
        "x_hat": symbol("vector[n]", "the decoder's output"),
        "s": symbol("positive", "standard deviation of the decoder"),
    },
    steps={
        "squared_error": step("sum((x - x_hat)^2)", aliases=["SSE"]),
        "constant": step("len(x) * log(s * sqrt(2 * pi))"),
        "reconstruction": step("squared_error / (2 * s^2) + constant"),
    },
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), appendix C.2",
    mistakes=[
        mistake("missing-half", "squared_error / s^2 + constant", "The ½ in the exponent of the Gaussian is missing."),
        mistake(
            "deviation-for-variance",
            "squared_error / (2 * s) + constant",
            "The squared error is measured in units of the variance s², not of s.",
        ),
        mistake(
            "sign-flipped",
            "-squared_error / (2 * s^2) - constant",
            "That is the log-likelihood; the loss is its negative.",
        ),
        mistake(
            "one-constant-only",
            "squared_error / (2 * s^2) + log(s * sqrt(2 * pi))",
            "Every one of the n components contributes its own normalising constant.",
        ),
    ],
)
def gaussian_reconstruction(x, x_hat, s):
    squared_error = ((x - x_hat) ** 2).sum()
    constant = len(x) * torch.log(s * math.sqrt(2 * math.pi))
    return {
        "squared_error": squared_error,
        "constant": constant,
        "reconstruction": squared_error / (2 * s**2) + constant,
    }


@gaussian_reconstruction.oracle("operator", "torch.distributions.MultivariateNormal.log_prob")
def _(x, x_hat, s):
    return -torch.distributions.MultivariateNormal(x_hat, s**2 * torch.eye(len(x))).log_prob(x)


@gaussian_reconstruction.oracle("operator", "torch.nn.functional.gaussian_nll_loss", tolerance=1e-8)
def _(x, x_hat, s):
    variance = (s**2).expand(len(x))
    return torch.nn.functional.gaussian_nll_loss(x_hat, x, variance, full=True, eps=1e-12, reduction="sum")


@proof(
    "bernoulli-reconstruction",
    title="Reconstruction term of a Bernoulli decoder",
    statement=(
        "With a decoder that outputs probabilities p for binary pixels, "
        "−ln p(x | z) is the summed binary cross-entropy."
    ),
    symbols={
        "x": symbol("vector[n] of bit", "binary pixels"),
        "p": symbol("vector[n] of open-probability", "the decoder's probabilities of 1"),
    },
    steps={
        "likelihood": step("prod(x * p + (1 - x) * (1 - p))"),
        "log_likelihood": step("log(likelihood)"),
        "reconstruction": step("-log(likelihood)"),
    },
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), appendix C.1",
    mistakes=[
        mistake("only-the-ones", "-sum(x * log(p))", "Pixels that are 0 count too, with -ln(1 - p)."),
        mistake("wrong-sign", "log(likelihood)", "The minus sign is missing: a loss falls when the likelihood rises."),
        mistake(
            "squared-error", "sum((x - p)^2)", "Squared error belongs to a Gaussian decoder, not to a Bernoulli one."
        ),
        mistake(
            "probabilities-swapped",
            "-sum(x * log(1 - p) + (1 - x) * log(p))",
            "p is the probability of a 1, so a pixel 1 contributes -ln p.",
        ),
    ],
)
def bernoulli_reconstruction(x, p):
    likelihood = (x * p + (1 - x) * (1 - p)).prod()
    return {"likelihood": likelihood, "log_likelihood": torch.log(likelihood), "reconstruction": -torch.log(likelihood)}


@bernoulli_reconstruction.oracle("operator", "torch.nn.functional.binary_cross_entropy")
def _(x, p):
    return torch.nn.functional.binary_cross_entropy(p, x, reduction="sum")


@proof(
    "vae-loss",
    title="Loss of a VAE",
    statement=(
        "The loss is the reconstruction error plus the KL divergence of the code to N(0, I): minus the ELBO, up to a "
        "constant, for a decoder of unit variance."
    ),
    symbols={
        "x": symbol("vector[n]", "the input"),
        "x_hat": symbol("vector[n]", "the decoder's output"),
        "mu": MU,
        "sigma": SIGMA,
    },
    steps={
        "reconstruction": step("sum((x - x_hat)^2) / 2"),
        "kl": step("sum(sigma^2 + mu^2 - log(sigma^2) - 1) / 2", aliases=["KL"]),
        "loss": step("reconstruction + kl"),
    },
    heads={"KL(N(mu, sigma^2), N(0, 1))": "kl", "KL(q, p)": "kl"},
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), section 3",
    mistakes=[
        mistake("kl-subtracted", "reconstruction - kl", "In a loss the KL term is added: it is a penalty."),
        mistake("kl-forgotten", "reconstruction", "That is the loss of a plain autoencoder: the KL term is missing."),
        mistake("only-kl", "kl", "Without the reconstruction error the code would carry nothing of the input."),
        mistake("elbo-sign", "-reconstruction - kl", "That is the ELBO, which is maximised; the loss is its negative."),
    ],
)
def vae_loss(x, x_hat, mu, sigma):
    reconstruction = ((x - x_hat) ** 2).sum() / 2
    kl = (sigma**2 + mu**2 - torch.log(sigma**2) - 1).sum() / 2
    return {"reconstruction": reconstruction, "kl": kl, "loss": reconstruction + kl}


@vae_loss.oracle("operator", "torch.distributions: −log_prob of the decoder plus kl_divergence")
def _(x, x_hat, mu, sigma):
    distributions = torch.distributions
    constant = len(x) * math.log(2 * math.pi) / 2
    reconstruction = -distributions.Normal(x_hat, torch.ones_like(x)).log_prob(x).sum() - constant
    prior = distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    kl = distributions.kl_divergence(distributions.Normal(mu, sigma), prior).sum()
    return {"reconstruction": reconstruction, "kl": kl, "loss": reconstruction + kl}


@proof(
    "vae-forward-pass",
    title="One forward pass of a VAE",
    statement="From the encoder's mean and log-variance to the loss, with one latent dimension and a linear decoder.",
    symbols={
        "x": symbol("real", "the input"),
        "mu": symbol("real", "mean from the encoder"),
        "logvar": symbol("real in -4..4", "log-variance from the encoder", aliases=["log_var"]),
        "epsilon": symbol("real in -3..3", "a draw from N(0, 1)", aliases=["eps"]),
        "w": symbol("real", "weight of the decoder"),
    },
    steps={
        "sigma": step("exp(logvar / 2)"),
        "z": step("mu + sigma * epsilon"),
        "x_hat": step("w * z"),
        "reconstruction": step("(x - x_hat)^2 / 2"),
        "kl": step("(mu^2 + sigma^2 - logvar - 1) / 2", aliases=["KL"]),
        "loss": step("reconstruction + kl"),
    },
    heads={"KL(N(mu, sigma^2), N(0, 1))": "kl", "KL(q, p)": "kl"},
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), sections 2.3 and 3",
    mistakes=[
        mistake(
            "mean-decoded",
            "(x - w * mu)^2 / 2 + kl",
            "The mean was decoded; in training the sample z goes through the decoder.",
        ),
        mistake(
            "kl-of-the-sample",
            "reconstruction + z^2 / 2",
            "KL belongs to the distribution with μ and σ, not to the one sample z.",
        ),
        mistake("kl-subtracted", "reconstruction - kl", "In a loss the KL term is added."),
    ],
)
def vae_forward_pass(x, mu, logvar, epsilon, w):
    sigma = torch.exp(logvar / 2)
    z = mu + sigma * epsilon
    x_hat = w * z
    reconstruction = (x - x_hat) ** 2 / 2
    kl = (mu**2 + sigma**2 - logvar - 1) / 2
    return {
        "sigma": sigma,
        "z": z,
        "x_hat": x_hat,
        "reconstruction": reconstruction,
        "kl": kl,
        "loss": reconstruction + kl,
    }


@vae_forward_pass.oracle("operator", "torch.distributions: −log_prob of the decoder plus kl_divergence")
def _(x, mu, logvar, epsilon, w):
    code = torch.distributions.Normal(mu, logvar.exp().sqrt())
    z = code.icdf(torch.special.ndtr(epsilon))
    decoder = torch.distributions.Normal(torch.nn.functional.linear(z[None], w.reshape(1, 1))[0], 1.0)
    kl = torch.distributions.kl_divergence(code, torch.distributions.Normal(0.0, 1.0))
    reconstruction = -decoder.log_prob(x) - math.log(2 * math.pi) / 2
    return {
        "sigma": code.scale,
        "z": z,
        "x_hat": decoder.mean,
        "kl": kl,
        "reconstruction": reconstruction,
        "loss": reconstruction + kl,
    }


# --- the evidence lower bound -----------------------------------------------------------------


@proof(
    "elbo",
    title="Evidence lower bound",
    statement=(
        "For z ~ N(0, 1), x | z ~ N(z, 1) and q = N(m, s²): ln p(x) = ELBO + KL(q ‖ p(z | x)), so the ELBO is a "
        "lower bound, exact for the posterior q = N(x/2, 1/2)."
    ),
    symbols={
        "x": symbol("real", "the observation"),
        "m": symbol("real", "mean of q"),
        "s": symbol("positive", "standard deviation of q"),
    },
    steps={
        "reconstruction": step("-log(2 * pi) / 2 - ((x - m)^2 + s^2) / 2"),
        "prior_kl": step("(m^2 + s^2 - 1 - log(s^2)) / 2"),
        "gap": step("(2 * s^2 + 2 * (m - x / 2)^2 - 1 - log(2 * s^2)) / 2"),
        "evidence": step("-log(4 * pi) / 2 - x^2 / 4"),
        "elbo": step("reconstruction - prior_kl", aliases=["ELBO"]),
    },
    source="Blei, Kucukelbir & McAuliffe, Variational Inference: A Review for Statisticians (2017), section 2.2",
    mistakes=[
        mistake("kl-added", "reconstruction + prior_kl", "In the ELBO the KL to the prior is subtracted."),
        mistake(
            "spread-forgotten",
            "-log(2 * pi) / 2 - (x - m)^2 / 2 - prior_kl",
            "The expectation over q also sees its spread: E(x − z)² = (x − m)² + s².",
        ),
        mistake("upper-bound", "evidence + gap", "The gap lies above the ELBO: ELBO = ln p(x) − gap."),
        mistake(
            "prior-for-posterior",
            "evidence - prior_kl",
            "The gap is the KL to the posterior p(z | x), not to the prior.",
        ),
    ],
    claims=[
        claim("elbo <= evidence + 1e-9", "It never exceeds the log evidence."),
        claim("abs(elbo + gap - evidence) < 1e-9 * (1 + abs(evidence))", "The gap is the KL to the posterior."),
    ],
    picture=curve("m", -2, 3, "elbo", "evidence"),
)
def elbo(x, m, s):
    reconstruction = -math.log(2 * math.pi) / 2 - ((x - m) ** 2 + s**2) / 2
    prior_kl = (m**2 + s**2 - 1 - torch.log(s**2)) / 2
    return {
        "reconstruction": reconstruction,
        "prior_kl": prior_kl,
        "gap": (2 * s**2 + 2 * (m - x / 2) ** 2 - 1 - torch.log(2 * s**2)) / 2,
        "evidence": -math.log(4 * math.pi) / 2 - x**2 / 4,
        "elbo": reconstruction - prior_kl,
    }


@elbo.oracle("brute-force", "numerical integration over z")
def _(x, m, s):
    normal = torch.distributions.Normal
    z = m + s * torch.linspace(-12, 12, 1201)
    log_q, log_prior, log_decoder = normal(m, s).log_prob(z), normal(0.0, 1.0).log_prob(z), normal(z, 1.0).log_prob(x)
    everywhere = torch.linspace(-15, 15, 3001) + x / 2
    joint = torch.exp(normal(0.0, 1.0).log_prob(everywhere) + normal(everywhere, 1.0).log_prob(x))
    evidence = torch.log(torch.trapezoid(joint, everywhere))
    weighted = torch.trapezoid(log_q.exp() * torch.stack([log_decoder, log_prior + log_decoder - log_q]), z)
    return {"reconstruction": weighted[0], "elbo": weighted[1], "evidence": evidence, "gap": evidence - weighted[1]}


@elbo.oracle("operator", "torch.distributions")
def _(x, m, s):
    distributions = torch.distributions
    q = distributions.Normal(m, s)
    evidence = distributions.Normal(0.0, math.sqrt(2)).log_prob(x)
    gap = distributions.kl_divergence(q, distributions.Normal(x / 2, math.sqrt(0.5)))
    prior_kl = distributions.kl_divergence(q, distributions.Normal(0.0, 1.0))
    return {"prior_kl": prior_kl, "evidence": evidence, "gap": gap, "elbo": evidence - gap}


@proof(
    "variational-inference",
    title="Variational inference by gradient steps",
    statement=(
        "Climbing the ELBO alone, without ever computing the posterior, moves q = N(m, s²) from N(0, 1) to the "
        "posterior N(x/2, 1/2)."
    ),
    symbols={"x": symbol("real in -6..6", "the observation")},
    steps={
        "kl_start": step(note="KL(q ‖ posterior) for q = N(0, 1)"),
        "kl_end": step(note="the same after 100 steps on the ELBO"),
        "variance": step(note="variance of q then"),
        "m": step(note="mean of q then"),
    },
    source="Blei, Kucukelbir & McAuliffe, Variational Inference: A Review for Statisticians (2017), section 2",
    claims=[
        claim("abs(m - x / 2) < 0.000001", "The mean becomes x/2."),
        claim("abs(variance - 0.5) < 0.000001", "The variance becomes 1/2."),
        claim("kl_end < 0.000001 and kl_end < kl_start", "The divergence to the posterior vanishes."),
    ],
    mistakes=[
        mistake("observation-itself", "x", "The posterior mean lies between the observation x and the prior mean 0."),
        mistake("prior-mean", "0 * x", "That is the prior mean; the observation has moved it."),
        mistake("sum-of-precisions", "2 * x", "The precisions 1 + 1 divide: the mean is x / (1 + 1)."),
    ],
)
def variational_inference(x):
    def divergence(m, s):
        return (2 * s**2 + 2 * (m - x / 2) ** 2 - 1 - torch.log(2 * s**2)) / 2

    m, s = torch.zeros_like(x), torch.ones_like(x)
    start = divergence(m, s)
    for _ in range(100):  # ascent on the ELBO, whose slopes are x - 2m and 1/s - 2s
        m, s = m + 0.1 * (x - 2 * m), s + 0.1 * (1 / s - 2 * s)
    return {"kl_start": start, "kl_end": divergence(m, s), "variance": s**2, "m": m}


@variational_inference.oracle("closed-form", "Bayes' rule for two Gaussians", tolerance=1e-7)
def _(x):
    precision = torch.linalg.inv(torch.tensor([[1.0, 1.0], [1.0, 2.0]]))  # of (z, x); its covariance is known
    mean, variance = -precision[0, 1] / precision[0, 0] * x, 1 / precision[0, 0]
    normal = torch.distributions.Normal
    start = torch.distributions.kl_divergence(normal(0.0, 1.0), normal(mean, variance.sqrt()))
    return {"kl_start": start, "kl_end": torch.zeros_like(x), "variance": variance, "m": mean}


@proof(
    "likelihood-by-sampling",
    title="The likelihood of a VAE is hard to evaluate",
    statement=(
        "ln p(x) = ln ∫ p(x | z) p(z) dz needs an integral over all codes: samples estimate it, the ELBO bounds it."
    ),
    symbols={"x": symbol("real in -2..2", "the observation")},
    steps={
        "exact": step("-log(4 * pi) / 2 - x^2 / 4", within=(-2.8, -0.7)),
        "estimate": step(note="log of the mean of p(x | z) over 20000 draws z ~ N(0, 1)", within=(-2.8, -0.7)),
        "bound": step("-log(2 * pi) / 2 - (x^2 + 1) / 2"),
    },
    source="Burda, Grosse & Salakhutdinov, Importance Weighted Autoencoders (2016), section 2",
    vectorized=False,
    claims=[
        claim("abs(estimate - exact) < 0.1", "Many samples estimate it."),
        claim("bound < exact - 0.1", "The ELBO with q = N(0, 1) stays below."),
    ],
    mistakes=[
        mistake(
            "elbo-is-the-likelihood",
            "abs(bound - exact) < 0.05",
            "The ELBO is a lower bound; it equals ln p(x) only for the exact posterior.",
        ),
    ],
)
def likelihood_by_sampling(x, random):
    z = random.normal(20_000)
    log_decoder = -math.log(2 * math.pi) / 2 - (x - z) ** 2 / 2
    return {
        "exact": -math.log(4 * math.pi) / 2 - x**2 / 4,
        "estimate": torch.logsumexp(log_decoder, dim=0) - math.log(20_000),
        "bound": -math.log(2 * math.pi) / 2 - (x**2 + 1) / 2,
    }


@proof(
    "adversarial-prior",
    title="Matching codes to a prior by a discriminator",
    statement=(
        "An adversarial autoencoder needs only samples of the prior, here a ring: a discriminator tells unlike codes "
        "apart and can only guess once the codes match."
    ),
    symbols={},
    steps={
        "accuracy_unlike": step(note="best threshold on |z|: ring against codes N(0, 0.1²)", within=(0.97, 1)),
        "accuracy_alike": step(note="the same against codes that form the ring", within=(0.496, 0.529)),
    },
    source="Makhzani et al., Adversarial Autoencoders (2015), section 2",
    vectorized=False,
    claims=[
        claim("accuracy_unlike > 0.95", "Unlike codes are found out."),
        claim("accuracy_alike < 0.6", "Matching codes are not."),
    ],
    mistakes=[
        mistake(
            "perfect-discriminator-at-the-end",
            "accuracy_alike > 0.9",
            "When the codes follow the prior, nothing is left to tell apart.",
        ),
    ],
)
def adversarial_prior(random):
    def ring(count):
        # free: any ring, or a piece of one
        radius, angle = 2 + 0.1 * random.normal(count), random.uniform(count, high=2 * math.pi)
        return radius[:, None] * torch.stack([torch.cos(angle), torch.sin(angle)], dim=1)  # free: turned or not

    def best_accuracy(codes, prior):
        thresholds = torch.linspace(0, 3, 61)[:, None]
        hits = (prior.norm(dim=1) > thresholds).double().mean(1) + (codes.norm(dim=1) <= thresholds).double().mean(1)
        return (hits / 2).max()

    return {
        "accuracy_unlike": best_accuracy(0.1 * random.normal(2000, 2), ring(2000)),
        "accuracy_alike": best_accuracy(ring(2000), ring(2000)),
    }
