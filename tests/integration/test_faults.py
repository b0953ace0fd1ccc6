# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad days: each fault, at each place of the main job, once and for ever, through the real modules.

Every cell ends in the whole list or in a failure that names what happened and how far it got: never in a short list, a
traceback, a run beyond max_wait, or a repetition of what can't succeed. Pauses between attempts are made, but pass by
themselves (see `module_runs.World`), so that the whole table takes no longer than its timeouts.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from integration.journals import REVOKE, TOKEN, USERS, asked, signed_ids
from integration.module_runs import ModuleRun, Modules, World
from integration.playbooks import Player, task

from sandbox import RunningOrg, start

PAGES = 4
PAGE_SIZE = 5
EVERYONE = PAGES * PAGE_SIZE - 2
# Where a fault strikes: at the token request (page 0), or at a page.
PLACES = {"token": 0, "first": 1, "middle": 2, "last": PAGES}
MOST_ATTEMPTS = 5

BROKE_OFF = "broke off before the answer was whole"
NOT_JSON = "The answer is not valid JSON"
NO_LIST = "JSON, but not a list of objects"
NO_TOKEN = ("Okta gave no token",)
NO_ORG = ("Check that org_url is an Okta org.",)
PROOF_TOO_OLD = ("'iat' claim in the DPoP proof JWT is invalid", "clock")


@dataclass(frozen=True)
class Fault:
    """A fault, and what is expected of it.

    It is an ``answer`` of the org's, or something of the world's (``connections``, ``skew``). ``words`` must be in the
    failure (``token_words`` at the token request). ``tries`` are the requests that meet it when it lasts for ever; None
    is as many as max_wait allows. It is ``cured`` if what strikes once is overcome, with a pause of ``pause`` seconds
    at least, and ``renewed`` if a new token does that.
    """

    words: tuple[str, ...]
    answer: Mapping[str, Any] | None = None
    token_words: tuple[str, ...] | None = None
    connections: str | None = None
    skew: int | None = None
    tries: int | None = 1
    cured: bool = False
    pause: float = 0
    status: int | None = None
    timeout: int = 20
    max_wait: int = 30
    renewed: bool = False


def retried(*words: str, attempts: int = MOST_ATTEMPTS, **more: Any) -> Fault:
    """A fault that another attempt may get over."""
    return Fault((*words, f"It was tried {attempts} times."), tries=attempts, cured=True, pause=0.5, **more)


def out_of_time(*words: str, **more: Any) -> Fault:
    """One that costs a timeout each time. With pauses of 0.5 to 1 and 1 to 2 seconds, max_wait allows three."""
    return retried(*words, attempts=3, max_wait=3, timeout=1, **more)


def limited(preset: str, pause: float, *seen: str) -> Fault:
    words = (*(seen or ("Okta's rate limit for", "is used up")), "max_wait allows 30 in all", "Raise max_wait")
    return Fault(words, {"preset": preset}, tries=None, cured=True, pause=pause, status=429)


def refused(status: int, preset: str, *words: str, token_words: tuple[str, ...] = NO_TOKEN, **more: Any) -> Fault:
    return Fault(words, {"preset": preset}, status=status, token_words=token_words, **more)


def odd(*words: str, token_words: tuple[str, ...] | None = None, **answer: Any) -> Fault:
    """A 200 that isn't Okta's."""
    return Fault(words, answer, status=200, token_words=token_words)


