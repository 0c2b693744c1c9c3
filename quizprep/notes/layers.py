"""Sizes of layers along a network, as a note writes them, followed from one layer to the next.

``32×32×3 → conv 5×5, 6 filters → 28×28×6 → pool 2×2 → 14×14×6``, the same as a list with a layer on each line, and
tables with a row for each layer and its output and parameters in columns. A layer has all sizes that what is said of it
allows: a padding that is not written may be any, a division may be rounded either way where pooling does. A size that
none of them allows is wrong; one that only an unlikely reading allows, and everything that cannot be read, is passed
over. Sizes: ⌊(n + 2p − k)/s⌋ + 1 (Dumoulin and Visin, "A guide to convolution arithmetic", relationship 6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from quizprep.frozen import frozen
from quizprep.notes.equations import LIST_MARKS
from quizprep.notes.page import Piece
from quizprep.notes.reckoning import Computation, agrees

MOST_LAYERS = 60  # of a network
LONGEST = 400  # characters of a line that speaks of layers
LARGEST = 100_000  # pixels or channels

_ARROW = re.compile(r"\s*(?:→|⟶|➔|⇒|=>|-{1,2}>|—>|\\(?:long)?rightarrow(?![a-z])|\\to(?![a-z]))\s*")
_BY = r"\s*[×xX*]\s*"
_SIZE = re.compile(rf"(?<![\w.×/])(?P<a>\d{{1,5}}){_BY}(?P<b>\d{{1,5}})(?:{_BY}(?P<c>\d{{1,5}}))?(?!\w|\s*[×*]|\.\d)")
_ON_ARROW = re.compile(r"\s-{1,3}\s*\(?(?P<layer>[^()>→]{2,60})\)?\s*-{1,3}>\s")  # --(conv f=5 s=1)-->
_SIZE_FIRST = re.compile(rf"^\[(?P<size>[\d]{{1,5}}{_BY}\d{{1,5}}{_BY}\d{{1,5}})\]\s*(?P<layer>\S.*)$")
_NAMED_SIZE = re.compile(rf"^(?P<layer>[^:\[\]]{{2,60}}):\s*\[(?P<size>\d{{1,5}}{_BY}\d{{1,5}}{_BY}\d{{1,5}})\]")
_OUTPUT = re.compile(
    rf"(?:the\s+|then\s+)*(?:outputs?|output\s+(?:size|shape|volume)|출력(?:\s*크기)?)(?:\s+(?:is|are|of)|은|는)?[\s:=]*"
    rf"(?:[a-zA-Z]\d?\s*=\s*)?\[?(?P<size>\d{{1,5}}{_BY}\d{{1,5}}(?:{_BY}\d{{1,5}})?)\]?[\s.,;]*$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"^\W*(?:where|note|so|because|hint|e\.g|단|참고)\b", re.IGNORECASE)
_MAPS = re.compile(rf"(?<![\w.])(?P<maps>\d{{1,5}})\s*@\s*(?P<a>\d{{1,5}}){_BY}(?P<b>\d{{1,5}})(?![\w×])")
_LABEL = re.compile(
    r"^\W*(?:(?:the\s+)?(?:are|is|[a-z]\d\b|rgb|gr[ae]y(?:scale)?|colou?r|inputs?|input\s+(?:image|size|shape)|images?|outputs?|output\s+(?:size|shape)|feature\s*maps?|shape|size"
    r"|입력(?:\s*(?:이미지|크기))?|이미지|출력(?:\s*크기)?|특[징성]\s*맵|크기)\W*)*$",
    re.IGNORECASE,
)
_INPUT = re.compile(r"^\W*(?:(?:the\s+)?input\b|image\b|입력|이미지)", re.IGNORECASE)
_KINDS = {
    "stop": r"transpos|deconv|up-?sampl|unpool|depth-?wise|separable|group|dilat|atrous|3d|1d\b|partial|concat"
    r"|residual|shortcut|inception|\bblock|bottleneck|pyramid|roi|global|gap\b|adaptive|전치|팽창|깊이별|그룹|전역|업샘플",
    "pool": r"pool|풀링|\bmp\b",
    "conv": r"conv|합성곱|컨볼루션|콘볼루션",
    "flat": r"flatten|\bflat\b|평탄화|펼치|펼친",
    "dense": r"\bfc\d?\b|fully[ -]connected|dense|linear|완전\s*연결|전결합|밀집",
    "same": r"relu|sigmoid|tanh|softmax|drop-?out|batch\s*-?norm|\bbn\b|\blrn\b|activation|normali[sz]ation"
    r"|활성화|드롭아웃|배치\s*정규화",
}  # the first that is found says what a layer is
_NUMBER = r"(?P<number>\d{1,5})"
_PARAMETERS = {
    "filters": (
        rf"(?:filters?|kernels?|channels?|feature\s*maps?|output\s+channels|out_channels|필터|커널|채널)\s*(?:수|개수)?\s*[=:]?\s*{_NUMBER}\s*개?(?!\s*[×x*@])",
        rf"(?<![×x*\d]){_NUMBER}\s*(?:개의?\s*|different\s+|output\s+)?(?:filters?|kernels?|channels?|feature\s*maps?|필터|커널|채널)",
    ),
    "stride": (
        rf"(?:strides?|스트라이드|보폭)\s*(?:of|is|=|:|가|는|은)?\s*\(?{_NUMBER}",
        rf"(?<![A-Za-z])[sS]\d?\s*=\s*{_NUMBER}",
        rf"(?<![\w×x]){_NUMBER}\s*[×x]\s*(?P=number)\s+strides?",
        rf"(?<=[\s,])/\s*{_NUMBER}",
    ),
    "padding": (
        rf"(?:zero[- ]?)?(?:padding|pad|패딩)\s*(?:of|is|=|:|이|은)?\s*\(?{_NUMBER}",
        rf"(?<![A-Za-z])[pP]\d?\s*=\s*{_NUMBER}",
    ),
}  # fmt: skip
_EACH_SIDE = re.compile(r"\bsame\b|동일\s*패딩", re.IGNORECASE)
_NO_PADDING = re.compile(r"\bvalid\b|no padding|without padding|패딩\s*(?:없|안)", re.IGNORECASE)
_WINDOW = re.compile(rf"(?<![\w.])(?P<a>\d{{1,3}}){_BY}(?P<b>\d{{1,3}})(?:{_BY}(?P<c>\d{{1,5}}))?(?!\w|\s*[×*])")
_SIDE = rf"(?<![A-Za-z])[fFkK]\d?\s*=\s*{_NUMBER}"
_MANY_WINDOWS = re.compile(rf"(?<![\w.]){_NUMBER}\s+(?=\(?\d{{1,3}}{_BY}\d)")  # 6 5×5 filters
_VGG = re.compile(r"conv\s*(?P<window>\d)\s*-\s*(?P<filters>\d{2,4})(?!\d)", re.IGNORECASE)
_PASSED_OVER = re.compile(r"\bceil|\(\s*\d+\s*,\s*\d+\s*\)", re.IGNORECASE)  # a rounding, a number for each axis


@frozen
class Shape:
    """Height, width and channels; ``channels`` is None where they are not written. A vector has a height of 0."""

    height: int
    width: int
    channels: int | None = None
    first: bool = False  # whether the channels are written first

    def __str__(self) -> str:
        if not self.height:
            return str(self.channels)
        plane = (self.height, self.width)
        if self.channels is None:
            return "×".join(map(str, plane))
        return "×".join(map(str, (self.channels, *plane) if self.first else (*plane, self.channels)))


@frozen
class Layer:
    """A layer as far as a note says what it is; None is what it does not say. ``padding`` -1 keeps the size."""

    kind: str
    window: tuple[int, int] | None = None
    filters: int | None = None
    stride: int | None = None
    padding: int | None = None
    depth: int | None = None


@frozen
class _State:
    """What is known behind a layer: ``all`` shapes it may have, the ``likely`` one, and those as it is written."""

    likely: Shape
    all: frozenset[Shape]
    plain: frozenset[Shape]

    @classmethod
    def of(cls, shape: Shape) -> _State:
        """One shape that is written."""
        return cls(shape, frozenset({shape}), frozenset({shape}))


def layer_sizes(pieces: Sequence[Piece]) -> Iterator[Computation]:
    """Every size and number of parameters that follows from the layers before it, and whether it does."""
    network = _Network()
    before: Piece | None = None
    table: _Table | None = None
    for piece in pieces:
        follows = before is not None and piece.line == before.line + 1 and piece.heading == before.heading
        before = piece
        if "|" in piece.text and piece.text.lstrip().startswith("|"):
            cells = [_plain(cell) for cell in piece.text.strip().strip("|").split("|")]
            if table is None or not follows:
                table = _Table.of(cells)
            elif table:
                yield from table.row(piece.line, cells)
            network = _Network()
            continue
        table = None
        if not follows:
            network = _Network()
        yield from network.line(piece)


# --- lines -------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    text = re.sub(r"\\(?:text|mathrm|textbf)\s*\{([^{}]*)\}", r" \1 ", text)
    text = re.sub(r"\\times(?![a-z])|\\cdot(?![a-z])|∗|⨯", "×", text)
    text = re.sub(r"\\[,;!]|\\quad|[$`_]|\*\*|<[^<>]{1,40}>", " ", text)
    return re.sub(r"[ \t]+", " ", text).strip()


class _Network:
    """What is known of a network on the way through lines that stand together."""

    def __init__(self) -> None:
        self._state: _State | None = None
        self._said: list[str] = []  # of the next layer

    def line(self, piece: Piece) -> Iterator[Computation]:
        """The sizes that a line says, held against what is known before it."""
        text = _plain(LIST_MARKS.sub("", piece.text))
        if _ASIDE.match(text):
            return
        if len(text) > LONGEST:
            self._state, self._said = None, []
            return
        text = _ON_ARROW.sub(r" → \g<layer> → ", text)
        for segment in self._segments(text):
            size = _size(segment)
            if size is None:
                self._said.append(segment)
                continue
            if self._said and self._state is not None:
                behind = self._through()
                shown = " → ".join(filter(None, (part.strip(" .,;:") for part in (*self._said, segment))))
                computation = _held(piece.line, shown, size, behind) if behind is not None else None
                if computation is not None:
                    yield computation
            self._state, self._said = _State.of(size), []

    @staticmethod
    def _segments(text: str) -> list[str]:
        if turned := _SIZE_FIRST.match(text):
            return [turned["layer"], turned["size"]] if _kind(turned["layer"]) else [turned["size"]]
        parts = _ARROW.split(text)
        if len(parts) == 1:
            if named := _NAMED_SIZE.match(text):
                return [named["layer"], named["size"]] if _kind(named["layer"]) else [named["size"]]
            if output := _OUTPUT.search(text):
                return [part for part in (text[: output.start()], output["size"]) if part.strip(" ,;:")]
            if _SIZE.search(text) and not _INPUT.match(text):
                return [text, ""]
        return parts

    def _through(self) -> _State | None:
        """What is known behind the layers that were spoken of; those of several lines are one."""
        state = self._state
        texts = [text for text in self._said if text.strip(" ,;:")]
        if not texts:
            return None  # two sizes, one below the other, and nothing that makes the one of the other
        if len(texts) > 1 and sum(bool(_kind(text)) for text in texts) < len(texts):
            texts = [", ".join(texts)]
        for text in texts[:MOST_LAYERS]:
            layer = _layer(text)
            if layer is None or state is None:
                return None
            state = _behind(layer, state)
        return state


def _with_colon(segment: str) -> list[str]:
    """``Conv 5×5, 6 filters: 28×28×6`` is a layer and its size, ``Conv1: 5×5`` one layer."""
    head, sign, tail = segment.rpartition(":")
    return [head, tail] if sign and _kind(head) and _WINDOW.search(head) and _size(tail) else [segment]


def _size(text: str) -> Shape | None:
    """The size that a segment is, with nothing besides but what it is the size of."""
    if _kind(text):
        return None
    maps = _MAPS.search(text)
    match = maps or _SIZE.search(text)
    if match is None:
        return None
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    if not _LABEL.match(re.sub(r"[()\[\].,=:]", " ", rest)):
        return None
    a, b = int(match["a"]), int(match["b"])
    if maps:
        return Shape(a, b, int(maps["maps"]), first=True)
    return _shape(a, b, int(match["c"]) if match["c"] else None)


def _shape(a: int, b: int, c: int | None) -> Shape | None:
    """Three numbers as height, width and channels, by the two that are equal; None where that tells nothing."""
    if not 0 < max(a, b, c or 1) <= LARGEST:
        return None
    if c is None:
        return Shape(a, b)
    if a == b:
        return Shape(a, b, c)
    return Shape(b, c, a, first=True) if b == c else None


def _held(line: int, text: str, size: Shape, state: _State) -> Computation | None:
    """A size against what is known; None where it is neither what is written nor impossible."""
    allowed = {_comparable(shape, size) for shape in state.all}
    plain = {_comparable(shape, size) for shape in state.plain}
    said = replace(size, first=False)
    if None in allowed or not (said in plain or said not in allowed):
        return None
    likely = replace(state.likely, first=size.first)
    return Computation(line, text.strip(" .,"), said in plain, float(likely.height), named=str(likely))


def _comparable(shape: Shape, size: Shape) -> Shape | None:
    """A shape as it is held against a size: without the channels that one of them does not say."""
    if bool(shape.height) != bool(size.height):
        return None
    if shape.channels is None and size.channels is not None:
        return replace(shape, channels=size.channels, first=False)
    return replace(shape, channels=shape.channels if size.channels is not None else None, first=False)


# --- layers ------------------------------------------------------------------------------------


def _kind(text: str) -> str:
    return next((kind for kind, pattern in _KINDS.items() if re.search(pattern, text, re.IGNORECASE)), "")


def _layer(text: str) -> Layer | None:
    """The layer that a text speaks of; None where it says anything that is not followed."""
    kind = _kind(text)
    if kind in ("", "stop") or _PASSED_OVER.search(text):
        return None
    rest = text
    if vgg := _VGG.search(text):
        window = int(vgg["window"])
        return Layer("conv", (window, window), int(vgg["filters"]), padding=-1)
    values: dict[str, int | None] = dict.fromkeys(_PARAMETERS)
    for name in ("stride", "padding"):
        rest, values[name] = _taken(rest, _PARAMETERS[name])
    if _EACH_SIDE.search(rest):
        values["padding"] = -1
    elif _NO_PADDING.search(rest):
        values["padding"] = 0
    depth: int | None = None
    window_: tuple[int, int] | None = None
    if kind in ("conv", "pool"):
        rest, values["filters"] = _taken(rest, (_MANY_WINDOWS.pattern, *_PARAMETERS["filters"]))
        windows = list(_WINDOW.finditer(rest))
        square, side = _taken(rest, (_SIDE,))
        if side is not None and not windows:
            rest, window_ = square, (side, side)
        elif len(windows) == 1:
            window_ = int(windows[0]["a"]), int(windows[0]["b"])
            depth = int(windows[0]["c"]) if windows[0]["c"] else None
            rest = rest[: windows[0].start()] + " " + rest[windows[0].end() :]
        else:
            return None
    rest = re.sub(r"(?:[A-Za-z가-힣]+[-_ ]?|^\W*(?:step|layer|단계)\s*)\d{1,2}(?=\W|$)", " ", rest, count=1)  # conv1
    numbers = re.findall(r"\d+", rest)
    if kind in ("conv", "dense") and values["filters"] is None and len(numbers) == 1:
        values["filters"] = int(numbers.pop())
    if numbers or (kind == "dense" and values["filters"] is None) or values["stride"] == 0:
        return None
    return Layer(kind, window_, values["filters"], values["stride"], values["padding"], depth)


def _taken(text: str, patterns: Sequence[str]) -> tuple[str, int | None]:
    """A text without the number that one of the patterns finds, and that number."""
    for pattern in patterns:
        match = re.search(pattern, text, re.IGNORECASE)
        if match:
            return text[: match.start()] + " " + text[match.end() :], int(match["number"])
    return text, None


def _behind(layer: Layer, state: _State) -> _State | None:
    """What is known behind a layer; None where that is nothing."""
    likely = _likely(layer, state.likely)
    if likely is None:
        return None
    every = {shape for before in state.all for shape in _possible(layer, before)}
    plain = {shape for before in state.plain for shape in _plainly(layer, before)}
    return _State(likely, frozenset(every | plain | {likely}), frozenset(plain | {likely}))


def _likely(layer: Layer, before: Shape) -> Shape | None:
    return next(iter(_plainly(layer, before)), None)


def _plainly(layer: Layer, before: Shape) -> list[Shape]:
    """The shapes that go by what is written, the likeliest first: no padding where none is, or the same size."""
    if layer.kind == "same":
        return [before]
    if layer.kind == "flat":
        known = before.height and before.channels is not None
        return [Shape(0, 0, before.height * before.width * (before.channels or 0))] if known else []
    if layer.kind == "dense":
        return [Shape(0, 0, layer.filters)]
    assert layer.window is not None
    if not before.height or (layer.depth and before.channels and layer.depth != before.channels):
        return []
    channels = before.channels if layer.kind == "pool" else layer.filters
    sizes: list[Shape | None] = []
    stride = layer.stride or (1 if layer.kind == "conv" else layer.window[0])
    if layer.padding == -1:
        return [Shape(-(-before.height // stride), -(-before.width // stride), channels, before.first)]
    padding = layer.padding or 0
    rounding = (False, True) if layer.kind == "pool" else (False,)
    sizes += [_slid(before, layer.window, stride, padding, channels, up=up) for up in rounding]
    if layer.padding is None and layer.kind == "conv":
        sizes.append(Shape(-(-before.height // stride), -(-before.width // stride), channels, before.first))
    return [size for size in sizes if size is not None]


def _possible(layer: Layer, before: Shape) -> Iterator[Shape]:
    """All shapes that some padding, and a stride where none is written, give."""
    if layer.kind not in ("conv", "pool"):
        yield from _plainly(layer, before)
        return
    assert layer.window is not None
    strides = [layer.stride] if layer.stride else [1, 2] if layer.kind == "conv" else range(1, max(layer.window) + 1)
    paddings = range(max(layer.window)) if layer.padding is None else [max(layer.padding, 0)]
    channels = before.channels if layer.kind == "pool" else layer.filters
    for stride in strides:
        if layer.padding == -1:
            yield Shape(-(-before.height // stride), -(-before.width // stride), channels, before.first)
            continue
        for padding in paddings:
            for up in (False, True):
                size = _slid(before, layer.window, stride, padding, channels, up=up)
                if size is not None:
                    yield size


def _slid(
    before: Shape, window: tuple[int, int], stride: int, padding: int, channels: int | None, *, up: bool
) -> Shape | None:
    """The shape behind a window that slides; ``up`` rounds a last step that does not fit up."""
    steps = [
        (length + 2 * padding - width + (stride - 1 if up else 0)) // stride + 1
        for length, width in zip((before.height, before.width), window, strict=True)
    ]
    return Shape(steps[0], steps[1], channels, before.first) if min(steps) > 0 else None


# --- tables ------------------------------------------------------------------------------------

_COLUMNS = {
    "output": r"output|출력|^size$|^크기$|feature map size|shape",
    "count": r"param|파라미터|매개\s*변수|weights|가중치",
    "stride": r"stride|스트라이드|보폭",
    "padding": r"pad|패딩",
    "filters": r"filters$|#\s*filters|number of (?:filters|kernels)|channels?$|feature\s*maps?$|필터\s*수|채널",
    "window": r"kernel|window|filter size|커널|필터\s*크기|윈도우",
    "more": r"description|설명|details",
    "layer": r"layer|operation|type|name|층|계층|레이어|연산|^op$",
}


_UNITS = re.compile(r"\W*(?:(?:None|batch|[BN]|-?1)\s*[,×x]\s*)*(?P<units>\d[\d,]*)\W*", re.IGNORECASE)  # of a vector


class _Table:
    """A table with a row for each layer: the columns that are known, and what is known behind the last row."""

    def __init__(self, columns: dict[str, int]) -> None:
        self._columns = columns
        self._state: _State | None = None

    def __bool__(self) -> bool:
        return "layer" in self._columns and bool(self._columns.keys() & {"output", "count", "more"})

    @classmethod
    def of(cls, header: Sequence[str]) -> _Table:
        columns: dict[str, int] = {}
        for place, cell in enumerate(header):
            name = next((name for name, said in _COLUMNS.items() if re.search(said, cell, re.IGNORECASE)), None)
            if name is not None:
                columns.setdefault(name, place)
        return cls(columns)

    def row(self, line: int, cells: Sequence[str]) -> Iterator[Computation]:
        """The size and the count of a row, held against the row before."""
        if all(not cell or set(cell) <= set("-: ") for cell in cells):
            return
        said = {name: cells[place] for name, place in self._columns.items() if place < len(cells)}
        if "output" not in said and (output := _OUTPUT.search(said.get("more", ""))):
            said |= {"output": output["size"], "more": said["more"][: output.start()]}
        elif (
            "output" not in said
            and _INPUT.match(said.get("layer", ""))
            and (size_ := _SIZE.search(said.get("more", "")))
        ):
            said |= {"output": size_[0], "more": ""}
        size = _size(said.get("output", ""))
        layer = counted = _layer(self._words(said))
        if size is None and (units := _UNITS.fullmatch(said.get("output", ""))):
            kind = _kind(said.get("layer", ""))
            length = int(units["units"].replace(",", ""))
            if kind in ("flat", "dense"):
                size = Shape(0, 0, length)
            if kind == "dense" and layer is None:
                counted = Layer("dense", None, length)  # as many units as it gives out
        before, behind = self._state, None
        if layer is not None and before is not None:
            behind = _behind(layer, before)
        if size is not None and behind is not None:
            computation = _held(line, f"{said['layer']}: {said['output']}", size, behind)
            if computation is not None:
                yield computation
        if counted is not None and before is not None:
            yield from _counted(line, said, counted, before.likely if len(before.all) == 1 else None)
        if size is not None:
            self._state = _State.of(size)
        elif said.get("output", "").strip(" -–—"):
            self._state = None  # something that is not followed
        else:
            self._state = behind

    @staticmethod
    def _words(said: dict[str, str]) -> str:
        """What the columns say of a layer, in one text."""
        names = {"stride": "stride", "padding": "padding", "filters": "filters"}
        parts = [said.get("layer", ""), said.get("window", ""), said.get("more", "")]
        for name, word in names.items():
            value = said.get(name, "").strip(" -–—")
            if value.isdecimal():
                parts.append(f"{word} {value}")
            elif value:
                parts.append(value)
        return ", ".join(part for part in parts if part)


def _counted(line: int, said: dict[str, str], layer: Layer, before: Shape | None) -> Iterator[Computation]:
    """The number of parameters of a layer, with its biases or without them."""
    written = re.fullmatch(r"(?:≈|~|about|약)?\s*(\d[\d,.]*\s*[kKM]?)", said.get("count", "").strip())
    if written is None or before is None or layer.filters is None:
        return
    if layer.kind == "conv" and layer.window and before.channels:
        fan_in = layer.window[0] * layer.window[1] * before.channels
        way = f"({layer.window[0]}·{layer.window[1]}·{before.channels} + 1)·{layer.filters}"
    elif layer.kind == "dense" and before.channels:
        fan_in = before.height * before.width * before.channels if before.height else before.channels
        way = f"({fan_in} + 1)·{layer.filters}"
    else:
        return
    counts = ((fan_in + 1) * layer.filters, fan_in * layer.filters)
    right = any(agrees(count, written[1], near=False) for count in counts)
    named = f"{way} = {counts[0]:,}"
    yield Computation(line, f"{said['layer']}: {written[1]}", right, float(counts[0]), named=named)
