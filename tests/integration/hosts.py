# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts to audit, made on this machine without containers: each has files, accounts, keys and sudo rules of its own.

    with make_hosts(place, ["web1", "db1"]) as hosts:
        web1 = hosts["web1"]
        ann = web1.account("ann", groups=["sudo"])
        web1.key("ann", comment="ann@laptop")
        ... ansible-playbook --inventory hosts.inventory ...

A host is an overlay over the machine's own /, so that it has its programs, with another /etc/passwd, /etc/shadow,
/etc/group, /etc/sudoers, /etc/ssh, /home and /var/log. What is planted is planted with the system's own tools. Ansible
gets there with the connection plugin folder_host, by chroot: it takes root, and Linux.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PLUGINS = Path(__file__).resolve().parent / "connection_plugins"
# What the hosts' programs come with, by Debian package. `.ci/run` installs them.
PROGRAMS = {
    "chroot": "coreutils",
    "cvtsudoers": "sudo",
    "lslogins": "util-linux",
    "mount": "mount",
    "ssh-keygen": "openssh-client",
    "sshd": "openssh-server",
    "sudo": "sudo",
    "useradd": "passwd",
}
FOLDERS = ("/usr/sbin", "/usr/bin", "/sbin", "/bin")
SYSTEM_ACCOUNTS = "root:x:0:0:root:/root:/bin/bash\nsshd:x:101:65534::/run/sshd:/usr/sbin/nologin\n"
SYSTEM_SHADOW = "root:*:20000:0:99999:7:::\nsshd:!*:20000::::::\n"
SYSTEM_GROUPS = "root:x:0:\nsudo:x:27:\nnogroup:x:65534:\n"
SUDOERS = "Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n"
PAM = "".join(
    f"{kind} required {module}\n"
    for kind, module in (
        ("auth", "pam_permit.so"),
        ("account", "pam_permit.so"),
        ("password", "pam_unix.so sha512"),
        ("session", "pam_permit.so"),
    )
)
LOGIN_DEFS = "UID_MIN 1000\nUID_MAX 60000\nGID_MIN 1000\nGID_MAX 60000\nENCRYPT_METHOD SHA512\nUSERGROUPS_ENAB yes\n"
# The folders of the machine that must not be seen by a host, nor be written to by it.
OWN = ("home", "root/.ssh", "var/log", "etc/sudoers.d", "etc/ssh", "var/lib/lastlog", "etc/pam.d")


def why_not() -> str | None:
    """Why there can be no hosts on this machine at all, or None."""
    if not sys.platform.startswith("linux"):
        return f"hosts to audit need Linux, and this is {sys.platform}"
    if os.geteuid() != 0:
        return "hosts to audit need root, to mount their folders and to change into them"
    return None


def _programs_are_there() -> None:
    missing = {name for name in PROGRAMS if not shutil.which(name, path=":".join(FOLDERS))}
    if missing:
        packages = " ".join(sorted({PROGRAMS[name] for name in missing}))
        raise RuntimeError(f"{', '.join(sorted(missing))} not found; install with: apt-get install {packages}")


