"""Finding and reading on a real disk, with real failures."""

from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path

import pytest

from report_tui.storage import files
from report_tui.storage.files import CannotRead, find_report, read

OLD = b"# Report\r\n\r\nthe old answer\r\n"

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither FIFOs nor permission bits")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "reports" / "README.md"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


class TestFind:
    def test_nearest_upwards(self, report: Path) -> None:
        deep = report.parent.parent / "src" / "deep"
        deep.mkdir(parents=True)
        assert find_report(None, deep) == report.resolve()
        assert find_report(None, report.parent.parent) == report
        assert find_report(None, report.parent) == report.resolve()

    def test_none_upwards(self, tmp_path: Path) -> None:
        with pytest.raises(CannotRead) as caught:
            find_report(None, tmp_path)
        assert str(caught.value) == (
            f"{tmp_path}: no reports/README.md here or in a folder above; name the report or its folder"
        )

    @pytest.mark.parametrize("given", [".", "reports", "reports/README.md"])
    def test_file_or_folder(self, report: Path, given: str) -> None:
        assert find_report(Path(given), report.parent.parent) == report
        assert find_report(report.parent.parent / given, Path("elsewhere")) == report

    def test_reports_folder_wins_over_the_readme_beside_it(self, report: Path) -> None:
        (report.parent.parent / "README.md").write_bytes(b"about the project")
        assert find_report(Path(), report.parent.parent) == report

    def test_folder_without_a_report(self, tmp_path: Path) -> None:
        with pytest.raises(CannotRead) as caught:
            find_report(tmp_path, tmp_path)
        assert str(caught.value) == (
            f"{tmp_path}: holds no reports/README.md and no README.md; name the report file itself"
        )

    @pytest.mark.parametrize("given", ["nowhere", "nowhere/README.md", "reports/README.md/x"])
    def test_impossible(self, report: Path, given: str) -> None:
        with pytest.raises(CannotRead, match=r"does not exist; check the name, or name the report's folder$"):
            find_report(Path(given), report.parent.parent)

    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            ("nul\0", "is not a possible file name; check the name"),
            pytest.param("long" * 2000, "its name is too long; check the name", marks=posix_only),
        ],
    )
    def test_no_name(self, report: Path, given: str, reason: str) -> None:
        with pytest.raises(CannotRead) as caught:
            find_report(Path(given), report.parent.parent)
        assert str(caught.value).endswith(f": {reason}")
        assert len(str(caught.value)) < 500

    @pytest.mark.permissions
    @posix_only
    def test_folder_that_may_not_be_entered(self, report: Path) -> None:
        report.parent.chmod(0)
        try:
            with pytest.raises(CannotRead, match="may not be read by you"):
                find_report(report, Path())
        finally:
            report.parent.chmod(0o755)


