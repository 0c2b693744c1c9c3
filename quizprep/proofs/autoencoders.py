"""Proofs for the chapter autoencoders."""

from __future__ import annotations

from quizprep.citations import BISHOP, DEEP_LEARNING
from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

# --- what an autoencoder is -------------------------------------------------------------------------------------


@proof(
    "autoencoder-parameters",
    title="Size of an autoencoder",
    statement="A dense autoencoder n → d → n has nd + d parameters in the encoder and dn + n in the decoder.",
    symbols={
        "n": symbol("size in 1..1000", "length of the input"),
        "d": symbol("size in 1..500", "length of the code"),
    },
    steps={
        "outputs": step("n"),
        "compression": step("n / d"),
        "encoder": step("n * d + d"),
        "decoder": step("d * n + n"),
        "parameters": step("encoder + decoder"),
    },
    source=f"{DEEP_LEARNING}, section 14.1",
    mistakes=[
        mistake("no-biases", "2 * n * d", "The biases are missing: d in the encoder and n in the decoder."),
        mistake("encoder-only", "n * d + d", "That is the encoder alone; the decoder has parameters of its own."),
        mistake(
            "code-biases-twice",
            "2 * (n * d + d)",
            "The decoder has one bias for each of its n outputs, not one for each code unit.",
        ),
    ],
)
def autoencoder_parameters(n, d):
    encoder, decoder = n * d + d, d * n + n
    return {"outputs": n, "compression": n / d, "encoder": encoder, "decoder": decoder, "parameters": encoder + decoder}


@autoencoder_parameters.oracle("operator", "counting the numbers in two torch.nn.Linear", samples=16)
def _(n, d):
    encoder, decoder = torch.nn.Linear(n, d, device="meta"), torch.nn.Linear(d, n, device="meta")
    code = encoder(torch.zeros(1, n, device="meta"))
    return {
        "outputs": decoder(code).numel(),
        "compression": encoder.in_features / code.numel(),
        "encoder": sum(part.numel() for part in encoder.parameters()),
        "decoder": sum(part.numel() for part in decoder.parameters()),
        "parameters": sum(part.numel() for part in torch.nn.Sequential(encoder, decoder).parameters()),
    }


@proof(
    "narrow-code",
    title="Training through a narrow code",
    statement=(
        "Eight numbers that depend on two hidden ones pass almost unharmed through a code of two, "
        "but not through a code of one."
    ),
    symbols={},
    steps={
        "error_before": step(
            note="error of the code of two before training, as a share of the variance", within=(0.88, 1.12)
        ),
        "error_two": step(note="error of the code of two after training, as a share of the variance"),
        "error_one": step(
            note="error of the code of one after training, as a share of the variance", within=(0.3, 0.6)
        ),
    },
    result="error_two",
    source=f"{DEEP_LEARNING}, section 14.1",
    vectorized=False,
    claims=[
        claim("error_two < 1e-9", "Two code units suffice for two hidden numbers."),
        claim("error_one > 0.2", "One code unit loses one of the two."),
        claim("error_before > 0.8", "Untrained, it rebuilds nothing."),
    ],
    mistakes=[
        mistake(
            "any-width-will-do", "error_one < 0.1", "A code narrower than the data's own dimension loses information."
        ),
        mistake(
            "always-lossy",
            "error_two > 0.2",
            "If the data have only two degrees of freedom, a code of two holds them all.",
        ),
    ],
)
def narrow_code(random):
    spread, _ = torch.linalg.qr(random.normal(8, 2))  # two hidden numbers in eight visible ones
    data = random.normal(200, 2) @ spread.T
    start_in, start_out = 0.1 * random.normal(8, 2), 0.1 * random.normal(2, 8)  # free: any small start

    def trained(size, steps):
        encoder, decoder = start_in[:, :size], start_out[:size]
        for _ in range(steps):  # gradient descent on half the squared error; the target is the input
            code = data @ encoder
            difference = code @ decoder - data
            encoder, decoder = (
                encoder - 0.3 * data.T @ difference @ decoder.T / 200,
                decoder - 0.3 * code.T @ difference / 200,
            )
        return ((data @ encoder @ decoder - data) ** 2).sum() / (data**2).sum()

    return {
        "error_before": trained(size=2, steps=0),
        "error_two": trained(size=2, steps=150),
        "error_one": trained(size=1, steps=150),
    }


