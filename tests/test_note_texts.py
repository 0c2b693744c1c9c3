r"""Networks and text in notes of others: what is written otherwise is right, and its spoiled twin is not."""

from __future__ import annotations

import pytest

from quizprep.notes.equations import Equation, equations
from quizprep.notes.finding import Finding, audit
from quizprep.notes.forms import form_of
from quizprep.notes.page import read_pieces
from quizprep.notes.skeleton import skeleton


def finding(heading: str, line: str) -> Finding:
    """What is said of the last formula of a note."""
    return [each for each in audit("note.md", f"# {heading}\n\n{line}\n") if each.kind == "formula"][-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\frac{a \cdot b}{|a||b|}", "frac( a b ; | a | | b | )"),
        (r"\sqrt[N]{\frac{1}{P(w)}}", "( frac( 1 ; P ( w ) ) )^{1/N}"),
        (r"P(w)^{-\frac{1}{N}}", "P ( w )^{-1/N}"),
        ("W^Th + b", "W^{T} h + b"),
        ("A_1W_2 + b_2", "A_{1} W_{2} + b_{2}"),
        ("Σ(wᵢ·xᵢ) + b", "sum ( w_{i} x_{i} ) + b"),
        ("xᵀΣx + N(μ, Σ)", "x^{T} Sigma x + N ( mu , Sigma )"),
        (r"\text{FFN}(x)", "FFN ( x )"),
    ],
)
def test_what_is_written_closely_is_taken_apart(text: str, expected: str) -> None:
    assert skeleton(text) == expected


@pytest.mark.parametrize(
    ("line", "left", "side"),
    [
        (r"$\cos\theta = \frac{A \cdot B}{\|A\|\|B\|}$", "cos theta", "frac( A B ; || A || || B || )"),
        (r"$s = \frac{a}{\|\|a\|\| \|\|b\|\|}$", "s", "frac( a ; || a || || b || )"),
        (r"$cos \theta = \overrightarrow{a} . \overrightarrow{b}$", "cos theta", "a b"),
        (r"$a^{<t>} = g(W_{aa} a^{<t-1>} + b_a)$", "a^{t}", "g ( W_{aa} a^{t-1} + b_{a} )"),
        (r"$${ x }_{ t }=C\cdot { w }_{ t }$$", "x_{t}", "C w_{t}"),
        (r"$p(x_1, \ldots, x_n) = p(x_1) p(x_2 | x_1, \ldots)$", "p ( x_{1} , dots , x_{n} )", "p ( x_{1} ) p ( x_{2} | x_{1} , dots )"),
    ],
)  # fmt: skip
def test_both_sides_are_read(line: str, left: str, side: str) -> None:
    (equation,) = equations(read_pieces("note.md", f"{line}\n"))
    assert (skeleton(equation.left), *map(skeleton, equation.sides)) == (left, side)


@pytest.mark.parametrize("line", [r"$i = 1, \ldots, n$", r"$x = (x_1, \ldots, x_n)$"])
def test_a_list_states_nothing(line: str) -> None:
    assert not equations(read_pieces("note.md", f"{line}\n"))


