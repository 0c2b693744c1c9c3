"""Proofs for the chapter lstm-and-gru."""

from __future__ import annotations

from quizprep.lazy import numpy, torch
from quizprep.proofs import claim, mistake, proof, step, symbol

LSTM_SOURCE = (
    "Hochreiter & Schmidhuber (1997), Long short-term memory, Neural Computation 9(8); "
    "forget gate: Gers, Schmidhuber & Cummins (2000), Learning to forget, Neural Computation 12(10)"
)
GRU_SOURCE = "Cho et al. (2014), Learning phrase representations using RNN encoder-decoder, sec. 2.3 (arXiv 1406.1078)"


def gate_weights(gate_en, gate_ko, aliases=()):
    """The weight matrix of a gate, which acts on the concatenation [h, x]."""
    return symbol("matrix[hidden, hidden+input]", f"weights of the {gate_en}", f"{gate_ko}의 가중치", aliases)


def gate_bias(gate_en, gate_ko, aliases=()):
    """The bias of a gate."""
    return symbol("vector[hidden]", f"bias of the {gate_en}", f"{gate_ko}의 편향", aliases)


# --- the LSTM cell ----------------------------------------------------------------------------


@proof(
    "lstm-cell",
    title=("One step of an LSTM", "LSTM의 한 시점"),
    statement=(
        "Three sigmoid gates and a tanh candidate, all of [h, x], update the cell state additively and "
        "let part of it out as the hidden state.",
        "[h, x]에서 계산한 시그모이드 게이트 셋과 tanh 후보가 셀 상태를 덧셈으로 갱신하고, 그 일부를 은닉 상태로 내보낸다.",
    ),
    symbols={
        "x": symbol("vector[input]", "input at this time step", "현재 시점의 입력", ["x_t"]),
        "h": symbol("vector[hidden]", "previous hidden state", "직전 은닉 상태", ["h_{t-1}"]),
        "c": symbol("vector[hidden]", "previous cell state", "직전 셀 상태", ["C_{t-1}", "c_{t-1}"]),
        "W_f": gate_weights("forget gate", "망각 게이트"),
        "W_i": gate_weights("input gate", "입력 게이트"),
        "W_g": gate_weights("candidate", "후보", ["W_C", "W_c"]),
        "W_o": gate_weights("output gate", "출력 게이트"),
        "b_f": gate_bias("forget gate", "망각 게이트"),
        "b_i": gate_bias("input gate", "입력 게이트"),
        "b_g": gate_bias("candidate", "후보", ["b_C", "b_c"]),
        "b_o": gate_bias("output gate", "출력 게이트"),
    },
    steps={
        "f": step("sigmoid(W_f [h; x] + b_f)", aliases=["f_t"]),
        "i": step("sigmoid(W_i [h; x] + b_i)", aliases=["i_t"]),
        "g": step("tanh(W_g [h; x] + b_g)", aliases=["g_t", r"\tilde C_t", r"\tilde c_t", r"\tilde C", r"\tilde c"]),
        "o": step("sigmoid(W_o [h; x] + b_o)", aliases=["o_t"]),
        "c_next": step("f * c + i * g", aliases=["C_t", "c_t"]),
        "h_next": step("o * tanh(c_next)", aliases=["h_t"]),
    },
    source=LSTM_SOURCE,
    mistakes=[
        mistake(
            "gates-swapped",
            "i * c + f * g",
            "Forget and input gate are swapped: the forget gate f scales the old cell state, the input gate i the candidate.",
            "망각 게이트와 입력 게이트가 뒤바뀌었습니다. 이전 셀 상태에는 f를, 후보에는 i를 곱합니다.",
            of="c_next",
        ),
        mistake(
            "gates-tied",
            "f * c + (1 - f) * g",
            "That ties the input gate to the forget gate, as in a GRU; an LSTM has an input gate of its own.",
            "GRU처럼 입력 게이트를 1 − f로 묶었습니다. LSTM에는 입력 게이트가 따로 있습니다.",
            of="c_next",
        ),
        mistake(
            "cell-multiplied",
            "f * c * i * g",
            "Old memory and candidate are added, not multiplied.",
            "이전 기억과 후보는 곱하는 것이 아니라 더합니다.",
            of="c_next",
        ),
        mistake(
            "no-tanh-on-the-cell",
            "o * c_next",
            "The tanh on the cell state is missing: the hidden state is the output gate times tanh of the cell.",
            "셀 상태에 tanh가 빠졌습니다. 은닉 상태는 출력 게이트와 tanh(셀 상태)의 곱입니다.",
        ),
        mistake(
            "old-cell-let-out",
            "o * tanh(c)",
            "The output is read from the old cell state; the updated one is meant.",
            "이전 셀 상태를 내보냈습니다. 갱신된 셀 상태를 써야 합니다.",
        ),
        mistake(
            "tanh-gate",
            "tanh(W_f [h; x] + b_f)",
            "A gate needs a sigmoid, which stays between 0 and 1; tanh would flip the sign of the memory.",
            "게이트에는 0과 1 사이의 값을 내는 시그모이드를 씁니다. tanh를 쓰면 기억의 부호가 뒤집힐 수 있습니다.",
            of="f",
        ),
        mistake(
            "sigmoid-candidate",
            "sigmoid(W_g [h; x] + b_g)",
            "The candidate uses tanh, so that it can lower the cell state as well as raise it.",
            "후보에는 tanh를 씁니다. 그래야 셀 상태를 올릴 수도 내릴 수도 있습니다.",
            of="g",
        ),
    ],
    claims=[
        claim(
            "max(abs(h_next)) <= 1",
            "no entry of the hidden state exceeds 1 in size",
            "은닉 상태의 각 성분은 크기가 1을 넘지 않는다",
        ),
        claim(
            "max(abs(c_next)) <= max(abs(c)) + 1",
            "a step adds at most 1 to the size of the cell state",
            "한 시점에 셀 상태의 크기는 최대 1만큼 늘어난다",
        ),
    ],
)
def lstm_cell(x, h, c, W_f, W_i, W_g, W_o, b_f, b_i, b_g, b_o):
    both = torch.cat([h, x])
    f = torch.sigmoid(W_f @ both + b_f)
    i = torch.sigmoid(W_i @ both + b_i)
    g = torch.tanh(W_g @ both + b_g)
    o = torch.sigmoid(W_o @ both + b_o)
    c_next = f * c + i * g
    return {"f": f, "i": i, "g": g, "o": o, "c_next": c_next, "h_next": o * torch.tanh(c_next)}


