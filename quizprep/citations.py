"""The works that several chapters of proofs cite."""

from __future__ import annotations

BISHOP = "Bishop, Pattern Recognition and Machine Learning (2006)"
DEEP_LEARNING = "Goodfellow, Bengio & Courville, Deep Learning (2016)"
STATISTICAL_LEARNING = "Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2nd ed., 2009)"
VASWANI = "Vaswani et al., Attention Is All You Need (2017)"
