"""Makes every system call of a save fail in turn, and ends the process at each, and counts how that came out.

Owns the faulty layer: every function of `os` that asks the system for something, and `fcntl.flock`, are replaced by
ones that count their calls, and at one of them do what they are told. What a save calls is found by recording one that
goes well. Nothing of ours is replaced, and all the other calls are real. A flush alone is not passed on to the disk,
since nobody pulls the plug in here.

`python -m tests.faults.save_faults` prints the counts as JSON, and each outcome that breaks the promise; with `--few`
only the errors that make a difference are tried.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import struct
import sys
import tempfile
import types
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from report_tui.loading import load
from report_tui.session import Session
from report_tui.storage import saving
from report_tui.storage.files import StorageError
from report_tui.storage.sitting import STATE_VARIABLE

TEXT = "The crane is mended, and it lifts\nthe lighter cargo again."
OLD = (
    b"# Report of the harbour\n\n## Cranes\n\n### Question 1\n\n> **Which crane?**\n>\n> Answer:\n\nThe old answer.\n\n"
    b"### Question 2\n\n> **Which ship?**\n>\n> Answer:\n\nAnother one.\n"
)
NEW = OLD.replace(b"The old answer.", TEXT.encode())

_NO_CALLS = tuple(
    "W _exit abort cpu_count exec fork fspath getp geteuid getuid getgid getegid getlog getgroups kill posix_spawn "
    "register_at_fork sched strerror sysconf times umask uname unsetenv putenv urandom wait".split()
)
"""How the names of those functions of `os` begin that touch no file; those that start or end processes are ours."""

ERRORS = tuple(
    code
    for name in (
        "EIO EACCES EPERM ENOSPC EDQUOT EROFS EINTR EXDEV EBUSY ENOTSUP ENOENT EMFILE EINVAL ESTALE EFBIG ENOSYS"
    ).split()
    if (code := getattr(errno, name, None))
)
FEW_ERRORS = (errno.EIO, errno.EACCES)
"""One for each way in which a save goes on: it fails, or it writes in place."""
LASTING = (errno.EIO, errno.ENOSPC)
"""Errors that go on, for every later call of the same function: a disk that is full stays full."""


_NEVER = {("unlink", errno.ENOENT), ("listxattr", errno.ENOTSUP), ("listxattr", errno.ENOSYS)}
"""Errors that would be a lie: what is taken away is there, and a file that has attributes can have them."""


class Fault(NamedTuple):
    """What happens at one call."""

    kind: str
    """`error`, `half` (a part is done, then an error), `lasting`, `lasting-half`, `short` (a part is done, no error),
    `killed` (before it) or `killed-half`."""
    code: int = 0


class Layer:
    """Stands between the program and the system."""

    def __init__(self, at: int = 0, fault: Fault | None = None, refuses: Refusal | None = None) -> None:
        self.calls: list[str] = []
        self._at = at
        self._fault = fault
        self._refuses = refuses or (lambda name, arguments: 0)

    @contextlib.contextmanager
    def between(self) -> Iterator[None]:
        """Put it there, for as long as this lasts."""
        try:
            for module, name, function in ASKING:
                setattr(module, name, self._wrapped(name, function))
            yield
        finally:
            for module, name, function in ASKING:
                setattr(module, name, function)

    def _wrapped(self, name: str, function: Callable[..., object]) -> Callable[..., object]:
        def called(*arguments: object, **named: object) -> object:
            self.calls.append(name)
            fault, code = self._fault, self._refuses(name, arguments)
            hit = len(self.calls) == self._at
            if fault is not None and not hit and fault.kind.startswith("lasting") and len(self.calls) > self._at:
                hit = name == self.calls[self._at - 1]
            if code and not (fault is not None and hit and fault.kind.startswith("killed")):
                raise OSError(code, os.strerror(code))
            if fault is not None and hit:
                return _faulty(fault, name, function, arguments, named)
            return _done(name, function, arguments, named)

        return called


Refusal = Callable[[str, tuple[object, ...]], int]
"""From a call to the error that this file system always answers it with, or 0."""


def _asking() -> list[tuple[types.ModuleType, str, Callable[..., object]]]:
    """All functions that ask the system for something a file may be part of."""
    found: list[tuple[types.ModuleType, str, Callable[..., object]]] = []
    for name, function in vars(os).items():
        if isinstance(function, types.BuiltinFunctionType) and not name.startswith(_NO_CALLS):
            found.append((os, name, function))
    if sys.platform != "win32":
        import fcntl

        found.append((fcntl, "flock", fcntl.flock))
    return found


ASKING = _asking()


def _done(
    name: str, function: Callable[..., object], arguments: tuple[object, ...], named: dict[str, object]
) -> object:
    return None if name == "fsync" else function(*arguments, **named)


def _part(name: str, function: Callable[..., object], arguments: tuple[object, ...]) -> object:
    """Do the first half of a read or write."""
    descriptor, what = arguments
    if isinstance(what, memoryview):
        return function(descriptor, what[: (len(what) + 1) // 2])
    assert isinstance(what, int), name
    return function(descriptor, (what + 1) // 2)


def _faulty(
    fault: Fault, name: str, function: Callable[..., object], arguments: tuple[object, ...], named: dict[str, object]
) -> object:
    if fault.kind == "killed":
        os._exit(9)
    if fault.kind == "short":
        return _part(name, function, arguments)
    if name == "close" and not fault.kind.startswith("killed"):
        function(*arguments)  # the system closes it, and then says what was wrong
    if fault.kind.endswith("half"):
        _part(name, function, arguments)
    if fault.kind == "killed-half":
        os._exit(9)
    raise OSError(fault.code, os.strerror(fault.code))


def _faults(name: str, errors: Sequence[int]) -> list[Fault]:
    faults = [Fault("error", code) for code in errors if (name, code) not in _NEVER]
    # What cannot be taken away is left: no promise is made about a folder that answers like that.
    faults += [Fault("lasting", code) for code in LASTING if code in errors and name != "unlink"]
    if name in ("write", "read"):
        faults.append(Fault("short"))
    if name == "write":
        faults += [Fault(kind, code) for kind in ("half", "lasting-half") for code in (errno.ENOSPC, errno.EIO)]
    return faults


class Scene:
    """A report that is to be saved, and what has to stay as it is whatever happens."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.kind = kind
        self.old, self.new = OLD, NEW
        if kind.endswith("CRLF"):
            self.old, self.new = OLD.replace(b"\n", b"\r\n"), NEW.replace(b"\n", b"\r\n")
        self.path = self.file = folder / "README.md"
        folder.mkdir()
        self.file.write_bytes(self.old)
        self.file.chmod(0o640)
        if kind.startswith("symbolic link"):
            self.path = folder / "link.md"
            self.path.symlink_to("README.md")
        elif kind.startswith("hard link"):
            os.link(self.file, folder / "second.md")
        elif kind == "attributes":
            self.has_attributes = _give_attributes(self.file)
        self.loaded = load(self.path)
        self.before = self._all_but_the_bytes()

    def refuses(self, name: str, arguments: tuple[object, ...]) -> int:
        """What this scene's file system never does."""
        if self.kind == "folder that takes no file" and name == "open":
            path, flags, *_ = arguments
            made = isinstance(flags, int) and flags & os.O_CREAT
            return errno.EACCES if made and Path(str(path)).parent == self.file.parent else 0
        if self.kind == "nothing can be renamed over" and name in ("rename", "replace"):
            return errno.EXDEV if Path(str(arguments[1])) == self.file else 0
        return 0

    def reset(self) -> None:
        """Make it as it was at first, after a process that was killed."""
        for entry in self.file.parent.glob(".*.tmp"):
            entry.unlink()
        if self.file.read_bytes() != self.old:
            with self.file.open("r+b") as file:
                file.write(self.old)
                file.truncate()

    def breach(self) -> str:
        """What else of the file or its folder has changed, if anything."""
        now = self._all_but_the_bytes()
        return "" if now == self.before else f"{self.before} became {now}"

    def _all_but_the_bytes(self) -> tuple[object, ...]:
        info = self.file.stat()
        attributes = (
            [(name, os.getxattr(self.file, name)) for name in sorted(os.listxattr(self.file))]
            if sys.platform == "linux"
            else []
        )
        names = sorted(entry.name for entry in self.file.parent.iterdir())
        owner = (info.st_uid, info.st_gid)
        return (names, self.path.is_symlink(), info.st_nlink, stat.S_IMODE(info.st_mode), owner, attributes)


