"""Proofs for the chapter gan-variants-and-diffusion."""

from __future__ import annotations

import itertools
import math

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

# --- conditional GAN --------------------------------------------------------------------------


@proof(
    "conditional-gan-inputs",
    title=("Inputs of a conditional GAN", "조건부 GAN의 입력"),
    statement=(
        "The generator of a conditional GAN receives k noise numbers and the one-hot label of c classes, k + c numbers; "
        "the discriminator receives the sample and the label.",
        "조건부 GAN의 생성자는 잡음 k개와 클래스 c개의 원-핫 레이블, 모두 k + c개를 받고 판별자는 샘플과 레이블을 받는다.",
    ),
    symbols={
        "k": symbol("size in 1..128", "length of the noise vector", "잡음 벡터의 길이"),
        "c": symbol("size in 1..20", "classes", "클래스 수"),
        "d": symbol("size in 1..100", "numbers in a sample", "샘플 하나에 든 수의 개수"),
        "h": symbol("size in 1..64", "units of the first dense layer", "첫 전결합층의 유닛 수"),
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
            "label-left-out",
            "k",
            "That is the plain GAN: without the label the class of the output cannot be chosen.",
            "그것은 보통의 GAN입니다. 레이블이 없으면 출력의 클래스를 고를 수 없습니다.",
        ),
        mistake(
            "label-as-one-number",
            "k + 1",
            "A one-hot label has one entry for each class.",
            "원-핫 레이블에는 클래스마다 성분이 하나씩 있습니다.",
        ),
        mistake(
            "multiplied",
            "k * c",
            "Noise and label are put side by side: the lengths add up.",
            "잡음과 레이블은 이어 붙이므로 길이를 더합니다.",
        ),
        mistake(
            "discriminator-without-label",
            "d",
            "The discriminator needs the label as well, or it could not punish a sample of the wrong class.",
            "판별자도 레이블을 받아야 합니다. 그렇지 않으면 클래스가 틀린 샘플을 걸러 낼 수 없습니다.",
            of="discriminator_input",
        ),
        mistake(
            "bias-forgotten",
            "(k + c) * h",
            "Each unit has a bias too.",
            "유닛마다 편향도 하나씩 있습니다.",
            of="generator_weights",
        ),
    ],
)
def conditional_gan_inputs(k, c, d, h):
    return {
        "generator_input": torch.tensor(k + c + 0.0),
        "discriminator_input": torch.tensor(d + c + 0.0),
        "generator_weights": torch.tensor((k + c) * h + h + 0.0),
    }


@conditional_gan_inputs.oracle(
    "operator",
    "torch.cat with torch.nn.functional.one_hot, and torch.nn.Linear",
    "torch.cat과 torch.nn.functional.one_hot, 그리고 torch.nn.Linear",
)
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
    title=("Choosing the class by the label", "레이블로 클래스 고르기"),
    statement=(
        "A conditional generator makes different outputs from the same noise when the label changes; a generator without "
        "label cannot.",
        "조건부 생성자는 같은 잡음이라도 레이블이 바뀌면 다른 출력을 낸다. 레이블을 받지 않는 생성자는 그럴 수 없다.",
    ),
    symbols={"c": symbol("size in 2..10", "classes", "클래스 수")},
    steps={
        "different_outputs_conditional": step(
            en="different outputs from one noise vector and all labels",
            ko="잡음 하나와 모든 레이블로 만든 서로 다른 출력의 수",
        ),
        "different_outputs_plain": step(en="the same where G ignores the label", ko="레이블을 받지 않는 생성자의 경우"),
        "gap_other_noise": step(
            en="distance of two outputs of one label, other noise", ko="레이블은 같고 잡음이 다른 두 출력의 거리"
        ),
    },
    result="different_outputs_conditional",
    source="Mirza & Osindero, Conditional Generative Adversarial Nets (2014), section 3.2",
    claims=[
        claim("different_outputs_conditional = c", "Each label, its own output.", "레이블마다 출력이 다르다."),
        claim("different_outputs_plain = 1", "No label, one output.", "레이블이 없으면 출력은 하나이다."),
        claim("gap_other_noise > 1e-3", "The noise still gives variety.", "잡음은 여전히 다양성을 준다."),
    ],
    mistakes=[
        mistake(
            "label-fixes-the-output",
            "gap_other_noise < 1e-6",
            "The label chooses the class, the noise chooses the example.",
            "레이블은 클래스를, 잡음은 구체적인 예를 정합니다.",
        ),
        mistake(
            "noise-decides-the-class",
            "different_outputs_conditional < 2",
            "With the noise kept, another label gives another output.",
            "잡음이 같아도 레이블이 다르면 출력이 다릅니다.",
        ),
    ],
)
def conditional_generation(c, random):
    noise, labels = random.normal(2, 4), torch.eye(c)
    from_noise, from_label = random.normal(4, 6), random.normal(c, 6)
    hidden = noise[0] @ from_noise + labels @ from_label  # one noise vector, every label
    outputs, plain = torch.tanh(hidden), torch.stack([torch.tanh(noise[0] @ from_noise) for _ in range(c)])
    other = torch.tanh(noise[1] @ from_noise + labels[0] @ from_label)
    return {
        "different_outputs_conditional": float(len(torch.unique(outputs, dim=0))),
        "different_outputs_plain": float(len(torch.unique(plain, dim=0))),
        "gap_other_noise": (outputs[0] - other).norm(),
    }


