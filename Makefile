PYTHON ?= python

.PHONY: check lint test content proofs screens benchmarks

check: lint test content proofs  ## everything that CI runs

lint:
	$(PYTHON) -m ruff check .

test:
	$(PYTHON) -m pytest -n auto

content:
	$(PYTHON) -m quizprep lint

proofs:
	$(PYTHON) -m quizprep prove --all

screens:  ## the pictures in the README, from the real program
	$(PYTHON) benchmarks/screens.py

benchmarks:
	$(PYTHON) benchmarks/startup.py
	$(PYTHON) benchmarks/check.py
	$(PYTHON) benchmarks/drill.py
	$(PYTHON) benchmarks/optimize.py
