"""Keeps what is typed and not saved, so that it outlives a crash: one journal for each sitting, in the state folder.

Owns where the journals lie and when they are written, and which sittings run on a report now; `draft_records` owns what
stands in one. What was left behind by a sitting that ended without saving is handed out and never thrown away unasked;
what cannot be read stays on the disk. It decides nothing about texts, and asks nothing.

Next to each journal lies a lock, held as long as the sitting runs. Both are for the user alone: the folder and the
files have no rights for others. On Windows nothing needs to be done for that, since the folder lies in the profile.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

from report_tui.core.changes import Draft, boxes_of
from report_tui.core.renumbering import counted_as
from report_tui.core.report import Report
from report_tui.storage import draft_records, files, locks, pruning, writing
from report_tui.storage.sitting import state_folder

LARGEST = 100_000_000
"""Bytes of a journal that is read; ours are far smaller, since a report has 20 MB at most."""
MOST_GONE = 20
"""Journals of reports that are gone from their place: so many, the newest, are looked into at a start."""
MOST_READ = 10_000_000
"""Bytes of such journals and of the reports in them; the one in which they come together is the last."""
MOST_OTHERS = 1_000
"""Journals of other reports, or of this one under another name: so many, the newest, are opened at a start."""
SPARE = 65_536
"""Bytes that may come behind a journal's first records, however few those are, before it is written anew."""
GROWTH = 2
"""How many times its first records may come behind them."""
TOO_LARGE = "is larger than any of ours"
_HEADER = 65_536
"""Bytes in which a journal's first line ends: a path."""
_JOURNAL, _NEW, _LOCK, _DAMAGED = ".draft", ".draft-new", ".lock", ".damaged"
_TRIES, _PAUSE = 40, 0.005
"""How often, and how many seconds apart, we try to lock a file of our own that another sitting only looks at."""
_KEY_LENGTH = 20


def folder() -> Path:
    """Where the journals lie; it need not exist yet."""
    return state_folder() / "drafts"


class Journal:
    """What is not saved in this sitting. Of one thread at a time."""

    def __init__(self, report: Path) -> None:
        self._report = _resolved(report)
        self._name = f"{_key(self._report)}-{os.urandom(6).hex()}"
        self._lock: locks.Lock | None = None
        self._mine = {self._name}
        """Names whose locks this process holds."""
        self._last: Draft | None = None
        """What the file holds; None where that is not known for sure."""
        self._is_there = False
        self._room = 0
        """Bytes that may still be appended before the file is written anew."""
        self._base: tuple[bytes, bytes] = (b"", b"")
        """A version of the report and its record, since to make it takes longer than all others."""

    @property
    def path(self) -> Path:
        """The file, which is there only while something is unsaved."""
        return folder() / f"{self._name}{_JOURNAL}"

    def begin(self) -> None:
        """Let other sittings see that the report is open here.

        Raises:
            OSError: nothing can be locked; the journal is written all the same, if it can.
        """
        for _ in range(_TRIES):
            self._lock = locks.try_lock(folder() / f"{self._name}{_LOCK}")
            if self._lock is not None:
                break
            time.sleep(_PAUSE)
        # Those of sittings that were killed long ago, on reports that nobody opened since.
        locks.sweep(folder(), pruning.YOUNG, _LOCK)
        locks.sweep(locks.stand_ins(), pruning.YOUNG)

    def keep(self, draft: Draft) -> None:
        """Have the file hold this on the disk; none at all where nothing is unsaved.

        Raises:
            OSError: it cannot be written; it holds what it held before.
        """
        if not draft:
            self._remove()
            return
        if self._last is None or draft.base != self._last.base:
            self._rewrite(draft)
            return
        change = draft_records.change(self._last, draft)
        if not change:
            return
        if len(change) > self._room:
            self._rewrite(draft)
            return
        self._last = None  # what a failure leaves in the file is not known
        try:
            self._append(change)
        except FileNotFoundError:  # somebody tidied up
            self._rewrite(draft)
        self._last = draft

    def end(self) -> None:
        """The sitting is over; what the file holds is left behind."""
        lock, self._lock = self._lock, None
        if lock is not None:
            locks.free(lock, folder() / f"{self._name}{_LOCK}")

    def others(self) -> int:
        """How many other sittings of this user, on this machine, have the report open."""
        names = _names(_LOCK)
        key = _key(self._report)
        return sum(name.startswith(key) and name not in self._mine and not _has_ended(name) for name in names)

    def left_behind(self, is_alike: Callable[[bytes], bool] = lambda _: False) -> list[LeftBehind]:
        """What earlier sittings on this report left, the newest first; each is ours until it is let go.

        It takes no account of journals of sittings that still run, nor of those that were handed out and not let go.

        Args:
            is_alike: whether a version of a report that is gone from its place may be one of this report, which was
                moved, or cloned anew elsewhere.
        """
        found, gone = [], []
        for name in sorted(_newest((_names(_JOURNAL) | _names(_NEW)) - self._mine, _key(self._report))):
            report = _report_of(name)
            if name.startswith(_key(self._report)) or _is_same(report, self._report):
                found += self._handed_out(name)
            elif report and not os.path.lexists(report):
                gone.append(name)
        strayed: list[LeftBehind] = []
        read = 0
        for name in sorted(gone, key=_written, reverse=True)[:MOST_GONE]:
            if read > MOST_READ:
                break
            base = _base(name)
            read += _size(name) + len(base)
            strayed += self._handed_out(name) if is_alike(base) else []
        for left in strayed:
            left.strayed = True
        return sorted(found + strayed, key=lambda left: left.kept_at, reverse=True)

    def _handed_out(self, name: str) -> list[LeftBehind]:
        """What a sitting left, if there is anything, and that sitting does not run."""
        try:
            lock = locks.try_lock(folder() / f"{name}{_LOCK}")
        except OSError:
            lock = None  # some network drives have no locks; better offered in two windows than in none
        else:
            if lock is None:
                return []
        self._mine.add(name)
        left = LeftBehind(name, lock, self._mine)
        if left.draft or left.problem:
            return [left]
        with contextlib.suppress(OSError):  # of a sitting that was killed before its first record was whole
            left.keep(left.draft)
        left.let_go()
        return []

    def _rewrite(self, draft: Draft) -> None:
        data = draft_records.whole(str(self._report), draft, self._base_record(draft.base))
        self._last = None
        self._is_there = True  # also where that fails: it may have its name by then
        _write_whole(self._name, data)
        self._last, self._room = draft, max(SPARE, GROWTH * len(data))

    def _base_record(self, base: bytes) -> bytes:
        if self._base[0] != base or not self._base[1]:
            self._base = (base, draft_records.base_record(base))
        return self._base[1]

    def _append(self, record: bytes) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | files.OWN_FLAGS)
        with os.fdopen(descriptor, "wb") as file:
            file.write(record)
            file.flush()
            os.fsync(descriptor)
        self._room -= len(record)

    def _remove(self) -> None:
        if self._is_there:
            self._last = None
            _delete(self._name)
            self._is_there = False


