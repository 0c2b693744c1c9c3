"""Proofs for the chapter pretraining-and-transfer."""

from __future__ import annotations

import bisect
import math

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

# --- transfer ---------------------------------------------------------------------------------------------------


@proof(
    "trainable-parameters",
    title="Parameters that train after freezing",
    statement="With the backbone n → h frozen only the new head h → k trains: hk + k of all the parameters.",
    symbols={
        "n": symbol("size in 1..1000", "inputs"),
        "h": symbol("size in 1..1000", "features of the backbone"),
        "k": symbol("size in 1..1000", "classes of the new task"),
    },
    steps={
        "backbone": step("n * h + h"),
        "trainable": step("h * k + k"),
        "total": step("backbone + trainable"),
    },
    result="trainable",
    source="Zhang, Lipton, Li & Smola, Dive into Deep Learning (2023), section 14.2",
    mistakes=[
        mistake(
            "everything", "n * h + h + h * k + k", "The frozen backbone does not train; its parameters are not counted."
        ),
        mistake("no-biases", "h * k", "The biases of the head are missing, one for each class."),
        mistake("the-frozen-ones", "n * h + h", "Those are the parameters that are frozen."),
        mistake("head-alone", "h * k + k", "That is the head; once unfrozen, the backbone trains as well.", of="total"),
        mistake("backbone-alone", "n * h + h", "The head goes on training, too.", of="total"),
        mistake(
            "all-biases-forgotten",
            "n * h + h * k",
            "The biases are missing: one for each feature and one for each class.",
            of="total",
        ),
        mistake("head-on-the-inputs", "n * k + k", "The head reads the features of the backbone, not the inputs."),
    ],
)
def trainable_parameters(n, h, k):
    backbone, trainable = n * h + h, h * k + k
    return {"backbone": backbone, "trainable": trainable, "total": backbone + trainable}


@trainable_parameters.oracle("operator", "counting requires_grad in two torch.nn.Linear", samples=16)
def _(n, h, k):
    backbone, head = torch.nn.Linear(n, h, device="meta"), torch.nn.Linear(h, k, device="meta")
    backbone.requires_grad_(False)
    every = [*torch.nn.Sequential(backbone, head).parameters()]
    return {
        "backbone": sum(part.numel() for part in every if not part.requires_grad),
        "total": sum(part.numel() for part in every),
        "trainable": sum(part.numel() for part in every if part.requires_grad),
    }


@proof(
    "transfer-with-few-samples",
    title="Transferred features and few labels",
    statement=(
        "Features learned on a large related task make ten labelled samples enough; "
        "learning from scratch needs many more."
    ),
    symbols={},
    steps={
        "scratch_few": step(note="mean test accuracy of 10 samples from scratch", within=(0.56, 0.72)),
        "transfer_few": step(note="mean test accuracy of 10 samples on transferred features", within=(0.83, 0.98)),
        "unrelated_few": step(note="the same with features of an unrelated task", within=(0.476, 0.527)),
        "scratch_many": step(note="test accuracy of 2000 samples from scratch", within=(0.94, 1)),
    },
    result="transfer_few",
    source="Pan & Yang, A Survey on Transfer Learning (2010), sections 1 and 2",
    vectorized=False,
    claims=[
        claim("transfer_few > scratch_few + 0.05", "Transfer helps with few samples."),
        claim("unrelated_few < transfer_few - 0.1", "The source task must be related."),
        claim("scratch_many > 0.9", "With many samples scratch works as well."),
    ],
    mistakes=[
        mistake(
            "any-source-helps",
            "unrelated_few >= transfer_few",
            "Features of an unrelated task need not contain what the new task depends on.",
        ),
        mistake(
            "scratch-is-better",
            "scratch_few > transfer_few",
            "Ten samples cannot fix 32 weights, but they can fix two.",
        ),
    ],
)
def transfer_with_few_samples(random):
    hidden, other = torch.linalg.qr(random.normal(32, 4))[0].split(
        2, 1
    )  # the two directions that matter; two that do not

    def learned(directions):  # features from a source task: 2000 samples with two targets
        inputs = random.normal(2000, 32)  # free: any inputs
        targets = inputs @ directions + random.normal(2000, 2)  # free: any noise that 2000 samples average out
        return torch.linalg.lstsq(inputs, targets).solution

    def accuracy(features, size):
        train, test = random.normal(size, 32), random.normal(1000, 32)
        rule = hidden @ torch.tensor([1.0, -0.5])
        weights = torch.linalg.lstsq(train @ features, (train @ rule).sign()).solution
        return ((test @ features @ weights).sign() == (test @ rule).sign()).double().mean()

    def often(features):  # ten samples are few: the mean over ten such training sets
        return torch.stack([accuracy(features, 10) for _ in range(10)]).mean()

    raw = torch.eye(32)
    return {
        "scratch_few": often(raw),
        "transfer_few": often(learned(hidden)),
        "unrelated_few": often(learned(other)),
        "scratch_many": accuracy(raw, 2000),
    }


