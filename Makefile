# The words of the house: demo, test, check, bench, fairness.
SHELL := /bin/sh
PY := .venv/bin/python
VALINTA := .venv/bin/valinta

.PHONY: demo demo-reset test check bench fairness clean

.venv/.installed: setup.cfg pyproject.toml
	@command -v python3 >/dev/null || { echo "python3 is missing: install Debian's package python3"; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "python3 is too old: 3.11 or newer is needed"; exit 1; }
	@python3 -c 'import ensurepip, venv' 2>/dev/null || { echo "venv is missing: install Debian's package python3-venv"; exit 1; }
	python3 -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

demo: .venv/.installed
	@$(VALINTA) demo

demo-reset: .venv/.installed
	@$(VALINTA) demo --reset

test: .venv/.installed
	@$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

check: .venv/.installed
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(VALINTA) catalogues check

bench: .venv/.installed
	@$(PY) -m tests.bench $(ARGS)

fairness: .venv/.installed
	@$(PY) -m tests.fairness $(ARGS)

clean:
	rm -rf .venv build *.egg-info
