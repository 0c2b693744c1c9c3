"""Inputs nobody means: logs, content files, settings and typed answers, made by a grammar and by changes to sound ones.

Every maker draws from the random generator that it is given alone, so that a seed and a number name an input.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

#: Texts that break what does not expect them: lone surrogates, control and direction characters, line separators,
#: digits of other scripts, jamo, words that readers of numbers, dates, YAML and TOML take for something else.
TEXTS = (
    "", " ", "\t", "\r", "\r\n", "\n", "\0", "\x1b[31m", "\x9b2J", "\x7f", "\u2028", "\u2029", "\x85", "\ud800", "\udcff",
    "\ufeff", "\u202eabc", "\u2066x\u2069", "\u200b", "\ufffe", "\U0010ffff", "e\u0301", "한국어", "ㅂㅈㄷ", "\u1112\u1161\u11ab", "ᄒ",
    "²", "5²", "٣", "½", "Ⅷ", "१२", "１２", "−5", "--5", "+-3", "1_000", "0x10", "0b1", "1e400", "-1e-400", "nan", "inf",
    "-Infinity", "1e999999999", "1..2", "2..12", "3..1", "0,5", "1,234", ".5", "5.", "012", "1:30", "80 %", "1/0", "0^0",
    "2^2^2^2^2", "170!", "9" * 30, "9" * 400, "9" * 5000, "a" * 300, "한" * 3000, "(" * 150, "[" * 300, "{" * 300,
    "[]," * 400, "\\frac{1}{0}", "\\" * 50, "$", "$$", "$x", "{TP}", "{{TP}}", "{", "}", "true", "False", "null", "~", "yes",
    "&a b", "*a", "!!int 3", "!!python/object/apply:os.system [ls]", "<<: {a: 1}", "? a", "- - - a", "|", ">", "'", '"', "#", "%",
    "@", "`", "---", "...", "{a: b: c}", "[a, [b, {c: d}]]", "2026-13-45", "2026-12-01", "2026-W49-2", "0001-01-01", "9999-12-31",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00", "1970-01-01T00:00:00Z", "2999-12-31T23:59:59+00:00",
    "2026-12-01T09:00", "2026-12-01T24:00:00Z", "2026-12-01T09:00:00+23:59", "1969-12-31T23:59:59Z", "none", "e", "π", "i", "~nobody",
    "/dev/zero", "../" * 40, "x" * 5000, "cuda:²", "cuda:99999999999999999999", "1 10", "[1, 10]", "[]", "()", "f1", "TP",
    "f1-score", "sum_{i=1}^{9999} i", "softmax([1, 2, 3])", "[1, 2]", "[[1, 2], [3]]", "1 if 2 > 1 else 3", "5 > 3", "e^{e^{e^9}}",
)  # fmt: skip
NUMBERS = (
    0, -0.0, 1, -1, 2, 3, 4, 5, 0.5, 1e-9, 1e-300, 1e16, 1e17, 1e300, 1.7976931348623157e308, 5e-324, 2**31, 2**31 - 1, 2**53,
    2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**18, 10**30, 10**400, 36500, 36501, 719163, 739000, 999999999, float("inf"),
    float("-inf"), float("nan"),
)  # fmt: skip
BYTES = (
    b"\0", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80\xa8", b"\xc2\x85", b"\xef\xbb\xbf", b"\r", b"\n",
    b"\x1b", b'"', b"{", b"}", b"[", b"]", b":", b",", b"\\", b"-", b"&a ", b"*a", b"!x ", b"%", b"#", b"\t", b"9" * 40, b"e9",
)  # fmt: skip


def value(random: Random, depth: int = 3) -> Any:
    """A value of JSON, YAML or TOML, most of them small."""
    kind = random.random()
    if kind < 0.4:
        return random.choice(TEXTS)
    if kind < 0.7:
        return random.choice(NUMBERS)
    if kind < 0.8 or depth == 0:
        return random.choice((None, True, False))
    if kind < 0.82:
        return nested(random.choice((30, 60, 400)))
    count = random.choice((0, 1, 1, 2, 3))
    if kind < 0.9:
        return [value(random, depth - 1) for _ in range(count)]
    return {random.choice(TEXTS): value(random, depth - 1) for _ in range(count)}


def nested(depth: int) -> Any:
    """Lists within lists."""
    made: Any = []
    for _ in range(depth):
        made = [made]
    return made


def with_changed_bytes(random: Random, content: bytes) -> bytes:
    """Bytes of a file, some of them exchanged, left out, repeated or put in."""
    for _ in range(random.choice((1, 1, 2, 5))):
        start = random.randrange(len(content) + 1)
        end = min(len(content), start + random.choice((0, 1, 1, 2, 8, 60, 10_000)))
        piece = random.choice(
            (b"", content[start:end] * 2, random.choice(BYTES), random.choice(TEXTS).encode("utf-8", "replace"))
        )
        content = content[:start] + piece + content[end:]
    return content


# The log


def log(random: Random, sound: Sequence[Mapping[str, Any]]) -> bytes:
    """A file for ``log import``: events of a sound log, some with other values, and lines that are none."""
    start = random.randrange(len(sound))
    events = [dict(event) for event in sound[start : start + random.choice((1, 1, 2, 4, 12))]]
    if random.random() < 0.9:  # what the reviews were made with
        events.insert(0, dict(sound[0]))
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        _change_event(random, random.choice(events), sound)
    if random.random() < 0.2:
        random.shuffle(events)
    lines = [json.dumps(event, ensure_ascii=random.random() < 0.5) for event in events]
    if random.random() < 0.2:
        lines.insert(random.randrange(len(lines) + 1), _no_event(random))
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    return with_changed_bytes(random, content) if random.random() < 0.3 else content


def _change_event(random: Random, event: dict[str, Any], sound: Sequence[Mapping[str, Any]]) -> None:
    other = random.choice(sound)
    name = random.choice([*event, *other])
    match random.choice(("value", "value", "value", "other", "other", "gone", "new", "id")):
        case "value":
            event[name] = value(random)
        case "other":
            event[name] = other.get(name)
        case "gone":
            event.pop(name, None)
        case "new":
            event[random.choice(TEXTS)] = value(random)
        case "id":
            event["id"] = random.choice(("", "0" * 26, "Z" * 26, "x" * 99_999, other["id"], random.choice(TEXTS)))


def _no_event(random: Random) -> str:
    deep = random.choice((100, 3000, 100_000))
    return random.choice(
        (
            json.dumps(value(random)),
            "[" * deep + "]" * deep,
            '{"a":' * deep + "1" + "}" * deep,
            '{"id": ' + "9" * 5000 + "}",
            "NaN",
            "{}",
            '{"kind": "scheduler"}',
            json.dumps({"kind": "scheduler", "id": "a", "options": value(random)}),
            random.choice(TEXTS),
        )
    )


# Content


def deck(random: Random, questions: Sequence[str]) -> bytes:
    """A content file of a few questions, with changes in its lines, its values and its bytes."""
    chapter = "classification-metrics" if random.random() < 0.95 else random.choice(TEXTS)
    chosen = [random.choice(questions).strip("\n") for _ in range(random.choice((1, 1, 2)))]
    lines = [f"chapter: {chapter}", "questions:", *"\n".join(chosen).split("\n")]
    _change_lines(random, lines)
    content = "\n".join(lines).encode("utf-8", "surrogatepass" if random.random() < 0.02 else "replace")
    return with_changed_bytes(random, content) if random.random() < 0.15 else content


def errata(random: Random, entries: Sequence[str]) -> bytes:
    """A file of errata, changed likewise."""
    lines = ["errata:", *random.choice(entries).strip("\n").split("\n")]
    _change_lines(random, lines)
    content = "\n".join(lines).encode("utf-8", "replace")
    return with_changed_bytes(random, content) if random.random() < 0.15 else content


def _change_lines(random: Random, lines: list[str]) -> None:
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        place = random.randrange(1, len(lines))
        line = lines[place]
        match random.choice(("value", "value", "value", "inside", "inside", "gone", "twice", "moved")):
            case "value":
                lines[place] = f"{line.split(':')[0]}: {flow(random)}"
            case "inside":
                start = random.randrange(len(line) + 1)
                end = min(len(line), start + random.choice((0, 1, 3, 10)))
                lines[place] = line[:start] + random.choice(TEXTS) + line[end:]
            case "gone":
                del lines[place]
            case "twice":
                lines.insert(place, line)
            case "moved":
                lines[place] = " " * random.choice((1, 2, 4)) + line if random.random() < 0.5 else line.lstrip()


def flow(random: Random) -> str:
    """A value as YAML has it on one line."""
    kind = random.random()
    if kind < 0.4:
        return random.choice(TEXTS)
    if kind < 0.6:
        return json.dumps(value(random), ensure_ascii=False)
    if kind < 0.8:
        return _draw(random)
    return random.choice(("&a ", "*", "!x ", "", "|\n      ", "'", '"')) + random.choice(TEXTS)


def _draw(random: Random) -> str:
    """How numbers are drawn."""

    def number() -> str:
        return str(random.choice(NUMBERS))

    span = f"{number()}..{number()}" + (f" step {number()}" if random.random() < 0.4 else "")
    shape = "x".join(str(random.choice((0, 1, 2, 3, 99, 10**9))) for _ in range(random.choice((1, 1, 2, 3))))
    return random.choice(
        (span, f"{shape} of {span}", f"{{one of: [{number()}, {number()}]}}", f"{{TP: {span}}}", number())
    )


# Settings


def settings(random: Random, written: Mapping[str, str], names: Sequence[str]) -> tuple[bytes, dict[str, str]]:
    """A ``config.toml`` (keys and their values as TOML), and an environment of the settings' variables."""
    lines = []
    for key in random.sample(list(written), random.choice((0, 1, 2, 5))):
        shown = written[key]
        if random.random() < 0.25:
            shown = random.choice((_toml_value(random), shown + random.choice(TEXTS), random.choice(TEXTS)))
        table, _, name = key.rpartition(".")
        lines += [f"[{table}]"] if table and random.random() < 0.5 else []
        lines.append(f"{name if lines else key} = {shown}")
    if random.random() < 0.1:
        lines.insert(random.randrange(len(lines) + 1), random.choice(TEXTS))
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    if random.random() < 0.1:
        content = with_changed_bytes(random, content)
    environment = {}
    for name in random.sample(names, random.choice((0, 0, 0, 0, 1, 2))):
        environment[name] = setting(random).replace("\0", "")
    return content, environment


