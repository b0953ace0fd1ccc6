# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the documentation shows can be run: the plays and commands of README and guides, and all modules' EXAMPLES.

They run as they stand, with what `REPLACED` replaces. An example that is none of a play, tasks, variables of a role and
commands fails here, and so does a new one that can't be run: either it is wrong, or it needs something that `PREPARED`
lacks.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
import yaml
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from integration.guides import DOCUMENTS, EXAMPLES, MODULES, Example
from integration.journals import TOKEN, asked
from integration.playbooks import Player, Task, task

from sandbox import RunningOrg, start

# The app of the examples: the sandbox has one of this name, with a key of this id.
CLIENT_ID, KEY_ID = "0oa1gjh63g214q0Hq0g4", "Nr3cDnZ2hqXKo0RyxY2b"
SCOPES = [f"okta.{name}.read" for name in ("users", "groups", "roles", "logs", "apiTokens", "policies")]

# What an example has, what it becomes, and why.
REPLACED = (
    ("https://acme.okta.com", "{org.url}", "the org of the examples is no org of ours"),
    ("/run/secrets/okta-key.json", "{org.private_key_path}", "nor is there a secret of AWX"),
    ("/var/lib/okta-audit", "{place}/audit", "tests stay in their own folder"),
    ("/srv/okta-audits", "{place}/evidence", "the same, on another host"),
    ("/var/lib/audit", "{place}/audit", "for the same reason"),
    ("by_severity.high == 0", "by_severity.high >= 0", "the sandbox org has users that an audit finds"),
    ("user_audit_fail_on: high", "user_audit_fail_on: none", "for the same reason"),
)
# Commands that are not run here, by how they begin, and why.
NOT_RUN = {
    "make demo": "it is what test_environment.py is about",
    "make test": "it is what runs this",
    "ansible-galaxy collection install idops.okta": "test_artifact.py installs what is built here",
    "python3 -m pip install ": "what is needed is there, or nothing would run",
    "cp ~/.ansible/": "test_execution_environment.py takes the file from what is installed there",
    "ansible-builder build": "there is no container engine; test_execution_environment.py has the image written down",
    "podman push": "for the same reason",
    "export CONTROLLER_": "there is no AWX",
    "ansible-galaxy collection install awx.awx": "test_awx.py has stand-ins for its modules",
    "ansible-playbook ~/.ansible/": "test_awx.py runs it with these",
    "ansible-playbook idops.okta.host_account_audit": "test_host_account_audit.py runs it, over hosts",
}
# Files that are no playbooks, by their keys.
OTHER_FILES = {
    ("collections",): "requirements.yml",
    (
        "version",
        "images",
        "dependencies",
        "additional_build_files",
        "additional_build_steps",
    ): "execution-environment.yml",
}
# Examples that other tests run, by words in them, and which.
RUN_ELSEWHERE = {
    "additional_build_steps:": "test_execution_environment.py",
    "okta_awx_image:": "test_awx.py",
    "community.general.mail:": "test_delivery.py",
}
# A host to deliver to. It is this one.
HOSTS = {"evidence.acme.example": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}}
# How variables of roles begin.
VARIABLES_OF = ("user_audit_", "report_delivery_")
# The variables that a playbook of a user's would have.
VARIABLES = {"ansible_user_dir": "{place}"}


ALL_YAML = [example for example in EXAMPLES if example.language.startswith("yaml")]
YAML = [example for example in ALL_YAML if not any(words in example.text for words in RUN_ELSEWHERE)]
TEMPLATES = [example for example in EXAMPLES if example.language == "jinja"]  # test_awx.py has AWX render them
SHELL = [example for example in EXAMPLES if example.language in ("bash", "console", "shell")]
SHELL_DOCUMENTS = sorted({example.source.partition(":")[0] for example in SHELL})


