"""Charts as plain SVG: the view gives the data, this file the geometry, `shared/charts.html` the marks.

A chart is drawn twice, wide and small, and the style sheet shows the one that fits, so that its words stay readable
on a phone. Every chart says in a sentence what is to be seen (`summary`), and stands beside its own table and its CSV.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10

from flask import Flask

Number = int | float
LETTER = 7.6  # width of a letter at 14 px, generously


@dataclass(frozen=True)
class Series:
    """One line. kind: line, second (another fact), forecast (what is not known yet). None leaves a gap."""

    name: str
    values: Sequence[Number | None]
    kind: str = "line"


@dataclass(frozen=True)
class LineData:
    """Something over time. `band` is what is uncertain, low and high for each label; `limit` a named line not to be
    crossed.
    """

    id: str
    title: str
    summary: str
    labels: Sequence[str]
    series: Sequence[Series]
    band: tuple[Sequence[Number | None], Sequence[Number | None]] | None = None
    band_name: str = ""
    limit: tuple[str, Number] | None = None
    show: Callable[[Number], str] = str
    csv_url: str | None = None
    label_name: str = ""


@dataclass(frozen=True)
class BandRow:
    """One row of a band chart: its dot, and between what chance (or doubt) allows it to be."""

    name: str
    value: Number | None
    low: Number
    high: Number

    @property
    def inside(self) -> bool:
        return self.value is None or self.low <= self.value <= self.high


@dataclass(frozen=True)
class BandData:
    """Dots against what chance allows. `middle` is the value that everyone should have on average."""

    id: str
    title: str
    summary: str
    rows: Sequence[BandRow]
    middle: Number | None = None
    name_label: str = ""
    value_label: str = ""
    band_label: str = ""
    show: Callable[[Number], str] = str
    csv_url: str | None = None


@dataclass(frozen=True)
class Mark:
    """A word at its place. anchor: start, middle, end."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class LineDrawing:
    width: int
    height: int
    left: float
    right: float
    bottom: float
    grid: list[float]
    y_words: list[Mark]
    x_words: list[Mark]
    paths: list[tuple[str, str]]
    dots: list[tuple[float, float]]
    band: str
    limit: tuple[float, Mark] | None


@dataclass(frozen=True)
class BandDrawing:
    width: int
    height: int
    left: float
    right: float
    rows: list[
        tuple[Mark, float, float, float, float, float | None, bool]
    ]  # words, top, height, low, high, dot, inside
    middle: float | None
    ticks: list[Mark]
    bottom: float


def nice_step(top: Number, parts: int = 4) -> float:
    """The round step (1, 2, 2.5 or 5 times a power of ten) that reaches `top` in about `parts` steps."""
    if top <= 0:
        return 1.0
    rough = top / parts
    power: float = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)


def _known(values: Sequence[Number | None]) -> list[Number]:
    return [value for value in values if value is not None]


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    parts, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        parts.append(f"{pen}{point[0]:.1f} {point[1]:.1f}")
        pen = "L"
    return "".join(parts)


def draw_line(data: LineData, width: int, height: int) -> LineDrawing:
    values = [v for one in data.series for v in _known(one.values)]
    if data.band:
        values += _known(data.band[1])
    if data.limit:
        values.append(data.limit[1])
    highest = max(values, default=1)
    step = nice_step(highest)
    top = step * -(-highest // step) if highest > 0 else step
    ticks = [step * i for i in range(round(top / step) + 1)]
    words = [data.show(int(tick) if float(tick).is_integer() else tick) for tick in ticks]
    left = max(len(word) for word in words) * LETTER + 10
    right, bottom, ceiling = width - 14.0, height - 30.0, 26.0
    count = max(len(data.labels) - 1, 1)

    def x(index: int) -> float:
        return round(left + 8 + (right - left - 8) * index / count, 1)

    def y(value: Number) -> float:
        return round(bottom - (bottom - ceiling) * value / top, 1)

    def points(line: Sequence[Number | None]) -> list[tuple[float, float] | None]:
        return [None if value is None else (x(index), y(value)) for index, value in enumerate(line)]

    widest = max((len(label) for label in data.labels), default=1) * LETTER + 14
    every = max(1, -(-int(widest * len(data.labels)) // max(int(right - left), 1)))
    shown = [index for index in range(len(data.labels)) if index % every == 0]
    band = ""
    if data.band:
        upper = [p for p in points(data.band[1]) if p]
        lower = [p for p in points(data.band[0]) if p]
        band = _path([*upper, *reversed(lower)]) + "Z" if upper and lower else ""
    ends = []
    for one in data.series:
        if one.kind != "forecast" and (drawn := [p for p in points(one.values) if p]):
            ends.append(drawn[-1])
    limit = None
    if data.limit:
        limit = (y(data.limit[1]), Mark(left + 8, y(data.limit[1]) - 8, data.limit[0]))
    return LineDrawing(
        width=width,
        height=height,
        left=left,
        right=right,
        bottom=bottom,
        grid=[y(tick) for tick in ticks],
        y_words=[Mark(left - 8, y(tick) + 5, word, "end") for tick, word in zip(ticks, words, strict=True)],
        x_words=[Mark(x(i), height - 8, data.labels[i], _anchor(i, len(data.labels))) for i in shown],
        paths=[(one.kind, _path(points(one.values))) for one in data.series],
        dots=ends,
        band=band,
        limit=limit,
    )


def _anchor(index: int, count: int) -> str:
    return "start" if index == 0 else "end" if index == count - 1 else "middle"


def draw_band(data: BandData, width: int, small: bool = False) -> BandDrawing:
    values = [n for row in data.rows for n in (row.value, row.low, row.high) if n is not None]
    if data.middle is not None:
        values.append(data.middle)
    low, high = min(values, default=0), max(values, default=1)
    room = (high - low) * 0.25 or 1
    low, high = (0.0 if low >= 0 and low - room < 0 else low - room), high + room
    longest = max((len(row.name) for row in data.rows), default=0)
    left = 8.0 if small else min(longest * LETTER + 24, width * 0.4)
    right = width - 14.0
    pitch, head = (58.0, 24.0) if small else (42.0, 0.0)

    def x(value: Number) -> float:
        return round(left + (right - left) * (value - low) / (high - low), 1)

    rows = []
    for index, row in enumerate(data.rows):
        top = index * pitch + head
        words = Mark(left if small else 0, top - 7 if small else top + (pitch / 2) + 5, row.name)
        dot = None if row.value is None else x(row.value)
        rows.append((words, top, pitch - head, x(row.low), x(row.high), dot, row.inside))
    bottom = len(data.rows) * pitch
    same = len({(row.low, row.high) for row in data.rows}) == 1
    ends = (data.rows[0].low, data.rows[0].high) if same else (low, high)
    marks = [(ends[0], "middle" if same else "start"), (data.middle, "middle"), (ends[1], "middle" if same else "end")]
    ticks = [
        Mark(x(mark), bottom + 20, data.show(round(mark) if high - low > 10 else mark), anchor)
        for mark, anchor in marks
        if mark is not None
    ]
    middle = x(data.middle) if data.middle is not None else None
    return BandDrawing(width, int(bottom + 30), left, right, rows, middle, ticks, bottom)


def init_charts(app: Flask) -> None:
    app.jinja_env.globals.update(draw_line=draw_line, draw_band=draw_band)
