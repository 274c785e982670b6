"""A figure put into an answer is seen and counted wherever it was asked for, and nothing else of the text changes."""

from __future__ import annotations

import re

import markdown
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from report_tui.core.figure_links import CannotInsert, figure_link, insertion
from report_tui.core.images import count_images, find_images

COURSE = re.compile(r"!\[.*?\]\(.*?\)")
LINK = "![Wheel slip](figures/wheel-slip.png)"


@pytest.mark.parametrize(
    ("description", "path", "link"),
    [
        ("Wheel slip", "figures/wheel-slip.png", LINK),
        ("", "figures/a.png", "![](figures/a.png)"),
        ("a](b)[c", "figures/a.png", "![a)(b)(c](figures/a.png)"),
        ("two\n\nlines\u2028here", "x.png", "![two lines here](x.png)"),
        ("`code` and \\", "x.png", "!['code' and /](x.png)"),
        ("a <b> & 1 < 2 <!-- x", "x.png", "![a < b> & 1 < 2 < !- x](x.png)"),
        ("## Answer: 42", "x.png", "![# Answer 42](x.png)"),
        ("--- 7 ---", "x.png", "![- 7 -](x.png)"),
        ("left\u202eright\x1b[31m", "x.png", "![leftright(31m](x.png)"),
        ("x", "figures/Trial map (1).png", "![x](figures/Trial%20map%20%281%29.png)"),
        ("x", "50%#?<a>&\"'\\.png", "![x](50%25%23%3F%3Ca%3E%26%22%27%5C.png)"),
        ("x", "figures/\u00e6\u00f8\u00e5\u00a0.png", "![x](figures/\u00e6\u00f8\u00e5%C2%A0.png)"),
        ("x", "a:b.png", "![x](a%3Ab.png)"),
    ],
)
def test_a_link_has_the_counted_form(description: str, path: str, link: str) -> None:
    assert figure_link(description, path) == link


ANYTHING = st.text(alphabet=st.characters(codec=None), max_size=40) | st.text(
    alphabet="a[]()!`\\<>#-&;*_ \n'\"", max_size=40
)


@given(ANYTHING, ANYTHING.map(lambda name: f"figures/{name}.png"))
def test_any_description_and_path_make_one_figure_on_every_page(description: str, path: str) -> None:
    link = figure_link(description, path)
    assert [match.span() for match in COURSE.finditer(link)] == [(0, len(link))]
    assert "##" not in link and "Answer:" not in link and link.split("\n") == [link]
    (image,) = find_images(link)
    assert image.counted and image.renders and not image.in_code and not image.hidden
    for page in (MarkdownIt("commonmark").render(link), markdown.markdown(link)):
        assert len(re.findall("<img ", page)) == 1 and "![" not in page, page


def applied(marked: str) -> str:
    """The text with the figure in it, asked for where `@` stands."""
    offset, text = marked.index("@"), marked.replace("@", "")
    return insertion(text, offset, LINK).applied(text).replace(LINK, "FIG")


