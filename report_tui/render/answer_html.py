"""An answer's HTML as it stands on a page of ours: below a heading, among other answers, with its figures.

Owns what GitHub's HTML becomes there: headings go below the question's own, names get the question's in front, figures
are carried along or said to be missing, paths to other files are said, nothing is loaded from elsewhere, wide things
can be scrolled. Values in, HTML out. What it returns is safe: it was cleaned last, and only our own marks and escaped
text came in after that.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape, unescape
from typing import NamedTuple
from urllib.parse import quote, unquote

from report_tui.core.source import fold_newlines
from report_tui.render.clean import clean, clean_text
from report_tui.render.github_page import coloured_answer_html, page_cleaner
from report_tui.render.page_part import CannotConvert

_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_ATTRIBUTES = r'(?: [a-z-]+="[^"]*")*'
# The cleaner writes every tag like this, and every other `<` as an entity.
_TAG = re.compile(rf"<(/?)([a-z][a-z0-9]*)({_ATTRIBUTES})>")
_PARAGRAPH = re.compile(rf"<p({_ATTRIBUTES})>(.*?)</p>", re.DOTALL)
_FIGURES_ONLY = re.compile(rf"(?:\s|<br>|<img{_ATTRIBUTES}>)+")
_EMPTY_HEADING = re.compile(rf"<(h[1-6]){_ATTRIBUTES}>\s*</\1>")
# A list with blank lines in it has its boxes before the paragraphs.
_CELL = re.compile(r"<t[dh][ >]")
_LOOSE_BOX = re.compile(rf"(<input{_ATTRIBUTES}>) ?<p>")
_ID = re.compile(r' id="([^"]*)"')
_LEADING = re.compile(r' (?:href|rel)="[^"]*"')
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_SPAN = re.compile(r"[1-9]\d?")
_WIDTH = re.compile(r"[1-9]\d{0,3}%?")
_QUESTION = re.compile(r"#question-\d{1,6}\Z")
_VOID = frozenset(("br", "hr", "img", "input", "source", "wbr"))
_BLOCKS = frozenset(
    "blockquote center dd details div dl figure li ol section table tbody td tfoot th thead tr ul".split()
)
_PLAIN_MOST = 200_000
"""Characters of a text that no page can be made of, which is shown as it is."""
_CAPTION_MOST = 400
_SIGN = 160
"""Pixels of width up to which a picture among words is left there."""
_COLUMNS = 8
_WORD = 40
"""Characters; with a longer one, or more columns, a table may not fit on paper unless its words are broken."""


class PageFigure(NamedTuple):
    """A figure's picture, or why there is none."""

    media_type: str = ""
    data: bytes = b""
    pixels: tuple[int, int] | None = None
    reason: str = ""
    """To be read behind its name; an empty string where there is a picture."""
    link: str = ""
    """Where its file lies, beside the page; an empty string where the page carries it."""

    @property
    def address(self) -> str:
        """The picture as an address that carries it, or leads to it."""
        if self.link:
            return quote(self.link)
        return f"data:{self.media_type};base64,{b64encode(self.data).decode('ascii')}"


Figures = Mapping[str, PageFigure]
"""By target, without percent codes (`figure_key`)."""


def figure_key(target: str) -> str:
    """What a target is called in `Figures`, however it is written."""
    return unquote(target.strip())


def answer_html(number: int, before: str, answer: str, figures: Figures) -> str:
    """One answer; never fails.

    Args:
        number: the question.
        before: the report's own text from the question's heading to its marker.
        answer: what follows there, with the newlines between.
        figures: the pictures.
    """
    # Newlines first: a lone CR is one, and no control character that goes.
    before, answer = clean_text(fold_newlines(before)), clean_text(fold_newlines(answer))
    return _html(lambda: coloured_answer_html(before, answer), answer, f"q{number}-", figures)


def prompt_html(number: int, prompt: str, figures: Figures) -> str:
    """A question's prompt; never fails."""
    # Of many reports most have the same prompts.
    return _html_of_prompt(number, prompt, figures) if figures else _known_prompt(number, prompt)


@lru_cache(maxsize=256)
def _known_prompt(number: int, prompt: str) -> str:
    return _html_of_prompt(number, prompt, {})


def _html_of_prompt(number: int, prompt: str, figures: Figures) -> str:
    prompt = clean_text(prompt)
    return _html(lambda: coloured_answer_html("", prompt), prompt, f"p{number}-", figures)


def text_html(text: str) -> str:
    """A short text that belongs to no question, such as a box of the checklist; never fails."""
    return outside_html("text", text, {})


def outside_html(name: str, text: str, figures: Figures, *, level: int = 2) -> str:
    """A text that is no answer and no prompt; never fails.

    Args:
        name: comes in front of its own names.
        text: the text, with newlines as `\\n`.
        figures: the pictures.
        level: of the page's heading above it.
    """
    text = clean_text(text)
    return _html(lambda: coloured_answer_html("", text), text, f"{name}-", figures, level=level)


