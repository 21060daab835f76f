# Tinjau from a clone: everything below needs git, make and Python 3.11 or newer, nothing else.
# `make help` lists the targets.

PYTHON ?= python3
ARGS ?=
PORT ?= 8080
# Test processes; "auto" is one per core.
JOBS ?= auto

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo up test faults check fmt openapi bench secrets clean
.SUFFIXES:

help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^## / {printf "\n%s\n", substr($$0, 4)} \
	  /^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

## Run
demo: $(READY) ## start everything and do the main job on real input; ARGS=--exit ends afterwards, PORT=8080
	@PORT=$(PORT) $(BIN)/tinjau demo $(ARGS)

up: $(READY) ## start everything without demo data; PORT=8080
	@PORT=$(PORT) $(BIN)/tinjau up $(ARGS)

## Work on it
test: $(READY) ## run the whole suite on the embedded PostgreSQL; ARGS= goes to pytest
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile $(ARGS)

faults: $(READY) ## kills, bad lines, a full disk, bodies, in full: a quarter of an hour; as root for the disk; ARGS="-k kills"
	@TINJAU_FAULTS=full $(BIN)/python -m pytest -v tests/faults $(ARGS)

check: $(READY) ## lint, format, types, who may import whom, declared dependencies
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --check . ; echo "make fmt puts it right." ; exit 1 ; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/deptry gateway services ops

fmt: $(READY) ## format the code and mend what the linter can
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .

openapi: $(READY) ## write docs/openapi.json from the code
	@$(BIN)/tinjau openapi

bench: $(READY) ## measure against the goals in docs/performance.md; needs wrk; ARGS="batch --scale 0.1"
	@$(BIN)/tinjau bench $(ARGS)

## Run it in containers
secrets: $(READY) ## make the keys and passwords that docker-compose.yml reads, in .tinjau/secrets
	@$(BIN)/tinjau secrets $(ARGS)

## Start over
clean: ## remove the environment and caches; data in .tinjau stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- the environment: exactly the locked packages, then this tree itself

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Tinjau needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1 || echo missing)."; \
	  echo "Name another one: make PYTHON=python3.12 …"; exit 1; }
	@echo "Installing into $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; on Debian it is the package python3-venv."; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@