@pytest.mark.parametrize(
    ("heading", "line", "step"),
    [
        ("Perceptron", r"$$output = \sum\limits({inputs * weights}) + bias$$", "neuron.z"),
        ("Perceptron", r"$$output = inputs \cdot weights + bias$$", "neuron.z"),
        ("Perceptron", r"$$o = w_{i}\cdot x_i+w_{0}$$", "neuron.z"),
        ("Perceptron", r"$$o = \sum\limits_{i = 1}(w_{i} * x_{i})+ w_{0}$$", "neuron.z"),
        ("Perceptron", r"$z = w_0+\sum w_i*x_i$", "neuron.z"),
        ("Perceptron", r"$o = Σ w_i x_i + w_0$", "neuron.z"),
        ("Perceptron", r"z = Σ(wᵢ·xᵢ) + b", "neuron.z"),
        ("Perceptron", r"$\hat y = W^Th + b$", "forward-propagation.z"),
        ("Perceptron", r"$y = b + w_1x_1 + w_2x_2 + ... + w_dx_d$", "neuron.z"),
        ("Perceptron", r"$p(y=1|x)=\sigma(b+\sum_i w_i x_i)$", "neuron.a"),
        ("Perceptron", r"$prediction\ =\ b + \sum_{i=1}^{n}{w_if_i}$", "neuron.z"),
        ("Perceptron", r"$\mathrm{logits} = h_\mathrm{cls} W + b$", "forward-propagation.z"),
        ("Perceptron", r"$\mathbf{y} = \boldsymbol\beta +\boldsymbol\Omega\mathbf{x}$", "neuron.z"),
        ("Perceptron", r"$y=\beta+\omega_1 x_1 + \omega_2 x_2$", "neuron.z"),
        ("Perceptron", r"$Z_2 = A_1W_2 + b_2$", "forward-propagation.z"),
        ("Perceptron", r"$y_t = W_{hy}h_t + b_y$", "forward-propagation.z"),
        ("Perceptron", r"$o^{(t)} = c + V h^{(t)}$", "forward-propagation.z"),
        ("Perceptron", r"$z^{[2]} = W^{[2]} a^{[1]} + b^{[2]}$", "neuron.z"),
        ("Perceptron", r"$z^{(l+1)} = W^{(l)} a^{(l)} + b^{(l)}$", "forward-propagation.z"),
        ("Perceptron", r"$\text{FFN}(x) = \max(0, xW_1 + b_1)W_2 + b_2$", "add-and-norm.feed_forward"),
        ("Perceptron", r"$\operatorname{MLP}(x) = W_2 \sigma(W_1 x + b_1) + b_2$", "add-and-norm.feed_forward"),
        ("Perceptron", r"$\text{FFN}(h) = \text{GELU}(h W_1 + b_1) W_2 + b_2$", "forward-propagation.y"),
        ("Perceptron", r"$a = f(w^T x + b)$", "forward-propagation.hidden"),
        ("Perceptron", r"$h = \sigma(W x + b)$", "neuron.a"),
        ("LSTM", r"$i = \sigma(W_{ii} x + b_{ii} + W_{hi} h + b_{hi})$", "lstm-cell.i"),
        ("LSTM", r"$f = \sigma(W_{if} x + b_{if} + W_{hf} h + b_{hf})$", "lstm-cell.f"),
        ("LSTM", r"$g = \tanh(W_{ig} x + b_{ig} + W_{hg} h + b_{hg})$", "lstm-cell.g"),
        ("LSTM", r"$c_{t} = f_{t} \odot c_{t-1} + i_{t} \odot z_{t}$", "lstm-cell-update.c_next"),
        ("LSTM", r"$\tilde{i_{t}} = w_{i}^{T}x_{t} + r_{i}h_{t-1} + b_{i}$", "rnn-cell.score"),
        ("LSTM", r"$R_t = σ(X_t W_{xr} + H_{t−1} W_{hr} + b_r )$", "lstm-cell.f"),
        ("LSTM", r"$Zt = σ(X_t W_{xz} + H_{t−1} W_{hz} + b_z )$", "lstm-cell.f"),
        ("LSTM", r"$a^{(t)} = b + W h^{(t-1)} + U x^{(t)}$", "rnn-cell.score"),
        ("Multi-head attention", r"$\text{MultiHead}(Q,K,V) = \text{Concat}(\text{head}_1, \dots, \text{head}_h) W_O$", "multi-head-attention.output"),
        ("Multi-head attention", r"$Y = (Y_1 | \cdots | Y_H) W^O$", "multi-head-attention.output"),
        ("Multi-head attention", r"$\text{MultiHead}(Q,K,V) = \text{Concat}(\text{head}_1, ..., \text{head}_h)W^O$", "multi-head-attention.output"),
        ("Multi-head attention", r"$\operatorname{MHA}(X) = [\text{head}_1; \ldots; \text{head}_h] W^O$", "multi-head-attention.output"),
        ("Multi-head attention", r"$\text{Multi-Head}(Q,K,V) = Concat(head_1,...,head_h)W^O$", "multi-head-attention.output"),
        ("Multi-head attention", r"$A(x) = \text{softmax}(\frac{QK^T}{\sqrt{D}})V$", "scaled-dot-product-attention.output"),
        ("Multi-head attention", r"$O_i = \sum_j P_{ij} V_j$", "attention-of-one-query.output"),
        ("Transformer", r"$\tilde{H}^{(l)} = \text{LayerNorm}(H^{(l-1)} + \text{MultiHead}(Q,K,V))$", "add-and-norm.normalized"),
        ("Transformer", r"$H^{(l)} = \text{LayerNorm}(\tilde{H}^{(l)} + \text{FFN}(\tilde{H}^{(l)}))$", "add-and-norm.normalized"),
        ("Transformer", r"$y = \text{LayerNorm}(x + \text{Sublayer}(x))$", "add-and-norm.normalized"),
        ("Transformer", r"$H = X + \operatorname{MultiheadSelfAttention}(\operatorname{LayerNorm}(X))$", "residual-block.y"),
        ("Transformer", r"$Y = H + \operatorname{MLP}(\operatorname{LayerNorm}(H))$", "residual-block.y"),
        ("Residual Connections", r"Block output = F(x) + x", "residual-block.y"),
        ("Residual Connections", r"$y = F(x) + x$", "residual-block.y"),
        ("Batch normalization", r"$z^i_{norm}=\frac{z^{i}-\mu}{\sqrt{\sigma^2+\epsilon}}$", "batch-normalisation.x_hat"),
        ("Batch normalization", r"$m̂_d = (1/B) \sum_{b=1}^B x_{b,d}$", "batch-normalisation.mu"),
        ("Batch normalization", r"$v̂_d = (1/B) \sum_{b=1}^B (x_{b,d} - m̂_d)^{2}$", "batch-normalisation.variance"),
        ("Batch normalization", r"$\forall b, z_{b,d} = (x_{b,d} - m̂_d) / \sqrt(v̂_d + \epsilon)$", "batch-normalisation.x_hat"),
        ("Batch normalization", r"$y_{b,d} = \gamma_d z_{b,d} + \beta_d$", "batch-normalisation.y"),
        ("Batch normalization", r"$\mu_{mov} = \alpha \mu_{mov}+(1-\alpha)\mu_\phi$", "batch-norm-running-mean.r_next"),
        ("Batch normalization", r"h_out = gamma × h_norm + beta", "batch-normalisation.y"),
        ("Batch normalization", r"$\hat x^{(k)} = \frac{x^{(k)} - E[x^{(k)}]}{\sqrt{Var[x^{(k)}] + \epsilon}}$", "batch-normalisation.x_hat"),
        ("Cosine similarity", r"$\cos(\theta) = \frac{A \cdot B}{\|A\|\|B\|} = \frac{\sum_{i=1}^n A_i B_i}{\sqrt{\sum_{i=1}^n A_i^2}\sqrt{\sum_{i=1}^n B_i^2}}$", "cosine-of-word-vectors.cosine"),
        ("Cosine similarity", r"$sim(a,b) = \frac{a\cdot b}{|a||b|}$", "cosine-of-word-vectors.cosine"),
        ("Cosine similarity", r"$s(a,b) = \frac{a\cdot b}{\|a\|\|b\|}$", "cosine-of-word-vectors.cosine"),
        ("Cosine similarity", r"$cos \theta = \frac{\overrightarrow{a} . \overrightarrow{b}}{ \|\| \overrightarrow{a} \|\|.  \|\| \overrightarrow{b} \|\|}$", "cosine-of-word-vectors.cosine"),
        ("Cosine similarity", r"$cos(\theta )=\frac { { x }^{ T }y }{ \sqrt { { x }^{ T }x } \cdot \sqrt { { y }^{ T }y }  } $", "cosine-of-word-vectors.cosine"),
        ("Bag of words", r"$\phi_{\text{BoW}}(x) = \sum_{i=1}^n \phi_{\text{one-hot}}(x_i)$", "bag-of-words.counts"),
    ],
)  # fmt: skip
def test_what_is_written_otherwise_is_known(heading: str, line: str, step: str) -> None:
    found = finding(heading, line)
    assert (found.outcome, f"{found.proof}.{found.step}") == ("right", step)


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Perceptron", r"$$o = \sum_{i = 1}(w_{i} * x_{j})+ w_{0}$$"),
        ("Perceptron", r"$y = \sum_{j=1}^{d} b + w_j x_j$"),
        ("Perceptron", r"$y = b + w_1x_1 + w_2x_1 + ... + w_dx_d$"),
        ("Perceptron", r"$y = b - \sum_i w_i x_i$"),
        ("Perceptron", r"$Z_2 = A_1W_1 + b_2$"),
        ("Perceptron", r"$Z_2 = A_2W_2 + b_2$"),
        ("Perceptron", r"$z^{[2]} = W^{[2]} a^{[2]} + b^{[2]}$"),
        ("Perceptron", r"$z^{[2]} = W^{[1]} a^{[1]} + b^{[2]}$"),
        ("Perceptron", r"$y_t = W_{xh}h_t + b_y$"),
        ("Perceptron", r"$y_t = W_{hy}h_{t-1} + b_y$"),
        ("Perceptron", r"$\text{FFN}(x) = \max(0, xW_1 + b_1)W_1 + b_1$"),
        ("Perceptron", r"$\text{FFN}(x) = W_2\max(0, xW_1 + b_1) + b_2$"),
        ("Perceptron", r"$y = w x + b x$"),
        ("Perceptron", r"$z = W + x b$"),
        ("Perceptron", r"$p(y=1|x)=\sigma(b-\sum_i w_i x_i)$"),
        ("LSTM", r"$i = \sigma(W_{if} x + b_{if} + W_{hf} h + b_{hf})$"),
        ("LSTM", r"$i = \sigma(W_{ig} x + b_{ig} + W_{hg} h + b_{hg})$"),
        ("LSTM", r"$\tilde{i_{t}} = w_{i}^{T}x_{t} + r_{f}h_{t-1} + b_{i}$"),
        ("LSTM", r"$a^{(t)} = b + W h^{(t)} + U x^{(t)}$"),
        ("LSTM", r"$a^{(t)} = b + W h^{(t-1)} + U x^{(t-1)}$"),
        ("LSTM", r"$h_t = \tanh(W h_{t} + U x_t)$"),
        ("LSTM", r"$c_{t} = f_{t} \odot c_{t-1} + o_{t} \odot z_{t}$"),
        ("LSTM", r"∂c\_t/∂c(t-1) = i\_t"),
        ("Multi-head attention", r"$\text{MultiHead}(Q,K,V) = \text{Concat}(\text{head}_1, \dots, \text{head}_h) W^Q$"),
        ("Multi-head attention", r"$\text{MultiHead}(Q,K,V) = \text{Concat}(\text{head}_1, \dots, \text{head}_1) W^O$"),
        ("Multi-head attention", r"$\text{MultiHead}(Q,K,V) = W^O \text{Concat}(\text{head}_1, \dots, \text{head}_h)$"),
        ("Transformer", r"$H = \text{LayerNorm}(H - \text{FFN}(H))$"),
        ("Transformer", r"$H = \text{LayerNorm}(X + \text{FFN}(H))$"),
        ("Transformer", r"$Y = X + \operatorname{MLP}(\operatorname{LayerNorm}(H))$"),
        ("Batch normalization", r"$z^i_{norm}=\frac{z^{i}+\mu}{\sqrt{\sigma^2+\epsilon}}$"),
        ("Batch normalization", r"$z^i_{norm}=\frac{z^{i}-\mu}{\sqrt{\sigma+\epsilon}}$"),
        ("Batch normalization", r"$z^i_{norm}=\frac{z^{i}-\mu}{\sigma^2+\epsilon}$"),
        ("Batch normalization", r"$v̂_d = (1/B) \sum_{b=1}^B (x_{b,d} - m̂_b)^{2}$"),
        ("Batch normalization", r"$v̂_d = (1/B) \sum_{b=1}^B (x_{b,d} - m̂_d)$"),
        ("Batch normalization", r"$\mu_{mov} = \alpha \mu_{mov}+(1+\alpha)\mu_\phi$"),
        ("Batch normalization", r"$y_{b,d} = \beta_d z_{b,d} + \gamma_d$"),
        ("Cosine similarity", r"$\cos(\theta) = \frac{\sum_{i=1}^n A_i B_i}{\sqrt{\sum_{i=1}^n A_i^2}\sqrt{\sum_{i=1}^n A_i^2}}$"),
        ("Cosine similarity", r"$\cos(\theta) = \frac{\sum_{i=1}^n A_i B_i}{\sqrt{\sum_{i=1}^n A_i}\sqrt{\sum_{i=1}^n B_i}}$"),
        ("Cosine similarity", r"$s(a,b) = \frac{a\cdot b}{\|a\|\|a\|}$"),
    ],
)  # fmt: skip
def test_what_is_spoiled_is_not_right(heading: str, line: str) -> None:
    assert finding(heading, line).outcome != "right"


