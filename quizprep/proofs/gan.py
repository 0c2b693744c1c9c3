"""Proofs for the chapter gan."""

from __future__ import annotations

import math

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

GOODFELLOW = "Goodfellow et al., Generative Adversarial Nets (2014)"


# --- the two networks -------------------------------------------------------------------------


@proof(
    "gan-one-round",
    title=("One round of GAN training", "GAN 학습의 한 라운드"),
    statement=(
        "The generator maps k noise numbers to a fake sample, the discriminator maps a sample to one probability of "
        "being real; each network's step lowers its own loss and leaves the other's weights alone.",
        "생성자는 잡음 k개를 가짜 샘플로, 판별자는 샘플을 진짜일 확률 하나로 바꾼다. 각 신경망의 갱신은 자기 손실을 "
        "낮추며 상대의 가중치는 건드리지 않는다.",
    ),
    symbols={
        "k": symbol("size in 1..128", "length of the noise vector", "잡음 벡터의 길이"),
        "side": symbol("size in 1..16", "side of the square grey image", "정사각 흑백 이미지의 한 변"),
    },
    steps={
        "fake_size": step(en="numbers in one fake sample", ko="가짜 샘플 하나에 든 수의 개수"),
        "verdict_size": step(
            en="numbers that the discriminator outputs for it", ko="판별자가 샘플 하나에 대해 내는 수의 개수"
        ),
        "lowest_verdict": step(en="smallest output of the discriminator", ko="판별자 출력의 최솟값"),
        "highest_verdict": step(en="largest output of the discriminator", ko="판별자 출력의 최댓값"),
        "generator_weights": step(en="weights and biases of the linear generator", ko="선형 생성자의 가중치와 편향 수"),
        "discriminator_weights": step(
            en="weights and biases of the linear discriminator", ko="선형 판별자의 가중치와 편향 수"
        ),
        "noise_gap": step(
            en="distance of the fakes made from two noise vectors", ko="두 잡음 벡터로 만든 가짜 사이의 거리"
        ),
        "discriminator_gain": step(en="fall of D's loss by D's step", ko="판별자 갱신으로 줄어든 판별자 손실"),
        "generator_gain": step(en="fall of G's loss by G's step", ko="생성자 갱신으로 줄어든 생성자 손실"),
        "generator_moved_by_discriminator_step": step(
            en="change of G's weights in D's step", ko="판별자 갱신 중 생성자 가중치의 변화"
        ),
        "discriminator_moved": step(en="change of D's weights in it", ko="그때 판별자 가중치의 변화"),
    },
    result="fake_size",
    source=f"{GOODFELLOW}, section 3 and algorithm 1",
    claims=[
        claim("fake_size = side^2", "A fake is as large as a real sample.", "가짜는 진짜와 크기가 같다."),
        claim("verdict_size = 1", "The verdict is one number.", "판정은 수 하나이다."),
        claim("0 < lowest_verdict and highest_verdict < 1", "It is a probability.", "판정은 확률이다."),
        claim("generator_weights = (k + 1) * side^2", "G's weights.", "생성자의 가중치 수."),
        claim("discriminator_weights = side^2 + 1", "D's weights.", "판별자의 가중치 수."),
        claim("noise_gap > 1e-6", "Other noise, another fake.", "잡음이 다르면 가짜도 다르다."),
        claim("discriminator_gain > 1e-7", "D's step lowers D's loss.", "판별자 갱신은 판별자 손실을 낮춘다."),
        claim("generator_gain > 1e-7", "G's step lowers G's loss.", "생성자 갱신은 생성자 손실을 낮춘다."),
        claim(
            "generator_moved_by_discriminator_step < 1e-12",
            "D's step leaves G alone.",
            "판별자 갱신 중 생성자는 그대로이다.",
        ),
        claim("discriminator_moved > 1e-7", "It moves D.", "움직이는 것은 판별자이다."),
    ],
    mistakes=[
        mistake(
            "generator-outputs-a-verdict",
            "fake_size < side^2",
            "The generator outputs a whole sample; the verdict is the discriminator's.",
            "생성자는 샘플 전체를 출력합니다. 판정은 판별자의 몫입니다.",
        ),
        mistake(
            "one-step-moves-both",
            "generator_moved_by_discriminator_step > 1e-6",
            "In the discriminator's step the generator is held fixed.",
            "판별자를 갱신할 때 생성자는 고정되어 있습니다.",
        ),
        mistake(
            "verdict-for-each-pixel",
            "verdict_size > 1",
            "This discriminator gives one probability for the whole sample.",
            "이 판별자는 샘플 전체에 대해 확률 하나를 냅니다.",
        ),
    ],
)
def gan_one_round(k, side, random):
    pixels = side * side
    real, noise = 1 + random.normal(32, pixels), random.normal(32, k)
    generator = random.normal(pixels, k + 1).requires_grad_()
    discriminator = (0.1 * random.normal(pixels + 1)).requires_grad_()

    def generate(weights):
        return noise @ weights[:, 1:].T + weights[:, 0]

    def logits(samples, weights):
        return samples @ weights[1:] + weights[0]

    def discriminator_loss(g, d):
        right = torch.cat([logits(real, d), -logits(generate(g), d)])  # large where the verdict is right
        return torch.nn.functional.softplus(-right).mean()

    def generator_loss(g, d):
        return torch.nn.functional.softplus(-logits(generate(g), d)).mean()

    rate = 0.01 / pixels
    fakes, verdicts = generate(generator), torch.sigmoid(logits(generate(generator), discriminator))
    before = discriminator_loss(generator, discriminator)
    (slope,) = torch.autograd.grad(before, discriminator)
    old_generator, old_discriminator = generator.detach().clone(), discriminator.detach().clone()
    with torch.no_grad():
        discriminator -= rate * slope
    moved = (generator.detach() - old_generator).abs().max()
    (pull,) = torch.autograd.grad(generator_loss(generator, discriminator), generator)
    improved = generator.detach() - rate * pull
    return {
        "fake_size": float(fakes[0].numel()),
        "verdict_size": float(verdicts[0].numel()),
        "lowest_verdict": verdicts.min(),
        "highest_verdict": verdicts.max(),
        "generator_weights": float(generator.numel()),
        "discriminator_weights": float(discriminator.numel()),
        "noise_gap": (fakes[0] - fakes[1]).norm(),
        "discriminator_gain": before - discriminator_loss(generator, discriminator),
        "generator_gain": generator_loss(generator, discriminator) - generator_loss(improved, discriminator),
        "generator_moved_by_discriminator_step": moved,
        "discriminator_moved": (discriminator - old_discriminator).abs().max(),
    }


