# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Everything runs from this folder, whatever it is called, and stays in it: the tools live in .venv and .venv-lint,
# which are made when first needed and made anew when what they hold is out of date.

PYTHON ?= python3
ANSIBLE_ARGS ?=
ARGS ?=

# The caller's own Okta org and Ansible settings must not reach the demo or the tests.
unexport $(filter OKTA_% ANSIBLE_%,$(.VARIABLES)) PYTHONPATH PYTHONHOME

# Ansible refuses to start where text is not UTF-8.
ifneq ($(filter C POSIX,$(LC_ALL)),)
export LC_ALL := C.UTF-8
endif

environment := $(PYTHON) tests/tools/environment.py
quiet := ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false
in_venv = PATH="$$PWD/.venv/bin:$$PATH" ANSIBLE_HOME="$$PWD/.venv/ansible"

.NOTPARALLEL:
.PHONY: help benchmark demo test thorough oldest lint artifact clean python lint-python lint-ansible lint-docs lint-changelog lint-sanity
.PHONY: molecule cores docs release-check lint-licences lint-workflows

help:
	@echo "make demo      run the main job and an audit against a sandbox Okta org on this machine"
	@echo "               (ANSIBLE_ARGS=-vvv is handed to ansible-playbook)"
	@echo "make test      run the tests, with the coverage of plugins/"
	@echo "make thorough  run the tests that take minutes: faults, secrets, audits"
	@echo "               (ARGS='-k token' is handed to pytest; the coverage is left out then)"
	@echo "make oldest    try the engine, the modules and the main job with the oldest libraries that are supported"
	@echo "make cores     run sanity and tests on every ansible-core that is supported (CORES='oldest newest')"
	@echo "make molecule  run the scenarios of Molecule against a sandbox org (SCENARIOS=quickstart)"
	@echo "make docs      build the documentation as HTML; a warning fails it"
	@echo "make lint      run the linters and type checks, ansible-test sanity among them"
	@echo "make artifact  build the collection, install it elsewhere, and run the main job from there"
	@echo "make benchmark compare with other clients, which takes hours (ARGS=--quick: minutes)"
	@echo "make clean     remove what the others have made"
	@echo "PYTHON=/path/to/python3 chooses another Python (3.11 or newer)"

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "Python 3.11 or newer is needed; '$(PYTHON)' is: $$($(PYTHON) --version 2>&1)"; \
	    echo "Name another one like this: make PYTHON=/path/to/python3 ..."; exit 1; }

demo: python
	@$(environment) .venv requirements-demo.txt
	@echo "Starting a sandbox Okta org, and running the playbooks idops.okta.quickstart and idops.okta.user_audit against it"
	@rm -rf demo-report
	@$(in_venv) PYTHONPATH="$$PWD/tests" ANSIBLE_COLLECTIONS_PATH="$$PWD/.venv/collections" \
	    $(quiet) DEMO_REPORT="$$PWD/demo-report" \
	    python -m sandbox run --users 1234 --deprovisioned 66 --now now -- \
	    ansible-playbook idops.okta.quickstart idops.okta.user_audit --extra-vars @tests/tools/demo.yml $(ANSIBLE_ARGS)
	@! [ -e demo-report ] || echo "The report of the audit, for a browser: $$PWD/demo-report/report.html"

test: python
	@$(environment) .venv requirements-test.txt
ifeq ($(strip $(ARGS)),)
	@echo "Running the tests, on every core, with the coverage of plugins/; 'make thorough' runs those that take minutes"
	@$(in_venv) python -m pytest -n auto -m "not thorough" -p tests.tools.full_suite --cov --cov-report=term
else
	@$(in_venv) python -m pytest $(ARGS)
endif

thorough: python
	@$(environment) .venv requirements-test.txt
	@echo "Running the tests that take minutes: faults, secrets, audits, the examples of the documentation, the sandbox"
	@$(in_venv) python -m pytest -n auto --dist loadfile -m thorough -p tests.tools.full_suite $(ARGS)

# What is oldest doesn't go together in one environment: the sandbox org needs newer libraries than the modules do.
quickstart = PATH="$$PWD/.venv/bin:$$PATH" PYTHONPATH="$$PWD/tests" ANSIBLE_HOME="$$PWD/.venv-oldest/ansible" \
    ANSIBLE_COLLECTIONS_PATH="$$PWD/.venv/collections" $(quiet) \
    python -m sandbox run --users 1234 -- "$$PWD/.venv-oldest/engine/bin/ansible-playbook" idops.okta.quickstart

