"""Proofs for the chapter pretraining-and-transfer."""

from __future__ import annotations

import math

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

# --- transfer ---------------------------------------------------------------------------------------------------


@proof(
    "trainable-parameters",
    title=("Parameters that train after freezing", "동결 후 학습되는 파라미터"),
    statement=(
        "With the backbone n → h frozen only the new head h → k trains: hk + k of all the parameters.",
        "백본 n → h를 동결하면 새 헤드 h → k의 hk + k개만 학습된다.",
    ),
    symbols={
        "n": symbol("size in 1..1000", "inputs", "입력의 수"),
        "h": symbol("size in 1..1000", "features of the backbone", "백본이 내는 특징의 수"),
        "k": symbol("size in 1..1000", "classes of the new task", "새 과제의 클래스 수"),
    },
    steps={
        "backbone": step("n * h + h"),
        "total": step("backbone + trainable"),
        "trainable": step("h * k + k"),
    },
    source="Zhang, Lipton, Li & Smola, Dive into Deep Learning (2023), section 14.2",
    mistakes=[
        mistake(
            "everything",
            "n * h + h + h * k + k",
            "The frozen backbone does not train; its parameters are not counted.",
            "동결한 백본은 학습되지 않으므로 세지 않습니다.",
        ),
        mistake(
            "no-biases",
            "h * k",
            "The biases of the head are missing, one for each class.",
            "헤드의 편향이 빠졌습니다. 클래스마다 하나씩 있습니다.",
        ),
        mistake(
            "the-frozen-ones",
            "n * h + h",
            "Those are the parameters that are frozen.",
            "그것은 동결된 파라미터의 수입니다.",
        ),
        mistake(
            "head-alone",
            "h * k + k",
            "That is the head; once unfrozen, the backbone trains as well.",
            "그것은 헤드만 센 값입니다. 동결을 풀면 백본도 학습됩니다.",
            of="total",
        ),
        mistake(
            "backbone-alone",
            "n * h + h",
            "The head goes on training, too.",
            "헤드도 계속 학습됩니다.",
            of="total",
        ),
        mistake(
            "all-biases-forgotten",
            "n * h + h * k",
            "The biases are missing: one for each feature and one for each class.",
            "편향이 빠졌습니다. 특징마다, 클래스마다 하나씩 있습니다.",
            of="total",
        ),
        mistake(
            "head-on-the-inputs",
            "n * k + k",
            "The head reads the features of the backbone, not the inputs.",
            "헤드의 입력은 원래 입력이 아니라 백본의 특징입니다.",
        ),
    ],
)
def trainable_parameters(n, h, k):
    backbone, trainable = n * h + h, h * k + k
    return {"backbone": backbone, "total": backbone + trainable, "trainable": trainable}


