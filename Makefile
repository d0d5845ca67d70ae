# One command each. `make` alone lists them.
# Variables: PYTHON=python3.12  HOST=0.0.0.0  PORT=8080  TORCH_INDEX=<address of a torch index>
# WORLD=<folder for `make world`>

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 7860
TORCH_INDEX ?=
VENV ?= .venv
WORLD ?= world

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --no-input --disable-pip-version-check -c constraints.txt
TORCH := $(shell grep '^torch==' constraints.txt)
TESTS := $(BIN)/python -m pytest
NOT_HERE := not slow and not gpu

# Tests reach no hub, and Gradio counts nobody.
export HF_HUB_OFFLINE ?= 1
export GRADIO_ANALYTICS_ENABLED := False
export TOKENIZERS_PARALLELISM := false

define SIZE
Installing what serving needs into $(VENV), once. On Linux this downloads several GB: the package
index's torch is the CUDA build. Without an NVIDIA GPU, name an index that has torch built for
processors; then it is about 400 MB to download and 1.6 GB on disk:
    make demo TORCH_INDEX=<address>
The base model and its adapters are part of this repository: nothing else is fetched.

endef

.DEFAULT_GOAL := help
.PHONY: help demo install install-train test test-fast test-slow check format screenshots world \
	bench bench-large bench-gpu clean clean-all

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: install ## install what serving needs, then serve the page on this machine
	@$(BIN)/lora-land serve --host $(HOST) --port $(PORT)

install: $(VENV)/.serving ## install what serving needs into .venv

install-train: $(VENV)/.training ## and what making adapters needs

test: $(VENV)/.testing ## install what the tests need and run all but the slow and the GPU ones
	@if sh tests/chromium.sh; then $(TESTS) -m "$(NOT_HERE)"; \
	 elif [ -n "$$CI" ]; then exit 1; \
	 else $(TESTS) -m "$(NOT_HERE) and not browser"; status=$$?; \
	 echo "The browser tests were left out: there is no Chromium here."; exit $$status; fi

# All cores at once, a file to a core: what a file sets up, it sets up once.
test-fast: $(VENV)/.testing ## without browser, servers, training, data and benchmarks, under 90 s
	@$(TESTS) -n auto --dist loadfile \
	 -m "$(NOT_HERE) and not browser and not trains and not breeds and not races and not spawns"

test-slow: $(VENV)/.testing ## the tests that take minutes
	@$(TESTS) -m slow

check: $(VENV)/.checking ## lint, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.checking ## put the files into the house format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

screenshots: $(VENV)/.testing ## pictures of the pages into docs/images
	@sh tests/chromium.sh
	@$(BIN)/python -m tests.screenshots docs/images

# glibc gives freed memory back to the kernel after every step and asks for it again in the next;
# keeping it makes training a tenth to a fifth faster (docs/log.md).
KEEP_MEMORY := MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000 MALLOC_TOP_PAD_=268435456 \
	MALLOC_ARENA_MAX=1
IN_WORLD := $(KEEP_MEMORY) LORA_LAND_HOME=$(WORLD)

world: $(VENV)/.training ## base, adapters and scores anew, from nothing, into ./world: many hours
	@$(IN_WORLD) $(BIN)/lora-land pretrain
	@$(IN_WORLD) $(BIN)/lora-land tune --all --base $(WORLD)/base
	@$(IN_WORLD) $(BIN)/lora-land evaluate --all --write --base $(WORLD)/base

# PEFT is a rival, and comes with what making adapters needs.
bench: $(VENV)/.training ## speed beside rivals and limits; nothing else should run
	@$(BIN)/python -m benchmarks ladder

bench-large: $(VENV)/.training ## the same on a random base of 300 M parameters, without rivals
	@$(BIN)/python -m benchmarks large

bench-gpu: $(VENV)/.training ## the same on a random 7B base, on an NVIDIA GPU
	@$(BIN)/python -m benchmarks gpu

clean: ## remove caches and build products
	@rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

clean-all: clean ## and the environment .venv
	@rm -rf $(VENV)

# An environment is installed once; it is looked at again when a list of versions changes.
$(VENV)/.python:
	@command -v $(PYTHON) >/dev/null || \
	 { echo "LoRA Land needs Python 3.11 or newer, and $(PYTHON) is not here."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	 { echo "LoRA Land needs Python 3.11 or newer; $(PYTHON) is older." \
	   "Name another one: make demo PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	 { echo "$(PYTHON) cannot make environments: install its venv package and try again."; exit 1; }
	@touch $@

$(VENV)/.serving: pyproject.toml constraints.txt | $(VENV)/.python
	$(info $(SIZE))
	@$(PIP) $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) $(TORCH)
	@$(PIP) -e .
	@touch $@

$(VENV)/.training: $(VENV)/.serving
	$(info Installing what making adapters needs: about 60 MB more to download.)
	@$(PIP) -e '.[train]'
	@touch $@

$(VENV)/.testing: $(VENV)/.training
	$(info Installing what the tests need: about 60 MB more to download.)
	@$(PIP) -e '.[test]'
	@touch $@

$(VENV)/.checking: $(VENV)/.testing
	@$(PIP) -e '.[check]'
	@touch $@
