"""How the world writes the quantities of the field: one table of roles.

A proof says what its symbols mean (``eta``: "learning rate"); a formula from elsewhere calls the same thing
``lr``, ``\\alpha`` or ``learning_rate``. A row of :data:`ROLES` brings the two together: ``words`` mean this and
nothing else, ``letters`` are used for it often, and ``meaning`` finds it in what a proof says of a symbol.
"""

from __future__ import annotations

import re
from functools import cache, cached_property

from quizprep.frozen import frozen
from quizprep.text import Text


@frozen
class Role:
    """One quantity.

    ``plain`` is the value at which a formula that has it says the same as one that has not, in the proofs whose
    names ``proofs`` finds. Roles of one ``kind`` are told apart by their ``marks``: a name that is one, or has one
    below, stands for that role and no other of the kind: ``T_P``, ``n_{fn}``, ``\\Gamma_f``, ``p_{fake}``.
    ``convention`` is said where a formula is read at the ``plain`` value.
    """

    name: str
    words: str
    letters: str
    meaning: str
    plain: int | None = None
    proofs: str = ""
    kind: str = ""
    marks: str = ""
    convention: Text | None = None

    @cached_property
    def said(self) -> frozenset[str]:
        """The words, in small letters."""
        return frozenset(self.words.lower().split())

    @cached_property
    def lettered(self) -> frozenset[str]:
        """The letters, one by one."""
        return frozenset(self.letters.split())

    def is_meant(self, meaning: str) -> bool:
        """Whether a proof's words for a symbol mean this role."""
        return bool(self.meaning) and re.search(self.meaning, meaning, re.IGNORECASE) is not None


