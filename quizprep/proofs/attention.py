"""Proofs for the chapter attention."""

from __future__ import annotations

import math

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

VASWANI = "Vaswani et al., Attention Is All You Need (2017)"


def _number(like, value):
    """A whole number as a tensor of the same kind, so that formulas can use it."""
    return like.new_full((), value)


@proof(
    "scaled-dot-product-attention",
    title=("Scaled dot-product attention", "스케일드 닷 프로덕트 어텐션"),
    statement=(
        "Each query takes the average of the values, weighted by a softmax over its scaled dot products with the keys.",
        "각 쿼리는 키와의 내적을 √d_k로 나눠 softmax한 가중치로 값들을 평균한다.",
    ),
    symbols={
        "Q": symbol("matrix[n, d_k]", "queries, one a row", "쿼리 (한 행에 하나)"),
        "K": symbol("matrix[m, d_k]", "keys, one a row", "키 (한 행에 하나)"),
        "V": symbol("matrix[m, e]", "values, one a row", "값 (한 행에 하나)"),
    },
    steps={
        "d_k": step("len(K_1)", aliases=["d"]),
        "scores": step("Q K^T", aliases=["S"]),
        "scaled": step("scores / sqrt(d_k)"),
        "weights": step("softmax(scaled)", aliases=["A"]),
        "output": step("weights V", aliases=["Z", "O"]),
    },
    source=f"{VASWANI}, section 3.2.1",
    mistakes=[
        mistake(
            "missing-root",
            "softmax(Q K^T / d_k) V",
            "The scores are divided by d_k; the root is missing: it must be √d_k.",
            "점수를 d_k로 나눴습니다. 루트가 빠졌으며 √d_k로 나눠야 합니다.",
        ),
        mistake(
            "missing-scaling",
            "softmax(Q K^T) V",
            "The scores are not scaled: the division by √d_k is missing.",
            "점수를 스케일링하지 않았습니다. √d_k로 나누는 과정이 빠졌습니다.",
        ),
        mistake(
            "wrong-axis",
            "softmax(scaled, axis=0) V",
            "The softmax runs over the queries; it must run over the keys, so that each query's weights sum to 1.",
            "softmax를 쿼리 방향으로 취했습니다. 각 쿼리의 가중치 합이 1이 되도록 키 방향으로 취해야 합니다.",
        ),
        mistake(
            "multiplied",
            "softmax(Q K^T * sqrt(d_k)) V",
            "The scores are multiplied by √d_k; they must be divided by it.",
            "점수에 √d_k를 곱했습니다. 곱하지 말고 나눠야 합니다.",
        ),
        mistake(
            "scaled-too-late",
            "softmax(Q K^T) V / sqrt(d_k)",
            "The result is divided by √d_k after the softmax; the scores must be divided before it.",
            "softmax를 한 뒤 결과를 √d_k로 나눴습니다. softmax 전에 점수를 나눠야 합니다.",
        ),
        mistake(
            "missing-softmax",
            "scaled V",
            "The softmax is missing: the raw scores are used as weights.",
            "softmax가 빠져 점수를 그대로 가중치로 썼습니다.",
        ),
    ],
    claims=[
        claim(
            "max(abs(sum(weights, axis=1) - 1)) < 1e-9",
            "The weights of every query sum to 1.",
            "각 쿼리의 가중치 합은 1이다.",
        ),
    ],
    gradients=["Q", "K", "V"],
)
def scaled_dot_product_attention(Q, K, V):
    d_k = K.shape[-1]
    scores = Q @ K.T
    scaled = scores / d_k**0.5
    weights = scaled.softmax(dim=-1)
    return {"d_k": _number(K, d_k), "scores": scores, "scaled": scaled, "weights": weights, "output": weights @ V}


@scaled_dot_product_attention.oracle("operator", "torch.nn.functional.scaled_dot_product_attention")
def _(Q, K, V):
    return torch.nn.functional.scaled_dot_product_attention(Q, K, V)


@scaled_dot_product_attention.oracle(
    "brute-force", "loops over queries and keys", "쿼리와 키를 하나씩 도는 반복문", samples=16
)
def _(Q, K, V):
    def attend(query):
        factors = [torch.exp(sum(query * key) / math.sqrt(len(key))) for key in K]
        return sum(factor * value for factor, value in zip(factors, V, strict=True)) / sum(factors)

    return torch.stack([attend(query) for query in Q])


@proof(
    "attention-of-one-query",
    title=("Attention of one query", "쿼리 하나의 어텐션"),
    statement=(
        "A softmax turns the scaled scores of one query into weights; the output is the weighted mean of the values.",
        "한 쿼리의 스케일된 점수를 softmax로 가중치로 바꾸고, 값들의 가중 평균을 출력한다.",
    ),
    symbols={
        "s": symbol("vector[m]", "scores of the query with each key", "쿼리와 각 키의 점수", aliases=["scores"]),
        "v": symbol("vector[m]", "values (one number each)", "값 (각각 수 하나)", aliases=["values"]),
        "d_k": symbol("positive-count", "dimension of queries and keys", "쿼리와 키의 차원", aliases=["d"]),
    },
    steps={
        "scaled": step("s / sqrt(d_k)"),
        "weights": step("softmax(scaled)", aliases=["w"]),
        "output": step("weights · v", aliases=["z"]),
    },
    source=f"{VASWANI}, section 3.2.1",
    mistakes=[
        mistake(
            "plain-mean",
            "mean(v)",
            "That is the plain mean: the scores are ignored.",
            "단순 평균입니다. 점수를 반영하지 않았습니다.",
        ),
        mistake(
            "missing-softmax",
            "scaled · v",
            "The softmax is missing: the scores themselves are no weights.",
            "softmax가 빠졌습니다. 점수 자체는 가중치가 아닙니다.",
        ),
        mistake(
            "missing-scaling",
            "softmax(s) · v",
            "The scores are not divided by √d_k before the softmax.",
            "softmax 전에 점수를 √d_k로 나누지 않았습니다.",
        ),
        mistake(
            "missing-root",
            "softmax(s / d_k) · v",
            "The scores are divided by d_k instead of √d_k.",
            "점수를 √d_k가 아니라 d_k로 나눴습니다.",
        ),
        mistake(
            "only-exponentials",
            "exp(scaled) · v",
            "The exponentials are not normalised: divide them by their sum.",
            "지수 함수 값을 정규화하지 않았습니다. 그 합으로 나눠야 합니다.",
        ),
    ],
    claims=[
        claim(
            "min(weights) > 0 and abs(sum(weights) - 1) < 1e-9",
            "The weights are positive and sum to 1.",
            "가중치는 모두 양수이고 합이 1이다.",
        ),
        claim(
            "min(v) - 1e-9 <= output and output <= max(v) + 1e-9",
            "The output lies between the smallest and the largest value.",
            "출력은 가장 작은 값과 가장 큰 값 사이에 있다.",
        ),
    ],
)
def attention_of_one_query(s, v, d_k):
    scaled = s / d_k.sqrt()
    weights = scaled.softmax(dim=0)
    return {"scaled": scaled, "weights": weights, "output": weights @ v}


