"""Copies of groups' repositories, fetched into a cache.

Owns how git fetches one (little of it, bounded in seconds, asking nobody anything), and what lies in the cache: what
was fetched before is only replaced by what is fetched anew. Which commit counts is `clones`'; nothing is read here.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path

from report_tui.storage import committed, git
from report_tui.storage.clones import Clone, Dates, NoCommitError, dated_after
from report_tui.storage.git import GitError
from report_tui.validation.group_row import GroupState

SECONDS = 180.0
"""So long may fetching one group take."""
_SILENT = 15.0
"""After so many seconds without a result, a server counts as one that does not answer."""
_MOST_SILENT = 4
"""Groups that wait in vain for a server before the others are no longer asked for there."""
_LARGEST = "50m"
"""Files that are larger are left at the server, where it knows how: no report, and no figure that is looked into."""
_TIP, _CHOSEN = "refs/class/tip", "refs/class/chosen"
_LITTLE = ("--depth=1", f"--filter=blob:limit={_LARGEST}")
_HOST = re.compile(r"(?:[a-z]+://(?:[^@/]*@)?|[^@/:]+@)([^/:]+)")

_SETTINGS = (
    ("core.fsmonitor", ""),
    ("core.hooksPath", os.devnull),
    ("core.askPass", ""),
    ("credential.interactive", "false"),
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
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=20"
_KEPT = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_EXEC_PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM")
"""How git reaches a server is what its user set up; where it is and what it works on is ours."""


class _TimeIsUpError(GitError):
    """Git was ended by us; to try again would take as long again."""


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
        self._environment = _environment()
        self._until = until
        self._running: set[subprocess.Popen[bytes]] = set()
        self._is_stopped = False
        self._silent: Counter[str] = Counter()
        self._answered: set[str] = set()

    def fetch(self, name: str, address: str) -> Clone:
        """Fetch what is needed of a group's repository, or the rest of it; never raises.

        Args:
            name: the group's.
            address: of its repository.
        """
        found = _HOST.match(address)
        host = found[1] if found else ""
        started = time.monotonic()
        try:
            if self._silent[host] >= _MOST_SILENT and host not in self._answered:
                raise GitError(f"not asked: {host} did not answer for {_MOST_SILENT} other groups; run it again later")
            clone = self._kept(name, address, started + SECONDS)
            self._answered.add(host)
            return clone
        except NoCommitError as error:
            self._answered.add(host)
            return Clone(name, None, GroupState.MISSING, str(error))
        except GitError as error:
            if host and time.monotonic() - started > _SILENT:
                self._silent[host] += 1
            return Clone(name, None, GroupState.NOT_FETCHED, str(error))
        except OSError as error:
            return Clone(name, None, GroupState.NOT_FETCHED, f"the cache: {error.strerror or type(error).__name__}")

    def stop(self) -> None:
        """End every git that is running, and start no other."""
        self._is_stopped = True
        for process in tuple(self._running):
            _end(process)

    def _kept(self, name: str, address: str, due: float) -> Clone:
        """Fetch into the copy of before; where that is what is in the way, into a new one that takes its place."""
        folder = self._cache / sha256(address.encode()).hexdigest()[:24]
        is_new = not folder.exists()
        try:
            return self._fetched(name, address, folder, due)
        except (NoCommitError, _TimeIsUpError):
            raise
        except GitError as error:
            if is_new:
                _remove(folder)
                raise
            # An interrupted run may have left a lock or half an object. Without a way to the server all stays.
            fresh = folder.with_name(f"{folder.name}.new")
            try:
                clone = self._fetched(name, address, fresh, due)
                _remove(folder)
                fresh.rename(folder)
            except GitError:
                raise error from None
            finally:
                if fresh.exists():
                    _remove(fresh)
            return clone._replace(folder=folder / "content.git")

    def _fetched(self, name: str, address: str, folder: Path, due: float) -> Clone:
        content = _repository(folder / "content.git")
        self._run(content, address, f"+HEAD:{_TIP}", _LITTLE, due)
        with committed.Objects(content) as objects:
            tip = objects.commit(_TIP)
            if self._until is None or tip.committed <= self._until:
                return Clone(name, content, commit=tip.oid, fetched=True)
        # The commits alone are small; of the one that counts the rest is fetched.
        history = _repository(folder / "history.git")
        self._run(history, address, f"+HEAD:{_TIP}", ("--filter=tree:0",), due)
        found = committed.last_before(history, _TIP, self._until)
        if found is None:
            raise NoCommitError("there is no commit from before the deadline")
        self._run(content, address, f"+{found}:{_CHOSEN}", _LITTLE, due)
        return Clone(
            name,
            content,
            commit=found,
            fetched=True,
            dates=Dates(tip.committed, dated_after(history, found, self._until)),
        )

    def _run(self, folder: Path, address: str, what: str, options: tuple[str, ...], due: float) -> None:
        """Run `git fetch` until it ends or its time is up; then it and all that it started are ended."""
        settings = [part for name, value in _SETTINGS for part in ("-c", f"{name}={value}")]
        command = [git.program(), "--no-pager", *settings, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head"]
        # A file, not a pipe: what git started may hold a pipe open when git itself is gone.
        with tempfile.TemporaryFile() as said:
            try:
                process = subprocess.Popen(
                    [*command, "--force", *options, "--", address, what],
                    cwd=folder,
                    env=self._environment,
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
                    raise _TimeIsUpError("it was stopped")
                code = process.wait(max(due - time.monotonic(), 0))
            except subprocess.TimeoutExpired as error:
                raise _TimeIsUpError(f"git was not done within {SECONDS:g} seconds") from error
            finally:
                _end(process)
                self._running.discard(process)
            if self._is_stopped:
                raise _TimeIsUpError("it was stopped")
            if code:
                said.seek(0)
                self._failed(said.read(4000))

    @staticmethod
    def _failed(text: bytes) -> None:
        if b"couldn't find remote ref HEAD" in text:
            raise NoCommitError("the server shows no commit on its default branch")
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
    environment = kept | _ASKS_NOBODY
    if not {"GIT_SSH", "GIT_SSH_COMMAND"} & environment.keys() and not _has_own_ssh(environment):
        environment["GIT_SSH_COMMAND"] = _SSH
    return environment


def _has_own_ssh(environment: dict[str, str]) -> bool:
    """Whether the user's settings name an ssh, which the environment's would stand in for."""
    try:
        return bool(git.finished([git.program(), "config", "--get", "core.sshCommand"], Path.home(), environment, 3.0))
    except (GitError, RuntimeError):
        return False


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


def _remove(folder: Path) -> None:
    if sys.version_info >= (3, 12):
        shutil.rmtree(folder, onexc=_writable_first)
    else:
        shutil.rmtree(folder, onerror=_writable_first)


def _writable_first(remove: object, path: str, _: object) -> None:
    """Git makes its objects read-only, and Windows deletes no such file."""
    Path(path).chmod(stat.S_IWRITE)
    if callable(remove):
        remove(path)
