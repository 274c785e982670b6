"""The settings file: what it may hold, what is said about the rest, and that it never keeps the app from starting."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.storage import settings
from report_tui.storage.settings import KeyChoice, Settings


def problems(text: str) -> list[str]:
    return [str(problem) for problem in settings.read(text, "s.toml")[1]]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "settings.toml"
    monkeypatch.setenv(settings.CONFIG_VARIABLE, str(path))
    return path


def test_all_that_can_be_set() -> None:
    text = 'theme = "light"\n[keys]\nsave = "f2, ctrl+s"\nquit = ["f10"]\n'
    found, wrong = settings.read(text, "s.toml")
    choices = (KeyChoice("save", ("f2", "ctrl+s"), 3), KeyChoice("quit", ("f10",), 4))
    assert (found, wrong) == (Settings("light", choices, "s.toml"), ())


def test_an_empty_file_sets_nothing() -> None:
    assert settings.read("\n# nothing\n", "s.toml") == (Settings(file="s.toml"), ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('theme = "drak"', "s.toml:1: unknown theme 'drak'; did you mean 'dark'?"),
        ('theme = "x"', "s.toml:1: unknown theme 'x'; known: dark, light, high-contrast"),
        ('pictures = "sixel"', "s.toml:1: unknown pictures 'sixel'; known: blocks, kitty, off"),
        ("theme = 3", 's.toml:1: theme must be a text in quotes, such as theme = "dark"'),
        ('# one\n\nthem = "dark"', "s.toml:3: unknown setting 'them'; did you mean 'theme'?"),
        ("keys = 3", 's.toml:1: keys must be a table: a line [keys], and below it lines such as save = "f2, ctrl+s"'),
        ('"\\u001b[2J" = 1', "s.toml:1: unknown setting '\\x1b[2J'; known: theme, pictures, keys"),
    ],
)
def test_a_wrong_setting_is_named_with_its_line(text: str, said: str) -> None:
    assert problems(text) == [said]


@pytest.mark.parametrize("value", ["5", '""', '"f2,"', "[]", "[5]", "{a = 1}", "true"])
def test_keys_are_texts_with_a_key(value: str) -> None:
    found, wrong = settings.read(f"[keys]\n\nsave = {value}", "s.toml")
    assert found.keys == ()
    said = "the keys of 'save' must be a text such as \"f2, ctrl+s\", with at least one key"
    assert [str(problem) for problem in wrong] == [f"s.toml:3: {said}"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[keys]\nsave = 1", 2),
        ("keys.save = 1", 1),
        ("\nkeys = { a = 'f2', save = 1 }", 2),
        ("[ 'keys' ] # [other]\n\n\"sa\\u0076e\" = 1", 3),
        ('theme = """\n[keys]\nsave = 1\n"""\n[keys]\nsave = 1', 6),
        ("theme = '''\nsave = 1'''\nkeys.save = 1", 3),
        ("x = [\n 'keys.save = 1', # ]\n [1],\n]\nkeys.save = 1", 5),
        ("[keys.save]\r\na = 1", 1),
        ('theme = """a""""\nkeys . save = 1', 2),
    ],
)
def test_a_value_is_found_however_its_key_is_written(text: str, line: int) -> None:
    assert f"s.toml:{line}: the keys of 'save' must be" in "\n".join(problems(text))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("theme = 'dark'\ntheme = 'light'", 2, "not valid TOML: cannot overwrite a value"),
        ("theme = 'dark'\nkeys = ", 2, "not valid TOML: invalid value"),
        ("x = " + "[" * 5_000, 1, "not valid TOML"),
        ("x = " + "9" * 5_000, 1, "not valid TOML"),
        ("#" * 70_000, 1, "larger than 64 kB"),
    ],
)
def test_what_is_no_toml_leaves_all_at_its_default(text: str, line: int, reason: str) -> None:
    found, (problem,) = settings.read(text, "s.toml")
    assert found == Settings(file="s.toml")
    assert (problem.line, reason in problem.message) == (line, True)


def test_problems_come_in_the_order_of_the_lines() -> None:
    lines = [problem.line for problem in settings.read("b = 1\ntheme = 3\nkeys = 1\na = 1", "s.toml")[1]]
    assert lines == [1, 2, 3, 4]


def test_how_figures_are_drawn_is_read_with_its_line() -> None:
    found, problems = settings.read('theme = "dark"\npictures = "kitty"\n', "s.toml")
    assert (found.pictures, found.pictures_line, problems) == ("kitty", 2, ())
    assert settings.read("pictures = 1", "s.toml")[0].pictures == "blocks"


@given(st.text())
def test_no_text_is_too_much(text: str) -> None:
    settings.read(text, "s.toml")


# The words that a settings file is made of, in any order: more of these are TOML than of any characters.
PIECES = [
    "theme",
    "keys",
    "save",
    ".",
    "=",
    '"dark"',
    "'f2'",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\n",
    " ",
    "#",
    '"""',
    "'''",
    "3",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_every_problem_has_a_line_of_the_file(text: str) -> None:
    for problem in settings.read(text, "s.toml")[1]:
        assert 1 <= problem.line <= text.count("\n") + 1


def test_the_file_named_in_the_environment_is_read(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbftheme = "light"\r\n')
    assert settings.load() == (Settings("light", (), str(file)), ())


def test_a_named_file_that_is_missing_is_said(file: Path) -> None:
    found, (problem,) = settings.load()
    assert found == Settings()
    assert str(problem) == f"{file}:1: does not exist; all settings are at their defaults"


def test_a_file_that_is_no_utf_8_is_said(file: Path) -> None:
    file.write_bytes(b"theme = '\xff'")
    assert [problem.message for problem in settings.load()[1]] == ["not UTF-8: save it as UTF-8 in your editor"]


def test_without_a_file_all_is_at_its_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(settings.CONFIG_VARIABLE, raising=False)
    for name in ("XDG_CONFIG_HOME", "HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    assert settings.load() == (Settings(), ())


def test_a_theme_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "not yet there"))
    assert settings.remembered_theme() is None
    settings.remember_theme("high-contrast")
    assert settings.remembered_theme() == "high-contrast"


def test_a_theme_that_cannot_be_remembered_is_none_of_the_students_worries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "file" / "state"))
    settings.remember_theme("dark")
    assert settings.remembered_theme() is None


@pytest.mark.parametrize("content", [b"", b"drak", b"\xff\xfe", b"dark\x1b"])
def test_a_remembered_theme_that_makes_no_sense_is_forgotten(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path))
    (tmp_path / "theme").write_bytes(content)
    assert settings.remembered_theme() is None