# --- the reconstruction -----------------------------------------------------------------------------------------


@proof(
    "reconstruction-error",
    title="Reconstruction error",
    statement=(
        "The reconstruction error compares the output with the input: "
        "the mean of the squared or of the absolute differences."
    ),
    symbols={
        "x": symbol("vector[n]", "input"),
        "y": symbol("vector[n]", "output, the reconstruction", aliases=["x_hat", "r"]),
    },
    steps={
        "difference": step("x - y"),
        "mae": step("mean(abs(x - y))", aliases=["MAE"]),
        "mse": step("mean((x - y)^2)", aliases=["MSE"]),
    },
    source=f"{DEEP_LEARNING}, section 14.1",
    gradients=["y"],
    mistakes=[
        mistake("sum", "sum((x - y)^2)", "That is the sum of the squares; the mean divides by their number."),
        mistake("signed", "mean(x - y)^2", "Averaging before squaring lets positive and negative differences cancel."),
        mistake("root", "sqrt(mean((x - y)^2))", "That is the root of the mean squared error."),
        mistake("absolute", "mean(abs(x - y))", "That is the mean absolute error: the differences were not squared."),
    ],
)
def reconstruction_error(x, y):
    difference = x - y
    return {"difference": difference, "mae": difference.abs().mean(), "mse": (difference**2).mean()}


@reconstruction_error.oracle("operator", "torch.nn.functional.mse_loss and l1_loss")
def _(x, y):
    functional = torch.nn.functional
    return {"difference": torch.sub(x, y), "mae": functional.l1_loss(y, x), "mse": functional.mse_loss(y, x)}


@proof(
    "code-of-one-number",
    title="A linear autoencoder with a code of one number",
    statement=(
        "With the code z = w·x / |w| and the output zw / |w|, only what lies along w is rebuilt; the rest is the error."
    ),
    symbols={
        "w": symbol("vector[n]", "direction that the autoencoder has learned"),
        "x": symbol("vector[n]", "input"),
    },
    where=("norm(w) > 0.1",),
    steps={
        "code": step("dot(w, x) / norm(w)", aliases=["z"]),
        "output": step("dot(w, x) / sum(w^2) * w"),
        "error": step("sum((x - output)^2)"),
    },
    source=f"{DEEP_LEARNING}, sections 2.12 and 14.1",
    mistakes=[
        mistake(
            "length-forgotten", "sum((x - dot(w, x) * w)^2)", "w was not brought to length 1 before projecting on it."
        ),
        mistake("kept-part", "sum(output^2)", "That is the part that is rebuilt; the error is what is missing from x."),
        mistake(
            "distance-to-w",
            "sum((x - w)^2)",
            "The output is the point nearest to x on the whole line of w, not w itself.",
        ),
        mistake("unscaled-code", "dot(w, x)", "Divide by the length of w.", of="code"),
    ],
)
def code_of_one_number(w, x):
    direction = w / torch.sqrt((w**2).sum())
    code = (direction * x).sum()
    output = code * direction
    return {"code": code, "output": output, "error": ((x - output) ** 2).sum()}


@code_of_one_number.oracle("operator", "the best multiple of w by torch.linalg.lstsq")
def _(w, x):
    multiple = torch.linalg.lstsq(w.unsqueeze(1), x.unsqueeze(1)).solution.squeeze()
    code = multiple * torch.linalg.vector_norm(w)
    return {"code": code, "output": torch.mul(w, multiple), "error": torch.dist(x, w * multiple).square()}


# --- anomalies --------------------------------------------------------------------------------------------------


