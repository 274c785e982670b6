"""Named scenes of the demo report: what the pictures in `screenshots/` show.

`python -m tests.scenes --write` renders every scene to SVG and PNG; `tests/tui/test_screenshots.py` renders the SVGs
again and compares. Pictures are build products: nobody edits them, and they are made with the pinned Textual only.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from report_tui.storage import waiting, watch
from tests.homes import own_home

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from report_tui.tui.app import ReportApp

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "screenshots"
TEXTUAL = "8.2.8"
FONT = "DejaVu Sans Mono"
FONT_FOLDERS = ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/TTF", "/Library/Fonts", "C:/Windows/Fonts")
FONT_FILES = ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSans.ttf")


@dataclass(frozen=True)
class Scene:
    """One picture: the demo report, a terminal's size, and the keys that lead there."""

    name: str
    shows: str
    """What a person should see in it."""
    size: tuple[int, int] = (120, 36)
    keys: tuple[str, ...] = ()
    theme: str = "report-dark"
    drafts: tuple[tuple[int, str], ...] = ()
    """What an earlier sitting typed at the end of an answer and did not save: question and text."""
    group: bool = False
    """Whether the report lies in a group's repository, with a deadline, and some answers that are not pushed."""
    full_disk: bool = False
    """Whether nothing can be saved."""
    hung_disk: bool = False
    """Whether nothing can be read of the report's folder, once the keys begin."""
    theirs: tuple[str, str, str] = ("", "", "")
    """What somebody else then does on disk to answer 8: words, what they become, and what is added."""
    then: tuple[str, ...] = ()
    """The keys after that."""


def keys_for(text: str) -> tuple[str, ...]:
    """The keys that type a text."""
    names = {" ": "space", "\n": "enter", "`": "grave_accent"}
    return tuple(names.get(character, character) for character in text)


