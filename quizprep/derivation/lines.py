r"""The lines of a derivation, as LaTeX, Markdown and plain text write them. No formula is read here.

What is found are rows: ``A = B = C`` with where it stands, the reason written behind it (``(chain rule)``, ``by
Jensen``, ``\text{since } x > 0``), and whether it is a step or something given (``let``, ``where``, ``assume``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from quizprep.frozen import frozen

RELATIONS = {
    "=": "=", ":=": "=", "≡": "=", "≜": "=", "≔": "=", r"\equiv": "=", r"\triangleq": "=", r"\coloneqq": "=",
    "<=": "<=", "≤": "<=", r"\le": "<=", r"\leq": "<=", r"\leqslant": "<=", "⩽": "<=",
    ">=": ">=", "≥": ">=", r"\ge": ">=", r"\geq": ">=", r"\geqslant": ">=", "⩾": ">=",
    "<": "<", r"\lt": "<", ">": ">", r"\gt": ">", "≈": "≈", r"\approx": "≈", r"\simeq": "≈", "≃": "≈",
    "∝": "∝", r"\propto": "∝",
}  # fmt: skip
_SIGN = re.compile(
    r":=|<=(?!>)|>=|=>|==>|[≤≥≡≜≔⩽⩾≈≃∝=<>]|\\(?:leqslant|geqslant|leq|geq|le|ge|lt|gt|approx|simeq|propto|equiv|triangleq"
    r"|coloneqq)(?![A-Za-z])"
)
_DISPLAY = re.compile(
    r"\$\$(?P<dollars>.*?)\$\$|\\\[(?P<brackets>.*?)\\\]|```math\s*\n(?P<fence>.*?)```"
    r"|\\begin\{(?P<kind>align|aligned|equation|gather|gathered|split|multline|eqnarray|flalign|alignat)(?P<star>\*?)\}"
    r"(?:\{\d+\})?(?P<body>.*?)\\end\{(?P=kind)(?P=star)\}",
    re.DOTALL,
)
_WRAPPER = re.compile(
    r"\\(?:begin|end)\{(?:aligned|align|split|gather|gathered|equation|multline|eqnarray)\*?\}(?:\[\w\])?"
)
_INLINE = re.compile(r"(?<!\\)\$(?!\$)([^$\n]+?)(?<!\\)\$|\\\((.+?)\\\)|`([^`\n]+)`")
_GIVEN_WORDS = (
    r"let(?:\s+us)?|where|assum(?:e|ing|ptions?)|given|suppose|set(?!\s+(?:it|this|that|the|to|both|each)\b)|define"
    r"|denote|put|with|for(?:\s+all)?|recall"
    r"|definitions?|symbols?|notation|condition(?:ed)?|여기서|가정|조건|정의|단|기호|주어진\s*것"
)
GIVEN = re.compile(
    rf"^\s*(?:(?:now|first|here|and|but)[, ]+)?(?:(?:we|us)\s+)?(?P<word>{_GIVEN_WORDS})(?:\s+that)?"
    r"(?=[\s:,(]|$)(?!\s*=)[\s:,]*",  # recall = TP/(TP + FN) is a formula
    re.IGNORECASE,
)
_GRANTS = re.compile(
    r"∈|\\in(?![a-z])|~|∼|\\sim(?![a-z])|\b(?:vectors?|matri(?:x|ces)|random|independent|symmetric|orthogonal|orthonormal|unit|invertible|integers?|natural"
    r"|positive|nonnegative|real|probability|distribution|square|constants?|functions?|counts?|bit|i\.?i\.?d|means?|variances?)\b"
    r"|벡터|행렬|확률|독립|대칭|직교|가역|정수|자연수|양수|실수|상수|함수"
)  # what a condition without a relation sign speaks of
_GIVEN_BEHIND = re.compile(
    r"\s*(?:이라고|라고|이라|라|로|으로)\s*(?:하자|둔다|놓자|정의(?:하자|한다)?|두자)\s*\.?$"
    r"|\s*일\s*때\s*\.?$|(?:을|를)?\s*가정(?:하자|한다)?\s*\.?$"
)
_CASE = re.compile(
    r"^\W*(?:(?:case|if|when|for)\b|경우)[^=≠]*?(?<![\w\\])(?P<case>(?-i:[i-nst])\s*(?P<sign>=|≠|!=|\\neq?(?![a-z]))"
    r"\s*(?-i:[i-nst]))(?![\w(^_])"
    r"\W*(?:인|일)?\s*(?:경우|때|then|we\s+have)?\W*$",
    re.IGNORECASE,
)  # of two indices
_SENTENCES = re.compile(r"(?<=[^\s.\d])(?<!i\.e)(?<!e\.g)(?<!i\.d)(?<!cf)(?:\.|;)\s+(?=\S)")
_SENTENCES_IN_KOREAN = re.compile(r"(?<=[다자요])\.\s+(?=\S)")
_JUST_BEFORE = re.compile(rf"\b(?:{_GIVEN_WORDS})[\s(`]*$", re.IGNORECASE)
_SAID_IN_KOREAN = re.compile(
    r"(?:독립|(?:대칭|가역|직교)\s*행렬|단위\s*벡터|대칭|가역)(?:이다|입니다|인\s*경우)?\s*\.?$"
)
_DRAWN_FROM = re.compile(
    r"^[^=<>≤≥]{1,40}(?:\\sim(?![A-Za-z])|∼|~)\s*\\?\s*(?:\\mathcal|\\mathrm|\\text)?\s*\{?[A-Za-z𝒩]+\}?\s*\("
)
_SAID_OF = re.compile(
    r"^\W*(?:(?:the|The)\s+(?:entries|components|elements)\s+of\s+)?\\?\w+(?:(?:,|\s+and)\s+(?:\\?\w+|…|\.\.\.|\\[lc]?dots))*"
    r"\s+(?:are|is|have|has)\s+(?:an?\s+)?(?:i\.?i\.?d\b|mean\b|zero\s+mean|independent|random|symmetric|orthogonal|invertible|constants?|unit)\b"
)
_HENCE = re.compile(
    r"^\s*(?:(?:therefore|thus|hence|so(?:\s+that)?|then|that\s+is|i\.e\.|and|now|it\s+follows(?:\s+that)?|giving|step\s*\d*"
    r"|(?:which|this|that)\s+(?:gives|yields|means|implies)|(?:we|one)\s+(?:have|has|gets?|finds?|obtains?|see)(?:\s+that)?"
    r"|따라서|그러므로|즉|고로|결국|이제|그러면)(?=[\s,:]|$)[\s,:]*"
    r"|⇒|⟹|⇔|⟺|∴|=>|==>|<=>|->|→|\\Rightarrow|\\implies|\\Longrightarrow|\\iff|\\Leftrightarrow|\\therefore)\s*",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"^\s*(?P<word>since|because|as|if|when|given\s+that|provided(?:\s+that)?|assuming(?:\s+that)?|왜냐하면)\s+"
    r"(?P<granted>.+?)(?:,?\s+then[\s,]+|,\s*)(?P<rest>.+)$"
    r"|^\s*(?P<granted_ko>.+?)\s*(?P<word_ko>이므로|이기\s*때문에|이면|라면|일\s*때)[\s,]+(?P<rest_ko>.+)$",
    re.IGNORECASE,
)
_SUBJECT_TO = re.compile(
    r"^(?:.*\W)?(?:subject\s+to|s\.\s?t\.)(?:\s+the\s+constraints?)?(?:\s+that)?\s*:?\s*(?P<said>.*[=<>≤≥].*)$"
    r"|^(?:.*\W)?제약\s*(?:조건)?(?:은|이|:)?\s*(?P<said_ko>.*[=<>≤≥].*)$",
    re.IGNORECASE,
)
_IF = re.compile(r"if|when|이면|라면|일\s*때", re.IGNORECASE)
_SO = re.compile(
    r"\s*[,;]\s+(?:and\s+)?(?:so|hence|thus|therefore|then|i\.e\.)[\s,]+|\s*[,;]\s+(?:따라서|그러므로|즉)[\s,]+",
    re.IGNORECASE,
)
_SINCE_ALONE = re.compile(r"^\s*(?:since|because|as|provided(?:\s+that)?|왜냐하면)\s+(?P<granted>.+)$", re.IGNORECASE)
_BY_WHAT = re.compile(
    r"^\s*(?P<reason>(?:by|from|using|via|with|due\s+to|applying|according\s+to)\s[^=<>≤≥]*?)\s*[:,]\s+(?P<rest>.+)$"
    r"|^\s*(?P<reason_ko>[^=<>≤≥]*(?:에\s*의해|에\s*의하여|에\s*따라|(?:을|를)\s*(?:이용|사용|적용|대입|미분|전개|정리)(?:하면|하여|해서)"
    r"|(?:미분|정리|전개|대입|계산)하면))[\s,:]+(?P<rest_ko>.+)$",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\s*(?:≠|!=|\\neq?(?![A-Za-z])|[<>≤≥]|\\(?:leq?|geq?|lt|gt)(?![A-Za-z]))\s*")
_FOR_ALL = re.compile(r"^(?:∀|\\forall)\s*(?P<said>.+)$")
_NUMBERED = re.compile(r"^\s*(?:[-*+•◦]\s+|\(?\d{1,2}[.)]\s+|\([ivx]+\)\s+|>(?!=)\s?)+")
_REASON_WORDS = r"by|since|because|using|from|due\s+to|as|when|for(?:\s+all)?|where|with|if|assuming|provided|왜냐하면"
_TRAILING = re.compile(rf"\s[\s,;:.]*\(?\b(?P<reason>(?:{_REASON_WORDS})\b\s.*?)\)?[\s.]*$", re.IGNORECASE)
_BRACKETED = re.compile(r"(?P<space>\s+)[(\[](?P<reason>[^()\[\]]*(?:\([^()]*\)[^()\[\]]*)*)[)\]][\s.]*$")
_REMARK = re.compile(r"\s+(?:#|//|←|<-|--|—|–)\s*(?P<reason>.*)$")
_TEXT = re.compile(r"\\(?:text|mbox|textit|textrm|textbf)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_ABOVE = re.compile(
    r"\\(?:overset|stackrel)\s*\{(?P<over>(?:[^{}]|\{[^{}]*\})*)\}\s*\{(?P<sign>[^{}]*)\}"
    r"|\\underset\s*\{(?P<under>(?:[^{}]|\{[^{}]*\})*)\}\s*\{(?P<sign2>=|\\leq?|\\geq?|<|>)\}"
)
_LAYOUT = re.compile(
    r"\\(?:nonumber|notag|hfill|displaystyle|allowdisplaybreaks)(?![A-Za-z])|\\(?:tag|label)\*?\{[^{}]*\}"
)
_SPACES = re.compile(r"\\(?:qquad|quad|enspace|;|,|!|:|>)(?![A-Za-z])|~")
_WORD = re.compile(r"[A-Za-z]{3,}|[가-힣]+")


@frozen
class Line:
    """A row of a derivation: ``number`` counts the lines of the text from 1; ``text`` is the formula alone.

    ``given`` says that it is granted and not derived. ``above`` is the number of the line that it goes on from,
    where it begins with a relation sign.
    """

    number: int
    text: str
    reason: str = ""
    given: bool = False
    under: str = ""  # what holds for this line and those that go on from it: if x > 0


def lines_of(text: str) -> list[Line]:
    """The rows of a derivation that say something, in order; prose between them is passed over."""
    found: list[Line] = []
    first, _, rest = text.lstrip("\ufeff").partition("\n")
    if _is_title(first) and not rest.partition("\n")[0].strip():
        text = f"\n{rest}"
    for number, row, latex in _rows(text):
        found += _of_display(number, row) if latex else _of_prose(number, row)
    return _joined(found)


# Rows


def _rows(text: str) -> Iterator[tuple[int, str, bool]]:
    """(line, row, whether it is display mathematics) of everything that is neither code nor heading."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"<!--.*?-->", lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.DOTALL)
    position = 0
    for match in _DISPLAY.finditer(text):
        yield from ((number, row, False) for number, row in _plain(text, position, match.start()))
        group = next(name for name in ("dollars", "brackets", "fence", "body") if match[name] is not None)
        yield from ((number, row, True) for number, row in _cut(text, *match.span(group)))
        position = match.end()
    yield from ((number, row, False) for number, row in _plain(text, position, len(text)))


