"""Options: flags beat the environment, which beats the file; bad ones are refused with advice."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from drill_content import write_content
from drill_driver import Driver
from hypothesis import given
from hypothesis import strategies as st
from program import objects, quizprep

from quizprep.errors import LearnerError
from quizprep.formatting import cell_width
from quizprep.memory.options import DEFAULT_WEIGHTS, Options
from quizprep.settings import SETTINGS, Settings, shown, variable_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


#: What is typed for a setting, and the value it stands for; settings that are not here take :func:`another`.
VALUES = {
    "lang": ("ko", "ko"),
    "device": ("cuda:1", "cuda:1"),
    "content": ("/", "/"),
    "exam.date": ("2026-12-16", date(2026, 12, 16)),
    "drill.order": ("random", "random"),
    "drill.leech_action": ("mark", "mark"),
    "drill.retention": ("0.85", 0.85),
    "drill.fuzz": ("no", False),
    "drill.learning_steps": ("1, 10 30", (1.0, 10.0, 30.0)),
    "drill.relearning_steps": ("none", ()),
    "drill.maximum_interval": ("365", 365),
    "drill.easy_days": ("Sat, sun=0.25", ("sat=0.5", "sun=0.25")),
    "drill.easy_seconds": ("5.5", 5.5),
    "drill.weights": (" ".join(map(str, DEFAULT_WEIGHTS)), DEFAULT_WEIGHTS),
}


def another(default: bool | float) -> tuple[str, bool | float]:
    """A value that is not the default one, as it is typed and as it is."""
    value = (not default) if isinstance(default, bool) else default + 1
    return str(value), value


@pytest.mark.parametrize("key", SETTINGS)
def test_every_setting_can_be_written_and_read_again(path: Path, key: str) -> None:
    text, value = VALUES.get(key) or another(SETTINGS[key].default)
    assert Settings(path, {}).set(key, text) == value
    found = Settings(path, {}).find(key)
    assert (found.value, found.origin) == (value, "file")
    assert Settings(path, {}).set(key, shown(value)) == value  # what is shown can be typed
    if SETTINGS[key].field:
        assert getattr(Settings(path, {}).options(), SETTINGS[key].field) == value
    Settings(path, {}).unset(key)
    assert Settings(path, {}).find(key).origin == "default" and path.exists()


ENDS = {
    "exam.date": ("2000-01-01", "2999-12-31"),
    "drill.new_per_day": ("0", "1000000"),
    "drill.reviews_per_day": ("0", "1000000"),
    "drill.retention": ("0.001", "0.9999999999999999"),
    "drill.learning_steps": ("1e-300", "5256000 " * 100),
    "drill.relearning_steps": ("none", "5256000"),
    "drill.maximum_interval": ("1", "36500"),
    "drill.day_starts_at": ("0", "23"),
    "drill.easy_seconds": ("0", "86400"),
    "drill.leech_lapses": ("1", "1000000"),
    "drill.learn_ahead": ("0", "525600"),
}


@pytest.mark.parametrize("end", [0, 1])
def test_a_drill_goes_through_with_every_setting_at_its_end(tmp_path: Path, end: int) -> None:
    for key, ends in ENDS.items():
        if key not in ("drill.new_per_day", "drill.reviews_per_day") or end:
            Settings(tmp_path / "home" / "config.toml", {}).set(key, ends[end])
    driver = Driver(tmp_path / "home", write_content(tmp_path / "content", kinds=False))
    assert driver.run("drill", "-n", "2", "--json", stdin="=4\n=1\n=4\n").summary()["answered"] > 0
    driver.run("stats", "--json")


def test_the_defaults_are_the_schedulers(path: Path) -> None:
    assert Settings(path, {}).options() == Options()
    assert Settings(path, {}).get("drill.new_per_day") == Options().new_per_day


def test_the_environment_beats_the_file_which_beats_the_default(path: Path) -> None:
    Settings(path, {}).set("drill.new_per_day", "7")
    both = Settings(path, {"QUIZPREP_DRILL_NEW_PER_DAY": "9"})
    assert both.find("drill.new_per_day").value == 9 and both.find("drill.new_per_day").origin == variable_of(
        "drill.new_per_day"
    )
    assert Settings(path, {"QUIZPREP_DRILL_NEW_PER_DAY": ""}).get("drill.new_per_day") == 7


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("drill.retntion", "0.9", "did you mean `drill.retention`?"),
        ("retention", "0.9", "did you mean `drill.retention`?"),
        ("zzz", "1", "`quizprep config` lists them"),
        ("drill.retention", "1.5", "between 0 and 1"),
        ("drill.retention", "nan", "a number"),
        ("drill.new_per_day", "many", "a whole number"),
        ("drill.new_per_day", "-1", "must not be negative"),
        ("drill.day_starts_at", "24", "from 0 to 23"),
        ("drill.fuzz", "maybe", "true or false"),
        ("drill.weights", "1 2 3", "21 numbers"),
        ("exam.date", "tomorrow", "2026-12-16"),
        ("lang", "fr", "en or ko"),
        ("device", "gpu", "cuda:N"),
        ("content", "/no/such/folder", "no such file"),
        ("content", "/" + "a" * 300, "no such file"),
        ("content", "~nobody-of-that-name/x", "no such file"),
        ("drill.new_per_day", "9" * 30, "at most 1,000,000 cards"),
        ("drill.reviews_per_day", "9" * 30, "at most 1,000,000 cards"),
        ("drill.retention", "1e-300", "at least 0.001"),
        ("drill.learning_steps", "1e300", "at most 5,256,000 minutes"),
        ("drill.relearning_steps", "1 nan", "a number"),
        ("drill.learning_steps", "1 " * 101, "at most 100 numbers"),
        ("drill.easy_seconds", "inf", "a number"),
        ("drill.easy_seconds", "1e300", "at most 86,400 seconds"),
        ("drill.leech_lapses", "9" * 30, "at most 1,000,000 times"),
        ("drill.learn_ahead", "1e300", "at most 525,600 minutes"),
        ("drill.weights", "1e300 " * 21, "the bounds of FSRS"),
        ("exam.date", "9999-12-31", "between 2000 and 2999"),
        ("exam.date", "0001-01-02", "between 2000 and 2999"),
    ],
)
def test_bad_keys_and_values_are_refused(path: Path, key: str, value: str, said: str) -> None:
    with pytest.raises(LearnerError) as refused:
        Settings(path, {}).set(key, value)
    assert said in str(refused.value)
    assert not path.exists()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[drill\n", "no TOML"),
        ("drill.retention = 3", "drill.retention"),
        ("[drill]\nretntion = 0.9", "did you mean `drill.retention`?"),
        ("[exam]\ndate = 'soon'", "2026-12-16"),
        ("[drill]\nlearning_steps = ['a']", "a number"),
        ("\udcff", "no TOML"),
        (f"a = {'[' * 100_000}", "no TOML"),
        (f"# {'a' * 2_000_000}", "longer than"),
        ("[drill]\nlearn_ahead = 1e300", "525,600 minutes"),
        ("[drill]\nlearning_steps = [nan]", "a number"),
        ("[drill]\nnew_per_day = 99999999999999999999", "1,000,000 cards"),
    ],
)
def test_a_bad_file_is_explained(path: Path, written: str, said: str) -> None:
    path.write_bytes(written.encode("utf-8", "surrogateescape"))
    with pytest.raises(LearnerError) as refused:
        list(Settings(path, {}).all())
    assert said in str(refused.value) and str(path) in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("retention", "0.9", "혹시 `drill.retention`인가요?"),
        ("zzz", "1", "`quizprep config`로 목록을"),
        ("drill.retention", "1.5", "`1.5` 값은 쓸 수 없습니다. drill.retention 값은 0과 1 사이여야 합니다."),
        ("drill.new_per_day", "many", "정수를 적으세요."),
        ("drill.fuzz", "maybe", "true 또는 false"),
        ("drill.weights", "1 2 3", "수 21개, FSRS-7이면 35개여야 합니다."),
        ("exam.date", "tomorrow", "날짜를 2026-12-16처럼 적으세요."),
        ("lang", "fr", "쓸 수 있는 값: en, ko."),
        ("content", "/no/such/folder", "그런 파일이나 폴더가 없습니다."),
    ],
)
def test_refusals_are_said_in_korean(path: Path, key: str, value: str, said: str) -> None:
    with pytest.raises(LearnerError) as refused:
        Settings(path, {}).set(key, value)
    assert said in refused.value.said["ko"]


def test_a_bad_value_in_the_file_does_not_keep_another_from_being_mended(path: Path) -> None:
    path.write_text("[drill]\nretention = 7\nnonsense = 1\n")
    chosen = Settings(path, {})
    chosen.set("drill.retention", "0.8")
    chosen.unset("drill.nonsense")
    assert Settings(path, {}).options().desired_retention == 0.8


@pytest.mark.parametrize(
    ("written", "stranger"),
    [("drill.new_per_day = {a = 1}", "drill.new_per_day.a"), ("drill = 3", "drill"), ("lang.a.b = 1", "lang.a.b")],
)
def test_what_takes_a_setting_for_a_table_is_named_and_the_file_left_alone(
    path: Path, written: str, stranger: str
) -> None:
    path.write_text(written)
    for key, value in (("drill.new_per_day", "5"), ("lang", "ko")):
        with suppress(LearnerError):
            Settings(path, {}).set(key, value)
        Settings(path, {})  # the file can still be read
    with pytest.raises(LearnerError, match=f"{stranger} --unset"):
        Settings(path, {}).set(
            "lang" if "lang" in stranger else "drill.new_per_day", "ko" if "lang" in stranger else "5"
        )
    Settings(path, {}).unset(stranger)
    chosen = Settings(path, {})
    chosen.set("lang", "ko")
    chosen.set("drill.new_per_day", "5")
    assert Settings(path, {}).options().new_per_day == 5


COMMENTED = """\
# mine, and in my order

