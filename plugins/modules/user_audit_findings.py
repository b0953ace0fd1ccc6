#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: user_audit_findings
short_description: Audit the users of an Okta org
version_added: "1.0.0"
description:
  - Judges the users of an Okta org by a table of checks, such as enabled accounts that nobody uses, and writes a report
    with the evidence, a sheet for the access review, and a view for templates.
  - It reads files and does not talk to Okta. The users come from M(idops.okta.okta_users_info) with
    its option O(ignore:dest).
  - What can't be told is reported as unknown, apart from what fails and what passes. What was not read is reported as
    not assessed, with what to grant.
  - A population that is incomplete or damaged fails the task, whatever else was found.
  - The findings themselves are in the report only, for there can be very many.
author:
  - The idops.okta authors (@idops)
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
    support: full
    details: The users are judged and all values returned. No file is written.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
      change.
    support: partial
    details: With the same O(now), the same input gives the same bytes. Without it, the report has the time of the run.
options:
  population:
    description:
      - The file of users that M(idops.okta.okta_users_info) has written as V(jsonl), one user a line.
      - Checks that need an attribute which the file does not have are reported as not assessed.
    type: path
    required: true
  complete:
    description:
      - Whether the file has every user of the org. Set it to what M(idops.okta.okta_users_info) has returned as
        RV(ignore:complete).
      - If it is not set, what O(provenance) says of the population holds.
    type: bool
  require_complete:
    description:
      - Whether to fail when the population is not known to be complete, or is empty. An audit of some of the users is
        no evidence.
    type: bool
    default: true
  provenance:
    description:
      - Where the audit comes from. It is put into the report as it is, so that it must not hold a secret.
      - The keys are V(org_url), V(ansible_version), V(runner), V(window), and V(population) with V(query), V(fields),
        V(pages), V(requests), V(waited_seconds), V(count), V(complete) and V(sha256).
      - V(count) and V(sha256) are compared with the file, and the task fails if they differ.
      - The module adds the version of the collection, the counts, the preset, and the SHA-256 of what it has read.
    type: dict
    default: {}
  now:
    description:
      - The moment that the audit is made for, such as V(2026-01-31T12:00:00Z). If it is not set, it is the time of the
        run.
    type: str
  preset:
    description:
      - Thresholds of a standard. V(pci) and V(fedramp_moderate) allow 90 days without a sign-in, V(stig) and
        V(fedramp_high) 35, and V(cis) 45.
      - V(pci) also checks the age of passwords, at 90 days, and V(stig) at 60.
      - What O(checks) says wins over the preset.
    type: str
    choices: [none, pci, stig, cis, fedramp_moderate, fedramp_high]
    default: none
  checks:
    description:
      - Settings of checks, by the name of the check. A name that does not exist fails the task and names those that do.
      - Every check has V(enabled) and V(severity). Those of users have V(exclude_logins), a list of regular
        expressions, and V(exclude_providers), a list such as V([ACTIVE_DIRECTORY]). Most have V(days).
      - V(true) and V(false) in place of the settings switch a check on and off.
      - The report lists all checks with all settings.
    type: dict
    default: {}
  exemptions:
    description:
      - Whom checks may find, and why. The first one in the list that matches a finding holds.
      - V(match) says whom an exemption is for. Its keys are V(login), V(login_regex), V(id), or an attribute of the
        profile such as V(profile.userType). With several keys, all have to agree.
      - V(check) is the check, or a list of checks, that it holds for. If it is not set, or V(all), it holds for all but
        those that only list people as evidence.
      - V(reason) says why, V(owner) is the login of the user who answers for it, and V(expires) the last day, such as
        V(2026-12-31), or the last moment. With V(match), these are required.
      - V(ticket) says where the approval is on record.
      - One that has expired exempts nobody. That is a finding, and so is an owner that is no enabled user.
    type: list
    elements: dict
    default: []
  admins:
    description:
      - A JSON file of what M(idops.okta.okta_admins_info) returns as RV(ignore:admins), or of all that it returns.
    type: path
  factors:
    description:
      - A JSON file of what M(idops.okta.okta_factors_info) returns as RV(ignore:users), or a dictionary of lists of
        factors by the ID of the user. What is no list is unknown, which is not the same as none.
      - When it has users that are no admins, the checks V(user_no_mfa) and V(user_weak_mfa_only) are on by default.
    type: path
  api_tokens:
    description:
      - A JSON file of what M(idops.okta.okta_api_tokens_info) returns as RV(ignore:api_tokens).
    type: path
  policies:
    description:
      - A JSON file of the list of policies of the type V(USER_LIFECYCLE), each with its V(rules).
    type: path
  deactivations:
    description:
      - A JSON file of the list of events V(user.lifecycle.deactivate) of the System Log.
    type: path
  previous_report:
    description:
      - The report of an earlier audit of the same org. Findings are then marked as new or unchanged, and those that are
        resolved are listed.
    type: path
  dest:
    description:
      - The folder for V(report.json), V(review.csv) and V(view.json). It is made with the mode V(0700) if it is not
        there.
      - Each file appears as a whole, with the mode V(0600), and is left as it is if the content is the same.
    type: path
    required: true
