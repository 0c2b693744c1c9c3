"""Formulas in the Korean words that the screen has for symbols and steps: ``2·정밀도·재현율/(정밀도 + 재현율)``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from quizprep.proofs import Proof
from quizprep.step_names import step_words
from quizprep.text import HANGUL

_WORDS = re.compile("[가-힣]+(?: [가-힣]+){0,3}")
_HEAD = re.compile(r"^[^\W\d_]\w*(?: [가-힣]+)*(?=\s*=)", re.MULTILINE)  # `F1 점수 =`


def korean_names(proof: Proof, text: str) -> Mapping[str, str]:
    """What Korean words in a text stand for, each one word: symbols and steps by what the screen calls them.

    Words that two of them are called by stand for neither. Nothing is looked up for a text without any.
    """
    if not HANGUL.search(text):
        return {}
    called = [(symbol.meaning["ko"], name) for name, symbol in proof.symbols.items()]
    called += [(step_words(proof, name, "ko"), name) for name in proof.steps]
    times = Counter(words for words, _ in called)
    return {words.replace(" ", ""): name for words, name in called if times[words] == 1 and _WORDS.fullmatch(words)}


def joined(proof: Proof, text: str) -> str:
    """A text with every name of several Korean words written as one, as :func:`korean_names` has them.

    A line that begins with the proof's own title, `F1 점수 = …`, states its result.
    """
    if not HANGUL.search(text):
        return text
    called = [symbol.meaning["ko"] for symbol in proof.symbols.values()]
    called += [step_words(proof, name, "ko") for name in proof.steps]
    for words in sorted((words for words in called if " " in words and _WORDS.fullmatch(words)), key=len, reverse=True):
        text = text.replace(words, words.replace(" ", ""))
    title = proof.title["ko"].replace(" ", "")

    def written(head: re.Match[str]) -> str:
        whole = head[0].replace(" ", "")
        return proof.result if whole == title else whole

    return _HEAD.sub(written, text)
