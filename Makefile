# Every target shares .venv and sets up what it needs itself. PYTHON=... chooses the interpreter (3.11 or newer).
# A line here is "target: set of packages" and one command; the work is in scripts/.

setup = @PYTHON="$(PYTHON)" sh scripts/setup
python = .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-cyrus evaluate evaluate-routing bench torture chaos fuzz lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1  \2/p' Makefile | expand -t 16

setup:  ## .venv with everything the other targets need, .venv/bin/intake included
	$(setup) test

demo:  ## the whole journey on embedded mail servers with sample mails; no account needed
	$(setup) demo
	@.venv/bin/intake demo

test:  ## every gate: style, types, imports, licences, tests with coverage, one demo
	$(setup) test
	@$(python) -m scripts.run_tests

test-cyrus:  ## the tests of the mailbox, and whole journeys, on Cyrus IMAP as a second server; not part of test
	$(setup) test
	@$(python) -m scripts.run_cyrus_tests

evaluate:  ## how right recognition is, on composed applications; COUNT=200 SEED=1 PUBLIC=folder OUT=folder
	$(setup) test
	@$(python) -m scripts.evaluate $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED)) \
	  $(if $(PUBLIC),--public "$(PUBLIC)") $(if $(OUT),--out "$(OUT)")

evaluate-routing:  ## how rightly the position is found, on written mails; HELD_OUT=1 WHY=1
	$(setup) test
	@$(python) -m scripts.evaluate_routing $(if $(HELD_OUT),--held-out) $(if $(WHY),--why)

bench:  ## speed of mails, PDFs, scans and, as root, of the journey on a private Dovecot and Postfix, beside a floor; N=30 ROWS=100000
	$(setup) bench
	@$(python) -m benchmarks.mails $(MAILS)
	@$(python) -m benchmarks.reading $(PDFS)
	@$(python) -m benchmarks.scans
	@$(python) -m benchmarks.journey $(if $(N),--mails $(N) --scanned $(N) --script $(N),--chart docs/bench.png)
	@$(python) -m benchmarks.history $(if $(ROWS),0 $(ROWS))
	@$(python) -m benchmarks.workers $(if $(N),--scanned $(N) --digital $(N))
	@$(python) -m benchmarks.plan

torture:  ## every file of PDFS=folder (or hostile ones of its own), and every mail of MAILS=folder: a result, whatever it is
	$(setup) test
	@$(if $(MAILS),$(python) -m scripts.torture_mails $(MAILS))
	@$(if $(MAILS)$(PDFS),$(if $(PDFS),$(python) -m scripts.torture $(PDFS)),$(python) -m scripts.torture)

chaos:  ## kill -9 at every effect and in a storm of mails, on a private Dovecot and Postfix, and a count; as root. KILLS=200 MAILS=500 SEED=1 POINT=name POSTGRESQL=1
	$(setup) test
	@$(python) -m scripts.chaos $(if $(KILLS),--kills $(KILLS)) $(if $(MAILS),--mails $(MAILS)) $(if $(SEED),--seed $(SEED)) \
	  $(if $(POINT),--point "$(POINT)") $(if $(POSTGRESQL),--postgresql) $(if $(SETTINGS),--settings "$(SETTINGS)") $(if $(KEEP),--keep "$(KEEP)")

fuzz:  ## mails made to break reading, screening and choosing, by Hypothesis and by atheris; SECONDS=600 each, SEED=1 MAILS=folder
	$(setup) test
	-$(setup) fuzz
	@$(python) -m scripts.fuzz $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED)) $(if $(MAILS),--mails $(MAILS))

lock:  ## requirements/*.txt and THIRD_PARTY.md from pyproject.toml; UPGRADE=1 takes the newest versions
	$(setup) lock
	@$(python) -m scripts.lock $(if $(UPGRADE),--upgrade)
	$(setup) test
	@$(python) -m scripts.licences --write

clean:  ## caches, build artefacts and .venv; never var/ or applications/
	rm -rf .venv build dist demo-out fuzz-out .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find intake scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +
