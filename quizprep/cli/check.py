"""``quizprep check``: a student's formula against a proof, with the reason where it is wrong."""

from __future__ import annotations

import functools
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizprep import engine
from quizprep.cli.arguments import FormulaCommand
from quizprep.cli.common import (
    Device,
    Json,
    Language,
    ProofPacks,
    clock_at,
    complete_meaning,
    complete_proof,
    complete_symbol,
    device_of,
    find_proof,
    language_of,
    load_torch,
    open_practice,
    provide_proofs,
    read_text,
    store_place,
)
from quizprep.cli.json_lines import SECONDS, Jobs, Judge, Seconds, answer_lines
from quizprep.errors import LearnerError, QuizprepError
from quizprep.folders import data_directory
from quizprep.formula.domain import in_words
from quizprep.screen import report
from quizprep.screen.messages import message
from quizprep.screen.output import is_terminal
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.judge.confirmation import Confirmation
    from quizprep.judge.judgement import Verdict
    from quizprep.proofs import Proof

PANEL = "Check"
CONFIRMING = Text("Confirming with torch", ko="torch로 확인하는 중")
KIND = FormulaCommand
MAX_PYTHON = 1_000_000  # bytes of a Python file
MAX_FILE = 100_000  # bytes of a formula file
MAX_KEPT = 10_000  # characters of a formula that is kept among the mistakes
MAX_QUOTED = 40  # characters of a formula that is repeated in an advice

Seed = Annotated[int, typer.Option("--seed", help="Seed of the sampled points.")]
Confirm = Annotated[
    bool | None,
    typer.Option(
        "--confirm/--no-confirm",
        help="Let torch compute the proof's routine too, on the device: by default behind a verdict at a terminal.",
    ),
]


def check(
    proof: Annotated[
        str | None,
        typer.Argument(help="Name of a proof; leave it out for a prompt.", autocompletion=complete_proof),
    ] = None,
    formula: Annotated[str | None, typer.Argument(help="Your formula: plain, Unicode or LaTeX.")] = None,
    file: Annotated[
        str | None, typer.Option("--file", help="A file of formulas, or Python: mine.py:attention.")
    ] = None,
    gradient: Annotated[
        str | None,
        typer.Option(
            "--gradient", help="Check the derivative of the result by this symbol.", autocompletion=complete_symbol
        ),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option("--batch", help='Lines of {"id"?, "proof", "formula", "gradient"?, "let"?}; - is stdin.'),
    ] = None,
    jobs: Jobs = 1,
    seconds: Seconds = SECONDS,
    let: Annotated[
        list[str] | None,
        typer.Option(
            "--let", help='What a name in the formula stands for: "o=z"; repeatable.', autocompletion=complete_meaning
        ),
    ] = None,
    confirm: Confirm = None,
    pack: ProofPacks = None,
    json: Json = False,
    lang: Language = None,
    device: Device = None,
    seed: Seed = 0,
) -> None:
    """Check your own formula against a proof, and see why it is wrong.

    Examples:

      quizprep check f1-score "2*P*R/(P+R)"

      quizprep check lstm-cell --file gates.txt

      quizprep check scaled-dot-product-attention --file mine.py:attention

      quizprep check kl-gaussian "μ" --gradient μ

      quizprep check softmax "e^{a_i} / sum_{j=1}^m e^{a_j}" --let "a=z, m=K"

      quizprep check --batch formulas.jsonl --jobs 4
    """
    confirm = is_terminal() and not json if confirm is None else confirm
    settings = Settings(json, language_of(lang), device_of(device, "cpu"), seed, let or (), confirm)
    if batch is not None:
        fields = {"proof": (str,), "formula": (str,), "gradient": (str,), "let": (str, dict)}
        start = functools.partial(_judge, settings)
        raise typer.Exit(answer_lines(batch, fields, ("proof", "formula"), start, settings.language, jobs, seconds))
    if settings.device != "auto":
        settings.device = engine.resolve(settings.device)  # what is not there is said at once
    if proof is None:
        raise typer.Exit(_session(settings))
    rest = f" {shlex.quote(formula)}" if formula and len(formula) < MAX_QUOTED else ""
    declared = find_proof(proof, "check", rest, pack)
    if file is not None:
        verdict = _of_file(declared, file, gradient, settings)
    elif formula is not None:
        verdict = _of_text(declared, formula, gradient, settings)
    else:
        if json:
            command = f'quizprep check {proof} "..."'
            raise LearnerError(Text(f"A formula is missing: {command}", ko=f"식이 빠졌습니다: {command}"))
        _describe(declared, settings.language)
        if is_terminal():
            engine.start()
            raise typer.Exit(_prompted(settings, declared.id))
        report.say(f'quizprep check {declared.id} "..."')
        raise typer.Exit(2)
    _tell(declared, verdict, settings)
    _keep(declared, file or str(formula), verdict, settings)
    raise typer.Exit(verdict.exit_code)


