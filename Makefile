# `make run` is all that is needed on a fresh machine with Python 3.11 or newer, git and make.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PROXY := $(VENV)/proxy
ESTIMATOR := $(VENV)/estimator
CONTEXTS := $(VENV)/contexts
VERIFIER := $(VENV)/verifier
STAMPS := $(VENV)/stamps
NPM_NODE = $$($(BIN)/python -c 'from lideri.hub.places import node; print(node())')
# Tests and CI may be started from inside another virtual environment.
unexport VIRTUAL_ENV PYTHONHOME

.PHONY: help run install install-dev test lint types upstream bench lock clean browser

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

run: install ## start everything; Ctrl-C ends it
	@exec $(BIN)/lideri serve

# ── what is installed, and when it is old ───────────────────────────────────────────────────────────────────────────

install: $(STAMPS)/runtime $(STAMPS)/proxy $(STAMPS)/estimator $(STAMPS)/contexts ## the virtual environment from the lock files
install-dev: install $(STAMPS)/dev $(STAMPS)/verifier ## and what tests need

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Vajag Python 3.11 vai jaunāku ($(PYTHON) ir cits). Norādi to: make run PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "Neizdevās izveidot $(VENV). Debian un Ubuntu: apt-get install python3-venv" >&2; exit 2; }

$(STAMPS)/runtime: requirements.lock pyproject.toml | $(BIN)/python
	@mkdir -p $(STAMPS)
	@echo "Uzstādām bibliotēkas (pirmajā reizē dažas minūtes) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# npm itself comes with the same PyPI package as node: nothing of the system is used.
NPM_CI = node=$(NPM_NODE); cd $(1); \
  PATH="$$(dirname "$$node"):$$PATH" "$$node" "$$(dirname "$$node")/../lib/node_modules/npm/bin/npm-cli.js" \
  ci --ignore-scripts --loglevel=error

$(STAMPS)/proxy: deploy/proxy/package.json deploy/proxy/package-lock.json deploy/proxy/.npmrc $(STAMPS)/runtime
	@mkdir -p $(PROXY)
	@cp deploy/proxy/package.json deploy/proxy/package-lock.json deploy/proxy/.npmrc $(PROXY)/
	@$(call NPM_CI,$(PROXY))
	@touch $@

# The password lab's estimator: one file that browsers get; node is not needed to run it.
$(STAMPS)/estimator: deploy/estimator/package.json deploy/estimator/package-lock.json deploy/estimator/.npmrc $(STAMPS)/runtime
	@mkdir -p $(ESTIMATOR)
	@cp deploy/estimator/package.json deploy/estimator/package-lock.json deploy/estimator/.npmrc $(ESTIMATOR)/
	@$(call NPM_CI,$(ESTIMATOR))
	@touch $@

# What certificates as Open Badges refer to, as one JSON file: nothing is asked of the network when one is made.
$(STAMPS)/contexts: deploy/contexts/package.json deploy/contexts/package-lock.json deploy/contexts/.npmrc deploy/contexts/collect.mjs $(STAMPS)/runtime
	@mkdir -p $(CONTEXTS)
	@cp deploy/contexts/package.json deploy/contexts/package-lock.json deploy/contexts/.npmrc deploy/contexts/collect.mjs $(CONTEXTS)/
	@$(call NPM_CI,$(CONTEXTS))
	@"$(NPM_NODE)" $(CONTEXTS)/collect.mjs
	@touch $@

# A verifier by other people: the second opinion on badges, for tests.
$(STAMPS)/verifier: deploy/verifier/package.json deploy/verifier/package-lock.json deploy/verifier/.npmrc deploy/verifier/verify.mjs $(STAMPS)/runtime
	@mkdir -p $(VERIFIER)
	@cp deploy/verifier/package.json deploy/verifier/package-lock.json deploy/verifier/.npmrc deploy/verifier/verify.mjs $(VERIFIER)/
	@$(call NPM_CI,$(VERIFIER))
	@touch $@

# ── proof ───────────────────────────────────────────────────────────────────────────────────────────────────────────

# All of them in two processes (JOBS=1: in one); some in one, where a debugger and -s work.
test: install-dev browser ## every test; TESTS="tests/hub -k login" for some
	@LIDERI_CHROMIUM="$$(cat $(STAMPS)/chromium 2>/dev/null || true)" $(BIN)/python -m pytest $(if $(TESTS),$(TESTS),$(if $(filter-out 1,$(JOBS)),-n $(JOBS)))

# A browser that is there already is taken; then the system's package (as root), then Playwright's own.
browser: install-dev
	@found=""; for name in chromium chromium-browser google-chrome; do \
	  command -v $$name > /dev/null && { found=$$(command -v $$name); break; }; done || true; \
	if [ -z "$$found" ] && [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium) > /dev/null 2>&1 || true; \
	  found=$$(command -v chromium || true); fi; \
	if [ -z "$$found" ]; then $(BIN)/python -m playwright install chromium > /dev/null 2>&1 || \
	  echo "Pārlūka nav: pārlūka testi tiks izlaisti." >&2; fi; \
	echo "$$found" > $(STAMPS)/chromium
	@command -v hunspell > /dev/null && [ -e /usr/share/hunspell/lv_LV.dic ] || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq hunspell hunspell-lv > /dev/null 2>&1; } || \
	  echo "Nav hunspell ar latviešu vārdnīcu: pareizrakstības pārbaude tiks izlaista." >&2
	@command -v xmlsec1 > /dev/null && command -v pdfsig > /dev/null && command -v openssl > /dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq xmlsec1 poppler-utils openssl > /dev/null 2>&1; } || \
	  echo "Nav xmlsec1, pdfsig vai openssl: otra, neatkarīga parakstu pārbaude daļēji tiks izlaista." >&2

lint: install-dev ## style, types, direction of imports, built files up to date
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/lideri build --check

upstream: install-dev ## the tests of jupyter_client and nbclient, with stock kernels and with warm ones
	@$(BIN)/python tests/kernels/upstream.py

bench: install-dev browser ## every figure, ours beside stock (20 minutes); BENCH="--only class_start" for some
	@LIDERI_CHROMIUM="$$(cat $(STAMPS)/chromium 2>/dev/null || true)" $(BIN)/python -m bench.all $(BENCH)

# ── upkeep ──────────────────────────────────────────────────────────────────────────────────────────────────────────

lock: install-dev ## the lock files anew from pyproject.toml and package.json
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev \
	  -c requirements.lock -o requirements-dev.lock
	@node=$(NPM_NODE); for folder in proxy estimator contexts verifier; do ( cd deploy/$$folder; \
	  PATH="$$(dirname "$$node"):$$PATH" "$$node" "$$(dirname "$$node")/../lib/node_modules/npm/bin/npm-cli.js" \
	  install --package-lock-only --ignore-scripts --loglevel=error ); done

clean: ## remove what was installed; people's data in var/ stays
	@rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache
