# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX makes of a credential type, a survey and a message, as its source has it.

From awx/main/models/credential.py (`inject_credential`), awx/main/fields.py (`CredentialTypeInjectorField`),
awx/main/models/mixins.py (surveys) and awx/main/models/notifications.py, of 2024.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

HIDDEN = "**********"
PROHIBITED = {
    "VIRTUAL_ENV",
    "PATH",
    "PYTHONPATH",
    "JOB_ID",
    "INVENTORY_ID",
    "INVENTORY_SOURCE_ID",
    "INVENTORY_UPDATE_ID",
}
PROHIBITED |= {"AD_HOC_COMMAND_ID", "REST_API_URL", "REST_API_TOKEN", "MAX_EVENT_RES", "CALLBACK_QUEUE"}
PROHIBITED |= {
    "CALLBACK_CONNECTION",
    "CACHE",
    "JOB_CALLBACK_DEBUG",
    "INVENTORY_HOSTVARS",
    "AWX_HOST",
    "PROJECT_REVISION",
}
FIELD_KEYS = {"id", "type", "label", "help_text", "secret", "multiline", "default", "choices", "format"}
# What each message is tried with before AWX takes it: a job that has left nothing.
STUB = {
    "job": {
        "artifacts": {},
        "id": 42,
        "name": "Stub JobTemplate",
        "status": "running",
        "job_explanation": "Sample job explanation",
    },
    "job_friendly_name": "Job",
    "url": "https://towerhost/#/jobs/playbook/1010",
    "approval_status": "approved",
    "approval_node_name": "Approve Me",
    "workflow_url": "https://towerhost/#/jobs/workflow/1010",
    "job_metadata": "{'url': 'https://towerhost/$/jobs/playbook/13'}",
}


@dataclass
class Injected:
    """What a job is given for a credential, and what AWX keeps of it as `job_env`."""

    env: dict[str, str]
    safe_env: dict[str, str]
    path: Path | None


def check_type(kind: Mapping[str, Any]) -> None:
    """What AWX checks before it takes a credential type. An AssertionError says what it would refuse."""
    fields = kind["inputs"]["fields"]
    ids = [field["id"] for field in fields]
    assert len(set(ids)) == len(ids)
    assert "tower" not in ids
    assert set(kind["inputs"]["required"]) <= set(ids)
    for field in fields:
        assert field.keys() <= FIELD_KEYS, field
        assert field["type"] in ("string", "boolean")
        assert re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", field["id"])
    injectors = kind["injectors"]
    assert injectors.keys() <= {"file", "env", "extra_vars"}
    for name in injectors["file"]:
        assert re.fullmatch(r"template(\.[a-zA-Z_]+[a-zA-Z0-9_]*)?", name)
    for name in injectors["env"]:
        assert re.fullmatch(r"[A-Z_]+[A-Z0-9_]*", name)
        assert name not in PROHIBITED
        assert not name.startswith("ANSIBLE_")
    namespace = {"tower": SimpleNamespace(filename="EXAMPLE_FILENAME"), **dict.fromkeys(ids, "EXAMPLE")}
    strict = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for template in [*injectors["file"].values(), *injectors["env"].values()]:
        strict.from_string(template).render(**namespace)


def inject(kind: Mapping[str, Any], inputs: Mapping[str, str], folder: Path) -> Injected:
    """The environment of a job with a credential. Its file is in ``folder``, as AWX writes it: nothing is added.

    An input that is empty is not known to the templates at all.
    """
    secret = {field["id"] for field in kind["inputs"]["fields"] if field.get("secret")}
    tower = SimpleNamespace()
    namespace: dict[str, Any] = {"tower": tower}
    safe: dict[str, Any] = {"tower": tower}
    for name, value in inputs.items():
        if value:
            namespace[name] = value
        if name in secret:
            safe[name] = HIDDEN
        elif value:
            safe[name] = value
    sandboxed = ImmutableSandboxedEnvironment()
    path = None
    for template in kind["injectors"]["file"].values():
        handle, name = tempfile.mkstemp(dir=folder)  # mode 0600
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(sandboxed.from_string(template).render(**namespace))
        path = Path(name)
        tower.filename = str(path)
    env = kind["injectors"]["env"]
    return Injected(
        {name: sandboxed.from_string(template).render(**namespace) for name, template in env.items()},
        {name: sandboxed.from_string(template).render(**safe) for name, template in env.items()},
        path,
    )


