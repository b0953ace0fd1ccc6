# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports to render: a plausible one of any size, one full of hostile strings."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SEVERITIES = ("critical", "high", "medium", "low", "info")
ROWS = 200  # of each check, in view.json
# id, title, severity, description, references, remedy, settings, caveat, weight among the findings
CHECKS: tuple[tuple[str, str, str, str, list[str], str, Json, str, int], ...] = (
    (
        "user_inactive",
        "Enabled account with no sign-in for 90 days",
        "medium",
        "The account can be used, and nobody has signed in with it for longer than the threshold. Where somebody never "
        "signed in, the time since the account was made counts, as it does in Okta.",
        ["PCI DSS 8.2.6", "NIST 800-53 AC-2(3)(d)", "CIS Controls 5.3", "Okta STIG V-273188", "ISO 27001 A.5.18"],
        "Suspend or deactivate the account, or record why it has to stay in the exemptions.",
        {"days": 90},
        "Okta counts sign-ins to Okta. People who only use a directory agent can look inactive.",
        34,
    ),
    (
        "user_never_signed_in",
        "Activated account that was never used",
        "medium",
        "The account was activated more than 30 days ago and nobody has signed in with it.",
        ["NIST 800-53 AC-2(3)(d)", "PCI DSS 8.2.6"],
        "Ask the manager whether the person has started, and deactivate the account if not.",
        {"days": 30},
        "",
        9,
    ),
    (
        "user_staged_stale",
        "Account waits for activation for more than 30 days",
        "low",
        "The account is STAGED or PROVISIONED and nothing has happened to it since.",
        ["NIST 800-53 AC-2", "ISO 27001 A.5.16"],
        "Activate it or delete it.",
        {"days": 30},
        "",
        6,
    ),
    (
        "user_end_date_passed",
        "Enabled account after the person's last day",
        "high",
        "The end date in the profile has passed, and the account can still be used.",
        ["NIST 800-53 AC-2(3)(a)", "PCI DSS 8.2.5"],
        "Deactivate the account today.",
        {"attribute": "endDate"},
        "",
        3,
    ),
    (
        "user_deprovisioned_recent",
        "People who left in the last 90 days",
        "info",
        "A list for sampling: each of these accounts was deactivated in the window.",
        ["PCI DSS 8.2.5", "SOC 2 CC6.2"],
        "Compare the dates with those of HR.",
        {"days": 90},
        "Users that were deleted are in no list.",
        8,
    ),
    (
        "user_duplicate_identity",
        "One person with several enabled accounts",
        "medium",
        "Several enabled accounts share an email address or an employee number.",
        ["PCI DSS 8.2.1", "NIST 800-53 IA-4"],
        "Keep one account for each person.",
        {"attributes": ["email", "employeeNumber"]},
        "",
        4,
    ),
    (
        "user_missing_attributes",
        "Account without the data that names its owner",
        "low",
        "Department or manager are missing, so that nobody can acknowledge the access.",
        ["CIS Controls 5.1", "ISO 27001 A.5.16"],
        "Fill in the attributes at their source.",
        {"attributes": ["department", "manager"]},
        "",
        30,
    ),
    (
        "user_password_age",
        "Password older than 60 days",
        "low",
        "Passwords that Okta keeps, and that were not changed for longer than the threshold.",
        ["Okta STIG V-273201"],
        "Expire the password.",
        {"days": 60},
        "",
        0,
    ),
    (
        "admin_not_enabled",
        "Disabled account that holds an admin role",
        "critical",
        "A suspended or deactivated user still holds an admin role, and has it back when the account is.",
        ["NIST 800-53 AC-6(7)", "PCI DSS 7.2.4"],
        "Remove the role.",
        {},
        "",
        1,
    ),
    (
        "user_external_domain",
        "Login from a domain that is not ours",
        "medium",
        "The domain of the login is not in the list of allowed domains.",
        ["PCI DSS 8.2.7", "NIST 800-53 IA-8"],
        "Name a sponsor for each external person.",
        {"domains": ["acme.com", "acme.io"]},
        "",
        0,
    ),
    (
        "user_locked_out",
        "Account locked out",
        "info",
        "The account is locked after failed sign-ins.",
        ["NIST 800-53 AC-7"],
        "Look at the sign-in log before it is unlocked.",
        {"days": 7},
        "",
        5,
    ),
    (
        "admin_no_strong_mfa",
        "Admin without a phishing-resistant factor",
        "high",
        "Nobody should administer the org with a password and a text message.",
        ["NIST 800-53 IA-2(1)", "Okta STIG V-273190"],
        "Enrol a security key or Okta FastPass.",
        {},
        "",
        0,
    ),
)
FIRST = [
    "Ada",
    "Bjarne",
    "Chidi",
    "Dolores",
    "Édouard",
    "Fatima",
    "Grace",
    "Hedy",
    "Isaac",
    "Jürgen",
    "Kaveh",
    "Linus",
    "Mei",
    "Nadia",
    "Oisín",
    "Priya",
    "Renée",
]
LAST = [
    "Lovelace",
    "Brock",
    "Yıldız",
    "Hopper",
    "Nakamura",
    "O'Neil",
    "García",
    "Müller",
    "Okafor",
    "Silva",
    "Kowalska",
    "Dubois",
    "Haddad",
    "Lind",
]
HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(2)>'",
    "{{ lookup('ansible.builtin.pipe', 'touch pwned') }}",
    "{% for x in [1] %}boom{% endfor %}{# gone #}",
    '=HYPERLINK("http://evil.example";"x")',
    "+1-1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "a\x00b\x07c\x1bd\x7fe\x9bf",
    "line\r\nbreak\u2028and\u2029more",
    "half \ud83d pair",
    "W" * 300,
    "\u202egnp.exe",
    "שלום עולם",
    "😀 👩‍👩‍👧 é",
    "a,b;c\"d'e&amp;</td></table>",
    "]]></failure>",
    "javascript:alert(3)",
    "\\u0022; }</style><style>*{display:none}",
)


