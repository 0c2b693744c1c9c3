"""Proofs for the chapter variational-autoencoders."""

from __future__ import annotations

import math

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

MU = symbol("vector[d]", "means of the code, one a dimension", "잠재 변수의 차원별 평균")
SIGMA = symbol("vector[d] of positive", "standard deviations of the code", "잠재 변수의 차원별 표준편차")


# --- the KL term ------------------------------------------------------------------------------


@proof(
    "kl-gaussian",
    title=("KL divergence of a Gaussian code to N(0, I)", "가우시안 잠재 분포와 N(0, I) 사이의 KL 발산"),
    statement=(
        "KL(N(μ, σ²) ‖ N(0, 1)) = ½(σ² + μ² − ln σ² − 1), summed over the dimensions; it is 0 only at μ = 0, σ = 1.",
        "KL(N(μ, σ²) ‖ N(0, 1)) = ½(σ² + μ² − ln σ² − 1)을 차원별로 더한 값이며 μ = 0, σ = 1에서만 0이다.",
    ),
    symbols={"mu": MU, "sigma": SIGMA},
    steps={
        "per_dimension": step("(sigma^2 + mu^2 - log(sigma^2) - 1) / 2"),
        "kl": step("sum(sigma^2 + mu^2 - log(sigma^2) - 1) / 2", aliases=["KL"]),
    },
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), appendix B",
    gradients=["mu", "sigma"],
    mistakes=[
        mistake(
            "log-of-deviation",
            "sum(sigma^2 + mu^2 - log(sigma) - 1) / 2",
            "ln σ stands where ln σ² belongs: the logarithm is taken of the variance.",
            "ln σ² 자리에 ln σ가 있습니다. 분산의 로그여야 합니다.",
        ),
        mistake(
            "sign-flipped",
            "sum(1 + log(sigma^2) - mu^2 - sigma^2) / 2",
            "The sign is flipped: that is −KL, the term of the ELBO, which is to be maximised.",
            "부호가 반대입니다. 그것은 최대화할 ELBO에 들어가는 −KL입니다.",
        ),
        mistake(
            "missing-half",
            "sum(sigma^2 + mu^2 - log(sigma^2) - 1)",
            "The factor ½ is missing.",
            "계수 ½이 빠졌습니다.",
        ),
        mistake(
            "missing-one",
            "sum(sigma^2 + mu^2 - log(sigma^2)) / 2",
            "The −1 is missing: the divergence must be 0 at μ = 0, σ = 1.",
            "−1이 빠졌습니다. μ = 0, σ = 1에서 0이 되어야 합니다.",
        ),
        mistake(
            "mean-over-dimensions",
            "mean(sigma^2 + mu^2 - log(sigma^2) - 1) / 2",
            "The dimensions are averaged; for independent dimensions the divergences add up.",
            "차원별로 평균했습니다. 독립인 차원의 KL은 더해야 합니다.",
        ),
        mistake(
            "deviation-for-variance",
            "sum(sigma + mu^2 - log(sigma) - 1) / 2",
            "σ was used for σ²: the variance belongs in both places.",
            "σ² 대신 σ를 썼습니다. 두 곳 모두 분산이어야 합니다.",
        ),
    ],
    claims=[claim("kl >= -1e-12", "It is never negative.", "음수가 되지 않는다.")],
)
def kl_gaussian(mu, sigma):
    per_dimension = (sigma**2 + mu**2 - torch.log(sigma**2) - 1) / 2
    return {"per_dimension": per_dimension, "kl": per_dimension.sum()}


@kl_gaussian.oracle(
    "operator",
    "torch.distributions.kl_divergence of two MultivariateNormals (by Cholesky factors)",
    "torch.distributions.kl_divergence (MultivariateNormal, 촐레스키 분해)",
)
def _(mu, sigma):
    code = torch.distributions.MultivariateNormal(mu, scale_tril=torch.diag(sigma))
    prior = torch.distributions.MultivariateNormal(torch.zeros_like(mu), torch.eye(len(mu)))
    return torch.distributions.kl_divergence(code, prior)


@kl_gaussian.oracle("brute-force", "numerical integration of q ln(q/p)", "q ln(q/p)의 수치 적분")
def _(mu, sigma):
    z = mu[:, None] + sigma[:, None] * torch.linspace(-12, 12, 1201)
    log_q = torch.distributions.Normal(mu, sigma).log_prob(z.T).T
    log_p = torch.distributions.Normal(0.0, 1.0).log_prob(z)
    return {"per_dimension": torch.trapezoid(log_q.exp() * (log_q - log_p), z)}


@proof(
    "prior-pull",
    title=("Gradient of the prior fitting term", "사전 분포 맞춤 항의 기울기"),
    statement=(
        "The KL term has slope μ in the mean and σ − 1/σ in the deviation: descending it moves μ to 0 and σ to 1.",
        "KL 항의 기울기는 평균에 대해 μ, 표준편차에 대해 σ − 1/σ이다. 경사하강은 μ를 0으로, σ를 1로 이끈다.",
    ),
    symbols={
        "mu": symbol("real", "mean of the code", "잠재 변수의 평균"),
        "sigma": symbol("positive", "standard deviation of the code", "잠재 변수의 표준편차"),
    },
    steps={
        "kl": step("(sigma^2 + mu^2 - log(sigma^2) - 1) / 2", aliases=["KL"]),
        "slope_mu": step("mu"),
        "slope_sigma": step("sigma - 1 / sigma"),
    },
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), appendix B",
    mistakes=[
        mistake(
            "plus",
            "sigma + 1 / sigma",
            "The logarithm enters with a minus sign, so the 1/σ is subtracted.",
            "로그 항의 부호가 음이므로 1/σ를 빼야 합니다.",
        ),
        mistake(
            "half-lost",
            "2 * sigma - 2 / sigma",
            "The factor ½ in front of the bracket was lost.",
            "괄호 앞의 ½이 빠졌습니다.",
        ),
        mistake(
            "log-of-deviation",
            "sigma - 1 / (2 * sigma)",
            "That is the slope with ln σ in place of ln σ².",
            "그것은 ln σ² 대신 ln σ를 썼을 때의 기울기입니다.",
        ),
        mistake(
            "doubled-mean",
            "2 * mu",
            "The ½ cancels the 2 of the square: the slope is μ.",
            "제곱을 미분한 2는 ½과 약분되어 기울기는 μ입니다.",
            of="slope_mu",
        ),
    ],
)
def prior_pull(mu, sigma):
    return {
        "kl": (sigma**2 + mu**2 - torch.log(sigma**2) - 1) / 2,
        "slope_mu": mu.clone(),
        "slope_sigma": sigma - 1 / sigma,
    }


