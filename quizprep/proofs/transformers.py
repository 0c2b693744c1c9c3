"""Proofs for the chapter transformers."""

from __future__ import annotations

from quizprep.citations import VASWANI
from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

DOSOVITSKIY = "Dosovitskiy et al., An Image is Worth 16x16 Words (2021)"


@proof(
    "transformer-block-parameters",
    title="Parameters of transformer blocks",
    statement=(
        "An encoder block has an attention module, a feed-forward net and two layer norms; "
        "a decoder block has one more attention module and one more norm."
    ),
    symbols={
        "d": symbol("positive-count in 1..768", "model dimension", aliases=["d_model"]),
        "d_ff": symbol("positive-count in 1..3072", "hidden units of the feed-forward net", aliases=["f"]),
        "N": symbol("positive-count in 1..12", "number of stacked encoder blocks"),
    },
    steps={
        "attention": step("4 * d^2 + 4 * d"),
        "feed_forward": step("2 * d * d_ff + d_ff + d"),
        "norm": step("2 * d"),
        "decoder": step("2 * attention + feed_forward + 3 * norm"),
        "encoder": step("attention + feed_forward + 2 * norm"),
        "stack": step("N * encoder"),
    },
    source=f"{VASWANI}, sections 3.1 to 3.3",
    mistakes=[
        mistake("blocks-shared", "encoder", "The blocks have the same structure but each has its own parameters."),
        mistake(
            "feed-forward-forgotten",
            "N * (attention + 2 * norm)",
            "The feed-forward net is missing; it holds most of the parameters.",
        ),
        mistake(
            "one-linear-layer",
            "N * (attention + d * d_ff + d_ff + 2 * norm)",
            "The feed-forward net has two layers: up to d_ff and back to d.",
        ),
        mistake("decoder-counted", "N * decoder", "A second attention module belongs to the decoder only."),
    ],
)
def transformer_block_parameters(d, d_ff, N):
    attention = 4 * d**2 + 4 * d
    feed_forward = (d * d_ff + d_ff) + (d_ff * d + d)
    norm = 2 * d
    encoder = attention + feed_forward + 2 * norm
    return {
        "attention": attention,
        "feed_forward": feed_forward,
        "norm": norm,
        "decoder": encoder + attention + norm,
        "encoder": encoder,
        "stack": N * encoder,
    }


@transformer_block_parameters.oracle(
    "operator", "torch.nn.TransformerEncoderLayer and -DecoderLayer (meta device)", samples=8
)
def _(d, d_ff, N):
    def size(module):
        return sum(parameter.numel() for parameter in module.parameters())

    with torch.device("meta"):
        encoder = torch.nn.TransformerEncoderLayer(int(d), 1, int(d_ff))
        decoder = torch.nn.TransformerDecoderLayer(int(d), 1, int(d_ff))
        stack = torch.nn.ModuleList(torch.nn.TransformerEncoderLayer(int(d), 1, int(d_ff)) for _ in range(int(N)))
    return {
        "attention": size(encoder.self_attn),
        "feed_forward": size(encoder.linear1) + size(encoder.linear2),
        "norm": size(encoder.norm1),
        "decoder": size(decoder),
        "encoder": size(encoder),
        "stack": size(stack),
    }


_NORM, _FEED_FORWARD = "(u - mean(u)) / sqrt(var(u) + 0.00001)", "W_2 @ relu(W_1 @ v + b_1) + b_2"
_LAYERS = {
    **dict.fromkeys(("LN(u)", "LayerNorm(u)", "Norm(u)"), _NORM),
    **dict.fromkeys(("FFN(v)", "FF(v)", "MLP(v)", "FeedForward(v)"), _FEED_FORWARD),
}