FAULTS = {
    "connection refused": retried("refused the connection", "Check org_url, its port", connections="closed"),
    "connect timeout": out_of_time("(timed out)", "raise timeout", connections="full"),
    "DNS failure": Fault(("could not be resolved (DNS)", "Check the spelling of org_url"), connections="unresolved"),
    "DNS failure that may pass": retried("could not be resolved (DNS)", connections="unresolved for now"),
    "TLS unknown CA": Fault(("its authority (CA) is not known here", "set ca_path"), connections="unknown CA"),
    "TLS wrong name": Fault(("it is made out to another name", "Check org_url"), connections="wrong name"),
    "no TLS": Fault(("No TLS connection to", "could be made"), connections="no TLS"),
    "closed before the body": retried(BROKE_OFF, answer={"preset": "close_before_answer"}),
    "reset before the body": retried(BROKE_OFF, answer={"preset": "reset_before_answer"}),
    "reset in the body": retried(BROKE_OFF, answer={"preset": "reset_in_body"}),
    "read timeout": out_of_time("(timed out)", "Raise timeout", answer={"preset": "hang"}),
    "slow drip": out_of_time("did not end within 2 seconds", answer={"preset": "slow_drip", "seconds": 0.3}),
    "length too long": retried(BROKE_OFF, answer={"preset": "content_length_long"}),
    "length too short": odd(NOT_JSON, preset="content_length_short"),
    "400": refused(400, "bad_request", "Okta refused the request: Api validation failed"),
    "401 expired token": refused(401, "expired_token", "The token has expired, was revoked", tries=2, renewed=True),
    "401 feature not enabled": refused(401, "feature_not_enabled", "The feature is not enabled in your org"),
    "403": refused(403, "forbidden", "Assign the app an admin role"),
    "404": refused(404, "not_found", "Not found", token_words=NO_ORG),
    "404 of a gateway's": refused(404, "odd_not_found", "Resource not found", *NO_ORG, token_words=NO_ORG),
    "429 with reset": limited("rate_limited", 2),
    "429 of the concurrency kind": limited("concurrency_limited", 0.5, "takes no more requests at once"),
    "429 without headers": limited("rate_limited_without_headers", 0.5),
    "500": retried(answer={"preset": "internal_error"}, status=500),
    "502 with HTML": retried("of text/html", answer={"preset": "bad_gateway"}, status=502),
    "503": retried(answer={"preset": "unavailable"}, status=503),
    "504": retried("of text/html", answer={"preset": "gateway_timeout"}, status=504),
    "200 with truncated JSON": odd(NOT_JSON, preset="truncated_json"),
    "200 with HTML": odd(NOT_JSON, "of text/html", "A proxy or a gateway", preset="html"),
    "200 with an object": odd(NO_LIST, preset="json_object", token_words=("holds no access token",)),
    "200 with a list of other things": odd(NO_LIST, status=200, body=[None, "x"], token_words=("no access token",)),
    "redirect": Fault(("answered with a redirect. None is followed",), {"preset": "redirect"}, status=302),
    "clock 10 minutes behind": Fault(PROOF_TOO_OLD, skew=-600, token_words=("seconds behind Okta's", "(NTP)")),
    "clock 10 minutes ahead": Fault(PROOF_TOO_OLD, skew=600, token_words=("seconds ahead of Okta's", "(NTP)")),
}


@dataclass(frozen=True)
class Cell:
    """A fault at a place, once or for ever, met by an app that is DPoP-bound or isn't."""

    name: str
    place: str
    once: bool
    bound: bool

    @property
    def fault(self) -> Fault:
        return FAULTS[self.name]

    @property
    def page(self) -> int:
        return PLACES[self.place]

    @property
    def client_id(self) -> str:
        return f"{self.name}, {self.place}, {'once' if self.once else 'for ever'}, {'DPoP' if self.bound else 'Bearer'}"


@dataclass
class Scene:
    """The org, and the places that a connection can be led to instead of it."""

    org: RunningOrg
    environment: dict[str, str]
    places: dict[str, Mapping[str, Any]]
    modules: Modules
    known: list[str] = field(default_factory=list)

    def meet(self, cell: Cell) -> ModuleRun:
        fault = cell.fault
        self.org.register_app(cell.client_id, dpop_bound=cell.bound)
        times = 1 if cell.once else None
        # Requests are counted from 1, and a DPoP-bound app needs two for a token.
        number = cell.page + 1 + (cell.bound and cell.page > 0)
        connections, skew = None, None
        if fault.answer:
            # What a DPoP-bound app is answered first is a challenge: the answer that counts is the second.
            at_token = {"path": TOKEN, "nth": 2 if cell.bound else 1}
            match = {"path": USERS, "page": cell.page} if cell.page else at_token
            action = fault.answer if cell.page or fault.answer.get("preset") != "json_object" else "json_array"
            self.org.inject({"match": {"client_id": cell.client_id, **match}, "times": times, "action": action})
        elif fault.connections:
            every = {"client_id": cell.client_id}  # a connection for each request, so that each can fail
            self.org.inject({"match": every, "times": None, "action": {"headers": {"connection": "close"}}})
            connections = {"at": number, "times": times, **self.places[fault.connections]}
        else:
            skew = {"at": number, "times": times, "seconds": fault.skew}
        options = {"page_size": PAGE_SIZE, "timeout": fault.timeout, "max_wait": fault.max_wait}
        variables = {**self.environment, "OKTA_CLIENT_ID": cell.client_id}
        return self.modules("okta_users_info", options, variables, World(connections, skew))