@pytest.mark.parametrize(
    ("marked", "result"),
    [
        ("@", "FIG"),
        ("\n \n@\n", "FIG"),
        ("@one", "FIG\n\none"),
        ("one@", "one\n\nFIG"),
        ("one\n@", "one\n\nFIG"),
        ("one\n\n@\n\ntwo", "one\n\nFIG\n\ntwo"),
        ("one\n\n\n\n@\n\n\ntwo", "one\n\nFIG\n\ntwo"),
        # Never in the middle of a line; at the edge of one where a sentence does not mind.
        ("o@ne\ntwo\n\nthree", "one\ntwo\n\nFIG\n\nthree"),
        ("one@\ntwo", "one\n\nFIG\n\ntwo"),
        ("one  @\ntwo", "one  \n\nFIG\n\ntwo"),
        ("one\n@two", "one\n\nFIG\n\ntwo"),
        ("one\\@\ntwo", "one\\\ntwo\n\nFIG"),
        ("one *a@\nb* two", "one *a\nb* two\n\nFIG"),
        ("one `a@\nb` two", "one `a\nb` two\n\nFIG"),
        ("one [a@\nb](c) two", "one [a\nb](c) two\n\nFIG"),
        ("one@\n1986. two", "one\n1986. two\n\nFIG"),
        ("a | b@\n--|--\n1 | 2\n\ntwo", "a | b\n--|--\n1 | 2\n\nFIG\n\ntwo"),
        ("Title@\n===\ntext", "Title\n===\n\nFIG\n\ntext"),
        ("# Ti@tle\ntext", "# Title\n\nFIG\n\ntext"),
        # Never inside of what belongs together.
        ("- one\n- t@wo\n- three\n\ntext", "- one\n- two\n- three\n\nFIG\n\ntext"),
        ("- one\n@\n- two", "- one\n\n- two\n\nFIG"),
        ("@- one\n- two", "FIG\n\n- one\n- two"),
        ("> one\n> @two\n\nend", "> one\n> two\n\nFIG\n\nend"),
        ("```\none\n@\ntwo\n```\nend", "```\none\n\ntwo\n```\n\nFIG\n\nend"),
        ("text\n\n    code@\n\n    code\n\nend", "text\n\n    code\n\n    code\n\nFIG\n\nend"),
        ("<!-- one\n\n@\n\ntwo --> three\nfour", "<!-- one\n\n\n\ntwo --> three\n\nFIG\n\nfour"),
        ("text <!-- one\n\n@\n\ntwo --> three\n\nend", "text <!-- one\n\n\n\ntwo --> three\n\nFIG\n\nend"),
        ("<details>\n\n@one\n\n</details>\n\nend", "<details>\n\none\n\n</details>\n\nFIG\n\nend"),
        ("<div>\n<div>\n\n@</div>\n\none\n\n</div>\n\nend", "<div>\n<div>\n\n</div>\n\none\n\n</div>\n\nFIG\n\nend"),
        ("<b>never closed\n\n@one", "<b>never closed\n\nFIG\n\none"),
        ("@one\n\n<div>\n\ntwo", "FIG\n\none\n\n<div>\n\ntwo"),
        ("<br>\n\n@\n\none", "<br>\n\nFIG\n\none"),
        ("[a]: b\n[c@]: d\n\nend", "[a]: b\n[c]: d\n\nFIG\n\nend"),
        ("@```\nopen", "FIG\n\n```\nopen"),
        ("a\rb@\n```\nx\n```", "a\rb\n\nFIG\n\n```\nx\n```"),
    ],
)
def test_the_figure_stands_on_lines_of_its_own(marked: str, result: str) -> None:
    assert applied(marked) == result


@pytest.mark.parametrize(
    "marked", ["```\nopen@", "```\nopen\n\n@\n", "<!-- never\n\n@ends", "<script>\n\n@", "<div>\n\na\n\n@b"]
)
def test_a_figure_that_nobody_would_see_is_refused(marked: str) -> None:
    with pytest.raises(CannotInsert, match=r"is never closed.*; close that first"):
        applied(marked)


_PIECES = (
    "one two|\n|\n|\n\n|- a|1. b|    c|```|~~~|`|> q|# h|<!--|-->|<div>|</div>|<pre>|</pre>|![x](y.png)|![|](|)|===|---"
    "|*|[r]: u|<details>|</details>|<b>|**|  |\\|\t|\x0c|\u00a0"
)
PIECES = st.sampled_from([*_PIECES.split("|"), "| a | b |\n|--|--|"])


@given(st.lists(PIECES, max_size=14).map("".join), st.integers(-1, 80))
@example("- a\n\n  - b\n\n      c", 7)
@example("\t```\n```", 2)
def test_one_more_figure_is_counted_and_shown_and_the_rest_is_as_it_was(text: str, offset: int) -> None:
    try:
        made = insertion(text, offset, LINK)
    except CannotInsert:
        return
    assert not text[made.start : made.end].strip(" \t\n")
    after = made.applied(text)
    assert count_images(after) == count_images(text) + 1 == len(COURSE.findall(after))
    lines = after.split("\n")
    row = made.applied(text)[: made.start + made.text.index(LINK)].count("\n")
    assert lines[row] == LINK
    assert all(not lines[beside] for beside in (row - 1, row + 1) if 0 <= beside < len(lines))
    written = [line for line in text.split("\n") if line.strip(" \t")]
    assert [line for line in lines if line.strip(" \t") and line is not lines[row]] == written
    start = after.index(LINK, made.start)
    (image,) = [image for image in find_images(after) if image.span == (start, start + len(LINK))]
    assert image.counted and image.renders and not image.in_code and not image.hidden
    page = MarkdownIt("commonmark").render(after)
    assert '<p><img src="figures/wheel-slip.png" alt="Wheel slip" /></p>' in page
