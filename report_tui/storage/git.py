"""Asks git what it knows of a report's folder.

Owns how git is called: with an environment and settings of our own, so that no program that a user, a repository or
its author chose (hooks, filters, pagers, monitors, helpers) runs, nothing is asked for and nothing is written. It
never changes a repository, and `tracked` never starts git where there is none. The one call that reaches a server is
`fetching.fetch`.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import files, programs
from report_tui.validation import git_commands

_SECONDS = 3.0
"""So long may git take: a student waits for the answer, and most of the time gets it in a hundredth of that."""
_NAMED = 200
"""Files and folders that are named to git; for more of them it is asked for everything in the folder."""
_SAID = 4000
"""Bytes of what git complains that are looked at."""
_SHOWN = 200
"""Characters of its complaint that are shown."""
_COMMITS = 500
"""Of a file, the newest: as many as there are versions in its history."""
_SAYS_LESS = "Could not read from remote repository"
_WANTS_PASSWORD = ("terminal prompts disabled", "unable to get password from user")
"""What git says where it may ask nobody: an older one, and one of 2.47."""
_SECRET = re.compile(r"://[^/\s]*@")
_TRUST = re.compile(r"git config --global --add safe\.directory (\S+)")
_REMEMBERED = 8
"""Folders whose answers are kept: the app has one, and a `check` of many asks of each once."""

_SETTINGS = (
    # Empty is "no", also for versions of git that take any word for a program's name.
    ("core.fsmonitor", ""),
    ("core.hooksPath", os.devnull),
    # Whose repository it is matters to who runs its programs, which we do not. Staff read students' repositories, and
    # in a container or WSL one's own files often belong to somebody else.
    ("safe.directory", "*"),
    # gpg is a program like any other, and a repository may name it.
    ("log.showSignature", "false"),
    # It would be told at each call that the graft file below is out of date.
    ("advice.graftFileDeprecated", "false"),
)
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    # It says again whose repositories are read: versions before 2.38 hear that in a file alone.
    "GIT_CONFIG_GLOBAL": str(Path(__file__).with_name("reading.gitconfig")),
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    # No way to a server, not even to fetch an object that a partial clone left there.
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
    # What stands in for another object, or for a commit's parents, stays on this machine: nobody else gets it.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    # Old versions know no GIT_CONFIG_GLOBAL.
    "HOME": os.devnull,
    "LC_ALL": "C",
}
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
"""What git needs of the environment to start at all; never a GIT_... that leads it elsewhere."""


_NOTHING = frozenset(
    (
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    )
)
"""What git calls an empty file, in SHA-1 and SHA-256. After `git add -N`, too, it has the name and nothing else."""


def tracked(paths: Iterable[str], folder: Path) -> frozenset[str] | None:
    """Which files git has: committed, or staged to be, with their content; what is only announced (`add -N`) is not.

    Args:
        paths: of files, from `folder`, with forward slashes. Git compares names exactly, and knows no file behind a
            link: hand in where a file really is.
        folder: the report's folder; its repository is the one that is asked.

    Returns:
        Those of `paths` that git knows; None where there is no repository or no git, or it could not tell.
    """
    wanted = frozenset(paths)
    index = index_file(folder)
    if index is None or not wanted:
        return None if index is None else frozenset()
    known = _listed(folder, index, frozenset(path.partition("/")[0] for path in wanted))
    return None if known is None else frozenset(path for path in wanted if _as_git_has_it(path) in known)


def ignored(paths: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Those files that git does not know and that the repository has it ignore, so that `git add` leaves them out.

    Args:
        paths: of files, from `folder`, with forward slashes.
        folder: the report's folder.

    Raises:
        GitError: git could not tell.
    """
    if not paths:
        return ()
    output = ask(["ls-files", "--others", "--ignored", "--exclude-standard", "-z", "--", *paths[:_NAMED]], folder)
    found = frozenset(os.fsdecode(output).split("\0"))
    return tuple(path for path in paths if _as_git_has_it(path) in found)


def authors(file: Path) -> dict[str, str]:
    """Who committed each content that a file had.

    Args:
        file: any file; where it is in no repository, there is nothing to tell.

    Returns:
        The author's name, as the commit has it, by the name that git gives to the content (`content_names`); of a
        content that was committed several times, who did it first. Empty where it cannot be told.
    """
    real = Path(os.path.realpath(file))
    if index_file(real.parent) is None:
        return {}
    # A repository's settings may ask for each commit's signature, by a program that they name.
    how = ["--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-renames", "--raw", "--no-abbrev"]
    count = f"--max-count={_COMMITS}"
    output = _run(["log", count, *how, "--encoding=UTF-8", "--format=%x00%an", "HEAD", "--", real.name], real.parent)
    found: dict[str, str] = {}
    for commit in (output or b"").split(b"\0")[1:]:  # the newest first
        name, _, changes = commit.partition(b"\n")
        for fields in (line.split() for line in changes.split(b"\n") if re.match(rb":\d", line)):
            found[fields[3].decode("ascii", "replace")] = name.decode("utf-8", "replace")
    return found


def content_names(data: bytes) -> tuple[str, ...]:
    """The names that git gives to a file's content: as it is, and as it is committed where git turns CRLF into LF."""
    import hashlib  # here: only the history asks, and with OpenSSL it is not light

    contents = {data: None, data.replace(b"\r\n", b"\n"): None}
    return tuple(hashlib.sha1(b"blob %d\0" % len(one) + one, usedforsecurity=False).hexdigest() for one in contents)


