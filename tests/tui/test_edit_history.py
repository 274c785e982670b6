"""What an editor keeps of what was done: it undoes as Textual's own history does, and does not grow for ever."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.widgets import TextArea

from report_tui.tui import edit_history
from report_tui.tui.edit_history import ShortHistory
from report_tui.tui.themes import DEFAULTS
from report_tui.tui.widgets.answer_editor import AnswerEditor
from report_tui.tui.widgets.quick_text_area import QuickTextArea


class Pair(App[None]):
    """Two text areas that differ in their histories."""

    def compose(self) -> ComposeResult:
        yield TextArea("", id="textual")
        yield QuickTextArea("", id="short")


def typed(text: str) -> Callable[[TextArea], object]:
    """What a key does that writes something, or a paste."""
    return lambda area: area.replace(text, *area.selection, maintain_selection_offset=False)


KEYS: dict[str, Callable[[TextArea], object]] = {
    "a": typed("a"),
    "b": typed("b"),
    "wide": typed("水"),
    "enter": typed("\n"),
    "paste": typed("one\ntwo"),
    "backspace": TextArea.action_delete_left,
    "delete": TextArea.action_delete_right,
    "delete word": TextArea.action_delete_word_left,
    "delete line": TextArea.action_delete_line,
    "left": TextArea.action_cursor_left,
    "right": TextArea.action_cursor_right,
    "up": TextArea.action_cursor_up,
    "select": lambda area: area.action_cursor_left(select=True),
    "all": TextArea.action_select_all,
    "kept": lambda area: area.insert("k", area.document.start),
    "undo": TextArea.undo,
    "redo": TextArea.redo,
}
OFTEN = ("a", "b", "a", "b", "backspace", "backspace", "delete", "undo", "undo", "redo")


@settings(max_examples=8)
@given(data=st.data())
async def test_it_undoes_and_redoes_as_textual_does(data: st.DataObject) -> None:
    app = Pair()
    async with app.run_test(size=(30, 20)):
        areas = [app.query_one("#textual", TextArea), app.query_one("#short", TextArea)]
        areas[1].history = ShortHistory()
        for area in areas:
            area.history.checkpoint_timer = math.inf
        for _ in range(8):
            keys = data.draw(st.lists(st.sampled_from([*OFTEN, *KEYS]), min_size=5, max_size=40))
            for key in [*keys, *["undo"] * len(keys), *["redo"] * len(keys)]:
                for area in areas:
                    KEYS[key](area)
                assert areas[0].text == areas[1].text, key
                assert areas[0].selection == areas[1].selection, key


class Desk(App[None]):
    """One editor."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DEFAULTS

    def compose(self) -> ComposeResult:
        yield AnswerEditor(1, "", "")

    @property
    def editor(self) -> AnswerEditor:
        return self.query_one(AnswerEditor)


async def test_what_is_typed_in_one_go_is_kept_as_one_edit() -> None:
    app = Desk()
    async with app.run_test():
        area = app.editor
        area.history.checkpoint_timer = math.inf
        for letter in "tide and quay":
            typed(letter)(area)
        assert [[edit.text for edit in step] for step in area.history.undo_stack] == [["tide and quay"]]
        for _ in range(4):
            area.action_delete_left()
        (removed,) = area.history.undo_stack[-1]
        assert removed._edit_result is not None
        assert removed._edit_result.replaced_text == "quay"


async def test_no_more_than_so_many_steps_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edit_history, "STEPS", 10)
    monkeypatch.setattr(edit_history, "LATEST", 4)
    app = Desk()
    async with app.run_test():
        area = app.editor
        for number in range(30):
            area.put(f"{number}", area.document.start, area.document.end)
        for _ in range(40):
            area.undo()
        assert area.text == "19", "ten steps back from 29"
        for _ in range(40):
            area.redo()
        assert area.text == "29"
        area.history.clear()
        area.undo()
        assert area.text == "29"


async def test_the_oldest_steps_go_where_all_are_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edit_history, "CHARACTERS", 1000)
    monkeypatch.setattr(edit_history, "LATEST", 2)
    app = Desk()
    async with app.run_test():
        area = app.editor
        for number in range(10):
            area.put(f"{number}" * 150, area.document.start, area.document.end)
        for _ in range(20):
            area.undo()
        assert area.text == "5" * 150, "the latest two, and two more of over 300 characters"
        area.put("x" * 5000, area.document.start, area.document.end)
        area.undo()
        assert area.text == "5" * 150, "the latest are kept, however long"
