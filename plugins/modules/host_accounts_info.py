#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: host_accounts_info
short_description: List the local accounts of a host, and the ways into them
version_added: "1.0.0"
description:
  - Lists the accounts in C(/etc/passwd) of a host, each with the kind of its password, its expiry, its last sign-in,
    its groups, the C(sudo) rules that hold for it, and the SSH keys that C(sshd) would take.
  - It changes nothing. What it could not read is V(null) or V(unknown) and named in RV(errors), never passed over.
  - No password hash, no key and nothing of a damaged line is returned. Of keys there are the fingerprints, and of
    variables that a key sets, the names.
  - It needs root for C(/etc/shadow), for C(sudo) rules and for the keys of others, so use C(become).
  - Unlike the other modules of this collection, it runs on Python 3.6 or newer, and needs nothing but Python itself.
author:
  - The idops.okta authors (@idops)
extends_documentation_fragment:
  - idops.okta._attributes
  - idops.okta._attributes.info_module
attributes:
  action_group:
    support: none
    details: It has none of the options that the group is for.
options:
  noninteractive_shells:
    description:
      - The shells that nobody can work with, as paths or as the last part of one. An account with any other shell is
        RV(accounts[].interactive), and so is one without a shell, which gets C(/bin/sh).
    type: list
    elements: str
    default: [nologin, "false", sync, shutdown, halt, git-shell]
notes:
  - Accounts of NIS, LDAP or SSSD are not listed, nor are C(sudo) rules that a directory holds.
  - Rules of C(sudo) are read with C(cvtsudoers), which comes with sudo 1.8.23 and newer. Where there is none, they are
    unknown. A rule for everybody that asks for the password of root, as openSUSE has it, gives nobody anything, and is
    left out.
  - SSH keys are looked for where C(sshd -T) says that C(sshd) looks. Where a C(Match) block is for users or groups,
    C(sshd) is asked about each account.
  - A last sign-in comes from the first of lastlog2, C(lslogins) and lastlog that knows of anybody.
  - Homes on network file systems are left alone, since they can hang. Files of keys are read up to 1 MiB, and never
    when they are anything but regular files.
  - A key counts as a way in whether the password is locked or not. An C(sshd) without PAM refuses locked accounts.
seealso:
  - module: idops.okta.host_account_findings
"""

EXAMPLES = r"""
- name: List the accounts of the host
  idops.okta.host_accounts_info:
  become: true
  register: host

- name: Name those that somebody could work with
  ansible.builtin.debug:
    msg: "{{ host.accounts | selectattr('interactive') | selectattr('usable', 'true') | map(attribute='name') | list }}"
