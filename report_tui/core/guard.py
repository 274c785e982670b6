"""Says whether a text may stand in an answer region, before it is written.

Owns the reasons: each refusal names the line of the text and the way out. It is half of the protection: `edits`
re-reads the result and compares. What already stood in the answer may stay, so that a damaged answer can be edited.
A Markdown parser is loaded only for a text in which something could swallow what follows. The same question can be
asked of an answer that already stands in the file (`swallowing_in_file`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from report_tui.core.blocks import block_parser
from report_tui.core.code import find_fences, mask_code, mask_fences
from report_tui.core.lines import ALWAYS_A_QUESTION, heading_shape, marker_rest
from report_tui.core.placeholders import is_remnant
from report_tui.core.rejection import AnswerRejected

if TYPE_CHECKING:
    from report_tui.core.report import Question, Report

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SURROGATE = re.compile("[\ud800-\udfff]")
_CAN_SWALLOW = re.compile(r"`{3}|~{3}|<[!?/A-Za-z]")
# Elements that hide or restyle all that follows when nobody closes them; <b> or <div> left open do no such harm.
_CONTAINERS = re.compile(
    r"<(/?)(details|table|pre|script|style|textarea|title|template|select|svg|math|xmp|noscript|iframe|object|form)\b[^<>]*>",
    re.IGNORECASE,
)
_BLOCK_OPENING = re.compile(r"`{3}|~{3}|<")
_SENTINEL = "### The next question"
# Of all HTML blocks only these go on across blank lines and headings.
_LONG_HTML_BLOCK = re.compile(r"^ {0,3}<(?:[!?]|(?:script|pre|style|textarea)\b)", re.IGNORECASE | re.MULTILINE)


class Swallowing(NamedTuple):
    """What in an answer would hide, or take in, all that follows it."""

    reason: str
    """A verb and its object: `opens a code fence that is never closed`."""
    way_out: str
    row: int
    """1-based line of the answer's text."""


def check_text(report: Report, question: Question, text: str) -> None:
    """Refuse a text (newlines as `\\n`, no outer blank lines) that must not stand in this question's region.

    Raises:
        AnswerRejected: with the reason, the line and the way out.
    """
    _check_characters(question, text)
    check_lines(report, question, text)
    _check_swallowing(report, question, text)


def _check_characters(question: Question, text: str) -> None:
    # Compared with what stood there, so that one stray byte from long ago does not lock the answer.
    present = set(question.answer.text)
    for pattern, name in ((SURROGATE, "half a character, which no file can hold"), (CONTROL, "the control character")):
        for match in pattern.finditer(text):
            if match[0] in present and pattern is CONTROL:
                continue
            row = text.count("\n", 0, match.start()) + 1
            raise AnswerRejected(
                question.id, f"line {row} of the answer holds {name} U+{ord(match[0]):04X}", "delete it", row
            )


def check_lines(report: Report, question: Question, text: str) -> None:
    """Refuse a text with a line that the template alone may hold; raises what `check_text` raises."""
    present = set(question.answer.text.split("\n"))
    code = mask_fences(text).split("\n")
    for row, line in enumerate(text.split("\n"), start=1):
        if line in present:
            continue
        if marker_rest(line) is not None:
            raise AnswerRejected(
                question.id,
                f"line {row} of the answer reads as the marker of a new answer: {line.strip()[:40]}",
                "put another word before it, such as 'The answer:'",
                row,
            )
        # In a fence it reads as code; what is no fence to the parser, `edits` refuses when it reads the result.
        shape = heading_shape(code[row - 1])
        if shape is not None and shape.number is not None and shape.names_a_question(_question_words(report)):
            raise AnswerRejected(
                question.id,
                f"line {row} of the answer reads as the heading of question {shape.number}",
                "take its # away and make it bold, with another word before the number",
                row,
            )
    if text and all(is_remnant(line) for line in text.split("\n")):
        raise AnswerRejected(
            question.id, "that is the template's placeholder, not an answer", "write text, or leave it empty"
        )


def _question_words(report: Report) -> set[str]:
    """The words that stand before the number in this report's question headings."""
    shapes = (heading_shape(f"# {question.heading}") for question in report.questions)
    return {ALWAYS_A_QUESTION} | {shape.word for shape in shapes if shape is not None and shape.number is not None}


def _check_swallowing(report: Report, question: Question, text: str) -> None:
    if not _CAN_SWALLOW.search(text):
        return
    found = _block_swallowing(report, question, text) or _container_swallowing(text)
    if found is not None:
        reason = f"line {found.row} of the answer {found.reason}"
        raise AnswerRejected(question.id, reason, found.way_out, found.row)