@proof(
    "add-and-norm",
    title="Add & norm around attention and feed-forward net",
    statement="Each sub-layer's output is added to its input and the sum is normalised: norm(x + sublayer(x)).",
    symbols={
        "x": symbol("vector[d]", "a token"),
        "a": symbol("vector[d]", "its output of self-attention"),
        "W_1": symbol("matrix[f, d]", "first layer of the feed-forward net"),
        "b_1": symbol("vector[f]", "its biases"),
        "W_2": symbol("matrix[d, f]", "second layer of the feed-forward net"),
        "b_2": symbol("vector[d]", "its biases"),
    },
    where=["var(x + a) > 0.01"],
    steps={
        "added": step("x + a"),
        "normalized": step("(added - mean(added)) / sqrt(var(added) + 0.00001)", aliases=["y"]),
        "feed_forward": step("W_2 @ relu(W_1 @ normalized + b_1) + b_2"),
        "added_again": step("normalized + feed_forward"),
        "output": step("(added_again - mean(added_again)) / sqrt(var(added_again) + 0.00001)"),
    },
    source=f"{VASWANI}, sections 3.1 and 3.3; Ba, Kiros and Hinton, Layer Normalization (2016), section 3",
    mistakes=[
        mistake(
            "no-residual",
            "(a - mean(a)) / sqrt(var(a) + 0.00001)",
            "The input x of the sub-layer is not added.",
            of="normalized",
        ),
        mistake("not-normalized", "x + a", "The sum still has to be normalised.", of="normalized"),
        mistake(
            "norm-before-adding",
            "x + (a - mean(a)) / sqrt(var(a) + 0.00001)",
            "Here the norm comes after the addition, not before it.",
            of="normalized",
        ),
        mistake(
            "variance-for-deviation",
            "(added - mean(added)) / (var(added) + 0.00001)",
            "The norm divides by the standard deviation, not by the variance.",
            of="normalized",
        ),
        mistake(
            "residual-from-the-start",
            "(x + feed_forward - mean(x + feed_forward)) / sqrt(var(x + feed_forward) + 0.00001)",
            "The second residual adds the input of the feed-forward net, not the block's input.",
        ),
        mistake(
            "first-without-epsilon",
            "(added - mean(added)) / std(added)",
            "Without ε, which only keeps the division from failing where all entries are equal.",
            of="normalized",
            variant=True,
        ),
        mistake(
            "without-epsilon",
            "(added_again - mean(added_again)) / std(added_again)",
            "Without ε, which only keeps the division from failing where all entries are equal.",
            variant=True,
        ),
    ],
    notations=[
        {**_LAYERS, **dict.fromkeys(("SubLayer(x)", "Sublayer(x)", "MultiHead(x)", "SelfAttention(x)"), "a")},
        {**_LAYERS, "x": "normalized"},
    ],
)
def add_and_norm(x, a, W_1, b_1, W_2, b_2):
    def norm(vector):
        return (vector - vector.mean()) / (vector.var(unbiased=False) + 1e-5).sqrt()

    normalized = norm(x + a)
    feed_forward = W_2 @ (W_1 @ normalized + b_1).relu() + b_2
    return {
        "added": x + a,
        "normalized": normalized,
        "feed_forward": feed_forward,
        "added_again": normalized + feed_forward,
        "output": norm(normalized + feed_forward),
    }


@add_and_norm.oracle("operator", "torch.nn.TransformerEncoderLayer with attention output a", samples=16)
def _(x, a, W_1, b_1, W_2, b_2):
    layer = torch.nn.TransformerEncoderLayer(len(x), 1, len(b_1), dropout=0.0)
    state = dict(layer.state_dict())
    state |= {"self_attn.out_proj.weight": torch.zeros(len(x), len(x)), "self_attn.out_proj.bias": a}
    state |= {"linear1.weight": W_1, "linear1.bias": b_1, "linear2.weight": W_2, "linear2.bias": b_2}
    return torch.func.functional_call(layer, state, (x[None],))[0].detach()


@add_and_norm.oracle("operator", "torch.nn.functional.layer_norm")
def _(x, a, W_1, b_1, W_2, b_2):
    return {"normalized": torch.nn.functional.layer_norm(x + a, (len(x),))}


