"""Proofs for the chapter optimisers: where descent leads, how noise, momentum and averages change it."""

from __future__ import annotations

import math

from quizprep.citations import DEEP_LEARNING
from quizprep.lazy import numpy, torch
from quizprep.proofs import claim, mistake, proof, step, symbol

RATE = symbol("positive in 0.01..1", "learning rate", ["lr", "alpha", "learning_rate"])


# --- where descent leads -------------------------------------------------------------------------


@proof(
    "minimum-by-the-start",
    title="Where descent ends depends on where it starts",
    statement=(
        "On (w² − 1)² + c·w gradient descent, with or without Nesterov's momentum, ends in the local minimum of the "
        "basin that it starts in, which need not be the lowest."
    ),
    symbols={
        "start": symbol("real in -1.4..1.4", "weight at the start", ["w_0"]),
        "c": symbol("real in -0.8..0.8", "tilt of the double valley"),
    },
    where=["abs(start) > 0.4", "abs(c) > 0.1"],
    steps={
        "end": step(note="weight after 30 steps of gradient descent with the rate 0.1"),
        "nesterov_second": step(note="weight after two steps with Nesterov's momentum 0.3"),
        "nesterov_end": step(note="weight after all of them with it"),
        "lowest": step(note="where the loss is lowest of all"),
        "slope": step("4 * end^3 - 4 * end + c"),
        "loss": step("(end^2 - 1)^2 + c * end"),
    },
    result="end",
    source=f"{DEEP_LEARNING}, sec. 4.3 and 8.2.2",
    claims=[
        claim("abs(slope) < 1e-6", "it ends where the slope is 0"),
        claim("end * start > 0", "it stays in the valley that it starts in"),
        claim("lowest * c < 0", "the lowest point lies on the side to which the tilt leads down"),
    ],
    mistakes=[
        mistake("always-the-lowest", "lowest", "Descent only knows the slope where it stands: no way leads uphill."),
        mistake("stays-at-the-start", "start", "It moves as long as the slope is not 0."),
        mistake("untilted", "sign(start)", "The tilt shifts the minimum away from ±1."),
    ],
)
def minimum_by_the_start(start, c):
    def slope(w):
        return 4 * w**3 - 4 * w + c

    ends = torch.stack([start, -torch.ones_like(start), torch.ones_like(start)])
    weight, velocity, path = start, torch.zeros_like(start), []
    for _ in range(30):
        ends = ends - 0.1 * slope(ends)
        velocity = 0.3 * velocity - 0.1 * slope(weight + 0.3 * velocity)
        weight = weight + velocity
        path.append(weight)
    end, left, right = ends
    height_left, height_right = (left**2 - 1) ** 2 + c * left, (right**2 - 1) ** 2 + c * right
    return {
        "end": end,
        "nesterov_second": path[1],
        "nesterov_end": weight,
        "lowest": torch.where(height_left < height_right, left, right),
        "slope": slope(end),
        "loss": (end**2 - 1) ** 2 + c * end,
    }


@minimum_by_the_start.oracle("brute-force", "the roots of the slope, and the hump between the valleys", tolerance=1e-6)
def _(start, c):
    left, hump, right = sorted(numpy.roots([4.0, 0.0, -4.0, float(c)]).real)
    end = right if float(start) > hump else left
    heights = {root: (root**2 - 1) ** 2 + float(c) * root for root in (left, right)}
    valley = numpy.polynomial.Polynomial([1, float(c), -2, 0, 1]).deriv()
    first = float(start) - valley(float(start)) / 10
    move = first - float(start)
    second = first + 3 * move / 10 - valley(first + 3 * move / 10) / 10
    return {
        "end": end,
        "nesterov_second": second,
        "nesterov_end": end,
        "lowest": min(heights, key=heights.__getitem__),
        "loss": heights[end],
    }