# --- image to image ---------------------------------------------------------------------------


@proof(
    "pix2pix-loss",
    title=("Generator loss of pix2pix", "pix2pix의 생성자 손실"),
    statement=(
        "pix2pix adds λ times the mean absolute error to the paired target to the adversarial loss −log D.",
        "pix2pix는 적대적 손실 −log D에 짝지어진 정답과의 평균 절대 오차를 λ배 하여 더한다.",
    ),
    symbols={
        "target": symbol("vector[n]", "paired target image", "짝지어진 정답 이미지", aliases=["y"]),
        "output": symbol("vector[n]", "generated image", "생성된 이미지", aliases=["y_hat"]),
        "D_fake": symbol(
            "open-probability in 0.01..0.99", "discriminator's output for it", "생성된 이미지에 대한 판별자 출력"
        ),
        "weight": symbol("positive", "weight λ of the L1 term", "L1 항의 가중치 λ", aliases=["lambda"]),
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
            "pix2pix는 제곱 오차보다 덜 흐려지는 절대 오차(L1)를 씁니다.",
        ),
        mistake(
            "weight-forgotten",
            "-log(D_fake) + mean(abs(target - output))",
            "The L1 term is weighted by λ (100 in the paper).",
            "L1 항에는 λ(논문에서는 100)를 곱합니다.",
        ),
        mistake(
            "weight-on-the-wrong-term",
            "-weight * log(D_fake) + mean(abs(target - output))",
            "λ belongs to the L1 term.",
            "λ는 L1 항에 곱합니다.",
        ),
        mistake(
            "no-adversarial-term",
            "weight * mean(abs(target - output))",
            "Without the adversarial term it is a plain regression, whose images are blurred.",
            "적대적 항이 없으면 단순한 회귀가 되어 이미지가 흐려집니다.",
        ),
    ],
)
def pix2pix_loss(target, output, D_fake, weight):
    adversarial, l1 = -torch.log(D_fake), (target - output).abs().mean()
    return {"adversarial": adversarial, "l1": l1, "loss": adversarial + weight * l1}


@pix2pix_loss.oracle(
    "operator", "torch.nn.BCELoss with target 1 and torch.nn.L1Loss", "목표 1의 torch.nn.BCELoss와 torch.nn.L1Loss"
)
def _(target, output, D_fake, weight):
    adversarial = torch.nn.BCELoss()(D_fake, torch.tensor(1.0))
    l1 = torch.nn.L1Loss()(output, target)
    return {"adversarial": adversarial, "l1": l1, "loss": torch.lerp(adversarial, adversarial + l1, weight)}


