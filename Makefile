# The two commands are `make demo` and `make test`; both set up what they need. `make help` lists the rest.
# Needs git, make and Python 3.11 or newer with venv. Another interpreter: `make test PYTHON=python3.13 VENV=.venv-3.13`.

PYTHON ?= python3
VENV ?= .venv
# Worker processes of the test run; `make test WORKERS=0` keeps everything in one process (for a debugger).
WORKERS ?= auto
# More for `make lock`, such as LOCK_FLAGS=--upgrade or LOCK_FLAGS='--upgrade-package numpy'.
LOCK_FLAGS ?=

# Programs of the environment are started as modules where they can be: that works in a folder with spaces, too.
BIN := $(VENV)/bin
PY := $(BIN)/python
LOCK_VENV := .venv-lock
MINIMUM := 3, 11

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test lint bench format schemas rule lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

setup: $(VENV)/.installed ## create the virtual environment from requirements.lock

# A new lock gives a new environment, so that nothing that was once locked lingers in it.
$(VENV)/.locked: requirements.lock
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo '"$(PYTHON)" was not found: name a Python 3.11 or newer, as in: make setup PYTHON=python3.12' >&2; exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < ($(MINIMUM)))' || { \
	  echo "policy-engine needs Python 3.11 or newer, and $(PYTHON) is $$("$(PYTHON)" --version 2>&1):" \
	    'name another one, as in: make setup PYTHON=python3.12' >&2; exit 2; }
	@"$(PYTHON)" -c 'import ensurepip, venv' || { \
	  echo '"$(PYTHON)" has no venv or ensurepip: install it (on Debian and Ubuntu the package python3-venv)' >&2; exit 2; }
	"$(PYTHON)" -m venv --clear $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## validate the sample policies, decide 1,000 real cases, verify the audit log
	$(PY) examples/demo.py

test: lint ## run every check and every test
	$(PY) -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term-missing:skip-covered

lint: setup ## run the checks that start no test: ruff, mypy, import-linter
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	"$(BIN)/lint-imports" --no-logo

# One after the other: they measure. The full runs, without --quick, are those of docs/benchmarks.md.
bench: setup ## measure what reading, validating, deciding, recording and tuning cost, in some minutes
	$(PY) benchmarks/yaml_reading.py --quick
	$(PY) benchmarks/validation.py --quick
	$(PY) benchmarks/decisions.py --quick
	$(PY) benchmarks/batch.py --quick
	$(PY) benchmarks/audit_log.py --quick
	$(PY) benchmarks/streaming.py --quick
	$(PY) benchmarks/sweeps.py --quick

format: setup ## lay the code out and mend what ruff can mend
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .

schemas: setup ## write the published JSON Schemas from the models
	$(PY) -m policy_engine schema --write schemas

rule: setup ## begin a lint rule: make rule NAME=what_it_looks_for [PHASE=cells] [FAMILY=PE2]
	@$(PY) -m tests.support.new_rule "$(NAME)" "$(PHASE)" "$(FAMILY)"

# uv resolves for every platform and Python at once, which pip cannot; nothing else needs it, so it is not locked.
# The newest release that runs on the oldest Python is taken everywhere (`fewest`): all see the same versions.
lock: ## resolve pyproject.toml into requirements.lock (keeps what is locked, see LOCK_FLAGS)
	"$(PYTHON)" -m venv $(LOCK_VENV)
	$(LOCK_VENV)/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.13'
	$(LOCK_VENV)/bin/python -m uv pip compile --quiet pyproject.toml --extra dev --output-file requirements.lock \
	  --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	  --no-strip-extras --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make lock' $(LOCK_FLAGS)

clean: ## remove the environments and everything that tools leave behind
	rm -rf $(VENV) $(LOCK_VENV) build dist htmlcov .coverage .coverage.* \
	  .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