@proof(
    "autoencoder-anomalies",
    title="Anomalies are rebuilt badly",
    statement=(
        "An autoencoder fitted to normal data alone has a larger error on anomalies; "
        "anomalies in the training set spoil that."
    ),
    symbols={},
    steps={
        "error_normal": step(note="mean error on new normal data", within=(0.3, 0.41)),
        "error_anomaly": step(note="mean error on anomalies", within=(0.73, 9.2)),
        "auc_clean": step(note="area under the ROC curve of the error, trained on normal data", within=(0.86, 1)),
        "auc_mixed": step(note="the same, trained on a half-and-half mix", within=(0.43, 0.58)),
        "false_alarms": step(
            note="share of new normal data above the 95 % quantile of normal validation errors", within=(0.014, 0.2)
        ),
    },
    result="auc_clean",
    source="Chandola, Banerjee & Kumar, Anomaly Detection: A Survey (2009)",
    vectorized=False,
    claims=[
        claim("error_anomaly > 2 * error_normal", "Anomalies have the larger error."),
        claim("auc_clean > 0.9", "The error tells them apart."),
        claim("auc_mixed < auc_clean - 0.1", "Training on anomalies spoils it."),
        claim(
            "false_alarms > 0.01 and false_alarms < 0.12", "The quantile fixes the rate of false alarms, here near 5 %."
        ),
    ],
    mistakes=[
        mistake(
            "low-error-is-anomaly",
            "error_anomaly < error_normal",
            "What the network has never learned to rebuild comes out with a large error.",
        ),
        mistake(
            "more-data-is-better",
            "auc_mixed > auc_clean",
            "The anomalies in the training set teach the network to rebuild them.",
        ),
    ],
)
def autoencoder_anomalies(random):
    axes = torch.linalg.qr(random.normal(6, 6))[0]

    def sample(direction, size):  # points along one direction, with a little noise in all
        return random.uniform(size, 1, low=1.0, high=3.0) * axes[direction] + 0.3 * random.normal(size, 6)

    def errors(train, points):  # the best linear autoencoder with a code of two
        code = torch.linalg.svd(train)[2][:2]
        return ((points - points @ code.T @ code) ** 2).sum(1)

    train, validation, normal, anomaly = sample(0, 400), sample(0, 400), sample(0, 400), sample(1, 400)
    mixed = torch.cat([train[:200], sample(1, 200)])
    normal_errors, anomaly_errors = errors(train, normal), errors(train, anomaly)
    threshold = errors(train, validation).quantile(0.95)
    return {
        "error_normal": normal_errors.mean(),
        "error_anomaly": anomaly_errors.mean(),
        "auc_clean": (anomaly_errors > normal_errors.unsqueeze(1)).double().mean(),
        "auc_mixed": (errors(mixed, anomaly) > errors(mixed, normal).unsqueeze(1)).double().mean(),
        "false_alarms": (normal_errors > threshold).double().mean(),
    }


# --- variants ---------------------------------------------------------------------------------------------------


@proof(
    "sparse-autoencoder-loss",
    title="Loss of a sparse autoencoder",
    statement="A sparse autoencoder minimises the reconstruction error plus λ Σ|h| over its code h.",
    symbols={
        "x": symbol("vector[n]", "input"),
        "y": symbol("vector[n]", "output, the reconstruction", aliases=["x_hat"]),
        "h": symbol("vector[d]", "code"),
        "lam": symbol("positive", "weight λ of the penalty", aliases=["lambda"]),
    },
    steps={
        "reconstruction": step("mean((x - y)^2)"),
        "penalty": step("lam * sum(abs(h))"),
        "loss": step("reconstruction + penalty"),
    },
    source=f"{DEEP_LEARNING}, section 14.2.1",
    mistakes=[
        mistake(
            "squared-penalty",
            "mean((x - y)^2) + lam * sum(h^2)",
            "A squared penalty makes the code small, but hardly ever exactly 0; sparsity needs |h|.",
        ),
        mistake(
            "subtracted",
            "mean((x - y)^2) - lam * sum(abs(h))",
            "The penalty is added; subtracted, it would reward a large code.",
        ),
        mistake("no-penalty", "mean((x - y)^2)", "The penalty on the code is missing."),
        mistake("no-weight", "mean((x - y)^2) + sum(abs(h))", "The penalty is weighted with λ."),
    ],
)
def sparse_autoencoder_loss(x, y, h, lam):
    reconstruction = ((x - y) ** 2).mean()
    penalty = lam * h.abs().sum()
    return {"reconstruction": reconstruction, "penalty": penalty, "loss": reconstruction + penalty}