@proof(
    "head-then-fine-tuning",
    title="Head first, then fine-tuning",
    statement=(
        "Training the head alone leaves the frozen backbone as it is; "
        "fine-tuning both with a small rate lowers the loss further."
    ),
    symbols={},
    steps={
        "loss_start": step(note="loss with the pre-trained backbone and a head of zeros", within=(0.77, 32)),
        "loss_head": step(note="loss after training the head alone", within=(0.044, 1.3)),
        "moved_frozen": step(note="movement of the backbone meanwhile"),
        "moved_head": step(note="movement of the head meanwhile", within=(1.9, 13)),
        "loss_tuned": step(note="loss after fine-tuning both", within=(0.0091, 0.32)),
        "moved_tuned": step(note="relative change of the backbone by fine-tuning", within=(0.06, 0.38)),
    },
    result="loss_tuned",
    source="Yosinski, Clune, Bengio & Lipson, How transferable are features in deep neural networks? (2014)",
    vectorized=False,
    claims=[
        claim("moved_frozen = 0 and moved_head > 1", "Frozen weights do not move."),
        claim("loss_head < 0.8 * loss_start", "The head alone already helps."),
        claim("loss_tuned < 0.8 * loss_head", "Fine-tuning lowers the loss further."),
        claim("moved_tuned > 0.001 and moved_tuned < 0.5", "The backbone changes, but not much."),
    ],
    mistakes=[
        mistake(
            "head-is-enough",
            "loss_head <= loss_tuned",
            "The backbone was made for another task; adapting it fits the new one better.",
        ),
        mistake("frozen-moves", "moved_frozen > 0.001", "A frozen weight gets no gradient and no update."),
        mistake(
            "forgets-everything",
            "moved_tuned > 1",
            "Fine-tuning starts from the pre-trained weights and stays near them.",
        ),
    ],
)
def head_then_fine_tuning(random):
    # free: any task
    inputs, ideal, truth = random.normal(100, 10), random.normal(10, 16) / 10**0.5, random.normal(16, 2)
    targets = torch.tanh(inputs @ ideal) @ truth
    pretrained = ideal + 0.15 * random.normal(10, 16)  # learned on a slightly different task
    backbone, head = torch.nn.Parameter(pretrained.clone()), torch.nn.Parameter(torch.zeros(16, 2))

    def loss():
        return ((torch.tanh(inputs @ backbone) @ head - targets) ** 2).mean()

    def train(rate, steps):  # the optimiser holds both, and what is frozen gets no gradient
        optimiser = torch.optim.SGD([backbone, head], lr=rate)
        for _ in range(steps):
            optimiser.zero_grad()
            loss().backward()
            optimiser.step()
        return loss().detach()

    start = loss().detach()
    backbone.requires_grad_(False)
    loss_head = train(0.3, 150)
    moved_frozen, moved_head = (backbone - pretrained).norm().detach(), head.norm().detach()
    backbone.requires_grad_(True)
    loss_tuned = train(0.1, 100)
    return {
        "loss_start": start,
        "loss_head": loss_head,
        "moved_frozen": moved_frozen,
        "moved_head": moved_head,
        "loss_tuned": loss_tuned,
        "moved_tuned": ((backbone - pretrained).norm() / pretrained.norm()).detach(),
    }