"""

RETURN = r"""
accounts:
  description: The accounts, ordered by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name.
      type: str
      sample: ann
    uid:
      description: The number of the account, or V(null) where the file has none that is one.
      type: int
      sample: 1001
    gid:
      description: The number of its primary group, or V(null) where the file has none that is one.
      type: int
      sample: 1001
    gecos:
      description: The comment, often a person's name.
      type: str
      sample: Ann Example
    home:
      description: The home folder.
      type: str
      sample: /home/ann
    shell:
      description: The shell.
      type: str
      sample: /bin/bash
    source:
      description: Where the account is from, which is V(files), the files of the host.
      type: str
      sample: files
    interactive:
      description: Whether its shell is none of O(noninteractive_shells).
      type: bool
      sample: true
    in_uid_range:
      description: Whether its number is in the range for people, RV(uid_min) to RV(uid_max).
      type: bool
      sample: true
    password:
      description:
        - V(set), V(locked) (there is one behind a mark that locks it), V(empty), V(none) (no password would ever fit),
          or V(unknown).
      type: str
      sample: locked
    password_changed:
      description: The day on which the password was last changed, or V(null).
      type: str
      sample: "2025-11-03"
    expires:
      description: The day from which on the account has expired, or V(null).
      type: str
      sample: "2027-01-01"
    expired:
      description: Whether the account has expired, as of today in UTC, or V(null) where that is unknown.
      type: bool
      sample: false
    usable:
      description:
        - Whether it has not expired and there is at least one way in. V(null) where that hangs on something that could
          not be read, or on a program that C(sshd) asks for keys.
      type: bool
      sample: true
    usable_by:
      description:
        - The ways in, of V(password), V(keys), V(principals) and V(empty_password). Expired accounts have none.
      type: list
      elements: str
      sample: [keys]
    last_login:
      description: The time of the last sign-in in UTC, or V(null).
      type: str
      sample: "2026-01-31T12:00:00Z"
    last_login_source:
      description:
        - V(lastlog2), V(lslogins) or V(lastlog). With it, a RV(accounts[].last_login) of V(null) means that nobody ever
          signed in; without it, that nothing is known.
      type: str
      sample: lslogins
    groups:
      description: The names of its groups, the primary one first.
      type: list
      elements: str
      sample: [ann, sudo]
    sudo:
      description: The C(sudo) rules that hold for it on this host, or V(null) where they are unknown.
      type: list
      elements: dict
      contains:
        runas:
          description: Whom it may become. Groups begin with V(:), members of a group with V(%).
          type: list
          elements: str
          sample: [ALL]
        commands:
          description: What it may run, at most 50 of them. A V(!) stands before what it may not.
          type: list
          elements: str
          sample: [ALL]
        nopasswd:
          description: Whether it may do so without a password.
          type: bool
          sample: true
        all_commands:
          description: Whether the commands have V(ALL) among them.
          type: bool
          sample: true
        via:
          description: By what the rule holds for it, V(user), V(group:<name>) or V(ALL).
          type: str
          sample: group:sudo
    ssh_keys:
      description: The SSH keys that C(sshd) would take for it, or V(null) where they could not all be read.
      type: list
      elements: dict
      contains:
        type:
          description: The type of the key.
          type: str
          sample: ssh-ed25519
        fingerprint:
          description: Its SHA-256 fingerprint, as C(ssh-keygen -lf) prints it.
          type: str
          sample: SHA256:uNiVztksCsDhcc0u9e8BrrqwkrBqjIqoW3bRZcPlLrs
        comment:
          description: Its comment.
          type: str
          sample: ann@laptop
        options:
          description: The options before it. Of those that set a variable, only the name.
          type: list
          elements: str
          sample: ['from="192.0.2.0/24"', no-pty]
        file:
          description: The file that it is in.
          type: str
          sample: /home/ann/.ssh/authorized_keys
        line:
          description: The line in that file.
          type: int
          sample: 1
    principals:
      description:
        - Whether C(sshd) would take a certificate for it, by a file of principals or, without one, by its name. V(null)
          where that is unknown.
      type: bool
      sample: false
    home_owner_mismatch:
      description: Whether its home belongs to another account, or V(null) where there is none that could be looked at.
      type: bool
      sample: false
uid_min:
  description: The lowest number of people's accounts, from C(/etc/login.defs), or 1000.
  returned: success
  type: int
  sample: 1000
uid_max:
  description: The highest number of people's accounts, from C(/etc/login.defs), or 60000.
  returned: success
  type: int
  sample: 60000
sshd:
  description: How C(sshd) is set up for everybody.
  returned: success
  type: dict
  sample:
    authorized_keys_files: [.ssh/authorized_keys, .ssh/authorized_keys2]
    authorized_keys_command: false
    principals_files: []
    trusted_user_ca_keys: false
    allow_users: []
    allow_groups: []
    deny_users: []
    deny_groups: []
    password_authentication: true
capabilities:
  description: What could be read, by probe. V(last_login) and V(sudo) name the source, or are V(null).
  returned: success
  type: dict
  sample:
    passwd: true
    shadow: true
    groups: true
    login_defs: true
    last_login: lslogins
    sudo: cvtsudoers
    sshd: true
    keys: true
errors:
  description: What could not be read or understood, at most 100 for each probe.
  returned: success
  type: list
  elements: dict
  contains:
    probe:
      description: The probe, such as V(shadow) or V(keys).
      type: str
      sample: keys
    message:
      description: What was seen.
      type: str
      sample: "/home/ann/.ssh/authorized_keys: no key in line 3"
"""

import datetime as dt

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.idops.okta.plugins.module_utils._host_probe import gather
from ansible_collections.idops.okta.plugins.module_utils._host_probe_files import Host, Unreadable
from ansible_collections.idops.okta.plugins.module_utils._host_probe_passwd import NONINTERACTIVE_SHELLS

OPTIONS = {"noninteractive_shells": {"type": "list", "elements": "str", "default": list(NONINTERACTIVE_SHELLS)}}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    today = dt.datetime.now(dt.timezone.utc).date()
    try:
        result = gather(Host(), module.params["noninteractive_shells"], today)
    except Unreadable as error:
        module.fail_json(msg="The accounts of this host can't be listed. %s" % error)
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