@proof(
    "gan-training",
    title=("A tiny GAN learns where the data are", "작은 GAN이 데이터의 위치를 배운다"),
    statement=(
        "With feedback from a discriminator only, a generator that starts at mean 0 moves its output to the data's "
        "mean m; the noise it is fed stays N(0, 1).",
        "생성자는 판별자의 피드백만으로 출력의 평균을 0에서 데이터의 평균 m으로 옮긴다. 입력 잡음은 계속 N(0, 1)이다.",
    ),
    symbols={"m": symbol("real in 2..4", "mean of the real data", "진짜 데이터의 평균")},
    steps={
        "mean_before": step(en="mean of the fakes before training", ko="학습 전 가짜의 평균"),
        "mean_after": step(en="mean of the fakes after 400 rounds", ko="400라운드 뒤 가짜의 평균"),
        "noise_mean": step(en="mean of the noise in the last 50 rounds", ko="마지막 50라운드의 잡음 평균"),
        "noise_deviation": step(en="its standard deviation", ko="그 표준편차"),
        "early_score": step(
            en="how well D tells real from fake in rounds 1–50 (mean gap of its outputs)",
            ko="1–50라운드에서 판별자의 구별 정도 (출력 평균의 차이)",
        ),
        "late_score": step(en="the same in the last 50 rounds", ko="마지막 50라운드에서의 구별 정도"),
    },
    result="mean_after",
    source=f"{GOODFELLOW}, section 3 and figure 1",
    vectorized=False,
    claims=[
        claim("abs(mean_before) < 0.2", "It starts at 0.", "0에서 시작한다."),
        claim("abs(mean_after - m) < 0.15 * m", "It ends near m.", "m 근처에서 끝난다."),
        claim(
            "abs(noise_mean) < 0.2 and abs(noise_deviation - 1) < 0.1",
            "The noise does not change.",
            "잡음은 변하지 않는다.",
        ),
        claim("late_score < 0.5 * early_score", "Telling them apart becomes hard.", "구별이 점점 어려워진다."),
    ],
    mistakes=[
        mistake(
            "noise-is-learned",
            "noise_mean > m / 2",
            "The noise distribution is fixed; what is learned is the map from noise to data.",
            "잡음의 분포는 고정되어 있습니다. 학습하는 것은 잡음을 데이터로 보내는 함수입니다.",
        ),
        mistake(
            "discriminator-wins",
            "late_score > early_score",
            "As fakes come to resemble the data, the discriminator can separate them less.",
            "가짜가 진짜를 닮아 갈수록 판별자는 둘을 덜 구별하게 됩니다.",
        ),
    ],
)
def gan_training(m, random):
    scale, shift = torch.tensor(1.0), torch.tensor(0.0)  # G(z) = scale z + shift
    slope, offset = torch.tensor(0.0), torch.tensor(0.0)  # D(x) = sigmoid(slope x + offset)
    before, scores, noises = random.normal(2000).mean(), [], []
    for _ in range(400):
        real, noise = m + 0.5 * random.normal(64), random.normal(64)
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