@proof(
    "pretrained-start",
    title="A pre-trained start is a head start",
    statement=(
        "After the same few steps a network that starts from weights of a related task has a lower loss than one that "
        "starts at random; in the long run the random start reaches the same."
    ),
    symbols={},
    steps={
        "pretrained_early": step(note="loss after 20 steps from the pre-trained weights", within=(0.023, 0.87)),
        "random_early": step(note="loss after 20 steps from random weights", within=(0.056, 1.7)),
        "random_late": step(note="loss after 300 steps from random weights", within=(0, 0.062)),
    },
    result="pretrained_early",
    source="Yosinski, Clune, Bengio & Lipson, How transferable are features in deep neural networks? (2014)",
    vectorized=False,
    claims=[
        claim("pretrained_early < 0.85 * random_early", "The pre-trained start is faster."),
        claim("random_late < 0.3 * random_early", "The random start catches up with time."),
    ],
    mistakes=[
        mistake(
            "no-head-start",
            "pretrained_early > 0.9 * random_early",
            "The features of the related task are there from the first step on.",
        ),
        mistake(
            "random-never-learns",
            "random_late > 0.9 * random_early",
            "A random start learns too; it only takes more steps.",
        ),
    ],
)
def pretrained_start(random):
    # free: any features
    shared = random.normal(20, 6) / 20**0.5  # what both tasks depend on
    inputs, source, target = random.normal(200, 20), random.normal(6, 12), random.normal(6, 4)
    features = torch.tanh(inputs @ shared)

    def train(backbone, wanted, steps):  # gradient descent with momentum on backbone and new head
        weights = [backbone, torch.zeros(6, wanted.shape[1])]
        speeds = [torch.zeros_like(weight) for weight in weights]
        for _ in range(steps):
            hidden = torch.tanh(inputs @ weights[0])
            error = (hidden @ weights[1] - wanted) / len(inputs)
            gradients = [inputs.T @ ((error @ weights[1].T) * (1 - hidden**2)), hidden.T @ error]
            speeds = [0.9 * speed + gradient for speed, gradient in zip(speeds, gradients, strict=True)]
            weights = [weight - 0.1 * speed for weight, speed in zip(weights, speeds, strict=True)]
        return weights[0], ((torch.tanh(inputs @ weights[0]) @ weights[1] - wanted) ** 2).mean()

    wanted = features @ target
    pretrained, _ = train(random.normal(20, 6) / 20**0.5, features @ source, 300)
    fresh = random.normal(20, 6) / 20**0.5
    return {
        "pretrained_early": train(pretrained, wanted, 20)[1],
        "random_early": train(fresh, wanted, 20)[1],
        "random_late": train(fresh, wanted, 300)[1],
    }


@proof(
    "nearest-prototype",
    title="Few-shot classification by prototypes",
    statement="A class seen in a few examples is represented by their mean; a new point gets the class of the nearest.",
    symbols={
        "A": symbol("matrix[n, d] of real in -5..5", "features of the examples of class A, one a row"),
        "B": symbol("matrix[m, d] of real in -5..5", "features of the examples of class B, one a row"),
        "x": symbol("vector[d] of real in -5..5", "features of the new point"),
    },
    steps={
        "prototype_a": step("mean(A, axis=0)"),
        "prototype_b": step("mean(B, axis=0)"),
        "to_b": step("sum((x - prototype_b)^2)"),
        "to_a": step("sum((x - prototype_a)^2)"),
    },
    source="Snell, Swersky & Zemel, Prototypical Networks for Few-shot Learning (2017), section 2.2",
    mistakes=[
        mistake("not-squared", "sqrt(sum((x - prototype_a)^2))", "That is the distance; the squared one was meant."),
        mistake("summed-differences", "sum(x - prototype_a)^2", "Square each difference first, then add them up."),
        mistake(
            "sum-for-mean", "sum((x - sum(A, axis=0))^2)", "The prototype is the mean of the examples, not their sum."
        ),
        mistake("first-example", "sum((x - A_1)^2)", "All examples of the class count: their mean is the prototype."),
    ],
)
def nearest_prototype(A, B, x):
    prototype_a, prototype_b = A.mean(0), B.mean(0)
    return {
        "prototype_a": prototype_a,
        "prototype_b": prototype_b,
        "to_b": ((x - prototype_b) ** 2).sum(),
        "to_a": ((x - prototype_a) ** 2).sum(),
    }


