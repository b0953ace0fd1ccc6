# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kit in extensions/awx: AWX takes it, and jobs that are given what AWX gives do their work and leak nothing.

Jobs run from the collection as it is installed, with nothing of the clone in their path.
"""

from __future__ import annotations

import copy
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import jwt
import pytest
import yaml
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from integration import artifact, awx_controller
from integration.awx_jobs import KIT, NUMBER, Job, read_yaml, run_job, survey
from integration.canaries.forms import Canary
from integration.guides import EXAMPLES
from integration.playbooks import Player
from integration.receivers import store
from integration.stand_ins import install, recorded
from jinja2.exceptions import UndefinedError

from sandbox import RunningOrg, start

ROOT = KIT.parents[1]
APP = read_yaml("credential_types/okta.yml")
STORE = read_yaml("credential_types/report_store.yml")
MESSAGES = read_yaml("messages.yml")
TEMPLATES = {each["name"]: each for each in read_yaml("job_templates.yml")["job_templates"]}
SURVEYS = sorted(file.stem for file in (KIT / "surveys").glob("*.json"))
# By the beginning of a variable's name, the role that has it.
ROLES = ("user_audit", "host_account_audit")
PASSPHRASE = "a passphrase/with+signs=and more&é"


@pytest.fixture(scope="module", autouse=True)
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANSIBLE_COLLECTIONS_PATH", str(artifact.install(tmp_path_factory.mktemp("artifact"))))
        yield


@pytest.fixture(scope="module")
def org() -> Iterator[RunningOrg]:
    with start(users=60, deprovisioned=5, seed=11) as running:
        yield running


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a short path: ansible-core 2.21 keeps a socket in TMPDIR, and its path has room for 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="awx-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def credential(org: RunningOrg, place: Path, **inputs: str) -> awx_controller.Injected:
    """What a job is given for a credential: what isn't in ``inputs`` is left empty, as in the form."""
    given = {"org_url": org.url, "client_id": org.client_id, "private_key": org.private_key, **inputs}
    every = {field["id"]: given.get(field["id"], "") for field in APP["inputs"]["fields"]}
    (place / "given").mkdir(exist_ok=True)
    return awx_controller.inject(APP, every, place / "given")


def canaries(org: RunningOrg, key: str) -> list[Canary]:
    lines = "\n".join(line for line in key.replace("\\n", "\n").splitlines() if len(line) >= 16 and "-----" not in line)
    tokens = [Canary(f"token {number}", token.partition(".")[2]) for number, token in enumerate(org.tokens())]
    assert tokens
    return [Canary("the key", lines), Canary("the passphrase", PASSPHRASE), *tokens]


def assert_nothing_leaks(job: Job, secrets: list[Canary]) -> None:
    assert not job.not_searched(), job.told
    assert {file: [str(each) for each in found] for file, found in job.leaks(secrets).items()} == {}


@pytest.mark.parametrize("kind", [APP, STORE], ids=lambda kind: kind["name"])
def test_awx_takes_the_credential_types(kind: dict[str, Any]) -> None:
    awx_controller.check_type(kind)
    labels = [field["label"] for field in kind["inputs"]["fields"]]
    assert len(set(labels)) == len(labels)
    assert all(field["help_text"].endswith(".") for field in kind["inputs"]["fields"])
    wrong = copy.deepcopy(kind)
    wrong["injectors"]["env"]["OKTA_ORG_URL"] = "{{ awx.filename }}"
    with pytest.raises(UndefinedError, match="'awx' is undefined"):  # what the manual of AWX says, and AWX doesn't know
        awx_controller.check_type(wrong)


def test_what_awx_keeps_of_the_environment(org: RunningOrg, place: Path) -> None:
    """The job is given the passphrase in its environment, and AWX keeps it hidden. The key is in no environment."""
    injected = credential(org, place, private_key_passphrase=PASSPHRASE)
    assert injected.env["OKTA_PRIVATE_KEY_PASSPHRASE"] == PASSPHRASE
    assert injected.safe_env == {**injected.env, "OKTA_PRIVATE_KEY_PASSPHRASE": awx_controller.HIDDEN}
    assert "PRIVATE KEY" not in json.dumps(injected.env)
    assert injected.path is not None
    assert injected.path.stat().st_mode & 0o777 == 0o600
    assert injected.path.read_text(encoding="utf-8") == org.private_key