def audited(dest: str) -> list[Task]:
    """Tasks that leave the report of an audit in a folder."""
    return [
        task("A folder", "ansible.builtin.file", {"path": "{{ ansible_user_dir }}/audit", "state": "directory"}),
        task(
            "A population",
            "okta_users_info",
            {"include_deprovisioned": True, "dest": "{{ ansible_user_dir }}/audit/earlier.jsonl"},
            register="earlier",
        ),
        task(
            "An audit",
            "user_audit_findings",
            {
                "population": "{{ earlier.path }}",
                "complete": True,
                "provenance": {"org_url": "{{ lookup('ansible.builtin.env', 'OKTA_ORG_URL') }}"},
                "dest": dest,
            },
        ),
    ]


def hosts_audited(dest: str, work: str) -> list[Task]:
    """Tasks that leave the report of an audit of hosts in a folder, and what was read in another: of no host at all."""
    index = f"{work}/index.sqlite"
    users = {"include_deprovisioned": True, "dest": f"{work}/users.jsonl"}
    return [
        task("A folder for users", "ansible.builtin.file", {"path": work, "state": "directory", "mode": "0700"}),
        task("Users", "okta_users_info", users, register="of_hosts"),
        task(
            "An index",
            "host_account_index",
            {"population": "{{ of_hosts.path }}", "complete": True, "dest": index},
        ),
        task("No accounts", "host_account_findings", {"index": index, "dest": work}),
        task(
            "An audit of hosts",
            "host_account_report",
            {"index": index, "folder": work, "hosts": ["localhost"], "dest": dest},
        ),
    ]


# What must be there before an example can be run, by words in it.
PREPARED: dict[str, list[Task]] = {
    "report: reports/2026-01/report.json": [
        task("A folder for reports", "ansible.builtin.file", {"path": "reports", "state": "directory"}),
        *audited("reports/2026-01"),
    ],
    "audit/2025-q4/report.json": audited("{{ ansible_user_dir }}/audit/2025-q4"),
    "/host-account-audit/report.json": hosts_audited(
        "{{ ansible_user_dir }}/host-account-audit", "{{ ansible_user_dir }}/host-account-audit-work"
    ),
    "/audit/work": hosts_audited("{{ ansible_user_dir }}/audit/earlier", "{{ ansible_user_dir }}/audit/work"),
}
# The hosts of plays that are not for localhost alone.
INVENTORY = "localhost ansible_connection=local ansible_become=false ansible_python_interpreter='{python}'\n"


@pytest.fixture(scope="module")
def acme() -> Iterator[RunningOrg]:
    """A small org with the app of the examples."""
    with start(users=60, deprovisioned=5, seed=7) as org:
        yield org


@pytest.fixture
def place(acme: RunningOrg, tmp_path: Path) -> Path:
    """A folder with the app's key in it, as `okta-key.pem`."""
    acme.reset()
    key = Path(acme.private_key_path).read_bytes()
    (tmp_path / "okta-key.pem").write_bytes(key)
    (tmp_path / "okta-key.pem").chmod(0o600)
    public = load_pem_private_key(key, None).public_key()
    register(acme, json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(public)))  # type: ignore[arg-type]
    return tmp_path


def register(org: RunningOrg, jwk: dict[str, Any]) -> None:
    """What the Admin Console does when a public key is pasted: the key gets an id."""
    org.register_app(CLIENT_ID, jwks=[{**jwk, "kid": KEY_ID, "use": "sig"}], grants=SCOPES)


def environment(org: RunningOrg) -> dict[str, str]:
    """What the examples take for granted."""
    return {**org.environment(CLIENT_ID), "OKTA_KEY_ID": KEY_ID}


def replaced(text: str, org: RunningOrg, place: Path) -> str:
    for old, new, _reason in REPLACED:
        text = text.replace(old, new.format(org=org, place=place))
    return text


TASKS = ("pre_tasks", "tasks", "post_tasks", "handlers", "block", "rescue", "always")