@lstm_cell.oracle("operator", "torch.nn.LSTMCell")
def _(x, h, c, W_f, W_i, W_g, W_o, b_f, b_i, b_g, b_o):
    cell = torch.nn.LSTMCell(len(x), len(h))
    weights = torch.cat([W_i, W_f, W_g, W_o])  # the operator's order of the blocks
    parameters = {
        "weight_hh": weights[:, : len(h)],
        "weight_ih": weights[:, len(h) :],
        "bias_ih": torch.cat([b_i, b_f, b_g, b_o]),
        "bias_hh": torch.zeros(4 * len(h)),
    }
    h_next, c_next = torch.func.functional_call(cell, parameters, (x, (h, c)))
    return {"c_next": c_next, "h_next": h_next}


@lstm_cell.oracle("brute-force", "unit by unit in numpy loops", "numpy 반복문으로 유닛 하나씩", samples=16)
def _(x, h, c, W_f, W_i, W_g, W_o, b_f, b_i, b_g, b_o):
    inputs = [*h.tolist(), *x.tolist()]
    cells, outputs = [], []
    for unit in range(len(h)):
        forget, write, candidate, output = (
            sum(weight * value for weight, value in zip(weights[unit].tolist(), inputs, strict=True))
            + bias[unit].item()
            for weights, bias in ((W_f, b_f), (W_i, b_i), (W_g, b_g), (W_o, b_o))
        )
        gates = [1 / (1 + numpy.exp(-score)) for score in (forget, write, output)]
        cells.append(gates[0] * c[unit].item() + gates[1] * numpy.tanh(candidate))
        outputs.append(gates[2] * numpy.tanh(cells[-1]))
    return {"c_next": torch.tensor(cells), "h_next": torch.tensor(outputs)}


@proof(
    "lstm-cell-update",
    title=("LSTM state update of one unit", "LSTM 유닛 하나의 상태 갱신"),
    statement=(
        "The forget gate scales the old cell state, the input gate the candidate; their sum is the new cell state, "
        "and the output gate lets its tanh out.",
        "망각 게이트는 이전 셀 상태에, 입력 게이트는 후보에 곱해지고 그 합이 새 셀 상태이며, 출력 게이트는 그 tanh를 내보낸다.",
    ),
    symbols={
        "c": symbol("real", "previous cell state", "직전 셀 상태", ["C_{t-1}", "c_{t-1}"]),
        "f": symbol("probability", "forget gate", "망각 게이트", ["f_t"]),
        "i": symbol("probability", "input gate", "입력 게이트", ["i_t"]),
        "g": symbol("real in -0.99..0.99", "candidate", "후보", ["g_t", r"\tilde C_t", r"\tilde c_t"]),
        "o": symbol("probability", "output gate", "출력 게이트", ["o_t"]),
    },
    steps={
        "kept": step("f * c"),
        "written": step("i * g"),
        "c_next": step("f * c + i * g", aliases=["C_t", "c_t"]),
        "h_next": step("o * tanh(c_next)", aliases=["h_t"]),
    },
    result="c_next",
    source=LSTM_SOURCE,
    mistakes=[
        mistake(
            "gates-swapped",
            "i * c + f * g",
            "Forget and input gate are swapped.",
            "망각 게이트와 입력 게이트가 뒤바뀌었습니다.",
        ),
        mistake(
            "gates-tied",
            "f * c + (1 - f) * g",
            "That ties the input gate to the forget gate, as in a GRU.",
            "GRU처럼 입력 게이트를 1 − f로 묶었습니다.",
        ),
        mistake(
            "forgets-what-it-keeps",
            "(1 - f) * c + i * g",
            "The forget gate says what is kept, not what is thrown away: f = 1 keeps everything.",
            "망각 게이트의 값은 버리는 비율이 아니라 남기는 비율입니다. f = 1이면 모두 남습니다.",
        ),
        mistake(
            "candidate-ungated",
            "f * c + g",
            "The input gate is missing: only the share i of the candidate is written.",
            "입력 게이트가 빠졌습니다. 후보 중 i의 비율만큼만 기록됩니다.",
        ),
        mistake(
            "output-is-the-cell",
            "o * c_next",
            "The tanh on the cell state is missing.",
            "셀 상태에 tanh가 빠졌습니다.",
            of="h_next",
        ),
    ],
)
def lstm_cell_update(c, f, i, g, o):
    kept = f * c
    written = i * g
    c_next = kept + written
    return {"kept": kept, "written": written, "c_next": c_next, "h_next": o * torch.tanh(c_next)}