@attention_of_one_query.oracle("operator", "torch.nn.functional.scaled_dot_product_attention")
def _(s, v, d_k):
    keys = torch.eye(len(s))  # with unit vectors as keys the components of the query are its scores
    output = torch.nn.functional.scaled_dot_product_attention(s[None], keys, v[:, None], scale=float(d_k) ** -0.5)
    return output[0, 0]


@attention_of_one_query.oracle(
    "autograd", "slope of logsumexp along v, by autograd", "v 방향 logsumexp의 기울기 (자동 미분)"
)
def _(s, v, d_k):
    moved = torch.zeros((), requires_grad=True)
    return torch.autograd.grad(torch.logsumexp(s / d_k**0.5 + moved * v, dim=0), moved)[0]


@proof(
    "attention-score",
    title=("Attention score", "어텐션 점수"),
    statement=(
        "The score of a query and a key is their inner product, divided by √d_k before the softmax.",
        "쿼리와 키의 점수는 둘의 내적이며, softmax 전에 √d_k로 나눈다.",
    ),
    symbols={
        "q": symbol("vector[d_k]", "query", "쿼리"),
        "k": symbol("vector[d_k]", "key", "키"),
    },
    steps={
        "d_k": step("len(q)", aliases=["d"]),
        "score": step("q · k"),
        "scaled": step("score / sqrt(d_k)"),
    },
    source=f"{VASWANI}, section 3.2.1",
    mistakes=[
        mistake(
            "missing-root",
            "score / d_k",
            "The score is divided by d_k instead of √d_k.",
            "점수를 √d_k가 아니라 d_k로 나눴습니다.",
        ),
        mistake(
            "missing-scaling",
            "score",
            "The division by √d_k is missing.",
            "√d_k로 나누는 과정이 빠졌습니다.",
        ),
        mistake(
            "distance",
            "norm(q - k) / sqrt(d_k)",
            "That is a distance: small for similar vectors, where a score must be large.",
            "그것은 거리입니다. 비슷한 벡터일수록 작아지지만 점수는 커져야 합니다.",
        ),
        mistake(
            "divided-by-key-norm",
            "score / norm(k)",
            "The score is divided by the length of the key vector; the divisor is √d_k, the same for all keys.",
            "키 벡터의 크기로 나눴습니다. 모든 키에 대해 똑같이 √d_k로 나눠야 합니다.",
        ),
    ],
)
def attention_score(q, k):
    score = q @ k
    return {"d_k": _number(q, q.shape[0]), "score": score, "scaled": score / q.shape[0] ** 0.5}


@attention_score.oracle("closed-form", "the polarisation identity", "편극 항등식")
def _(q, k):
    score = ((q + k).square().sum() - (q - k).square().sum()) / 4
    return {"score": score, "scaled": score / math.sqrt(len(q))}


@attention_score.oracle("brute-force", "a loop over the components", "성분별 반복문")
def _(q, k):
    score = math.fsum(map(math.prod, zip(q.tolist(), k.tolist(), strict=True)))
    return {"score": torch.tensor(score), "scaled": torch.tensor(score / math.sqrt(len(q)))}


@proof(
    "self-attention",
    title=("Self-attention", "셀프 어텐션"),
    statement=(
        "In self-attention queries, keys and values are three learned projections of the same sequence.",
        "셀프 어텐션에서 쿼리, 키, 값은 같은 시퀀스를 학습된 행렬 세 개로 각각 사영한 것이다.",
    ),
    symbols={
        "X": symbol("matrix[n, d]", "tokens, one a row", "토큰 (한 행에 하나)"),
        "W_Q": symbol("matrix[d, d_k] of real in -2..2", "query projection", "쿼리 사영 행렬", aliases=["W_q"]),
        "W_K": symbol("matrix[d, d_k] of real in -2..2", "key projection", "키 사영 행렬", aliases=["W_k"]),
        "W_V": symbol("matrix[d, d_v] of real in -2..2", "value projection", "값 사영 행렬", aliases=["W_v"]),
    },
    steps={
        "queries": step("X W_Q", aliases=["Q"]),
        "keys": step("X W_K", aliases=["K"]),
        "values": step("X W_V", aliases=["V"]),
        "d_k": step("len(keys_1)"),
        "scores": step("queries keys^T", aliases=["S"]),
        "weights": step("softmax(scores / sqrt(d_k))", aliases=["A"]),
        "output": step("weights values", aliases=["Z"]),
    },
    source=f"{VASWANI}, sections 3.2.1 and 3.2.3",
    mistakes=[
        mistake(
            "queries-and-keys-swapped",
            "softmax(keys queries^T / sqrt(d_k)) values",
            "Queries and keys are swapped: rows belong to queries, columns to keys.",
            "쿼리와 키가 뒤바뀌었습니다. 행은 쿼리, 열은 키입니다.",
        ),
        mistake(
            "wrong-axis",
            "softmax(scores / sqrt(d_k), axis=0) values",
            "The softmax runs over the queries instead of the keys.",
            "softmax를 키 방향이 아니라 쿼리 방향으로 취했습니다.",
        ),
        mistake(
            "missing-root",
            "softmax(scores / d_k) values",
            "The scores are divided by d_k instead of √d_k.",
            "점수를 √d_k가 아니라 d_k로 나눴습니다.",
        ),
        mistake(
            "tokens-unprojected",
            "softmax(X X^T / sqrt(d_k)) values",
            "The tokens are compared without their query and key projections.",
            "쿼리와 키로 사영하지 않고 토큰끼리 그대로 비교했습니다.",
        ),
    ],
)
def self_attention(X, W_Q, W_K, W_V):
    queries, keys, values = X @ W_Q, X @ W_K, X @ W_V
    scores = queries @ keys.T
    weights = (scores / keys.shape[-1] ** 0.5).softmax(dim=-1)
    return {
        "queries": queries,
        "keys": keys,
        "values": values,
        "d_k": _number(X, keys.shape[-1]),
        "scores": scores,
        "weights": weights,
        "output": weights @ values,
    }