@proof(
    "residual-gradient",
    title="Residual connections keep the gradient",
    statement=(
        "Through 30 blocks with small weights the gradient vanishes without residual connections and "
        "survives with them."
    ),
    symbols={},
    steps={
        "plain": step(note="gradient at the input of 30 blocks without residuals"),
        "residual": step(note="gradient at the input with residuals"),
        "residual_norm": step(note="gradient at the input with residuals and layer norm", within=(0.97, 81)),
    },
    source="He et al., Identity Mappings in Deep Residual Networks (2016), section 2; " + VASWANI + ", section 3.1",
    mistakes=[
        mistake("gradient-survives-anyway", "plain > 1e-6", "Without residuals each block shrinks the gradient."),
        mistake(
            "residuals-do-not-help",
            "residual < 1000 * plain",
            "The sum x + f(x) lets the gradient pass unchanged beside the block.",
        ),
    ],
    claims=[
        claim("plain < 1e-9", "Without residuals the gradient vanishes."),
        claim("residual > 2 and residual_norm > 0.5", "With residuals it survives."),
    ],
)
def residual_gradient(random):
    # free: any tokens, and any mean of the outputs
    tokens, weight = random.normal(5, 8).requires_grad_(), random.normal(5, 8)
    blocks = [[0.2 * random.normal(8, 8) / 8**0.5 for _ in range(3)] for _ in range(30)]  # free: any small weights

    def block(x, W_V, W_1, W_2, residual, norm):
        # free: any small sublayers
        for sublayer in (lambda x: (x @ x.T / 8**0.5).softmax(dim=1) @ x @ W_V, lambda x: (x @ W_1).relu() @ W_2):
            x = sublayer(x) + (x if residual else 0)
            x = torch.nn.functional.layer_norm(x, (8,)) if norm else x
        return x

    def gradient(residual, norm):
        x = tokens
        for matrices in blocks:
            x = block(x, *matrices, residual, norm)
        return torch.autograd.grad((x * weight).sum(), tokens)[0].norm()

    return {
        "plain": gradient(residual=False, norm=False),
        "residual": gradient(residual=True, norm=False),
        "residual_norm": gradient(residual=True, norm=True),
    }


@proof(
    "attention-mixes-tokens",
    title="Attention mixes tokens, the feed-forward net does not",
    statement=(
        "Changing one token changes every output of self-attention, but only its own output of the feed-forward net."
    ),
    symbols={},
    steps={
        "attention_other": step(note="change of the others after self-attention", within=(0.047, 3.1)),
        "feed_forward_own": step(note="change of the changed token after the feed-forward net", within=(0.18, 9.2)),
        "feed_forward_alone": step(note="the same where the net is given that token alone"),
        "feed_forward_other": step(note="change of the others after the feed-forward net"),
    },
    source=f"{VASWANI}, section 3.3",
    mistakes=[
        mistake(
            "feed-forward-mixes",
            "feed_forward_other > 1e-9",
            "The feed-forward net is applied to each position separately.",
        ),
        mistake("attention-keeps-apart", "attention_other < 1e-9", "Self-attention averages over all tokens."),
    ],
    claims=[
        claim(
            "feed_forward_other = 0 and feed_forward_own > 0.001", "The feed-forward net treats each token by itself."
        ),
        claim("abs(feed_forward_own - feed_forward_alone) < 1e-9", "It is as if the token were alone."),
        claim("attention_other > 0.001", "Self-attention passes information between tokens."),
    ],
)
def attention_mixes_tokens(random):
    # free: any tokens and weights
    x, W_1, W_2 = random.normal(3, 8), random.normal(8, 32) / 8**0.5, random.normal(32, 8) / 32**0.5
    changed = torch.stack([x[0], x[1] + random.normal(8), x[2]])  # free: any other token
    others = torch.tensor([0, 2])

    def feed_forward(x):
        return (x @ W_1).relu() @ W_2  # free: any activation

    def attention(x):
        return torch.nn.functional.scaled_dot_product_attention(x / 4, x, x)  # free: any scale of the scores

    def moved(layer):  # how far each output moves
        return (layer(changed) - layer(x)).norm(dim=1)

    return {
        "attention_other": moved(attention)[others].min(),
        "feed_forward_own": moved(feed_forward)[1],
        "feed_forward_alone": (feed_forward(changed[1]) - feed_forward(x[1])).norm(),
        "feed_forward_other": moved(feed_forward)[others].max(),
    }