@prior_pull.oracle(
    "autograd", "autograd through torch.distributions.kl_divergence", "torch.distributions.kl_divergence의 자동 미분"
)
def _(mu, sigma):
    mu, sigma = mu.detach().requires_grad_(), sigma.detach().requires_grad_()
    code, prior = torch.distributions.Normal(mu, sigma), torch.distributions.Normal(0.0, 1.0)
    kl = torch.distributions.kl_divergence(code, prior)
    slope_mu, slope_sigma = torch.autograd.grad(kl, (mu, sigma))
    return {"kl": kl.detach(), "slope_mu": slope_mu, "slope_sigma": slope_sigma}


@proof(
    "differentiable-kl",
    title=("A KL term with a closed form", "닫힌 형태가 있는 KL 항"),
    statement=(
        "Between two Gaussians KL is a differentiable formula; between a Gaussian and a mixture there is none.",
        "두 가우시안 사이의 KL은 미분 가능한 식으로 주어지지만, 가우시안과 혼합 분포 사이에는 그런 식이 없다.",
    ),
    symbols={},
    steps={
        "gaussian_has_gradient": step(
            en="1 if KL of two normals carries a gradient", ko="정규분포 둘의 KL에 기울기가 있으면 1"
        ),
        "mixture_has_formula": step(
            en="1 if KL of a normal and a mixture is known",
            ko="정규분포와 혼합 분포의 KL 식이 있으면 1",
        ),
    },
    source="Hershey & Olsen, Approximating the Kullback Leibler Divergence Between Gaussian Mixture Models (2007)",
    vectorized=False,
    claims=[
        claim("gaussian_has_gradient = 1", "Gaussian to Gaussian can be trained.", "가우시안끼리는 학습할 수 있다."),
        claim("mixture_has_formula = 0", "Gaussian to mixture has no closed form.", "혼합 분포와는 닫힌 형태가 없다."),
    ],
)
def differentiable_kl():
    distributions = torch.distributions
    mean = torch.zeros(2, requires_grad=True)
    code = distributions.Normal(mean, torch.ones(2))
    kl = distributions.kl_divergence(code, distributions.Normal(torch.ones(2), torch.ones(2))).sum()
    (slope,) = torch.autograd.grad(kl, mean)
    mixture = distributions.MixtureSameFamily(
        distributions.Categorical(torch.ones(2)), distributions.Normal(torch.tensor([-1.0, 1.0]), torch.ones(2))
    )
    try:
        distributions.kl_divergence(code, mixture)
        known = 1.0
    except NotImplementedError:  # how torch says that it knows no formula for this pair
        known = 0.0
    return {"gaussian_has_gradient": float((slope != 0).all()), "mixture_has_formula": known}


# --- the reparameterisation trick -------------------------------------------------------------


@proof(
    "reparameterisation",
    title=("Reparameterisation trick", "재파라미터화 트릭"),
    statement=(
        "z = μ + σε with ε ~ N(0, 1) has the distribution N(μ, σ²) and is differentiable in μ and σ.",
        "ε ~ N(0, 1)일 때 z = μ + σε는 N(μ, σ²)를 따르면서 μ와 σ로 미분할 수 있다.",
    ),
    symbols={
        "mu": symbol("real", "mean from the encoder", "인코더가 낸 평균"),
        "sigma": symbol("positive", "standard deviation from the encoder", "인코더가 낸 표준편차"),
        "epsilon": symbol("real in -3..3", "a draw from N(0, 1)", "N(0, 1)에서 뽑은 값", aliases=["eps"]),
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
            "잡음에는 분산이 아니라 표준편차를 곱합니다.",
        ),
        mistake(
            "swapped",
            "sigma + mu * epsilon",
            "Mean and deviation are swapped: the mean shifts, the deviation scales.",
            "평균과 표준편차가 바뀌었습니다. 평균은 더하고 표준편차는 곱합니다.",
        ),
        mistake(
            "mean-scaled-too",
            "(mu + epsilon) * sigma",
            "Only the noise is scaled, the mean is added as it is.",
            "표준편차는 잡음에만 곱하고 평균은 그대로 더합니다.",
        ),
        mistake(
            "standardised",
            "(mu - epsilon) / sigma",
            "That standardises a number; sampling goes the other way: scale the noise, then shift it.",
            "그것은 표준화입니다. 표본 추출은 반대로 잡음의 크기를 바꾼 뒤 옮깁니다.",
        ),
        mistake(
            "noise-forgotten",
            "2 * z",
            "By the chain rule z changes by ε for each unit of σ.",
            "연쇄 법칙에 따라 σ가 1 커질 때 z는 ε만큼 변합니다.",
            of="slope_sigma",
        ),
    ],
)
def reparameterisation(mu, sigma, epsilon):
    z = mu + sigma * epsilon
    return {"z": z, "loss": z**2, "slope_mu": 2 * z, "slope_sigma": 2 * z * epsilon}


