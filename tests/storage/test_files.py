"""Finding, reading and saving on a real disk, with real failures."""

from __future__ import annotations

import inspect
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from report_tui.storage import files
from report_tui.storage.files import CannotRead, CannotSave, ChangedOnDisk, FileState, find_report, read, save

OLD = b"# Report\r\n\r\nthe old answer\r\n"
NEW = b"# Report\r\n\r\nthe new answer, a longer one\r\n"

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither FIFOs nor permission bits")
not_as_root = pytest.mark.skipif(
    sys.platform != "win32" and os.geteuid() == 0, reason="the superuser may read and write everything"
)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "reports" / "README.md"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


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

    @not_as_root
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

    @not_as_root
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

    @not_as_root
    @posix_only
    def test_may_not_be_read(self, report: Path) -> None:
        report.chmod(0)
        with pytest.raises(CannotRead, match=r"may not be read by you; ask its owner, or change its permissions$"):
            read(report)

    def test_a_hostile_name_is_shown_in_one_clean_line(self, tmp_path: Path) -> None:
        with pytest.raises(CannotRead) as caught:
            read(tmp_path / "a\x1b[31m\n\u202eb\udcff.md")
        assert str(caught.value).startswith(f"{tmp_path}{os.sep}a\\x1b[31m\\n\\u202eb\\udcff.md: ")


class TestSave:
    def test_bytes_mode_and_nothing_left(self, report: Path) -> None:
        report.chmod(0o604)
        before = read(report)
        state = save(report, NEW, before.digest)
        assert report.read_bytes() == NEW
        assert state == read(report)
        assert state == FileState(report, NEW, report.stat().st_mtime_ns, before.mode)
        assert names(report.parent) == ["README.md"]

    def test_saving_again_from_the_returned_state(self, report: Path) -> None:
        state = save(report, NEW, read(report).digest)
        assert save(report, OLD, state.digest).data == OLD
        assert report.read_bytes() == OLD

    def test_identical_bytes_write_nothing(self, report: Path) -> None:
        os.utime(report, ns=(1_000_000_000, 1_000_000_000))
        before = report.stat()
        state = save(report, OLD, files.digest_of(OLD))
        after = report.stat()
        assert (after.st_mtime_ns, after.st_ino, after.st_ctime_ns) == (10**9, before.st_ino, before.st_ctime_ns)
        assert state.mtime_ns == 10**9

    def test_changed_on_disk(self, report: Path) -> None:
        digest = read(report).digest
        report.write_bytes(b"theirs")
        with pytest.raises(ChangedOnDisk) as caught:
            save(report, NEW, digest)
        assert str(caught.value) == f"{report}: was changed on disk since it was read; reload it, then save again"
        assert not caught.value.gone
        assert report.read_bytes() == b"theirs"
        assert names(report.parent) == ["README.md"]

    def test_changed_on_disk_while_we_write(self, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        digest = read(report).digest
        fsync = os.fsync

        def fsync_while_a_teammate_saves(descriptor: int) -> None:
            fsync(descriptor)
            report.write_bytes(b"theirs")

        monkeypatch.setattr(os, "fsync", fsync_while_a_teammate_saves)
        with pytest.raises(ChangedOnDisk):
            save(report, NEW, digest)
        assert report.read_bytes() == b"theirs"
        assert names(report.parent) == ["README.md"]

    def test_somebody_else_saved_the_same(self, report: Path) -> None:
        digest = read(report).digest
        report.write_bytes(NEW)
        assert save(report, NEW, digest).digest == files.digest_of(NEW)

    @pytest.mark.parametrize("what", ["file", "folder"])
    def test_gone(self, report: Path, what: str) -> None:
        digest = read(report).digest
        if what == "file":
            report.unlink()
        else:
            shutil.rmtree(report.parent)
        with pytest.raises(ChangedOnDisk) as caught:
            save(report, NEW, digest)
        assert caught.value.gone
        assert str(caught.value) == f"{report}: was deleted or moved since it was read; put it back, then save again"
        assert not report.exists()

    @pytest.mark.parametrize("what", ["file", "folder"])
    def test_gone_while_we_write(self, report: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
        digest = read(report).digest
        fsync = os.fsync

        def fsync_while_it_is_deleted(descriptor: int) -> None:
            fsync(descriptor)
            shutil.rmtree(report.parent)
            if what == "file":
                report.parent.mkdir()

        monkeypatch.setattr(os, "fsync", fsync_while_it_is_deleted)
        with pytest.raises(ChangedOnDisk if what == "file" else CannotSave) as caught:
            save(report, NEW, digest)
        if what == "folder":
            assert str(caught.value) == f"{report}: its folder is gone; put the folder back, then save again"

    @posix_only
    def test_symlink_stays_and_its_file_is_replaced(self, report: Path, tmp_path: Path) -> None:
        link = tmp_path / "link.md"
        link.symlink_to(Path("reports") / "README.md")
        state = save(link, NEW, read(link).digest)
        assert state.path == link
        assert link.is_symlink()
        assert report.read_bytes() == NEW
        assert names(tmp_path) == ["link.md", "reports"]
        assert names(report.parent) == ["README.md"]

    def test_long_name(self, tmp_path: Path) -> None:
        path = tmp_path / ("ø" * 120 + ".md")
        path.write_bytes(OLD)
        save(path, NEW, files.digest_of(OLD))
        assert path.read_bytes() == NEW

    @pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only the superuser may give files away")
    def test_owner_is_kept(self, report: Path) -> None:
        os.chown(report, 1234, 4321)
        report.chmod(0o664)
        save(report, NEW, files.digest_of(OLD))
        info = report.stat()
        assert (info.st_uid, info.st_gid, stat.S_IMODE(info.st_mode)) == (1234, 4321, 0o664)

    @not_as_root
    def test_read_only_file(self, report: Path) -> None:
        report.chmod(0o444)
        with pytest.raises(CannotSave, match=r"is read-only; allow writing to it, then save again$"):
            save(report, NEW, files.digest_of(OLD))
        assert report.read_bytes() == OLD

    @not_as_root
    @posix_only
    def test_read_only_folder(self, report: Path) -> None:
        report.parent.chmod(0o555)
        try:
            with pytest.raises(CannotSave, match="its folder is read-only; allow writing to the folder, then save"):
                save(report, NEW, files.digest_of(OLD))
        finally:
            report.parent.chmod(0o755)
        assert report.read_bytes() == OLD
        assert names(report.parent) == ["README.md"]


SAVE_IN_CHILD = """
import sys
from pathlib import Path
from report_tui.storage.files import CannotSave, digest_of, save
{before}
path = Path(sys.argv[1])
old = path.read_bytes()
try:
    save(path, b"n" * 100_000, digest_of(old))
except CannotSave as error:
    print(error)
assert path.read_bytes() == old
assert [entry.name for entry in path.parent.iterdir()] == [path.name]
"""


@posix_only
def test_file_size_limit(report: Path) -> None:
    before = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))"
    result = run_python(SAVE_IN_CHILD.format(before=before), report)
    assert (result.stderr, result.returncode) == ("", 0)
    assert result.stdout == (
        f"{report}: the system allows no file of that size; raise the limit or free some space, then save again\n"
    )


