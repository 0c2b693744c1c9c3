"""Proofs for the chapter optimisers."""

from __future__ import annotations

import itertools

from quizprep.citations import DEEP_LEARNING
from quizprep.lazy import torch
from quizprep.picture import curve
from quizprep.proofs import claim, mistake, proof, step, symbol

WEIGHT_ALIASES = ["W", "W_t", "w_t", "theta", "theta_t", "theta_{t-1}", "W_{t-1}", "w_{t-1}"]
NEXT_ALIASES = ["W_{t+1}", "w_{t+1}", "theta_{t+1}", "w_new", "W_new"]
RATE_ALIASES = ["lr", "r", "alpha", "learning_rate"]
GRADIENT_ALIASES = ["G", "g_t", "G_t", "grad", "gradient", "g_w"]

W = symbol("real", "weight before the step", WEIGHT_ALIASES)
GRADIENT = symbol("real", "gradient of the loss in w", GRADIENT_ALIASES)
RATE = symbol("positive", "learning rate", RATE_ALIASES)
EPSILON = symbol("positive", "small constant against division by zero", ["eps"])


def parameter(value):
    """A copy of a scalar as a list of one tensor, as torch's functional optimisers want it."""
    return [value.clone()]


# --- plain gradient descent -------------------------------------------------------------------