def _html(convert: Callable[[], str], text: str, prefix: str, figures: Figures, *, level: int = 3) -> str:
    try:
        # What stood there as an entity is a character by now.
        return _Page(figures, level).of(clean_text(_cleaned(convert(), prefix)))
    except CannotConvert as failure:
        return plain_html(text, str(failure))


def plain_html(text: str, reason: str) -> str:
    """A text as it was written, where no page can be made of it.

    Args:
        text: the text, with newlines as `\\n`.
        reason: why, in a few words.
    """
    text = text.strip("\n")
    rest = len(text) - _PLAIN_MOST
    more = f" Its last {rest:,} characters are left out." if rest > 0 else ""
    note = f"This cannot be shown as a page: {clean(reason)}. Here it is as it was written.{more}"
    return f'<p class="note">{escape(note)}</p>\n<pre tabindex="0">{escape(text[:_PLAIN_MOST])}</pre>\n'


def _cleaned(html: str, prefix: str) -> str:
    """The last cleaning: names and what leads to them belong to one answer, and nothing is larger than its place."""

    def filtered(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "src":
            return value if tag == "img" else None
        if attribute == "href":
            return _link(value, prefix)
        if attribute in ("colspan", "rowspan"):
            return value if _SPAN.fullmatch(value) else None
        # A name is not prefixed, and would do as the target of our own links. Heights push other answers away.
        return None if attribute in ("name", "height", "border", "hspace", "vspace") else value

    return page_cleaner(prefix, filtered).clean(html)


def _link(address: str, prefix: str) -> str:
    if address.startswith("#") and not _QUESTION.match(address):
        return f"#{prefix}{address[1:]}"
    # From a page on a disk this would lead to a drive of that machine, which is told who asks.
    return f"https:{address}" if address.startswith("//") else address


class _Page:
    """One run over cleaned HTML, tag by tag."""

    def __init__(self, figures: Figures, level: int) -> None:
        self.figures = figures
        self.level = level
        """Of the page's heading above it."""
        self.open: list[str] = []
        self.inline = 0
        """How many of the open elements stand in a line of text."""
        self.names: set[str] = set()
        self.paths: list[str] = []
        """Of each link that is open, what is to be said behind it."""
        self.headings: list[int] = []
        self.levels: list[int] = []

    def of(self, html: str) -> str:
        html = _EMPTY_HEADING.sub("", _PARAGRAPH.sub(self._paragraph, _LOOSE_BOX.sub(r"<p>\1 ", html)))
        self.names.update(_ID.findall(html))
        pieces: list[str] = []
        position = 0
        for match in _TAG.finditer(html):
            pieces += [html[position : match.start()], self._tag(html, match)]
            position = match.end()
        return "".join([*pieces, html[position:]])

    def _paragraph(self, match: re.Match[str]) -> str:
        """A paragraph in whose place its large figures stand by themselves, with its words around them."""
        attributes, inside = match[1], match[2]
        if "<img" not in inside:
            return match[0]
        if _FIGURES_ONLY.fullmatch(inside):
            return f"<div{attributes}>{inside}</div>" if attributes else inside
        pieces: list[str] = []
        start = depth = 0
        for tag in _TAG.finditer(inside):
            if tag[2] == "img" and not depth and self._is_large(tag[3]):
                pieces += [inside[start : tag.start()], tag[0]]
                start = tag.end()
            elif tag[2] not in _VOID:
                depth += -1 if tag[1] else 1
        if not pieces:
            return match[0]
        made: list[str] = []
        for at, piece in enumerate([*pieces, inside[start:]]):
            if at % 2:
                made.append(piece)
            elif words := _trimmed(piece):
                made.append(f"<p{attributes}>{words}</p>")
                attributes = _ID.sub("", attributes)
        return "".join(made)

    def _is_large(self, attributes: str) -> bool:
        """Whether a picture is shown that is no sign among words."""
        named = dict(_ATTRIBUTE.findall(attributes))
        found = self.figures.get(figure_key(unescape(named.get("src", ""))))
        if found is None or found.reason:
            return False
        width = named.get("width", "")
        return (int(width) if width.isdecimal() and len(width) < 5 else (found.pixels or (0,))[0]) > _SIGN

    def _tag(self, html: str, match: re.Match[str]) -> str:
        end, name, attributes = match[1], match[2], match[3]
        if name == "img":
            return self._figure(dict(_ATTRIBUTE.findall(attributes)))
        if name == "input":
            return _box(" checked=" in attributes) if "checkbox" in attributes else ""
        if end:
            # The cleaner closes each element where its parent still stands.
            self.inline -= self.open.pop() not in _BLOCKS
        elif name not in _VOID:
            self.open.append(name)
            self.inline += name not in _BLOCKS
        if name[0] == "h" and name[1:].isdigit():
            return f"<{end}h{self._level(int(name[1:]), bool(end))}{attributes}>"
        if name == "table":
            if end:
                return "</table></div>"
            wide = ' class="wide"' if _is_wide(html[match.end() : html.find("</table>", match.end())]) else ""
            return f"{_SCROLLED}<table{attributes}{wide}>"
        if name == "pre" and not end:
            return f'<pre tabindex="0"{attributes}>'
        if name == "a":
            inside = html[match.end() : html.find("</a>", match.end())]
            return f"</a>{self.paths.pop()}" if end else self._link(attributes, inside)
        return match[0]

    def _link(self, attributes: str, inside: str) -> str:
        """A link's beginning; of one that leads nowhere from here, its path is said behind it."""
        href = str(dict(_ATTRIBUTE.findall(attributes)).get("href", ""))
        is_here = href.startswith("#")
        target, words = figure_key(unescape(href)), figure_key(unescape(_TAG.sub("", inside)))
        if (href[1:] in self.names or _QUESTION.match(href)) if is_here else _SCHEME.match(href):
            self.paths.append("")
            is_bare = target in (words, f"https://{words}", f"http://{words}", f"mailto:{words}")
            # Without words nobody could see it, or hear where it leads.
            return f"<a{attributes}{_BARE if is_bare else ''}>" + ("" if inside else href)
        is_said = is_here or target in ("", words) or ("<img " in inside and target in self.figures)
        self.paths.append("" if is_said else f' <span class="path">({escape(clean(target)[:_CAPTION_MOST])})</span>')
        return f"<a{_LEADING.sub('', attributes)}>"

    def _level(self, level: int, end: bool) -> int:
        """Below the page's own heading, and never two levels below the one before it."""
        if end:
            return self.levels.pop() if self.levels else 6
        while self.headings and self.headings[-1] >= level:
            self.headings.pop()
        self.headings.append(level)
        self.levels.append(min(self.level + len(self.headings), 6))
        return self.levels[-1]

    def _figure(self, attributes: Mapping[str, str]) -> str:
        target = unescape(attributes.get("src", ""))
        description = clean(unescape(attributes.get("alt", ""))).strip()[:_CAPTION_MOST]
        caption = clean(unescape(attributes.get("title", ""))).strip()[:_CAPTION_MOST] or description
        found = self.figures.get(figure_key(target)) or PageFigure(reason=_not_carried(target))
        alone = all(name in _BLOCKS for name in self.open)
        if found.reason:
            shown = _lost(target, description, found.reason)
            return f'<div class="figure">{shown}</div>' if alone else shown
        size = _size(attributes, found.pixels)
        said = escape(description or f"a figure without a description, {target}"[:_CAPTION_MOST])
        picture = f'<img src="{found.address}" alt="{said}"{size}>'
        if not alone:
            return picture
        below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
        return f'<figure class="figure"><details class="zoom"><summary>{picture}</summary></details>{below}</figure>'


_BARE = ' class="bare"'
"""A link whose words are its address."""
_SCROLLED = '<div class="scroll" role="group" aria-label="Table" tabindex="0">'


def _trimmed(html: str) -> str:
    """Without blanks and line breaks around it."""
    while (short := html.strip().removeprefix("<br>").removesuffix("<br>")) != html:
        html = short
    return html


def _is_wide(rows: str) -> bool:
    columns = len(_CELL.findall(rows[: rows.find("</tr>")]))
    return columns > _COLUMNS or max(map(len, _TAG.sub(" ", rows).split()), default=0) > _WORD


def _size(attributes: Mapping[str, str], pixels: tuple[int, int] | None) -> str:
    """How large a picture is shown: as its writer wants it, else as it is; never wider than the text."""
    width = attributes.get("width", "")
    if _WIDTH.fullmatch(width):
        return f' class="sized" width="{width}"'
    return ' width="{}" height="{}"'.format(*pixels) if pixels else ""


def _box(done: bool) -> str:
    sign, word = ("☑", "done") if done else ("☐", "not done")
    return f'<span class="box" role="img" aria-label="{word}">{sign}</span>'


def _not_carried(target: str) -> str:
    if not target:
        return "names no file that may be shown"
    return "lies elsewhere and is not loaded" if _SCHEME.match(target.strip()) else "is not there"


def _lost(target: str, description: str, reason: str) -> str:
    name = clean(unquote(target))[:_CAPTION_MOST] or "a figure"
    words = f" ({description})" if description else ""
    return f'<span class="lost"><span aria-hidden="true">▣\u00a0</span>{escape(f"{name} {reason}{words}")}</span>'