def _name(rng: random.Random) -> tuple[str, str]:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    login = f"{first}.{last}{rng.randrange(10000)}@acme.com".lower().replace("'", "")
    return login, f"{first} {last}"


def finding(check: str, severity: str, subject: Json, **more: Any) -> Json:
    key = "|".join((check, subject["type"], subject["id"], subject.get("host", "")))
    return {
        "id": hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:20],
        "check": check,
        "severity": severity,
        "status": "fail",
        "subject": subject,
        "message": "No sign-in for 203 days.",
        "evidence": {},
        "references": [],
        **more,
    }


def report(count: int = 60, seed: int = 7) -> Json:
    """The report of an org with ``count`` findings, as an audit would write it."""
    rng = random.Random(seed)
    weights = [weight for *_rest, weight in CHECKS]
    findings = []
    for number, (check, _title, severity, *_more) in enumerate(rng.choices(CHECKS, weights, k=count)):
        login, name = _name(rng)
        day = f"2025-{rng.randrange(1, 10):02}-{rng.randrange(1, 29):02}T09:{rng.randrange(60):02}:00.000Z"
        status = rng.choices(("fail", "exempt", "unknown"), (90, 6, 4))[0]
        exemption = {
            "reason": "Long leave",
            "ticket": "SEC-1201",
            "owner": "grace.hopper@acme.com",
            "expires": "2026-06-30",
        }
        findings.append(
            finding(
                check,
                severity,
                {"type": "user", "id": f"00u{number:017}", "login": login, "name": name},
                status=status,
                message=f"No sign-in since {day[:10]}, {rng.randrange(91, 900)} days ago."
                if status != "unknown"
                else "Okta did not say when the password was changed.",
                evidence={
                    "status": rng.choice(["ACTIVE", "PASSWORD_EXPIRED", "RECOVERY"]),
                    "last_login": rng.choice([day, None]),
                    "created": "2023-04-01T08:00:00.000Z",
                    "days": rng.randrange(91, 900),
                },
                references=["PCI DSS 8.2.6"],
                **({"trend": rng.choice(["new", "unchanged"])} if status == "fail" else {}),
                **({"exemption": exemption} if status == "exempt" else {}),
            )
        )
    return document(findings, enabled=max(1300, 4 * count))


