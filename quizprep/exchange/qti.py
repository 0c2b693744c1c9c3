"""Questions as a content package of IMS QTI 2.1, which Canvas, Moodle and others take: one item a question.

Choices, orders, words and numbers are marked by whoever imports it, numbers with their tolerance; key points, formulas
and vectors are answered in a text box, with the answer as feedback. Source: IMS Question and Test Interoperability
Assessment Test, Section and Item Information Model 2.1, and IMS Content Packaging 1.1.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from quizprep.exchange.exercises import Exercise, answers_of, options_of
from quizprep.exchange.markup import plain
from quizprep.files import binary_in_one_step
from quizprep.kinds.kind import Input
from quizprep.worked import Worked

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"
_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


def write_package(path: Path, found: Iterable[Exercise]) -> int:
    """Write the zip in one step; how many items it has. Raises LearnerError where it cannot be written."""
    names: list[str] = []
    with binary_in_one_step(path) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for exercise in found:
            name = identifier(exercise)
            names.append(name)
            package.writestr(f"items/{name}.xml", _written(item(exercise), QTI))
        package.writestr("imsmanifest.xml", _written(manifest(names), PACKAGE))
    return len(names)


def _written(root: Element, namespace: str) -> bytes:
    register_namespace("", namespace)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def identifier(exercise: Exercise) -> str:
    """The id as QTI allows one: a letter first, no slash."""
    return "q-" + _NO_NAME.sub("_", exercise.name)


def manifest(names: Iterable[str]) -> Element:
    """What the package holds."""
    root = Element(f"{{{PACKAGE}}}manifest", identifier="quizprep")
    metadata = _below(root, "metadata")
    _below(metadata, "schema").text = "QTIv2.1 Package"
    _below(metadata, "schemaversion").text = "1.0.0"
    _below(root, "organizations")
    resources = _below(root, "resources")
    for name in names:
        place = f"items/{name}.xml"
        resource = _below(resources, "resource", identifier=f"r-{name}", type="imsqti_item_xmlv2p1", href=place)
        _below(resource, "file", href=place)
    return root


def item(exercise: Exercise) -> Element:
    """One question."""
    worked = exercise.main
    language = next(iter(exercise.worked))
    root = Element(
        f"{{{QTI}}}assessmentItem",
        {
            "identifier": identifier(exercise),
            "title": exercise.name,
            "adaptive": "false",
            "timeDependent": "false",
            "{http://www.w3.org/XML/1998/namespace}lang": language,
        },
    )
    _Item(root, worked).write()
    return root


def _below(parent: Element, name: str, **attributes: str) -> Element:
    namespace = parent.tag.partition("}")[0]
    return SubElement(parent, f"{namespace}}}{name}", attributes)


class _Item:
    """Writes the parts of an item in the order that the schema has them in."""

    def __init__(self, root: Element, worked: Worked) -> None:
        self._root = root
        self._worked = worked
        self._asked = worked.posed.asked
        self._kind = worked.posed.question.kind

    def write(self) -> None:
        """What is answered, the outcomes, the body, how it is marked, and the explanation."""
        sort = self._kind.input
        if sort in (Input.PICK, Input.SORT):
            self._options(ordered=sort is Input.SORT)
        elif (tolerance := self._tolerance()) is not None:
            self._number(tolerance)
        elif accepted := getattr(self._kind, "accept", ()):
            self._words(accepted)
        else:
            self._text()
        self._feedback()

    def _declared(self, cardinality: str, base: str, right: Iterable[str]) -> Element:
        declaration = _below(
            self._root, "responseDeclaration", identifier="RESPONSE", cardinality=cardinality, baseType=base
        )
        values = list(right)
        if values:
            correct = _below(declaration, "correctResponse")
            for value in values:
                _below(correct, "value").text = value
        return declaration

    def _outcomes(self) -> None:
        score = _below(self._root, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
        _below(_below(score, "defaultValue"), "value").text = "0"
        shown = _below(
            self._root, "outcomeDeclaration", identifier="FEEDBACK", cardinality="single", baseType="identifier"
        )
        _below(_below(shown, "defaultValue"), "value").text = "EXPLANATION"

    def _body(self) -> Element:
        body = _below(self._root, "itemBody")
        _paragraphs(body, self._asked.prompt)
        return body

    def _options(self, *, ordered: bool) -> None:
        self._declared(
            "ordered" if ordered else "single", "identifier", (f"option-{place + 1}" for place in self._asked.key)
        )
        self._outcomes()
        if ordered:
            menu = _below(self._body(), "orderInteraction", responseIdentifier="RESPONSE", shuffle="false")
        else:
            menu = _below(
                self._body(), "choiceInteraction", responseIdentifier="RESPONSE", shuffle="false", maxChoices="1"
            )
        for place, option in enumerate(options_of(self._worked), 1):
            _below(menu, "simpleChoice", identifier=f"option-{place}").text = plain(option.text)
        self._marked_by("match_correct")

    def _tolerance(self) -> float | None:
        """The relative tolerance of one number; None where no number is asked for."""
        tolerance = getattr(self._kind, "tolerance", None)
        return tolerance if isinstance(self._worked.attempt.expected, int | float) else None

    def _number(self, tolerance: float) -> None:
        expected: Any = self._worked.attempt.expected
        self._declared("single", "float", [repr(float(expected))])
        self._outcomes()
        self._entry()
        mode = {"toleranceMode": "exact"}
        if tolerance and expected:
            percent = f"{100 * tolerance:.6g}"
            mode = {"toleranceMode": "relative", "tolerance": f"{percent} {percent}"}
        elif tolerance:
            mode = {"toleranceMode": "absolute", "tolerance": f"{tolerance:.6g} {tolerance:.6g}"}
        condition = _below(_below(_below(self._root, "responseProcessing"), "responseCondition"), "responseIf")
        equal = _below(condition, "equal", **mode)
        _below(equal, "variable", identifier="RESPONSE")
        _below(equal, "correct", identifier="RESPONSE")
        _below(_below(condition, "setOutcomeValue", identifier="SCORE"), "baseValue", baseType="float").text = "1"

    def _words(self, accepted: Iterable[str]) -> None:
        words = list(dict.fromkeys(accepted))
        declaration = self._declared("single", "string", words[:1])
        mapping = _below(declaration, "mapping", defaultValue="0")
        for word in words:
            _below(mapping, "mapEntry", mapKey=word, mappedValue="1", caseSensitive="false")
        self._outcomes()
        self._entry()
        self._marked_by("map_response")

    def _text(self) -> None:
        self._declared("single", "string", ())
        self._outcomes()
        _below(self._body(), "extendedTextInteraction", responseIdentifier="RESPONSE")

    def _entry(self) -> None:
        line = _below(self._body(), "p")
        _below(line, "textEntryInteraction", responseIdentifier="RESPONSE")

    def _marked_by(self, template: str) -> None:
        _below(self._root, "responseProcessing", template=f"{TEMPLATES}/{template}")

    def _feedback(self) -> None:
        worked = self._worked
        feedback = _below(
            self._root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier="EXPLANATION", showHide="show"
        )
        for text in (*answers_of(worked), worked.explain, worked.source):
            _paragraphs(feedback, text)


def _paragraphs(parent: Element, text: str) -> None:
    for line in _lines(text):
        _below(parent, "p").text = line


def _lines(text: str) -> Iterator[str]:
    yield from (line for line in plain(text).split("\n") if line.strip())
