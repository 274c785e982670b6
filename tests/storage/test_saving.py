"""Saving on a real disk, with real failures."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from report_tui.storage import files
from report_tui.storage.files import CannotSave, ChangedOnDisk, FileState, read
from report_tui.storage.saving import save
from report_tui.storage.sitting import STATE_VARIABLE

OLD = b"# Report\r\n\r\nthe old answer\r\n"
NEW = b"# Report\r\n\r\nthe new answer, a longer one\r\n"

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither FIFOs nor permission bits")
not_as_root = pytest.mark.skipif(
    sys.platform != "win32" and os.geteuid() == 0, reason="the superuser may read and write everything"
)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv(STATE_VARIABLE, str(folder))
    return folder


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "reports" / "README.md"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


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
from report_tui.storage.files import CannotSave, digest_of
from report_tui.storage.saving import save
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
from report_tui.storage import files, in_place, locks, saving, writing
path, old, new = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3])
ours = {module.__file__ for module in (files, in_place, locks, saving, writing)}

def die_at(line_count):
    lines = 0
    def trace(frame, event, argument):
        nonlocal lines
        if frame.f_code.co_filename not in ours:
            return None
        lines += event == "line"
        if lines == line_count:
            os._exit(9)
        return trace
    sys.settrace(trace)

for line_count in count(1, 3):  # a line more or less is no other call of the system
    child = os.fork()
    if not child:
        die_at(line_count)
        saving.save(path, new, files.digest_of(old))
        sys.settrace(None)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    saving.finish(path)
    found = path.read_bytes()
    print(code, "old" if found == old else "new" if found == new else "broken", oct(path.stat().st_mode & 0o777))
    if code != 9:
        break
    path.write_bytes(old)
"""


@posix_only
@pytest.mark.parametrize("links", [1, 2])
def test_killed_at_any_line_the_file_is_the_old_or_the_new_one(report: Path, links: int) -> None:
    report.chmod(0o640)
    if links == 2:
        os.link(report, report.with_name("other.md"))
    result = run_python(DIE_AT_EVERY_LINE, report, OLD.hex(), NEW.hex())
    assert (result.stderr, result.returncode) == ("", 0)
    runs = result.stdout.splitlines()
    killed_before = runs.count("9 old 0o640")
    killed_after = runs.count("9 new 0o640")
    assert killed_before > 20
    assert killed_after > 3
    assert runs == ["9 old 0o640"] * killed_before + ["9 new 0o640"] * killed_after + ["0 new 0o640"]
    assert report.stat().st_nlink == links


def run_python(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
