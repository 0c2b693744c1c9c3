"""Input without measure: it is refused, or passed over, in little memory; Ctrl-C ends whatever is still read."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest
from drill_content import HEAD, NUMBER
from program import PATIENCE, ROOT, give_compiled_deck, quizprep

from quizprep.errors import TooMuchWorkError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.limits import OutOfTime, within
from quizprep.formula.read.parse import parse

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="devices by their names on Linux")

GIBIBYTE = 1 << 30
ENDLESS = "/dev/zero"


def started(*arguments: str, home: Path, stdin: str = os.devnull, **options: object) -> subprocess.Popen[str]:
    """The program in a process that may have a gibibyte of data."""
    home.mkdir(exist_ok=True)
    give_compiled_deck(home)
    environment = {**os.environ, "QUIZPREP_HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    with open(stdin, "rb") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "quizprep", *arguments],
            stdin=stream,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (GIBIBYTE, GIBIBYTE)),
            **options,
        )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["log", "import", ENDLESS], "longer than 4,194,304 bytes"),
        (["log", "import", "-"], "longer than 4,194,304 bytes"),
        (["equal", "--batch", ENDLESS], "no batch"),
        (["check", "f1-score", "--batch", "-"], "no batch"),
        (["check", "f1-score", "--file", ENDLESS], "longer than 100,000 bytes"),
        (["audit", ENDLESS], "longer than 5,000,000 bytes"),
        (["drill"], "no answer; it was passed over"),
        (["quiz"], "no answer; it was passed over"),
        (["lint", ENDLESS], "neither a file nor a folder"),
    ],
    ids=lambda arguments: " ".join(arguments) if isinstance(arguments, list) else "",
)
def test_what_does_not_end_is_not_read_to_its_end(tmp_path: Path, arguments: list[str], said: str) -> None:
    out, err = started(*arguments, home=tmp_path / "home", stdin=ENDLESS).communicate(timeout=PATIENCE)
    assert said in out + err and "Traceback" not in err, err


def test_settings_that_do_not_end_are_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").symlink_to(ENDLESS)
    done = quizprep("config", home=tmp_path)
    assert done.returncode == 2 and "is no TOML" in done.stderr


def test_a_python_file_of_gibibytes_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "f1.py").open("wb") as file:
        file.truncate(8 * GIBIBYTE)
    done = quizprep("check", "f1-score", "--file", str(tmp_path / "f1.py"))
    assert done.returncode == 2 and "longer than 1,000,000 bytes" in done.stderr


def test_a_long_line_among_answers_is_passed_over(tmp_path: Path) -> None:
    done = quizprep("drill", "-n", "1", home=tmp_path, stdin="1" * 300_000 + "\n=3\n")
    assert done.returncode == 0 and "passed over" in done.stderr and "recorded" in done.stdout


@pytest.mark.parametrize("arguments", [["quiz", "f1-score"], ["quiz", "--kind", "number"], ["drill"]])
def test_an_input_without_an_answer_is_given_up(tmp_path: Path, arguments: list[str]) -> None:
    """``yes | quizprep quiz``: what has a hundred lines and no answer to the question was not written for it."""
    process = started(*arguments, home=tmp_path / "home", stdin=str(said_for_ever(tmp_path)))
    out, err = process.communicate(timeout=PATIENCE)
    assert "100 lines and no answer" in err and err.count("\n") < 430, out + err  # an error may have three lines


def said_for_ever(folder: Path) -> Path:
    """More lines than anybody reads."""
    (folder / "lines").write_text("nonsense, not an answer\n" * 100_000)
    return folder / "lines"


@pytest.mark.parametrize(
    "arguments",
    [
        ["log", "import", "pipe"],
        ["equal", "--batch", "pipe"],
        ["check", "f1-score", "--batch", "pipe"],
        ["audit", "pipe"],
        ["drill"],
        ["quiz"],
    ],
    ids=" ".join,
)
def test_ctrl_c_ends_what_is_being_read(tmp_path: Path, arguments: list[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "pipe").open("r+b", buffering=0) as pipe:  # which never ends
        pipe.write(b"{}\n")
        stdin = os.devnull if "pipe" in arguments else str(tmp_path / "pipe")
        process = started(*arguments, home=tmp_path / "home", cwd=tmp_path, stdin=stdin)
        wait_until(lambda: unread(pipe) == 0 or process.poll() is not None)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "Traceback" not in err, out + err


def test_ctrl_c_ends_an_import_that_has_taken_in_a_part_and_leaves_nothing_of_it(tmp_path: Path) -> None:
    event = {"kind": "suspend", "question": "q", "at": "2026-12-01T09:00:00+00:00"}
    log = tmp_path / "log"
    log.write_text("".join(json.dumps({**event, "id": f"{number}"}) + "\n" for number in range(300_000)))
    process = started("log", "import", "log", home=tmp_path / "home", cwd=tmp_path)

    def has_read() -> bool:
        """Whether a good part of the log was read."""
        for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
            with suppress(OSError):
                if descriptor.samefile(log):
                    said = Path(f"/proc/{process.pid}/fdinfo", descriptor.name).read_text()
                    return int(said.split()[1]) > log.stat().st_size / 10
        return False

    wait_until(has_read)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "Traceback" not in err, out + err
    assert quizprep("log", "export", home=tmp_path / "home").stdout == ""


def test_ctrl_c_ends_an_audit_of_a_long_page(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("# Softmax\n\n" + "$p_i = e^{x_i} / \\sum_j e^{x_j}$\n\n" * 20_000)
    process = started("audit", "page.md", home=tmp_path / "home", cwd=tmp_path)
    wait_until(lambda: "_multiarray_umath" in Path(f"/proc/{process.pid}/maps").read_text())
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "Traceback" not in err, out + err


def test_ctrl_c_ends_a_lint(tmp_path: Path) -> None:
    """Of a deck that takes a while to read, on more draws than anybody waits for."""
    questions = (NUMBER.format(id=f"q{number}", topic="f1-score", step="f1") for number in range(1000))
    (tmp_path / "deck.yaml").write_text(HEAD + "".join(questions).replace("2..12", "1..1000000"), encoding="utf-8")
    process = started("lint", "deck.yaml", "--draws", str(10**9), home=tmp_path / "home", cwd=tmp_path)
    wait_until(lambda: "_yaml" in Path(f"/proc/{process.pid}/maps").read_text())
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "Traceback" not in err


def wait_until(seen: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.001)


def unread(pipe: IO[bytes]) -> int:
    """Bytes that nobody has read yet."""
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


# The deck


def linted(folder: Path, text: str) -> str:
    """What lint says about a file of content."""
    (folder / "deck.yaml").write_text(text, encoding="utf-8")
    return quizprep("lint", str(folder / "deck.yaml"), "--draws", "20", home=folder / "home").stdout


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "  [" + "[]," * 500_000 + "]",
        "[]," * 500_000,
        HEAD + "  - []\n" * 5000,
        "".join(f"a{number}: 1\n" for number in range(20_000)),
        HEAD + "  - id: a\n" + "".join(f"    name{number}: 1\n" for number in range(20_000)),
        HEAD + "  - {id: a, covers: [" + "x, " * 50_000 + "]}",
        HEAD + "  - *a\n" * 5000,
    ],
    ids=["lists", "no mapping", "empty questions", "names", "fields", "topics", "aliases"],
)
def test_a_deck_full_of_defects_is_read_as_far_as_can_be_mended(tmp_path: Path, text: str) -> None:
    lines = linted(tmp_path, text).splitlines()
    assert 0 < len(lines) <= 102 and max(map(len, lines)) < 1000, len(lines)


LARGE = "has a number that is too large"


@pytest.mark.parametrize(
    "drawn",
    ["9" * 26, "-" + "9" * 26, "1e300", "1.." + "9" * 19, "3 of 0..1e17 step 1e10", "{one of: [1, 1" + "0" * 20 + "]}"],
)
def test_a_number_that_no_computer_adds_exactly_is_a_defect(tmp_path: Path, drawn: str) -> None:
    question = NUMBER.format(id="large", topic="f1-score", step="f1").replace("TP: 2..12", f"TP: {drawn}")
    assert LARGE in linted(tmp_path, HEAD + question)
    done = quizprep("quiz", "--content", str(tmp_path / "deck.yaml"), home=tmp_path / "home", stdin="1\n")
    assert done.returncode == 2 and LARGE in done.stderr


NESTED = "sum_{i=1}^{9999} sum_{j=1}^{9999} i j"


def test_nested_sums_in_a_deck_have_an_end(tmp_path: Path) -> None:
    question = NUMBER.format(id="nested", topic="f1-score", step="f1")
    question = question.replace("    prompt", f'    where: "TP < {NESTED}"\n    prompt', 1)
    assert "takes more than 2 s to compute" in linted(tmp_path, HEAD + question)
    done = quizprep("quiz", "--content", str(tmp_path / "deck.yaml"), home=tmp_path / "home", stdin="1\n")
    assert done.returncode == 2 and "takes more than 2 s to compute" in done.stderr


def test_a_value_takes_its_time_or_the_time_around_it() -> None:
    with pytest.raises(TooMuchWorkError):
        evaluate(parse(NESTED), {})
    with pytest.raises(OutOfTime), within(0.05):
        evaluate(parse(NESTED), {})
    assert evaluate(parse("sum_{i=1}^{9999} i"), {}) == 9999 * 5000


# Notes