@proof(
    "gradient-descent-step",
    title="One step of gradient descent",
    statement="Weight and bias each move against their own gradient, scaled by the learning rate.",
    symbols={
        "w": W,
        "g": GRADIENT,
        "eta": RATE,
        "b": symbol("real", "bias before the step", ["b_t"]),
        "g_b": symbol("real", "gradient of the loss in b"),
    },
    steps={
        "b_next": step("b - eta * g_b", aliases=["b_{t+1}", "b_new"]),
        "w_next": step("w - eta * g", aliases=NEXT_ALIASES),
    },
    source=f"Cauchy (1847); {DEEP_LEARNING}, sec. 4.3",
    mistakes=[
        mistake(
            "no-gradient", "eta * w + b", "The gradient is missing: without it nothing says which way the loss falls."
        ),
        mistake(
            "ascent",
            "w + eta * g",
            "The sign is wrong: along the gradient the loss rises, so the step goes against it.",
        ),
        mistake("no-learning-rate", "w - g", "The learning rate is missing: it scales the gradient."),
        mistake("weight-forgotten", "-eta * g", "That is only the change; it is added to the old weight."),
        mistake("rate-on-the-weight", "eta * w - g", "The learning rate scales the gradient, not the weight."),
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


@gradient_descent_step.oracle("autograd", "minimum of the linearised loss plus |Δw|²/(2η)", samples=16)
def _(w, g, eta, b, g_b):
    # the step minimises g·Δ + Δ²/(2η); its derivative is linear in Δ, so one Newton step is exact
    delta = torch.zeros((), requires_grad=True)
    slope = torch.autograd.grad(g * delta + delta**2 / (2 * eta), delta, create_graph=True)[0]
    curvature = torch.autograd.grad(slope, delta)[0]
    return w - slope.detach() / curvature


@proof(
    "learning-rate-on-a-parabola",
    title="Learning rate on L = w²",
    statement="On L = w² every step multiplies w by 1 − 2η: it converges only for 0 < η < 1.",
    symbols={
        "w": symbol("real", "starting weight", ["w_0"]),
        "eta": symbol("positive in 0..1.5", "learning rate", RATE_ALIASES),
        "n": symbol("positive-count in 1..20", "number of steps", ["t"]),
    },
    steps={
        "factor": step("1 - 2 * eta"),
        "w_n": step("factor^n * w", aliases=["w_t"]),
    },
    source=f"{DEEP_LEARNING}, sec. 4.3",
    mistakes=[
        mistake("two-forgotten", "(1 - eta)^n * w", "The derivative of w² is 2w: the factor is 1 − 2η."),
        mistake(
            "same-step-every-time",
            "w - 2 * eta * n * w",
            "The gradient shrinks with w: the steps multiply, they are not all the same.",
        ),
        mistake("uphill", "(1 + 2 * eta)^n * w", "The step goes against the gradient: the factor is 1 − 2η."),
    ],
    picture=curve("n", 0, 20),
)
def learning_rate_on_a_parabola(w, eta, n):
    factor = 1 - 2 * eta
    return {"factor": factor, "w_n": factor**n * w}


@learning_rate_on_a_parabola.oracle("autograd", "stepping with autograd's gradient", samples=24)
def _(w, eta, n):
    point = w.clone().requires_grad_()
    for _ in range(int(n)):
        (slope,) = torch.autograd.grad(point**2, point)
        point = (point - eta * slope).detach().requires_grad_()
    return point.detach()


# --- how many samples a step sees ---------------------------------------------------------------


@proof(
    "updates-per-epoch",
    title="Updates in one epoch",
    statement=(
        "With batches of B samples one pass over N samples makes ⌈N/B⌉ updates: 1 for batch, N for stochastic descent."
    ),
    symbols={
        "N": symbol("positive-count", "training samples", ["n"]),
        "B": symbol("positive-count", "batch size", ["batch_size"]),
    },
    steps={"updates": step("ceil(N / B)")},
    source=f"{DEEP_LEARNING}, sec. 8.1.3",
    mistakes=[
        mistake("last-batch-lost", "floor(N / B)", "The last, smaller batch makes an update too: round up."),
        mistake("batch-size-is-the-count", "B", "B is how many samples a batch holds, not how many batches there are."),
        mistake("one-per-sample", "N", "One update per sample is stochastic descent (B = 1)."),
    ],
)
def updates_per_epoch(N, B):
    return {"updates": torch.ceil(N / B)}


@updates_per_epoch.oracle("operator", "torch.split into batches")
def _(N, B):
    return float(len(torch.split(torch.arange(int(N)), int(B))))


@proof(
    "mini-batch-noise",
    title="Noise of a mini-batch gradient",
    statement="The gradient of a random batch has the full gradient as its mean and scatters around it as 1/√B.",
    symbols={
        "gradients": symbol("vector[n]", "gradient of each sample"),
        "B": symbol("positive-count in 1..4", "batch size, drawn with replacement", ["batch_size"]),
    },
    steps={
        "full_gradient": step("mean(gradients)"),
        "spread": step("std(gradients)"),
        "noise": step("spread / sqrt(B)"),
    },
    source=f"{DEEP_LEARNING}, sec. 8.1.3",
    mistakes=[
        mistake(
            "inverse-in-the-batch", "spread / B", "The variance falls as 1/B, the standard deviation only as 1/√B."
        ),
        mistake("grows-with-the-batch", "spread * sqrt(B)", "An average over more samples scatters less, not more."),
        mistake("independent-of-the-batch", "spread", "That is the scatter of a single sample (B = 1)."),
    ],
    picture=curve("B", 1, 64),
)
def mini_batch_noise(gradients, B):
    spread = gradients.std(correction=0)
    return {"full_gradient": gradients.mean(), "spread": spread, "noise": spread / torch.sqrt(B)}


@mini_batch_noise.oracle("brute-force", "every possible batch listed", samples=32)
def _(gradients, B):
    means = torch.tensor([sum(batch) / len(batch) for batch in itertools.product(gradients.tolist(), repeat=int(B))])
    return {"full_gradient": means.mean(), "noise": torch.sqrt(((means - means.mean()) ** 2).mean())}


@proof(
    "batch-sizes-compared",
    title="Gradients of one sample, of a mini-batch, of all",
    statement="At fixed weights the full gradient is always the same, a mini-batch's scatters, a single sample's most.",
    symbols={},
    steps={
        "scatter_full": step(note="spread over 400 repeats, all 256 samples"),
        "scatter_mini": step(note="the same with batches of 16", within=(0.28, 0.66)),
        "scatter_single": step(note="the same with single samples", within=(1.3, 2.7)),
    },
    source=f"{DEEP_LEARNING}, sec. 8.1.3",
    claims=[
        claim("scatter_full < 1e-9", "the full gradient does not scatter"),
        claim("scatter_mini > 0.1", "a mini-batch's gradient does"),
        claim("3.2 < scatter_single / scatter_mini < 5", "a single sample's about √16 times as much"),
    ],
    mistakes=[
        mistake("mini-batch-is-exact", "scatter_mini < 1e-9", "A mini-batch only estimates the full gradient."),
    ],
)
def batch_sizes_compared(random):
    gradients = -2 * random.normal(256)  # of (w - x)^2 at w = 0, a sample each
    batches = [gradients[random.permutation(256)] for _ in range(400)]

    def scatter(size):
        return torch.stack([batch[:size].mean() for batch in batches]).std()

    return {"scatter_full": scatter(256), "scatter_mini": scatter(16), "scatter_single": scatter(1)}


@proof(
    "sgd-settling",
    title="Does stochastic gradient descent settle?",
    statement=(
        "With a constant learning rate stochastic gradient descent keeps jittering around the minimum; "
        "with a decaying one it settles."
    ),
    symbols={},
    steps={
        "jitter_constant": step(
            note="spread of the estimate after 1000 steps over 500 runs, rate 0.3", within=(0.52, 0.66)
        ),
        "jitter_decaying": step(note="the same with rate 1/(t+1)", within=(0.037, 0.052)),
        "bias_constant": step(note="distance of the mean estimate from the minimum", within=(0, 0.1)),
    },
    source="Robbins & Monro (1951), A stochastic approximation method, Annals of Mathematical Statistics 22(3)",
    claims=[
        claim("jitter_constant > 0.4", "a constant rate never settles"),
        claim("jitter_decaying < 0.1", "a decaying rate does"),
        claim("bias_constant < 0.25", "the jitter is around the minimum"),
    ],
    mistakes=[
        mistake(
            "constant-rate-settles",
            "jitter_constant < 0.1",
            "Single samples keep pulling in different directions; only a falling rate damps that.",
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
    title="One step with momentum",
    statement="The accumulated gradient is decayed and the new gradient is added; the weight follows the accumulation.",
    symbols={
        "w": W,
        "a": symbol(
            "real",
            "accumulated gradient so far",
            ["a_t", "v", "v_t", "m", "m_t", "velocity", "a_{t-1}", "v_{t-1}", "m_{t-1}"],
        ),
        "g": GRADIENT,
        "eta": RATE,
        "beta": symbol("open-probability", "momentum", ["momentum", "gamma", "mu", "rho", "beta_1"]),
    },
    steps={
        "a_next": step("beta * a + g", aliases=["a_{t+1}", "v_{t+1}", "m_{t+1}"]),
        "w_next": step("w - eta * a_next", aliases=NEXT_ALIASES),
    },
    source="Polyak (1964), Some methods of speeding up the convergence of iteration methods; torch.optim.SGD",
    mistakes=[
        mistake("no-memory", "w - eta * g", "That is plain gradient descent: the accumulated gradients are left out."),
        mistake(
            "old-accumulation",
            "w - eta * a",
            "The weight follows the new accumulation, which holds the current gradient.",
        ),
        mistake("nothing-forgotten", "w - eta * (a + g)", "The old accumulation is not decayed: β is missing."),
        mistake("ascent", "w + eta * a_next", "The sign is wrong: the weight moves against the accumulated gradient."),
        mistake(
            "averaged",
            "beta * a + (1 - beta) * g",
            ("That is a moving average, as in Adam and in torch with dampening; momentum adds the gradient in full."),
            of="a_next",
            variant=True,
        ),
        mistake("decays-the-gradient", "a + beta * g", "β decays the past, not the new gradient.", of="a_next"),
        mistake(
            "rate-in-the-velocity",
            "beta * a + eta * g",
            (
                "The velocity holds the learning rate, as in Ruder (2016); here the rate is multiplied in "
                "the step of the weight."
            ),
            of="a_next",
            variant=True,
        ),
        mistake(
            "negative-velocity",
            "beta * a - eta * g",
            (
                "The velocity holds the learning rate, as in Sutskever et al. (2013) and Keras; here the "
                "rate is multiplied in the step of the weight."
            ),
            of="a_next",
            variant=True,
        ),
        mistake(
            "step-by-the-velocity",
            "w - (beta * a + eta * g)",
            (
                "The velocity holds the learning rate, as in Ruder (2016); here the rate is multiplied in "
                "the step of the weight."
            ),
            variant=True,
        ),
        mistake(
            "step-by-the-negative-velocity",
            "w + beta * a - eta * g",
            (
                "The velocity holds the learning rate, as in Sutskever et al. (2013) and Keras; here the "
                "rate is multiplied in the step of the weight."
            ),
            variant=True,
        ),
        mistake(
            "step-by-the-average",
            "w - eta * (beta * a + (1 - beta) * g)",
            ("That is a moving average, as in Adam and in torch with dampening; momentum adds the gradient in full."),
            variant=True,
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
    title="Momentum under a constant gradient",
    statement="A constant gradient accumulates to g(1 − βⁿ)/(1 − β): at most 1/(1 − β) times itself.",
    symbols={
        "g": symbol("real", "the constant gradient", GRADIENT_ALIASES),
        "beta": symbol("open-probability", "momentum", ["momentum", "gamma", "mu", "rho"]),
        "n": symbol("positive-count", "number of steps", ["t"]),
    },
    steps={
        "limit": step("g / (1 - beta)"),
        "accumulated": step("limit * (1 - beta^n)", aliases=["a_n", "a_t"]),
    },
    source=f"{DEEP_LEARNING}, sec. 8.3.2",
    mistakes=[
        mistake("nothing-forgotten", "n * g", "Old gradients fade by β at every step; the sum stays bounded."),
        mistake("no-memory", "g", "The past gradients are left out; that is plain gradient descent."),
        mistake("averaged", "g * (1 - beta^n)", "That is a moving average; momentum adds each gradient in full."),
    ],
    picture=curve("n", 0, 40, "accumulated", "limit"),
)
def momentum_limit(g, beta, n):
    limit = g / (1 - beta)
    return {"limit": limit, "accumulated": limit * (1 - beta**n)}


@momentum_limit.oracle("brute-force", "accumulating step by step")
def _(g, beta, n):
    accumulated = torch.zeros(())
    for _ in range(int(n)):
        accumulated = beta * accumulated + g
    return {"accumulated": accumulated}


@proof(
    "nesterov-step",
    title="One step of Nesterov's accelerated gradient",
    statement=(
        "NAG takes the gradient at the look-ahead point w − ηβa, here of the loss L = k/2·w², "
        "and then steps like momentum."
    ),
    symbols={
        "w": W,
        "a": symbol("real", "accumulated gradient so far", ["a_t", "v", "v_t", "velocity"]),
        "k": symbol("positive", "curvature of the loss L = k/2·w²"),
        "eta": RATE,
        "beta": symbol("open-probability", "momentum", ["momentum", "gamma", "mu", "rho"]),
    },
    steps={
        "lookahead": step("w - eta * beta * a"),
        "gradient": step("k * lookahead", aliases=["g"]),
        "a_next": step("beta * a + gradient", aliases=["a_{t+1}", "v_{t+1}"]),
        "w_next": step("w - eta * a_next", aliases=NEXT_ALIASES),
    },
    source=(
        "Nesterov (1983); Sutskever et al. (2013), On the importance of initialization and momentum in deep learning"
    ),
    mistakes=[
        mistake(
            "gradient-here",
            "w - eta * (beta * a + k * w)",
            "That is plain momentum: NAG takes the gradient at the look-ahead point.",
        ),
        mistake(
            "looked-back",
            "w - eta * (beta * a + k * (w + eta * beta * a))",
            "The look-ahead point lies where momentum leads, against the accumulated gradient.",
        ),
        mistake(
            "step-counted-twice",
            "lookahead - eta * a_next",
            "The step starts from w; the look-ahead point only serves for the gradient.",
        ),
        mistake("gradient-at-w", "k * w", "The gradient is taken at the look-ahead point, not at w.", of="gradient"),
        mistake(
            "negative-velocity",
            "beta * a - eta * gradient",
            (
                "The velocity holds the learning rate, as in Sutskever et al. (2013); here the rate is "
                "multiplied in the step of the weight."
            ),
            of="a_next",
            variant=True,
        ),
        mistake(
            "lookahead-by-the-velocity",
            "w + beta * a",
            (
                "The velocity holds the learning rate, as in Sutskever et al. (2013); here the rate is "
                "multiplied in the step of the weight."
            ),
            of="lookahead",
            variant=True,
        ),
        mistake(
            "step-by-the-negative-velocity",
            "w + beta * a - eta * gradient",
            (
                "The velocity holds the learning rate, as in Sutskever et al. (2013); here the rate is "
                "multiplied in the step of the weight."
            ),
            variant=True,
        ),
        mistake(
            "weight-at-the-lookahead",
            "w - eta * (gradient + beta * a_next)",
            "As in PyTorch, the weight is the look-ahead point itself, at which the gradient is taken.",
            variant=True,
        ),
        mistake(
            "weight-at-the-lookahead-by-the-velocity",
            "w + beta * (beta * a - eta * gradient) - eta * gradient",
            (
                "As in Keras and CS231n, the weight is the look-ahead point itself, at which the gradient is taken, "
                "and the velocity holds the learning rate."
            ),
            variant=True,
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
    title="One step of Adagrad",
    statement="Adagrad divides the gradient by the root of the sum of all squared gradients so far.",
    symbols={
        "w": W,
        "s": symbol("nonnegative", "sum of squared gradients so far", ["G_{t-1}", "s_{t-1}"]),
        "g": symbol("real", "gradient of the loss in w", ["g_t", "grad", "gradient"]),
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
            "without-epsilon",
            "w - eta * g / sqrt(s_next)",
            "Without ε, which only keeps the division from failing where all gradients were 0.",
            variant=True,
        ),
        mistake("no-root", "w - eta * g / (s_next + epsilon)", "The square root is missing."),
        mistake(
            "epsilon-under-the-root",
            "w - eta * g / sqrt(s_next + epsilon)",
            (
                "ε stands under the root, as in some texts; the paper and torch add it to the root. Under it, "
                "ε acts like √ε."
            ),
            variant=True,
        ),
        mistake("not-divided", "w - eta * g", "That is plain gradient descent: nothing adapts the step."),
        mistake(
            "gradients-not-squared",
            "s + g",
            "The squares of the gradients are summed: the square is missing.",
            of="s_next",
        ),
        mistake(
            "moving-average",
            "0.9 * s + 0.1 * g^2",
            "That forgets, as RMSprop does; Adagrad adds up all squares.",
            of="s_next",
        ),
    ],
    notations=[{"h": "s"}, {"h": "s_next"}],
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
    title="Adagrad's step under a constant gradient",
    statement="Under a constant gradient Adagrad's n-th step has the size η/√n: it shrinks towards 0.",
    symbols={
        "eta": RATE,
        "g": symbol("positive", "the constant gradient", GRADIENT_ALIASES),
        "n": symbol("positive-count in 1..100", "number of the step", ["t"]),
    },
    steps={
        "sum_of_squares": step("n * g^2", aliases=["G_n"]),
        "size": step("eta * g / sqrt(sum_of_squares)"),
    },
    source="Duchi, Hazan & Singer (2011), Adaptive subgradient methods, JMLR 12",
    mistakes=[
        mistake("constant", "eta", "The sum in the denominator keeps growing, so the steps shrink."),
        mistake("no-root", "eta / n", "The step is divided by the root of the sum: 1/√n, not 1/n."),
        mistake(
            "scales-with-the-gradient",
            "eta * g / sqrt(n)",
            "The size of the gradient cancels: it stands in the denominator as well.",
        ),
    ],
    picture=curve("n", 1, 40),
)
def adagrad_rate(eta, g, n):
    sum_of_squares = n * g**2
    return {"sum_of_squares": sum_of_squares, "size": eta * g / torch.sqrt(sum_of_squares)}


@adagrad_rate.oracle("operator", "n steps of torch.optim.Adagrad(eps=0)", samples=16)
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
    title="One step of Adadelta",
    statement=(
        "Adadelta's step is the root of an average of squared updates over the root of an average of "
        "squared gradients, times g."
    ),
    symbols={
        "w": W,
        "s": symbol("nonnegative", "moving average of squared gradients", ["G_{t-1}"]),
        "u": symbol("nonnegative", "moving average of squared updates", ["H_{t-1}"]),
        "g": symbol("real", "gradient of the loss in w", ["g_t", "grad", "gradient"]),
        "rho": symbol("open-probability", "decay of both averages", ["gamma", "beta"]),
        "epsilon": EPSILON,
    },
    notations=[{"ΔW_t": "change"}, {"Δw_t": "change"}],
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
        ),
        mistake("no-roots", "w - (u + epsilon) / (s_next + epsilon) * g", "The square roots are missing."),
        mistake("uphill", "w + change", "The sign is wrong: the weight moves against the gradient."),
        mistake("summed", "s + g^2", "That is Adagrad's sum, which grows for ever; Adadelta averages.", of="s_next"),
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
    title="One step of RMSprop",
    statement="RMSprop divides the gradient by the root of a moving average of squared gradients.",
    symbols={
        "w": W,
        "s": symbol(
            "nonnegative", "moving average of squared gradients so far", ["s_{t-1}", "v", "v_{t-1}", "G_{t-1}"]
        ),
        "g": symbol("real", "gradient of the loss in w", ["g_t", "grad", "gradient"]),
        "eta": RATE,
        "rho": symbol("open-probability", "decay of the moving average", ["gamma", "beta", "beta_2"]),
        "epsilon": EPSILON,
    },
    steps={
        "s_next": step("rho * s + (1 - rho) * g^2", aliases=["G_t", "s_t", "v_t"]),
        "w_next": step("w - eta * g / (sqrt(s_next) + epsilon)", aliases=NEXT_ALIASES),
    },
    source="Hinton, Neural networks for machine learning (2012), lecture 6e; ε as in torch.optim.RMSprop",
    mistakes=[
        mistake(
            "without-epsilon",
            "w - eta * g / sqrt(s_next)",
            "Without ε, which only keeps the division from failing where all gradients were 0.",
            variant=True,
        ),
        mistake(
            "summed", "s + g^2", "That sum never forgets, as in Adagrad; RMSprop keeps a moving average.", of="s_next"
        ),
        mistake(
            "unsquared",
            "rho * s + (1 - rho) * g",
            "The average is of squared gradients: the square is missing.",
            of="s_next",
        ),
        mistake(
            "minus-sign",
            "rho * s - (1 - rho) * g^2",
            "The new square is added: with a minus sign the average could become negative and have no root.",
            of="s_next",
        ),
        mistake(
            "no-root",
            "w - eta * g / (s_next + epsilon)",
            "The square root is missing: the gradient is divided by the root mean square.",
        ),
        mistake(
            "epsilon-under-the-root",
            "w - eta * g / sqrt(s_next + epsilon)",
            "ε stands under the root, as in some texts; in torch it is added to the root. Under it, ε acts like √ε.",
            variant=True,
        ),
        mistake(
            "not-divided",
            "w - eta * g",
            "That is plain gradient descent: the division by the root mean square is missing.",
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
    title="One step of Adam",
    statement="Adam is momentum divided as in RMSprop: both moving averages are corrected for their start at 0.",
    symbols={
        "w": W,
        "m": symbol("real", "moving average of gradients so far", ["m_{t-1}", "M_{t-1}"]),
        "v": symbol("nonnegative", "moving average of squared gradients so far", ["v_{t-1}"]),
        "g": symbol("real", "gradient of the loss in w", ["g_t", "G", "grad", "gradient"]),
        "t": symbol("positive-count", "number of this step, from 1"),
        "beta_1": symbol("open-probability", "decay of the first moment"),
        "beta_2": symbol("open-probability", "decay of the second moment"),
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
    general=["w - eta * m_hat / (sqrt(v_hat + {epsilon inside the root}) + epsilon)"],
    notations=[
        {
            **dict.fromkeys(("v", "v_{t-1}"), "m"),
            "v_t": "m_next",
            "v_hat": "m_hat",
            "v_hat_t": "m_hat",
            **dict.fromkeys(("s", "s_{t-1}"), "v"),
            "s_t": "v_next",
            "s_hat": "v_hat",
            "s_hat_t": "v_hat",
        },
    ],
    mistakes=[
        mistake(
            "second-moment-minus",
            "beta_2 * v - (1 - beta_2) * g^2",
            (
                "The sign is wrong: a moving average adds the new square. "
                "With minus it could become negative and have no root."
            ),
            of="v_next",
        ),
        mistake(
            "second-moment-unsquared",
            "beta_2 * v + (1 - beta_2) * g",
            "The second moment averages squared gradients: the square is missing.",
            of="v_next",
        ),
        mistake(
            "second-moment-weights-swapped",
            "(1 - beta_2) * v + beta_2 * g^2",
            "The weights are swapped: the past keeps the large share β₂.",
            of="v_next",
        ),
        mistake(
            "second-moment-of-the-first",
            "beta_2 * v + (1 - beta_2) * m_next^2",
            "The square is of the gradient, not of its average.",
            of="v_next",
        ),
        mistake(
            "first-moment-not-averaged",
            "beta_1 * m + g",
            "That is plain momentum; Adam weighs the gradient with 1 − β₁.",
            of="m_next",
        ),
        mistake(
            "first-moment-weights-swapped",
            "(1 - beta_1) * m + beta_1 * g",
            "The weights are swapped: the past keeps the large share β₁.",
            of="m_next",
        ),
        mistake(
            "not-corrected",
            "w - eta * m_next / (sqrt(v_next) + epsilon)",
            "The bias correction is missing: m and v start at 0 and are too small at first.",
        ),
        mistake("no-root", "w - eta * m_hat / (v_hat + epsilon)", "The square root of the second moment is missing."),
        mistake(
            "gradient-for-the-moment",
            "w - eta * g / (sqrt(v_hat) + epsilon)",
            "The step follows the averaged gradient, not the current one alone; that would be RMSprop.",
        ),
        mistake(
            "epsilon-under-the-root",
            "w - eta / sqrt(v_next + epsilon) * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m_next",
            "ε stands under the root; Adam adds it to √v̂. Under the root it acts like √ε, far larger.",
            variant=True,
        ),
        mistake(
            "ascent",
            "w + eta * m_hat / (sqrt(v_hat) + epsilon)",
            "The sign is wrong: the weight moves against the gradient.",
        ),
        mistake(
            "epsilon-under-the-corrected-root",
            "w - eta * m_hat / sqrt(v_hat + epsilon)",
            "ε stands under the root; Adam adds it to √v̂. Under the root it acts like √ε, far larger.",
            variant=True,
        ),
        mistake(
            "epsilon-before-the-correction",
            "w - eta * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m_next / (sqrt(v_next) + epsilon)",
            (
                "ε is added before the correction, as at the end of section 2 of the paper and in Keras "
                "(there it is called ε̂)."
            ),
            variant=True,
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
    title="Adam's first step",
    statement=(
        "Adam's first step has the size of the learning rate, whatever the size of the gradient; "
        "a step of gradient descent grows with the gradient."
    ),
    symbols={
        "g": symbol("real", "first gradient", GRADIENT_ALIASES),
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
        ),
        mistake("grows-with-the-square", "eta * g^2", "The squared gradient is divided by, not multiplied with."),
        mistake(
            "root-forgotten",
            "eta * abs(g) / g^2",
            "The square root is missing, so the step would shrink with the gradient.",
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
