"""Figures in an answer: every form in which they are written, where they stand, and what the course counts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.core import figures_read
from report_tui.core.images import ImageForm, count_images, find_images, is_remote
from tests.faults.watchdog import within

COURSE_PATTERN = re.compile(r"!\[.*?\]\(.*?\)")
IMAGE, LINK, HTML, REFERENCE = ImageForm.IMAGE, ImageForm.LINK, ImageForm.HTML, ImageForm.REFERENCE


@given(st.text(alphabet="![]() \nab", max_size=40))
def test_images_are_counted_as_the_course_counts_them(text: str) -> None:
    assert count_images(text) == len(COURSE_PATTERN.findall(text))
    spans = [image.span for image in find_images(text) if image.counted]
    assert spans == [match.span() for match in COURSE_PATTERN.finditer(text)]


@pytest.mark.parametrize(
    ("text", "form", "description", "target"),
    [
        ("![a crane](figures/crane.png)", IMAGE, "a crane", "figures/crane.png"),
        ("text ![](figures/crane.png) text", IMAGE, "", "figures/crane.png"),
        ("![a]( figures/crane.png 'the title' )", IMAGE, "a", "figures/crane.png"),
        ("![a](<figures/a crane.png>)", IMAGE, "a", "figures/a crane.png"),
        ("![a](https://example.org/a.png)", IMAGE, "a", "https://example.org/a.png"),
        ("![a]()", IMAGE, "a", ""),
        ("[a crane](figures/crane.PNG)", LINK, "a crane", "figures/crane.PNG"),
        ('<img src="figures/crane.png" alt="a crane">', HTML, "a crane", "figures/crane.png"),
        ("<IMG width=300 SRC='figures/crane.png'/>", HTML, "", "figures/crane.png"),
        ("<img src=figures/crane.png>", HTML, "", "figures/crane.png"),
        ("<img>", HTML, "", ""),
        ("![a crane][c]\n\n[c]: figures/crane.png", REFERENCE, "a crane", "figures/crane.png"),
        ("![Crane]\n\n[crane]: figures/crane.png 'title'", REFERENCE, "Crane", "figures/crane.png"),
        ("![a crane][]\n\n[A crane]: <figures/a crane.png>", REFERENCE, "a crane", "figures/a crane.png"),
    ],
)
def test_the_forms_of_a_figure(text: str, form: ImageForm, description: str, target: str) -> None:
    (image,) = find_images(text)
    assert (image.form, image.description, image.target) == (form, description, target)
    assert (image.counted, image.in_code) == (form is IMAGE, False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text",
        "[docs](https://example.org/x.png)",
        "[file](report.pdf)",
        "![not closed](a.png",
        "! [a](b)",
        "![a][missing]",
        "[a]: figures/crane.png",
        "`<img src=x>`",
        "`[a](x.png)`",
        "<imgs src=x>",
        "<im",
        "![",
        "a < b",
    ],
)
def test_what_is_no_figure(text: str) -> None:
    assert find_images(text) == ()


def test_an_image_in_code_is_counted_by_the_course_but_shown_by_nobody() -> None:
    text = "`![a](b.png)`\n\n```\n![c](d.png)\n```\n\n![e](f.png)"
    assert [(image.row, image.in_code, image.counted) for image in find_images(text)] == [
        (1, True, True),
        (4, True, True),
        (7, False, True),
    ]


def test_a_blank_in_a_path_makes_it_no_image_to_a_renderer() -> None:
    assert [image.renders for image in find_images("![a](my crane.png) ![b](my%20crane.png) ![c](<my crane.png>)")] == [
        False,
        True,
        True,
    ]


def test_figures_come_in_order_and_once() -> None:
    text = "[![a](a.png)](b.png) <img src=c.png> ![d](d.png) [e](e.png)\n![f][g]\n\n[g]: g.png"
    assert [(image.form, image.target) for image in find_images(text)] == [
        (IMAGE, "a.png"),
        (HTML, "c.png"),
        (IMAGE, "d.png"),
        (LINK, "e.png"),
        (REFERENCE, "g.png"),
    ]


@pytest.mark.parametrize(
    "target", ["https://x/a.png", "HTTP://x", "//x/a.png", "data:image/png;base64,x", "file:///a", " mailto:x"]
)
def test_remote_targets(target: str) -> None:
    assert is_remote(target)


@pytest.mark.parametrize("target", ["figures/a.png", "../a.png", "/a.png", "C:\\a.png", "c:/a.png", "", "a:b.png"[2:]])
def test_local_targets(target: str) -> None:
    assert not is_remote(target)


@given(st.text(alphabet="![](<>img src='\"`\n=.png)ab", max_size=60))
def test_nothing_makes_the_search_fail(text: str) -> None:
    for image in find_images(text):
        assert 0 <= image.span[0] < image.span[1] <= len(text)
        assert image.row == text.count("\n", 0, image.span[0]) + 1


@pytest.mark.parametrize(
    "text",
    [
        r"\![a](figures/a.png)",
        "<!-- ![a](figures/a.png) -->",
        "<!-- ![a](figures/a.png)",
        '<span title="![a](figures/a.png)">x</span>',
        "<pre>\n![a](figures/a.png)\n</pre>",
        "<PRE>![a](figures/a.png)",
        "<script>\n![a](figures/a.png)\n</script>",
    ],
)
def test_a_figure_that_is_counted_and_hidden(text: str) -> None:
    (image,) = find_images(text)
    assert (image.target, image.counted, image.hidden) == ("figures/a.png", True, True)


@pytest.mark.parametrize(
    "text",
    [
        r"\\![a](figures/a.png)",
        "<!-- x --> ![a](figures/a.png)",
        "<b>![a](figures/a.png)</b>",
        "<pre>x</pre> ![a](figures/a.png)",
        "a < b ![a](figures/a.png) > c",
        "`<!--` ![a](figures/a.png)",
        '<img src="figures/a.png">',
        "text\n    ![a](figures/a.png)",
        "- item\n\n    ![a](figures/a.png)",
        "1. item\n   more\n\n    ![a](figures/a.png)",
    ],
)
def test_a_figure_that_is_shown(text: str) -> None:
    (image,) = find_images(text)
    assert (image.target, image.hidden, image.in_code) == ("figures/a.png", False, False)


@pytest.mark.parametrize(
    "text", ["text\n\n    ![a](a.png)", "    ![a](a.png)", "\t![a](a.png)", "- a\n\ntext\n\n    b\n\n    ![a](a.png)"]
)
def test_a_figure_in_indented_code(text: str) -> None:
    (image,) = find_images(text)
    assert (image.counted, image.in_code) == (True, True)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("![a](figures/a_(1).png)", "figures/a_(1).png"),
        ("(![a](figures/a_(1)(2).png))", "figures/a_(1)(2).png"),
        ("![a](figures/a_(1.png)", "figures/a_(1.png"),
        (r"![a](figures/a\_b.png)", "figures/a_b.png"),
        (r"![a](figures\a.png)", r"figures\a.png"),
        ("![a](figures/a&amp;b.png)", "figures/a&b.png"),
        ("<img src='figures/a&amp;b.png'>", "figures/a&b.png"),
        ("![a](<figures/b c.png>)", "figures/b c.png"),
        ("![a](figures/a.png (a title))", "figures/a.png"),
    ],
)
def test_a_target_is_what_a_page_reads(text: str, target: str) -> None:
    (image,) = find_images(text)
    assert (image.target, image.renders) == (target, True)


@pytest.mark.parametrize(
    "part", ["<!--", "<pre>", "<a ", '<a "', "\\![", "![a](", "![a](b(x)", "\t![a](b)\n\n", "</pre<pre>"]
)
def test_the_search_goes_through_a_long_text_once(part: str) -> None:
    # Were the time quadratic, this would take hours.
    assert len(find_images(part * 50_000)) in (0, 1, 50_000)


READ_BY_NOBODY = [
    "<div>\n![a](figures/a.png)\n</div>",
    '<div align="center">\n\n![a](figures/a.png)\n\n</div>',
    '<p align="center">![a](figures/a.png)</p>',
    "<center>![a](figures/a.png)</center>",
    "<details>\n<summary>x</summary>\n![a](figures/a.png)\n</details>",
    "<span>\n![a](figures/a.png)\n</span>",
    "<? ![a](figures/a.png) ?>",
    "![a ] b](figures/a.png)",
    "![a [ b](figures/a.png)",
    "![a\\](figures/a.png)",
    "![the `x](figures/a.png) and `y",
    '![a <b c="](figures/a.png)">',
    "![a <!-- ](figures/a.png) -->",
    "![a](figures/a(1.png)",
    "![a](<figures/a.png)",
    "![a](figures/\x01a.png)",
    "| a |\n|---|\n| ![a|b](figures/a.png) |",
    "[x]: ![a](figures/a.png)",
    "-     ![a](figures/a.png)",
    "- ```\n  ![a](figures/a.png)\n  ```",
    "1. x\n\n       ![a](figures/a.png)",
]


@pytest.mark.parametrize("text", READ_BY_NOBODY)
def test_a_figure_that_a_page_shows_as_text(text: str) -> None:
    (image,) = find_images(text)
    assert (image.counted, image.unread or image.in_code) == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        "- ![a](figures/a.png)",
        "> ![a](figures/a.png)",
        "![a [x] b](figures/a.png)",
        "![a \\] b](figures/a.png)",
        "[![a](figures/a.png)](https://x.org)",
        '![a](<figures/a.png> "a title")',
        '![a](figures/a.png "the \\" sign")',
        "<div>x</div>\n\n![a](figures/a.png)",
        "<br>\n\n![a](figures/a.png)",
        "a <b>![a](figures/a.png)</b>",
        "| a |\n|---|\n| ![a](figures/a.png) |",
        "- x\n\n    ![a](figures/a.png)",
        "See <https://x.org>.\n\n![`a`](figures/a.png)",
    ],
)
def test_a_figure_that_is_written_oddly_and_read(text: str) -> None:
    (image,) = find_images(text)
    assert (image.target, image.renders, image.unread, image.hidden, image.in_code) == (
        "figures/a.png",
        True,
        False,
        False,
        False,
    )


def test_a_blank_of_another_kind_is_a_sign_like_any_other() -> None:
    (image,) = find_images("![a](figures/at%203\u202fPM.png)")
    assert (image.target, image.renders, image.unread) == ("figures/at%203\u202fPM.png", True, False)


@pytest.mark.parametrize(
    "html",
    [
        '<img src="figures/a.png" data-src="figures/b.png">',
        '<img data-src="figures/b.png" src="figures/a.png">',
        '<img src="figures/a.png" src="figures/b.png">',
        '<img title="x src=figures/b.png" src="figures/a.png">',
        "<IMG ALT='a' SRC = figures/a.png>",
    ],
)
def test_the_source_that_a_browser_takes(html: str) -> None:
    (image,) = find_images(html)
    assert image.target == "figures/a.png"


@pytest.mark.parametrize("comment", ["<!-- looked at -->", "   <!-- -->  ", "<!--a-b-->"])
def test_a_comment_on_a_line_of_its_own_asks_no_parser(comment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading one costs more than a whole check."""

    def load() -> None:
        raise AssertionError("a parser is asked")

    monkeypatch.setattr(figures_read, "_parser", load)  # whatever fails in there makes every figure unread
    find_images.cache_clear()
    assert [image.unread for image in find_images(f"{comment}\n![a](figures/b.png)\n{comment}")] == [False]


@pytest.mark.parametrize("line", ["<!-- a --> ![a](figures/b.png) -->", "<!-- a --> ![a](figures/b.png)"])
def test_a_figure_behind_a_comment_on_its_line_is_read_by_nobody(line: str) -> None:
    assert [image.unread for image in find_images(line)] == [True]


def test_a_line_of_many_images_is_looked_through_once() -> None:
    with within(60):
        assert count_images("![a](b)" * 700_000) == 700_000
        assert count_images("![a](b)\n![" * 300_000) == 300_000
