"""Sizes along a network and numbers of parameters in notes: followed, checked, and passed over where they cannot be."""

from __future__ import annotations

import re

import pytest

from quizprep.notes.finding import Finding, audit
from quizprep.notes.layers import layer_sizes
from quizprep.notes.page import read_pieces
from quizprep.notes.reckoning import Computation


def found(note: str) -> list[Computation]:
    return list(layer_sizes(read_pieces("note.md", note)))


def rights(note: str) -> list[bool]:
    return [computation.right for computation in found(note)]


@pytest.mark.parametrize(
    "note",
    [
        "32×32×3 → conv 5×5, 6 filters → 28×28×6 → pool 2×2 → 14×14×6",
        r"$32 \times 32 \times 3 \rightarrow$ conv 5x5, 6 filters $\rightarrow 28 \times 28 \times 6$",
        "입력 32×32×3 → 합성곱 5×5, 필터 6개 → 28×28×6 → 풀링 2×2 → 14×14×6",
        "32×32×3 → 합성곱 3×3, 필터 16개, 패딩 1, 스트라이드 2 → 16×16×16",
        "3×32×32 -> conv 5×5, 6 kernels -> 6×28×28 -> max pool 2×2 -> 6×14×14",
        "Input: 227×227×3 -> Conv 11×11, 96 filters, stride 4, pad 0 -> 55×55×96 -> MaxPool 3×3, stride 2 -> 27×27×96",
        "32×32 → conv 5×5 → 6@28×28 → pool 2×2 → 6@14×14",
        "- Input: 32×32×3\n- Conv1: 5×5, 6 filters, stride 1 → 28×28×6\n- ReLU → 28×28×6\n- Pool1: 2×2 → 14×14×6",
        "14×14×6 → flatten → FC 120 → ReLU",
        "7×7×512 → conv 1×1, 64 filters → 7×7×64",
        "224×224×3 → conv3-64 → 224×224×64 → max pool 2×2, stride 2 → 112×112×64",
        "224×224×3 → 7×7 conv, 64, /2 → 112×112×64",
        "32×32×3 → conv 3×3, 16 filters, same → 32×32×16",
    ],
)
def test_sizes_that_follow_are_right(note: str) -> None:
    assert set(rights(note)) <= {True} and (rights(note) or "FC" in note)


FORMS = [
    ("32x32x1 --(`conv f=5 s=1 VALID, 6 filters`)--> 28x28x6\n", "28x28x6"),
    ("[227x227x3] INPUT\n[55x55x96] CONV1: 96 11x11 filters at stride 4, pad 0\n[27x27x96] MAX POOL1: 3x3, s = 2\n", "27x27x96"),
    ("INPUT: [224x224x3]\nCONV3-64: [224x224x64]  memory: 224*224*64=3.2M\nCONV3-64: [224x224x64]\n", "224x224x64"),
    ("- Input image is `a0 = 39x39x3`\n- First layer (conv):\n  - `f1 = 3`, `s1 = 1`, `p1 = 0`\n  - number of filters = 10\n"
     "  - Then output are `a1 = 37x37x10`\n    - Where `n = (39-3)/1 + 1 = 37`\n", "37x37x10"),
    ("| Layer | Description |\n|:--:|:--:|\n| Input | 32x32x1 grayscale image |\n"
     "| Convolution 5x5 | 1x1 stride, valid padding, 6 filters, outputs 28x28x6 |\n| RELU | |\n", "28x28x6"),
    ("- Input: 227×227×3\n- First layer: conv, 96 filters of size 11×11, stride 4, padding 0 → Output: 55×55×96\n", "55×55×96"),
]  # fmt: skip


@pytest.mark.parametrize(("note", "size"), FORMS)
def test_the_forms_of_public_notes_are_followed(note: str, size: str) -> None:
    assert rights(note) and all(rights(note))
    side = re.match(r"\d+", size)[0]
    wrong = size.replace(side, str(int(side) + 3))
    last = note.rpartition(size)
    assert False in rights(f"{last[0]}{wrong}{last[2]}")


@pytest.mark.parametrize(
    ("note", "named"),
    [
        ("32×32×3 → conv 5×5, 6 filters → 27×27×6 → pool 2×2 → 13×13×6", "28×28×6"),
        ("32×32×3 → conv 5×5, 6 filters → 28×28×3", "28×28×6"),
        ("28×28×6 → pool 2×2 → 14×14×12", "14×14×6"),
        ("32×32×3 → 합성곱 3×3, 필터 16개, 패딩 1, 스트라이드 2 → 15×15×16", "16×16×16"),
        ("3×32×32 → conv 5×5, 6 kernels, padding 2 → 6×28×28", "6×32×32"),
        ("227×227×3 → conv 11×11, 96 filters, stride 4, padding 0 → 54×54×96", "55×55×96"),
        ("- Input: 32×32×3\n- Conv1: 5×5, 6 filters, padding 0, stride 1 → 30×30×6", "28×28×6"),
    ],
)
def test_a_wrong_size_is_named_with_the_right_one(note: str, named: str) -> None:
    wrong = [computation for computation in found(note) if not computation.right]
    assert [computation.named for computation in wrong] == [named]
    assert named in wrong[0].reason()["en"] and named in wrong[0].reason()["ko"]