@nearest_prototype.oracle("closed-form", "mean squared distance to the examples, less their spread")
def _(A, B, x):
    def parts(examples):
        centre = torch.full((len(examples),), 1.0) @ examples / len(examples)
        spread = examples.var(0, unbiased=False).sum()
        return centre, torch.cdist(x[None], examples).square().mean() - spread

    (prototype_a, to_a), (prototype_b, to_b) = parts(A), parts(B)
    return {"prototype_a": prototype_a, "prototype_b": prototype_b, "to_a": to_a, "to_b": to_b}


@proof(
    "few-shot-features",
    title="Few examples on learned features",
    statement=(
        "On features learned from many other classes one example of each new class classifies far better than on raw "
        "inputs, and five do better than one."
    ),
    symbols={},
    steps={
        "raw_one": step(note="accuracy on five new classes, raw inputs, one example of each", within=(0.19, 0.33)),
        "learned_one": step(note="the same on features learned from other classes", within=(0.49, 0.83)),
        "learned_five": step(note="the same with five examples of each", within=(0.66, 0.91)),
    },
    result="learned_one",
    source="Snell, Swersky & Zemel, Prototypical Networks for Few-shot Learning (2017)",
    vectorized=False,
    claims=[
        claim("learned_one > raw_one + 0.2", "Learned features make one example worth more."),
        claim("learned_five > learned_one + 0.02 and learned_five <= 1", "Five examples are better than one."),
    ],
    mistakes=[
        mistake(
            "features-do-not-help",
            "learned_one < raw_one",
            "What separates other classes separates the new ones as well, and the rest is noise.",
        ),
        mistake(
            "one-is-enough",
            "learned_five < learned_one",
            "A single example may lie far from the middle of its class; a mean of five lies closer.",
        ),
    ],
)
def few_shot_features(random):
    directions = torch.linalg.qr(random.normal(40, 40))[0]  # along the first four the classes differ
    spread = torch.cat([1.3 * torch.ones(4), 3 * torch.ones(36)])  # of the points of a class, along each direction

    def classes(count, size):  # [count, size, 40]
        centres = torch.nn.functional.pad(2 * random.normal(count, 1, 4), (0, 36))
        return (centres + spread * random.normal(count, size, 40)) @ directions.T

    seen = classes(60, 20)  # other classes, with labels
    within = (seen - seen.mean(1, keepdim=True)).flatten(0, 1)
    whitening = torch.linalg.inv(torch.linalg.cholesky(within.T @ within / len(within)))
    middles = (seen.mean(1) - seen.mean((0, 1))) @ whitening.T
    features = whitening.T @ torch.linalg.eigh(middles.T @ middles)[1][:, -4:]  # linear discriminants

    def accuracy(projection, shots):
        right = []
        for _ in range(15):  # fifteen tasks of five new classes
            points = classes(5, shots + 20) @ projection
            prototypes = points[:, :shots].mean(1)
            found = torch.cdist(points[:, shots:], prototypes.expand(5, 5, -1)).argmin(2)
            right.append((found == torch.arange(5)[:, None]).double().mean())
        return torch.stack(right).mean()

    one, five = 1, 5
    return {
        "raw_one": accuracy(torch.eye(40), one),
        "learned_one": accuracy(features, one),
        "learned_five": accuracy(features, five),
    }


