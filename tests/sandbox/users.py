# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users of the org: generated one by one from the seed and their index, in Okta's full schema."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from .awkward_users import AWKWARD, OWN_LOGINS

Record = dict[str, Any]

DEFAULT_NOW = datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC)
"""The moment the users' dates lead up to, unless another is given: fixed, so that one seed is one org for ever."""

DEFAULT_TYPE_ID = "oty1sandboxUser0d7"
CONTRACTOR_TYPE_ID = "oty2sandboxUser0d7"

_DAY = 86400
_SPAN = 6 * 365 * _DAY
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_TO_BASE62 = ((_BASE36 + _BASE36[10:].upper()) * 5)[:256].encode("ascii")
MAX_USERS = 5_000_000
_FIRST_ID, _ID_STEP = 47_000_000_000_000, 9_000_000 + 977
_MINUTES = [f"T{minute // 60:02}:{minute % 60:02}:" for minute in range(24 * 60)]
_SECONDS = [f"{second:02}.000Z" for second in range(60)]
_EPOCH_DAY = date(1970, 1, 1).toordinal()

_FIRST = (
    ("Ada", "ada"), ("Alan", "alan"), ("Amina", "amina"), ("André", "andre"), ("Barbara", "barbara"),
    ("Björn", "bjorn"), ("Chidi", "chidi"), ("Chloé", "chloe"), ("Dmitri", "dmitri"), ("Edsger", "edsger"),
    ("Elif", "elif"), ("Frances", "frances"), ("Grace", "grace"), ("Hedy", "hedy"), ("Ivan", "ivan"),
    ("Jean", "jean"), ("Katherine", "katherine"), ("Łukasz", "lukasz"), ("Mei", "mei"), ("Niklaus", "niklaus"),
    ("Olga", "olga"), ("Priya", "priya"), ("Radia", "radia"), ("Søren", "soren"), ("Tomás", "tomas"),
    ("Ursula", "ursula"), ("Vint", "vint"), ("Wen", "wen"), ("Yukihiro", "yukihiro"), ("Zoë", "zoe"),
)  # fmt: skip
_LAST = (
    ("Allen", "allen"), ("Bartik", "bartik"), ("Cerf", "cerf"), ("Dijkstra", "dijkstra"), ("Ertuğrul", "ertugrul"),
    ("Floyd", "floyd"), ("García", "garcia"), ("Hopper", "hopper"), ("Ivanova", "ivanova"), ("Johnson", "johnson"),
    ("Kovács", "kovacs"), ("Lovelace", "lovelace"), ("Müller", "muller"), ("Nakamura", "nakamura"),
    ("Okafor", "okafor"), ("Perlman", "perlman"), ("Quispe", "quispe"), ("Ritchie", "ritchie"), ("Smith", "smith"),
    ("Turing", "turing"), ("Usman", "usman"), ("Virtanen", "virtanen"), ("Wirth", "wirth"), ("Xu", "xu"),
    ("Şahin", "sahin"), ("Žižka", "zizka"), ("O'Neill", "oneill"), ("van Rossum", "vanrossum"),
)  # fmt: skip
DEPARTMENTS = ("Engineering", "Finance", "Legal", "Marketing", "Operations", "People", "Sales", "Security", "Support")
_ENTITLEMENTS = ("vpn", "wiki", "build", "ledger")
_TITLES = ("Analyst", "Architect", "Director", "Engineer", "Lead", "Specialist", "Technician")
_CITIES = (("Berlin", "DE"), ("Lagos", "NG"), ("Lyon", "FR"), ("Osaka", "JP"), ("San Jose", "US"), ("São Paulo", "BR"))
_PROVIDERS = (
    *[{"type": "OKTA", "name": "OKTA"}] * 170,
    *[{"type": "ACTIVE_DIRECTORY", "name": "corp.acme.example"}] * 50,
    *[{"type": "FEDERATION", "name": "FEDERATION"}] * 26,
    *[{"type": "LDAP", "name": "ldap.acme.example"}] * 6,
    *[{"type": "IMPORT", "name": "IMPORT"}] * 4,
)
_STATUSES = (
    *["ACTIVE"] * 199, *["PROVISIONED"] * 16, *["STAGED"] * 11, *["PASSWORD_EXPIRED"] * 10,
    *["LOCKED_OUT"] * 7, *["RECOVERY"] * 5, *["SUSPENDED"] * 8,
)  # fmt: skip
"""One entry for each of the 256 rolls of a die that is a byte."""


