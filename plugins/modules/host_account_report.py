#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_account_report
short_description: Report on the accounts of all hosts
version_added: "1.0.0"
description:
  - Ends an audit of the accounts on hosts. It puts together what M(idops.okta.host_account_findings) has found on each
    host, judges the exemptions, compares with an earlier report, and writes a report with the evidence, a sheet for the
    access review, and a view for templates.
  - Hosts in scope that nothing was found on, because they were not reached or could not be read, are reported as not
    assessed, with the reason.
  - The settings of the audit are those that M(idops.okta.host_account_index) was given.
author:
  - The idops.okta authors (@idops)
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
    support: full
    details: All values are returned. No file is written.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
      change.
    support: full
options:
  index:
    description:
      - The index that M(idops.okta.host_account_index) has written.
    type: path
    required: true
  folder:
    description:
      - The work folder of the audit, which was the O(ignore:dest) of M(idops.okta.host_account_findings).
    type: path
    required: true
  hosts:
    description:
      - The hosts in scope, each by name, or as a dictionary with V(name) and V(groups), the groups of the inventory
        that it is in. Without V(groups), those hold that were known when the host was looked at.
    type: list
    elements: raw
    required: true
  reasons:
    description:
      - Why hosts were not looked at, by the name of the host, such as V(outside --limit).
    type: dict
    default: {}
  provenance:
    description:
      - Where the audit comes from. It wins over what M(idops.okta.host_account_index) was given, key by key.
    type: dict
    default: {}
  previous_report:
    description:
      - The report of an earlier audit of hosts with the same org. Findings are then marked as new or unchanged, and
        those that are resolved are listed. What was found on a host that is not assessed now is not resolved.
    type: path
  dest:
    description:
      - The folder for V(report.json), V(review.csv) and V(view.json). It is made with the mode V(0700) if it is not
        there.
      - Each file appears as a whole, with the mode V(0600), and is left as it is if the content is the same.
    type: path
    required: true
seealso:
  - module: idops.okta.host_account_index
  - module: idops.okta.host_account_findings
"""

EXAMPLES = r"""
- name: Put together what was found on the hosts
  idops.okta.host_account_report:
    index: /var/lib/audit/work/index.sqlite
    folder: /var/lib/audit/work
    hosts: "{{ groups.all }}"
    dest: /var/lib/audit/report
  register: audit

- name: Stop if something critical was found
  ansible.builtin.assert:
    that: audit.summary.by_severity.critical == 0
"""

RETURN = r"""
summary:
  description: How many findings there are in each status, and how many of those that fail in each severity.
  returned: success
  type: dict
  sample:
    fail: 12
    pass: 5230
    exempt: 2
    unknown: 1
    not_assessed: 8
    by_severity: {critical: 0, high: 1, medium: 4, low: 5, info: 2}
by_check:
  description: The same counts for each check that is on.
  returned: success
  type: dict
  sample: {host_deprovisioned: {fail: 4, pass: 1002, exempt: 1, unknown: 0, not_assessed: 0}}
population:
  description: How many users there are in each status, enabled and disabled, and when the enabled ones last signed in.
    The hosts are in the report only.
  returned: success
  type: dict
  sample:
    by_status: {ACTIVE: 1007, DEPROVISIONED: 66}
    enabled: 1007
    disabled: 66
    unknown: 0
    sign_in_age: [{label: 0-30 days, count: 800}, {label: never, count: 3}]
not_assessed:
  description: Checks that could not be made, why, and what to do about it. Hosts are counted in RV(hosts).
  returned: success
  type: list
  elements: dict
  sample: []
hosts:
  description: How many hosts were assessed, and how many were not.
  returned: success
  type: dict
  sample: {assessed: 9, not_assessed: 1}
comparison:
  description: How many findings are new, resolved and unchanged. It is V(null) without O(previous_report).
  returned: success
  type: dict
  sample: {previous_generated_at: '2025-10-31T12:00:00Z', new: 2, resolved: 5, unchanged: 10}
exemptions:
  description: How many exemptions are used, unused and expired.
  returned: success
  type: dict
  sample: {used: 2, unused: 0, expired: 1}
top:
  description: The first 20 of the findings that fail, the most severe first, with no more of a person than the login.
  returned: success
  type: list
  elements: dict
  sample: [{id: 5f2a09f40ec1c5b1a2d3, check: host_deprovisioned, severity: critical, login: isaac.brock@example.com}]
generated_at:
  description: The moment that the audit was made for.
  returned: success
  type: str
  sample: '2026-01-31T12:00:00Z'
report:
  description: The path of the report. In check mode, nothing is there.
  returned: success
  type: str
  sample: /var/lib/audit/report.json
report_sha256:
  description: The SHA-256 of the report.
  returned: success
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
review:
  description: The path of the review sheet. It has every account that is judged on every
    host, and room for the reviewer to sign.
  returned: success
  type: str
  sample: /var/lib/audit/review.csv
review_sha256:
  description: The SHA-256 of the review sheet.
  returned: success
  type: str
  sample: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
view:
  description: The path of the view. It is the report with no more than 200 findings a check, for templates.
  returned: success
  type: str
  sample: /var/lib/audit/view.json
view_sha256:
  description: The SHA-256 of the view.
  returned: success
  type: str
  sample: fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9
"""

import os
import tempfile
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.idops.okta.plugins.module_utils._audit_files import folder_of, make_folder, publish, unwritable
from ansible_collections.idops.okta.plugins.module_utils._audit_report import returned
from ansible_collections.idops.okta.plugins.module_utils._errors import OktaError
from ansible_collections.idops.okta.plugins.module_utils._host_lookup import Index
from ansible_collections.idops.okta.plugins.module_utils._host_report import counted_hosts, read_hosts, report_hosts

OPTIONS: dict[str, dict[str, t.Any]] = {
    "index": {"type": "path", "required": True},
    "folder": {"type": "path", "required": True},
    "hosts": {"type": "list", "elements": "raw", "required": True},
    "reasons": {"type": "dict", "default": {}},
    "provenance": {"type": "dict", "default": {}},
    "previous_report": {"type": "path"},
    "dest": {"type": "path", "required": True},
}


def run(module: AnsibleModule) -> dict[str, t.Any]:
    """Put the hosts together in a folder of its own, and put the files in their place."""
    params = module.params
    hosts = read_hosts(params["hosts"])
    given = (params["folder"], params["reasons"], params["provenance"], params["previous_report"])
    with Index(params["index"]) as index:
        place = folder_of(params["dest"]) if module.check_mode else make_folder(params["dest"])
        spare = module.tmpdir if module.check_mode else place
        try:
            with tempfile.TemporaryDirectory(dir=spare, prefix=".audit-") as folder:
                head, top = report_hosts(index, hosts, *given, folder)
                changed, files = publish(folder, place, check_mode=module.check_mode)
        except OSError as error:
            raise unwritable(place, error) from None
    shown = returned(head, top)
    counted = {name: value for name, value in shown["population"].items() if name != "hosts"}
    return {**shown, **files, "population": counted, "hosts": counted_hosts(head), "changed": changed}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    os.umask(0o077)
    try:
        result = run(module)
    except OktaError as error:
        module.fail_json(**error.result())
    module.exit_json(**result)


if __name__ == "__main__":
    main()