def pem(org: RunningOrg) -> dict[str, str]:
    return {"private_key": org.private_key, "key_id": org.key_id}


def jwk(org: RunningOrg) -> dict[str, str]:
    """It has its kid in it, and the form is left empty there."""
    key = load_pem_private_key(org.private_key.encode(), None)
    return {"private_key": json.dumps({**jwt.algorithms.RSAAlgorithm.to_jwk(key, as_dict=True), "kid": org.key_id})}  # type: ignore[arg-type]


def encrypted(org: RunningOrg) -> dict[str, str]:
    key = load_pem_private_key(org.private_key.encode(), None)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE.encode()))
    return {"private_key": locked.decode(), "private_key_passphrase": PASSPHRASE}


PASTED: dict[str, Callable[[RunningOrg], dict[str, str]]] = {
    "a PEM key": pem,
    "without its last newline": lambda org: {"private_key": org.private_key.rstrip("\n")},
    "with newlines that older AWX escaped": lambda org: {"private_key": org.private_key.replace("\n", "\\n")},
    "with the newlines of Windows": lambda org: {"private_key": org.private_key.replace("\n", "\r\n")},
    "a JWK": jwk,
    "an encrypted key": encrypted,
    "with scopes": lambda org: {**pem(org), "scopes": "okta.users.read okta.groups.read"},
}


@pytest.mark.parametrize("pasted", PASTED)
def test_keys_as_they_are_pasted(org: RunningOrg, place: Path, pasted: str) -> None:
    inputs = PASTED[pasted](org)
    # Facts have the environment, and so the passphrase: the guide says so.
    controls = "private_key_passphrase" not in inputs
    injected = credential(org, place, **inputs)
    environment = {"OKTA_CA_PATH": str(org.ca_path)}
    job = run_job(place, "idops.okta.quickstart", [injected], {}, controls=controls, environment=environment)
    assert job.rc == 0, job.told
    (shown,) = [result for result in job.results("Show how many users have each status") if "msg" in result]
    assert "65" in shown["msg"][-1]
    assert not [
        result
        for result in job.results("Get a token for an assertion signed with the app's private key")
        if result.get("warnings")
    ]
    found = job.leaks(canaries(org, inputs["private_key"] if pasted != "a JWK" else org.private_key))
    assert {file: [str(each) for each in findings] for file, findings in found.items()} == {}
    if controls:
        assert not job.not_searched(), job.told


def test_no_key_was_pasted(org: RunningOrg, place: Path) -> None:
    """The file of the key is there, and empty, and the job says so."""
    injected = credential(org, place, private_key="")
    assert injected.path is not None
    assert injected.path.read_bytes() == b""
    job = run_job(place, "idops.okta.quickstart", [injected], {}, controls=False)
    assert job.rc != 0
    assert (
        "key file is empty" in job.results("Get a token for an assertion signed with the app's private key")[-1]["msg"]
    )


@pytest.mark.parametrize("name", SURVEYS)
def test_awx_takes_the_surveys(name: str) -> None:
    content = survey(name)
    assert content.keys() == {"name", "description", "spec"}
    assert content["name"]
    for question in content["spec"]:
        assert {"question_name", "variable", "type", "required"} <= question.keys()
        assert question["type"] in ("text", "textarea", "integer", "multiplechoice")
        assert len(question.get("choices", [])) == len(set(question.get("choices", [])))
        assert "default" in question or question["required"]
        if question["type"] not in ("text", "textarea"):
            assert question["required"], "an empty answer would be neither a number nor a choice"
        assert question["type"] != "password", "secrets belong into a credential"
    valid = awx_controller.defaults(content)
    assert valid == {each["variable"]: each["default"] for each in content["spec"] if "default" in each}


@pytest.mark.parametrize("name", SURVEYS)
def test_surveys_ask_for_variables_of_roles(name: str) -> None:
    """Each question is about a variable of the role, offers what it takes, and its default is the role's own."""
    role = next(role for role in ROLES if any(each["variable"].startswith(f"{role}_") for each in survey(name)["spec"]))
    folder = ROOT / "roles" / role
    options = yaml.safe_load((folder / "meta" / "argument_specs.yml").read_text("utf-8"))["argument_specs"]["main"][
        "options"
    ]
    own = yaml.safe_load((folder / "defaults" / "main.yml").read_text("utf-8"))
    for question in survey(name)["spec"]:
        variable = question["variable"]
        option = options[variable]
        if option["type"] == "bool":
            assert question["choices"] == ["true", "false"]
            assert question["default"] == json.dumps(own[variable])
        elif option["type"] == "list":
            assert (question["type"], question["default"], own[variable]) == ("textarea", "", [])
            # ansible-core 2.19 and newer make None of `!unsafe ''`, which validation takes where there is no default.
            assert "default" not in option
        else:
            assert question.get("choices") == option.get("choices")
            assert question.get("default", "") == own[variable]
            assert question["required"], "empty text is None to ansible-core 2.19 and newer"
            assert (question["type"] == "integer") == (option["type"] in ("int", "float"))