@proof(
    "translation-network-sizes",
    title=("Sizes in an image-to-image network", "이미지 변환 신경망의 크기"),
    statement=(
        "d down-sampling convolutions (kernel 4, stride 2, padding 1) divide the side by 2^d, as many transposed ones bring "
        "it back: the output is as large as the input.",
        "다운샘플링 합성곱(커널 4, 스트라이드 2, 패딩 1) d개는 한 변을 2^d로 나누고 같은 수의 전치 합성곱이 되돌리므로 출력은 "
        "입력과 크기가 같다.",
    ),
    symbols={
        "side": symbol("size in 2..64", "side of the square input image", "정사각 입력 이미지의 한 변"),
        "d": symbol("size in 1..3", "down-sampling layers", "다운샘플링 층의 수"),
    },
    where=("mod(side, 2^d) = 0",),
    steps={"bottleneck": step("side / 2^d"), "output_side": step("bottleneck * 2^d")},
    result="bottleneck",
    source="Isola et al., Image-to-Image Translation with Conditional Adversarial Networks (2017), section 3.2 and appendix 6.1",
    mistakes=[
        mistake(
            "divided-by-layers",
            "side / (2 * d)",
            "Each layer halves what the layer before left: 2^d, not 2d.",
            "층마다 앞 층의 결과를 반으로 줄이므로 2d가 아니라 2^d로 나눕니다.",
        ),
        mistake(
            "one-halving",
            "side / 2",
            "Every down-sampling layer halves the side.",
            "다운샘플링 층마다 한 변이 반으로 줄어듭니다.",
        ),
        mistake(
            "quartered",
            "side / 4^d",
            "The area is quartered; the side is halved.",
            "4분의 1이 되는 것은 넓이이고 한 변은 반이 됩니다.",
        ),
    ],
)
def translation_network_sizes(side, d):
    bottleneck = side / 2**d
    return {"bottleneck": torch.tensor(bottleneck), "output_side": torch.tensor(bottleneck * 2**d)}