@lstm_cell_update.oracle(
    "operator", "torch.nn.LSTMCell, gates set by its bias", "편향으로 게이트를 정한 torch.nn.LSTMCell"
)
def _(c, f, i, g, o):
    bias = torch.stack([torch.logit(i), torch.logit(f), torch.atanh(g), torch.logit(o)])
    parameters = {
        "weight_ih": torch.zeros(4, 1),
        "weight_hh": torch.zeros(4, 1),
        "bias_ih": bias,
        "bias_hh": torch.zeros(4),
    }
    h_next, c_next = torch.func.functional_call(
        torch.nn.LSTMCell(1, 1), parameters, (torch.zeros(1), (torch.zeros(1), c.reshape(1)))
    )
    return {"c_next": c_next[0], "h_next": h_next[0]}


@proof(
    "lstm-gate-sensitivities",
    title=("What each LSTM gate lets through", "LSTM 게이트가 통과시키는 것"),
    statement=(
        "The derivative of the new cell state is f for the old cell state, i for the candidate and 0 for the output gate.",
        "새 셀 상태의 미분은 이전 셀 상태에 대해 f, 후보에 대해 i, 출력 게이트에 대해 0이다.",
    ),
    symbols={
        "c": symbol("real in -3..3", "previous cell state", "직전 셀 상태", ["C_{t-1}", "c_{t-1}"]),
        "f": symbol("probability", "forget gate", "망각 게이트", ["f_t"]),
        "i": symbol("probability", "input gate", "입력 게이트", ["i_t"]),
        "g": symbol("real in -1..1", "candidate", "후보", ["g_t", r"\tilde C_t", r"\tilde c_t"]),
        "o": symbol("probability", "output gate", "출력 게이트", ["o_t"]),
    },
    steps={
        "c_next": step("f * c + i * g", aliases=["C_t", "c_t"]),
        "from_old_cell": step("f"),
        "from_candidate": step("i"),
        "from_output_gate": step(en="0: o does not occur in c_next", ko="0: c_next에는 o가 없음"),
        "output_from_output_gate": step("tanh(c_next)"),
        "output_from_old_cell": step("o * (1 - tanh(c_next)^2) * from_old_cell"),
    },
    result="from_old_cell",
    source=LSTM_SOURCE,
    mistakes=[
        mistake(
            "input-gate",
            "i",
            "The old cell state is multiplied by the forget gate; the input gate belongs to the candidate.",
            "이전 셀 상태에는 망각 게이트가 곱해집니다. 입력 게이트는 후보에 곱해집니다.",
        ),
        mistake(
            "one-minus-forget",
            "1 - f",
            "The forget gate is what is kept: f = 1 lets everything through.",
            "망각 게이트는 남기는 비율입니다. f = 1이면 모두 통과합니다.",
        ),
        mistake(
            "sigmoid-slope",
            "f * (1 - f)",
            "That is the slope of the gate's own sigmoid; along the cell state the gate is a plain factor.",
            "그것은 게이트 시그모이드 자체의 기울기입니다. 셀 상태를 따라서는 게이트가 곱해질 뿐입니다.",
        ),
    ],
)
def lstm_gate_sensitivities(c, f, i, g, o):
    c_next = f * c + i * g
    return {
        "c_next": c_next,
        "from_old_cell": f,
        "from_candidate": i,
        "from_output_gate": torch.zeros_like(o),
        "output_from_output_gate": torch.tanh(c_next),
        "output_from_old_cell": o * (1 - torch.tanh(c_next) ** 2) * f,
    }


@lstm_gate_sensitivities.oracle("autograd", "torch.autograd.grad", samples=32)
def _(c, f, i, g, o):
    c, f, i, g, o = (value.detach().requires_grad_() for value in (c, f, i, g, o))
    c_next = f * c + i * g
    h_next = o * torch.tanh(c_next)
    of_cell = torch.autograd.grad(c_next, (c, g, o), retain_graph=True, allow_unused=True, materialize_grads=True)
    of_output = torch.autograd.grad(h_next, (o, c))
    return {
        "from_old_cell": of_cell[0],
        "from_candidate": of_cell[1],
        "from_output_gate": of_cell[2],
        "output_from_output_gate": of_output[0],
        "output_from_old_cell": of_output[1],
    }


# --- memory over time -------------------------------------------------------------------------


