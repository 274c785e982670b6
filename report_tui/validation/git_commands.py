"""The git commands that are named as ways out, to be typed or pasted as they are.

Owns how foreign names stand in them: a branch, a remote or a file may be called by anything, and what is pasted into a
shell must never mean more than that name. Where a name does not allow it, there is no command. The commands are meant
for the repository's root. Nothing is run here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLAIN = re.compile(r"(?!-)[\w./+-]+")
_QUOTABLE = re.compile(r"(?!-)[\w./+@,= -]+")
_BY_HAND = "push it to the branch that the course reads"
_MOST = 100
"""Characters of a name that a line bears."""


def argument(name: str) -> str | None:
    """A name as it may be pasted into any shell; None where that is not safe."""
    if len(name) > _MOST:
        return None
    if _PLAIN.fullmatch(name):
        return name
    return f'"{name}"' if _QUOTABLE.fullmatch(name) else None


def command(words: str, *names: str) -> str | None:
    """A command with names in the places of `{}`; None where one of them cannot stand there."""
    arguments = [argument(name) for name in names]
    given = [one for one in arguments if one is not None]
    return words.format(*given) if len(given) == len(names) else None


def add(paths: Sequence[str], ignored: Sequence[str]) -> list[str]:
    """What takes files into the next commit.

    Args:
        paths: from the repository's root.
        ignored: others, which git takes only when it is told so twice.
    """
    steps = []
    for words, names in ("git add", paths), ("git add -f", ignored):
        if names:
            steps.append(command(f"{words}{' {}' * len(names)}", *names) or f"{words} the report and its figures")
    return steps


def push(remote: str, branch: str, here: str) -> str:
    """What brings this commit to a remote's branch.

    Args:
        remote: its name.
        branch: there; empty where it is not known.
        here: the branch that is checked out; empty where none is.
    """
    if not branch:
        return command("git push -u {} HEAD", remote) or _BY_HAND
    words = "git push {} {}" if here == branch else "git push {} HEAD:{}"
    return command(words, remote, branch) or _BY_HAND


def pull(remote: str, branch: str) -> str:
    """What brings a remote's branch here; spelled out, since without a setting git refuses to choose how."""
    return command("git pull --no-rebase {} {}", remote, branch) or "git pull --no-rebase"
