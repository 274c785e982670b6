"""Asking a server: with the user's credentials, and with nothing that the repository or the server likes to run."""

from __future__ import annotations

import http.server
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from report_tui.storage import fetching
from report_tui.storage.git import GitError
from tests.repositories import commit, git, pushed, write

posix = pytest.mark.skipif(sys.platform == "win32", reason="the traps are shell scripts")
README = "reports/README.md"


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone whose remote has one commit more."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    folder = pushed(tmp_path, {README: "first"})
    git(tmp_path, "clone", "--quiet", "remote.git", "teammate")
    commit(tmp_path / "teammate", {README: "second"})
    git(tmp_path / "teammate", "push", "--quiet")
    return folder


@pytest.fixture
def ran(tmp_path: Path) -> Path:
    """Where the trap, `tmp_path/trap`, notes down that it ran."""
    write(tmp_path, {"trap": f'#!/bin/sh\necho "$0 $@" >> {tmp_path / "ran"}\n'})
    (tmp_path / "trap").chmod(0o755)
    return tmp_path / "ran"


@pytest.fixture
def refusing() -> Iterator[str]:
    """A server that lets in nobody without a password: its address."""

    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="group"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/group.git"
    server.shutdown()
    server.server_close()


def refs(folder: Path) -> dict[str, str]:
    lines = git(folder, "for-each-ref", "--format=%(refname) %(objectname)").split("\n")
    return dict(line.split(" ") for line in lines if line)


def test_it_takes_over_the_default_branch_and_nothing_else(work: Path, tmp_path: Path) -> None:
    git(tmp_path / "teammate", "push", "--quiet", "origin", "trunk:other", "trunk:refs/tags/done")
    before = refs(work)
    assert fetching.fetch(work, "origin") == "trunk"
    new = git(tmp_path / "teammate", "rev-parse", "HEAD")
    names = ("refs/remotes/origin/trunk", "refs/remotes/origin/HEAD")
    assert refs(work) == before | dict.fromkeys(names, new)


def test_what_is_set_up_for_git_fetch_reaches_into_no_branch_or_tag(work: Path, tmp_path: Path) -> None:
    git(work, "branch", "draft")
    git(work, "tag", "kept")
    for setting, value in (
        ("remote.origin.fetch", "+refs/heads/*:refs/heads/*"),
        ("remote.origin.fetch", "+refs/heads/trunk:refs/heads/draft"),
        ("remote.origin.tagOpt", "--tags"),
    ):
        git(work, "config", "--add", setting, value)
    for setting in ("remote.origin.prune", "remote.origin.pruneTags", "fetch.prune", "fetch.pruneTags"):
        git(work, "config", setting, "true")
    git(work, "update-ref", "refs/remotes/origin/gone", "HEAD")
    before = refs(work)
    fetching.fetch(work, "origin")
    new = git(tmp_path / "teammate", "rev-parse", "HEAD")
    names = ("refs/remotes/origin/trunk", "refs/remotes/origin/HEAD")
    assert refs(work) == before | dict.fromkeys(names, new)


OWN = {
    "core.sshCommand": "ssh://git@localhost:1/group.git",
    "core.askPass": "http",
    "credential.helper": "http",
    "credential.http://127.0.0.1.helper": "http",
    "core.gitProxy": "git://localhost:1/group.git",
    "remote.origin.uploadpack": "",
    "core.alternateRefsCommand": "",
}


@posix
@pytest.mark.parametrize("key", OWN)
def test_no_program_that_the_repository_names_runs(
    work: Path, tmp_path: Path, ran: Path, refusing: str, key: str
) -> None:
    trap = str(tmp_path / "trap")
    git(work, "config", key, f"!{trap}" if key.startswith("credential") else trap)
    address = refusing if OWN[key] == "http" else OWN[key]
    if address:
        git(work, "remote", "set-url", "origin", address)
    if key == "core.alternateRefsCommand":
        (work / ".git" / "objects" / "info").mkdir(exist_ok=True)
        write(work, {".git/objects/info/alternates": f"{tmp_path / 'teammate' / '.git' / 'objects'}\n"})
    before = refs(work)
    with pytest.raises(GitError, match=f"{key.lower()}. are not followed"):
        fetching.fetch(work, "origin")
    assert not ran.exists()
    assert refs(work) == before