@proof(
    "shifted-minimum",
    title="Flat and sharp minima",
    statement=(
        "Where the test loss is the training loss moved by d, a minimum of curvature k costs k·d²/2; "
        "and steps longer than 2/k leave it."
    ),
    symbols={
        "k": symbol("positive in 0.1..20", "curvature of the loss at its minimum"),
        "d": symbol("real in -3..3", "how far the test loss is shifted against the training loss"),
    },
    steps={
        "largest_rate": step("2 / k"),
        "rise": step("k * d^2 / 2"),
    },
    source="Keskar et al., On large-batch training for deep learning (2017), sec. 2 (arXiv 1609.04836)",
    mistakes=[
        mistake("linear", "k * abs(d) / 2", "The loss grows with the square of the shift."),
        mistake("not-halved", "k * d^2", "Half the curvature stands before the square."),
        mistake("flat-costs-more", "d^2 / (2 * k)", "The sharper the minimum, the more a shift costs."),
        mistake("one-over-the-curvature", "1 / k", "The rate 1/k goes straight to the minimum.", of="largest_rate"),
    ],
)
def shifted_minimum(k, d):
    return {"largest_rate": 2 / k, "rise": k * d**2 / 2}


@shifted_minimum.oracle("brute-force", "area under the slope, and bisection for the rate that still comes back")
def _(k, d):
    middles = (torch.arange(1000) + 0.5) / 1000 * d
    low, high = 0.0, 40.0
    for _ in range(80):
        middle = (low + high) / 2
        w = 1.0
        for _ in range(9):
            w = w - middle * float(k) * w
        low, high = (middle, high) if abs(w) <= 1 else (low, middle)
    return {"rise": (k * middles).mean() * d, "largest_rate": low}


@proof(
    "saddle-point",
    title="Gradient descent near a saddle",
    statement=(
        "On (x² − y²)/2 each step multiplies x by 1 − η and y by 1 + η: descent is drawn to the saddle along x and "
        "leaves it along y, slowly at first."
    ),
    symbols={
        "x": symbol("real", "place along the curve upwards", ["x_0"]),
        "y": symbol("real", "place along the curve downwards", ["y_0"]),
        "eta": RATE,
        "n": symbol("positive-count in 1..20", "number of steps"),
    },
    steps={
        "x_n": step("(1 - eta)^n * x"),
        "y_n": step("(1 + eta)^n * y"),
        "slope": step("sqrt(x^2 + y^2)"),
    },
    result="y_n",
    source="Dauphin et al., Identifying and attacking the saddle point problem (2014) (arXiv 1406.2572)",
    mistakes=[
        mistake("drawn-in", "(1 - eta)^n * y", "Along y the loss curves downwards: descent moves away from 0."),
        mistake("straight", "(1 + n * eta) * y", "The slope grows with y, so the steps multiply."),
        mistake("stuck", "y", "It stays only where the slope is exactly 0, that is, for y = 0."),
    ],
)
def saddle_point(x, y, eta, n):
    return {"x_n": (1 - eta) ** n * x, "y_n": (1 + eta) ** n * y, "slope": torch.sqrt(x**2 + y**2)}


@saddle_point.oracle("autograd", "stepping with autograd's gradient", samples=24)
def _(x, y, eta, n):
    place = torch.stack([x, y])
    slope = torch.func.grad(lambda point: (point[0] ** 2 - point[1] ** 2) / 2)
    first = slope(place).norm()
    for _ in range(int(n)):
        place = place - eta * slope(place)
    return {"x_n": place[0], "y_n": place[1], "slope": first}


# --- batches and their noise -----------------------------------------------------------------------


@proof(
    "batch-size-trade-off",
    title="What the batch size changes, and what not",
    statement=(
        "An epoch computes N gradients whatever the batch size B; a larger B makes fewer updates of them, "
        "whose noise falls as 1/√B only."
    ),
    symbols={
        "N": symbol("positive-count in 1..400", "training samples"),
        "B": symbol("positive-count in 1..64", "batch size", ["batch_size"]),
        "s": symbol("positive", "standard deviation of a single sample's gradient", ["sigma"]),
    },
    where=["B <= N"],
    steps={
        "gradients": step("N"),
        "updates": step("ceil(N / B)"),
        "noise": step("s / sqrt(B)"),
    },
    source=f"{DEEP_LEARNING}, sec. 8.1.3",
    mistakes=[
        mistake("noise-over-the-batch", "s / B", "The variance falls as 1/B, the standard deviation as 1/√B."),
        mistake("no-averaging", "s", "An average over B samples scatters less than a single one."),
        mistake(
            "more-work",
            "N * B",
            "Each sample's gradient is computed once an epoch, in whatever batch it is.",
            of="gradients",
        ),
        mistake("one-update-a-sample", "N", "There is one update a batch, not one a sample.", of="updates"),
    ],
)
def batch_size_trade_off(N, B, s):
    return {"gradients": N.clone(), "updates": torch.ceil(N / B), "noise": s / torch.sqrt(B)}