@proof(
    "lstm-memory-decay",
    title=("Memory left after n steps", "n 시점 뒤에 남은 기억"),
    statement=(
        "With a constant forget gate f and nothing written, the share f^n of the cell state is left after n steps.",
        "망각 게이트가 f로 일정하고 새로 쓰는 것이 없으면 n 시점 뒤 셀 상태는 f^T의 비율만 남는다.",
    ),
    symbols={
        "f": symbol("open-probability", "forget gate, the same at each step", "매 시점 같은 망각 게이트 값"),
        "n": symbol("size in 1..200", "number of time steps", "시점의 수"),
    },
    steps={
        "remaining": step("f^n"),
        "half_life": step("log(1/2) / log(f)"),
    },
    result="remaining",
    source="Gers, Schmidhuber & Cummins (2000), Learning to forget, Neural Computation 12(10)",
    mistakes=[
        mistake(
            "linear",
            "1 - n * (1 - f)",
            "Each step takes its share of what is left, so the loss is not the same at every step.",
            "매 시점 남아 있는 것의 일정 비율을 잃으므로, 잃는 양은 시점마다 같지 않습니다.",
        ),
        mistake(
            "forgotten-share",
            "(1 - f)^n",
            "f is the share that is kept at each step, not the share that is lost.",
            "f는 잃는 비율이 아니라 남기는 비율입니다.",
        ),
        mistake(
            "product",
            "f * n",
            "The factors of the steps are multiplied with one another, not added up.",
            "시점마다의 비율은 더하는 것이 아니라 서로 곱합니다.",
        ),
        mistake(
            "one-step",
            "f",
            "That is what one step leaves; there are n of them.",
            "그것은 한 시점 뒤에 남는 비율입니다. 시점은 T개입니다.",
        ),
    ],
)
def lstm_memory_decay(f, n):
    return {"remaining": f**n, "half_life": torch.log(torch.tensor(0.5)) / torch.log(f)}


@lstm_memory_decay.oracle("autograd", "gradient through n cell updates", "셀 갱신 T번을 지나는 기울기")
def _(f, n):
    start = torch.tensor(0.7, requires_grad=True)
    c = start
    for _ in range(n):
        c = f * c + 0.1
    return torch.autograd.grad(c, start)[0]


@proof(
    "lstm-gradient-flow",
    title=("Gradient along the cell state", "셀 상태를 따라 흐르는 기울기"),
    statement=(
        "Along the cell state the gradient from the last step to the first is the product of the forget gates.",
        "셀 상태를 따라 마지막 시점에서 처음까지 흐르는 기울기는 망각 게이트 값들의 곱이다.",
    ),
    symbols={
        "f": symbol("vector[T] of open-probability", "forget gate at each step", "시점별 망각 게이트 값", ["f_t"])
    },
    steps={"gradient": step("prod(f)")},
    source="Gers, Schmidhuber & Cummins (2000), Learning to forget, Neural Computation 12(10)",
    mistakes=[
        mistake(
            "sum-of-gates",
            "sum(f)",
            "By the chain rule the factors of the steps are multiplied, not added.",
            "연쇄 법칙에 따라 시점별 인수는 더하지 않고 곱합니다.",
        ),
        mistake(
            "weakest-gate",
            "min(f)",
            "The smallest gate limits the gradient, but every other gate shrinks it further.",
            "가장 작은 게이트가 한계를 정하지만, 나머지 게이트도 기울기를 더 줄입니다.",
        ),
        mistake(
            "mean-gate",
            "mean(f)",
            "The gates do not average out along the path: they are multiplied.",
            "게이트 값은 경로를 따라 평균되지 않고 곱해집니다.",
        ),
        mistake(
            "forgotten-shares",
            "prod(1 - f)",
            "The gate is the share that is kept; 1 − f is what is lost.",
            "게이트 값은 남기는 비율입니다. 1 − f는 잃는 비율입니다.",
        ),
    ],
    claims=[
        claim(
            "gradient <= min(f)",
            "one closed gate is enough to stop the gradient",
            "게이트 하나만 닫혀도 기울기가 막힌다",
        ),
    ],
)
def lstm_gradient_flow(f):
    return {"gradient": torch.prod(f)}


@lstm_gradient_flow.oracle(
    "autograd",
    "torch.nn.LSTMCell unrolled, gates set by its bias",
    "편향으로 게이트를 정해 펼친 torch.nn.LSTMCell",
    samples=16,
)
def _(f):
    cell = torch.nn.LSTMCell(1, 1)
    still = {"weight_ih": torch.zeros(4, 1), "weight_hh": torch.zeros(4, 1), "bias_hh": torch.zeros(4)}
    start = torch.full((1,), 0.7, requires_grad=True)
    h, c = torch.zeros(1), start
    for gate in f:
        bias = torch.stack([torch.tensor(0.3), torch.logit(gate), torch.tensor(-0.4), torch.tensor(0.5)])
        h, c = torch.func.functional_call(cell, {**still, "bias_ih": bias}, (torch.zeros(1), (h, c)))
    return torch.autograd.grad(c[0], start)[0][0]


