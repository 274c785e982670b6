"""Reads YAML text strictly, with every problem at once instead of the first one: for rules and for lists of groups.

Owns what no such file may hold (anchors, aliases, tags, unknown and duplicate keys), the places of problems, and the
reading of single values. Works on YAML's events rather than on constructed values: they carry line and column, and
`no`, `1:30` and `0o7` stay the text they are. PyYAML is imported by `read` only, since it costs more than all of the
rest together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from report_tui.validation.ruleset import NO_UPPER_LIMIT

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    import yaml

MAX_CHARACTERS = 256 * 1024
MAX_PROBLEMS = 200
"""More are counted, not listed: a file of noise must not fill the terminal."""
MAX_NUMBER = NO_UPPER_LIMIT
"""The largest limit; as an upper limit it is as good as none."""
MAX_DEPTH = 8
MAX_TEXT = 200
MAX_PATH = 4096

# YAML's own set; checked here because its two parsers report a forbidden character's place in different units.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDING = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
NUMBER = re.compile(r"0|[1-9][0-9]*")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with a file; line and column are 1-based."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        """The problem in one line, safe to print whatever the file is called."""
        return f"{shown(self.file, MAX_PATH)}:{self.line}:{self.column}: {self.message}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; both are 1-based."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value."""

    place: Place
    text: str
    plain: bool
    """Whether it stands without quotes."""


@dataclass(frozen=True, slots=True)
class List:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """Keys and their values, in the order of the file."""

    place: Place
    entries: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Unusable:
    """Stands where something was refused already, so that it is not complained about twice."""

    place: Place


Node = Scalar | List | Map | Unusable


class Problems:
    """Collects what is wrong."""

    def __init__(self, name: str, contents: str, file: str) -> None:
        """Begin with none.

        Args:
            name: what the problems call the file.
            contents: what such a file holds, as it begins a sentence: `rules`.
            file: what such a file is, with its article: `a rules file`.
        """
        self.name = name
        self.contents = contents
        self.file = file
        self.found: list[Problem] = []
        self.more = 0

    def add(self, place: Place, message: str) -> None:
        """Note a problem."""
        if len(self.found) < MAX_PROBLEMS:
            self.found.append(Problem(self.name, place.line, place.column, message))
        else:
            self.more += 1

    @property
    def full(self) -> bool:
        """Whether no more are listed."""
        return len(self.found) >= MAX_PROBLEMS

    def listed(self) -> tuple[Problem, ...]:
        """All of them, in the order of the file."""
        problems = sorted(set(self.found))
        if self.more:
            last = problems[-1]
            problems.append(Problem(self.name, last.line, last.column, f"{self.more} more problems are not shown"))
        return tuple(problems)


class _TooDeepError(Exception):
    pass


def read(text: str, problems: Problems) -> Node | None:
    """The file's one document, or None when it cannot be read as YAML at all.

    Args:
        text: the whole file.
        problems: gets what is wrong.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_CHARACTERS:
        problems.add(Place(1, 1), f"larger than {MAX_CHARACTERS // 1024} kB: no {problems.file.partition(' ')[2]} is")
        return None
    for match in _FORBIDDEN.finditer(text):
        problems.add(_place_of(text, match.start()), f"character U+{ord(match[0]):04X} is not allowed in YAML")
        if problems.full:
            return None
    if problems.found:
        return None
    import yaml

    loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return _compose(text, loader, problems)


def _compose(text: str, loader: type[yaml.SafeLoader | yaml.CSafeLoader], problems: Problems) -> Node | None:
    import yaml

    try:
        return _Composer(iter(yaml.parse(text, Loader=loader)), problems).document()
    except _TooDeepError:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        reason = shown(error.problem or error.context or "cannot be read", MAX_TEXT)
        problems.add(place, f"not valid YAML: {reason}; look at the indentation, quotes and brackets above")
    except (yaml.YAMLError, ValueError, OverflowError):
        # The pure parser lets chr() fail on an escape like "\UFFFFFFFF", without a place.
        problems.add(Place(1, 1), "not valid YAML: a character that does not exist")
    return None


class _Composer:
    """Builds nodes from YAML's events; refuses what such files do not use."""

    def __init__(self, events: Iterator[yaml.Event], problems: Problems) -> None:
        self.events = events
        self.problems = problems

    def document(self) -> Node | None:
        import yaml

        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self.problems.add(_mark(event), f"a second YAML document: {self.problems.file} holds one course")
                    return None
                root = self.node(next(self.events), 0)
        if root is None:
            self.problems.add(Place(1, 1), "the file is empty")
        return root

    def node(self, event: yaml.Event, depth: int) -> Node:
        import yaml

        place = _mark(event)
        if isinstance(event, yaml.AliasEvent):
            self.problems.add(
                place,
                f"alias '*{shown(event.anchor or '')}': {self.problems.contents} use no aliases; write the value out",
            )
            return Unusable(place)
        assert isinstance(event, yaml.NodeEvent)
        if event.anchor is not None:
            self.problems.add(
                place, f"anchor '&{shown(event.anchor)}': {self.problems.contents} use no anchors; take it out"
            )
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            tag = shown(str(event.tag).replace("tag:yaml.org,2002:", "!!"))
            self.problems.add(place, f"tag '{tag}': {self.problems.contents} use no tags; take it out")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(place, event.value, event.style is None or event.style == "")
        if depth >= MAX_DEPTH:
            self.problems.add(place, f"nested too deeply for {self.problems.file}")
            raise _TooDeepError
        if isinstance(event, yaml.SequenceStartEvent):
            return List(place, tuple(self.node(child, depth + 1) for child in self.until(yaml.SequenceEndEvent)))
        entries = []
        for child in self.until(yaml.MappingEndEvent):
            key = self.node(child, depth + 1)
            entries.append((key, self.node(next(self.events), depth + 1)))
        return Map(place, tuple(entries))

    def until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield event


