"""An answer in the student's own editor: what the editor gets, what comes back, and that nothing is ever lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.core.source import fold_newlines, normalised
from report_tui.storage import external_editor
from report_tui.storage.external_editor import CUT, ExternalEdit, chosen, compose, edit_text, extract

TRICKY = st.one_of(
    st.text(),
    st.lists(st.sampled_from(["-->", "--!>", "<!--", CUT, "", " ", "words", "\r", "\x0c", "\u2028"])).map("\n".join),
)


@given(TRICKY, TRICKY, TRICKY, TRICKY)
def test_what_is_not_edited_comes_back(title: str, prompt: str, limits: str, text: str) -> None:
    assert extract(compose(4, title, prompt, limits, text)) == fold_newlines(text)


@given(TRICKY, TRICKY, TRICKY, TRICKY)
def test_the_comment_ends_where_it_should(title: str, prompt: str, limits: str, text: str) -> None:
    above = compose(4, title, prompt, limits, text).partition(CUT)[0]
    assert above.endswith("\n-->\n")
    assert "-->" not in above[:-4] and "--!>" not in above


@given(TRICKY, st.text())
def test_without_the_cut_line_the_comment_goes(prompt: str, text: str) -> None:
    content = compose(4, "Costs", prompt, "", "").replace(f"{CUT}\n", text.replace(CUT, "") + "\n", 1)
    assert extract(content) == normalised(text.replace(CUT, ""))


@given(st.text())
def test_where_nothing_is_recognised_everything_stays(text: str) -> None:
    content = "<!-- report-tui: question 4, and the end was cut off\n" + text.replace("-->", "").replace(CUT, "")
    assert extract(content) == normalised(content)


def test_a_carriage_return_at_the_end_is_a_line_end() -> None:
    assert extract(compose(4, "", "", "", "One\r")) == "One\n"


def test_a_text_right_below_the_line_and_without_a_newline() -> None:
    assert extract(f"anything\n  {CUT} \r\nOne\r\ntwo") == "One\ntwo"
    assert extract(CUT) == ""


def test_what_the_editor_gets() -> None:
    content = compose(8, "Field\ntrial", "What --> happened?", "200 to 300 words", "We drove.")
    assert content == (
        "<!-- report-tui: question 8, Field trial\nAsked for: 200 to 300 words\n\nWhat -- > happened?\n\n-->\n"
        f"{CUT}\n\nWe drove.\n"
    )


# With editors of our own


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("VISUAL", raising=False)
    return tmp_path / "state" / "editing"


@pytest.fixture
def edited(tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> Edited:
    return Edited(tmp_path, monkeypatch)


class Edited:
    """Edits the answer "One\\n\\ntwo" with an editor that is a few lines of Python; `path` is its file."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.script = folder / "my editor.py"
        self.patch = patch

    def __call__(self, *lines: str) -> ExternalEdit:
        """What comes back."""
        program = "\n".join(["import os, sys, pathlib", "path = pathlib.Path(sys.argv[-1])", *lines])
        self.script.write_text(program, encoding="utf-8")
        self.patch.setenv("EDITOR", f'"{sys.executable}" "{self.script}" --flag')
        return edit_text(4, "Costs", "What did it cost?", "25 words", "One\n\ntwo")


def leftovers(state: Path) -> list[str]:
    return sorted(path.name for path in state.rglob("*") if path.is_file())


def test_a_new_text(edited: Edited, state: Path) -> None:
    edit = edited("path.write_bytes(path.read_bytes().replace(b'two', 'thrée'.encode()).replace(b'\\n', b'\\r\\n'))")
    assert edit == ExternalEdit("One\n\nthrée")
    assert leftovers(state) == []


@pytest.mark.parametrize("line", ["pass", "path.write_bytes(path.read_bytes())", "path.touch()"])
def test_no_change_is_no_edit(edited: Edited, state: Path, line: str) -> None:
    assert edited(line) == ExternalEdit(None)
    assert leftovers(state) == []


def test_blank_lines_around_and_other_line_ends_are_no_edit(edited: Edited) -> None:
    change = "path.write_bytes(b'\\xef\\xbb\\xbf' + path.read_bytes().replace(b'\\n', b'\\r\\n') + b'\\r\\n\\r\\n')"
    assert edited(change) == ExternalEdit(None)


def test_an_answer_can_be_emptied(edited: Edited) -> None:
    assert edited("path.write_bytes(path.read_bytes().partition(b'\\n\\nOne')[0])") == ExternalEdit("")


def test_an_empty_file_is_no_empty_answer(edited: Edited, state: Path) -> None:
    edit = edited("path.write_bytes(b'\\n')")
    assert edit.text is None and "came back empty" in edit.reason
    assert leftovers(state) == []


FAILURES = [
    ("sys.exit(3)", "ended with exit code 3"),
    ("os.abort()", "ended"),
]


@pytest.mark.parametrize(("line", "reason"), FAILURES)
def test_a_failure_keeps_what_was_changed(edited: Edited, line: str, reason: str) -> None:
    edit = edited("path.write_bytes(path.read_bytes() + b'precious')", line)
    assert edit.text is None and reason in edit.reason
    assert edit.kept is not None and edit.kept.read_bytes().endswith(b"One\n\ntwo\nprecious")


