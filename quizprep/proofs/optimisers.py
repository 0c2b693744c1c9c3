"""Proofs for the chapter optimisers."""

from __future__ import annotations

import itertools

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

WEIGHT_ALIASES = ["W", "W_t", "w_t", "theta", "theta_t", "theta_{t-1}", "W_{t-1}", "w_{t-1}"]
NEXT_ALIASES = ["W_{t+1}", "w_{t+1}", "theta_{t+1}", "w_new", "W_new"]
RATE_ALIASES = ["lr", "r", "alpha", "learning_rate"]
GRADIENT_ALIASES = ["G", "g_t", "G_t", "grad", "gradient", "g_w"]

W = symbol("real", "weight before the step", "갱신 전 가중치", WEIGHT_ALIASES)
GRADIENT = symbol("real", "gradient of the loss in w", "w에 대한 손실의 기울기", GRADIENT_ALIASES)
RATE = symbol("positive", "learning rate", "학습률", RATE_ALIASES)
EPSILON = symbol("positive", "small constant against division by zero", "0으로 나누는 것을 막는 작은 상수", ["eps"])


def parameter(value):
    """A copy of a scalar as a list of one tensor, as torch's functional optimisers want it."""
    return [value.clone()]


# --- plain gradient descent -------------------------------------------------------------------


@proof(
    "gradient-descent-step",
    title=("One step of gradient descent", "경사하강법의 한 스텝"),
    statement=(
        "Weight and bias each move against their own gradient, scaled by the learning rate.",
        "가중치와 편향은 각각 자기 기울기의 반대 방향으로, 학습률을 곱한 만큼 움직인다.",
    ),
    symbols={
        "w": W,
        "g": GRADIENT,
        "eta": RATE,
        "b": symbol("real", "bias before the step", "갱신 전 편향", ["b_t"]),
        "g_b": symbol("real", "gradient of the loss in b", "b에 대한 손실의 기울기"),
    },
    steps={
        "b_next": step("b - eta * g_b", aliases=["b_{t+1}", "b_new"]),
        "w_next": step("w - eta * g", aliases=NEXT_ALIASES),
    },
    source="Cauchy (1847); Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 4.3",
    mistakes=[
        mistake(
            "no-gradient",
            "eta * w + b",
            "The gradient is missing: without it nothing says which way the loss falls.",
            "기울기가 빠졌습니다. 기울기 없이는 손실이 줄어드는 방향을 알 수 없습니다.",
        ),
        mistake(
            "ascent",
            "w + eta * g",
            "The sign is wrong: along the gradient the loss rises, so the step goes against it.",
            "부호가 틀렸습니다. 기울기 방향으로 가면 손실이 커지므로 반대 방향으로 가야 합니다.",
        ),
        mistake(
            "no-learning-rate",
            "w - g",
            "The learning rate is missing: it scales the gradient.",
            "학습률이 빠졌습니다. 기울기에 학습률을 곱해야 합니다.",
        ),
        mistake(
            "weight-forgotten",
            "-eta * g",
            "That is only the change; it is added to the old weight.",
            "그것은 변화량일 뿐입니다. 이전 가중치에 더해야 합니다.",
        ),
        mistake(
            "rate-on-the-weight",
            "eta * w - g",
            "The learning rate scales the gradient, not the weight.",
            "학습률은 가중치가 아니라 기울기에 곱합니다.",
        ),
    ],
)
def gradient_descent_step(w, g, eta, b, g_b):
    return {"b_next": b - eta * g_b, "w_next": w - eta * g}


@gradient_descent_step.oracle("operator", "torch.optim.SGD")
def _(w, g, eta, b, g_b):
    from torch.optim.sgd import sgd

    parameters = [w.clone(), b.clone()]
    sgd(
        parameters,
        [g, g_b],
        [None, None],
        foreach=False,
        weight_decay=0,
        momentum=0,
        lr=eta.item(),
        dampening=0,
        nesterov=False,
        maximize=False,
    )
    return {"w_next": parameters[0], "b_next": parameters[1]}


@gradient_descent_step.oracle(
    "autograd", "minimum of the linearised loss plus |Δw|²/(2η)", "선형 근사한 손실 + |Δw|²/(2η)의 최솟점", samples=16
)
def _(w, g, eta, b, g_b):
    # the step minimises g·Δ + Δ²/(2η); its derivative is linear in Δ, so one Newton step is exact
    delta = torch.zeros((), requires_grad=True)
    slope = torch.autograd.grad(g * delta + delta**2 / (2 * eta), delta, create_graph=True)[0]
    curvature = torch.autograd.grad(slope, delta)[0]
    return w - slope.detach() / curvature