def audit(
    org: RunningOrg,
    place: Path,
    name: str,
    answers: Mapping[str, Any],
    *stores: awx_controller.Injected,
    extra_vars: Mapping[str, Any] | None = None,
    schedule: bool = False,
    hosts: Sequence[str] = (),
) -> Job:
    """A job of one of the templates, and what is set beside it in the template."""
    own = {**TEMPLATES[name]["extra_vars"], **(extra_vars or {})}
    # In a container, /tmp is the job's own.
    own = {each: str(place / "searched" / "report") if each.endswith("_audit_dir") else own[each] for each in own}
    variables = awx_controller.launch({"extra_vars": own}, survey(TEMPLATES[name]["survey"]), answers)
    given = [credential(org, place, key_id=org.key_id), *stores]
    environment = {"OKTA_CA_PATH": str(org.ca_path)}
    return run_job(
        place, TEMPLATES[name]["playbook"], given, variables, environment=environment, schedule=schedule, hosts=hosts
    )


def test_a_scheduled_audit(org: RunningOrg, place: Path) -> None:
    """Nobody answers the survey, and nobody has launched it."""
    org.reset()
    job = audit(org, place, "Okta: user audit", {}, schedule=True)
    assert job.rc == 0, job.told
    report = json.loads((place / "searched" / "report" / "report.json").read_bytes())
    runner = report["provenance"]["runner"]
    assert runner["launched_by"] == "Every Monday"
    assert (str(runner["job_id"]), runner["job_template"]) == (str(NUMBER), "Okta: user audit")
    assert runner["project_revision"] == "0a1b2c3d4e5f"
    assert report["provenance"]["preset"] == "none"
    paths = {entry["path"] for entry in org.journal()}
    assert "/api/v1/api-tokens" in paths
    assert "/api/v1/groups" not in paths
    assert job.artifacts["user_audit"]["summary"] == report["summary"]
    assert not job.results("Send files to the store"), "there is no store"
    assert_nothing_leaks(job, canaries(org, org.private_key))
    told, body = awx_controller.message(MESSAGES, "success", {"name": "Okta: user audit", "artifacts": job.artifacts})
    assert f" {report['summary']['fail']} findings:" in told
    assert f"{report['summary']['by_severity']['medium']:8} medium" in body
    assert job.artifacts["user_audit"]["report_sha256"] in body
    logins = [user["profile"]["login"] for user in org.users()]
    assert not [login for login in logins if login in told + body], "numbers and places, and nobody's name"


def test_an_audit_with_answers_that_fails_for_what_it_found(org: RunningOrg, place: Path) -> None:
    """The report is delivered all the same, and the notification says where to."""
    org.reset()
    secret = "Bearer a-secret-of-the-store-0123456789"
    answers = {
        "user_audit_preset": "stig",
        "user_audit_fail_on": "low",
        "user_audit_privileges": "true",
        "user_audit_factors_groups": "Finance\n Sales , ",
        "user_audit_factors_everyone": "false",
        "user_audit_workers": 2,
    }
    with store(place) as shop:
        (place / "given").mkdir()
        inputs = {"url": shop.url, "headers": f"Authorization: {secret}\nX-Team: audits"}
        injected = awx_controller.inject(STORE, inputs, place / "given")
        trusted = {"report_delivery_ca_path": str(shop.ca_path)}
        job = audit(org, place, "Okta: user audit", answers, injected, extra_vars=trusted)
    assert job.failed() == ["Fail for what was found"], job.told
    assert {request.headers["Authorization"] for request in shop.received} == {secret}
    name = job.artifacts["report_delivery"]["name"]
    assert shop.received[-1].path == f"/audits/{name}/manifest.json"
    assert name.startswith("user_audit-")
    assert name.endswith(f"-job{NUMBER}")
    report = json.loads((place / "searched" / "report" / "report.json").read_bytes())
    assert report["provenance"]["runner"]["launched_by"] == "grace"
    assert report["provenance"]["preset"] == "stig"
    groups = [entry["path"] for entry in org.journal() if entry["path"].startswith("/api/v1/groups")]
    assert len([path for path in groups if path.endswith("/users")]) == 2, groups
    assert_nothing_leaks(job, [*canaries(org, org.private_key), Canary("the store's", secret)])
    told, _body = awx_controller.message(MESSAGES, "error", {"name": "Okta: user audit", "artifacts": job.artifacts})
    assert "was made to fail for what was found" in told
    assert name in told


