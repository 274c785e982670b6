"""Ticks one box and changes nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui import Report
from report_tui.core.rejection import BoxRejected
from tests.core.test_editing import some_report
from tests.reports import build


@given(seed=st.integers(0, 10**6), state=st.sampled_from([" ", "x", "X", "/", "(X)", ""]))
def test_any_box_of_any_report(seed: int, state: str) -> None:
    report = some_report(seed)
    for item in report.checklist:
        changed = report.with_box(item.line, state)
        if state == item.state:
            assert changed is report
            continue
        start, end = item.state_span
        old, new = report.source.text, changed.source.text
        assert (new[:start], new[start : start + len(state)], new[start + len(state) :]) == (
            old[:start], state, old[end:]
        )  # fmt: skip
        assert [box.state for box in changed.checklist] == [
            state if box.line == item.line else box.state for box in report.checklist
        ]
        assert [question.answer.text for question in changed.questions] == [
            question.answer.text for question in report.questions
        ]
        assert changed.with_box(item.line, item.state).to_bytes() == report.to_bytes()


@pytest.mark.parametrize("line", ["* [ ] one", "- [/] one", "+ [(X)] one", "  - [] one", "-  [ x ]  one  "])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_only_what_stands_between_the_brackets_is_changed(line: str, ending: str) -> None:
    data = f"\ufeff# List{ending}{ending}{line}{ending}    wrapped{ending}- [ ] other".encode()
    changed = Report.from_bytes(data).with_box(3, "x")
    before, after = line.split("[")[0], line.split("]")[1]
    assert changed.to_bytes() == data.replace(line.encode(), f"{before}[x]{after}".encode())
    assert changed.checklist[0].text == "one wrapped"


@pytest.mark.parametrize("line", [0, 1, 4, 6, 99, -1])
def test_where_no_box_stands_none_is_set(line: int) -> None:
    report = Report.from_bytes(b"# List\n\n- [ ] one\n  wrapped\n\n```\n- [ ] code\n```\n")
    with pytest.raises(BoxRejected, match=rf"line {line}: no box of the checklist stands here; look at"):
        report.with_box(line, "x")


def test_a_box_in_an_answer_is_the_answer_s() -> None:
    report = Report.from_bytes(build(answers={5: ["- [ ] mine"]}).to_bytes())
    line = report.question(5).answer.line
    with pytest.raises(BoxRejected):
        report.with_box(line, "x")


@pytest.mark.parametrize("state", ["long", "]", "[", "\n", "\r", "\x1b", "\ud800"])
def test_what_is_no_state_is_refused(state: str) -> None:
    with pytest.raises(BoxRejected) as caught:
        Report.from_bytes(b"- [ ] one\n").with_box(1, state)
    assert caught.value.way_out
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(BoxRejected, match="the file is not UTF-8: byte 0xE6 on line 2; save it as UTF-8 first"):
        Report.from_bytes(b"- [ ] one\n\xe6\n").with_box(1, "x")