ON_REAL = symbol(
    "open-probability in 0.01..0.99",
    "discriminator's output for a real sample",
    "진짜 샘플에 대한 판별자 출력",
    aliases=["r"],
)
ON_FAKE = symbol(
    "open-probability in 0.01..0.99",
    "discriminator's output for a fake, D(G(z))",
    "가짜 샘플에 대한 판별자 출력 D(G(z))",
    aliases=["f"],
)


@proof(
    "gan-losses",
    title=("GAN losses of one real and one fake", "진짜 하나와 가짜 하나에 대한 GAN 손실"),
    statement=(
        "The discriminator is trained by binary cross-entropy with target 1 for real and 0 for fake; the generator's "
        "(non-saturating) loss gives its fake the target 1.",
        "판별자는 진짜를 1, 가짜를 0으로 하는 이진 교차 엔트로피로 학습한다. 생성자의 (비포화) 손실은 자기 가짜의 목표를 1로 둔다.",
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
            "목표가 바뀌었습니다. 판별자의 목표는 진짜가 1, 가짜가 0입니다.",
        ),
        mistake(
            "fake-as-real",
            "-log(D_real) - log(D_fake)",
            "The fake gets target 0 in the discriminator's loss: −log(1 − D(G(z))).",
            "판별자 손실에서 가짜의 목표는 0이므로 −log(1 − D(G(z)))입니다.",
        ),
        mistake(
            "no-minus",
            "log(D_real) + log(1 - D_fake)",
            "That is the value V, which the discriminator maximises; the loss is its negative.",
            "그것은 판별자가 최대화하는 값 V입니다. 손실은 그 음수입니다.",
        ),
        mistake(
            "real-only",
            "-log(D_real)",
            "The fake sample's part is missing.",
            "가짜 샘플의 항이 빠졌습니다.",
        ),
        mistake(
            "generator-with-target-zero",
            "-log(1 - D_fake)",
            "The generator wants its fake to be called real: target 1, so −log D(G(z)).",
            "생성자는 가짜가 진짜로 판정되기를 바라므로 목표는 1, 손실은 −log D(G(z))입니다.",
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


@gan_losses.oracle(
    "operator",
    "torch.nn.functional.binary_cross_entropy_with_logits with targets 1 and 0",
    "목표를 1과 0으로 한 torch.nn.functional.binary_cross_entropy_with_logits",
)
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
    title=("GAN minimax objective", "GAN의 미니맥스 목적함수"),
    statement=(
        "V(G, D) = E[log D(x)] + E[log(1 − D(G(z)))]: D maximises it, G minimises it.",
        "V(G, D) = E[log D(x)] + E[log(1 − D(G(z)))]이며 D는 최대화하고 G는 최소화한다.",
    ),
    symbols={
        "D_real": symbol(
            "vector[n] of open-probability in 0.01..0.99", "D's outputs on real samples", "진짜 샘플들에 대한 D의 출력"
        ),
        "D_fake": symbol(
            "vector[k] of open-probability in 0.01..0.99", "D's outputs on fakes", "가짜 샘플들에 대한 D의 출력"
        ),
    },
    steps={
        "on_real": step("mean(log(D_real))"),
        "on_fake": step("mean(log(1 - D_fake))"),
        "value": step("on_real + on_fake", aliases=["V"]),
    },
    source=f"{GOODFELLOW}, equation 1",
    gradients=["D_real", "D_fake"],
    claims=[claim("value < 0", "V is never positive.", "V는 양수가 되지 않는다.")],
    mistakes=[
        mistake(
            "fake-counts-as-real",
            "mean(log(D_real)) + mean(log(D_fake))",
            "For fakes the logarithm is of 1 − D: the probability of being called fake.",
            "가짜에는 1 − D, 즉 가짜라고 판정할 확률의 로그를 씁니다.",
        ),
        mistake(
            "roles-swapped",
            "mean(log(1 - D_real)) + mean(log(D_fake))",
            "Real and fake are swapped: D(x) is the probability of being real.",
            "진짜와 가짜가 바뀌었습니다. D(x)는 진짜일 확률입니다.",
        ),
        mistake(
            "difference",
            "mean(log(D_real)) - mean(log(1 - D_fake))",
            "The two expectations are added, not subtracted.",
            "두 기댓값은 빼는 것이 아니라 더합니다.",
        ),
        mistake(
            "log-of-the-mean",
            "log(mean(D_real)) + log(mean(1 - D_fake))",
            "The logarithm comes first, then the mean.",
            "로그를 먼저 취하고 그다음 평균합니다.",
        ),
        mistake(
            "no-logarithm",
            "mean(D_real) + mean(1 - D_fake)",
            "The logarithms are missing.",
            "로그가 빠졌습니다.",
        ),
    ],
)
def gan_objective(D_real, D_fake):
    on_real, on_fake = torch.log(D_real).mean(), torch.log(1 - D_fake).mean()
    return {"on_real": on_real, "on_fake": on_fake, "value": on_real + on_fake}


@gan_objective.oracle("operator", "minus torch.nn.BCELoss on each batch", "배치별 torch.nn.BCELoss의 음수")
def _(D_real, D_fake):
    loss = torch.nn.BCELoss()
    on_real, on_fake = -loss(D_real, torch.ones_like(D_real)), -loss(D_fake, torch.zeros_like(D_fake))
    return {"on_real": on_real, "on_fake": on_fake, "value": on_real + on_fake}


@proof(
    "gan-saturating-loss",
    title=("Saturating and non-saturating generator loss", "포화하는 생성자 손실과 포화하지 않는 손실"),
    statement=(
        "In the discriminator's logit a on a fake, log(1 − D) has the slope −D and −log D the slope −(1 − D): when D is "
        "sure that it is a fake (D ≈ 0), only the second still teaches the generator.",
        "가짜에 대한 판별자의 로짓 a로 미분하면 log(1 − D)의 기울기는 −D, −log D의 기울기는 −(1 − D)이다. 판별자가 가짜임을 "
        "확신하면(D ≈ 0) 생성자를 가르치는 것은 둘째뿐이다.",
    ),
    symbols={
        "a": symbol("real in -10..10", "logit that D gives a fake", "가짜에 대한 판별자의 로짓", aliases=["logit"])
    },
    steps={
        "D": step("sigmoid(a)"),
        "saturating_loss": step("log(1 - D)"),
        "non_saturating_loss": step("-log(D)"),
        "slope_saturating": step("-D"),
        "slope_non_saturating": step("D - 1"),
    },
    source=f"{GOODFELLOW}, section 3",
    claims=[
        claim("slope_saturating < 0 and slope_non_saturating < 0", "Both push the logit up.", "둘 다 로짓을 키운다.")
    ],
    mistakes=[
        mistake(
            "slopes-exchanged",
            "-D",
            "−D is the slope of log(1 − D), which vanishes when D is sure.",
            "−D는 log(1 − D)의 기울기로, 판별자가 확신하면 사라집니다.",
        ),
        mistake(
            "chain-rule-forgotten",
            "-1 / D",
            "That is the slope in D itself; in the logit it is multiplied by D(1 − D).",
            "그것은 D에 대한 기울기입니다. 로짓에 대해서는 D(1 − D)를 곱해야 합니다.",
        ),
        mistake(
            "sign-lost",
            "1 - D",
            "The loss falls as the logit grows: the slope is negative.",
            "로짓이 커지면 손실이 줄어드므로 기울기는 음수입니다.",
        ),
        mistake(
            "sigmoid-slope",
            "-D * (1 - D)",
            "That is only the slope of the sigmoid; the logarithm divides by 1 − D.",
            "그것은 시그모이드의 기울기일 뿐입니다. 로그가 1 − D로 나눕니다.",
            of="slope_saturating",
        ),
    ],
)
def gan_saturating_loss(a):
    D = torch.sigmoid(a)
    return {
        "D": D,
        "saturating_loss": torch.log(1 - D),
        "non_saturating_loss": -torch.log(D),
        "slope_saturating": -D,
        "slope_non_saturating": D - 1,
    }


@gan_saturating_loss.oracle("autograd", "autograd through logsigmoid", "logsigmoid의 자동 미분")
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
    """The logits a that maximise p log σ(a) + q log σ(−a), found by halving the interval where the slope changes sign."""
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
    title=("Optimal discriminator", "최적 판별자"),
    statement=(
        "Where the data have density p and the generator's samples density q, the best output is D* = p / (p + q); it is "
        "½ exactly where the densities are equal.",
        "데이터의 밀도가 p, 생성자의 밀도가 q인 지점에서 가장 좋은 출력은 D* = p / (p + q)이다. 두 밀도가 같은 곳에서만 ½이 된다.",
    ),
    symbols={
        "p": symbol(
            "positive in 0.01..5",
            "density of the data there",
            "그 지점에서 데이터의 밀도",
            aliases=["p_data", "p_d", "p_r"],
        ),
        "q": symbol(
            "positive in 0.01..5", "density of the generator there", "그 지점에서 생성자의 밀도", aliases=["p_G", "p_g"]
        ),
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
            "그것은 가짜일 확률입니다. D는 진짜일 확률입니다.",
        ),
        mistake(
            "odds",
            "p / q",
            "The ratio p/q is the odds; the probability divides by the sum p + q.",
            "p/q는 오즈입니다. 확률은 합 p + q로 나눕니다.",
        ),
        mistake(
            "sigmoid-of-difference",
            "sigmoid(p - q)",
            "The best logit is the difference of the log densities, log p − log q.",
            "최적의 로짓은 로그 밀도의 차 log p − log q입니다.",
        ),
        mistake(
            "normalised-by-squares",
            "p^2 / (p^2 + q^2)",
            "The densities enter as they are, not squared.",
            "밀도는 제곱하지 않고 그대로 들어갑니다.",
        ),
    ],
)
def optimal_discriminator(p, q):
    discriminator = p / (p + q)
    return {"discriminator": discriminator, "gain": p * torch.log(discriminator) + q * torch.log(1 - discriminator)}


