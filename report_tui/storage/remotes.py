"""Finds out where a group's repository stands towards its remote: which branch the course reads, and how old that is.

Owns what git has noted down of the remote the last time it was asked, and `fetch`, the one call that asks it: with the
user's own settings and credentials, bounded in time, and writing nothing but what is known of the remote. Nothing here
touches the working tree or a branch of the user's. It reads no report.
"""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import files, git
from report_tui.storage.git import GitError

_FETCH_SECONDS = 60.0
"""So long may a server take."""
_LOG_READ = 65_536
"""Bytes at the end of a log in which its last line stands."""
_USUAL = ("main", "master")
_ORIGIN = "origin"


class Repository(NamedTuple):
    """The repository that a folder belongs to."""

    folder: Path
    """The folder that was asked about; git is run there."""
    prefix: str
    """Where that folder is, from the repository's root: `reports/`; empty at the root and in a bare repository."""
    git_dir: Path
    """Of this working tree."""
    common_dir: Path
    """Of all working trees of the repository."""
    is_bare: bool
    is_shallow: bool

    @property
    def is_submodule(self) -> bool:
        """Whether it is a part of another repository, whose clones come without it."""
        parts = self.common_dir.parts
        return any(pair == (".git", "modules") for pair in pairwise(parts))


class Remote(NamedTuple):
    """What is known here of the repository that the course reads."""

    name: str
    """Empty where there is no remote, or it cannot be told which one is meant."""
    others: tuple[str, ...] = ()
    """The other remotes; all, where it cannot be told which one is meant."""
    branch: str = ""
    """Its default branch; empty where that is not known."""
    is_assumed: bool = False
    """Whether the branch is what it usually is, and not what the remote said."""
    oid: str = ""
    """The commit at the end of that branch, as last seen; empty where it was never fetched."""
    seen: float | None = None
    """When that was last seen to be so, in seconds since 1970; None where nothing tells."""
    arrived: float | None = None
    """The earliest time of which it is known that the commit was there; None where nothing tells."""

    @property
    def ref(self) -> str:
        """Where git keeps that branch here."""
        return f"refs/remotes/{self.name}/{self.branch}"


class Standing(NamedTuple):
    """Where the working tree's commit stands towards the remote's."""

    branch: str
    """The branch that is checked out; empty where none is."""
    head: str
    """The commit; empty where there is none yet."""
    ahead: int | None
    """Commits here that the remote's branch has not; None where that cannot be told."""
    behind: int | None
    """Commits there that are not here; None where that cannot be told."""
    base: str
    """The last commit that both have; empty where there is none, or it cannot be told."""


def repository(folder: Path) -> Repository:
    """The repository that a folder belongs to.

    Raises:
        GitError: it belongs to none, git is not installed, or could not tell.
    """
    # The prefix last: it alone may hold a line's end.
    said = git.ask(["rev-parse", "--is-bare-repository", "--is-shallow-repository", "--show-prefix"], folder)
    bare, shallow, prefix = [*os.fsdecode(said).split("\n", 2), "", ""][:3]
    git_dir = _path(git.ask(["rev-parse", "--absolute-git-dir"], folder), folder)
    common = _path(git.ask(["rev-parse", "--git-common-dir"], folder), folder)
    return Repository(
        folder, prefix.removesuffix("\n"), git_dir, common, is_bare=bare == "true", is_shallow=shallow == "true"
    )


def _path(said: bytes, folder: Path) -> Path:
    text = os.fsdecode(said.removesuffix(b"\n").removesuffix(b"\r"))
    return Path(os.path.realpath(folder / text))


def remote(repo: Repository) -> Remote:
    """The remote that the course reads, as far as it is known here: `origin`, or the only one, or the branch's own.

    Raises:
        GitError: git could not tell.
    """
    names = git.ask(["remote"], repo.folder).decode("utf-8", "replace").split()
    name = _chosen(repo, names)
    others = tuple(other for other in names if other != name)
    if not name:
        return Remote("", others)
    branches, default = _branches(repo, name)
    is_assumed = not default
    if not default:
        usual = [branch for branch in _USUAL if branch in branches]
        default = usual[0] if len(usual) == 1 else next(iter(branches)) if len(branches) == 1 else ""
    if not default:
        return Remote(name, others)
    found = Remote(name, others, default, is_assumed, branches.get(default, ""))
    times = _seen(repo, found)
    return found._replace(seen=max(times, default=None), arrived=min(times, default=None))


def _chosen(repo: Repository, names: list[str]) -> str:
    if _ORIGIN in names:
        return _ORIGIN
    if len(names) == 1:
        return names[0]
    branch = _branch(repo.folder)
    if branch and names:
        try:
            said = git.ask(["config", "--get", f"branch.{branch}.remote"], repo.folder)
        except GitError:
            return ""
        own = said.decode("utf-8", "replace").strip()
        return own if own in names else ""
    return ""


def _branches(repo: Repository, name: str) -> tuple[dict[str, str], str]:
    """The remote's branches with their commits, and which one is the default as far as that is noted down."""
    start = f"refs/remotes/{name}/"
    listed = git.ask(["for-each-ref", "--format=%(refname)%00%(objectname)%00%(symref)", start], repo.folder)
    found: dict[str, str] = {}
    default = ""
    for line in listed.decode("utf-8", "surrogateescape").splitlines():
        ref, oid, leads_to = [*line.split("\0"), "", ""][:3]
        if ref == f"{start}HEAD":
            default = leads_to.removeprefix(start) if leads_to.startswith(start) else ""
        else:
            found[ref.removeprefix(start)] = oid
    return found, default


