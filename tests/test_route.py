"""The order in which new cards come: foundations first, core first, the whole course early."""

from __future__ import annotations

from pathlib import Path

from program import quizprep

from quizprep.deck import Deck, route
from quizprep.deck.route import in_order, places
from quizprep.deck.syllabus import Topic
from quizprep.drill_session import Questions
from quizprep.memory import options
from quizprep.text import Text


def topic(id: str, *needs: str, core: bool = False) -> Topic:
    return Topic(id, "a-chapter", Text(id), "definition", core, ("000",), needs)


def test_a_topic_comes_behind_what_it_needs_and_core_ones_before_the_others():
    topics = [
        topic("late", "far", core=True),
        topic("plain"),
        topic("near"),
        topic("far", "near"),
        topic("own", core=True),
    ]
    found = places(topics)
    assert sorted(found, key=found.__getitem__) == ["near", "far", "late", "own", "plain"]


def test_a_need_that_is_not_there_holds_nothing_up():
    assert places([topic("one", "elsewhere")]) == {"one": 0}


def test_every_topic_of_the_course_has_its_place_behind_its_needs():
    topics = list(Deck.open(cache_path=None).syllabus().topics())
    found = places(topics)
    assert len(found) == len(topics)
    assert all(found[need] < found[each.id] for each in topics for need in each.needs)


def test_most_core_topics_are_met_within_two_hundred_cards():
    """Listed by file, 53 of 168 were."""
    deck = Deck.open(cache_path=None)
    core = {each.id for each in deck.syllabus().topics() if each.core}
    order = in_order(deck)
    assert len(order) == len(deck.index()) and {entry.id for entry in order} == {entry.id for entry in deck.index()}
    met = core & set().union(*(entry.covers for entry in order[:200]))
    assert len(met) > 0.8 * len(core)
    assert order[0].chapter == "learning-basics"


def test_only_the_questions_asked_for_are_put_in_order():
    deck = Deck.open(cache_path=None)
    chosen = deck.select(["optimisers"])
    assert {entry.id for entry in in_order(deck, chosen)} == {entry.id for entry in chosen}


def test_the_orders_of_the_setting_hold_all_questions():
    deck = Deck.open(cache_path=None)
    chosen = deck.select(["optimisers", "ensembles"])
    for name in options.ORDERS:
        found = route.ORDERS[name](deck, chosen)
        assert {entry.id for entry in found} == {entry.id for entry in chosen}
    assert route.ORDERS["content"](deck, chosen) == chosen != route.ORDERS["random"](deck, chosen)


def test_a_drill_takes_the_order_that_it_is_given():
    deck = Deck.open(cache_path=None)
    assert Questions(lambda: deck, [], in_order).ids == [entry.id for entry in in_order(deck)]
    assert Questions(lambda: deck, []).ids == [entry.id for entry in deck.index()]


def test_an_order_that_there_is_not_is_refused(tmp_path: Path):
    refused = quizprep("drill", "--json", home=tmp_path, env={"QUIZPREP_DRILL_ORDER": "backwards"})
    assert refused.returncode == 2 and "course, content, random" in refused.stderr