@self_attention.oracle("operator", "torch.nn.functional.scaled_dot_product_attention")
def _(X, W_Q, W_K, W_V):
    linear = torch.nn.functional.linear
    return torch.nn.functional.scaled_dot_product_attention(linear(X, W_Q.T), linear(X, W_K.T), linear(X, W_V.T))


@self_attention.oracle("brute-force", "one token after another", "토큰을 하나씩 처리", samples=16)
def _(X, W_Q, W_K, W_V):
    def encoded(token):
        # q·k = tokenᵀ (W_Q W_Kᵀ) other: no query or key is ever formed
        factors = [torch.exp(token @ (W_Q @ W_K.T) @ other / math.sqrt(W_K.shape[1])) for other in X]
        total = sum(factors)
        return sum(factor / total * (other @ W_V) for factor, other in zip(factors, X, strict=True))

    return torch.stack([encoded(token) for token in X])


@proof(
    "causal-attention",
    title=("Masked (causal) attention", "마스크드(인과) 어텐션"),
    statement=(
        "Adding −∞ (the log of 0) to the scores of later positions before the softmax gives them weight 0.",
        "softmax 전에 뒤쪽 위치의 점수에 −∞(0의 로그)를 더하면 그 가중치가 0이 된다.",
    ),
    symbols={
        "Q": symbol("matrix[n, d_k]", "queries, one a row", "쿼리 (한 행에 하나)"),
        "K": symbol("matrix[n, d_k]", "keys, one a row", "키 (한 행에 하나)"),
        "V": symbol("matrix[n, e]", "values, one a row", "값 (한 행에 하나)"),
    },
    steps={
        "d_k": step("len(K_1)", aliases=["d"]),
        "scaled": step("Q K^T / sqrt(d_k)"),
        "allowed": step(en="1 on and below the diagonal, 0 above", ko="대각선과 그 아래는 1, 위는 0", axes=2),
        "weights": step("softmax(scaled + log(allowed))", aliases=["A"]),
        "output": step("weights V", aliases=["Z"]),
    },
    source=f"{VASWANI}, section 3.2.3",
    mistakes=[
        mistake(
            "no-mask",
            "softmax(scaled) V",
            "There is no mask: every position sees the later ones.",
            "마스크가 없어 모든 위치가 뒤쪽 위치를 봅니다.",
        ),
        mistake(
            "scores-set-to-zero",
            "softmax(scaled ⊙ allowed) V",
            "The forbidden scores are set to 0, but e⁰ = 1: they still get weight.",
            "가려야 할 점수를 0으로 만들었지만 e⁰ = 1이므로 가중치가 여전히 남습니다.",
        ),
        mistake(
            "masked-after-softmax",
            "(allowed ⊙ softmax(scaled)) V",
            "The mask comes after the softmax: the remaining weights no longer sum to 1.",
            "softmax 뒤에 마스크를 씌워 남은 가중치의 합이 1이 되지 않습니다.",
        ),
        mistake(
            "past-masked",
            "softmax(scaled + log(allowed^T)) V",
            "The mask is transposed: it hides the past and shows the future.",
            "마스크가 전치되어 과거를 가리고 미래를 보여 줍니다.",
        ),
    ],
    claims=[
        claim(
            "max(abs(weights ⊙ (1 - allowed))) = 0",
            "Every weight above the diagonal is exactly 0.",
            "대각선 위의 가중치는 모두 정확히 0이다.",
        ),
        claim(
            "max(abs(sum(weights, axis=1) - 1)) < 1e-9",
            "Each row of weights still sums to 1.",
            "가중치의 각 행은 여전히 합이 1이다.",
        ),
    ],
)
def causal_attention(Q, K, V):
    scaled = Q @ K.T / K.shape[-1] ** 0.5
    allowed = torch.ones_like(scaled).tril()
    weights = (scaled + allowed.log()).softmax(dim=-1)
    return {
        "d_k": _number(K, K.shape[-1]),
        "scaled": scaled,
        "allowed": allowed,
        "weights": weights,
        "output": weights @ V,
    }


@causal_attention.oracle("operator", "scaled_dot_product_attention(is_causal=True)")
def _(Q, K, V):
    return torch.nn.functional.scaled_dot_product_attention(Q, K, V, is_causal=True)


@causal_attention.oracle(
    "brute-force", "unmasked attention on every prefix", "앞부분마다 마스크 없는 어텐션", samples=16
)
def _(Q, K, V):
    def last_output(length):
        return torch.softmax(K[:length] @ Q[length - 1] / math.sqrt(K.shape[1]), dim=0) @ V[:length]

    return torch.stack([last_output(length) for length in range(1, len(Q) + 1)])