def tasks_of(items: Any) -> Iterator[Task]:
    """All tasks of a play or a list, those in blocks too."""
    for item in items or []:
        inner = [part for part in TASKS if part in item]
        if not inner and "hosts" not in item:
            yield item
        for part in inner:
            yield from tasks_of(item[part])


def kind_of(parsed: Any) -> str:
    if isinstance(parsed, dict) and tuple(parsed) in OTHER_FILES:
        return OTHER_FILES[tuple(parsed)]
    if isinstance(parsed, dict) and parsed and all(name.startswith(VARIABLES_OF) for name in parsed):
        return "variables"
    if isinstance(parsed, dict) and parsed and all(name.startswith("host_account_audit_") for name in parsed):
        return "variables of a host audit"
    if isinstance(parsed, list) and parsed and all(isinstance(item, dict) for item in parsed):
        hosts = {"hosts" in item or "ansible.builtin.import_playbook" in item for item in parsed}
        if len(hosts) == 1:
            return "playbook" if hosts.pop() else "tasks"
    pytest.fail(f"an example that is neither a playbook nor tasks:\n{parsed!r}")


def test_there_are_examples() -> None:
    """The documents are read as they are meant to be."""
    assert len(EXAMPLES) == len(ALL_YAML) + len(SHELL) + len(TEMPLATES), {example.language for example in EXAMPLES}
    for words, elsewhere in RUN_ELSEWHERE.items():
        assert len([example for example in EXAMPLES if words in example.text]) == 1, words
        assert (Path(__file__).parent / elsewhere).is_file()
    sources = {example.source.partition(":")[0] for example in EXAMPLES}
    assert {"README.md", "guide_authentication.rst", "guide_large_orgs.rst", *MODULES} <= sources
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        marks = len(re.findall(r"code-block::", text)) if document.suffix == ".rst" else text.count("```") // 2
        assert marks == sum(example.source.startswith(f"{document.name}:") for example in EXAMPLES)
    for old, _new, _reason in REPLACED:
        assert [example for example in EXAMPLES if old in example.text], f"nothing has {old!r} any more"


@pytest.mark.parametrize("example", YAML, ids=lambda example: example.source)
def test_yaml(play: Player, acme: RunningOrg, place: Path, example: Example) -> None:
    text = replaced(example.text, acme, place)
    parsed = yaml.safe_load(text)
    kind = kind_of(parsed)
    if kind == "requirements.yml":
        assert parsed["collections"] == [{"name": "idops.okta"}]
        return
    before = [each for words, tasks in PREPARED.items() if words in text for each in tasks]
    if kind == "variables":
        parsed = [task("Audit", "ansible.builtin.include_role", {"name": "idops.okta.user_audit"}, vars=parsed)]
        if any(name.startswith("report_delivery_") for name in parsed[0]["vars"]):
            folder = {"report_delivery_dir": "{{ user_audit_result.report | dirname }}", **parsed[0]["vars"]}
            role = {"name": "idops.okta.report_delivery"}
            parsed.append(task("Deliver", "ansible.builtin.include_role", role, vars=folder))
    if kind == "variables of a host audit":  # all of them are checked before a host is looked at
        role = {"name": "idops.okta.host_account_audit", "tasks_from": "fetch"}
        hosts = {"host_account_audit_hosts": "localhost"}
        parsed = [task("Begin an audit", "ansible.builtin.include_role", role, vars={**hosts, **parsed})]
    play_of = {"name": "An example", "hosts": "localhost", "gather_facts": False}
    if kind != "playbook":
        text = json.dumps([{**play_of, "tasks": [*before, *parsed]}])
    elif before:
        text = f"- {json.dumps({**play_of, 'tasks': before})}\n{text}"
    variables = {name: value.format(place=place) for name, value in VARIABLES.items()}
    (place / "hosts.json").write_text(json.dumps({"all": {"hosts": HOSTS}}), encoding="utf-8")
    (place / "inventory").write_text(INVENTORY.format(python=sys.executable), encoding="utf-8")
    named = ["hosts.json"] if any(host in text for host in HOSTS) else ["inventory"] if "hosts: all" in text else []
    inventory = [argument for name in named for argument in ("--inventory", str(place / name))]
    run = play(text, environment(acme), "--diff", "--extra-vars", json.dumps(variables), *inventory)

    ran = {outcome["task"]: outcome["outcome"] for outcome in run.outcomes}
    for item in tasks_of(parsed):
        name = item["name"]
        assert ran[name] == "ok" or (ran[name] == "skipped" and "when" in item), name
    assert {outcome["outcome"] for outcome in run.outcomes} <= {"ok", "skipped"}
    journal = acme.journal()
    assert {entry["status"] for entry in journal} <= {200}
    secrets = [*acme.tokens(), *(line for line in acme.private_key.splitlines() if "-----" not in line)]
    assert not [secret for secret in secrets if secret in run.stdout + run.stderr]


