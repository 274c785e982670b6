"""What a switch to another question does and what is painted of it; how long it takes is `bench`'s."""

from __future__ import annotations

import gc
import platform
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.style import Style
from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from report_tui.core.report import Report
from report_tui.tui import garbage
from report_tui.tui.compositor import ToldCompositor
from report_tui.tui.widgets.question_list import QuestionList
from tests.tui.driver import Driver, running


def shown(driver: Driver) -> int | None:
    """The question in the editor that is in front."""
    editor = driver.main._panes.answer.current
    return editor.question if editor is not None else None


async def test_the_very_key_shows_the_question(demo: Path) -> None:
    """By a message it would come a frame behind the list's own line."""
    async with running(demo) as driver:
        questions = driver.main.query_one(QuestionList)
        questions.action_move(1)
        assert shown(driver) == 2
        questions.action_move(1)
        assert shown(driver) == 2, "while the key is held, only where it stops"
        await driver.until(lambda: shown(driver) == 3)


async def test_the_cursor_of_the_list_repaints_two_lines(demo: Path) -> None:
    async with running(demo) as driver:
        questions = driver.main.query_one(QuestionList)
        width = questions.size.width
        top = next(y for y in range(questions.size.height) if "▌" in questions.render_line(y).text)
        questions.action_move(1)
        assert questions._exchange_repaint_regions() == {Region(0, y, width, 1) for y in (top, top + 1)}


async def test_a_new_editor_knows_before_it_is_laid_out_how_its_text_wraps(demo: Path) -> None:
    text = "\n\n".join(
        " ".join(f"word{number}" for number in range(paragraph, paragraph + 60)) for paragraph in range(9)
    )
    demo.write_bytes(Report.from_bytes(demo.read_bytes()).with_answer(9, text).to_bytes())
    async with running(demo, (100, 30)) as driver:
        driver.main.edit_question(9)
        editor = driver.editor
        before = editor.virtual_size, editor.show_vertical_scrollbar, editor.wrapped_document.height
        await driver.settle()
        assert before == (editor.virtual_size, True, editor.virtual_size.height)
        assert editor.virtual_size.height > text.count("\n") + 1, "it does wrap"


async def test_another_focus_repaints_no_more_than_the_widgets_concerned(demo: Path) -> None:
    async with running(demo) as driver:
        driver.main.edit_question(1)
        assert driver.main.focused is driver.editor
        assert not driver.main._repaint_required


async def test_no_rule_of_the_style_sheet_asks_for_the_focus_of_list_and_editor(demo: Path) -> None:
    """They are not styled again when they get it, and must look as if they were."""
    async with running(demo) as driver:
        await driver.edit(1)
        editor, questions = driver.editor, driver.main.query_one(QuestionList)
        for keys in ((), ("escape",)):
            await driver.press(*keys)
            for widget in (editor, questions):
                before = styles(widget)
                driver.app.stylesheet.update(widget)
                assert styles(widget) == before


def styles(widget: Widget) -> tuple[object, ...]:
    """All that the style sheet says of a widget and its parts."""
    parts = {name: part.get_rules() for name, part in widget._component_styles.items()}
    return widget.styles.base.get_rules(), parts


@pytest.mark.parametrize("rows", [{3}, {0, 1, 2, 9, 10, 35}, set(range(36))])
async def test_rows_are_painted_as_textual_paints_them(demo: Path, rows: set[int]) -> None:
    async with running(demo) as driver:
        await driver.edit(7)
        quick = driver.main._compositor
        assert isinstance(quick, ToldCompositor)
        crop = Region(0, min(rows), 120, max(rows) - min(rows) + 1)
        ours = [dict(line) for line in quick._render_chops(crop, rows.__contains__)]
        textuals = Compositor()
        vars(textuals).update(vars(quick))
        theirs = [dict(line) for line in textuals._render_chops(crop, rows.__contains__)]
        assert [list(map(cells, line.values())) for line in ours] == [
            list(map(cells, line.values())) for line in theirs
        ]


def cells(strip: Strip | None) -> list[tuple[str, object]]:
    """Each character and its style."""
    return [(character, part.style) for part in strip or () for character in part.text]