@proof(
    "any-sequence-of-tokens",
    title="Self-attention takes any set of tokens",
    statement=(
        "Without positions, shuffling the tokens leaves each token's output as it is; leaving one out changes it."
    ),
    symbols={},
    steps={
        "shuffled_change": step(note="change of a's output from (a, b, c) to (c, a, b)"),
        "trimmed_change": step(note="change of a's output from (a, b, c) to (a, c)", within=(0.3, 2.5)),
    },
    source=f"{VASWANI}, section 3.5",
    mistakes=[
        mistake(
            "order-matters",
            "shuffled_change > 1e-6",
            "Attention averages over a set; the order of a set does not matter.",
        ),
        mistake("gaps-do-not-matter", "trimmed_change < 1e-6", "A missing token is missing from the mean."),
    ],
    claims=[
        claim("shuffled_change < 1e-9", "A shuffle changes nothing."),
        claim("trimmed_change > 0.001", "A missing token does."),
    ],
)
def any_sequence_of_tokens(random):
    tokens = random.normal(3, 8)  # free: any tokens

    def output_of_a(places):
        x = tokens[places]
        # free: any scale of the scores
        return torch.nn.functional.scaled_dot_product_attention(x / 4, x, x)[places.index(0)]

    def change(places):
        return (output_of_a(places) - output_of_a([0, 1, 2])).norm()

    return {"shuffled_change": change([2, 0, 1]), "trimmed_change": change([0, 2])}


@proof(
    "words-or-patches",
    title="One layer for words and for patches",
    statement="An encoder layer's weights depend on the dimension of its tokens and not on their number or origin.",
    symbols={
        "words": symbol("size in 1..64", "number of words"),
        "patches": symbol("size in 1..64", "number of image patches"),
    },
    steps={
        "weights": step(note="parameters of the layer"),
        "encoded_words": step("words"),
        "encoded_patches": step("patches"),
    },
    source=f"{DOSOVITSKIY}, section 3.1",
    mistakes=[
        mistake("one-output", "1", "Each token gets its own output."),
        mistake("as-many-as-words", "encoded_words", "The number of outputs follows the input at hand."),
        mistake("square", "patches^2", "That is the number of scores."),
    ],
)
def words_or_patches(words, patches):
    layer = torch.nn.TransformerEncoderLayer(16, 2, 32)  # one layer, used on both
    encoded_words, encoded_patches = (len(layer(torch.ones(count, 16))) for count in (words, patches))
    return {
        "weights": sum(parameter.numel() for parameter in layer.parameters()),
        "encoded_words": encoded_words,
        "encoded_patches": encoded_patches,
    }


@words_or_patches.oracle("brute-force", "the layer written out in matrix products", samples=8)
def _(words, patches):
    matrices = [torch.ones(shape) / 16 for shape in ((16, 48), (16, 16), (16, 32), (32, 16))]
    biases = [torch.zeros(matrix.shape[1]) for matrix in matrices]
    norms = [torch.ones(16), torch.zeros(16), torch.ones(16), torch.zeros(16)]

    def encode(x):
        W_QKV, W_O, W_1, W_2 = matrices
        queries, keys, values = (x @ W_QKV + biases[0]).chunk(3, dim=1)
        heads = [slice(0, 8), slice(8, 16)]
        attended = [(queries[:, head] @ keys[:, head].T / 8**0.5).softmax(dim=1) @ values[:, head] for head in heads]
        x = torch.nn.functional.layer_norm(x + torch.cat(attended, dim=1) @ W_O + biases[1], (16,), *norms[:2])
        return torch.nn.functional.layer_norm(x + (x @ W_1 + biases[2]).relu() @ W_2 + biases[3], (16,), *norms[2:])

    return {
        "weights": sum(tensor.numel() for tensor in (*matrices, *biases, *norms)),
        "encoded_words": len(encode(torch.ones(words, 16))),
        "encoded_patches": len(encode(torch.ones(patches, 16))),
    }


@proof(
    "transformer-parts",
    title="What a transformer is made of",
    statement="An encoder block holds one attention module, a decoder block two; neither holds a recurrent network.",
    symbols={},
    steps={
        "recurrent": step(note="recurrent modules in encoder and decoder"),
        "encoder_attention": step(note="attention modules in an encoder block"),
        "encoder_norms": step(note="layer norms in an encoder block"),
        "decoder_norms": step(note="layer norms in a decoder block"),
        "decoder_attention": step(note="attention modules in a decoder block"),
    },
    source=f"{VASWANI}, section 3.1, figure 1",
    mistakes=[
        mistake("same-as-encoder", "encoder_attention", "A decoder block also attends to the encoder's output."),
        mistake("as-many-as-norms", "decoder_norms", "The third norm belongs to the feed-forward net."),
        mistake("none", "recurrent", "There is no recurrence, but there is attention."),
    ],
)
def transformer_parts():
    with torch.device("meta"):
        encoder, decoder = torch.nn.TransformerEncoderLayer(16, 2, 32), torch.nn.TransformerDecoderLayer(16, 2, 32)

    def count(kind, *blocks):
        return sum(isinstance(module, kind) for block in blocks for module in block.modules())

    return {
        "recurrent": count(torch.nn.RNNBase, encoder, decoder),
        "encoder_attention": count(torch.nn.MultiheadAttention, encoder),
        "encoder_norms": count(torch.nn.LayerNorm, encoder),
        "decoder_norms": count(torch.nn.LayerNorm, decoder),
        "decoder_attention": count(torch.nn.MultiheadAttention, decoder),
    }