def answer_faults(question: Mapping[str, Any], answers: Mapping[str, Any]) -> list[str]:
    """What AWX says of the answer to a question of a survey."""
    name, kind = question["variable"], question["type"]
    if name not in answers:
        return [f"{name}: value missing"] if question["required"] else []
    answer = answers[name]
    types = {"text": str, "textarea": str, "password": str, "integer": int, "float": (int, float), "multiselect": list}
    if kind in types and (not isinstance(answer, types[kind]) or isinstance(answer, bool)):
        return [f"{name}: {answer!r} is no {kind}"]
    if kind == "multiplechoice":
        return [] if answer in question["choices"] else [f"{name}: {answer!r} is no choice"]
    size = len(answer) if isinstance(answer, str) else answer
    faults = [
        f"{name} is too small" for _once in [0] if question.get("min") not in (None, "") and size < question["min"]
    ]
    return faults + [
        f"{name} is too large" for _once in [0] if question.get("max") not in (None, "") and size > question["max"]
    ]


def launch(template: Mapping[str, Any], survey: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The extra variables of a job: those of the template, the defaults of the survey, the answers; the last wins."""
    faults = [
        fault for question in survey["spec"] for fault in answer_faults(question, {**defaults(survey), **answers})
    ]
    assert not faults, faults
    unknown = answers.keys() - {question["variable"] for question in survey["spec"]}
    assert not unknown, f"not asked for: {unknown}"
    return {**template["extra_vars"], **defaults(survey), **answers}


def defaults(survey: Mapping[str, Any]) -> dict[str, Any]:
    """By variable, what is answered by whoever answers nothing. Defaults that are no valid answers are dropped."""
    found = {each["variable"]: each["default"] for each in survey["spec"] if each.get("default") is not None}
    wrong = {each["variable"] for each in survey["spec"] if answer_faults(each, found)}
    return {name: value for name, value in found.items() if name not in wrong}


class _Unsafe(str):
    """Text that Ansible must not take for a template: AWX marks what was given at the launch."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(_Unsafe, lambda dumper, value: dumper.represent_scalar("!unsafe", str(value)))


def extra_vars_file(variables: Mapping[str, Any]) -> str:
    """The YAML that AWX hands a job's extra variables over in."""
    marked = {name: _Unsafe(value) if isinstance(value, str) else value for name, value in variables.items()}
    return yaml.dump(marked, Dumper=_Dumper)


def check_messages(messages: Mapping[str, Any]) -> None:
    """What AWX checks before it takes the messages of a notification template."""
    strict = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for event, parts in messages.items():
        assert event in ("started", "success", "error", "workflow_approval")
        for message in parts.values() if event == "workflow_approval" else [parts]:
            assert message.keys() <= {"message", "body"}
            for text in message.values():
                assert strict.from_string(text).render(**STUB).strip()
            assert "\n" not in message["message"], "AWX takes no newline in it"
    assert messages.get("workflow_approval", {}).keys() <= {"running", "approved", "timed_out", "denied"}


def message(messages: Mapping[str, Any], event: str, job: Mapping[str, Any]) -> tuple[str, str]:
    """The message and the body that are sent for a job."""
    environment = ImmutableSandboxedEnvironment()
    context = {**STUB, "job": {**STUB["job"], **job}, "url": "https://awx.acme.example/#/jobs/playbook/4711"}  # type: ignore[dict-item]
    rendered = [environment.from_string(messages[event][part]).render(**context) for part in ("message", "body")]
    return rendered[0], rendered[1]
