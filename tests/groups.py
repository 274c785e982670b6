"""Repositories of groups, made cheaply: each kind once by git, and then copied.

Owns that copying, and what only a program commits; how git is called is `repositories`'.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.repositories import git, write

NOON = 1_769_166_000
"""2026-01-23 12:00 +01:00, in seconds since 1970."""


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
    write(folder, dict(files))
    git(folder, "add", "--force", "--", *files)
    git(folder, "-c", "gc.auto=0", "commit", "--quiet", "--allow-empty", "--message=x", at=at)
    return git(folder, "rev-parse", "HEAD")


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
        oid = content.decode() if mode == "160000" else git(folder, "hash-object", "-w", "--stdin", data=content)
        lines += f"{mode} {oid}\t{path}\0".encode()
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