@transformer_parts.oracle("brute-force", "names of the parameters of torch.nn.Transformer")
def _():
    with torch.device("meta"):
        names = list(torch.nn.Transformer(16, 2, 1, 1, 32, batch_first=True).state_dict())

    def count(part, ending):
        return sum(name.startswith(f"{part}.layers.0.") and name.endswith(ending) for name in names)

    return {
        "recurrent": sum("weight_hh" in name for name in names),
        "encoder_attention": count("encoder", "in_proj_weight"),
        "encoder_norms": sum(f"encoder.layers.0.norm{place}.weight" in names for place in range(9)),
        "decoder_norms": sum(f"decoder.layers.0.norm{place}.weight" in names for place in range(9)),
        "decoder_attention": count("decoder", "in_proj_weight"),
    }


@proof(
    "encoder-decoder-shapes",
    title="Lengths in an encoder-decoder",
    statement=(
        "The output of an encoder-decoder has as many positions as the target; the source may be of any other length."
    ),
    symbols={
        "source": symbol("size in 1..40", "number of source tokens", aliases=["n"]),
        "target": symbol("size in 1..40", "number of target tokens", aliases=["m"]),
    },
    steps={
        "encoder_scores": step("source^2"),
        "decoder_scores": step("target^2"),
        "cross_scores": step("target * source"),
        "length": step("target"),
    },
    source=f"{VASWANI}, sections 3.1 and 3.2.3",
    mistakes=[
        mistake("source-length", "source", "The output follows the decoder's input, not the source."),
        mistake("both-together", "source + target", "Source and target are not joined into one sequence."),
        mistake("the-longer-one", "max(source, target)", "Nothing is padded to the longer of the two."),
    ],
)
def encoder_decoder_shapes(source, target):
    memory, queries = torch.ones(source, 4), torch.ones(target, 4)
    crossed = queries @ memory.T
    return {
        "encoder_scores": (memory @ memory.T).numel(),
        "decoder_scores": (queries @ queries.T).numel(),
        "cross_scores": crossed.numel(),
        "length": len(crossed @ memory),
    }


@encoder_decoder_shapes.oracle("operator", "torch.nn.Transformer", samples=3)
def _(source, target):
    model = torch.nn.Transformer(4, 2, 1, 1, 8, batch_first=True)
    memory, queries = torch.ones(1, source, 4), torch.ones(1, target, 4)
    _, among_source = model.encoder.layers[0].self_attn(memory, memory, memory)
    _, among_target = model.decoder.layers[0].self_attn(queries, queries, queries)
    _, across = model.decoder.layers[0].multihead_attn(queries, memory, memory)
    return {
        "encoder_scores": among_source.numel(),
        "decoder_scores": among_target.numel(),
        "cross_scores": across.numel(),
        "length": model(memory, queries).shape[1],
    }


@proof(
    "greedy-decoding",
    title="Autoregressive decoding",
    statement="A decoder produces one word at a time and feeds each back as input for the next.",
    symbols={
        "P": symbol("matrix[4, 4] of probability", "P[i, j]: probability of word j after word i"),
        "start": symbol("positive-count in 1..4", "number of the first word (from 1)"),
    },
    vectorized=False,
    steps={
        "first": step(note="likeliest word after the start"),
        "second": step(note="likeliest word after that one"),
        "third": step(note="likeliest word after the second"),
    },
    source=f"{VASWANI}, section 3; Graves, Generating Sequences With Recurrent Neural Networks (2013), section 2",
    mistakes=[
        mistake("not-fed-back", "first", "The output is not fed back: the same word is predicted again."),
        mistake("one-step-short", "second", "One step is missing."),
        mistake(
            "likeliest-overall",
            "1 + argmax(sum(P, axis=0))",
            "The next word depends on the previous one, not on how common it is overall.",
        ),
    ],
)
def greedy_decoding(P, start):
    words = [int(start)]
    for _ in range(3):
        words.append(1 + int(P[words[-1] - 1].argmax()))
    return {"first": words[1], "second": words[2], "third": words[3]}


