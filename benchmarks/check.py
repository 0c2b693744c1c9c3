"""The judge of formulas beside its peers, on the same pairs in one run.

    python benchmarks/check.py [--pairs DIR] [--published FILE] [--device cuda] [--limit N]

DIR holds infix.jsonl and latex.jsonl (by default the shared cases beside the repository; without
them a short list below serves). Printed for each judge: right, false accepts (a wrong formula called
right), median and 95th percentile of the processor time for one pair, warm, on one thread, and our median over
theirs. Then the time of a whole check of tensor formulas, the first verdict of a fresh process beside sympy's
and as multiples of `import typer`, all with their bytecode compiled as pip does, and what becomes of the formulas
of FILE (`published.py`; ours by default).
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import gc
import importlib.metadata
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent.parent))

import published

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "equivalence"
IN_TURN = 20  # pairs, before it is the next judge's turn
SECONDS = 10  # for one pair, after which a peer counts as wrong
SHORT = [
    {"a": "(x+1)**2", "b": "x**2 + 2*x + 1", "vars": {"x": [-3, 3]}, "equal": True},
    {"a": "sin(2*x)", "b": "2*sin(x)*cos(x)", "vars": {"x": [-3, 3]}, "equal": True},
    {"a": "2*P*R/(P + R)", "b": "2/(1/P + 1/R)", "vars": {"P": [0.1, 1], "R": [0.1, 1]}, "equal": True},
    {"a": "sqrt(x**2)", "b": "x", "vars": {"x": [-3, 3]}, "equal": False},
    {"a": "x*1.0000000000000002", "b": "x", "vars": {"x": [-3, 3]}, "equal": False},
]

Judge = Callable[[dict], bool]


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def ours() -> Judge:
    from quizprep.judge.two_formulas import check_equal

    def judge(case: dict) -> bool:
        a, b = case.get("raw_a", case["a"]), case.get("raw_b", case["b"])
        return check_equal(a, b, vars=case["vars"], diagnose=False).verdict == "equivalent"

    return judge


def sympy_simplify() -> Judge:
    import sympy

    def judge(case: dict) -> bool:
        symbols = {name: sympy.Symbol(name, real=True) for name in case["vars"]}
        a, b = (sympy.sympify(case[side], locals=symbols) for side in ("a", "b"))
        return sympy.simplify(a - b) == 0

    return judge


def math_verify() -> Judge:
    from math_verify import parse, verify

    def judge(case: dict) -> bool:
        a, b = (parse(f"${case[side]}$", parsing_timeout=None) for side in ("a", "b"))
        return bool(verify(b, a, timeout_seconds=None))

    return judge


def mitx() -> Judge:
    from mitxgraders import FormulaGrader, RealInterval

    def judge(case: dict) -> bool:
        ranges = {name: RealInterval(_interval(entry)) for name, entry in case["vars"].items()}
        grader = FormulaGrader(answers=case["b"].replace("**", "^"), variables=list(ranges), sample_from=ranges)
        return bool(grader(None, case["a"].replace("**", "^"))["ok"])

    return judge


def _interval(entry: list | dict) -> list:
    return entry["int"] if isinstance(entry, dict) else entry


def load(folder: Path, name: str, limit: int) -> list[dict]:
    path = folder / f"{name}.jsonl"
    if not path.is_file():
        return SHORT if name == "infix" else []
    cases = [json.loads(line) for line in path.read_text().splitlines()][:limit]
    return [
        {**case, "a": case.get("a_latex", case.get("a")), "b": case.get("b_latex", case.get("b"))} for case in cases
    ]


@dataclasses.dataclass
class Score:
    """What a judge made of the pairs: how many are right, how many false accepts, and the time that each took."""

    right: int = 0
    accepted: int = 0
    times: list[float] = dataclasses.field(default_factory=list)  # milliseconds of the processor

    def add(self, verdict: bool | None, equal: bool, seconds: float) -> None:
        self.right += verdict is equal
        self.accepted += verdict is True and not equal
        self.times.append(seconds * 1000)


def measure(judges: dict[str, Judge], cases: list[dict]) -> dict[str, Score]:
    """Every judge on all pairs, some each in turn: the machine's moods fall on all of them, and each runs warm."""
    scores = {name: Score() for name in judges}
    for judge in judges.values():
        decided(judge, cases[0])
    gc.collect()
    gc.freeze()  # what one judge keeps is not searched for garbage in the time of another
    for begin in range(0, len(cases), IN_TURN):
        for name, judge in judges.items():
            for case in cases[begin : begin + IN_TURN]:
                start = time.process_time()
                verdict = decided(judge, case)
                scores[name].add(verdict, case["equal"], time.process_time() - start)
    return scores


