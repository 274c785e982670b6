"""Asks a group's remote what it holds now: the one call of the hand-in that reaches a server.

Owns how git is called for it: with the user's own settings and credentials, since a private repository is reached with
nothing else, but asking nobody anything, bounded in time, and with no program that the repository itself names. It
writes what is known of the remote's default branch, and nothing else: no branch, tag or file of the user's.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from report_tui.storage import git
from report_tui.storage.git import GitError

SECONDS = 60.0
"""So long may a server take, for each of two questions."""
_ANSWER = 1_000_000
"""Bytes of git's answer that are looked at."""
_NAMED = 5
"""So many of a remote's branches are named."""

_SETTINGS = (
    "core.fsmonitor=",
    f"core.hooksPath={os.devnull}",
    "credential.interactive=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "maintenance.auto=false",
)
_QUIET = (
    "--quiet",
    "--no-tags",
    "--no-recurse-submodules",
    # What the repository has set up for `git fetch` may reach into the user's own branches and tags.
    "--refmap=",
    "--no-prune",
    "--no-prune-tags",
)
_ASKS_NOBODY = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "GCM_INTERACTIVE": "never",
    "SSH_ASKPASS_REQUIRE": "never",
    # A remote may be called by any name, also one that git takes for a program to reach it with.
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=20"
_LEADS_ELSEWHERE = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
)
_OWN = frozenset(("local", "worktree"))
"""Where settings stand that came with the repository."""
_RUNS = re.compile(
    r"core\.(sshcommand|askpass|gitproxy|alternaterefscommand)|remote\..*\.(uploadpack|vcs)"
    # It writes a file wherever it likes.
    r"|http\.(.*\.)?savecookies",
    re.DOTALL,
)
_HELPER = re.compile(r"credential\.(.*\.)?helper", re.DOTALL)
_USUAL_HELPER = re.compile(r"[a-z-]*")
"""Such as `store` or `manager`: a program that came with git, and not one of the repository's."""


class EmptyRemote(GitError):
    """The remote was reached, and holds nothing."""


def fetch(folder: Path, name: str) -> str:
    """Ask a remote for its default branch and take over what that holds now; returns the branch's name.

    Args:
        folder: in the repository.
        name: of the remote.

    Raises:
        EmptyRemote: nothing was ever pushed to it.
        GitError: it could not be reached, or not in a minute; what is known of it is as before.
    """
    _refuse_its_programs(folder, name)
    environment = _environment(folder)
    said = _asked(["ls-remote", "--symref", "--", name, "HEAD", "refs/heads/*"], folder, environment)
    branch = _default(said.decode("utf-8", "surrogateescape"))
    spec = f"+refs/heads/{branch}:refs/remotes/{name}/{branch}"
    _asked(["fetch", *_QUIET, "--", name, spec], folder, environment)
    git.ask(["symbolic-ref", f"refs/remotes/{name}/HEAD", f"refs/remotes/{name}/{branch}"], folder)
    return branch


def _default(said: str) -> str:
    """The default branch, by what `ls-remote --symref` says of a remote."""
    lines = said.split("\n")
    for line in lines:
        if line.startswith("ref: refs/heads/") and line.endswith("\tHEAD"):
            return line.removeprefix("ref: refs/heads/").removesuffix("\tHEAD")
    branches = [line.partition("\trefs/heads/")[2] for line in lines if "\trefs/heads/" in line]
    if not any(lines):
        raise EmptyRemote("the remote is empty: nothing was ever pushed to it")
    named = ", ".join(branches[:_NAMED]) + (" and others" if len(branches) > _NAMED else "")
    raise GitError(f"the remote names no default branch that exists; it has: {named}")


def _refuse_its_programs(folder: Path, name: str) -> None:
    """Raise where the repository itself, which anybody may have packed, names a program that git would run."""
    _asked(["rev-parse", "--git-dir"], folder, _surroundings())  # git may not trust it, and then sees no settings
    said = _asked(["config", "--show-scope", "--null", "--list"], folder, _surroundings())
    parts = said.decode("utf-8", "surrogateescape").split("\0")
    for scope, setting in zip(parts[::2], parts[1::2], strict=False):
        key, _, value = setting.partition("\n")
        runs = _RUNS.fullmatch(key) or (_HELPER.fullmatch(key) and not _USUAL_HELPER.fullmatch(value))
        if scope in _OWN and runs:
            raise GitError(f"the repository's own settings ({git.clean_line(key)}) are not followed to a server")


def _surroundings() -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name not in _LEADS_ELSEWHERE}
    environment.pop("SSH_ASKPASS", None)
    return environment | _ASKS_NOBODY


def _environment(folder: Path) -> dict[str, str]:
    """The user's own, in which nobody is asked; who has an ssh of his own keeps it."""
    environment = _surroundings()
    if "GIT_SSH_COMMAND" in environment or "GIT_SSH" in environment:
        return environment
    try:
        _asked(["config", "--get", "core.sshCommand"], folder, environment)
    except GitError:  # none is set
        environment["GIT_SSH_COMMAND"] = _SSH
    return environment


def _asked(arguments: list[str], folder: Path, environment: dict[str, str]) -> bytes:
    """What git prints; where it takes too long it is ended, with the programs that it started."""
    import subprocess  # here: only who asks for it fetches
    import tempfile

    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    # Files, since a pipe stays open as long as any program that git started.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaints:
        try:
            process = subprocess.Popen(
                [git.program(), "--no-pager", *settings, *arguments],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=complaints,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise GitError("git could not be started") from error
        try:
            code = process.wait(SECONDS)
        except subprocess.TimeoutExpired as error:
            raise GitError(f"the remote did not answer within {SECONDS:g} seconds") from error
        finally:
            if process.poll() is None:
                _end(process.pid)
                process.kill()
                process.wait()
        output.seek(0)
        complaints.seek(0)
        if code:
            raise GitError(git.reason_of(complaints.read(_ANSWER)))
        return output.read(_ANSWER)


def _end(group: int) -> None:
    if sys.platform != "win32":
        import contextlib
        import signal

        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)
