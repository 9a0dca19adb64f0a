# make demo   lint the examples, build the site      make test   everything that must hold
# make docs   build the site into site/              make serve  the site at http://127.0.0.1:8000/konnektor/
# make lint   ruff and mypy                          make clean  remove what the targets made
# make conformance [CASES=file.jsonl]   agreement with the real programs, version by version
# make bench [QUICK=1]   time and memory beside other programs, against the goals
# make fuzz [SECONDS=60 | COUNT=20000] [SEED=1] [FOLDERS=…]   look for inputs that break the linter
# make coverage   which branches of the linter the tests take; fails below 95 %

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
JOBS ?= 2

.PHONY: help demo test docs serve lint format check-generated conformance schemas bench fuzz \
	coverage clean

help:
	@sed -n 's/^# //p' Makefile

# The environment, made anew when the dependencies change.
$(VENV)/.demo: pyproject.toml constraints/docs.txt
	tools/environment $(PYTHON) $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints/docs.txt --editable '.[docs]'
	@touch $@

# Tests also need tools, and the wheels of the dependencies: with these, the tests install the
# package into empty environments without asking the network.
$(VENV)/.test: $(VENV)/.demo constraints/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints/test.txt --editable '.[docs,test]'
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --wheel-dir $(VENV)/wheels \
		--constraint constraints/test.txt pyyaml jsonschema hatchling editables cryptography
	tools/browser
	@touch $@

demo: $(VENV)/.demo docs
	@echo; echo "--- konnektor-lint examples/clean"
	@$(BIN)/konnektor-lint examples/clean
	@echo; echo "--- konnektor-lint examples/broken (its findings are the point)"
	@$(BIN)/konnektor-lint examples/broken; test $$? -eq 1
	@mkdir -p build
	@$(BIN)/konnektor-lint --format html examples/broken > build/connector.html; test $$? -eq 1
	@echo; echo "The picture of that connector is build/connector.html: open it in a browser."
	@echo "The site is in site/; make serve shows it."

test: $(VENV)/.test lint check-generated
	$(BIN)/python tools/playground_assets.py
	$(BIN)/python -m pytest -n $(JOBS) -q

docs: $(VENV)/.demo
	$(BIN)/python tools/rule_pages.py
	$(BIN)/python tools/playground_assets.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

serve: docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs serve

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy validator tests tools hooks benchmarks

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schemas: $(VENV)/.demo
	$(BIN)/python tools/generate_schemas.py

check-generated: $(VENV)/.demo
	$(BIN)/python tools/generate_schemas.py --check

conformance: $(VENV)/.demo
	$(BIN)/python tools/conformance.py $(CASES)

# As users have it: from a wheel, in an environment of its own.
bench:
	rm -rf build/bench
	tools/environment $(PYTHON) build/bench
	build/bench/bin/python -m pip install --quiet --disable-pip-version-check '.[bench]'
	build/bench/bin/python benchmarks/run.py build/bench \
		$(if $(QUICK),--quick,--output benchmarks/result.json)

fuzz: $(VENV)/.demo
	$(BIN)/python tools/fuzz.py --seed $(or $(SEED),1) --jobs $(JOBS) \
		$(if $(SECONDS),--seconds $(SECONDS),--count $(or $(COUNT),20000)) $(FOLDERS)

coverage: $(VENV)/.test
	@mkdir -p build
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest -q --ignore=tests/test_site.py \
		--ignore=tests/test_packaging.py --ignore=tests/test_translations.py \
		--ignore=tests/test_playground.py
	$(BIN)/python -m coverage combine -q
	$(BIN)/python -m coverage report
	$(BIN)/python -m coverage json -q -o build/coverage.json
	$(BIN)/python tools/branch_coverage.py build/coverage.json 95

clean:
	rm -rf $(VENV) site build dist docs/_generated docs/*/lint/rules/kl*.md
