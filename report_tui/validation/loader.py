"""Reads a course's rules from YAML text: strictly, and with every problem at once instead of the first one.

Owns the format of rules files and the messages about it. It opens no file (`storage.rules` does) and works on YAML's
events rather than on constructed values: they carry line and column, and `no`, `1:30` and `0o7` stay the text they
are. PyYAML is imported by `load` only, since it costs more than all of the rest together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from report_tui.validation.deadline import Deadline, DeadlineError, parse
from report_tui.validation.ruleset import NO_UPPER_LIMIT, CourseCheck, FigureRules, QuestionRule, Ruleset, TemplateRules

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    import yaml

SCHEMA_VERSION = 1
MAX_CHARACTERS = 256 * 1024
MAX_PROBLEMS = 200
"""More are counted, not listed: a file of noise must not fill the terminal."""
MAX_NUMBER = NO_UPPER_LIMIT
"""The largest limit; as an upper limit it is as good as none."""
MAX_DEPTH = 8
MAX_TEXT = 200
MAX_PATH = 4096

COURSE_CHECKS = ("answer-split",)

_TOP_KEYS = ("schema_version", "course", "title", "figures", "course_check", "deadline", "templates")
_FIGURE_KEYS = ("folder", "extensions", "samples")
_TEMPLATE_KEYS = ("version", "course_check_skips", "sections", "boxes", "questions")
_QUESTION_KEYS = ("title", "words", "images", "prompt", "placeholder")

# YAML's own set; checked here because its two parsers report a forbidden character's place in different units.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDING = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_NUMBER = re.compile(r"0|[1-9][0-9]*")
_EXTENSION = re.compile(r"[a-z0-9]{1,10}")
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with a rules file; line and column are 1-based."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        """The problem in one line, safe to print whatever the file is called."""
        return f"{_shown(self.file, MAX_PATH)}:{self.line}:{self.column}: {self.message}"


def load(text: str, name: str) -> tuple[Ruleset | None, tuple[Problem, ...]]:
    """Read a rules file's text; never raises.

    Args:
        text: the whole file.
        name: what the problems call the file.

    Returns:
        The rules and no problems, or None and every problem, in the order of the file.
    """
    problems = _Problems(name)
    node = _parse(text.removeprefix("\ufeff"), problems)
    ruleset = _Reader(problems).ruleset(node) if node is not None else None
    return (ruleset, ()) if not problems.found else (None, problems.listed())


# The text as nodes


@dataclass(frozen=True, slots=True)
class _Place:
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Scalar:
    place: _Place
    text: str
    plain: bool
    """Whether it stands without quotes."""


@dataclass(frozen=True, slots=True)
class _List:
    place: _Place
    items: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Map:
    place: _Place
    entries: tuple[tuple[_Node, _Node], ...]


@dataclass(frozen=True, slots=True)
class _Unusable:
    """Stands where something was refused already, so that it is not complained about twice."""

    place: _Place


_Node = _Scalar | _List | _Map | _Unusable


class _Problems:
    """Collects what is wrong."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Problem] = []
        self.more = 0

    def add(self, place: _Place, message: str) -> None:
        if len(self.found) < MAX_PROBLEMS:
            self.found.append(Problem(self.name, place.line, place.column, message))
        else:
            self.more += 1

    @property
    def full(self) -> bool:
        return len(self.found) >= MAX_PROBLEMS

    def listed(self) -> tuple[Problem, ...]:
        problems = sorted(set(self.found))
        if self.more:
            last = problems[-1]
            problems.append(Problem(self.name, last.line, last.column, f"{self.more} more problems are not shown"))
        return tuple(problems)


class _TooDeepError(Exception):
    pass


def _parse(text: str, problems: _Problems) -> _Node | None:
    """The file's one document, or None when it cannot be read as YAML at all."""
    if len(text) > MAX_CHARACTERS:
        problems.add(_Place(1, 1), f"larger than {MAX_CHARACTERS // 1024} kB: no rules file is")
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


