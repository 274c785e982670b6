"""`doctor`: what the program finds around it, for whoever has to say why something looks or works differently.

Owns the guesses about terminals, made from their names alone: a question put to a terminal may never be answered. It
prints only what it names here, never the environment; where a part cannot be told, that is said, and the rest goes on.
"""

from __future__ import annotations

import locale
import os
import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata
from pathlib import Path

from report_tui import __version__
from report_tui.commands.shared import OK
from report_tui.render.clean import clean, harmless

Pair = tuple[str, str]

_GIT_SECONDS = 5
# A variable that a terminal sets, and what the terminal calls itself; those that others pass on come last.
_PROGRAMS = {
    "WT_SESSION": "Windows Terminal",
    "KITTY_WINDOW_ID": "kitty",
    "GHOSTTY_RESOURCES_DIR": "ghostty",
    "WEZTERM_PANE": "WezTerm",
    "ALACRITTY_WINDOW_ID": "Alacritty",
    "KONSOLE_VERSION": "Konsole",
    "VTE_VERSION": "a terminal of GNOME's kind",
}
_NAMES = {"xterm-kitty": "kitty", "xterm-ghostty": "ghostty", "alacritty": "Alacritty", "foot": "foot"}
_CLIPBOARD = {
    "Apple_Terminal": "no",
    "a terminal of GNOME's kind": "no",
    "iTerm.app": "yes, when its settings allow programs to",
    **dict.fromkeys(("Windows Terminal", "kitty", "ghostty", "WezTerm", "Alacritty", "foot", "vscode"), "yes"),
}
_IMAGES = {
    **dict.fromkeys(("kitty", "ghostty", "WezTerm"), "the kitty protocol"),
    "iTerm.app": "iTerm's protocol",
    **dict.fromkeys(("foot", "Konsole", "Windows Terminal"), "sixel"),
}


def run() -> int:
    """Print everything; never fails."""
    for title, pairs in _PARTS.items():
        sys.stdout.write(f"{title}\n")
        for name, value in _safely(pairs):
            sys.stdout.write(f"  {name}: {harmless(clean(value))}\n")
    return OK


def terminal(environment: Mapping[str, str]) -> Iterator[Pair]:
    """What the terminal is, and what it is expected to do.

    Args:
        environment: the environment's variables.
    """
    kind = environment.get("TERM", "")
    program = _program(environment)
    around = _around(environment)
    dumb = kind in ("", "dumb") and sys.platform != "win32"
    yield "type", kind or "not said (TERM is not set)"
    yield "program", " ".join((program or "unknown", environment.get("TERM_PROGRAM_VERSION", ""))).strip()
    yield "inside", ", ".join(around) or "nothing else"
    yield "colours", _colours(environment)
    yield "mouse", "no" if dumb or kind == "linux" else _through_tmux("yes", around, "set -g mouse on")
    clipboard = "no" if dumb else _CLIPBOARD.get(program, "not known")
    if "screen" in around:
        clipboard = "not known"
    yield "clipboard (OSC 52)", _through_tmux(clipboard, around, "set -g set-clipboard on")
    images = "half blocks" if {"tmux", "screen"}.intersection(around) else _IMAGES.get(program, "half blocks")
    yield "pictures, at best", "none" if dumb else images


def _streams() -> Iterator[Pair]:
    for number, (name, stream) in enumerate((("input", sys.stdin), ("output", sys.stdout), ("error", sys.stderr))):
        where = "a terminal" if os.isatty(number) else "no terminal"
        yield f"standard {name}", f"{where}, {getattr(stream, 'encoding', None) or 'no encoding'}"
    size = shutil.get_terminal_size(fallback=(0, 0))
    yield "size", f"{size.columns} columns, {size.lines} rows" if size.columns else "not known"
    yield "locale", f"{_locale()}, text files {locale.getencoding()}, file names {sys.getfilesystemencoding()}"


def _terminal() -> Iterator[Pair]:
    return terminal(os.environ)


def _versions() -> Iterator[Pair]:
    yield "report-tui", __version__
    yield "Python", f"{platform.python_version()}, {sys.executable}"
    for name in ("textual", "rich", "markdown-it-py", "Markdown", "Pillow"):
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            yield name, "not installed"
    yield "system", platform.platform()