def kept(report: Path, now: Report) -> tuple[dict[int, str], int]:
    """What stands in journals of this report, of sittings that run or were cut off; changes and locks nothing.

    Args:
        report: its file.
        now: what is in it.

    Returns:
        Texts by the numbers that their questions have now, of several of one question that of the journal that was
        written last; and how many boxes of the checklist were ticked or unticked in one of them, without those that the
        report did not have any more.
    """
    found: list[tuple[float, Draft]] = []
    for name in _names(_JOURNAL) | _names(_NEW):
        if not name.startswith(_key(_resolved(report))):
            continue
        with contextlib.suppress(OSError):
            path = _standing(name)
            data = _read(path, LARGEST + 1)
            draft = draft_records.read(data)[1] if len(data) <= LARGEST else Draft(b"")
            found.append((path.stat().st_mtime, draft))
    texts: dict[int, str] = {}
    for _, draft in sorted(found, key=lambda one: one[0]):
        numbers = counted_as(Report.from_bytes(draft.base), now)
        texts |= {numbers.get(number, number): text for number, text in draft.changes.answers.items()}
    return texts, max((_boxes(draft) for _, draft in found), default=0)


def _boxes(draft: Draft) -> int:
    """How many boxes a save would tick or untick."""
    if not draft.base:  # nobody knows what the report had
        return len(draft.changes.ticked)
    return len(boxes_of(Report.from_bytes(draft.base)).keys() & draft.changes.ticked.keys())


def waiting() -> list[Path]:
    """The reports of which sittings left something that was not offered yet, or put off."""
    names = [name for name in _newest(_names(_JOURNAL) | _names(_NEW)) if _has_ended(name)]
    return sorted({Path(report) for report in map(_report_of, names) if report})