@pytest.mark.parametrize(("line", "reason"), FAILURES)
def test_a_failure_without_a_change_leaves_nothing(edited: Edited, state: Path, line: str, reason: str) -> None:
    edit = edited(line)
    assert edit.text is None and reason in edit.reason and edit.kept is None
    assert leftovers(state) == []


def test_a_failure_keeps_the_editors_own_copies(edited: Edited) -> None:
    edit = edited("(path.parent / '.question-4.md.swp').write_bytes(b'precious')", "sys.exit(1)")
    assert edit.kept is not None
    assert (edit.kept / ".question-4.md.swp").read_bytes() == b"precious"


def test_a_file_that_vanished(edited: Edited, state: Path) -> None:
    edit = edited("path.unlink()")
    assert edit == ExternalEdit(None, "the file that was edited does not exist")
    edit = edited("path.rename(path.with_suffix('.txt'))")
    assert edit.kept is not None and leftovers(state) == ["question-4.txt"]


def test_text_that_is_not_utf8_is_kept(edited: Edited) -> None:
    edit = edited("path.write_bytes(path.read_text().encode('utf-16'))")
    assert edit.text is None and "not UTF-8" in edit.reason
    assert edit.kept is not None and "One" in edit.kept.read_text(encoding="utf-16")


def test_a_text_that_is_too_long_is_kept(edited: Edited) -> None:
    edit = edited("path.write_bytes(path.read_bytes() + b'words ' * 40_000)")
    assert edit.text is None and "characters are too many for one answer" in edit.reason
    assert edit.kept is not None and edit.kept.read_bytes().endswith(b"words ")


def test_what_is_typed_above_the_line_is_kept(edited: Edited) -> None:
    edit = edited("path.write_bytes(b'Precious.\\n' + path.read_bytes() + b'And three.\\n')")
    assert edit.text == "One\n\ntwo\nAnd three."
    assert "above the line" in edit.reason
    assert edit.kept is not None and edit.kept.read_bytes().startswith(b"Precious.\n")


def test_a_prompt_that_is_tidied_up_is_nobodys_loss(edited: Edited) -> None:
    edit = edited("path.write_bytes(path.read_bytes().replace(b'What did', b'').replace(b'-->\\n<', b'-->\\n\\n<'))")
    assert edit == ExternalEdit(None)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_only_the_owner_may_read_it(edited: Edited) -> None:
    edit = edited("mode = path.stat().st_mode | path.parent.stat().st_mode", "sys.exit(mode & 0o077)")
    assert edit == ExternalEdit(None)


def test_a_folder_that_cannot_be_made_is_in_nobodys_way(edited: Edited, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way", encoding="utf-8")
    assert edited("path.write_bytes(path.read_bytes() + b'three')") == ExternalEdit("One\n\ntwo\nthree")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("no-such-editor --wait", "$EDITOR names no-such-editor, which was not found; name another editor"),
        ("vi 'x", "$EDITOR has a quote that is not closed: vi 'x; close it"),
    ],
)
def test_an_editor_that_is_none(state: Path, monkeypatch: pytest.MonkeyPatch, value: str, reason: str) -> None:
    monkeypatch.setenv("EDITOR", value)
    assert edit_text(4, "Costs", "", "", "One") == ExternalEdit(None, reason)
    assert not state.exists()


def test_a_program_that_cannot_be_run(state: Path, tmp_path: Path) -> None:
    reason = external_editor.run([str(tmp_path)], tmp_path)
    assert reason.startswith(f"{tmp_path.name} could not be started (")


def test_an_editor_reads_nothing_from_a_pipe_that_is_ours() -> None:
    program = (
        "import sys, pathlib; from report_tui.storage.external_editor import run;"
        "run([sys.executable, '-c', 'import sys; sys.stdin.read()'], pathlib.Path('x'));"
        "print(sys.stdin.read())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent.parent.parent,
        input=b"precious",
        stdout=subprocess.PIPE,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == b"precious"


# Which editor


def program(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / (f"{name}.bat" if os.name == "nt" else name)
    path.write_text("", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("name", "value", "arguments"),
    [
        ("code", "code", ["--wait"]),
        ("code", "code -n --wait", ["-n", "--wait"]),
        ("code", "code -w", ["-w"]),
        ("gvim", "gvim", ["--nofork"]),
        ("micro", "micro -x", ["-x"]),
        ("micro", "  micro  ", []),
    ],
)
def test_an_editor_with_a_window_is_told_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, arguments: list[str]
) -> None:
    path = program(tmp_path / "bin", name)
    monkeypatch.setenv("PATH", str(path.parent))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", value)
    assert os.path.normcase(chosen().command[0]) == os.path.normcase(path)
    assert (chosen().source, list(chosen().command[1:]), chosen().problem) == ("$EDITOR", arguments, "")


def test_visual_comes_first_and_a_blank_one_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = program(tmp_path / "my bin", "one"), program(tmp_path / "my bin", "other")
    monkeypatch.setenv("VISUAL", str(one))
    monkeypatch.setenv("EDITOR", f'"{other}" -q')
    assert chosen().source == "$VISUAL" and chosen().command == (str(one),)
    monkeypatch.setenv("VISUAL", " ")
    assert chosen().source == "$EDITOR" and chosen().command == (str(other), "-q")


def test_nothing_named_and_nothing_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    assert chosen().problem == "no editor was found; name one in $EDITOR"
