"""Reads a figure's target as a browser does, and tells which name in a folder a part of it means.

Owns what is an address, what leaves the report's folder, and when two spellings are one name. Nothing is looked at on
disk: names come from whoever lists the folder.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import NamedTuple

_DRIVE = re.compile(r"[A-Za-z]:")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
# Browsers drop these before they look for a scheme: `java<tab>script:` is one.
_DROPPED_BY_BROWSERS = re.compile(r"[\t\n\r]|^[\x00-\x20]+")
# A backslash, or a separator in disguise: a name or a separator, depending on who reads it.
_DOUBTFUL = re.compile(r"\\|%2f|%5c", re.IGNORECASE)


class Target(NamedTuple):
    """A target as it is written in a report, read."""

    parts: list[str] | None
    """The names on the way from the report's folder, not encoded; None where the path leaves the folder."""
    is_remote: bool = False
    """Whether it is an address; then there are no parts."""
    is_doubtful: bool = False
    """Whether different programs read it differently."""
    ends_as_folder: bool = False

    @staticmethod
    def of(target: str) -> Target:
        """Read a target."""
        address = _DROPPED_BY_BROWSERS.sub("", target)
        if _SCHEME.match(address) or address.startswith("//"):
            return Target(None, is_remote=True)
        written = re.split("[?#]", target.strip(), maxsplit=1)[0]
        path = _unquoted(written)
        parts = None if _DRIVE.match(address) else parts_of(path)
        return Target(parts, is_doubtful=_DOUBTFUL.search(written) is not None, ends_as_folder=path.endswith("/"))


def path_of(target: str) -> str | None:
    """The path that a target means, from the report's folder with forward slashes and not encoded; looks at no file.

    Returns:
        None for an address, a path that leaves the folder, and one that different programs read differently.
    """
    read = Target.of(target)
    return None if read.is_doubtful else "/".join(read.parts or []) or None


def _unquoted(written: str) -> str:
    """The path behind `%20` and the like, as a browser reads it."""
    if "%" not in written:
        return written
    from urllib.parse import unquote  # here: rarely needed, and it loads more than it looks like

    return unquote(written)


def parts_of(path: str) -> list[str] | None:
    """The names on the way, as a browser counts `.` and `..`; None where the path leaves where it began."""
    path = path.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        return None
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and not parts:
            return None
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return parts


class Listing(NamedTuple):
    """The names in one folder."""

    names: frozenset[str]
    composed: dict[str, str]
    """From a name in Unicode's composed form to the name."""
    folded: dict[str, str]
    """From a name without case to the name."""

    @staticmethod
    def of(names: Iterable[str]) -> Listing:
        """The names of a folder, so that each is found under its other spellings."""
        names = sorted(names)
        composed = {composed_form(name): name for name in reversed(names)}
        folded = {composed_form(name).casefold(): name for name in reversed(names)}
        return Listing(frozenset(names), composed, folded)

    def name_meant(self, part: str, is_there: Callable[[str], bool]) -> str | None:
        """The name in the folder that a part of a target means, as other machines will see it.

        Args:
            part: one name on the way to the target.
            is_there: whether the file system finds something in the folder under a name.

        Returns:
            `part` itself, another name if only alike, or None.
        """
        composed = composed_form(part)
        # Where the file system takes both of Unicode's forms for one name, git hands on the composed one, and a link in
        # the other form finds nothing on the course's machine.
        if part in self.names:
            return composed if composed not in self.names and is_there(composed) else part
        alike = self.composed.get(composed)
        if alike is not None and is_there(part):
            return composed
        return alike or self.folded.get(composed.casefold())


def composed_form(name: str) -> str:
    """A name in Unicode's composed form: macOS hands out decomposed ones (an accent is a character of its own)."""
    return unicodedata.normalize("NFC", name)
