"""Where the groups' repositories are: clones that lie in a folder, or copies that are fetched into a cache.

Owns what counts as a clone that may be read (nothing in it leads elsewhere), and how git fetches one: little of it,
bounded in seconds, asking nobody anything. It judges nothing and reads no report; what lies in the cache is its own.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import committed, git
from report_tui.storage.files import CannotRead
from report_tui.storage.git import GitError
from report_tui.validation.group_row import GroupState

SECONDS = 180.0
"""So long may one git take to fetch from a server."""
_LARGEST = "50m"
"""Files that are larger are left at the server, where it knows how: no report, and no figure that is looked into."""
_TIP, _CHOSEN = "refs/class/tip", "refs/class/chosen"
_DEFAULT = "refs/remotes/origin/HEAD"
_USUAL = ("refs/remotes/origin/main", "refs/remotes/origin/master")
_JUNCTION = 0xA0000003
"""What Windows calls a folder that leads elsewhere and is no link."""
_REF = re.compile(rb"ref: refs/[^\n]+\n?|[0-9a-f]{40}(?:[0-9a-f]{24})?\n?")

_SETTINGS = (
    ("core.fsmonitor", ""),
    ("core.hooksPath", os.devnull),
    ("core.askPass", ""),
    ("protocol.ext.allow", "never"),
    ("fetch.recurseSubmodules", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("http.lowSpeedLimit", "500"),
    ("http.lowSpeedTime", "30"),
    ("safe.directory", "*"),
)
_ASKS_NOBODY = {
    "GIT_TERMINAL_PROMPT": "0",
    "GCM_INTERACTIVE": "never",
    "SSH_ASKPASS_REQUIRE": "never",
    "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=20",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
_KEPT = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_EXEC_PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM")
"""How git reaches a server is what its user set up; where it is and what it works on is ours."""


class Clone(NamedTuple):
    """Where one group's repository is."""

    name: str
    """The group's."""
    folder: Path | None = None
    """None where there is none that may be read."""
    state: GroupState = GroupState.UNREADABLE
    """What is said of the group where there is none."""
    problem: str = ""
    """Why there is none."""
    commit: str = ""
    """The one to judge; empty where that is still to be found, by branch and deadline."""
    fetched: bool = False
    """Whether it was fetched by us, so that there is no history to look for another commit in."""


class NoCommitError(GitError):
    """The repository holds no commit, or none from before the deadline."""


def in_folder(folder: Path) -> list[Clone]:
    """The groups of a folder: each folder in it is one; a hidden one only where it holds a repository.

    Raises:
        CannotRead: it cannot be listed, or is itself a clone.
    """
    if os.path.lexists(folder / ".git"):
        raise CannotRead(folder, "is itself a clone", "name the folder that holds the groups' clones")
    try:
        found = [entry for entry in os.scandir(folder) if entry.is_symlink() or entry.is_dir(follow_symlinks=False)]
        names = [entry.name for entry in found if entry.name[0] != "." or os.path.lexists(Path(entry, ".git"))]
    except OSError as error:
        raise CannotRead(folder, f"cannot be listed: {error.strerror}", "name a folder that holds clones") from error
    return [_clone(name, folder / name) for name in sorted(names, key=natural)]


def natural(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """What names are sorted by: `group 2` comes before `group 10`."""
    parts = re.split(r"([0-9]{1,18})", name.casefold())
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts if part], name


def _clone(name: str, folder: Path) -> Clone:
    try:
        problem = _unsafe(folder)
    except OSError as error:
        problem = f"cannot be looked at: {error.strerror}"
    return Clone(name, None, GroupState.UNREADABLE, problem) if problem else Clone(name, folder)


