"""Whatever a check of files, packs, proofs and errata says has a Korean sentence: found in the code, so that none is
forgotten.

What a check says is written in it as ``what; what to do``, whole or in pieces. A file with such a sentence, or with a
call that makes a defect, is a check, and every English sentence in it is read here, but for those that stand beside
their Korean.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from program import ROOT, quizprep

from quizprep.cli.korean import defect
from quizprep.text import HANGUL, Text, quoted

PACKAGE = ROOT / "quizprep"
MAKES_DEFECTS = {"refuse", "Defect", "AuthorError", "_UnreadableError", "_TooMuchError"}
SAYS_WHAT_TO_DO = re.compile(r"[^.!?]*[a-z`)]; [a-z`]")
NO_CHECKS = {  # they have sentences of that form for other readers, in both languages elsewhere
    "cli/exam.py", "cli/prove.py", "derivation/account.py", "derivation/follow.py", "exchange/pack_files.py",
    "formula/handbook.py", "formula/latex.py", "formula/read/lex.py", "formula/read/statements.py",
    "memory/history.py", "screen/output.py",
}  # fmt: skip
NOT_SAID = {"Text", "compile", "execute", "executescript", "Option", "Argument"}  # calls whose texts are no defects
NO_SENTENCES = (
    "select ", "insert ", "delete ", "begin ", "pragma ", "alone ", "along also ", "Questions of ", "A pack of ",
    "The syllabus of ", "Proofs of ", "standard deviation", "wrong option", "one of", "constants only", "set[x] of ",
    "x[x] of ", "x of ", " in ", "Look after it",
)  # fmt: skip  # SQL, words that are counted or looked for, titles of the schema, draws and domains as they are written
CODE = re.compile(r"`[^`]*`|'[^']*'|\{[^{}]*\}|“[^”]*”|\[[^\]]*\]|\b[a-z]+/[\w./]+")
ENGLISH = re.compile(  # but for names that are the same in Korean
    r"(?<![\w.-])(?!(?:x|len|true|false|id|result|mistake|text|quizprep)\b)[a-z]{2,}(?![\w.-])"
)


def chapters() -> set[Path]:
    """Proofs' files: their texts stand in Korean beside them."""
    return {file.with_name(f"{file.name.split('.')[0]}.py") for file in PACKAGE.rglob("*.ko.yaml")}


def checks() -> list[Path]:
    found = []
    for path in sorted(set(PACKAGE.rglob("*.py")) - chapters()):
        if str(path.relative_to(PACKAGE)) in NO_CHECKS:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = {_name(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        if calls & MAKES_DEFECTS or any(SAYS_WHAT_TO_DO.match(text) for text in texts(tree)):
            found.append(path)
    return found


def sentences(path: Path) -> Iterator[str]:
    """The halves of what a check says, with x for what varies."""
    for text in texts(ast.parse(path.read_text(encoding="utf-8"))):
        for half in re.sub(r"^x:[x1]: ", "", text).split("; "):
            if (
                " " in half.strip()
                and not half.startswith(NO_SENTENCES)
                and set(half) - set("x ")
                and ENGLISH.search(without_code(half))
            ):
                yield half


def texts(tree: ast.Module) -> Iterator[str]:
    yield from _texts(tree, {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)})


def _texts(node: ast.AST, documentation: set[int]) -> Iterator[str]:
    if id(node) in documentation and isinstance(node, ast.Constant):
        return
    if isinstance(node, ast.JoinedStr):
        if "\n" not in (written := _written(node)):
            yield written
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _texts(part.value, documentation)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str) and "\n" not in node.value:
            yield node.value.replace("{}", "x")
    elif not (isinstance(node, ast.Call) and _name(node) in NOT_SAID) and not _has_korean(node):
        for child in ast.iter_child_nodes(node):
            yield from _texts(child, documentation)


def _has_korean(node: ast.AST) -> bool:
    """Whether a call, say, is given a text in Korean, too."""
    return any(
        isinstance(child, ast.Constant | ast.JoinedStr | ast.keyword) and HANGUL.search(ast.unparse(child))
        for child in ast.iter_child_nodes(node)
    )


def _written(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else _filled(part) for part in node.values)