@proof(
    "lstm-against-tanh-rnn",
    title=("An open LSTM memory and a tanh RNN", "열린 LSTM 기억과 tanh RNN"),
    statement=(
        "With f = 1 and i = 0 an LSTM keeps its cell state over n steps; a tanh RNN with weight w below 1 loses its state.",
        "f = 1, i = 0이면 LSTM은 n 시점 동안 셀 상태를 유지하지만, 가중치 w가 1보다 작은 tanh RNN은 상태를 잃는다.",
    ),
    symbols={
        "start": symbol("real in -1..1", "state before the first step", "처음 상태"),
        "w": symbol("probability", "recurrent weight of the RNN", "RNN의 순환 가중치"),
        "n": symbol("size in 1..200", "number of time steps", "시점의 수"),
    },
    steps={
        "lstm_state": step("start"),
        "rnn_state": step(en="h = tanh(w h), n times", ko="h = tanh(w h)를 T번"),
    },
    source="Hochreiter & Schmidhuber (1997), Long short-term memory, Neural Computation 9(8), sec. 3-4",
    mistakes=[
        mistake(
            "linear-rnn",
            "start * w^n",
            "That ignores tanh, which shrinks the state a little more at each step.",
            "tanh를 무시한 값입니다. tanh는 매 시점 상태를 조금 더 줄입니다.",
        ),
        mistake(
            "rnn-remembers",
            "start",
            "Only the LSTM with f = 1 and i = 0 keeps its state unchanged.",
            "상태를 그대로 지키는 것은 f = 1, i = 0인 LSTM뿐입니다.",
        ),
        mistake(
            "one-step",
            "tanh(w * start)",
            "That is the state after one step only.",
            "그것은 한 시점 뒤의 상태일 뿐입니다.",
        ),
    ],
    claims=[
        claim(
            "abs(rnn_state) <= w^n * abs(start)",
            "the RNN keeps at most the share w^n",
            "RNN에는 최대 w^T의 비율만 남는다",
        ),
    ],
)
def lstm_against_tanh_rnn(start, w, n):
    state = start
    for _ in range(n):
        state = torch.tanh(w * state)
    return {"lstm_state": start, "rnn_state": state}


@lstm_against_tanh_rnn.oracle("operator", "torch.nn.LSTM, torch.nn.RNN")
def _(start, w, n):
    silence, before = torch.zeros(n, 1), start.reshape(1, 1)
    infinity = torch.tensor(float("inf"))
    gates = torch.stack([-infinity, infinity, torch.tensor(0.0), torch.tensor(0.0)])  # i = 0, f = 1
    lstm = {
        "weight_ih_l0": torch.zeros(4, 1),
        "weight_hh_l0": torch.zeros(4, 1),
        "bias_ih_l0": gates,
        "bias_hh_l0": torch.zeros(4),
    }
    rnn = {
        "weight_ih_l0": torch.zeros(1, 1),
        "weight_hh_l0": w.reshape(1, 1),
        "bias_ih_l0": torch.zeros(1),
        "bias_hh_l0": torch.zeros(1),
    }
    _, (_, c) = torch.func.functional_call(torch.nn.LSTM(1, 1), lstm, (silence, (torch.zeros(1, 1), before)))
    _, h = torch.func.functional_call(torch.nn.RNN(1, 1), rnn, (silence, before))
    return {"lstm_state": c[0, 0], "rnn_state": h[0, 0]}


@proof(
    "lstm-states-and-sequences",
    title=("Two states, one sequence", "상태 둘, 시퀀스 하나"),
    statement=(
        "An LSTM gives a hidden state at every step and only the last cell state; both start at zero in each new "
        "sequence unless they are handed on.",
        "LSTM은 매 시점의 은닉 상태와 마지막 셀 상태만 돌려주며, 넘겨주지 않는 한 두 상태는 새 시퀀스마다 0에서 시작한다.",
    ),
    symbols={},
    steps={
        "outputs_per_sequence": step(en="hidden states returned for 5 steps", ko="5시점에서 돌려준 은닉 상태의 수"),
        "cells_per_sequence": step(en="cell states returned for 5 steps", ko="5시점에서 돌려준 셀 상태의 수"),
        "change_by_default": step(en="sequence B after A, against B alone", ko="A 다음의 B와 B만 넣은 결과의 차이"),
        "change_when_handed_on": step(en="the same with A's states handed on", ko="A의 상태를 넘겨준 경우의 차이"),
        "largest_hidden": step(
            en="max |h| after 10 steps with f, i, g near 1",
            ko="f, i, g를 1 가까이 두고 10시점 뒤 |h|의 최댓값",
        ),
        "largest_cell": step(en="max |c| after the same steps", ko="같은 시점들 뒤 |c|의 최댓값"),
    },
    source="torch.nn.LSTM, documentation: Inputs and Outputs",
    claims=[
        claim(
            "outputs_per_sequence = 5 and cells_per_sequence = 1",
            "five hidden states come out, one cell state",
            "은닉 상태는 5개, 셀 상태는 1개가 나온다",
        ),
        claim(
            "change_by_default = 0",
            "by default nothing is carried to the next sequence",
            "기본으로는 다음 시퀀스로 아무것도 넘어가지 않는다",
        ),
        claim(
            "change_when_handed_on > 0.001",
            "handing the states on changes the outputs",
            "상태를 넘겨주면 출력이 달라진다",
        ),
        claim(
            "largest_hidden < 1 and largest_cell > 9",
            "the cell state grows, the hidden state stays below 1",
            "셀 상태는 커지지만 은닉 상태는 1보다 작다",
        ),
    ],
    mistakes=[
        mistake(
            "memory-across-sequences",
            "change_by_default > 0.001",
            "The cell state is not carried to the next sequence by itself: it starts at zero again.",
            "셀 상태는 저절로 다음 시퀀스로 넘어가지 않고 다시 0에서 시작합니다.",
        ),
        mistake(
            "cell-is-bounded",
            "largest_cell <= 1",
            "Only the hidden state is bounded by 1; the cell state adds up.",
            "1로 제한되는 것은 은닉 상태뿐입니다. 셀 상태는 더해지며 커집니다.",
        ),
    ],
)
def lstm_states_and_sequences(random):
    shapes = {"weight_ih_l0": (24, 4), "weight_hh_l0": (24, 6), "bias_ih_l0": (24,), "bias_hh_l0": (24,)}
    weights = {name: random.normal(*shape) for name, shape in shapes.items()}
    lstm, first, second = torch.nn.LSTM(4, 6), random.normal(5, 4), random.normal(5, 4)
    _, states = torch.func.functional_call(lstm, weights, (first,))
    after, (_, cell) = torch.func.functional_call(lstm, weights, (second,))
    handed_on, _ = torch.func.functional_call(lstm, weights, (second, states))
    alone, _ = torch.func.functional_call(lstm, weights, (second,))
    opened = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    opened["bias_ih_l0"] = 20 + random.uniform(24)  # gates and candidate all but 1
    _, (hidden, grown) = torch.func.functional_call(lstm, opened, (torch.zeros(10, 4),))
    return {
        "outputs_per_sequence": len(after),
        "cells_per_sequence": len(cell),
        "change_by_default": (after - alone).abs().max(),
        "change_when_handed_on": (handed_on - alone).abs().max(),
        "largest_hidden": hidden.abs().max(),
        "largest_cell": grown.abs().max(),
    }


