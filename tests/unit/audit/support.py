# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the user audit share: users as Okta sends them, and an audit of them in a folder of its own."""

from __future__ import annotations

import json
import tempfile
import typing as t
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ansible_collections.idops.okta.plugins.module_utils._audit_evaluation import Audit, evaluate
from ansible_collections.idops.okta.plugins.module_utils._user_rows import json_line

Record = dict[str, t.Any]
NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)
ORG = "https://acme.okta.com"


def ago(days: float = 0, **more: float) -> str:
    """A date as Okta writes it, that long before NOW."""
    return f"{(NOW - timedelta(days=days, **more)).strftime('%Y-%m-%dT%H:%M:%S')}.000Z"


def user(login: str = "ada.lovelace@acme.example", **changes: t.Any) -> Record:
    """A user that no check finds. ``profile`` is merged; ``absent`` names attributes to leave out."""
    profile = {
        "login": login,
        "email": login,
        "firstName": "Ada",
        "lastName": "Lovelace",
        "department": "Engineering",
        "manager": "Grace Hopper",
        "managerId": "grace.hopper@acme.example",
        "employeeNumber": f"n-{login}",
        **changes.pop("profile", {}),
    }
    record = {
        "id": f"00u-{login}",
        "status": "ACTIVE",
        "created": ago(800),
        "activated": ago(800),
        "statusChanged": ago(800),
        "lastLogin": ago(1),
        "lastUpdated": ago(1),
        "passwordChanged": ago(10),
        "credentials": {"provider": {"type": "OKTA", "name": "OKTA"}},
        "profile": profile,
    }
    absent = changes.pop("absent", ())
    return {name: value for name, value in {**record, **changes}.items() if name not in absent}


BOSS = user("grace.hopper@acme.example", profile={"managerId": "grace.hopper@acme.example"})


class Outcome:
    """The files that an audit has made, read back."""

    def __init__(self, folder: Path, head: Record, top: list[Record]) -> None:
        self.report_bytes = (folder / "report.json").read_bytes()
        self.review_bytes = (folder / "review.csv").read_bytes()
        self.view_bytes = (folder / "view.json").read_bytes()
        self.report: Record = json.loads(self.report_bytes)
        self.view: Record = json.loads(self.view_bytes)
        self.head = head
        self.top = top
        self.findings: list[Record] = self.report["findings"]

    def logins(self, check: str, status: str = "fail") -> list[str]:
        """Whom a check lists with a status."""
        return [
            each["subject"]["login"] for each in self.findings if (each["check"], each["status"]) == (check, status)
        ]

    def one(self, check: str) -> Record:
        """The only finding of a check."""
        (found,) = [each for each in self.findings if each["check"] == check]
        return found

    def check(self, check: str) -> Record:
        """What the report says of a check."""
        (found,) = [each for each in self.report["checks"] if each["id"] == check]
        return t.cast(Record, found)

    def counts(self, check: str) -> dict[str, int]:
        """The counts of a check that are not nothing."""
        return {status: count for status, count in self.check(check)["counts"].items() if count}


def audit(users: t.Iterable[Record] | bytes, **options: t.Any) -> Outcome:
    """Audit these users. ``inputs`` are contents, not paths, and ``previous`` is an earlier outcome."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        population = folder / "users.jsonl"
        population.write_bytes(users if isinstance(users, bytes) else b"".join(json_line(each) for each in users))
        inputs = {}
        for option, content in options.pop("inputs", {}).items():
            inputs[option] = str(folder / f"{option}.json")
            Path(inputs[option]).write_text(json.dumps(content), encoding="utf-8")
        previous = options.pop("previous", None)
        if previous is not None:
            options["previous_report"] = str(folder / "previous.json")
            Path(options["previous_report"]).write_bytes(previous)
        made = folder / "made"
        made.mkdir()
        given = {"now": NOW, "complete": True, "provenance": {"org_url": ORG}, **options}
        head, top = evaluate(Audit(population=str(population), inputs=inputs, **given), str(made))
        assert {file.stat().st_mode & 0o777 for file in made.iterdir()} == {0o600}
        return Outcome(made, head, top)


def admin(login: str, *types: str, granted: str = "USER", status: str = "ACTIVE") -> Record:
    """An admin as `okta_admins_info` returns one without profile."""
    roles = [
        {"type": name, "label": name.title().replace("_", " "), "status": status, "assignmentType": granted}
        for name in types
    ]
    return {"id": f"00u-{login}", "roles": roles}


def factors(*types: str, status: str = "ACTIVE") -> list[Record]:
    """Factors as Okta sends them."""
    return [{"id": f"fuf-{name}", "factorType": name, "provider": "OKTA", "status": status} for name in types]