class Settings:
    """What the options say, and how a verdict is printed."""

    def __init__(
        self, json: bool, language: str, device: str, seed: int, let: Sequence[str] = (), confirm: bool = False
    ) -> None:
        self.json, self.language, self.device, self.seed = json, language, device, seed
        self.let, self.confirm = let, confirm

    def device_for(self, proof: Proof) -> str:
        """Where torch computes what the verdict needs; a proof whose steps have formulas needs none of it."""
        if proof.formulas is not None:
            return "cpu"
        load_torch(self.language)
        return engine.resolve(self.device)

    def show(self, verdict: Verdict, pair: bool = False) -> None:
        if self.json:
            report.json(verdict.as_json())
        else:
            from quizprep.screen.verdict import show

            show(verdict, self.language, pair=pair)


def _tell(proof: Proof, verdict: Verdict, settings: Settings) -> None:
    """Print a verdict, and behind it what torch says of the formulas that it rests on."""
    open_ = settings.confirm and verdict.confirmed is None and verdict.verdict in ("equivalent", "different")
    open_ = open_ and proof.place is None  # the routine of one that is data is those formulas
    if settings.json:
        if open_:
            verdict = replace(verdict, confirmed=_confirmed(proof, verdict, settings).agrees)
        settings.show(verdict)
        return
    settings.show(verdict)
    if not open_:
        return
    from quizprep.screen.verdict import show_confirmation

    try:
        show_confirmation(_confirmed(proof, verdict, settings), settings.language)
    except QuizprepError as error:  # no torch, say: the verdict stands without it
        report.error(error.said[settings.language])


def _keep(proof: Proof, given: str, verdict: Verdict, settings: Settings) -> None:
    """Keep a wrong formula among the learner's mistakes, and a right one where a mistake on its proof is open."""
    if verdict.verdict not in ("equivalent", "different"):
        return
    right = verdict.verdict == "equivalent"
    from quizprep.memory.database import is_new

    place = store_place()
    if right and is_new(place):
        return
    from quizprep.memory.open_mistakes import is_open
    from quizprep.memory.practice import CHECKED
    from quizprep.memory.store import Store
    from quizprep.question import Attempt

    name = CHECKED + proof.id
    if right:
        with Store.open_to_read(place) as store:
            if not is_open(store, name):
                return
    counterexample = verdict.counterexample or {}
    why = verdict.diagnosis["text"] if verdict.diagnosis else verdict.statement or None
    attempt = Attempt(
        question=name,
        kind="formula",
        proof=proof.id,
        seed=settings.seed,
        given=given[:MAX_KEPT],
        expected=counterexample.get("expected", ""),
        correct=right,
        mistake=None if right else why,
        results={},
        device=verdict.device,
        ms=verdict.ms,
    )
    with open_practice("check", clock_at(None)) as practice:
        practice.keep(attempt)
        if practice.failure is not None and is_terminal():
            reason = practice.failure.said[settings.language]
            report.error(message("not_kept", settings.language, count=1, reason=reason))


def _confirmed(proof: Proof, verdict: Verdict, settings: Settings) -> Confirmation:
    started = time.perf_counter()
    with report.doing(CONFIRMING[settings.language]):
        engine.ready()
        from quizprep.judge.confirmation import confirm

        found = confirm(proof, verdict.step, device=engine.resolve(settings.device), seed=settings.seed)
    return replace(found, seconds=time.perf_counter() - started)  # with the time that torch takes to come


def _of_text(proof: Proof, text: str, gradient: str | None, settings: Settings) -> Verdict:
    device = settings.device_for(proof)
    from quizprep.judge.against_proof import check_formula
    from quizprep.judge.matching import let_of

    return check_formula(
        proof,
        text,
        device=device,
        language=settings.language,
        seed=settings.seed,
        gradient=gradient,
        let=let_of(settings.let),
    )