# --- language models --------------------------------------------------------------------------------------------


@proof(
    "masked-token-loss",
    title="Loss of a masked language model",
    statement=(
        "BERT's loss is the mean of −ln p of the correct token over the masked positions; the others do not count."
    ),
    symbols={
        "p": symbol("vector[n] of open-probability in 0.02..0.98", "probability of the correct token"),
        "mask": symbol("vector[n] of bit", "1 where the token is hidden", aliases=["m"]),
    },
    where=("sum(mask) > 0",),
    steps={
        "masked": step("sum(mask)"),
        "losses": step("-log(p)"),
        "loss": step("sum(mask * losses) / masked"),
    },
    source="Devlin et al., BERT: Pre-training of Deep Bidirectional Transformers (2019), section 3.1",
    mistakes=[
        mistake("all-positions", "mean(losses)", "Only the masked positions enter the loss."),
        mistake(
            "divided-by-all",
            "sum(mask * losses) / n",
            "Divide by the number of masked positions, not by the length of the sentence.",
        ),
        mistake(
            "visible-positions",
            "sum((1 - mask) * losses) / n",
            "The visible tokens are the input; the hidden ones are to be predicted.",
        ),
        mistake("log-of-the-mean", "-log(sum(mask * p) / masked)", "Take the logarithms first and average them then."),
    ],
)
def masked_token_loss(p, mask):
    masked, losses = mask.sum(), -torch.log(p)
    return {"masked": masked, "losses": losses, "loss": (mask * losses).sum() / masked}


@masked_token_loss.oracle("operator", "cross_entropy with ignore_index=-100")
def _(p, mask):
    scores = torch.stack([1 - p, p], 1).log()  # the correct token against all others
    labels = torch.where(mask == 1, 1, -100)
    functional = torch.nn.functional
    return {
        "masked": torch.count_nonzero(labels == 1),
        "losses": functional.binary_cross_entropy(p, torch.ones_like(p), reduction="none"),
        "loss": functional.cross_entropy(scores, labels, ignore_index=-100),
    }


@proof(
    "who-sees-whom",
    title="Bidirectional and causal attention",
    statement=(
        "Without a mask (BERT) the first token's output depends on later tokens; "
        "under the causal mask (GPT) it does not."
    ),
    symbols={},
    steps={
        "bert_first": step(note="change of the first output as the last token changes, no mask", within=(0, 2.4)),
        "gpt_first": step(note="the same under the causal mask"),
        "bert_last": step(note="change of the last output as the first token changes, no mask", within=(0, 2.1)),
        "gpt_last": step(note="the same under the causal mask", within=(0, 2.1)),
    },
    result="bert_first",
    source="Devlin et al., BERT: Pre-training of Deep Bidirectional Transformers (2019), section 3 and figure 3",
    vectorized=False,
    claims=[
        claim("bert_first > 1e-6 and gpt_first < 1e-12", "Only BERT looks ahead."),
        claim("bert_last > 1e-6 and gpt_last > 1e-6", "Both look back."),
    ],
    mistakes=[
        mistake(
            "gpt-looks-ahead", "gpt_first > 1e-6", "The causal mask hides the later tokens, which GPT is to predict."
        ),
        mistake(
            "gpt-sees-nothing", "gpt_last < 1e-12", "Under the causal mask a token sees itself and all earlier ones."
        ),
    ],
)
def who_sees_whom(random):
    tokens = random.normal(5, 4)  # free: any tokens
    query, key, value = random.normal(3, 4, 4) / 2  # free: any weights

    def outputs(sequence, causal):
        scores = (sequence @ query) @ (sequence @ key).T / 2  # free: any scale of the scores
        if causal:
            scores = scores.masked_fill(torch.ones(5, 5).triu(1) > 0, -math.inf)
        return scores.softmax(-1) @ (sequence @ value)

    def change(place, seen, causal):  # how far output `seen` moves when the token at `place` changes
        other = tokens.clone()
        other[place] += 1.0  # free: any other token
        return (outputs(other, causal) - outputs(tokens, causal))[seen].norm()

    return {
        "bert_first": change(4, 0, False),
        "gpt_first": change(4, 0, True),
        "bert_last": change(0, 4, False),
        "gpt_last": change(0, 4, True),
    }


