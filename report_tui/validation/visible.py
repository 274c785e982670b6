"""Which words of an answer a reader of the page gets to see.

Owns the difference between what stands in the text and what is shown of it: comments, tags, link definitions and
characters without a shape say nothing to anybody. It judges nothing. In doubt a word is seen.
"""

from __future__ import annotations

import re
from itertools import islice

from report_tui.core.code import find_fences, mask_code

# Letters to Unicode, yet nothing is drawn for them: the fillers of Hangul.
_FILLERS = re.compile("[\u115f\u1160\u3164\uffa0]")
_WORD = re.compile(r"(?<!\S)(?:_|[^\w\s])*+[^\W_]")
_UNSHOWN_BLOCK = re.compile(r"<(style|script|template)\b[^<>]*>", re.IGNORECASE)
# A quoted attribute may hold a `>`; no alternative crosses a `<`, so that the time stays linear. An address in angle
# brackets is no tag.
_TAG = re.compile(
    r"""</?(?![A-Za-z][\w.+-]*(?::[^\s<>]|@))[A-Za-z](?:(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>|[^<>]*>)|<![A-Za-z][^<>]*>"""
)
_DEFINITION = re.compile(
    r"""^[ ]{0,3}\[[^\]\[\n^][^\]\[\n]*\]:[ \t]*\n?[ \t]*[^\s"'(]\S*"""
    r"""(?:[ \t]*\n?[ \t]*(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*$""",
    re.MULTILINE,
)
_TARGET = re.compile(r"\]\([^()\n]*\)")
_MAY_HIDE = re.compile(r"[<&]|\][:(]|`{3}|~{3}")


# Before this letter nothing can begin that would hide it: most answers need no further look.
_PLAIN_BEGINNING = re.compile(r"[^<&\[`~A-Za-z0-9]*+[A-Za-z]")
# A list that was begun, and nothing written behind its numbers. From 1, since `42.` is an answer.
_EMPTY_ITEMS = re.compile(r"^[ \t>*+-]*1[.)][ \t]*$(?:\n[ \t>*+-]*(?:\d{1,9}[.)][ \t]*)?$)*", re.MULTILINE)
# What an element's attributes say that no browser draws; its text then goes with it.
_UNDRAWN = re.compile(
    r"""\s(?:hidden(?=[\s=/>])|style\s*=\s*["']?[^"'>]*?(?:display\s*:\s*none|visibility\s*:\s*hidden"""
    r"""|(?:opacity|font-size)\s*:\s*0*\.?0+(?![.\d])))""",
    re.IGNORECASE,
)
_NAME = re.compile(r"<([A-Za-z][\w-]*)")
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


def has_visible_word(text: str) -> bool:
    """Whether anything of an answer's text can be read."""
    return _PLAIN_BEGINNING.match(text) is not None or visible_words(text) > 0


def has_visible_words(text: str, least: int) -> bool:
    """Whether at least so many words of an answer's text can be seen; counts no further than that."""
    return sum(1 for _ in islice(_WORD.finditer(_shown(text)), least)) == least


def visible_words(text: str) -> int:
    """The number of words of an answer's text (newlines as `\\n`) that can be seen: those with a letter or a digit."""
    return len(_WORD.findall(_shown(text)))


def hidden_spans(masked: str) -> list[tuple[int, int]]:
    """Where comments, processing instructions and elements that no page shows stand, in order.

    Args:
        masked: a text without its code (`mask_code`). What is never closed goes to the end.
    """
    spans: list[tuple[int, int]] = []
    position = 0
    while (start := masked.find("<", position)) >= 0:
        end = _hidden_to(masked, start)
        if end is None:
            position = start + 1
        else:
            position = end
            spans.append((start, end))
    return spans


def _hidden_to(masked: str, start: int) -> int | None:
    """Where what begins with the `<` at `start` ends, if nobody sees it."""
    closing = _closing(masked, start)
    if closing is not None:
        end = closing.search(masked, start + 2)
        return end.end() if end else len(masked)
    tag = _TAG.match(masked, start)
    name = _NAME.match(masked, start)
    if tag is None or name is None or name[1].lower() in _VOID or not _UNDRAWN.search(tag[0]):
        return None
    depth = 1
    for inner in re.compile(rf"<(/?){name[1]}\b", re.IGNORECASE).finditer(masked, tag.end()):
        depth += -1 if inner[1] else 1
        if not depth:
            return inner.end()
    return len(masked)


_CLOSINGS = {
    "<!--": re.compile("-->"),
    "<![CDATA[": re.compile(r"\]\]>"),
    "<?": re.compile(r"\?>"),
}
_ELEMENT_CLOSINGS = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("style", "script", "template")}


def _closing(masked: str, start: int) -> re.Pattern[str] | None:
    for opening, closing in _CLOSINGS.items():
        if masked.startswith(opening, start):
            return closing
    element = _UNSHOWN_BLOCK.match(masked, start)
    return _ELEMENT_CLOSINGS[element[1].lower()] if element else None


def tag_spans(masked: str) -> list[tuple[int, int]]:
    """Where tags stand, in order; their attributes are shown by nobody."""
    return [match.span() for match in _TAG.finditer(masked)]


def _shown(text: str) -> str:
    text = _EMPTY_ITEMS.sub("", text)
    if not _MAY_HIDE.search(text):
        return _FILLERS.sub("", text)
    plain = mask_code(text)
    # What is inside of a fence is shown, its first line is not.
    openings = {fence.first for fence in find_fences(text)} if "```" in text or "~~~" in text else set()
    if openings:
        text, plain = (
            "\n".join("" if row in openings else line for row, line in enumerate(part.split("\n"), start=1))
            for part in (text, plain)
        )
    if "<" in plain:
        text, plain = _without(text, plain, hidden_spans(plain))
        text, plain = _without(text, plain, tag_spans(plain))
    if "]:" in plain:
        text, plain = _without(text, plain, [match.span() for match in _DEFINITION.finditer(plain)])
    if "](" in plain:
        text, plain = _without(text, plain, [match.span() for match in _TARGET.finditer(plain)])
    if "&" in text:
        from html import unescape  # here, since its table costs more than most answers

        text = unescape(text)
    return _FILLERS.sub("", text)


def _without(text: str, plain: str, spans: list[tuple[int, int]]) -> tuple[str, str]:
    """Both texts without these parts."""
    for_text, for_plain, position = [], [], 0
    for start, end in spans:
        for_text.append(text[position:start])
        for_plain.append(plain[position:start])
        position = end
    return "".join([*for_text, text[position:]]), "".join([*for_plain, plain[position:]])