AGES = (3 * 86_400 + 1_000, 5 * 3_600 + 1_000, 90, 1_000)
"""Seconds since the demo report's figures were changed, by name: as far from the next word as they can be."""
TO_EIGHT = (*["down"] * 7, "enter")
TO_HISTORY = (*TO_EIGHT, "ctrl+n")
TO_FIGURES = (*TO_EIGHT, "f4", "down")
TO_BRING_IN = (*TO_FIGURES, "pagedown", "enter")
WRONG_FIGURES = (
    "\n\n![Open lid](figures/Wheel-Slip.png)"
    "\n\n![my_image](figures/housing-lid.png)"
    "\n\n<img src=figures/power-draw.png>"
)
LEFT = (
    (4, "The battery holds 42 watt hours, and the motors take most of it."),
    (9, "The parts cost 410 euros: 180 for the motors, 95 for the scanner."),
    (10, "```\nThe scanner saw the crane twice"),
)
COLLISION = (
    *TO_EIGHT,
    "ctrl+home",
    *keys_for("On a Monday: "),
    "ctrl+end",
    *keys_for("\n\nThe batteries lasted."),
)
THEIRS = ("two hours", "three hours", "\n\nNobody was hurt.")
"""What somebody else does to answer 8: these words become those, and a line is added."""
GITS_TWO = """<<<<<<< HEAD
We measured three things with the old battery:
=======
We measured three things, twice each:
>>>>>>> origin/main"""
SCENES = (
    Scene("editor", "List, prompt, editor and line of truth of question 8, one figure to go.", keys=TO_EIGHT),
    Scene("editor-light", "The same in the light theme.", keys=TO_EIGHT, theme="report-light"),
    Scene("editor-contrast", "The same in high contrast.", keys=TO_EIGHT, theme="report-contrast"),
    Scene("editor-wide", "On a wide terminal: list, editor and preview side by side.", size=(160, 48), keys=TO_EIGHT),
    Scene("editor-80x24", "The same in the smallest common terminal.", size=(80, 24), keys=TO_EIGHT),
    Scene(
        "list",
        "The list has the focus; the question under the cursor is shown beside it.",
        keys=("down", "down", "down"),
    ),
    Scene("list-60x20", "Narrow: the list alone.", size=(60, 20), keys=("escape", "down", "down", "down")),
    Scene("editor-60x20", "Narrow: the editor alone.", size=(60, 20), keys=("escape", *TO_EIGHT)),
    Scene("overview", "How far the report is, what to do next, and every question with its bar.", keys=("f12",)),
    Scene("overview-60x20", "A small terminal begins with the overview.", size=(60, 20)),
    Scene(
        "preview",
        "The course's page of question 7 beside its editor: what differs on GitHub is marked.",
        keys=("f8", "f8", "f5", "f5"),
    ),
    Scene("preview-80x24", "Where there is less room the preview takes it all.", (80, 24), keys=("f8", "f8", "f5")),
    Scene(
        "preview-figure",
        "A figure in the preview, drawn in half blocks below its name.",
        keys=(*["down"] * 4, "enter", "f5"),
    ),
    Scene("figures", "The figure picker: the folder's figures, with the chosen one beside them.", keys=TO_FIGURES),
    Scene("figures-light", "The same in the light theme.", keys=TO_FIGURES, theme="report-light"),
    Scene("figures-wide", "On a wide terminal, the description being typed.", (160, 48), (*TO_FIGURES, "enter")),
    Scene("figures-80x24", "In the smallest common terminal, filtered.", (80, 24), (*TO_FIGURES, *"slip", "enter")),
    Scene("figures-60x20", "Narrow: the list alone.", (60, 20), ("escape", *TO_FIGURES)),
    Scene("bring-in", "Bringing a figure in: a path, the newest screenshot, a small file browser.", keys=TO_BRING_IN),
    Scene(
        "bring-in-large",
        "A large photo is chosen: what becomes of it, and how large a smaller copy is.",
        keys=(*TO_BRING_IN, *keys_for("photo"), "enter"),
    ),
    Scene("bring-in-80x24", "The same in the smallest common terminal.", (80, 24), (*TO_BRING_IN, *"photo", "enter")),
    Scene("bring-in-60x20", "The same on a small terminal.", (60, 20), ("escape", *TO_BRING_IN, *"photo", "enter")),
    Scene("findings", "All findings; the chosen one with its fix before and after.", keys=("ctrl+l", "down")),
    Scene("findings-60x20", "The same on a small terminal.", (60, 20), keys=("escape", "ctrl+l", "down")),
    Scene(
        "findings-figures",
        "What is wrong with figures; the chosen one with its repair.",
        keys=(*["down"] * 4, "enter", "pagedown", "end", *keys_for(WRONG_FIGURES), "ctrl+l"),
    ),
    Scene("history", "The versions in which question 8 differs; the chosen one against now.", keys=TO_HISTORY),
    Scene("history-light", "The same in the light theme.", keys=TO_HISTORY, theme="report-light"),
    Scene("history-all", "On a wide terminal, the versions of all answers.", (160, 48), (*TO_HISTORY, "a", "down")),
    Scene("history-80x24", "The same in the smallest common terminal.", (80, 24), keys=(*TO_HISTORY, "down")),
    Scene("history-60x20", "Narrow: what differs stands below the versions.", (60, 20), ("escape", *TO_HISTORY)),
    Scene("hand-in", "What the course will see, and what of it is not pushed.", keys=("f12", "h"), group=True),
    Scene("hand-in-light", "The same in the light theme.", keys=("f12", "h"), theme="report-light", group=True),
    Scene("hand-in-wide", "The same on a wide terminal.", (160, 48), keys=("f12", "h"), group=True),
    Scene("hand-in-80x24", "The same in the smallest common terminal.", (80, 24), keys=("f12", "h"), group=True),
    Scene("hand-in-60x20", "The same on a small terminal.", (60, 20), keys=("h",), group=True),
    Scene("overview-hand-in", "The overview in the last days before the hand-in.", keys=("f12",), group=True),
    Scene("overview-hand-in-60x20", "The same on a small terminal.", (60, 20), group=True),
    Scene("checklist", "The checklist with its counts, a box just ticked.", keys=("f6", "space")),
    Scene("checklist-60x20", "The same on a small terminal.", (60, 20), keys=("escape", "f6", "space")),
    Scene("filter", "The list shows only what matches.", keys=("f3", *keys_for("short"))),
    Scene("find", "Find and replace in an answer.", keys=(*TO_EIGHT, "ctrl+f", *keys_for("the"))),
    Scene("help", "The keys that work here, and what they do.", keys=(*TO_EIGHT, "f1")),
    Scene("palette", "Every command by name.", keys=("ctrl+p",)),
    Scene(
        "open-fence",
        "A code fence that is still open: the line of truth says why the answer is not saved.",
        keys=(*["down"] * 8, "enter", *keys_for("The parts cost 410 euros:\n\n```\n180 motors\n95 scanner")),
    ),
    Scene("drafts", "After a crash: what was typed and not saved, against the file as it is now.", drafts=LEFT),
    Scene("drafts-60x20", "The same on a small terminal.", (60, 20), drafts=LEFT),
    Scene("drafts-80x24", "One of them by itself.", (80, 24), ("down", "enter"), drafts=LEFT),
    Scene(
        "not-saved",
        "A save that failed says why, and offers another place.",
        keys=(*TO_EIGHT, *keys_for("So "), "f2"),
        full_disk=True,
    ),
    Scene(
        "not-saved-60x20",
        "The same on a small terminal.",
        (60, 20),
        ("escape", *TO_EIGHT, *keys_for("So "), "f2"),
        full_disk=True,
    ),
    Scene(
        "hung-disk",
        "A disk that does not answer, and somebody who wants to leave.",
        keys=(*TO_EIGHT, *keys_for("So "), "f2", "f10"),
        hung_disk=True,
    ),
    Scene(
        "hung-disk-60x20",
        "The same on a small terminal.",
        (60, 20),
        ("escape", *TO_EIGHT, *keys_for("So "), "f2", "f10"),
        hung_disk=True,
    ),
    Scene(
        "collision",
        "One answer changed here and on disk: both versions side by side, and what there is to choose.",
        keys=COLLISION,
        theirs=THEIRS,
        then=("f2",),
    ),
    Scene("collision-80x24", "The same one below the other.", (80, 24), keys=COLLISION, theirs=THEIRS, then=("f2",)),
    Scene(
        "collision-60x20",
        "The same on a small terminal.",
        (60, 20),
        keys=("escape", *COLLISION),
        theirs=THEIRS,
        then=("f2",),
    ),
    Scene(
        "collision-none",
        "One answer changed here and on disk, but not the same line of it: both changes fit.",
        (160, 48),
        keys=(*TO_EIGHT, "ctrl+end", *keys_for("\n\nThe batteries lasted.")),
        theirs=("two hours", "three hours", ""),
        then=("f2",),
    ),
    Scene(
        "collision-git",
        "git left two versions of an answer: the same dialog, opened from its finding.",
        keys=TO_EIGHT,
        theirs=("We measured three things:", GITS_TWO, ""),
        then=("f2", "ctrl+l", "down", "up", "f"),
    ),
    Scene("quit", "Quitting with unsaved text asks.", keys=(*TO_EIGHT, *keys_for("So "), "f10")),
)