def _mark(event: yaml.Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _place_of(text: str, offset: int) -> Place:
    line, start = 1, 0
    for ending in _LINE_ENDING.finditer(text, 0, offset):
        line, start = line + 1, ending.end()
    return Place(line, offset - start + 1)


class Reader:
    """Turns nodes into values. What is wrong is noted and read as None, so that the rest is still looked at."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def schema_is_known(self, top: Map, version: int) -> bool:
        """Whether the rest can be read as this schema; a file that names none is read as if it did."""
        values = (value for key, value in top.entries if isinstance(key, Scalar) and key.text == "schema_version")
        node = next(values, None)
        if node is None:
            self.problems.add(top.place, f"missing key 'schema_version'; begin with 'schema_version: {version}'")
            return True
        text = node.text if isinstance(node, Scalar) else ""
        if text == str(version):
            return True
        if NUMBER.fullmatch(text) and text != "0":
            message = f"made for a newer report-tui: schema_version {shown(text)}, and this one reads {version}"
        else:
            message = f"unknown schema_version '{shown(text)}'; this report-tui reads {version}"
        self.problems.add(node.place, message)
        return False

    def mapping(self, node: Node, what: str, known: Iterable[str]) -> dict[str, Node] | None:
        """The entries by key; unknown and duplicate keys are noted."""
        if isinstance(node, Unusable):
            return None
        if not isinstance(node, Map):
            self.problems.add(node.place, f"{what} must be 'key: value' pairs; the keys are {', '.join(known)}")
            return None
        keys: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key, value in node.entries:
            if not isinstance(key, Scalar):
                if not isinstance(key, Unusable):
                    self.problems.add(key.place, "a key must be a word")
            elif key.text in keys:
                message = f"duplicate key '{shown(key.text)}', first on line {lines[key.text]}"
                self.problems.add(key.place, message)
            else:
                keys[key.text], lines[key.text] = value, key.place.line
                if key.text not in known:
                    # The hint is the costly part, and a full list does not show it.
                    hint = "" if self.problems.full else nearest(key.text, known)
                    self.problems.add(key.place, f"unknown key '{shown(key.text)}'{hint}")
        return keys

    def require(self, keys: dict[str, Node], place: Place, names: Iterable[str]) -> None:
        """Note the keys that are missing."""
        for name in names:
            if name not in keys:
                self.problems.add(place, f"missing key '{name}'")

    def text(self, node: Node | None, name: str) -> str | None:
        """A text of one line."""
        if node is None or isinstance(node, Unusable):
            return None
        if not isinstance(node, Scalar):
            self.problems.add(node.place, f"{name} must be text")
        elif not node.text.strip() or (node.plain and node.text in ("~", "null")):
            self.problems.add(node.place, f"{name} must not be empty")
        elif len(node.text) > MAX_TEXT:
            self.problems.add(node.place, f"{name} is longer than {MAX_TEXT} characters")
        elif (bad := next(filter(_is_control, node.text), None)) is not None:
            self.problems.add(node.place, f"{name} holds the control character U+{ord(bad):04X}")
        else:
            return node.text
        return None

    def choice(self, node: Node | None, name: str, known: Iterable[str]) -> str | None:
        """One of a few words."""
        text = self.text(node, name)
        if node is None or text is None or text in known:
            return text
        self.problems.add(node.place, f"unknown {name} '{shown(text)}'{nearest(text, known)}")
        return None

    def number(self, node: Node | None, name: str) -> int | None:
        """A whole number that is not negative."""
        if node is None or isinstance(node, Unusable):
            return None
        if not isinstance(node, Scalar):
            self.problems.add(node.place, f"{name} must be a whole number")
        elif re.fullmatch(r"-[0-9]+", node.text):
            self.problems.add(node.place, f"{name} must not be negative")
        elif not NUMBER.fullmatch(node.text):
            self.problems.add(node.place, f"{name} must be a whole number such as 4, not '{shown(node.text)}'")
        elif not node.plain:
            self.problems.add(node.place, f"{name} must be written without quotes")
        elif len(node.text) > len(str(MAX_NUMBER)):
            self.problems.add(node.place, f"{name} is larger than {MAX_NUMBER}")
        else:
            return int(node.text)
        return None


def nearest(text: str, known: Iterable[str]) -> str:
    """What to say after an unknown name."""
    from difflib import get_close_matches

    names = list(known)
    close = get_close_matches(text.casefold(), names, 1) if len(text) <= 40 else []
    return f"; did you mean '{close[0]}'?" if close else f"; known: {', '.join(names)}"


def _is_control(character: str) -> bool:
    """Whether a character could move a terminal's cursor, break a line or turn the writing direction."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def shown(text: str, most: int = 40) -> str:
    """Foreign text for a message: short, and without anything that a terminal would act on."""
    clipped = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(character if not _is_control(character) else f"\\u{ord(character):04x}" for character in clipped)
