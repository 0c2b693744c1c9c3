r"""Every formula of five course notes that a proof states, as the notes spell it: so many are judged, and none falsely.

The notes are a reader's own: they have slips, which are to be found (``wrong``), and words for symbols. What is told
is counted in :func:`test_most_formulas_that_a_proof_states_are_judged`, which prints the figure (``pytest -s``).
"""

from __future__ import annotations

import functools

import pytest

from quizprep.notes.finding import Finding, audit

pytestmark = pytest.mark.slow

JUDGED = 0.85  # of the formulas, at least
RIGHT, WRONG = "right", "wrong"

#: Heading, formula, what it is.
FORMULAS = (
    ("confusion matrix, 각종 지표", "- accuracy = (TN + TP) / (TN + TP + FN + FP)", RIGHT),
    ("confusion matrix, 각종 지표", "- precision = (TP) / (FP + TP)", RIGHT),
    ("confusion matrix, 각종 지표", "- recall = (TP) / (FN + TP)", RIGHT),
    ("confusion matrix, 각종 지표", "- F1-score = 2 * (precision + recall) / (precision * recall)", WRONG),
    ("경사하강법", r" - \circ \$W_{t+1} = r * W_{t} + b\$", WRONG),
    ("VAE", "- VAE의 loss == reconstruction error + KL Divergence (두개의 분포의 차이)", RIGHT),
    ("경사 하강법", "W_t+1=W_t-rG", RIGHT),
    ("신경망(neural network)", "- 출력벡터의 차원은 (n * d) * (d * p) = n * p", RIGHT),
    ("신경망 과정", "- 인풋 x * 가중치 w + 편향 b = z, z * 활성함수 σ = σ(z1)", RIGHT),
    ("신경망 과정", "- z * 활성함수 σ = σ(z1)", WRONG),
    ("Linear Neural Networks", r"- Model: $\hat{y} = wx+b,\ \hat{y} : 모델의\ 예상치$ : 선형 그래프로 이루어짐", RIGHT),
    ("Linear Neural Networks", r"- Loss: $loss =\frac{1}{N}\sum^N_{i=1}(y_i-\hat{y_i})^2$ : 실제 값과 얼마나 다른가", RIGHT),
    ("Linear Neural Networks", r"$$\frac{\partial loss}{\partial w} = \frac{\partial}{\partial w} \frac{1}{N}\sum^N_{i=1}(y_i - \hat{y_i})^2 = \frac{\partial}{\partial w} \frac{1}{N}\sum^N_{i=1}(y_i - wx_i-b)^2 =-\frac{1}{N}\sum^N_{i=1}-2(y_i-wx_i-b)x_i$$", WRONG),
    ("Linear Neural Networks", r"$$\frac{\partial loss}{\partial b} = \frac{\partial}{\partial b} \frac{1}{N}\sum^N_{i=1}(y_i - \hat{y_i})^2 = \frac{\partial}{\partial b} \frac{1}{N}\sum^N_{i=1}(y_i - wx_i-b)^2 =-\frac{1}{N}\sum^N_{i=1}-2(y_i-wx_i-b)$$", WRONG),
    ("gradient descent", r"$$w = w - \eta\frac{\partial loss}{\partial w}$$", RIGHT),
    ("gradient descent", r"$$b = b-\eta \frac{\partial loss}{\partial b}$$", RIGHT),
    ("bias, variance", r"$$bias^2 = \mathbb{E}\left[(f-\mathbb{E}[\hat{f}]^2)^2\right]$$", WRONG),
    ("bias, variance", r"$$variance = \mathbb{E}[(\mathbb{E}[\hat{f}]-\hat{f})^2]$$", RIGHT),
    ("bias, variance", r"$$\stackrel {\mathbb{E}\left[(t-\hat{f})^2\right]}{cost} = \mathbb{E}\left[(t-f +f-\hat{f})^2\right]=\dots=\stackrel {\mathbb{E}\left[(f-\mathbb{E}[\hat{f}]^2)^2\right]}{bias^2}+\stackrel {\mathbb{E}[(\mathbb{E}[\hat{f}]-\hat{f})^2]}{variance}+\stackrel {\mathbb{E}[\epsilon]}{noise}$$", WRONG),
    ("Gradient Descent", r"$W_{t+1} \leftarrow W_t - \eta g_t,\ \eta:learning\ rate,\ g_t:Gradient$", RIGHT),
    ("Momentum", r"$$a_{t+1} \leftarrow \beta a_t + g_t$$", RIGHT),
    ("Momentum", r"$$W_{t+1} \leftarrow W_t - \eta a_{t+1}$$", RIGHT),
    ("Nestrerov Accelerated Gradient", r"$$a_{t+1} \leftarrow \beta a_t + \nabla \mathcal{L}(W_t-\eta \beta a_t)$$", RIGHT),
    ("Nestrerov Accelerated Gradient", r"$$W_{t+1} \leftarrow W_t - \eta a_{t+1}$$", RIGHT),
    ("Adagrad", r"$$W_{t+1} = W_t - \frac{\eta}{\sqrt {Gt+\epsilon}}g_t$$", RIGHT),
    ("Adadelta", r"$$G_t = \gamma G_{t-1} + (1-\gamma)g_t^2$$", RIGHT),
    ("Adadelta", r"$$W_{t+1} = W_t - \frac{\sqrt{H_{t-1}+\epsilon}}{\sqrt {G_t+\epsilon}}g_t$$", RIGHT),
    ("Adadelta", r"$$H_t=\gamma H_{t-1}+ (1-\gamma)(\Delta W_t)^2$$", RIGHT),
    ("RMSprop", r"$$G_t = \gamma G_{t-1} + (1-\gamma)g_t^2$$", RIGHT),
    ("RMSprop", r"$$W_{t+1} = W_t - \frac{\eta}{\sqrt {G_t+\epsilon}}g_t$$", RIGHT),
    ("Adam", r"$$m_t = \beta_1 m_{t=1} + (1-\beta_1)g_t$$", WRONG),
    ("Adam", r"$$v_t = \beta_2v_{t-1} - (1-\beta_2)g_t^2$$", WRONG),
    ("Adam", r"$$W_{t+1} = W_t - \frac{\eta}{\sqrt {v_t+\epsilon}}\frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}m_t$$", RIGHT),
    ("Parameter Norm Penalty", r"$$total\ cost = loss(\mathcal{D;W}) + \frac \alpha 2 \left \| W \right \|^2_2$$", RIGHT),
    ("Batch Normalization", r"$$\mu_B = \frac 1 m \sum_{i=1}^m x_i$$", RIGHT),
    ("Batch Normalization", r"$$\sigma^2_B = \frac 1 m \sum^m_{i=1}(x_i-\mu_B)^2$$", RIGHT),
    ("Batch Normalization", r"$$\hat{x}_i =\frac {x_i - \mu_B}{\sqrt{\sigma^2_B+\epsilon}}$$", RIGHT),
    ("Convolution 연산", r"$$\cdot Coninuous\ convolution:\ (f*g)(t) = \int f(\tau)g(t-\tau)d\tau=\int f(t-\tau)g(t)d\tau$$", WRONG),
    ("Convolution 연산", r"$$\cdot Discrete\ convolution:\ (f*g)(t) = \sum^\infty_{i=-\infty} f(i)g(t-i)=\sum^\infty_{i=-\infty} f(t-i)g(i)$$", RIGHT),
    ("Convolution 연산", r"$$\cdot 2D\ image\ convolution:\ (I*K)(i,j) = \sum_m\sum_n I(m,n)K(i-m,j-n)=\sum_m\sum_n I(i-m,i-n)K(m,n)$$", WRONG),
    ("Convolution 연산", r"$$O_{11}=I_{11}K_{11}+I_{12}K_{12}+I_{13}K_{13}+I_{21}K_{21}+I_{22}K_{22}+I_{23}K_{23}+I_{31}K_{31}+I_{32}K_{32}+I_{33}K_{33}+bias$$", RIGHT),
    ("Convolution 연산", r"$$O_{12}=I_{12}K_{11}+I_{13}K_{12}+I_{14}K_{13}+I_{22}K_{21}+I_{23}K_{22}+I_{24}K_{23}+I_{32}K_{31}+I_{33}K_{32}+I_{34}K_{33}+bias$$", RIGHT),
    ("Convolution 연산", r"$$O_{13}=I_{13}K_{11}+I_{14}K_{12}+I_{15}K_{13}+I_{23}K_{21}+I_{24}K_{22}+I_{25}K_{23}+I_{33}K_{31}+I_{34}K_{32}+I_{35}K_{33}+bias$$", RIGHT),
    ("Convolution 연산", r"$$O_{14}=I_{14}K_{11}+I_{15}K_{12}+I_{16}K_{13}+I_{24}K_{21}+I_{25}K_{22}+I_{26}K_{23}+I_{34}K_{31}+I_{35}K_{32}+I_{36}K_{33}+bias$$", RIGHT),
    ("Convolution Arithmetic", r"- 위 예시는 $3 \times 3 \times 128 \times 64 = 73,728 $ 개의 학습 파라미터 수", RIGHT),
    ("Convolution Arithmetic", r"- $5 \times 5 \times 48 \times 128*2 \approx 307k$", RIGHT),
    ("Convolution Arithmetic", r"- $13 * 13 * 128 * 2 \times 2048 *2 \approx 177M$", RIGHT),
    ("Convolution Arithmetic", r"- $2048 * 2 \times 2048 *2 \approx 16M$", RIGHT),
    ("Convolution Arithmetic", r"- $2048*2 \times 1000 \approx 4M$", RIGHT),
    ("Fully Convolutional Network(FCN)", "- 양쪽 다 parameter 수는 똑같이 4x4x16x10 = 2560으로 같다.", RIGHT),
    ("Faster R-CNN", "  - 총 9*(4+2) = 54개의 채널을 가진 Fully Conv를 가진다.", RIGHT),
    ("Basic Discrete Distributions", r"- RGB pixel이 가지는 경우의 수는 256 \* 256 \*256이며, 필요한 파라미터의 수는 255\*255\*255.", WRONG),
    ("Basic Discrete Distributions", "- Specify P(X = Heads)=p. Then P(X=Tails) = 1-p.", RIGHT),
    ("Conditional Independence", "- binary pixel의 수가 100개 라고하면 가능한 파라미터는 2^100^-1개가 되고, 이는 너무 많다.", RIGHT),
    ("Conditional Independence", "- Markov assumption을 이용하면 parameter 수가 기존의 2^n^-1 에서 2n -1로 변한다.", RIGHT),
    ("Convolution Arithmetic", "- 학습 파라미터 수는 *(필터 폭  X 필터 높이  X 입력 채널 수 X 출력 채널 수)*로 계산", RIGHT),
    ("Conditional Independence", r"$$Chain\ Rule:\ p(x_1,\dots,x_n)=p(x_1)p(x_2|x_1)p(x_3|x_1,x_2)\dots p(x_n|x_1,\dots,x_{n-1})$$", RIGHT),
    ("Conditional Independence", r"$$Bayes'\ rule:\ p(x|y)=\frac {p(x,y)}{p(y)}=\frac {p(y|x)p(x)}{p(y)}$$", RIGHT),
    ("Conditional Independence", r"$$Conditional\ independence:\ if\ x\perp y | z,\ then\ p(x|y,z)=p(x|z)$$", RIGHT),
    ("Conditional Independence", r"$$become\ \ \ p(x_1,\dots,x_n) =p(x_1)p(x_2|x_1)p(x_3|x_2)\dots p(x_n|x_{n-1})$$", RIGHT),
    ("NADE(Neural Autoregressive Density Estimator) 모델", r"  - 즉, $p(x_i|x_{1:i-1}) = \sigma(\alpha_ih_i+b_i)$ 이다.", RIGHT),
    ("NADE(Neural Autoregressive Density Estimator) 모델", r"  - 즉, $h_i=\sigma(W_{<i}x_{1:i-1}+c)$ 이다.", RIGHT),
    ("NADE(Neural Autoregressive Density Estimator) 모델", r"$$p(x_1,\dots,x_{784})=p(x_1)p(x_2|x_1)\dots p(x_{784}|x_{1:783})$$", RIGHT),
    ("Pixel RNN", r"$$p(x)=\prod^{n^2}_{i=1}p(x_{i,R}|x_{<i})p(x_{i,G}|x_{<i},x_{i,R})p(x_{i,B}|x_{<i},x_{i,R},X_{i,G})$$", RIGHT),
    ("Variational Auto-encoder", r"    - isotropic Gaussian: $D_{KL}(q_\phi(z|x)||\mathcal N(0,I))=\frac{1}{2}\sum^D_{i=1}(\sigma^2_{z_i}+\mu^2_{z_i}-ln(\sigma^2_{z_i})-1)$", RIGHT),
    ("GAN 소개", r"$$\stackrel {max}{D}\ V(D,G)=\mathbb E_{x\sim p_{data}(x)}[logD(x)] + 	\mathbb E_{z\sim p_z(z)}[log(1-D(G(z)))]$$", RIGHT),
    ("GAN 소개", r"$$where\ optimal\ discriminator\ is\ D^*_G(x)=\frac{p_{data}(x)}{p_{data}(x)+p_G(x)}$$", RIGHT),
    ("GAN 소개", r"$$\stackrel {min}{G}\ V(D,G)=\mathbb E_{x\sim p_{data}(x)}[logD(x)] + \mathbb E_{z\sim p_z(z)}[log(1-D(G(z)))]$$", RIGHT),
    ("GAN 소개", r"""$$
  V(G,D^*_G(x)) = E_{x\sim p_{data}}\left[log\frac{p_{data}(x)}{p_{data}(x)+p_G(x)}\right]+E_{x\sim p_G}\left[log\frac{p_G(x)}{p_{data}(x)+p_G(x)}\right] \\= E_{x\sim p_{data}}\left[log\frac{p_{data}(x)}{\frac{p_{data}(x)+p_G(x)}{2}}\right]+E_{x\sim p_G}\left[log\frac{p_G(x)}{\frac{p_{data}(x)+p_G(x)}{2}}\right] - log4 \\
   = D_{KL}\left[p_{data},\frac{p_{data}+p_G}{2}\right]+D_{KL}\left[P_G,\frac {p_{data}+p_G}{2}\right]-log4
  $$""", RIGHT),
    ("GAN 소개", r"""$$
  D_{KL}\left[p_{data},\frac{p_{data}+p_G}{2}\right]+D_{KL}\left[P_G,\frac {p_{data}+p_G}{2}\right] = \\ 2 \times Jenson-Shannon\ Divergence\ (JSD) = 2D_{JSD}[p_{data},p_{G}]
  $$""", RIGHT),
    ("GAN 소개", r"$$V(G,D^*_G(x)) = 2D_{JSD}[p_{data},p_{G}] - log4$$", RIGHT),
)  # fmt: skip
#: Those of them that are not judged, by their beginnings: take each off as soon as it is.
NOT_JUDGED = (
    "- VAE의 loss == reconstruction error",  # in words alone
    "- 학습 파라미터 수는",
    "- 출력벡터의 차원은",  # of shapes
    "- z * 활성함수 σ",  # the formula on the left
    r"- RGB pixel이 가지는",  # numbers of parameters in a sentence
    "- binary pixel의 수가",
    "- Markov assumption을",
    "- Specify P(X = Heads)",
    r"$$p(x)=\prod^{n^2}_{i=1}",  # three factors for each pixel
)