def setting(random: Random) -> str:
    """What somebody may type for a setting."""
    if random.random() < 0.5:
        return random.choice(TEXTS)
    return " ".join(str(random.choice(NUMBERS)) for _ in range(random.choice((1, 1, 2, 21, 200))))


def _toml_value(random: Random) -> str:
    return random.choice(
        (
            json.dumps(value(random, 1), ensure_ascii=False),
            str(random.choice(NUMBERS)),
            f"[{', '.join(str(random.choice(NUMBERS)) for _ in range(random.choice((0, 1, 21, 200))))}]",
            "9999-12-31T23:59:59-14:00",
            "0001-01-01",
            "25:00:00",
            "07:32:00",
            "{a = 1}",
            "[[[[]]]]",
            "nan",
            "-inf",
            "0x" + "f" * 40,
            "1" + "0" * 4500,
            "'''a\nb'''",
        )
    )


# Answers


def answer(random: Random, right: str, formula: Callable[[Random], str]) -> str:
    """A line that somebody types: a number, a word, a formula, the right answer with a change, or nothing of it."""
    kind = random.random()
    if kind < 0.25:
        return random.choice(TEXTS)
    if kind < 0.5:
        return _changed(random, right)
    if kind < 0.7:
        return _number(random)
    if kind < 0.9:
        return formula(random)
    return "".join(random.choice(TEXTS)[:40] for _ in range(random.choice((2, 3, 6))))


def _changed(random: Random, text: str) -> str:
    for _ in range(random.choice((0, 1, 1, 2))):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + random.choice((0, 1, 1, 3)))
        text = (
            text[:start]
            + random.choice(("", random.choice(TEXTS), text[start:end] * 2, random.choice("0123456789.,-+%²")))
            + text[end:]
        )
    return text


def _number(random: Random) -> str:
    """A number in one of the ways in which people write them, and in some in which nobody does."""
    digits = "".join(random.choice("0123456789.") for _ in range(random.choice((1, 2, 4, 9, 400))))
    sign, tail = (
        random.choice(("", "", "-", "+", "−", "--")),
        random.choice(("", "", "%", " %", "e5", "e-400", "²", "٣", "!", "π")),
    )
    one = f"{sign}{digits}{tail}"
    return random.choice(
        (one, one, f"{one}/{digits}", f"[{one}, {digits}]", f"{one} {digits}", f"sqrt({one})", f"{one},{digits}")
    )