@sparse_autoencoder_loss.oracle("operator", "torch.nn.functional.mse_loss and torch.linalg.vector_norm")
def _(x, y, h, lam):
    reconstruction = torch.nn.functional.mse_loss(y, x)
    penalty = torch.linalg.vector_norm(lam * h, ord=1)
    return {"reconstruction": reconstruction, "penalty": penalty, "loss": torch.add(reconstruction, penalty)}


@proof(
    "sparse-code",
    title="A penalty on the code empties it",
    statement=(
        "With an L1 penalty on a ReLU code most code units are 0 for each input, "
        "although the code is wider than the input."
    ),
    symbols={},
    steps={
        "zeros_plain": step(note="share of code units at 0 without the penalty", within=(0.29, 0.57)),
        "zeros_sparse": step(note="share of code units at 0 with the penalty", within=(0.725, 0.823)),
        "error_plain": step(note="error without the penalty, as a share of the variance"),
        "error_sparse": step(note="error with the penalty, as a share of the variance", within=(0.066, 0.163)),
        "alive": step(note="share of code units that some input uses, with the penalty", within=(0.937, 1)),
    },
    result="zeros_sparse",
    source=f"{DEEP_LEARNING}, section 14.2.1",
    vectorized=False,
    claims=[
        claim("zeros_sparse > 0.7", "With the penalty most units are 0."),
        claim("zeros_plain < 0.65", "Without it about half of them are."),
        claim("error_sparse > 2 * error_plain", "The penalty costs some accuracy."),
        claim("error_sparse < 0.2", "The input is still rebuilt."),
        claim("alive > 0.5", "Different inputs use different units."),
    ],
    mistakes=[
        mistake(
            "better-reconstruction",
            "error_sparse < error_plain",
            "The penalty is a second goal; the reconstruction can only get worse on the training data.",
        ),
        mistake(
            "units-removed",
            "alive < 0.3",
            "The units are 0 for most inputs, each for different ones; they are not removed for good.",
        ),
    ],
)
def sparse_code(random):
    normalize = torch.nn.functional.normalize
    atoms = normalize(random.normal(16, 10), dim=1)
    used = torch.zeros(300, 16).scatter(1, random.uniform(300, 16).topk(2).indices, 1.0)
    data = used * random.uniform(300, 16, low=1.0, high=2.0) @ atoms  # each input is a sum of two of the atoms
    start = normalize(random.normal(24, 10), dim=1)

    def trained(penalty):  # gradient descent on half the squared error + penalty · Σ|code|
        encoder, bias, decoder = start, torch.zeros(24), start
        for _ in range(200):
            code = torch.relu(data @ encoder.T + bias)
            difference = code @ decoder - data
            slope = (difference @ decoder.T + penalty) * (code > 0)
            encoder, bias = encoder - 0.3 * slope.T @ data / 300, bias - 0.3 * slope.mean(0)
            decoder = normalize(decoder - 0.3 * code.T @ difference / 300, dim=1)  # else the code could shrink for free
        code = torch.relu(data @ encoder.T + bias)
        return code, ((code @ decoder - data) ** 2).sum() / (data**2).sum()

    (plain, error_plain), (sparse, error_sparse) = trained(0.0), trained(0.3)
    return {
        "zeros_plain": (plain == 0).double().mean(),
        "zeros_sparse": (sparse == 0).double().mean(),
        "error_plain": error_plain,
        "error_sparse": error_sparse,
        "alive": (sparse > 0).any(0).double().mean(),
    }