@proof(
    "dot-product-variance",
    title=("Variance of the dot product", "내적의 분산"),
    statement=(
        "The dot product of two vectors with d_k independent components of mean 0 and standard deviation σ has variance d_k σ⁴.",
        "평균 0, 표준편차 σ인 독립 성분 d_k개로 된 두 벡터의 내적은 분산이 d_k σ⁴이다.",
    ),
    symbols={
        "d_k": symbol("positive-count", "number of components", "성분의 수", aliases=["d"]),
        "sigma": symbol("real in 0.25..2", "standard deviation of a component", "성분의 표준편차", aliases=["s"]),
    },
    steps={
        "product_variance": step("sigma^4"),
        "variance": step("d_k * product_variance"),
        "deviation": step("sqrt(variance)"),
        "scaled_variance": step("variance / sqrt(d_k)^2"),
    },
    result="variance",
    source=f"{VASWANI}, section 3.2.1, footnote 4",
    mistakes=[
        mistake(
            "deviation-for-variance",
            "sqrt(d_k) * sigma^2",
            "That is the standard deviation; the variance is its square.",
            "그것은 표준편차입니다. 분산은 그 제곱입니다.",
        ),
        mistake(
            "variances-added",
            "2 * d_k * sigma^2",
            "The variances of q and k are added; those of a product of independent zero-mean numbers multiply.",
            "q와 k의 분산을 더했습니다. 평균이 0인 독립 변수의 곱에서는 분산이 곱해집니다.",
        ),
        mistake(
            "one-component",
            "sigma^4",
            "That is the variance of one product; d_k independent products are added.",
            "그것은 곱 하나의 분산입니다. 독립인 곱 d_k개를 더합니다.",
        ),
        mistake(
            "length-squared",
            "d_k^2 * sigma^4",
            "That would hold for d_k equal products; independent ones add their variances.",
            "그것은 똑같은 곱 d_k개를 더할 때의 분산입니다. 독립이면 분산이 더해집니다.",
        ),
    ],
)
def dot_product_variance(d_k, sigma):
    product_variance = sigma**4
    variance = d_k * product_variance
    return {
        "product_variance": product_variance,
        "variance": variance,
        "deviation": variance.sqrt(),
        "scaled_variance": variance / d_k,
    }


@dot_product_variance.oracle(
    "brute-force", "all sums of ±σ·±σ with their probabilities", "±σ·±σ의 합을 확률과 함께 모두 나열", samples=16
)
def _(d_k, sigma):
    terms = int(d_k)
    positive = torch.arange(terms + 1) + 0.0  # how many of the d_k products are +σ²
    probability = torch.tensor([math.comb(terms, chosen) / 2**terms for chosen in range(terms + 1)])
    scores = (2 * positive - d_k) * sigma**2
    return {
        "product_variance": torch.stack([sigma * sigma, -sigma * sigma]).var(unbiased=False),
        "variance": probability @ scores.square(),
        "deviation": (probability @ scores.square()).sqrt(),
        "scaled_variance": probability @ (scores / d_k.sqrt()).square(),
    }


@dot_product_variance.oracle(
    "simulation", "10,000 pairs of normal vectors", "정규분포 벡터 10,000쌍", tolerance=0.1, samples=6
)
def _(d_k, sigma):
    generator = torch.Generator().manual_seed(int(d_k))
    draws = torch.randn(2, 10_000, int(d_k), generator=generator, device="cpu").to(d_k)
    scores = (draws[0] * sigma * draws[1] * sigma).sum(dim=-1)
    return {"variance": scores.var(), "scaled_variance": (scores / d_k.sqrt()).var()}


@proof(
    "softmax-saturation",
    title=("Large scores saturate the softmax", "점수가 크면 softmax가 포화된다"),
    statement=(
        "Without scaling, the softmax of long queries and keys puts nearly all weight on one key, and its "
        "derivative nearly vanishes.",
        "스케일링하지 않으면 긴 쿼리와 키의 softmax는 거의 모든 가중치를 키 하나에 몰아주고, 그 미분은 거의 0이 된다.",
    ),
    symbols={"d_k": symbol("size in 64..512", "dimension of queries and keys", "쿼리와 키의 차원")},
    steps={
        "top_raw": step(en="mean largest weight without scaling", ko="스케일링하지 않을 때 최대 가중치의 평균"),
        "top_scaled": step(en="mean largest weight with scores / √d_k", ko="√d_k로 나눌 때 최대 가중치의 평균"),
        "slope_raw": step(
            en="mean derivative w(1 − w) without scaling", ko="스케일링하지 않을 때 미분 w(1 − w)의 평균"
        ),
        "slope_scaled": step(en="mean derivative w(1 − w) with scaling", ko="스케일링할 때 미분 w(1 − w)의 평균"),
    },
    source=f"{VASWANI}, section 3.2.1",
    mistakes=[
        mistake(
            "raw-learns-faster",
            "slope_raw > slope_scaled",
            "Larger scores do not give larger gradients: the softmax is flat where one weight is near 1.",
            "점수가 크다고 기울기가 커지지 않습니다. 가중치 하나가 1에 가까우면 softmax는 평평합니다.",
        ),
        mistake(
            "raw-spreads",
            "top_raw < top_scaled",
            "Scaling spreads the weights; without it they concentrate.",
            "스케일링이 가중치를 고르게 합니다. 하지 않으면 한곳에 몰립니다.",
        ),
    ],
    claims=[
        claim(
            "top_raw > 0.8 and top_scaled < 0.6",
            "Without scaling one key takes nearly all the weight.",
            "스케일링하지 않으면 키 하나가 가중치를 거의 다 가져간다.",
        ),
        claim("slope_scaled > 2 * slope_raw", "Scaling keeps the derivative alive.", "스케일링하면 미분이 살아남는다."),
    ],
)
def softmax_saturation(d_k, random):
    queries, keys = random.normal(200, 1, d_k), random.normal(200, 8, d_k)
    scores = (queries * keys).sum(dim=-1)
    raw, scaled = scores.softmax(dim=-1), (scores / d_k**0.5).softmax(dim=-1)
    return {
        "top_raw": raw.amax(dim=-1).mean(),
        "top_scaled": scaled.amax(dim=-1).mean(),
        "slope_raw": (raw * (1 - raw)).mean(),
        "slope_scaled": (scaled * (1 - scaled)).mean(),
    }