@translation_network_sizes.oracle(
    "operator",
    "torch.conv2d and torch.conv_transpose2d on an image of zeros",
    "영으로 채운 이미지에 대한 torch.conv2d와 torch.conv_transpose2d",
)
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
    title=("Cycle-consistency loss", "순환 일관성 손실"),
    statement=(
        "Translating with G(x) = ax + b and back with F(y) = cy + e should return the start: the loss is the mean of "
        "|F(G(x)) − x| plus the mean of |G(F(y)) − y|, and no pair of x and y is needed.",
        "G(x) = ax + b로 옮긴 뒤 F(y) = cy + e로 되돌리면 처음 값이 나와야 한다. 손실은 |F(G(x)) − x|의 평균과 |G(F(y)) − y|의 "
        "평균의 합이며, x와 y의 짝은 필요 없다.",
    ),
    symbols={
        "x": symbol("vector[n]", "samples of the first domain", "첫 번째 도메인의 샘플"),
        "y": symbol(
            "vector[m]", "samples of the second domain, not paired with x", "두 번째 도메인의 샘플 (x와 짝이 아님)"
        ),
        "a": symbol("real", "slope of G", "G의 기울기"),
        "b": symbol("real", "shift of G", "G의 이동"),
        "c": symbol("real", "slope of F", "F의 기울기"),
        "e": symbol("real", "shift of F", "F의 이동"),
    },
    steps={
        "translated": step("a * x + b"),
        "returned": step("c * translated + e"),
        "forward": step("mean(abs(returned - x))"),
        "backward": step("mean(abs(a * (c * y + e) + b - y))"),
        "cycle_loss": step("forward + backward"),
    },
    source="Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks (2017), section 3.2",
    mistakes=[
        mistake(
            "translation-compared",
            "mean(abs(translated - x))",
            "The translation may differ from x; what must match x is the sample that came back, F(G(x)).",
            "변환 결과는 x와 달라도 됩니다. x와 같아야 하는 것은 되돌아온 F(G(x))입니다.",
            of="forward",
        ),
        mistake(
            "signed-error",
            "mean(returned - x)",
            "Signed errors cancel; the absolute value is taken.",
            "부호 있는 오차는 상쇄되므로 절댓값을 취합니다.",
            of="forward",
        ),
        mistake(
            "squared-error",
            "mean((returned - x)^2)",
            "CycleGAN uses the absolute error (L1).",
            "CycleGAN은 절대 오차(L1)를 씁니다.",
            of="forward",
        ),
        mistake(
            "one-direction",
            "forward",
            "Both directions count: also y → F(y) → G(F(y)).",
            "양방향을 모두 셉니다. y → F(y) → G(F(y))도 포함됩니다.",
        ),
        mistake(
            "both-averaged",
            "(forward + backward) / 2",
            "The two directions are added.",
            "두 방향의 손실은 더합니다.",
        ),
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


@cycle_consistency.oracle(
    "closed-form",
    "both round trips as products of 2×2 matrices in homogeneous coordinates",
    "동차 좌표의 2×2 행렬 곱으로 쓴 두 왕복",
)
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
    title=("Generators for translating between n domains", "n개 도메인 사이의 변환에 필요한 생성자"),
    statement=(
        "Translating each of n domains into each other one takes n(n − 1) generators, one a direction; StarGAN needs a "
        "single one, whose input is the RGB image with n more channels for the target domain.",
        "n개 도메인을 서로 변환하려면 방향마다 하나씩 n(n − 1)개의 생성자가 필요하지만, StarGAN은 RGB 이미지에 목표 도메인 채널 n개를 "
        "덧붙여 받는 생성자 하나로 충분하다.",
    ),
    symbols={"n": symbol("size in 2..12", "domains", "도메인 수")},
    steps={"pairwise": step("n * (n - 1)"), "input_channels": step("3 + n")},
    result="pairwise",
    source="Choi et al., StarGAN (2018), sections 1 and 3",
    mistakes=[
        mistake(
            "unordered-pairs",
            "n * (n - 1) / 2",
            "Each pair needs a generator in both directions.",
            "한 쌍마다 양방향으로 생성자가 필요합니다.",
        ),
        mistake(
            "with-itself",
            "n^2",
            "No generator is needed from a domain to itself.",
            "같은 도메인으로 가는 생성자는 필요 없습니다.",
        ),
        mistake(
            "one-each",
            "n",
            "One a domain is too few: a generator of this kind knows one source and one target.",
            "도메인마다 하나로는 부족합니다. 이런 생성자는 출발과 도착 도메인이 하나씩 정해져 있습니다.",
        ),
    ],
)
def stargan_generators(n):
    return {"pairwise": torch.tensor(n * (n - 1) + 0.0), "input_channels": torch.tensor(3 + n + 0.0)}


