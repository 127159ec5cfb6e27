# Every command a newcomer needs. `make` alone lists them. Needs git, make and Python 3.11-3.13 on Linux; the rest it installs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
export LINGTING_HOME ?= $(CURDIR)/data

DEMO_START ?= 2026-09-28
DEMO_DAYS ?= 34
DEMO_CALLS ?= 200
DEMO_SEED ?= 7

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-unit test-integration test-browser lint format kpi dbt cockpit bench docs lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v[:2] < (3, 14) else "Lingting needs Python 3.11 to 3.13; this is %d.%d. Run: make PYTHON=python3.11" % v[:2])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/pip install --quiet uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

setup: $(INSTALLED) ## make the virtual environment and install the lock

demo: setup ## the main job on simulated calls and real speech; prints the headline KPIs
	@bash scripts/demo.sh $(DEMO_START) $(DEMO_DAYS) $(DEMO_CALLS) $(DEMO_SEED)

cockpit: setup ## serve the cockpit on http://localhost:8501
	$(BIN)/lingting cockpit

test: test-unit test-integration test-browser ## all tests, every tier

test-unit: setup ## unit, contract and architecture tests: no network, no dbt run, no speech model
	@bash scripts/ensure_system.sh font
	$(BIN)/python -m pytest tests/unit tests/contracts tests/architecture -q -n 2 --dist loadfile

test-integration: setup ## real dbt, Dagster, Great Expectations and WhisperX
	$(BIN)/python -m pytest tests/integration -q -n 2 --dist loadfile --no-loadscope-reorder --durations=15

test-browser: setup ## the cockpit in a real Chromium
	@bash scripts/ensure_system.sh font chromium
	$(BIN)/python -m pytest tests/browser -q -n 3 --dist loadfile --no-loadscope-reorder --durations=10

lint: setup ## style, types, import arrows, SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --processes 2 --config dbt/.sqlfluff dbt/models

format: setup ## mend style where a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --config dbt/.sqlfluff dbt/models

kpi: setup ## check one KPI: make kpi KPI=hold_time
	@test -n "$(KPI)" || { echo "say which: make kpi KPI=hold_time"; exit 2; }
	@$(BIN)/python -m scripts.kpi_check $(KPI) $(if $(DAYS),--days $(DAYS))

dbt: setup ## dbt by hand on $LINGTING_HOME: make dbt ARGS="show --inline 'from mart_kpi' --limit 5"
	@mkdir -p $(LINGTING_HOME)/warehouse
	DBT_PROJECT_DIR=dbt DBT_PROFILES_DIR=dbt DBT_TARGET_PATH=$(LINGTING_HOME)/warehouse/dbt_target DBT_LOG_PATH=$(LINGTING_HOME)/logs $(BIN)/dbt $(ARGS)

bench: setup ## what it costs, as ratios measured in one run
	$(BIN)/python -m benchmarks

docs: setup ## dbt docs of the warehouse and the KPI dictionary, under $LINGTING_HOME/docs
	LINGTING_HOME=$(LINGTING_HOME) DBT_LOG_PATH=$(LINGTING_HOME)/logs $(BIN)/dbt docs generate --static --project-dir dbt --profiles-dir dbt --target-path $(LINGTING_HOME)/docs/warehouse
	$(BIN)/python -m lingting.kpi.dictionary $(LINGTING_HOME)/docs/kpi

lock: ## resolve pyproject.toml into requirements.lock
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/pip install --quiet uv; }
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --group pyproject.toml:asr --group pyproject.toml:ray --group pyproject.toml:mono --group pyproject.toml:dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements.lock pyproject.toml -o requirements-cockpit.lock

clean: ## remove the environment and caches, never the data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
