"""From HTML to blocks, from blocks to lines, and where two pages differ."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.render.clean import UNSAFE
from report_tui.storage.thumbnails import Pixels
from report_tui.tui.page_blocks import Kind, blocks
from report_tui.tui.page_differences import differences
from report_tui.tui.page_view import page_lines


def shown(
    html: str, width: int = 40, lost: Mapping[str, str] | None = None, pictures: Mapping[str, Pixels] | None = None
) -> list[str]:
    """The lines of a page without its gutter."""
    pictures = pictures or {}
    page = blocks(html, lost or {}, pictures.keys())
    return [line.plain[2:].rstrip() for line in page_lines(page, (), "", width, pictures)]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>One\n two</p><p>three</p>", ["One two", "", "three"]),
        ("a<br>b", ["a", "b"]),
        ("<h2>Trial</h2>text", ["Trial", "", "text"]),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", ["• a", "• b", "  • c"]),
        ('<ol start="9"><li>a<li>b</ol>', ["9. a", "10. b"]),
        ("<ul><li><p>a</p><p>b</p></li></ul>", ["• a", "  b"]),
        ("<ul><li><blockquote>a</blockquote></li></ul>", ["• ▏ a"]),
        ("<blockquote><p>a</p><p>b</p></blockquote>", ["▏ a", "▏", "▏ b"]),
        ('<ul><li><input type="checkbox" checked> a</li><li><input type=checkbox> b</li></ul>', ["☑ a", "☐ b"]),
        ("<pre><code>a\n\n  b\n</code></pre>", [" a", "", "   b"]),
        ('<a href="https://a.example">here</a>.', ["here (https://a.example)."]),
        ('<a href="https://a.example">https://a.example</a>', ["https://a.example"]),
        ('<a href="mailto:a@b.example">a@b.example</a>', ["a@b.example"]),
        ('<img alt="Wheel" src="figures/a%20b.png">', ["▣ Wheel · figures/a b.png"]),
        ("<script>a</script><style>b</style>c", ["c"]),
        ("<odd>a</odd> <b>b", ["a b"]),
        ("</p></ul></td></table>a", ["a"]),
        ("<table><tr><th>a<th>b<tr><td>1</table>", ["a │ b", "──┼──", "1 │"]),
        ("<td>a</td>", ["a"]),
        ("a <![odd[ b ]]> c", ["a c"]),
        ("a\x1b[31mb\u202ec", ["a[31mbc"]),
        ("[red]a[/]", ["[red]a[/]"]),
    ],
)
def test_lines(html: str, lines: list[str]) -> None:
    assert shown(html) == lines


def test_a_missing_figure_says_so() -> None:
    html = '<img alt="Wheel" src="figures/a%20b.png">'
    assert shown(html, lost={"figures/a b.png": "not found"}) == ["▣ Wheel · figures/a b.png (not found)"]


def test_a_figure_is_drawn_below_its_name_where_there_is_room() -> None:
    html = '<ul><li>One <img alt="W" src="a.png"> and more</li><li>two</li></ul>'
    pictures = {"a.png": Pixels(20, 4, b"\x00\x80\xff" * 80)}
    name = "• One ▣ W · a.png and more"
    assert shown(html, pictures=pictures) == [name, f"  {'▀' * 20}", f"  {'▀' * 20}", "• two"]
    assert "▀" not in "".join(shown(html, 22, pictures=pictures))


def test_a_figure_in_a_table_is_drawn_below_the_table() -> None:
    html = '<table><tr><td><img alt="W" src="a.png"></td><td>b</td></tr></table>'
    assert shown(html, pictures={"a.png": Pixels(4, 2, b"\x00" * 24)}) == ["▣ W · a.png │ b", "▀▀▀▀"]


def test_a_wide_table_wraps_its_widest_column() -> None:
    html = f"<table><tr><td>short</td><td>{'word ' * 12}</td></tr></table>"
    lines = shown(html, 32)
    assert len(lines) > 1
    assert all("│" in line and len(line) <= 30 for line in lines)


def test_a_table_of_too_many_columns_comes_row_by_row() -> None:
    html = f"<table><tr>{'<td>ab</td>' * 30}</tr></table>"
    assert "".join(shown(html, 20)).count("ab") == 30


TAGS = (
    "<p> </p> <ul> <ol> </ol> <li> </li> <blockquote> <pre> </pre> <table> <tr> <td> <th> </table> <a href=x> </a> <b> "
    "</b> <img <script> </script> <![x <!-- --> & &# <h1> </h1> <hr> <input type=checkbox>"
).split(" ")
HTML = st.lists(st.one_of(st.sampled_from(TAGS), st.text(max_size=4)), max_size=40).map(" ".join)


@given(HTML, st.integers(1, 80))
def test_any_html_has_lines_that_fit(html: str, width: int) -> None:
    for line in page_lines(blocks(html), (), "", width):
        assert line.cell_length <= width
        assert not UNSAFE.search(line.plain)


@pytest.mark.parametrize(
    ("one", "other", "there", "here"),
    [
        ("<p>a - b</p>", "<p>a</p><ul><li>b</li></ul>", "running text and a list", "running text"),
        ("<p>x</p><p>| a |</p>", "<p>x</p><table><tr><td>a</td></tr></table>", "a table", "running text"),
        ("<p>the ~~old~~ price</p>", "<p>the <s>old</s> price</p>", "“old”", "“~~old~~”"),
        ("<p>a</p>", "<p>a</p><p>b</p>", "running text", "nothing"),
        ("<p>a</p>", "<p><em>a</em></p>", "running text in another style", "running text in another style"),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>", "a list at other levels", None),
    ],
)
def test_a_difference_says_what_is_there_instead(one: str, other: str, there: str, here: str | None) -> None:
    mine, theirs = differences(blocks(one), blocks(other))
    assert [place.there for place in mine] == [there]
    assert [place.there for place in theirs] == [there if here is None else here]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>see https://a.example.</p>", '<p>see <a href="https://a.example">https://a.example</a>.</p>'),
        ("<ul><li>a</li></ul>", "<ul>\n<li><p>a</p></li>\n</ul>"),
        ("<p>a\nb</p>", "a b"),
    ],
)
def test_what_reads_the_same_is_no_difference(one: str, other: str) -> None:
    assert differences(blocks(one), blocks(other)) == ((), ())


def test_two_large_pages_are_compared_without_a_search() -> None:
    one, other = blocks("<p>a" * 900), blocks("<p>x" + "<p>b" * 900)
    mine, theirs = differences(one, other)
    assert [(place.first, place.end) for place in mine] == [(0, 900)]
    assert [(place.first, place.end) for place in theirs] == [(0, 901)]


def test_a_place_has_a_gutter_and_a_caption() -> None:
    page = blocks("<p>same</p><p>a - b</p>")
    places, _ = differences(page, blocks("<p>same</p><p>a</p><ul><li>b</li></ul>"))
    lines = [line.plain.rstrip() for line in page_lines(page, places, "on GitHub", 60)]
    assert lines == ["  same", "", "┃ on GitHub: running text and a list", "┃ a - b"]


def test_headings_know_their_level() -> None:
    assert [(block.kind, block.level) for block in blocks("<h4>a</h4>b")] == [(Kind.HEADING, 4), (Kind.TEXT, 0)]
