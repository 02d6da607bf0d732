# What people and the checks of every change use. `make` alone lists it.

PYTHON := .venv/bin/python
LOCKED := pyproject.toml requirements-uv.lock scripts/setup

help:
	@echo "make run      the portal at http://127.0.0.1:8050 with a synthetic city (HOST and PORT choose another address)"
	@echo "make setup    the environment that runs it: .venv with the locked packages"
	@echo "make demo     load the synthetic city anew"
	@echo "make test     every test; installs what they need, a Chromium included"
	@echo "make lint     ruff and mypy"
	@echo "make bench    the figures of the README"
	@echo "make lock     choose newer versions of the packages and lock them"
	@echo "make clean    remove the environment and caches; never the data in var/"

setup: .venv/run.stamp

run: setup
	@echo "Iniciando Atalaya / Starting Atalaya..."
	@exec .venv/bin/atalaya serve --demo

demo: setup
	@.venv/bin/atalaya migrate
	@.venv/bin/atalaya demo load

test: .venv/dev.stamp
	@CHROMIUM="$$(scripts/chromium)" && export CHROMIUM && $(PYTHON) -m pytest -n auto --dist worksteal $(ARGS)

lint: .venv/dev.stamp
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

bench: .venv/dev.stamp
	@CHROMIUM="$$(scripts/chromium)" && export CHROMIUM && $(PYTHON) -m benchmarks $(ARGS)

lock:
	@scripts/lock

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/run.stamp: requirements.lock $(LOCKED)
	@scripts/setup run

.venv/dev.stamp: requirements-dev.lock $(LOCKED)
	@scripts/setup dev

.PHONY: help setup run demo test lint bench lock clean