@proof(
    "attention-magnitude",
    title=("Vector lengths change the weights", "벡터의 크기가 가중치를 바꾼다"),
    statement=(
        "Making queries and keys c times as long multiplies the scores by c² and sharpens the weights; cosine similarities stay.",
        "쿼리와 키를 c배로 늘이면 점수가 c²배가 되어 가중치가 날카로워지지만, 코사인 유사도는 그대로이다.",
    ),
    symbols={
        "q": symbol("vector[d_k]", "query", "쿼리"),
        "K": symbol("matrix[m, d_k]", "keys, one a row", "키 (한 행에 하나)"),
        "c": symbol("real in 1..3", "factor for query and keys", "쿼리와 키에 곱하는 배수"),
    },
    steps={
        "d_k": step("len(q)"),
        "scores": step("K q"),
        "weights": step("softmax(scores / sqrt(d_k))"),
        "louder_scores": step("c^2 * scores"),
        "louder_weights": step("softmax(louder_scores / sqrt(d_k))"),
    },
    source=f"{VASWANI}, section 3.2.1",
    mistakes=[
        mistake(
            "factor-once",
            "softmax(c * scores / sqrt(d_k))",
            "Both vectors grow: the scores grow by c², not by c.",
            "두 벡터가 모두 커지므로 점수는 c배가 아니라 c²배가 됩니다.",
        ),
        mistake(
            "unchanged",
            "softmax(scores / sqrt(d_k))",
            "The weights do change: a dot product, unlike a cosine, depends on the lengths.",
            "가중치는 바뀝니다. 내적은 코사인과 달리 벡터의 크기에 의존합니다.",
        ),
        mistake(
            "weights-multiplied",
            "c^2 * weights",
            "The factor belongs inside the softmax: weights always sum to 1.",
            "배수는 softmax 안에 들어가야 합니다. 가중치의 합은 항상 1입니다.",
        ),
    ],
    claims=[
        claim(
            "max(louder_weights) >= max(weights) - 1e-9",
            "The largest weight never shrinks.",
            "가장 큰 가중치는 줄어들지 않는다.",
        ),
    ],
)
def attention_magnitude(q, K, c):
    root = q.shape[0] ** 0.5
    scores = K @ q
    louder = c**2 * scores
    return {
        "d_k": _number(q, q.shape[0]),
        "scores": scores,
        "weights": (scores / root).softmax(dim=0),
        "louder_scores": louder,
        "louder_weights": (louder / root).softmax(dim=0),
    }


@attention_magnitude.oracle(
    "operator", "scaled_dot_product_attention on the longer vectors", "늘인 벡터로 scaled_dot_product_attention"
)
def _(q, K, c):
    attend = torch.nn.functional.scaled_dot_product_attention
    values = torch.eye(len(K))  # each weight comes out in a place of its own
    return {"weights": attend(q[None], K, values)[0], "louder_weights": attend((c * q)[None], c * K, values)[0]}


@proof(
    "attention-cost",
    title=("Shapes and cost of attention", "어텐션의 형태와 비용"),
    statement=(
        "n queries on m keys make n·m scores; the output has n rows, as long as the values.",
        "쿼리 n개와 키 m개는 점수 n·m개를 만들고, 출력은 값의 차원을 가진 행 n개이다.",
    ),
    symbols={
        "n": symbol("size in 1..4096", "number of queries", "쿼리의 수"),
        "m": symbol("size in 1..4096", "number of keys and values", "키와 값의 수"),
        "d_k": symbol("size in 1..128", "dimension of queries and keys", "쿼리와 키의 차원"),
        "d_v": symbol("size in 1..128", "dimension of values", "값의 차원"),
    },
    steps={
        "score_rows": step("n"),
        "score_columns": step("m"),
        "scores": step("score_rows * score_columns"),
        "output_rows": step("n"),
        "output_columns": step("d_v"),
        "output_size": step("output_rows * output_columns"),
        "multiplications": step("scores * d_k + scores * d_v"),
    },
    result="scores",
    source=f"{VASWANI}, section 4, table 1",
    mistakes=[
        mistake(
            "linear",
            "n + m",
            "Every query meets every key: the numbers multiply.",
            "모든 쿼리가 모든 키와 만나므로 곱해야 합니다.",
        ),
        mistake(
            "as-many-as-outputs",
            "n * d_v",
            "That is the size of the output, not of the score matrix.",
            "그것은 점수 행렬이 아니라 출력의 크기입니다.",
        ),
        mistake(
            "queries-with-queries",
            "n^2",
            "The queries meet the keys, not each other: n × m.",
            "쿼리는 쿼리끼리가 아니라 키와 만납니다. 크기는 n × m입니다.",
        ),
    ],
)
def attention_cost(n, m, d_k, d_v):
    return {
        "score_rows": n,
        "score_columns": m,
        "scores": n * m,
        "output_rows": n,
        "output_columns": d_v,
        "output_size": n * d_v,
        "multiplications": n * m * d_k + n * m * d_v,
    }


@attention_cost.oracle(
    "operator", "shapes of torch's products on the meta device", "meta 장치에서 torch 행렬곱의 형태", samples=6
)
def _(n, m, d_k, d_v):
    queries, keys, values = (torch.empty(shape, device="meta") for shape in ((n, d_k), (m, d_k), (m, d_v)))
    scores = queries @ keys.T
    output = scores @ values  # a softmax between the two keeps the shape
    return {
        "score_rows": scores.shape[0],
        "score_columns": scores.shape[1],
        "scores": scores.numel(),
        "output_rows": output.shape[0],
        "output_columns": output.shape[1],
        "output_size": output.numel(),
        # every entry of a matrix product takes as many multiplications as the inner axis is long
        "multiplications": scores.numel() * keys.shape[1] + output.numel() * scores.shape[1],
    }


