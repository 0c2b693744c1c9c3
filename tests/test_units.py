"""Units: how they are read and converted, and numbers with units and significant figures graded."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizprep import formatting, proofs, units
from quizprep.deck.check_file import Library, check_file
from quizprep.errors import LearnerError
from quizprep.graded import grade, why_wrong
from quizprep.kinds import quantity
from quizprep.kinds.number import Number
from quizprep.question import Asked, Attempt, Question, Reply
from quizprep.text import Text
from quizprep.values import Computed

F1 = proofs.get("f1-score")  # any proof: what is asked for is written into the question
TP = 8.0


def asked_for(kind: Number, typed: str, language: str = "en") -> tuple[Asked, Attempt]:
    """An answer to a question whose value is an expression over TP = 8."""
    question = Question(
        "test", kind, "classification-metrics", ("f1-score",), "f1-score", Text("?", ko="?"), Text("!", ko="!")
    )
    asked = Asked(question, 0, language, "?", "", {"TP": TP, "FP": 2.0, "FN": 4.0})
    results = {"precision": 0.8, "recall": 2 / 3, "f1": 8 / 11}
    return asked, grade(asked, Reply(typed), Computed(results, (), (), "", 0.0), F1)


def told(kind: Number, typed: str, language: str = "en") -> str:
    """Why an answer is wrong."""
    asked, attempt = asked_for(kind, typed, language)
    assert not attempt.correct
    return why_wrong(asked, attempt, F1)


GRAVITY = Number("9.80665", unit="m/s^2")


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("N", "kg m/s^2"),
        ("kg·m²·s⁻²", "J"),
        ("m/s/s", "m s^-2"),
        ("metres per second squared", "m/s2"),
        (r"\frac{m}{s^2}", r"\mathrm{m\,s^{-2}}"),
        ("kWh", "MJ"),
        ("µm", "μm"),
        ("㎡", "m^2"),
        ("ohm", "V/A"),
        ("kOhm", "MΩ"),
        ("degrees Celsius", "℃"),
        ("J/(kg K)", "m^2/(s^2 K)"),
        ("1/s", "s^-1"),
        ("m^(1/2)", "m^{1/2}"),
        ("min", "hours"),
    ],
)
def test_units_of_one_dimension_however_they_are_written(text: str, other: str) -> None:
    first, second = units.read(text), units.read(other)
    assert first and second and units.comparable(first, second)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "foo",
        "20",
        "m/",
        "(m",
        "pi",
        "e",
        "m^99",
        "QQm",
        "kkg",
        "m)",
        "/",
        "m//s",
        "x" * 99,
        "m^2.5",
        "((((((m))))))",
    ],
)
def test_what_is_no_unit(text: str) -> None:
    assert units.read(text) is None


@pytest.mark.parametrize(
    ("number", "of", "unit", "expected"),
    [
        (36, "km/h", "m/s", 10),
        (1, "kWh", "J", 3.6e6),
        (20, "°C", "K", 293.15),
        (212, "°F", "°C", 100),
        (180, "°", "rad", 3.141592653589793),
        (1, "atm", "bar", 1.01325),
        (1, "eV", "J", 1.602176634e-19),
        (1, "L", "cm^3", 1000),
        (1, "t", "kg", 1000),
        (1, "h", "s", 3600),
        (60, "rpm", "rad/s", 6.283185307179586),
        (1, "MB", "kbit", 8000),
        (1, "J/(g °C)", "J/(kg K)", 1000),
        (50, "%", "1", 0.5),
        (1, "in", "cm", 2.54),
        (1, "g", "kg", 1e-3),
        (3, "Mm", "mm", 3e9),
    ],
)
def test_conversions(number: float, of: str, unit: str, expected: float) -> None:
    given_unit, wanted = units.read(of), units.read(unit)
    assert given_unit and wanted and units.comparable(given_unit, wanted)
    assert units.convert(number, given_unit, wanted) == pytest.approx(expected, rel=1e-12)
    assert units.convert(expected, wanted, given_unit) == pytest.approx(number, rel=1e-9)


@given(st.text("kmgs/^2-·*() 1µ°C.e", max_size=30))
def test_any_text_is_a_unit_or_none(text: str) -> None:
    try:
        unit = units.read(text)
    except LearnerError:
        return
    assert unit is None or unit.factor > 0


@given(st.text("0123456789.,+-*/^() mskgN°C%eE×·²√", max_size=40), st.booleans())
def test_any_text_is_a_quantity_or_refused_in_words(text: str, needed: bool) -> None:
    asked = units.read("m/s^2")
    assert asked
    try:
        found = quantity.read(text, asked, needed=needed)
    except LearnerError:
        return
    assert found.unit and found.text


def test_what_stands_behind_a_slash_is_asked_about() -> None:
    with pytest.raises(LearnerError, match=r"J/\(kg K\)"):
        units.read("J/kg K")


@pytest.mark.parametrize(
    "typed",
    [
        "9.81 m/s^2",
        "9,81 m/s²",
        "981 cm/s^2",
        "9.81",
        "9.81 N/kg",
        r"9.81\,\mathrm{m/s^2}",
        "35.3 km/(h s)",
        "9.81 M/S^2",
        "sqrt(96.17) m/s^2",
        "0,00981 km/s²",
    ],
)
def test_a_quantity_is_right_in_any_unit(typed: str) -> None:
    assert asked_for(GRAVITY, typed)[1].correct


def test_another_dimension_is_told_as_such() -> None:
    assert told(GRAVITY, "9.81 m/s") == "The unit is that of a speed; an acceleration was asked for."
    assert "가속도" in told(GRAVITY, "9.81 m/s", "ko")
    assert "m/s²" in told(GRAVITY, "9.81 m^5")


def test_a_number_that_is_right_in_another_unit_is_told_as_such() -> None:
    assert told(GRAVITY, "9.81 cm/s^2") == "The number is right in m/s², not in cm/s²."


@pytest.mark.parametrize("typed", ["9.81 foo", "9.81 m/kg s", "9,810 m/s^2", "m/s^2", "", "9.81 m/s^2 or so"])
def test_what_cannot_be_read_is_asked_again(typed: str) -> None:
    with pytest.raises(LearnerError):
        asked_for(GRAVITY, typed)
    assert GRAVITY.unread(typed, F1)


@pytest.mark.parametrize(
    ("typed", "unit"), [("5 min 30 s", "s"), ("2 h 30 min", "s"), ("5 ft 3 in", "m"), ("30° 15′", "rad")]
)
def test_several_units_are_no_product(typed: str, unit: str) -> None:
    with pytest.raises(LearnerError, match=f"more than one unit: give it in {unit}"):
        asked_for(Number("150", unit=unit), typed)  # which 5·min(30) is


@pytest.mark.parametrize(
    ("answer", "typed"), [("1.6e-19", "1.6e-19"), ("1.6e-19", "1.6E-19"), ("2 pi", "2 pi"), ("8^0.5", "2 sqrt(2)")]
)
def test_a_number_without_its_unit_may_be_written_as_any_number(answer: str, typed: str) -> None:
    assert asked_for(Number(answer, unit="C"), typed)[1].correct
    with pytest.raises(LearnerError, match="is no unit"):
        asked_for(Number(answer, unit="C"), f"{typed[0]} e")


def test_units_of_one_character_as_keyboards_have_them() -> None:
    assert asked_for(Number("293.15", unit="K"), "20 ℃")[1].correct
    assert asked_for(Number("20", unit="m^2"), "20 ㎡")[1].correct


def test_a_missing_unit_is_asked_for_where_it_is_a_part_of_the_answer() -> None:
    kind = dataclasses.replace(GRAVITY, unit_asked=True)
    with pytest.raises(LearnerError, match="unit is missing"):
        asked_for(kind, "9.81")
    assert kind.unread("9.81", F1) and not kind.unread("9.81 m", F1)  # which says nothing of what is right
    assert asked_for(kind, "981 cm/s^2")[1].correct
    assert not any("m/s" in line["en"] for line in kind.keys(0, shown=True))


def test_a_temperature_and_a_difference_of_temperatures() -> None:
    kelvin = Number("293.15", unit="K", figures=4)
    assert asked_for(kelvin, "20 °C")[1].correct
    assert asked_for(kelvin, "68 °F")[1].correct
    assert asked_for(kelvin, "20 C")[1].correct and asked_for(kelvin, "68 F")[1].correct  # no coulombs, no farads
    assert not asked_for(kelvin, "25 °C")[1].correct
    with pytest.raises(LearnerError, match="give it in K"):
        asked_for(Number("20", unit="K"), "20 °C")  # it may be a difference
    assert asked_for(Number("20", unit="°C"), "20 C")[1].correct  # no coulombs


def test_a_frequency_is_no_angular_speed() -> None:
    with pytest.raises(LearnerError, match="rad/s"):
        asked_for(Number("2", unit="rad/s"), "2 Hz")
    assert asked_for(Number("2", unit="rad/s"), "2 1/s")[1].correct
    assert asked_for(Number("2", unit="Hz"), "2 /s")[1].correct


def test_small_quantities_are_not_all_the_same() -> None:
    charge = Number("1.602e-19", unit="C")
    assert asked_for(charge, "1.60e-19 C")[1].correct
    assert asked_for(charge, "0.160 aC")[1].correct
    assert not asked_for(charge, "1.70e-19 C")[1].correct
    assert not asked_for(charge, "0")[1].correct


@pytest.mark.parametrize(
    ("answer", "typed", "right"),
    [
        ("9.80665", "9.81", True),
        ("9.80665", "9.80665", True),
        ("9.80665", "9.812", False),
        ("9.80665", "9.80", False),
        ("9.996", "10.0", True),
        ("0.0012345", "1.23e-3", True),
        ("0.0012345", "0.00124", False),
        ("9.8", "9.8", True),
        ("-12345", "-12300", True),
        ("1.5e-15", "1.5e-15", True),
        ("1.5e-15", "1.6e-15", False),
    ],
)
def test_significant_figures(answer: str, typed: str, right: bool) -> None:
    assert asked_for(Number(answer, 0.0, figures=3), typed)[1].correct is right


def test_a_value_is_rounded_in_the_unit_in_which_it_is_typed() -> None:
    kind = Number("9.80556", 0.0, "m/s", 3)
    for typed in ("9.81 m/s", "35.3 km/h", "35.30 km/h", "9.81"):
        assert asked_for(kind, typed)[1].correct
    assert not asked_for(kind, "35.4 km/h")[1].correct


def test_too_few_figures_are_asked_for_again() -> None:
    kind = Number("9.80665", 0.0, "m/s^2", 3)
    with pytest.raises(LearnerError, match="3 significant digits"):
        asked_for(kind, "9.8 m/s^2")
    assert kind.keys(0, shown=True)[0]["en"].startswith("number, 3 significant figures")
    _, attempt = asked_for(kind, "8 m/s^2")
    assert kind.expected_text(attempt, Computed({}, (), (), "", 0.0), F1) == "9.81 m/s²"


def test_angles_are_converted_as_the_handbook_says() -> None:
    assert asked_for(Number("pi / 6", unit="rad"), "30°")[1].correct
    assert asked_for(Number("30", unit="°"), "0.5236 rad")[1].correct


@pytest.mark.parametrize(("number", "text"), [(9.8, "9.80"), (119.6, "120"), (12000, "1.20×10⁴"), (9.996, "10.0")])
def test_rounded_numbers_keep_their_zeros(number: float, text: str) -> None:
    assert formatting.rounded(number, 3) == text


def test_an_older_tolerance_beside_figures_is_one_more_way_to_be_right() -> None:
    assert asked_for(Number("9.80665", 0.01, figures=3), "9.75")[1].correct


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ("figures: 0", "`figures` is the number 0"),
        ("figures: two", "`figures` is `two`"),
        ("unit: J/kg K", "can be read in two ways"),
        ("unit: meterz", "there is no unit `meterz`; did you mean `meter`?"),
        ("unit: km per secnod", "there is no unit `km per secnod`; did you mean `second`?"),
        ("unit: points\n    unit_asked: true", "no unit to ask for"),
        ("unit: m\n    unit_asked: 3", "`unit_asked` is the number 3"),
    ],
)
def test_what_an_author_gets_wrong_is_told(fields: str, what: str) -> None:
    text = f"""
