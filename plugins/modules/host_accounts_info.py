#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: host_accounts_info
short_description: List the local accounts of a host, and how each can be used
description:
  - Reads the local accounts of a host, with all the ways in which somebody can get into each of them, which are more than
    passwords, and with their rights by sudo.
  - It changes nothing, does not talk to Okta, and needs no Python library. It runs with Python 3.6 and newer, so that old
    hosts can be looked at as well.
  - What could not be read is V(null) or V(unknown), and stands in RV(errors). It is never taken for fine.
  - No hash of a password and no public key leaves the host. A key is told by its fingerprint.
  - Only local accounts are listed. Those that SSSD or LDAP gives to a host are not enumerated.
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
      - The names of programs that let nobody work when they are the shell of an account.
      - An account with such a shell can still be of use to somebody who has a key for it, for forwarding or for transfer
        of files.
    type: list
    elements: str
    default: [nologin, 'false', sync, shutdown, halt, git-shell]
notes:
  - Without the rights of C(root), which O(ignore:become) gives, most of it is unknown.
seealso:
  - module: idops.okta.host_account_findings
  - module: ansible.builtin.getent
    description: It puts the hashes of passwords into facts when it is asked for C(shadow). This module doesn't.
"""

EXAMPLES = r"""
- name: List the accounts of a host
  idops.okta.host_accounts_info:
  become: true
  register: host

- name: Show who has a key although the password is locked
  ansible.builtin.debug:
    msg: "{{ host.accounts | selectattr('password', 'ne', 'set') | selectattr('keys') | map(attribute='name') | list }}"
"""

RETURN = r"""
accounts:
  description: The local accounts, ordered by their names.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name of the account.
      type: str
      sample: alice
    uid:
      description: The number of the account.
      type: int
      sample: 1001
    gid:
      description: The number of its primary group.
      type: int
      sample: 1001
    gecos:
      description: The comment, which most often is the name of a person.
      type: str
      sample: Alice Liddell
    home:
      description: The home folder.
      type: str
      sample: /home/alice
    shell:
      description: The shell.
      type: str
      sample: /bin/bash
    source:
      description: Where the account comes from.
      type: str
      sample: files
    interactive:
      description: Whether the shell lets somebody work. See O(noninteractive_shells).
      type: bool
      sample: true
    in_uid_range:
      description: Whether the number is between RV(uid_min) and RV(uid_max), where accounts of people are.
      type: bool
      sample: true
    password:
      description:
        - V(set), V(empty), V(locked) where a hash is kept behind a mark, V(none) where no password fits, or V(unknown).
      type: str
      sample: locked
    password_changed:
      description: The day on which the password was set, or V(null).
      type: str
      sample: '2026-01-31'
    expires:
      description: The day on which the account ends, or V(null) where it doesn't.
      type: str
      sample: '2026-12-31'
    expired:
      description: Whether it has ended. V(null) where that can't be told.
      type: bool
      sample: false
    usable:
      description: Whether anybody can get into the account. V(null) where that can't be told.
      type: bool
      sample: true
    usable_by:
      description: In what ways, of V(password), V(empty_password), V(keys) and V(principals).
      type: list
      elements: str
      sample: [keys]
    last_login:
      description: When somebody last signed in (UTC). V(null) where nobody did, or where RV(accounts[].last_login_source)
        is V(null).
      type: str
      sample: '2026-01-31T12:00:00Z'
    last_login_source:
      description: Where that is from, V(lastlog2), V(lastlog) or V(lslogins). V(null) where nothing on the host knows.
      type: str
      sample: lastlog
    groups:
      description: The names of the groups, the primary one first.
      type: list
      elements: str
      sample: [alice, sudo]
    sudo:
      description: The rights by sudo, with the users and groups to run as, the commands, whether a password is asked for,
        and by what the account has them. V(null) where they could not be read.
      type: list
      elements: dict
      sample:
        - runas: [ALL, ':ALL']
          commands: [ALL]
          nopasswd: false
          all_commands: true
          via: group:sudo
    keys:
      description: The public keys that sshd takes for the account, each with type, fingerprint, comment, options, file and
        line. V(null) where they could not be read.
      type: list
      elements: dict
      sample:
        - type: ssh-ed25519
          fingerprint: SHA256:yd9qKkWUwbTD3dYbE8zq9ehZSdM7xvTF9nS2VEyC0Zk
          comment: alice@laptop
          options: ['from="192.0.2.0/24"']
          file: /home/alice/.ssh/authorized_keys
          line: 1
    principals:
      description: Whether a certificate lets somebody in. V(null) where that can't be told.
      type: bool
      sample: false
    home_owner_mismatch:
      description: Whether the home folder belongs to another account. V(null) where there is none.
      type: bool
      sample: false
uid_min:
  description: The lowest number of an account of a person, by C(/etc/login.defs).
  returned: success
  type: int
  sample: 1000
uid_max:
  description: The highest such number.
  returned: success
  type: int
  sample: 60000
sshd:
  description: What the configuration of sshd says of everybody, or its defaults where it could not be read.
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
  description: What could be read of this host.
  returned: success
  type: dict
  sample: {passwd: true, shadow: true, groups: true, login_defs: true, last_login: lastlog, sudo: cvtsudoers, sshd: true, keys: true}
errors:
  description: What could not be read, and why, without anything of what was read.
  returned: success
  type: list
  elements: dict
  sample:
    - probe: keys
      message: Line 3 of /home/alice/.ssh/authorized_keys holds no key.
"""

import time

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.idops.okta.plugins.module_utils._host_accounts import NONINTERACTIVE_SHELLS, accounts_of
from ansible_collections.idops.okta.plugins.module_utils._host_files import Host, Unreadable


def main() -> None:
    """Run the module."""
    options = {"noninteractive_shells": {"type": "list", "elements": "str", "default": list(NONINTERACTIVE_SHELLS)}}
    module = AnsibleModule(argument_spec=options, supports_check_mode=True)
    try:
        result = accounts_of(Host(), time.time(), module.params["noninteractive_shells"])
    except Unreadable as reason:
        module.fail_json(msg="The accounts can't be read: /etc/passwd: {0}".format(reason))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