class LeftBehind:
    """What one sitting left, as long as nobody else is to take it up: end with `let_go`."""

    def __init__(self, name: str, lock: locks.Lock | None, held: set[str]) -> None:
        """Args: the journal's name, its lock if there is one, and the names that the sitting holds, this one too."""
        self._name = name
        self._lock = lock
        self._held = held
        self.path = _standing(name)
        """The file."""
        self.kept_at = 0.0
        """When it was written last, in seconds since 1970."""
        self.report = ""
        """The report that it belongs to, as it was called then; empty where that cannot be read."""
        self.draft = Draft(b"")
        """What it holds; on a base of no bytes where that part cannot be read."""
        self.strayed = False
        """Whether that report is gone from there, and was found to be this one by what it holds."""
        self.problem = ""
        """Why it holds less than was written to it, to be read after its name; empty where it holds all."""
        try:
            self.kept_at = self.path.stat().st_mtime
            data = _read(self.path, LARGEST + 1)
            if len(data) > LARGEST:
                self.problem = TOO_LARGE
            else:
                self.report, self.draft, self.problem = draft_records.read(data)
            if not self.report and self.path.suffix == _JOURNAL:  # which got its name when its first lines were whole
                self.problem = self.problem or draft_records.DAMAGED
        except OSError as error:
            self.problem = f"cannot be read ({error.strerror or type(error).__name__})"

    def keep(self, draft: Draft) -> None:
        """Leave no more than this for the next time; nothing at all where nothing of it is unsaved.

        What could not be read of the file stays beside it, under another name.

        Raises:
            OSError: it cannot be written; it is as it was.
        """
        if self.problem:
            _set_aside(self.path, folder() / f"{self._name}{_DAMAGED}")
            self.problem = ""
            pruning.prune(folder(), _DAMAGED)
        if draft:
            if self.path.suffix == _NEW:  # where its successor is written
                with contextlib.suppress(FileNotFoundError):  # it was set aside
                    self.path = self.path.replace(self.path.with_suffix(_JOURNAL))
            _write_whole(self._name, draft_records.whole(self.report, draft))
        else:
            _delete(self._name)
        self.draft = draft

    def let_go(self) -> None:
        """Let the next sitting have what is left of it."""
        self._held.discard(self._name)
        if self._lock is not None:
            locks.free(self._lock, folder() / f"{self._name}{_LOCK}")


# Files


def are_kept(report: Path) -> bool:
    """Whether there is a journal of this report, which need not be there itself."""
    key = _key(report.resolve())
    return any(name.startswith(key) for name in _names(_JOURNAL) | _names(_NEW))


def _names(ending: str) -> set[str]:
    """Names, without their ending, of the files of one kind."""
    try:
        return {name.removesuffix(ending) for name in os.listdir(folder()) if name.endswith(ending)}  # noqa: PTH208
    except (OSError, RuntimeError):
        return set()


def _standing(name: str) -> Path:
    """The journal of that name; where none was finished yet, the one that was being written first."""
    path = folder() / f"{name}{_JOURNAL}"
    return path if path.exists() else folder() / f"{name}{_NEW}"


def _read(path: Path, most: int) -> bytes:
    """The first bytes of a regular file; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | files.OWN_FLAGS)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return file.read(most)


def _report_of(name: str) -> str:
    """The report that a journal is of, as it was called; empty where that cannot be read."""
    try:
        path = draft_records.report_of(_read(_standing(name), _HEADER).partition(b"\n")[0])
    except (OSError, ValueError):
        return ""
    return "" if "\0" in path else path


def _is_same(path: str, report: Path) -> bool:
    try:
        return bool(path) and Path(path).samefile(report)
    except OSError:
        return False


def _written(name: str) -> float:
    try:
        return _standing(name).stat().st_mtime
    except OSError:
        return 0.0


def _newest(names: set[str], key: str | None = None) -> set[str]:
    """Those of the report with this key, and of all others the newest."""
    ours = {name for name in names if key is not None and name.startswith(key)}
    others = names - ours
    if len(others) > MOST_OTHERS:
        others = set(sorted(others, key=_written, reverse=True)[:MOST_OTHERS])
    return ours | others


def _size(name: str) -> int:
    try:
        return _standing(name).stat().st_size
    except OSError:
        return 0


def _base(name: str) -> bytes:
    """The version of the report that a journal is about; no bytes where that cannot be read."""
    try:
        return draft_records.read(_read(_standing(name), LARGEST))[1].base
    except OSError:
        return b""


def _write_whole(name: str, data: bytes) -> None:
    """Put a journal in place of the one that is there, in one step; raises OSError."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    new = folder() / f"{name}{_NEW}"
    writing.fill(os.open(new, os.O_WRONLY | os.O_CREAT | files.OWN_FLAGS, 0o600), data)
    new.replace(folder() / f"{name}{_JOURNAL}")
    writing.flush_folder(folder())


def _set_aside(path: Path, target: Path) -> None:
    """Give a file another name, and the old one as long as that lasts: no moment shall be without both."""
    try:
        os.link(path, target)
    except OSError:
        path.replace(target)
    with contextlib.suppress(OSError):
        os.utime(target)  # from now on it is known to somebody, who may come for it


def _delete(name: str) -> None:
    for ending in (_NEW, _JOURNAL):
        (folder() / f"{name}{ending}").unlink(missing_ok=True)


def _has_ended(name: str) -> bool:
    """Whether the sitting whose lock has this name does not run any more; its lock file goes."""
    path = folder() / f"{name}{_LOCK}"
    try:
        lock = locks.try_lock(path)
    except OSError:
        return True
    if lock is not None:
        locks.free(lock, path)
    return lock is not None


def _resolved(report: Path) -> Path:
    try:
        return report.resolve()
    except (OSError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
        return report.absolute()


def _key(report: Path) -> str:
    """What the names of all journals of a report begin with; it says nothing about the path."""
    return hashlib.sha256(os.fsencode(os.path.normcase(report))).hexdigest()[:_KEY_LENGTH]
