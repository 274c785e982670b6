"""Locks between real processes."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from report_tui.storage.locks import Busy, Lock, alone, try_lock
from report_tui.storage.sitting import STATE_VARIABLE

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows locks no folders")

HOLD_FILE = """
import sys
from pathlib import Path
from report_tui.storage.locks import try_lock
lock = try_lock(Path(sys.argv[1]))
print("held" if lock else "refused", flush=True)
sys.stdin.readline()
if lock:
    lock.release()
    print("released", flush=True)
sys.stdin.readline()
"""
HOLD_FOLDER = """
import sys
from pathlib import Path
from report_tui.storage.locks import alone
with alone(Path(sys.argv[1]), 0):
    print("held", flush=True)
    sys.stdin.readline()
"""
HOLD_AND_HAVE_A_CHILD = """
import subprocess, sys
from pathlib import Path
from report_tui.storage.locks import try_lock
lock = try_lock(Path(sys.argv[1]))
# As wide open as a child can be made: what it does not get is what is closed on exec.
subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.readline()"], close_fds=False)
print("held", flush=True)
sys.stdin.readline()
"""


@contextlib.contextmanager
def child(script: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that runs the script, once it has said its first word."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", script, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8", env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def held(lock: Lock | None) -> Lock:
    assert lock is not None
    return lock


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv(STATE_VARIABLE, str(folder))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "reports"
    found.mkdir()
    (found / "README.md").write_bytes(b"old")
    return found


class TestTryLock:
    def test_one_at_a_time_and_private(self, state: Path) -> None:
        path = state / "deep" / "a.lock"
        lock = held(try_lock(path))
        assert try_lock(path) is None
        lock.release()
        lock.release()
        held(try_lock(path)).release()
        assert path.read_bytes() == b""
        if sys.platform != "win32":
            assert path.stat().st_mode & 0o777 == 0o600

    def test_another_process_holds_it_until_it_gives_it_back(self, state: Path) -> None:
        path = state / "a.lock"
        with child(HOLD_FILE, path) as other:
            assert try_lock(path) is None
            tell(other)
            assert other.stdout is not None
            assert other.stdout.readline() == "released\n"
            held(try_lock(path)).release()

    def test_the_system_frees_it_when_its_holder_is_killed(self, state: Path) -> None:
        path = state / "a.lock"
        with child(HOLD_FILE, path) as other:
            other.kill()
            other.wait()
            held(try_lock(path)).release()

    def test_a_child_of_the_holder_does_not_keep_it(self, state: Path) -> None:
        path = state / "a.lock"
        with child(HOLD_AND_HAVE_A_CHILD, path) as other:
            assert try_lock(path) is None
            other.kill()
            other.wait()  # its child is alive: it holds the other end of our pipe
            held(try_lock(path)).release()

    @posix_only
    def test_the_holder_may_delete_the_file(self, state: Path) -> None:
        path = state / "a.lock"
        first = held(try_lock(path))
        path.unlink()
        second = held(try_lock(path))
        first.release()
        assert try_lock(path) is None
        second.release()

    def test_what_cannot_be_made_is_an_error(self, folder: Path) -> None:
        with pytest.raises((FileExistsError, NotADirectoryError)):
            try_lock(folder / "README.md" / "a.lock")


class TestAlone:
    def test_another_process_is_at_work(self, folder: Path) -> None:
        with child(HOLD_FOLDER, folder) as other:
            with pytest.raises(Busy), alone(folder, 0.05):
                pytest.fail("both at once")
            with pytest.raises(Busy), alone(folder / ".." / "reports", 0):
                pytest.fail("both at once, under another spelling")
            tell(other)
            with alone(folder, 60):
                pass
            other.wait()

    def test_it_ends_with_the_holder(self, folder: Path) -> None:
        with child(HOLD_FOLDER, folder) as other:
            other.kill()
            with alone(folder, 60):
                pass

    def test_it_ends_with_an_exception(self, folder: Path) -> None:
        with pytest.raises(ZeroDivisionError), alone(folder, 0):
            raise ZeroDivisionError
        with alone(folder, 0):
            pass

    @posix_only
    def test_nothing_is_made_in_the_folder_and_renames_in_it_free_nothing(self, folder: Path, state: Path) -> None:
        with alone(folder, 0):
            (folder / "new").write_bytes(b"new")
            (folder / "new").replace(folder / "README.md")
            assert [entry.name for entry in folder.iterdir()] == ["README.md"]
            with pytest.raises(Busy), alone(folder, 0):
                pytest.fail("both at once")
        assert not state.exists()

    @posix_only
    def test_a_folder_that_was_swapped_is_locked_anew(self, folder: Path) -> None:
        with alone(folder, 0):
            folder.rename(folder.with_name("old"))
            folder.mkdir()
            with alone(folder, 0), pytest.raises(Busy), alone(folder, 0):
                pytest.fail("both at once")

    @posix_only
    @pytest.mark.parametrize("code", [errno.EBADF, errno.ENOTSUP, errno.ENOLCK, errno.EACCES])
    def test_where_folders_cannot_be_locked_a_file_of_ours_stands_for_it(
        self, folder: Path, state: Path, monkeypatch: pytest.MonkeyPatch, code: int
    ) -> None:
        import fcntl

        flock = fcntl.flock

        def as_on_a_network_drive(descriptor: int, operation: int) -> None:
            if os.path.samestat(os.fstat(descriptor), folder.stat()):
                raise OSError(code, os.strerror(code))
            flock(descriptor, operation)

        monkeypatch.setattr(fcntl, "flock", as_on_a_network_drive)
        with alone(folder, 0):
            assert len(list((state / "locks").iterdir())) == 1
            with pytest.raises(Busy), alone(folder / ".." / "reports", 0):
                pytest.fail("both at once")
        with alone(folder, 0):
            assert len(list((state / "locks").iterdir())) == 1

    def test_where_nothing_can_be_locked_the_work_goes_on(self, folder: Path, state: Path) -> None:
        state.write_bytes(b"no folder")
        with alone(folder / "gone", 0):
            pass
