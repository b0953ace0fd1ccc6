# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules of collections that this one doesn't depend on, to run what the guides show with them.

They have those options of the real ones (awx.awx 23.9, community.general 8.6, amazon.aws 7.6) that are used here, and
refuse all others. Those of AWX write down what they were given; the one for mail really sends it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

AWX = {
    "credential": "name organization credential_type inputs:dict state",
    "credential_type": "name description kind inputs:dict injectors:dict",
    "execution_environment": "name organization image",
    "inventory": "name organization",
    "job_template": (
        "name description organization project playbook inventory execution_environment credentials:list "
        "extra_vars:dict survey_enabled:bool survey_spec:dict allow_simultaneous:bool use_fact_cache:bool "
        "notification_templates_success:list notification_templates_error:list"
    ),
    "notification_template": "name organization notification_type notification_configuration:dict messages:dict",
    "project": "name organization scm_type scm_url scm_branch scm_update_on_launch:bool",
    "schedule": "name unified_job_template rrule",
    "workflow_job_template": (
        "name description organization survey_enabled:bool survey_spec:dict allow_simultaneous:bool "
        "notification_templates_approvals:list destroy_current_nodes:bool workflow_nodes:list"
    ),
}
_RECORDS = """
from __future__ import annotations
import json
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec={spec})
with open({file!r}, "a", encoding="utf-8") as file:
    file.write(json.dumps({{"module": {name!r}, **module.params}}) + "\\n")
module.exit_json(changed=False)
"""
_SENDS = """
from __future__ import annotations
import os, smtplib
from email.message import EmailMessage
from ansible.module_utils.basic import AnsibleModule
options = {"host": {}, "port": {"type": "int"}, "to": {"type": "list"}, "attach": {"type": "list", "elements": "path"}}
module = AnsibleModule(argument_spec={**options, "sender": {}, "subject": {}, "body": {}})
given = module.params
message = EmailMessage()
message["From"], message["To"], message["Subject"] = given["sender"], ", ".join(given["to"]), given["subject"]
message.set_content(given["body"])
for path in given["attach"]:
    with open(path, "rb") as file:
        message.add_attachment(file.read(), maintype="text", subtype="html", filename=os.path.basename(path))
with smtplib.SMTP(given["host"], given["port"]) as server:
    server.send_message(message)
module.exit_json(changed=True)
"""


def _spec(options: str) -> dict[str, dict[str, Any]]:
    pairs = [option.partition(":") for option in options.split()]
    return {name: {"type": kind or "str"} for name, _colon, kind in pairs}


def _write(folder: Path, name: str, text: str) -> None:
    namespace, collection, module = name.split(".")
    file = folder / "ansible_collections" / namespace / collection / "plugins" / "modules" / f"{module}.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/usr/bin/python\n{text}", encoding="utf-8")


def install(folder: Path, *collections: str) -> Path:
    """Makes the modules of some collections in a folder. What they were given is in the file that is returned."""
    records = folder / "records.jsonl"
    modules = {f"{collection}.{module}": options for collection in collections for module, options in AWX.items()}
    for name, options in {**modules, "amazon.aws.s3_object": "bucket object src:path mode"}.items():
        _write(folder, name, _RECORDS.format(spec=_spec(options), file=str(records), name=name))
    _write(folder, "community.general.mail", _SENDS)
    return records


def recorded(records: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in records.read_text(encoding="utf-8").splitlines()]