def test_an_audit_of_hosts(org: RunningOrg, place: Path) -> None:
    """The control node is in no inventory, and the report is delivered to a host of it."""
    org.reset()
    evidence = place / "searched" / "evidence"
    settings = {
        "host_account_audit_become": False,
        "report_delivery_host": "evidence.acme.example",
        "report_delivery_host_dir": str(evidence),
    }
    answers = {"host_account_audit_hosts": "web*", "host_account_audit_email_local_part": "false"}
    hosts = ("web1", "evidence.acme.example")
    job = audit(org, place, "Okta: host account audit", answers, extra_vars=settings, schedule=True, hosts=hosts)
    assert job.rc == 0, job.told
    report = json.loads((place / "searched" / "report" / "report.json").read_bytes())
    assert report["kind"] == "host_account_audit"
    assert [host["name"] for host in report["population"]["hosts"]] == ["web1"]
    assert job.artifacts["host_account_audit"]["summary"] == report["summary"]
    delivered = evidence / job.artifacts["report_delivery"]["name"] / "report.json"
    assert json.loads(delivered.read_bytes()) == report
    assert_nothing_leaks(job, canaries(org, org.private_key))
    told, body = awx_controller.message(MESSAGES, "success", {"name": "Hosts", "artifacts": job.artifacts})
    assert f" {report['summary']['fail']} findings:" in told
    assert job.artifacts["host_account_audit"]["report_sha256"] in body


def test_answers_that_switch_off(org: RunningOrg, place: Path) -> None:
    """Text that says false is false."""
    org.reset()
    answers = {
        "user_audit_privileges": "false",
        "user_audit_factors_everyone": "false",
        "user_audit_factors_groups": "",
    }
    job = audit(org, place, "Okta: user audit", answers)
    assert job.rc == 0, job.told
    assert {entry["path"] for entry in org.journal()} == {"/oauth2/v1/token", "/api/v1/users"}
    assert "admin_inventory" in job.artifacts["user_audit"]["not_assessed"]


def test_awx_takes_the_messages() -> None:
    awx_controller.check_messages(MESSAGES)
    told, _body = awx_controller.message(MESSAGES, "error", {"name": "Okta: user audit", "artifacts": {}})
    assert "There is no audit" in told


SETTINGS = {
    "okta_awx_image": "registry.acme.example/okta-audits:1.0",
    "okta_awx_project_url": "https://git.acme.example/security/okta-audits.git",
}


