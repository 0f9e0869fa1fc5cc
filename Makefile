# Set-up, demo, tests and installation. `make` alone prints what there is.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
FOOTAGE ?=
SOURCES := weir capture analysis systemd demo tests benchmarks training
PRESENT := $(wildcard $(SOURCES))
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

INSTALLING := PYTHON='$(PYTHON)' WHEELS='$(abspath $(WHEELS))' EXTRAS='$(EXTRAS)' \
  DRIVE='$(DRIVE)'

.DEFAULT_GOAL := help

help: ## print this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

# The interpreter's own venv module, or the line that installs it.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 9))' || \
	  { echo "Weir needs Python 3.9 or later; name one with PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python's venv module is missing. On Debian, Ubuntu and Raspberry Pi OS:"; \
	  echo "  sudo apt install python3-venv"; exit 1; }

$(VENV)/.demo: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up $(VENV) (once, from the package index)"
	@$(PIP) install -c constraints.txt -e '.[analysis,simulated]'
	@touch $@

# megadetector-utils wants a second OpenCV and much more, which its validator does not.
# picamera refuses to install off a Pi unless it believes it is building its manual;
# picamera2 wants native parts that only a Pi has. Both are read by tests, never run. Of
# axe-playwright-python the tests take the one file axe.min.js, and run it in Chromium.
$(VENV)/.dev: pyproject.toml constraints.txt $(VENV)/.demo
	@echo "Adding what the tests need"
	@READTHEDOCS=True $(PIP) install -c constraints.txt -e '.[analysis,review,cluster,simulated,picamera,sun,dev]'
	@$(PIP) install -c constraints.txt --no-deps \
	  picamera2 videodev2 axe-playwright-python megadetector-utils
	@touch $@

setup: $(VENV)/.dev ## make the virtual environment for development

demo: $(VENV)/.demo ## film, carry and analyse a short simulated deployment, and show it
	@$(BIN)/python demo/run.py

CONFIG ?= config.toml

picture: $(VENV)/.dev demo ## take the README's picture of the review page (needs Chromium)
	@$(BIN)/python -m tests.browser.reviewpicture

run: $(VENV)/.demo ## run the analysis daemon with CONFIG=file (default: config.toml here)
	@$(BIN)/weir-analysis run --config $(CONFIG)

# One file, folder or test of it: `make test ONLY=tests/weir/test_clip.py`.
ONLY ?=
# A file's tests stay together: they may share what is dear to make. Tests that boot a
# machine or measure whole programs run one after the other (`make slow`).
AT_ONCE := $(if $(ONLY),,-n auto --maxprocesses 4 --dist loadfile)

test: $(VENV)/.dev ## run the quick tests, or those of ONLY=path
	@$(BIN)/python -m pytest $(AT_ONCE) -m "not slow and not systemd" $(ONLY)

slow: $(VENV)/.dev ## run the tests that take minutes
	@$(BIN)/python -m pytest -m "slow or systemd"

lint: $(VENV)/.dev ## check format, lint and types
	@$(BIN)/ruff format --check $(PRESENT)
	@$(BIN)/ruff check $(PRESENT)
	@$(BIN)/mypy
	@$(BIN)/mypy --python-version 3.10 tests # pytest's own source needs it

# One after the other, even with make -j.
check: ## check format, lint and types, and run all tests, as the integration machine does
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory slow

format: $(VENV)/.dev ## let ruff format and mend the code
	@$(BIN)/ruff format $(PRESENT)
	@$(BIN)/ruff check --fix $(PRESENT)

bench: $(VENV)/.dev ## measure, and print the README's figures (FOOTAGE=dir: with your clips)
	@$(BIN)/python -m benchmarks $(if $(FOOTAGE),--footage $(FOOTAGE))

figures: $(VENV)/.dev ## measure on generated footage, and put the figures into README.md
	@$(BIN)/python -m benchmarks --only speed workers latency scene capture door --into README.md

figures-heavy: $(VENV)/.dev ## measure what reuse_below saves on FOOTAGE=dir, and put it into README.md
	@$(BIN)/python -m benchmarks --footage $(FOOTAGE) --only reuse --marks heavy --into README.md

figures-verifier: $(VENV)/.dev ## measure what a verifier is worth, also on FOOTAGE=dir, and put it into README.md
	@$(BIN)/python -m benchmarks --footage $(FOOTAGE) --only verifier --marks verifier --into README.md

score: $(VENV)/.dev ## measure how right the counts are, on 40 simulated rivers; takes ten minutes
	@$(BIN)/python -m benchmarks.river $(if $(FOOTAGE),--footage $(FOOTAGE))

# `make mutants ONLY="weir/ prune"`: those whose file or promise has one of the words.
mutants: $(VENV)/.dev ## break each line with a promise, and see a test notice it (ONLY=words)
	@$(BIN)/python tests/mutants.py $(ONLY)

coverage: $(VENV)/.dev ## list the lines that the quick tests never run (ONLY=path)
	@$(PIP) install -c constraints.txt coverage
	@$(BIN)/coverage run --source weir,capture,analysis -m pytest -m "not slow and not systemd" $(ONLY)
	@$(BIN)/coverage report --skip-covered --show-missing

soak: $(VENV)/.dev ## run the tests with ten times the repetitions; takes long
	@WEIR_SOAK=1 $(BIN)/python -m pytest -s --timeout 7200

# Its cells are `make test` with another PYTHON and VENV; ONLY=path holds here too.
matrix: ## run the quick tests on every Python and engine of this machine
	@$(PYTHON) tests/matrix.py

install-capture: ## on the Pi, with sudo: install the camera's daemon (PYTHON= WHEELS= EXTRAS= DRIVE=)
install-analysis: ## on the host, with sudo: install the analysis daemon (PYTHON= WHEELS= EXTRAS=)
install-%:
	@$(INSTALLING) systemd/install.sh $*

uninstall-capture: ## remove the camera's daemon; footage and config stay
uninstall-analysis: ## remove the analysis daemon; results and config stay
uninstall-%:
	@systemd/uninstall.sh $*

wheels-capture: ## gather in WHEELS=dir what install-capture needs without a network
wheels-analysis: ## gather in WHEELS=dir what install-analysis needs without a network
wheels-%:
	@$(INSTALLING) systemd/wheels.sh $*

catalogue: $(VENV)/.demo ## write the events into systemd/README.md
	@PYTHONPATH=. $(BIN)/python systemd/catalogue.py

clean: ## remove what the other targets made here
	rm -rf $(VENV) .venv-* build dist demo/out .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

.PHONY: help setup demo picture run test slow lint check coverage mutants format bench figures figures-heavy figures-verifier score soak matrix catalogue clean