@optimal_discriminator.oracle(
    "autograd",
    "maximising p log D + q log(1 − D) over D's logit by bisection of its slope",
    "D의 로짓에 대해 p log D + q log(1 − D)를 기울기 이분법으로 최대화",
)
def _(p, q):
    best = _best_logits(p, q)
    return {
        "discriminator": torch.sigmoid(best),
        "gain": p * torch.nn.functional.logsigmoid(best) + q * torch.nn.functional.logsigmoid(-best),
    }


@proof(
    "gan-value-at-optimum",
    title=("Value of the game against the optimal discriminator", "최적 판별자에 대한 게임의 값"),
    statement=(
        "V(G, D*) = 2 JSD(p ‖ q) − log 4: at best, for q = p, it is −log 4 ≈ −1.386.",
        "V(G, D*) = 2 JSD(p ‖ q) − log 4이며 q = p일 때 최솟값 −log 4 ≈ −1.386이 된다.",
    ),
    symbols={
        "p": symbol("distribution[n]", "distribution of the data", "데이터의 분포", aliases=["p_data", "p_d"]),
        "q": symbol("distribution[n]", "distribution of the generator", "생성자의 분포", aliases=["p_G", "p_g"]),
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
        claim("value >= -log(4) - 1e-12", "It is at least −log 4.", "−log 4보다 작아지지 않는다."),
        claim("value <= 0", "It is at most 0.", "0을 넘지 않는다."),
    ],
    mistakes=[
        mistake(
            "two-forgotten",
            "jsd - log(4)",
            "The divergence enters twice: both Kullback–Leibler terms are added, JSD is their mean.",
            "JSD는 두 번 들어갑니다. 두 KL 항은 더해지고 JSD는 그 평균입니다.",
        ),
        mistake(
            "log-two",
            "2 * jsd - log(2)",
            "Each of the two terms gives −log 2: together −log 4.",
            "두 항이 각각 −log 2를 내므로 합은 −log 4입니다.",
        ),
        mistake(
            "plus-log-four",
            "2 * jsd + log(4)",
            "The constant is subtracted: V cannot be positive.",
            "상수는 빼야 합니다. V는 양수가 될 수 없습니다.",
        ),
        mistake(
            "kl-for-jsd",
            "2 * sum(p * log(p / q)) - log(4)",
            "Data and generator are compared with their mixture, not with each other.",
            "데이터와 생성자를 서로가 아니라 둘의 혼합 분포와 비교합니다.",
        ),
    ],
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


@gan_value_at_optimum.oracle(
    "autograd", "maximising V over a discriminator's logits numerically", "판별자의 로짓에 대해 V를 수치적으로 최대화"
)
def _(p, q):
    best = _best_logits(p, q)
    return (p * torch.nn.functional.logsigmoid(best) + q * torch.nn.functional.logsigmoid(-best)).sum()


@gan_value_at_optimum.oracle(
    "operator",
    "entropies and KL divergences of torch.distributions.Categorical",
    "torch.distributions.Categorical의 엔트로피와 KL 발산",
)
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
    title=("A generator that covers only some modes", "일부 모드만 만드는 생성자"),
    statement=(
        "The data have n equally frequent kinds, the generator makes only k of them, equally often: the optimal "
        "discriminator says k / (n + k) on those and is right in a share 1 − k / (2n) of all cases.",
        "데이터에 같은 빈도의 종류가 n개 있고 생성자가 그중 k개만 고르게 만들면, 최적 판별자는 그 종류에 k / (n + k)를 출력하고 "
        "전체의 1 − k / (2n)을 맞힌다.",
    ),
    symbols={
        "n": symbol("size in 1..20", "kinds (modes) in the data", "데이터의 종류(모드) 수"),
        "k": symbol("size in 1..20", "kinds that the generator makes", "생성자가 만드는 종류 수"),
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
            "그것은 진짜 중에서 맞힌 비율입니다. 가짜는 모두 맞힙니다.",
        ),
        mistake(
            "guessing",
            "1 / 2",
            "Guessing is the best only if the generator covers all kinds.",
            "찍는 것이 최선인 경우는 생성자가 모든 종류를 만들 때뿐입니다.",
        ),
        mistake(
            "half-of-covered",
            "k / (2 * n)",
            "That is the share of errors.",
            "그것은 틀리는 비율입니다.",
        ),
        mistake(
            "coverage",
            "k / n",
            "On a covered kind p = 1/n and q = 1/k, so D* = (1/n) / (1/n + 1/k).",
            "생성자가 만드는 종류에서는 p = 1/n, q = 1/k이므로 D* = (1/n) / (1/n + 1/k)입니다.",
            of="on_covered",
        ),
    ],
)
def collapsed_generator(n, k):
    return {
        "on_covered": torch.tensor(k / (n + k)),
        "missed": torch.tensor(1 - k / n),
        "accuracy": torch.tensor(1 - k / (2 * n)),
    }


