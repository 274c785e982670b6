"""The rules format: what is read, and every message with its place."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from report_tui.validation import strict_yaml
from report_tui.validation.deadline import Deadline
from report_tui.validation.loader import load
from report_tui.validation.ruleset import CourseCheck, FigureRules, QuestionRule, Ruleset, TemplateRules
from report_tui.validation.strict_yaml import MAX_CHARACTERS, MAX_PROBLEMS, Problem

RULES = Path(__file__).parents[2] / "rules"

FULL = """\
schema_version: 1
course: ocean-101
title: "Oceanography: an introduction"   # a remark
figures:
  folder: img/plots
  extensions: [png]
course_check: answer-split
templates:
  - version: 2026-01
    course_check_skips: 43
    questions:
      4: {title: no, words: [100, 200], prompt: "1:30"}
      14: {title: 0o7, images: [1, 3], words: [0, 0], placeholder: noise}
  - version: "2026-02"
    questions:
      1:
        title: Group
deadline: 2026-01-23 12:00 +01:00
"""

PLAIN = """\
schema_version: 1
course: c
title: t
templates:
  - version: v
    questions:
      1: {title: Group}
"""


def messages(text: str) -> list[str]:
    ruleset, problems = load(text, "r.yaml")
    assert (ruleset is None) == bool(problems)
    return [str(problem) for problem in problems]


def test_a_deadline_without_an_offset_or_of_no_calendar() -> None:
    start = PLAIN.replace("title: t\n", "title: t\ndeadline: WHEN\n")
    assert messages(start.replace("WHEN", "2026-01-23 12:00")) == [
        "r.yaml:4:11: deadline needs the offset from UTC behind the time, such as '2026-01-23 12:00 +01:00'"
    ]
    assert messages(start.replace("WHEN", '"2026-02-30 12:00 +01:00"')) == [
        "r.yaml:4:11: deadline names a day that is in no calendar: 2026-02-30"
    ]
    assert messages(start.replace("WHEN", "[1, 2]")) == ["r.yaml:4:11: deadline must be text"]
    assert messages(start.replace("WHEN", "")) == ["r.yaml:4:10: deadline must not be empty"]


def test_everything_is_read_as_the_text_it_is() -> None:
    ruleset, problems = load(FULL, "r.yaml")
    assert problems == ()
    check = CourseCheck("answer-split", 43)
    first = TemplateRules(
        "2026-01",
        (
            QuestionRule(4, "no", (100, 200), None, "1:30"),
            QuestionRule(14, "0o7", (0, 0), (1, 3), None, "noise"),
        ),
        check,
    )
    second = TemplateRules("2026-02", (QuestionRule(1, "Group"),), CourseCheck("answer-split", 0))
    figures = FigureRules("img/plots", ("png",))
    assert ruleset == Ruleset(
        "ocean-101",
        "Oceanography: an introduction",
        figures,
        (first, second),
        Deadline("2026-01-23 12:00 +01:00", 1_769_166_000),
    )


def test_what_is_left_out_has_its_default() -> None:
    ruleset, problems = load(PLAIN, "r.yaml")
    assert problems == ()
    template = TemplateRules("v", (QuestionRule(1, "Group"),), None)
    assert ruleset == Ruleset("c", "t", FigureRules("figures", ("png", "jpg", "jpeg")), (template,))


def test_the_template_s_own_pictures() -> None:
    digest = "0123456789abcdef" * 4
    text = PLAIN.replace(
        "templates:", f"figures:\n  samples: {{a.png, 'b c.png': , d/e.jpg: {digest.upper()}}}\ntemplates:"
    )
    ruleset, problems = load(text, "r.yaml")
    assert problems == ()
    assert ruleset is not None
    assert ruleset.figures == FigureRules(samples=(("a.png", ""), ("b c.png", ""), ("d/e.jpg", digest)))


_DIGEST = "a sample's SHA-256 must be 64 digits and letters a to f; leave it out where it is not known"
_SAMPLES = "samples must be names of files, each with its SHA-256 or nothing behind the colon: {crane.png: }"


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ("[a.png]", f"4:20: {_SAMPLES}"),
        ("a.png", f"4:20: {_SAMPLES}"),
        ("{}", f"4:20: {_SAMPLES}"),
        ("{a.png: 12}", f"4:28: {_DIGEST}"),
        ("{a.png: [12]}", f"4:28: {_DIGEST}"),
        ("{a.png: , a.png: }", "4:30: duplicate sample 'a.png', first on line 4"),
        ("{/a.png}", "4:21: sample must be relative to the figures folder"),
        ("{../a.png}", "4:21: sample must not leave the figures folder: no '..'"),
        ("{'b\\a.png'}", "4:21: sample must be written with forward slashes, also for Windows"),
        ("{b//a.png}", "4:21: sample must be the name of a file such as 'crane.png'"),
        ("{'': }", "4:21: sample must not be empty"),
        ("{[a]: }", "4:21: sample must be text"),
    ],
)
def test_wrong_samples(samples: str, expected: str) -> None:
    text = PLAIN.replace("templates:", f"figures: {{samples: {samples}}}\ntemplates:")
    assert messages(text) == [f"r.yaml:{expected}"]


def test_a_byte_order_mark_and_crlf_are_fine() -> None:
    plain, _ = load(PLAIN, "r.yaml")
    assert plain is not None
    assert load("\ufeff" + PLAIN.replace("\n", "\r\n"), "r.yaml") == (plain, ())


# What stands in place of `1: {title: Group}`, and what is said about it; line 7, and columns as in the file.
LOOK = "; look at the indentation, quotes and brackets above"

QUESTIONS = {
    "1: {title: G, wrods: [1, 2]}": "7:21: unknown key 'wrods'; did you mean 'words'?",
    "1: {title: G, Words: [1, 2]}": "7:21: unknown key 'Words'; did you mean 'words'?",
    "1: {title: G, colour: red}": "7:21: unknown key 'colour'; known: title, words, images, prompt, placeholder",
    "1: {title: G, title: H}": "7:21: duplicate key 'title', first on line 7",
    "1: {words: [1, 2]}": "7:10: missing key 'title'",
    "1: {}": "7:10: missing key 'title'",
    "1: Group": "7:10: question 1 must be 'key: value' pairs; the keys are title, words, images, prompt, placeholder",
    "1: [a]": "7:10: question 1 must be 'key: value' pairs; the keys are title, words, images, prompt, placeholder",
    "0: {title: G}": "7:7: question number must be 1 or more",
    "-1: {title: G}": "7:7: question number must not be negative",
    "one: {title: G}": "7:7: question number must be a whole number such as 4, not 'one'",
    "0o7: {title: G}": "7:7: question number must be a whole number such as 4, not '0o7'",
    "1:30: {title: G}": "7:7: question number must be a whole number such as 4, not '1:30'",
    "01: {title: G}": "7:7: question number must be a whole number such as 4, not '01'",
    "1.0: {title: G}": "7:7: question number must be a whole number such as 4, not '1.0'",
    "no: {title: G}": "7:7: question number must be a whole number such as 4, not 'no'",
    "٣: {title: G}": "7:7: question number must be a whole number such as 4, not '٣'",
    "'1': {title: G}": "7:7: question number must be written without quotes",
    "1000000: {title: G}": "7:7: question number is larger than 999999",
    "? [1]\n      : {title: G}": "7:9: question number must be a whole number",
    "1: {title: G, words: 200}": (
        "7:28: words must be two numbers, least and most, such as [100, 200]; leave the key out for no limit"
    ),
    "1: {title: G, words: [1]}": (
        "7:28: words must be two numbers, least and most, such as [100, 200]; leave the key out for no limit"
    ),
    "1: {title: G, images: }": (
        "7:29: images must be two numbers, least and most, such as [1, 3]; leave the key out for no limit"
    ),
    "1: {title: G, words: [200, 100]}": "7:28: words: the least, 200, is more than the most, 100",
    "1: {title: G, images: [-1, 3]}": "7:30: images must not be negative",
    "1: {title: G, images: [1, many]}": "7:33: images must be a whole number such as 4, not 'many'",
    "1: {title: G, words: [1, 1e3]}": "7:32: words must be a whole number such as 4, not '1e3'",
    "1: {title: }": "7:18: title must not be empty",
    "1: {title: ~}": "7:18: title must not be empty",
    "1: {title: '  '}": "7:18: title must not be empty",
    "1: {title: [a]}": "7:18: title must be text",
    '1: {title: "a\\e[31mb"}': "7:18: title holds the control character U+001B",
    '1: {title: "a\\u202Eb"}': "7:18: title holds the control character U+202E",
    '1: {title: "a\\nb"}': "7:18: title holds the control character U+000A",
    f"1: {{title: {'x' * 201}}}": "7:18: title is longer than 200 characters",
    "1: {title: G, placeholder: a b}": ("7:34: placeholder must be one word: the first of the placeholder's text"),
    "1: &a {title: G}": "7:10: anchor '&a': rules use no anchors; take it out",
    "1: {title: !!str G}": "7:18: tag '!!str': rules use no tags; take it out",
    "1: {title: !!python/object:os.system G}": (
        "7:18: tag '!!python/object:os.system': rules use no tags; take it out"
    ),
    "1: {title: G, ? [k] : v}": "7:23: a key must be a word",
    '1: {title: G, "a\\e]0;b": v}': (
        "7:21: unknown key 'a\\u001b]0;b'; known: title, words, images, prompt, placeholder"
    ),
    "1: {title: [[[[a]]]]}": "7:21: nested too deeply for a rules file",
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_wrong_question(question: str) -> None:
    assert messages(PLAIN.replace("1: {title: Group}", question)) == [f"r.yaml:{QUESTIONS[question]}"]


# What is replaced in FULL by what, and what is said about it.
ELSEWHERE = [
    ("course: ocean-101\n", "", "1:1: missing key 'course'"),
    (
        "course: ocean-101",
        "cuorse: ocean-101",
        "1:1: missing key 'course'|2:1: unknown key 'cuorse'; did you mean 'course'?",
    ),
    (
        "schema_version: 1",
        "schema_version: 2",
        "1:17: made for a newer report-tui: schema_version 2, and this one reads 1",
    ),
    ("schema_version: 1", "schema_version: 0", "1:17: unknown schema_version '0'; this report-tui reads 1"),
    ("schema_version: 1", "schema_version: 1.0", "1:17: unknown schema_version '1.0'; this report-tui reads 1"),
    ("schema_version: 1", "schema_version: [1]", "1:17: unknown schema_version ''; this report-tui reads 1"),
    ("schema_version: 1\n", "", "1:1: missing key 'schema_version'; begin with 'schema_version: 1'"),
    ("answer-split", "answer-splitt", "7:15: unknown course_check 'answer-splitt'; did you mean 'answer-split'?"),
    (
        "course_check: answer-split\n",
        "",
        "9:25: course_check_skips needs the key 'course_check' at the top of the file",
    ),
    ("skips: 43", "skips: -43", "10:25: course_check_skips must not be negative"),
    ("2026-02", "2026-01", "14:14: duplicate version '2026-01', first on line 9"),
    ("      14:", "      4:", "13:7: duplicate question number 4, first on line 12"),
    ("img/plots", "/img", "5:11: folder must be relative to the report's own folder"),
    ("img/plots", "C:/img", "5:11: folder must be relative to the report's own folder"),
    ("img/plots", "~/img", "5:11: folder must be relative to the report's own folder"),
    ("img/plots", "img/../..", "5:11: folder must not leave the report's own folder: no '..'"),
    ("img/plots", "img\\plots", "5:11: folder must be written with forward slashes, also for Windows"),
    ("img/plots", "img/", "5:11: folder must be a plain name such as 'figures' or 'img/plots'"),
    ("img/plots", ".", "5:11: folder must be a plain name such as 'figures' or 'img/plots'"),
    ("[png]", "[]", "6:15: extensions must be a list such as [png, jpg, jpeg]"),
    ("[png]", "png", "6:15: extensions must be a list such as [png, jpg, jpeg]"),
    ("[png]", "[.png]", "6:16: extension '.png' must be letters and digits in lower case, without the dot"),
    ("[png]", "[a/b]", "6:16: extension 'a/b' must be letters and digits in lower case, without the dot"),
    ("[png]", "[PNG]", "6:16: extension 'PNG' must be letters and digits in lower case, without the dot"),
    ("[png]", "[png, png]", "6:21: duplicate extension 'png'"),
    ("- version: 2026-01\n    course", "- course", "9:5: missing key 'version'"),
    ('title: "Ocean', 'title: "Ocean\x07', "3:14: character U+0007 is not allowed in YAML"),
]


@pytest.mark.parametrize(("old", "new", "expected"), ELSEWHERE)
def test_a_wrong_file(old: str, new: str, expected: str) -> None:
    assert old in FULL
    assert messages(FULL.replace(old, new, 1)) == [f"r.yaml:{line}" for line in expected.split("|")]


WHOLE = {
    "": "1:1: the file is empty",
    "# nothing\n": "1:1: the file is empty",
    "text": (
        "1:1: a rules file must be 'key: value' pairs; "
        "the keys are schema_version, course, title, figures, course_check, deadline, templates"
    ),
    PLAIN + "---\n" + PLAIN: "8:1: a second YAML document: a rules file holds one course",
    PLAIN.split("templates")[0] + "templates: []": (
        "4:12: templates must be a list with one '- version: ...' for each template"
    ),
    PLAIN.split("      1:")[0]: "6:15: questions must be lines such as '4: {title: Power budget, words: [100, 200]}'",
    "x" * (MAX_CHARACTERS + 1): "1:1: larger than 256 kB: no rules file is",
    "[" * 10_000: "1:9: nested too deeply for a rules file",
    "a: " * 3: "1:5: not valid YAML: mapping values are not allowed in this context" + LOOK,
}


@pytest.mark.parametrize("text", WHOLE, ids=lambda text: repr(text[:12]))
def test_no_rules_file_at_all(text: str) -> None:
    assert f"r.yaml:{WHOLE[text]}" in messages(text)


def test_a_syntax_error_has_its_place() -> None:
    assert messages(PLAIN + "   bad: [1, 2\n") == [
        "r.yaml:8:4: not valid YAML: did not find expected '-' indicator" + LOOK
    ]


def test_all_problems_at_once_in_the_order_of_the_file() -> None:
    text = FULL.replace("[100, 200]", "[300, 200]").replace("folder", "fodler").replace("title: Group", "titel: Group")
    assert messages(text) == [
        "r.yaml:5:3: unknown key 'fodler'; did you mean 'folder'?",
        "r.yaml:12:29: words: the least, 300, is more than the most, 200",
        "r.yaml:17:9: missing key 'title'",
        "r.yaml:17:9: unknown key 'titel'; did you mean 'title'?",
    ]


def test_an_alias_is_refused_once() -> None:
    text = PLAIN.replace("{title: Group}", "&g {title: Group}\n      2: *g")
    assert messages(text) == [
        "r.yaml:7:10: anchor '&g': rules use no anchors; take it out",
        "r.yaml:8:10: alias '*g': rules use no aliases; write the value out",
    ]


def test_a_bomb_of_aliases_costs_one_line_each() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    found = messages("\n".join(lines))
    assert len(found) <= MAX_PROBLEMS
    assert "r.yaml:30:12: alias '*a28': rules use no aliases; write the value out" in found


def test_a_flood_of_problems_is_cut_and_counted() -> None:
    found = messages(PLAIN + "".join(f"k{n}: v\n" for n in range(1000)))
    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1].startswith("r.yaml:207:1: ")
    assert (
        messages(PLAIN + "".join("k: v\n" for _ in range(1000)))[-1] == "r.yaml:207:1: 800 more problems are not shown"
    )


def test_a_long_key_is_clipped() -> None:
    (found,) = messages(PLAIN + f"{'k' * 500}: v\n")
    assert found.startswith(f"r.yaml:8:1: unknown key '{'k' * 39}…'; known: ")


def test_the_files_name_cannot_reach_the_terminal() -> None:
    _, (problem,) = load("", "a\x1b[31m\u202eb.yaml")
    assert str(problem) == "a\\u001b[31m\\u202eb.yaml:1:1: the file is empty"


def test_both_of_yamls_parsers_read_the_same() -> None:
    parsers: list[Any] = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]
    for text in (FULL, PLAIN, "a: &b [*b, !!int 3, \"x\\ty\", 'z']\n? [q]\n: |\n  block\n", "é: [ß, {𝄞: y}]"):
        nodes, problems = [], []
        for parser in parsers:
            found = strict_yaml.Problems("r.yaml", "rules", "a rules file")
            nodes.append(strict_yaml._compose(text, parser, found))
            problems.append(found.listed())
        assert nodes[0] == nodes[1]
        assert problems[0] == problems[1]


SIGNS = [
    *"{}[]:,-?&*!|>'\"%@`#~\n \t",
    "\r\n",
    "---",
    "...",
    "<<",
    "!!int",
    "&a",
    "*a",
    "\\U00110000",
    "\ud800",
    "\ufeff",
]
WORDS = ["title", "words", "questions:", "templates:", "schema_version: 1\n", "  ", "    ", "1", "[1, 2]", "\u00e9"]
PIECES = st.sampled_from(SIGNS + WORDS)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_no_text_makes_it_raise(text: str) -> None:
    for parser in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if not strict_yaml._FORBIDDEN.search(text):
            strict_yaml._compose(text, parser, strict_yaml.Problems("r.yaml", "rules", "a rules file"))
    _check(text)


@given(st.integers(0, len(FULL)), st.integers(0, 6), st.one_of(st.text(max_size=3), PIECES))
def test_no_slip_in_a_good_file_makes_it_raise(start: int, length: int, slip: str) -> None:
    _check(FULL[:start] + slip + FULL[start + length :])


def _check(text: str) -> None:
    ruleset, problems = load(text, "r.yaml")
    assert (ruleset is None) == bool(problems)
    assert list(problems) == sorted(problems)
    lines = text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029") + 1
    for problem in problems:
        assert 1 <= problem.line <= lines + 1
        assert problem.column >= 1
        assert not {unicodedata.category(character) for character in str(problem)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_the_example_of_the_documentation_is_right() -> None:
    text = (RULES / "README.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    ruleset, problems = load(example, "report-rules.yaml")
    assert problems == ()
    assert ruleset is not None
    assert [rule.id for rule in ruleset.templates[0].questions] == [1, 2, 3, 4]
    _, (slip,) = load(example.replace("words", "wrods", 1), "report-rules.yaml")
    assert f"```\n{slip}\n```" in text


def test_a_problem_reads_like_a_compilers() -> None:
    problem = Problem("rules/x.yaml", 12, 5, "unknown key 'wrods'; did you mean 'words'?")
    assert str(problem) == "rules/x.yaml:12:5: unknown key 'wrods'; did you mean 'words'?"
