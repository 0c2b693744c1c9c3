"""What a proof says about a question's numbers: expressions of the content, evaluated. No torch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from quizprep.errors import AuthorError, FormulaError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.tree import Node, free_symbols
from quizprep.frozen import frozen
from quizprep.proofs import Proof
from quizprep.text import quoted
from quizprep.values import Value


def plain_results(proof: Proof, values: Mapping[str, Value], wanted: Iterable[Node]) -> dict[str, Value]:
    """The steps that ``wanted`` formulas need, evaluated from their formulas over plain numbers.

    Raises KeyError for a step without a formula, FormulaError where plain numbers do not do.
    """
    results = proof.with_axes(values)
    needed = {name for tree in wanted for name in free_symbols(tree)} - set(results)
    formulas: dict[str, Node] = {}
    for name in reversed(list(proof.steps)):
        if name in needed:
            formula = proof.step_formula(name)
            if formula is None:
                raise KeyError(name)
            formulas[name] = formula
            needed.update(free_symbols(formula))
    for name, tree in reversed(formulas.items()):
        results[name] = evaluate(tree, results)
    return results


@frozen
class Facts:
    """A question's drawn numbers and what its proof computed from them; ``results`` is None before that.

    ``place`` is where the question stands, for messages: ``file:line: id``.
    """

    place: str
    proof: Proof
    values: Mapping[str, Value]
    results: Mapping[str, Value] | None

    def value(self, expression: str) -> Value:
        """An expression of the content. Raises AuthorError, with the question's place, where it has no value."""
        return self._value(expression, self.proof.formula)

    def holds(self, condition: str) -> bool:
        """Whether a condition of the content is true. Raises AuthorError as :meth:`value` does."""
        return bool(self._value(condition, self.proof.condition))

    def _value(self, text: str, read: Callable[[str], Node]) -> Value:
        known = {**self.values, **(self.results or {})}
        try:
            symbols = {name: known[name] for name in self.proof.symbols if name in known}
            found: Value = evaluate(read(text), {**self.proof.with_axes(symbols), **known})
        except FormulaError as error:
            raise AuthorError(f"{self.place}: `{text}` has no value: {quoted(error.said)}; correct it") from error
        return found

    def menu_values(self, formulas: Mapping[int, str]) -> dict[int, Value]:
        """The values of a menu's formulas, before the proof has run from its steps' formulas over plain numbers.

        Raises KeyError and FormulaError as :func:`plain_results` does.
        """
        trees = {place: self.proof.formula(text) for place, text in formulas.items()}
        results = self.results
        if results is None:
            results = plain_results(self.proof, self.values, trees.values())
        known = {**self.proof.with_axes(self.values), **results}
        return {place: evaluate(tree, known) for place, tree in trees.items()}