def commands(text: str) -> list[str]:
    """The lines of a shell block that are run."""
    return [line for line in text.splitlines() if line.strip() and not line.startswith(tuple(NOT_RUN))]


@pytest.mark.parametrize("document", SHELL_DOCUMENTS)
def test_commands(play: Player, acme: RunningOrg, place: Path, document: str) -> None:
    """All shell blocks of a document, one after another in one folder, with what they export.

    Where one prints a public key, the app gets that key, as the text says.
    """
    outcomes = place / "outcomes.jsonl"
    outcomes.touch()
    variables = {**play.environment(outcomes), "HOME": str(place), "OKTA_CA_PATH": str(acme.ca_path)}
    blocks = [replaced(example.text, acme, place) for example in SHELL if example.source.startswith(f"{document}:")]
    if not any("export OKTA_ORG_URL=" in block for block in blocks):
        variables |= environment(acme)  # the document takes it for granted
    exported: list[str] = []
    printed = ""
    for block in blocks:
        lines = commands(block)
        if not lines:
            continue
        script = "\n".join(["set -eu", *exported, *lines])
        ended = subprocess.run(
            ["bash", "-c", script],
            cwd=place,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert ended.returncode == 0, f"{script}\n{ended.stdout}\n{ended.stderr}"
        exported += [line for line in lines if line.startswith("export ")]
        printed += ended.stdout
        for line in ended.stdout.splitlines():
            if line.startswith(('{"kty"', '{"crv"')):
                public = json.loads(line)
                assert "d" not in public
                assert (place / "okta-key.pem").stat().st_mode & 0o777 == 0o600
                register(acme, public)
    if exported:
        assert {CLIENT_ID} == {entry["client_id"] for entry in acme.journal()}
        assert {entry["status"] for entry in asked(acme.journal(), TOKEN)} == {200}
        assert {entry["status"] for entry in acme.journal()} == {200}
    key = [line for line in (place / "okta-key.pem").read_text(encoding="ascii").splitlines() if "-----" not in line]
    assert not [secret for secret in [*acme.tokens(), *key] if secret in printed]


def test_the_guide_makes_a_key_of_its_own(play: Player, acme: RunningOrg, place: Path) -> None:
    """The commands of the guide leave another key than the one that was there, and the app takes it, as PEM and all."""
    before = (place / "okta-key.pem").read_bytes()
    makes = next(example.text for example in SHELL if "openssl genpkey" in example.text)
    ended = subprocess.run(
        ["bash", "-c", makes],
        cwd=place,
        env=play.environment(place / "outcomes.jsonl"),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert ended.stderr.strip(".+*-\n ") == ""
    public = json.loads(ended.stdout)
    assert (public["kty"], public["crv"], "d" in public) == ("EC", "P-256", False)
    assert (place / "okta-key.pem").read_bytes() != before
    register(acme, public)
    mine = {"OKTA_PRIVATE_KEY_FILE": str(place / "okta-key.pem")}
    run = play([task("List", "okta_users_info", {"limit": 1})], {**environment(acme), **mine})
    assert run["List"]["count"] == 1
