"""The child process that runs a student's own Python function: started as a script, imports nothing of ours.

``python -I student.py FILE FUNCTION ANSWERS_FD`` loads the file under limits of memory and time, then
answers each line of JSON on stdin with one on the answers' file descriptor. Plain text only: nothing
that is read back can run.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

MEMORY = 1 << 30  # bytes on top of what the libraries take
CPU_SECONDS = 20  # loading torch included


def library(source: str) -> str | None:
    """What the file works with: torch, numpy, or plain numbers and lists."""
    found = re.findall(r"^\s*(?:import|from)\s+(torch|numpy)\b", source, re.MULTILINE)
    return "torch" if "torch" in found else found[0] if found else None


def limit() -> None:
    """Bound the memory, the time and the files of what is run from here on."""
    import resource  # not there on Windows, where nothing of this is run

    with open("/proc/self/statm") as statm:
        used = int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    for kind, most in (
        (resource.RLIMIT_AS, used + MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 1 << 20),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def load(path: str) -> ModuleType:
    """The file as a module. Raises what the file raises."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec = importlib.util.spec_from_file_location("student_file", path)
    assert spec is not None and spec.loader is not None  # the name of the file was checked to end in .py
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def converter(kind: str | None, single: bool = False, gradient: bool = False) -> Callable[[Any], Any]:
    """From JSON numbers and lists to what the file works with; whole sizes stay Python ints."""
    if kind == "torch":
        import torch

        precision = torch.float32 if single else torch.float64
        return lambda value: (
            value if isinstance(value, int) else torch.tensor(value, dtype=precision, requires_grad=gradient)
        )
    if kind == "numpy":
        import numpy

        dtype: Any = numpy.float32 if single else numpy.float64
        scalar: Any = numpy.float32 if single else float
        return lambda value: (
            numpy.asarray(value, dtype=dtype)
            if isinstance(value, list)
            else scalar(value)
            if isinstance(value, float)
            else value
        )
    return lambda value: value


def plain(result: Any) -> Any:
    """A result as JSON: numbers, lists, and dicts or tuples of them."""
    if isinstance(result, dict):
        return {"named": {str(name): plain(value) for name, value in result.items()}}
    if isinstance(result, tuple):
        return {"several": [plain(value) for value in result]}
    if hasattr(result, "detach"):
        result = result.detach()
    if hasattr(result, "tolist"):
        return result.tolist()
    if isinstance(result, list):
        return [plain(entry) for entry in result]
    return float(result)


def failure(error: BaseException, path: str) -> dict[str, Any]:
    """The error in one line, with the last line of the student's file that led to it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    line = error.lineno if isinstance(error, SyntaxError) else frames[-1].lineno if frames else None
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return {"error": f"{type(error).__name__}: {text}"[:300], "line": line, "memory": isinstance(error, MemoryError)}


def answer(function: Callable[..., Any], request: dict[str, Any], kind: str | None, path: str) -> dict[str, Any]:
    """One result per sample: None where arithmetic has no value, what was raised where something was.

    ``changed`` are the arguments that were written into, ``attached`` says whether a result wants a gradient,
    ``single`` whether one is float32.
    """
    convert = converter(kind, request.get("single", False), request.get("gradient", False))
    results: list[Any] = []
    changed: set[str] = set()
    attached = single = False
    for sample in request["samples"]:
        arguments = {name: convert(value) for name, value in sample.items()}
        try:
            result = function(**arguments)
            attached = attached or any(getattr(part, "requires_grad", False) for part in parts(result))
            single = single or any(str(getattr(part, "dtype", "")).endswith("float32") for part in parts(result))
            results.append(plain(result))
        except ArithmeticError:
            results.append(None)
        except Exception as error:
            results.append(failure(error, path))
            continue
        changed.update(name for name in arguments if plain(arguments[name]) != plain(convert(sample[name])))
    return {"results": results, "changed": sorted(changed), "attached": attached, "single": single}


def parts(result: Any) -> Iterator[Any]:
    """The arrays of a result that is a dict, a tuple or a list of them."""
    if isinstance(result, dict | tuple | list):
        for part in result.values() if isinstance(result, dict) else result:
            yield from parts(part)
    else:
        yield result


def main() -> None:
    path, name, answers = sys.argv[1], sys.argv[2], os.fdopen(int(sys.argv[3]), "w")

    def reply(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    try:
        with open(path, encoding="utf-8") as file:
            kind = library(file.read())
        converter(kind)  # imports what the file works with, before its memory and its time are limited
        reply({"library": kind})
        limit()
        module = load(path)
        function = getattr(module, name, None)
        if not callable(function):
            reply({"functions": [key for key, value in vars(module).items() if inspect.isfunction(value)]})
            return
        named = [
            each
            for each in inspect.signature(function).parameters.values()
            if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
        ]
        reply(
            {
                "parameters": [each.name for each in named if each.default is each.empty],
                "optional": [each.name for each in named if each.default is not each.empty],
            }
        )
        for line in sys.stdin:
            reply(answer(function, json.loads(line), kind, path))
    except BaseException as error:  # the file may raise anything, SystemExit included
        reply(failure(error, path))


if __name__ == "__main__":
    main()