_NO_LINE = re.compile(r"\s*(?:#{1,6}\s|\\(?:section|title))")
_NO_LINE_OR_ROW = re.compile(_NO_LINE.pattern + r"|\s*\|(?!\|)")
_RULE = re.compile(r"^\s*\|?[\s:|]*-{3,}[\s:|-]*$", re.MULTILINE)  # between the head and the body of a table


def _plain(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    number = text.count("\n", 0, start) + 1
    left_out = _NO_LINE_OR_ROW if _RULE.search(text) else _NO_LINE  # |x| begins with a bar, too
    fence = ""
    for offset, row in enumerate(text[start:end].split("\n")):
        opened = re.match(r"\s*(```|~~~)\s*(\w*)", row)
        if opened:
            fence = "" if fence else (opened[2] or "text")
        elif fence in ("", "text", "math", "txt", "latex", "tex") and not left_out.match(row):
            yield number + offset, row


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    r"""The rows between ``\\``, each with the line on which its formula begins."""
    body = _WRAPPER.sub(lambda match: " " * len(match[0]), text[start:end])
    depth, begun = 0, 0
    for match in [*re.finditer(r"\\begin\{|\\end\{|\\\\(?:\[[^\]]*\])?", body), None]:
        if match is not None and match[0].startswith(("\\begin", "\\end")):
            depth += 1 if match[0].startswith("\\begin") else -1
            continue
        if match is not None and depth > 0:
            continue  # of a matrix or of cases
        stop = len(body) if match is None else match.start()
        row = re.sub(r"(?<!\\)%.*", "", body[begun:stop])
        if row.strip():
            lead = len(body[begun:stop]) - len(body[begun:stop].lstrip())
            yield text.count("\n", 0, start + begun + lead) + 1, " ".join(row.split())
        begun = stop if match is None else match.end()


def _of_display(number: int, row: str) -> Iterator[Line]:
    row = _LAYOUT.sub(" ", row)
    row = re.sub(r"\\(?:text|mbox|textrm)\s*\{\s*(or|또는)\s*\}", r" \1 ", row)
    row = re.sub(r"(?<!\\)&", " ", row)
    row, reasons = _said(row)
    row = _SPACES.sub(lambda match: "  " if "quad" in match[0] else " ", row).strip()
    yield from _of_row(number, row, reasons)


def _said(row: str) -> tuple[str, list[str]]:
    r"""A row without its words in ``\text{}`` and above its signs, and these words."""
    reasons = []

    def above(match: re.Match[str]) -> str:
        reasons.append(_words(match["over"] or match["under"] or ""))
        return f" {match['sign'] or match['sign2']} "

    row = _ABOVE.sub(above, row)
    match = next((each for each in _TEXT.finditer(row) if _is_remark(each, row)), None)
    if match is not None:  # everything from the first word on is said, formulas among it
        reasons.append(_words(row[match.start() :]))
        row = row[: match.start()]
        row = re.sub(r"[\s(\[]+$", "", _SPACES.sub(" ", row)) if row.rstrip().endswith(("(", "[")) else row
    return row, [reason for reason in reasons if reason]


def _is_remark(match: re.Match[str], row: str) -> bool:
    r"""Whether a ``\text{}`` is no part of a name (``\sigma_{\text{max}}``), a function or a case."""
    before = row[: match.start()].rstrip()
    if before.endswith(("_", "^", "{", "\\")) or ("\\begin{" in before and "\\end{" not in before):
        return False
    said = match[1].strip()
    behind = row[match.end() :].lstrip()
    return bool(said) and not (re.fullmatch(r"[A-Za-z]+", said) and behind.startswith(("(", "_", "[", "\\left", "{")))


def _words(text: str) -> str:
    text = _TEXT.sub(lambda match: f" {match[1]} ", text)
    return " ".join(_SPACES.sub(" ", text).replace("$", " ").split()).strip(" ()[]")


def _is_title(row: str) -> bool:
    """``Cross-entropy = entropy + KL``: words, and what may stand between them."""
    return bool(
        re.fullmatch(r"[A-Z가-힣][A-Za-z가-힣]+(?:(?:\s*[-=+:,]\s*|\s+)[A-Za-z가-힣]{2,})+\s*[.:]?", row.strip())
    )


def _of_prose(number: int, row: str) -> Iterator[Line]:
    row = row.strip()
    if not row:
        return
    row = re.sub(r"^(?:>(?!=)\s?)+", "", row)
    case = _CASE.match(row)
    if case:
        if case["sign"] != "=":
            yield Line(number, case["case"], given=True)
        return
    spans = list(_INLINE.finditer(row))
    cut = [match for match in _SENTENCES.finditer(row) if not any(a.start() < match.start() < a.end() for a in spans)]
    if spans and cut:
        begun = [0, *(match.end() for match in cut)]
        ends = [*(match.start() + 1 for match in cut), len(row)]
        for start, end in zip(begun, ends, strict=True):
            yield from _of_prose(number, row[start:end].rstrip(";"))
        return
    bare = _NUMBERED.sub("", row)
    if not spans and len(sentences := _SENTENCES_IN_KOREAN.split(row)) > 1:
        for sentence in sentences:
            yield from _of_prose(number, sentence)
        return
    if not spans:
        row = bare if bare != row and _looks_like(bare) else row
        yield from _of_row(number, re.sub(r"\*\*(\w+)(:?)\*\*", r"\1\2", row), [])
        return
    spoken = _INLINE.sub(" ", bare)
    pieces = ["".join(filter(None, match.groups())) for match in spans]
    words = bare[: bare.find(spans[0][0])]
    given = GIVEN.match(words)
    if given and len(_WORD.findall(words[given.end() :])) > 1 and (nearer := _JUST_BEFORE.search(words, given.end())):
        bare = bare[nearer.start() :]  # For two classes with $z = ...$
    if given or _GIVEN_BEHIND.search(bare) or _SAID_IN_KOREAN.search(bare):
        said = " ".join(_INLINE.sub(lambda match: "".join(filter(None, match.groups())), bare).split())
        yield from _of_row(number, said, [])
        return
    reason = " ".join(_WORD.findall(spoken)) and " ".join(spoken.split()).strip(" .,:;()")
    for piece in pieces:
        if signs(piece) or (len(pieces) == 1 and not _WORD.search(spoken)):
            behind = GIVEN.match(re.split(r"[.,;:]", row[: row.find(piece)])[-1].rstrip("$`( "))
            if behind:
                yield from _of_row(number, f"where {piece}", [])
            else:
                yield from _of_row(number, piece, [reason] if reason else [])


def _looks_like(row: str) -> bool:
    return bool(signs(row)) or bool(GIVEN.match(row)) or bool(_HENCE.match(row))


def _of_row(number: int, row: str, reasons: list[str]) -> Iterator[Line]:
    given = GIVEN.match(row)
    behind = _GIVEN_BEHIND.search(row)
    if given or behind:
        body = row[given.end() :] if given else row[: behind.start()] if behind else row
        if signs(body) or _GRANTS.search(body):
            yield Line(number, body.strip(" .,:"), " ".join(reasons), given=True)
        return
    if _DRAWN_FROM.match(row) or _SAID_OF.match(row) or (_SAID_IN_KOREAN.search(row) and not signs(row)):
        yield Line(number, row.strip(" .,"), " ".join(reasons), given=True)
        return
    if constrained := _SUBJECT_TO.search(row):
        yield Line(number, (constrained["said"] or constrained["said_ko"]).strip(" ."), given=True)
        return
    while hence := _HENCE.match(row):  # Therefore, we have
        row = row[hence.end() :]
    pieces = _SO.split(row)
    if len(pieces) > 1 and all(map(signs, pieces)):
        for piece in pieces:
            yield from _of_row(number, piece, reasons)
        return
    if found := _with_what_is_granted(row):
        granted, rest, is_case = found
        if not (rest and is_case):
            yield Line(number, granted, given=True)
        for line in _of_row(number, rest, reasons) if rest else ():
            yield replace(line, under=granted) if is_case else line
        return
    if (by := _BY_WHAT.match(row)) and signs(rest := by["rest"] or by["rest_ko"]):
        yield from _of_row(number, rest, [*reasons, (by["reason"] or by["reason_ko"]).strip()])
        return
    row, reason = _without_reason(row)
    reasons = [*reasons, *([reason] if reason else [])]
    row, behind_it = _without_conditions(row)
    for condition in behind_it:
        yield Line(number, condition, given=True)
    row = row.strip().rstrip(".,;:").strip()
    conditions = [found for found in map(_condition_in, reasons) if found]
    for condition in conditions:
        yield Line(number, condition, given=True)
    if row and (signs(row) or not _is_prose(row)):
        for piece in _statements(row):
            yield Line(number, piece, "; ".join(reasons))


def _with_what_is_granted(row: str) -> tuple[str, str, bool] | None:
    """``Since x > 0, |x| = x``: what it grants, the rest, and whether it is one case of several; None of other rows."""
    match = _SINCE.match(row)
    if match:
        granted, rest = match["granted"] or match["granted_ko"], match["rest"] or match["rest_ko"]
        if (signs(granted) or _GRANTS.search(granted) or _CONDITION.search(granted)) and signs(rest):
            further = [part for part in cut_outside(rest, ",") if not _is_bound(part)]
            is_case = bool(_IF.fullmatch((match["word"] or match["word_ko"]).strip()))
            return (granted, rest, is_case) if further else (f"{granted}, {rest}", "", is_case)
    alone = _SINCE_ALONE.match(row)
    if alone and (signs(alone["granted"]) or _GRANTS.search(alone["granted"])):
        return alone["granted"], "", False
    return None


def _is_bound(text: str) -> bool:
    """``x > 0``, ``r ≠ 1``, ``0 < p < 1``: a condition on one name between numbers."""
    parts = _CONDITION.split(text.strip().rstrip("."))
    names = [part for part in parts if not re.fullmatch(r"[-−]?[\d.]+", part)]
    return len(parts) > 1 and len(names) == 1 and bool(re.fullmatch(r"\\?[^\W\d]\w*(?:_\{\w+\})?|\|\w\|", names[0]))


def _without_conditions(row: str) -> tuple[str, list[str]]:
    """``S = a/(1 − r), r ≠ 1`` without the conditions behind it, and these."""
    first, *others = cut_outside(row, ",") or [row]
    said = [match["said"] if (match := _FOR_ALL.match(other)) else other for other in others]
    if not others or not signs(first) or not all(map(_is_bound_or_space, said)):
        return row, []
    return first, said


def _is_bound_or_space(text: str) -> bool:
    return _is_bound(text) or (bool(re.search(r"∈|\\in(?![a-z])", text)) and not signs(text))


def _is_prose(row: str) -> bool:
    """Whether a row without any relation is words."""
    from quizprep.formula.functions import function_named

    plain = re.sub(r"\\[A-Za-z]+", " ", row)
    words = re.findall(r"(?<![A-Za-z])[A-Za-z]{2,}(?![A-Za-z])", plain)
    return any(function_named(word) is None for word in words) or bool(re.search(r"[가-힣]|[.!?:]$", plain))


def _without_reason(row: str) -> tuple[str, str]:
    """A plain row without the reason written behind it, and that."""
    reasons: list[str] = []
    for pattern in (_REMARK, _BRACKETED, _TRAILING, _BRACKETED):
        match = pattern.search(row)
        if match is None or not row[: match.start()].strip() or not _is_balanced(row[: match.start()]):
            continue
        said = match["reason"].strip()
        if pattern is _TRAILING and re.search(r"\belse\b|\botherwise\b|\\begin", row):
            continue
        if pattern is _BRACKETED and not _is_reason(said, wide=len(match["space"]) > 1):
            continue
        if pattern is _REMARK and not _WORD.search(said) and not re.search(r"[≤≥<>]", said):
            continue
        reasons.append(said)
        row = row[: match.start()]
    return row, "; ".join(reversed(reasons))


def _is_balanced(text: str) -> bool:
    return all(text.count(opens) <= text.count(closes) for opens, closes in ("()", "[]"))


def _is_reason(said: str, *, wide: bool) -> bool:
    words = _WORD.findall(re.sub(r"\\[A-Za-z]+", "", said))
    if wide and re.match(r"[A-Za-z]{3,}\s+[A-Za-z]{2,}\s", said):
        return True
    if not words or (re.search(r"[+*/^=]", said) and not re.match(rf"(?:{_REASON_WORDS})\b", said, re.IGNORECASE)):
        return False
    if re.match(rf"(?:{_REASON_WORDS})\b", said, re.IGNORECASE) or re.search(r"[가-힣]", said):
        return True
    from quizprep.formula.functions import function_named

    return all(function_named(word) is None for word in words) and (wide or len(words) > 1)


def _condition_in(reason: str) -> str:
    """``since x > 0``, ``for n >= 1``: the condition that a reason states; "" for other words."""
    body = re.sub(rf"^\W*(?:{_REASON_WORDS})\b", "", reason, flags=re.IGNORECASE).strip(" :,.")
    if body == reason.strip(" :,.") or not signs(body):
        return ""
    plain = re.sub(r"\\[A-Za-z]+", " ", body)
    return "" if len(_WORD.findall(plain)) > 1 else body


# Relations


def signs(text: str) -> list[tuple[int, int, str]]:
    """(start, end, relation) of the relation signs outside brackets; none inside a case distinction."""
    if re.search(r"\bif\b.*\belse\b", text):
        text = re.sub(r"\bif\b(.*?)\belse\b", lambda match: "if" + "_" * len(match[1]) + "else", text)
    text = re.sub(r"\\(?:left|right|big|Big|bigg|Bigg|bigl|bigr)\s*([<>])", lambda match: "(" * len(match[0]), text)
    found, depth = [], 0
    signs_at = {match.start(): match for match in _SIGN.finditer(text)}
    place = 0
    while place < len(text):
        if text[place] == "\\" and text[place + 1 : place + 2] in ("{", "}", "|"):
            place += 2
            continue
        depth += (text[place] in "([{⟨") - (text[place] in ")]}⟩")
        match = signs_at.get(place)
        if match is not None and depth <= 0 and match[0] in RELATIONS:
            found.append((match.start(), match.end(), RELATIONS[match[0]]))
            place = match.end()
            continue
        place += 1
    return found


def sides(text: str) -> tuple[list[str], list[str]]:
    """The sides of ``a = b <= c`` and the relations between them; the first side is "" where none stands there."""
    cuts = signs(text)
    starts = [0, *(end for _, end, _ in cuts)]
    ends = [*(start for start, _, _ in cuts), len(text)]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)], [sign for _, _, sign in cuts]


