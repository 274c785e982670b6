"""GitHub's page: its rules beyond CommonMark, and that nothing of raw HTML runs."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.render.github_page import github_answer_html, github_html
from report_tui.render.page_part import CannotConvert

BEFORE = "### Question 1\n\n> **Where did you test?**\n>\n> Answer:"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\ntwo", "<p>One\ntwo</p>"),
        ("One\n- two", "<p>One</p>\n<ul>\n<li>two</li>\n</ul>"),
        ("~~a~~ ~b~", "<p><s>a</s> <s>b</s></p>"),
        ("https://a.example/b.", '<p><a href="https://a.example/b">https://a.example/b</a>.</p>'),
        ("www.a.example!", '<p><a href="http://www.a.example">www.a.example</a>!</p>'),
        ("README.md and a.example", "<p>README.md and a.example</p>"),
        ("<deck@a.example>", '<p><a href="mailto:deck@a.example">deck@a.example</a></p>'),
        ("```python\n# a\n```", '<pre><code class="language-python"># a\n</code></pre>'),
        ("<kbd>x</kbd> <name> y", "<p><kbd>x</kbd>  y</p>"),
        ("a <!-- b --> c", "<p>a  c</p>"),
        ("<script>a</script>", "&lt;script&gt;a&lt;/script&gt;"),
        ("a <b onclick='x'>b</b>", "<p>a <b>b</b></p>"),
        ('<a href="java\tscript:x">b</a>', "<p><a>b</a></p>"),
        ('<a href="&#106;avascript:x">b</a>', "<p><a>b</a></p>"),
        ('<img src="figures/a.png" onerror="x">', '<img src="figures/a.png">'),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>"),
        ("<![odd[ a ]]> b", "<p>&lt;![odd[ a ]]&gt; b</p>"),
    ],
)
def test_rules(text: str, html: str) -> None:
    assert github_html(text).strip() == html


def test_tables_boxes_and_footnotes() -> None:
    assert "<td>1</td>" in github_html("| a |\n|---|\n| 1 |")
    assert 'type="checkbox" checked' in github_html("- [x] done")
    assert 'class="footnotes"' in github_html("a[^1]\n\n[^1]: b")
    # Named twice it has one number.
    assert github_html("a[^x] b[^x] c[^y]\n\n[^x]: d\n[^y]: e").count(">[1]</a>") == 2
    assert "[!NOTE]" not in github_html("> [!NOTE]\n> a")


def test_text_glued_to_the_marker_is_shown_in_the_quote() -> None:
    assert github_answer_html(BEFORE, "\nglued\n") == "<blockquote><p>\nglued</p>\n</blockquote>\n"
    assert github_answer_html(BEFORE, "\n\nfree\n") == "<p>free</p>\n"


@pytest.mark.parametrize("text", ["[" * 20_000, "word " * 10_000])
def test_what_would_take_long_is_refused(text: str) -> None:
    with pytest.raises(CannotConvert):
        github_answer_html(BEFORE, f"\n\n{text}")


class _Dangers(HTMLParser):
    """What in a page would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "iframe", "object", "embed", "form", "svg", "math"):
            self.found.append(tag)
        for name, value in attrs:
            address = "".join((value or "").split()).lower()
            if (name.startswith("on") or name == "style") and tag not in ("th", "td"):
                self.found.append(name)
            elif name in ("href", "src") and address.startswith(("javascript:", "vbscript:", "file:")):
                self.found.append(address)


PARTS = st.sampled_from(
    "<script> </script> <svg <a <img <!-- --> <![CDATA[ ]]> <? > href= src= onload=x onerror=x javascript:x "
    "java&#9;script:x &#106;avascript: \" ' = / <style> style=x [a]( ) ` * <b> </b> <iframe <object> <!x \n\n".split(
        " "
    )
)


@given(st.lists(st.one_of(PARTS, st.text(max_size=3)), max_size=30).map(" ".join))
def test_nothing_runs(text: str) -> None:
    dangers = _Dangers()
    dangers.feed(github_html(text).replace("<![", "<! "))
    assert dangers.found == []