@pytest.mark.parametrize(
    ("line", "spoiled"),
    [
        (r"$P(w_1^T) = \prod_{t=1}^{T} P(w_t|w_1^{t-1})$", r"$P(w_1^T) = \prod_{t=1}^{T} P(w_t|w_1^{t})$"),
        (r"$P(w_1 w_2 \dots w_n) = P(w_1) P(w_2|w_1) \dots P(w_n|w_1 \dots w_{n-1})$", r"$P(w_1 w_2 \dots w_n) = P(w_1) P(w_2|w_1) \dots P(w_n|w_1 \dots w_n)$"),
        (r"$P(w_1, \ldots, w_n) = \prod_{i=1}^n P(w_i | w_{i-1}, \ldots, w_1)$", r"$P(w_1, \ldots, w_n) = \sum_{i=1}^n P(w_i | w_{i-1}, \ldots, w_1)$"),
        (r"$P(S) = P(w_1, w_2, ..., w_n) = P(w_1)P(w_2|w_1)...P(w_n|w_1,w_2,...,w_{n-1})$", r"$P(S) = P(w_1)P(w_2|w_1)...P(w_n|w_1,w_2,...,w_n)$"),
        (r"$P(S) = \prod_{i=1}^{n} P(w_i|w_1, w_2, ..., w_{i-1})$", r"$P(S) = \prod_{i=1}^{n} P(w_i|w_1, w_2, ..., w_i)$"),
        (r"$P(X_1 = x_1, ..., X_\tau = x_\tau) = P(X_1 = x_1) \times P(X_2 = x_2 | X_1 = x_1) \times ... \times P(X_\tau = x_\tau | X_1 = x_1, ..., X_{\tau-1} = x_{\tau-1})$", r"$P(X_1 = x_1, ..., X_\tau = x_\tau) = P(X_1 = x_1) \times P(X_1 = x_1 | X_2 = x_2) \times ... \times P(X_\tau = x_\tau | X_1 = x_1, ..., X_{\tau-1} = x_{\tau-1})$"),
        (r"$P(w_1, \ldots, w_n) = \prod_{i=1}^n P(w_i | w_1, \ldots, w_{i-1})$", r"$P(w_1, \ldots, w_n) = \prod_{i=1}^n P(w_i | w_{i-1})$"),
    ],
)  # fmt: skip
def test_the_probability_of_a_sequence_is_read_however_its_words_are_listed(line: str, spoiled: str) -> None:
    assert finding("Language models", line).outcome == "right"
    assert finding("Language models", spoiled).outcome != "right"