@stargan_generators.oracle(
    "brute-force",
    "listing the directions, and stacking image and domain maps",
    "방향을 모두 나열하고 이미지와 도메인 맵을 쌓기",
)
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
    title=("Diffusion: noising in one jump", "확산 모델: 한 번에 잡음 넣기"),
    statement=(
        "After the steps x_s = √(1 − β_s) x_{s−1} + √β_s ε_s the sample is x_t = √ᾱ x_0 + √(1 − ᾱ) ε with ᾱ = Π(1 − β_s).",
        "x_s = √(1 − β_s) x_{s−1} + √β_s ε_s를 거듭하면 x_t = √ᾱ x_0 + √(1 − ᾱ) ε이 되며 ᾱ = Π(1 − β_s)이다.",
    ),
    symbols={
        "beta": symbol("vector[t] of open-probability in 0.01..0.6", "noise rate of each step", "단계별 잡음 비율"),
        "x_0": symbol("real", "clean sample", "원래 샘플", aliases=["x0"]),
        "epsilon": symbol("real in -3..3", "a draw from N(0, 1)", "N(0, 1)에서 뽑은 값", aliases=["eps"]),
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
            "ᾱ와 1 − ᾱ는 분산의 몫이므로 계수는 그 제곱근입니다.",
        ),
        mistake(
            "roles-swapped",
            "sqrt(1 - alpha_bar) * x_0 + sqrt(alpha_bar) * epsilon",
            "√ᾱ is the factor of the signal, √(1 − ᾱ) that of the noise.",
            "√ᾱ는 신호의 계수이고 √(1 − ᾱ)가 잡음의 계수입니다.",
        ),
        mistake(
            "signal-kept",
            "x_0 + sqrt(1 - alpha_bar) * epsilon",
            "The signal is shrunk as well; otherwise the variance would grow without end.",
            "신호도 줄입니다. 그렇지 않으면 분산이 끝없이 커집니다.",
        ),
        mistake(
            "rates-added",
            "sum(beta)",
            "Variances do not simply add up: each step also shrinks the noise that is there already.",
            "분산이 단순히 더해지지는 않습니다. 각 단계는 이미 있는 잡음도 줄입니다.",
            of="variance",
        ),
        mistake(
            "product-of-rates",
            "prod(beta)",
            "ᾱ multiplies what each step keeps, 1 − β.",
            "ᾱ는 각 단계가 남기는 비율 1 − β를 곱한 것입니다.",
            of="alpha_bar",
        ),
    ],
)
def diffusion_forward(beta, x_0, epsilon):
    alpha_bar = (1 - beta).prod()
    mean, variance = torch.sqrt(alpha_bar) * x_0, 1 - alpha_bar
    return {"alpha_bar": alpha_bar, "mean": mean, "variance": variance, "x_t": mean + torch.sqrt(variance) * epsilon}


@diffusion_forward.oracle("brute-force", "mean and variance followed step by step", "평균과 분산을 단계마다 추적")
def _(beta, x_0, epsilon):
    mean, variance, unit = x_0, torch.tensor(0.0), torch.tensor(1.0)
    for rate in beta:
        keep = torch.sqrt(1 - rate)
        mean, variance, unit = keep * mean, keep**2 * variance + rate, keep * unit
    quantile = torch.special.ndtr(epsilon)
    x_t = torch.distributions.Normal(mean, torch.sqrt(variance)).icdf(quantile)
    return {"alpha_bar": unit**2, "mean": mean, "variance": variance, "x_t": x_t}


@diffusion_forward.oracle(
    "simulation", "40000 chains of single steps", "한 단계씩 진행한 연쇄 40000개", tolerance=0.05, samples=4
)
def _(beta, x_0, epsilon):
    generator = torch.Generator().manual_seed(0)
    x = x_0.expand(40_000)
    for rate in beta:
        noise = torch.randn(40_000, generator=generator, dtype=torch.float64, device="cpu").to(x.device, x.dtype)
        x = torch.sqrt(1 - rate) * x + torch.sqrt(rate) * noise
    return {"mean": x.mean(), "variance": x.var()}


@proof(
    "diffusion-constant-rate",
    title=("How much of the signal is left", "남은 신호의 양"),
    statement=(
        "With one rate β in all T steps ᾱ = (1 − β)^T: the signal fades geometrically and the total variance of "
        "standardised data stays 1.",
        "모든 T단계의 β가 같으면 ᾱ = (1 − β)^T이다. 신호는 기하급수적으로 사라지고, 표준화된 데이터의 전체 분산은 1로 유지된다.",
    ),
    symbols={
        "beta": symbol("open-probability in 0.005..0.5", "noise rate of every step", "매 단계의 잡음 비율"),
        "T": symbol("size in 1..300", "steps", "단계 수"),
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
            "각 단계는 남은 것에서 일정 비율을 덜어 내므로 1 − β를 거듭 곱합니다.",
        ),
        mistake(
            "power-of-the-rate",
            "beta^T",
            "The share that a step keeps is 1 − β.",
            "한 단계가 남기는 비율은 1 − β입니다.",
        ),
        mistake(
            "noise-share",
            "1 - (1 - beta)^T",
            "That is the noise variance, 1 − ᾱ.",
            "그것은 잡음의 분산 1 − ᾱ입니다.",
        ),
        mistake(
            "root-forgotten",
            "alpha_bar",
            "x_0 is multiplied by √ᾱ.",
            "x_0에는 √ᾱ를 곱합니다.",
            of="signal_factor",
        ),
    ],
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