@reparameterisation.oracle("operator", "Normal(μ, σ).icdf at the quantile of ε", "ε의 분위수에서 Normal(μ, σ).icdf")
def _(mu, sigma, epsilon):
    quantile = torch.special.ndtr(epsilon)
    return {"z": torch.distributions.Normal(mu, sigma).icdf(quantile)}


@reparameterisation.oracle("autograd", "autograd through z", "z를 지나는 자동 미분")
def _(mu, sigma, epsilon):
    mu, sigma = mu.detach().requires_grad_(), sigma.detach().requires_grad_()
    loss = torch.lerp(mu, mu + sigma, epsilon) ** 2
    slope_mu, slope_sigma = torch.autograd.grad(loss, (mu, sigma))
    return {"loss": loss.detach(), "slope_mu": slope_mu, "slope_sigma": slope_sigma}


@proof(
    "log-variance-code",
    title=("Sampling from a log-variance", "로그 분산에서 표본 뽑기"),
    statement=(
        "An encoder that outputs ln σ² is turned into a deviation by σ = exp(½ ln σ²), always positive.",
        "인코더가 ln σ²를 출력하면 σ = exp(½ ln σ²)로 표준편차를 얻으며 이 값은 항상 양수이다.",
    ),
    symbols={
        "mu": symbol("real", "mean from the encoder", "인코더가 낸 평균"),
        "logvar": symbol(
            "real in -4..4",
            "log-variance from the encoder",
            "인코더가 낸 로그 분산",
            aliases=["log_var", "log_variance"],
        ),
        "epsilon": symbol("real in -3..3", "a draw from N(0, 1)", "N(0, 1)에서 뽑은 값", aliases=["eps"]),
    },
    steps={"sigma": step("exp(logvar / 2)"), "z": step("mu + sigma * epsilon")},
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), appendix C",
    mistakes=[
        mistake(
            "forgot-the-half",
            "mu + exp(logvar) * epsilon",
            "exp(ln σ²) is the variance; the noise is scaled by its root, exp(½ ln σ²).",
            "exp(ln σ²)는 분산입니다. 잡음에는 그 제곱근 exp(½ ln σ²)를 곱합니다.",
        ),
        mistake(
            "no-exponential",
            "mu + logvar * epsilon",
            "The encoder outputs a logarithm; it has to be exponentiated.",
            "인코더의 출력은 로그이므로 지수를 취해야 합니다.",
        ),
        mistake(
            "half-of-the-variance",
            "mu + exp(logvar) / 2 * epsilon",
            "The half belongs in the exponent: it is a root, not a division by two.",
            "½은 지수 안에 들어갑니다. 2로 나누는 것이 아니라 제곱근을 취하는 것입니다.",
        ),
    ],
    claims=[claim("sigma > 0", "The deviation is positive.", "표준편차는 양수이다.")],
)
def log_variance_code(mu, logvar, epsilon):
    sigma = torch.exp(logvar / 2)
    return {"sigma": sigma, "z": mu + sigma * epsilon}


@log_variance_code.oracle(
    "operator",
    "MultivariateNormal with variance exp(ln σ²): its Cholesky factor times ε",
    "분산이 exp(ln σ²)인 MultivariateNormal의 촐레스키 인수와 ε의 곱",
)
def _(mu, logvar, epsilon):
    normal = torch.distributions.MultivariateNormal(mu[None], torch.exp(logvar).reshape(1, 1))
    return {"sigma": normal.stddev[0], "z": (normal.loc + normal.scale_tril @ epsilon[None])[0]}


@proof(
    "reparameterised-gradient",
    title=("Gradients through reparameterised samples", "재파라미터화 표본을 지나는 기울기"),
    statement=(
        "Averaged over noise, the gradient through z = μ + σε is that of the expectation: for E[z²] = μ² + σ² it is "
        "(2μ, 2σ), and it fluctuates less than the score-function estimate.",
        "잡음에 대해 평균하면 z = μ + σε를 지나는 기울기는 기댓값의 기울기와 같다. E[z²] = μ² + σ²이므로 (2μ, 2σ)이며, "
        "점수 함수 추정량보다 덜 흔들린다.",
    ),
    symbols={
        "mu": symbol("real in -2..2", "mean", "평균"),
        "sigma": symbol("positive in 0.5..2", "standard deviation", "표준편차"),
    },
    steps={
        "estimate_mu": step(en="mean slope in μ over 40000 draws", ko="표본 40000개의 μ에 대한 평균 기울기"),
        "estimate_sigma": step(en="mean slope in σ over the same draws", ko="같은 표본의 σ에 대한 평균 기울기"),
        "variance_pathwise": step(en="variance of one draw's slope in μ", ko="표본 하나의 μ 기울기의 분산"),
        "variance_score": step(en="the same for the score-function estimator", ko="점수 함수 추정량의 같은 분산"),
        "plain_sample_tracks": step(en="1 if .sample() carries a gradient", ko=".sample()에 기울기가 흐르면 1"),
        "reparameterised_tracks": step(en="1 if .rsample() does", ko=".rsample()에 기울기가 흐르면 1"),
    },
    result="estimate_mu",
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), sections 2.2 and 2.4",
    vectorized=False,
    claims=[
        claim("abs(estimate_mu - 2 mu) < 0.15", "The slope in μ is 2μ.", "μ에 대한 기울기는 2μ이다."),
        claim("abs(estimate_sigma - 2 sigma) < 0.2", "The slope in σ is 2σ.", "σ에 대한 기울기는 2σ이다."),
        claim("variance_score > 2 * variance_pathwise", "It fluctuates less.", "흔들림이 더 작다."),
        claim(
            "plain_sample_tracks = 0 and reparameterised_tracks = 1",
            "A plain sample blocks the gradient.",
            "일반 표본은 기울기를 막는다.",
        ),
    ],
    mistakes=[
        mistake(
            "sampling-is-differentiable",
            "plain_sample_tracks > 0.5",
            "A plain random draw is no function of μ and σ, so no gradient flows through it.",
            "그냥 뽑은 난수는 μ와 σ의 함수가 아니므로 기울기가 흐르지 않습니다.",
        ),
        mistake(
            "no-gradient-in-sigma",
            "abs(estimate_sigma) < 0.2",
            "σ does receive a gradient: it scales the noise.",
            "σ는 잡음에 곱해지므로 기울기를 받습니다.",
        ),
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
        "variance_pathwise": (2 * z).var(),
        "variance_score": score.var(),
        "plain_sample_tracks": float(normal.sample().requires_grad),
        "reparameterised_tracks": float(normal.rsample().requires_grad),
    }