@proof(
    "best-linear-denoiser",
    title="The best factor for removing noise",
    statement=(
        "For a clean value of variance s and noise of variance v the best linear denoiser multiplies the "
        "noisy value by s / (s + v)."
    ),
    symbols={
        "s": symbol("positive", "variance of the clean value (mean 0)"),
        "v": symbol("positive", "variance of the noise"),
    },
    steps={
        "error_noisy": step("v"),
        "error_denoised": step("s * v / (s + v)"),
        "factor": step("s / (s + v)"),
    },
    source=f"{BISHOP}, section 2.3.3",
    gradients=["s", "v"],
    mistakes=[
        mistake("identity", "1", "Passing the noisy value on leaves all the noise: the target is the clean value."),
        mistake("noise-share", "v / (s + v)", "That is the share of the noise; the signal's share is to be kept."),
        mistake(
            "deviations",
            "sqrt(s) / (sqrt(s) + sqrt(v))",
            "The variances of independent parts add up, their deviations do not.",
        ),
        mistake("inverse", "(s + v) / s", "The fraction is upside down: noise is a reason to shrink the value."),
    ],
    claims=[claim("error_denoised < error_noisy", "Some of the noise is removed.")],
)
def best_linear_denoiser(s, v):
    factor = s / (s + v)
    return {"error_noisy": v.clone(), "error_denoised": (1 - factor) ** 2 * s + factor**2 * v, "factor": factor}


@best_linear_denoiser.oracle("closed-form", "conditioning a two-dimensional Gaussian on the noisy value")
def _(s, v):
    joint = torch.stack([torch.stack([s, s]), torch.stack([s, s + v])])  # covariance of (clean, noisy)
    precision = torch.linalg.inv(joint)[0]
    return {
        "factor": -precision[1] / precision[0],
        "error_denoised": 1 / precision[0],
        "error_noisy": joint[1, 1] - joint[0, 0],
    }


@proof(
    "denoising-autoencoder",
    title="Noisy input, clean target",
    statement=(
        "Trained from noisy inputs to clean targets, a narrow autoencoder removes noise from inputs it has never seen."
    ),
    symbols={},
    steps={
        "error_noisy": step(note="mean squared error of the noisy inputs", within=(0.9, 1.08)),
        "error_denoised": step(note="error of the network trained on clean targets", within=(0.138, 0.226)),
        "error_copying": step(
            note="error of a network as wide as its input, trained on the noisy targets", within=(0.9, 1.08)
        ),
    },
    result="error_denoised",
    source="Vincent et al., Extracting and Composing Robust Features with Denoising Autoencoders (2008), section 2",
    vectorized=False,
    claims=[
        claim("error_denoised < 0.4 * error_noisy", "Most of the noise is gone."),
        claim("abs(error_copying - error_noisy) < 1e-6", "A copy of the input keeps the noise."),
    ],
    mistakes=[
        mistake(
            "noisy-target",
            "error_copying < error_denoised",
            "With the noisy input as its target the network may just copy it, noise and all.",
        ),
        mistake(
            "useless-on-new-data",
            "error_denoised > error_noisy",
            "It learns where clean data lie, and that holds for new inputs too.",
        ),
    ],
)
def denoising_autoencoder(random):
    spread = torch.linalg.qr(random.normal(10, 2))[0] * 3  # free: clean data fill two of ten dimensions, by any factor

    def sample(size):
        clean = random.normal(size, 2) @ spread.T  # free: any data spread more widely than the noise
        return clean, clean + random.normal(size, 10)

    (clean, noisy), (new_clean, new_noisy) = sample(400), sample(400)
    code = torch.linalg.svd(noisy)[2][:2]  # encoder of two units
    denoiser = code.T @ torch.linalg.lstsq(noisy @ code.T, clean).solution  # its best decoder
    copier = torch.linalg.lstsq(noisy, noisy).solution
    return {
        "error_noisy": ((new_noisy - new_clean) ** 2).mean(),
        "error_denoised": ((new_noisy @ denoiser - new_clean) ** 2).mean(),
        "error_copying": ((new_noisy @ copier - new_clean) ** 2).mean(),
    }


