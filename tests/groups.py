"""Repositories of groups, made cheaply: each kind once by git, and then copied.

Owns how a repository is made without anything of the user's own settings, at times that are always the same.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

NOON = 1_769_166_000
"""2026-01-23 12:00 +01:00, in seconds since 1970."""


def git(folder: Path, *arguments: str, at: int = NOON, data: bytes | None = None) -> bytes:
    """Run git in a folder; what it commits is committed at `at`."""
    when = f"{at} +0100"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    person = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Ann"), ("EMAIL", "ann@example.org"), ("DATE", when))
    }
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment | person | quiet, input=data, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def repository(folder: Path, files: Mapping[str, bytes | str], at: int = NOON) -> Path:
    """A repository with one commit on its branch `main`, and no file in its working tree."""
    contents = tuple((name, text.encode() if isinstance(text, str) else text) for name, text in files.items())
    return copied(_template(contents, at), folder)


@cache
def _made_here() -> tempfile.TemporaryDirectory[str]:
    """Where templates lie until the tests are over."""
    return tempfile.TemporaryDirectory(prefix="report-tui-groups-")


@cache
def _template(files: tuple[tuple[str, bytes], ...], at: int) -> Path:
    folder = Path(tempfile.mkdtemp(dir=_made_here().name))
    git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    commit(folder, dict(files), at)
    return folder


def commit(folder: Path, files: Mapping[str, bytes | str], at: int) -> str:
    """One more commit, in which these files are new or others; returns its id."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    git(folder, "-c", "core.autocrlf=false", "add", "--force", "--", *files)
    git(folder, "-c", "gc.auto=0", "commit", "--quiet", "--allow-empty", "--message=x", at=at)
    return git(folder, "rev-parse", "HEAD").decode().strip()


def forged(folder: Path, entries: Mapping[str, tuple[str, bytes]], at: int = NOON) -> Path:
    """A repository as only a program makes one: no working tree could hold its names on every system.

    Args:
        folder: where to.
        entries: by path the mode and the bytes; of a submodule (160000) the commit's id.
        at: the commit's time.
    """
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    lines = b""
    for path, (mode, content) in entries.items():
        oid = content if mode == "160000" else git(folder, "hash-object", "-w", "--stdin", data=content).strip()
        lines += f"{mode} ".encode() + oid + b"\t" + path.encode() + b"\0"
    git(folder, "update-index", "-z", "--index-info", data=lines)
    git(folder, "commit", "--quiet", "--message=x", at=at)
    return folder


def copied(template: Path, folder: Path) -> Path:
    """Another clone of the same, without a working tree. Its objects, which git never writes to again, are links."""
    shutil.copytree(template / ".git", folder / ".git", copy_function=_linked)
    return folder


def _linked(source: str, target: str) -> None:
    if "objects" in Path(source).parts:
        with contextlib.suppress(OSError):
            os.link(source, target)
            return
    shutil.copyfile(source, target)