seealso:
  - module: idops.okta.okta_users_info
  - module: idops.okta.okta_admins_info
  - module: idops.okta.okta_factors_info
"""

EXAMPLES = r"""
- name: Write all users to a file
  idops.okta.okta_users_info:
    include_deprovisioned: true
    dest: "{{ ansible_user_dir }}/audit/users.jsonl"
  register: population

- name: Audit them by the thresholds of PCI DSS
  idops.okta.user_audit_findings:
    population: "{{ population.path }}"
    complete: "{{ population.complete }}"
    preset: pci
    dest: "{{ ansible_user_dir }}/audit/report"
  register: audit

- name: Audit them with settings and exemptions of one's own, and compare with the last quarter
  idops.okta.user_audit_findings:
    population: "{{ population.path }}"
    complete: "{{ population.complete }}"
    provenance:
      org_url: https://acme.okta.com
      population: {count: "{{ population.count }}", sha256: "{{ population.checksum }}"}
    checks:
      user_inactive: {days: 60, severity: high, exclude_logins: ['^svc-'], exclude_providers: [LDAP]}
      user_external_domain: {domains: [acme.example]}
      user_externally_mastered: false
    exemptions:
      - match: {login: break.glass@acme.example}
        check: [user_inactive, user_never_signed_in, user_generic_name]
        reason: Emergency account, opened under seal
        ticket: SEC-12
        owner: ada.lovelace@acme.example
        expires: "2026-12-31"
    previous_report: "{{ ansible_user_dir }}/audit/2025-q4/report.json"
    dest: "{{ ansible_user_dir }}/audit/2026-q1"
  register: audit

- name: Stop if something serious was found
  ansible.builtin.assert:
    that: audit.summary.by_severity.high == 0
    fail_msg: "{{ audit.top | map(attribute='login') | join(', ') }}"
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
  sample: {user_inactive: {fail: 4, pass: 1002, exempt: 1, unknown: 0, not_assessed: 0}}
population:
  description: How many users there are in each status, enabled and disabled, and when the enabled ones last signed in.
  returned: success
  type: dict
  sample:
    by_status: {ACTIVE: 1007, DEPROVISIONED: 66}
    enabled: 1007
    disabled: 66
    unknown: 0
    sign_in_age: [{label: 0-30 days, count: 800}, {label: never, count: 3}]
not_assessed:
  description: Checks that could not be made, why, and what to do about it.
  returned: success
  type: list
  elements: dict
  sample:
    - check: admin_inventory
      reason: Admin roles were not read.
      remedy: Grant the app the scope okta.roles.read, and have them read.
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
  sample: [{id: 5f2a09f40ec1c5b1a2d3, check: user_inactive, severity: high, login: isaac.brock@example.com}]
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
  description: The path of the review sheet. It has everybody in the population, and room for the reviewer to sign.
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
line:
  description: The line of O(population) that is damaged.
  returned: failure, when the population is damaged
  type: int
  sample: 1024
"""

import gc
import os
import tempfile
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.idops.okta.plugins.module_utils._audit_evaluation import Audit, evaluate
from ansible_collections.idops.okta.plugins.module_utils._audit_files import folder_of, make_folder, publish, unwritable
from ansible_collections.idops.okta.plugins.module_utils._audit_report import returned
from ansible_collections.idops.okta.plugins.module_utils._audit_settings import PRESETS
from ansible_collections.idops.okta.plugins.module_utils._errors import OktaError

INPUTS = ("admins", "factors", "api_tokens", "policies", "deactivations")
OPTIONS: dict[str, dict[str, t.Any]] = {
    "population": {"type": "path", "required": True},
    "complete": {"type": "bool"},
    "require_complete": {"type": "bool", "default": True},
    "provenance": {"type": "dict", "default": {}},
    "now": {"type": "str"},
    "preset": {"type": "str", "choices": list(PRESETS), "default": "none"},
    "checks": {"type": "dict", "default": {}},
    "exemptions": {"type": "list", "elements": "dict", "default": []},
    **{name: {"type": "path", "no_log": False} for name in INPUTS},
    "previous_report": {"type": "path"},
    "dest": {"type": "path", "required": True},
}


def run(module: AnsibleModule) -> dict[str, t.Any]:
    """Judge the users in a folder of its own, and put the files in their place."""
    params = module.params
    audit = Audit.read(params, INPUTS, ansible_version=getattr(module, "ansible_version", None))
    place = folder_of(params["dest"]) if module.check_mode else make_folder(params["dest"])
    try:
        with tempfile.TemporaryDirectory(dir=module.tmpdir if module.check_mode else place, prefix=".audit-") as folder:
            head, top = evaluate(audit, folder)
            changed, files = publish(folder, place, check_mode=module.check_mode)
    except OSError as error:
        raise unwritable(place, error) from None
    return {**returned(head, top), **files, "changed": changed}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    os.umask(0o077)
    gc.disable()  # an audit makes no cycles, and to look for them takes a tenth of its time
    try:
        result = run(module)
    except OktaError as error:
        module.fail_json(**error.result())
    module.exit_json(**result)


if __name__ == "__main__":
    main()