@batch_size_trade_off.oracle("brute-force", "batches of torch.split, and the variances of a batch added up", samples=16)
def _(N, B, s):
    batches = torch.split(torch.arange(int(N)), int(B))
    variance = sum(float(s) ** 2 for _ in range(int(B))) / int(B) ** 2
    return {
        "gradients": float(sum(batch.numel() for batch in batches)),
        "updates": float(len(batches)),
        "noise": math.sqrt(variance),
    }


@proof(
    "parallel-samples",
    title="Samples of a batch do not wait for one another",
    statement=(
        "In a mini-batch each sample's gradient is taken at the same weight, so they can be computed side by side; "
        "single-sample steps need the weight that the step before made."
    ),
    symbols={
        "w": symbol("real", "weight of the model w·x"),
        "x_1": symbol("real", "input of the first sample"),
        "y_1": symbol("real", "target of the first sample"),
        "x_2": symbol("real", "input of the second sample"),
        "y_2": symbol("real", "target of the second sample"),
        "eta": RATE,
    },
    steps={
        "g_1": step("2 * x_1 * (w * x_1 - y_1)"),
        "g_2": step("2 * x_2 * (w * x_2 - y_2)"),
        "w_between": step("w - eta * g_1"),
        "g_2_in_turn": step("2 * x_2 * (w_between * x_2 - y_2)"),
        "batch": step("(g_1 + g_2) / 2"),
    },
    source=f"{DEEP_LEARNING}, sec. 8.1.3",
    mistakes=[
        mistake("summed", "g_1 + g_2", "The gradient of the mean loss is the mean of the gradients."),
        mistake("in-turn", "(g_1 + g_2_in_turn) / 2", "In a batch no weight moves between two samples."),
        mistake("last-only", "g_2", "All samples of the batch count."),
    ],
)
def parallel_samples(w, x_1, y_1, x_2, y_2, eta):
    g_1, g_2 = 2 * x_1 * (w * x_1 - y_1), 2 * x_2 * (w * x_2 - y_2)
    w_between = w - eta * g_1
    return {
        "g_1": g_1,
        "g_2": g_2,
        "w_between": w_between,
        "g_2_in_turn": 2 * x_2 * (w_between * x_2 - y_2),
        "batch": (g_1 + g_2) / 2,
    }


@parallel_samples.oracle("autograd", "torch.func.grad of the squared errors, in one batch and one after the other")
def _(w, x_1, y_1, x_2, y_2, eta):
    x, y = torch.stack([x_1, x_2]), torch.stack([y_1, y_2])
    slope = torch.func.grad(lambda weight, inputs, targets: (weight * inputs - targets).square().mean())
    both = torch.func.vmap(slope, in_dims=(None, 0, 0))(w, x.unsqueeze(1), y.unsqueeze(1))
    between = w - eta * slope(w, x[:1], y[:1])
    return {
        "g_1": both[0],
        "g_2": both[1],
        "w_between": between,
        "g_2_in_turn": slope(between, x[1:], y[1:]),
        "batch": slope(w, x, y),
    }