def _unsafe(folder: Path) -> str:
    """Why a folder is no clone that may be read, or an empty string.

    Git looks for a repository in all folders above as well, and follows what a repository names: neither may happen
    to one that a stranger packed.
    """
    if _kind(folder) != "folder":
        return "is a link, which is not followed"
    home = folder / ".git"
    kind = _kind(home)
    if not kind:
        home = folder
        if not all(_kind(home / part) == "folder" for part in ("objects", "refs")):
            return "holds no git repository"
    elif kind != "folder":
        return f"its .git is a {kind}: it leads to a repository elsewhere, which is not followed"
    for part in ("objects", "refs", "objects/pack", "HEAD", "config", "packed-refs"):
        if _kind(home / part) == "link":
            return f"{part} in its repository is a link, which is not followed"
    for part in ("objects/info/alternates", "objects/info/http-alternates", "commondir"):
        if _kind(home / part):
            return f"its repository takes part of itself from elsewhere ({part}), which is not followed"
    head = home / "HEAD"
    if _kind(head) != "file" or not all(_kind(home / part) == "folder" for part in ("objects", "refs")):
        return "its git repository is damaged"
    with head.open("rb") as file:
        return "" if _REF.fullmatch(file.read(4096)) else "its git repository is damaged"


def _kind(path: Path) -> str:
    try:
        info = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    if stat.S_ISLNK(info.st_mode) or getattr(info, "st_reparse_tag", 0) == _JUNCTION:
        return "link"
    return "folder" if stat.S_ISDIR(info.st_mode) else "file" if stat.S_ISREG(info.st_mode) else "something else"


class Chosen(NamedTuple):
    """The commit by which a group is judged."""

    commit: committed.Commit
    branch: str
    """Where it was found: `origin/main`, `HEAD`."""


def choose(objects: committed.Objects, clone: Clone, until: int | None) -> Chosen:
    """The commit to judge: the newest of the default branch, or the last that was made before a time.

    Args:
        objects: of the clone.
        clone: what is known of it.
        until: seconds since 1970; None for the newest.

    Raises:
        NoCommitError: there is none.
        GitError: git could not tell.
    """
    assert clone.folder is not None
    if clone.commit:
        commit = objects.commit(clone.commit)
        if until is not None and commit.committed > until:
            raise GitError("was fetched without its history: name the deadline with --at")
        return Chosen(commit, "HEAD")
    branch, tip = _branch(objects)
    shown = branch.removeprefix("refs/remotes/")
    # The dates are looked at from the newest on: a commit on top of a newer one counts.
    if until is None or tip.committed <= until:
        return Chosen(tip, shown)
    found = committed.last_before(clone.folder, branch, until)
    if found is not None:
        return Chosen(objects.commit(found), shown)
    if (clone.folder / ".git" / "shallow").exists() or (clone.folder / "shallow").exists():
        raise GitError("the clone is shallow and holds no commit from before the deadline: fetch its history")
    raise NoCommitError("there is no commit from before the deadline")


def _branch(objects: committed.Objects) -> tuple[str, committed.Commit]:
    """The remote's default branch as it was last fetched; a repository that knows no remote has one of its own."""
    found = list(_there(objects, (_DEFAULT,))) or list(_there(objects, _USUAL))
    if len(found) > 1:
        raise GitError("it is not known which branch is the default one: git remote set-head origin --auto")
    found = found or list(_there(objects, ("HEAD",)))
    if not found:
        raise NoCommitError("there is no commit")
    return found[0]


def _there(objects: committed.Objects, branches: Sequence[str]) -> Iterator[tuple[str, committed.Commit]]:
    for branch in branches:
        with contextlib.suppress(committed.Missing):
            yield branch, objects.commit(branch)


# The cache


def cache_folder() -> Path:
    """Where fetched repositories lie; it need not exist.

    Raises:
        RuntimeError: this machine names no home folder.
    """
    import platformdirs  # here, since only a list needs it

    return platformdirs.user_cache_path("report-tui", appauthor=False) / "groups"


def address_of(written: str, beside: Path) -> str:
    """An address as git takes it; one that is a path begins at the folder of its list."""
    if written.startswith("~"):
        return str(Path(written).expanduser())
    return str((beside / written).resolve()) if written.startswith(("./", "../")) else written


