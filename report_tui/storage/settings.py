"""What a student set up: one TOML file, read when the app starts, and the theme that was chosen last.

Owns the file's place, its form and the messages about it. A setting that is wrong is named with its line and left at
its default; nothing here ever keeps the app from starting. Which keys an action may have is judged where the actions
are (`tui.keymap`).
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import files, sitting, writing

CONFIG_VARIABLE = "REPORT_TUI_CONFIG"
"""Names another settings file."""

THEMES = ("dark", "light", "high-contrast")
PICTURES = ("blocks", "kitty", "off")
"""How figures are drawn: in half blocks, by Kitty's protocol where the terminal speaks it, or not at all."""

_FILE_NAME = "settings.toml"
_THEME_FILE_NAME = "theme"
_LARGEST = 64 * 1024
"""Characters; nobody's settings are longer."""
_KNOWN = ("theme", "pictures", "keys")


class Problem(NamedTuple):
    """One thing that is wrong with the settings file."""

    file: str
    """As it may be printed."""
    line: int
    """1-based."""
    message: str
    """What is wrong and what would be right, in one line."""

    def __str__(self) -> str:
        """The problem in one line, with its place."""
        return f"{self.file}:{self.line}: {self.message}"


class KeyChoice(NamedTuple):
    """The keys that somebody wants for an action; neither is known to exist."""

    action: str
    """The action's name: `save`."""
    keys: tuple[str, ...]
    """As written, without the blanks around each."""
    line: int
    """1-based line of the settings file."""


class Settings(NamedTuple):
    """All that can be set; each has a default."""

    theme: str | None = None
    """One of `THEMES`; None where the file names none, and the one chosen last is used."""
    keys: tuple[KeyChoice, ...] = ()
    file: str = _FILE_NAME
    """What problems call the file, as it may be printed."""
    pictures: str = PICTURES[0]
    """One of `PICTURES`."""
    pictures_line: int = 1
    """1-based line of the settings file that says so."""


def load() -> tuple[Settings, tuple[Problem, ...]]:
    """The settings, and what is wrong with their file; never raises. Without a file, all is at its default."""
    named = os.environ.get(CONFIG_VARIABLE)
    try:
        file = settings_file()
        if not named and not os.path.lexists(file):
            return Settings(), ()
        text = files.read(file).data.decode("utf-8-sig")
    except files.CannotRead as error:
        return Settings(), (Problem(files.shown(file), 1, f"{error.reason}; all settings are at their defaults"),)
    except UnicodeDecodeError:
        return Settings(), (Problem(files.shown(file), 1, "not UTF-8: save it as UTF-8 in your editor"),)
    except (OSError, RuntimeError):  # there is no home folder
        return Settings(), ()
    return read(text, files.shown(file))


