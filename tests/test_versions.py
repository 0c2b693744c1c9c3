"""The versions of the dependencies: each has a lowest one, which benchmarks/versions.py tests; the package asks for no more."""

from __future__ import annotations

import ast
import importlib.util
import sys
import tomllib
from importlib.metadata import version

from packaging.requirements import Requirement
from program import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DEPENDENCIES = [Requirement(each) for each in PROJECT["dependencies"]]
EXTRAS = {extra: [Requirement(each) for each in listed] for extra, listed in PROJECT["optional-dependencies"].items()}
OF_FEATURES = [  # what a part of the program asks for, which says so where it is missing
    each for extra, listed in EXTRAS.items() if extra not in ("test", "oracle") for each in listed
]
ITSELF = next(each for each in EXTRAS["test"] if each.name == PROJECT["name"])  # with its extras
OF_TESTS = [each for extra in EXTRAS for each in EXTRAS[extra] if each is not ITSELF]
IMPORTED_AS = {"pyyaml": "yaml"}


def test_no_test_is_left_out_for_want_of_an_extra() -> None:
    assert ITSELF.extras == EXTRAS.keys() - {"test"}


def test_every_dependency_has_a_lowest_version_and_is_there_within_its_bounds() -> None:
    for dependency in (*DEPENDENCIES, *OF_TESTS):
        assert ">=" in {bound.operator for bound in dependency.specifier}, dependency
        if dependency.marker and not dependency.marker.evaluate():
            continue
        assert dependency.specifier.contains(version(dependency.name), prereleases=True), dependency


def test_the_run_with_the_lowest_versions_leaves_none_out() -> None:
    specification = importlib.util.spec_from_file_location("versions", ROOT / "benchmarks" / "versions.py")
    versions = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(versions)
    pinned = [Requirement(each) for each in versions.lowest([])]
    assert [each.name for each in pinned] == [dependency.name for dependency in DEPENDENCIES]
    for each, dependency in zip(pinned, DEPENDENCIES, strict=True):
        (lowest,) = each.specifier
        assert lowest.operator == "==" and dependency.specifier.contains(lowest.version)
    assert "torch" not in {Requirement(each).name for each in versions.lowest(["torch"])}


def test_the_package_imports_nothing_that_it_does_not_depend_on() -> None:
    standard = {*sys.stdlib_module_names, "compression"}  # which Python has since 3.14
    asked_for = [*DEPENDENCIES, *OF_FEATURES]
    known = {*standard, "quizprep", *(IMPORTED_AS.get(each.name, each.name) for each in asked_for)}
    for path in (ROOT / "quizprep").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            host = {"pytest"} if path.name == "pytest_plugin.py" else set()  # which nothing but pytest loads
            assert {name.partition(".")[0] for name in names} <= known | host, (path, names)