@proof(
    "gpt-parameters",
    title="Parameters of GPT",
    statement=(
        "GPT stacks L decoder blocks without cross-attention, 12d² + 13d parameters each, "
        "on token and position embeddings."
    ),
    symbols={
        "L": symbol("size in 1..100", "blocks"),
        "d": symbol("size in 1..13000", "width of the model", aliases=["d_model"]),
        "V": symbol("size in 1..60000", "words of the vocabulary"),
        "T": symbol("size in 1..4096", "longest context"),
    },
    steps={
        "block": step("12 * d^2 + 13 * d"),
        "crossed_block": step("16 * d^2 + 19 * d"),
        "embeddings": step("V * d + T * d"),
        "crossed": step("L * crossed_block + embeddings + 2 * d"),
        "parameters": step("L * block + embeddings + 2 * d"),
    },
    source="Radford et al., Language Models are Unsupervised Multitask Learners (2019), section 2.3",
    mistakes=[
        mistake(
            "with-cross-attention",
            "L * (16 * d^2 + 19 * d) + V * d + T * d + 2 * d",
            "GPT has no encoder, hence no cross-attention in its blocks.",
        ),
        mistake(
            "one-block",
            "12 * d^2 + 13 * d + V * d + T * d + 2 * d",
            "The blocks do not share their weights: there are L of them.",
        ),
        mistake(
            "attention-only",
            "L * (4 * d^2 + 4 * d) + V * d + T * d + 2 * d",
            "The feed-forward part of each block, 8d² and its biases, is missing.",
        ),
        mistake("no-embeddings", "L * (12 * d^2 + 13 * d)", "The embeddings of tokens and positions are missing."),
    ],
)
def gpt_parameters(L, d, V, T):
    block, crossed_block = 12 * d**2 + 13 * d, 16 * d**2 + 19 * d
    embeddings = V * d + T * d
    ends = embeddings + 2 * d
    return {
        "block": block,
        "crossed_block": crossed_block,
        "embeddings": embeddings,
        "crossed": L * crossed_block + ends,
        "parameters": L * block + ends,
    }


@gpt_parameters.oracle("operator", "counting the numbers in torch.nn's transformer layers", samples=12)
def _(L, d, V, T):
    def size(module):
        return sum(part.numel() for part in module.parameters())

    block = size(torch.nn.TransformerEncoderLayer(d, 1, 4 * d, device="meta"))
    crossed = size(torch.nn.TransformerDecoderLayer(d, 1, 4 * d, device="meta"))
    tables = size(torch.nn.Embedding(V, d, device="meta")) + size(torch.nn.Embedding(T, d, device="meta"))
    ends = tables + size(torch.nn.LayerNorm(d, device="meta"))
    return {
        "block": block,
        "crossed_block": crossed,
        "embeddings": tables,
        "crossed": sum([block + (crossed - block)] * L, ends),
        "parameters": sum([block] * L, ends),
    }


