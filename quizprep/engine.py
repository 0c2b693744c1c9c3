"""torch, imported behind the learner's back.

``import torch`` costs seconds, and a Ctrl-C that lands in it leaves torch unusable in the process.
So it is always imported in a daemon thread, started once the first question is on the screen, and
the main thread waits on an event that Ctrl-C may interrupt.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from quizprep.errors import DeviceError, QuizprepError
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.proofs import Proof
    from quizprep.question import Question
    from quizprep.values import Computed, Value

_imported = threading.Event()
_failure: list[BaseException] = []
_thread: threading.Thread | None = None


def start() -> None:
    """Begin importing torch and the prover in a daemon thread; does nothing the second time."""
    global _thread
    if _thread is None:
        _thread = threading.Thread(target=_import, name="import-torch", daemon=True)
        _thread.start()


def _import() -> None:
    try:
        import quizprep.prover  # noqa: F401  (imports torch and the formula programs)
    except Exception as error:  # it is raised again in the thread that waits
        _failure.append(error)
    finally:
        _imported.set()


def wait(seconds: float) -> bool:
    """Wait at most that long for torch; whether it is there."""
    start()
    return _imported.wait(seconds)


def ready() -> None:
    """Block until torch can be used. Raises QuizprepError where it cannot be imported."""
    while not wait(0.2):
        continue
    if _failure:
        raise QuizprepError(
            Text(
                f"torch cannot be imported: {_failure[0]}. `quizprep doctor` says more.",
                ko=f"torch를 불러올 수 없습니다: {_failure[0]}. 자세한 내용은 `quizprep doctor`로 확인하세요.",
            )
        ) from _failure[0]


def needed(proof: Proof) -> bool:
    """Whether torch computes the proof; one that is data goes without."""
    return not proof.is_data


def any_needed(questions: Iterable[Question]) -> bool:
    """Whether torch computes the answer of any of these questions."""
    from quizprep import proofs

    asked = {(each.proof, each.chapter) for each in questions if each.proven}
    return any(needed(proofs.get(*each)) for each in asked)


def place_for(questions: Iterable[Question], device: str) -> str:
    """Where to compute the answers of these questions: ``cpu``, without torch, where none of them needs it.

    Raises as :func:`resolve` and :func:`ready`.
    """
    if not any_needed(questions):
        return "cpu"
    ready()
    return resolve(device)


def compute(proof: Proof, values: Mapping[str, Value], *, device: str, seed: int, language: str) -> Computed:
    """The proof on these numbers, on the device ``auto | cpu | ...``; waits for torch where it is needed."""
    if not needed(proof):
        from quizprep import numeric_prover

        return numeric_prover.compute(proof, values, seed=seed, language=language)
    ready()
    from quizprep import prover

    return prover.compute(proof, values, device=resolve(device), seed=seed, language=language)


def described(place: str) -> str:
    """A resolved device as results are told apart by it: a GPU by what it is, too."""
    if not place.startswith("cuda"):
        return place
    ready()
    import torch

    return f"{place} {torch.cuda.get_device_name(place)}, CUDA {torch.version.cuda}"


def resolve(device: str) -> str:
    """The device to compute on, for ``auto | cpu | cuda | cuda:N | mps``.

    ``auto`` is the first CUDA device where there is one, else the CPU (Apple's GPU has no float64,
    so it is used only when asked for). Raises DeviceError for a device that is not there.
    """
    if device == "cpu":
        return device
    ready()
    import torch

    cuda = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if device == "auto":
        return "cuda:0" if cuda else "cpu"
    if device == "mps":
        if torch.backends.mps.is_available():
            return device
        raise DeviceError(
            Text(
                "There is no Apple GPU (mps) here; use `--device auto` or `cpu`.",
                ko="이 컴퓨터에는 Apple GPU(mps)가 없습니다. `--device auto`나 `cpu`를 쓰세요.",
            )
        )
    kind, _, index = device.partition(":")
    if kind == "cuda" and (not index or index.isdecimal()):
        if int(index or 0) < cuda:
            return f"cuda:{int(index or 0)}"
        has = f"{cuda} CUDA device(s)" if cuda else "no CUDA device"
        raise DeviceError(
            Text(
                f"`{device}` is not there: this machine has {has}; use `--device auto` or `cpu`.",
                ko=f"`{device}` 장치가 없습니다(이 컴퓨터의 CUDA 장치: {cuda}개). `--device auto`나 `cpu`를 쓰세요.",
            )
        )
    raise DeviceError(
        Text(
            f"`{device[:40]}` is no device; use auto, cpu, cuda, cuda:N or mps.",
            ko=f"`{device[:40]}` 장치는 없습니다. auto, cpu, cuda, cuda:N, mps 가운데 하나를 쓰세요.",
        )
    )
