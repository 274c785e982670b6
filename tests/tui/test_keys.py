"""The actions that there are, the keys that somebody may give them, and how keys are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.binding import Binding

from report_tui.storage.settings import Settings, read
from report_tui.tui import keymap as keymaps
from report_tui.tui import keys
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.screens.overview import OverviewScreen
from report_tui.tui.widgets.filter_box import FilterBox
from tests.scenes import TO_EIGHT, keys_for
from tests.tui.driver import running
from tools.document_keys import TARGET, documented


def keymap(text: str) -> dict[str, str]:
    return dict(keymaps.keymap(read(f"[keys]\n{text}", "s.toml")[0])[0])


def refusals(text: str) -> list[str]:
    return [str(problem) for problem in keymaps.keymap(read(f"[keys]\n{text}", "s.toml")[0])[1]]


# Declared actions


def test_every_binding_of_ours_has_an_id_and_says_what_it_does() -> None:
    for owner in keymaps._owners():
        for binding in owner.__dict__["BINDINGS"]:
            assert isinstance(binding, Binding), f"{owner.__name__}: {binding}"
            assert binding.id, f"{owner.__name__}: {binding.key} needs an id"
            assert binding.description, f"{owner.__name__}: {binding.key} needs a description"
            assert binding.tooltip, f"{owner.__name__}: {binding.key} needs a tooltip"


def test_an_id_has_the_same_keys_and_says_the_same_wherever_it_is() -> None:
    found: dict[str, tuple[str, str]] = {}
    for owner in keymaps._owners():
        for binding in owner.__dict__["BINDINGS"]:
            said = (binding.key, binding.tooltip)
            assert found.setdefault(binding.id, said) == said, binding.id


def test_no_class_has_two_actions_on_one_key() -> None:
    # Textual would lose both as soon as somebody gives one of them another key.
    for owner in keymaps._owners():
        keys = [key for binding in owner.__dict__["BINDINGS"] for key in binding.key.split(",")]
        assert len(keys) == len(set(keys)), owner.__name__


def test_no_key_of_ours_needs_control_and_alt() -> None:
    for action in keymaps.actions().values():
        assert not any("ctrl" in key and "alt+" in key for key in action.keys), action.id


def test_the_documentation_lists_every_action_with_its_keys() -> None:
    text = TARGET.read_text(encoding="utf-8")
    assert documented(text) == text, "run `python tools/document_keys.py`"


def test_the_examples_of_the_documentation_are_valid() -> None:
    examples = re.findall(r"```toml\n(.*?)```", TARGET.read_text(encoding="utf-8"), re.DOTALL)
    assert examples
    for example in examples:
        settings, problems = read(example, "settings.toml")
        assert [str(problem) for problem in (*problems, *keymaps.keymap(settings)[1])] == []


def test_notices_name_actions_that_there_are() -> None:
    sources = [path.read_text("utf-8") for path in Path(keys.__file__).parent.rglob("*.py")]
    named = {action for source in sources for action in re.findall(r"\.key\(['\"]([^'\"]+)", source)}
    assert {"save", "history"} <= named <= set(keymaps.actions())


# Chosen keys


def test_without_settings_nothing_is_replaced() -> None:
    assert keymaps.keymap(Settings()) == ({}, ())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('save = "F13"', "f13"),
        ('save = "Ctrl+S, f13"', "ctrl+s,f13"),
        ('save = "shift+ctrl+f2"', "ctrl+shift+f2"),
        ('help-in-lists = "?"', "question_mark"),
        ('help-in-lists = "+"', "plus"),
        ('help-in-lists = "H"', "H"),
        ('list-down = "j"', "j"),
        ('save = "alt++"', "alt+plus"),
    ],
)
def test_keys_are_given_in_textuals_form(line: str, expected: str) -> None:
    assert keymap(line) == {line.split(" = ")[0]: expected}
    assert refusals(line) == []


def test_enter_and_escape_stay() -> None:
    assert keymap('list = "f13"\nedit = "f14"\ndialog-back = "q"') == {
        "list": "f13,escape",
        "edit": "f14,enter",
        "dialog-back": "q,escape",
    }


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('sav = "f3"', "unknown action 'sav'; did you mean 'save'?"),
        ('save = "f99"', "'f99' for 'save': there is no such key; did you mean 'f9'?"),
        ('save = "strg+s"', "'strg+s' for 'save': a key is written like f2, ctrl+s, alt+b or shift+f3"),
        ('save = "ctrl+"', "'ctrl+' for 'save': there is no such key"),
        ('save = "ctrl+alt+s"', "'ctrl+alt+s' for 'save': on many keyboards AltGr sends ctrl+alt"),
        ('save = "ctrl+i"', "'ctrl+i' for 'save': terminals send tab for it"),
        ('save = "ctrl+["', "'ctrl+[' for 'save': terminals send escape for it"),
        ('save = "escape"', "'escape' for 'save': escape keeps its meaning everywhere"),
        ('dialog-up = "enter"', "'enter' for 'dialog-up': enter keeps its meaning everywhere"),
        ('save = "s"', "'s' for 'save': it is needed to write an answer"),
        ('help = "?"', "'?' for 'help': it is needed to write an answer"),
        ('save = "shift+up"', "'shift+up' for 'save': it is needed to write an answer"),
        ('editor-end = "tab"', "'tab' for 'editor-end': it is needed to write an answer"),
        (
            'save = "f7"',
            "F7 for 'save' is taken by 'checklist-previous', 'figure-bring', 'previous-problem': give them other keys",
        ),
        ('save = "f12"', "F12 for 'save' is taken by 'overview': give that another key as well"),
        (
            'editor-bold = "ctrl+t"',
            "Ctrl+T for 'editor-bold' is taken by 'editor-italic': give that another key as well",
        ),
        ('save = "f1"', "F1 for 'save' is taken by 'help': give that another key as well"),
        ('help = "f2"', "F2 for 'help' is taken by 'save': give that another key as well"),
        ('list-up = "f2"', "F2 for 'list-up' is taken by 'save': give that another key as well"),
    ],
)
def test_a_key_that_cannot_be_given_is_refused_with_the_reason(line: str, reason: str) -> None:
    (said,) = refusals(line)
    assert said.startswith(f"s.toml:2: {reason}")
    assert keymap(line) == {}


def test_one_wrong_key_leaves_the_others_and_the_action_its_own() -> None:
    text = 'save = "f13, f99"\nquit = "f14"'
    assert keymap(text) == {"quit": "f14"}
    assert len(refusals(text)) == 1


def test_two_actions_may_swap_their_keys() -> None:
    text = 'save = "f10"\nquit = "f2"'
    assert keymap(text) == {"save": "f10", "quit": "f2"}
    assert refusals(text) == []


def test_of_two_choices_for_one_key_the_first_one_counts() -> None:
    text = 'save = "f13"\nquit = "f13"'
    assert keymap(text) == {"save": "f13"}
    assert refusals(text) == ["s.toml:3: F13 for 'quit' is taken by 'save': give that another key as well"]


def test_a_swap_that_is_only_half_possible_does_not_happen() -> None:
    text = 'save = "f10"\nquit = "f99"'
    assert keymap(text) == {}
    assert len(refusals(text)) == 2


def test_a_dialog_may_use_keys_of_the_screen_below() -> None:
    assert keymap('dialog-back = "f3"') == {"dialog-back": "f3,escape"}


@pytest.mark.parametrize(
    ("key", "text", "short"),
    [
        ("f10", "F10", "F10"),
        ("ctrl+s", "Ctrl+S", "^s"),
        ("question_mark", "?", "?"),
        ("shift+tab", "Shift+Tab", "Shift+Tab"),
        ("escape", "Esc", "esc"),
        ("alt+up", "Alt+↑", "Alt+↑"),
        ("q", "q", "q"),
    ],
)
def test_keys_are_written_for_a_person(key: str, text: str, short: str) -> None:
    assert (keys.readable(key), keys.short(key)) == (text, short)


# In the app


async def test_chosen_keys_work_and_the_old_ones_do_not(demo: Path) -> None:
    settings, _ = read('[keys]\nquit = "f13"\nlist-down = "j"', "s.toml")
    async with running(demo, settings=settings) as driver:
        assert "F13 quit" in driver.text()
        await driver.press("j", "enter")
        assert driver.editor.question == 2
        await driver.type("j")
        assert driver.session.unsaved == (2,)
        await driver.press("f10")
        assert driver.app.screen is driver.main
        await driver.press("f13")
        assert isinstance(driver.app.screen, ChoiceDialog)


async def test_how_to_leave_names_the_key_that_somebody_set(demo: Path) -> None:
    for line, key in (("", "F10"), ('[keys]\nquit = "f13"', "F13")):
        settings, _ = read(line, "s.toml")
        async with running(demo, settings=settings) as driver:
            await driver.press("ctrl+c")
            assert driver.notices() == [f"{key} quits; it asks where anything is unsaved."]
            assert driver.text().splitlines()[0].endswith(f"▌ {key} quits; it asks where anything is unsaved.")


async def test_the_editor_has_the_chosen_keys_and_no_others(demo: Path) -> None:
    settings, problems = read('[keys]\neditor-bold = "ctrl+t"\neditor-italic = "alt+s"', "s.toml")
    async with running(demo, settings=settings, problems=problems) as driver:
        assert driver.app.settings_problems == ()
        await driver.edit(9)
        await driver.type("dry")
        await driver.press("ctrl+t")
        assert driver.editor.text == "**dry**"
        await driver.press("ctrl+t", "alt+s")
        assert driver.editor.text in ("*dry*", "_dry_")
        await driver.press("ctrl+b", "alt+b", "alt+i")
        assert driver.editor.text in ("*dry*", "_dry_")


async def test_keys_that_open_and_close_are_changed_together(demo: Path) -> None:
    settings, _ = read('[keys]\nhelp = "f13"\noverview = "f14"\nchecklist = "f15"\nfindings = "f16"', "s.toml")
    async with running(demo, settings=settings) as driver:
        for key in ("f13", "f14", "f15", "f16"):
            await driver.press(key)
            assert driver.app.screen is not driver.main, key
            await driver.press(key)
            assert driver.app.screen is driver.main, key


PLACES: dict[str, tuple[str, ...]] = {
    "list": (),
    "editor": TO_EIGHT,
    "filter": ("f3",),
    "find": (*TO_EIGHT, "ctrl+f"),
    "preview": (*TO_EIGHT, "f5", "shift+tab", "shift+tab"),
    "findings": ("ctrl+l",),
    "overview": ("f12",),
    "checklist": ("f6",),
    "help": ("f1",),
    "question": (*TO_EIGHT, *keys_for("x"), "f10"),
}
"""The keys that lead to each."""


@pytest.mark.parametrize("place", PLACES)
async def test_no_key_has_two_actions_of_ours_in_one_place(demo: Path, place: str) -> None:
    async with running(demo, size=(160, 48)) as driver:
        await driver.press(*PLACES[place])
        screen = driver.app.screen
        found: dict[str, set[str]] = {}
        for node, bindings in screen._binding_chain:
            for key, binding in bindings:
                if binding.id and not binding.system and driver.app._check_action_state(binding.action, node):
                    found.setdefault(key, set()).add(binding.id)
        assert {key: ids for key, ids in found.items() if len(ids) > 1} == {}


async def test_one_key_leads_to_the_overview_and_back(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.press("f6", "f12")
        assert isinstance(driver.app.screen, OverviewScreen)
        await driver.press("f12")
        assert driver.app.screen_stack == [driver.main]
        assert driver.editor.question == 9


async def test_what_a_question_holds_up_is_not_done_after_it(demo: Path) -> None:
    before = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("unsaved")
        await driver.press("f10", "f2", "f10", "f12", "escape")
        assert driver.app.screen is driver.main
        assert driver.session.unsaved == (9,)
    assert demo.read_bytes() == before


@pytest.mark.parametrize("key", ["f10", "ctrl+q"])
async def test_no_key_leaves_without_asking(demo: Path, key: str) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("unsaved")
        await driver.press(key)
        assert isinstance(driver.app.screen, ChoiceDialog)
        await driver.press(key)
        assert isinstance(driver.app.screen, ChoiceDialog)
        assert driver.app.is_running


async def test_wrong_settings_are_said_and_the_app_is_there(demo: Path) -> None:
    settings, wrong = read('them = "dark"\n[keys]\nsave = "f99"', "s.toml")
    async with running(demo, settings=settings, problems=wrong) as driver:
        assert [problem.line for problem in driver.app.settings_problems] == [1, 3]
        (notice,) = driver.notices()
        assert notice.startswith("2 problems with the settings, listed with the findings; the first: s.toml:1: unknown")
        await driver.press("ctrl+l", "end")
        assert "THE SETTINGS" in driver.text().upper()
        assert all(problem.message in driver.text() for problem in driver.app.settings_problems)
        await driver.press("escape")
        await driver.press("f2")
        assert driver.notices()[-1] == "Nothing to save."


@pytest.mark.parametrize("key", ["f1", "f4", "f6", "f11", "f12"])
async def test_what_is_typed_behind_a_screen_that_closes_is_for_the_answer(demo: Path, key: str) -> None:
    async with running(demo) as driver:
        await driver.edit(7)
        await driver.burst(key, "up", "up", "down", key, "ctrl+a", "z", "y")
        await driver.until(lambda: driver.app.screen is driver.main)
        assert driver.editor.text == "zy"


@pytest.mark.parametrize(
    "before", [(), ("f5",), ("f12", "home", "enter"), ("f6", "f6"), ("f3", "z", "f12", "home", "enter")]
)
async def test_what_is_typed_behind_the_filter_s_key_is_for_the_filter(demo: Path, before: tuple[str, ...]) -> None:
    async with running(demo) as driver:
        await driver.edit(7)
        texts = driver.main.typed()
        await driver.burst(*before, "f3", "ctrl+u", "r", "o")
        await driver.until(lambda: driver.app.screen is driver.main)
        assert driver.main.query_one(FilterBox).text == "ro"
        assert {number: text for number, text in driver.main.typed().items() if texts.get(number, text) != text} == {}
        assert not driver.session.dirty