@proof(
    "projection-parameters",
    title=("Weights of the query, key and value projections", "쿼리·키·값 사영의 가중치 수"),
    statement=(
        "Every token goes through the same W_Q, W_K and W_V, so their number of weights does not depend on the number of tokens.",
        "모든 토큰이 같은 W_Q, W_K, W_V를 쓰므로 가중치 수는 토큰 수와 무관하다.",
    ),
    symbols={
        "n": symbol("size in 1..4096", "number of tokens", "토큰의 수"),
        "d": symbol("size in 1..1024", "dimension of a token", "토큰의 차원", aliases=["d_model"]),
        "d_k": symbol("size in 1..128", "dimension of queries and keys", "쿼리와 키의 차원"),
        "d_v": symbol("size in 1..128", "dimension of values", "값의 차원"),
    },
    steps={
        "projected": step("n * (2 * d_k + d_v)"),
        "parameters": step("2 * d * d_k + d * d_v"),
    },
    source=f"{VASWANI}, section 3.2.2",
    mistakes=[
        mistake(
            "own-matrices-per-token",
            "n * (2 * d * d_k + d * d_v)",
            "The matrices are shared: a longer sequence brings no new weights.",
            "행렬은 공유됩니다. 시퀀스가 길어져도 가중치가 늘지 않습니다.",
        ),
        mistake(
            "values-forgotten",
            "2 * d * d_k",
            "The value projection W_V is missing.",
            "값 사영 W_V가 빠졌습니다.",
        ),
        mistake(
            "lengths-added",
            "3 * d + 2 * d_k + d_v",
            "A matrix from d to d_k dimensions has d · d_k weights, not d + d_k.",
            "d차원을 d_k차원으로 보내는 행렬의 가중치는 d + d_k개가 아니라 d · d_k개입니다.",
        ),
    ],
)
def projection_parameters(n, d, d_k, d_v):
    return {"projected": n * (2 * d_k + d_v), "parameters": 2 * d * d_k + d * d_v}


@projection_parameters.oracle(
    "operator", "three torch.nn.Linear on n tokens (meta device)", "토큰 n개에 적용한 torch.nn.Linear 세 개 (meta 장치)"
)
def _(n, d, d_k, d_v):
    with torch.device("meta"):
        layers = [torch.nn.Linear(d, width, bias=False) for width in (d_k, d_k, d_v)]
        tokens = torch.empty(n, d)
    return {
        "projected": sum(layer(tokens).numel() for layer in layers),
        "parameters": sum(layer.weight.numel() for layer in layers),
    }


@proof(
    "multi-head-parameters",
    title=("Sizes in multi-head attention", "멀티헤드 어텐션의 크기"),
    statement=(
        "h heads of size d/h together have as many weights as one head of size d: 4 d² with the output projection.",
        "크기 d/h인 헤드 h개의 가중치 수는 크기 d인 헤드 하나와 같으며, 출력 사영까지 4d²이다.",
    ),
    symbols={
        "d": symbol("positive-count", "model dimension", "모델 차원", aliases=["d_model"]),
        "h": symbol("positive-count in 1..16", "number of heads", "헤드의 수"),
    },
    where=["d mod h = 0"],
    steps={
        "head_size": step("d / h", aliases=["d_h", "d_k"]),
        "per_head": step("3 * d * head_size"),
        "output_projection": step("h * head_size * d"),
        "weights": step("h * per_head + output_projection"),
        "biases": step("4 * d"),
        "parameters": step("weights + biases"),
    },
    source=f"{VASWANI}, section 3.2.2",
    mistakes=[
        mistake(
            "heads-of-full-size",
            "3 * h * d^2 + h * d * d + 4 * d",
            "The heads are not of size d each: they share the d dimensions, d/h each.",
            "각 헤드의 크기는 d가 아닙니다. d차원을 나눠 d/h씩 갖습니다.",
        ),
        mistake(
            "output-projection-forgotten",
            "3 * d^2 + 3 * d",
            "The output projection W_O with its bias is missing.",
            "출력 사영 W_O와 그 편향이 빠졌습니다.",
        ),
        mistake(
            "only-one-head",
            "per_head + output_projection + 4 * d",
            "The projections of only one head are counted.",
            "헤드 하나의 사영만 셌습니다.",
        ),
        mistake(
            "biases-forgotten",
            "4 * d^2",
            "The biases of the four projections are missing.",
            "네 사영의 편향이 빠졌습니다.",
        ),
    ],
)
def multi_head_parameters(d, h):
    head_size = d / h
    per_head = 3 * d * head_size
    output_projection = h * head_size * d
    weights = h * per_head + output_projection
    return {
        "head_size": head_size,
        "per_head": per_head,
        "output_projection": output_projection,
        "weights": weights,
        "biases": 4 * d,
        "parameters": weights + 4 * d,
    }


@multi_head_parameters.oracle(
    "operator", "torch.nn.MultiheadAttention (meta device)", "torch.nn.MultiheadAttention (meta 장치)", samples=24
)
def _(d, h):
    with torch.device("meta"):
        layer = torch.nn.MultiheadAttention(int(d), int(h))
    sizes = {name: parameter.numel() for name, parameter in layer.named_parameters()}
    return {
        "head_size": layer.head_dim,
        "output_projection": sizes["out_proj.weight"],
        "biases": sizes["in_proj_bias"] + sizes["out_proj.bias"],
        "parameters": sum(sizes.values()),
    }