@greedy_decoding.oracle("closed-form", "powers of the matrix of best successors")
def _(P, start):
    successor = torch.nn.functional.one_hot(P.argmax(dim=1), 4) + 0.0
    row = int(start) - 1
    words = torch.arange(1, 5) + 0.0
    return {
        name: torch.linalg.matrix_power(successor, power)[row] @ words
        for power, name in enumerate(("first", "second", "third"), start=1)
    }


@proof(
    "teacher-forcing",
    title="Teacher forcing",
    statement=(
        "With the true words as input and a causal mask, one pass of the decoder predicts every position as "
        "step-by-step passes would."
    ),
    symbols={"n": symbol("size in 2..12", "number of target words")},
    steps={
        "passes_in_training": step(note="passes until all outputs are right, true words as input", within=(1, 1)),
        "passes_in_generation": step(
            note="passes until all outputs are right, each pass fed with the last one's outputs"
        ),
        "masked_difference": step(note="one masked pass against step-by-step passes"),
        "unmasked_difference": step(note="one pass without mask against step-by-step passes"),
    },
    source="Williams and Zipser, A Learning Algorithm for Continually Running Fully Recurrent Neural Networks (1989); "
    + VASWANI
    + ", section 3.2.3",
    mistakes=[
        mistake(
            "no-mask-needed",
            "unmasked_difference < 1e-6",
            "Without the mask each position sees the word it should predict.",
        ),
        mistake(
            "as-many-passes-as-words", "passes_in_training >= n", "The words are known in training: one pass is enough."
        ),
    ],
    claims=[
        claim("masked_difference < 1e-9", "One masked pass equals the step-by-step passes."),
        claim("unmasked_difference > 0.001", "Without the mask it does not."),
        claim("passes_in_training = 1 and passes_in_generation = n", "Training takes one pass, generation n."),
    ],
)
def teacher_forcing(n, random):
    W_Q, W_K, W_V = (torch.linalg.qr(random.normal(8, 8))[0] for _ in range(3))  # free: any weights
    start = random.normal(1, 8)  # free: any first word

    def decode(x, causal=True):
        mixed = torch.nn.functional.scaled_dot_product_attention(x @ W_Q, x @ W_K, x @ W_V, is_causal=causal)
        return torch.nn.functional.layer_norm(x + 2 * mixed, (8,))  # free: any share of the attention

    words = start
    for _ in range(n):  # one word after the other, each from all the words before it
        words = torch.cat([words, decode(words)[-1:]])
    inputs, targets = words[:-1], words[1:]

    def passes(known):
        for count in range(1, 2 * n):
            found = decode(known)
            if (found - targets).abs().max() < 1e-9:
                return float(count)
            known = torch.cat([start, found[:-1]])
        return float("inf")

    return {
        "passes_in_training": passes(inputs),
        "passes_in_generation": passes(torch.cat([start, torch.zeros(n - 1, 8)])),
        "masked_difference": (decode(inputs) - targets).abs().max(),
        "unmasked_difference": (decode(inputs, causal=False) - targets).abs().max(),
    }


@proof(
    "sampling-a-word",
    title="Sampling from the vocabulary",
    statement=(
        "A softmax turns the last layer's scores into probabilities; sampling returns each word as often as its "
        "probability says."
    ),
    symbols={"z": symbol("vector[3] of real in -2..2", "scores (logits) of three words")},
    steps={
        "probabilities": step("softmax(z)", aliases=["p"]),
        "frequencies": step(note="frequencies of 20,000 sampled words", axes=1),
        "distinct": step(note="how many different words were sampled", within=(3, 3)),
    },
    source=f"{VASWANI}, section 3.4",
    mistakes=[
        mistake("always-the-likeliest", "distinct < 2", "That is greedy decoding; sampling returns other words too."),
        mistake(
            "all-alike", "max(abs(frequencies - 1/3)) < 0.02", "Words are sampled by their probabilities, not evenly."
        ),
    ],
    claims=[
        claim("max(abs(frequencies - probabilities)) < 0.025", "Frequencies follow the probabilities."),
        claim("distinct = 3", "Every word turns up."),
    ],
)
def sampling_a_word(z, random):
    probabilities = z.softmax(dim=0)
    drawn = torch.searchsorted(probabilities.cumsum(0)[:-1].contiguous(), random.uniform(20_000))
    frequencies = torch.bincount(drawn, minlength=3) / 20_000
    return {"probabilities": probabilities, "frequencies": frequencies, "distinct": (frequencies > 0).sum()}