def _compose(text: str, loader: type[yaml.SafeLoader | yaml.CSafeLoader], problems: _Problems) -> _Node | None:
    import yaml

    try:
        return _Composer(iter(yaml.parse(text, Loader=loader)), problems).document()
    except _TooDeepError:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = _Place(mark.line + 1, mark.column + 1) if mark else _Place(1, 1)
        reason = _shown(error.problem or error.context or "cannot be read", MAX_TEXT)
        problems.add(place, f"not valid YAML: {reason}; look at the indentation, quotes and brackets above")
    except (yaml.YAMLError, ValueError, OverflowError):
        # The pure parser lets chr() fail on an escape like "\UFFFFFFFF", without a place.
        problems.add(_Place(1, 1), "not valid YAML: a character that does not exist")
    return None


class _Composer:
    """Builds nodes from YAML's events; refuses what rules files do not use."""

    def __init__(self, events: Iterator[yaml.Event], problems: _Problems) -> None:
        self.events = events
        self.problems = problems

    def document(self) -> _Node | None:
        import yaml

        root: _Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self.problems.add(_mark(event), "a second YAML document: a rules file holds one course")
                    return None
                root = self.node(next(self.events), 0)
        if root is None:
            self.problems.add(_Place(1, 1), "the file is empty")
        return root

    def node(self, event: yaml.Event, depth: int) -> _Node:
        import yaml

        place = _mark(event)
        if isinstance(event, yaml.AliasEvent):
            self.problems.add(
                place, f"alias '*{_shown(event.anchor or '')}': rules use no aliases; write the value out"
            )
            return _Unusable(place)
        assert isinstance(event, yaml.NodeEvent)
        if event.anchor is not None:
            self.problems.add(place, f"anchor '&{_shown(event.anchor)}': rules use no anchors; take it out")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            tag = _shown(str(event.tag).replace("tag:yaml.org,2002:", "!!"))
            self.problems.add(place, f"tag '{tag}': rules use no tags; take it out")
        if isinstance(event, yaml.ScalarEvent):
            return _Scalar(place, event.value, event.style is None or event.style == "")
        if depth >= MAX_DEPTH:
            self.problems.add(place, "nested too deeply for a rules file")
            raise _TooDeepError
        if isinstance(event, yaml.SequenceStartEvent):
            return _List(place, tuple(self.node(child, depth + 1) for child in self.until(yaml.SequenceEndEvent)))
        entries = []
        for child in self.until(yaml.MappingEndEvent):
            key = self.node(child, depth + 1)
            entries.append((key, self.node(next(self.events), depth + 1)))
        return _Map(place, tuple(entries))

    def until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield event


def _mark(event: yaml.Event) -> _Place:
    mark = event.start_mark
    return _Place(mark.line + 1, mark.column + 1) if mark else _Place(1, 1)


def _place_of(text: str, offset: int) -> _Place:
    line, start = 1, 0
    for ending in _LINE_ENDING.finditer(text, 0, offset):
        line, start = line + 1, ending.end()
    return _Place(line, offset - start + 1)


# The nodes as rules