class Fetcher:
    """Fetches groups' repositories into a cache, several at once."""

    def __init__(self, cache: Path, until: int | None) -> None:
        """Begin.

        Args:
            cache: where fetched repositories lie.
            until: only what was committed by then counts, in seconds since 1970; None for all.
        """
        self._cache = cache
        self._until = until
        self._running: set[subprocess.Popen[bytes]] = set()
        self._is_stopped = False

    def fetch(self, name: str, address: str) -> Clone:
        """Fetch what is needed of a group's repository, or the rest of it; never raises.

        Args:
            name: the group's.
            address: of its repository.
        """
        folder = self._cache / sha256(address.encode()).hexdigest()[:24]
        try:
            try:
                return self._fetched(name, address, folder)
            except NoCommitError:
                raise
            except GitError:
                if not folder.exists() or self._is_stopped:
                    raise
                # What an interrupted run left may be all that is in the way: a lock, half an object.
                shutil.rmtree(folder, onerror=_writable_first)
                return self._fetched(name, address, folder)
        except NoCommitError as error:
            return Clone(name, None, GroupState.MISSING, str(error))
        except GitError as error:
            return Clone(name, None, GroupState.NOT_FETCHED, str(error))
        except OSError as error:
            return Clone(name, None, GroupState.NOT_FETCHED, f"the cache: {error.strerror or type(error).__name__}")

    def stop(self) -> None:
        """End every git that is running, and start no other."""
        self._is_stopped = True
        for process in tuple(self._running):
            _end(process)

    def _fetched(self, name: str, address: str, folder: Path) -> Clone:
        content = _repository(folder / "content.git")
        self._run(content, address, f"+HEAD:{_TIP}", "--depth=1", f"--filter=blob:limit={_LARGEST}")
        with committed.Objects(content) as objects:
            tip = objects.commit(_TIP)
            if self._until is None or tip.committed <= self._until:
                return Clone(name, content, commit=tip.oid, fetched=True)
        # The commits alone are small; of the one that counts the rest is fetched.
        history = _repository(folder / "history.git")
        self._run(history, address, f"+HEAD:{_TIP}", "--filter=tree:0")
        found = committed.last_before(history, _TIP, self._until)
        if found is None:
            raise NoCommitError("there is no commit from before the deadline")
        self._run(content, address, f"+{found}:{_CHOSEN}", "--depth=1", f"--filter=blob:limit={_LARGEST}")
        return Clone(name, content, commit=found, fetched=True)

    def _run(self, folder: Path, address: str, what: str, *options: str) -> None:
        """Run `git fetch` until it ends or its time is up; then it and all that it started are ended."""
        settings = [part for name, value in _SETTINGS for part in ("-c", f"{name}={value}")]
        command = [git.program(), "--no-pager", *settings, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head"]
        # A file, not a pipe: what git started may hold a pipe open when git itself is gone.
        with tempfile.TemporaryFile() as said:
            try:
                process = subprocess.Popen(
                    [*command, "--force", *options, "--", address, what],
                    cwd=folder,
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                raise GitError("git could not be started") from error
            self._running.add(process)
            try:
                if self._is_stopped:
                    raise GitError("it was stopped")
                code = process.wait(SECONDS)
            except subprocess.TimeoutExpired as error:
                raise GitError(f"git was not done within {SECONDS:g} seconds") from error
            finally:
                _end(process)
                self._running.discard(process)
            if code:
                said.seek(0)
                text = said.read(4000)
                if b"couldn't find remote ref HEAD" in text:
                    raise NoCommitError("there is no commit")
                raise GitError(git.reason_of(text))


def _repository(folder: Path) -> Path:
    if not (folder / "HEAD").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        git.ask(["init", "--quiet", "--bare", "--template=", "."], folder, SECONDS)
    return folder


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    for name in ("SSH_ASKPASS", "GIT_ASKPASS"):
        kept.pop(name, None)
    return _ASKS_NOBODY | kept | {name: _ASKS_NOBODY[name] for name in ("GIT_TERMINAL_PROMPT", "LC_ALL")}


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            process.kill()
    process.wait()


def _writable_first(remove: object, path: str, _: object) -> None:
    """Git makes its objects read-only, and Windows deletes no such file."""
    Path(path).chmod(stat.S_IWRITE)
    if callable(remove):
        remove(path)