@proof(
    "vision-transformer-tokens",
    title="Patches as tokens",
    statement=(
        "A vision transformer cuts a square image into patches and projects each to a token of dimension d, with "
        "one shared matrix."
    ),
    symbols={
        "H": symbol("positive-count in 8..384", "side of the image in pixels"),
        "P": symbol("positive-count in 2..32", "side of a patch in pixels"),
        "C": symbol("positive-count in 1..3", "colour channels"),
        "d": symbol("positive-count in 1..768", "dimension of a token"),
    },
    where=["H mod P = 0"],
    steps={
        "patches": step("(H / P)^2"),
        "patch_numbers": step("C * P^2"),
        "embedding": step("patch_numbers * d + d"),
        "tokens": step("patches + 1"),
    },
    notations=[{"W": "H"}],
    source=f"{DOSOVITSKIY}, section 3.1",
    mistakes=[
        mistake("class-token-forgotten", "(H / P)^2", "The class token is missing."),
        mistake("one-side-only", "H / P + 1", "The patches of one row are counted; there are as many rows."),
        mistake("pixels", "H^2 + 1", "The tokens are patches, not pixels."),
        mistake(
            "patches-times-channels",
            "C * (H / P)^2 + 1",
            "A patch spans all channels: the channels make its vector longer, not the tokens more.",
        ),
    ],
)
def vision_transformer_tokens(H, P, C, d):
    patches = (H / P) ** 2
    return {"patches": patches, "patch_numbers": C * P**2, "embedding": C * P**2 * d + d, "tokens": patches + 1}


@vision_transformer_tokens.oracle("operator", "torch.nn.Conv2d with stride P (meta device)", samples=16)
def _(H, P, C, d):
    with torch.device("meta"):
        layer = torch.nn.Conv2d(int(C), int(d), int(P), stride=int(P))
        maps = layer(torch.empty(1, int(C), int(H), int(H))).flatten(2)
    return {
        "patches": maps.shape[2],
        "patch_numbers": layer.weight[0].numel(),
        "embedding": layer.weight.numel() + layer.bias.numel(),
        "tokens": 1 + maps.shape[2],
    }


@proof(
    "patches-under-a-shift",
    title="Patch tokens when the image is shifted",
    statement="Shifting an image by a whole patch only moves its tokens; shifting it by one pixel changes all of them.",
    symbols={},
    steps={
        "patch_shift": step(note="largest change of the moved tokens, shift by one patch"),
        "pixel_shift": step(note="smallest change of a token, shift by one pixel", within=(2.4, 24)),
        "convolution_shift": step(note="largest change of the moved outputs of a convolution"),
    },
    source=f"{DOSOVITSKIY}, section 3.1, inductive bias",
    mistakes=[
        mistake(
            "as-good-as-convolution",
            "pixel_shift < 1e-6",
            "Tokens follow whole patches only; a convolution follows every pixel.",
        ),
        mistake("convolution-breaks", "convolution_shift > 1e-6", "A convolution shifts along with its input."),
    ],
    claims=[
        claim("patch_shift < 1e-12 and convolution_shift < 1e-12", "Whole patches and convolutions just move."),
        claim("pixel_shift > 2", "One pixel changes every token."),
    ],
)
def patches_under_a_shift(random):
    # free: any image, projection and kernel
    image, projection, kernel = random.normal(16, 16), random.normal(16, 8), random.normal(1, 1, 3, 3)

    def tokens(image):
        return image.unfold(0, 4, 4).unfold(1, 4, 4).flatten(2) @ projection  # [4, 4, 8]

    def convolved(image):  # the image goes on at its other side
        padded = torch.nn.functional.pad(image[None, None], (1, 1, 1, 1), mode="circular")
        return torch.nn.functional.conv2d(padded, kernel)[0, 0]

    return {
        "patch_shift": (tokens(image.roll(4, 1)) - tokens(image).roll(1, 1)).abs().max(),
        "pixel_shift": (tokens(image.roll(1, 1)) - tokens(image)).norm(dim=2).min(),
        "convolution_shift": (convolved(image.roll(1, 1)) - convolved(image).roll(1, 1)).abs().max(),
    }


