"""``optimize --all`` and ``forecast --all``: many learners, in processes and on a real cluster of Dask; a class's."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from postgres_server import joined
from program import give_compiled_deck, quizprep

from quizprep.classroom.many_learners import computed, days_task, fit_task
from quizprep.classroom.roles import share
from quizprep.deck import Deck
from quizprep.kept import digest_of
from quizprep.memory.log_file import export_log, import_log
from quizprep.memory.options import Options
from quizprep.memory.queries import Server
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.memory.weights import fit
from quizprep.question import Attempt
from quizprep.simulation import learner, simulate
from quizprep.submissions.grading_journal import Journal
from quizprep.submissions.tasks import key_of

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
OPTIONS = Options(desired_retention=0.8)
CARDS = [entry.id for entry in Deck.open(cache_path=None).index()[:12]]


def history(path: Path, seed: int, days: int = 40) -> None:
    """A learner's own database: a dozen cards, each answered every few days."""
    draw, scheduler = random.Random(seed), Scheduler(OPTIONS, UTC)
    with Store.open(path) as store:
        store.database.write("PRAGMA synchronous = OFF")  # speed alone
        for day in range(days):
            for card in CARDS[day % 3 :: 3]:
                attempt = Attempt(card, "number", "p", day, "1", 1, True, None, {}, "cpu", 1.0)
                grade = draw.choice((1, 3, 3, 4)) if day > 3 else 3
                now = START + timedelta(days=day, minutes=CARDS.index(card))
                store.record(attempt, grade, now=now, scheduler=scheduler, took_ms=9000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("stores")
    for seed, name in enumerate(("ada", "grace")):
        history(found / f"{name}.db", seed)
    history(found / "new.db", 7, days=3)
    (found / "torn.db").write_bytes(b"SQLite format 3\0 and no more")
    return found


def test_a_task_holds_all_that_its_result_depends_on(folder: Path) -> None:
    today = (START + timedelta(days=41)).date()
    with Store.open_to_read(folder / "ada.db") as store:
        fitted = json.loads(computed(fit_task(store, Options()))[0])
        own = fit(list(store.reviews()), OPTIONS.weights)
        task = days_task(store, Options(), CARDS, today, 10, None, 3)
        found = learner(store, Scheduler(OPTIONS), CARDS, today)
    assert fitted["log_loss"]["fitted"] == pytest.approx(own.loss_fitted, abs=1e-4)
    assert fitted["reviews"] == {"fitted": own.n_train, "held_out": own.n_held_out}
    days, simulated = json.loads(computed(task)[0]), simulate(found, 0.8, 10, seed=3)
    assert days["retention"] == 0.8  # the learner's own, as the log has it
    assert days["known"] == pytest.approx(simulated.known) and days["heaviest_day"] == max(simulated.cards)


@pytest.mark.slow
def test_the_same_comes_of_any_number_of_processes(folder: Path, tmp_path: Path) -> None:
    for command in (("optimize",), ("forecast", "--days", "10", "--at", "2026-02-20T09:00")):
        said = []
        for jobs in ("1", "2"):
            done = quizprep(*command, "--all", "--stores", str(folder), "--jobs", jobs, "--json", home=tmp_path)
            assert done.returncode == 0, done.stderr
            said.append(done.stdout)
        assert said[0] == said[1]
        found = json.loads(said[0])["learners"]
        assert [*found] == ["ada", "grace", "new", "torn"]
        assert "problem" not in found["ada"] and "problem" in found["torn"]
        assert ("problem" in found["new"]) == (command == ("optimize",))  # too few reviews for a fit
        assert not list(tmp_path.glob("*.journal*"))
    table = quizprep("optimize", "--all", "--stores", str(folder), "--lang", "en", home=tmp_path)
    assert "ada" in table.stdout and "FSRS" in table.stdout and "new: " in table.stderr and "torn: " in table.stderr


@pytest.mark.slow
def test_a_run_that_was_broken_off_computes_what_is_left(folder: Path, tmp_path: Path) -> None:
    with (
        Store.open_to_read(folder / "ada.db") as store,
        Journal.open(tmp_path / "optimize-all.journal", digest_of((), ())) as journal,
    ):
        journal.keep(key_of(fit_task(store, Options())), '{"problem": ["computed before", ""]}')
    done = quizprep("optimize", "--all", "--stores", str(folder), "--json", home=tmp_path)
    found = json.loads(done.stdout)["learners"]
    assert found["ada"] == {"problem": ["computed before", ""]} and "weights" in found["grace"]


@pytest.mark.slow
def test_the_same_comes_of_a_cluster(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install 'quizprep[cluster]'")
    give_compiled_deck(tmp_path)
    monkeypatch.setenv("QUIZPREP_HOME", str(tmp_path))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    ) as cluster:
        for command in (("optimize",), ("forecast", "--days", "10", "--at", "2026-02-20T09:00")):
            asked = (*command, "--all", "--stores", str(folder), "--json")
            there = quizprep(*asked, "--cluster", cluster.scheduler_address, home=tmp_path)
            assert there.returncode == 0, there.stderr
            assert there.stdout == quizprep(*asked, "--jobs", "1", home=tmp_path).stdout


def test_options_of_all_go_with_all(tmp_path: Path) -> None:
    for arguments, said in (
        (("optimize", "--jobs", "2"), "--all"),
        (("forecast", "--stores", str(tmp_path)), "--all"),
        (("optimize", "--all"), "QUIZPREP_STORE"),
        (("optimize", "--all", "--stores", str(tmp_path / "none")), "no database"),
        (
            ("forecast", "--all", "--stores", str(tmp_path), "--retention", "0.8", "--retention", "0.9"),
            "one --retention",
        ),
    ):
        done = quizprep(*arguments, "--lang", "en", home=tmp_path)
        assert done.returncode == 2 and said in done.stderr, done


@pytest.mark.slow
def test_a_class_is_computed_as_its_learners_own_files(course: str, folder: Path, tmp_path: Path) -> None:
    teacher = joined(course, tmp_path, teacher=True)
    names = {}
    for name in ("ada", "grace"):
        place = joined(course, tmp_path)
        with Store.open_to_read(folder / f"{name}.db") as source, Store.open(place) as target:
            import_log(target, map(json.dumps, export_log(source)))
        who = place.url.split("//")[1].split(":")[0]
        names[who] = name
        if name == "ada":
            share(place.url, teacher.url.split("//")[1].split(":")[0])
            shared = who
        learns_in(place, tmp_path)
    for command in (("optimize",), ("forecast", "--days", "10", "--at", "2026-02-20T09:00")):
        env = {"QUIZPREP_STORE": teacher.url}
        done = quizprep(*command, "--all", "--json", home=tmp_path, env=env)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)["learners"]
        alone = quizprep(*command, "--all", "--stores", str(folder), "--json", home=tmp_path)
        assert found == {shared: json.loads(alone.stdout)["learners"]["ada"]}  # and nothing of grace


def learns_in(place: Server, home: Path) -> None:
    """Her own forecast reads a class's database as it reads a file."""
    done = quizprep("forecast", "--days", "5", "--json", home=home, env={"QUIZPREP_STORE": place.url})
    assert done.returncode == 0, done.stderr