async def test_a_letter_asks_no_widget_for_a_row_that_is_not_painted(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    render_lines = QuestionList.render_lines

    def noted(questions: QuestionList, crop: Region) -> list[Strip]:
        asked.append(crop.height)
        return render_lines(questions, crop)

    async with running(demo) as driver:
        await driver.edit(7)
        monkeypatch.setattr(QuestionList, "render_lines", noted)
        await driver.type("x")
        assert asked
        assert sum(asked) < driver.main.query_one(QuestionList).size.height


async def test_garbage_is_looked_for_once_nobody_types(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: looks.append("full"))
    monkeypatch.setattr(garbage, "ENOUGH", 0)
    async with running(demo) as driver:
        monkeypatch.setattr(garbage, "REST", 3600.0)
        collector = garbage.Garbage(driver.app)
        collector.stirred()
        collector._rested()
        assert looks == []
        collector._stirred -= 3600.0
        monkeypatch.setattr(garbage, "REST", 0.01)
        collector._rested()
        assert looks == ["full"]
        collector.stirred()
        await driver.until(lambda: len(looks) == 2)
    assert gc.get_threshold()[2] != garbage.AT_LAST, "without a terminal the collector is left as it is"


NEVER_AT_REST = """
import gc
import platform
import subprocess
import sys
from collections import deque
from report_tui.tui import garbage

garbage.YOUNG = 70  # so that a few thousand objects do what millions would
garbage._spare_what_is_loaded()
begun = gc.get_stats()[2]["collections"]
some = deque(maxlen=10_000)
for _ in range(400_000):
    one = []
    one.append(one)
    some.append(one)
print(gc.get_stats()[2]["collections"] - begun)
"""


def test_garbage_is_looked_for_although_somebody_never_rests() -> None:
    ran = subprocess.run([sys.executable, "-c", NEVER_AT_REST], capture_output=True, text=True, check=True)
    assert int(ran.stdout) > 0


async def test_what_libraries_remember_is_forgotten_once_a_minute(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(demo) as driver:
        collector = garbage.Garbage(driver.app)
        await driver.edit(9)
        questions = driver.main.query_one(QuestionList)
        Strip.render_ansi(Style(bold=True), ColorSystem.TRUECOLOR)  # nothing is painted without a terminal
        assert all(cached.cache_info().currsize for cached in (Region.intersection, Strip.render_ansi))
        assert len(driver.main._query_one_cache)
        monkeypatch.setattr(garbage, "REST", 3600.0)
        collector.stirred()
        collector._rested()
        assert Region.intersection.cache_info().currsize > 0, "a minute has not passed"
        monkeypatch.setattr(garbage, "FORGET", 0.0)
        collector._rested()
        assert [cached.cache_info().currsize for cached in garbage._REMEMBERED] == [0] * len(garbage._REMEMBERED)
        assert not len(driver.main._query_one_cache)
        assert driver.main.query_one(QuestionList) is questions
        await driver.type("on and on")
        assert "on and on" in driver.text()


SHARING = """
import ctypes
import threading
from report_tui.tui import garbage

garbage._keep_the_heap_small()
together = threading.Barrier(7)


def take() -> None:
    bytearray(4_000)
    together.wait()


for _ in range(6):
    threading.Thread(target=take).start()
together.wait()
libc = ctypes.CDLL(None)
out = ctypes.c_void_p.in_dll(libc, "stdout")
libc.malloc_info(0, out)
libc.fflush(out)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library gives a thread no memory of its own")
def test_threads_share_one_heap() -> None:
    ran = subprocess.run([sys.executable, "-c", SHARING], capture_output=True, text=True, check=True)
    assert ran.stdout.count("<heap nr=") == 1


LEARNT = """
import ctypes
import sys
from report_tui.tui import garbage

if sys.argv[1] == "small":
    garbage._keep_the_heap_small()
for _ in range(3):
    bytearray(2_000_000)  # of which the first teaches malloc that such pieces come again
libc = ctypes.CDLL(None)
kept = bytearray(1_900_000)
out = ctypes.c_void_p.in_dll(libc, "stdout")
libc.malloc_info(0, out)
libc.fflush(out)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library learns nothing")
def test_large_pieces_of_memory_leave_the_heap_as_it_was() -> None:
    sizes = []
    for how in ("small", "as it is"):
        ran = subprocess.run([sys.executable, "-c", LEARNT, how], capture_output=True, text=True, check=True)
        sizes.append(int(ran.stdout.rpartition('<system type="current" size="')[2].partition('"')[0]))
    assert sizes[1] - sizes[0] > 1_500_000


async def test_nothing_stays_of_a_screen_that_was_closed(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(7)
        gone: list[weakref.ref[object]] = []
        for key in ("f1", "f6", "f12"):
            await driver.press(key)
            assert driver.app.screen is not driver.main
            for widget in driver.app.screen.walk_children(Widget, with_self=True):
                gone += [weakref.ref(widget), weakref.ref(widget._styles_cache)]  # its painted rows; not public
            del widget
            await driver.press(key)
        assert driver.app.screen is driver.main
        await driver.type("x")
        gc.collect()
        assert gone
        assert [one for ref in gone if (one := ref()) is not None] == []