chapter: classification-metrics
questions:
  - id: test
    kind: number
    covers: [f1-score]
    proof: f1-score
    params: {{TP: 2..12, FP: 1..8, FN: 1..8}}
    prompt: {{en: 'With {{TP}}, {{FP}}, {{FN}}: how much?', ko: '{{TP}}, {{FP}}, {{FN}}일 때 얼마인가?'}}
    {fields}
    explain: {{en: So it is., ko: 그렇다.}}
"""
    defects = check_file(text.encode(), Library({"f1-score": F1}, {"classification-metrics"}, {"f1-score"})).defects
    assert [defect for defect in defects if what in defect.message], [defect.message for defect in defects]


@pytest.mark.parametrize(
    ("given", "asked", "fits"),
    [
        ("lm", "cd", False),
        ("cd", "lm", False),
        ("klm", "lm", True),
        ("cd sr", "lm", True),
        ("lx", "cd/m^2", False),
        ("lm/m^2", "lx", True),
        ("J", "kg m^2 rad^2/s^2", True),
    ],
)
def test_a_lumen_is_no_candela(given: str, asked: str, fits: bool) -> None:
    unit, wanted = units.read(given), units.read(asked)
    assert unit is not None and wanted is not None
    assert units.comparable(unit, wanted) is fits
    if not fits and given == "lm":
        assert "luminous flux" in str(units.mismatch(unit, wanted)["en"])
