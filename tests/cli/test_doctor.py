"""`doctor`: what it guesses of a terminal from its names; that it tells everything but secrets, and never fails."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from report_tui.commands import doctor
from report_tui.core.changes import Changes, Draft
from report_tui.storage import external_editor
from report_tui.storage.drafts import Journal
from tests.cli.commands import Runner

TERMINALS: list[tuple[dict[str, str], dict[str, str]]] = [
    ({}, {"type": "not said (TERM is not set)", "program": "unknown", "inside": "nothing else"}),
    ({"TERM": "dumb"}, {"colours": "none", "mouse": "no", "clipboard (OSC 52)": "no", "pictures, at best": "none"}),
    ({"TERM": "linux"}, {"colours": "16 at least", "mouse": "no", "clipboard (OSC 52)": "not known"}),
    (
        {"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal", "TERM_PROGRAM_VERSION": "455"},
        {"program": "Apple_Terminal 455", "colours": "256 at least", "clipboard (OSC 52)": "no"},
    ),
    (
        {"TERM": "xterm-kitty", "COLORTERM": "truecolor", "SSH_CONNECTION": "192.0.2.1 22"},
        {"program": "kitty", "inside": "ssh", "colours": "16 million", "pictures, at best": "the kitty protocol"},
    ),
    (
        {"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "TMUX": "/tmp/x,1,0", "VTE_VERSION": "7600"},
        {"program": "a terminal of GNOME's kind", "inside": "tmux", "mouse": "yes; tmux needs 'set -g mouse on'"},
    ),
    (
        {"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1", "TMUX": "/tmp/x,1,0"},
        {"clipboard (OSC 52)": "yes; tmux needs 'set -g set-clipboard on'", "pictures, at best": "half blocks"},
    ),
    (
        {"TERM": "xterm-256color", "WT_SESSION": "1", "NO_COLOR": "1"},
        {"program": "Windows Terminal", "colours": "none, since NO_COLOR is set", "pictures, at best": "sixel"},
    ),
    ({"TERM": "screen", "STY": "1.pts", "ALACRITTY_WINDOW_ID": "1"}, {"clipboard (OSC 52)": "not known"}),
    ({"TERM": "foot"}, {"program": "foot", "clipboard (OSC 52)": "yes", "pictures, at best": "sixel"}),
]


@pytest.mark.parametrize(("environment", "expected"), TERMINALS)
def test_a_terminal_is_known_by_its_names(environment: Mapping[str, str], expected: dict[str, str]) -> None:
    told = dict(doctor.terminal(environment))
    assert {name: told[name] for name in expected} == expected


def test_it_tells_everything_and_no_secret(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", "s3cret")
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.77 22")
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("TERM", "x\x1b[31mterm")
    result = run("doctor")
    assert (result.code, result.err) == (0, b"")
    told = result.out.decode()
    for title in ("terminal", "streams", "versions", "programs", "folders", "settings"):
        assert f"\n{title}\n" in f"\n{told}"
    for name in (
        "type: x[31mterm",
        "inside: ",
        "size: ",
        "locale: ",
        "textual: ",
        "Pillow: ",
        "git: ",
        "pictures from the clipboard: ",
        "editor: ",
        "rescued",
        "versions of your reports: ",
    ):
        assert name in told
    assert str(tmp_path / "state") in told
    assert "s3cret" not in told and "192.0.2.77" not in told
    assert list(tmp_path.iterdir()) == []


def test_where_a_part_cannot_be_told_the_rest_goes_on(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> external_editor.Editor:
        raise RuntimeError("no\nway")

    monkeypatch.setattr(external_editor, "chosen", broken)
    result = run("doctor")
    assert result.code == 0
    assert "programs\n  the rest: cannot be told (RuntimeError: no way)\nfolders\n" in result.out.decode()


def test_an_editor_that_is_not_there_is_said(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "no-such-editor")
    assert b"  editor: $VISUAL names no-such-editor, which was not found; name another editor\n" in run("doctor").out


def test_what_is_wrong_with_the_settings_is_said_also_where_only_the_app_can_tell(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "s.toml"
    file.write_text('them = "dark"\n[keys]\nsave = "f99"\nquit = "f1"\n', encoding="utf-8")
    monkeypatch.setenv("REPORT_TUI_CONFIG", str(file))
    told = run("doctor").out.decode()
    assert "s.toml:1: unknown setting 'them'" in told
    assert "s.toml:3: 'f99' for 'save': there is no such key" in told
    assert "s.toml:4: F1 for 'quit' is taken by 'help'" in told
    assert "problems: none" not in told


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other words for it")
def test_a_state_folder_that_cannot_be_reached_is_said(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_TUI_STATE", "x" * 5_000)
    told = run("doctor").out.decode()
    assert told.count(" (cannot be reached: File name too long)") == 6
    assert "rules that come along" in told


def test_reports_that_were_cut_off_are_named(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    assert "reports that were cut off" in run("doctor").out.decode()
    kept = Draft(b"base", Changes({4: "text"}))
    Journal(tmp_path / "ended.md").keep(kept)
    running = Journal(tmp_path / "runs.md")
    running.begin()
    running.keep(kept)
    told = run("doctor").out.decode()
    running.end()
    assert f"{(tmp_path / 'ended.md').resolve()}: open them to have it back" in told
    assert "runs.md" not in told