@pytest.mark.parametrize(
    "line", [r"$PP(S) = P(S)^{1/N} = \sqrt[N]{P(S)}$", r"$PP(S) = P(w_1 ... w_N)^{1/N} = \sqrt[N]{P(w_1 ... w_N)}$"]
)
def test_two_equal_sides_are_not_what_the_name_before_them_says(line: str) -> None:
    assert finding("Perplexity", line).outcome != "right"


@pytest.mark.parametrize(
    ("line", "spoiled"),
    [
        (r"$PP(W) = P(w_1w_2...w_N)^{-\frac{1}{N}}$", r"$PP(W) = P(w_1w_2...w_M)^{-\frac{1}{N}}$"),
        (r"$PP(W) = \sqrt[N]{\frac{1}{P(w_1w_2...w_N)}}$", r"$PP(W) = \sqrt[N]{\frac{1}{P(w_1w_2...w_M)}}$"),
        (r"$PP(W) = \sqrt[N]{\prod_{i=1}^{N} \frac{1}{P(w_i|w_{i-1})}}$", r"$PP(W) = \sqrt[N]{\sum_{i=1}^{N} \frac{1}{P(w_i|w_{i-1})}}$"),
        (r"$\text{Perplexity} = e^{\text{cross-entropy}}$", r"$\text{Perplexity} = e^{-\text{cross-entropy}}$"),
        (r"$\log p(x) = \sum_{t=1}^T \log p(x_t | x_{<t})$", r"$\log p(x) = -\sum_{t=1}^T \log p(x_t | x_{<t})$"),
        (r"$\ell(D) = \sum_{i=1}^{N} \log p_\theta(x_i\mid x_{1:i-1})$", r"$\ell(D) = \sum_{i=1}^{N} \log p_\theta(x_i\mid x_{1:i})$"),
        (r"$loss = -\frac{1}{T}\sum_{t=1}^T \log p_\theta(x_t|x_{<t})$", r"$loss = \frac{1}{T}\sum_{t=1}^T \log p_\theta(x_t|x_{<t})$"),
        (r"$\mathcal{L}_1(\mathcal{U}) = \sum_i \log P(u_i | u_{i-k}, \ldots, u_{i-1}; \Theta)$", r"$\mathcal{L}_1(\mathcal{U}) = \prod_i \log P(u_i | u_{i-k}, \ldots, u_{i-1}; \Theta)$"),
    ],
)  # fmt: skip
def test_how_likely_a_text_is_is_known(line: str, spoiled: str) -> None:
    found = finding("Perplexity of a language model", line)
    assert (found.outcome, found.proof) == ("right", "sequence-probability")
    assert finding("Perplexity of a language model", spoiled).outcome != "right"


