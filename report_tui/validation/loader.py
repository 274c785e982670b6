"""Reads a course's rules from YAML text: strictly, and with every problem at once instead of the first one.

Owns the format of rules files and the messages about it. It opens no file (`storage.rules` does); how YAML is read
strictly is `strict_yaml`'s.
"""

from __future__ import annotations

import re

from report_tui.validation.deadline import Deadline, DeadlineError, parse
from report_tui.validation.ruleset import CourseCheck, FigureRules, QuestionRule, Ruleset, TemplateRules
from report_tui.validation.strict_yaml import List, Map, Node, Problem, Problems, Reader, Scalar, Unusable, read, shown

SCHEMA_VERSION = 1
COURSE_CHECKS = ("answer-split",)

_TOP_KEYS = ("schema_version", "course", "title", "figures", "course_check", "deadline", "templates")
_FIGURE_KEYS = ("folder", "extensions", "samples")
_TEMPLATE_KEYS = ("version", "course_check_skips", "sections", "boxes", "questions")
_QUESTION_KEYS = ("title", "words", "images", "prompt", "placeholder")

_EXTENSION = re.compile(r"[a-z0-9]{1,10}")
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")


def load(text: str, name: str) -> tuple[Ruleset | None, tuple[Problem, ...]]:
    """Read a rules file's text; never raises.

    Args:
        text: the whole file.
        name: what the problems call the file.

    Returns:
        The rules and no problems, or None and every problem, in the order of the file.
    """
    problems = Problems(name, "rules", "a rules file")
    node = read(text, problems)
    ruleset = _Reader(problems).ruleset(node) if node is not None else None
    return (ruleset, ()) if not problems.found else (None, problems.listed())


# The nodes as rules


class _Reader(Reader):
    """Turns nodes into rules."""

    def ruleset(self, node: Node) -> Ruleset | None:
        # First, since another schema has other keys: nothing else could be said about them that is right.
        if isinstance(node, Map) and not self.schema_is_known(node, SCHEMA_VERSION):
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

    def deadline(self, node: Node | None) -> Deadline | None:
        text = self.text(node, "deadline")
        if node is None or text is None:
            return None
        try:
            return parse(text)
        except DeadlineError as error:
            self.problems.add(node.place, f"deadline {error}")
            return None

    def figures(self, node: Node | None) -> FigureRules:
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

    def folder(self, node: Node | None) -> str | None:
        return self.path(node, "folder", "the report's own folder", "a plain name such as 'figures' or 'img/plots'")

    def path(self, node: Node | None, name: str, base: str, example: str) -> str | None:
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

    def extensions(self, node: Node | None) -> tuple[str, ...] | None:
        if node is None or isinstance(node, Unusable):
            return None
        if not isinstance(node, List) or not node.items:
            self.problems.add(node.place, "extensions must be a list such as [png, jpg, jpeg]")
            return None
        found: dict[str, int] = {}
        for item in node.items:
            text = self.text(item, "extension")
            if text is None:
                continue
            if not _EXTENSION.fullmatch(text):
                message = f"extension '{shown(text)}' must be letters and digits in lower case, without the dot"
                self.problems.add(item.place, message)
            elif text in found:
                self.problems.add(item.place, f"duplicate extension '{text}'")
            found.setdefault(text, item.place.line)
        return tuple(found)

    def samples(self, node: Node | None) -> tuple[tuple[str, str], ...]:
        if node is None or isinstance(node, Unusable):
            return ()
        if not isinstance(node, Map) or not node.entries:
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
                self.problems.add(key.place, f"duplicate sample '{shown(name)}', first on line {lines[name]}")
                continue
            found[name], lines[name] = digest, key.place.line
        return tuple(found.items())

    def digest(self, node: Node) -> str:
        """A SHA-256; an empty string where there is none, or where it is wrong."""
        if isinstance(node, Unusable) or (isinstance(node, Scalar) and not node.text):
            return ""
        if isinstance(node, Scalar) and _SHA256.fullmatch(node.text):
            return node.text.lower()
        message = "a sample's SHA-256 must be 64 digits and letters a to f; leave it out where it is not known"
        self.problems.add(node.place, message)
        return ""

    def templates(self, node: Node | None, kind: str | None, has_kind: bool) -> tuple[TemplateRules, ...]:
        if node is None or isinstance(node, Unusable):
            return ()
        if not isinstance(node, List) or not node.items:
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
                    message = f"duplicate version '{shown(version)}', first on line {versions[version]}"
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

    def questions(self, node: Node | None) -> tuple[QuestionRule, ...]:
        if node is None or isinstance(node, Unusable):
            return ()
        if not isinstance(node, Map) or not node.entries:
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

    def question(self, node: Node, number: int) -> QuestionRule | None:
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

    def limit(self, node: Node | None, name: str, example: str) -> tuple[int, int] | None:
        if node is None or isinstance(node, Unusable):
            return None
        if not isinstance(node, List) or len(node.items) != 2:
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
