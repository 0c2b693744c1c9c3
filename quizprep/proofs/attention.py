"""Proofs for the chapter attention."""

from __future__ import annotations

import math

from quizprep.citations import VASWANI
from quizprep.lazy import torch
from quizprep.picture import bars, cells
from quizprep.proofs import claim, mistake, proof, step, symbol


def _number(like, value):
    """A whole number as a tensor of the same kind, so that formulas can use it."""
    return like.new_full((), value)


@proof(
    "scaled-dot-product-attention",
    title="Scaled dot-product attention",
    statement=(
        "Each query takes the average of the values, weighted by a softmax over its scaled dot products with the keys."
    ),
    symbols={
        "Q": symbol("matrix[n, d_k]", "queries, one a row"),
        "K": symbol("matrix[m, d_k]", "keys, one a row"),
        "V": symbol("matrix[m, e]", "values, one a row"),
    },
    steps={
        "d_k": step("len(K_1)", aliases=["d"]),
        "scores": step("Q K^T", aliases=["S"]),
        "scaled": step("scores / sqrt(d_k)"),
        "weights": step("softmax(scaled)", aliases=["A"]),
        "output": step("weights V", aliases=["Z", "O"]),
    },
    heads={"Attention(Q, K, V)": "output"},
    source=f"{VASWANI}, section 3.2.1",
    mistakes=[
        mistake(
            "missing-root",
            "softmax(Q K^T / d_k) V",
            "The scores are divided by d_k; the root is missing: it must be √d_k.",
        ),
        mistake("missing-scaling", "softmax(Q K^T) V", "The scores are not scaled: the division by √d_k is missing."),
        mistake(
            "wrong-axis",
            "softmax(scaled, axis=0) V",
            "The softmax runs over the queries; it must run over the keys, so that each query's weights sum to 1.",
        ),
        mistake(
            "multiplied",
            "softmax(Q K^T * sqrt(d_k)) V",
            "The scores are multiplied by √d_k; they must be divided by it.",
        ),
        mistake(
            "scaled-too-late",
            "softmax(Q K^T) V / sqrt(d_k)",
            "The result is divided by √d_k after the softmax; the scores must be divided before it.",
        ),
        mistake("missing-softmax", "scaled V", "The softmax is missing: the raw scores are used as weights."),
        mistake(
            "scores-scaled",
            "Q K^T / sqrt(d_k)",
            "The division by √d_k already stands in what is called the scores here.",
            of="scores",
            variant=True,
        ),
    ],
    claims=[
        claim("max(abs(sum(weights, axis=1) - 1)) < 1e-9", "The weights of every query sum to 1."),
    ],
    gradients=["Q", "K", "V"],
    picture=cells("weights", rows="Q", columns="K"),
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


@scaled_dot_product_attention.oracle("brute-force", "loops over queries and keys", samples=16)
def _(Q, K, V):
    def attend(query):
        factors = [torch.exp(sum(query * key) / math.sqrt(len(key))) for key in K]
        return sum(factor * value for factor, value in zip(factors, V, strict=True)) / sum(factors)

    return torch.stack([attend(query) for query in Q])


@proof(
    "attention-of-one-query",
    title="Attention of one query",
    statement=(
        "A softmax turns the scaled scores of one query into weights; the output is the weighted mean of the values."
    ),
    symbols={
        "s": symbol("vector[m]", "scores of the query with each key", aliases=["scores"]),
        "v": symbol("vector[m]", "values (one number each)", aliases=["values"]),
        "d_k": symbol("positive-count", "dimension of queries and keys", aliases=["d"]),
    },
    steps={
        "scaled": step("s / sqrt(d_k)"),
        "weights": step("softmax(scaled)", aliases=["w"]),
        "output": step("weights · v", aliases=["z"]),
    },
    source=f"{VASWANI}, section 3.2.1",
    mistakes=[
        mistake("plain-mean", "mean(v)", "That is the plain mean: the scores are ignored."),
        mistake("missing-softmax", "scaled · v", "The softmax is missing: the scores themselves are no weights."),
        mistake("missing-scaling", "softmax(s) · v", "The scores are not divided by √d_k before the softmax."),
        mistake("missing-root", "softmax(s / d_k) · v", "The scores are divided by d_k instead of √d_k."),
        mistake(
            "only-exponentials", "exp(scaled) · v", "The exponentials are not normalised: divide them by their sum."
        ),
    ],
    claims=[
        claim("min(weights) > 0 and abs(sum(weights) - 1) < 1e-9", "The weights are positive and sum to 1."),
        claim(
            "min(v) - 1e-9 <= output and output <= max(v) + 1e-9",
            "The output lies between the smallest and the largest value.",
        ),
    ],
    picture=bars("s", "weights"),
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


@attention_of_one_query.oracle("autograd", "slope of logsumexp along v, by autograd")
def _(s, v, d_k):
    moved = torch.zeros((), requires_grad=True)
    return torch.autograd.grad(torch.logsumexp(s / d_k**0.5 + moved * v, dim=0), moved)[0]


@proof(
    "attention-score",
    title="Attention score",
    statement="The score of a query and a key is their inner product, divided by √d_k before the softmax.",
    symbols={
        "q": symbol("vector[d_k]", "query"),
        "k": symbol("vector[d_k]", "key"),
    },
    steps={
        "d_k": step("len(q)", aliases=["d"]),
        "score": step("q · k"),
        "scaled": step("score / sqrt(d_k)"),
    },
    source=f"{VASWANI}, section 3.2.1",
    mistakes=[
        mistake("missing-root", "score / d_k", "The score is divided by d_k instead of √d_k."),
        mistake("missing-scaling", "score", "The division by √d_k is missing."),
        mistake(
            "distance",
            "norm(q - k) / sqrt(d_k)",
            "That is a distance: small for similar vectors, where a score must be large.",
        ),
        mistake(
            "divided-by-key-norm",
            "score / norm(k)",
            "The score is divided by the length of the key vector; the divisor is √d_k, the same for all keys.",
        ),
    ],
)
def attention_score(q, k):
    score = q @ k
    return {"d_k": _number(q, q.shape[0]), "score": score, "scaled": score / q.shape[0] ** 0.5}


@attention_score.oracle("closed-form", "the polarisation identity")
def _(q, k):
    score = ((q + k).square().sum() - (q - k).square().sum()) / 4
    return {"score": score, "scaled": score / math.sqrt(len(q))}


@attention_score.oracle("brute-force", "a loop over the components")
def _(q, k):
    score = math.fsum(map(math.prod, zip(q.tolist(), k.tolist(), strict=True)))
    return {"score": torch.tensor(score), "scaled": torch.tensor(score / math.sqrt(len(q)))}


@proof(
    "self-attention",
    title="Self-attention",
    statement="In self-attention queries, keys and values are three learned projections of the same sequence.",
    symbols={
        "X": symbol("matrix[n, d]", "tokens, one a row"),
        "W_Q": symbol("matrix[d, d_k] of real in -2..2", "query projection", aliases=["W_q"]),
        "W_K": symbol("matrix[d, d_k] of real in -2..2", "key projection", aliases=["W_k"]),
        "W_V": symbol("matrix[d, d_v] of real in -2..2", "value projection", aliases=["W_v"]),
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
    notations=[
        {"Attention(A, B, C)": "softmax(A B^T / sqrt(d_k)) C"},
        {"Attention(A, B, C)": "softmax(A B^T / sqrt(d_k)) C", **dict.fromkeys(("Q", "K", "V"), "X")},
    ],
    source=f"{VASWANI}, sections 3.2.1 and 3.2.3",
    mistakes=[
        mistake(
            "queries-and-keys-swapped",
            "softmax(keys queries^T / sqrt(d_k)) values",
            "Queries and keys are swapped: rows belong to queries, columns to keys.",
        ),
        mistake(
            "wrong-axis",
            "softmax(scores / sqrt(d_k), axis=0) values",
            "The softmax runs over the queries instead of the keys.",
        ),
        mistake("missing-root", "softmax(scores / d_k) values", "The scores are divided by d_k instead of √d_k."),
        mistake(
            "tokens-unprojected",
            "softmax(X X^T / sqrt(d_k)) values",
            "The tokens are compared without their query and key projections.",
        ),
    ],
    picture=cells("weights", rows="queries", columns="keys"),
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


@self_attention.oracle("brute-force", "one token after another", samples=16)
def _(X, W_Q, W_K, W_V):
    def encoded(token):
        # q·k = tokenᵀ (W_Q W_Kᵀ) other: no query or key is ever formed
        factors = [torch.exp(token @ (W_Q @ W_K.T) @ other / math.sqrt(W_K.shape[1])) for other in X]
        total = sum(factors)
        return sum(factor / total * (other @ W_V) for factor, other in zip(factors, X, strict=True))

    return torch.stack([encoded(token) for token in X])


@proof(
    "causal-attention",
    title="Masked (causal) attention",
    statement="Adding −∞ (the log of 0) to the scores of later positions before the softmax gives them weight 0.",
    symbols={
        "Q": symbol("matrix[n, d_k]", "queries, one a row"),
        "K": symbol("matrix[n, d_k]", "keys, one a row"),
        "V": symbol("matrix[n, e]", "values, one a row"),
    },
    steps={
        "d_k": step("len(K_1)", aliases=["d"]),
        "scaled": step("Q K^T / sqrt(d_k)"),
        "allowed": step(note="1 on and below the diagonal, 0 above", axes=2),
        "weights": step("softmax(scaled + log(allowed))", aliases=["A"]),
        "output": step("weights V", aliases=["Z"]),
    },
    heads={"Attention(Q, K, V)": "output"},
    source=f"{VASWANI}, section 3.2.3",
    mistakes=[
        mistake("no-mask", "softmax(scaled) V", "There is no mask: every position sees the later ones."),
        mistake(
            "scores-set-to-zero",
            "softmax(scaled ⊙ allowed) V",
            "The forbidden scores are set to 0, but e⁰ = 1: they still get weight.",
        ),
        mistake(
            "masked-after-softmax",
            "(allowed ⊙ softmax(scaled)) V",
            "The mask comes after the softmax: the remaining weights no longer sum to 1.",
        ),
        mistake(
            "past-masked",
            "softmax(scaled + log(allowed^T)) V",
            "The mask is transposed: it hides the past and shows the future.",
        ),
    ],
    claims=[
        claim("max(abs(weights ⊙ (1 - allowed))) = 0", "Every weight above the diagonal is exactly 0."),
        claim("max(abs(sum(weights, axis=1) - 1)) < 1e-9", "Each row of weights still sums to 1."),
    ],
    notations=[{"M": "log(allowed)"}, {"mask": "log(allowed)"}],
    picture=cells("weights", rows="Q", columns="K"),
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


@causal_attention.oracle("brute-force", "unmasked attention on every prefix", samples=16)
def _(Q, K, V):
    def last_output(length):
        return torch.softmax(K[:length] @ Q[length - 1] / math.sqrt(K.shape[1]), dim=0) @ V[:length]

    return torch.stack([last_output(length) for length in range(1, len(Q) + 1)])


@proof(
    "dot-product-variance",
    title="Variance of the dot product",
    statement=(
        "The dot product of two vectors with d_k independent components of mean 0 and standard deviation "
        "σ has variance d_k σ⁴."
    ),
    symbols={
        "d_k": symbol("positive-count", "number of components", aliases=["d"]),
        "sigma": symbol("real in 0.25..2", "standard deviation of a component", aliases=["s"]),
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
        ),
        mistake(
            "variances-added",
            "2 * d_k * sigma^2",
            "The variances of q and k are added; those of a product of independent zero-mean numbers multiply.",
        ),
        mistake("one-component", "sigma^4", "That is the variance of one product; d_k independent products are added."),
        mistake(
            "length-squared",
            "d_k^2 * sigma^4",
            "That would hold for d_k equal products; independent ones add their variances.",
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


@dot_product_variance.oracle("brute-force", "all sums of ±σ·±σ with their probabilities", samples=16)
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


@dot_product_variance.oracle("simulation", "10,000 pairs of normal vectors", tolerance=0.1, samples=6)
def _(d_k, sigma):
    generator = torch.Generator().manual_seed(int(d_k))
    draws = torch.randn(2, 10_000, int(d_k), generator=generator, device="cpu").to(d_k)
    scores = (draws[0] * sigma * draws[1] * sigma).sum(dim=-1)
    return {"variance": scores.var(), "scaled_variance": (scores / d_k.sqrt()).var()}


@proof(
    "softmax-saturation",
    title="Large scores saturate the softmax",
    statement=(
        "Without scaling, the softmax of long queries and keys puts nearly all weight on one key, and its "
        "derivative nearly vanishes."
    ),
    symbols={"d_k": symbol("size in 64..512", "dimension of queries and keys")},
    steps={
        "top_raw": step(note="mean largest weight without scaling", within=(0.8, 1.03)),
        "top_scaled": step(note="mean largest weight with scores / √d_k", within=(0.331, 0.39)),
        "slope_raw": step(note="mean derivative w(1 − w) without scaling"),
        "slope_scaled": step(note="mean derivative w(1 − w) with scaling", within=(0.0937, 0.0984)),
    },
    source=f"{VASWANI}, section 3.2.1",
    mistakes=[
        mistake(
            "raw-learns-faster",
            "slope_raw > slope_scaled",
            "Larger scores do not give larger gradients: the softmax is flat where one weight is near 1.",
        ),
        mistake("raw-spreads", "top_raw < top_scaled", "Scaling spreads the weights; without it they concentrate."),
    ],
    claims=[
        claim("top_raw > 0.8 and top_scaled < 0.6", "Without scaling one key takes nearly all the weight."),
        claim(
            "slope_raw <= (1 - top_raw^2) / 8 and slope_scaled <= (1 - top_scaled^2) / 8",
            "The derivatives of all 8 weights together are 1 − Σw², at most 1 less the square of the largest.",
        ),
        claim("slope_scaled > 2 * slope_raw", "Scaling keeps the derivative alive."),
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
    title="Vector lengths change the weights",
    statement=(
        "Making queries and keys c times as long multiplies the scores by c² and sharpens the weights; "
        "cosine similarities stay."
    ),
    symbols={
        "q": symbol("vector[d_k]", "query"),
        "K": symbol("matrix[m, d_k]", "keys, one a row"),
        "c": symbol("real in 1..3", "factor for query and keys"),
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
            "factor-once", "softmax(c * scores / sqrt(d_k))", "Both vectors grow: the scores grow by c², not by c."
        ),
        mistake(
            "unchanged",
            "softmax(scores / sqrt(d_k))",
            "The weights do change: a dot product, unlike a cosine, depends on the lengths.",
        ),
        mistake(
            "weights-multiplied", "c^2 * weights", "The factor belongs inside the softmax: weights always sum to 1."
        ),
    ],
    claims=[
        claim("max(louder_weights) >= max(weights) - 1e-9", "The largest weight never shrinks."),
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


@attention_magnitude.oracle("operator", "scaled_dot_product_attention on the longer vectors")
def _(q, K, c):
    attend = torch.nn.functional.scaled_dot_product_attention
    values = torch.eye(len(K))  # each weight comes out in a place of its own
    return {"weights": attend(q[None], K, values)[0], "louder_weights": attend((c * q)[None], c * K, values)[0]}


@proof(
    "attention-cost",
    title="Shapes and cost of attention",
    statement="n queries on m keys make n·m scores; the output has n rows, as long as the values.",
    symbols={
        "n": symbol("size in 1..4096", "number of queries"),
        "m": symbol("size in 1..4096", "number of keys and values"),
        "d_k": symbol("size in 1..128", "dimension of queries and keys"),
        "d_v": symbol("size in 1..128", "dimension of values"),
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
        mistake("linear", "n + m", "Every query meets every key: the numbers multiply."),
        mistake("as-many-as-outputs", "n * d_v", "That is the size of the output, not of the score matrix."),
        mistake("queries-with-queries", "n^2", "The queries meet the keys, not each other: n × m."),
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


@attention_cost.oracle("operator", "shapes of torch's products on the meta device", samples=6)
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
    title="Weights of the query, key and value projections",
    statement=(
        "Every token goes through the same W_Q, W_K and W_V, "
        "so their number of weights does not depend on the number of tokens."
    ),
    symbols={
        "n": symbol("size in 1..4096", "number of tokens"),
        "d": symbol("size in 1..1024", "dimension of a token", aliases=["d_model"]),
        "d_k": symbol("size in 1..128", "dimension of queries and keys"),
        "d_v": symbol("size in 1..128", "dimension of values"),
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
        ),
        mistake("values-forgotten", "2 * d * d_k", "The value projection W_V is missing."),
        mistake(
            "lengths-added",
            "3 * d + 2 * d_k + d_v",
            "A matrix from d to d_k dimensions has d · d_k weights, not d + d_k.",
        ),
    ],
)
def projection_parameters(n, d, d_k, d_v):
    return {"projected": n * (2 * d_k + d_v), "parameters": 2 * d * d_k + d * d_v}


@projection_parameters.oracle("operator", "three torch.nn.Linear on n tokens (meta device)")
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
    title="Sizes in multi-head attention",
    statement=(
        "h heads of size d/h together have as many weights as one head of size d: 4 d² with the output projection."
    ),
    symbols={
        "d": symbol("positive-count", "model dimension", aliases=["d_model"]),
        "h": symbol("positive-count in 1..16", "number of heads"),
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
        ),
        mistake(
            "output-projection-forgotten", "3 * d^2 + 3 * d", "The output projection W_O with its bias is missing."
        ),
        mistake(
            "only-one-head", "per_head + output_projection + 4 * d", "The projections of only one head are counted."
        ),
        mistake("biases-forgotten", "4 * d^2", "The biases of the four projections are missing."),
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


@multi_head_parameters.oracle("operator", "torch.nn.MultiheadAttention (meta device)", samples=24)
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
    title="Multi-head attention with two heads",
    statement=(
        "Each head attends in its own part of the projected dimensions; "
        "the outputs are concatenated and multiplied by W_O."
    ),
    symbols={
        "X": symbol("matrix[n, d] of real in -2..2", "tokens, one a row"),
        "W_Q": symbol("matrix[d, d] of real in -1..1", "query projections of both heads, side by side"),
        "W_K": symbol("matrix[d, d] of real in -1..1", "key projections of both heads"),
        "W_V": symbol("matrix[d, d] of real in -1..1", "value projections of both heads"),
        "W_O": symbol("matrix[d, d] of real in -1..1", "output projection"),
    },
    lengths={"d": 4},
    notations=[{"Concat(head_1, ..., head_h)": "heads"}],
    steps={
        "maps": step(note="softmax(Q_i K_iᵀ / √2) of both heads", axes=3),
        "difference": step("max(abs(maps_1 - maps_2))"),
        "heads": step(note="outputs of head 1 and head 2 side by side", axes=2),
        "output": step("heads W_O"),
    },
    source=f"{VASWANI}, section 3.2.2",
    mistakes=[
        mistake(
            "one-big-head",
            "softmax(X W_Q (X W_K)^T / 2) X W_V W_O",
            "That is one head of size 4: there is one attention map instead of one for each head.",
        ),
        mistake("output-projection-forgotten", "heads", "The concatenated heads still have to be multiplied by W_O."),
        mistake(
            "maps-averaged",
            "(maps_1 + maps_2) / 2 X W_V W_O",
            "The heads' maps are averaged; each head must use its own map on its own values.",
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


@multi_head_attention.oracle("closed-form", "sum over the heads of head times its rows of W_O", samples=24)
def _(X, W_Q, W_K, W_V, W_O):
    parts = [slice(0, 2), slice(2, 4)]
    attend = torch.nn.functional.scaled_dot_product_attention
    return sum(attend(X @ W_Q[:, part], X @ W_K[:, part], X @ W_V[:, part]) @ W_O[part] for part in parts)


@proof(
    "attention-reach",
    title="Attention bridges any distance",
    statement=(
        "From the last output to the first token, the gradient of a recurrent network vanishes; "
        "that of attention does not."
    ),
    symbols={},
    steps={
        "recurrent_near": step(note="RNN: gradient at the 10 tokens before the last", within=(0, 0.56)),
        "recurrent_far": step(note="RNN: gradient at the first 10 tokens"),
        "attention_near": step(note="attention: gradient at the 10 tokens before the last", within=(0, 0.2)),
        "attention_far": step(note="attention: gradient at the first 10 tokens", within=(0, 0.19)),
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
        ),
        mistake("recurrence-keeps-the-start", "recurrent_ratio > 0.5", "The gradient shrinks at each recurrent step."),
    ],
    claims=[
        claim("recurrent_ratio < 0.001", "The recurrent gradient has all but vanished."),
        claim("attention_ratio > 0.1", "In attention, far tokens have gradients about as large as near ones."),
    ],
)
def attention_reach(random):
    tokens = random.normal(50, 8).requires_grad_()
    recurrent = 0.8 * torch.linalg.qr(random.normal(8, 8))[0]  # free: under large weights tanh is flat
    inward = random.normal(8, 8) / 8**0.5  # free: any weights

    def recurrence(x):
        state = torch.zeros(8)
        for token in x:
            state = torch.tanh(recurrent @ state + inward @ token)  # free: any inputs, any activation that squashes
        return state.sum()  # free: any sum of the units

    def attention(x):
        return (torch.softmax(x @ x[-1] / 8**0.5, dim=0) @ x).sum()  # free: any scale of the scores

    def reach(model):
        sizes = torch.autograd.grad(model(tokens), tokens)[0].norm(dim=1)
        return sizes[-11:-1].mean(), sizes[:10].mean()  # free: any few tokens at the two ends

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
    title="Context decides the encoding",
    statement="Self-attention gives the same token another vector in another sentence; an embedding table never does.",
    symbols={},
    steps={
        "table_change": step(note="change of the token's embedding"),
        "attention_change": step(note="change of its output of self-attention, over the sizes of both outputs"),
        "last_layer_change": step(note="change of a token-wise linear layer's output"),
    },
    source="Peters et al., Deep contextualized word representations (2018), section 1",
    mistakes=[
        mistake(
            "same-token-same-output",
            "attention_change < 1e-6",
            "The output mixes in the neighbours' values, so it changes with them.",
        ),
        mistake(
            "table-knows-context", "table_change > 1e-6", "A table looks one token up at a time and sees no neighbours."
        ),
    ],
    claims=[
        claim(
            "table_change = 0 and last_layer_change = 0", "Neither the table nor a token-wise layer sees the context."
        ),
        claim("0.1 < attention_change <= 1", "Self-attention does, by as much as the outputs are long at most."),
    ],
)
def contextual_encoding(random):
    table = random.normal(20, 8)  # free: any table
    W_Q, W_K, W_V = (random.normal(8, 8) / 8**0.5 for _ in range(3))  # free: any weights
    words = 1 + random.permutation(19)
    first, second = (torch.cat([torch.zeros(1).long(), part]) for part in words[:10].split(5))  # token 0 begins both

    def embedded(sentence):
        return torch.nn.functional.embedding(sentence, table)

    def attended(sentence):
        x = embedded(sentence)
        # free: queries and keys may change their names
        return torch.nn.functional.scaled_dot_product_attention(x @ W_Q, x @ W_K, x @ W_V)

    def mapped(sentence):
        return torch.nn.functional.linear(embedded(sentence), W_V)

    def change(layer):  # of token 0, where the whole sentence goes through the layer
        one, other = layer(first)[0], layer(second)[0]
        return (one - other).norm() / (one.norm() + other.norm())

    return {
        "table_change": change(embedded),
        "attention_change": change(attended),
        "last_layer_change": change(mapped),
    }


@proof(
    "multi-head-attention-on-the-cpu",
    title="Multi-head attention needs no GPU",
    statement=(
        "One number after the other, by sums, products and exponentials alone, a CPU gets what torch's operator "
        "computes for all heads at once: a GPU is only faster."
    ),
    symbols={},
    steps={
        "size": step(note="largest number of the operator's output", within=(0.22, 6)),
        "difference": step(note="largest distance of the output computed number by number from the operator's"),
        "difference_one_head": step(note="the same if one head of full width is computed"),
    },
    source=f"{VASWANI}, section 3.2.2",
    mistakes=[
        mistake(
            "needs-a-gpu", "difference > 1e-6", "Plain arithmetic on a CPU gives the same: nothing in it needs a GPU."
        ),
        mistake(
            "heads-do-not-matter",
            "difference_one_head < 1e-6",
            "Each head has a softmax of its own: one head of full width computes something else.",
        ),
    ],
    claims=[
        claim("difference < 1e-9 and size > 0.2", "Plain arithmetic gives the operator's output."),
        claim("difference_one_head > 0.001", "One head of full width does not."),
    ],
)
def multi_head_attention_on_the_cpu(random):
    tokens, projections = random.normal(5, 8), random.normal(4, 8, 8) / 8**0.5  # free: any tokens and weights
    output = torch.nn.functional.multi_head_attention_forward(
        tokens[:, None], tokens[:, None], tokens[:, None], 8, 2, projections[:3].flatten(0, 1), None, None, None,
        False, 0.0, projections[3], None,
    )[0][:, 0]  # fmt: skip

    def by_hand(heads):
        """Lists of plain numbers: weights of every head in turn, its mean of the values, then the output projection."""
        queries, keys, values = ((tokens @ matrix.T).tolist() for matrix in projections[:3])
        width, mixed = 8 // heads, [[0.0] * 8 for _ in range(5)]
        for head in range(heads):
            part = range(head * width, (head + 1) * width)
            for row, query in zip(mixed, queries, strict=True):
                scores = [math.exp(sum(query[k] * key[k] for k in part) / math.sqrt(width)) for key in keys]
                for k in part:
                    row[k] = sum(score * value[k] for score, value in zip(scores, values, strict=True)) / sum(scores)
        weights = projections[3].tolist()
        return torch.tensor([[sum(w * x for w, x in zip(row, mix, strict=True)) for row in weights] for mix in mixed])

    def difference(heads):
        return (by_hand(heads) - output).abs().max()

    return {
        "size": output.abs().max(),
        "difference": difference(2),
        "difference_one_head": difference(1),
    }


@proof(
    "additive-attention",
    title="Additive attention",
    statement="Additive attention scores a query and a key by a network with one hidden layer: v · tanh(W q + U k).",
    symbols={
        "q": symbol("vector[query]", "query", aliases=["s", "s_{i-1}"]),
        "k": symbol("vector[key]", "key", aliases=["h_j"]),
        "W": symbol("matrix[hidden, query] of real in -2..2", "weights of the query", aliases=["W_q", "W_a", "W_1"]),
        "U": symbol("matrix[hidden, key] of real in -2..2", "weights of the key", aliases=["W_k", "U_a", "W_2"]),
        "v": symbol("vector[hidden]", "weights of the hidden layer", aliases=["v_a", "w_v"]),
    },
    steps={
        "hidden": step("W q + U k"),
        "score": step("v · tanh(hidden)", aliases=["e_{ij}"]),
    },
    source="Bahdanau, Cho & Bengio, Neural Machine Translation by Jointly Learning to Align and Translate, A.1.2",
    mistakes=[
        mistake(
            "tanh-forgotten",
            "v · hidden",
            "The tanh is missing: then the query adds the same number to the score of every key.",
        ),
        mistake("tanh-outside", "tanh(v · hidden)", "The tanh acts on the hidden layer, before v weighs it."),
        mistake("multiplied", "v · tanh((W q) * (U k))", "Query and key are added, not multiplied."),
        mistake("key-alone", "v · tanh(U k)", "The query is missing: every position would ask the same."),
    ],
    notations=[{"W": "U", "U": "W"}],
)
def additive_attention(q, k, W, U, v):
    hidden = W @ q + U @ k
    return {"hidden": hidden, "score": v @ torch.tanh(hidden)}


@additive_attention.oracle("operator", "two torch.nn.functional.linear on the joined vector [q, k]")
def _(q, k, W, U, v):
    hidden = torch.nn.functional.linear(torch.cat([q, k]), torch.cat([W, U], dim=1))
    squashed = 2 * torch.sigmoid(2 * hidden) - 1  # tanh by another function
    return {"hidden": hidden, "score": torch.nn.functional.linear(squashed, v[None])[0]}
