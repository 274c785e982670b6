"""The line rules about the course's page. All samples were compared with python-markdown 3.11."""

from __future__ import annotations

import markdown
import pytest

from report_tui.validation.page_damage import find_page_damage

SAMPLES: dict[str, tuple[str, dict[str, int]]] = {
    # name: (text, {code: row of the first place})
    "plain text": ("The crane turns.\nIt stops.", {}),
    "list below a blank line": ("We use:\n\n- ropes\n- buoys", {}),
    "list glued to text": ("We use:\n- ropes\n- buoys", {"page-list": 2}),
    "list of stars glued to text": ("We use:\n* ropes\n* buoys", {"page-list": 2}),
    "numbers glued to text": ("We use:\n1. ropes\n2. buoys", {"page-list": 2}),
    "a year at the start of a line": ("It was built in\n2019. was a good year.", {}),
    "list glued to text below a list": ("- ropes\n\nAnd also:\n- buoys", {"page-list": 4}),
    "list glued to text inside a list item": ("- ropes\n\n    And also:\n    - buoys", {"page-list": 4}),
    "list below a heading": ("# Parts\n- ropes\n- buoys", {}),
    "list below a rule": ("Text\nmore\n---\n- ropes", {}),
    "list glued to a quote": ("> quoted\n- ropes", {"page-list": 2}),
    "text glued to a list": ("- ropes\nwhich are long\n- buoys", {}),
    "four blanks in a paragraph": ("Text\n    - not a list", {}),
    "list in indented code": ("Text\n\n    - not a list\n    - either", {}),
    "brackets instead of dots": ("We did:\n\n1) ropes\n2) buoys", {"page-numbering": 3}),
    "brackets with long items": ("We did:\n\n1) ropes\nlong ones\n2) buoys", {"page-numbering": 3}),
    "list glued to text below code": ("Text\n\n    code\nmore:\n- ropes\n- buoys", {"page-list": 5}),
    "one bracket": ("We did:\n\n1) ropes", {}),
    "inner list of two blanks": ("- ropes\n  - long", {"page-nesting": 2}),
    "inner list of three blanks": ("1. ropes\n   - long\n   - short\n2. buoys", {"page-nesting": 2}),
    "inner list below a blank line": ("- ropes\n\n  - long", {"page-nesting": 3}),
    "inner list of four blanks": ("- ropes\n    - long\n- buoys", {}),
    "inner list of an inner list": ("- ropes\n    - long\n      - old", {"page-nesting": 3}),
    "list that leans": ("- ropes\n - buoys\n- boats", {}),
    "list that leans below a wide number": ("10. ropes\n   - buoys", {}),
    "list that leans below text": ("- ropes\n\ntext\n\n   - buoys", {}),
    "list that leans below a wide gap": ("-   ropes\n  - buoys", {}),
    "backslash that breaks a line": ("The crane\\\nturns.", {"page-break": 1}),
    "backslash in an item": ("- The **crane**,\\\n  it turns.", {"page-break": 1}),
    "backslash at the end": ("The crane\\\n\nturns\\", {}),
    "two backslashes": ("The crane\\\\\nturns.", {}),
    "command that goes on": ("We ran docker run \\\n  --name quay \\\n  image", {}),
    "command that goes on without a blank": ("docker run\\\n  --name=quay\\\n  image", {}),
    "path with backslashes": ("It is in C:\\quay\\\nand there.", {}),
    "backslash in code": ("`The crane\\\nturns`\n\n    a\\\n    b", {}),
    "table": ("Text\n\n| a | b |\n|---|---|\n| 1 | 2 |", {"page-table": 4}),
    "table without outer bars": ("a | b\n--- | ---\n1 | 2", {"page-table": 2}),
    "table in code": ("Text\n\n```\n| a | b |\n|---|---|\n```", {"page-code": 3}),
    "picture above dashes": ("![crane](figures/crane.png)\n---\nText", {"page-heading": 1}),
    "text above equals signs": ("Text\n===\nmore", {"page-heading": 1}),
    "list above dashes": ("- ropes\n---\nmore", {"page-heading": 1}),
    "dashes below two lines": ("One\ntwo\n---\nmore", {}),
    "dashes below a blank line": ("Text\n\n---\n\nmore", {}),
    "indented dashes": ("Text\n ---\nmore", {}),
    "fence glued to text": ("We ran:\n```python\nx = 1\ny = 2\n```\nIt worked.", {"page-code": 2}),
    "fence below a blank line": ("We ran:\n\n```python\nx = 1\n```", {"page-code": 3}),
    "one line of code without a language": ("We ran:\n\n```\nx = 1\n```", {}),
    "fence with a comment": ("We ran:\n\n```\n# all\nls\n```", {"page-code": 3}),
    "fence with a blank line": ("We ran:\n\n```\nls\n\nls\n```", {"page-code": 3}),
    "tildes": ("We ran:\n\n~~~\nls\n~~~", {"page-code": 3}),
    "fence in indented code": ("We ran:\n\n    ```\n    # all\n    ```", {}),
    "code indented by four": ("We ran:\n\n    ls\n    # all", {}),
    "name in angle brackets": ("Use <bucket-name> here.\nOr <b and c>.", {"page-tag": 1}),
    "name in backticks": ("Use `<bucket-name>` here.", {}),
    "escaped name": (r"Use \<bucket-name> here.", {"page-tag": 1}),
    "less and greater": ("If a < b and c > d, or <3.", {}),
    "address in angle brackets": ("See <https://example.org/a> or <me@example.org>.", {}),
    "real elements": ("One<br>two <b>three</b> <img src='figures/a.png'>", {}),
    "link target in angle brackets": ("![plan](<figures/b c.png>) and [it](<a b> 'title')", {}),
    "link target in angle brackets that never ends": ("![plan](<figures/b c.png> and more", {"page-tag": 1}),
    "script": ("<script>alert(1)</script>", {"page-tag": 1}),
    "comment": ("Text <!-- later --> more", {"page-comment": 1}),
    "comment over lines": ("Text\n\n<!-- a <name>\nb -->", {"page-comment": 3}),
    "task list": ("To do:\n\n- [x] ropes\n- [ ] buoys", {"page-task-list": 3}),
    "struck out": ("It was ~~slow~~ fast.", {"page-strikethrough": 1}),
    "struck out in an address": ("See [it](a/~~b~~/c), <https://a.b/~~c~~> and https://a.b/~~c~~/d.", {"page-link": 1}),
    "struck out link": ("It was ~~[slow](a.md)~~ fast.", {"page-strikethrough": 1}),
    "struck out words of a link": ("It was [~~slow~~ fast](a.md).", {"page-strikethrough": 1}),
    "struck out in a tag": ("It was <b title='~~slow~~'>fast</b>.", {}),
    "signs in indented code": ("So:\n\n    ~~a~~ <b c> https://example.org", {}),
    "signs in a list item's paragraph": (
        "- so\n\n    ~~a~~ <b c> https://a.b",
        {"page-strikethrough": 3, "page-tag": 3, "page-link": 3},
    ),
    "tildes behind a backslash": ("It was \\~~slow~~ and ~~fast\\~~.", {}),
    "tildes that mean about": ("~~ 5 to ~ 7", {}),
    "bare address": ("See https://example.org/a for more.", {"page-link": 1}),
    "address in a link": ("See [there](https://example.org/a).", {}),
    "address with brackets in a link": ("See [there](https://example.org/a_(b)).", {}),
    "address as a link's text": ("See [https://example.org](https://example.org).", {}),
    "address in an element": ('See <a href="https://example.org">https://example.org</a>.', {}),
    "address behind an element": ("See <a href='b'>b</a>, then https://example.org.", {"page-link": 1}),
    "picture in a link": ("[![a](figures/a.png)](https://example.org)", {}),
    "address in backticks": ("See `https://example.org/a`.", {}),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name: str) -> None:
    text, expected = SAMPLES[name]
    assert {damage.code: damage.row for damage in find_page_damage(text)} == expected


