# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Which account names belong to an Okta user: explicit rules in order, and never a guess."""

from __future__ import annotations

import re
import typing as t

from ._audit_subject import User, text
from ._errors import InvalidOption, printable

TRANSFORMS: dict[str, t.Callable[[str], str]] = {
    "as_is": lambda local: local,
    "lower": str.lower,
    "dot_to_underscore": lambda local: local.lower().replace(".", "_"),
    "strip_dots": lambda local: local.lower().replace(".", ""),
    "first_initial_last": lambda local: _first_initial_last(local.lower()),
    "strip_plus_tag": lambda local: local.lower().partition("+")[0],
}
DEFAULT_TRANSFORMS = ("as_is", "lower", "strip_plus_tag", "dot_to_underscore")
_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)(?:\[([0-9]{1,2})\])?\}")
_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST = 256


class Mapping(t.NamedTuple):
    """The rules. ``username_map`` has logins by account name; the rest is as in the options of the module."""

    username_map: dict[str, str]
    attributes: tuple[str, ...]
    template: str
    transforms: tuple[str, ...]
    email_local_part: bool
    uid_attribute: str

    def rules(self) -> list[str]:
        """The names of all rules, those that win first."""
        return [
            "username_map",
            *(f"attribute {name}" for name in self.attributes),
            *(("template",) if self.template else ()),
            *(f"login {name}" for name in self.transforms),
            *(("email",) if self.email_local_part else ()),
        ]

    def names(self, user: User) -> dict[str, int]:
        """The account names of a user, each with the place of the first rule that gives it; the map is apart."""
        profile, local = user.profile, local_part(user.login)
        made = [text(profile.get(name)) for name in self.attributes]
        if self.template:
            made.append(_filled(self.template, profile))
        made += [TRANSFORMS[name](local) for name in self.transforms]
        if self.email_local_part:
            made.append(local_part(text(profile.get("email"))))
        found: dict[str, int] = {}
        for place, name in enumerate(made, start=1):
            if name and len(name) <= _LONGEST:
                found.setdefault(name, place)
        return found


def read_mapping(params: t.Mapping[str, t.Any]) -> Mapping:
    """Check the options for the mapping. Raises `InvalidOption`."""
    named: dict[str, str] = {}
    for account, login in (params.get("username_map") or {}).items():
        if not text(account) or not text(login):
            raise InvalidOption(
                f"username_map has no login for {printable(str(account), 60)!r}.", "Write the login of an Okta user."
            )
        named[text(account)] = text(login)
    transforms = params.get("username_transforms")
    transforms = DEFAULT_TRANSFORMS if transforms is None else transforms
    for name in transforms:
        if name not in TRANSFORMS:
            raise InvalidOption(
                f"username_transforms has {printable(str(name), 60)!r}, which is no transform.",
                f"There are: {', '.join(TRANSFORMS)}.",
            )
    template = params.get("username_template") or ""
    rest = _PLACE.sub("", template)
    if template and (rest == template or "{" in rest or "}" in rest):
        raise InvalidOption(
            "username_template is no format of attributes.", "Write one such as {firstName[0]}{lastName}."
        )
    attributes = tuple(_attribute("username_attributes", name) for name in params.get("username_attributes") or ())
    uid = params.get("uid_attribute") or ""
    return Mapping(
        named,
        attributes,
        template,
        tuple(transforms),
        bool(params.get("email_local_part")),
        _attribute("uid_attribute", uid) if uid else "",
    )


def local_part(address: str) -> str:
    """What stands before the last @; all of it when there is none."""
    return address.rpartition("@")[0] or address


def _attribute(option: str, name: object) -> str:
    plain = str(name).strip().removeprefix("profile.")
    if not _ATTRIBUTE.fullmatch(plain):
        raise InvalidOption(
            f"{option} has {printable(str(name), 60)!r}, which is no name of an attribute.",
            "Name an attribute of the profile, such as unixUserName.",
        )
    return plain


def _first_initial_last(local: str) -> str:
    first, _dot, last = local.rpartition(".")
    return first[:1] + last if first else ""


def _filled(template: str, profile: t.Mapping[str, t.Any]) -> str:
    """The name that a template makes; nothing when the user lacks what it names."""
    name, end = "", 0
    for place in _PLACE.finditer(template):
        value = text(profile.get(place[1]))
        if place[2] is not None:
            value = value[int(place[2]) : int(place[2]) + 1]
        if not value:
            return ""
        name, end = name + template[end : place.start()] + value, place.end()
    return (name + template[end:]).lower()
