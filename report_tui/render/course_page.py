"""The page that the course makes of a report: python-markdown without extensions, of all but the first characters.

Owns that conversion, byte for byte, and nothing of what anybody thinks of it. The library is imported at the first
use. Its result is not safe for a browser: scripts pass through.
"""

from __future__ import annotations

from functools import lru_cache

from report_tui.core.source import fold_newlines
from report_tui.render import page_part
from report_tui.render.page_part import CannotConvert

FRONT_MATTER = 43
"""Characters that the course's script takes off the file, for a front matter that is no longer there."""


def course_html(file_text: str) -> str:
    """The course's page of a whole report, as its script writes it.

    Args:
        file_text: the file, decoded; a byte order mark counts as one of the characters that are taken off.

    Raises:
        CannotConvert: the course's program fails on this text, so that there will be no page.
    """
    return _convert(fold_newlines(file_text)[FRONT_MATTER:])


def course_answer_html(before: str, answer: str) -> str:
    """What the course's page shows of one answer; see `page_part.answer_html`."""
    return page_part.answer_html(_convert_known, fold_newlines(before), fold_newlines(answer))


def _convert(text: str) -> str:
    from markdown import markdown

    try:
        return markdown(text)
    except RecursionError:
        raise CannotConvert("lists or quotes are nested too deep: the course's program fails on it") from None
    except Exception as error:  # foreign code on foreign text: whatever it trips over is the text's
        raise CannotConvert(f"the course's program fails on it ({type(error).__name__})") from error


# A question's prompt is converted once, not at every pause in the typing.
_convert_known = lru_cache(maxsize=8)(_convert)
