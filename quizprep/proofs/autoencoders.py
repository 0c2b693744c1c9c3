"""Proofs for the chapter autoencoders."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

# --- what an autoencoder is -------------------------------------------------------------------------------------


@proof(
    "autoencoder-parameters",
    title=("Size of an autoencoder", "오토인코더의 크기"),
    statement=(
        "A dense autoencoder n → d → n has nd + d parameters in the encoder and dn + n in the decoder.",
        "완전 연결 오토인코더 n → d → n의 파라미터는 인코더 nd + d개, 디코더 dn + n개이다.",
    ),
    symbols={
        "n": symbol("size in 1..1000", "length of the input", "입력의 길이"),
        "d": symbol("size in 1..500", "length of the code", "코드의 길이"),
    },
    steps={
        "outputs": step("n"),
        "compression": step("n / d"),
        "encoder": step("n * d + d"),
        "decoder": step("d * n + n"),
        "parameters": step("encoder + decoder"),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), section 14.1",
    mistakes=[
        mistake(
            "no-biases",
            "2 * n * d",
            "The biases are missing: d in the encoder and n in the decoder.",
            "편향이 빠졌습니다. 인코더에 d개, 디코더에 n개가 있습니다.",
        ),
        mistake(
            "encoder-only",
            "n * d + d",
            "That is the encoder alone; the decoder has parameters of its own.",
            "그것은 인코더만 센 값입니다. 디코더에도 파라미터가 있습니다.",
        ),
        mistake(
            "code-biases-twice",
            "2 * (n * d + d)",
            "The decoder has one bias for each of its n outputs, not one for each code unit.",
            "디코더의 편향은 코드 유닛마다가 아니라 출력 n개마다 하나씩입니다.",
        ),
    ],
)
def autoencoder_parameters(n, d):
    encoder, decoder = n * d + d, d * n + n
    return {"outputs": n, "compression": n / d, "encoder": encoder, "decoder": decoder, "parameters": encoder + decoder}


@autoencoder_parameters.oracle(
    "operator", "counting the numbers in two torch.nn.Linear", "torch.nn.Linear 두 개의 파라미터 세기", samples=16
)
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
    title=("Training through a narrow code", "좁은 코드를 통한 학습"),
    statement=(
        "Eight numbers that depend on two hidden ones pass almost unharmed through a code of two, but not through a code of one.",
        "숨은 수 두 개로 정해지는 여덟 개의 수는 길이 2인 코드를 거의 손실 없이 통과하지만 길이 1인 코드로는 그렇지 않다.",
    ),
    symbols={},
    steps={
        "error_before": step(
            en="error of the code of two before training, as a share of the variance",
            ko="길이 2 코드의 학습 전 오차 (분산 대비)",
        ),
        "error_two": step(
            en="error of the code of two after training, as a share of the variance",
            ko="길이 2 코드의 학습 후 오차 (분산 대비)",
        ),
        "error_one": step(
            en="error of the code of one after training, as a share of the variance",
            ko="길이 1 코드의 학습 후 오차 (분산 대비)",
        ),
    },
    result="error_two",
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), section 14.1",
    vectorized=False,
    claims=[
        claim(
            "error_two < 0.05",
            "Two code units suffice for two hidden numbers.",
            "숨은 수가 두 개이면 코드 유닛 두 개로 충분하다.",
        ),
        claim("error_one > 0.2", "One code unit loses one of the two.", "코드 유닛이 하나이면 둘 중 하나를 잃는다."),
        claim("error_before > 0.8", "Untrained, it rebuilds nothing.", "학습 전에는 복원하지 못한다."),
    ],
    mistakes=[
        mistake(
            "any-width-will-do",
            "error_one < 0.1",
            "A code narrower than the data's own dimension loses information.",
            "데이터의 고유 차원보다 좁은 코드는 정보를 잃습니다.",
        ),
        mistake(
            "always-lossy",
            "error_two > 0.2",
            "If the data have only two degrees of freedom, a code of two holds them all.",
            "데이터의 자유도가 2이면 길이 2인 코드에 모두 담깁니다.",
        ),
    ],
)
def narrow_code(random):
    spread, _ = torch.linalg.qr(random.normal(8, 2))  # two hidden numbers in eight visible ones
    data = random.normal(200, 2) @ spread.T
    start_in, start_out = 0.1 * random.normal(8, 2), 0.1 * random.normal(2, 8)

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

    return {"error_before": trained(2, 0), "error_two": trained(2, 150), "error_one": trained(1, 150)}


# --- the reconstruction -----------------------------------------------------------------------------------------


@proof(
    "reconstruction-error",
    title=("Reconstruction error", "재구성 오차"),
    statement=(
        "The reconstruction error compares the output with the input: the mean of the squared or of the absolute differences.",
        "재구성 오차는 출력과 입력을 비교한 값으로, 차이의 제곱 또는 절댓값의 평균이다.",
    ),
    symbols={
        "x": symbol("vector[n]", "input", "입력"),
        "y": symbol("vector[n]", "output, the reconstruction", "출력 (재구성)", aliases=["x_hat", "r"]),
    },
    steps={
        "difference": step("x - y"),
        "mae": step("mean(abs(x - y))", aliases=["MAE"]),
        "mse": step("mean((x - y)^2)", aliases=["MSE"]),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), section 14.1",
    gradients=["y"],
    mistakes=[
        mistake(
            "sum",
            "sum((x - y)^2)",
            "That is the sum of the squares; the mean divides by their number.",
            "그것은 제곱의 합입니다. 평균은 개수로 나눕니다.",
        ),
        mistake(
            "signed",
            "mean(x - y)^2",
            "Averaging before squaring lets positive and negative differences cancel.",
            "제곱하기 전에 평균하면 양과 음의 차이가 상쇄됩니다.",
        ),
        mistake(
            "root",
            "sqrt(mean((x - y)^2))",
            "That is the root of the mean squared error.",
            "그것은 평균 제곱 오차의 제곱근입니다.",
        ),
        mistake(
            "absolute",
            "mean(abs(x - y))",
            "That is the mean absolute error: the differences were not squared.",
            "그것은 평균 절대 오차입니다. 차이를 제곱하지 않았습니다.",
        ),
    ],
)
def reconstruction_error(x, y):
    difference = x - y
    return {"difference": difference, "mae": difference.abs().mean(), "mse": (difference**2).mean()}


@reconstruction_error.oracle(
    "operator", "torch.nn.functional.mse_loss and l1_loss", "torch.nn.functional.mse_loss, l1_loss"
)
def _(x, y):
    functional = torch.nn.functional
    return {"difference": torch.sub(x, y), "mae": functional.l1_loss(y, x), "mse": functional.mse_loss(y, x)}


@proof(
    "code-of-one-number",
    title=("A linear autoencoder with a code of one number", "코드가 수 하나인 선형 오토인코더"),
    statement=(
        "With the code z = w·x / |w| and the output zw / |w|, only what lies along w is rebuilt; the rest is the error.",
        "코드가 z = w·x / |w|이고 출력이 zw / |w|이면 w 방향의 성분만 복원되고 나머지는 오차가 된다.",
    ),
    symbols={
        "w": symbol("vector[n]", "direction that the autoencoder has learned", "오토인코더가 학습한 방향"),
        "x": symbol("vector[n]", "input", "입력"),
    },
    where=("norm(w) > 0.1",),
    steps={
        "code": step("dot(w, x) / norm(w)", aliases=["z"]),
        "output": step("dot(w, x) / sum(w^2) * w"),
        "error": step("sum((x - output)^2)"),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sections 2.12 and 14.1",
    mistakes=[
        mistake(
            "length-forgotten",
            "sum((x - dot(w, x) * w)^2)",
            "w was not brought to length 1 before projecting on it.",
            "사영하기 전에 w의 길이를 1로 만들지 않았습니다.",
        ),
        mistake(
            "kept-part",
            "sum(output^2)",
            "That is the part that is rebuilt; the error is what is missing from x.",
            "그것은 복원된 부분입니다. 오차는 x에서 빠진 부분입니다.",
        ),
        mistake(
            "distance-to-w",
            "sum((x - w)^2)",
            "The output is the point nearest to x on the whole line of w, not w itself.",
            "출력은 w 자체가 아니라 w가 놓인 직선 위에서 x에 가장 가까운 점입니다.",
        ),
        mistake(
            "unscaled-code",
            "dot(w, x)",
            "Divide by the length of w.",
            "w의 길이로 나누어야 합니다.",
            of="code",
        ),
    ],
)
def code_of_one_number(w, x):
    direction = w / torch.sqrt((w**2).sum())
    code = (direction * x).sum()
    output = code * direction
    return {"code": code, "output": output, "error": ((x - output) ** 2).sum()}


@code_of_one_number.oracle(
    "operator", "the best multiple of w by torch.linalg.lstsq", "torch.linalg.lstsq로 구한 w의 최적 배수"
)
def _(w, x):
    multiple = torch.linalg.lstsq(w.unsqueeze(1), x.unsqueeze(1)).solution.squeeze()
    code = multiple * torch.linalg.vector_norm(w)
    return {"code": code, "output": torch.mul(w, multiple), "error": torch.dist(x, w * multiple).square()}


# --- anomalies --------------------------------------------------------------------------------------------------


@proof(
    "autoencoder-anomalies",
    title=("Anomalies are rebuilt badly", "이상치는 잘 복원되지 않는다"),
    statement=(
        "An autoencoder fitted to normal data alone has a larger error on anomalies; anomalies in the training set spoil that.",
        "정상 데이터만으로 학습한 오토인코더는 이상치에서 오차가 크다. 학습 데이터에 이상치가 섞이면 이 차이가 사라진다.",
    ),
    symbols={},
    steps={
        "error_normal": step(en="mean error on new normal data", ko="새 정상 데이터의 평균 오차"),
        "error_anomaly": step(en="mean error on anomalies", ko="이상치의 평균 오차"),
        "auc_clean": step(
            en="area under the ROC curve of the error, trained on normal data",
            ko="정상 데이터로 학습했을 때 오차의 AUC",
        ),
        "auc_mixed": step(
            en="the same, trained on a half-and-half mix", ko="정상과 이상을 반씩 섞어 학습했을 때의 AUC"
        ),
        "false_alarms": step(
            en="share of new normal data above the 95 % quantile of normal validation errors",
            ko="새 정상 데이터 중 오차가 정상 검증 오차의 95 % 분위수를 넘는 비율",
        ),
    },
    result="auc_clean",
    source="Chandola, Banerjee & Kumar, Anomaly Detection: A Survey (2009)",
    vectorized=False,
    claims=[
        claim("error_anomaly > 2 * error_normal", "Anomalies have the larger error.", "이상치의 오차가 훨씬 크다."),
        claim("auc_clean > 0.9", "The error tells them apart.", "오차로 둘을 구별할 수 있다."),
        claim(
            "auc_mixed < auc_clean - 0.1", "Training on anomalies spoils it.", "이상치로도 학습하면 성능이 떨어진다."
        ),
        claim(
            "false_alarms > 0.01 and false_alarms < 0.12",
            "The quantile fixes the rate of false alarms, here near 5 %.",
            "분위수가 거짓 경보율을 정하며 여기서는 5 % 안팎이다.",
        ),
    ],
    mistakes=[
        mistake(
            "low-error-is-anomaly",
            "error_anomaly < error_normal",
            "What the network has never learned to rebuild comes out with a large error.",
            "복원하도록 학습한 적 없는 것은 오차가 크게 나옵니다.",
        ),
        mistake(
            "more-data-is-better",
            "auc_mixed > auc_clean",
            "The anomalies in the training set teach the network to rebuild them.",
            "학습 데이터의 이상치 때문에 신경망이 이상치도 복원하게 됩니다.",
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
    title=("Loss of a sparse autoencoder", "희소 오토인코더의 손실"),
    statement=(
        "A sparse autoencoder minimises the reconstruction error plus λ Σ|h| over its code h.",
        "희소 오토인코더는 재구성 오차에 코드 h의 λ Σ|h|를 더한 값을 최소화한다.",
    ),
    symbols={
        "x": symbol("vector[n]", "input", "입력"),
        "y": symbol("vector[n]", "output, the reconstruction", "출력 (재구성)", aliases=["x_hat"]),
        "h": symbol("vector[d]", "code", "코드"),
        "lam": symbol("positive", "weight λ of the penalty", "벌점의 계수 λ", aliases=["lambda"]),
    },
    steps={
        "reconstruction": step("mean((x - y)^2)"),
        "penalty": step("lam * sum(abs(h))"),
        "loss": step("reconstruction + penalty"),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), section 14.2.1",
    mistakes=[
        mistake(
            "squared-penalty",
            "mean((x - y)^2) + lam * sum(h^2)",
            "A squared penalty makes the code small, but hardly ever exactly 0; sparsity needs |h|.",
            "제곱 벌점은 코드를 작게 만들 뿐 정확히 0으로 만들지는 못합니다. 희소하려면 |h|가 필요합니다.",
        ),
        mistake(
            "subtracted",
            "mean((x - y)^2) - lam * sum(abs(h))",
            "The penalty is added; subtracted, it would reward a large code.",
            "벌점은 더합니다. 빼면 코드가 클수록 보상을 받습니다.",
        ),
        mistake(
            "no-penalty",
            "mean((x - y)^2)",
            "The penalty on the code is missing.",
            "코드에 대한 벌점이 빠졌습니다.",
        ),
        mistake(
            "no-weight",
            "mean((x - y)^2) + sum(abs(h))",
            "The penalty is weighted with λ.",
            "벌점에는 λ를 곱합니다.",
        ),
    ],
)
def sparse_autoencoder_loss(x, y, h, lam):
    reconstruction = ((x - y) ** 2).mean()
    penalty = lam * h.abs().sum()
    return {"reconstruction": reconstruction, "penalty": penalty, "loss": reconstruction + penalty}


@sparse_autoencoder_loss.oracle(
    "operator",
    "torch.nn.functional.mse_loss and torch.linalg.vector_norm",
    "torch.nn.functional.mse_loss, torch.linalg.vector_norm",
)
def _(x, y, h, lam):
    reconstruction = torch.nn.functional.mse_loss(y, x)
    penalty = torch.linalg.vector_norm(lam * h, ord=1)
    return {"reconstruction": reconstruction, "penalty": penalty, "loss": torch.add(reconstruction, penalty)}


@proof(
    "sparse-code",
    title=("A penalty on the code empties it", "코드에 준 벌점과 희소성"),
    statement=(
        "With an L1 penalty on a ReLU code most code units are 0 for each input, although the code is wider than the input.",
        "ReLU 코드에 L1 벌점을 주면 코드가 입력보다 넓어도 입력마다 대부분의 코드 유닛이 0이 된다.",
    ),
    symbols={},
    steps={
        "zeros_plain": step(
            en="share of code units at 0 without the penalty", ko="벌점이 없을 때 0인 코드 유닛의 비율"
        ),
        "zeros_sparse": step(en="share of code units at 0 with the penalty", ko="벌점이 있을 때 0인 코드 유닛의 비율"),
        "error_plain": step(
            en="error without the penalty, as a share of the variance", ko="벌점이 없을 때의 오차 (분산 대비)"
        ),
        "error_sparse": step(
            en="error with the penalty, as a share of the variance", ko="벌점이 있을 때의 오차 (분산 대비)"
        ),
        "alive": step(
            en="share of code units that some input uses, with the penalty",
            ko="벌점이 있을 때 어떤 입력이든 쓰는 코드 유닛의 비율",
        ),
    },
    result="zeros_sparse",
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), section 14.2.1",
    vectorized=False,
    claims=[
        claim("zeros_sparse > 0.7", "With the penalty most units are 0.", "벌점이 있으면 대부분의 유닛이 0이다."),
        claim("zeros_plain < 0.65", "Without it about half of them are.", "벌점이 없으면 절반쯤이 0이다."),
        claim("error_sparse > 2 * error_plain", "The penalty costs some accuracy.", "벌점은 정확도를 조금 희생한다."),
        claim("error_sparse < 0.2", "The input is still rebuilt.", "그래도 입력을 복원한다."),
        claim("alive > 0.5", "Different inputs use different units.", "입력마다 다른 유닛을 쓴다."),
    ],
    mistakes=[
        mistake(
            "better-reconstruction",
            "error_sparse < error_plain",
            "The penalty is a second goal; the reconstruction can only get worse on the training data.",
            "벌점은 두 번째 목표이므로 학습 데이터의 재구성은 나빠집니다.",
        ),
        mistake(
            "units-removed",
            "alive < 0.3",
            "The units are 0 for most inputs, each for different ones; they are not removed for good.",
            "유닛은 대부분의 입력에서 0일 뿐이며 입력마다 다릅니다. 아주 없어지는 것이 아닙니다.",
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
    title=("The best factor for removing noise", "잡음을 줄이는 최적의 배율"),
    statement=(
        "For a clean value of variance s and noise of variance v the best linear denoiser multiplies the noisy value by s / (s + v).",
        "깨끗한 값의 분산이 s, 잡음의 분산이 v이면 잡음 섞인 값에 s / (s + v)를 곱하는 것이 최적의 선형 복원이다.",
    ),
    symbols={
        "s": symbol("positive", "variance of the clean value (mean 0)", "깨끗한 값의 분산 (평균 0)"),
        "v": symbol("positive", "variance of the noise", "잡음의 분산"),
    },
    steps={
        "error_noisy": step("v"),
        "error_denoised": step("s * v / (s + v)"),
        "factor": step("s / (s + v)"),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), section 2.3.3",
    gradients=["s", "v"],
    mistakes=[
        mistake(
            "identity",
            "1",
            "Passing the noisy value on leaves all the noise: the target is the clean value.",
            "잡음 섞인 값을 그대로 내보내면 잡음이 모두 남습니다. 목표는 깨끗한 값입니다.",
        ),
        mistake(
            "noise-share",
            "v / (s + v)",
            "That is the share of the noise; the signal's share is to be kept.",
            "그것은 잡음의 비율입니다. 남겨야 할 것은 신호의 비율입니다.",
        ),
        mistake(
            "deviations",
            "sqrt(s) / (sqrt(s) + sqrt(v))",
            "The variances of independent parts add up, their deviations do not.",
            "독립인 값은 표준편차가 아니라 분산이 더해집니다.",
        ),
        mistake(
            "inverse",
            "(s + v) / s",
            "The fraction is upside down: noise is a reason to shrink the value.",
            "분자와 분모가 뒤집혔습니다. 잡음이 있으면 값을 줄여야 합니다.",
        ),
    ],
    claims=[claim("error_denoised < error_noisy", "Some of the noise is removed.", "잡음의 일부가 제거된다.")],
)
def best_linear_denoiser(s, v):
    factor = s / (s + v)
    return {"error_noisy": v.clone(), "error_denoised": (1 - factor) ** 2 * s + factor**2 * v, "factor": factor}


@best_linear_denoiser.oracle(
    "closed-form", "conditioning a two-dimensional Gaussian on the noisy value", "이차원 가우시안의 조건부 분포"
)
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
    title=("Noisy input, clean target", "잡음 섞인 입력과 깨끗한 목표"),
    statement=(
        "Trained from noisy inputs to clean targets, a narrow autoencoder removes noise from inputs it has never seen.",
        "잡음 섞인 입력에서 깨끗한 목표를 내도록 학습한 좁은 오토인코더는 처음 보는 입력에서도 잡음을 줄인다.",
    ),
    symbols={},
    steps={
        "error_noisy": step(en="mean squared error of the noisy inputs", ko="잡음 섞인 입력의 평균 제곱 오차"),
        "error_denoised": step(
            en="error of the network trained on clean targets", ko="깨끗한 목표로 학습한 신경망의 오차"
        ),
        "error_copying": step(
            en="error of a network as wide as its input, trained on the noisy targets",
            ko="코드가 입력만큼 넓고 잡음 섞인 목표로 학습한 신경망의 오차",
        ),
    },
    result="error_denoised",
    source="Vincent et al., Extracting and Composing Robust Features with Denoising Autoencoders (2008), section 2",
    vectorized=False,
    claims=[
        claim("error_denoised < 0.4 * error_noisy", "Most of the noise is gone.", "잡음이 대부분 사라진다."),
        claim(
            "error_copying > 0.9 * error_noisy", "A copy of the input keeps the noise.", "입력을 베끼면 잡음이 남는다."
        ),
    ],
    mistakes=[
        mistake(
            "noisy-target",
            "error_copying < error_denoised",
            "With the noisy input as its target the network may just copy it, noise and all.",
            "잡음 섞인 입력을 목표로 하면 신경망은 잡음까지 그대로 베낄 수 있습니다.",
        ),
        mistake(
            "useless-on-new-data",
            "error_denoised > error_noisy",
            "It learns where clean data lie, and that holds for new inputs too.",
            "깨끗한 데이터가 놓인 곳을 배우므로 새 입력에도 통합니다.",
        ),
    ],
)
def denoising_autoencoder(random):
    spread = torch.linalg.qr(random.normal(10, 2))[0] * 3  # clean data fill two of ten dimensions

    def sample(size):
        clean = random.normal(size, 2) @ spread.T
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