@functools.cache
def found(heading: str, formula: str) -> list[Finding]:
    return audit("note.md", f"## {heading}\n\n{formula}\n")


def is_judged(heading: str, formula: str, outcome: str) -> bool:
    return outcome in {each.outcome for each in found(heading, formula)}


@pytest.mark.parametrize(("heading", "formula", "outcome"), FORMULAS, ids=lambda value: value[:40])
def test_none_is_judged_falsely(heading: str, formula: str, outcome: str) -> None:
    outcomes = {each.outcome for each in found(heading, formula)}
    assert "wrong" not in outcomes or outcome == WRONG
    assert outcomes != {"right"} or outcome == RIGHT
    assert is_judged(heading, formula, outcome) == (not formula.startswith(NOT_JUDGED))


def test_most_formulas_that_a_proof_states_are_judged() -> None:
    judged = [formula for heading, formula, outcome in FORMULAS if is_judged(heading, formula, outcome)]
    print(f"{len(judged)} of {len(FORMULAS)} formulas of the course notes are judged")
    assert len(judged) >= JUDGED * len(FORMULAS)


def test_plain_momentum_is_not_what_looks_ahead() -> None:
    (step,) = found(
        "Nestrerov Accelerated Gradient", r"$a_{t+1} \leftarrow \beta a_t + \nabla \mathcal{L}(W_t-\eta \beta a_t)$"
    )
    assert (step.proof, step.step) == ("nesterov-step", "a_next")
    (here,) = found("Nesterov", r"$a_{t+1} \leftarrow \beta a_t + \nabla \mathcal{L}(W_t + \eta \beta a_t)$")
    assert here.outcome != "right"


@pytest.mark.parametrize(
    "formula",
    [
        r"V(G, D^*) = D_{KL}[p_{data}, \frac{p_{data} + p_G}{2}] + D_{KL}[p_G, \frac{p_{data} + p_G}{2}] + \log 4",
        r"V(G, D^*) = E_{x \sim p_{data}}[\log \frac{p_{data}(x)}{p_{data}(x) + p_G(x)}] + E_{x \sim p_{data}}[\log \frac{p_G(x)}{p_{data}(x) + p_G(x)}]",
        r"C(G) = -\log 4 + JSD(p_{data} \| p_g)",
        r"D_{KL}[p_{data}, \frac{p_{data} + p_G}{2}] + D_{KL}[p_G, \frac{p_{data} + p_G}{2}] = Jensen-Shannon Divergence = D_{JSD}[p_{data}, p_G]",
    ],
)  # fmt: skip
def test_another_value_of_the_game_is_not_right(formula: str) -> None:
    assert "right" not in {each.outcome for each in found("GAN", f"${formula}$")}
