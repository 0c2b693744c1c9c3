r"""Forms of other courses: each is what the proof proves, known where it is right, and never right where it is spoiled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizprep import proofs
from quizprep.judge.against_proof import check_formula
from quizprep.notes.equations import Equation, equations
from quizprep.notes.finding import audit
from quizprep.notes.forms import Form, form_of, forms
from quizprep.notes.page import read_pieces
from quizprep.notes.skeleton import skeleton


def form(heading: str, line: str) -> str | None:
    (equation,) = equations(read_pieces("note.md", f"# {heading}\n\n{line}\n"))
    found = form_of(equation)
    return None if found is None else f"{found.proof}.{found.step}"


@pytest.mark.slow
@pytest.mark.parametrize("row", forms(), ids=lambda row: f"{row.proof}.{row.step}")
def test_what_a_form_states_is_proven(row: Form) -> None:
    verdict = check_formula(proofs.discover()[row.proof], row.states)
    assert verdict.verdict == "equivalent"
    assert verdict.step in (None, row.step)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\mathbf{W}_f \cdot [\mathbf{h}_{t-1}, x_t] + b_f", "W_{f} ( h_{t-1} , x_{t} ) + b_{f}"),
        ("W_f @ [hₜ₋₁, xₜ] + b_f", "W_{f} ( h_{t-1} , x_{t} ) + b_{f}"),
        (r"Γ\_u \times \tilde c^{⟨t⟩}", "Gamma_{u} tilde.c^{t}"),
        ("θ_old - α × dL/dθ", "theta_{old} - alpha frac( d L ; d theta )"),
        (r"\sqrt{1 - \beta_t}\,\mathbf{x}_{t-1}", "sqrt ( 1 - beta_{t} ) x_{t-1}"),
        ("softmax(QK^T / √d_k + M) V", "softmax ( frac( Q K^{T} ; sqrt d_{k} ) + M ) V"),
        (r"\frac{1}{1+e^{-(ax+b)}}", "frac( 1 ; 1 + exp ( - ( a x + b ) ) )"),
        (r"\|w\|_2^2", "|| w ||^{2}"),
        ("P(A|B)", "P ( A | B )"),
        (r"\begin{cases} 1 \\ 0 \end{cases}", None),
        ("(a + b", None),
        ("", None),
        ("((((" * 50, None),
    ],
)
def test_spelling_says_nothing(text: str, expected: str | None) -> None:
    assert skeleton(text) == expected


@pytest.mark.parametrize(
    ("heading", "line", "expected"),
    [
        (r"GD", r"$$W_t = W_{t-1} - \eta \nabla_W \mathcal{L}(h(x^{(i)}; W_{t-1}), y^{(i)})\;\;.$$", "gradient-descent-step.w_next"),
        (r"GD", r"$$W_t = W_{t-1} - \eta\sum_{i=1}^K \nabla_W \mathcal{L}(h(x^{(i)}; W_{t-1}), y^{(i)})$$", "gradient-descent-step.w_next"),
        (r"GD", r"`θ_new = θ_old - α × dL/dθ`", "gradient-descent-step.w_next"),
        (r"GD", r"$$a := a - \alpha \frac{\partial f}{\partial a}$$", "gradient-descent-step.w_next"),
        (r"GD", r"$$\theta_j := \theta_j - \alpha \frac{\partial}{\partial \theta_j} J(\theta)$$", "gradient-descent-step.w_next"),
        (r"GD", r"$$\mathbf{x}^{(k+1)} = \mathbf{x}^{(k)} - \eta_k \nabla f(\mathbf{x}^{(k)})$$", "gradient-descent-step.w_next"),
        (r"GD", r"$w_{new} = w_{old} - \eta \frac{\partial Loss}{\partial w_{old}}$", "gradient-descent-step.w_next"),
        (r"GD", r"$$k := k - \eta \frac{1}{m}\sum_{i=1}^m \nabla_k \ell_i(k)$$", "gradient-descent-step.w_next"),
        (r"GRU", r"$$c^{⟨t⟩} = Γ\_u \times \tilde c^{⟨t⟩} + (1 - Γ\_u) \times c^{⟨t-1⟩}$$", "gru-update.h_next"),
        (r"LSTM", r"$$Γ\_f = \sigma(W\_f[a^{⟨t-1⟩}, x^{⟨t⟩}] + b\_f)$$", "lstm-cell.f"),
        (r"LSTM", r"$$\tilde c^{⟨t⟩} = tanh(W\_c[a^{⟨t-1⟩}, x^{⟨t⟩}] + b\_c)$$", "lstm-cell.g"),
        (r"LSTM", r"$$a^{⟨t⟩} = Γ\_o^{⟨t⟩} \times tanh(c^{⟨t⟩})$$", "lstm-cell.h_next"),
        (r"LSTM", r"$$c^{⟨t⟩} = Γ^{⟨t⟩}\_u \times \tilde c^{⟨t⟩} + Γ^{⟨t⟩}\_f \times c^{⟨t-1⟩}$$", "lstm-cell.c_next"),
        (r"LSTM", r"$$\tilde{\mathbf c}_t = \tanh(W_c[x_t,h_{t-1}]+b_c),$$", "lstm-cell.g"),
        (r"LSTM", r"`f_t = σ(W_f · [h_{t-1}, x_t] + b_f)`", "lstm-cell.f"),
        (r"RNN", r"$$s_ t = \tanh (W^{s,s}s_{t-1} + W^{s,x}x_ t)$$", "rnn-cell.h_next"),
        (r"RNN", r"$h_t = f(W_{hh} h_{t-1} + W_{xh} x_t + b_h)$", "rnn-cell.h_next"),
        (r"BN", r"$$V_{dw(t)} =\beta_1 V_{dw(t-1)} + (1-\beta_1)dW_{(t)}$$", "adam-step.m_next"),
        (r"BN", r"$$V_{dw(2)} = \beta_1 V_{dw(1)} + (1-\beta_1)dW_{(2)}$$", "adam-step.m_next"),
        (r"BN", r"$$S_{db(t)} = \beta_2 S_{db(t-1)} + (1-\beta_2)db_{(t)}^2$$", "adam-step.v_next"),
        (r"L", r"$$\mathcal{L}_\text{nll}(\text{guess},\text{actual}) = -\left(\text{actual}\cdot \log (\text{guess}) + (1 - \text{actual})\cdot\log (1 - \text{guess})\right) \;\;.$$", "binary-cross-entropy.loss"),
        (r"L", r"$l(f(x^n),\hat{y}^n)=-[\hat{y}^n \ln f(x^n)+(1-\hat{y}^n) \ln (1-f(x^n))]$", "binary-cross-entropy.loss"),
        (r"L", r"$$-\ln L(w,b)=\sum\limits_n -[\hat{y}^n \ln f_{w,b}(x^n)+(1-\hat{y}^n) \ln(1-f_{w,b}(x^n))]$$", "binary-cross-entropy.loss"),
        (r"L", r"$$J(\theta) = -\frac{1}{m}\sum_{i=1}^m [y^{(i)} \log(h_\theta(x^{(i)})) + (1-y^{(i)}) \log(1-h_\theta(x^{(i)}))]$$", "binary-cross-entropy.loss"),
        (r"attention", r"`Q_1 = X @ W^Q_1 → (3, 2)`", "self-attention.queries"),
        (r"attention", r"$k_i = W_k^T x^{(i)}$", "self-attention.keys"),
        (r"attention", r"$$c_t = \sum_i \alpha_i \cdot h_i \quad \cdots \text{Step 3: 가중 합산}$$", "attention-of-one-query.output"),
        (r"attention", r"$${y}^{(i)} = \sum_{j=1}^n \alpha_{ij} v_{j} \label{eq:self_attention_output}$$", "attention-of-one-query.output"),
        (r"attention", r"$$c^{\langle t \rangle} = \sum\_{t’}\alpha^{\langle t,t’ \rangle}a^{\langle t’ \rangle}$$", "attention-of-one-query.output"),
        (r"attention", r"$$\text{score}(s, h) = s^T h$$", "attention-score.score"),
        (r"attention", r"$$\operatorname{Attention}(Q,K,V) = \operatorname{softmax} \left( \frac{QK^\top}{\sqrt{d_k}}+M \right)V.$$", "causal-attention.output"),
        (r"L2", r"$$J(w,b) = \frac{1}{m}\sum_{i=1}^mL(\hat{y}^{(i)},y^{(i)})+\frac{\lambda}{2m}{||w||}^2\_2$$", "l2-penalty.total"),
        (r"L2 regularization", r"$L = L_0 + \frac{\lambda}{2}\sum_i w_i^2$", "l2-penalty.total"),
        (r"weight decay", r"$w_i^{t+1}=w_i^t-\eta \frac{\partial L'}{\partial w_i}=w_i^t-\eta(\frac{\partial L}{\partial w_i}+\lambda w_i^t)=(1-\eta \lambda)w_i^t-\eta \frac{\partial L}{\partial w_i}$", "weight-decay-step.w_next"),
        (r"GAN", r"$$\min_G V(D, G) = \mathbb{E}_{x \sim p_{data}(x)}[\log D(x)] + \mathbb{E}_{z \sim p_z(z)}[\log(1 - D(G(z)))]$$", "gan-objective.value"),
        (r"GAN", r"$$\mathcal{L}_G = \mathbb{E}_{z \sim p_z}[\log(1-D(G(z)))]$$", "gan-saturating-loss.saturating_loss"),
        (r"GAN", r"- `loss_D = loss_real + loss_fake`。", "gan-losses.discriminator_loss"),
        (r"Batch normalization", r"$$\tilde z^{(i)} = \gamma z^{(i)}\_{norm} + \beta$$", "batch-normalisation.y"),
        (r"Batch normalization", r"$$\widehat{Z}^l_{ij} = G^l_i \overline{Z}^l_{ij} + B^l_i\;\;.$$", "batch-normalisation.y"),
        (r"cos", r"$$\cos(\theta) = \frac{\vec{a} \cdot \vec{b}}{\|a\| \times \|b\|} = \frac{\vec{a}}{\|a\|} \cdot \frac{\vec{b}}{\|b\|}$$", "cosine-of-word-vectors.cosine"),
        (r"cos", r"$$\frac{u^T v}{ |u|\, |v|\,} = \cos \langle u, v \rangle \,,$$", "cosine-of-word-vectors.cosine"),
        (r"svm", r"$L(y, \hat{y}) = \max(0, 1 - y\hat{y})$", "svm-score.slack"),
        (r"svm", r"$L = \frac{1}{n}\sum_i \max(0, 1 - y_i(w^T x_i + b))$", "svm-score.slack"),
        (r"MLE", r"$\hat{\mu}_{MLE} = \frac{1}{n} \sum_{i=1}^n x_i$", "maximum-likelihood-normal.mu"),
        (r"Maximum likelihood", r"$\hat{\theta} = \frac{\text{count}(0)}{\text{count}(0) + \text{count}(1)}$", "maximum-likelihood-coin.p_hat"),
        (r"PCA", r"$Var(z_1)=(w^1)^TCov(x)w^1$", "variance-along-a-direction.along"),
        (r"PE", r"`PE(pos, 2i) = sin(pos / 10000^(2i/d_model))`", "sinusoidal-positional-encoding.sine"),
        (r"PE", r"$$PE_{(pos,2i)} = \sin\left(\frac{pos}{10000^{2i/d_{\text{model}}}}\right)$$", "sinusoidal-positional-encoding.sine"),
        (r"clip", r"$$g \leftarrow g \min\left( 1, \frac{\tau}{\|g\|_2} \right).$$", "gradient-clipping.clipped"),
        (r"diff", r"$\mathbf{x}_t = \sqrt{1 - \beta_t}\,\mathbf{x}_{t-1} + \sqrt{\beta_t}\,\boldsymbol{\epsilon}_t$", "diffusion-forward.x_t"),
        (r"dice", r"$$\text{Dice} = \frac{2|A \cap B|}{|A| + |B|}$$", "iou-of-masks.dice"),
        (r"Gini", r"$$Q_m(T) = \sum_k \hat{P}_{m,k}(1 - \hat{P}_{m,k})$$", "gini-impurity.gini"),
        (r"Xavier", r"$\sigma = \sqrt{\frac{2}{n_\mathrm{in} + n_\mathrm{out}}}.$", "variance-of-initial-weights.xavier"),
        (r"conv", r"$n^l = \lceil (n^{l-1} + 2 \cdot p^l - (k^l - 1)) / s^l \rceil$", "conv-output-size.output"),
        (r"s", r"`σ(x) = (1 + e^{-x})^{-1}`", "sigmoid.s"),
        (r"s", r"$$P = \frac{1}{1+\exp(-(ax+b))}$$", "sigmoid.s"),
        (r"bp", r"$$\delta^{\ell-1}_j = \sigma'(z^{\ell-1}_j) \sum_{i} W^{\ell}_{ij} \delta^{\ell}_i$$", "delta-passed-down.delta"),
        (r"MSE linear regression", r"$$J(\theta) = \frac{1}{n}\underbrace{(X\theta - Y)^T}_{1 \times n}\underbrace{(X\theta - Y)}_{n \times 1}$$", "mean-squared-error.mse"),
        (r"GD", r"$w_1 \leftarrow w_1 - \eta \cdot \nabla _{w_1} \mathcal{L}(y, f_ L)$", "gradient-descent-step.w_next"),
        (r"GD", r"$\theta' = \theta - \epsilon \cdot \nabla _{\theta }L(x,\theta )$", "gradient-descent-step.w_next"),
        (r"Adam", r"$\hat{m}_t = \frac{m_t}{1 - \beta_1^t}$", "adam-step.m_hat"),
        (r"Adam", r"$v^{corrected}_{dW} = \frac{v_{dW}}{1 - (\beta_1)^t}$", "adam-step.m_hat"),
        (r"Adam", r"$b := b - \alpha \frac{v^{corrected}\_{db}}{{\sqrt{s^{corrected}\_{db}} + \epsilon}}$", "adam-step.w_next"),
        (r"L2 regularization", r"$dW^{[l]} = \frac{\partial L}{\partial w^{[l]}} +\frac{\lambda}{m}W^{[l]}$", "weight-decay-step.penalised_gradient"),
        (r"Neuron", r"$z = b+\sum_i^n w_i x_i$", "neuron.z"),
        (r"Neuron", r"$z = w_1 x_1 + w_2 x_2 + \cdots + w_n x_n + b$", "neuron.z"),
        (r"Linear regression", r"$f(m,b) = \frac{1}{N} \sum_{i=1}^{N} (y_i - (mx_i + b))^2$", "mean-squared-error.mse"),
        (r"SVM", r"$d = \frac{|w^T x + b|}{\|w\|}$", "svm-score.distance"),
        (r"Step decay", r"$\eta = \eta_0 \times \gamma^{\lfloor \text{epoch} / s \rfloor}$", "step-decay.rate"),
        (r"Multi-head attention", r"$head_i = Attention(Q_i, K_i, V_i) = softmax\left( \frac{Q_i K_i^T}{\sqrt{d_k}} \right) V_i$", "scaled-dot-product-attention.output"),
        (r"Attention", r"$\text{score}(s, h) = \frac{s^T h}{\sqrt{d_k}}$", "attention-score.scaled"),
        (r"Attention", r"$c = \sum_{i=1}^{n} (\alpha_i V_i)$", "attention-of-one-query.output"),
        (r"conv", r"$n^{[l]}_W = \biggl\lfloor \frac{n^{[l-1]}_W+2p^{[l]}-f^{[l]}}{s^{[l]}}+1 \biggr\rfloor$", "conv-output-size.output"),
        (r"x", r"$\sigma(z) = \frac{1}{1+e^{-z}}$", "sigmoid.s"),
        (r"GRU", r"$z_{i} = \sigma(W_{x}^{(z)} x_{i} + W_{h}^{(z)} h_{i-1} + b^{(z)})$", "lstm-cell.f"),
        (r"Bernoulli", r"$p(y)=\phi^y(1-\phi)^{1-y}$", "binary-cross-entropy.likelihood"),
        (r"Logistic", r"$$p(y \mid x,w) := \sigma(w^T \phi(x))^y(1- \sigma(w^T \phi(x)))^{1-y}$$", "binary-cross-entropy.likelihood"),
        (r"L", r"$P(y|x;\theta) = (h_\theta(x))^{y}(1-h_\theta(x))^{1-y}$", "binary-cross-entropy.likelihood"),
        (r"L", r"$p(y\mid x) = \alpha^y (1-\alpha)^{(1-y)}$", "binary-cross-entropy.likelihood"),
        (r"L", r"$L(\theta) = \prod_{i=1}^m (h_\theta(x^{(i)}))^{y^{(i)}} (1-h_\theta(x^{(i)}))^{1-y^{(i)}}$", "binary-cross-entropy.likelihood"),
        (r"L", r"$\eta = \log\frac{\phi}{1-\phi}$", "binary-cross-entropy.logit"),
        (r"Logit", r"$\text{logit}(p) = \ln \frac{p}{1-p}$", "binary-cross-entropy.logit"),
        (r"BERT", r"$$\mathcal{L}_{NSP} = - \big[ y \log P(\text{IsNext}) + (1-y)\log P(\text{NotNext}) \big].$$", "binary-cross-entropy.loss"),
        (r"entropy", r"$I(D) = - \sum_{y \in Y}(\frac{|D^Y|}{|D|}log(\frac{|D^Y|}{|D|}))$", "entropy.entropy"),
        (r"entropy", r"$H(S) = -p_+ \log_2 p_+ - p_- \log_2 p_-$", "entropy.entropy"),
        (r"entropy", r"$H(p) = -p\log p - (1-p)\log(1-p)$", "entropy.entropy"),
        (r"entropy", r"$Entropy(S) = -\sum_{i=1}^{c} \frac{|S_i|}{|S|} \log_2 \frac{|S_i|}{|S|}$", "entropy.entropy"),
        (r"Gini", r"$I(D) = 1 - \sum_{y \in Y}(\frac{|D^Y|}{|D|})^2$", "gini-impurity.gini"),
        (r"Gini", r"$Gini(D) = 1 - \sum_{k=1}^K \left(\frac{|C_k|}{|D|}\right)^2$", "gini-impurity.gini"),
        (r"Gini", r"$G_m = 1 - \sum_{k=1}^K (p_{m,k})^2$", "gini-impurity.gini"),
        (r"Gini", r"$GT(S)=\frac{|S_L|}{|S|}GT(S_L)+\frac{|S_R|}{|S|}GT(S_R)$", "gini-of-a-split.weighted"),
        (r"CART tree", r"$J(D, \theta) = \frac{n_{left}}{n_{total}} G_{left} + \frac{n_{right}}{n_{total}} G_{right}$", "gini-of-a-split.weighted"),
        (r"CART tree", r"$J(k, t_k) = \frac{m_{\text{left}}}{m} G_{\text{left}} + \frac{m_{\text{right}}}{m} G_{\text{right}}$", "gini-of-a-split.weighted"),
        (r"Tree", r"$Gini(D, A) = \frac{|D_1|}{|D|} Gini(D_1) + \frac{|D_2|}{|D|} Gini(D_2)$", "gini-of-a-split.weighted"),
        (r"Tree", r"$Gain(S, A) = Entropy(S) - \sum_{v \in Values(A)} \frac{|S_v|}{|S|} Entropy(S_v)$", "gini-of-a-split.gain"),
        (r"k-means", r"$\mu_k = \frac{1}{|S_k|} \sum_{i \in S_k} X_i$", "k-means-step.first"),
        (r"k-means", r"$\mu_k = \frac{\sum_n r_{nk} \mathbf{x}^{(n)}}{\sum_n r_{nk}}$", "k-means-step.first"),
        (r"k-means", r"$$\mu_k = \frac{1}{N_k} \sum_{n : \mathbf{x}^{(n)} \in \text{cluster } k} \mathbf{x}^{(n)} = \frac{\sum_{n=1}^N r_{nk} \mathbf{x}^{(n)}}{\sum_{n=1}^N r_{nk}}$$", "k-means-step.first"),
        (r"k-means", r"$c_j = \frac{1}{|C_j|} \sum_{x \in C_j} x$", "k-means-step.first"),
        (r"k-means", r"$\mu_i = \frac{1}{|C_i|} \sum_{x \in C_i} x$", "k-means-step.first"),
        (r"GMM", r"$\mu_k = \frac{1}{N_k} \sum_{n=1}^N \gamma(z_{nk}) x_n$", "k-means-step.first"),
        (r"Standardization", r"$x'_i = \frac{x_i - mean(x)}{\sigma(x)}$", "standardisation.z"),
        (r"Normalizing", r"$f(x) = \frac{x - \hat{x}}{\sigma}$", "standardisation.z"),
        (r"Standardization", r"$X' = \frac{X - \mu}{\sigma}$", "standardisation.z"),
        (r"Standardization", r"$z = \frac{x - \bar{x}}{s}$", "standardisation.z"),
        (r"Standardization", r"$\mu = \frac{1}{N} \sum_{i=1}^N x_i$", "standardisation.centre"),
        (r"Min-max", r"$x'_i = \frac{x_i - min(x)}{max(x) - min(x)}$", "min-max-scaling.scaled"),
        (r"Min-max", r"$X' = \frac{X - X_{\min}}{X_{\max} - X_{\min}}$", "min-max-scaling.scaled"),
        (r"Min-max", r"$x_{norm} = \frac{x - x_{min}}{x_{max} - x_{min}}$", "min-max-scaling.scaled"),
        (r"Regression tree", r"$$MSE_m = \frac{1}{n_{m}} \sum_{i \in D_m} (y_i - \hat{y}_m)^2$$", "mean-squared-error.mse"),
        (r"Regression", r"$L(S)=\frac{1}{|S|}\sum_{(x,y) \in S} (y-\overline{y})^2$", "mean-squared-error.mse"),
        (r"Loss", r"$l(y, y^{'}) = (y-y^{'})^2$", "mean-squared-error.squared_errors"),
        (r"Loss", r"$\ell_i = (\text{f}[x_i,\boldsymbol\phi]-y_i)^2$", "mean-squared-error.squared_errors"),
        (r"Loss", r"$L(\hat y, y) = \frac{1}{2}(\hat y - y)^2$", "mean-squared-error.squared_errors"),
        (r"Lines", r"$y=\beta+\omega x,$", "squared-error-gradient.y_hat"),
        (r"linear", r"$y = f(x, \phi) = \phi_{0}+ \phi_1x$", "squared-error-gradient.y_hat"),
        (r"linear", r"$y = \beta_0 + \beta_1 x + \epsilon$", "squared-error-gradient.y_hat"),
        (r"linear", r"$y = a + bx$", "squared-error-gradient.y_hat"),
        (r"Boosting", r"$t_i= -\partial l / \partial H(x_i)=y_i - H(x_i)$", "gradient-boosting-step.residuals"),
        (r"MLE", r"$p(x_j \mid y) = \frac{\text{count}(x_j, y)}{\sum_{x\in V} \text{count}(x, y)}$", "learned-frequencies.p"),
        (r"n-gram", r"$P(w_n|w_{n-1}) = \frac{C(w_{n-1} w_n)}{C(w_{n-1})}$", "learned-frequencies.p"),
        (r"n-gram", r"$P(w_i|w_{i-1}) = \frac{count(w_{i-1}, w_i)}{count(w_{i-1})}$", "learned-frequencies.p"),
        (r"MLE", r"$\phi_{\mathrm{ML}}=\frac{1}{N} \sum_{i=1}^N 1\left(y^{(i)}=1\right)$", "maximum-likelihood-coin.p_hat"),
        (r"MLE GDA", r"$\phi = \frac{1}{m}\sum_{i=1}^m 1\{y^{(i)}=1\}$", "maximum-likelihood-coin.p_hat"),
        (r"Metrics", r"Accuracy: $Accuracy = \frac{TP+TN}{\text{All}}$", "accuracy.accuracy"),
        (r"SVM", r"$L(x,y,f_w) = \max(1-yf_w(x), 0)$", "svm-score.slack"),
        (r"SVM", r"$\zeta_i = max(0, 1 - y_i(w \cdot x_i + b)) = max(0, 1 - yy^{'})$", "svm-score.slack"),
        (r"Ridge", r"$J(\theta)_{Ridge} = MSE(\theta) + \lambda(\frac{1}{2})\displaystyle\sum_{i=1}^{n}(\theta^2_{i})$", "l2-penalty.total"),
    ],
)  # fmt: skip
def test_a_form_is_known(heading: str, line: str, expected: str) -> None:
    assert form(heading, line) == expected


_PIECES = r"\frac \sqrt \sum \hat \partial \alpha \left( \right) \text{a} \| | || { } ( ) [ ] _ ^ ' / + - = , ; < > x W 2 e d dL log max 10 \sigma \lfloor \rfloor … ² ₜ ŷ ⟨ ⟩ √ Σ @ . \ $ \dots 가 \cases \mathbf"


@given(st.lists(st.sampled_from(_PIECES.split()), max_size=14), st.booleans())
def test_no_text_is_too_odd_for_a_skeleton(pieces: list[str], spaced: bool) -> None:
    text = (" " if spaced else "").join(pieces)
    found = skeleton(text)
    assert found is None or found.strip() == found
    form_of(Equation(1, text, (text[::-1], text)))


@pytest.mark.slow
def test_a_form_is_right_in_a_page() -> None:
    (finding,) = audit("note.md", "# LSTM\n\n$$Γ\\_f = \\sigma(W\\_f[a^{⟨t-1⟩}, x^{⟨t⟩}] + b\\_f)$$\n")
    assert (finding.outcome, finding.proof, finding.step) == ("right", "lstm-cell", "f")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heading", "line"),
    [
        (r"GD", r"$$W_t = W_{t-1} + \eta \nabla_W \mathcal{L}(h(x; W_{t-1}), y)$$"),
        (r"GD", r"$$a := a - \alpha \frac{\partial f}{\partial b}$$"),
        (r"GD", r"$$a := a - \frac{\partial f}{\partial a}$$"),
        (r"GD", r"$$\theta_1 := \theta_1 - \alpha \frac{\partial J}{\partial \theta_2}$$"),
        (r"GD", r"$$W_t = W_{t+1} - \eta \nabla_W L(W)$$"),
        (r"LSTM", r"$f_t = \sigma(W_i[h_{t-1}, x_t] + b_i)$"),
        (r"LSTM", r"$f_t = \tanh(W_f[h_{t-1}, x_t] + b_f)$"),
        (r"LSTM", r"$c_t = i_t \odot c_{t-1} + f_t \odot \tilde c_t$"),
        (r"LSTM", r"$c_t = f_t \odot c_{t-1} - i_t \odot \tilde c_t$"),
        (r"LSTM", r"$h_t = o_t \odot \tanh(c_{t-1})$"),
        (r"GRU", r"$h_t = (1-z_t) h_{t-1} + (1-z_t) \tilde h_t$"),
        (r"RNN", r"$h_t = \tanh(W_{xh} h_{t-1} + W_{hh} x_t + b_h)$"),
        (r"BN", r"$$V_{dw(t)} =\beta_2 V_{dw(t-1)} + (1-\beta_2)dW_{(t)}$$"),
        (r"BN", r"$$V_{dw(t)} =\beta_1 V_{dw(t-1)} + (1-\beta_1)db_{(t)}$$"),
        (r"BN", r"$$V_{dw(t)} =\beta_1 V_{dw(t-1)} + \beta_1 dW_{(t)}$$"),
        (r"L", r"$L(y,p)=-[y \ln f(x)+(1-y) \ln f(x)]$"),
        (r"L", r"$L(y,p)=y \ln f(x)+(1-y) \ln (1-f(x))$"),
        (r"L", r"$L(y,p)=-[y \ln f(x)+(1-y) \ln (1-g(x))]$"),
        (r"attention", r"$q = X W^K$"),
        (r"attention", r"$Q_1 = X W^Q_2$"),
        (r"attention", r"$c_t = \sum_j \alpha_{i} h_j$"),
        (r"attention", r"$$score(s,h) = s^T s$$"),
        (r"attention", r"$Attention(Q,K,V) = softmax(\frac{QK^T}{d_k} + M)V$"),
        (r"L2", r"$J = L - \frac{\lambda}{2m} \|w\|^2$"),
        (r"L2", r"$J = L + \frac{\lambda}{2m} \|w\|$"),
        (r"weight decay", r"$w = (1+\eta\lambda) w - \eta \frac{\partial L}{\partial w}$"),
        (r"GAN", r"$V(D,G) = E[\log D(x)] + E[\log(1 + D(G(z)))]$"),
        (r"GAN", r"$V(D,G) = E[\log D(x)] - E[\log(1 - D(G(z)))]$"),
        (r"GAN", r"$L_G = E[\log D(G(z))]$"),
        (r"BN normalization", r"$y = \beta \hat x + \gamma$"),
        (r"cos", r"$\cos(\theta) = \frac{a \cdot b}{\|a\| \|a\|}$"),
        (r"cos", r"$\cos(\theta) = \frac{a \cdot b}{\|a\| + \|b\|}$"),
        (r"svm", r"$L = \max(0, 1 + y\hat y)$"),
        (r"svm", r"$L = \min(0, 1 - y\hat y)$"),
        (r"PCA", r"$Var(z)=w^T S v$"),
        (r"PE", r"`PE(pos, 2i) = cos(pos / 10000^(2i/d_model))`"),
        (r"PE", r"`PE(pos, 2i+1) = cos(pos / 1000^(2i/d_model))`"),
        (r"clip", r"$g \leftarrow g \max(1, \frac{\tau}{\|g\|})$"),
        (r"clip", r"$g \leftarrow g \min(1, \frac{\|g\|}{\tau})$"),
        (r"diff", r"$x_t = \sqrt{1-\beta_t} x_{t-1} + \beta_t \epsilon$"),
        (r"dice", r"$Dice = \frac{|A \cap B|}{|A|+|B|}$"),
        (r"Gini", r"$G = \sum_k p_k (1 + p_k)$"),
        (r"Xavier", r"$\sigma = \frac{2}{n_{in}+n_{out}}$"),
        (r"conv", r"$o = \lceil (n + 2p - k)/s \rceil$"),
        (r"s", r"$P = \frac{1}{\exp(-(ax+b))}$"),
        (r"s", r"$P = \frac{1}{1+\exp(ax+b)}$"),
        (r"bp", r"$\delta^{l-1}_j = \sigma'(z_j) \sum_i W_{ij} \delta^{l-1}_i$"),
        (r"Adam", r"$v_t = \beta_1 v_{t-1} + (1-\beta_1) g_t^2$"),
        (r"Adam", r"$m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t^2$"),
        (r"Adam", r"$\hat v_t = \frac{v_t}{1 - \beta_1^t}$"),
        (r"Adam", r"$s^{corrected}_{dW} = \frac{s_{dW}}{1 - (\beta_1)^t}$"),
        (r"Adam", r"$W = W - \alpha \frac{v^{corrected}_{db}}{\sqrt{s^{corrected}_{dW}} + \epsilon}$"),
        (r"L2 regularization", r"$dW = \frac{\partial L}{\partial W} + \frac{\lambda}{m} b$"),
        (r"Neuron", r"$z = \sum_i w_i x_j + b$"),
        (r"Linear regression", r"$J = \frac{1}{n}\sum_{i=1}^n (\theta^T x^{(i)} + y^{(i)})^2$"),
        (r"Linear regression", r"$J = \frac{1}{n}\sum_{i=1}^n (y_i - a x_j)^2$"),
        (r"SVM", r"$d = \frac{|w^T x + b|}{\|x\|}$"),
        (r"Multi-head attention", r"$head_i = softmax( \frac{Q_i K_j^T}{\sqrt{d_k}} ) V_i$"),
        (r"Attention", r"$\text{score}(s, h) = \frac{s^T s}{\sqrt{d_k}}$"),
        (r"conv", r"$o = \lfloor \frac{n - 2p - f}{s} + 1 \rfloor$"),
        (r"x", r"$\sigma(z) = \frac{1}{1-e^{-z}}$"),
        (r"MLE", r"$\hat\mu = \frac{1}{n-1}\sum x_i$"),
        ("L2", r"$$J(w,b) = \frac{m}{1}\sum_{i=1}^m L(\hat{y}^{(i)},y^{(i)})+\frac{\lambda}{2m}||w||_2^2$$"),
        (r"Bernoulli", r"$p(y)=\phi^y(1-\phi)^{y}$"),
        (r"Bernoulli", r"$p(y)=\phi^y(1+\phi)^{1-y}$"),
        (r"Bernoulli", r"$p(y)=\phi^{1-y}(1-\phi)^{y}$"),
        (r"Bernoulli", r"$p(y)=\phi^y(1-\theta)^{1-y}$"),
        (r"L", r"$\eta = \log\frac{1-\phi}{\phi}$"),
        (r"L", r"$\eta = \log\frac{\phi}{1+\phi}$"),
        (r"BERT", r"$L = - [ y \log P(\text{IsNext}) + (1-y)\log P(\text{IsNext}) ]$"),
        (r"BERT", r"$L = y \log P(\text{IsNext}) + (1-y)\log P(\text{NotNext})$"),
        (r"entropy", r"$I(D) = \sum_{y \in Y}(\frac{|D^Y|}{|D|}log(\frac{|D^Y|}{|D|}))$"),
        (r"entropy", r"$H(S) = -p_+ \log_2 p_- - p_- \log_2 p_+$"),
        (r"entropy", r"$H(S) = -p_+ \log_2 p_+ + p_- \log_2 p_-$"),
        (r"entropy", r"$H(S) = -\sum_{i=1}^{c} \frac{|S_j|}{|S|} \log_2 \frac{|S_j|}{|S|}$"),
        (r"entropy", r"$H(p,q) = -\sum_{i} p_i \log p_i$"),
        (r"Gini", r"$I(D) = 1 + \sum_{y \in Y}(\frac{|D^Y|}{|D|})^2$"),
        (r"Gini", r"$I(D) = 1 - \sum_{y \in Y}\frac{|D^Y|}{|D|}$"),
        (r"Gini", r"$G = 1 - \sum_k (1 - p_k)^2$"),
        (r"Gini", r"$G = 1 - \sum_k p_i^2$"),
        (r"Gini", r"$GT(S)=\frac{|S_L|}{|S|}GT(S_R)+\frac{|S_R|}{|S|}GT(S_L)$"),
        (r"CART tree", r"$J = \frac{n_{left}}{n} G_{left} - \frac{n_{right}}{n} G_{right}$"),
        (r"CART tree", r"$J = \frac{n_{left}}{n_{right}} G_{left} + \frac{n_{right}}{n_{left}} G_{right}$"),
        (r"Tree", r"$Gain(S, A) = Entropy(S) + \sum_{v} \frac{|S_v|}{|S|} Entropy(S_v)$"),
        (r"Tree", r"$Gain(S, A) = Entropy(S) - \sum_{v} \frac{|S|}{|S_v|} Entropy(S_v)$"),
        (r"Tree", r"$Gain(S, A) = Entropy(S) - \sum_{v} Entropy(S_v)$"),
        (r"k-means", r"$\mu_k = \frac{1}{|S_j|} \sum_{i \in S_j} X_i$"),
        (r"k-means", r"$\mu_k = \frac{\sum_n r_{nk} x_n}{\sum_n r_{nj}}$"),
        (r"k-means", r"$\mu_k = \frac{\sum_n r_{nj} x_n}{\sum_n r_{nj}}$"),
        (r"k-means", r"$\mu_k = \frac{1}{N_k}\sum_i r_{nk} x_n$"),
        (r"k-means", r"$c_j = \frac{1}{|C_j|} \sum_{x \in C_j} x^2$"),
        (r"Standardization", r"$z = \frac{x + \mu}{\sigma}$"),
        (r"Standardization", r"$z = \frac{x - \sigma}{\mu}$"),
        (r"Standardization", r"$z = \frac{x - \mu}{\sigma^2}$"),
        (r"Standardization", r"$\mu = \frac{1}{N} \sum_{i=1}^M x_i$"),
        (r"Standardization", r"$\mu = \frac{1}{N} \sum_{i=1}^N x_i^2$"),
        (r"Min-max", r"$x' = \frac{x - min(x)}{max(x) + min(x)}$"),
        (r"Min-max", r"$x' = \frac{x - max(x)}{max(x) - min(x)}$"),
        (r"Min-max", r"$X' = \frac{X - X_{\max}}{X_{\max} - X_{\min}}$"),
        (r"Min-max", r"$x_{norm} = \frac{x - y_{min}}{y_{max} - y_{min}}$"),
        (r"Regression tree", r"$MSE_m = \frac{1}{n_{m}} \sum_{i \in D_m} (y_i + \hat{y}_m)^2$"),
        (r"Regression", r"$L(S)=\frac{1}{|S|}\sum_{(x,y) \in S} (y-\overline{y})$"),
        (r"Regression", r"$L=\frac{1}{n}\sum_{i} (y_j-\overline{y})^2$"),
        (r"Loss", r"$l(y, y^{'}) = (y+y^{'})^2$"),
        (r"Loss", r"$\ell_i = (f[x_j]-y_i)^2$"),
        (r"Lines", r"$y=\beta x+\omega x$"),
        (r"linear", r"$y = \beta_1 + \beta_0 x$"),
        (r"Boosting", r"$t_i= \partial l / \partial H(x_i)$"),
        (r"Boosting", r"$r_i= y_i - F(x_j)$"),
        (r"MLE", r"$p(x_j \mid y) = \frac{\text{count}(x_j, y)}{\sum_{x\in V} \text{count}(x_j, z)}$"),
        (r"n-gram", r"$P(w_n|w_{n-1}) = \frac{C(w_{n-1} w_n)}{C(w_n)}$"),
        (r"MLE", r"$\phi=\frac{1}{N} \sum_{i=1}^N 1\left(y^{(i)}=0\right)$"),
        (r"Metrics", r"$Accuracy = \frac{TP+FN}{\text{All}}$"),
        (r"SVM", r"$L = \max(1+y f_w(x), 0)$"),
        (r"SVM", r"$L = \min(1-y f_w(x), 0)$"),
        (r"Ridge", r"$J(\theta)_{Ridge} = MSE(\theta) - \lambda(\frac{1}{2})\sum_{i=1}^{n}\theta^2_{i}$"),
    ],
)  # fmt: skip
def test_a_spoiled_form_is_not_right(heading: str, line: str) -> None:
    assert form(heading, line) is None
    assert all(finding.outcome != "right" for finding in audit("note.md", f"# {heading}\n\n{line}\n"))