@proof(
    "noise-floor",
    title="Noise keeps stochastic gradient descent above the minimum",
    statement=(
        "On k·w²/2 with gradient noise of variance s²/B the weight comes to scatter with the variance "
        "η s²/(B k (2 − ηk)): less for a smaller rate and for a larger batch."
    ),
    symbols={
        "eta": symbol("positive in 0.05..1", "learning rate", ["lr", "alpha"]),
        "k": symbol("positive in 0.2..1.6", "curvature"),
        "s": symbol("positive in 0.1..4", "standard deviation of a sample's gradient", ["sigma"]),
        "B": symbol("positive-count in 1..64", "batch size"),
    },
    steps={
        "variance": step("eta * s^2 / (B * k * (2 - eta * k))"),
        "excess_loss": step("k * variance / 2"),
    },
    source="Mandt, Hoffman & Blei, Stochastic gradient descent as approximate Bayesian inference, JMLR 18 (2017)",
    mistakes=[
        mistake("no-batch", "eta * s^2 / (2 * (2 - eta * k))", "A batch of B samples has a B-th of the variance."),
        mistake("rate-forgotten", "s^2 / (2 * B)", "The scatter falls with the learning rate: it vanishes with it."),
        mistake("root", "eta * s / (2 * B * (2 - eta * k))", "A loss grows with the variance, not with the deviation."),
    ],
)
def noise_floor(eta, k, s, B):
    variance = eta * s**2 / (B * k * (2 - eta * k))
    return {"variance": variance, "excess_loss": k * variance / 2}


@noise_floor.oracle("brute-force", "the variance followed through 3000 steps", samples=12)
def _(eta, k, s, B):
    eta, k, noise, variance = float(eta), float(k), float(s) ** 2 / float(B), 0.0
    for _ in range(3000):
        variance = (1 - eta * k) ** 2 * variance + eta**2 * noise
    return {"variance": variance, "excess_loss": k * variance / 2}


@proof(
    "noise-leaves-a-shallow-minimum",
    title="Noise can leave a shallow minimum",
    statement=(
        "From a shallow local minimum full-batch descent does not move, while descent with noisy gradients reaches "
        "the deeper valley in most runs; the noise of large batches is too small for that."
    ),
    symbols={},
    steps={
        "left_by_full_batch": step(note="share of 600 runs that end in the deep valley, without noise"),
        "left_by_small_batch": step(note="the same with gradient noise of standard deviation 4", within=(0.91, 0.998)),
        "left_by_large_batch": step(note="the same with a batch 100 times as large, that is, a tenth of the noise"),
        "distance_of_full_batch": step(note="how far the runs without noise end from the shallow minimum"),
    },
    source=f"{DEEP_LEARNING}, sec. 8.1.3; Keskar et al. (2017), On large-batch training (arXiv 1609.04836)",
    claims=[
        claim("left_by_full_batch == 0 and distance_of_full_batch < 1e-6", "without noise nothing leaves"),
        claim("left_by_small_batch > 0.7", "with noise most runs do"),
        claim("left_by_large_batch == 0", "with little noise none does"),
    ],
    mistakes=[
        mistake("descent-climbs-out", "left_by_full_batch > 0", "At a minimum the full gradient is 0: nothing moves."),
        mistake(
            "any-noise-will-do",
            "left_by_large_batch > 0.5",
            "The noise has to carry the weight over the hump; that of large batches does not.",
        ),
    ],
)
def noise_leaves_a_shallow_minimum(random):
    shallow = float(max(numpy.roots([4.0, 0.0, -4.0, 0.8]).real))  # of (w² − 1)² + 0.8 w, the right one of its minima
    deviation = torch.tensor([[0.0], [4.0], [0.4]])
    w = torch.full((3, 600), shallow)
    for noise in random.normal(500, 3, 600):
        w = w - 0.05 * (4 * w**3 - 4 * w + 0.8 + deviation * noise)
    still, lively, quiet = (w < 0).double().mean(1)
    return {
        "left_by_full_batch": still,
        "left_by_small_batch": lively,
        "left_by_large_batch": quiet,
        "distance_of_full_batch": (w[0] - shallow).abs().max(),
    }


# --- momentum and acceleration ----------------------------------------------------------------------


