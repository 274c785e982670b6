"""Saving on a real disk, with real failures."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from report_tui.storage import files, in_place, locks, saving
from report_tui.storage.files import CannotSave, ChangedOnDisk, FileState, read
from report_tui.storage.saving import save
from report_tui.storage.sitting import STATE_VARIABLE

OLD = b"# Report\r\n\r\nthe old answer\r\n"
NEW = b"# Report\r\n\r\nthe new answer, a longer one\r\n"

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither FIFOs nor permission bits")


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

    def test_what_a_killed_save_left_goes_once_it_is_old(self, report: Path) -> None:
        folder = report.parent
        old = [".README.md.a1b2c3d4.tmp", ".README.md.a1b2c3d4.tmp.md", ".notes.md.a1b2c3d4.tmp", "README.md.tmp"]
        for name in (*old, ".README.md.new_5678.tmp"):
            (folder / name).write_bytes(b"half")
        for name in old:
            os.utime(folder / name, (0, 0))
        (folder / ".README.md.folder_1.tmp").mkdir()
        os.utime(folder / ".README.md.folder_1.tmp", (0, 0))
        before = set(names(folder))
        save(report, NEW, read(report).digest)
        assert before - set(names(folder)) == {".README.md.a1b2c3d4.tmp"}

    @posix_only
    def test_a_link_with_such_a_name_and_what_it_points_to_stay(self, report: Path, tmp_path: Path) -> None:
        precious = tmp_path / "precious"
        precious.write_bytes(b"precious")
        link = report.parent / ".README.md.a1b2c3d4.tmp"
        link.symlink_to(precious)
        os.utime(link, (0, 0), follow_symlinks=False)
        save(report, NEW, read(report).digest)
        assert link.is_symlink()
        assert precious.read_bytes() == b"precious"

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

    @pytest.mark.permissions
    def test_read_only_file(self, report: Path) -> None:
        report.chmod(0o444)
        with pytest.raises(CannotSave, match=r"is read-only; allow writing to it, then save again$"):
            save(report, NEW, files.digest_of(OLD))
        assert report.read_bytes() == OLD

    @pytest.mark.permissions
    @posix_only
    def test_a_folder_that_takes_no_new_file(self, report: Path, state: Path) -> None:
        number = report.stat().st_ino
        report.parent.chmod(0o555)
        try:
            save(report, NEW, files.digest_of(OLD))
            assert report.read_bytes() == NEW
            report.chmod(0o444)
            with pytest.raises(CannotSave, match=r"is read-only; allow writing to it, then save again$"):
                save(report, OLD, files.digest_of(NEW))
        finally:
            report.parent.chmod(0o755)
        assert report.read_bytes() == NEW and report.stat().st_ino == number
        assert names(report.parent) == ["README.md"] and names(state / "in-place") == []


class TestTakenOver:
    """What belongs to a file besides its bytes."""

    def test_every_name_of_a_file_sees_what_is_saved(self, report: Path, state: Path) -> None:
        other = report.with_name("other.md")
        os.link(report, other)
        number = report.stat().st_ino
        saved = save(report, NEW, files.digest_of(OLD))
        assert (report.read_bytes(), other.read_bytes()) == (NEW, NEW)
        assert report.stat().st_ino == other.stat().st_ino == number
        assert saved == FileState(report, NEW, report.stat().st_mtime_ns, saved.mode)
        assert names(state / "in-place") == []
        save(report, OLD[:10], saved.digest)
        assert other.read_bytes() == OLD[:10]

    @pytest.mark.skipif(sys.platform != "linux", reason="Python reads extended attributes on Linux only")
    def test_extended_attributes(self, report: Path) -> None:
        try:
            os.setxattr(report, "user.note", b"kept")
        except OSError as error:
            pytest.skip(f"this file system has no extended attributes ({error.strerror})")
        number = report.stat().st_ino
        save(report, NEW, files.digest_of(OLD))
        assert os.getxattr(report, "user.note") == b"kept"
        assert report.stat().st_ino != number  # it was replaced all the same

    @pytest.mark.skipif(sys.platform != "darwin", reason="macOS only: Python reads no extended attributes there")
    def test_extended_attributes_that_python_does_not_read(self, report: Path) -> None:
        def tell(*arguments: str) -> str:
            return subprocess.run(["xattr", *arguments], check=True, capture_output=True, text=True).stdout

        tell("-w", "user.note", "kept", str(report))
        save(report, NEW, files.digest_of(OLD))
        assert (report.read_bytes(), tell("-p", "user.note", str(report))) == (NEW, "kept\n")

    @posix_only
    @pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only the superuser may give files away")
    def test_where_the_owner_cannot_be_kept_the_file_is_written_in_place(
        self, report: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        os.chown(report, 1234, 4321)
        number = report.stat().st_ino

        def may_not(*_: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "chown", may_not)
        save(report, NEW, files.digest_of(OLD))
        info = report.stat()
        assert (info.st_uid, info.st_gid, info.st_ino) == (1234, 4321, number)
        assert report.read_bytes() == NEW
        assert names(report.parent) == ["README.md"]


class TestLock:
    def test_another_program_is_saving(self, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(saving, "PATIENCE", 0)
        with locks.alone(report.parent, 0), pytest.raises(CannotSave) as caught:
            save(report, NEW, files.digest_of(OLD))
        assert str(caught.value) == (
            f"{report}: is just being saved by another program; wait a moment, then save again"
        )
        assert report.read_bytes() == OLD
        save(report, NEW, files.digest_of(OLD))
        assert report.read_bytes() == NEW


class TestCutOff:
    """A write in place that somebody cut off, as the next start finds it."""

    @pytest.fixture
    def record(self, report: Path) -> Path:
        return in_place.record(report.resolve(), OLD, NEW)

    @pytest.mark.parametrize("found", [NEW[:25] + OLD[25:], NEW[:-3], OLD + b"\0" * 5, NEW[:-4] + b"\0" * 3])
    def test_a_mixture_is_finished(self, report: Path, record: Path, found: bytes) -> None:
        report.write_bytes(found)
        saving.finish(report)
        assert report.read_bytes() == NEW
        assert not record.exists()

    @pytest.mark.parametrize("found", [OLD, NEW, b"somebody's", b"", OLD.replace(b"old", b"odd"), NEW + b"more"])
    def test_anything_else_stays_as_it_is(self, report: Path, record: Path, found: bytes) -> None:
        report.write_bytes(found)
        saving.finish(report)
        assert report.read_bytes() == found
        assert not record.exists()

    def test_a_record_that_is_not_whole_says_nothing(self, report: Path, record: Path) -> None:
        mixture = NEW[:25] + OLD[25:]
        report.write_bytes(mixture)
        record.write_bytes(record.read_bytes()[:-1])
        saving.finish(report)
        assert report.read_bytes() == mixture

    def test_a_record_that_names_no_file_is_one_too(self, report: Path, record: Path) -> None:
        content = len(OLD).to_bytes(8, "big") + OLD + NEW
        record.write_bytes(b"report-tui: a write that was begun\n" + hashlib.sha256(content).digest() + content)
        report.write_bytes(NEW[:25] + OLD[25:])
        saving.finish(report)
        assert report.read_bytes() == NEW

    def test_a_save_ends_it_before_it_compares(self, report: Path, record: Path) -> None:
        report.write_bytes(NEW[:25] + OLD[25:])
        save(report, b"third", files.digest_of(NEW))
        assert report.read_bytes() == b"third"
        assert not record.exists()

    def test_one_that_is_just_being_written_is_let_alone(
        self, report: Path, record: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(saving, "PATIENCE", 0)
        mixture = NEW[:25] + OLD[25:]
        report.write_bytes(mixture)
        with locks.alone(report.parent, 0):
            saving.finish(report)
        assert report.read_bytes() == mixture
        assert record.exists()

    @pytest.mark.permissions
    def test_one_that_cannot_be_ended_is_said(self, report: Path, record: Path) -> None:
        report.write_bytes(NEW[:25] + OLD[25:])
        report.chmod(0o444)
        with pytest.raises(CannotSave, match="was cut off while it was written, and could not be put back"):
            saving.finish(report)
        assert record.exists()

    def test_without_a_state_folder_nothing_is_touched(self, report: Path, state: Path) -> None:
        state.write_bytes(b"no folder")
        os.link(report, report.with_name("other.md"))
        with pytest.raises(CannotSave, match="can only be written in place, and its backup in the state folder failed"):
            save(report, NEW, files.digest_of(OLD))
        assert report.read_bytes() == OLD


MOUNTS = {
    "a file that is mounted by itself": "mount --bind README.md README.md",
    "a read-only folder around it": "mount --bind . . && cd . && mount --bind README.md README.md && "
    "mount -o remount,bind,ro .",
}


@pytest.mark.parametrize("how", MOUNTS)
def test_what_the_system_lets_nobody_replace_is_written_in_place(report: Path, how: str) -> None:
    in_namespace = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mounted = f'cd "$1" && {MOUNTS[how]} && cd "$1"'
    if (
        not shutil.which("unshare")
        or subprocess.run([*in_namespace, mounted, "-", report.parent], check=False).returncode
    ):
        pytest.skip("the system lets us mount nothing")
    script = """