@trainable_parameters.oracle(
    "operator",
    "counting requires_grad in two torch.nn.Linear",
    "torch.nn.Linear 두 개에서 requires_grad 세기",
    samples=16,
)
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
    title=("Transferred features and few labels", "전이한 특징과 적은 레이블"),
    statement=(
        "Features learned on a large related task make ten labelled samples enough; learning from scratch needs many more.",
        "큰 유사 과제에서 배운 특징을 쓰면 레이블이 있는 표본 열 개로도 되지만, 처음부터 배우려면 훨씬 많이 필요하다.",
    ),
    symbols={},
    steps={
        "scratch_few": step(
            en="mean test accuracy of 10 samples from scratch", ko="표본 10개로 처음부터 배운 평균 시험 정확도"
        ),
        "transfer_few": step(
            en="mean test accuracy of 10 samples on transferred features",
            ko="표본 10개와 전이한 특징의 평균 시험 정확도",
        ),
        "unrelated_few": step(en="the same with features of an unrelated task", ko="관련 없는 과제의 특징을 썼을 때"),
        "scratch_many": step(
            en="test accuracy of 2000 samples from scratch", ko="표본 2000개로 처음부터 배운 시험 정확도"
        ),
    },
    result="transfer_few",
    source="Pan & Yang, A Survey on Transfer Learning (2010), sections 1 and 2",
    vectorized=False,
    claims=[
        claim(
            "transfer_few > scratch_few + 0.05", "Transfer helps with few samples.", "표본이 적으면 전이가 도움이 된다."
        ),
        claim(
            "unrelated_few < transfer_few - 0.1", "The source task must be related.", "원래 과제가 관련 있어야 한다."
        ),
        claim("scratch_many > 0.9", "With many samples scratch works as well.", "표본이 많으면 처음부터 배워도 된다."),
    ],
    mistakes=[
        mistake(
            "any-source-helps",
            "unrelated_few >= transfer_few",
            "Features of an unrelated task need not contain what the new task depends on.",
            "관련 없는 과제의 특징에는 새 과제에 필요한 것이 들어 있지 않을 수 있습니다.",
        ),
        mistake(
            "scratch-is-better",
            "scratch_few > transfer_few",
            "Ten samples cannot fix 32 weights, but they can fix two.",
            "표본 열 개로 가중치 32개는 정할 수 없지만 두 개는 정할 수 있습니다.",
        ),
    ],
)
def transfer_with_few_samples(random):
    hidden, other = torch.linalg.qr(random.normal(32, 4))[0].split(
        2, 1
    )  # the two directions that matter; two that do not

    def learned(directions):  # features from a source task: 2000 samples with two targets
        inputs = random.normal(2000, 32)
        targets = inputs @ directions + random.normal(2000, 2)
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
    title=("Head first, then fine-tuning", "헤드 학습과 미세 조정"),
    statement=(
        "Training the head alone leaves the frozen backbone as it is; fine-tuning both with a small rate lowers the loss further.",
        "헤드만 학습하면 동결한 백본은 그대로이고, 작은 학습률로 둘 다 미세 조정하면 손실이 더 줄어든다.",
    ),
    symbols={},
    steps={
        "loss_start": step(
            en="loss with the pre-trained backbone and a head of zeros", ko="사전 학습한 백본과 0인 헤드의 손실"
        ),
        "loss_head": step(en="loss after training the head alone", ko="헤드만 학습한 뒤의 손실"),
        "moved_frozen": step(en="movement of the backbone meanwhile", ko="그동안 백본이 움직인 거리"),
        "moved_head": step(en="movement of the head meanwhile", ko="그동안 헤드가 움직인 거리"),
        "loss_tuned": step(en="loss after fine-tuning both", ko="둘 다 미세 조정한 뒤의 손실"),
        "moved_tuned": step(
            en="relative change of the backbone by fine-tuning", ko="미세 조정에 의한 백본의 상대적 변화"
        ),
    },
    result="loss_tuned",
    source="Yosinski, Clune, Bengio & Lipson, How transferable are features in deep neural networks? (2014)",
    vectorized=False,
    claims=[
        claim(
            "moved_frozen = 0 and moved_head > 0.1", "Frozen weights do not move.", "동결한 가중치는 움직이지 않는다."
        ),
        claim("loss_head < 0.8 * loss_start", "The head alone already helps.", "헤드만 학습해도 좋아진다."),
        claim("loss_tuned < 0.8 * loss_head", "Fine-tuning lowers the loss further.", "미세 조정은 손실을 더 줄인다."),
        claim(
            "moved_tuned > 0.001 and moved_tuned < 0.5",
            "The backbone changes, but not much.",
            "백본은 변하지만 크게 변하지 않는다.",
        ),
    ],
    mistakes=[
        mistake(
            "head-is-enough",
            "loss_head <= loss_tuned",
            "The backbone was made for another task; adapting it fits the new one better.",
            "백본은 다른 과제용이므로 새 과제에 맞게 고치면 더 잘 맞습니다.",
        ),
        mistake(
            "frozen-moves",
            "moved_frozen > 0.001",
            "A frozen weight gets no gradient and no update.",
            "동결한 가중치는 기울기도 갱신도 받지 않습니다.",
        ),
        mistake(
            "forgets-everything",
            "moved_tuned > 1",
            "Fine-tuning starts from the pre-trained weights and stays near them.",
            "미세 조정은 사전 학습한 가중치에서 시작하여 그 근처에 머뭅니다.",
        ),
    ],
)
def head_then_fine_tuning(random):
    inputs, ideal, truth = random.normal(100, 10), random.normal(10, 16) / 10**0.5, random.normal(16, 2)
    targets = torch.tanh(inputs @ ideal) @ truth
    pretrained = ideal + 0.15 * random.normal(10, 16)  # learned on a slightly different task
    backbone, head = pretrained.clone().requires_grad_(), torch.zeros(16, 2, requires_grad=True)

    def loss():
        return ((torch.tanh(inputs @ backbone) @ head - targets) ** 2).mean()

    def train(weights, rate, steps):
        for _ in range(steps):
            for weight, slope in zip(weights, torch.autograd.grad(loss(), weights), strict=True):
                weight.data -= rate * slope
        return loss().detach()

    start, loss_head = loss().detach(), train([head], 0.3, 150)
    moved_frozen, moved_head = (backbone - pretrained).norm().detach(), head.norm().detach()
    loss_tuned = train([backbone, head], 0.1, 100)
    return {
        "loss_start": start,
        "loss_head": loss_head,
        "moved_frozen": moved_frozen,
        "moved_head": moved_head,
        "loss_tuned": loss_tuned,
        "moved_tuned": ((backbone - pretrained).norm() / pretrained.norm()).detach(),
    }