# --- the GRU ----------------------------------------------------------------------------------


@proof(
    "gru-cell",
    title=("One step of a GRU", "GRU의 한 시점"),
    statement=(
        "A reset and an update gate, one state: h' = (1 − z) n + z h, where the reset gate acts inside the candidate n.",
        "리셋 게이트와 업데이트 게이트, 그리고 상태 하나: h' = (1 − z) n + z h이며 리셋 게이트는 후보 n 안에서 작용한다.",
    ),
    symbols={
        "x": symbol("vector[input]", "input at this time step", "현재 시점의 입력", ["x_t"]),
        "h": symbol("vector[hidden]", "previous hidden state", "직전 은닉 상태", ["h_{t-1}"]),
        "W_r": gate_weights("reset gate", "리셋 게이트"),
        "W_z": gate_weights("update gate", "업데이트 게이트"),
        "W_n": symbol("matrix[hidden, input]", "candidate weights for x", "후보에서 x의 가중치"),
        "U_n": symbol("matrix[hidden, hidden]", "candidate weights for h", "후보에서 h의 가중치"),
        "b_r": gate_bias("reset gate", "리셋 게이트"),
        "b_z": gate_bias("update gate", "업데이트 게이트"),
        "b_n": gate_bias("candidate", "후보"),
        "d_n": symbol("vector[hidden]", "candidate bias inside the reset gate", "리셋 게이트 안쪽의 후보 편향"),
    },
    steps={
        "r": step("sigmoid(W_r [h; x] + b_r)", aliases=["r_t"]),
        "z": step("sigmoid(W_z [h; x] + b_z)", aliases=["z_t"]),
        "n": step("tanh(W_n x + b_n + r * (U_n h + d_n))", aliases=["n_t", r"\tilde h_t", r"\tilde h"]),
        "h_next": step("(1 - z) * n + z * h", aliases=["h_t"]),
    },
    source=GRU_SOURCE + "; in the variant of torch.nn.GRU, where r acts after the matrix product",
    mistakes=[
        mistake(
            "update-swapped",
            "z * n + (1 - z) * h",
            "The two shares are swapped: here z is the share of the old state that is kept.",
            "두 비율이 뒤바뀌었습니다. 여기서 z는 이전 상태를 남기는 비율입니다.",
        ),
        mistake(
            "reset-on-the-state",
            "(1 - z) * n + r * h",
            "The reset gate acts inside the candidate; the old state is kept by z.",
            "리셋 게이트는 후보 안에서 작용합니다. 이전 상태는 z가 남깁니다.",
        ),
        mistake(
            "untied",
            "n + z * h",
            "The candidate's share 1 − z is missing.",
            "후보의 비율 1 − z가 빠졌습니다.",
        ),
        mistake(
            "no-reset",
            "tanh(W_n x + b_n + U_n h + d_n)",
            "The reset gate is missing in the candidate.",
            "후보에 리셋 게이트가 빠졌습니다.",
            of="n",
        ),
        mistake(
            "reset-on-everything",
            "tanh(r * (W_n x + b_n + U_n h + d_n))",
            "The reset gate scales only the part that comes from the old state, not the input.",
            "리셋 게이트는 이전 상태에서 온 부분에만 곱해지고 입력에는 곱해지지 않습니다.",
            of="n",
        ),
    ],
    claims=[
        claim(
            "max(abs(h_next)) <= max(1, max(abs(h)))",
            "the state stays between old state and candidate",
            "상태는 이전 상태와 후보 사이에 머문다",
        ),
    ],
)
def gru_cell(x, h, W_r, W_z, W_n, U_n, b_r, b_z, b_n, d_n):
    both = torch.cat([h, x])
    r = torch.sigmoid(W_r @ both + b_r)
    z = torch.sigmoid(W_z @ both + b_z)
    n = torch.tanh(W_n @ x + b_n + r * (U_n @ h + d_n))
    return {"r": r, "z": z, "n": n, "h_next": (1 - z) * n + z * h}