@diffusion_constant_rate.oracle(
    "brute-force", "signal and noise variance followed through T steps", "신호와 잡음의 분산을 T단계 동안 추적"
)
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
    title=("Noise-prediction loss of a diffusion model", "확산 모델의 잡음 예측 손실"),
    statement=(
        "The network sees x_t and t and predicts the noise: the loss is the mean squared error between ε and its "
        "prediction, and the prediction gives back an estimate of x_0.",
        "신경망은 x_t와 t를 보고 잡음을 예측한다. 손실은 ε과 예측의 평균 제곱 오차이며, 예측한 잡음으로 x_0의 추정값도 얻는다.",
    ),
    symbols={
        "alpha_bar": symbol(
            "open-probability in 0.05..0.95",
            "share ᾱ of the signal's variance at step t",
            "t단계의 신호 분산 비율 ᾱ",
            aliases=["abar"],
        ),
        "x_0": symbol("vector[d]", "clean sample", "원래 샘플", aliases=["x0"]),
        "epsilon": symbol("vector[d] of real in -3..3", "noise that was added", "더한 잡음", aliases=["eps"]),
        "prediction": symbol(
            "vector[d] of real in -3..3",
            "noise that the network predicts",
            "신경망이 예측한 잡음",
            aliases=["eps_hat", "eps_theta"],
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
            "신경망의 목표는 원래 샘플이 아니라 잡음 ε입니다.",
        ),
        mistake(
            "compared-with-noisy-sample",
            "mean((x_t - prediction)^2)",
            "x_t is the network's input, not its target.",
            "x_t는 신경망의 입력이지 목표가 아닙니다.",
        ),
        mistake(
            "absolute-error",
            "mean(abs(epsilon - prediction))",
            "The loss is the squared error.",
            "손실은 제곱 오차입니다.",
        ),
        mistake(
            "noise-subtracted-only",
            "x_t - sqrt(1 - alpha_bar) * prediction",
            "What is left after subtracting the noise is √ᾱ x_0: divide by √ᾱ.",
            "잡음을 빼고 남은 것은 √ᾱ x_0이므로 √ᾱ로 나눕니다.",
            of="x_0_estimate",
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


@noise_prediction.oracle(
    "operator",
    "a rotation by the angle whose cosine is √ᾱ, and torch.nn.functional.mse_loss",
    "코사인이 √ᾱ인 각의 회전과 torch.nn.functional.mse_loss",
)
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
    title=("Reverse diffusion makes data out of noise", "역확산은 잡음에서 데이터를 만든다"),
    statement=(
        "Starting at N(0, 1) and removing predicted noise step by step, samples arrive at the data, here the points −2 and "
        "2; a single step does not do it.",
        "N(0, 1)에서 출발해 예측한 잡음을 단계마다 조금씩 제거하면 샘플이 데이터(여기서는 −2와 2)에 도달한다. "
        "한 단계로는 그렇게 되지 않는다.",
    ),
    symbols={},
    steps={
        "near_data_at_start": step(
            en="share of the starting noise within 0.3 of ±2", ko="처음 잡음 중 ±2에서 0.3 이내의 비율"
        ),
        "near_data_after_one_step": step(en="the same after one step", ko="한 단계 뒤의 비율"),
        "near_data_at_end": step(en="the same after all steps", ko="모든 단계 뒤의 비율"),
        "share_positive": step(en="share of samples near +2 at the end", ko="마지막에 +2 근처인 샘플의 비율"),
        "network_passes": step(en="predictions that one sample took", ko="샘플 하나에 쓰인 예측 횟수"),
    },
    result="near_data_at_end",
    source=f"{DDPM}, algorithm 2",
    vectorized=False,
    claims=[
        claim("near_data_at_start < 0.25", "Noise is no data.", "잡음은 데이터가 아니다."),
        claim("near_data_after_one_step < 0.3", "One step is not enough.", "한 단계로는 부족하다."),
        claim("near_data_at_end > 0.95", "All steps are.", "모든 단계를 거치면 된다."),
        claim("0.35 < share_positive and share_positive < 0.65", "Both kinds are made.", "두 종류를 모두 만든다."),
        claim("network_passes = 200", "Each step asks the network.", "단계마다 신경망을 쓴다."),
    ],
    mistakes=[
        mistake(
            "one-pass-suffices",
            "near_data_after_one_step > 0.9",
            "One step removes only a little noise; many passes through the network are needed.",
            "한 단계는 잡음을 조금만 제거합니다. 신경망을 여러 번 거쳐야 합니다.",
        ),
        mistake(
            "always-the-same-sample",
            "share_positive > 0.9 or share_positive < 0.1",
            "Different starting noise leads to different data.",
            "처음 잡음이 다르면 다른 데이터에 도달합니다.",
        ),
    ],
)
def diffusion_reverse(random):
    beta = torch.linspace(0.0005, 0.1, 200)
    alpha_bar = torch.cumprod(1 - beta, 0)
    x, shares = random.normal(500), []

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
    return {
        "near_data_at_start": shares[0],
        "near_data_after_one_step": shares[1],
        "near_data_at_end": shares[-1],
        "share_positive": (x > 0).double().mean(),
        "network_passes": float(len(shares) - 1),
    }


@proof(
    "latent-diffusion-size",
    title=("Size of the latent in Stable Diffusion", "Stable Diffusion의 잠재 표현 크기"),
    statement=(
        "An encoder that shrinks each side f-fold turns the 3 (side·f)² numbers of an image into c·side²: diffusion handles "
        "3f² / c times fewer numbers.",
        "한 변을 f분의 1로 줄이는 인코더는 이미지의 수 3(side·f)²개를 c·side²개로 바꾼다. 확산이 다루는 수의 개수는 "
        "c / (3f²)배가 된다.",
    ),
    symbols={
        "side": symbol("size in 1..64", "side of the latent", "잠재 표현의 한 변"),
        "f": symbol("size in 1..16", "factor by which a side shrinks", "한 변이 줄어드는 배율"),
        "c": symbol("size in 1..8", "channels of the latent", "잠재 표현의 채널 수"),
    },
    steps={"pixels": step("3 * (side * f)^2"), "latent": step("c * side^2"), "ratio": step("pixels / latent")},
    source="Rombach et al., High-Resolution Image Synthesis with Latent Diffusion Models (2022), section 3.1",
    mistakes=[
        mistake(
            "one-side-only",
            "3 * f / c",
            "Both sides shrink: the factor enters squared.",
            "두 변이 모두 줄어들므로 배율은 제곱으로 들어갑니다.",
        ),
        mistake(
            "channels-forgotten",
            "f^2",
            "The channels change as well, from 3 to c.",
            "채널 수도 3에서 c로 바뀝니다.",
        ),
        mistake(
            "channels-upside-down",
            "f^2 * c / 3",
            "More channels in the latent make it larger, so the ratio smaller.",
            "잠재 표현의 채널이 많을수록 잠재 표현이 커져 비는 작아집니다.",
        ),
    ],
)
def latent_diffusion_size(side, f, c):
    pixels, latent = torch.tensor(3.0 * (side * f) ** 2), torch.tensor(1.0 * c * side**2)
    return {"pixels": pixels, "latent": latent, "ratio": pixels / latent}


@latent_diffusion_size.oracle(
    "operator", "a strided torch.nn.Conv2d on tensors without storage", "저장 공간 없는 텐서에 적용한 torch.nn.Conv2d"
)
def _(side, f, c):
    image = torch.zeros(3, side * f, side * f, device="meta")
    latent = torch.nn.Conv2d(3, c, f, stride=f, device="meta")(image)
    return {
        "pixels": math.prod(image.shape) + 0.0,
        "latent": latent.numel() + 0.0,
        "ratio": image.numel() / latent.numel(),
    }