@pytest.mark.parametrize(
    "note",
    [
        "32×32×3 → conv 5×5, 6 filters → 30×30×6",  # with a padding of 1 that is not written
        "32×32×3 → conv 3×3, 16 filters → 16×16×16",  # with a stride of 2 that is not written
        "32×32×3 → depthwise conv 3×3 → 10×10×9",
        "32×32×3 → ResNet → 1×1×10",
        "32×32×3 → transposed conv 5×5, 6 filters → 36×36×6",
        "28×28×6 → pool 3×3 → 14×14×6",
        "32×32×3 → conv 5×5, 6 filters, dilation 2 → 24×24×6",
        "the image of 32×32×3 → 28×28 after cropping",
        "2×2 → 3×3",
        "64×64×3 → some 5×5 thing with 3 options → 60×60×3",
        "32×32×3 → inception block 5×5, 6 filters → 7×7×6",
        "A 3×4 matrix → conv notes 5×5 → 2×2",
        "- Input: 32×32×3\n\nAnother network.\n\n- Conv 5×5, 6 filters → 10×10×6",
        "5×5 → 3×3 conv with padding=(1, 2) → 4×4",
        "56×56×64 → max pool 3×3, stride 2, ceil → 28×28×64",
    ],
)
def test_what_cannot_be_followed_is_never_wrong(note: str) -> None:
    assert False not in rights(note)


TABLE = """| Layer | Output | Parameters |
|---|---|---|
| Input | 32×32×3 | 0 |
| Conv 5×5, 6 filters | 28×28×6 | 456 |
| Pool 2×2 | 14×14×6 | 0 |
| Conv 5×5, 16 filters | 10×10×16 | 2,416 |
| Flatten | 1600 | |
| FC 120 | 120 | 192,120 |
"""
COLUMNS = """| 층 | 커널 | 필터 수 | 스트라이드 | 패딩 | 출력 크기 | 파라미터 |
|:--|--|--|--|--|--|--|
| 입력 | - | - | - | - | 32×32×3 | - |
| 합성곱 | 3×3 | 16 | 1 | 1 | 32×32×16 | 448 |
| 풀링 | 2×2 | - | 2 | 0 | 16×16×16 | 0 |
| 합성곱 | 3×3 | 32 | 2 | 1 | 8×8×32 | 4,640 |
"""


@pytest.mark.parametrize("table", [TABLE, COLUMNS])
def test_a_table_of_layers_is_followed_row_by_row(table: str) -> None:
    assert len(rights(table)) >= 5 and all(rights(table))


@pytest.mark.parametrize(
    ("table", "was", "now", "named"),
    [
        (TABLE, "28×28×6 ", "30×30×3 ", "28×28×6"),
        (TABLE, "456", "460", "(5·5·3 + 1)·6 = 456"),
        (TABLE, "2,416", "2,460", "(5·5·6 + 1)·16 = 2,416"),
        (COLUMNS, "8×8×32", "7×7×32", "8×8×32"),
        (COLUMNS, "4,640", "4,600", "(3·3·16 + 1)·32 = 4,640"),
    ],
)
def test_a_wrong_entry_of_a_table_is_named(table: str, was: str, now: str, named: str) -> None:
    wrong = [computation for computation in found(table.replace(was, now)) if not computation.right]
    assert named in [computation.named for computation in wrong]


def test_parameters_without_biases_are_right() -> None:
    assert all(rights(TABLE.replace("456", "450").replace("2,416", "2,400")))


def test_parameters_worked_out_on_a_line_are_followed() -> None:
    def outcomes(line: str) -> list[str]:
        return [finding.outcome for finding in audit("note.md", line) if finding.kind == "number"]

    assert outcomes("parameters: (5·5·3+1)·6 = 456") == ["right"]
    assert outcomes("파라미터 수: (5·5·3+1)·6 = 450") == ["wrong"]
    assert outcomes("parameters: (5*5*3+1)*6 ≈ 0.5k") == ["right"]


def test_the_audit_says_a_wrong_size_where_it_stands() -> None:
    (finding,) = (each for each in audit("note.md", "# CNN\n\n32×32×3 → conv 5×5 → 28×28×6 → pool 2×2 → 13×13×6\n")
                  if each.outcome == "wrong")  # fmt: skip
    assert isinstance(finding, Finding) and finding.line == 3 and "14×14×6" in finding.reason


@pytest.mark.parametrize("layer", ["Dense", "Dense 10", "FC (10)", "Fully connected, 10 units"])
@pytest.mark.parametrize("output", ["10", "(None, 10)"])
def test_the_parameters_of_a_dense_layer_follow_from_what_it_gives_out(layer: str, output: str) -> None:
    table = TABLE + f"| {layer} | {output} | {{}} |\n"
    assert all(rights(table.format("1,210"))) and False in rights(table.format("1,220"))
    if layer in ("Dense", "Dense 10"):  # how much it gives out is only said there: that follows from nothing
        assert f"{layer}: {output}" not in [each.text for each in found(table.format("1,210"))]


def test_the_length_of_what_is_flattened_is_followed() -> None:
    assert False in rights(TABLE.replace("| 1600 |", "| 1500 |"))