@proof(
    "anomaly-threshold",
    title="A threshold on the reconstruction error",
    statement=(
        "Inputs whose reconstruction error exceeds t are reported: the share of normal inputs among them are the false "
        "alarms, the share of anomalies the detections, and a higher t lowers both."
    ),
    symbols={
        "e": symbol("vector[n] of nonnegative", "errors of normal inputs that were not trained on"),
        "a": symbol("vector[m] of nonnegative", "errors of anomalies"),
        "t": symbol("positive", "threshold"),
    },
    steps={
        "false_alarms": step("mean(indicator(e > t))", aliases=["FPR"]),
        "detected": step("mean(indicator(a > t))", aliases=["TPR"]),
        "missed": step("1 - detected"),
        "false_alarms_above": step("mean(indicator(e > 2 * t))"),
        "detected_above": step("mean(indicator(a > 2 * t))"),
    },
    result="false_alarms",
    source="Chandola, Banerjee & Kumar, Anomaly Detection: A Survey (2009)",
    mistakes=[
        mistake(
            "accepted-share",
            "mean(indicator(e <= t))",
            "That is the share of normal inputs that pass; a false alarm is a normal input above the threshold.",
        ),
        mistake(
            "counted-only",
            "sum(indicator(e > t))",
            "That is their number; the rate divides by the number of normal inputs.",
        ),
        mistake(
            "anomalies-taken",
            "mean(indicator(a > t))",
            "Those are the anomalies that are found; a false alarm is a normal input.",
        ),
        mistake(
            "low-errors-reported",
            "mean(indicator(a < t))",
            "What the network cannot rebuild has a large error: an anomaly is reported above the threshold.",
            of="detected",
        ),
    ],
    claims=[
        claim(
            "false_alarms_above <= false_alarms and detected_above <= detected",
            "Twice the threshold: fewer false alarms, and no more detections.",
        )
    ],
)
def anomaly_threshold(e, a, t):
    def above(errors, threshold):
        return (errors > threshold).to(errors.dtype).mean()

    detected = above(a, t)
    return {
        "false_alarms": above(e, t),
        "detected": detected,
        "missed": 1 - detected,
        "false_alarms_above": above(e, 2 * t),
        "detected_above": above(a, 2 * t),
    }


@anomaly_threshold.oracle("operator", "torch.searchsorted in the sorted errors")
def _(e, a, t):
    def above(errors, threshold):
        below = torch.searchsorted(errors.sort().values, threshold.reshape(1), right=True)[0]
        return (len(errors) - below) / len(errors)

    return {
        "false_alarms": above(e, t),
        "detected": above(a, t),
        "missed": 1 - above(a, t),
        "false_alarms_above": above(e, t + t),
        "detected_above": above(a, t + t),
    }


# --- deep and convolutional -------------------------------------------------------------------------------------


@proof(
    "deep-autoencoder",
    title="A deep autoencoder follows a curve",
    statement=(
        "Points of a plane on a bent curve have one degree of freedom; one number as their code suffices with hidden "
        "layers in encoder and decoder, not with a single linear layer each."
    ),
    symbols={},
    steps={
        "error_linear": step(
            note="error of the best linear autoencoder with a code of one, as a share of the variance",
            within=(0.16, 0.36),
        ),
        "error_deep": step(note="the same with a hidden layer in encoder and decoder, after training"),
        "error_start": step(note="the same before training", within=(0.47, 7.2)),
    },
    result="error_deep",
    source="Hinton & Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks (2006)",
    vectorized=False,
    claims=[
        claim("error_linear > 0.15", "A straight line misses the curve."),
        claim("error_deep < 0.05", "The deep autoencoder follows it."),
        claim("error_start > 0.3", "It has to be trained."),
    ],
    mistakes=[
        mistake(
            "one-number-is-too-few",
            "error_deep > 0.5 * error_linear",
            "The points have one degree of freedom; what was missing is a bent decoder, not a longer code.",
        ),
        mistake(
            "linear-suffices",
            "error_linear < 0.05",
            "A linear decoder with a code of one number can only draw a straight line.",
        ),
    ],
)
def deep_autoencoder(random):
    place = random.uniform(80, low=-1.2, high=1.2)
    data = torch.stack([place, place**2 - 0.5], dim=1)
    data = data - data.mean(0)
    line = torch.linalg.svd(data)[2][:1]

    def layer(into, out):
        # free: any weights to start from
        return 0.7 * random.normal(into + 1, out) / into**0.5  # its first row is the bias

    weights = [layer(2, 16), layer(16, 1), layer(1, 16), layer(16, 2)]
    for each in weights:
        each.requires_grad_()

    def rebuilt(points):
        first, second, third, fourth = weights
        hidden = torch.tanh(points @ first[1:] + first[0])  # free: which row is the bias makes no difference
        code = hidden @ second[1:] + second[0]  # free: which row is the bias makes no difference
        return torch.tanh(code @ third[1:] + third[0]) @ fourth[1:] + fourth[0]  # free: a bias learns its own sign

    def share(output):
        return ((output - data) ** 2).sum() / (data**2).sum()

    start = share(rebuilt(data)).detach()
    optimiser = torch.optim.Adam(weights, lr=0.04)
    for _ in range(150):
        optimiser.zero_grad()
        share(rebuilt(data)).backward()
        optimiser.step()
    return {
        "error_linear": share(data @ line.T @ line),
        "error_deep": share(rebuilt(data)).detach(),
        "error_start": start,
    }


