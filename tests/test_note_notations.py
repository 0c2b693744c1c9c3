r"""Notations that say the same whatever a formula is about, and slips that no text makes on purpose."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import Finding, audit

pytestmark = pytest.mark.slow

#: Heading, what is right, next to it what looks like it and is not.
TWINS = [
    # an index that every name has
    ("F1 score", r"F_{BERT} = 2 \cdot \frac{P_{BERT} \cdot R_{BERT}}{P_{BERT} + R_{BERT}}", r"F_{BERT} = 2 \cdot \frac{P_{BERT} \cdot R_{BERT}}{P_{BERT} - R_{BERT}}"),
    ("Metrics", r"F1_i = \frac{2 P_i R_i}{P_i + R_i}", r"F1_i = \frac{2 P_i R_i}{P_i R_i}"),
    # a mean over several axes
    ("Batch normalization", r"\mu_c = \frac{1}{NHW} \sum_{n=1}^{N} \sum_{h=1}^{H} \sum_{w=1}^{W} x_{n,c,h,w}", r"\mu_c = \frac{1}{NH} \sum_{n=1}^{N} \sum_{h=1}^{H} \sum_{w=1}^{W} x_{n,c,h,w}"),
    ("Batch normalization", r"\sigma_c^2 = \frac{1}{NHW} \sum_{n,h,w} (x_{n,c,h,w} - \mu_c)^2", r"\sigma_c^2 = \frac{1}{NHW} \sum_{n,h,w} (x_{n,c,h,w} + \mu_c)^2"),
    ("Layer normalization", r"\mu_n = \frac{1}{CHW} \sum_{c=1}^{C} \sum_{h=1}^{H} \sum_{w=1}^{W} x_{n,c,h,w}", r"\mu_n = \frac{1}{C} \sum_{c=1}^{C} \sum_{h=1}^{H} \sum_{w=1}^{W} x_{n,c,h,w}"),
    # rates of decay that are numbers
    ("RMSprop", r"E[g^2]_t = 0.9 E[g^2]_{t-1} + 0.1 g_t^2", r"E[g^2]_t = 0.9 E[g^2]_{t-1} + 0.2 g_t^2"),
    ("Adam", r"m_2 = \beta_1 m_1 + (1 - \beta_1) g_2", r"m_2 = \beta_1 m_1 + (1 + \beta_1) g_2"),
    ("AdamW", r"\theta_t = \theta_{t-1} - \eta (g_t + \lambda\theta_{t-1})", r"\theta_t = \theta_{t-1} - \eta (g_t - \lambda\theta_{t-1})"),
    # logarithms of a fraction with a slash
    ("KL divergence", r"\text{KL}(q\|p) = \mathbb{E}_q[\log q/p]", r"\text{KL}(q\|p) = \mathbb{E}_q[\log p/q]"),
    # what a kernel is laid over
    ("Convolution", r"Y_{i,j} = \sum_{u=0}^{K_h-1} \sum_{v=0}^{K_w-1} X_{i+u,j+v}K_{u,v}", r"Y_{i,j} = \sum_{u=0}^{K_h-1} \sum_{v=0}^{K_w-1} X_{i+u,j+u}K_{u,v}"),
    ("Convolution", r"Y_{k,i,j} = \sum_{c,u,v} W_{k,c,u,v} X_{c,iS+u,jS+v} + b_k", r"Y_{k,i,j} = \sum_{c,u,v} W_{k,c,v,u} X_{c,iS+u,jS+v} + b_k"),
    ("Convolution", r"S(i,j) = \sum_m \sum_n I(i-m,j-n) K(m,n)", r"S(i,j) = \sum_m \sum_n I(i-m,j+n) K(m,n)"),
    # shares of exponentials
    ("word2vec", r"p(w_O \mid w_I) = \frac{\exp(v_{w_O}^T v_{w_I})}{\sum_{w=1}^W \exp(v_w^T v_{w_I})}", r"p(w_O \mid w_I) = \frac{\exp(v_{w_O}^T v_{w_I})}{\sum_{w=1}^W \exp(v_{w_O}^T v_{w_I})}"),
    ("InfoNCE", r"\mathcal{L} = -\log \frac{\exp(\text{sim}(z_i, z_j)/\tau)}{\sum_{k=1}^{N} \exp(\text{sim}(z_i, z_k)/\tau)}", r"\mathcal{L} = \log \frac{\exp(\text{sim}(z_i, z_j)/\tau)}{\sum_{k=1}^{N} \exp(\text{sim}(z_i, z_k)/\tau)}"),
    ("Contrastive loss", r"L_i = -\log \frac{\exp(S_{ii})}{\sum_{j=1}^{N} \exp(S_{ij})}", r"L_i = -\log \frac{\exp(S_{ii})}{\sum_{j=1}^{N} \exp(S_{ii})}"),
    ("Attention", r"\alpha_{t,i} = \frac{\exp(\text{score}(s_t, h_i))}{\sum_j \exp(\text{score}(s_t, h_j))}", r"\alpha_{t,i} = \frac{\exp(\text{score}(s_t, h_i))}{\sum_j \exp(\text{score}(s_t, h_i))}"),
    # densities by any name
    ("Gaussian distribution", r"f(x) = \frac{1}{\sqrt{2 \pi} \sigma} e^{-(x-\mu)^2 / 2 \sigma^2}", r"f(x) = \frac{1}{\sqrt{2 \pi} \sigma} e^{(x-\mu)^2 / 2 \sigma^2}"),
    ("Gaussian distribution", r"f_X(x) = \frac{1}{\sigma\sqrt{2\pi}} e^{-\frac{1}{2}\left(\frac{x - \mu}{\sigma}\right)^2}", r"f_X(x) = \frac{1}{\sqrt{2\pi\sigma}} e^{-\frac{1}{2}\left(\frac{x - \mu}{\sigma}\right)^2}"),
    # forms
    ("Batch normalization", r"\mu_{\text{running}} \leftarrow (1-m)\mu_{\text{running}} + m\mu_B", r"\mu_{\text{running}} \leftarrow (1-m)\mu_{\text{running}} + m\sigma_B"),
    ("Receptive field", r"r_l = r_{l-1} + (k_l - 1)\prod_{i=1}^{l-1} s_i", r"r_l = r_{l-1} + (k_l - 1)\prod_{i=1}^{l} s_i"),
    ("Dropout", r"\tilde{x} = \frac{m \odot x}{1-p}", r"\tilde{x} = \frac{m \odot x}{p-1}"),
    ("ROC curve", r"\text{False Positive Rate} = \frac{FP}{FP + TN}", r"\text{False Positive Rate} = \frac{FP}{FP + TP}"),
    ("Metrics", r"\text{Specificity} = \frac{\text{TN}}{\text{TN} + \text{FP}}", r"\text{Specificity} = \frac{\text{TN}}{\text{TN} + \text{FN}}"),
    ("Diffusion", r"q(x_t|x_{t-1}) = \mathcal{N}(x_t; \sqrt{1-\beta_t}x_{t-1}, \beta_t I)", r"q(x_t|x_{t-1}) = \mathcal{N}(x_t; \sqrt{1-\beta_t}x_{t-1}, (1-\beta_t) I)"),
    ("Diffusion", r"q(x_t|x_0) = \mathcal{N}(x_t; \sqrt{\bar\alpha_t}x_0, (1-\bar\alpha_t) I)", r"q(x_t|x_0) = \mathcal{N}(x_t; \sqrt{\alpha_t}x_0, (1-\alpha_t) I)"),
    ("Diffusion", r"L_{simple} = \mathbb{E}_{t,x_0,\epsilon}[\|\epsilon-\epsilon_\theta(x_t,t)\|^2]", r"L_{simple} = \mathbb{E}_{t,x_0,\epsilon}[\|\epsilon+\epsilon_\theta(x_t,t)\|^2]"),
    ("Multi-head attention", r"head_i = \text{Attention}(QW_i^Q, KW_i^K, VW_i^V)", r"head_i = \text{Attention}(QW_i^Q, KW_i^Q, VW_i^V)"),
    ("Cosine schedule", r"\eta_t = \eta_{\min} + \frac{1}{2}(\eta_{\max} - \eta_{\min})\left(1 + \cos\left(\frac{T_{cur}}{T_{max}}\pi\right)\right)", r"\eta_t = \eta_{\min} + \frac{1}{2}(\eta_{\max} + \eta_{\min})\left(1 + \cos\left(\frac{T_{cur}}{T_{max}}\pi\right)\right)"),
    ("Convolution", r"\text{Number of parameters} = (k^2 \times C_{in} + 1) \times C_{out}", r"\text{Number of parameters} = (k^2 + C_{in} + 1) \times C_{out}"),
    ("Perplexity", r"\text{Perplexity}(X) = \exp(\text{Cross-Entropy}(X))", r"\text{Perplexity}(X) = \exp(-\text{Cross-Entropy}(X))"),
    ("Attention", r"e_{ij} = \frac{q_i \cdot k_j}{\sqrt{d_k}}", r"e_{ij} = \frac{q_i \cdot k_j}{d_k}"),
    ("Attention", r"s_{ij} = q_i \cdot k_j", r"s_{ij} = q_i \cdot k_i"),
    ("Attention", r"\text{score}(s, h) = v^T \tanh(W_s s + W_h h)", r"\text{score}(s, h) = v^T \tanh(W_s s + W_s h)"),
    # an accumulation that holds the rate
    ("Nesterov", r"v_t = \gamma v_{t-1} + \eta \nabla_\theta J(\theta - \gamma v_{t-1})", r"v_t = \gamma v_{t-1} + \eta \nabla_\theta J(\theta + \gamma v_{t-1})"),
    # one letter of another text, below the heading of the proof
    ("Weight decay", r"\theta_{t+1} = (1 - \eta \lambda)\theta_t - \eta g_t", r"\theta_{t+1} = (1 + \eta \lambda)\theta_t - \eta g_t"),
    ("Momentum", r"B_t = \beta B_{t-1} + g_t", r"B_t = \beta B_{t-1} - g_t"),
    ("Intersection over union", r"J(\mathcal{A},\mathcal{B}) = \frac{|\mathcal{A} \cap \mathcal{B}|}{|\mathcal{A} \cup \mathcal{B}|}", r"J(\mathcal{A},\mathcal{B}) = \frac{|\mathcal{A} \cap \mathcal{B}|}{|\mathcal{A} \cap \mathcal{B}|}"),
    ("Adam", r"\theta_{t+1} = \theta_t - \eta g_t", r"\theta_{t+1} = \theta_t - \eta m_t"),
]  # fmt: skip


def found(heading: str, line: str) -> Finding:
    (finding,) = [each for each in audit("note.md", f"# {heading}\n\n$${line}$$\n") if each.kind == "formula"]
    return finding


@pytest.mark.parametrize(("heading", "line", "spoiled"), TWINS)
def test_what_is_written_otherwise_is_right_and_its_twin_is_not(heading: str, line: str, spoiled: str) -> None:
    assert found(heading, line).outcome == "right"
    assert found(heading, spoiled).outcome != "right"


@pytest.mark.parametrize(
    ("heading", "line", "proof", "repair"),
    [
        ("Output size of a convolution", "O = (W-F+2P)/(S+1)", "conv-output-size", "(W-F+2P)/S + 1"),
        ("Convolution", r"O = \frac{(W-F+2P)}{(S+1)}", "conv-output-size", r"\frac{(W-F+2P)}{S} + 1"),
        ("Xavier", r"\sigma = \sqrt{\frac{n_{in}+n_{out}}{2}}", "variance-of-initial-weights", r"\sqrt{\frac{2}{n_{in}+n_{out}}}"),
        ("RMSprop", r"E[g^2]_t = \gamma E[g^2]_{t-1} + g_t^2", "rmsprop-step", r"\gamma E[g^2]_{t-1} + (1 - \gamma) g_t^2"),
    ],
)  # fmt: skip
def test_a_slip_is_wrong_where_what_was_meant_is_right(heading: str, line: str, proof: str, repair: str) -> None:
    finding = found(heading, line)
    assert (finding.outcome, finding.proof, finding.repair) == ("wrong", proof, repair)


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("For example", r"\sigma_X^2 = \text{Var}(X) = E[X^2] - \mu_X^2 = a^2 + 8p - a^2 = 8p"),
        ("Deviation", r"\sigma_X = \sqrt{E[X^2] - (E[X])^2} = \sqrt{2.5 - 1.5^2} = \sqrt{0.25}"),
        ("Correlation", r"\rho_{X,Y} = \frac{\text{Cov}(X, Y)}{\sigma_X \sigma_Y} = \frac{0}{\frac{1}{\sqrt{3}} \cdot \frac{1}{\sqrt{3}}}"),
        ("Estimators", r"MSE(\hat{x}) = Var(\hat{\lambda})+(Bias(\lambda))^{2} = Var(\hat{\lambda})+ 0 = \frac{\lambda}{n}"),
    ],
)  # fmt: skip
def test_the_example_behind_a_definition_does_not_make_it_wrong(heading: str, line: str) -> None:
    assert found(heading, line).outcome == "right"


def test_one_side_of_a_chain_is_not_right_for_a_step_that_only_guesses_make_it() -> None:
    assert (
        found("Variance", r"Var[aX] = Var[Y] = Var[(Y - \mu_y)^2] = a^2 Var[(X - \mu_x)^2] = a^2 V(X)").outcome
        != "right"
    )


@pytest.mark.parametrize(
    ("heading", "line"),
    [("Multinomial distribution", r"Var(X_i) = np_i(1-p_i)"), ("Adam", r"m_1 = 0.1 g_1")],
)
def test_no_doubt_is_said_for_which_there_is_no_reason(heading: str, line: str) -> None:
    assert found(heading, line).outcome == "unknown"


def test_a_set_of_long_numbers_holds_no_page_up() -> None:
    strings = ",".join(["011111", "101111", "110111", "111011", "111101"] * 4)
    assert audit("note.md", f"# Counts\n\n$P(Y=1) = P(\\{{{strings}\\}}) = 5$\n") is not None