@posix
def test_a_setting_that_shows_only_in_the_user_s_own_home_is_seen(
    work: Path, tmp_path: Path, ran: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path, {"evil": f'[remote "origin"]\nuploadpack = {tmp_path / "trap"}\n'})
    git(work, "config", "includeIf.gitdir:~/.path", str(tmp_path / "evil"))
    with pytest.raises(GitError, match="uploadpack"):
        fetching.fetch(work, "origin")
    assert not ran.exists()


ADDRESSES = ["ext::{trap} x", "trap::x", "--upload-pack={trap}", "-u{trap}"]


@posix
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("place", ["address", "name", "instead"])
def test_no_address_or_name_is_a_program(
    work: Path, tmp_path: Path, ran: Path, monkeypatch: pytest.MonkeyPatch, address: str, place: str
) -> None:
    """A helper of git's that is called `trap` lies on the search path, as it would on a machine that has one."""
    write(tmp_path, {"bin/git-remote-trap": (tmp_path / "trap").read_bytes()})
    (tmp_path / "bin" / "git-remote-trap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    address = address.format(trap=tmp_path / "trap")
    git(work, "config", "protocol.allow", "always")
    git(work, "config", "protocol.ext.allow", "always")
    name = "origin"
    if place == "address":
        git(work, "config", "remote.origin.url", address)
    elif place == "instead":
        git(work, "config", f"url.{address}.insteadOf", (tmp_path / "remote.git").as_uri())
    else:
        git(work, "config", f"remote.{address}.fetch", "+refs/heads/*:refs/remotes/x/*")
        name = address
    with pytest.raises(GitError):
        fetching.fetch(work, name)
    assert not ran.exists()


@posix
def test_nobody_is_asked_for_a_password(
    work: Path, tmp_path: Path, ran: Path, refusing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_ASKPASS", "SSH_ASKPASS"):
        monkeypatch.setenv(name, str(tmp_path / "trap"))
    write(tmp_path, {"config": f"[core]\naskPass = {tmp_path / 'trap'}\n"})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    git(work, "remote", "set-url", "origin", refusing)
    with pytest.raises(GitError, match="asks for a name and a password"):
        fetching.fetch(work, "origin")
    assert not ran.exists()


@posix
def test_ssh_asks_nobody_and_who_has_an_ssh_of_his_own_keeps_it(
    work: Path, tmp_path: Path, ran: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"bin/ssh": (tmp_path / "trap").read_bytes()})
    (tmp_path / "bin" / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    for name in ("GIT_SSH", "GIT_SSH_COMMAND"):
        monkeypatch.delenv(name, raising=False)
    git(work, "remote", "set-url", "origin", "ssh://git@localhost:1/group.git")
    with pytest.raises(GitError):
        fetching.fetch(work, "origin")
    assert "bin/ssh -o BatchMode=yes" in ran.read_text(encoding="utf-8")
    write(tmp_path, {"config": f"[core]\nsshCommand = {tmp_path / 'trap'} mine\n"})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    with pytest.raises(GitError):
        fetching.fetch(work, "origin")
    assert f"{tmp_path / 'trap'} mine" in ran.read_text(encoding="utf-8")


@posix
def test_what_ssh_said_is_told(work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"slow": "#!/bin/sh\necho 'git@localhost: Permission denied (publickey).' >&2\nexit 255\n"})
    (tmp_path / "slow").chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(tmp_path / "slow"))
    git(work, "remote", "set-url", "origin", "ssh://git@localhost/group.git")
    with pytest.raises(GitError, match=r"Permission denied \(publickey\)"):
        fetching.fetch(work, "origin")


def test_a_helper_that_came_with_git_is_not_the_repository_s(work: Path) -> None:
    git(work, "config", "credential.helper", "store")
    git(work, "config", "credential.https://example.org.helper", "")
    assert fetching.fetch(work, "origin") == "trunk"


def test_an_empty_remote_and_one_whose_default_branch_does_not_exist(work: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "-b", "main", "empty.git")
    git(work, "remote", "add", "new", (tmp_path / "empty.git").as_uri())
    with pytest.raises(fetching.EmptyRemote):
        fetching.fetch(work, "new")
    git(work, "push", "--quiet", "new", "trunk:master")
    with pytest.raises(GitError, match="names no default branch that exists; it has: master"):
        fetching.fetch(work, "new")