@gru_cell.oracle("operator", "torch.nn.GRUCell")
def _(x, h, W_r, W_z, W_n, U_n, b_r, b_z, b_n, d_n):
    size = len(h)
    parameters = {
        "weight_ih": torch.cat([W_r[:, size:], W_z[:, size:], W_n]),
        "weight_hh": torch.cat([W_r[:, :size], W_z[:, :size], U_n]),
        "bias_ih": torch.cat([b_r, b_z, b_n]),
        "bias_hh": torch.cat([torch.zeros(2 * size), d_n]),
    }
    return torch.func.functional_call(torch.nn.GRUCell(len(x), size), parameters, (x, h))


@proof(
    "gru-update",
    title=("GRU state update of one unit", "GRU 유닛 하나의 상태 갱신"),
    statement=(
        "The update gate z plays forget gate (z) and input gate (1 − z) at once: h' = (1 − z) n + z h.",
        "업데이트 게이트 z가 망각 게이트(z)와 입력 게이트(1 − z)를 겸한다: h' = (1 − z) n + z h.",
    ),
    symbols={
        "h": symbol("real", "previous hidden state", "직전 은닉 상태", ["h_{t-1}"]),
        "z": symbol("probability", "update gate", "업데이트 게이트", ["z_t"]),
        "n": symbol("real in -0.99..0.99", "candidate", "후보", ["n_t", r"\tilde h_t", r"\tilde h"]),
    },
    steps={
        "kept": step("z * h"),
        "written": step("(1 - z) * n"),
        "h_next": step("(1 - z) * n + z * h", aliases=["h_t"]),
        "lstm_both_open": step("1 * h + 1 * n"),
    },
    result="h_next",
    source=GRU_SOURCE + "; z is the share that is kept, as there and in torch.nn.GRU",
    mistakes=[
        mistake(
            "update-swapped",
            "z * n + (1 - z) * h",
            "The two shares are swapped: here z is the share of the old state that is kept.",
            "두 비율이 뒤바뀌었습니다. 여기서 z는 이전 상태를 남기는 비율입니다.",
        ),
        mistake(
            "untied",
            "h + n",
            "Keeping all and writing all at once is what an LSTM can do; in a GRU the two shares sum to 1.",
            "모두 남기면서 모두 쓰는 것은 LSTM만 할 수 있습니다. GRU에서는 두 비율의 합이 1입니다.",
        ),
        mistake(
            "same-share",
            "z * (n + h)",
            "The candidate gets the share 1 − z, not z.",
            "후보의 비율은 z가 아니라 1 − z입니다.",
        ),
    ],
)
def gru_update(h, z, n):
    kept = z * h
    written = (1 - z) * n
    return {"kept": kept, "written": written, "h_next": kept + written, "lstm_both_open": h + n}


@gru_update.oracle("operator", "torch.nn.GRUCell, gates set by its bias", "편향으로 게이트를 정한 torch.nn.GRUCell")
def _(h, z, n):
    parameters = {
        "weight_ih": torch.zeros(3, 1),
        "weight_hh": torch.zeros(3, 1),
        "bias_ih": torch.stack([torch.tensor(0.0), torch.logit(z), torch.atanh(n)]),
        "bias_hh": torch.zeros(3),
    }
    return torch.func.functional_call(torch.nn.GRUCell(1, 1), parameters, (torch.zeros(1), h.reshape(1)))[0]