@proof(
    "convolutional-autoencoder",
    title="Size of a convolutional autoencoder",
    statement=(
        "A convolution (kernel 4, stride 2, padding 1) into c channels halves the side of a grey image, a transposed "
        "one brings it back; their parameters do not depend on the size of the image, those of dense layers do."
    ),
    symbols={
        "side": symbol("size in 2..64", "side of the square grey image"),
        "c": symbol("size in 1..16", "channels of the code"),
    },
    where=("mod(side, 2) = 0",),
    steps={
        "code_side": step("side / 2"),
        "code": step("c * code_side^2"),
        "output_side": step("side"),
        "convolutional": step("(16 * c + c) + (16 * c + 1)"),
        "dense": step("2 * side^2 * code + code + side^2"),
    },
    result="convolutional",
    source="Masci et al., Stacked Convolutional Auto-Encoders for Hierarchical Feature Extraction (2011)",
    mistakes=[
        mistake(
            "encoder-only",
            "16 * c + c",
            "That is the encoder alone; the transposed convolution has weights of its own.",
        ),
        mistake(
            "biases-alike",
            "2 * (16 * c + c)",
            "The decoder gives one channel, the image, and has one bias; the encoder has one for each of c channels.",
        ),
        mistake(
            "weights-at-each-place",
            "code_side^2 * (32 * c + c + 1)",
            "The same kernel is used at every place of the image: its weights are counted once.",
        ),
        mistake("code-of-one-channel", "code_side^2", "Every one of the c channels has a map of that size.", of="code"),
    ],
)
def convolutional_autoencoder(side, c):
    code = c * (side / 2) ** 2
    return {
        "code_side": torch.tensor(side / 2),
        "code": torch.tensor(code),
        "output_side": torch.tensor(side + 0.0),
        "convolutional": torch.tensor(33.0 * c + 1),
        "dense": torch.tensor(2 * side**2 * code + code + side**2),
    }


@convolutional_autoencoder.oracle("operator", "torch.nn.Conv2d and ConvTranspose2d, and torch.nn.Linear", samples=24)
def _(side, c):
    layer = torch.nn
    encoder = layer.Conv2d(1, c, 4, stride=2, padding=1, device="meta")
    decoder = layer.ConvTranspose2d(c, 1, 4, stride=2, padding=1, device="meta")
    image = torch.zeros(1, 1, side, side, device="meta")
    code = encoder(image)
    flat = [layer.Linear(image.numel(), code.numel(), device="meta")]
    flat += [layer.Linear(code.numel(), image.numel(), device="meta")]

    def count(parts):
        return sum(weights.numel() for part in parts for weights in part.parameters()) + 0.0

    return {
        "code_side": code.shape[-1] + 0.0,
        "code": code.numel() + 0.0,
        "output_side": decoder(code).shape[-1] + 0.0,
        "convolutional": count([encoder, decoder]),
        "dense": count(flat),
    }