def _programs() -> Iterator[Pair]:
    from report_tui.storage import clipboard_image, external_editor, programs

    editor = external_editor.chosen()
    yield "editor", editor.problem or f"{' '.join(editor.command)} ({editor.source})"
    yield "pictures from the clipboard", clipboard_image.tool() or f"none; {clipboard_image.way_out()}"
    git = programs.found("git")
    yield "git", "not found" if git is None else _git_version(git)


def _folders() -> Iterator[Pair]:
    from report_tui.storage import drafts, fault_reports, files
    from report_tui.storage.rules import shipped_folder
    from report_tui.storage.sitting import state_folder

    state = state_folder()
    yield "places where you left off", _there(state)
    yield "what is typed and not saved", _there(drafts.folder())
    waits = [files.shown(path) for path in drafts.waiting()]
    yield "reports that were cut off", f"{', '.join(waits)}: open them to have it back" if waits else "none"
    yield "texts whose end never came", _there(state / "rescued")
    yield "faults of this program", _there(fault_reports.folder())
    yield "versions of your reports", _there(state / "versions")
    yield "texts in the editor", _there(state / "editing")
    yield "rules that come along", _there(shipped_folder())


def _settings() -> Iterator[Pair]:
    from report_tui.storage import settings

    file = settings.settings_file()
    yield "file", f"{file}{'' if file.is_file() else ' (not there yet)'}"
    found, problems = settings.load()
    if found.keys:
        from report_tui.tui.keymap import keymap  # here, since it loads the whole app

        problems += keymap(found)[1]
    for problem in problems:
        yield "problem", str(problem)
    if not problems:
        yield "problems", "none"


_PARTS: dict[str, Callable[[], Iterator[Pair]]] = {
    "terminal": _terminal,
    "streams": _streams,
    "versions": _versions,
    "programs": _programs,
    "folders": _folders,
    "settings": _settings,
}


def _safely(pairs: Callable[[], Iterator[Pair]]) -> Iterator[Pair]:
    """The pairs as far as they can be told; a strange machine is just where somebody calls the doctor."""
    try:
        yield from pairs()
    except Exception as error:
        yield "the rest", f"cannot be told ({type(error).__name__}: {error})"


def _program(environment: Mapping[str, str]) -> str:
    """What the terminal calls itself; an empty string where nothing gives it away."""
    named = environment.get("TERM_PROGRAM", "")
    if named and named not in ("tmux", "screen"):
        return named
    if known := _NAMES.get(environment.get("TERM", "")):
        return known
    return next((name for variable, name in _PROGRAMS.items() if environment.get(variable)), "")


def _around(environment: Mapping[str, str]) -> list[str]:
    marks = {"TMUX": "tmux", "STY": "screen", "SSH_CONNECTION": "ssh", "WSL_DISTRO_NAME": "WSL"}
    return [name for variable, name in marks.items() if environment.get(variable)]


def _colours(environment: Mapping[str, str]) -> str:
    kind = environment.get("TERM", "")
    if environment.get("NO_COLOR"):
        return "none, since NO_COLOR is set"
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit") or environment.get("WT_SESSION"):
        return "16 million"
    if "256" in kind or "kitty" in kind or "ghostty" in kind:
        return "256 at least"
    return "none" if kind == "dumb" else "16 at least"


def _through_tmux(value: str, around: list[str], setting: str) -> str:
    return f"{value}; tmux needs '{setting}'" if "tmux" in around and value != "no" else value


def _locale() -> str:
    """What the environment says the language and the encoding are."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := os.environ.get(name):
            return f"{name}={value}"
    return "not said"


def _git_version(git: str) -> str:
    done = subprocess.run(
        [git, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=_GIT_SECONDS, check=False
    )
    return done.stdout.decode("utf-8", "replace").strip().removeprefix("git version ") or "does not say its version"


def _there(folder: Path) -> str:
    try:
        return str(folder) if stat.S_ISDIR(folder.stat().st_mode) else f"{folder} (no folder stands there)"
    except FileNotFoundError:
        return f"{folder} (not there yet)"
    except OSError as error:
        return f"{folder} (cannot be reached: {error.strerror})"
