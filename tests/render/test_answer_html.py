"""An answer on our page: below its question's heading, with its figures, and with nothing that reaches out of it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.render.answer_html import PageFigure, answer_html, figure_key, plain_html, prompt_html, text_html
from report_tui.render.page_part import WHOLE_PAGE

BEFORE = "### Question 4\n\n> **Where did you test?**\n>\n> Answer:"
PICTURE = PageFigure("image/png", b"abc", (40, 30))
SHOWN = '<img src="data:image/png;base64,YWJj" alt="{}" width="40" height="30">'
FIGURES = {"figures/a.png": PICTURE, "figures/b c.png": PICTURE, "figures/none.png": PageFigure(reason="is not there")}
FIGURES["figures/large.png"] = PageFigure("image/png", b"abc", (640, 480))
FOUR = "q4-"


def html(answer: str) -> str:
    return answer_html(4, BEFORE, f"\n\n{answer}\n", FIGURES).strip()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("One *two*", "<p>One <em>two</em></p>"),
        # Headings: below the question's own, and none two levels below the one before it.
        ("# a\n### b\n# c", "<h4>a</h4>\n<h5>b</h5>\n<h4>c</h4>"),
        ("###### a\n##### b", "<h4>a</h4>\n<h4>b</h4>"),
        ("# a\n## b\n### c\n#### d", "<h4>a</h4>\n<h5>b</h5>\n<h6>c</h6>\n<h6>d</h6>"),
        ("##\n\ntext", "<p>text</p>"),
        # What can be wider than the page can be scrolled, also with the keyboard.
        ("```\nx\n```", '<pre tabindex="0"><code>x\n</code></pre>'),
        # Links: to the web, to a question, inside the answer; a path leads nowhere, and is said.
        (
            "[x](https://a.example)",
            '<p><a href="https://a.example" rel="noopener noreferrer nofollow">x</a></p>',
        ),
        ("[x](#question-2)", '<p><a href="#question-2" rel="noopener noreferrer nofollow">x</a></p>'),
        (
            '[x](#there) <b id="there" name="question-1">y</b>',
            '<p><a href="#q4-there" rel="noopener noreferrer nofollow">x</a> <b id="q4-there">y</b></p>',
        ),
        ("[x](#nowhere)", "<p><a>x</a></p>"),
        ("[x](../a%20b.md)", '<p><a>x</a> <span class="path">(../a b.md)</span></p>'),
        ("[a/b.md](a/b.md) [x](<>)", "<p><a>a/b.md</a> <a>x</a></p>"),
        ("[*x*](a\\\\b&lt;.md)", '<p><a><em>x</em></a> <span class="path">(a\\b&lt;.md)</span></p>'),
        (
            "[![](figures/a.png)](figures/a.png)",
            f"<p><a>{SHOWN.format('a figure without a description, figures/a.png')}</a></p>",
        ),
        # Two slashes lead to another machine's drive from a page that lies on a disk.
        ("[x](//a.example/b)", '<p><a href="https://a.example/b" rel="noopener noreferrer nofollow">x</a></p>'),
        # On paper an address is printed behind the words that hide it, and not behind itself.
        (
            "https://a.example/b%20c",
            '<p><a href="https://a.example/b%20c" rel="noopener noreferrer nofollow" class="bare">'
            "https://a.example/b c</a></p>",
        ),
        # What would push the other answers away.
        (
            "<table height=9999999 border=9999 width=50><tr><td colspan=2 rowspan=1000 height=9999999>x</table>",
            '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table width="50"><tbody><tr>'
            '<td colspan="2">x</td></tr></tbody></table></div>',
        ),
        (
            "<table><tr><td>" + "x" * 41 + "</table>",
            '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table class="wide"><tbody><tr>'
            f"<td>{'x' * 41}</td></tr></tbody></table></div>",
        ),
        # A list with air in it: the box stands before the words, as in any other.
        (
            "- [x] a\n\n- [ ] b",
            '<ul class="contains-task-list">\n<li class="task-list-item">\n'
            '<p><span class="box" role="img" aria-label="done">☑</span> a</p>\n</li>\n<li class="task-list-item">\n'
            '<p><span class="box" role="img" aria-label="not done">☐</span> b</p>\n</li>\n</ul>',
        ),
        (
            "[](https://a.example)",
            '<p><a href="https://a.example" rel="noopener noreferrer nofollow">https://a.example</a></p>',
        ),
        # Elements end where the answer does.
        ("<div><b>x", "<div><b>x\n</b></div>"),
        ("x </div></article></main> y", "<p>x  y</p>"),
        ("<input type=text><input type=checkbox checked>x", "<p>x</p>"),
    ],
)
def test_what_becomes_of_an_answer(answer: str, expected: str) -> None:
    assert html(answer) == expected


def test_a_figure_of_its_own_can_be_enlarged_and_has_a_caption() -> None:
    assert html("![the *quay*](figures/a.png)") == (
        f'<figure class="figure"><details class="zoom"><summary>{SHOWN.format("the quay")}</summary></details>'
        "<figcaption>the quay</figcaption></figure>"
    )
    assert html("![a](figures/a.png) ![b](<figures/b c.png>)").count("<figure") == 2
    assert "<figcaption>title</figcaption>" in html('![a](figures/a.png "title")')
    assert html("![](figures/b%20c.png)").count('alt="a figure without a description, figures/b%20c.png"') == 1


def test_a_width_that_is_asked_for_is_taken_over() -> None:
    for width, size in (("300", ' class="sized" width="300"'), ("50%", ' class="sized" width="50%"')):
        assert f'alt="a"{size}>' in html(f'<img src="figures/a.png" alt="a" width="{width}">')
    for width in ("0", "-3", "99999", "1e3", "calc(1px)"):
        assert ' width="40" height="30">' in html(f'<img src="figures/a.png" alt="a" width="{width}">')


def test_a_figure_among_words_stands_there() -> None:
    shown = SHOWN.format("a")
    assert html("see ![a](figures/a.png) here") == f"<p>see {shown} here</p>"
    assert "<details" not in html("[![a](figures/a.png)](https://a.example)")
    assert html("- ![a](figures/a.png)").count('<figure class="figure">') == 1


@pytest.mark.parametrize(
    ("answer", "around"),
    [
        # A picture that takes the line's width on GitHub is one that somebody wants to see larger.
        ("We see:\n![a](figures/large.png)\nIt *rose*.", "<p>We see:</p>{}<p>It <em>rose</em>.</p>"),
        ("In ![a](figures/large.png) and ![a](figures/large.png).", "<p>In</p>{}<p>and</p>{}<p>.</p>"),
        ("A  \n![a](figures/large.png)<br>\n", "<p>A</p>{}"),
        (
            '<p id="x" align="right">b <img src="figures/large.png" alt="a"> c</p>',
            '<p id="q4-x" align="right">b</p>{}<p align="right">c</p>',
        ),
        ('<p align="center"><img src="figures/large.png" alt="a"></p>', '<div align="center">{}</div>'),
    ],
)
def test_a_large_figure_among_words_stands_by_itself(answer: str, around: str) -> None:
    image = SHOWN.format("a").replace("40", "640").replace("30", "480")
    figure = (
        f'<figure class="figure"><details class="zoom"><summary>{image}</summary></details>'
        "<figcaption>a</figcaption></figure>"
    )
    assert html(answer) == around.replace("{}", figure)
    for inline in (
        "*b ![a](figures/large.png)*",
        '<img src="figures/large.png" width="40" alt="a"> b',
        "![a](figures/none.png) b",
    ):
        assert "<figure" not in html(inline)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("![a & b](figures/none.png)", "figures/none.png is not there (a &amp; b)"),
        ("![](figures/never-seen.png)", "figures/never-seen.png is not there"),
        ("![](https://a.example/x.png)", "https://a.example/x.png lies elsewhere and is not loaded"),
        ("<img src='//a.example/x.png'>", "//a.example/x.png lies elsewhere and is not loaded"),
        ("<img src='data:image/png;base64,AAAA'>", "a figure names no file that may be shown"),
        ("<img>", "a figure names no file that may be shown"),
    ],
)
def test_a_figure_that_cannot_be_shown_is_named(answer: str, said: str) -> None:
    assert f"{said}</span>" in html(answer)
    assert "<img" not in html(answer)


def test_boxes_tables_and_footnotes() -> None:
    assert html("- [x] a\n- [ ] b").count('<span class="box" role="img" aria-label=') == 2
    table = html("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert table.startswith('<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>')
    assert '<td align="right">2</td>' in table and "</table></div>" in table
    note = html("a[^1]\n\n[^1]: b")
    assert 'href="#q4-fn1"' in note and 'id="q4-fn1"' in note and 'id="q4-fnref1"' in note


def test_code_is_coloured_where_its_language_is_known() -> None:
    assert '<span class="k">assert</span>' in html("```python\nassert 1 < 2\n```")
    for fence in ("```", "```brainfuck", "```<script>", "~~~python<b>"):
        assert "<span" not in html(f"{fence}\nassert 1 < 2\n{fence[:3]}")
        assert "assert 1 &lt; 2" in html(f"{fence}\nassert 1 < 2\n{fence[:3]}")


def test_text_glued_to_the_marker_is_shown_in_the_quote_that_it_fell_into() -> None:
    assert answer_html(4, BEFORE, "\nglued\n", {}).startswith("<blockquote>")


@pytest.mark.parametrize(
    "answer",
    ["x" * (WHOLE_PAGE.characters + 1), "[" * 15_000, "<b>" * 40_000],
    ids=["long", "brackets", "elements"],
)
def test_what_no_page_can_be_made_of_stands_there_as_it_was_written(answer: str) -> None:
    made = html(answer)
    assert made.startswith('<p class="note">This cannot be shown as a page: ')
    assert answer[:1000].replace("<", "&lt;").replace(">", "&gt;") in made
    assert len(made) < 1_000_000


def test_how_much_of_it_is_left_out_is_said() -> None:
    assert "Its last 5 characters are left out." in plain_html("x" * 200_005, "the answer is too long")


@pytest.mark.parametrize("answer", ["> " * 5_000, "- " * 5_000, "<div>" * 3_000, "*_" * 8_000, "  - a\n" * 3_000])
def test_deep_nesting_ends(answer: str) -> None:
    assert html(answer)


def test_control_characters_are_gone() -> None:
    made = html("a\x00b\x1b[31mc\u202ed\x9be\u200bf")
    assert made == "<p>ab[31mcdef</p>"
    # A browser would make of these what they stand for.
    assert html("a&#x202e;b&#8203;c <abbr title='&#x2067;x'>d</abbr>") == '<p>abc <abbr title="x">d</abbr></p>'
    assert text_html("\x1b]0;x\x07") == "<p>]0;x</p>\n"


def test_prompts_and_answers_have_names_of_their_own() -> None:
    assert 'id="p4-a"' in prompt_html(4, "<b id=a>x</b>", {})
    assert figure_key(" figures/b%20c.png") == "figures/b c.png"


class _Dangers(HTMLParser):
    """What would run, load, or reach out of the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "iframe", "object", "embed", "form", "input", "svg", "math", "article"):
            self.found.append(tag)
        for name, value in attrs:
            address = (value or "").lower()
            bad = name == "src" and not address.startswith("data:image/png;base64,")
            bad |= name == "href" and not address.startswith(("#question-", f"#{FOUR}", "http:", "https:", "mailto:"))
            bad |= name == "id" and not address.startswith(FOUR)
            if bad or name.startswith("on") or name in ("style", "name", "srcset"):
                self.found.append(f"{name}={value}")
        if tag not in ("br", "hr", "img", "wbr", "source"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.found.append(f"</{tag}>")


PARTS = st.sampled_from(
    "<script> </script> <svg <a <img > <!-- --> <![CDATA[ ]]> <? href= src= id=x name=x onload=x javascript:x "
    "java&#9;script:x \" ' = / <style> style=x [a]( ![b]( figures/a.png ) ` * <b> </b> <p> </p> <table> <td> </table> "
    "<details> <summary> <h2> </h5> <pre> </div> </article> <select> <option> <math> <mtext> <title> <input # ## > \n "
    "\n\n ``` | |- - [^1] [^1]: ".split(" ")
)


@given(st.lists(st.one_of(PARTS, st.text(max_size=3)), max_size=40).map(" ".join))
def test_nothing_runs_and_nothing_reaches_out(text: str) -> None:
    dangers = _Dangers()
    dangers.feed(html(text))
    assert dangers.found == [] and dangers.open == []
