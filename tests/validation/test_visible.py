"""Words that stand in an answer and are seen by nobody."""

from __future__ import annotations

import pytest

from report_tui.validation.visible import has_visible_word, visible_words

NOTHING = [
    *("", "\u00a0", ".", "-", "- - -", "?", "*", "#", "&nbsp; &nbsp;", "<br>", "<p></p>", "```\n```", "```python\n```"),
    *(
        "\u200d \u200d",
        "\u00ad",
        "\u3164 \u3164",
        "\u115f",
        "\u1160",
        "\uffa0",
        "\u2800",
        "\ufe0f",
        "\u200b",
        "&#12644;",
    ),
    *("<!-- a crane -->", "<!-- a crane", "<style>a crane</style>", "<script>a crane", "<?php a crane ?>"),
    *("[x]: http://example.org", '[x]: http://example.org\n  "a title in words"', "[x]: a.html 'a title'"),
    *('<span title="a crane > the quay"></span>', "<![CDATA[ a crane ]]>", "[](quay.html)", "<!DOCTYPE html>"),
    *("1.", "1)", "> 1. ", "1.\n2.\n3.", "1.\n\n2.\n    1.", "- 1."),
    *(
        "<span style='display:none'>a crane</span>",
        '<div style="color: red; DISPLAY : none">a <div>crane</div> turns</div>',
        "<p hidden>a crane</p>",
        '<p hidden="">a crane',
        "<b style=visibility:hidden>a crane</b><i style='opacity:0.0'>turns</i><i style='font-size: 0'>it</i>",
    ),
]


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_is_seen(text: str) -> None:
    assert visible_words(text) == 0
    assert not has_visible_word(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One two", 2),
        ("- one\n- two", 2),
        ("42.", 1),
        ("1. one", 2),
        ("1.\n2. two", 2),
        ("1.5", 1),
        ("<span style='display:none'>not</span> <span style='opacity:0.5'>half</span>", 1),
        ("<img hidden src=a.png> crane", 1),
        ("<b title='display:none'>crane</b> <b data-hidden=1>turns</b>", 2),
        ("起重机 кран", 2),
        ("`<!-- kept -->` and `<T>`", 3),
        ("```\n<!-- kept -->\n```", 1),
        ("<https://example.org> <a@example.org>", 2),
        ("a < b and c > d", 5),
        ("[two words](http://example.org 'hidden title')", 2),
        ("![the quay](figures/quay.png)", 2),
        ("[^1]: a note of words", 5),
        ("<b>bold</b> and <!-- not --> plain", 3),
        ("&lt;kept&gt; &amp;", 1),
    ],
)
def test_what_is_seen(text: str, words: int) -> None:
    assert visible_words(text) == words
    assert has_visible_word(text)


@pytest.mark.parametrize(
    "part",
    [
        "<",
        "<p hidden>",
        "<p hidden></p>",
        "<a ",
        '<a "',
        "[x]: a (",
        "[x]: a '",
        "<!--",
        "<?",
        "<style>",
        "](",
        "`<",
        "1.\n",
    ],
)
def test_a_long_text_of_beginnings_is_read_to_its_end(part: str) -> None:
    # Were the time quadratic, this would take hours.
    assert visible_words(part * 100_000 + "\n") >= 0