# --- encoder and decoder ----------------------------------------------------------------------


@proof(
    "encoder-distribution",
    title=("A VAE encodes an input as a distribution", "VAE는 입력을 분포로 부호화한다"),
    statement=(
        "For each input the encoder outputs a mean and a variance in each latent dimension; encoding the same input "
        "twice gives two codes, where a plain autoencoder gives one.",
        "인코더는 입력마다 잠재 차원별 평균과 분산을 출력한다. 같은 입력을 두 번 부호화하면 코드가 서로 다르지만 "
        "일반 오토인코더에서는 같다.",
    ),
    symbols={"d": symbol("size in 1..64", "latent dimensions", "잠재 차원 수")},
    steps={
        "encoder_outputs": step(
            en="numbers that the encoder's last layer outputs", ko="인코더 마지막 층이 내는 수의 개수"
        ),
        "gap_autoencoder": step(
            en="distance of two codes of one input, plain autoencoder",
            ko="일반 오토인코더: 같은 입력의 두 코드 사이 거리",
        ),
        "gap_vae": step(en="the same for the VAE", ko="VAE: 같은 입력의 두 코드 사이 거리"),
    },
    result="encoder_outputs",
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), section 3",
    claims=[
        claim("encoder_outputs = 2 d", "Two numbers a dimension.", "차원마다 두 개의 수를 낸다."),
        claim("gap_autoencoder = 0", "A plain code is fixed.", "일반 코드는 고정되어 있다."),
        claim("gap_vae > 0.00001", "A VAE's code varies.", "VAE의 코드는 매번 달라진다."),
    ],
    mistakes=[
        mistake(
            "same-code-twice",
            "gap_vae < 0.00001",
            "The code is drawn from a distribution, so it differs from draw to draw.",
            "코드는 분포에서 뽑으므로 뽑을 때마다 다릅니다.",
        ),
        mistake(
            "one-number-a-dimension",
            "encoder_outputs <= d",
            "A mean alone is no distribution: a variance is needed too.",
            "평균만으로는 분포가 되지 않습니다. 분산도 필요합니다.",
        ),
        mistake(
            "full-covariance",
            "encoder_outputs > 2 * d",
            "The usual encoder treats the dimensions as independent: no covariances are output.",
            "보통의 인코더는 차원들을 독립으로 보므로 공분산을 출력하지 않습니다.",
        ),
    ],
)
def encoder_distribution(d, random):
    x = random.normal(6)
    weights = random.normal(2 * d, 6) / math.sqrt(6)
    output = weights @ x
    mean, deviation = output[:d], torch.exp(output[d:] / 2)
    codes = mean + deviation * random.normal(2, d)
    plain = torch.stack([weights[:d] @ x, weights[:d] @ x])
    return {
        "encoder_outputs": float(output.numel()),
        "gap_autoencoder": (plain[0] - plain[1]).norm(),
        "gap_vae": (codes[0] - codes[1]).norm(),
    }