@proof(
    "weights-and-data",
    title="A larger model needs more text, and then wins",
    statement=(
        "Of two language models the one with more weights is better once there is text enough to learn them; "
        "with little text it is worse."
    ),
    symbols={},
    steps={
        "small_few": step(note="loss on new text: context of 1 token, 80 tokens of training"),
        "large_few": step(note="the same with a context of 2 tokens"),
        "small_many": step(note="context of 1 token, 20,000 tokens of training"),
        "large_many": step(note="context of 2 tokens, 20,000 tokens of training"),
    },
    result="large_many",
    source="Kaplan et al., Scaling Laws for Neural Language Models (2020); Brown et al. (2020), section 3",
    vectorized=False,
    claims=[
        claim("large_many < small_many - 0.03", "With much text the larger model is better."),
        claim("large_few > small_few + 0.02", "With little text it is worse."),
        claim("large_many < large_few - 0.2", "The larger model gains by more text."),
        claim("small_many < log(8) and large_many > 0.3", "Both know more than nothing, and neither knows all."),
    ],
    mistakes=[
        mistake(
            "size-alone",
            "large_few < small_few",
            "More weights need more text: with too little of it they are not learned.",
        ),
        mistake(
            "data-alone",
            "small_many < large_many",
            "A small model cannot use what the text holds, however much there is of it.",
        ),
    ],
)
def weights_and_data(random):
    rules = 2 * random.normal(8, 8) + random.normal(8, 8, 8)  # scores of the next token, given the two before it
    table = rules.softmax(2).cumsum(2).tolist()
    text = [0, 1]
    for draw in random.uniform(24_000).tolist():
        text.append(bisect.bisect(table[text[-2]][text[-1]][:-1], draw))  # free: any language
    tokens = torch.tensor(text)

    def loss(context, size):  # counts, each begun at 1, are the weights of the model
        rows = tokens.unfold(0, context + 1, 1)
        places = (rows[:, :-1] * 8 ** torch.arange(context)).sum(1)
        train, test = slice(0, size), slice(-3000, None)
        counts = torch.ones(8**context, 8).index_put(
            (places[train], rows[train, -1]), torch.ones(size), accumulate=True
        )
        return -(counts / counts.sum(1, keepdim=True))[places[test], rows[test, -1]].log().mean()

    return {
        "small_few": loss(1, 80),
        "large_few": loss(2, 80),
        "small_many": loss(1, 20_000),
        "large_many": loss(2, 20_000),
    }


@proof(
    "skip-gram-loss",
    title="Loss of word2vec with negative samples",
    statement=(
        "Skip-gram with negative sampling lowers −ln σ(u·v) for a true neighbour and −ln σ(−w·v) for words drawn at "
        "random."
    ),
    symbols={
        "v": symbol("vector[d] of real in -2..2", "vector of the word in the middle"),
        "u": symbol("vector[d] of real in -2..2", "context vector of a true neighbour"),
        "N": symbol("matrix[k, d] of real in -2..2", "context vectors of words drawn at random, one a row"),
    },
    steps={
        "neighbour": step("-log(sigmoid(u · v))"),
        "drawn": step("-sum(log(sigmoid(-N v)))"),
        "loss": step("neighbour + drawn"),
    },
    source="Mikolov et al., Distributed Representations of Words and Phrases and their Compositionality (2013), 2.2",
    mistakes=[
        mistake("no-negatives", "neighbour", "Without words drawn at random all vectors could become alike."),
        mistake(
            "negatives-pulled-closer",
            "neighbour - sum(log(sigmoid(N v)))",
            "The words drawn at random are to be pushed away: their products enter with a minus.",
        ),
        mistake("negatives-averaged", "neighbour + drawn / k", "Each of the drawn words adds its own term."),
        mistake("no-logarithm", "1 - sigmoid(u · v) + sum(sigmoid(N v))", "The loss is the negative logarithm."),
    ],
)
def skip_gram_loss(v, u, N):
    neighbour, drawn = -torch.log(torch.sigmoid(u @ v)), -torch.log(torch.sigmoid(-(N @ v))).sum()
    return {"neighbour": neighbour, "drawn": drawn, "loss": neighbour + drawn}


@skip_gram_loss.oracle("operator", "binary_cross_entropy_with_logits, label 1 for the neighbour")
def _(v, u, N):
    scores = torch.cat([u[None], N]) @ v
    labels = torch.zeros_like(scores).index_fill(0, torch.tensor([0]), 1.0)
    terms = torch.nn.functional.binary_cross_entropy_with_logits(scores, labels, reduction="none")
    return {"neighbour": terms[0], "drawn": terms[1:].sum(), "loss": terms.sum()}