def _filled(part: ast.expr) -> str:
    """What stands for a value: some word, in quotes where the code puts it there; what is described is empty."""
    assert isinstance(part, ast.FormattedValue)
    name = _name(part.value) if isinstance(part.value, ast.Call) else ""
    if name == "describe":
        return "is empty"
    if name == "counted":
        return "2 " + ast.literal_eval(part.value.args[1]) + "s"  # type: ignore[attr-defined]
    return "'x'" if part.conversion == ord("r") else "x"


def without_code(half: str) -> str:
    return CODE.sub("", CODE.sub("", half)).replace("in-words-like-this", "")


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def in_korean(half: str) -> bool:
    """Whether nothing of it is left in English; what is a predicate goes on behind a subject, a place before it."""
    tried = {
        half,
        f"x {half}",
        re.sub(r"^x: ", "", half),
        re.sub(" x$", " is English", half),
        half.replace("is empty", "x"),
    }
    return any(HANGUL.search(said) and not ENGLISH.search(without_code(said)) for said in map(defect, tried))


@pytest.mark.parametrize("path", checks(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_all_that_a_check_says_is_korean(path: Path) -> None:
    missing = [half for half in sentences(path) if not in_korean(half)]
    assert not missing, "put them into quizprep/cli/defects.ko.yaml:\n" + "\n".join(missing)


def test_the_checks_are_found() -> None:
    """What looks for sentences would find nothing where the code looked otherwise."""
    names = {str(path.relative_to(PACKAGE)) for path in checks()}
    assert {"deck/markdown.py", "proofs/data/check_proof.py", "proof_rules.py", "self_test.py", "draws.py"} <= names
    assert sum(len(list(sentences(path))) for path in checks()) > 400


DECK = """\
# Week 1

A: an answer alone

Q: What is it?

==a==[^ash] and ==b==[^sah] hide one another.

Q: Twice?
A: yes

Q: Twice?
A: no
"""
CHAPTER = """\
questions:
  - id: one
    kind: number
    proof: mean-speed
    params: {d: 3 of 1..9, u: 1..10 step 3.3, v: 9..1}
    prompt: How far, {z}?
    answer: {}
  - id: two
    kind: number
    proof: mean-speed
    params: {d: [1, [2]], u: {one of: [1]}, v: 140..160 step 5}
    prompt: How $\\foo{x}$ far?
    answer: 2 tim + d (
"""
PROOFS = """
- id: second
  title: {de: Satz}
  statement: It holds.
  symbols:
    d: {domain: positiv in 1..500, meaning: length}
    w: real
  steps:
    a: {draw: "normall(0, 1)", note: 3}
    b: {formula: d + 1}
  mistakes:
  - {name: Two Words, formula: d, text: No.}
  oracles:
  - {kind: simulation, via: a way, formula: d, tolerance: 3}
  picture: {curve: d, frm: 1}
  source: Feynman (1964)
- id: third
  title: A third
  statement: It holds.
  symbols:
    d: {domain: positive in 1..500, meaning: length}
  steps:
    b: d + lenght
    c: foo(d + 1
  lengths: {k: 4}
  source: Feynman (1964)
"""


def test_seldom_mistakes_in_a_pack_are_told_in_korean_alone(tmp_path: Path) -> None:
    folder = tmp_path / "p"

    def run(*arguments: str) -> list[str]:
        return quizprep(*arguments, "--lang", "ko", home=tmp_path / "home").stdout.splitlines()

    run("pack", "new", "p", "--folder", str(folder))
    for name, content in (("first-steps.yaml", CHAPTER), ("week.md", DECK)):
        (folder / name).write_text(content, encoding="utf-8")
    found = run("lint", str(folder), "--warnings")
    with (folder / "proofs.yaml").open("a", encoding="utf-8") as proofs:
        proofs.write(PROOFS)
    found += run("lint", str(folder))
    assert len(found) > 20, found
    for line in found:
        said = CODE.sub("", line.replace(str(folder), ""))
        assert HANGUL.search(said) and not re.search(r"\b(is|are|has|no|write|give|which|the|of)\b", said), line


def test_a_reason_that_has_two_halves_of_its_own_is_whole() -> None:
    reason = quoted(Text("`tim` is not known; did you mean `time`?", ko="`tim`: 모르는 기호입니다. 혹시 `time`인가요?"))
    assert defect(f"own.yaml:3: `answer` cannot be read ({reason}); mend the formula") == (
        "own.yaml:3: `answer`: 읽을 수 없습니다(`tim`: 모르는 기호입니다. 혹시 `time`인가요?). 식을 고치세요"
    )
