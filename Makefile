# Likeness. `make demo` renders a first clip, `make run` serves the site, `make test` proves the checkout.

PYTHON ?= python3
# plain pip takes whatever build of PyTorch its index offers; for the small CPU-only build, or one for a certain GPU, give
# pip's own options here, for example TORCH="torch==2.13.0 --index-url <PyTorch's CPU index>"
TORCH ?= torch==2.13.0

VENV := .venv
BIN := $(VENV)/bin
# packages used only for the files in them come without their requirements, which is no conflict to warn of
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-warn-conflicts

.PHONY: demo run test lint bench bench-api requirements clean

demo: $(VENV)/.base
	@$(BIN)/python manage.py demo

run: $(VENV)/.base
	@$(BIN)/python manage.py runsite

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: $(VENV)/.base
	$(BIN)/python -m benchmarks

# The API with a million clips of a thousand organisations; needs PostgreSQL (LIKENESS_BENCH_POSTGRES).
bench-api: $(VENV)/.base
	$(BIN)/python -m benchmarks.api --explain

# Pins every package with its hashes; run after a change to a requirements/*.in file.
requirements: $(VENV)/.dev
	for name in base dev voices recognition gpu; do \
		$(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done
	for name in files restoration; do \
		$(BIN)/uv pip compile --quiet --generate-hashes --no-deps --python-version 3.11 requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done

clean:
	rm -rf $(VENV)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Likeness needs Python 3.11 or newer; say which with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "Python's venv is missing; on Debian and Ubuntu it is a package of its own: apt install python3-venv" >&2; \
		rm -rf $(VENV); exit 1; }

$(VENV)/.base: requirements/base.txt requirements/files.txt | $(BIN)/python
	@echo "Installing what Likeness needs into $(VENV); the first time takes some minutes."
	@$(PIP) $(TORCH)
	@$(PIP) --require-hashes -r requirements/base.txt
	@$(PIP) --no-deps --require-hashes -r requirements/files.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.txt
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@