def test_a_kind_is_told_once_with_its_count() -> None:
    text = "One:\n- a\n\nTwo:\n- b\n- c\n\nThree:\n- d"
    assert [(damage.code, damage.row, damage.places) for damage in find_page_damage(text)] == [("page-list", 2, 3)]


def test_code_that_stays_together_and_code_that_falls_apart_have_their_own_words() -> None:
    flat = next(iter(find_page_damage("Text\n\n```python\na\nb\n```")))
    apart = next(iter(find_page_damage("Text\n\n```python\na\n# b\n```")))
    assert flat.message == "a code block comes out as one run of text on the course's page"
    assert apart.message == "a code block falls apart on the course's page"


def test_the_way_out_for_code_is_one_that_the_page_shows_right() -> None:
    # A fence is never right on that page; code indented by four blanks is.
    assert list(find_page_damage("Text\n\n    # a comment\n    x = 1\n\n    y = 2\n\nmore")) == []


def test_glued_to_the_marker() -> None:
    found = list(find_page_damage("Text", glued_to_marker=True))
    assert [(damage.code, damage.row) for damage in found] == [("page-quote", 1)]


@pytest.mark.parametrize("text", ["> Said one\n\nand another", "  >Said one"])
def test_a_quote_below_the_marker_joins_the_prompt(text: str) -> None:
    assert "<p>Answer:</p>\n<p>Said" in markdown.markdown(f"> Answer:\n\n{text}")
    found = list(find_page_damage(text, below_quote=True))
    assert [(damage.code, damage.row, damage.note) for damage in found] == [("page-own-quote", 1, False)]
    assert not list(find_page_damage(text))


