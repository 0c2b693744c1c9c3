"""How large a formula may be, and the work that it asks for: the same for whoever reads, rewrites or computes it."""

from __future__ import annotations

MAX_NODES = 4000  # parts of one formula
MAX_TERMS = 10_000  # of one sum or product over an index
MAX_EXPONENT = 1_000_000  # of a power whose exponent is written out in numbers
