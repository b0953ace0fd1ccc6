# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of audits of hosts to render: plausible ones of any size, and one full of hostile strings."""

from __future__ import annotations

import random
from typing import Any

from ansible_collections.idops.okta.tests.unit.report import samples

Json = dict[str, Any]

PROBES = {
    "passwd": True,
    "shadow": True,
    "groups": True,
    "login_defs": True,
    "last_login": "lastlog",
    "sudo": "cvtsudoers",
    "sshd": True,
    "keys": True,
}
UNREACHABLE = "The host was not reached: Connection timed out."
NO_ROOT = "Becoming root failed: a password is required."
# id, title, severity, message, weight among the findings
CHECKS = (
    ("host_deprovisioned", "Usable account of a deprovisioned Okta user", "critical", "The user has left.", 8),
    ("host_suspended", "Usable account of a suspended Okta user", "high", "The user is suspended.", 3),
    ("host_orphan", "Usable account without an Okta user", "high", "No Okta user was found.", 9),
    ("host_priv_without_okta", "Privileged account without an Okta user", "critical", "sudo, and nobody behind.", 4),
    ("host_priv_not_in_group", "Privileged account outside the required groups", "medium", "Not in linux-admins.", 0),
    ("host_key_of_leaver", "SSH keys on an account of a disabled Okta user", "high", "Two keys still work.", 6),
    ("host_shared_key_comment", "Key of a leaver on another's account", "medium", "A comment names a leaver.", 2),
    ("host_nopasswd_orphan", "sudo without a password, and nobody behind it", "high", "NOPASSWD: ALL.", 2),
    ("host_uid0_extra", "Second account with uid 0", "critical", "Its uid is 0.", 1),
    ("host_empty_password", "Account with an empty password", "critical", "Anybody can sign in.", 0),
    ("host_inactive", "Account unused for 90 days", "low", "The last login was 203 days ago.", 14),
    ("host_mapping_ambiguous", "Account of one of several Okta users", "medium", "Two users match.", 2),
    ("host_service_interactive", "Service account with a login shell", "medium", "Its shell is /bin/bash.", 5),
    ("host_not_assessed", "Host that was not assessed", "info", UNREACHABLE, 0),
)
PEOPLE = (
    ("ada.lovelace@acme.com", "Ada Lovelace", "DEPROVISIONED"),
    ("mei.nakamura@acme.com", "Mei Nakamura", "SUSPENDED"),
    ("isaac.brock@acme.com", "Isaac Brock", "ACTIVE"),
    ("jurgen.muller@acme.com", "Jürgen Müller", "PASSWORD_EXPIRED"),
    ("", "", ""),
)
# Who can be behind an account with such a finding.
BEHIND = {check[0]: (4,) for check in CHECKS} | {
    "host_deprovisioned": (0,),
    "host_key_of_leaver": (0,),
    "host_suspended": (1,),
    "host_inactive": (2, 3),
    "host_shared_key_comment": (2, 3, 4),
    "host_mapping_ambiguous": (2, 3),
}
NAMES = ("alovelace", "mei", "isaac", "jmuller", "deploy")


def fleet(number: int = 24, findings: int = 90, texts: tuple[str, ...] = (), seed: int = 7) -> Json:
    """The audit of a number of hosts, of which every eighth was not assessed. ``texts`` stand for what people write."""
    rng = random.Random(seed)
    hosts = [_host(index, texts) for index in range(number)]
    assessed = [host["name"] for host in hosts if host["assessed"]]
    weights = [check[-1] for check in CHECKS]
    made: dict[str, Json] = {}
    while assessed and len(made) < findings:
        check, _title, severity, message, _weight = rng.choices(CHECKS, weights)[0]
        host = assessed[min(int(rng.expovariate(0.25)), len(assessed) - 1)]
        person = rng.choice(BEHIND[check])
        finding = _finding(check, severity, message, host, person, texts[len(made) % len(texts)] if texts else "")
        if finding["id"] in made:
            finding = _finding(check, severity, message, host, person, f"svc{len(made)}")
        made[finding["id"]] = finding
    for host in hosts:
        if not host["assessed"]:
            subject = {"type": "host", "id": host["name"], "login": "", "name": host["name"], "host": host["name"]}
            finding = samples.finding("host_not_assessed", "info", subject, message=host["reason"])
            made[finding["id"]] = finding
    return _document(hosts, list(made.values()))


def hostile() -> Json:
    """Names of hosts and accounts, and all else that comes from people, are out to do harm."""
    return fleet(len(samples.HOSTILE), 60, samples.HOSTILE)


def clean() -> Json:
    """An audit that has looked at every host and found nothing."""
    content = fleet(3, 0)
    for host in content["population"]["hosts"]:
        host.update(_host(1, ()), name=host["name"])
    return _document(content["population"]["hosts"], [])