@proof(
    "valley-rates",
    title="Momentum in a narrow valley",
    statement=(
        "On a quadratic of curvatures k ≤ K the best gradient descent shrinks the error by (K − k)/(K + k) a step, "
        "the best momentum by (√K − √k)/(√K + √k), in the limit."
    ),
    symbols={
        "k": symbol("positive in 0.1..1", "curvature along the valley"),
        "K": symbol("positive in 2..100", "curvature across the valley"),
    },
    steps={
        "best_rate": step("2 / (K + k)"),
        "factor": step("(K - k) / (K + k)"),
        "momentum_factor": step("(sqrt(K) - sqrt(k)) / (sqrt(K) + sqrt(k))"),
    },
    source="Polyak (1964), Some methods of speeding up the convergence of iteration methods",
    mistakes=[
        mistake("no-gain", "(K - k) / (K + k)", "That is gradient descent; momentum has roots for curvatures."),
        mistake("ratio-of-the-roots", "sqrt(k / K)", "The factor is close to 1 in a narrow valley, not close to 0."),
        mistake("squared", "((K - k) / (K + k))^2", "Twice as many steps do not make up for it: the roots count."),
        mistake("ignores-the-walls", "2 / k", "Steps that long would leap up the walls of the valley.", of="best_rate"),
    ],
)
def valley_rates(k, K):
    wide, steep = torch.sqrt(k), torch.sqrt(K)
    return {
        "best_rate": 2 / (K + k),
        "factor": (K - k) / (K + k),
        "momentum_factor": (steep - wide) / (steep + wide),
    }


@valley_rates.oracle("brute-force", "every rate on a fine grid", tolerance=1e-3, samples=24)
def _(k, K):
    rates = torch.linspace(0, 2 / float(K), 40001)
    worst = torch.maximum((1 - rates * k).abs(), (1 - rates * K).abs())
    best = worst.argmin()
    return {"best_rate": rates[best], "factor": worst[best]}


@valley_rates.oracle("operator", "torch.linalg.eigvals of a step with momentum", tolerance=1e-5, samples=24)
def _(k, K):
    narrow = math.sqrt(float(K / k))
    beta = ((narrow - 1) / (narrow + 1)) ** 2
    eta = (1 + math.sqrt(beta)) ** 2 / float(K)
    steps = [torch.tensor([[1 + beta - eta * float(c), -beta], [1.0, 0.0]], dtype=torch.float64) for c in (k, K)]
    return {"momentum_factor": max(torch.linalg.eigvals(each).abs().max().item() for each in steps)}


@proof(
    "nesterov-bound",
    title="What is proved about Nesterov's method",
    statement=(
        "For a convex loss whose slope changes by at most L per unit, gradient descent is above the minimum by at most "
        "L D²/(2n) after n steps, Nesterov's method by at most 2 L D²/(n + 1)²."
    ),
    symbols={
        "L": symbol("positive in 1..20", "largest curvature"),
        "k": symbol("positive in 0.001..1", "smallest curvature"),
        "D": symbol("positive in 0.5..4", "distance of the start from the minimum"),
        "n": symbol("positive-count in 1..60", "number of steps", ["t"]),
    },
    steps={
        "plain_bound": step("L * D^2 / (2 * n)"),
        "nesterov_bound": step("2 * L * D^2 / (n + 1)^2"),
        "nesterov_error": step(note="error of Nesterov's method on a quadratic of curvatures k and L after n steps"),
    },
    result="nesterov_bound",
    source="Nesterov (1983), A method of solving a convex programming problem with convergence rate O(1/k²)",
    claims=[claim("nesterov_error <= nesterov_bound", "a run keeps to the bound")],
    mistakes=[
        mistake("linear", "2 * L * D^2 / (n + 1)", "That falls as 1/n, as for gradient descent; here it is 1/n²."),
        mistake("exponential", "L * D^2 * 2^(-n)", "Without a smallest curvature that is known no geometric rate is."),
        mistake("zero", "0", "No finite number of steps is proved to reach the minimum."),
    ],
    vectorized=False,
)
def nesterov_bound(L, k, D, n):
    curvatures = torch.stack([k, L])
    w = before = ahead = torch.stack([D, D]) / 2**0.5
    t = 1.0
    for _ in range(int(n)):
        before, w = w, ahead - curvatures * ahead / L
        later = (1 + math.sqrt(1 + 4 * t**2)) / 2
        ahead, t = w + (t - 1) / later * (w - before), later
    return {
        "plain_bound": L * D**2 / (2 * n),
        "nesterov_bound": 2 * L * D**2 / (n + 1) ** 2,
        "nesterov_error": (curvatures * w**2).sum() / 2,
    }