oldest: python
	@$(environment) .venv requirements-demo.txt
	@$(environment) .venv-oldest/engine tests/tools/oldest-engine.txt
	@echo "The tests of the engine and the modules, with the oldest ansible-core and libraries"
	@.venv-oldest/engine/bin/python -m pytest -n auto tests/unit/engine tests/unit/modules $(ARGS)
	@echo "The main job, with the oldest ansible-core and libraries"
	@$(quickstart)
	@python39="$$($(PYTHON) tests/tools/oldest_python.py --where)"; \
	if [ -z "$$python39" ]; then echo "There is no Python 3.9 here: modules were not run with it"; else \
	    echo "The same, with modules run by Python 3.9" && \
	    "$$python39" tests/tools/environment.py .venv-oldest/modules tests/tools/oldest-modules.txt && \
	    $(quickstart) --extra-vars '{"ansible_python_interpreter": "'"$$PWD"'/.venv-oldest/modules/bin/python"}'; fi

cores: python
	@$(environment) .venv requirements-test.txt
	@$(in_venv) python tests/tools/cores.py $(CORES) $(if $(strip $(ARGS)),-- $(ARGS))

molecule: python
	@$(environment) .venv-molecule tests/tools/molecule.txt
	@.venv-molecule/bin/python tests/tools/molecule_scenarios.py $(SCENARIOS)

docs: python
	@$(environment) .venv-docs tests/tools/docs.txt
	@.venv-docs/bin/python tests/tools/documentation.py

release-check: python
	@$(environment) .venv-lint/docs tests/tools/lint-docs.txt
	@.venv-lint/docs/bin/python tests/tools/release_check.py $(TAG)

benchmark: python
	@$(environment) .venv requirements-demo.txt
	@$(in_venv) PYTHONPATH="$$PWD/tests" python -m benchmark $(ARGS)

artifact: python
	@$(environment) .venv requirements-test.txt
	@$(in_venv) python -m pytest tests/integration/test_artifact.py $(ARGS)

# The linters have an environment each, so that none holds back another's libraries.
lint: lint-python lint-ansible lint-docs lint-changelog lint-sanity lint-licences lint-workflows

in = PATH="$$PWD/.venv-lint/$(1)/bin:$$PATH"

lint-python: python
	@$(environment) .venv-lint/python tests/tools/lint-python.txt
	@echo "ruff, mypy --strict, shellcheck"
	@$(call in,python) ruff check .
	@$(call in,python) ruff format --check .
	@$(call in,python) mypy .venv-lint/python/collections/ansible_collections/idops/okta/plugins tests/sandbox tests/benchmark tests/tools conftest.py
	@$(call in,python) shellcheck .ci/run
	@$(call in,python) python tests/tools/oldest_python.py

lint-ansible: python
	@$(environment) .venv-lint/ansible tests/tools/lint-ansible.txt
	@echo "ansible-lint, profile production"
	@$(call in,ansible) python tests/tools/says.py "[1-9][0-9]* files processed.*production" ansible-lint --nocolor

lint-docs: python
	@$(environment) .venv-lint/docs tests/tools/lint-docs.txt
	@echo "antsibull-docs lint-collection-docs"
	@$(call in,docs) antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs self .

lint-changelog: python
	@$(environment) .venv-lint/docs tests/tools/lint-docs.txt
	@echo "antsibull-changelog lint"
	@$(call in,docs) antsibull-changelog lint

lint-sanity: python
	@$(environment) .venv-lint/sanity tests/tools/lint-sanity.txt
	@echo "ansible-test sanity (the first time takes half a minute longer: it makes environments of its own)"
	@$(call in,sanity) python tests/tools/sanity.py .venv-lint/home

lint-licences: python
	@$(environment) .venv-lint/licences tests/tools/lint-licences.txt
	@echo "reuse lint: every file says whose it is, and under which licence"
	@$(call in,licences) python tests/tools/says.py "Files with license information: [1-9]" reuse lint

lint-workflows: python
	@$(environment) .venv-lint/workflows tests/tools/lint-workflows.txt
	@echo "The workflows of GitHub: their schema, and zizmor"
	@$(call in,workflows) check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(call in,workflows) zizmor --offline --no-progress --pedantic --config .github/zizmor.yml .github/workflows

clean:
	rm -rf demo-report .venv .venv.lock .venv-lint .venv-oldest .venv-benchmark .venv-cores .venv-molecule .venv-molecule.lock .venv-docs .venv-docs.lock .ansible .cache .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache tests/output
