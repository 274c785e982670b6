"""Markdown as GitHub shows it in a README: tables, task lists, struck-out text, bare addresses, footnotes, alerts.

Owns the choice of rules, and what becomes of raw HTML: only elements and attributes from a list stay, so that nothing
in the result runs, and every element is closed where it was opened. Not taken over: formulas, emoji names, mentions,
and the front matter shown as a table. The libraries are imported at the first use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from report_tui.core.source import fold_newlines
from report_tui.render import page_part
from report_tui.render.page_part import CannotConvert

TYPE_CHECKING = False
if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict
    from nh3 import Cleaner

_ELEMENTS = frozenset(
    "a abbr b blockquote br caption center cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 "
    "h6 hr i img input ins kbd li mark ol p picture pre q rp rt ruby s samp section small source span strike strong "
    "sub summary sup table tbody td tfoot th thead tr tt u ul var wbr".split()
)
_ATTRIBUTES = frozenset(
    "align alt border checked colspan height href hspace id lang media name open rowspan scope src start title "
    "valign value vspace width".split()
)
_ATTRIBUTE_VALUES = {
    "input": {"type": {"checkbox"}},
    "ol": {"type": set("1aAiI")},
}
_SCHEMES = frozenset(("http", "https", "mailto"))
# What the rules below write themselves; of a pre or a span only what the colouring of code writes.
_CLASSES = frozenset(
    "contains-task-list footnote-backref footnote-item footnote-ref footnotes footnotes-list footnotes-sep "
    "markdown-alert markdown-alert-caution markdown-alert-important markdown-alert-note markdown-alert-tip "
    "markdown-alert-title markdown-alert-warning task-list-item".split()
)
_CLASSED = ("a", "div", "hr", "li", "ol", "p", "section", "sup", "ul")
# GitHub shows these tags as text; other unknown ones vanish and leave what they enclose.
_SHOWN = re.compile(
    r"<(?=/?(?:iframe|noembed|noframes|plaintext|script|style|textarea|title|xmp)(?![\w-]))", re.IGNORECASE
)
# Boxes are made of task lists only, never of what somebody wrote as HTML.
_INPUT = re.compile(r"<(/?)(?=input(?![\w-]))", re.IGNORECASE)
_WWW = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[\w-]+(?:/[^\s<>)\]]*[\w/])?")
_SHORT = 2_000
"""Characters of a text that is worth keeping with its page: a prompt."""


def github_html(text: str) -> str:
    """The HTML that GitHub shows for a Markdown text.

    Raises:
        CannotConvert: the text is nested too deep.
    """
    return _convert(fold_newlines(text))


def github_answer_html(before: str, answer: str) -> str:
    """What GitHub's page shows of one answer; see `page_part.answer_html`."""
    return page_part.answer_html(_convert_known, fold_newlines(before), fold_newlines(answer))


def coloured_answer_html(before: str, answer: str) -> str:
    """As `github_answer_html`, of much longer answers, and with classes from Pygments in fences of known languages."""
    return page_part.answer_html(_convert_coloured, fold_newlines(before), fold_newlines(answer), page_part.WHOLE_PAGE)


def _convert(text: str, *, coloured: bool = False) -> str:
    try:
        return _cleaner().clean(str(_parser(coloured).render(text)))
    except RecursionError:
        raise CannotConvert("lists or quotes are nested too deep") from None
    except Exception as error:  # foreign code on foreign text: whatever it trips over is the text's
        raise CannotConvert(f"it cannot be shown ({type(error).__name__})") from error


def _convert_coloured(text: str) -> str:
    return _convert_short(text) if len(text) <= _SHORT else _convert(text, coloured=True)


@lru_cache(maxsize=128)
def _convert_short(text: str) -> str:
    # The same prompts stand in each of many reports; so many are kept as two reports have prompts and answers.
    return _convert(text, coloured=True)


# A question's prompt is converted once, not at every pause in the typing.
_convert_known = lru_cache(maxsize=8)(_convert)


@lru_cache(maxsize=1)
def _cleaner() -> Cleaner:
    return _made_cleaner(None, None)


def page_cleaner(prefix: str, attribute_filter: Callable[[str, str, str], str | None]) -> Cleaner:
    """What cleans GitHub's HTML once more, for a page with more on it.

    Args:
        prefix: comes in front of every `id`.
        attribute_filter: is asked for each attribute of an element that may stay; None drops it.
    """
    return _made_cleaner(prefix, attribute_filter)


def _made_cleaner(prefix: str | None, attribute_filter: Callable[[str, str, str], str | None] | None) -> Cleaner:
    from nh3 import Cleaner

    return Cleaner(
        tags=set(_ELEMENTS),
        attributes={"*": set(_ATTRIBUTES), "input": {"checked", "disabled"}},
        tag_attribute_values=_ATTRIBUTE_VALUES,
        allowed_classes=_allowed_classes(),
        # No element's text is dropped with it: what GitHub shows of a script is its text.
        clean_content_tags=set(),
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow" if prefix else None,
        id_prefix=prefix,
        attribute_filter=attribute_filter,
    )


def _allowed_classes() -> dict[str, set[str]]:
    from report_tui.render.code_colours import CLASSES, LANGUAGES

    allowed = {name: set(_CLASSES) for name in _CLASSED}
    allowed["code"] = {f"language-{language}" for language in LANGUAGES}
    allowed["span"] = set(CLASSES)
    return allowed


@lru_cache(maxsize=2)
def _parser(coloured: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("gfm-like2").use(footnote_plugin)
    if coloured:
        from report_tui.render.code_colours import coloured as colour

        parser.options["highlight"] = colour
    if parser.linkify is not None:
        # Only what begins with `www.`: a name such as `README.md` would pass for a host in Moldova.
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": True, "fuzzy_ip": False})
        parser.linkify.add("www.", {"validate": _www_length, "normalize": _with_scheme})
    parser.add_render_rule("html_block", _raw_html)
    parser.add_render_rule("html_inline", _raw_html)
    parser.add_render_rule("footnote_caption", _footnote_number)
    parser.core.ruler.push("aligned_cells", _align_cells)
    return parser


def _footnote_number(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return f"[{int(tokens[index].meta['id']) + 1}]"


def _www_length(_linkify: object, text: str, position: int) -> int:
    """How far the address goes on behind its `www.`."""
    match = _WWW.match(text, position)
    return len(match[0]) if match and not text[: position - 4][-1:].isalnum() else 0


def _with_scheme(_linkify: object, match: object) -> None:
    match.url = f"http://{match.url}"  # type: ignore[attr-defined] # linkify-it has no types


def _raw_html(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return _INPUT.sub(r"<\1no-", _SHOWN.sub("&lt;", tokens[index].content))


def _align_cells(state: StateCore) -> None:
    """Say a cell's alignment as GitHub does, in an attribute: a style may hold anything, and none stays."""
    for token in state.tokens:
        style = token.attrs.pop("style", None) if token.type in ("td_open", "th_open") else None
        if style is not None:
            token.attrs["align"] = str(style).removeprefix("text-align:")