@pytest.mark.parametrize("text", ["We\n\n> Said one", "    > code"])
def test_a_quote_elsewhere_is_one_of_its_own(text: str) -> None:
    assert not list(find_page_damage(text, below_quote=True))


def test_an_address_is_a_note_only() -> None:
    assert [damage.note for damage in find_page_damage("https://example.org")] == [True]
    assert [damage.note for damage in find_page_damage("~~gone~~")] == [False]


def test_a_long_name_is_shortened() -> None:
    message = next(iter(find_page_damage(f"<{'a' * 500}>"))).message
    assert message == f"<{'a' * 38}… outside code vanishes from the course's page"


@pytest.mark.parametrize("text", ["", "\n", "   ", "#", "-", "```", "<", "|", "> ", "\t- a", "=", "---", "1)"])
def test_odd_texts_do_no_harm(text: str) -> None:
    assert [damage.code for damage in find_page_damage(text) if damage.code != "page-code"] == []


MANY = 100_000
LARGE: list[tuple[str, str, int, int]] = [
    # a text, so often; then code, row and count. A rule that starts over for each place would not come to an end.
    ("~~a~~\n", "page-strikethrough", 1, MANY),
    ("<!--\n-->", "page-comment", 1, MANY),
    ("\nhttp://a.b", "page-link", 2, MANY),
    ("\n<a b>", "page-tag", 2, MANY),
    ("\n<a b=c>https://a.b", "page-link", 2, MANY),
    ("\n~~ https://a.b/(((", "page-link", 2, MANY),
]


@pytest.mark.parametrize(("unit", "code", "row", "count"), LARGE)
def test_many_places(unit: str, code: str, row: int, count: int) -> None:
    found = list(find_page_damage(unit * count))
    assert [(damage.row, damage.places) for damage in found if damage.code == code] == [(row, count)]


def test_many_fences_in_one_list() -> None:
    found = list(find_page_damage("- a" + "\n\n    ```\n    b\n    c\n    ```" * (MANY // 10)))
    assert [(damage.code, damage.row, damage.places) for damage in found] == [("page-code", 3, MANY // 10)]


def test_a_long_line_of_blanks_below_a_bar_is_no_table() -> None:
    assert list(find_page_damage(f"a|b\n|-{' ' * MANY}x")) == []