@proof(
    "multi-head-attention",
    title=("Multi-head attention with two heads", "헤드 두 개의 멀티헤드 어텐션"),
    statement=(
        "Each head attends in its own part of the projected dimensions; the outputs are concatenated and multiplied by W_O.",
        "각 헤드는 사영된 차원 가운데 자기 몫에서 어텐션을 하고, 그 출력들을 이어 붙여 W_O를 곱한다.",
    ),
    symbols={
        "X": symbol("matrix[n, d] of real in -2..2", "tokens, one a row", "토큰 (한 행에 하나)"),
        "W_Q": symbol(
            "matrix[d, d] of real in -1..1",
            "query projections of both heads, side by side",
            "두 헤드의 쿼리 사영을 나란히 둔 것",
        ),
        "W_K": symbol("matrix[d, d] of real in -1..1", "key projections of both heads", "두 헤드의 키 사영"),
        "W_V": symbol("matrix[d, d] of real in -1..1", "value projections of both heads", "두 헤드의 값 사영"),
        "W_O": symbol("matrix[d, d] of real in -1..1", "output projection", "출력 사영"),
    },
    lengths={"d": 4},
    steps={
        "maps": step(en="softmax(Q_i K_iᵀ / √2) of both heads", ko="두 헤드의 softmax(Q_i K_iᵀ / √2)", axes=3),
        "difference": step("max(abs(maps_1 - maps_2))"),
        "heads": step(
            en="outputs of head 1 and head 2 side by side", ko="헤드 1과 헤드 2의 출력을 이어 붙인 것", axes=2
        ),
        "output": step("heads W_O"),
    },
    source=f"{VASWANI}, section 3.2.2",
    mistakes=[
        mistake(
            "one-big-head",
            "softmax(X W_Q (X W_K)^T / 2) X W_V W_O",
            "That is one head of size 4: there is one attention map instead of one for each head.",
            "그것은 크기 4인 헤드 하나입니다. 헤드마다 있어야 할 어텐션 맵이 하나뿐입니다.",
        ),
        mistake(
            "output-projection-forgotten",
            "heads",
            "The concatenated heads still have to be multiplied by W_O.",
            "이어 붙인 헤드에 W_O를 곱해야 합니다.",
        ),
        mistake(
            "maps-averaged",
            "(maps_1 + maps_2) / 2 X W_V W_O",
            "The heads' maps are averaged; each head must use its own map on its own values.",
            "헤드들의 맵을 평균했습니다. 각 헤드는 자기 맵을 자기 값에 써야 합니다.",
        ),
    ],
)
def multi_head_attention(X, W_Q, W_K, W_V, W_O):
    queries, keys, values = ((X @ W).unflatten(1, (2, 2)).transpose(0, 1) for W in (W_Q, W_K, W_V))  # [head, n, 2]
    maps = (queries @ keys.transpose(1, 2) / 2**0.5).softmax(dim=-1)
    heads = (maps @ values).transpose(0, 1).flatten(1)
    return {"maps": maps, "difference": (maps[0] - maps[1]).abs().max(), "heads": heads, "output": heads @ W_O}


@multi_head_attention.oracle("operator", "torch.nn.functional.multi_head_attention_forward", samples=24)
def _(X, W_Q, W_K, W_V, W_O):
    output, maps = torch.nn.functional.multi_head_attention_forward(
        X,
        X,
        X,
        4,
        2,
        torch.cat([W_Q.T, W_K.T, W_V.T]),
        torch.zeros(12),
        None,
        None,
        False,
        0.0,
        W_O.T,
        torch.zeros(4),
        average_attn_weights=False,
    )
    return {"maps": maps, "difference": maps.diff(dim=0).abs().max(), "output": output}


@multi_head_attention.oracle(
    "closed-form",
    "sum over the heads of head times its rows of W_O",
    "헤드마다 W_O의 해당 행을 곱해 더하기",
    samples=24,
)
def _(X, W_Q, W_K, W_V, W_O):
    parts = [slice(0, 2), slice(2, 4)]
    attend = torch.nn.functional.scaled_dot_product_attention
    return sum(attend(X @ W_Q[:, part], X @ W_K[:, part], X @ W_V[:, part]) @ W_O[part] for part in parts)


@proof(
    "attention-reach",
    title=("Attention bridges any distance", "어텐션은 거리에 상관없이 이어진다"),
    statement=(
        "From the last output to the first token, the gradient of a recurrent network vanishes; that of attention does not.",
        "마지막 출력에서 첫 토큰까지의 기울기가 순환 신경망에서는 사라지지만 어텐션에서는 사라지지 않는다.",
    ),
    symbols={},
    steps={
        "recurrent_near": step(
            en="RNN: gradient at the 10 tokens before the last", ko="RNN: 마지막 직전 토큰 10개의 기울기"
        ),
        "recurrent_far": step(en="RNN: gradient at the first 10 tokens", ko="RNN: 처음 토큰 10개의 기울기"),
        "attention_near": step(
            en="attention: gradient at the 10 tokens before the last", ko="어텐션: 마지막 직전 토큰 10개의 기울기"
        ),
        "attention_far": step(en="attention: gradient at the first 10 tokens", ko="어텐션: 처음 토큰 10개의 기울기"),
        "recurrent_ratio": step("recurrent_far / recurrent_near"),
        "attention_ratio": step("attention_far / attention_near"),
    },
    source="Bahdanau, Cho and Bengio, Neural Machine Translation by Jointly Learning to Align and Translate (2015); "
    "Vaswani et al. (2017), section 4",
    mistakes=[
        mistake(
            "attention-fades-with-distance",
            "attention_ratio < 0.1",
            "Attention has no notion of distance: far and near tokens are both one step away.",
            "어텐션에는 거리 개념이 없습니다. 먼 토큰도 가까운 토큰도 한 단계 거리입니다.",
        ),
        mistake(
            "recurrence-keeps-the-start",
            "recurrent_ratio > 0.5",
            "The gradient shrinks at each recurrent step.",
            "기울기는 순환 단계마다 줄어듭니다.",
        ),
    ],
    claims=[
        claim(
            "recurrent_ratio < 0.01", "The recurrent gradient has all but vanished.", "순환망의 기울기는 거의 사라진다."
        ),
        claim(
            "attention_ratio > 0.1",
            "In attention, far tokens have gradients about as large as near ones.",
            "어텐션에서는 먼 토큰의 기울기도 가까운 토큰만큼 크다.",
        ),
    ],
)
def attention_reach(random):
    tokens = random.normal(50, 8).requires_grad_()
    recurrent, inward = 0.8 * torch.linalg.qr(random.normal(8, 8))[0], random.normal(8, 8) / 8**0.5

    def recurrence(x):
        state = torch.zeros(8)
        for token in x:
            state = torch.tanh(recurrent @ state + inward @ token)
        return state.sum()

    def attention(x):
        return (torch.softmax(x @ x[-1] / 8**0.5, dim=0) @ x).sum()

    def reach(model):
        sizes = torch.autograd.grad(model(tokens), tokens)[0].norm(dim=1)
        return sizes[-11:-1].mean(), sizes[:10].mean()

    (recurrent_near, recurrent_far), (attention_near, attention_far) = reach(recurrence), reach(attention)
    return {
        "recurrent_near": recurrent_near,
        "recurrent_far": recurrent_far,
        "attention_near": attention_near,
        "attention_far": attention_far,
        "recurrent_ratio": recurrent_far / recurrent_near,
        "attention_ratio": attention_far / attention_near,
    }


