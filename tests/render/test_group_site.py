"""What the pages about all groups are called, and what is each group's own on them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.render import group_site

NAMES = st.text(alphabet=st.characters(), max_size=60)


@given(NAMES)
def test_a_page_is_called_what_every_system_takes(name: str) -> None:
    made = group_site.page_name(name)
    stem = made.removesuffix(".html")
    assert stem.isascii() and len(made) <= 60 and stem == stem.lower()
    assert stem.replace("-", "").isalnum() and "." not in stem
    assert made == group_site.page_name(name)


@pytest.mark.parametrize(("one", "other"), [("a b", "a-b"), ("A", "a"), ("", "-"), ("x" * 50 + "1", "x" * 50 + "2")])
def test_no_two_groups_share_a_page(one: str, other: str) -> None:
    assert group_site.page_name(one).lower() != group_site.page_name(other).lower()


def test_names_and_figures_among_those_of_other_groups() -> None:
    html = (
        '<h4 id="q4-a"><a href="#q4-a">x</a></h4><a href="#question-3" title="a > b">y</a><img src="../figures/1.png">'
        '<code>id="q4-a" href="#question-3"</code>&lt;a id="q4-a"&gt;'
    )
    assert group_site._moved(html, "g-1") == (
        '<h4 id="g-1-q4-a"><a href="#g-1-q4-a">x</a></h4><a href="../groups/g-1.html#question-3" title="a > b">y</a>'
        '<img loading="lazy" decoding="async" src="../figures/1.png">'
        '<code>id="q4-a" href="#question-3"</code>&lt;a id="q4-a"&gt;'
    )