@nesterov_bound.oracle("closed-form", "the method as a mixture of short and long steps", samples=24)
def _(L, k, D, n):
    errors = []
    for curvature in (float(k), float(L)):
        short = long = float(D) / math.sqrt(2)
        t = 1.0
        for _ in range(int(n)):
            mixed = short + (long - short) / t
            slope = curvature * mixed
            short, long = mixed - slope / float(L), long - t * slope / float(L)
            t = 0.5 + math.hypot(0.5, t)
        errors.append(curvature * short**2 / 2)
    return {"nesterov_error": sum(errors)}


# --- averages and steps of their own for each weight -------------------------------------------------


@proof(
    "moving-average-memory",
    title="What an exponential moving average remembers",
    statement=(
        "The newest value counts 1 − γ, one that is n steps old (1 − γ)γⁿ; what is older than the last n counts γⁿ "
        "together, although only one number is stored."
    ),
    symbols={
        "gamma": symbol("probability in 0.1..0.99", "decay", ["rho", "beta", "beta_2"]),
        "n": symbol("count in 0..40", "age in steps"),
    },
    steps={
        "window": step("1 / (1 - gamma)"),
        "share": step("(1 - gamma) * gamma^n"),
        "older": step("gamma^n"),
    },
    result="share",
    source="Zeiler (2012), ADADELTA (arXiv 1212.5701), sec. 3.1; Kingma & Ba (2015), Adam, sec. 3 (arXiv 1412.6980)",
    mistakes=[
        mistake("equal-shares", "1 / (n + 1)", "That is a plain mean; here old values fade by γ a step."),
        mistake("not-normalised", "gamma^n", "The shares add up to 1 only with the factor 1 − γ."),
        mistake("swapped", "gamma * (1 - gamma)^n", "γ is kept at every step, 1 − γ is the share of the new value."),
    ],
)
def moving_average_memory(gamma, n):
    return {"window": 1 / (1 - gamma), "share": (1 - gamma) * gamma**n, "older": gamma**n}


@moving_average_memory.oracle("brute-force", "the average of a row of zeros with a single one in it", tolerance=1e-8)
def _(gamma, n):
    def average(values):
        state = torch.zeros(())
        for value in values:
            state = gamma * state + (1 - gamma) * value
        return state

    age, long = int(n), 4000
    impulse = [0.0] * age + [1.0]
    shares = (1 - gamma) * torch.cumprod(gamma.expand(long), 0) / gamma
    return {
        "share": average(impulse[::-1]),
        "older": shares[age:].sum(),
        "window": (shares * torch.arange(long)).sum() + 1,  # mean age, and the newest is one step old
    }


@proof(
    "online-forgetting",
    title="Online learning: a high rate forgets",
    statement=(
        "Descent on (w − x)²/2, one sample after the other, keeps the share (1 − η)ⁿ of what it had learnt before the "
        "last n samples."
    ),
    symbols={
        "a": symbol("real", "weight learnt from the old data"),
        "b": symbol("real", "value of all new samples"),
        "eta": RATE,
        "n": symbol("count in 0..20", "number of new samples"),
    },
    steps={
        "kept": step("(1 - eta)^n"),
        "w_n": step("kept * a + (1 - kept) * b"),
    },
    source="Géron, Hands-on machine learning with Scikit-Learn, Keras & TensorFlow (2019), ch. 1",
    mistakes=[
        mistake("linear", "(1 - n * eta) * a + n * eta * b", "Each sample takes its share of what is left."),
        mistake("nothing-forgotten", "a", "Every new sample moves the weight."),
        mistake("mean", "(a + n * b) / (n + 1)", "That is the plain mean; a constant rate weighs new samples more."),
    ],
)
def online_forgetting(a, b, eta, n):
    kept = (1 - eta) ** n
    return {"kept": kept, "w_n": kept * a + (1 - kept) * b}


@online_forgetting.oracle("autograd", "a step with torch.func.grad for each sample", samples=24)
def _(a, b, eta, n):
    w, unit = a, torch.ones_like(a)
    for _ in range(int(n)):
        w = w - eta * torch.func.grad(lambda weight: (weight - b) ** 2 / 2)(w)
        unit = unit - eta * unit
    return {"w_n": w, "kept": unit}