def index_file(folder: Path) -> Path | None:
    """Where git keeps the list of the files that it knows, found without git; None where there is no repository.

    It is written anew whenever that list changes. In a repository to which nothing was ever added it is not there yet.
    """
    for parent in (real := Path(os.path.realpath(folder)), *real.parents):
        entry = parent / ".git"
        try:
            if entry.is_dir():
                return entry / "index"
            if entry.is_file():  # of a worktree, or a submodule
                return _pointed_to(entry) / "index"
        except (OSError, files.CannotRead):
            return None
    return None


def _pointed_to(pointer: Path) -> Path:
    line = files.read(pointer).data.partition(b"\n")[0].rstrip(b"\r")
    return pointer.parent / os.fsdecode(line.removeprefix(b"gitdir:").lstrip())


def _as_git_has_it(path: str) -> str:
    # macOS hands out decomposed names, and git composes them there.
    return unicodedata.normalize("NFC", path) if sys.platform == "darwin" else path


_Mark = tuple[int, ...]


class _Answer(NamedTuple):
    """What git said of a folder."""

    mark: _Mark
    """Of the index that it was read from."""
    names: frozenset[str]
    """What it was asked for."""
    known: frozenset[str] | None


_last: dict[str, _Answer] = {}
"""By folder: most looks at the figures find the index unchanged."""


def _listed(folder: Path, index: Path, names: frozenset[str]) -> frozenset[str] | None:
    """The files that git knows among `names`, and in those of them that are folders; paths from `folder`."""
    key, mark = os.path.realpath(folder), _mark(index)
    last = _last.get(key)
    if last is not None and last.mark == mark and last.names >= names:
        return last.known
    chosen = sorted(names) if len(names) <= _NAMED else ["."]
    output = _run(["ls-files", "--cached", "--stage", "-z", "--", *chosen], folder)
    known = None if output is None else frozenset(_with_content(output))
    if len(_last) >= _REMEMBERED:
        _last.clear()
    _last[key] = _Answer(mark, names, known)
    return known


def _with_content(listed: bytes) -> Iterator[str]:
    """The paths in what git lists (`mode hash stage<tab>path`), without those of which it has no byte."""
    for entry in os.fsdecode(listed).split("\0"):
        said, _, path = entry.partition("\t")
        if path and said.split(" ")[1] not in _NOTHING:
            yield path


def _mark(index: Path) -> _Mark:
    try:
        info = index.stat()
    except (OSError, ValueError):
        return ()
    return (info.st_mtime_ns, info.st_ctime_ns, info.st_size, info.st_ino)


def _run(arguments: Sequence[str], folder: Path) -> bytes | None:
    """What git prints; None where it is not there, fails, or takes too long."""
    try:
        return ask(arguments, folder)
    except GitError:
        return None


class GitError(Exception):
    """Git could not tell; the text is why and, where there is one, the way out: one clean line."""


NOT_INSTALLED = "git is not installed, or not on the search path"
NO_OBJECT = "git knows no such object"
CANNOT_READ = "git cannot read this object: the repository is damaged, or not all of it was fetched"
NO_REPOSITORY = "this folder belongs to no git repository"


def ask(arguments: Sequence[str], folder: Path, seconds: float | None = None) -> bytes:
    """What git prints; it reads a repository here, runs no program of anybody's, and reaches no server.

    Args:
        arguments: the command and what belongs to it.
        folder: where it runs.
        seconds: so long may it take; None for what a student waits for.

    Raises:
        GitError: it is not there, fails, or takes too long.
    """
    command, environment = call(arguments)
    return finished(command, folder, environment, _SECONDS if seconds is None else seconds)


def call(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The command line and the environment that git is started with.

    Raises:
        GitError: it is not installed.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    settings = [part for name, value in _SETTINGS for part in ("-c", f"{name}={value}")]
    return [program(), "--no-pager", "--literal-pathspecs", *settings, *arguments], kept | _ENVIRONMENT


def program() -> str:
    """Where git is.

    Raises:
        GitError: it is not installed.
    """
    found = programs.found("git")
    if found is None:
        raise GitError(NOT_INSTALLED)
    return found


def finished(command: Sequence[str], folder: Path, environment: dict[str, str], seconds: float) -> bytes:
    """What a command prints, without a terminal that it could ask on.

    Raises:
        GitError: it cannot be started, fails, or takes too long.
    """
    import subprocess  # here: a report outside a repository does not need it, and it is not light

    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
            # Of its own: no program that it starts finds the terminal.
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git did not answer within {seconds:g} seconds") from error
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise GitError("git could not be started") from error
    if done.returncode:
        raise GitError(reason_of(done.stderr))
    return done.stdout


def reason_of(said: bytes) -> str:
    """Why git failed, made of what it said on standard error."""
    text = said[:_SAID].decode("utf-8", errors="replace")
    if "dubious ownership" in text:
        named = _TRUST.search(text)
        told = named and git_commands.command("git config --global --add safe.directory {}", named[1])
        told = told or "git config --global --add safe.directory FOLDER"
        return f"git does not trust this repository, since another user owns it; allow it with: {told}"
    if "not a git repository" in text or "must be run in a work tree" in text:
        return NO_REPOSITORY
    if any(words in text for words in _WANTS_PASSWORD):
        return "the server asks for a name and a password, and git knows none: it is private, or it does not exist"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    at = next((at for at, line in enumerate(lines) if line.startswith(("fatal:", "error:"))), 0)
    if at and _SAYS_LESS in lines[at]:
        at -= 1  # what ssh or the server said of it
    line = clean_line(_SECRET.sub("://", lines[at])) if lines else ""  # a token in an address
    line = line.removeprefix("fatal:").removeprefix("error:").strip()
    return f"git says: {line[:_SHOWN]}" if line else "git failed without a word"


def clean_line(text: str) -> str:
    """A line of git's, or a name in it, without what a terminal would act upon."""
    return "".join(character if character.isprintable() else " " for character in text)
