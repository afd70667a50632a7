# Everyday tasks. `make` lists them. They use the Python of the active environment.
PYTHON ?= python
MODEL ?= models/default
LABELS ?= data/labels/notes.jsonl data/labels/phrases.jsonl

.PHONY: help
help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: install
install:  ## install in place, with what the tests need
	$(PYTHON) -m pip install --editable ".[test]"

.PHONY: test
test:  ## all tests
	$(PYTHON) -m pytest

.PHONY: spark
spark:  ## install Spark (some 400 MB; needs Java 17) and run its tests, which `make test` skips without it
	$(PYTHON) -m pip install ".[test,spark]"
	$(PYTHON) -m pytest -n 0 tests/spark

.PHONY: quick
quick:  ## the tests that take seconds
	$(PYTHON) -m pytest -m "not slow"

.PHONY: check
check:  ## style and types
	ruff check .
	ruff format --check .
	mypy

.PHONY: format
format:  ## format the code and mend what ruff can mend
	ruff check --fix .
	ruff format .

.PHONY: labels
labels:  ## compile the marked notes and phrases to data/labels/*.jsonl
	$(PYTHON) -m nlp_coder.learn.compile data/labels/marked data/labels

.PHONY: train
train: labels  ## train the shipped model from the labels
	nlp-coder train $(LABELS) --out $(MODEL)

.PHONY: readme
readme: docs  ## write the README's session anew from the program's real output
	$(PYTHON) tests/test_readme.py

.PHONY: docs
docs:  ## write the commands' pages and the numbers of labels anew
	$(PYTHON) tests/test_docs.py

.PHONY: benchmark
benchmark:  ## measure the shipped model on the locked notes: data/benchmark/results.json, the README's figures
	$(PYTHON) -m nlp_coder.learn.benchmark data/labels data/benchmark README.md

.PHONY: cross-validate
cross-validate:  ## teach and test whole models by writers, three folds dealt twice: data/benchmark/cross_validation.json (about an hour)
	nlp-coder evaluate data/labels --cross-validate 3 --repeats 2 --json > data/benchmark/cross_validation.json

.PHONY: notebooks
notebooks:  ## run the notebooks from top to bottom
	$(PYTHON) -m pytest -m slow tests/notebooks

.PHONY: sbom
sbom: build/runtime  ## list what is installed with the program (dist/sbom.cdx.json, CycloneDX; needs the extra `audit`)
	mkdir -p dist
	cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --of JSON -o dist/sbom.cdx.json build/runtime/bin/python

.PHONY: audit
audit: build/runtime  ## ask for known weaknesses of what is installed with the program (needs the extra `audit` and the network)
	build/runtime/bin/python -m pip freeze --exclude nlp-coder > build/runtime/frozen.txt
	pip-audit --strict --no-deps --disable-pip --requirement build/runtime/frozen.txt

build/runtime: pyproject.toml
	rm -rf build/runtime
	$(PYTHON) -m venv build/runtime
	build/runtime/bin/python -m pip install --quiet ".[exports,review]"
	touch build/runtime

.PHONY: wheel
wheel:  ## build the packages into dist/
	$(PYTHON) -m build

.PHONY: ci
ci:  ## what runs before a change lands
	bash .ci/run

.PHONY: clean
clean:  ## remove what the tasks leave behind
	rm -rf dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