class Population:
    """`users` that are not DEPROVISIONED and `deprovisioned` that are, interleaved, by index in id order.

    Nothing is stored: every property is worked out from the seed and the index. `rank` counts the users that are not
    DEPROVISIONED, which is what an unfiltered listing pages through; the awkward ones sit at the lowest ranks.
    """

    def __init__(
        self, users: int, deprovisioned: int, seed: int, now: datetime = DEFAULT_NOW, *, newest: int = 0
    ) -> None:
        """Among the `newest` none is DEPROVISIONED."""
        if users < 0 or deprovisioned < 0:
            raise ValueError("the numbers of users can't be negative")
        if users + deprovisioned > MAX_USERS:
            raise ValueError(f"ids are made for {MAX_USERS} users at most")
        self.users, self.deprovisioned, self.seed = users, deprovisioned, seed
        self.total = users + deprovisioned
        self.mixed = self.total - newest
        """Below this index, users that are DEPROVISIONED lie between the others."""
        self.now = int(now.timestamp())
        self._key = seed.to_bytes(16, "big", signed=True)

    def is_deprovisioned(self, index: int) -> bool:
        if index >= self.mixed:
            return False
        return (index + 1) * self.deprovisioned // self.mixed > index * self.deprovisioned // self.mixed

    def index_of_rank(self, rank: int) -> int:
        """The index of the user that `rank` others, none of them DEPROVISIONED, come before."""
        others = self.mixed - self.deprovisioned
        return rank * self.mixed // others if rank < others else rank + self.deprovisioned

    def rank_from(self, index: int) -> int:
        """How many users below this index are not DEPROVISIONED."""
        if index >= self.mixed:
            return index - self.deprovisioned
        return index - index * self.deprovisioned // self.mixed

    def deprovisioned_index(self, rank: int) -> int:
        """The index of the user that `rank` others, all of them DEPROVISIONED, come before."""
        return -(-(rank + 1) * self.mixed // self.deprovisioned) - 1

    def id_of(self, index: int) -> str:
        """`00u`, nine characters that grow with the index in any collation, eight that look like an id's."""
        return _id(index, self._dice(index))

    def index_of_id(self, user_id: str) -> int | None:
        """The index in an id of this org, or None."""
        head = user_id[3:12]
        if len(user_id) != 20 or any(char not in _BASE36 for char in head):
            return None
        index, rest = divmod(int(head, 36) - _FIRST_ID, _ID_STEP)
        return index if rest == 0 and 0 <= index < self.total and self.id_of(index) == user_id else None

    def created_at(self, index: int) -> int:
        """Epoch seconds; never falls from one index to the next."""
        return self._created(index, self._dice(index))

    def last_updated_at(self, index: int) -> int:
        dice = self._dice(index)
        return self._updated(self._created(index, dice), dice)

    def record(self, index: int) -> Record:
        """One user, with everything a listing shows of it."""
        dice = self._dice(index)
        rank = None if self.is_deprovisioned(index) else self.rank_from(index)
        created = self._created(index, dice)
        updated = self._updated(created, dice)
        changed = created + (updated - created) * dice[3] // 256
        activated = min(created + dice[4] * 900, changed)
        status = "DEPROVISIONED" if rank is None else _STATUSES[dice[5]]
        staged, pending = status == "STAGED", status in ("STAGED", "PROVISIONED")
        signed_in = None if pending or dice[6] < 8 else self._login_at(activated, dice)
        password_set = None if pending else activated + (updated - activated) * dice[7] // 256
        profile = profile_of(index, dice)
        record: Record = {
            "id": _id(index, dice),
            "status": status,
            "created": timestamp(created),
            "activated": None if staged else timestamp(activated),
            "statusChanged": None if staged else timestamp(changed),
            "lastLogin": None if signed_in is None else timestamp(signed_in),
            "lastUpdated": timestamp(updated),
            "passwordChanged": None if password_set is None else timestamp(password_set),
            "type": {"id": CONTRACTOR_TYPE_ID if profile["contractor"] else DEFAULT_TYPE_ID},
            "profile": profile,
            "credentials": credentials_of(profile["email"], dice),
        }
        if rank is not None and rank in AWKWARD:
            AWKWARD[rank](record)
        return record

    def index_in_login(self, login: str) -> int | None:
        """The index a generated login carries; the caller compares the login itself."""
        digits = login.partition("@")[0].rpartition(".")[2]
        if not digits.isascii() or not digits.isdigit() or len(digits) > 12:
            return None
        return int(digits) if int(digits) < self.total else None

    def own_logins(self) -> dict[str, int]:
        """The logins that carry no index, with the users they belong to."""
        return {login: self.index_of_rank(rank) for login, rank in OWN_LOGINS.items() if rank < self.users}

    def roll(self, number: int, purpose: bytes) -> bytes:
        """32 bytes for a purpose other than users; of the name of the purpose, 16 bytes count."""
        key, person = self._key, purpose[:16]
        return blake2b(number.to_bytes(8, "big"), key=key, person=person, digest_size=32).digest()

    @staticmethod
    def letters(roll: bytes) -> str:
        """Characters as ids have them, one a byte."""
        return roll.translate(_TO_BASE62).decode("ascii")

    def _dice(self, index: int) -> bytes:
        return blake2b(index.to_bytes(8, "big"), key=self._key, digest_size=32).digest()

    def _created(self, index: int, dice: bytes) -> int:
        step = _SPAN // max(self.total, 1)
        return self.now - _SPAN + index * step + dice[0] * step // 256

    def _updated(self, created: int, dice: bytes) -> int:
        return created + (self.now - created) * int.from_bytes(dice[1:3], "big") // 65536

    def _login_at(self, activated: int, dice: bytes) -> int:
        """Two thirds signed in during the last month, some not for years."""
        ago = dice[9] * 256 + dice[10]
        seconds = ago * 40 if dice[8] < 170 else ago * 300 if dice[8] < 225 else ago * 1200
        return max(activated, self.now - seconds)


def timestamp(seconds: int) -> str:
    """Okta's form of a date; milliseconds are always `.000`."""
    days, rest = divmod(seconds, _DAY)
    return _date(days) + _MINUTES[rest // 60] + _SECONDS[rest % 60]


@lru_cache(maxsize=_SPAN // _DAY * 2)
def _date(days: int) -> str:
    return date.fromordinal(_EPOCH_DAY + days).isoformat()


def profile_of(index: int, dice: bytes) -> dict[str, Any]:
    first, plain_first = _FIRST[dice[11] % len(_FIRST)]
    last, plain_last = _LAST[dice[12] % len(_LAST)]
    city, country = _CITIES[dice[13] % len(_CITIES)]
    login = f"{plain_first}.{plain_last}.{index}@acme.example"
    profile: dict[str, Any] = {
        "firstName": first,
        "lastName": last,
        "mobilePhone": f"+1 555 {dice[14]:03} {dice[15]:03}" if dice[14] < 160 else None,
        "secondEmail": f"{plain_first}{index}@home.example" if dice[15] < 128 else None,
        "login": login,
        "email": login,
        "displayName": f"{first} {last}",
        "title": _TITLES[dice[16] % len(_TITLES)],
        "department": DEPARTMENTS[dice[17] % len(DEPARTMENTS)],
        "organization": "Acme",
        "employeeNumber": f"{index:07}",
        "city": city,
        "countryCode": country,
        "contractor": dice[18] < 32,
        "level": dice[19] % 10,
        "entitlements": [name for bit, name in enumerate(_ENTITLEMENTS) if dice[20] >> bit & 1],
    }
    if dice[21] < 64:
        del profile["mobilePhone"], profile["city"]
    return profile


def credentials_of(email: str, dice: bytes) -> dict[str, Any]:
    provider = _PROVIDERS[dice[22]]
    credentials: dict[str, Any] = {
        "emails": [{"value": email, "status": "VERIFIED", "type": "PRIMARY"}],
        "provider": dict(provider),
    }
    if provider["type"] == "OKTA":
        credentials = {"password": {}, **credentials}
    if dice[23] < 24:
        credentials["recovery_question"] = {"question": "What was the name of your first pet?"}
    return credentials


def _id(index: int, dice: bytes) -> str:
    head = _FIRST_ID + index * _ID_STEP
    digits = _three_digits(head // 36**6) + _three_digits(head // 36**3 % 36**3) + _three_digits(head % 36**3)
    return "00u" + digits + dice[24:32].translate(_TO_BASE62).decode("ascii")


@lru_cache(maxsize=36**3)
def _three_digits(value: int) -> str:
    return _BASE36[value // 36**2] + _BASE36[value // 36 % 36] + _BASE36[value % 36]