@contextmanager
def demo_copy() -> Iterator[Path]:
    """A scratch copy of the demo report; its path is the same everywhere but for the folder above."""
    folder = Path(tempfile.mkdtemp(prefix="report-tui-scene-"))
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("REPORT_TUI_STATE", str(folder / "state"))
            shutil.copytree(ROOT / "rules" / "demo" / "report", folder / "reports")
            figures = folder / "reports" / "figures"
            _fill(own_home(folder / "home", patch), figures)
            for place, figure in enumerate(sorted(figures.iterdir())):
                _age(figure, AGES[place % len(AGES)])
            _remember(folder / "reports" / "README.md")
            yield folder / "reports" / "README.md"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


CLOCKS = ("2026-05-20 16:41", "2026-05-20 11:43", "2026-05-17 16:42", "2026-05-17 16:40")
"""What the clock is made to show for the versions, in their order: that of the picture differs each day."""


def _remember(path: Path) -> None:
    """Versions of the report from before, and a text that was put aside."""
    from report_tui import Report
    from report_tui.storage import versions

    report = Report.from_bytes(path.read_bytes())
    four, eight, nine = (report.question(number).answer.text for number in (4, 8, 9))
    first = eight.split("\n\n")[0]
    longer = f"{first}\n\nThe second drive ended at the crane, when the rain began."
    old = report.with_answer(8, first.replace("morning", "evening")).with_answer(4, four.split("\n\n")[0])
    box = next(item for item in old.checklist if item.done)
    now = time.time()
    for age, data in ((AGES[0], old.with_box(box.line, " ").to_bytes()), (AGES[1], report.with_answer(8, longer))):
        data = data if isinstance(data, bytes) else data.with_answer(9, nine or "Not yet known.").to_bytes()
        assert versions.keep(path, data, now_ns=int((now - age) * 1e9)) is None
    aside = eight.replace("wheel", "left wheel", 1)
    assert versions.put_aside(path, 8, aside, versions.NOT_CHOSEN, now_ns=int((now - AGES[3]) * 1e9)) is None


def _age(file: Path, seconds: float) -> None:
    changed = time.time() - seconds
    os.utime(file, (changed, changed))