@proof(
    "epsilon-and-tiny-gradients",
    title="The ε in the denominator",
    statement=(
        "Adam's first step is η|g|/(|g| + ε): ε avoids 0/0 for a gradient of 0, leaves usual gradients as they are, "
        "and damps those that are not much larger than itself."
    ),
    symbols={
        "g": symbol("real in -4..4", "first gradient", ["g_t"]),
        "eta": RATE,
        "epsilon": symbol("positive in 1e-6..2", "small constant", ["eps"]),
    },
    steps={"move": step("eta * abs(g) / (abs(g) + epsilon)")},
    source="Kingma & Ba (2015), Adam, algorithm 1 (arXiv 1412.6980)",
    mistakes=[
        mistake("no-epsilon", "eta", "Without ε that holds for every gradient but 0, where it is 0/0."),
        mistake("epsilon-added-to-the-step", "eta + epsilon", "ε stands in the denominator."),
        mistake(
            "under-the-root",
            "eta * abs(g) / sqrt(g^2 + epsilon)",
            "ε stands under the root, as in some texts; Adam adds it to the root.",
            variant=True,
        ),
        mistake("subtracted", "eta * abs(g) / abs(abs(g) - epsilon)", "ε is added, so that the divisor is never 0."),
    ],
    claims=[claim("0 <= move and move < eta", "the step is shorter than η and is a number for g = 0 too")],
)
def epsilon_and_tiny_gradients(g, eta, epsilon):
    return {"move": eta * g.abs() / (g.abs() + epsilon)}


@epsilon_and_tiny_gradients.oracle("operator", "torch.optim.Adam, one step from 0", samples=24)
def _(g, eta, epsilon):
    weight = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    weight.grad = g.detach().cpu().double().reshape(1).clone()
    torch.optim.Adam([weight], lr=float(eta), eps=float(epsilon)).step()
    return {"move": weight.detach().abs().squeeze()}


@proof(
    "rare-and-common-parameters",
    title="Adagrad's steps for rare and common features",
    statement=(
        "After n gradients of one size Adagrad's step is η/√n: a weight that has met few gradients still takes long "
        "steps while one that has met many takes short ones."
    ),
    symbols={
        "eta": RATE,
        "g": symbol("positive in 0.1..5", "size of every gradient that is not 0"),
        "m": symbol("positive-count in 1..100", "gradients that the common weight has met"),
        "n": symbol("positive-count in 1..100", "gradients that the rare weight has met"),
    },
    where=["n <= m"],
    steps={
        "common": step("eta / sqrt(m)"),
        "rare": step("eta / sqrt(n)"),
        "ratio": step("sqrt(m / n)"),
        "plain": step("eta * g"),
    },
    result="ratio",
    source="Duchi, Hazan & Singer (2011), Adaptive subgradient methods, JMLR 12, sec. 1",
    mistakes=[
        mistake("no-root", "m / n", "The sum of squares stands under a root."),
        mistake("same-for-all", "1", "That is gradient descent with one rate for all weights."),
        mistake("reversed", "sqrt(n / m)", "The weight with fewer gradients has the longer step."),
    ],
)
def rare_and_common_parameters(eta, g, m, n):
    return {
        "common": eta / torch.sqrt(m),
        "rare": eta / torch.sqrt(n),
        "ratio": torch.sqrt(m / n),
        "plain": eta * g,
    }


@rare_and_common_parameters.oracle("operator", "torch.optim.Adagrad and torch.optim.SGD", samples=8)
def _(eta, g, m, n):
    def last_step(optimiser, times, **options):
        weight = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
        made = optimiser([weight], lr=float(eta), **options)
        for _ in range(int(times)):
            before = weight.detach().clone()
            weight.grad = g.detach().cpu().double().reshape(1).clone()
            made.step()
        return (before - weight.detach()).squeeze()

    common, rare = (last_step(torch.optim.Adagrad, times, eps=0.0) for times in (m, n))
    return {"common": common, "rare": rare, "ratio": rare / common, "plain": last_step(torch.optim.SGD, 1)}
