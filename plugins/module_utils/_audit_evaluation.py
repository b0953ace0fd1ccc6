# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The user audit: from files to files, in two passes over the population, for the moment that it is told."""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass
from datetime import datetime, timezone

from ._audit_comparison import read_previous
from ._audit_dates import NoDate, milliseconds, read_now, written
from ._audit_exemption_rules import exemption_verdicts
from ._audit_exemptions import Exemption, Exemptions, read_exemptions
from ._audit_files import REVIEW
from ._audit_findings import Findings
from ._audit_lifecycle_rules import PASSED, Facts, Verdict
from ._audit_org_rules import org_verdicts
from ._audit_plan import Plan, note_factors_not_read, plan_checks
from ._audit_population import Population, check_whole
from ._audit_privilege_rules import missing_admin_verdicts, missing_admins
from ._audit_privileges import read_privileges
from ._audit_provenance import Provenance, digest
from ._audit_report import header, write_report
from ._audit_review_sheet import ReviewSheet
from ._audit_settings import Tuned, tune
from ._audit_subject import Record, Subject, Unknown, order_key
from ._audit_survey import Survey
from ._errors import InvalidOption


@dataclass(frozen=True)
class Audit:
    """What to audit, and by which rules; see the options of `user_audit_findings`. Paths are those of JSON files."""

    population: str
    now: datetime
    provenance: Record
    complete: bool | None = None
    require_complete: bool = True
    preset: str = "none"
    checks: t.Mapping[str, t.Any] | None = None
    exemptions: t.Sequence[t.Any] | None = None
    inputs: t.Mapping[str, str | None] | None = None
    previous_report: str | None = None

    @classmethod
    def read(cls, params: t.Mapping[str, t.Any], inputs: t.Iterable[str], *, ansible_version: str | None) -> Audit:
        """The audit that the options of the module describe. Raises `InvalidOption`."""
        try:
            now = read_now(params["now"], lambda: datetime.now(timezone.utc))
        except NoDate:
            raise InvalidOption("now is no date.", "Write one such as 2026-01-31T12:00:00Z.") from None
        same = ("population", "complete", "require_complete", "preset", "checks", "exemptions", "previous_report")
        return cls(
            now=now,
            provenance={"ansible_version": ansible_version, **params["provenance"]},
            inputs={name: params[name] for name in inputs},
            **{name: params[name] for name in same},
        )


def evaluate(audit: Audit, folder: str) -> tuple[Record, list[Record]]:
    """Write report, review sheet and view into ``folder``; give the report without its findings, and the first fails.

    Raises `OktaError`, and `OSError` when the folder can't be written to.
    """
    now = milliseconds(audit.now)
    provenance = Provenance(audit.provenance)
    checks = tune(audit.preset, audit.checks)
    exemptions = read_exemptions(audit.exemptions, checks, now)
    privileges = read_privileges(audit.inputs or {})
    previous = audit.previous_report
    comparison = read_previous(previous, provenance.org_url) if previous else None
    with Population(audit.population) as population:
        survey = Survey(now, checks, provenance.fields, privileges.users(), exemptions.owners())
        for user in population.first_reading():
            survey.add(user)
        complete = check_whole(
            population, provenance.population, audit.complete, require_complete=audit.require_complete
        )
        facts = Facts(now, survey, privileges)
        with Findings(folder, checks.values(), comparison) as findings:
            plan = plan_checks(checks, facts, findings)
            end_date = checks["leaver_lag"].settings["attribute"]
            with ReviewSheet(os.path.join(folder, REVIEW), now, end_date, dated=survey.has("lastLogin")) as sheet:
                _judge_users(population, plan, facts, exemptions, findings, sheet)
            _judge_the_rest(plan, facts, exemptions, findings, provenance.org_url)
            counted = survey.report()
            read = {"count": population.count, "complete": complete, "by_status": counted["by_status"]}
            head = header(
                generated_at=written(now),
                provenance=provenance.shown(
                    {**read, "sha256": population.sha256},
                    preset=audit.preset,
                    exemptions_sha256=digest(audit.exemptions),
                    previous_report_sha256=comparison.sha256 if comparison else None,
                ),
                findings=findings,
                checks=checks,
                enabled=plan.enabled,
                population=counted,
                exemptions=[exemption.shown() for exemption in exemptions.entries],
                comparison=comparison.report(plan.assessed) if comparison else None,
            )
            return head, write_report(folder, head, findings)


def _judge_users(
    population: Population, plan: Plan, facts: Facts, exemptions: Exemptions, findings: Findings, sheet: ReviewSheet
) -> None:
    """The second pass: every user by every rule, and in between the admins that the population lacks."""
    admins, factors = facts.privileges.admins or {}, facts.privileges.factors or {}
    rules = [(tuned, rule, findings.counts[tuned.row.id]) for tuned, rule in plan.rules]
    lacking = missing_admins(facts)
    without_factors = 0
    for user in population.users():
        while lacking and order_key(lacking[-1].login, lacking[-1].id) < order_key(user.login, user.id):
            _judge_missing(lacking.pop(), plan, facts, exemptions, findings)
        opened: list[str] = []
        exempted: list[tuple[str, Exemption]] = []
        matching: list[Exemption] | None = None
        for tuned, rule, counts in rules:
            if tuned.selective and tuned.leaves_out(user):
                continue
            try:
                hit = rule(user, tuned, facts)
            except Unknown as reason:
                findings.unknown(tuned, user.subject, str(reason))
                continue
            if hit is None:
                continue
            if hit is PASSED:
                counts["pass"] += 1
                continue
            if matching is None:
                matching = exemptions.of(user.subject, user.profile)
            identity, exemption = findings.failed(tuned, user.subject, *hit, matching)
            if exemption:
                exempted.append((tuned.row.id, exemption))
            elif not tuned.row.evidence:
                opened.append(f"{tuned.row.id} {identity}")
        without_factors += bool(user.enabled) and user.id not in factors
        sheet.add(user, admins.get(user.id), opened, exempted)
    while lacking:
        _judge_missing(lacking.pop(), plan, facts, exemptions, findings)
    note_factors_not_read(plan, findings, without_factors)


def _judge_missing(subject: Subject, plan: Plan, facts: Facts, exemptions: Exemptions, findings: Findings) -> None:
    for tuned, verdict in missing_admin_verdicts(subject, plan.assessed, facts):
        _record(tuned, subject, verdict, exemptions, findings)


def _judge_the_rest(plan: Plan, facts: Facts, exemptions: Exemptions, findings: Findings, org_url: str) -> None:
    """What isn't a user: the org, its API tokens, and the exemptions."""
    org = Subject("org", org_url or "org", "", org_url or "The org")
    verdicts = [
        *org_verdicts(plan.assessed, facts, org),
        *exemption_verdicts(plan.assessed, facts.survey.owner_states, exemptions),
    ]
    for tuned, subject, verdict in sorted(verdicts, key=lambda each: order_key(each[1].login, each[1].id)):
        _record(tuned, subject, verdict, exemptions, findings)


def _record(tuned: Tuned, subject: Subject, verdict: Verdict, exemptions: Exemptions, findings: Findings) -> None:
    if isinstance(verdict, Unknown):
        findings.unknown(tuned, subject, str(verdict))
    elif verdict is PASSED:
        findings.counts[tuned.row.id]["pass"] += 1
    else:
        findings.failed(tuned, subject, *verdict, exemptions.of(subject, {}))
