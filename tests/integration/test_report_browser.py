# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of an audit in a real browser: wide, on a phone, in the dark and on paper.

Needs chromium on the PATH. Where it is missing the tests are skipped, but on CI (CI=true) they fail. With REPORT_SHOTS
set to a folder, what the browser showed is kept there.
"""

from __future__ import annotations

import base64
import functools
import itertools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from integration.playbooks import Player
from integration.test_report import render

from ansible_collections.idops.okta.tests.unit.report import host_samples, samples

Json = dict[str, Any]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
]
SHOTS = os.environ.get("REPORT_SHOTS")
DESKTOP, PHONE = (1280, 900), (390, 844)
AXES = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
# What refers to what isn't there.
DANGLING = """[...document.querySelectorAll('[aria-labelledby], [aria-describedby], a[href^="#"]')].flatMap(one =>
    [one.getAttribute('aria-labelledby'), one.getAttribute('aria-describedby'), one.getAttribute('href')?.slice(1)])
    .filter(id => id && !document.getElementById(id))"""
# What sticks out of the page to the right, unless it scrolls by itself.
STICKS_OUT = """[...document.querySelectorAll('body *')].filter(one =>
    !one.closest('.scroll, .hidden, .skip, thead, svg') && one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map(one => one.outerHTML.slice(0, 200))"""
# Text whose contrast with what is behind it is below what WCAG 2.2 asks for (AA: 4.5, large text 3).
PALE_TEXT = """(() => {
  const channel = value => (value /= 255) <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const colour = text => text.match(/[\\d.]+/g).map(Number);
  const behind = one => {
    for (; one; one = one.parentElement) {
      const found = colour(getComputedStyle(one).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const seen = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || one.closest('.hidden, .skip, desc, thead')) continue;
    const style = getComputedStyle(one), size = parseFloat(style.fontSize);
    const [a, b] = [light(colour(one.closest('svg') ? style.fill : style.color)), light(behind(one))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < (size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5))
      seen.set(one.className + ' ' + one.tagName, [ratio.toFixed(2), one.textContent.trim().slice(0, 40)]);
  }
  return [...seen];
})()"""


class Page:
    """A page in headless Chromium, driven by the DevTools protocol over a pair of pipes."""

    def __init__(self, profile: Path) -> None:
        assert CHROMIUM is not None
        (to_read, self._out), (self._in, to_write) = os.pipe(), os.pipe()
        # Chromium reads commands from descriptor 3 and writes to 4.
        command = f'exec 3<&{to_read} 4>&{to_write}; exec "$@" 2>/dev/null'
        self._process = subprocess.Popen(
            ["bash", "-c", command, "-", CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "--remote-debugging-pipe"],
            pass_fds=(to_read, to_write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(profile)},
        )
        os.close(to_read)
        os.close(to_write)
        self._unread = b""
        self._session: str | None = None
        self._number = 0
        self.events: list[Json] = []
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self._session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Security"):
            self(f"{domain}.enable")

    def close(self) -> None:
        os.close(self._out)
        os.close(self._in)
        self._process.kill()
        self._process.wait()

    def __call__(self, method: str, **parameters: Any) -> Json:
        """Send a command and wait for its result."""
        self._number += 1
        message: Json = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        return self._wait(lambda answer: answer.get("id") == self._number, method)["result"]  # type: ignore[no-any-return]

    def _wait(self, wanted: Callable[[Json], bool], what: str) -> Json:
        while True:
            answer = json.loads(self._message() or pytest.fail(f"chromium went away during {what}"))
            if wanted(answer):
                assert "error" not in answer, f"{what}: {answer['error']}"
                return answer  # type: ignore[no-any-return]
            self.events.append(answer)

    def _message(self) -> bytes:
        while b"\0" not in self._unread:
            if not (more := os.read(self._in, 1 << 20)):
                return b""
            self._unread += more
        message, _end, self._unread = self._unread.partition(b"\0")
        return message

    def show(self, file: Path, size: tuple[int, int] = DESKTOP, media: str = "screen", scheme: str = "light") -> None:
        """Open a file as a fresh page."""
        self.events.clear()
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self("Emulation.setEmulatedMedia", media=media, features=[feature])
        self(
            "Emulation.setDeviceMetricsOverride",
            width=size[0],
            height=size[1],
            deviceScaleFactor=1,
            mobile=size == PHONE,
        )
        assert "errorText" not in self("Page.navigate", url=file.as_uri())
        if not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self._wait(lambda answer: answer.get("method") == "Page.loadEventFired", f"loading {file}")

    def value(self, expression: str) -> Any:
        """What a line of JavaScript gives. (Run by DevTools, which the page's policy does not bind.)"""
        return self("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def picture(self, *, whole: bool = False) -> bytes:
        return base64.b64decode(self("Page.captureScreenshot", captureBeyondViewport=whole)["data"])

    def paper(self) -> bytes:
        self("Emulation.setEmulatedMedia", media="")
        printed = self("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(printed["data"])

    def complaints(self) -> list[str]:
        """What the console, or the policy, had to say of the page."""
        bad = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Page.javascriptDialogOpening")
        return [json.dumps(event) for event in self.events if event.get("method") in bad]

    def requests(self) -> list[str]:
        """The addresses that were asked for, without the page's own."""
        sent = [event["params"] for event in self.events if event.get("method") == "Network.requestWillBeSent"]
        addresses: list[str] = [request["request"]["url"] for request in sent if request["type"] != "Document"]
        return [address for address in addresses if not address.startswith("data:")]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    if CHROMIUM is None:
        told = "chromium is not installed: apt-get install chromium"
        pytest.fail(told) if os.environ.get("CI") == "true" else pytest.skip(told)
    page = Page(tmp_path_factory.mktemp("chromium"))
    yield page
    page.close()


REPORTS: Mapping[str, Callable[[], Json]] = {
    "small": samples.report,
    "large": lambda: samples.report(10_000),
    "hostile": samples.hostile,
    "hosts": host_samples.fleet,
    "fleet": lambda: host_samples.fleet(2000, 3000),
    "hostile hosts": host_samples.hostile,
    "clean hosts": host_samples.clean,
    "clean": samples.clean_report,
}


Rendered = Callable[[str], tuple[Path, Json]]


@pytest.fixture(scope="module")
def rendered(page: Page, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The page and the content of a report, by its name; each is rendered once for all tests of this file."""

    @functools.cache
    def rendered(name: str) -> tuple[Path, Json]:
        folder = tmp_path_factory.mktemp(name)
        content = REPORTS[name]()
        view = host_samples.view_of(content) if content["kind"] == "host_account_audit" else None
        render(Player(folder), samples.write(folder / "audit", content, view))
        return folder / "audit" / "report.html", content

    return rendered


def keep(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        Path(SHOTS, f"{name}.png").write_bytes(page.picture())
        Path(SHOTS, f"{name}-whole.png").write_bytes(page.picture(whole=True))


@pytest.mark.parametrize(
    ("name", "size", "scheme"),
    [
        ("small", DESKTOP, "light"),
        ("small", DESKTOP, "dark"),
        ("small", PHONE, "light"),
        ("small", PHONE, "dark"),
        ("hostile", DESKTOP, "dark"),
        ("hostile", PHONE, "light"),
        ("hosts", DESKTOP, "dark"),
        ("hosts", DESKTOP, "light"),
        ("hosts", PHONE, "light"),
        ("hosts", PHONE, "dark"),
        ("hostile hosts", DESKTOP, "light"),
        ("hostile hosts", PHONE, "dark"),
        ("clean hosts", DESKTOP, "light"),
        ("fleet", DESKTOP, "dark"),
        ("clean", DESKTOP, "light"),
        ("large", DESKTOP, "light"),
        ("large", PHONE, "dark"),
    ],
)
def test_on_a_screen(page: Page, rendered: Rendered, name: str, size: tuple[int, int], scheme: str) -> None:
    file, content = rendered(name)
    page.show(file, size, scheme=scheme)
    keep(page, f"{name}-{size[0]}-{scheme}")
    assert page.complaints() == []
    assert page.requests() == []
    assert page.value("document.scripts.length") == 0
    assert page.value("document.documentElement.lang") == "en"
    assert page.value("document.querySelectorAll('main > section').length") >= 4
    wide, room = page.value(AXES)
    assert wide <= room == size[0], page.value(STICKS_OUT)
    background = page.value("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(244, 246, 249)" if scheme == "light" else "rgb(14, 20, 28)")
    if name not in ("large", "fleet"):  # they have nothing that the others lack, and thousands of it
        assert page.value(STICKS_OUT) == []
        assert page.value(PALE_TEXT) == []
    if not name.startswith("hostile"):
        assert page.value("document.querySelector('h1').innerText") == content["title"]


@pytest.mark.parametrize("name", ["small", "hosts", "clean", "clean hosts"])
def test_what_is_said_to_who_cannot_see(page: Page, rendered: Rendered, name: str) -> None:
    page.show(rendered(name)[0])
    ids = page.value("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids))
    assert page.value(DANGLING) == []
    assert page.value("document.querySelectorAll('th:not([scope]), table:not(:has(> caption))').length") == 0
    assert page.value("document.querySelectorAll('svg:not([role=img]:has(desc))').length") == 0
    levels = page.value("[...document.querySelectorAll('h1, h2, h3, h4')].map(one => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize(
    ("name", "scheme"), [("small", "light"), ("small", "dark"), ("hosts", "light"), ("large", "light")]
)
def test_on_paper(page: Page, rendered: Rendered, tmp_path: Path, name: str, scheme: str) -> None:
    file, content = rendered(name)
    page.show(file, scheme=scheme)
    paper = page.paper()
    if SHOTS:
        Path(SHOTS, f"{name}-{scheme}.pdf").write_bytes(paper)
    assert paper.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type\s*/Page\b", paper))
    assert 0 < pages < (200 if name == "large" else 25)
    assert content["title"].encode() in paper, "the title is in what the PDF says of itself"
    page.show(file, media="print", scheme=scheme)
    assert page.value("getComputedStyle(document.body).color") == "rgb(23, 33, 47)", "dark text, in the dark too"
    assert page.value("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"
    if pdftotext := shutil.which("pdftotext"):
        (tmp_path / "report.pdf").write_bytes(paper)
        command = [pdftotext, "-layout", str(tmp_path / "report.pdf"), "-"]
        said = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
        assert content["title"] in " ".join(said.split()), "it may go on to another line"
        assert "Provenance" in said
        if name == "hosts":
            assert "local accounts only" in " ".join(said.split())
            assert "web1.acme.internal" in said
        assert f"1 / {pages}" in said
        if name == "large":
            assert "more in findings.csv" in said
            heads = re.findall(r"^[ \f]*Account +Finding +Evidence", said, re.MULTILINE)
            assert len(heads) > pages * 0.9, "the head of a table is on each page that it goes on to"


def test_the_hosts_are_a_table_on_a_phone_too(page: Page, rendered: Rendered) -> None:
    """It is scrolled sideways, and the names of the hosts stay."""
    file, content = rendered("hosts")
    page.show(file, PHONE)
    assert page.value("getComputedStyle(document.querySelector('.matrix tr')).display") == "table-row"
    assert page.value("getComputedStyle(document.querySelector('.matrix tbody th')).position") == "sticky"
    assert page.value("(one => one.scrollWidth > one.clientWidth)(document.querySelector('.matrix').parentElement)")
    shown = page.value(
        "[...document.querySelectorAll('.matrix tbody tr')].map(row => Number(row.lastElementChild.innerText))"
    )
    assert shown == sorted(shown, reverse=True)
    assert sum(shown) == sum(each["subject"]["type"] == "account" for each in content["findings"])
    missing = page.value("[...document.querySelectorAll('.missing tbody th')].map(one => one.innerText)")
    assert missing == [host["name"] for host in content["population"]["hosts"] if not host["assessed"]]
    people = page.value("[...document.querySelectorAll('.grouped tbody th .login')].map(one => one.innerText)")
    assert {"ada.lovelace@acme.com", "No Okta user"} <= set(people)
    words = page.value("document.body.innerText")
    assert "Okta users by status" in words
    assert "21 of 24 hosts were looked at." in " ".join(words.split())


@pytest.mark.parametrize("name", ["hostile", "hostile hosts"])
def test_hostile_strings_are_only_text(page: Page, rendered: Rendered, name: str) -> None:
    page.show(rendered(name)[0])
    page.value("scrollTo(0, document.body.scrollHeight)")
    assert page.complaints() == []
    assert page.requests() == []
    allowed = (
        "html head meta title link style body a header div p h1 h2 h3 bdi strong b section dl dt dd time main figure "
        "figcaption svg desc text rect nav table caption thead tbody tr th td span code footer ul li"
    )
    used = page.value("[...new Set([...document.querySelectorAll('*')].map(one => one.localName))]")
    assert set(used) <= set(allowed.split())
    attributes = page.value("[...new Set([...document.querySelectorAll('*')].flatMap(one => one.getAttributeNames()))]")
    assert not [name for name in attributes if name.startswith("on")]
    links = page.value("[...document.querySelectorAll('[href]')].map(one => one.getAttribute('href'))")
    assert all(link.startswith("#") or link == "data:," for link in links)
    assert page.value("document.styleSheets.length") == 1