def _give_attributes(file: Path) -> bool:
    """Give a file away where we may, an attribute and an access list; returns whether it has them."""
    if sys.platform != "linux":
        return False
    if os.geteuid() == 0:
        os.chown(file, 1234, 4321)
    # An access list: owner rw, user 1234 r, group r, mask r, others nothing.
    entries = [(1, 6, 0xFFFFFFFF), (2, 4, 1234), (4, 4, 0xFFFFFFFF), (16, 4, 0xFFFFFFFF), (32, 0, 0xFFFFFFFF)]
    acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
    try:
        os.setxattr(file, "user.note", b"kept")
        os.setxattr(file, "system.posix_acl_access", acl)
    except OSError:
        return False
    return True


KINDS = ["plain", "folder that takes no file", "nothing can be renamed over", "hard link, CRLF"]
if sys.platform != "win32":
    KINDS += ["symbolic link, CRLF", "attributes"]


class Outcome(NamedTuple):
    """All that was tried."""

    counts: Counter[str]
    """How often each thing happened, by its name."""
    breaches: list[str]
    """What must not have happened, a line each; empty where the promise holds."""


def run(errors: Sequence[int] = ERRORS) -> Outcome:
    """Try every fault at every call of every kind of save, in a temporary folder; with all errors, in a minute."""
    outcome = Outcome(Counter(), [])
    state = os.environ.get(STATE_VARIABLE)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as name:
        os.environ[STATE_VARIABLE] = str(Path(name) / "state")
        try:
            for number, kind in enumerate(KINDS):
                _try_kind(Path(name) / f"reports-{number}", kind, errors, outcome)
        finally:
            del os.environ[STATE_VARIABLE]
            if state is not None:
                os.environ[STATE_VARIABLE] = state
    return outcome