def problems(scene: Scene, cell: Cell, run: ModuleRun) -> Iterator[str]:
    """What is not as it should be."""
    fault, journal = cell.fault, [entry for entry in scene.org.journal() if entry["client_id"] == cell.client_id]
    if "Traceback" in run.stdout + run.stderr or run.stderr:
        yield "it broke"
        return
    result = run.result
    if fault.skew:
        cured = not cell.bound and cell.page > 0  # Bearer tokens tell no time
    else:
        cured = cell.once and (fault.cured or (fault.renewed and cell.page > 0))
    if cured:
        yield from problems_of_a_list(scene, cell, run, result)
    else:
        yield from problems_of_a_failure(cell, run, result)
    ids = signed_ids(journal)
    if len(ids) != len(set(ids)):
        yield "an assertion or a proof was sent twice"
    if run.waits and sum(run.waits) > fault.max_wait:
        yield f"it waited {sum(run.waits)} seconds"
    longest = 5 + (len(run.waits) + 1) * (2 * fault.timeout + 1) if fault.timeout < 10 else 15
    if run.elapsed > longest:
        yield f"it took {run.elapsed:.1f} seconds"
    yield from problems_of_the_requests(cell, cured, journal, run)
    secrets = [line for line in scene.org.private_key.splitlines() if len(line) > 20 and "-----" not in line]
    if any(secret in run.stdout for secret in secrets + scene.org.tokens()):
        yield "it told a secret"


def problems_of_a_list(scene: Scene, cell: Cell, run: ModuleRun, result: dict[str, Any]) -> Iterator[str]:
    if run.rc != 0 or [user["id"] for user in result.get("users", [])] != scene.known:
        yield "the list is not whole"
        return
    if (result["count"], result["pages"], result["complete"]) != (EVERYONE, PAGES, True):
        yield "the counts are wrong"
    if abs(result["waited_seconds"] - sum(run.waits)) > 0.01:
        yield "waited_seconds is not what was waited"
    if sum(run.waits) < cell.fault.pause:
        yield f"it paused for {sum(run.waits)} seconds"


def problems_of_a_failure(cell: Cell, run: ModuleRun, result: dict[str, Any]) -> Iterator[str]:
    fault = cell.fault
    if run.rc != 1 or not result.get("failed") or "users" in result:
        yield "it did not fail"
        return
    words = fault.token_words if cell.page == 0 and fault.token_words is not None else fault.words
    if cell.once:
        words = tuple(word for word in words if "times" not in word)
    missing = [word for word in words if word not in result["msg"]]
    if missing:
        yield f"the message lacks {missing}"
    if fault.status and (result.get("status"), f"HTTP {fault.status}" in result["msg"]) != (fault.status, True):
        yield f"the status is {result.get('status')}"
    pages = cell.page - 1
    got = (result.get("users_read"), result.get("pages_read"))
    if cell.page and got != (pages * PAGE_SIZE, pages):
        yield f"it got as far as {got}"
    if not cell.page and got != (None, None):
        yield f"it speaks of {got} although no list was begun"


def problems_of_the_requests(cell: Cell, cured: bool, journal: list[dict[str, Any]], run: ModuleRun) -> Iterator[str]:
    """How often the org was asked for what the fault struck: a retry where it can help, and nowhere else."""
    fault = cell.fault
    if not fault.answer:
        return
    if cell.page:
        struck = [entry for entry in asked(journal, USERS) if entry["page"] == cell.page]
    else:
        struck = asked(journal, TOKEN)
    struck = [entry for entry in struck if entry["fault"]]
    if cell.once:
        expected = {1}
    elif fault.tries is None:
        expected = {len(run.waits) + 1}
        if not 2 <= len(struck) <= 200:
            yield f"{len(struck)} requests while the rate limit was used up"
    else:
        expected = {fault.tries if cell.page or not fault.renewed else 1}
    if len(struck) not in expected:
        yield f"{len(struck)} requests met the fault, and {expected} were due"
    others = {entry["page"] for entry in asked(journal, USERS)} - {cell.page, None}
    due = set(range(1, PAGES + 1)) - {cell.page} if cured else set(range(1, cell.page))
    if others != due:
        yield f"the pages {sorted(others)} were asked for"


