"""Finding and replacing in a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from report_tui.tui import text_changes

PROSE = st.text(alphabet="ab é.\n", max_size=40)


def test_capitals_matter_where_the_query_has_some() -> None:
    assert text_changes.occurrences("The the tHe", "the") == [(0, 3), (4, 7), (8, 11)]
    assert text_changes.occurrences("The the tHe", "The") == [(0, 3)]
    assert text_changes.occurrences("a.b axb", "a.b") == [(0, 3)]
    assert text_changes.occurrences("text", "") == []


@given(text=PROSE, query=st.text(alphabet="ab", min_size=1, max_size=3), by=st.text(alphabet="b*\\1", max_size=3))
def test_replacing_all_is_one_change_that_python_agrees_with(text: str, query: str, by: str) -> None:
    change = text_changes.replaced(text, text_changes.occurrences(text, query), by)
    assert (text if change is None else change.applied(text)) == text.replace(query, by)