lang = "ko"  # at home

[exam]
date = 2026-12-16

# what I can do in a day
[drill]
reviews_per_day = 60
new_per_day = 5    # fewer in December
"""


def test_a_change_keeps_comments_order_and_spaces(path: Path) -> None:
    path.write_text(COMMENTED)
    Settings(path, {}).set("drill.new_per_day", "7")
    assert path.read_text() == COMMENTED.replace("new_per_day = 5", "new_per_day = 7")
    Settings(path, {}).set("drill.learning_steps", "1 10.5 30")
    assert path.read_text().endswith("# fewer in December\nlearning_steps = [1, 10.5, 30]\n")
    Settings(path, {}).unset("exam.date")
    assert '# mine, and in my order\n\nlang = "ko"  # at home\n\n[exam]\n' in path.read_text()
    assert "# what I can do in a day\n[drill]\nreviews_per_day = 60\n" in path.read_text()


def test_a_new_file_says_what_it_is_and_an_old_one_no_longer_that_it_loses_comments(path: Path) -> None:
    Settings(path, {}).set("lang", "ko")
    assert path.read_text().startswith("# quizprep's options.") and "comments" not in path.read_text()
    path.write_text("# quizprep's options. `quizprep config` shows and sets them; it does not keep comments.\n# mine\n")
    Settings(path, {}).set("drill.fuzz", "no")
    assert "not keep comments" not in path.read_text() and "# mine\n" in path.read_text()


LINES = st.sampled_from(
    [
        "# a comment",
        "",
        'lang = "ko" # here',
        "drill.fuzz = false",
        "drill = {fuzz = true, retention = 0.8}",
        "[drill]",
        "[exam]",
        "[drill.more]",
        "['drill']",
        "date = 2026-12-16",
        "retention = 0.85\t# less",
        "new_per_day = 5",
        "'a.b' = nan",
        "steps = [1, 2] # x",
        "stranger.a.b = 'x'",
        "[[list]]",
    ]
)


@given(st.lists(LINES, max_size=9).map("\n".join), st.sampled_from(["drill.new_per_day", "lang", "exam.date"]))
def test_whatever_a_file_says_a_change_changes_one_option(tmp_path: Path, written: str, key: str) -> None:
    path, (text, value) = tmp_path / "config.toml", VALUES.get(key) or ("7", 7)
    path.write_text(written)
    try:
        before = Settings(path, {})
        before.set(key, text)
    except LearnerError:  # no TOML, or the key is a table in it
        assert path.read_text() == written
        return
    assert (
        str(Settings(path, {})._written) == str({**before._written, key: value}) or Settings(path, {}).get(key) == value
    )
    assert [line for line in written.split("\n") if line.startswith("#")] == [
        line for line in path.read_text().split("\n") if line.startswith("#") and "quizprep's options" not in line
    ]


# The command


def test_the_command_shows_sets_and_unsets(tmp_path: Path) -> None:
    def config(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return quizprep("config", *arguments, home=tmp_path, env=env)

    assert config("drill.learning_steps", "1", "10", "30").returncode == 0
    assert config("drill.learning_steps").stdout == "1 10 30\n"
    listed = objects(config("--json").stdout)[0]
    assert listed["drill.learning_steps"] == {"value": [1, 10, 30], "from": "file"} and set(listed) == set(SETTINGS)
    assert "drill.learning_steps    1 10 30" in config().stdout
    overruled = config("lang", "ko", QUIZPREP_LANG="en")
    assert "QUIZPREP_LANG" in overruled.stderr
    assert config("drill.learning_steps", "--unset").returncode == 0
    assert config("drill.learning_steps").stdout == "1 10\n"
    for wrong, said in (
        (("drill.fuz",), "drill.fuzz"),
        (("lang", "fr"), "en or ko"),
        (("--unset",), "KEY"),
        (("device", "--unset"), "not set"),
    ):
        refused = config(*wrong, QUIZPREP_LANG="en")
        assert refused.returncode == 2 and said in refused.stderr and not refused.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("config", "drill.new_per_day", "-3"), "must not be negative"),
        (("config", "drill.retention", "-0.5", "--lang", "ko"), "0과 1 사이여야 합니다"),
        (("config", "drill.learning_steps", "1", "-10"), "must be positive minutes"),
        (("config", "--topic", "attention", "drill.retention", "-.5"), "between 0 and 1"),
        (("exam", "set", "-3"), "2026-12-16"),
        (("topics", "-3"), "no chapter"),
        (("config", "drill.new_per_day", "-n"), "No such option"),
    ],
)
def test_a_negative_number_is_a_value_of_every_command(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    refused = quizprep(*arguments, home=tmp_path, env={"QUIZPREP_LANG": "en"})
    assert refused.returncode == 2 and said in refused.stderr, refused.stderr
    assert ("such option" in refused.stderr) == (arguments[-1] == "-n")


def test_the_command_in_korean(tmp_path: Path) -> None:
    def config(*arguments: str) -> subprocess.CompletedProcess[str]:
        return quizprep("config", *arguments, home=tmp_path, env={"LANG": "ko_KR.UTF-8"})

    assert config("drill.fuzz", "no").returncode == 0
    listed = config()
    assert "출처" in listed.stdout and "기본값" in listed.stdout and "증명을 계산할 장치" in listed.stdout
    assert listed.stderr.startswith("파일: ")
    places = {
        cell_width(line.partition(said)[0])
        for line in listed.stdout.splitlines()
        for said in ("출처", "기본값", "파일  ")
        if said in line
    }
    assert len(places) == 1, "the column of origins is aligned"
    assert objects(config("--json").stdout)[0]["lang"] == {"value": None, "from": "default"}
    (tmp_path / "config.toml").write_text('lang = "fr"\n')  # the locale's language where the setting is what is wrong
    assert "쓸 수 있는 값: en, ko" in config().stderr


def test_language_and_device_of_every_command_follow(tmp_path: Path) -> None:
    content = write_content(tmp_path / "content", kinds=False)
    driver = Driver(tmp_path / "home", content)
    driver.run("config", "lang", "ko")

    def header(*arguments: str, **env: str) -> str:
        return driver.run("drill", "-n", "1", *arguments, stdin="=4\n", env=env).printed()

    assert "남은 카드" in header()  # the file
    assert " left, of " in header(QUIZPREP_LANG="en")  # the environment
    assert "남은 카드" in header("--lang", "ko", QUIZPREP_LANG="en")  # the flag
    driver.run("config", "device", "cuda:77")
    for command in (
        ["drill"],
        ["quiz", "--content", str(content)],
        ["prove", "f1-score"],
        ["check", "f1-score", "P"],
        ["equal", "x", "y"],
    ):
        session = driver.start(*command, stdin="1\n")
        assert session.wait() == 2 and "cuda:77" in session.said(), command
    assert driver.start("equal", "2x", "x+x", "--device", "cpu").wait() == 0