def document(findings: list[Json], *, enabled: int = 1300, **more: Any) -> Json:
    """A whole report around findings, in the order and with the counts that the schema asks for."""
    order = {check[0]: number for number, check in enumerate(CHECKS)}
    findings = sorted(
        findings,
        key=lambda entry: (
            SEVERITIES.index(entry["severity"]),
            order.get(entry["check"], len(order)),
            entry["subject"]["login"],
            entry["subject"]["id"],
        ),
    )

    def counted(status: str, **wanted: str) -> int:
        return sum(
            entry["status"] == status and all(entry[name] == value for name, value in wanted.items())
            for entry in findings
        )

    checks: list[Json] = []
    for check, title, severity, description, references, remedy, settings, caveat, _weight in CHECKS:
        counts = {status: counted(status, check=check) for status in ("fail", "exempt", "unknown", "not_assessed")}
        on = check not in ("user_external_domain", "admin_no_strong_mfa")
        passed = max(0, enabled - sum(counts.values())) if on else 0
        checks.append(
            {
                "id": check,
                "title": title,
                "description": description,
                "severity": severity,
                "references": references,
                "remedy": remedy,
                "settings": settings,
                "enabled": check != "user_external_domain",
                "counts": {**counts, "pass": passed},
                "caveat": caveat,
            }
        )
    disabled = {"DEPROVISIONED": 66, "SUSPENDED": 21, "STAGED": 18}
    live = {"PASSWORD_EXPIRED": enabled // 40, "LOCKED_OUT": 12, "RECOVERY": 5, "PROVISIONED": 31}
    by_status = {"ACTIVE": enabled - sum(live.values()), **live, **disabled}
    digest = hashlib.sha256(b"population").hexdigest()
    ages = [0.52, 0.18, 0.08, 0.07, 0.06, 0.05]
    labels = ["0-30 days", "31-60 days", "61-90 days", "91-180 days", "181-365 days", "over 365 days"]
    sign_in_age: list[Json] = [
        {"label": label, "count": int(enabled * share)} for label, share in zip(labels, ages, strict=True)
    ]
    sign_in_age.append({"label": "never", "count": enabled - sum(entry["count"] for entry in sign_in_age)})
    return {
        "schema_version": "1.0",
        "kind": "user_audit",
        "title": "User audit of https://acme.okta.com",
        "generated_at": "2026-01-31T12:00:00Z",
        "provenance": {
            "org_url": "https://acme.okta.com",
            "collection_version": "0.1.0",
            "ansible_version": "2.19.14",
            "runner": {
                "type": "awx",
                "job_id": 4711,
                "job_template": "Okta user audit",
                "launched_by": "Quarterly access review",
                "project_revision": "8c1f0d2b7ad94c35b7c2d9f7b0c54b1d5a1d7b11",
            },
            "window": {"start": "2026-01-31T11:59:12Z", "end": "2026-01-31T12:00:00Z"},
            "population": {
                "query": 'filter=lastUpdated gt "1970-01-01T00:00:00.000Z"',
                "fields": ["id", "status", "created", "activated", "lastLogin", "passwordChanged", "profile.login"],
                "pages": 7,
                "requests": 8,
                "waited_seconds": 0.0,
                "count": sum(by_status.values()),
                "complete": True,
                "by_status": by_status,
                "sha256": digest,
            },
            "preset": "pci",
            "exemptions_sha256": hashlib.sha256(b"exemptions").hexdigest(),
            "previous_report_sha256": hashlib.sha256(b"previous").hexdigest(),
        },
        "summary": {
            "fail": counted("fail"),
            "pass": sum(entry["counts"]["pass"] for entry in checks),
            "exempt": counted("exempt"),
            "unknown": counted("unknown"),
            "not_assessed": 1,
            "by_severity": {severity: counted("fail", severity=severity) for severity in SEVERITIES},
        },
        "checks": checks,
        "not_assessed": [
            {
                "check": "admin_no_strong_mfa",
                "reason": "The scope okta.roles.read is not granted to the app.",
                "remedy": "Grant okta.roles.read on the app's tab 'Okta API Scopes'.",
            }
        ],
        "population": {
            "by_status": by_status,
            "enabled": enabled,
            "disabled": sum(disabled.values()),
            "sign_in_age": sign_in_age,
        },
        "exemptions": [
            {
                "match": {"login": "svc-*@acme.com"},
                "check": "user_inactive",
                "reason": "Service accounts sign in with API tokens only",
                "ticket": "SEC-1201",
                "owner": "grace.hopper@acme.com",
                "expires": "2026-06-30",
                "state": "used",
                "matched": 12,
            },
            {
                "match": {"login": "breakglass@acme.com"},
                "check": ["user_inactive", "user_never_signed_in"],
                "reason": "Emergency account, in the safe",
                "ticket": "SEC-877",
                "owner": "isaac.brock@acme.com",
                "expires": "2026-12-31",
                "state": "unused",
                "matched": 0,
            },
            {
                "match": {"id": "00u00000000000000042"},
                "check": "user_never_signed_in",
                "reason": "Parental leave",
                "ticket": "HR-31",
                "owner": "mei.lind@acme.com",
                "expires": "2025-12-31",
                "state": "expired",
                "matched": 1,
            },
        ],
        "comparison": {
            "previous_generated_at": "2025-10-31T12:00:00Z",
            "new": sum(entry.get("trend") == "new" for entry in findings),
            "resolved": 3,
            "unchanged": sum(entry.get("trend") == "unchanged" for entry in findings),
            "resolved_findings": [
                {
                    "id": f"{number:020x}",
                    "check": "user_inactive",
                    "subject": {
                        "type": "user",
                        "id": f"00ugone{number}",
                        "login": f"gone{number}@acme.com",
                        "name": "Gone",
                    },
                }
                for number in range(3)
            ],
        },
        "findings": findings,
        **more,
    }


def clean_report() -> Json:
    """The report of an org with nothing to find."""
    content = document([])
    content["comparison"], content["exemptions"], content["not_assessed"] = None, [], []
    content["summary"]["not_assessed"] = 0
    return content


def hostile() -> Json:
    """A report in which every string that comes from people is out to do harm."""
    findings = []
    for number, text in enumerate(HOSTILE):
        subject = {"type": "user", "id": f"00u{number:03}{text}", "login": text, "name": text}
        findings.append(
            finding(
                CHECKS[number % 3][0],
                CHECKS[number % 3][2],
                subject | {"id": f"00u{number:03}"},
                status=("fail", "unknown", "exempt", "fail")[number % 4],
                message=text,
                evidence={"text": text, "list": [text, text], "object": {text: text}, text: 1},
                references=[text],
                trend="new",
                **(
                    {"exemption": {"reason": text, "ticket": text, "owner": text, "expires": text}}
                    if number % 4 == 2
                    else {}
                ),
            )
        )
    everything = " ".join(HOSTILE)
    content = document(findings, title=f"User audit of {everything}")
    content["provenance"]["org_url"] = everything
    content["provenance"]["runner"] = {"type": "awx", "job_template": everything, "launched_by": everything}
    content["provenance"]["population"]["query"] = everything
    content["provenance"]["population"]["by_status"] = dict.fromkeys(HOSTILE, 3)
    content["population"]["by_status"] = dict.fromkeys(HOSTILE, 3)
    for check in content["checks"]:
        for name in ("title", "description", "remedy", "caveat"):
            check[name] = everything
        check["references"] = list(HOSTILE)
        check["settings"] = {text: [text] for text in HOSTILE}
    for exemption in content["exemptions"]:
        for name in ("reason", "ticket", "owner", "expires"):
            exemption[name] = everything
        exemption["match"] = {text: text for text in HOSTILE}
    for entry in content["not_assessed"]:
        entry["reason"] = entry["remedy"] = everything
    for entry in content["comparison"]["resolved_findings"]:
        entry["subject"]["login"] = everything
    return content


def view_of(content: Json) -> Json:
    """What the template gets: the report with the first findings of each check in place of all of them."""
    sections = []
    for check in content["checks"]:
        rows = [
            entry
            for entry in content["findings"]
            if entry["check"] == check["id"] and entry["status"] in ("fail", "unknown")
        ]
        if rows and check["enabled"]:
            sections.append({"check": check["id"], "rows": rows[:ROWS], "more": max(0, len(rows) - ROWS)})
    return {**{name: value for name, value in content.items() if name != "findings"}, "sections": sections}


def write(folder: Path, content: Json, view: Json | None = None) -> Path:
    """The files that an audit leaves for the renderer: report.json, view.json and review.csv."""
    folder.mkdir(exist_ok=True)
    for name, value in (("report.json", content), ("view.json", view or view_of(content))):
        try:
            encoded = json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            encoded = json.dumps(value).encode()
        (folder / name).write_bytes(encoded + b"\n")
    (folder / "review.csv").write_bytes(b"id,login\r\n1,ada\r\n")
    return folder