_OR = re.compile(r"\s+or\s+|\s+또는\s+|\s*(?:∨|\\lor(?![a-z])|\\vee(?![a-z]))\s*")
_EITHER_SIGN = re.compile(r"±|\\pm(?![a-z])")
_OTHER_SIGN = re.compile(r"∓|\\mp(?![a-z])")


def alternatives(text: str) -> list[tuple[str, str]]:
    """The equations of which one holds: of ``x = 2 or x = 3``, ``x = 2, 3`` and ``x = 1 ± 2``; else at most one."""
    found: list[tuple[str, str]] = []
    for piece in _OR.split(text):
        parts, relations = sides(piece)
        if relations != ["="] or not all(parts):
            return []
        left, right = parts
        values = cut_outside(right, ",")
        if len(values) > 1 and not all(re.match(r"[\d.±√+−(-]|\\(?:pm|sqrt|frac)", value) for value in values):
            return []
        for value in values:
            if len(_EITHER_SIGN.findall(value)) != 1:
                found.append((left, value))
                continue
            for sign, other in ("+-", "-+"):
                found.append((left, _OTHER_SIGN.sub(other, _EITHER_SIGN.sub(sign, value))))
    return found


def cut_outside(text: str, marks: str) -> list[str]:
    """The parts between marks that stand outside brackets."""
    parts, depth, begun = [], 0, 0
    for place, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth <= 0 and character in marks:
            parts.append(text[begun:place])
            begun = place + 1
    return [part.strip() for part in (*parts, text[begun:]) if part.strip()]


def _statements(row: str) -> list[str]:
    r"""``p = σ(z), z = w x`` as two; also where space or ⇒ stands between them."""
    pieces = [
        piece
        for arrow in re.split(r"⇒|⟹|\\Rightarrow|\\implies|\\Longrightarrow|⇔|\\iff|\\Leftrightarrow|=>", row)
        for piece in cut_outside(arrow, ",;")
    ]
    return pieces if len(pieces) > 1 and all(signs(piece) for piece in pieces) else [row]


def _joined(found: list[Line]) -> list[Line]:
    """The lines, one that only goes on with ``+ ...`` as a part of the one before it."""
    joined: list[Line] = []
    for line in found:
        goes_on = re.match(r"(?:[+\-−·]|\\cdot|\\times|\\left)", line.text)
        before = joined[-1] if joined else None
        if before and goes_on and not before.given and not line.given and not signs(line.text) and signs(before.text):
            reason = "; ".join(filter(None, (before.reason, line.reason)))
            joined[-1] = Line(before.number, f"{before.text} {line.text}", reason)
        else:
            joined.append(line)
    return joined