@collapsed_generator.oracle(
    "brute-force",
    "both distributions written out and the Bayes rule for each kind",
    "두 분포를 나열하고 종류마다 베이즈 규칙 적용",
)
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
    title=("Mode collapse", "모드 붕괴"),
    statement=(
        "Against a discriminator that is held fixed, the generator's best reply is to make only the kind that D rates "
        "highest, even though the data hold all n kinds equally often; when D answers, it jumps to another kind.",
        "판별자를 고정해 두면, 데이터에 n개 종류가 고르게 있어도 생성자는 판별자가 가장 높게 평가한 종류만 만드는 것이 최선이다. "
        "판별자가 대응하면 다른 종류로 옮겨 간다.",
    ),
    symbols={"n": symbol("size in 3..12", "equally frequent kinds in the data", "데이터에 고르게 있는 종류의 수")},
    steps={
        "kinds_before": step(
            en="kinds made before training, exp(entropy)", ko="학습 전에 만드는 종류 수 (엔트로피의 지수)"
        ),
        "kinds_after": step(
            en="kinds made after training against a fixed D", ko="고정된 판별자에 맞춰 학습한 뒤의 종류 수"
        ),
        "largest_share_after": step(
            en="share of the most frequent kind in the fakes", ko="가짜에서 가장 흔한 종류의 비율"
        ),
        "largest_share_data": step(en="its share in the data", ko="데이터에서 그 종류의 비율"),
        "favourite_is_best_rated": step(
            en="1 if it is the kind that D rated highest", ko="판별자가 가장 높게 평가한 종류이면 1"
        ),
        "share_after_reply": step(
            en="share of the old favourite after D and then G answered",
            ko="판별자와 생성자가 차례로 대응한 뒤 이전 종류의 비율",
        ),
    },
    result="kinds_after",
    source="Goodfellow, NIPS 2016 Tutorial: Generative Adversarial Networks, section 5.1.1",
    claims=[
        claim("kinds_before > 0.99 * n", "It starts with all kinds.", "처음에는 모든 종류를 만든다."),
        claim("kinds_after < 1.2", "It ends with one kind.", "한 종류만 남는다."),
        claim("largest_share_after > 0.95", "Nearly all fakes are of that kind.", "가짜가 거의 모두 그 종류이다."),
        claim("abs(largest_share_data - 1 / n) < 1e-9", "The data are balanced.", "데이터는 균형 잡혀 있다."),
        claim("favourite_is_best_rated = 1", "It is the kind D rates highest.", "판별자가 가장 높게 평가한 종류이다."),
        claim("share_after_reply < 0.05", "It is dropped when D answers.", "판별자가 대응하면 버려진다."),
    ],
    mistakes=[
        mistake(
            "unbalanced-data-needed",
            "largest_share_data > 0.5",
            "The data are balanced; the collapse comes from chasing the discriminator's highest output.",
            "데이터는 균형 잡혀 있습니다. 붕괴는 판별자의 가장 높은 출력을 쫓기 때문에 생깁니다.",
        ),
        mistake(
            "all-kinds-stay",
            "kinds_after > n / 2",
            "Nothing in the generator's loss asks for variety while D is fixed.",
            "판별자가 고정된 동안 생성자 손실에는 다양성을 요구하는 항이 없습니다.",
        ),
        mistake(
            "settles-on-its-favourite",
            "share_after_reply > 0.5",
            "Once D has learned that this kind is mostly fake, the generator moves to another one.",
            "판별자가 그 종류는 대부분 가짜임을 배우면 생성자는 다른 종류로 옮겨 갑니다.",
        ),
    ],
)
def mode_collapse(n, random):
    data = torch.full((n,), 1.0 / n)

    def best_reply(start, verdict):
        """Gradient ascent of E[log D] on the logits of the generator's kinds, D held fixed."""
        logits = start
        for _ in range(60):
            share = torch.softmax(logits, 0)
            logits = logits + 20 * share * (torch.log(verdict) - (share * torch.log(verdict)).sum())
        return logits

    start = torch.zeros(n)
    verdict = 0.5 + 0.02 * random.permutation(n) / n
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
        "largest_share_data": data[favourite],
        "favourite_is_best_rated": float(favourite == verdict.argmax()),
        "share_after_reply": jumped[favourite],
    }