def decided(judge: Judge, case: dict) -> bool | None:
    """What a judge says; None where it cannot read the pair, whatever it raises, or takes too long."""
    try:
        with time_limit(SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return judge(case)
    except Exception:
        return None


def table(name: str, cases: list[dict], judges: dict[str, Callable[[], Judge]]) -> None:
    if not cases:
        return
    print(f"\n{name}: {len(cases)} pairs ({sum(case['equal'] for case in cases)} equal)")
    print(f"{'judge':<34}{'right':>7}{'false accepts':>15}{'median ms':>11}{'p95 ms':>9}{'ratio of medians':>18}")
    ready = {}
    for label, make in judges.items():
        try:
            ready[label] = make()
        except ImportError as error:
            print(f"{label:<34}not installed ({error.name})")
    scores = measure(ready, cases)
    unit = statistics.median(scores["quizprep"].times)
    for label, score in scores.items():
        ranked = sorted(score.times)
        p95, median = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))], statistics.median(ranked)
        print(f"{label:<34}{score.right:>7}{score.accepted:>15}{median:>11.2f}{p95:>9.2f}{unit / median:>18.2f}")


def version(package: str) -> str:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(package)
    return ""


TENSOR_FORMULAS = {
    "scaled-dot-product-attention": ["softmax(Q K^T / √d_k) V"],
    "lstm-cell": [
        r"f_t = \sigma(W_f [h_{t-1}, x_t] + b_f)" "\n" r"i_t = \sigma(W_i [h_{t-1}, x_t] + b_i)" "\n"
        r"\tilde C_t = \tanh(W_C [h_{t-1}, x_t] + b_C)" "\n" r"C_t = f_t \odot C_{t-1} + i_t \odot \tilde C_t" "\n"
        r"o_t = \sigma(W_o [h_{t-1}, x_t] + b_o)" "\n" r"h_t = o_t \odot \tanh(C_t)",
    ],
    "kl-gaussian": ["½Σ(σ²+μ²−ln σ²−1)"],
    "f1-score": [r"\frac{2PR}{P+R}", "2TP/(2TP+FP+FN)"],
}  # fmt: skip


def tensor_times(device: str) -> None:
    """The whole of a check against a proof: text in, verdict out."""
    from quizprep import proofs
    from quizprep.judge.against_proof import check_formula

    print(f"\na whole check against a proof, warm, on {device}")
    known = proofs.discover()
    for name, formulas in TENSOR_FORMULAS.items():
        if name not in known:
            print(f"{name:<34}no such proof")
            continue
        for formula in formulas:
            times = []
            for _ in range(21):
                verdict = check_formula(known[name], formula, device=device)
                times.append(verdict.ms)
            print(f"{name:<34}{verdict.verdict:<14}{verdict.samples:>7} samples{statistics.median(times[1:]):>9.2f} ms")


UNIT, PEER = "import typer", "sympy: simplify((x+1)**2 - x**2 - 2*x - 1)"
ONE_SHOT = {
    UNIT: ["-c", "import typer"],
    PEER: [
        "-c",
        "import sympy; x = sympy.Symbol('x'); assert sympy.simplify((x + 1)**2 - x**2 - 2*x - 1) == 0",
    ],
    "quizprep equal (x+1)^2 x^2+2x+1": ["-m", "quizprep", "equal", "(x+1)^2", "x^2+2x+1"],
    "quizprep check f1-score 2*P*R/(P+R)": ["-m", "quizprep", "check", "f1-score", "2*P*R/(P+R)"],
    "quizprep check sigmoid e^x/(e^x+1)": ["-m", "quizprep", "check", "sigmoid", "e^x/(e^x+1)"],
}
ROUNDS = 7


def first_verdicts() -> None:
    """From the start of a process until its output begins: what a person waits for."""
    times: dict[str, list[float]] = {name: [] for name in ONE_SHOT}
    with tempfile.TemporaryDirectory() as bytecode:  # of all of them, as if each had just been installed
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(ROUNDS + 1):  # in turn, so that the machine's moods fall on all; the first compiles
            for name, arguments in ONE_SHOT.items():
                times[name].append(_until_output(arguments, environment))
    unit, peer = (statistics.median(times[name][1:]) for name in (UNIT, PEER))
    print("\nfirst verdict of a fresh process")
    for name, taken in times.items():
        median = statistics.median(taken[1:])
        print(f"{name:<46}{median * 1000:>8.0f} ms {median / unit:>7.2f} of typer {median / peer:>7.2f} of sympy")


def _until_output(arguments: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment) as process:
        process.stdout.read(1)
        taken = time.perf_counter() - start
        process.stdout.read()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=Path, default=SHARED)
    parser.add_argument("--published", type=Path, default=published.OURS)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--limit", type=int, default=10_000)
    parser.add_argument("--ours", action="store_true", help="without the peers")
    options = parser.parse_args()
    peers = (
        {}
        if options.ours
        else {
            f"sympy simplify {version('sympy')}": sympy_simplify,
            f"mitx-grading-library {version('mitx-grading-library')}": mitx,
        }
    )
    table("infix", load(options.pairs, "infix", options.limit), {"quizprep": ours, **peers})
    verifier = {} if options.ours else {f"Math-Verify {version('math-verify')}": math_verify}
    table("latex", load(options.pairs, "latex", options.limit), {"quizprep": ours, **verifier})
    tensor_times(options.device)
    first_verdicts()
    print()
    published.measure(options.published)


if __name__ == "__main__":
    main()
