"""The judge: whether two formulas agree, on which input they do not, and what is wrong."""
