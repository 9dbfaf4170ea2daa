# Two commands: `make run` and `make test`. The rest is what they are made of, and what keeps the house in order.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
JOBS ?= 3
export PORT

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
RUNTIME := .venv/.runtime-installed
DEVELOPMENT := .venv/.development-installed
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup setup-dev run test coverage chromium check style types layers templates translations migrations dependencies \
        bench mutate assets lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# --- What everything needs -------------------------------------------------------------------------------------------

setup: $(RUNTIME) $(COMPILED) ## the .venv with what Vakaa runs on

setup-dev: $(DEVELOPMENT) $(COMPILED) ## the .venv with what tests and checks need besides

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Vakaa needs Python 3.11 or newer: install it, or name it with PYTHON=/path/to/python3."; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Vakaa needs Python 3.11 or newer, and $(PYTHON) is older: name another with PYTHON=/path/to/python3."; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "$(PYTHON) cannot make virtual environments: install its venv package (on Debian: apt-get install python3-venv)."; exit 1; }
	@echo "Making .venv"
	@"$(PYTHON)" -m venv .venv

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what Vakaa runs on"
	@$(PIP) --require-hashes --only-binary :all: -r requirements.lock
	@PYTHONWARNINGS=ignore $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPMENT): requirements-dev.lock $(RUNTIME)
	@echo "Installing what tests and checks need"
	@$(PIP) --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

%.mo: %.po | $(RUNTIME)
	@$(BIN)/python -m tools.translations compile

# --- Run -------------------------------------------------------------------------------------------------------------

run: setup ## serve the demo on http://127.0.0.1:$(PORT); PORT, VAKAA_DATA and VAKAA_DATABASE_URL are honoured
	@exec $(BIN)/vakaa serve --demo

# --- Test ------------------------------------------------------------------------------------------------------------

test: setup-dev chromium ## every test, on SQLite and PostgreSQL, and in a real browser
	@$(BIN)/pytest -q -n $(JOBS) --dist worksteal tests/browser tests/web tests/workflow tests/rules

coverage: setup-dev ## which lines the quick tests (all but the browser's) do not reach
	@$(BIN)/pytest -q -n $(JOBS) --dist worksteal --cov --cov-report=term-missing:skip-covered tests/web tests/workflow tests/rules

chromium:
	@tools/need-chromium

bench: setup-dev ## measure: a table, and var/bench.json; BENCH="plan queue" for those alone
	@$(BIN)/python -m tests.bench $(BENCH)

mutate: setup-dev ## change the pure rules a little, one place at a time, and see whether a test minds; RULES="plan" for some
	@$(BIN)/python -m tests.mutate $(RULES)

# --- Check -----------------------------------------------------------------------------------------------------------

check: style types layers templates translations migrations dependencies pages ## everything that can be told without running the tests

style: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup-dev
	$(BIN)/mypy

layers: setup-dev
	$(BIN)/lint-imports --no-logo

templates: setup-dev
	$(BIN)/djlint --lint --quiet templates

translations: setup-dev
	$(BIN)/python -m tools.translations check

migrations: setup-dev
	$(BIN)/python -m tools.migrations check

dependencies: setup-dev
	$(BIN)/deptry .
	$(BIN)/python -m tools.lock check

# --- Now and then ----------------------------------------------------------------------------------------------------

pages: setup-dev
	$(BIN)/python -m tools.state_tables --check

assets: ## build the style sheet anew (needs Node)
	sh static/src/build.sh

lock: setup-dev ## resolve the dependencies anew (needs uv); UPGRADE=--upgrade takes the newest
	$(BIN)/python -m tools.lock update $(UPGRADE)

clean: ## remove what was made, but not var/ (your data)
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage* $(COMPILED)
	find . -name __pycache__ -type d -not -path './node_modules/*' -prune -exec rm -rf {} +
