"""Reads a list of groups from YAML text: their names, and where the repository of each lies.

Owns the format of such lists, and which addresses git may be given. It opens no file and reaches no server; how YAML
is read strictly is `strict_yaml`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from report_tui.validation.strict_yaml import Map, Node, Problem, Problems, Reader, Unusable, read, shown

SCHEMA_VERSION = 1
MOST_GROUPS = 20_000

_TOP_KEYS = ("schema_version", "groups")
_GROUP_KEYS = ("name", "repository")
# Whatever else git takes for an address (`ext::`, an option) starts programs; a path is the staff's own affair.
_ADDRESS = re.compile(
    r"(?:https?|ssh|git|file)://[^\s]+"  # an address
    r"|[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^\s]+"  # user@host:path
    r"|(?:/|\./|\.\./|~/|[A-Za-z]:[/\\])[^\n]+"  # a path
)
_SECRET = re.compile(r"https?://[^/@]*:[^/@]*@")


class Group(NamedTuple):
    """One group of a list."""

    name: str
    repository: str
    """Its address, as git takes it."""


def load(text: str, name: str) -> tuple[tuple[Group, ...], tuple[Problem, ...]]:
    """Read a list's text; never raises.

    Args:
        text: the whole file.
        name: what the problems call the file.

    Returns:
        The groups in the order of the file and no problems, or none and every problem.
    """
    problems = Problems(name, "lists of groups", "a list of groups")
    node = read(text, problems)
    groups = tuple(_Reader(problems).groups(node)) if node is not None else ()
    return (groups, ()) if not problems.found else ((), problems.listed())


class _Reader(Reader):
    """Turns nodes into groups."""

    def groups(self, node: Node) -> Iterator[Group]:
        if isinstance(node, Map) and not self.schema_is_known(node, SCHEMA_VERSION):
            return
        keys = self.mapping(node, "a list of groups", _TOP_KEYS)
        if keys is None:
            return
        self.require(keys, node.place, ("groups",))
        listed = keys.get("groups")
        if listed is None or isinstance(listed, Unusable):
            return
        items = getattr(listed, "items", ())
        if isinstance(listed, Map) or not items:
            self.problems.add(
                listed.place, "groups must be a list of lines such as '- {name: group 4, repository: https://...}'"
            )
            return
        if len(items) > MOST_GROUPS:
            self.problems.add(listed.place, f"more than {MOST_GROUPS:,} groups")
            return
        yield from self._each(items)

    def _each(self, items: tuple[Node, ...]) -> Iterator[Group]:
        names: dict[str, int] = {}
        addresses: dict[str, int] = {}
        for item in items:
            keys = self.mapping(item, "a group", _GROUP_KEYS)
            if keys is None:
                continue
            self.require(keys, item.place, _GROUP_KEYS)
            name = self._once(keys.get("name"), "name", names)
            address = self._once(keys.get("repository"), "repository", addresses)
            node = keys.get("repository")
            if address is not None and node is not None and not self._is_address(node, address):
                continue
            yield Group(name or "", address or "")

    def _once(self, node: Node | None, key: str, seen: dict[str, int]) -> str | None:
        """A text that no other group has: two groups would be judged by one repository, or share one page."""
        text = self.text(node, key)
        if node is None or text is None:
            return None
        if text.casefold() in seen:
            self.problems.add(node.place, f"duplicate {key} '{shown(text)}', first on line {seen[text.casefold()]}")
        seen.setdefault(text.casefold(), node.place.line)
        return text

    def _is_address(self, node: Node, text: str) -> bool:
        if not _ADDRESS.fullmatch(text):
            message = "repository must be an address such as 'https://host/group.git', 'git@host:group.git' or a path"
            self.problems.add(node.place, f"{message} that begins with '/', './' or '~/'")
            return False
        if _SECRET.match(text):
            message = "repository holds a password; leave it out: git's own credential helper knows it"
            self.problems.add(node.place, message)
            return False
        return True