# --- language models --------------------------------------------------------------------------------------------


@proof(
    "masked-token-loss",
    title=("Loss of a masked language model", "마스크 언어 모델의 손실"),
    statement=(
        "BERT's loss is the mean of −ln p of the correct token over the masked positions; the others do not count.",
        "BERT의 손실은 가려진 위치에서 정답 토큰의 −ln p를 평균한 값이며 나머지 위치는 세지 않는다.",
    ),
    symbols={
        "p": symbol(
            "vector[n] of open-probability in 0.02..0.98", "probability of the correct token", "정답 토큰의 확률"
        ),
        "mask": symbol("vector[n] of bit", "1 where the token is hidden", "가려진 토큰이면 1", aliases=["m"]),
    },
    where=("sum(mask) > 0",),
    steps={
        "masked": step("sum(mask)"),
        "losses": step("-log(p)"),
        "loss": step("sum(mask * losses) / masked"),
    },
    source="Devlin et al., BERT: Pre-training of Deep Bidirectional Transformers (2019), section 3.1",
    mistakes=[
        mistake(
            "all-positions",
            "mean(losses)",
            "Only the masked positions enter the loss.",
            "손실에는 가려진 위치만 들어갑니다.",
        ),
        mistake(
            "divided-by-all",
            "sum(mask * losses) / n",
            "Divide by the number of masked positions, not by the length of the sentence.",
            "문장 길이가 아니라 가려진 위치의 수로 나눕니다.",
        ),
        mistake(
            "visible-positions",
            "sum((1 - mask) * losses) / n",
            "The visible tokens are the input; the hidden ones are to be predicted.",
            "보이는 토큰은 입력이고 예측할 것은 가려진 토큰입니다.",
        ),
        mistake(
            "log-of-the-mean",
            "-log(sum(mask * p) / masked)",
            "Take the logarithms first and average them then.",
            "먼저 로그를 취한 다음 평균합니다.",
        ),
    ],
)
def masked_token_loss(p, mask):
    masked, losses = mask.sum(), -torch.log(p)
    return {"masked": masked, "losses": losses, "loss": (mask * losses).sum() / masked}