def _branch(folder: Path) -> str:
    try:
        return git.ask(["symbolic-ref", "--quiet", "--short", "HEAD"], folder).decode("utf-8", "replace").strip()
    except GitError:
        return ""


def standing(repo: Repository, remote_oid: str) -> Standing:
    """Where the working tree's commit stands towards one of the remote's.

    Args:
        repo: the repository.
        remote_oid: the remote's commit; an empty string where none is known.

    Raises:
        GitError: git could not tell.
    """
    branch = _branch(repo.folder)
    try:
        head = git.ask(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], repo.folder).decode("ascii").strip()
    except GitError:
        return Standing(branch, "", None, None, "")
    if not remote_oid:
        return Standing(branch, head, None, None, "")
    if head == remote_oid:
        return Standing(branch, head, 0, 0, head)
    try:
        base = git.ask(["merge-base", remote_oid, head], repo.folder).decode("ascii").strip()
    except GitError:
        # Without a common commit the counts mean nothing: in a shallow clone it may lie beyond what was fetched.
        return Standing(branch, head, None, None, "")
    counts = git.ask(["rev-list", "--left-right", "--count", f"{remote_oid}...{head}"], repo.folder)
    behind, ahead = (int(count) for count in counts.split())
    return Standing(branch, head, ahead, behind, base)


# When the remote was seen last


def _seen(repo: Repository, known: Remote) -> list[float]:
    """When the branch was known to be as it is noted down: at a fetch, a push, or when it was cloned."""
    return [
        *_fetched(repo, known),
        *_logged(repo.common_dir / "logs" / known.ref, known.oid),
        *_logged(repo.common_dir / "logs" / f"refs/remotes/{known.name}/HEAD", known.oid),
    ]


def _fetched(repo: Repository, known: Remote) -> list[float]:
    """When FETCH_HEAD was written, where it says of this branch what is noted down of it."""
    times = []
    for folder in {repo.git_dir, repo.common_dir}:
        try:
            state = files.read(folder / "FETCH_HEAD")
        except files.CannotRead:
            continue
        about = f"branch '{known.branch}'".encode()
        for line in state.data.split(b"\n"):
            oid, _, rest = line.partition(b"\t")
            if oid == known.oid.encode() and rest.partition(b"\t")[2].startswith((about + b" of ", about + b"\r")):
                times.append(state.mtime_ns / 1e9)
    return times


def _logged(log: Path, oid: str) -> list[float]:
    """The time of a log's last line, where it tells how this commit came there: `old new name <mail> time zone`."""
    try:
        data = files.read(log).data[-_LOG_READ:]
    except files.CannotRead:
        return []
    last = data.rstrip(b"\n").rpartition(b"\n")[2]
    head = last.partition(b"\t")[0].split(b" ")
    if len(head) < 4 or head[1] != oid.encode() or not head[-2].isdigit():
        return []
    return [float(head[-2])]


# Asking the remote


def fetch(repo: Repository, name: str) -> str:
    """Ask the remote for its default branch and take over what that holds now; returns the branch's name.

    The user's own settings and credentials are used, since a private repository is reached with nothing else. Nobody
    is asked for a password, and no hook of the repository runs.

    Args:
        repo: the repository.
        name: of the remote.

    Raises:
        GitError: the remote could not be reached, or not in a minute; what is known of it is as before.
    """
    said = _with_users_settings(["ls-remote", "--symref", name, "HEAD"], repo.folder)
    first = said.partition(b"\n")[0].partition(b"\t")[0]
    start = b"ref: refs/heads/"
    if not first.startswith(start):
        raise GitError("the remote does not say which branch is its default one; is it empty?")
    branch = first.removeprefix(start).decode("utf-8", "surrogateescape")
    spec = f"+refs/heads/{branch}:refs/remotes/{name}/{branch}"
    _with_users_settings(["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", name, spec], repo.folder)
    git.ask(["symbolic-ref", f"refs/remotes/{name}/HEAD", f"refs/remotes/{name}/{branch}"], repo.folder)
    return branch


_FETCH_SETTINGS = (
    "core.fsmonitor=",
    f"core.hooksPath={os.devnull}",
    "protocol.file.allow=user",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "maintenance.auto=false",
)
_LEADS_ELSEWHERE = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
)


def _with_users_settings(arguments: list[str], folder: Path) -> bytes:
    environment = {name: value for name, value in os.environ.items() if name not in _LEADS_ELSEWHERE}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    settings = [part for setting in _FETCH_SETTINGS for part in ("-c", setting)]
    return _bounded([git.program(), "--no-pager", *settings, *arguments], folder, environment)


def _bounded(command: list[str], folder: Path, environment: dict[str, str]) -> bytes:
    """What git prints; where it takes too long it is ended, with the programs that it started."""
    import subprocess  # here: only who asks for it fetches
    import tempfile

    # Files, since a pipe stays open as long as any program that git started.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaints:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=complaints,
                start_new_session=True,
            )
        except OSError as error:
            raise GitError("git could not be started") from error
        try:
            code = process.wait(_FETCH_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise GitError(f"the remote did not answer within {_FETCH_SECONDS:g} seconds") from error
        finally:
            if process.poll() is None:
                _end(process.pid)
                process.kill()
                process.wait()
        output.seek(0)
        complaints.seek(0)
        if code:
            raise GitError(git.reason_of(complaints.read()))
        return output.read(_LOG_READ)


def _end(group: int) -> None:
    if sys.platform != "win32":
        import contextlib
        import signal

        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)