def settings_file() -> Path:
    """The settings file; it need not exist.

    Raises:
        RuntimeError: this machine names no home folder.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    import platformdirs  # here, since only the app needs it

    return platformdirs.user_config_path("report-tui", appauthor=False) / _FILE_NAME


def read(text: str, name: str) -> tuple[Settings, tuple[Problem, ...]]:
    """Settings from a file's text, and its problems in the order of its lines; never raises.

    Args:
        text: the whole file.
        name: what the problems call it.
    """
    import tomllib  # here, since most have no settings file

    if len(text) > _LARGEST:
        return Settings(file=name), (Problem(name, 1, f"larger than {_LARGEST // 1024} kB: no settings file is"),)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Settings(file=name), (_not_toml(error, text, name),)
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets in brackets in brackets
        return Settings(file=name), (Problem(name, 1, "not valid TOML: too long or too deeply nested a value"),)
    return _Reader(name, _lines(text)).settings(found)


def _not_toml(error: Exception, text: str, name: str) -> Problem:
    reason, _, place = str(error).partition(" (at ")
    line = re.match(r"line (\d+)", place)
    last = max(1, text.rstrip().count("\n") + 1)
    message = f"not valid TOML: {reason[:1].lower()}{reason[1:]}; all settings are at their defaults"
    return Problem(name, int(line[1]) if line else last, message)


class _Reader:
    """Takes what is right and notes what is wrong."""

    def __init__(self, name: str, lines: dict[tuple[str, ...], int]) -> None:
        self.name = name
        self.lines = lines
        self.problems: list[Problem] = []

    def settings(self, found: dict[str, object]) -> tuple[Settings, tuple[Problem, ...]]:
        for key in found:
            if key not in _KNOWN:
                self.add((key,), f"unknown setting {quoted(key)}{nearest(key, _KNOWN)}")
        theme = self.choice(found, "theme", THEMES)
        pictures = self.choice(found, "pictures", PICTURES) or PICTURES[0]
        keys = self.keys(found.get("keys", {}))
        settings = Settings(theme, keys, self.name, pictures, self.line(("pictures",)))
        return settings, tuple(sorted(self.problems))

    def add(self, path: tuple[str, ...], message: str) -> None:
        self.problems.append(Problem(self.name, self.line(path), message))

    def line(self, path: tuple[str, ...]) -> int:
        """Where a key stands; what is inside braces stands where these begin."""
        return next((self.lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self.lines), 1)

    def choice(self, found: dict[str, object], key: str, known: tuple[str, ...]) -> str | None:
        value = found.get(key)
        if value is None:
            return None
        if isinstance(value, str) and value in known:
            return value
        if isinstance(value, str):
            self.add((key,), f"unknown {key} {quoted(value)}{nearest(value, known)}")
        else:
            self.add((key,), f'{key} must be a text in quotes, such as {key} = "{known[0]}"')
        return None

    def keys(self, found: object) -> tuple[KeyChoice, ...]:
        if not isinstance(found, dict):
            self.add(("keys",), 'keys must be a table: a line [keys], and below it lines such as save = "f2, ctrl+s"')
            return ()
        chosen = []
        for action, value in found.items():
            keys = _key_list(value)
            if keys is None or not all(keys):
                message = f'the keys of {quoted(action)} must be a text such as "f2, ctrl+s", with at least one key'
                self.add(("keys", action), message)
            else:
                chosen.append(KeyChoice(action, keys, self.line(("keys", action))))
        return tuple(chosen)


def _key_list(value: object) -> tuple[str, ...] | None:
    """The keys of `"f2, ctrl+s"` or `["f2", "ctrl+s"]`; None where it is neither."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not parts or not all(isinstance(part, str) for part in parts):
        return None
    return tuple(part.strip() for part in parts)


# tomllib says what a file holds, but not where. A string, since few have such a file: `re` compiles it for those.
_TOKEN = r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[A-Za-z0-9_-]+|\n|.'
_BLANK = frozenset(" \t\r.")


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """The 1-based line of every table and key of a text that is valid TOML; what is inside braces is left out."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    path: list[str] = []
    line, depth, in_header, in_value = 1, 0, False, False
    for token in re.findall(_TOKEN, text, re.DOTALL):
        if token == "\n" and not depth:
            path, in_header, in_value = [], False, False
        elif in_value:
            depth += (token in "[{") - (token in "]}")
        elif token == "=":
            _note(found, (*table, *path), line)
            in_value = True
        elif token == "[":
            in_header = True
        elif token == "]" and in_header:
            table = tuple(path)
            _note(found, table, line)
        elif token not in _BLANK and not token.startswith("#") and token != "\n":
            path.append(_plain(token))
        line += token.count("\n")
    return found


def _note(found: dict[tuple[str, ...], int], path: tuple[str, ...], line: int) -> None:
    """Where a key is seen for the first time, and with it the tables that it makes."""
    for end in range(1, len(path) + 1):
        found.setdefault(path[:end], line)


def _plain(key: str) -> str:
    """A key without its quotes."""
    import tomllib

    return next(iter(tomllib.loads(f"{key} = 0"))) if key[0] in "\"'" else key


def nearest(text: str, known: Iterable[str]) -> str:
    """What to say after an unknown name: the name that was perhaps meant, or all of a few."""
    from difflib import get_close_matches

    names = list(known)
    close = get_close_matches(text.casefold(), names, 1) if len(text) <= 40 else []
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known: {', '.join(names)}" if len(names) <= 8 else ""


def quoted(text: str) -> str:
    """Foreign text for a message: short, in quotes, and without anything that a terminal would act on."""
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


# The theme that was chosen last is no setting: nobody wrote it down, and it may be forgotten.


def remembered_theme() -> str | None:
    """The theme that was chosen in the app last, one of `THEMES`; None where nothing is known."""
    with contextlib.suppress(files.CannotRead, OSError, RuntimeError, ValueError):
        name = files.read(sitting.state_folder() / _THEME_FILE_NAME).data.decode("ascii").strip()
        return name if name in THEMES else None
    return None


def remember_theme(name: str) -> None:
    """Remember a theme for the next time. A failure is none of the student's worries."""
    with contextlib.suppress(OSError, RuntimeError):
        file = sitting.state_folder() / _THEME_FILE_NAME
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with writing.temporary(file, f"{name}\n".encode("ascii")) as written:
            written.replace(file)
