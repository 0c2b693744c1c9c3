"""The fields that every question has, and the tools with which each kind's own fields are checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from quizprep import template
from quizprep.deck.check_draws import check_lengths, first_value
from quizprep.deck.pack_file import MAX_ID, SHIPPED, Pack
from quizprep.errors import FormulaError
from quizprep.formula.show.prose import problems
from quizprep.formula.tree import Node, free_symbols, is_condition
from quizprep.kinds import KINDS, kind_class
from quizprep.kinds.fields import describe, is_number, shorten
from quizprep.nearest import did_you_mean
from quizprep.proofs import Proof
from quizprep.strict_yaml import Defect, YamlList, YamlMapping
from quizprep.text import HANGUL, misplaced, quoted

if TYPE_CHECKING:
    from quizprep.kinds.kind import Kind

MAX_DEFECTS = 100  # of one file; whoever mends these looks again
DIFFICULTIES = range(1, 6)
MAX_TEXT = 10_000
MAX_OPTIONS = 9  # a menu is answered with one digit

REQUIRED = ("id", "kind", "covers", "proof", "prompt", "explain")
STATED = {
    "source": "name the book or paper, and where in it"
}  # in place of the proof, where the answer is a definition
OF_A_PROOF = ("proof", "params", "where", "when")  # fields that nothing gives a meaning without a proof
_LEFT_OUT = ("covers", "explain")  # what a question in a pack need not have
OPTIONAL = ("params", "where", "hint", "difficulty", "was")
_KINDS = {name: kind_class(name) for name in KINDS}
_SPECIFIC = {name for kind in _KINDS.values() for name in (*kind.required, *(kind.stated or ()), *kind.optional)}
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ADVICE = {
    "id": "give it one in-words-like-this",
    "kind": f"write one of {', '.join(KINDS)}",
    "covers": "list the syllabus topics it asks about",
    "proof": "name the proof that computes its answer",
    **STATED,
}


class TooManyDefectsError(Exception):
    """A file is so faulty that the rest of it is not looked at."""


class Prose(NamedTuple):
    """A text that a learner will read, with any number in place of the drawn ones."""

    line: int
    what: str
    text: str


class Library:
    """What entries may refer to: proofs, chapters and topics, by their names inside of the pack.

    Chapters and topics are None where no syllabus says which there are.
    """

    def __init__(
        self,
        proofs: Mapping[str, Proof],
        chapters: Collection[str] | None,
        topics: Collection[str] | None,
        pack: Pack = SHIPPED,
    ):
        self.proofs = proofs
        self.chapters = chapters
        self.topics = topics
        self.pack = pack


class EntryCheck:
    """One entry under inspection; ``defects`` and ``prose`` fill up as its fields are looked at.

    ``kind`` and ``proof`` are None until they turn out to exist.
    """

    def __init__(self, entry: YamlMapping, library: Library) -> None:
        self.entry = entry
        self.known = library
        self.defects: list[Defect] = []
        self.warnings: list[Defect] = []
        self.prose: list[Prose] = []
        self.kind: type[Kind] | None = None
        self.proof: Proof | None = None
        self.drawn: set[str] = set()

    @property
    def stated(self) -> bool:
        """Whether no proof computes the answer: a definition, with a source in its place, or a plain card of a pack."""
        return "source" in self.entry or ("proof" not in self.entry and not self.known.pack.shipped)

    def line(self, name: str) -> int:
        """The line of a field, or of the entry where the field is missing."""
        return self.entry.lines.get(name, self.entry.line)

    def refuse(self, line: int, what: str, advice: str) -> None:
        if len(self.defects) == MAX_DEFECTS:
            raise TooManyDefectsError
        self.defects.append(Defect(line, f"{what}; {advice}"))

    # --- fields of every kind -------------------------------------------------------------

    def common_fields(self) -> None:
        """Check everything that does not depend on the kind."""
        self._check_kind()
        self._check_field_names()
        self.check_id()
        self._check_covers()
        if self.stated:
            self.check_source()
        else:
            self.check_proof()
            self._check_params()
        for name in ("prompt", "hint", "explain"):
            if self.entry.get(name) is not None:
                self.text(self.entry[name], self.line(name), f"`{name}`")
        if not self.stated:
            self._check_where()
        self._check_difficulty()
        self.words("was", "list the former ids")

    def _check_kind(self) -> None:
        kind = self.entry.get("kind")
        if isinstance(kind, str) and kind in KINDS:
            self.kind = _KINDS[kind]
        elif kind is not None:
            advice = did_you_mean(kind, KINDS) or ADVICE["kind"]
            self.refuse(self.line("kind"), f"unknown kind `{shorten(kind)}`", advice)

    def _check_field_names(self) -> None:
        own = ((self.kind.stated or {}) if self.stated else self.kind.required) if self.kind else {}
        pack = self.known.pack
        required = (*REQUIRED, *own)
        allowed = {*required, *OPTIONAL, *(self.kind.optional if self.kind else _SPECIFIC)}
        if self.stated:
            allowed = {*allowed, *STATED} - {*OF_A_PROOF}
            required = tuple(name for name in required if name != "proof") + (tuple(STATED) if pack.shipped else ())
        if not pack.shipped:
            spared = _LEFT_OUT if self.known.topics is None else _LEFT_OUT[1:]
            required = tuple(name for name in required if name not in spared)
        advices = {**ADVICE, **own}
        for name in required:
            if self.entry.get(name) is None:
                advice = advices.get(name, f"add it as {self._as_text()}")
                self.refuse(self.line(name), f"`{name}` is missing", advice)
        for name, value in self.entry.items():
            if name in allowed:
                if value is None and name not in required:
                    self.refuse(self.line(name), f"`{name}` is empty", "fill it in or remove it")
            elif self.stated and name in OF_A_PROOF:
                problem, advice = f"`{name}` says nothing where no proof computes the answer", "name a `proof`"
                if "source" in self.entry:
                    problem = f"`{name}` says nothing beside `source`: the answer is a definition"
                    advice = "`source` where a proof computes the answer"
                self.refuse(self.line(name), problem, f"remove `{name}`, or {advice}")
            elif self.kind and name in (self.kind.stated or ()):
                problem = f"`{name}` says nothing beside a proof"
                self.refuse(self.line(name), problem, "remove it, or write a `source` in place of `proof`")
            elif self.kind and name in _SPECIFIC:
                problem = f"`{name}` does not belong to kind {self.kind.name}"
                self.refuse(self.line(name), problem, "remove it or change `kind`")
            else:
                advice = did_you_mean(name, allowed) or "remove it; content/README.md lists the fields"
                self.refuse(self.line(name), f"unknown field `{shorten(name)}`", advice)

    def check_id(self) -> None:
        """The id is words joined by hyphens."""
        written = self.entry.get("id")
        if written is not None and not is_id(written):
            advice = f"write it in-words-like-this, at most {MAX_ID} characters"
            self.refuse(self.line("id"), f"`{shorten(written)}` is no id", advice)

    def _check_covers(self) -> None:
        topics = self.known.topics
        for topic, line in self.words("covers", ADVICE["covers"]):
            if topics is None:
                if not is_id(topic):
                    self.refuse(line, f"`{shorten(topic)}` is no name of a topic", "write it in-words-like-this")
            elif topic not in topics:
                advice = did_you_mean(topic, topics) or "`quizprep topics` lists them"
                self.refuse(line, f"the syllabus has no topic `{shorten(topic)}`", advice)

    def check_proof(self) -> None:
        """The proof is one that there is; it becomes ``self.proof``."""
        name = self.entry.get("proof")
        if name is None:
            return
        self.proof = self.known.proofs.get(name) if isinstance(name, str) else None
        if self.proof is None:
            advice = did_you_mean(name, self.known.proofs) or "`quizprep prove --list` lists them"
            self.refuse(self.line("proof"), f"there is no proof `{shorten(name)}`", advice)

    def check_source(self) -> None:
        """The answer is a definition, which a kind that computes nothing may ask for, and its source says where."""
        written, line = self.entry.get("source"), self.line("source")
        if self.kind and self.kind.stated is None and "source" not in self.entry:
            self.refuse(line, f"the answer of a {self.kind.name} question is computed", ADVICE["proof"])
        elif self.kind and self.kind.stated is None:
            problem = f"the answer of a {self.kind.name} question is computed, so that `source` does not do"
            self.refuse(line, problem, ADVICE["proof"])
        if isinstance(written, YamlMapping):
            self.text(written, line, "`source`")
        elif written is not None and not (isinstance(written, str) and written.strip()):
            self.refuse(line, f"`source` {describe(written)}", ADVICE["source"])
        said = " ".join(str(each) for each in written.values()) if isinstance(written, YamlMapping) else str(written)
        if written is not None and self.known.pack.shipped and not any(map(str.isdigit, said)):
            self.refuse(line, "`source` names no section, page or year", ADVICE["source"])

    def _check_params(self) -> None:
        written = self.entry.get("params")
        if written is not None and not isinstance(written, YamlMapping):
            self.refuse(self.line("params"), f"`params` {describe(written)}", "write {symbol: draw, ...}")
            return
        written = written or {}
        self.drawn = set(written)
        if self.proof is None:
            return
        symbols = self.proof.symbols
        for name in written:
            if name not in symbols:
                advice = did_you_mean(name, symbols) or f"its symbols are {', '.join(symbols) or 'none'}"
                problem = f"proof `{self.proof.id}` has no symbol `{shorten(name)}`"
                self.refuse(written.lines[name], problem, advice)
        missing = [name for name in symbols if name not in written]
        if missing and (written or not self.kind or self.kind.drawn):
            problem = f"`params` leaves out {', '.join(missing)} of proof `{self.proof.id}`"
            self.refuse(self.line("params"), problem, "say how to draw it")
        self._check_draws(written)

    def _check_draws(self, written: Mapping[str, Any]) -> None:
        values = {}
        for name, symbol in self.proof.symbols.items():
            if name in written:
                try:
                    values[name] = first_value(name, written[name], symbol.domain)
                except ValueError as error:
                    self.defects.append(Defect(written.lines[name], str(error)))
        if len(values) == len(self.proof.symbols):
            try:
                check_lengths(self.proof, values)
            except ValueError as error:
                self.defects.append(Defect(self.line("params"), str(error)))

    def _check_difficulty(self) -> None:
        written = self.entry.get("difficulty")
        if written is not None and not (type(written) is int and written in DIFFICULTIES):
            advice = f"write a whole number from {DIFFICULTIES[0]} (easy) to {DIFFICULTIES[-1]} (hard)"
            self.refuse(self.line("difficulty"), f"`difficulty` {describe(written)}", advice)

    def _check_where(self) -> None:
        written = self.entry.get("where")
        symbols = tuple(self.proof.symbols) if self.proof else ()
        if isinstance(written, YamlList):
            if not written:
                self.refuse(self.line("where"), "`where` is an empty list", "write a condition or remove it")
            for condition, line in zip(written, written.lines, strict=True):
                self.condition(condition, line, "`where`", symbols)
        elif written is not None:
            self.condition(written, self.line("where"), "`where`", symbols)

    # --- texts and lists ------------------------------------------------------------------

    def words(self, name: str, advice: str) -> list[tuple[str, int]]:
        """The texts of a non-empty list without repetitions, each with its line."""
        written = self.entry.get(name)
        if written is None:
            return []
        if not isinstance(written, YamlList) or not written:
            self.refuse(self.line(name), f"`{name}` {describe(written)}", advice)
            return []
        seen: dict[str, int] = {}
        for word, line in zip(written, written.lines, strict=True):
            if not isinstance(word, str) or not word.strip():
                self.refuse(line, f"an entry of `{name}` {describe(word)}", "write text, quoted where needed")
            elif word in seen:
                self.refuse(line, f"`{shorten(word)}` stands twice in `{name}`", "remove one")
            else:
                seen[word] = line
        return list(seen.items())

    def parts(self, name: str, least: int) -> Iterator[tuple[Any, int]]:
        """The elements of a list that makes a menu, each with its line."""
        written = self.entry.get(name)
        if written is None:
            return  # reported as missing
        advice = f"list {least} to {MAX_OPTIONS}"
        if not isinstance(written, YamlList):
            self.refuse(self.line(name), f"`{name}` {describe(written)}", advice)
            return
        if not least <= len(written) <= MAX_OPTIONS:
            self.refuse(self.line(name), f"the number of `{name}` is {len(written)}", advice)
        yield from zip(written, written.lines, strict=True)

    def text(self, written: Any, line: int, what: str, beside: Collection[str] = (), *, sentence: bool = False) -> None:
        """Check a text in every language of the pack; ``beside`` are keys that may stand beside them.

        A ``sentence`` is more than a name or a formula: it has words in each language. In a pack that is not the
        shipped one, a language that is missing is but a warning.
        """
        languages = self.known.pack.languages
        if not isinstance(written, YamlMapping):
            self.refuse(line, f"{what} {describe(written)}", f"write it as {self._as_text()}")
            return
        allowed = (*languages, *beside)
        for name in written:
            if name not in allowed:
                advice = did_you_mean(name, allowed) or f"only {', '.join(allowed)} belong here"
                self.refuse(written.lines[name], f"unknown field `{shorten(name)}` in {what}", advice)
        if self.known.pack.shipped:
            self._check_languages(written, line, what, sentence)
        elif missing := [language for language in languages if written.get(language) is None]:
            if len(missing) == len(languages):
                self.refuse(line, f"{what} is in no language of the pack", f"write it as {self._as_text()}")
                return
            problem = f"{what} is missing in {', '.join(missing)}; translate it, or take the language out of pack.yaml"
            self.warnings.append(Defect(line, problem))
            languages = tuple(language for language in languages if language not in missing)
        shown = [self._shown_numbers(written, language, line, what) for language in languages]
        if None not in shown and len(set(map(frozenset, shown))) > 1:
            names = ", ".join(f"{{{name}}}" for name in sorted(set.union(*shown) - set.intersection(*shown)))
            self.refuse(line, f"{what} has {names} in one language only", "show the same numbers in all")

    def _as_text(self) -> str:
        """How a text is written in the pack."""
        languages = self.known.pack.languages
        return "a text" if len(languages) == 1 else f"{{{', '.join(f'{language}: ...' for language in languages)}}}"

    def _check_languages(self, written: YamlMapping, line: int, what: str, sentence: bool) -> None:
        """Each text is in its own language, as far as its letters tell."""
        for language in self.known.pack.languages:
            text = written.get(language)
            if not isinstance(text, str):
                continue
            said = misplaced(text, language)
            if sentence and language == "ko" and not HANGUL.search(text):
                said = "has no Korean letter; write it in Korean"
            if said:
                problem, advice = said.split("; ")
                self.refuse(written.lines.get(language, line), f"`{language}` of {what} {problem}", advice)

    def _shown_numbers(self, written: YamlMapping, language: str, line: int, what: str) -> set[str] | None:
        """Names of the drawn numbers that one language's text shows; None where it is not in order."""
        text = written.get(language)
        line = written.lines.get(language, line)
        what = f"`{language}` of {what}"
        if not isinstance(text, str) or not text.strip():
            problem = describe(text) if language in written else "is missing"
            self.refuse(line, f"{what} {problem}", "write text, quoted where needed")
            return None
        if len(text) > MAX_TEXT:
            self.refuse(line, f"{what} has {len(text)} characters", f"keep it below {MAX_TEXT}")
            return None
        if not template.balanced(text):
            advice = "add the second $, or write \\$ for a dollar sign"
            self.refuse(line, f"{what} opens a formula with $ and does not close it", advice)
            return None
        names = set(template.names(text, self.drawn))
        for name in sorted(names - self.drawn):
            advice = did_you_mean(name, self.drawn)
            if not advice and self.stated:
                advice = f"write {{{{{shorten(name)}}}}} for braces"
            elif not advice:
                advice = f"add it to `params`, or write {{{{{shorten(name)}}}}} for braces"
            self.refuse(line, f"{what} shows {{{shorten(name)}}}, which is not drawn", advice)
        self.prose.append(Prose(line, what, template.fill(text, dict.fromkeys(self.drawn, "2"))))
        return names & self.drawn

    # --- formulas -------------------------------------------------------------------------

    def condition(self, written: Any, line: int, what: str, names: Collection[str] = ()) -> None:
        """Check a condition over ``names`` (all of the proof's by default)."""
        tree = self._tree(written, line, what, "write a condition, e.g. `a > b`", names)
        if tree and not is_condition(tree):
            self.refuse(line, f"{what} is no condition", "write one, e.g. `a > b`")

    def truth_value(self, written: Any, line: int, what: str) -> None:
        """Check that it is true or false."""
        if not isinstance(written, bool):
            self.refuse(line, f"{what} {describe(written)}", "write true or false")

    def expression(self, written: Any, line: int, what: str) -> None:
        """Check an expression over the proof's symbols and results."""
        if is_number(written):
            written = str(written)
        tree = self._tree(written, line, what, "write an expression", ())
        if tree and is_condition(tree):
            self.refuse(line, f"{what} is a condition", "write an expression that has a value")

    def _tree(self, written: Any, line: int, what: str, advice: str, names: Collection[str]) -> Node | None:
        if not isinstance(written, str) or not written.strip():
            self.refuse(line, f"{what} {describe(written)}", advice)
            return None
        if self.proof is None:
            return None  # reported; without it no name is known
        try:
            tree = self.proof.condition(written)
        except FormulaError as error:
            self.refuse(line, f"{what} cannot be read ({quoted(error.said)})", "mend the formula")
            return None
        known = names or self.proof.names.symbols
        for name in free_symbols(tree):
            if name not in known:
                advice = did_you_mean(name, known) or f"use {', '.join(known)}"
                self.refuse(line, f"{what} uses `{shorten(name)}`, which has no value here", advice)
                return None
        return tree

    # --- what stands in the proof ------------------------------------------------------------

    def step(self, name: Any, line: int, noun: str) -> bool:
        """Whether the proof has a step (which is a result) of that name; else it is refused."""
        if self.proof is None:
            return False
        known = self.proof.steps
        if isinstance(name, str) and name in known:
            return True
        advice = did_you_mean(name, known) or f"its {noun}s are {', '.join(known)}"
        self.refuse(line, f"proof `{self.proof.id}` has no {noun} `{shorten(name)}`", advice)
        return False

    def needs_of_step(self, name: str, line: int) -> Collection[str]:
        """The names in the formula of the proof's step; none where it has no formula."""
        formula = self.proof.steps[name].formula
        tree = self._formula_of_proof(formula, line, f"step `{name}`") if formula else None
        return free_symbols(tree) if tree else ()

    def is_claim(self, formula: str, line: int, what: str) -> bool:
        """Whether a formula of the proof is true or false, and has no other value."""
        tree = self._formula_of_proof(formula, line, what)
        return tree is not None and is_condition(tree)

    def _formula_of_proof(self, formula: str, line: int, what: str) -> Node | None:
        """The tree of a formula that stands in the proof itself."""
        try:
            return self.proof.formula(formula)
        except FormulaError as error:
            problem = f"{what} of proof `{self.proof.id}` cannot be read ({quoted(error.said)})"
            self.refuse(line, problem, "mend the proof")
            return None


def unshowable(texts: Iterable[Prose]) -> list[Defect]:
    """What no line of a terminal can show: the learner would read it as it is typed."""
    return [
        Defect(line, f"{what} holds `{shorten(part)}`, which cannot be shown: {quoted(error.said)}; rewrite it")
        for line, what, text in texts
        for part, error in problems(text)
    ]


def is_id(written: Any) -> bool:
    """Whether it may be the name of a question, a chapter or a topic, as it is written in a pack."""
    return isinstance(written, str) and len(written) <= MAX_ID and _KEBAB.fullmatch(written) is not None