class _Reader:
    """Turns nodes into rules. What is wrong is noted and read as None, so that the rest is still looked at."""

    def __init__(self, problems: _Problems) -> None:
        self.problems = problems

    def ruleset(self, node: _Node) -> Ruleset | None:
        # First, since another schema has other keys: nothing else could be said about them that is right.
        if isinstance(node, _Map) and not self.schema_is_known(node):
            return None
        keys = self.mapping(node, "a rules file", _TOP_KEYS)
        if keys is None:
            return None
        self.require(keys, node.place, ("course", "title", "templates"))
        course = self.text(keys.get("course"), "course")
        title = self.text(keys.get("title"), "title")
        figures = self.figures(keys.get("figures"))
        kind = self.choice(keys.get("course_check"), "course_check", COURSE_CHECKS)
        deadline = self.deadline(keys.get("deadline"))
        templates = self.templates(keys.get("templates"), kind, "course_check" in keys)
        return Ruleset(course or "", title or "", figures, templates, deadline)

    def deadline(self, node: _Node | None) -> Deadline | None:
        text = self.text(node, "deadline")
        if node is None or text is None:
            return None
        try:
            return parse(text)
        except DeadlineError as error:
            self.problems.add(node.place, f"deadline {error}")
            return None

    def schema_is_known(self, top: _Map) -> bool:
        """Whether the rest can be read as this schema; a file that names none is read as if it did."""
        values = (value for key, value in top.entries if isinstance(key, _Scalar) and key.text == "schema_version")
        node = next(values, None)
        if node is None:
            self.problems.add(top.place, f"missing key 'schema_version'; begin with 'schema_version: {SCHEMA_VERSION}'")
            return True
        text = node.text if isinstance(node, _Scalar) else ""
        if text == str(SCHEMA_VERSION):
            return True
        if _NUMBER.fullmatch(text) and text != "0":
            message = f"made for a newer report-tui: schema_version {_shown(text)}, and this one reads {SCHEMA_VERSION}"
        else:
            message = f"unknown schema_version '{_shown(text)}'; this report-tui reads {SCHEMA_VERSION}"
        self.problems.add(node.place, message)
        return False

    def figures(self, node: _Node | None) -> FigureRules:
        default = FigureRules()
        if node is None:
            return default
        keys = self.mapping(node, "figures", _FIGURE_KEYS)
        if keys is None:
            return default
        folder = self.folder(keys.get("folder"))
        extensions = self.extensions(keys.get("extensions"))
        samples = self.samples(keys.get("samples"))
        return FigureRules(folder or default.folder, extensions or default.extensions, samples)

    def folder(self, node: _Node | None) -> str | None:
        return self.path(node, "folder", "the report's own folder", "a plain name such as 'figures' or 'img/plots'")

    def path(self, node: _Node | None, name: str, base: str, example: str) -> str | None:
        text = self.text(node, name)
        if node is None or text is None:
            return None
        if "\\" in text:
            self.problems.add(node.place, f"{name} must be written with forward slashes, also for Windows")
        elif text.startswith(("/", "~")) or ":" in text:
            self.problems.add(node.place, f"{name} must be relative to {base}")
        elif ".." in text.split("/"):
            self.problems.add(node.place, f"{name} must not leave {base}: no '..'")
        elif any(part in ("", ".") for part in text.split("/")):
            self.problems.add(node.place, f"{name} must be {example}")
        else:
            return text
        return None

    def extensions(self, node: _Node | None) -> tuple[str, ...] | None:
        if node is None or isinstance(node, _Unusable):
            return None
        if not isinstance(node, _List) or not node.items:
            self.problems.add(node.place, "extensions must be a list such as [png, jpg, jpeg]")
            return None
        found: dict[str, int] = {}
        for item in node.items:
            text = self.text(item, "extension")
            if text is None:
                continue
            if not _EXTENSION.fullmatch(text):
                message = f"extension '{_shown(text)}' must be letters and digits in lower case, without the dot"
                self.problems.add(item.place, message)
            elif text in found:
                self.problems.add(item.place, f"duplicate extension '{text}'")
            found.setdefault(text, item.place.line)
        return tuple(found)

    def samples(self, node: _Node | None) -> tuple[tuple[str, str], ...]:
        if node is None or isinstance(node, _Unusable):
            return ()
        if not isinstance(node, _Map) or not node.entries:
            message = "samples must be names of files, each with its SHA-256 or nothing behind the colon: {crane.png: }"
            self.problems.add(node.place, message)
            return ()
        found: dict[str, str] = {}
        lines: dict[str, int] = {}
        for key, value in node.entries:
            name = self.path(key, "sample", "the figures folder", "the name of a file such as 'crane.png'")
            digest = self.digest(value)
            if name is None:
                continue
            if name in found:
                self.problems.add(key.place, f"duplicate sample '{_shown(name)}', first on line {lines[name]}")
                continue
            found[name], lines[name] = digest, key.place.line
        return tuple(found.items())

    def digest(self, node: _Node) -> str:
        """A SHA-256; an empty string where there is none, or where it is wrong."""
        if isinstance(node, _Unusable) or (isinstance(node, _Scalar) and not node.text):
            return ""
        if isinstance(node, _Scalar) and _SHA256.fullmatch(node.text):
            return node.text.lower()
        message = "a sample's SHA-256 must be 64 digits and letters a to f; leave it out where it is not known"
        self.problems.add(node.place, message)
        return ""

    def templates(self, node: _Node | None, kind: str | None, has_kind: bool) -> tuple[TemplateRules, ...]:
        if node is None or isinstance(node, _Unusable):
            return ()
        if not isinstance(node, _List) or not node.items:
            self.problems.add(node.place, "templates must be a list with one '- version: ...' for each template")
            return ()
        found: list[TemplateRules] = []
        versions: dict[str, int] = {}
        for item in node.items:
            keys = self.mapping(item, "a template", _TEMPLATE_KEYS)
            if keys is None:
                continue
            self.require(keys, item.place, ("version", "questions"))
            version_node, skips_node = keys.get("version"), keys.get("course_check_skips")
            version = self.text(version_node, "version")
            if version is not None and version_node is not None:
                if version in versions:
                    message = f"duplicate version '{_shown(version)}', first on line {versions[version]}"
                    self.problems.add(version_node.place, message)
                versions.setdefault(version, version_node.place.line)
            skips = self.number(skips_node, "course_check_skips")
            if skips_node is not None and not has_kind:
                message = "course_check_skips needs the key 'course_check' at the top of the file"
                self.problems.add(skips_node.place, message)
            questions = self.questions(keys.get("questions"))
            check = CourseCheck(kind, skips or 0) if kind is not None else None
            sections, boxes = (self.number(keys.get(name), name) for name in ("sections", "boxes"))
            found.append(TemplateRules(version or "", questions, check, sections, boxes))
        return tuple(found)

    def questions(self, node: _Node | None) -> tuple[QuestionRule, ...]:
        if node is None or isinstance(node, _Unusable):
            return ()
        if not isinstance(node, _Map) or not node.entries:
            message = "questions must be lines such as '4: {title: Power budget, words: [100, 200]}'"
            self.problems.add(node.place, message)
            return ()
        found: list[QuestionRule] = []
        lines: dict[int, int] = {}
        for key, value in node.entries:
            if self.problems.full:
                break
            number = self.number(key, "question number")
            if number == 0:
                self.problems.add(key.place, "question number must be 1 or more")
            elif number is not None and number in lines:
                message = f"duplicate question number {number}, first on line {lines[number]}"
                self.problems.add(key.place, message)
            elif number is not None:
                lines[number] = key.place.line
            rule = self.question(value, number or 0)
            if rule is not None:
                found.append(rule)
        return tuple(found)

    def question(self, node: _Node, number: int) -> QuestionRule | None:
        keys = self.mapping(node, f"question {number}", _QUESTION_KEYS)
        if keys is None:
            return None
        self.require(keys, node.place, ("title",))
        placeholder_node = keys.get("placeholder")
        placeholder = self.text(placeholder_node, "placeholder")
        if placeholder_node is not None and placeholder is not None and len(placeholder.split()) != 1:
            message = "placeholder must be one word: the first of the placeholder's text"
            self.problems.add(placeholder_node.place, message)
        return QuestionRule(
            id=number,
            title=self.text(keys.get("title"), "title") or "",
            words=self.limit(keys.get("words"), "words", "[100, 200]"),
            images=self.limit(keys.get("images"), "images", "[1, 3]"),
            prompt=self.text(keys.get("prompt"), "prompt"),
            placeholder=placeholder,
        )

    def limit(self, node: _Node | None, name: str, example: str) -> tuple[int, int] | None:
        if node is None or isinstance(node, _Unusable):
            return None
        if not isinstance(node, _List) or len(node.items) != 2:
            message = f"{name} must be two numbers, least and most, such as {example}; leave the key out for no limit"
            self.problems.add(node.place, message)
            return None
        least, most = (self.number(item, name) for item in node.items)
        if least is None or most is None:
            return None
        if least > most:
            self.problems.add(node.place, f"{name}: the least, {least}, is more than the most, {most}")
            return None
        return least, most

    # Single values

    def mapping(self, node: _Node, what: str, known: Iterable[str]) -> dict[str, _Node] | None:
        """The entries by key; unknown and duplicate keys are noted."""
        if isinstance(node, _Unusable):
            return None
        if not isinstance(node, _Map):
            self.problems.add(node.place, f"{what} must be 'key: value' pairs; the keys are {', '.join(known)}")
            return None
        keys: dict[str, _Node] = {}
        lines: dict[str, int] = {}
        for key, value in node.entries:
            if not isinstance(key, _Scalar):
                if not isinstance(key, _Unusable):
                    self.problems.add(key.place, "a key must be a word")
            elif key.text in keys:
                message = f"duplicate key '{_shown(key.text)}', first on line {lines[key.text]}"
                self.problems.add(key.place, message)
            else:
                keys[key.text], lines[key.text] = value, key.place.line
                if key.text not in known:
                    # The hint is the costly part, and a full list does not show it.
                    hint = "" if self.problems.full else _nearest(key.text, known)
                    self.problems.add(key.place, f"unknown key '{_shown(key.text)}'{hint}")
        return keys

    def require(self, keys: dict[str, _Node], place: _Place, names: Iterable[str]) -> None:
        for name in names:
            if name not in keys:
                self.problems.add(place, f"missing key '{name}'")

    def text(self, node: _Node | None, name: str) -> str | None:
        if node is None or isinstance(node, _Unusable):
            return None
        if not isinstance(node, _Scalar):
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

    def choice(self, node: _Node | None, name: str, known: Iterable[str]) -> str | None:
        text = self.text(node, name)
        if node is None or text is None or text in known:
            return text
        self.problems.add(node.place, f"unknown {name} '{_shown(text)}'{_nearest(text, known)}")
        return None

    def number(self, node: _Node | None, name: str) -> int | None:
        if node is None or isinstance(node, _Unusable):
            return None
        if not isinstance(node, _Scalar):
            self.problems.add(node.place, f"{name} must be a whole number")
        elif re.fullmatch(r"-[0-9]+", node.text):
            self.problems.add(node.place, f"{name} must not be negative")
        elif not _NUMBER.fullmatch(node.text):
            self.problems.add(node.place, f"{name} must be a whole number such as 4, not '{_shown(node.text)}'")
        elif not node.plain:
            self.problems.add(node.place, f"{name} must be written without quotes")
        elif len(node.text) > len(str(MAX_NUMBER)):
            self.problems.add(node.place, f"{name} is larger than {MAX_NUMBER}")
        else:
            return int(node.text)
        return None


def _nearest(text: str, known: Iterable[str]) -> str:
    """What to say after an unknown name."""
    from difflib import get_close_matches

    names = list(known)
    close = get_close_matches(text.casefold(), names, 1) if len(text) <= 40 else []
    return f"; did you mean '{close[0]}'?" if close else f"; known: {', '.join(names)}"


def _is_control(character: str) -> bool:
    """Whether a character could move a terminal's cursor, break a line or turn the writing direction."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _shown(text: str, most: int = 40) -> str:
    """Foreign text for a message: short, and without anything that a terminal would act on."""
    clipped = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(character if not _is_control(character) else f"\\u{ord(character):04x}" for character in clipped)
