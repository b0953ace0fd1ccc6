#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: audit_report_files
short_description: Write the report of an audit in other formats
version_added: "1.0.0"
description:
  - Reads the C(report.json) of an audit of this collection and writes it as CSV and as JUnit XML, with a manifest that
    has the size and SHA-256 of each file.
  - The roles of this collection call it. It is of use by itself where a report was kept and another format is wanted
    later.
  - It does not talk to Okta and needs no Python library.
  - Every file appears as a whole, with the mode V(0600), or not at all. A file that is right already is left alone.
author:
  - The idops.okta authors (@idops)
extends_documentation_fragment:
  - idops.okta._attributes
attributes:
  check_mode:
    support: full
    details: The report is read. No file is written, and what is returned is what would be.
  diff_mode:
    support: none
    details: The files are about people, so that their content is not shown.
  idempotent:
    support: full
  action_group:
    support: none
    details: It has none of the options that the group is for.
options:
  report:
    description:
      - The C(report.json) of an audit.
    type: path
    required: true
  dest:
    description:
      - The folder to write to. If it is not there, it is made, with the mode V(0700).
    type: path
    required: true
  formats:
    description:
      - What to write.
      - V(json) is the report itself, as C(report.json). It is copied when O(report) is in another folder.
      - V(csv) is one line for each finding, as C(findings.csv) (RFC 4180). Cells that a spreadsheet would take for a
        formula begin with an apostrophe.
      - V(junit) is C(junit.xml), which most CI servers can show. It has a test case for each check, and in an audit of
        hosts for each check on each host. A check with findings has failed, unless they are for information only. A
        check that gave no answer is skipped, and the reason is given.
    type: list
    elements: str
    choices: [json, csv, junit]
    default: [json, csv, junit]
  also:
    description:
      - Names of further files in O(dest) that belong to the audit, such as V(report.html). They are not changed, but
        are in RV(files) and in the manifest. A name of which there is no file is left out.
    type: list
    elements: str
    default: []
  manifest:
    description:
      - Whether to write C(manifest.json). It lists the files that were written for O(formats) and those of O(also),
        each with its size and SHA-256.
      - As the manifest has to come last, call the module again when other files were added, with their names in
        O(also).
    type: bool
    default: false
seealso:
  - name: RFC 4180
    description: The format of CSV files.
    link: https://www.rfc-editor.org/rfc/rfc4180
"""

EXAMPLES = r"""
- name: Write the findings as CSV and as JUnit XML beside the report
  idops.okta.audit_report_files:
    report: reports/2026-01/report.json
    dest: reports/2026-01
    formats: [csv, junit]

- name: List all files of the audit with their checksums
  idops.okta.audit_report_files:
    report: reports/2026-01/report.json
    dest: reports/2026-01
    also: [report.html, review.csv]
    manifest: true
  register: audit

- name: Show the checksum of each file
  ansible.builtin.debug:
    msg: "{{ audit.files | items2dict(key_name='path', value_name='sha256') }}"
"""

RETURN = r"""
files:
  description:
    - The files of the audit, ordered by their path, those of O(also) and the manifest included.
    - In check mode, they are as they would be.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Where the file is.
      type: str
      sample: reports/2026-01/findings.csv
    size:
      description: The size of the file in bytes.
      type: int
      sample: 52133
    sha256:
      description: The SHA-256 of the file.
      type: str
      sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
"""

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption, OktaError, printable
from ansible_collections.idops.okta.plugins.module_utils._report_csv import findings_csv
from ansible_collections.idops.okta.plugins.module_utils._report_document import Report
from ansible_collections.idops.okta.plugins.module_utils._report_junit import junit_xml
from ansible_collections.idops.okta.plugins.module_utils._report_output import Output, found, manifest, publish, read

OPTIONS = {
    "report": {"type": "path", "required": True},
    "dest": {"type": "path", "required": True},
    "formats": {
        "type": "list",
        "elements": "str",
        "choices": ["json", "csv", "junit"],
        "default": ["json", "csv", "junit"],
    },
    "also": {"type": "list", "elements": "str", "default": []},
    "manifest": {"type": "bool", "default": False},
}
NAMES = {"json": "report.json", "csv": "findings.csv", "junit": "junit.xml"}


def run(params: t.Mapping[str, t.Any], *, write: bool) -> dict[str, t.Any]:
    """Write the files, or find out which would change."""
    source, dest = params["report"], params["dest"]
    for name in params["also"]:
        if os.path.basename(name) != name or name in ("", ".", ".."):
            raise InvalidOption(
                f"In also, {printable(name)} is not the name of a file.", "Give names without a folder."
            )
    report = Report(source)
    if write:
        os.makedirs(dest, mode=0o700, exist_ok=True)
    renderings: dict[str, t.Callable[[], t.Iterator[bytes]]] = {
        "json": lambda: read(source),
        "csv": lambda: findings_csv(report),
        "junit": lambda: junit_xml(report),
    }
    outputs: dict[str, Output] = {}
    for name, chunks in ((NAMES[file_format], renderings[file_format]) for file_format in params["formats"]):
        outputs[name] = publish(os.path.join(dest, name), chunks(), write=write)
    for name in params["also"]:
        output = outputs.get(name) or found(os.path.join(dest, name))
        outputs.update({name: output} if output else {})
    if params["manifest"]:
        content = manifest(report.head, outputs.values())
        outputs["manifest.json"] = publish(os.path.join(dest, "manifest.json"), [content], write=write)
    return {
        "changed": any(output.changed for output in outputs.values()),
        "files": [outputs[name].result() for name in sorted(outputs)],
    }


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    try:
        result = run(module.params, write=not module.check_mode)
    except OktaError as error:
        module.fail_json(**error.result())
    except OSError as error:
        module.fail_json(msg=f"{printable(str(error.filename or module.params['dest']))}: {error.strerror or error}.")
    module.exit_json(**result)


if __name__ == "__main__":
    main()
