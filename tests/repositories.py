"""Makes git repositories for tests: as students have them, and as somebody would make them who means harm.

Owns how tests call git: with an environment in which nothing of the developer's own takes part, and with fixed times.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

MADE = 1_800_000_000
"""When commits are made, in seconds since 1970, unless a test says otherwise: in January 2027."""


def git(folder: Path, *arguments: str, at: int = MADE, data: bytes | None = None) -> str:
    """Run git in a folder and return what it prints."""
    command = ["git", "-c", "protocol.file.allow=always", "-c", "core.autocrlf=false", *arguments]
    done = subprocess.run(command, cwd=folder, env=_environment(at), input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def follow(folder: Path, commands: str, *, at: int = MADE) -> None:
    """Paste commands into a shell; not on Windows."""
    done = subprocess.run(
        ["/bin/sh", "-ec", commands], cwd=folder, env=_environment(at), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def _environment(at: int) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return environment | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_DATE": f"@{at} +0100",
        "GIT_COMMITTER_DATE": f"@{at} +0100",
        "GIT_AUTHOR_NAME": "a student",
        "GIT_AUTHOR_EMAIL": "student@example.org",
        "GIT_COMMITTER_NAME": "a student",
        "GIT_COMMITTER_EMAIL": "student@example.org",
        # No editor opens for a merge.
        "GIT_MERGE_AUTOEDIT": "no",
        "GIT_EDITOR": "true",
    }


def write(folder: Path, content: dict[str, str | bytes]) -> None:
    """Write files, by their paths from the folder."""
    for name, data in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)


def commit(folder: Path, content: dict[str, str | bytes] | None = None, *, at: int = MADE) -> str:
    """Write files and commit all that stands in the folder; returns the commit's id."""
    write(folder, content or {})
    git(folder, "add", "--all", ".")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "work", at=at)
    return git(folder, "rev-parse", "HEAD")


def repository(
    folder: Path, content: dict[str, str | bytes] | None = None, *, branch: str = "trunk", at: int = MADE
) -> Path:
    """A new repository with one commit, or none where there is no content."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "-b", branch)
    if content is not None:
        commit(folder, content, at=at)
    return folder


def pushed(folder: Path, content: dict[str, str | bytes], *, branch: str = "trunk", at: int = MADE) -> Path:
    """A clone whose one commit is pushed, with the bare `remote.git` beside it as a host of repositories keeps it.

    Returns:
        The clone, `folder/work`.
    """
    work = folder / "work"
    repository(folder / "seed", content, branch=branch, at=at)
    git(folder, "clone", "--quiet", "--bare", "seed", "remote.git")
    git(folder, "clone", "--quiet", (folder / "remote.git").as_uri(), "work", at=at)
    return work


def forged(folder: Path, entries: list[tuple[str, str, str]]) -> str:
    """A commit whose root folder lists what git itself would never write: of each its mode, name and id."""
    tree = b"".join(
        f"{mode} ".encode() + name.encode("utf-8", "surrogateescape") + b"\0" + bytes.fromhex(oid)
        for mode, name, oid in entries
    )
    made = git(folder, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", data=tree)
    return git(folder, "commit-tree", made, "-m", "forged")


def lay_traps(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a program for all that git may run: in the repository, in the home and in the environment.

    Returns:
        The file in which it notes down that it ran.
    """
    ran, trap = tmp_path / "ran", tmp_path / "trap"
    trap.write_text(f'#!/bin/sh\necho "$0 $@" >> {ran}; cat\n')
    trap.chmod(0o755)
    commands = "cat-file rev-parse rev-list ls-tree ls-files symbolic-ref for-each-ref merge-base config status log"
    settings = f"""
[core]
    fsmonitor = {trap}
    pager = {trap}
    hooksPath = {tmp_path / "hooks"}
    sshCommand = {trap}
    askPass = {trap}
    editor = {trap}
    alternateRefsCommand = {trap}
    attributesFile = {tmp_path / "attributes"}
[pager]
    {" ".join(f"{name} = {trap}" + chr(10) for name in commands.split())}
[alias]
    {" ".join(f"{name} = !{trap}" + chr(10) for name in commands.split())}
[filter "trap"]
    clean = {trap}
    smudge = {trap}
    process = {trap}
    required = true
[credential]
    helper = !{trap}
[diff]
    external = {trap}
[diff "trap"]
    command = {trap}
    textconv = {trap}
[merge "trap"]
    driver = {trap}
[log]
    showSignature = true
[gpg]
    program = {trap}
"""
    (tmp_path / "hooks").mkdir()
    hooks = folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "fsmonitor-watchman", "post-checkout", "reference-transaction", "pre-auto-gc"):
        shutil.copy(trap, tmp_path / "hooks" / hook)
        shutil.copy(trap, hooks / hook)
    (tmp_path / "attributes").write_text("* filter=trap diff=trap merge=trap\n")
    (folder / ".gitattributes").write_text("* filter=trap diff=trap merge=trap\n")
    (folder / ".git" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "info" / "attributes").write_text("* filter=trap diff=trap merge=trap\n")
    with (folder / ".git" / "config").open("a") as file:
        file.write(settings)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".gitconfig").write_text(settings)
    for name, value in {
        "HOME": str(tmp_path / "home"),
        "GIT_PAGER": str(trap),
        "GIT_EXTERNAL_DIFF": str(trap),
        "GIT_SSH_COMMAND": str(trap),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": str(trap),
        "GIT_DIR": str(tmp_path),
        "GIT_TRACE": str(ran),
        "GIT_TRACE2_EVENT": str(ran),
    }.items():
        monkeypatch.setenv(name, value)
    return ran