@pytest.fixture(scope="module")
def places(modules: Modules, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[RunningOrg], Scene]]:
    """Addresses at which connections fail for real."""
    with (
        socket.socket() as closed,
        socket.socket() as full,
        socket.socket() as filler,
        start(users=1, deprovisioned=0) as stranger,
        start(users=1, deprovisioned=0, certificate_name="other.example.com") as namesake,
        start(users=1, deprovisioned=0, tls=False) as plain,
    ):
        closed.bind(("127.0.0.1", 0))
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        filler.connect(full.getsockname())

        def at(org: RunningOrg) -> Mapping[str, Any]:
            return {"to": ["127.0.0.1", int(org.url.rpartition(":")[2])]}

        def scene(org: RunningOrg) -> Scene:
            bundle = tmp_path_factory.mktemp("ca") / "both.pem"
            bundle.write_text("".join(Path(str(one.ca_path)).read_text() for one in (org, namesake)))
            return Scene(
                org,
                {**org.environment(), "OKTA_CA_PATH": str(bundle)},
                {
                    "closed": {"to": closed.getsockname()},
                    "full": {"to": full.getsockname()},
                    "unresolved": {"unresolved": socket.EAI_NONAME},
                    "unresolved for now": {"unresolved": socket.EAI_AGAIN},
                    "unknown CA": at(stranger),
                    "wrong name": at(namesake),
                    "no TLS": at(plain),
                },
                modules,
                [user["id"] for user in org.users() if user["status"] != "DEPROVISIONED"],
            )

        yield scene


@pytest.fixture(scope="module")
def scene(places: Callable[[RunningOrg], Scene]) -> Iterator[Scene]:
    with start(users=EVERYONE, deprovisioned=2, seed=9) as org:
        yield places(org)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_ends_in_the_whole_list_or_in_a_clear_failure(scene: Scene, name: str) -> None:
    scene.org.reset()
    cells = [Cell(name, *rest) for rest in product(PLACES, (True, False), (True, False))]
    with ThreadPoolExecutor(8 if FAULTS[name].timeout < 10 else 3) as pool:
        runs = list(pool.map(scene.meet, cells))

    found = {
        cell.client_id: (bad, run.stdout[:1500], run.stderr[-1500:])
        for cell, run in zip(cells, runs, strict=True)
        if (bad := list(problems(scene, cell, run)))
    }
    assert not found, "\n".join(f"{cell}: {text}" for cell, text in found.items())


def test_a_sample_of_it_on_a_playbook(play: Player, scene: Scene) -> None:
    """The same with ansible-playbook, where pauses are real."""
    org = scene.org
    org.reset()
    cured = {"reset_in_body": 1, "rate_limited_without_headers": 2, "unavailable": PAGES, "expired_token": 3}
    failed = {
        "bad_gateway": (0, "It was tried 2 times."),
        "truncated_json": (2, NOT_JSON),
        "hang": (PAGES, "sent nothing for 1 seconds (timed out)"),
        "rate_limited": (1, "Okta's rate limit for /api/v1/users is used up."),
        "redirect": (3, "None is followed"),
    }
    tasks = []
    for preset, page in {**cured, **{preset: page for preset, (page, _words) in failed.items()}}.items():
        org.register_app(preset, dpop_bound=preset in cured)
        match = {"client_id": preset, "path": USERS, "page": page} if page else {"client_id": preset, "path": TOKEN}
        org.inject({"match": match, "times": 1 if preset in cured else None, "action": preset})
        options = {"client_id": preset, "page_size": PAGE_SIZE, "max_wait": 5 if preset in cured else 1, "timeout": 5}
        options |= {"timeout": 1, "max_wait": 0} if preset == "hang" else {}
        tasks.append(task(preset, "okta_users_info", options, ignore_errors=True))
    run = play(tasks, scene.environment)

    for preset in cured:
        assert [user["id"] for user in run[preset]["users"]] == scene.known
        assert run[preset]["complete"] is True
        assert (run[preset]["waited_seconds"] > 0) == (preset != "expired_token")
    for preset, (page, words) in failed.items():
        result = run.failure(preset)
        assert words in result["msg"]
        assert "users" not in result
        assert result.get("users_read") == ((page - 1) * PAGE_SIZE if page else None)
    ids = signed_ids(org.journal())
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("page", [1, 3, PAGES])
@pytest.mark.parametrize("bound", [True, False], ids=["DPoP", "Bearer"])
def test_a_token_that_ends_without_credentials_to_renew_it(scene: Scene, page: int, bound: bool) -> None:
    org = scene.org
    org.reset()
    org.register_app("ends", dpop_bound=bound)
    token = scene.modules("okta_token", {}, {**scene.environment, "OKTA_CLIENT_ID": "ends"}).result
    org.inject({"match": {"client_id": "ends", "path": USERS, "page": page}, "action": "expired_token"})
    shared = {"access_token": token["access_token"], "dpop_key": token.get("dpop_key")}
    environment = {"OKTA_ORG_URL": org.url, "OKTA_CA_PATH": scene.environment["OKTA_CA_PATH"]}
    run = scene.modules("okta_users_info", {"page_size": PAGE_SIZE, **shared}, environment)

    assert "The token has expired, was revoked" in run.result["msg"]
    assert "give the task client_id and the private key, so that it renews the token itself" in run.result["msg"]
    assert (run.result["users_read"], run.result["pages_read"]) == ((page - 1) * PAGE_SIZE, page - 1)
    assert [entry["status"] for entry in asked(org.journal(), USERS)] == [*[200] * (page - 1), 401]