@dataclass
class Host:
    """A host, in the folder `root`."""

    name: str
    root: Path
    keys_made: Path
    _down: bool = field(default=False, repr=False)

    def run(self, *command: str, text: str | None = None) -> str:
        """What a program says that runs on the host, and must not fail."""
        environment = {"PATH": ":".join(FOLDERS), "LC_ALL": "C.UTF-8", "HOME": "/root", "TZ": "UTC"}
        finished = subprocess.run(
            ["chroot", str(self.root), *command],
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert finished.returncode == 0, f"{self.name}: {command}: {finished.stdout}{finished.stderr}"
        return finished.stdout

    def account(
        self,
        name: str,
        *,
        uid: int | None = None,
        groups: Sequence[str] = (),
        gecos: str = "",
        shell: str = "/bin/bash",
        password: str | None = None,
        expires: str | None = None,
        system: bool = False,
        same_uid: bool = False,
        home: bool = True,
    ) -> None:
        """Add an account with `useradd`. Without a password it can't be signed in to with one."""
        command = ["useradd", "--shell", shell, "--comment", gecos]
        command += ["--create-home"] if home else ["--no-create-home"]
        command += ["--uid", str(uid)] if uid is not None else []
        command += ["--non-unique", "--no-user-group", "--gid", "0"] if same_uid else []
        command += ["--groups", ",".join(groups)] if groups else []
        command += ["--expiredate", expires] if expires else []
        command += ["--system"] if system else []
        self.run(*command, name)
        if password is not None:
            self.password(name, password)

    def group(self, name: str) -> None:
        self.run("groupadd", name)

    def password(self, name: str, password: str) -> None:
        self.run("chpasswd", "--crypt-method", "SHA512", text=f"{name}:{password}\n")

    def empty_password(self, name: str) -> None:
        self.run("passwd", "--delete", name)

    def lock(self, name: str) -> None:
        """Lock the password, which keeps nobody out who has a key."""
        self.run("usermod", "--lock", name)

    def expire(self, name: str, date: str = "1970-01-02") -> None:
        self.run("usermod", "--expiredate", date, name)

    def key(self, name: str, *, comment: str = "", options: str = "", file: str = ".ssh/authorized_keys") -> str:
        """Add a new SSH key for an account, and return its fingerprint as ssh-keygen has it."""
        made = self.keys_made / f"{name}{len(list(self.keys_made.iterdir()))}"
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(made)], check=True, timeout=60
        )
        public = made.with_name(made.name + ".pub")
        self.append(self._home(name) / file, f"{options} {public.read_text()}".lstrip(), owner=name)
        listed = subprocess.run(["ssh-keygen", "-lf", public], check=True, capture_output=True, text=True, timeout=60)
        return listed.stdout.split()[1]

    def sudo(self, rules: str, file: str = "rules") -> None:
        """Put rules into a file of /etc/sudoers.d, which has to be right."""
        path = self.root / "etc" / "sudoers.d" / file
        path.write_text(rules.rstrip() + "\n")
        path.chmod(0o440)
        self.run("visudo", "--check", "--quiet", f"--file=/etc/sudoers.d/{file}")

    def signed_in(self, name: str, seconds: int) -> None:
        """Write a last sign-in, in seconds since 1970, into /var/log/lastlog."""
        with (self.root / "var/log/lastlog").open("r+b") as lastlog:
            lastlog.seek(int(self.passwd(name)[2]) * 292)
            lastlog.write(seconds.to_bytes(4, sys.byteorder) + b"pts/0".ljust(32, b"\0") + bytes(256))

    def append(self, path: Path | str, text: str, owner: str | None = None) -> None:
        """Add text to a file of the host, of which `path` is the absolute name there; it is made if need be."""
        inside = self.root / str(path).lstrip("/")
        new = not inside.parent.exists()
        inside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with inside.open("a", encoding="utf-8") as file:
            file.write(text)
        if owner:
            uid, gid = (int(number) for number in self.passwd(owner)[2:4])
            for made in (inside, *([inside.parent] if new else [])):
                os.chown(made, uid, gid)

    def passwd(self, name: str) -> list[str]:
        """The fields of an account in /etc/passwd."""
        return self._line("passwd", name)

    def shadow(self, name: str) -> list[str]:
        """The fields of an account in /etc/shadow: the password, when it was changed, ..., when the account expires."""
        return self._line("shadow", name)

    def read(self, path: str) -> str:
        """The text of a file of the host."""
        return (self.root / path.lstrip("/")).read_text(encoding="utf-8")

    @property
    def down(self) -> bool:
        return self._down

    def go_down(self) -> None:
        """From now on, Ansible finds the host to be unreachable."""
        self._down = True
        (self.root / "etc/passwd").rename(self.root / "etc/passwd.down")

    def come_up(self) -> None:
        self._down = False
        (self.root / "etc/passwd.down").rename(self.root / "etc/passwd")

    def _home(self, name: str) -> Path:
        return Path(self.passwd(name)[5])

    def _line(self, file: str, name: str) -> list[str]:
        lines = (line.split(":") for line in self.read(f"/etc/{file}").splitlines())
        return next(fields for fields in lines if fields[0] == name)


class Hosts(dict[str, Host]):
    """The hosts by name, and an inventory of them."""

    inventory: Path

    def environment(self) -> dict[str, str]:
        """What ansible-playbook needs to get there."""
        return {"ANSIBLE_CONNECTION_PLUGINS": str(PLUGINS)}