class TestFindAll:
    @staticmethod
    def found(folder: Path) -> list[tuple[str, str]]:
        """Each path found, with the reason why there is no report."""
        return [
            (str((found.path if isinstance(found, CannotRead) else found).relative_to(folder).as_posix()),
             f"{found.reason}; {found.way_out}" if isinstance(found, CannotRead) else "")
            for found in files.find_reports(folder)
        ]  # fmt: skip

    @staticmethod
    def write(folder: Path, *names: str) -> None:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(OLD)

    def test_sorted_by_path(self, tmp_path: Path) -> None:
        self.write(tmp_path, "b/reports/README.md", "a/deep/reports/README.md", "README.md", ".git/reports/README.md")
        assert self.found(tmp_path) == [("a/deep/reports/README.md", ""), ("b/reports/README.md", "")]

    def test_a_folder_with_its_own_report_and_what_is_no_folder(self, report: Path) -> None:
        for path in (report.parent.parent, report.parent, report, report / "x", Path("a\0"), Path("x" * 5000)):
            assert files.find_reports(path) == []

    def test_reports_that_have_another_name(self, tmp_path: Path) -> None:
        self.write(tmp_path, "a/reports/README.md", "b/reports/readme.md", "c/reports/figures/x.png")
        (tmp_path / "d" / "reports" / "README.md").mkdir(parents=True)
        assert self.found(tmp_path) == [
            ("a/reports/README.md", ""),
            ("b/reports/readme.md", "is not called README.md; rename it to README.md"),
            ("c/reports", "holds no README.md; put the report there, under the name README.md"),
            ("d/reports/README.md", ""),
        ]
        assert [name for name, _ in self.found(tmp_path / "b")] == ["reports/readme.md"]

    def test_other_reports_folders_of_a_group_are_its_own_business(self, tmp_path: Path) -> None:
        self.write(tmp_path, "a/reports/README.md", "a/src/reports/make.py", "b/src/reports/make.py")
        assert [name for name, _ in self.found(tmp_path)] == ["a/reports/README.md", "b/src/reports"]

    @posix_only
    def test_folders_nested_deeper_than_python_goes(self, tmp_path: Path) -> None:
        levels = 200
        self.write(tmp_path, "/".join(["d"] * levels) + "/reports/README.md", "x/reports/README.md")
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(len(inspect.stack()) + levels // 2)
        try:
            found = files.find_reports(tmp_path)
        finally:
            sys.setrecursionlimit(before)
        assert [isinstance(one, Path) and len(one.relative_to(tmp_path).parts) for one in found] == [levels + 2, 3]

    @pytest.mark.permissions
    @posix_only
    def test_folder_that_cannot_be_listed(self, tmp_path: Path) -> None:
        self.write(tmp_path, "a/reports/README.md", "b/reports/README.md")
        (tmp_path / "b").chmod(0)
        try:
            assert self.found(tmp_path) == [
                ("a/reports/README.md", ""),
                ("b", "may not be read by you; ask its owner, or change its permissions"),
            ]
        finally:
            (tmp_path / "b").chmod(0o755)


class TestRead:
    def test_state(self, report: Path) -> None:
        report.chmod(0o640)
        state = read(report)
        assert state.data == OLD
        assert state.digest == "12ca1804cffaf554452699e13ed603404b621bd1f185617270efea3e49905d10"
        assert state.mtime_ns == report.stat().st_mtime_ns
        assert sys.platform == "win32" or state.mode == 0o640

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("nowhere.md", "does not exist; check the name, or name the report's folder"),
            ("README.md/x", "does not exist; check the name, or name the report's folder"),
            (".", "is a folder; name the report file in it"),
            ("a\0b", "is not a possible file name; check the name"),
            pytest.param("x" * 5000, "its name is too long; check the name", marks=posix_only),
            pytest.param("fifo", "is not a regular file; name a Markdown file", marks=posix_only),
            pytest.param("zero", "is not a regular file; name a Markdown file", marks=posix_only),
            pytest.param("loop", "is a link that leads back to itself; name the report itself", marks=posix_only),
            pytest.param(
                "dangling", "is a link to a file that does not exist; name the report itself", marks=posix_only
            ),
            ("large", "is larger than 20 MB; name the report itself"),
        ],
    )
    def test_refused_at_once(self, report: Path, name: str, reason: str) -> None:
        folder = report.parent
        if name == "fifo":
            os.mkfifo(folder / name)
        elif name in ("zero", "loop", "dangling"):
            (folder / name).symlink_to({"zero": "/dev/zero", "loop": "loop", "dangling": "nothing"}[name])
        elif name == "large":
            with (folder / name).open("wb") as file:
                file.truncate(files.SIZE_LIMIT + 1)
        with pytest.raises(CannotRead) as caught:
            read(folder / name)
        assert str(caught.value) == f"{files.shown(folder / name)}: {reason}"

    def test_largest(self, tmp_path: Path) -> None:
        with (tmp_path / "large").open("wb") as file:
            file.truncate(files.SIZE_LIMIT)
        assert len(read(tmp_path / "large").data) == files.SIZE_LIMIT

    @pytest.mark.permissions
    @posix_only
    def test_may_not_be_read(self, report: Path) -> None:
        report.chmod(0)
        with pytest.raises(CannotRead, match=r"may not be read by you; ask its owner, or change its permissions$"):
            read(report)

    def test_a_hostile_name_is_shown_in_one_clean_line(self, tmp_path: Path) -> None:
        with pytest.raises(CannotRead) as caught:
            read(tmp_path / "a\x1b[31m\n\u202eb\udcff.md")
        assert str(caught.value).startswith(f"{tmp_path}{os.sep}a\\x1b[31m\\n\\u202eb\\udcff.md: ")