@pytest.mark.parametrize(
    ("remount", "message"),
    [
        ("true", "the disk is full; free some space, then save again"),
        ("mount -o remount,ro tmpfs .", "the disk is read-only; make it writable, then save again"),
    ],
)
def test_full_or_read_only_disk(report: Path, remount: str, message: str) -> None:
    in_namespace = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    disk = 'mount -t tmpfs -o size=64k tmpfs "$1" && cd "$1" && echo old > README.md && ' + remount
    if not shutil.which("unshare") or subprocess.run([*in_namespace, disk, "-", report.parent], check=False).returncode:
        pytest.skip("the system lets us mount no small disk of our own")
    script = SAVE_IN_CHILD.format(before="")
    on_it = disk + ' && exec "$2" -c "$3" README.md'
    command = [*in_namespace, on_it, "-", str(report.parent), sys.executable, script]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    result = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
    assert (result.stderr, result.returncode) == ("", 0)
    assert result.stdout == f"README.md: {message}\n"


DIE_AT_EVERY_LINE = """
import os, sys
from itertools import count
from pathlib import Path
from report_tui.storage import files
path, old, new = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3])

def die_at(line_count):
    lines = 0
    def trace(frame, event, argument):
        nonlocal lines
        if frame.f_code.co_filename != files.__file__:
            return None
        lines += event == "line"
        if lines == line_count:
            os._exit(9)
        return trace
    sys.settrace(trace)

for line_count in count(1):
    child = os.fork()
    if not child:
        die_at(line_count)
        files.save(path, new, files.digest_of(old))
        sys.settrace(None)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    found = path.read_bytes()
    print(code, "old" if found == old else "new" if found == new else "broken", oct(path.stat().st_mode & 0o777))
    if code == 0:
        break
    path.write_bytes(old)
"""


@posix_only
def test_killed_at_any_line_the_file_is_the_old_or_the_new_one(report: Path) -> None:
    report.chmod(0o640)
    result = run_python(DIE_AT_EVERY_LINE, report, OLD.hex(), NEW.hex())
    assert (result.stderr, result.returncode) == ("", 0)
    runs = result.stdout.splitlines()
    killed_before = runs.count("9 old 0o640")
    killed_after = runs.count("9 new 0o640")
    assert killed_before > 30
    assert killed_after > 3
    assert runs == ["9 old 0o640"] * killed_before + ["9 new 0o640"] * killed_after + ["0 new 0o640"]


def run_python(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