import os, sys
from pathlib import Path
from report_tui.storage import files, saving
path = Path("README.md")
number = path.stat().st_ino
saving.save(path, b"new", files.digest_of(path.read_bytes()))
print(path.read_bytes(), path.stat().st_ino == number, os.listdir())
try:
    os.replace(path, "other.md")
except OSError:
    print("nothing else would have done")
"""
    command = [*in_namespace, f'{mounted} && exec "$2" -c "$3"', "-", str(report.parent), sys.executable, script]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    result = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
    assert (result.stderr, result.returncode) == ("", 0)
    assert result.stdout == "b'new' True ['README.md']\nnothing else would have done\n"
    assert report.read_bytes() == b"new"


ADD_LINES = """
import sys
from pathlib import Path
from report_tui.storage.files import ChangedOnDisk, digest_of, read
from report_tui.storage.saving import save
path, name = Path(sys.argv[1]), sys.argv[2]
for number in range(20):
    while True:
        data = read(path).data
        try:
            save(path, data + f"{name} {number}\\n".encode(), digest_of(data))
            break
        except ChangedOnDisk:
            continue
"""


@posix_only
@pytest.mark.parametrize("links", [1, 2])
def test_of_several_programs_that_save_at_once_none_loses_a_line(
    report: Path, monkeypatch: pytest.MonkeyPatch, links: int
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    if links == 2:
        os.link(report, report.with_name("other.md"))
    command = [sys.executable, "-c", ADD_LINES, str(report)]
    running = [subprocess.Popen([*command, name], stderr=subprocess.PIPE, encoding="utf-8") for name in "abc"]
    assert [(process.communicate()[1], process.returncode) for process in running] == [("", 0)] * 3
    data = report.read_bytes()
    assert data.startswith(OLD)
    lines = data.removeprefix(OLD).decode().splitlines()
    assert sorted(lines) == sorted(f"{name} {number}" for name in "abc" for number in range(20))


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