def _host(index: int, texts: tuple[str, ...]) -> Json:
    name = texts[index % len(texts)] if texts else f"{('web', 'db', 'build')[index % 3]}{index // 3 + 1}.acme.internal"
    assessed = index % 8 != 5
    reason = (UNREACHABLE, NO_ROOT)[index % 2] if not assessed else ""
    probes = {
        **PROBES,
        "last_login": ("lastlog2", "lslogins", None)[index % 3],
        "sudo": (None, "cvtsudoers")[index % 4 > 0],
    }
    return {
        "name": name,
        "assessed": assessed,
        "reason": (texts and reason and name) or reason,
        "accounts": 24 + index if assessed else 0,
        "usable": 5 + index % 7 if assessed else 0,
        "privileged": 1 + index % 3 if assessed else 0,
        "os": ("Debian 12", "Red Hat Enterprise Linux 9.4", "Ubuntu 24.04")[index % 3] if assessed else "",
        "probes": probes if assessed else {},
        "findings": dict.fromkeys(samples.SEVERITIES, 0),
    }


def _finding(check: str, severity: str, message: str, host: str, person: int, text: str) -> Json:
    login, _name, status = PEOPLE[person]
    account = text or NAMES[person]
    known = {"okta_id": f"00u{person:017}", "okta_status": status, "matched_by": "lower"} if login else {}
    return samples.finding(
        check,
        severity,
        {"type": "account", "id": f"{host}:{account}", "login": login, "name": account, "host": host},
        message=f"{message} {text}".strip(),
        evidence={"account": account, "uid": 1000 + person, "usable_by": ["password", "keys"], **known},
        references=["PCI DSS 8.2.5"],
    )


def _document(hosts: list[Json], findings: list[Json]) -> Json:
    order = [check[0] for check in CHECKS]
    findings.sort(
        key=lambda each: (
            samples.SEVERITIES.index(each["severity"]),
            order.index(each["check"]),
            each["subject"]["login"],
            each["subject"]["id"],
        )
    )
    for host in hosts:
        for each in findings:
            host["findings"][each["severity"]] += each["subject"]["host"] == host["name"]
    accounts = sum(host["accounts"] for host in hosts)
    checks = []
    for check, title, severity, *_more in CHECKS:
        fails = sum(each["check"] == check for each in findings)
        counts = {"fail": fails, "exempt": 0, "unknown": 0, "not_assessed": 0, "pass": max(0, accounts - fails)}
        checks.append(
            {
                "id": check,
                "title": title,
                "description": f"{title}: each is listed with what was seen.",
                "severity": severity,
                "references": ["PCI DSS 8.2.5", "NIST 800-53 AC-2(3)(b)"],
                "remedy": "Remove the account, or record why it has to stay in the exemptions.",
                "settings": {"days": 90} if check == "host_inactive" else {},
                "enabled": check != "host_priv_not_in_group",
                "counts": counts if check != "host_priv_not_in_group" else dict.fromkeys(counts, 0),
                "caveat": "",
            }
        )
    content = samples.document([], kind="host_account_audit", title="Host account audit of https://acme.okta.com")
    severities = [each["severity"] for each in findings]
    partly = {"check": "host_inactive", "reason": "No source of last logins was found on some hosts.", "remedy": ""}
    content["comparison"] = None
    content |= {"checks": checks, "findings": findings, "not_assessed": [partly] if findings else [], "exemptions": []}
    content["population"]["hosts"] = hosts
    content["summary"] |= {
        "fail": len(findings),
        "by_severity": {severity: severities.count(severity) for severity in samples.SEVERITIES},
        "not_assessed": len(content["not_assessed"]),
        "pass": sum(check["counts"]["pass"] for check in checks),
    }
    return content


def view_of(content: Json) -> Json:
    """The view of a report of hosts, with the hosts and the people in it."""
    view = samples.view_of(content)
    found = [each for each in content["findings"] if each["status"] == "fail" and each["subject"]["type"] == "account"]
    ids = [check["id"] for check in content["checks"] if any(each["check"] == check["id"] for each in found)]
    cells: dict[str, list[int]] = {}
    accounts: dict[str, dict[tuple[str, str], list[str]]] = {}
    for each in found:
        subject = each["subject"]
        cells.setdefault(subject["host"], [0] * len(ids))[ids.index(each["check"])] += 1
        place = accounts.setdefault(subject["login"], {}).setdefault((subject["host"], subject["name"]), [])
        place.append(each["check"])
    rows = [{"host": host, "cells": counts, "total": sum(counts)} for host, counts in cells.items()]
    known = {login: (name, status) for login, name, status in PEOPLE}
    people = [
        {
            "login": login,
            "name": known[login][0],
            "status": known[login][1],
            "accounts": [
                {"host": host, "account": account, "checks": checks} for (host, account), checks in places.items()
            ],
        }
        for login, places in accounts.items()
    ]
    rows.sort(key=lambda row: -int(str(row["total"])))
    return {
        **view,
        "matrix": {"checks": ids, "rows": rows[:500], "more": max(0, len(rows) - 500)},
        "people": people[:200],
        "people_more": max(0, len(people) - 200),
    }