def _judge(settings: Settings) -> Judge:
    """What judges a line of a batch, in a process of its own."""
    from quizprep.judge.against_proof import check_formula
    from quizprep.judge.judgement import unreadable
    from quizprep.judge.matching import let_of

    def judge(entry: Mapping[str, Any]) -> Verdict:
        started = time.perf_counter()
        try:
            declared = find_proof(entry["proof"], "check")
            given = entry.get("let", {})
            let = {name: str(meant) for name, meant in given.items()} if isinstance(given, dict) else let_of([given])
        except LearnerError as error:
            return unreadable(error, started, "cpu", settings.language)
        return check_formula(
            declared,
            entry["formula"],
            device=settings.device_for(declared),
            language=settings.language,
            seed=settings.seed,
            gradient=entry.get("gradient"),
            let=let,
        )

    return judge


def _of_file(proof: Proof, file: str, gradient: str | None, settings: Settings) -> Verdict:
    path, _, function = file.rpartition(":") if ".py:" in file else (file, "", "")
    if path.endswith(".py"):
        device = settings.device_for(proof)
        from quizprep.judge.python_function import check_function

        if not Path(path).is_file():
            raise LearnerError(Text(f"There is no file {path}.", ko=f"{path} 파일이 없습니다."))
        if Path(path).stat().st_size > MAX_PYTHON:
            most = f"{MAX_PYTHON:,}"
            raise LearnerError(
                Text(f"{path} is longer than {most} bytes.", ko=f"{path} 파일이 {most}바이트보다 깁니다.")
            )
        name = function or proof.id.replace("-", "_")
        return check_function(
            proof,
            Path(path),
            name,
            device=device,
            language=settings.language,
            seed=settings.seed,
            gradient=gradient,
        )
    return _of_text(proof, read_formulas(file), gradient, settings)


def read_formulas(file: str) -> str:
    """The formulas of a text, Markdown or TeX file (``-`` is stdin), on the lines where they stand."""
    python = Text("Python is given as FILE.py:FUNCTION.", ko="Python 파일은 FILE.py:FUNCTION 꼴로 적으세요.")
    text = read_text(file, python, most=MAX_FILE)
    return "\n".join(_formula_line(line, file.endswith(".tex")) for line in text.splitlines())


def _formula_line(line: str, tex: bool) -> str:
    """The formula on a line: empty for headings, comments, code fences and lone dollar signs."""
    line = line.partition("%")[0] if tex else line
    return "" if line.lstrip().startswith(("#", "```", "//")) or not line.strip("$ \t") else line


def _describe(proof: Proof, language: str) -> None:
    """What a proof is about, and the symbols, sizes and steps that a formula for it may use."""
    english = language == "en"
    report.heading(f"{proof.id}: {proof.title[language]}")
    report.line(proof.statement[language])
    kinds = ("size", "step") if english else ("크기", "단계")
    rows = [
        (name, ", ".join(entry.aliases), in_words(str(entry.domain), language), entry.meaning[language])
        for name, entry in proof.symbols.items()
    ]
    for name in proof.axis_lengths():
        if name not in proof.symbols and name not in proof.steps and name.isidentifier():
            rows.append((name, "", kinds[0], _axes_of(proof, name, language)))
    asked = "what is asked for" if english else "구할 값"
    for name, step in proof.steps.items():
        note = asked if name == proof.result else step.note[language] if step.note else ""
        rows.append((name, ", ".join(step.aliases), kinds[1], note))
    report.table(["symbol", "also", "domain", "meaning"] if english else ["기호", "다른 표기", "범위", "뜻"], rows)


def _axes_of(proof: Proof, size: str, language: str) -> str:
    """Which axes of which symbols have this length: ``rows of K, V``."""
    places: dict[str, list[str]] = {}
    for name, domain in proof.domains.items():
        for axis, written in enumerate(domain.shape):
            if written == size:
                place = f"axis {axis + 1}" if len(domain.shape) > 2 else ("rows", "columns")[axis]
                places.setdefault("entries" if len(domain.shape) == 1 else place, []).append(name)
    shown = {place: ", ".join(names[:3]) + (", …" if len(names) > 3 else "") for place, names in places.items()}
    korean = {"entries": "원소 수", "rows": "행 수", "columns": "열 수"}
    if language == "ko":
        return "; ".join(f"{names}의 {korean.get(place, place)}" for place, names in shown.items())
    return "; ".join(f"{place} of {names}" for place, names in shown.items())