def test_a_renewal_that_fails_says_how_far_the_list_got(scene: Scene) -> None:
    org = scene.org
    org.reset()
    org.register_app("renews")
    org.inject({"match": {"client_id": "renews", "path": USERS, "page": 3}, "action": "expired_token"})
    org.inject({"match": {"client_id": "renews", "path": TOKEN, "nth": 2}, "times": None, "action": "internal_error"})
    run = scene.modules("okta_users_info", {"page_size": PAGE_SIZE}, {**scene.environment, "OKTA_CLIENT_ID": "renews"})

    assert "Okta gave no token" in run.result["msg"]
    assert run.result["msg"].count("It was tried 5 times.") == 1
    assert (run.result["users_read"], run.result["pages_read"]) == (10, 2)
    assert len(asked(org.journal(), TOKEN)) == 1 + MOST_ATTEMPTS


@pytest.mark.parametrize("offset", [0, -20, 200], ids=lambda offset: f"clocks {offset} s apart")
def test_a_task_paces_itself_by_the_clock_of_the_org(scene: Scene, offset: int) -> None:
    """It draws no 429, and waits no longer than it must, whatever this machine's clock says. These waits are real."""
    org = scene.org
    org.reset()
    org.settings(rate_limits={USERS: 3}, rate_window=1, clock_offset=offset)
    try:
        options = {"page_size": PAGE_SIZE, "rate_limit_reserve": 34, "max_wait": 20}
        run = scene.modules("okta_users_info", options, scene.environment, World(skip_waits=False))
    finally:
        org.settings(rate_limits={}, rate_window=60, clock_offset=0)

    assert run.result["count"] == EVERYONE
    assert {entry["status"] for entry in org.journal()} == {200}
    assert 0 < run.result["waited_seconds"] < 10
    assert abs(run.result["waited_seconds"] - sum(run.waits)) < 0.01
    assert run.result["rate_limit"]["limit"] == 3


@pytest.mark.parametrize(
    ("preset", "times", "words"),
    [
        ("unavailable", 1, None),
        ("reset_in_body", 1, None),
        ("unavailable", None, "It was tried 5 times."),
        ("html", None, NOT_JSON),
        ("json_array", None, "not an object"),
    ],
)
def test_single_users(scene: Scene, preset: str, times: int | None, words: str | None) -> None:
    scene.org.reset()
    scene.org.inject({"match": {"path": f"{USERS}/{scene.known[2]}"}, "times": times, "action": preset})
    run = scene.modules("okta_users_info", {"user": scene.known[1:4]}, scene.environment)

    if words is None:
        assert [user["id"] for user in run.result["users"]] == scene.known[1:4]
    else:
        assert words in run.result["msg"]
        assert "users" not in run.result


@pytest.mark.parametrize(
    ("preset", "times", "words"),
    [
        ("bad_gateway", 1, None),
        ("hang", 1, None),
        ("bad_gateway", None, "It was tried 5 times."),
        ("forbidden", None, "HTTP 403"),
        ("redirect", None, "None is followed"),
    ],
)
def test_revocations(scene: Scene, preset: str, times: int | None, words: str | None) -> None:
    token = scene.modules("okta_token", {}, scene.environment).result["access_token"]
    scene.org.reset()
    scene.org.inject({"match": {"path": REVOKE}, "times": times, "action": preset})
    options = {"state": "absent", "access_token": token, "timeout": 1 if preset == "hang" else 20}
    run = scene.modules("okta_token", options, scene.environment)

    assert token not in run.stdout
    if words is None:
        assert run.result["changed"] is True
    else:
        assert words in run.result["msg"]
    ids = signed_ids(scene.org.journal())
    assert len(ids) == len(set(ids)) == len(asked(scene.org.journal(), REVOKE))
