# `make run` and `make test` are all that is needed; both are complete on a fresh machine.
# Settings come from the environment, or behind the target: make run PORT=8010 SIMULATOR_PORT=8011

.NOTPARALLEL:
.PHONY: run test faults bench lint format types layers client-check environment client lock access clean help

PY := .venv/bin/python
CODE := core integrations inbox api frontend demo bench tests manage.py
step = @printf '\n\033[1m== %s\033[0m\n' "$(1)"

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

run: ## Start everything: database, queue, web, workers, scheduler, simulator (Ctrl-C stops it)
	@sh scripts/environment.sh requirements.lock
	@$(PY) -m core.launcher.client build
	@exec $(PY) -m core.launcher run

test: environment ## Run everything that CI runs
	$(call step,Browser for the tests)
	@$(PY) -m core.launcher.browser
	@$(MAKE) --no-print-directory lint layers types client-check
	$(call step,Client: build)
	@$(PY) -m core.launcher.client build
	$(call step,Python and browser tests)
	@BANDEJA_CHROMIUM="$$($(PY) -m core.launcher.browser)" exec $(PY) -m pytest

# Only what ran at full size is written down.
faults: environment ## Kill, cut and flood a copy and write docs/reliability.md (ONLY=senders, SEED=7; SCALE=0.1 only prints)
	@$(PY) -m core.launcher.client build
	@BANDEJA_FAULTS_SCALE="$(or $(SCALE),1)" BANDEJA_FAULTS_SEED="$(SEED)" BANDEJA_FAULTS_REPORT=docs/reliability.md \
		exec $(PY) -m pytest tests/faults -m scenario $(if $(ONLY),-k $(ONLY))

bench: environment ## Measure the hot paths (ONLY=W1,F4 for some, FULL=1 for whole times, SCALE=1 for more data)
	@$(PY) -m core.launcher.client build
	@exec $(PY) -m bench $(if $(ONLY),--only $(ONLY)) $(if $(SCALE),--scale $(SCALE)) $(if $(FULL),--full)

lint: environment ## Check format and style
	$(call step,Format)
	@$(PY) -m ruff format --check .
	$(call step,Style)
	@$(PY) -m ruff check .

layers: environment ## Check that imports point downwards
	$(call step,Layers)
	@$(PY) -c 'from importlinter.cli import lint_imports_command as main; main()'

# Django's plugin loads the settings, which want services named but not running.
types: environment ## Check types
	$(call step,Types)
	@BANDEJA_ENV=test DATABASE_URL=postgresql://none/none REDIS_URL=redis://none/0 $(PY) -m mypy $(CODE)

client-check: environment ## Check types, style and tests of the browser client
	$(call step,Client: types)
	@$(PY) -m core.launcher.client typecheck
	$(call step,Client: style)
	@$(PY) -m core.launcher.client lint
	$(call step,Client: tests)
	@$(PY) -m core.launcher.client test

format: environment ## Format the code and repair what can be repaired
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .
	@$(PY) -m core.launcher.client format

environment: ## Make .venv with everything for development
	@sh scripts/environment.sh requirements.lock requirements-dev.lock

client: environment ## Build the browser client
	@$(PY) -m core.launcher.client build

UV_COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url

lock: environment ## Write the lock files anew from requirements*.in and frontend/package.json
	@$(UV_COMPILE) requirements.in -o requirements.lock
	@$(UV_COMPILE) -c requirements.lock requirements-dev.in -o requirements-dev.lock
	@$(PY) -m core.launcher.client lock

access: ## Write docs/access.md anew from tests/access/table.py
	@$(PY) -m tests.access.document

clean: ## Remove what was installed and built; the data directory stays
	rm -rf .venv frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