@proof(
    "dependent-steps",
    title="Dependent steps of recurrence and attention",
    statement="A recurrent network needs n steps one after another for n tokens; self-attention has all pairs in one.",
    symbols={"n": symbol("size in 1..200", "number of tokens")},
    steps={
        "attention_steps": step("1"),
        "recurrent_steps": step("n", aliases=["steps"]),
    },
    source=f"{VASWANI}, section 4, table 1",
    mistakes=[
        mistake("one-step", "1", "Each state needs the one before it."),
        mistake("quadratic", "n^2", "That is the number of scores of attention, not of recurrent steps."),
        mistake("logarithmic", "log2(n)", "Steps of a tree, not of a chain."),
    ],
)
def dependent_steps(n):
    return {"attention_steps": 1, "recurrent_steps": n}


@dependent_steps.oracle("autograd", "longest chain in the graph that autograd records", samples=8)
def _(n):
    def longest(output, kind):  # of operations of one kind, each of which needs the result of the one before
        order, seen, open_ = [], set(), [(output.grad_fn, False)]
        while open_:
            node, done = open_.pop()
            if done:
                order.append(node)
            elif node is not None and node not in seen:
                seen.add(node)
                open_ += [(node, True), *((before, False) for before, _ in node.next_functions)]
        chain = {None: 0}
        for node in order:
            needed = max((chain[before] for before, _ in node.next_functions), default=0)
            chain[node] = needed + type(node).__name__.startswith(kind)
        return chain[output.grad_fn]

    tokens = torch.linspace(-1, 1, 2 * n).view(n, 1, 2).requires_grad_()
    states, _ = torch.nn.RNN(2, 2)(tokens)
    mixed, _ = torch.nn.MultiheadAttention(2, 1)(tokens, tokens, tokens)
    return {"attention_steps": longest(mixed, "Softmax"), "recurrent_steps": longest(states[-1], "Tanh")}


@proof(
    "patches-to-words",
    title="From an image to a caption",
    statement=(
        "A decoder with cross-attention to encoded patches lets every patch reach every word, "
        "and no word reach the encoded image."
    ),
    symbols={},
    steps={
        "words_moved": step(note="smallest change of a word's vector as one patch changes"),
        "patches_moved": step(note="largest change of an encoded patch as one word changes"),
    },
    result="words_moved",
    source=f"{VASWANI}, section 3.2.3; Xu et al., Show, Attend and Tell (2015), section 3",
    mistakes=[
        mistake(
            "words-change-the-image",
            "patches_moved > 1e-9",
            "The encoder reads the image alone; the words only ask what it has found.",
        ),
        mistake(
            "one-patch-a-word",
            "words_moved < 1e-9",
            "Each word averages over all patches, with weights above 0.",
        ),
    ],
    claims=[
        claim("words_moved > 1e-4 and patches_moved < 1e-12", "The image reaches the words, not the other way round."),
    ],
)
def patches_to_words(random):
    # free: any image and any caption
    image, caption = random.normal(9, 12), random.normal(5, 8)  # flattened patches, embedded words
    embedding = random.normal(12, 8) / 12**0.5  # free: any embedding
    # free: any weights
    encoder, decoder, crossing = random.normal(3, 3, 8, 8) / 8**0.5  # queries, keys and values of each attention

    def attend(layer, asking, asked):
        W_Q, W_K, W_V = layer
        queries, keys, values = asking @ W_Q, asked @ W_K, asked @ W_V
        # free: with the residual connection or without it
        return asking + torch.nn.functional.scaled_dot_product_attention(queries, keys, values)

    def run(patches, words):
        encoded = attend(encoder, patches @ embedding, patches @ embedding)
        return encoded, attend(crossing, attend(decoder, words, words), encoded)

    def moved(before, after):
        return (after - before).norm(dim=1)

    def changed(rows):  # in one row each
        return [rows + shift.unsqueeze(1) for shift in 2 * torch.eye(len(rows))]  # free: by any amount

    encoded, written = run(image, caption)
    by_patches = torch.stack([moved(written, run(other, caption)[1]) for other in changed(image)])
    by_words = torch.stack([moved(encoded, run(image, other)[0]) for other in changed(caption)])
    return {"words_moved": by_patches.min(), "patches_moved": by_words.max()}