@proof(
    "vae-versus-autoencoder",
    title=("VAE and autoencoder", "VAE와 오토인코더"),
    statement=(
        "Codes made c times larger and a decoder c times smaller cost a plain autoencoder nothing, but multiply the "
        "KL penalty of the means by c²; and N(0, 1) noise then decodes to a small part of the data's range.",
        "코드를 c배 키우고 디코더를 c배 줄여도 일반 오토인코더의 손실은 그대로지만 평균에 대한 KL 벌점은 c²배가 된다. "
        "그러면 N(0, 1) 잡음을 복호화해도 데이터 범위의 일부만 나온다.",
    ),
    symbols={"c": symbol("positive in 3..20", "factor by which the codes are scaled", "코드를 키우는 배율")},
    steps={
        "reconstruction_before": step(en="mean squared reconstruction error", ko="평균 제곱 재구성 오차"),
        "reconstruction_after": step(en="the same after scaling", ko="배율을 바꾼 뒤의 재구성 오차"),
        "kl_before": step(
            en="mean KL term of the means, μ²/2 at σ = 1", ko="평균에 대한 KL 항의 평균 (σ = 1에서 μ²/2)"
        ),
        "kl_after": step(en="the same after scaling", ko="배율을 바꾼 뒤의 KL 항"),
        "data_spread": step(
            en="standard deviation of the data along their line", ko="데이터가 놓인 직선 방향의 표준편차"
        ),
        "generated_spread": step(
            en="the same for decoded noise z ~ N(0, 1), after scaling",
            ko="배율을 바꾼 뒤 z ~ N(0, 1)을 복호화한 표본의 표준편차",
        ),
        "kl_factor": step("kl_after / kl_before"),
    },
    source="Kingma & Welling, An Introduction to Variational Autoencoders (2019), section 2",
    vectorized=False,
    claims=[
        claim(
            "abs(reconstruction_after - reconstruction_before) < 1e-9",
            "The autoencoder does not notice.",
            "오토인코더의 손실은 변하지 않는다.",
        ),
        claim("abs(kl_factor - c^2) < 1e-6 * c^2", "The KL penalty grows by c².", "KL 벌점은 c²배가 된다."),
        claim(
            "generated_spread < 0.5 * data_spread",
            "Decoded noise misses the data's range.",
            "복호화한 잡음은 데이터의 범위를 채우지 못한다.",
        ),
    ],
    mistakes=[
        mistake(
            "reconstruction-fixes-the-scale",
            "reconstruction_after > reconstruction_before + 0.001",
            "The decoder undoes any scaling, so the reconstruction error does not change.",
            "디코더가 배율을 되돌리므로 재구성 오차는 변하지 않습니다.",
        ),
        mistake(
            "any-noise-decodes-well",
            "generated_spread > 0.9 * data_spread",
            "Where codes lie elsewhere than N(0, 1), decoded noise does not look like the data.",
            "코드가 N(0, 1)과 다른 곳에 있으면 복호화한 잡음은 데이터를 닮지 않습니다.",
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
        "generated_spread": ((noise[:, None] * (line / c)) @ line).std(),
        "kl_factor": kl_after / kl_before,
    }


@proof(
    "vae-sampling",
    title=("Generating: decode Gaussian noise", "생성: 가우시안 잡음의 복호화"),
    statement=(
        "Noise z ~ N(0, 1) goes through the decoder; what comes out need not be Gaussian at all.",
        "잡음 z ~ N(0, 1)을 디코더에 통과시키면 나오는 분포는 가우시안이 아니어도 된다.",
    ),
    symbols={},
    steps={
        "kurtosis_noise": step(en="kurtosis of z (3 for a Gaussian)", ko="z의 첨도 (가우시안이면 3)"),
        "kurtosis_output": step(en="kurtosis of x = 3 tanh(5z)", ko="x = 3 tanh(5z)의 첨도"),
        "middle_noise": step(en="share of z in the middle third of ±3", ko="z가 ±3의 가운데 1/3에 있는 비율"),
        "middle_output": step(en="share of x in the middle third of ±3", ko="x가 ±3의 가운데 1/3에 있는 비율"),
    },
    result="kurtosis_output",
    source="Doersch, Tutorial on Variational Autoencoders (2016), section 2",
    vectorized=False,
    claims=[
        claim("abs(kurtosis_noise - 3) < 0.4", "The prior is Gaussian.", "사전 분포는 가우시안이다."),
        claim("kurtosis_output < 1.7", "The output has two humps.", "출력은 봉우리가 둘인 분포이다."),
        claim("middle_output < 0.3 * middle_noise", "Its middle is nearly empty.", "가운데가 거의 비어 있다."),
    ],
    mistakes=[
        mistake(
            "output-must-be-gaussian",
            "abs(kurtosis_output - 3) < 0.4",
            "A non-linear decoder bends the Gaussian into other shapes.",
            "비선형 디코더는 가우시안을 다른 모양으로 바꿉니다.",
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
    title=("Moving in latent space", "잠재 공간에서의 이동"),
    statement=(
        "With a continuous decoder, small steps from one code to another change the output little by little.",
        "디코더가 연속 함수이면 두 코드 사이를 잘게 나눈 걸음마다 출력도 조금씩 바뀐다.",
    ),
    symbols={},
    steps={
        "largest_step": step(
            en="largest change of the output in one of 50 steps", ko="50걸음 중 출력이 가장 크게 바뀐 폭"
        ),
        "path_length": step(en="sum of all changes along the path", ko="경로 전체에서 바뀐 폭의 합"),
        "share": step("largest_step / path_length"),
    },
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), appendix A",
    vectorized=False,
    claims=[claim("share < 0.2", "No single step makes the change.", "한 걸음에 다 바뀌는 일은 없다.")],
    mistakes=[
        mistake(
            "jumps",
            "share > 0.5",
            "A smooth decoder does not jump between two codes.",
            "매끄러운 디코더는 두 코드 사이에서 갑자기 뛰지 않습니다.",
        ),
    ],
)
def latent_interpolation(random):
    start, end = random.normal(2), random.normal(2)
    first, second = random.normal(16, 2), random.normal(8, 16) / 4
    path = start + torch.linspace(0, 1, 51)[:, None] * (end - start)
    output = torch.tanh(path @ first.T) @ second.T
    changes = (output[1:] - output[:-1]).norm(dim=1)
    return {"largest_step": changes.max(), "path_length": changes.sum(), "share": changes.max() / changes.sum()}


# --- the loss ---------------------------------------------------------------------------------


@proof(
    "gaussian-reconstruction",
    title=("Reconstruction term of a Gaussian decoder", "가우시안 디코더의 재구성 항"),
    statement=(
        "With a decoder N(x̂, s²I) the reconstruction term −ln p(x | z) is the squared error over 2s², plus a constant.",
        "디코더가 N(x̂, s²I)이면 재구성 항 −ln p(x | z)는 제곱 오차를 2s²로 나눈 값에 상수를 더한 것이다.",
    ),
    symbols={
        "x": symbol("vector[n]", "the input", "입력"),
        "x_hat": symbol("vector[n]", "the decoder's output", "디코더의 출력"),
        "s": symbol("positive", "standard deviation of the decoder", "디코더의 표준편차"),
    },
    steps={
        "squared_error": step("sum((x - x_hat)^2)", aliases=["SSE"]),
        "constant": step("len(x) * log(s * sqrt(2 * pi))"),
        "reconstruction": step("squared_error / (2 * s^2) + constant"),
    },
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), appendix C.2",
    mistakes=[
        mistake(
            "missing-half",
            "squared_error / s^2 + constant",
            "The ½ in the exponent of the Gaussian is missing.",
            "가우시안 지수에 있는 ½이 빠졌습니다.",
        ),
        mistake(
            "deviation-for-variance",
            "squared_error / (2 * s) + constant",
            "The squared error is measured in units of the variance s², not of s.",
            "제곱 오차는 s가 아니라 분산 s²으로 나눕니다.",
        ),
        mistake(
            "sign-flipped",
            "-squared_error / (2 * s^2) - constant",
            "That is the log-likelihood; the loss is its negative.",
            "그것은 로그 가능도입니다. 손실은 그 음수입니다.",
        ),
        mistake(
            "one-constant-only",
            "squared_error / (2 * s^2) + log(s * sqrt(2 * pi))",
            "Every one of the n components contributes its own normalising constant.",
            "n개 성분 각각의 정규화 상수를 더해야 합니다.",
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
    title=("Reconstruction term of a Bernoulli decoder", "베르누이 디코더의 재구성 항"),
    statement=(
        "With a decoder that outputs probabilities p for binary pixels, −ln p(x | z) is the summed binary cross-entropy.",
        "디코더가 이진 화소의 확률 p를 출력하면 −ln p(x | z)는 이진 교차 엔트로피의 합이다.",
    ),
    symbols={
        "x": symbol("vector[n] of bit", "binary pixels", "이진 화소"),
        "p": symbol("vector[n] of open-probability", "the decoder's probabilities of 1", "디코더가 낸 1의 확률"),
    },
    steps={
        "likelihood": step("prod(x * p + (1 - x) * (1 - p))"),
        "reconstruction": step("-log(likelihood)"),
    },
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), appendix C.1",
    mistakes=[
        mistake(
            "only-the-ones",
            "-sum(x * log(p))",
            "Pixels that are 0 count too, with -ln(1 - p).",
            "0인 화소도 -ln(1 - p)로 기여합니다.",
        ),
        mistake(
            "wrong-sign",
            "log(likelihood)",
            "The minus sign is missing: a loss falls when the likelihood rises.",
            "음의 부호가 빠졌습니다. 가능도가 커지면 손실은 작아져야 합니다.",
        ),
        mistake(
            "squared-error",
            "sum((x - p)^2)",
            "Squared error belongs to a Gaussian decoder, not to a Bernoulli one.",
            "제곱 오차는 베르누이가 아니라 가우시안 디코더의 재구성 항입니다.",
        ),
        mistake(
            "probabilities-swapped",
            "-sum(x * log(1 - p) + (1 - x) * log(p))",
            "p is the probability of a 1, so a pixel 1 contributes -ln p.",
            "p는 1일 확률이므로 화소 1은 -ln p만큼 기여합니다.",
        ),
    ],
)
def bernoulli_reconstruction(x, p):
    likelihood = (x * p + (1 - x) * (1 - p)).prod()
    return {"likelihood": likelihood, "reconstruction": -torch.log(likelihood)}


@bernoulli_reconstruction.oracle("operator", "torch.nn.functional.binary_cross_entropy")
def _(x, p):
    return torch.nn.functional.binary_cross_entropy(p, x, reduction="sum")


@proof(
    "vae-loss",
    title=("Loss of a VAE", "VAE의 손실"),
    statement=(
        "The loss is the reconstruction error plus the KL divergence of the code to N(0, I): minus the ELBO, up to a "
        "constant, for a decoder of unit variance.",
        "손실은 재구성 오차에 잠재 분포와 N(0, I) 사이의 KL 발산을 더한 것이다. 디코더의 분산이 1이면 상수를 빼고 "
        "ELBO의 음수와 같다.",
    ),
    symbols={
        "x": symbol("vector[n]", "the input", "입력"),
        "x_hat": symbol("vector[n]", "the decoder's output", "디코더의 출력"),
        "mu": MU,
        "sigma": SIGMA,
    },
    steps={
        "reconstruction": step("sum((x - x_hat)^2) / 2"),
        "kl": step("sum(sigma^2 + mu^2 - log(sigma^2) - 1) / 2", aliases=["KL"]),
        "loss": step("reconstruction + kl"),
    },
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), section 3",
    mistakes=[
        mistake(
            "kl-subtracted",
            "reconstruction - kl",
            "In a loss the KL term is added: it is a penalty.",
            "손실에서는 KL 항이 벌점이므로 더해야 합니다.",
        ),
        mistake(
            "kl-forgotten",
            "reconstruction",
            "That is the loss of a plain autoencoder: the KL term is missing.",
            "그것은 일반 오토인코더의 손실입니다. KL 항이 빠졌습니다.",
        ),
        mistake(
            "only-kl",
            "kl",
            "Without the reconstruction error the code would carry nothing of the input.",
            "재구성 오차가 없으면 코드에 입력의 정보가 남지 않습니다.",
        ),
        mistake(
            "elbo-sign",
            "-reconstruction - kl",
            "That is the ELBO, which is maximised; the loss is its negative.",
            "그것은 최대화할 ELBO입니다. 손실은 그 음수입니다.",
        ),
    ],
)
def vae_loss(x, x_hat, mu, sigma):
    reconstruction = ((x - x_hat) ** 2).sum() / 2
    kl = (sigma**2 + mu**2 - torch.log(sigma**2) - 1).sum() / 2
    return {"reconstruction": reconstruction, "kl": kl, "loss": reconstruction + kl}


@vae_loss.oracle(
    "operator",
    "torch.distributions: −log_prob of the decoder plus kl_divergence",
    "torch.distributions: 디코더의 −log_prob + kl_divergence",
)
def _(x, x_hat, mu, sigma):
    distributions = torch.distributions
    constant = len(x) * math.log(2 * math.pi) / 2
    reconstruction = -distributions.Normal(x_hat, torch.ones_like(x)).log_prob(x).sum() - constant
    prior = distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    kl = distributions.kl_divergence(distributions.Normal(mu, sigma), prior).sum()
    return {"reconstruction": reconstruction, "kl": kl, "loss": reconstruction + kl}


@proof(
    "vae-forward-pass",
    title=("One forward pass of a VAE", "VAE의 순전파 한 번"),
    statement=(
        "From the encoder's mean and log-variance to the loss, with one latent dimension and a linear decoder.",
        "인코더의 평균과 로그 분산에서 손실까지: 잠재 차원 하나, 선형 디코더.",
    ),
    symbols={
        "x": symbol("real", "the input", "입력"),
        "mu": symbol("real", "mean from the encoder", "인코더가 낸 평균"),
        "logvar": symbol(
            "real in -4..4", "log-variance from the encoder", "인코더가 낸 로그 분산", aliases=["log_var"]
        ),
        "epsilon": symbol("real in -3..3", "a draw from N(0, 1)", "N(0, 1)에서 뽑은 값", aliases=["eps"]),
        "w": symbol("real", "weight of the decoder", "디코더의 가중치"),
    },
    steps={
        "sigma": step("exp(logvar / 2)"),
        "z": step("mu + sigma * epsilon"),
        "x_hat": step("w * z"),
        "reconstruction": step("(x - x_hat)^2 / 2"),
        "kl": step("(mu^2 + sigma^2 - logvar - 1) / 2", aliases=["KL"]),
        "loss": step("reconstruction + kl"),
    },
    source="Kingma & Welling, Auto-Encoding Variational Bayes (2014), sections 2.3 and 3",
    mistakes=[
        mistake(
            "mean-decoded",
            "(x - w * mu)^2 / 2 + kl",
            "The mean was decoded; in training the sample z goes through the decoder.",
            "평균을 복호화했습니다. 학습할 때는 표본 z를 디코더에 통과시킵니다.",
        ),
        mistake(
            "kl-of-the-sample",
            "reconstruction + z^2 / 2",
            "KL belongs to the distribution with μ and σ, not to the one sample z.",
            "KL은 표본 z 하나가 아니라 μ와 σ로 정해지는 분포의 값입니다.",
        ),
        mistake(
            "kl-subtracted",
            "reconstruction - kl",
            "In a loss the KL term is added.",
            "손실에서는 KL 항을 더해야 합니다.",
        ),
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


@vae_forward_pass.oracle(
    "operator",
    "torch.distributions: −log_prob of the decoder plus kl_divergence",
    "torch.distributions: 디코더의 −log_prob + kl_divergence",
)
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
    title=("Evidence lower bound", "증거 하한 (ELBO)"),
    statement=(
        "For z ~ N(0, 1), x | z ~ N(z, 1) and q = N(m, s²): ln p(x) = ELBO + KL(q ‖ p(z | x)), so the ELBO is a "
        "lower bound, exact for the posterior q = N(x/2, 1/2).",
        "z ~ N(0, 1), x | z ~ N(z, 1), q = N(m, s²)일 때 ln p(x) = ELBO + KL(q ‖ p(z | x))이다. 따라서 ELBO는 하한이고 "
        "q가 사후 분포 N(x/2, 1/2)이면 등호가 성립한다.",
    ),
    symbols={
        "x": symbol("real", "the observation", "관측값"),
        "m": symbol("real", "mean of q", "q의 평균"),
        "s": symbol("positive", "standard deviation of q", "q의 표준편차"),
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
        mistake(
            "kl-added",
            "reconstruction + prior_kl",
            "In the ELBO the KL to the prior is subtracted.",
            "ELBO에서는 사전 분포와의 KL을 빼야 합니다.",
        ),
        mistake(
            "spread-forgotten",
            "-log(2 * pi) / 2 - (x - m)^2 / 2 - prior_kl",
            "The expectation over q also sees its spread: E(x − z)² = (x − m)² + s².",
            "q에 대한 기댓값에는 퍼진 정도도 들어갑니다: E(x − z)² = (x − m)² + s².",
        ),
        mistake(
            "upper-bound",
            "evidence + gap",
            "The gap lies above the ELBO: ELBO = ln p(x) − gap.",
            "간격만큼 아래에 있습니다: ELBO = ln p(x) − 간격.",
        ),
        mistake(
            "prior-for-posterior",
            "evidence - prior_kl",
            "The gap is the KL to the posterior p(z | x), not to the prior.",
            "간격은 사전 분포가 아니라 사후 분포 p(z | x)와의 KL입니다.",
        ),
    ],
    claims=[
        claim("elbo <= evidence + 1e-9", "It never exceeds the log evidence.", "로그 증거를 넘지 않는다."),
        claim(
            "abs(elbo + gap - evidence) < 1e-9 * (1 + abs(evidence))",
            "The gap is the KL to the posterior.",
            "간격은 사후 분포와의 KL이다.",
        ),
    ],
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


@elbo.oracle("brute-force", "numerical integration over z", "z에 대한 수치 적분")
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
    title=("Variational inference by gradient steps", "경사하강으로 하는 변분 추론"),
    statement=(
        "Climbing the ELBO alone, without ever computing the posterior, moves q = N(m, s²) from N(0, 1) to the "
        "posterior N(x/2, 1/2).",
        "사후 분포를 계산하지 않고 ELBO만 키워도 q = N(m, s²)는 N(0, 1)에서 출발해 사후 분포 N(x/2, 1/2)에 이른다.",
    ),
    symbols={"x": symbol("real in -6..6", "the observation", "관측값")},
    steps={
        "kl_start": step(en="KL(q ‖ posterior) for q = N(0, 1)", ko="q = N(0, 1)일 때 KL(q ‖ 사후 분포)"),
        "kl_end": step(en="the same after 100 steps on the ELBO", ko="ELBO를 100걸음 키운 뒤의 KL"),
        "variance": step(en="variance of q then", ko="그때 q의 분산"),
        "m": step(en="mean of q then", ko="그때 q의 평균"),
    },
    source="Blei, Kucukelbir & McAuliffe, Variational Inference: A Review for Statisticians (2017), section 2",
    claims=[
        claim("abs(m - x / 2) < 0.000001", "The mean becomes x/2.", "평균은 x/2가 된다."),
        claim("abs(variance - 0.5) < 0.000001", "The variance becomes 1/2.", "분산은 1/2이 된다."),
        claim(
            "kl_end < 0.000001 and kl_end < kl_start",
            "The divergence to the posterior vanishes.",
            "사후 분포와의 차이가 사라진다.",
        ),
    ],
    mistakes=[
        mistake(
            "observation-itself",
            "x",
            "The posterior mean lies between the observation x and the prior mean 0.",
            "사후 분포의 평균은 관측값 x와 사전 분포의 평균 0 사이에 있습니다.",
        ),
        mistake(
            "prior-mean",
            "0 * x",
            "That is the prior mean; the observation has moved it.",
            "그것은 사전 분포의 평균입니다. 관측값이 평균을 옮깁니다.",
        ),
        mistake(
            "sum-of-precisions",
            "2 * x",
            "The precisions 1 + 1 divide: the mean is x / (1 + 1).",
            "정밀도의 합 1 + 1로 나누어야 합니다: 평균은 x / (1 + 1)입니다.",
        ),
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


@variational_inference.oracle(
    "closed-form", "Bayes' rule for two Gaussians", "두 가우시안에 대한 베이즈 정리", tolerance=1e-7
)
def _(x):
    precision = torch.linalg.inv(torch.tensor([[1.0, 1.0], [1.0, 2.0]]))  # of (z, x); its covariance is known
    mean, variance = -precision[0, 1] / precision[0, 0] * x, 1 / precision[0, 0]
    normal = torch.distributions.Normal
    start = torch.distributions.kl_divergence(normal(0.0, 1.0), normal(mean, variance.sqrt()))
    return {"kl_start": start, "kl_end": torch.zeros_like(x), "variance": variance, "m": mean}


@proof(
    "likelihood-by-sampling",
    title=("The likelihood of a VAE is hard to evaluate", "VAE의 가능도는 구하기 어렵다"),
    statement=(
        "ln p(x) = ln ∫ p(x | z) p(z) dz needs an integral over all codes: samples estimate it, the ELBO bounds it.",
        "ln p(x) = ln ∫ p(x | z) p(z) dz는 모든 코드에 대한 적분이어서, 표본으로 추정하거나 ELBO로 하한만 구한다.",
    ),
    symbols={"x": symbol("real in -2..2", "the observation", "관측값")},
    steps={
        "exact": step("-log(4 * pi) / 2 - x^2 / 4"),
        "estimate": step(
            en="log of the mean of p(x | z) over 20000 draws z ~ N(0, 1)",
            ko="z ~ N(0, 1) 20000개에 대한 p(x | z) 평균의 로그",
        ),
        "bound": step("-log(2 * pi) / 2 - (x^2 + 1) / 2"),
    },
    source="Burda, Grosse & Salakhutdinov, Importance Weighted Autoencoders (2016), section 2",
    vectorized=False,
    claims=[
        claim("abs(estimate - exact) < 0.1", "Many samples estimate it.", "표본이 많으면 추정할 수 있다."),
        claim("bound < exact - 0.1", "The ELBO with q = N(0, 1) stays below.", "q = N(0, 1)의 ELBO는 더 작다."),
    ],
    mistakes=[
        mistake(
            "elbo-is-the-likelihood",
            "abs(bound - exact) < 0.05",
            "The ELBO is a lower bound; it equals ln p(x) only for the exact posterior.",
            "ELBO는 하한이며 q가 정확한 사후 분포일 때만 ln p(x)와 같습니다.",
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
    title=("Matching codes to a prior by a discriminator", "판별자로 코드와 사전 분포 맞추기"),
    statement=(
        "An adversarial autoencoder needs only samples of the prior, here a ring: a discriminator tells unlike codes "
        "apart and can only guess once the codes match.",
        "적대적 오토인코더에는 사전 분포의 표본만 있으면 된다(여기서는 고리 모양). 판별자는 다른 코드를 가려내고, "
        "코드가 사전 분포와 같아지면 찍을 수밖에 없다.",
    ),
    symbols={},
    steps={
        "accuracy_unlike": step(
            en="best threshold on |z|: ring against codes N(0, 0.1²)",
            ko="|z| 문턱값의 최고 정확도: 고리 대 N(0, 0.1²) 코드",
        ),
        "accuracy_alike": step(
            en="the same against codes that form the ring", ko="고리를 이루는 코드에 대한 최고 정확도"
        ),
    },
    source="Makhzani et al., Adversarial Autoencoders (2015), section 2",
    vectorized=False,
    claims=[
        claim("accuracy_unlike > 0.95", "Unlike codes are found out.", "다른 코드는 가려낸다."),
        claim("accuracy_alike < 0.6", "Matching codes are not.", "같은 코드는 가려내지 못한다."),
    ],
    mistakes=[
        mistake(
            "perfect-discriminator-at-the-end",
            "accuracy_alike > 0.9",
            "When the codes follow the prior, nothing is left to tell apart.",
            "코드가 사전 분포를 따르면 가려낼 차이가 남지 않습니다.",
        ),
    ],
)
def adversarial_prior(random):
    def ring(count):
        radius, angle = 2 + 0.1 * random.normal(count), random.uniform(count, high=2 * math.pi)
        return radius[:, None] * torch.stack([torch.cos(angle), torch.sin(angle)], dim=1)

    def best_accuracy(codes, prior):
        thresholds = torch.linspace(0, 3, 61)[:, None]
        hits = (prior.norm(dim=1) > thresholds).double().mean(1) + (codes.norm(dim=1) <= thresholds).double().mean(1)
        return torch.maximum(hits / 2, 1 - hits / 2).max()

    return {
        "accuracy_unlike": best_accuracy(0.1 * random.normal(2000, 2), ring(2000)),
        "accuracy_alike": best_accuracy(ring(2000), ring(2000)),
    }