@contextmanager
def make_hosts(place: Path, names: Sequence[str]) -> Iterator[Hosts]:
    """Hosts with nobody on them but root and sshd. Nothing is left of them in the end."""
    reason = why_not()
    if reason:
        raise RuntimeError(reason)
    _programs_are_there()
    hosts = Hosts()
    folder = place / "hosts"
    with ExitStack() as leaving:
        folder.mkdir(parents=True)
        leaving.callback(shutil.rmtree, folder, ignore_errors=True)
        # a file system of its own: an overlay can't have its upper part on another overlay, as in many containers
        _mount(leaving, "tmpfs", folder, "tmpfs", "mode=0755,size=512m")
        for name in names:
            hosts[name] = Host(name, _root(leaving, folder / name), folder / name / "keys")
        hosts.inventory = folder / "inventory.ini"
        lines = [f"{name} ansible_host={host.root}" for name, host in hosts.items()]
        settings = ["[all:vars]", "ansible_connection=folder_host", f"ansible_python_interpreter={python()}"]
        hosts.inventory.write_text("\n".join([*lines, "", *settings, ""]))
        yield hosts


def python() -> str:
    """A Python that hosts have: one outside home folders, which are theirs alone."""
    candidates = (*(Path(folder, "python3") for folder in FOLDERS), Path(sys.executable).resolve())
    for candidate in candidates:
        if candidate.is_file() and not any(candidate.is_relative_to(f"/{own}") for own in OWN):
            return str(candidate)
    raise RuntimeError("there is no Python outside /home that hosts could run modules with")


def _root(leaving: ExitStack, place: Path) -> Path:
    """The root folder of a new host."""
    upper, work, root = (place / part for part in ("upper", "work", "root"))
    for made in (upper, work, root, place / "keys", *(upper / own for own in (*OWN, "tmp", "run/sshd"))):
        made.mkdir(parents=True)
    (upper / "tmp").chmod(0o1777)
    (upper / "root").chmod(0o700)
    for own in (*OWN, "tmp", "run"):
        os.setxattr(upper / own, "trusted.overlay.opaque", b"y")  # hides what the machine has there
    _mount(leaving, "overlay", root, "overlay", f"lowerdir=/,upperdir={upper},workdir={work}")
    _mount(leaving, "proc", root / "proc", "proc", "")
    _mount(leaving, "/dev", root / "dev", None, "")
    for path, text, mode in (
        ("etc/passwd", SYSTEM_ACCOUNTS, 0o644),
        ("etc/shadow", SYSTEM_SHADOW, 0o640),
        ("etc/group", SYSTEM_GROUPS, 0o644),
        ("etc/gshadow", "", 0o640),
        ("etc/sudoers", SUDOERS, 0o440),
        ("etc/login.defs", LOGIN_DEFS, 0o644),
        ("etc/default/useradd", "", 0o644),
        ("etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\n", 0o644),
        ("etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n", 0o600),
        ("etc/pam.d/other", PAM, 0o644),
        ("var/log/lastlog", "", 0o664),
        ("var/log/wtmp", "", 0o664),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
        (root / path).chmod(mode)
    (root / "etc/ssh/sshd_config.d").mkdir()
    host_key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(root / "etc/ssh/ssh_host_ed25519_key")]
    subprocess.run(host_key, check=True, timeout=60)
    return root


LIBC = ctypes.CDLL(None, use_errno=True)
MS_BIND, MS_PRIVATE, MNT_DETACH = 4096, 1 << 18, 2


def _mount(leaving: ExitStack, source: str, target: Path, kind: str | None, options: str) -> None:
    """Mount something until the stack is left, so that nothing of it gets out to other places or back."""
    flags = 0 if kind else MS_BIND
    named = kind.encode() if kind else None
    if LIBC.mount(source.encode(), bytes(target), named, flags, options.encode()):
        raise OSError(ctypes.get_errno(), f"mount {source} on {target}: {os.strerror(ctypes.get_errno())}")
    leaving.callback(_unmount, target)
    LIBC.mount(None, bytes(target), None, MS_PRIVATE, None)


def _unmount(target: Path) -> None:
    """A process that is about to end may still hold it for a moment; then it goes as soon as that one is gone."""
    if LIBC.umount2(bytes(target), 0) and LIBC.umount2(bytes(target), MNT_DETACH):
        raise OSError(ctypes.get_errno(), f"unmount {target}: {os.strerror(ctypes.get_errno())}")