# Names are canonical (:func:`quizprep.formula.names.spell`) and without the step that they belong to: `g_t` is `g`.
# fmt: off
ROLES = (
    Role("true positives", "tp TP true_positives true_positive", "", r"true positives",
         kind="outcome", marks="tp hits"),
    Role("false positives", "fp FP false_positives false_positive", "", r"false positives",
         kind="outcome", marks="fp"),
    Role("false negatives", "fn FN false_negatives false_negative", "", r"false negatives",
         kind="outcome", marks="fn missed misses"),
    Role("true negatives", "tn TN true_negatives true_negative", "", r"true negatives",
         kind="outcome", marks="tn"),
    Role("actual positives", "positives actual_positives", "P", r"", kind="outcome", marks="P"),
    Role("actual negatives", "negatives actual_negatives", "N", r"", kind="outcome", marks="N"),
    Role("learning rate", "lr learning_rate step_size stepsize", "eta alpha gamma epsilon nu",
         r"learning rate|step size"),
    Role("step number", "step iteration iter iterations timestep", "t k n", r"number of (this|the) step|which step"),
    Role("epsilon", "eps epsilon smoothing_term", "epsilon delta", r"small constant|division by zero"),
    Role("least variance", "eps", "", r"", 0, "^gaussian-negative"),
    Role("epsilon inside the root", "eps_root epsilon_bar", "", r"", 0, "^adam"),
    Role("decay of the first moment", "beta1 beta_1", "beta mu", r"decay of the first"),
    Role("decay of the second moment", "beta2 beta_2", "beta rho", r"decay of the second"),
    Role("momentum", "momentum decay decay_rate smoothing forget", "mu beta rho alpha gamma", r"momentum|decay"),
    Role("weight decay", "weight_decay wd reg l_2 l_1 lam", "lambda alpha mu C gamma",
         r"(?<!without the )penalty|weight decay|regulari[sz]"),
    Role("loss", "loss cost objective", "J L E l", r"^loss\b"),
    Role("gradient", "grad gradient dw dx dtheta", "g d G", r"gradient of|first gradient|constant gradient"),
    Role("weight", "weight weights params param parameter slope", "w theta W p x m beta a",
         r"weights? (before|after|of)|^weights?"),
    Role("velocity", "velocity buf momentum_buffer", "v m b V M",
         r"velocity|average of (the )?gradients|accumulated gradient"),
    Role("squared gradients", "state_sum square_avg cache sum_sq E[g^2] E[g**2]", "v s r G E", r"squared gradients"),
    Role("squared updates", "acc_delta delta_avg E[Deltatheta^2] E[Deltax^2] E[Deltaw^2]", "u H Delta",
         r"squared updates"),
    Role("target", "y_true target targets label labels truth true expected observed ground_truth", "y t d Y p",
         r"\blabels?\b|targets?\b|true (class|value|distribution)|^truth|observed|its class|distribution P$"),
    Role("prediction", "y_pred pred predicted predictions prediction preds estimate output",
         "y_hat p f h yhat a o q x", r"predict|estimate|output|model's|reconstruction|distribution Q$"),
    Role("logits", "logits logit scores score", "z o x f a s u y_hat", r"logits?|scores?"),
    Role("similarity", "sim similarity cos cosine", "s", r"similarit"),
    Role("score of a real sample", "D(x) D_real D_x", "", r"\breal\b", kind="source", marks="real"),
    Role("score of a fake sample", "D(G(z)) D_fake D_G_z", "", r"\bfake\b|generated",
         kind="source", marks="fake"),
    Role("density of the data", "p_data p_real", "p", r"density of the data",
         kind="source", marks="pd pr real data d r"),
    Role("density of the generator", "p_gen p_fake p_model", "q", r"density of the generator",
         kind="source", marks="pg pf fake gen generated generator model g f"),
    Role("mini-batch", "batch inputs", "", r"mini-batch"),
    Role("temperature", "temperature temp", "tau T t", r"temperature", 1, "softmax",
         convention=Text("At temperature 1.", ko="온도가 1일 때의 식입니다.")),
    Role("kernel size", "kernel_size filter_size kernel ksize kernel_length kernel_height kernel_width filter_height "
         "filter_width", "k K F f m D_K k_h k_w w",
         r"kernel (length|size)|side of the (\w+ )?kernel|kernel|window|filter"),
    Role("stride", "stride strides stride_height stride_width strides_height strides_width", "s S", r"stride"),
    Role("padding", "padding pad", "p P", r"padding"),
    Role("dilation", "dilation dilation_rate", "d", r"dilation", 1, "conv|size|field"),
    Role("output padding", "output_padding", "a op", r"output padding", 0, "conv|size"),
    Role("groups", "groups", "G g", r"\bgroups", 1, "conv|param|cost"),
    Role("input size", "input_size L_in H_in W_in n_in size_in input_length in_size n_h n_w in_height "
         "in_width input_height input_width",
         "i n N W H L I w h D_F",
         r"input (length|size|width|side)|side of the (input|image|map)|length of the (input|signal)"),
    Role("input channels", "C_in in_channels c_in n_channels channels_in", "M D d C c", r"input channels",
         kind="channels", marks="in"),
    Role("output channels", "C_out out_channels c_out filters n_filters channels_out", "N K C D",
         r"output channels|filters", kind="channels", marks="out"),
    Role("temperature of the noise", "noise", "epsilon eps xi z", r"\bnoise\b|draw from"),
    Role("mean", "mean mu avg average running_mean", "mu m x_bar u", r"\bmeans?\b|expect"),
    Role("variance", "var variance sigma2 sigma_sq running_var", "v V", r"\bvariances?\b", 1, "^gaussian-negative"),
    Role("standard deviation", "std sd stddev stdev", "sigma s", r"standard deviation", 1, "^gaussian-negative"),
    Role("log-variance", "logvar log_var", "", r"log-?\s?variance"),
    Role("scale", "scale gain", "gamma g a", r"scale"),
    Role("input weights", "W_ih W_xh W_hx weight_ih W_x W_xs", "W U", r"weights (of the input|for x)",
         kind="weights", marks="W_ih W_xh W_hx W_xs"),
    Role("state weights", "W_hh weight_hh W_h W_ss", "U W", r"weights (of the state|for h)",
         kind="weights", marks="W_hh W_ss"),
    Role("state bias", "b_hn", "", r"bias inside the reset gate"),
    Role("shift", "shift bias offset", "beta b", r"shift|bias"),
    Role("previous state", "h_prev hx state hidden", "h h_{t-1} s", r"previous hidden|hidden state"),
    Role("previous cell", "c_prev cx cell", "c C c_{t-1} C_{t-1}", r"previous cell|cell state"),
    Role("candidate", "candidate", "n g h_tilde c_tilde", r"candidate", kind="gate", marks="n g z"),
    Role("update gate", "update_gate", "z u", r"update gate", kind="gate", marks="z u update"),
    Role("reset gate", "reset_gate", "r", r"reset gate", kind="gate", marks="r reset"),
    Role("forget gate", "forget_gate", "f", r"forget gate", kind="gate", marks="f forget"),
    Role("input gate", "input_gate", "i u", r"input gate", kind="gate", marks="i u input update"),
    Role("output gate", "output_gate", "o", r"output gate", kind="gate", marks="o output"),
    Role("query", "query queries", "Q q", r"quer(y|ies)"),
    Role("key", "key keys", "K k", r"keys?\b"),
    Role("value", "value values", "V v", r"values?\b"),
    Role("dimension", "d_model dim d_k depth embed_dim head_dim", "d d_k D dk", r"dimension",
         kind="dimension", marks="dk"),
    Role("dimension of the values", "d_v value_dim v_dim", "", r"dimension of the values",
         kind="dimension", marks="dv"),
    Role("position", "pos position", "p t k", r"position"),
    Role("mixing weight", "lam lambda mix", "lambda alpha rho", r"mix"),
    Role("correlation", "corr correlation", "rho r", r"correlation"),
    Role("probability", "prob probability probs", "p q pi theta", r"probabilit"),
    Role("prior", "prevalence prior base_rate", "", r"share of the population"),
    Role("success probability", "prob", "p q theta pi", r"probability of (heads|success|1)"),
    Role("number", "n_samples num_samples n_classes num_classes batch_size n_features count size length n_labels",
         "n N m M J K C L d D Q", r"number of|samples|classes|tosses|entries|steps|predictors|dimensions?"),
    Role("sample weight", "w_n weight_n sample_weight pos_weight p_c", "w", r"", 1, "entropy|likelihood|loss|error"),
    Role("beta of F", "beta", "beta", r"", 1, "^f1|f-beta"),
    Role("square of beta", "b_2 beta_2 beta2 beta_sq", "", r"", 1, "^f1|f-beta"),
)
# fmt: on


@cache
def words() -> frozenset[str]:
    """Every name that is one word of the field, and no product of letters."""
    return frozenset(word for role in ROLES for word in role.words.split())


@cache
def roles_of(name: str) -> tuple[Role, ...]:
    """The roles that a canonical name has by its words, whatever the case: ``True_Positives``."""
    lower = name.lower()
    return tuple(role for role in ROLES if lower in role.said)