# The prompt

_HOW_TO_ASK = Text(
    "Type a proof and your formula, such as f1-score 2*P*R/(P+R); then formulas alone. Tab completes names, "
    "`quizprep search` and `quizprep prove --list` find them. Ctrl-D ends.",
    ko="증명 이름과 식을 입력하세요(예: f1-score 2*P*R/(P+R)). 다음부터는 식만 입력해도 됩니다. 이름은 Tab으로 "
    "완성되고, `quizprep search`나 `quizprep prove --list`로 찾습니다. 끝내려면 Ctrl-D.",
)
_HOW_TO_GO_ON = Text(
    "Type your formula, or the name of another proof. Ctrl-D ends.",
    ko="식이나 다른 증명의 이름을 입력하세요. 끝내려면 Ctrl-D.",
)


def _session(settings: Settings) -> int:
    engine.start()
    if is_terminal() and not settings.json:
        return _prompted(settings)
    if sys.stdin is None or sys.stdin.isatty():
        _list_proofs(settings.language)
        return 0
    return _piped(settings)


def _list_proofs(language: str) -> None:
    from quizprep import proofs

    provide_proofs()
    rows = [(proof.id, proof.title[language]) for proof in proofs.discover().values() if not proof.takes_random]
    report.table(["proof", ""] if language == "en" else ["증명", ""], rows)


def _piped(settings: Settings) -> int:
    """Each line of stdin is ``PROOF FORMULA``; without any, the list. The worst exit code of all."""
    worst, lines = 0, 0
    for line in sys.stdin:
        name, _, formula = line.strip().partition(" ")
        if not name:
            continue
        lines += 1
        worst = max(worst, _one_line(name, formula.strip(), settings))
    if not lines:
        _list_proofs(settings.language)
    return worst


def _one_line(name: str, formula: str, settings: Settings, *, keep: bool = False) -> int:
    try:
        declared = find_proof(name, "check")
        if not formula:
            _describe(declared, settings.language)
            return 0
        verdict = _of_text(declared, formula, None, settings)
    except LearnerError as error:
        if settings.json:
            report.json({"verdict": "unreadable", "error": {"message": error.said[settings.language], "offset": 0}})
        else:
            report.error(error.said[settings.language])
        return 2
    _tell(declared, verdict, settings)
    if keep:
        _keep(declared, formula, verdict, settings)
    return verdict.exit_code


def _prompted(settings: Settings, current: str = "") -> int:
    """A prompt that keeps its history; a proof stays chosen until another one is named."""
    from quizprep import proofs

    english = settings.language == "en"
    how = _HOW_TO_ASK if not current else _HOW_TO_GO_ON
    report.line(how[settings.language], "dim")
    provide_proofs()
    known = set(proofs.discover())
    with _History(sorted(known)) as history:
        while (line := history.ask(f"{current}› ")) is not None:
            name, _, rest = line.strip().partition(" ")
            if line.strip() in ("q", "quit", "exit", ":q"):
                break
            if name in known:
                current, formula = name, rest.strip()
            else:
                formula = line.strip()
            if formula and not current:
                report.error(
                    "Name a proof first, for example: f1-score 2*P*R/(P+R)"
                    if english
                    else "먼저 증명 이름을 적어 주세요. 예: f1-score 2*P*R/(P+R)"
                )
            elif current and (formula or name in known):
                _one_line(current, formula, settings, keep=True)
    return 0


class _History:
    """Lines read with readline, kept in a file of the data directory from one session to the next."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.path = data_directory() / "check_history"

    def __enter__(self) -> _History:
        from quizprep.screen.line import use_utf8_locale

        use_utf8_locale()
        try:
            import readline
        except ImportError:
            self.readline = None
            return self
        self.readline = readline
        readline.set_auto_history(True)
        readline.set_history_length(500)
        readline.set_completer_delims(" \t\n")
        readline.set_completer(self._complete)
        readline.parse_and_bind("tab: complete")
        if self.path.is_file():
            readline.read_history_file(self.path)
        return self

    def __exit__(self, *_: object) -> None:
        if self.readline is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.readline.write_history_file(self.path)

    def _complete(self, start: str, state: int) -> str | None:
        return next(iter([word + " " for word in self.words if word.startswith(start)][state:]), None)

    def ask(self, prompt: str) -> str | None:
        try:
            return input(prompt)
        except EOFError:
            report.line()
            return None