def _fill(downloads: Path, figures: Path) -> None:
    """A home with pictures that somebody may want to bring in."""
    from tests.pictures import exif, noisy, saved

    (downloads / "trial runs").mkdir()
    (downloads.parent / "Pictures").mkdir()
    copies = {"Encoder counts (2).png": "power-draw.png", "slip [new].png": "wheel-slip.png", "Hall.JPG": "Housing.JPG"}
    for (name, figure), age in zip(copies.items(), reversed(AGES), strict=False):
        shutil.copy(figures / figure, downloads / name)
        _age(downloads / name, age)
    screenshot = downloads.parent / "Pictures" / "Screenshot of the dashboard.png"
    shutil.copy(figures / "harbour-map.png", screenshot)
    _age(screenshot, 200)
    photo = downloads / "Photo 4127.png"
    # Not made smaller by the format, so that its size is the same with every library.
    photo.write_bytes(saved(noisy(2400, 1600, "L"), "png", exif=exif(location=True), compress_level=0))
    _age(photo, 900_000)


def _leave(path: Path, texts: Sequence[tuple[int, str]]) -> None:
    """What a sitting leaves that was killed two minutes ago."""
    from report_tui.session import Session
    from report_tui.storage.drafts import Journal

    session = Session.open(path)
    for number, text in texts:
        session.edit(number, "\n\n".join(filter(None, (session.text(number), text))))
    journal = Journal(path)
    journal.keep(session.draft)
    if texts:
        _age(journal.path, 130)


PUSHED_AT = 1_778_000_000
"""When the group's commit was made, in seconds since 1970: its name in the picture depends on it."""