def _try_kind(folder: Path, kind: str, errors: Sequence[int], outcome: Outcome) -> None:
    scene = Scene(folder, kind)
    calls: list[str] = []
    for _ in range(2):  # at first, folders are made and modules loaded
        layer = Layer(refuses=scene.refuses)
        session = _edited(scene)
        with layer.between():
            session.save()
        calls = layer.calls
        if (scene.file.read_bytes(), scene.breach(), session.dirty) != (scene.new, "", False):
            outcome.breaches.append(f"{kind}: not even without a fault: {scene.breach()}")
        scene.reset()
    outcome.counts["calls"] += len(calls)
    outcome.counts[f"calls, {kind}"] = len(calls)
    if kind == "attributes" and not scene.has_attributes:
        outcome.counts["file systems without attributes"] += 1
    for at, name in enumerate(calls, 1):
        for fault in _faults(name, errors):
            outcome.counts["failed"] += 1
            problem = _try_fault(scene, Layer(at, fault, scene.refuses), outcome)
            if problem:
                outcome.breaches.append(f"{kind}, call {at} ({name}), {fault.kind} {_name(fault.code)}: {problem}")
            scene.reset()
        for how in _kills(name):
            outcome.counts["killed"] += 1
            problem = _try_kill(scene, Layer(at, Fault(how), scene.refuses), outcome)
            if problem:
                outcome.breaches.append(f"{kind}, call {at} ({name}), {how}: {problem}")
            scene.reset()


def _name(code: int) -> str:
    return errno.errorcode.get(code, "")


def _kills(name: str) -> list[str]:
    if not hasattr(os, "fork"):
        return []
    return ["killed", "killed-half"] if name == "write" else ["killed"]


def _edited(scene: Scene) -> Session:
    session = Session(scene.loaded)
    session.edit(1, TEXT)
    return session


def _try_fault(scene: Scene, layer: Layer, outcome: Outcome) -> str:
    """Save with a fault, then without; returns what was wrong with that."""
    session = _edited(scene)
    error = None
    try:
        with layer.between():
            session.save()
    except StorageError as caught:
        error = str(caught)
    except Exception as caught:
        return f"{caught!r} came out of it"
    return _judged(scene, session, error, outcome) or _mended(scene, session)


def _judged(scene: Scene, session: Session, error: str | None, outcome: Outcome) -> str:
    found = scene.file.read_bytes()
    lasting = "was cut off" in (error or "")
    if lasting:
        outcome.counts["left to be repaired"] += 1
        saving.finish(scene.path)
        found = scene.file.read_bytes()
    if found not in (scene.old, scene.new):
        return f"a mixture: {found!r}"
    if error is None:
        outcome.counts["saved all the same"] += 1
        done = (found, session.dirty) == (scene.new, False)
        return scene.breach() or ("" if done else "said to be saved")
    outcome.counts["said"] += 1
    if not error.isprintable() or not error.startswith(str(scene.path)) or "; " not in error:
        return f"the message: {error!r}"
    if not session.dirty or session.text(1) != TEXT:
        return "the text is gone from the session"
    return scene.breach()


def _mended(scene: Scene, session: Session) -> str:
    """The fault is over: what is not saved can be."""
    if session.dirty:
        if session.changed_on_disk():
            session.reload()
        with Layer(refuses=scene.refuses).between():
            session.save()
    found = scene.file.read_bytes()
    return scene.breach() or ("" if (found, session.dirty) == (scene.new, False) else "not saved afterwards")


def _try_kill(scene: Scene, layer: Layer, outcome: Outcome) -> str:
    """Save in a process that ends on the way; returns what was wrong with what it left."""
    child = os.fork()
    if not child:
        try:
            session = _edited(scene)
            with layer.between():
                session.save()
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != 9:
        return f"it was not killed, but ended with {code}"
    if scene.file.read_bytes() not in (scene.old, scene.new):
        outcome.counts["left to be repaired"] += 1
    session = Session.open(scene.path)  # the next start
    found = scene.file.read_bytes()
    if found not in (scene.old, scene.new):
        return f"a mixture: {found!r}"
    left = list(scene.file.parent.glob(".*.tmp"))
    outcome.counts["temporary files left by a kill"] += len(left)
    for entry in left:
        entry.unlink()
    session.edit(1, TEXT)
    return _mended(scene, session)


if __name__ == "__main__":
    result = run(FEW_ERRORS if "--few" in sys.argv else ERRORS)
    sys.stdout.write(json.dumps({"counts": result.counts, "breaches": result.breaches}, indent=1) + "\n")
    raise SystemExit(bool(result.breaches))
