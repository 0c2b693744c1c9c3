"""A derivation read line by line, and judged: whether each line follows from the one before it."""