def _share(path: Path) -> None:
    """A group's repository around the report: pushed five hours ago, and worked on since."""
    from report_tui import Report
    from tests.repositories import git, repository

    folder = path.parent.parent
    repository(folder, branch="main")
    until = time.strftime("%Y-%m-%d %H:%M +00:00", time.gmtime(time.time() + 2 * 86_400 + 4 * 3_600 + 1_000))
    rules = (ROOT / "rules" / "demo.yaml").read_text(encoding="utf-8")
    git(folder, "add", "reports")
    git(folder, "commit", "--quiet", "-m", "The report", at=PUSHED_AT)
    git(folder, "remote", "add", "origin", "https://example.org/group.git")
    ago = int(time.time()) - AGES[1]
    git(folder, "update-ref", "-m", "fetch", "refs/remotes/origin/main", "HEAD", at=ago)
    git(folder, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main", at=ago)
    report = Report.from_bytes(path.read_bytes())
    path.write_bytes(report.with_answer(4, f"{report.question(4).answer.text} The motors take most of it.").to_bytes())
    git(folder, "commit", "--quiet", "-a", "-m", "Motors", at=PUSHED_AT + 60)
    report = Report.from_bytes(path.read_bytes()).with_answer(9, "The parts cost 410 euros.")
    path.write_bytes(report.with_answer(10, "The scanner saw the crane twice.").to_bytes())
    (path.parent / "report-rules.yaml").write_text(f"{rules}\ndeadline: {until}\n", encoding="utf-8")


async def _none_noticed(_: Path, stop: asyncio.Event, *__: object) -> AsyncGenerator[None]:
    await stop.wait()
    if not stop.is_set():  # which makes it a generator that yields nothing
        yield


def _no_room(_: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def _hung(patch: pytest.MonkeyPatch, report: Path) -> Iterator[None]:
    """Let whoever opens the report wait for as long as this lasts."""
    from tests.tui import driver

    answers, open_file = threading.Event(), os.open

    def waits(path: str, *arguments: int) -> int:
        if Path(path) == report:
            answers.wait()
        return open_file(path, *arguments)

    patch.setattr(os, "open", waits)
    driver.hanging.add(answers)
    try:
        yield
    finally:
        driver.hanging.discard(answers)
        answers.set()


def as_they_are(_: ReportApp) -> AbstractContextManager[None]:
    """Leave Textual's waits alone."""
    return nullcontext()


async def render(scene: Scene, waits: Callable[[ReportApp], AbstractContextManager[None]] = as_they_are) -> str:
    """The scene as SVG, without anything that would be loaded from elsewhere; `waits` is in force while it is shown."""
    from report_tui.session import Session
    from report_tui.tui.app import ReportApp

    with demo_copy() as path:
        if scene.group:
            _share(path)
        _leave(path, scene.drafts)
        app = ReportApp(Session.open(path), theme=scene.theme)
        with waits(app):
            svg = await _exported(app, scene, path)
    clocks = iter(CLOCKS)
    svg = re.sub(r"\d{4}-\d\d-\d\d&#160;\d\d:\d\d", lambda _: next(clocks).replace(" ", "&#160;"), svg)
    svg = re.sub(r"@font-face\s*\{[^}]*\}|<!--.*?-->", "", svg)
    return svg.replace("Fira Code", FONT)


async def _exported(app: ReportApp, scene: Scene, path: Path) -> str:
    with pytest.MonkeyPatch.context() as patch:
        if scene.full_disk:
            patch.setattr(os, "fsync", _no_room)
        if scene.hung_disk:
            patch.setattr(watch, "changes", _none_noticed)
            with _hung(patch, path):
                return await _shown(app, scene, path)
        if any(scene.theirs):  # whether the watch notices it before the keys do would be in the picture
            patch.setattr(watch, "changes", _none_noticed)
        return await _shown(app, scene, path)


async def _shown(app: ReportApp, scene: Scene, path: Path) -> str:
    from textual.widgets import Input, TextArea

    from report_tui.tui.screens.bring_in import BringIn
    from report_tui.tui.widgets.preview import Preview
    from report_tui.tui.widgets.thumbnail import Thumbnail

    async with app.run_test(size=scene.size, notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        await _play(app, pilot, scene, path)
        for preview in app.screen.query(Preview):
            while not preview.is_current:
                await pilot.pause(0.02)
        for thumbnail in app.screen.query(Thumbnail):
            while not thumbnail.is_current:
                await pilot.pause(0.02)
        while isinstance(app.screen, BringIn) and app.screen.is_at_work:
            await pilot.pause(0.02)
        while not scene.hung_disk and any(thread.name in (waiting.NAME, "hand-in") for thread in threading.enumerate()):
            await pilot.pause(0.02)
        for editor in app.screen.query(TextArea):
            editor.cursor_blink = False
        for line in app.screen.query(Input):
            line.cursor_blink = False
        await pilot.pause()
        return app.export_screenshot(title="report-tui")


async def _play(app: ReportApp, pilot: Pilot[int], scene: Scene, path: Path) -> None:
    """Press the scene's keys, with what somebody else does on the way."""
    from report_tui.tui.widgets.truth_panel import TruthPanel

    for key in scene.keys:
        await pilot.press(key)
    if any(scene.theirs):
        # What can be fixed is looked for a moment after the last key, and not of an answer with two versions.
        while app.screen.query_one(TruthPanel).is_waiting:
            await pilot.pause(0.02)
        _change_eight(path, *scene.theirs)
    for key in scene.then:
        await pilot.press(key)
    while scene.hung_disk and len(app.screen_stack) == 1:
        await pilot.pause(0.02)
    await pilot.pause(0.2)
    if any(scene.theirs):  # what a save says of it would lie over the picture
        app.clear_notifications()


def _change_eight(path: Path, words: str, others: str, added: str) -> None:
    from report_tui import Report

    report = Report.from_bytes(path.read_bytes())
    text = report.question(8).answer.text.replace(words, others) + added
    path.write_bytes(report.with_answer(8, text).to_bytes())


def fonts() -> list[str]:
    """The font files that the PNGs are drawn with; empty where this machine has none of them."""
    for folder in FONT_FOLDERS:
        found = [str(Path(folder) / name) for name in FONT_FILES if (Path(folder) / name).is_file()]
        if len(found) == len(FONT_FILES):
            return found
    return []


def to_png(svg: str) -> bytes:
    """The picture's pixels, drawn with the pinned font."""
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, font_files=fonts(), skip_system_fonts=True, monospace_family=FONT)
    )


def write(names: list[str], folder: Path) -> int:
    """Render scenes (all where none is named) into a folder; returns the exit code."""
    import textual

    if textual.__version__ != TEXTUAL:
        print(f"screenshots are made with textual {TEXTUAL}, this is {textual.__version__}; install that one")
        return 2
    folder.mkdir(exist_ok=True)
    for scene in SCENES:
        if names and scene.name not in names:
            continue
        svg = asyncio.run(render(scene))
        (folder / f"{scene.name}.svg").write_text(svg, encoding="utf-8", newline="\n")
        if fonts():
            (folder / f"{scene.name}.png").write_bytes(to_png(svg))
        print(f"{scene.name}: {scene.shows}")
    return 0


if __name__ == "__main__":
    os.environ.pop("NO_COLOR", None)
    parser = argparse.ArgumentParser(description="Render the scenes of the demo report.")
    parser.add_argument("--write", action="store_true", required=True, help="write SVG and PNG files")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    sys.exit(write(arguments.names, arguments.folder))
