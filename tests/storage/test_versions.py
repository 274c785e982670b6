"""The history of a report: what is kept, for how long, and what happens when it cannot be."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from report_tui.storage import files, versions

PROJECT = Path(__file__).resolve().parents[2]
SECOND = 1_000_000_000


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return tmp_path / "group" / "reports" / "README.md"


def test_what_is_kept_is_read_again_newest_first(report: Path) -> None:
    assert versions.keep(report, b"one\r\n", now_ns=1 * SECOND) is None
    assert versions.put_aside(report, 4, "min æble\ntwo", versions.NOT_CHOSEN, now_ns=3 * SECOND) is None
    assert versions.keep(report, b"\xff\x00two", versions.BEFORE_RESTORE, now_ns=2 * SECOND) is None
    found = versions.versions(report)
    assert [(version.time_ns, version.kind, version.number) for version in found] == [
        (3 * SECOND, "not-chosen", 4),
        (2 * SECOND, "before-restore", None),
        (1 * SECOND, "before-save", None),
    ]
    assert versions.read_text(found[0]) == "min æble\ntwo"
    assert [versions.read(version) for version in found[1:]] == [b"\xff\x00two", b"one\r\n"]


def test_the_same_bytes_are_not_kept_twice_in_a_row(report: Path) -> None:
    for now_ns, data in enumerate([b"one", b"one", b"two", b"one"]):
        assert versions.keep(report, data, now_ns=now_ns) is None
    assert [versions.read(version) for version in versions.versions(report)] == [b"one", b"two", b"one"]


def test_one_of_the_same_moment_comes_behind(report: Path) -> None:
    for why in ("c", "b", "a"):
        versions.keep(report, why.encode(), why, now_ns=7)
    assert [(version.kind, version.time_ns) for version in versions.versions(report)] == [("a", 9), ("b", 8), ("c", 7)]


def test_a_clock_that_is_set_back_takes_nothing_that_was_just_kept(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "VERSIONS_KEPT", 5)
    for number in range(5):
        versions.keep(report, b"%d" % number, now_ns=1_000_000 * SECOND + number)
    for number in range(5, 8):
        assert versions.keep(report, b"%d" % number, now_ns=900_000 * SECOND + number) is None
    assert [versions.read(one) for one in versions.versions(report)] == [b"4", b"3", b"7", b"6", b"5"]


def test_an_answer_is_compared_with_that_answer_only(report: Path) -> None:
    for now_ns, number in enumerate([4, 5, 4]):
        versions.put_aside(report, number, "TODO", versions.NOT_CHOSEN, now_ns=now_ns)
    found = versions.versions(report)
    assert [version.number for version in found] == [5, 4]
    assert found[0].id != found[1].id


def test_the_same_content_has_the_same_id(report: Path) -> None:
    for now_ns, data in enumerate([b"one", b"two", b"one"]):
        versions.keep(report, data, now_ns=now_ns)
    ids = [version.id for version in versions.versions(report)]
    assert ids[0] == ids[2] != ids[1]


def test_an_empty_text_is_nothing_to_keep(report: Path, state: Path) -> None:
    assert versions.put_aside(report, 4, "", versions.NOT_CHOSEN) is None
    assert not state.exists()
    assert versions.put_aside_words(4, "", "Ctrl+N") == []


def test_lone_surrogates_come_back(report: Path) -> None:
    versions.put_aside(report, 4, "a\udcffb", versions.NOT_CHOSEN)
    assert versions.read_text(versions.versions(report)[0]) == "a\udcffb"


def test_two_reports_have_a_history_each(report: Path, tmp_path: Path) -> None:
    versions.keep(report, b"one")
    assert versions.versions(tmp_path / "other" / "README.md") == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_it_is_private(report: Path, state: Path) -> None:
    versions.keep(report, b"one")
    below = [path for path in (state / "versions").rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in (state / "versions", *below) if path.is_dir()} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in below if path.is_file()} == {0o600}


def test_no_path_and_no_word_stands_there_in_clear(report: Path, state: Path) -> None:
    versions.keep(report, b"a secret of the group, long enough to be packed " * 3)
    for path in state.rglob("*"):
        assert "group" not in path.name
        assert path.is_dir() or b"secret" not in path.read_bytes()


def test_the_oldest_go_when_there_are_too_many(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "VERSIONS_KEPT", 3)
    for number in range(1, 6):
        versions.keep(report, b"%d" % number, now_ns=number * SECOND)
    assert [versions.read(version) for version in versions.versions(report)] == [b"5", b"4", b"3"]


def test_the_oldest_go_when_they_are_too_large(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "BYTES_KEPT", 2_500)
    contents = [os.urandom(1_000) for _ in range(4)]
    for now_ns, data in enumerate(contents):
        versions.keep(report, data, now_ns=now_ns)
    assert [versions.read(version) for version in versions.versions(report)] == contents[:1:-1]


def test_the_newest_stays_whatever_its_size(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "BYTES_KEPT", 10)
    versions.keep(report, b"small", now_ns=1)
    large = os.urandom(1_000)
    versions.keep(report, large, now_ns=2)
    assert [versions.read(version) for version in versions.versions(report)] == [large]


def test_the_report_not_worked_on_for_longest_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "REPORTS_KEPT", 2)
    reports = [tmp_path / name / "README.md" for name in "abc"]
    for second, report in enumerate(reports):
        versions.keep(report, b"one")
        folder = versions.versions(report)[0].file.parent
        os.utime(folder, (second, second))
    assert [len(versions.versions(report)) for report in reports] == [0, 1, 1]


def test_a_damaged_version_is_refused_and_the_others_are_there(report: Path) -> None:
    for now_ns, data in enumerate([b"one", b"two", b"three"]):
        versions.keep(report, data, now_ns=now_ns)
    three, two, one = versions.versions(report)
    three.file.write_bytes(b"")
    two.file.write_bytes(zlib.compress(b"another"))
    for damaged in (three, two):
        with pytest.raises(files.CannotRead, match="is damaged; choose another version"):
            versions.read(damaged)
    assert versions.read(one) == b"one"


def test_a_damaged_version_is_no_reason_not_to_keep_it_again(report: Path) -> None:
    versions.keep(report, b"one", now_ns=1)
    versions.versions(report)[0].file.write_bytes(b"")
    assert versions.keep(report, b"one", now_ns=2) is None
    assert versions.read(versions.versions(report)[0]) == b"one"


def test_what_unpacks_without_end_is_refused(report: Path) -> None:
    versions.keep(report, b"one")
    version = versions.versions(report)[0]
    version.file.write_bytes(zlib.compress(bytes(200_000_000)))
    with pytest.raises(files.CannotRead, match="is damaged"):
        versions.read(version)


def test_other_files_in_the_folder_are_none_of_ours(report: Path) -> None:
    versions.keep(report, b"one")
    folder = versions.versions(report)[0].file.parent
    (folder / "notes.txt").write_text("hello")
    (folder / f"1-all-before-save-{'0' * 32}.z").mkdir()
    (folder / f"1-{'9' * 7}-before-save-{'0' * 32}.z").touch()
    assert [versions.read(version) for version in versions.versions(report)] == [b"one"]
    assert versions.keep(report, b"two") is None
    assert (folder / "notes.txt").read_text() == "hello"


def test_a_kind_of_a_newer_program_is_named_as_it_is(report: Path) -> None:
    versions.keep(report, b"one", "before-flying")
    assert versions.versions(report)[0].label == "before flying"


def test_half_written_files_go_after_a_day(report: Path) -> None:
    versions.keep(report, b"one")
    folder = versions.versions(report)[0].file.parent
    old, new = folder / ".a.tmp", folder / ".b.tmp"
    for path in (old, new):
        path.touch()
    os.utime(old, (0, 0))
    versions.keep(report, b"two")
    assert (old.exists(), new.exists()) == (False, True)


def test_a_folder_that_cannot_be_made_is_said_in_words(report: Path, state: Path) -> None:
    state.write_text("in the way")
    problem = versions.keep(report, b"one")
    assert problem is not None and problem.startswith("the history cannot be kept: ")
    assert versions.versions(report) == []


def test_a_full_disk_leaves_no_half_version(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions.keep(report, b"one")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert versions.keep(report, b"two") == "the history cannot be kept: the disk is full; free some space"
    folder = versions.versions(report)[0].file.parent
    assert len(list(folder.iterdir())) == 1


NAMES = ("first", "second")
WRITER = """
import sys
from pathlib import Path
from report_tui.storage import versions
report, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
sys.stdin.readline()
for number in range(count):
    assert versions.keep(report, f"{name} {number}".encode()) is None
    assert versions.put_aside(report, number, name, versions.NOT_CHOSEN) is None
"""


def together(code: str, report: Path, count: int) -> None:
    """Run two writers, both of them ready before either begins."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(report), name, str(count)], stdin=subprocess.PIPE, text=True, cwd=PROJECT
        )
        for name in NAMES
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0


def test_two_processes_at_once_lose_nothing_of_each_other(report: Path) -> None:
    together(WRITER, report, 40)
    found = versions.versions(report)
    wholes = {versions.read(version).decode() for version in found if version.number is None}
    assert wholes == {f"{name} {number}" for name in NAMES for number in range(40)}
    texts = {(version.number, versions.read_text(version)) for version in found if version.number is not None}
    assert texts == {(number, name) for name in NAMES for number in range(40)}


def test_two_processes_that_prune_at_once_keep_within_the_bounds(report: Path) -> None:
    together("from report_tui.storage import versions; versions.VERSIONS_KEPT = 5\n" + WRITER, report, 30)
    found = versions.versions(report)
    assert len(found) == 5
    for version in found:
        versions.read(version)