@pytest.mark.parametrize("line", [r"$PP(W) = P(w_1w_2...w_N)^{\frac{1}{N}}$", r"$PP(W) = \sqrt[N]{P(w_1w_2...w_N)}$"])
def test_a_perplexity_that_is_not_turned_over_is_wrong(line: str) -> None:
    found = finding("Perplexity", line)
    assert (found.outcome, found.proof) == ("wrong", "sequence-probability")


@pytest.mark.parametrize(
    ("heading", "line", "spoiled"),
    [
        ("Neural networks", r"$a^{[l]}_j = g(\vec{w}^{[l]}_j \cdot \vec{a}^{[l-1]} + b^{[l]}_j)$", r"$a^{[l]}_j = g(\vec{w}^{[l]}_k \cdot \vec{a}^{[l-1]} + b^{[l]}_j)$"),
        ("Neural networks", r"$A^{[\ell]} = g^{[\ell]}\bigl(W^{[\ell]}A^{[\ell-1]} + b^{[\ell]}\bigr)$", r"$A^{[\ell]} = g^{[\ell]}\bigl(W^{[\ell]}A^{[\ell]} + b^{[\ell]}\bigr)$"),
        ("Backpropagation", r"$\delta^{\ell-1} = \left(W^{\ell}\right)^\top \delta^{\ell} \odot \sigma'(z^{\ell-1})$", r"$\delta^{\ell-1} = W^{\ell} \delta^{\ell} \odot \sigma'(z^{\ell-1})$"),
        ("Backpropagation", r"$\frac{\partial L}{\partial W^{\ell}} = \delta^{\ell} (a^{\ell-1})^\top$", r"$\frac{\partial L}{\partial W^{\ell}} = \delta^{\ell} (a^{\ell})^\top$"),
        ("RNN", r"$y_t = W_{hy}h_t$", r"$y_t = W_{xh}h_t$"),
        ("RNN", r"$y_t = f_y(W_{hy} h_t + b_y)$", r"$y_t = f_y(W_{hy} h_{t-1} + b_y)$"),
        ("RNN", r"$y_t = W_Oh_t + b_o$", r"$y_t = W_Oh_t - b_o$"),
        ("RNN", r"$h_t = \max(0, W_{xh}x_t + W_{hh}h_{t-1} + b_h)$", r"$h_t = \max(0, W_{xh}x_t + W_{hh}h_{t} + b_h)$"),
        ("LSTM", r"$c^t = i^t\odot a^t+f^t\odot c^{t-1}$", r"$c^t = f^t\odot a^t+i^t\odot c^{t-1}$"),
        ("Attention", r"$e_{i,j} = \frac{q_j \cdot x_i}{\sqrt{D_x}}$", r"$e_{i,j} = q_j \cdot x_i \sqrt{D_x}$"),
        ("Captions", r"$P(\text{caption} | \text{image}) = \prod_{t=1}^{T} P(w_t | w_{<t}, z^{img})$", r"$P(\text{caption} | \text{image}) = \prod_{t=1}^{T} P(w_t | w_{t}, z^{img})$"),
    ],
)  # fmt: skip
def test_what_is_written_by_other_courses_is_known(heading: str, line: str, spoiled: str) -> None:
    assert finding(heading, line).outcome == "right"
    assert finding(heading, spoiled).outcome != "right"


def test_a_bias_behind_the_brackets_of_a_step_in_brackets_is_wrong() -> None:
    gate = r"$\mathbf{i}_{(t)} = \sigma(\mathbf{W}_{xi}^{\mathsf{T}} \mathbf{x}_{(t)} + \mathbf{W}_{hi}^{\mathsf{T}} \mathbf{h}_{(t-1)})+\mathbf{b}_i$"
    assert (finding("LSTM", gate).outcome, finding("LSTM", gate).proof) == ("wrong", "lstm-cell")


def test_a_word_after_the_one_before_it_alone_is_no_sequence_by_its_form() -> None:
    left, side = r"P(w_1, \ldots, w_n)", r"\prod_{i=1}^n P(w_i | {})"
    whole, short = (Equation(3, left, (side.replace("{}", given),)) for given in (r"w_1, \ldots, w_{i-1}", "w_{i-1}"))
    assert form_of(whole) is not None and form_of(short) is None