@proof(
    "contextual-encoding",
    title=("Context decides the encoding", "문맥이 인코딩을 정한다"),
    statement=(
        "Self-attention gives the same token another vector in another sentence; an embedding table never does.",
        "셀프 어텐션은 같은 토큰에도 문장이 다르면 다른 벡터를 주지만, 임베딩 표는 항상 같은 벡터를 준다.",
    ),
    symbols={},
    steps={
        "table_change": step(en="change of the token's embedding", ko="토큰 임베딩의 변화"),
        "attention_change": step(
            en="relative change of its output of self-attention", ko="셀프 어텐션 출력의 상대 변화"
        ),
        "last_layer_change": step(en="change of a token-wise linear layer's output", ko="토큰별 선형 층 출력의 변화"),
    },
    source="Peters et al., Deep contextualized word representations (2018), section 1",
    mistakes=[
        mistake(
            "same-token-same-output",
            "attention_change < 1e-6",
            "The output mixes in the neighbours' values, so it changes with them.",
            "출력에는 이웃 토큰의 값이 섞이므로 이웃이 바뀌면 함께 바뀝니다.",
        ),
        mistake(
            "table-knows-context",
            "table_change > 1e-6",
            "A table looks one token up at a time and sees no neighbours.",
            "임베딩 표는 토큰을 하나씩 찾을 뿐 이웃을 보지 않습니다.",
        ),
    ],
    claims=[
        claim(
            "table_change = 0 and last_layer_change = 0",
            "Neither the table nor a token-wise layer sees the context.",
            "임베딩 표도 토큰별 층도 문맥을 보지 못한다.",
        ),
        claim("attention_change > 0.02", "Self-attention does.", "셀프 어텐션은 문맥을 본다."),
    ],
)
def contextual_encoding(random):
    table, W_Q, W_K, W_V = random.normal(20, 8), *(random.normal(8, 8) / 8**0.5 for _ in range(3))
    words = (1 + random.permutation(19)).tolist()
    one, other = table[[0, *words[:5]]], table[[0, *words[5:10]]]  # token 0 among different neighbours

    def encoded(x):
        return torch.nn.functional.scaled_dot_product_attention(x @ W_Q, x @ W_K, x @ W_V)[0]

    return {
        "table_change": (one[0] - other[0]).norm(),
        "attention_change": (encoded(one) - encoded(other)).norm() / encoded(one).norm(),
        "last_layer_change": ((one @ W_V)[0] - (other @ W_V)[0]).norm(),
    }


@proof(
    "multi-head-attention-on-the-cpu",
    title=("Multi-head attention needs no GPU", "멀티헤드 어텐션에 GPU가 꼭 필요하지는 않다"),
    statement=(
        "Multi-head attention is ordinary matrix arithmetic: a CPU computes it, a GPU only computes it faster.",
        "멀티헤드 어텐션은 평범한 행렬 연산이므로 CPU로도 계산되며, GPU는 더 빠를 뿐이다.",
    ),
    symbols={},
    steps={
        "on_cpu": step(en="1 where the output lies in the CPU's memory", ko="출력이 CPU 메모리에 있으면 1"),
        "finite": step(en="share of finite numbers in the output", ko="출력 가운데 유한한 수의 비율"),
        "rows": step(en="number of encoded tokens", ko="인코딩된 토큰의 수"),
    },
    source=f"{VASWANI}, section 3.2.2",
    mistakes=[
        mistake(
            "needs-a-gpu",
            "on_cpu < 1 or finite < 1",
            "It ran on the CPU: nothing in it needs a GPU.",
            "CPU에서 실행됐습니다. GPU가 있어야만 하는 연산은 없습니다.",
        ),
    ],
    claims=[
        claim(
            "on_cpu = 1 and finite = 1 and rows = 128",
            "128 tokens are encoded by 8 heads on the CPU.",
            "헤드 8개가 토큰 128개를 CPU에서 인코딩한다.",
        ),
    ],
)
def multi_head_attention_on_the_cpu(random):
    tokens, projections = random.normal(128, 64).cpu(), random.normal(4, 64, 64).cpu() / 8
    queries, keys, values = ((tokens @ W).unflatten(1, (8, 8)).transpose(0, 1) for W in projections[:3])
    heads = torch.nn.functional.scaled_dot_product_attention(queries, keys, values)
    output = heads.transpose(0, 1).flatten(1) @ projections[3]
    return {
        "on_cpu": float(output.device.type == "cpu"),
        "finite": output.isfinite().float().mean(),
        "rows": len(output),
    }