@pytest.mark.parametrize("collection", ["awx.awx", "ansible.controller"])
def test_setting_up(play: Player, org: RunningOrg, tmp_path: Path, collection: str) -> None:
    """AWX is handed what stands in the files, templates and all, and the key goes into the credential alone."""
    records = install(tmp_path / "collections", collection)
    guide = yaml.safe_load(next(each.text for each in EXAMPLES if "okta_awx_image:" in each.text))
    guide["okta_awx_notification_configuration"]["token"] = "a-token-of-the-chat-0123456789"
    settings = {**guide, "okta_awx_collection": collection}
    paths = os.pathsep.join([os.environ["ANSIBLE_COLLECTIONS_PATH"], str(tmp_path / "collections")])
    environment = {**org.environment(), "ANSIBLE_COLLECTIONS_PATH": paths}
    run = play(f"- ansible.builtin.import_playbook: {KIT}/setup.yml\n", environment, "-vv", "-e", json.dumps(settings))
    assert org.private_key.splitlines()[1] not in run.stdout + json.dumps(run.outcomes)
    assert guide["okta_awx_notification_configuration"]["token"] not in run.stdout + json.dumps(run.outcomes)
    made = recorded(records)
    assert {each["module"].rpartition(".")[0] for each in made} == {collection}

    def of(module: str) -> dict[str, dict[str, Any]]:
        return {each["name"]: each for each in made if each["module"] == f"{collection}.{module}"}

    for kind in (APP, STORE):
        assert {part: of("credential_type")[kind["name"]][part] for part in ("kind", "inputs", "injectors")} == {
            part: kind[part] for part in ("kind", "inputs", "injectors")
        }
    inputs = of("credential")["Okta"]["inputs"]
    assert (inputs["org_url"], inputs["private_key"].strip()) == (org.url, org.private_key.strip())
    (notification,) = of("notification_template").values()
    assert notification["messages"] == MESSAGES
    made_templates = of("job_template")
    assert made_templates.keys() == TEMPLATES.keys()
    for name, template in TEMPLATES.items():
        job = made_templates[name]
        assert job["survey_spec"] == survey(template["survey"])
        assert job["extra_vars"] == template["extra_vars"]
        assert (job["allow_simultaneous"], job["use_fact_cache"]) == (False, False)
        assert job["inventory"] == ("Production" if template["hosts"] else "Okta: control node")
        assert job["credentials"] == ["Okta", *(["Audit of hosts"] if template["hosts"] else [])]
        assert job["notification_templates_error"] == [notification["name"]]
        assert (KIT / "project" / job["playbook"]).is_file()
    (workflow,) = of("workflow_job_template").values()
    assert workflow["workflow_nodes"] == read_yaml("workflow.yml")["workflow_nodes"]
    (schedule,) = of("schedule").values()
    assert schedule["unified_job_template"] == "Okta: user audit"
    assert schedule["rrule"] == guide["okta_awx_schedule"]


def test_setting_up_without_hosts(play: Player, tmp_path: Path) -> None:
    """The audit of users alone, without a key at hand, a notification and a schedule."""
    records = install(tmp_path / "collections", "awx.awx")
    paths = os.pathsep.join([os.environ["ANSIBLE_COLLECTIONS_PATH"], str(tmp_path / "collections")])
    playbook = f"- ansible.builtin.import_playbook: {KIT}/setup.yml\n"
    play(playbook, {"ANSIBLE_COLLECTIONS_PATH": paths}, "-e", json.dumps(SETTINGS))
    made = recorded(records)
    assert [each["name"] for each in made if each["module"].endswith(".job_template")] == ["Okta: user audit"]
    assert not {"credential", "notification_template", "schedule", "workflow_job_template"} & {
        each["module"].rpartition(".")[2] for each in made
    }


def test_the_workflow_waits_for_an_approval() -> None:
    """There is no way from the audit to the remediation around it."""
    nodes = {node["identifier"]: node for node in read_yaml("workflow.yml")["workflow_nodes"]}
    ways = {name: node.get("related", {}) for name, node in nodes.items()}
    assert ways["audit"] == {"success_nodes": [{"identifier": "approval"}]}
    assert ways["approval"] == {"success_nodes": [{"identifier": "remediation"}]}
    assert ways["remediation"] == {}
    assert nodes["approval"]["unified_job_template"]["type"] == "workflow_approval"
    for name in ("audit", "remediation"):
        assert nodes[name]["unified_job_template"]["name"] in TEMPLATES
    assert TEMPLATES[nodes["remediation"]["unified_job_template"]["name"]]["extra_vars"]["host_account_audit_remediate"]
    assert "host_account_audit_remediate" not in TEMPLATES[nodes["audit"]["unified_job_template"]["name"]]["extra_vars"]


def test_the_two_lists_of_tasks_are_alike() -> None:
    mine, theirs = ((KIT / "tasks" / f"{name}.yml").read_text("utf-8") for name in ("awx.awx", "ansible.controller"))
    assert mine.replace("  awx.awx.", "  ansible.controller.") == theirs


def test_the_message_of_the_guide() -> None:
    """AWX takes it, and it says what it is meant to."""
    (text,) = [each.text for each in EXAMPLES if each.language == "jinja"]
    awx_controller.check_messages({"success": {"message": text.strip()}})
    summary = {"by_severity": {"high": 3}}
    job = {"artifacts": {"user_audit": {"summary": summary}}}
    messages = {"success": {"message": text, "body": text}}
    assert awx_controller.message(messages, "success", job)[0].startswith("3 high https://awx.acme.example/")