@proof(
    "gan-spiral",
    title=("Descent against ascent spirals outwards", "하강과 상승이 맞서면 바깥으로 돈다"),
    statement=(
        "In the game min over x, max over y of xy, simultaneous gradient steps with rate r multiply the distance from the "
        "equilibrium (0, 0) by √(1 + r²) each.",
        "min_x max_y xy 게임에서 학습률 r의 동시 갱신은 균형점 (0, 0)까지의 거리를 매번 √(1 + r²)배로 키운다.",
    ),
    symbols={
        "r": symbol("positive in 0.01..1", "learning rate", "학습률", aliases=["lr", "eta"]),
        "n": symbol("size in 1..20", "steps", "갱신 횟수"),
    },
    steps={
        "distance_before": step("sqrt(2)"),
        "growth": step("(1 + r^2)^(n / 2)"),
        "distance_after": step("distance_before * growth"),
    },
    source="Goodfellow, NIPS 2016 Tutorial, section 8.2; Mescheder et al., Which Training Methods for GANs do actually Converge? (2018)",
    claims=[claim("distance_after > distance_before", "It moves away from the equilibrium.", "균형점에서 멀어진다.")],
    mistakes=[
        mistake(
            "shrinking",
            "sqrt(2) * (1 - r^2)^(n / 2)",
            "The step is at a right angle to the position, so the distance grows (Pythagoras: 1 + r²).",
            "갱신 방향은 위치와 직각이므로 거리는 늘어납니다(피타고라스: 1 + r²).",
        ),
        mistake(
            "geometric-in-rate",
            "sqrt(2) * (1 + r)^n",
            "The step does not point outwards but sideways: the factor is √(1 + r²), not 1 + r.",
            "갱신은 바깥쪽이 아니라 옆을 향하므로 배율은 1 + r이 아니라 √(1 + r²)입니다.",
        ),
        mistake(
            "circle",
            "sqrt(2)",
            "Only infinitely small steps stay on the circle.",
            "원 위에 머무는 것은 갱신이 무한히 작을 때뿐입니다.",
        ),
    ],
)
def gan_spiral(r, n):
    growth = (1 + r**2) ** (n / 2)
    return {"distance_before": torch.tensor(math.sqrt(2)), "growth": growth, "distance_after": math.sqrt(2) * growth}


@gan_spiral.oracle(
    "simulation",
    "n simultaneous steps from x = y = 1, slopes by autograd",
    "x = y = 1에서 자동 미분 기울기로 n번 동시 갱신",
)
def _(r, n):
    point = torch.ones(2)
    for _ in range(n):
        point.requires_grad_()
        (slope,) = torch.autograd.grad(point.prod(), point)
        point = point.detach() + r * slope * torch.tensor([-1.0, 1.0])
    before, after = torch.linalg.vector_norm(torch.ones(2)), torch.linalg.vector_norm(point)
    return {"distance_before": before, "growth": after / before, "distance_after": after}
