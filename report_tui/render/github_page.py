"""Markdown as GitHub shows it in a README: tables, task lists, struck-out text, bare addresses, footnotes, alerts.

Owns the choice of rules, and what becomes of raw HTML: only elements and attributes from a list stay, so that nothing
in the result runs. Not taken over: formulas, emoji names, mentions, and the front matter shown as a table. The library
is imported at the first use.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

from report_tui.core.source import fold_newlines
from report_tui.render import page_part
from report_tui.render.page_part import CannotConvert

TYPE_CHECKING = False
if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

_ELEMENTS = frozenset(
    "a abbr b blockquote br caption center cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 "
    "h6 hr i img ins kbd li mark ol p picture pre q rp rt ruby s samp small source span strike strong sub summary sup "
    "table tbody td tfoot th thead tr tt u ul var wbr".split()
)
_ATTRIBUTES = frozenset(
    "align alt border colspan height href hspace id lang media name open rowspan scope src start title type "
    "valign value vspace width".split()
)
_ADDRESSES = frozenset(("href", "src"))
_SCHEME = re.compile(r"([^/?#:]*):")
# Browsers pass over them, wherever in an address they stand.
_PASSED_OVER = re.compile(r"[\x00-\x20\x7f-\xa0]")
_SCHEMES = frozenset(("http", "https", "mailto"))
# GitHub shows these tags as text; other unknown ones vanish and leave what they enclose.
_SHOWN = re.compile(
    r"<(?=/?(?:iframe|noembed|noframes|plaintext|script|style|textarea|title|xmp)(?![\w-]))", re.IGNORECASE
)
_WWW = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[\w-]+(?:/[^\s<>)\]]*[\w/])?")


def github_html(text: str) -> str:
    """The HTML that GitHub shows for a Markdown text.

    Raises:
        CannotConvert: the text is nested too deep.
    """
    return _convert(fold_newlines(text))


def github_answer_html(before: str, answer: str) -> str:
    """What GitHub's page shows of one answer; see `page_part.answer_html`."""
    return page_part.answer_html(_convert_known, fold_newlines(before), fold_newlines(answer))


def _convert(text: str) -> str:
    try:
        return str(_parser().render(text))
    except RecursionError:
        raise CannotConvert("lists or quotes are nested too deep for a preview") from None
    except Exception as error:  # foreign code on foreign text: whatever it trips over is the text's
        raise CannotConvert(f"it cannot be shown ({type(error).__name__})") from error


# A question's prompt is converted once, not at every pause in the typing.
_convert_known = lru_cache(maxsize=8)(_convert)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("gfm-like2").use(footnote_plugin)
    if parser.linkify is not None:
        # Only what begins with `www.`: a name such as `README.md` would pass for a host in Moldova.
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": True, "fuzzy_ip": False})
        parser.linkify.add("www.", {"validate": _www_length, "normalize": _with_scheme})
    parser.add_render_rule("html_block", _raw_html)
    parser.add_render_rule("html_inline", _raw_html)
    return parser


def _www_length(_linkify: object, text: str, position: int) -> int:
    """How far the address goes on behind its `www.`."""
    match = _WWW.match(text, position)
    return len(match[0]) if match and not text[: position - 4][-1:].isalnum() else 0


def _with_scheme(_linkify: object, match: object) -> None:
    match.url = f"http://{match.url}"  # type: ignore[attr-defined] # linkify-it has no types


def _raw_html(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return _allowed(tokens[index].content)


def _allowed(html: str) -> str:
    """A piece of raw HTML with nothing in it but elements and attributes from the lists."""
    cleaner = _Cleaner()
    # The standard library's parser raises where such a section has an unknown name; to a browser it is a comment.
    cleaner.feed(_SHOWN.sub("&lt;", html).replace("<![", "<! "))
    cleaner.close()
    return "".join(cleaner.kept)


class _Cleaner(HTMLParser):
    """Writes anew what may stay; nothing is copied over unread."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.kept: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag with those of its attributes that may stay."""
        if tag in _ELEMENTS:
            kept = (f' {name}="{escape(value or "")}"' for name, value in attrs if _may_stay(name, value or ""))
            self.kept.append(f"<{tag}{''.join(kept)}>")

    def handle_endtag(self, tag: str) -> None:
        """Keep it."""
        if tag in _ELEMENTS:
            self.kept.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Keep the text, as text."""
        self.kept.append(escape(data, quote=False))


def _may_stay(name: str, value: str) -> bool:
    if name not in _ATTRIBUTES:
        return False
    if name not in _ADDRESSES:
        return True
    scheme = _SCHEME.match(_PASSED_OVER.sub("", value))
    return scheme is None or scheme[1].lower() in _SCHEMES
