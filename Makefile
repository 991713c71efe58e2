# `make help` says what there is. Everything is installed into .venv, all state is in var/.
SHELL := /bin/sh
PY := .venv/bin/python
BESIDE_SERVICES := $(PY) -m local.beside exec --
PYTEST := $(BESIDE_SERVICES) $(PY) -m pytest -n 2 --dist worksteal
ARGS :=

CHECKS := check-format check-lint check-types check-imports check-migrations check-openapi check-deploy
PRODUCTION := env -u DATABASE_OWNER_URL CASEWORK_INSECURE_LOCAL=0 CASEWORK_DEMO=0 \
	CASEWORK_BASE_URL=https://casework.example CASEWORK_INSTANCE=casework-example ALLOWED_HOSTS=casework.example \
	EMAIL_URL=smtp+tls://user:password@mail.example:587
# Whose migrations are not ours to judge.
THEIR_APPS := admin auth axes contenttypes oauth2_provider sessions

.PHONY: help run test test-long check bench openapi lock local development $(CHECKS)
.DEFAULT_GOAL := help

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

run: local ## the whole system on this machine, in the foreground
	@exec $(PY) -m local.run --stop-with-parent

test: development ## all tests but the long ones; ARGS="tests/stays -k permit" for some of them
	@$(PYTEST) -m "not long" $(ARGS)

test-long: development ## the proofs that take minutes
	@$(PYTEST) -m long $(ARGS)

check: development ## formatting, lint, types, import contracts, migrations, OpenAPI, deploy checks
	@$(BESIDE_SERVICES) $(MAKE) --no-print-directory --keep-going --jobs 2 --output-sync $(CHECKS)

bench: development ## the benchmarks, one table
	@$(BESIDE_SERVICES) $(PY) -m tests.benchmarks $(ARGS)

openapi: development ## write docs/openapi.yaml anew
	@$(BESIDE_SERVICES) $(PY) manage.py spectacular --file docs/openapi.yaml

lock: ## write requirements/*.txt anew from requirements/*.in (needs uv)
	for name in production local development; do \
	    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	        requirements/$$name.in --output-file requirements/$$name.txt $(ARGS) || exit 1; \
	done

local development:
	@sh local/install.sh $@

# Each of these runs beside the services, whose addresses the settings ask for: `make check` calls them.
check-format:
	$(PY) -m ruff format --check --quiet .

check-lint:
	$(PY) -m ruff check --quiet .

check-types:
	$(PY) -m mypy

check-imports:
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

check-migrations:
	$(PY) manage.py makemigrations --check --dry-run
	LOG_LEVEL=WARNING $(PY) manage.py lintmigrations --no-cache --warnings-as-errors --quiet ok ignore \
	    --exclude-apps $(THEIR_APPS)

check-openapi:
	@new="$$(mktemp)" && trap 'rm -f "$$new"' EXIT && $(PY) manage.py spectacular --file "$$new" && \
	    diff -u docs/openapi.yaml "$$new" || { echo "docs/openapi.yaml is not what the code says: make openapi"; exit 1; }

check-deploy:
	$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