@masked_token_loss.oracle("operator", "cross_entropy with ignore_index=-100", "cross_entropy (ignore_index=-100)")
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
    title=("Bidirectional and causal attention", "양방향 어텐션과 인과 어텐션"),
    statement=(
        "Without a mask (BERT) the first token's output depends on later tokens; under the causal mask (GPT) it does not.",
        "마스크가 없으면(BERT) 첫 토큰의 출력이 뒤의 토큰에 의존하고, 인과 마스크가 있으면(GPT) 의존하지 않는다.",
    ),
    symbols={},
    steps={
        "bert_first": step(
            en="change of the first output as the last token changes, no mask",
            ko="마지막 토큰을 바꿀 때 첫 출력의 변화 (마스크 없음)",
        ),
        "gpt_first": step(en="the same under the causal mask", ko="같은 변화 (인과 마스크)"),
        "bert_last": step(
            en="change of the last output as the first token changes, no mask",
            ko="첫 토큰을 바꿀 때 마지막 출력의 변화 (마스크 없음)",
        ),
        "gpt_last": step(en="the same under the causal mask", ko="같은 변화 (인과 마스크)"),
    },
    result="bert_first",
    source="Devlin et al., BERT: Pre-training of Deep Bidirectional Transformers (2019), section 3 and figure 3",
    vectorized=False,
    claims=[
        claim("bert_first > 1e-6 and gpt_first < 1e-12", "Only BERT looks ahead.", "BERT만 뒤를 본다."),
        claim("bert_last > 1e-6 and gpt_last > 1e-6", "Both look back.", "앞은 둘 다 본다."),
    ],
    mistakes=[
        mistake(
            "gpt-looks-ahead",
            "gpt_first > 1e-6",
            "The causal mask hides the later tokens, which GPT is to predict.",
            "인과 마스크는 GPT가 예측해야 할 뒤의 토큰을 가립니다.",
        ),
        mistake(
            "gpt-sees-nothing",
            "gpt_last < 1e-12",
            "Under the causal mask a token sees itself and all earlier ones.",
            "인과 마스크에서도 토큰은 자신과 앞의 모든 토큰을 봅니다.",
        ),
    ],
)
def who_sees_whom(random):
    tokens = random.normal(5, 4)
    query, key, value = random.normal(3, 4, 4) / 2

    def outputs(sequence, causal):
        scores = (sequence @ query) @ (sequence @ key).T / 2
        if causal:
            scores = scores.masked_fill(torch.ones(5, 5).triu(1) > 0, -math.inf)
        return scores.softmax(-1) @ (sequence @ value)

    def change(place, seen, causal):  # how far output `seen` moves when the token at `place` changes
        other = tokens.clone()
        other[place] += 1.0
        return (outputs(other, causal) - outputs(tokens, causal))[seen].norm()

    return {
        "bert_first": change(4, 0, False),
        "gpt_first": change(4, 0, True),
        "bert_last": change(0, 4, False),
        "gpt_last": change(0, 4, True),
    }


@proof(
    "gpt-parameters",
    title=("Parameters of GPT", "GPT의 파라미터 수"),
    statement=(
        "GPT stacks L decoder blocks without cross-attention, 12d² + 13d parameters each, on token and position embeddings.",
        "GPT는 토큰·위치 임베딩 위에 교차 어텐션이 없는 디코더 블록(각 12d² + 13d개) L개를 쌓은 것이다.",
    ),
    symbols={
        "L": symbol("size in 1..100", "blocks", "블록의 수"),
        "d": symbol("size in 1..13000", "width of the model", "모델의 너비", aliases=["d_model"]),
        "V": symbol("size in 1..60000", "words of the vocabulary", "어휘의 크기"),
        "T": symbol("size in 1..4096", "longest context", "최대 문맥 길이"),
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
            "GPT에는 인코더가 없으므로 블록에 교차 어텐션도 없습니다.",
        ),
        mistake(
            "one-block",
            "12 * d^2 + 13 * d + V * d + T * d + 2 * d",
            "The blocks do not share their weights: there are L of them.",
            "블록은 가중치를 공유하지 않으므로 L배입니다.",
        ),
        mistake(
            "attention-only",
            "L * (4 * d^2 + 4 * d) + V * d + T * d + 2 * d",
            "The feed-forward part of each block, 8d² and its biases, is missing.",
            "블록마다 있는 피드포워드 부분 8d²과 편향이 빠졌습니다.",
        ),
        mistake(
            "no-embeddings",
            "L * (12 * d^2 + 13 * d)",
            "The embeddings of tokens and positions are missing.",
            "토큰과 위치의 임베딩이 빠졌습니다.",
        ),
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


@gpt_parameters.oracle(
    "operator", "counting the numbers in torch.nn's transformer layers", "torch.nn의 트랜스포머 층에서 세기", samples=12
)
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