@proof(
    "learning-rate-on-a-parabola",
    title=("Learning rate on L = w²", "L = w²에서의 학습률"),
    statement=(
        "On L = w² every step multiplies w by 1 − 2η: it converges only for 0 < η < 1.",
        "L = w²에서는 매 스텝 w에 1 − 2η가 곱해지므로 0 < η < 1일 때만 수렴한다.",
    ),
    symbols={
        "w": symbol("real", "starting weight", "초기 가중치", ["w_0"]),
        "eta": symbol("positive in 0..1.5", "learning rate", "학습률", RATE_ALIASES),
        "n": symbol("positive-count in 1..20", "number of steps", "스텝 수", ["t"]),
    },
    steps={
        "factor": step("1 - 2 * eta"),
        "w_n": step("factor^n * w", aliases=["w_t"]),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 4.3",
    mistakes=[
        mistake(
            "two-forgotten",
            "(1 - eta)^n * w",
            "The derivative of w² is 2w: the factor is 1 − 2η.",
            "w²의 도함수는 2w이므로 곱해지는 값은 1 − 2η입니다.",
        ),
        mistake(
            "same-step-every-time",
            "w - 2 * eta * n * w",
            "The gradient shrinks with w: the steps multiply, they are not all the same.",
            "기울기는 w와 함께 변합니다. 같은 크기의 스텝이 반복되는 것이 아니라 비율이 곱해집니다.",
        ),
        mistake(
            "uphill",
            "(1 + 2 * eta)^n * w",
            "The step goes against the gradient: the factor is 1 − 2η.",
            "기울기의 반대 방향으로 가므로 곱해지는 값은 1 − 2η입니다.",
        ),
    ],
)
def learning_rate_on_a_parabola(w, eta, n):
    factor = 1 - 2 * eta
    return {"factor": factor, "w_n": factor**n * w}


@learning_rate_on_a_parabola.oracle(
    "autograd", "stepping with autograd's gradient", "자동 미분 기울기로 한 스텝씩", samples=24
)
def _(w, eta, n):
    point = w.clone().requires_grad_()
    for _ in range(int(n)):
        (slope,) = torch.autograd.grad(point**2, point)
        point = (point - eta * slope).detach().requires_grad_()
    return point.detach()


# --- how many samples a step sees ---------------------------------------------------------------


@proof(
    "updates-per-epoch",
    title=("Updates in one epoch", "한 에포크의 갱신 횟수"),
    statement=(
        "With batches of B samples one pass over N samples makes ⌈N/B⌉ updates: 1 for batch, N for stochastic descent.",
        "배치 크기가 B이면 N개 샘플을 한 번 도는 동안 ⌈N/B⌉번 갱신한다. 배치 경사하강법은 1번, 확률적 경사하강법은 N번이다.",
    ),
    symbols={
        "N": symbol("positive-count", "training samples", "훈련 샘플 수", ["n"]),
        "B": symbol("positive-count", "batch size", "배치 크기", ["batch_size"]),
    },
    steps={"updates": step("ceil(N / B)")},
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 8.1.3",
    mistakes=[
        mistake(
            "last-batch-lost",
            "floor(N / B)",
            "The last, smaller batch makes an update too: round up.",
            "마지막의 작은 배치도 갱신을 한 번 합니다. 올림해야 합니다.",
        ),
        mistake(
            "batch-size-is-the-count",
            "B",
            "B is how many samples a batch holds, not how many batches there are.",
            "B는 배치 하나의 샘플 수이지 배치의 개수가 아닙니다.",
        ),
        mistake(
            "one-per-sample",
            "N",
            "One update per sample is stochastic descent (B = 1).",
            "샘플마다 한 번 갱신하는 것은 확률적 경사하강법(B = 1)입니다.",
        ),
    ],
)
def updates_per_epoch(N, B):
    return {"updates": torch.ceil(N / B)}


@updates_per_epoch.oracle("operator", "torch.split into batches", "torch.split으로 배치 나누기")
def _(N, B):
    return float(len(torch.split(torch.arange(int(N)), int(B))))


@proof(
    "mini-batch-noise",
    title=("Noise of a mini-batch gradient", "미니배치 기울기의 잡음"),
    statement=(
        "The gradient of a random batch has the full gradient as its mean and scatters around it as 1/√B.",
        "무작위 배치의 기울기는 평균이 전체 기울기와 같고, 그 주위에서 1/√B에 비례해 흔들린다.",
    ),
    symbols={
        "gradients": symbol("vector[n]", "gradient of each sample", "샘플별 기울기"),
        "B": symbol(
            "positive-count in 1..4", "batch size, drawn with replacement", "복원 추출한 배치의 크기", ["batch_size"]
        ),
    },
    steps={
        "full_gradient": step("mean(gradients)"),
        "spread": step("std(gradients)"),
        "noise": step("spread / sqrt(B)"),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 8.1.3",
    mistakes=[
        mistake(
            "inverse-in-the-batch",
            "spread / B",
            "The variance falls as 1/B, the standard deviation only as 1/√B.",
            "1/B로 줄어드는 것은 분산이고, 표준편차는 1/√B로 줄어듭니다.",
        ),
        mistake(
            "grows-with-the-batch",
            "spread * sqrt(B)",
            "An average over more samples scatters less, not more.",
            "더 많은 샘플의 평균은 덜 흔들립니다.",
        ),
        mistake(
            "independent-of-the-batch",
            "spread",
            "That is the scatter of a single sample (B = 1).",
            "그것은 샘플 하나(B = 1)의 흔들림입니다.",
        ),
    ],
)
def mini_batch_noise(gradients, B):
    spread = gradients.std(correction=0)
    return {"full_gradient": gradients.mean(), "spread": spread, "noise": spread / torch.sqrt(B)}


@mini_batch_noise.oracle("brute-force", "every possible batch listed", "가능한 모든 배치를 나열", samples=32)
def _(gradients, B):
    means = torch.tensor([sum(batch) / len(batch) for batch in itertools.product(gradients.tolist(), repeat=int(B))])
    return {"full_gradient": means.mean(), "noise": torch.sqrt(((means - means.mean()) ** 2).mean())}


@proof(
    "batch-sizes-compared",
    title=("Gradients of one sample, of a mini-batch, of all", "샘플 하나, 미니배치, 전체의 기울기"),
    statement=(
        "At fixed weights the full gradient is always the same, a mini-batch's scatters, a single sample's most.",
        "가중치가 같으면 전체 기울기는 늘 같고, 미니배치의 기울기는 흔들리며, 샘플 하나의 기울기가 가장 크게 흔들린다.",
    ),
    symbols={},
    steps={
        "scatter_full": step(en="spread over 100 repeats, all 256 samples", ko="100번 반복한 흔들림, 256개 전부"),
        "scatter_mini": step(en="the same with batches of 16", ko="같은 실험, 배치 16개"),
        "scatter_single": step(en="the same with single samples", ko="같은 실험, 샘플 1개"),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 8.1.3",
    claims=[
        claim("scatter_full < 1e-9", "the full gradient does not scatter", "전체 기울기는 흔들리지 않는다"),
        claim("scatter_mini > 0.1", "a mini-batch's gradient does", "미니배치의 기울기는 흔들린다"),
        claim(
            "scatter_single > 2 * scatter_mini", "a single sample's far more", "샘플 하나의 기울기는 훨씬 더 흔들린다"
        ),
    ],
    mistakes=[
        mistake(
            "mini-batch-is-exact",
            "scatter_mini < 1e-9",
            "A mini-batch only estimates the full gradient.",
            "미니배치는 전체 기울기를 추정할 뿐입니다.",
        ),
    ],
)
def batch_sizes_compared(random):
    gradients = -2 * random.normal(256)  # of (w - x)^2 at w = 0, a sample each
    batches = [gradients[random.permutation(256)] for _ in range(100)]

    def scatter(size):
        return torch.stack([batch[:size].mean() for batch in batches]).std()

    return {"scatter_full": scatter(256), "scatter_mini": scatter(16), "scatter_single": scatter(1)}


@proof(
    "sgd-settling",
    title=("Does stochastic gradient descent settle?", "확률적 경사하강법은 멈추는가?"),
    statement=(
        "With a constant learning rate stochastic gradient descent keeps jittering around the minimum; "
        "with a decaying one it settles.",
        "학습률이 일정하면 확률적 경사하강법은 최솟점 주위에서 계속 흔들리고, 학습률을 줄여 가면 안정된다.",
    ),
    symbols={},
    steps={
        "jitter_constant": step(
            en="spread of the estimate after 1000 steps over 500 runs, rate 0.3",
            ko="학습률 0.3, 1000스텝 뒤 추정값의 흔들림 (500회)",
        ),
        "jitter_decaying": step(en="the same with rate 1/(t+1)", ko="학습률 1/(t+1)로 같은 실험"),
        "bias_constant": step(
            en="distance of the mean estimate from the minimum", ko="추정값의 평균과 최솟점 사이의 거리"
        ),
    },
    source="Robbins & Monro (1951), A stochastic approximation method, Annals of Mathematical Statistics 22(3)",
    claims=[
        claim("jitter_constant > 0.4", "a constant rate never settles", "학습률이 일정하면 끝내 멈추지 않는다"),
        claim("jitter_decaying < 0.1", "a decaying rate does", "학습률을 줄여 가면 멈춘다"),
        claim("bias_constant < 0.25", "the jitter is around the minimum", "흔들림의 중심은 최솟점이다"),
    ],
    mistakes=[
        mistake(
            "constant-rate-settles",
            "jitter_constant < 0.1",
            "Single samples keep pulling in different directions; only a falling rate damps that.",
            "샘플마다 당기는 방향이 달라 계속 흔들립니다. 학습률을 줄여야 잦아듭니다.",
        ),
    ],
)
def sgd_settling(random):
    samples = random.integers(5, 1000, 500) + 1.0  # 1 … 5: the minimum of the mean squared error is 3
    constant = decaying = torch.zeros(500)
    for step_number, drawn in enumerate(samples):
        constant = constant - 0.3 * (constant - drawn)
        decaying = decaying - (decaying - drawn) / (step_number + 1)
    return {
        "jitter_constant": constant.std(),
        "jitter_decaying": decaying.std(),
        "bias_constant": (constant.mean() - 3).abs(),
    }


# --- optimisers with a memory -------------------------------------------------------------------


@proof(
    "momentum-step",
    title=("One step with momentum", "모멘텀의 한 스텝"),
    statement=(
        "The accumulated gradient is decayed and the new gradient is added; the weight follows the accumulation.",
        "누적 기울기를 β배로 줄이고 새 기울기를 더한 뒤, 가중치는 그 누적값을 따라 움직인다.",
    ),
    symbols={
        "w": W,
        "a": symbol(
            "real",
            "accumulated gradient so far",
            "지금까지의 누적 기울기",
            ["a_t", "v", "v_t", "m", "m_t", "velocity", "a_{t-1}", "v_{t-1}", "m_{t-1}"],
        ),
        "g": GRADIENT,
        "eta": RATE,
        "beta": symbol("open-probability", "momentum", "모멘텀 계수", ["momentum", "gamma", "mu", "rho", "beta_1"]),
    },
    steps={
        "a_next": step("beta * a + g", aliases=["a_{t+1}", "v_{t+1}", "m_{t+1}"]),
        "w_next": step("w - eta * a_next", aliases=NEXT_ALIASES),
    },
    source="Polyak (1964), Some methods of speeding up the convergence of iteration methods; torch.optim.SGD",
    mistakes=[
        mistake(
            "no-memory",
            "w - eta * g",
            "That is plain gradient descent: the accumulated gradients are left out.",
            "그것은 보통의 경사하강법입니다. 누적 기울기가 빠졌습니다.",
        ),
        mistake(
            "old-accumulation",
            "w - eta * a",
            "The weight follows the new accumulation, which holds the current gradient.",
            "현재 기울기까지 더한 새 누적값을 써야 합니다.",
        ),
        mistake(
            "nothing-forgotten",
            "w - eta * (a + g)",
            "The old accumulation is not decayed: β is missing.",
            "이전 누적값을 줄이는 β가 빠졌습니다.",
        ),
        mistake(
            "ascent",
            "w + eta * a_next",
            "The sign is wrong: the weight moves against the accumulated gradient.",
            "부호가 틀렸습니다. 누적 기울기의 반대 방향으로 움직여야 합니다.",
        ),
        mistake(
            "averaged",
            "beta * a + (1 - beta) * g",
            "That is a moving average, as in Adam; momentum adds the gradient in full.",
            "그것은 Adam에서 쓰는 이동 평균입니다. 모멘텀은 기울기를 그대로 더합니다.",
            of="a_next",
        ),
        mistake(
            "decays-the-gradient",
            "a + beta * g",
            "β decays the past, not the new gradient.",
            "β는 새 기울기가 아니라 과거의 누적값을 줄입니다.",
            of="a_next",
        ),
    ],
)
def momentum_step(w, a, g, eta, beta):
    a_next = beta * a + g
    return {"a_next": a_next, "w_next": w - eta * a_next}


@momentum_step.oracle("operator", "torch.optim.SGD(momentum=β)")
def _(w, a, g, eta, beta):
    from torch.optim.sgd import sgd

    parameters, buffers = parameter(w), parameter(a)
    sgd(
        parameters,
        [g],
        buffers,
        foreach=False,
        weight_decay=0,
        momentum=beta.item(),
        lr=eta.item(),
        dampening=0,
        nesterov=False,
        maximize=False,
    )
    return {"a_next": buffers[0], "w_next": parameters[0]}


@proof(
    "momentum-limit",
    title=("Momentum under a constant gradient", "일정한 기울기에서의 모멘텀"),
    statement=(
        "A constant gradient accumulates to g(1 − βⁿ)/(1 − β): at most 1/(1 − β) times itself.",
        "기울기가 일정하면 누적값은 g(1 − βⁿ)/(1 − β)로, 최대 기울기의 1/(1 − β)배까지 커진다.",
    ),
    symbols={
        "g": symbol("real", "the constant gradient", "일정한 기울기", GRADIENT_ALIASES),
        "beta": symbol("open-probability", "momentum", "모멘텀 계수", ["momentum", "gamma", "mu", "rho"]),
        "n": symbol("positive-count", "number of steps", "스텝 수", ["t"]),
    },
    steps={
        "limit": step("g / (1 - beta)"),
        "accumulated": step("limit * (1 - beta^n)", aliases=["a_n", "a_t"]),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 8.3.2",
    mistakes=[
        mistake(
            "nothing-forgotten",
            "n * g",
            "Old gradients fade by β at every step; the sum stays bounded.",
            "이전 기울기는 매 스텝 β배로 줄어들므로 합은 한없이 커지지 않습니다.",
        ),
        mistake(
            "no-memory",
            "g",
            "The past gradients are left out; that is plain gradient descent.",
            "과거의 기울기가 빠졌습니다. 그것은 보통의 경사하강법입니다.",
        ),
        mistake(
            "averaged",
            "g * (1 - beta^n)",
            "That is a moving average; momentum adds each gradient in full.",
            "그것은 이동 평균입니다. 모멘텀은 기울기를 그대로 더합니다.",
        ),
    ],
)
def momentum_limit(g, beta, n):
    limit = g / (1 - beta)
    return {"limit": limit, "accumulated": limit * (1 - beta**n)}


@momentum_limit.oracle("brute-force", "accumulating step by step", "한 스텝씩 누적")
def _(g, beta, n):
    accumulated = torch.zeros(())
    for _ in range(int(n)):
        accumulated = beta * accumulated + g
    return {"accumulated": accumulated}


@proof(
    "nesterov-step",
    title=("One step of Nesterov's accelerated gradient", "네스테로프 가속 경사(NAG)의 한 스텝"),
    statement=(
        "NAG takes the gradient at the look-ahead point w − ηβa, here of the loss L = k/2·w², and then steps like momentum.",
        "NAG는 앞을 내다본 점 w − ηβa에서 기울기를 구한 뒤(여기서는 L = k/2·w²) 모멘텀처럼 움직인다.",
    ),
    symbols={
        "w": W,
        "a": symbol("real", "accumulated gradient so far", "지금까지의 누적 기울기", ["a_t", "v", "v_t", "velocity"]),
        "k": symbol("positive", "curvature of the loss L = k/2·w²", "손실 L = k/2·w²의 곡률"),
        "eta": RATE,
        "beta": symbol("open-probability", "momentum", "모멘텀 계수", ["momentum", "gamma", "mu", "rho"]),
    },
    steps={
        "lookahead": step("w - eta * beta * a"),
        "gradient": step("k * lookahead", aliases=["g"]),
        "a_next": step("beta * a + gradient", aliases=["a_{t+1}", "v_{t+1}"]),
        "w_next": step("w - eta * a_next", aliases=NEXT_ALIASES),
    },
    source="Nesterov (1983); Sutskever et al. (2013), On the importance of initialization and momentum in deep learning",
    mistakes=[
        mistake(
            "gradient-here",
            "w - eta * (beta * a + k * w)",
            "That is plain momentum: NAG takes the gradient at the look-ahead point.",
            "그것은 보통의 모멘텀입니다. NAG는 앞을 내다본 점에서 기울기를 구합니다.",
        ),
        mistake(
            "looked-back",
            "w - eta * (beta * a + k * (w + eta * beta * a))",
            "The look-ahead point lies where momentum leads, against the accumulated gradient.",
            "내다보는 점은 모멘텀이 데려가는 쪽, 곧 누적 기울기의 반대쪽에 있습니다.",
        ),
        mistake(
            "step-counted-twice",
            "lookahead - eta * a_next",
            "The step starts from w; the look-ahead point only serves for the gradient.",
            "스텝은 w에서 출발합니다. 내다본 점은 기울기를 구하는 데만 씁니다.",
        ),
        mistake(
            "gradient-at-w",
            "k * w",
            "The gradient is taken at the look-ahead point, not at w.",
            "기울기는 w가 아니라 앞을 내다본 점에서 구합니다.",
            of="gradient",
        ),
    ],
)
def nesterov_step(w, a, k, eta, beta):
    lookahead = w - eta * beta * a
    gradient = k * lookahead
    a_next = beta * a + gradient
    return {"lookahead": lookahead, "gradient": gradient, "a_next": a_next, "w_next": w - eta * a_next}


@nesterov_step.oracle("operator", "torch.optim.SGD(nesterov=True)")
def _(w, a, k, eta, beta):
    from torch.optim.sgd import sgd

    # torch keeps the look-ahead point as its parameter: go there before, come back after
    parameters, buffers = [w - eta * beta * a], parameter(a)
    sgd(
        parameters,
        [k * parameters[0]],
        buffers,
        foreach=False,
        weight_decay=0,
        momentum=beta.item(),
        lr=eta.item(),
        dampening=0,
        nesterov=True,
        maximize=False,
    )
    return {"a_next": buffers[0], "w_next": parameters[0] + eta * beta * buffers[0]}


@proof(
    "adagrad-step",
    title=("One step of Adagrad", "Adagrad의 한 스텝"),
    statement=(
        "Adagrad divides the gradient by the root of the sum of all squared gradients so far.",
        "Adagrad는 기울기를 지금까지의 기울기 제곱 합의 제곱근으로 나눈다.",
    ),
    symbols={
        "w": W,
        "s": symbol(
            "nonnegative", "sum of squared gradients so far", "지금까지 기울기 제곱의 합", ["G_{t-1}", "s_{t-1}"]
        ),
        "g": symbol("real", "gradient of the loss in w", "w에 대한 손실의 기울기", ["g_t", "grad", "gradient"]),
        "eta": RATE,
        "epsilon": EPSILON,
    },
    steps={
        "s_next": step("s + g^2", aliases=["G_t", "Gt", "s_t"]),
        "w_next": step("w - eta * g / (sqrt(s_next) + epsilon)", aliases=NEXT_ALIASES),
    },
    source="Duchi, Hazan & Singer (2011), Adaptive subgradient methods, JMLR 12; torch.optim.Adagrad",
    mistakes=[
        mistake(
            "no-root",
            "w - eta * g / (s_next + epsilon)",
            "The square root is missing.",
            "제곱근이 빠졌습니다.",
        ),
        mistake(
            "epsilon-under-the-root",
            "w - eta * g / sqrt(s_next + epsilon)",
            "ε stands under the root, as in some texts; the paper and torch add it to the root. Under it, ε acts like √ε.",
            "ε이 제곱근 안에 있습니다. 그렇게 쓰는 문헌도 있지만 논문과 torch에서는 제곱근 밖에 더합니다. 안에 두면 √ε처럼 작용합니다.",
            variant=True,
        ),
        mistake(
            "not-divided",
            "w - eta * g",
            "That is plain gradient descent: nothing adapts the step.",
            "그것은 보통의 경사하강법입니다. 보폭을 조절하는 부분이 없습니다.",
        ),
        mistake(
            "gradients-not-squared",
            "s + g",
            "The squares of the gradients are summed: the square is missing.",
            "기울기의 제곱을 더해야 합니다. 제곱이 빠졌습니다.",
            of="s_next",
        ),
        mistake(
            "moving-average",
            "0.9 * s + 0.1 * g^2",
            "That forgets, as RMSprop does; Adagrad adds up all squares.",
            "그것은 RMSprop처럼 잊어버립니다. Adagrad는 제곱을 모두 더합니다.",
            of="s_next",
        ),
    ],
)
def adagrad_step(w, s, g, eta, epsilon):
    s_next = s + g**2
    return {"s_next": s_next, "w_next": w - eta * g / (torch.sqrt(s_next) + epsilon)}


@adagrad_step.oracle("operator", "torch.optim.Adagrad")
def _(w, s, g, eta, epsilon):
    from torch.optim.adagrad import adagrad

    parameters, sums = parameter(w), parameter(s)
    adagrad(
        parameters,
        [g.clone()],
        sums,
        [torch.zeros(())],
        foreach=False,
        fused=False,
        lr=eta.item(),
        weight_decay=0,
        lr_decay=0,
        eps=epsilon.item(),
        maximize=False,
    )
    return {"s_next": sums[0], "w_next": parameters[0]}


@proof(
    "adagrad-rate",
    title=("Adagrad's step under a constant gradient", "일정한 기울기에서 Adagrad의 보폭"),
    statement=(
        "Under a constant gradient Adagrad's n-th step has the size η/√n: it shrinks towards 0.",
        "기울기가 일정하면 Adagrad의 n번째 스텝의 크기는 η/√n으로, 0에 가까워진다.",
    ),
    symbols={
        "eta": RATE,
        "g": symbol("positive", "the constant gradient", "일정한 기울기", GRADIENT_ALIASES),
        "n": symbol("positive-count in 1..100", "number of the step", "몇 번째 스텝인가", ["t"]),
    },
    steps={
        "sum_of_squares": step("n * g^2", aliases=["G_n"]),
        "size": step("eta * g / sqrt(sum_of_squares)"),
    },
    source="Duchi, Hazan & Singer (2011), Adaptive subgradient methods, JMLR 12",
    mistakes=[
        mistake(
            "constant",
            "eta",
            "The sum in the denominator keeps growing, so the steps shrink.",
            "분모의 합이 계속 커지므로 보폭은 줄어듭니다.",
        ),
        mistake(
            "no-root",
            "eta / n",
            "The step is divided by the root of the sum: 1/√n, not 1/n.",
            "합의 제곱근으로 나누므로 1/n이 아니라 1/√n입니다.",
        ),
        mistake(
            "scales-with-the-gradient",
            "eta * g / sqrt(n)",
            "The size of the gradient cancels: it stands in the denominator as well.",
            "기울기의 크기는 분모에도 있어 약분됩니다.",
        ),
    ],
)
def adagrad_rate(eta, g, n):
    sum_of_squares = n * g**2
    return {"sum_of_squares": sum_of_squares, "size": eta * g / torch.sqrt(sum_of_squares)}


@adagrad_rate.oracle(
    "operator", "n steps of torch.optim.Adagrad(eps=0)", "torch.optim.Adagrad(eps=0) n스텝", samples=16
)
def _(eta, g, n):
    from torch.optim.adagrad import adagrad

    parameters, sums, before = [torch.zeros(())], [torch.zeros(())], torch.zeros(())
    for _ in range(int(n)):
        before = parameters[0].clone()
        adagrad(
            parameters,
            [g.clone()],
            sums,
            [torch.zeros(())],
            foreach=False,
            fused=False,
            lr=eta.item(),
            weight_decay=0,
            lr_decay=0,
            eps=0.0,
            maximize=False,
        )
    return {"sum_of_squares": sums[0], "size": before - parameters[0]}


@proof(
    "adadelta-step",
    title=("One step of Adadelta", "Adadelta의 한 스텝"),
    statement=(
        "Adadelta's step is the root of an average of squared updates over the root of an average of squared gradients, times g.",
        "Adadelta의 변화량은 (변화량 제곱 평균의 제곱근 / 기울기 제곱 평균의 제곱근)에 g를 곱한 것이다. 학습률은 없다.",
    ),
    symbols={
        "w": W,
        "s": symbol("nonnegative", "moving average of squared gradients", "기울기 제곱의 이동 평균", ["G_{t-1}"]),
        "u": symbol("nonnegative", "moving average of squared updates", "변화량 제곱의 이동 평균", ["H_{t-1}"]),
        "g": symbol("real", "gradient of the loss in w", "w에 대한 손실의 기울기", ["g_t", "grad", "gradient"]),
        "rho": symbol("open-probability", "decay of both averages", "두 평균의 감쇠율", ["gamma", "beta"]),
        "epsilon": EPSILON,
    },
    steps={
        "s_next": step("rho * s + (1 - rho) * g^2", aliases=["G_t"]),
        "change": step("sqrt(u + epsilon) / sqrt(s_next + epsilon) * g"),
        "u_next": step("rho * u + (1 - rho) * change^2", aliases=["H_t"]),
        "w_next": step("w - change", aliases=NEXT_ALIASES),
    },
    source="Zeiler (2012), ADADELTA: an adaptive learning rate method (arXiv 1212.5701), algorithm 1",
    mistakes=[
        mistake(
            "upside-down",
            "w - sqrt(s_next + epsilon) / sqrt(u + epsilon) * g",
            "The fraction is upside down: the gradients' average belongs in the denominator.",
            "분수가 뒤집혔습니다. 기울기의 평균이 분모에 와야 합니다.",
        ),
        mistake(
            "no-roots",
            "w - (u + epsilon) / (s_next + epsilon) * g",
            "The square roots are missing.",
            "제곱근이 빠졌습니다.",
        ),
        mistake(
            "uphill",
            "w + change",
            "The sign is wrong: the weight moves against the gradient.",
            "부호가 틀렸습니다. 가중치는 기울기의 반대 방향으로 움직입니다.",
        ),
        mistake(
            "summed",
            "s + g^2",
            "That is Adagrad's sum, which grows for ever; Adadelta averages.",
            "그것은 계속 커지는 Adagrad의 합입니다. Adadelta는 평균을 냅니다.",
            of="s_next",
        ),
    ],
)
def adadelta_step(w, s, u, g, rho, epsilon):
    s_next = rho * s + (1 - rho) * g**2
    change = torch.sqrt(u + epsilon) / torch.sqrt(s_next + epsilon) * g
    return {"s_next": s_next, "change": change, "u_next": rho * u + (1 - rho) * change**2, "w_next": w - change}


@adadelta_step.oracle("operator", "torch.optim.Adadelta(lr=1)")
def _(w, s, u, g, rho, epsilon):
    from torch.optim.adadelta import adadelta

    parameters, squares, updates = parameter(w), parameter(s), parameter(u)
    adadelta(
        parameters,
        [g.clone()],
        squares,
        updates,
        [torch.zeros(())],
        foreach=False,
        lr=1.0,
        rho=rho.item(),
        eps=epsilon.item(),
        weight_decay=0,
        maximize=False,
    )
    return {"s_next": squares[0], "u_next": updates[0], "w_next": parameters[0]}


@proof(
    "rmsprop-step",
    title=("One step of RMSprop", "RMSprop의 한 스텝"),
    statement=(
        "RMSprop divides the gradient by the root of a moving average of squared gradients.",
        "RMSprop은 기울기를 기울기 제곱의 이동 평균의 제곱근으로 나눈다.",
    ),
    symbols={
        "w": W,
        "s": symbol(
            "nonnegative",
            "moving average of squared gradients so far",
            "지금까지 기울기 제곱의 이동 평균",
            ["s_{t-1}", "v", "v_{t-1}", "G_{t-1}"],
        ),
        "g": symbol("real", "gradient of the loss in w", "w에 대한 손실의 기울기", ["g_t", "grad", "gradient"]),
        "eta": RATE,
        "rho": symbol(
            "open-probability", "decay of the moving average", "이동 평균의 감쇠율", ["gamma", "beta", "beta_2"]
        ),
        "epsilon": EPSILON,
    },
    steps={
        "s_next": step("rho * s + (1 - rho) * g^2", aliases=["G_t", "s_t", "v_t"]),
        "w_next": step("w - eta * g / (sqrt(s_next) + epsilon)", aliases=NEXT_ALIASES),
    },
    source="Hinton, Neural networks for machine learning (2012), lecture 6e; ε as in torch.optim.RMSprop",
    mistakes=[
        mistake(
            "summed",
            "s + g^2",
            "That sum never forgets, as in Adagrad; RMSprop keeps a moving average.",
            "그것은 잊지 않는 합, 곧 Adagrad입니다. RMSprop은 이동 평균을 씁니다.",
            of="s_next",
        ),
        mistake(
            "unsquared",
            "rho * s + (1 - rho) * g",
            "The average is of squared gradients: the square is missing.",
            "기울기의 제곱을 평균해야 합니다. 제곱이 빠졌습니다.",
            of="s_next",
        ),
        mistake(
            "minus-sign",
            "rho * s - (1 - rho) * g^2",
            "The new square is added: with a minus sign the average could become negative and have no root.",
            "새 제곱값은 더해야 합니다. 빼면 평균이 음수가 되어 제곱근을 구할 수 없습니다.",
            of="s_next",
        ),
        mistake(
            "no-root",
            "w - eta * g / (s_next + epsilon)",
            "The square root is missing: the gradient is divided by the root mean square.",
            "제곱근이 빠졌습니다. 제곱 평균의 제곱근으로 나눠야 합니다.",
        ),
        mistake(
            "epsilon-under-the-root",
            "w - eta * g / sqrt(s_next + epsilon)",
            "ε stands under the root, as in some texts; in torch it is added to the root. Under it, ε acts like √ε.",
            "ε이 제곱근 안에 있습니다. 그렇게 쓰는 문헌도 있지만 torch에서는 제곱근 밖에 더합니다. 안에 두면 √ε처럼 작용합니다.",
            variant=True,
        ),
        mistake(
            "not-divided",
            "w - eta * g",
            "That is plain gradient descent: the division by the root mean square is missing.",
            "그것은 보통의 경사하강법입니다. 제곱 평균의 제곱근으로 나누지 않았습니다.",
        ),
    ],
)
def rmsprop_step(w, s, g, eta, rho, epsilon):
    s_next = rho * s + (1 - rho) * g**2
    return {"s_next": s_next, "w_next": w - eta * g / (torch.sqrt(s_next) + epsilon)}


@rmsprop_step.oracle("operator", "torch.optim.RMSprop")
def _(w, s, g, eta, rho, epsilon):
    from torch.optim.rmsprop import rmsprop

    parameters, averages = parameter(w), parameter(s)
    rmsprop(
        parameters,
        [g.clone()],
        averages,
        [],
        [],
        [torch.zeros(())],
        foreach=False,
        lr=eta.item(),
        alpha=rho.item(),
        eps=epsilon.item(),
        weight_decay=0,
        momentum=0,
        centered=False,
    )
    return {"s_next": averages[0], "w_next": parameters[0]}


@proof(
    "adam-step",
    title=("One step of Adam", "Adam의 한 스텝"),
    statement=(
        "Adam is momentum divided as in RMSprop: both moving averages are corrected for their start at 0.",
        "Adam은 모멘텀에 RMSprop의 나눗셈을 결합한 것으로, 두 이동 평균 모두 0에서 출발한 편향을 보정한다.",
    ),
    symbols={
        "w": W,
        "m": symbol(
            "real", "moving average of gradients so far", "지금까지 기울기의 이동 평균", ["m_{t-1}", "M_{t-1}"]
        ),
        "v": symbol(
            "nonnegative", "moving average of squared gradients so far", "지금까지 기울기 제곱의 이동 평균", ["v_{t-1}"]
        ),
        "g": symbol("real", "gradient of the loss in w", "w에 대한 손실의 기울기", ["g_t", "G", "grad", "gradient"]),
        "t": symbol("positive-count", "number of this step, from 1", "몇 번째 스텝인가 (1부터)"),
        "beta_1": symbol("open-probability", "decay of the first moment", "1차 모멘트의 감쇠율"),
        "beta_2": symbol("open-probability", "decay of the second moment", "2차 모멘트의 감쇠율"),
        "eta": RATE,
        "epsilon": EPSILON,
    },
    steps={
        "m_next": step("beta_1 * m + (1 - beta_1) * g", aliases=["m_t", "M_t"]),
        "v_next": step("beta_2 * v + (1 - beta_2) * g^2", aliases=["v_t"]),
        "m_hat": step("m_next / (1 - beta_1^t)", aliases=[r"\hat m_t"]),
        "v_hat": step("v_next / (1 - beta_2^t)", aliases=[r"\hat v_t"]),
        "w_next": step("w - eta * m_hat / (sqrt(v_hat) + epsilon)", aliases=NEXT_ALIASES),
    },
    source="Kingma & Ba (2015), Adam: a method for stochastic optimization, algorithm 1 (arXiv 1412.6980)",
    mistakes=[
        mistake(
            "second-moment-minus",
            "beta_2 * v - (1 - beta_2) * g^2",
            "The sign is wrong: a moving average adds the new square. With minus it could become negative and have no root.",
            "부호가 틀렸습니다. 이동 평균은 새 제곱값을 더합니다. 빼면 음수가 되어 제곱근을 구할 수 없게 됩니다.",
            of="v_next",
        ),
        mistake(
            "second-moment-unsquared",
            "beta_2 * v + (1 - beta_2) * g",
            "The second moment averages squared gradients: the square is missing.",
            "2차 모멘트는 기울기 제곱의 평균입니다. 제곱이 빠졌습니다.",
            of="v_next",
        ),
        mistake(
            "second-moment-weights-swapped",
            "(1 - beta_2) * v + beta_2 * g^2",
            "The weights are swapped: the past keeps the large share β₂.",
            "가중치가 뒤바뀌었습니다. 큰 비율 β₂는 과거 쪽에 곱합니다.",
            of="v_next",
        ),
        mistake(
            "second-moment-of-the-first",
            "beta_2 * v + (1 - beta_2) * m_next^2",
            "The square is of the gradient, not of its average.",
            "평균이 아니라 기울기 자체를 제곱합니다.",
            of="v_next",
        ),
        mistake(
            "first-moment-not-averaged",
            "beta_1 * m + g",
            "That is plain momentum; Adam weighs the gradient with 1 − β₁.",
            "그것은 모멘텀의 식입니다. Adam은 기울기에 1 − β₁을 곱합니다.",
            of="m_next",
        ),
        mistake(
            "first-moment-weights-swapped",
            "(1 - beta_1) * m + beta_1 * g",
            "The weights are swapped: the past keeps the large share β₁.",
            "가중치가 뒤바뀌었습니다. 큰 비율 β₁은 과거 쪽에 곱합니다.",
            of="m_next",
        ),
        mistake(
            "not-corrected",
            "w - eta * m_next / (sqrt(v_next) + epsilon)",
            "The bias correction is missing: m and v start at 0 and are too small at first.",
            "편향 보정이 빠졌습니다. m과 v는 0에서 시작하므로 처음에는 너무 작습니다.",
        ),
        mistake(
            "no-root",
            "w - eta * m_hat / (v_hat + epsilon)",
            "The square root of the second moment is missing.",
            "2차 모멘트의 제곱근이 빠졌습니다.",
        ),
        mistake(
            "gradient-for-the-moment",
            "w - eta * g / (sqrt(v_hat) + epsilon)",
            "The step follows the averaged gradient, not the current one alone; that would be RMSprop.",
            "현재 기울기가 아니라 평균한 기울기를 따라갑니다. 그 식은 RMSprop에 가깝습니다.",
        ),
        mistake(
            "epsilon-under-the-root",
            "w - eta / sqrt(v_next + epsilon) * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m_next",
            "ε stands under the root; Adam adds it to √v̂. Under the root it acts like √ε, far larger.",
            "ε이 제곱근 안에 있습니다. Adam은 √v̂에 더합니다. 제곱근 안에 두면 훨씬 큰 √ε처럼 작용합니다.",
            variant=True,
        ),
        mistake(
            "ascent",
            "w + eta * m_hat / (sqrt(v_hat) + epsilon)",
            "The sign is wrong: the weight moves against the gradient.",
            "부호가 틀렸습니다. 가중치는 기울기의 반대 방향으로 움직입니다.",
        ),
    ],
)
def adam_step(w, m, v, g, t, beta_1, beta_2, eta, epsilon):
    m_next = beta_1 * m + (1 - beta_1) * g
    v_next = beta_2 * v + (1 - beta_2) * g**2
    m_hat = m_next / (1 - beta_1**t)
    v_hat = v_next / (1 - beta_2**t)
    w_next = w - eta * m_hat / (torch.sqrt(v_hat) + epsilon)
    return {"m_next": m_next, "v_next": v_next, "m_hat": m_hat, "v_hat": v_hat, "w_next": w_next}


@adam_step.oracle("operator", "torch.optim.Adam")
def _(w, m, v, g, t, beta_1, beta_2, eta, epsilon):
    from torch.optim.adam import adam

    parameters, first, second = parameter(w), parameter(m), parameter(v)
    adam(
        parameters,
        [g.clone()],
        first,
        second,
        [],
        [t - 1],
        foreach=False,
        fused=False,
        amsgrad=False,
        beta1=beta_1.item(),
        beta2=beta_2.item(),
        lr=eta.item(),
        weight_decay=0,
        eps=epsilon.item(),
        maximize=False,
    )
    return {"m_next": first[0], "v_next": second[0], "w_next": parameters[0]}


@proof(
    "adam-scale-free",
    title=("Adam's first step", "Adam의 첫 스텝"),
    statement=(
        "Adam's first step has the size of the learning rate, whatever the size of the gradient; "
        "a step of gradient descent grows with the gradient.",
        "Adam의 첫 스텝은 기울기의 크기와 상관없이 학습률만 한 크기이고, 경사하강법의 스텝은 기울기에 비례한다.",
    ),
    symbols={
        "g": symbol("real", "first gradient", "첫 기울기", GRADIENT_ALIASES),
        "eta": RATE,
    },
    where=["abs(g) > 1e-3"],
    steps={
        "plain_move": step("eta * abs(g)"),
        "adam_move": step("eta * abs(g) / sqrt(g^2)"),
    },
    source="Kingma & Ba (2015), Adam, sec. 2.1 (arXiv 1412.6980)",
    mistakes=[
        mistake(
            "grows-with-the-gradient",
            "eta * abs(g)",
            "That is gradient descent; Adam divides by the root of the squared gradient.",
            "그것은 경사하강법입니다. Adam은 기울기 제곱의 제곱근으로 나눕니다.",
        ),
        mistake(
            "grows-with-the-square",
            "eta * g^2",
            "The squared gradient is divided by, not multiplied with.",
            "기울기의 제곱은 곱하는 것이 아니라 나누는 데 씁니다.",
        ),
        mistake(
            "root-forgotten",
            "eta * abs(g) / g^2",
            "The square root is missing, so the step would shrink with the gradient.",
            "제곱근이 빠졌습니다. 그러면 기울기가 클수록 스텝이 작아집니다.",
        ),
    ],
)
def adam_scale_free(g, eta):
    return {"plain_move": eta * g.abs(), "adam_move": eta * g.abs() / torch.sqrt(g**2)}


@adam_scale_free.oracle("operator", "torch.optim.Adam(eps=0), torch.optim.SGD", samples=16)
def _(g, eta):
    from torch.optim.adam import adam
    from torch.optim.sgd import sgd

    zero = torch.zeros(())
    adapted, plain = parameter(zero), parameter(zero)
    adam(
        adapted,
        [g.clone()],
        parameter(zero),
        parameter(zero),
        [],
        [zero.clone()],
        foreach=False,
        fused=False,
        amsgrad=False,
        beta1=0.9,
        beta2=0.999,
        lr=eta.item(),
        weight_decay=0,
        eps=0.0,
        maximize=False,
    )
    sgd(
        plain,
        [g],
        [None],
        foreach=False,
        weight_decay=0,
        momentum=0,
        lr=eta.item(),
        dampening=0,
        nesterov=False,
        maximize=False,
    )
    return {"plain_move": plain[0].abs(), "adam_move": adapted[0].abs()}
