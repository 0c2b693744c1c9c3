"""What libraries call things, where their name or their meaning is not that of the table of functions."""

from __future__ import annotations

from quizprep.formula.functions import function_named

TORCH = frozenset({"torch", "F", "nn"})
TENSORFLOW = frozenset({"tf", "tensorflow", "K", "keras"})
#: The modules that documentation writes before a function: ``np.exp``, ``torch.nn.functional.softmax``.
MODULES = TORCH | TENSORFLOW | frozenset({"np", "numpy", "jnp", "jax", "math", "scipy", "mx", "ops"})
#: Modules inside of modules.
INNER = frozenset({"nn", "functional", "math", "numpy", "linalg", "special", "backend", "keras", "ops", "activations"})
CONSTANTS = {"pi": "pi", "e": "e", "inf": "inf"}
#: Operations that have a sign in a formula, by what they are read as.
OPERATIONS = {
    "add": "+", "sub": "-", "subtract": "-", "mul": "*", "multiply": "*", "div": "/", "divide": "/",
    "true_divide": "/", "neg": "negative", "negative": "negative", "reciprocal": "reciprocal", "rsqrt": "rsqrt",
    "squared_difference": "squared_difference", "where": "where", "mm": "@", "bmm": "@", "mv": "@", "matmul": "@",
    "dot": "dot", "t": "transpose", "amax": "max", "amin": "min", "fabs": "abs",
    "mse_loss": "mse_loss", "l1_loss": "l1_loss", "size": "size",
}  # fmt: skip
#: What an operation takes, the tensor before the dot included.
OPERANDS = {"size": 2, "negative": 1, "reciprocal": 1, "rsqrt": 1, "transpose": 1, "abs": 1, "where": 3}


def is_attribute(name: str, follows: str) -> bool:
    """Whether ``.name`` is read where ``follows`` stands behind it: a module, a constant, a function that is called."""
    if follows == ".":
        return name in INNER
    if follows == "(":
        return name in OPERATIONS or function_named(name) is not None
    if follows == "[":
        return name == "shape"
    return name in CONSTANTS or name == "grad"
