PYTHON ?= python

.PHONY: check quick lint types test content proofs docs screens benchmarks

check: lint types test  ## everything that CI runs; the tests ask every question and run every proof

quick: lint types  ## the same without the slow tests, to run before every commit
	$(PYTHON) -m pytest -n auto -m "not slow"

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types:
	$(PYTHON) -m mypy

test:
	$(PYTHON) -m pytest -n auto

content:  ## what tests/test_content.py and tests/test_errata.py do, with progress and a place for each defect
	$(PYTHON) -m quizprep lint

proofs:  ## what tests/test_proofs.py does, as a table
	$(PYTHON) -m quizprep prove --all --fresh

docs:  ## the pages that follow from the program
	$(PYTHON) docs/generate.py

screens:  ## the pictures in the README, from the real program
	$(PYTHON) benchmarks/screens.py

benchmarks:
	$(PYTHON) benchmarks/startup.py
	$(PYTHON) benchmarks/check.py
	$(PYTHON) benchmarks/fuzz.py --lines 4000
	$(PYTHON) benchmarks/drill.py
	$(PYTHON) benchmarks/optimize.py
	$(PYTHON) benchmarks/exam.py --learners 100