@proof(
    "gru-reset",
    title=("What the reset gate does", "리셋 게이트의 역할"),
    statement=(
        "The reset gate decides how much of the old state reaches the candidate, never how much of it is kept.",
        "리셋 게이트는 이전 상태가 후보에 얼마나 들어가는지를 정할 뿐, 얼마나 남는지를 정하지 않는다.",
    ),
    symbols={
        "h": symbol("real", "previous hidden state", "직전 은닉 상태", ["h_{t-1}"]),
        "a": symbol("real", "part of the candidate's score from the input", "후보 점수 중 입력에서 온 부분"),
        "u": symbol("real", "recurrent weight of the candidate", "후보의 순환 가중치"),
        "r": symbol("probability", "reset gate", "리셋 게이트", ["r_t"]),
        "z": symbol("probability", "update gate", "업데이트 게이트", ["z_t"]),
    },
    steps={
        "n": step("tanh(a + r * u * h)", aliases=["n_t", r"\tilde h_t"]),
        "n_without_memory": step("tanh(a)"),
        "h_next": step("(1 - z) * n + z * h", aliases=["h_t"]),
        "h_next_without_memory": step("(1 - z) * n_without_memory + z * h"),
    },
    result="n",
    source=GRU_SOURCE,
    mistakes=[
        mistake(
            "reset-on-the-input",
            "tanh(r * a + u * h)",
            "The reset gate scales the part that comes from the old state, not the input.",
            "리셋 게이트는 입력이 아니라 이전 상태에서 온 부분에 곱해집니다.",
        ),
        mistake(
            "no-reset",
            "tanh(a + u * h)",
            "The reset gate is missing.",
            "리셋 게이트가 빠졌습니다.",
        ),
        mistake(
            "reversed-reset",
            "tanh(a + (1 - r) * u * h)",
            "r = 0 resets: it shuts the old state out of the candidate, and r = 1 lets it in.",
            "r = 0이면 초기화되어 이전 상태가 후보에 들어가지 않고, r = 1이면 모두 들어갑니다.",
        ),
    ],
)
def gru_reset(h, a, u, r, z):
    n, without = torch.tanh(a + r * u * h), torch.tanh(a)
    return {
        "n": n,
        "n_without_memory": without,
        "h_next": (1 - z) * n + z * h,
        "h_next_without_memory": (1 - z) * without + z * h,
    }


@gru_reset.oracle("operator", "torch.nn.GRUCell, gates set by its bias", "편향으로 게이트를 정한 torch.nn.GRUCell")
def _(h, a, u, r, z):
    def next_state(reset):
        parameters = {
            "weight_ih": torch.zeros(3, 1),
            "weight_hh": torch.stack([0 * u, 0 * u, u]).reshape(3, 1),
            "bias_ih": torch.stack([torch.logit(reset), torch.logit(z), a]),
            "bias_hh": torch.zeros(3),
        }
        return torch.func.functional_call(torch.nn.GRUCell(1, 1), parameters, (torch.zeros(1), h.reshape(1)))[0]

    return {"h_next": next_state(r), "h_next_without_memory": next_state(0 * r)}


# --- sizes ------------------------------------------------------------------------------------


@proof(
    "recurrent-parameter-count",
    title=("Parameters of RNN, GRU and LSTM", "RNN, GRU, LSTM의 파라미터 수"),
    statement=(
        "A block is a weight matrix on [h, x] and a bias; an RNN has one, a GRU three, an LSTM four.",
        "블록 하나는 [h, x]에 곱하는 가중치 행렬과 편향이며, RNN은 1개, GRU는 3개, LSTM은 4개를 갖는다.",
    ),
    symbols={
        "m": symbol("size in 1..512", "number of inputs", "입력의 크기"),
        "n": symbol("size in 1..512", "number of hidden units", "은닉 유닛의 수"),
    },
    steps={
        "block": step("n * (n + m) + n"),
        "rnn": step("block"),
        "gru": step("3 * block"),
        "lstm": step("4 * block"),
        "share": step("gru / lstm"),
    },
    result="lstm",
    source="Chung et al. (2014), Empirical evaluation of gated recurrent neural networks, sec. 3 (arXiv 1412.3555)",
    mistakes=[
        mistake(
            "three-blocks",
            "3 * block",
            "Three gates and the candidate make four blocks; three is the GRU.",
            "게이트 셋에 후보까지 블록은 4개입니다. 3개인 것은 GRU입니다.",
        ),
        mistake(
            "one-block",
            "block",
            "That is a single block, as in a plain RNN.",
            "그것은 단순 RNN처럼 블록 하나일 때의 수입니다.",
        ),
        mistake(
            "no-recurrent-weights",
            "4 * (n * m + n)",
            "The weights on the previous hidden state are missing.",
            "직전 은닉 상태에 곱하는 가중치가 빠졌습니다.",
        ),
        mistake(
            "no-bias",
            "4 * n * (n + m)",
            "The biases are missing: one for each row of each block.",
            "편향이 빠졌습니다. 블록마다 행 하나에 하나씩 있습니다.",
        ),
        mistake(
            "five-blocks",
            "5 * block",
            "The cell state has no weights of its own: it is updated element by element.",
            "셀 상태에는 따로 가중치가 없습니다. 성분별로 갱신될 뿐입니다.",
        ),
    ],
)
def recurrent_parameter_count(m, n):
    block = torch.tensor(n * (n + m) + n)
    return {"block": block, "rnn": block, "gru": 3 * block, "lstm": 4 * block, "share": 3 * block / (4 * block)}


@recurrent_parameter_count.oracle(
    "operator",
    "entries of torch.nn.RNN, GRU, LSTM (one of the two biases)",
    "torch.nn.RNN, GRU, LSTM의 원소 수 (편향 둘 중 하나만)",
)
def _(m, n):
    def count(kind):
        named = kind(m, n, device="meta").named_parameters()
        return float(sum(weight.numel() for name, weight in named if not name.startswith("bias_hh")))

    rnn, gru, lstm = (count(kind) for kind in (torch.nn.RNN, torch.nn.GRU, torch.nn.LSTM))
    return {"rnn": rnn, "gru": gru, "lstm": lstm, "share": gru / lstm}