def swallowing_in_file(report: Report, question: Question) -> Swallowing | None:
    """What in the answer that stands in the file swallows what follows; None where nothing does.

    It says what an edit to the same text would be refused for. A parser is asked only where a look at the lines leaves
    a doubt, since a check must cost little.
    """
    text = question.answer.text
    if not _CAN_SWALLOW.search(text):
        return None
    found = _block_swallowing(report, question, text) if _is_doubtful(text) else None
    return found or _container_swallowing(text)


def _is_doubtful(text: str) -> bool:
    """Whether a parser may see a block that does not end; at four blanks or more a fence line may be none."""
    lines = text.split("\n")
    for fence in find_fences(text):
        edges = (lines[fence.first - 1], lines[fence.last - 1])
        if not fence.closed or any(edge.startswith(("    ", "\t")) for edge in edges):
            return True
    last_comment_end = text.rfind("-->")
    return any(
        not text.startswith("<!--", match.end() - 2) or last_comment_end < match.end()
        for match in _LONG_HTML_BLOCK.finditer(text)
    )


def _block_swallowing(report: Report, question: Question, text: str) -> Swallowing | None:
    before = _lines_before(report, question)
    swallowed = _swallowed_from(before, text)
    if swallowed is None or _swallowed_from(before, "") is not None:
        return None
    kind, row = swallowed
    if is_on_marker_line(report, question) and _BLOCK_OPENING.match(text):
        reason = "stands on the line of its marker, where a fence or an HTML block cannot begin"
        return Swallowing(reason, "begin it with a line of plain text", 1)
    return Swallowing(f"opens {kind} that is never closed", _closing(kind), row)


def is_on_marker_line(report: Report, question: Question) -> bool:
    """Whether the answer begins on the line of its marker, so that its first line is in the middle of one."""
    start = question.answer.span[0]
    return (
        report.source.line_at(start) == question.marker_line and start > report.source.starts[question.marker_line - 1]
    )


def _lines_before(report: Report, question: Question) -> str:
    """The question's own text up to the answer: on the marker line, or in the quote, Markdown reads differently."""
    source = report.source
    start = question.answer.span[0]
    before = source.text[source.starts[question.heading_line - 1] : start]
    lines = before.replace("\r\n", "\n").replace("\r", "\n")
    glued = lines.endswith("\n") and not lines.endswith("\n\n")
    return lines + "\n" if glued and question.answer.lines is None else lines


def _swallowed_from(before: str, text: str) -> tuple[str, int] | None:
    """What would swallow the next question's heading: a construct and its line in `text`, or None."""
    block = f"{before}{text}\n\n{_SENTINEL}\n"
    heading_line = block.count("\n") - 1
    tokens = block_parser().parse(block)
    offset = before.count("\n")
    construct: tuple[str, int] | None = ("something", 1)
    for token in tokens:
        if token.map is None or token.map[0] > heading_line:
            continue
        if token.type == "heading_open" and token.map[0] == heading_line and token.level == 0:
            return None
        if token.map[1] > heading_line:
            row = max(1, token.map[0] - offset + 1)
            comment = token.type == "html_block" and token.content.lstrip().startswith("<!--")
            names = {"fence": "a code fence", "html_block": "a comment (<!--)" if comment else "an HTML block"}
            construct = (names.get(token.type, "a block"), row)
    return construct


def _closing(kind: str) -> str:
    if "fence" in kind:
        return "close it with a line of the same ``` or ~~~"
    return "close it with -->" if "<!--" in kind else "close it"


def _container_swallowing(text: str) -> Swallowing | None:
    opened: dict[str, list[int]] = {}
    masked = mask_code(text)
    for match in _CONTAINERS.finditer(masked):
        offsets = opened.setdefault(match[2].lower(), [])
        if not match[1]:
            offsets.append(match.start())
        elif offsets:
            offsets.pop()
    comment = masked.rfind("<!--")
    if comment >= 0 and "-->" not in masked[comment:]:
        opened["!--"] = [comment]
    for name, offsets in opened.items():
        if offsets:
            opening, closing = ("<!--", "-->") if name == "!--" else (f"<{name}>", f"</{name}>")
            reason = f"opens {opening} that is never closed: it would hide what follows"
            # Not at each opening: rows are counted from the start.
            row = masked.count("\n", 0, offsets[-1]) + 1
            return Swallowing(reason, f"close it with {closing}, or write it in backticks", row)
    return None
