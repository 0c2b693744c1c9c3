"""Text → tree: the characters, the words, and the grammar of formulas."""
