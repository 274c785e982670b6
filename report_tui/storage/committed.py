"""Reads a report and its figures as they stand in a commit.

Owns where a report's files are looked for in a commit, and which of them are not read: a link and a submodule are never
followed, and what is read is bounded in bytes. The bytes come from `git_objects`. It judges nothing.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import figures, files, picture_headers
from report_tui.storage.git import GitError
from report_tui.storage.git_objects import Commit, Entry, Objects, TooLarge
from report_tui.validation.figure_facts import FigureFact, FigureFolder
from report_tui.validation.ruleset import FigureRules

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    import hashlib

LARGEST_FIGURE = 50_000_000
"""Bytes; the pages of the large hosts of repositories warn of such a file, and refuse one of twice this size."""
FIGURES_READ = 300_000_000
"""Bytes of a commit's figures that are read in all, so that one repository cannot keep a run of hundreds busy."""
_PIECE = 1_000_000
"""Bytes of a file on disk that are read at a time."""
_NAMES_LISTED = 20_000
"""Of a figures folder and the folders in it: a few folders that hold one another make billions of paths."""


def content_ids(file: Path, like: str) -> frozenset[str]:
    """The ids that a file's content may have in git: as it is, and as it is where git turns CRLF into LF.

    Args:
        file: any regular file.
        like: an id of the repository, whose length tells how ids are made there.

    Raises:
        OSError: it is gone, or may not be read.
    """
    import hashlib  # here: only who compares needs it, and with OpenSSL it is not light

    def begun(size: int) -> hashlib._Hash:
        start = b"blob %d\0" % size
        return hashlib.sha256(start) if len(like) == 64 else hashlib.sha1(start, usedforsecurity=False)

    with picture_headers.opened(file, file.stat()) as opened:
        if opened is None:
            raise OSError("it was replaced while it was read")
        size = os.fstat(opened.fileno()).st_size
        whole, text = begun(size), b""
        while piece := opened.read(_PIECE):
            whole.update(piece)
            text += piece if size <= files.SIZE_LIMIT else b""
    found = {whole.hexdigest()}
    if b"\r\n" in text:
        text = text.replace(b"\r\n", b"\n")
        other = begun(len(text))
        other.update(text)
        found.add(other.hexdigest())
    return frozenset(found)


def is_pointer_to(pointer: bytes, file: Path) -> bool:
    """Whether a blob is what Git LFS commits in the place of this file.

    Args:
        pointer: the blob's bytes.
        file: any regular file.

    Raises:
        OSError: it is gone, or may not be read.
    """
    import hashlib  # here: see `content_ids`

    if not pointer.startswith(picture_headers.LFS_POINTER):
        return False
    with picture_headers.opened(file, file.stat()) as opened:
        if opened is None:
            raise OSError("it was replaced while it was read")
        whole = hashlib.sha256()
        while piece := opened.read(_PIECE):
            whole.update(piece)
    return f"oid sha256:{whole.hexdigest()}".encode() in pointer.split(b"\n")


class Found(NamedTuple):
    """What stands where the course reads the report."""

    entry: Entry | None
    """None where nothing stands there under exactly this name."""
    data: bytes | None = None
    """The report's bytes; None where there is none that may be read."""
    problem: str = ""
    """Why not, to be read behind its name: `is a link`. Empty where it could, or nothing stands there."""


def report(objects: Objects, commit: Commit, path: str) -> Found:
    """The report's bytes in a commit.

    Args:
        objects: of the repository.
        commit: where to look.
        path: from the repository's root: `reports/README.md`.

    Raises:
        GitError: git could not tell.
    """
    entry = objects.entry(commit, path)
    if entry is None:
        return Found(None)
    if not entry.is_file:
        return Found(entry, problem=f"is a {entry.kind}, not a file")
    try:
        data = objects.blob(entry.oid, files.SIZE_LIMIT)
    except TooLarge:
        return Found(entry, problem="is larger than 20 MB")
    if data.startswith(picture_headers.LFS_POINTER):
        return Found(entry, problem="is a pointer of Git LFS, not the report")
    return Found(entry, data)


class _Looked(NamedTuple):
    """What a figure's bytes said."""

    header: picture_headers.Header
    sha256: str
    size: int


class CommittedFiles(figures.Disk):
    """Where the files of a report lie in a commit: what `figures.look_up` and `list_folder` look at instead of a disk.

    Only names of the commit are looked at, and nothing here touches the disk. For one commit, and one run of each.
    """

    def __init__(self, objects: Objects, commit: Commit, *, hashed: bool) -> None:
        self._objects = objects
        self._commit = commit
        self._hashed = hashed
        self._left = FIGURES_READ
        self._names_left = _NAMES_LISTED
        self._seen: dict[str, _Looked] = {}
        self.unfollowed: dict[str, str] = {}
        """Links and submodules that stood on the way to a figure, or where one should be: path and what it is."""

    def names(self, folder: Path) -> list[str]:
        """The names in a folder of the commit; raises what `Disk.names` raises."""
        return list(self._list(folder))

    def entries(self, folder: Path) -> list[tuple[str, bool]]:
        """The names in a folder of the commit, and whether each is a folder.

        Raises:
            OSError: git could not tell, or more was listed already than is looked at.
        """
        listed = self._list(folder)
        self._names_left -= len(listed) + 1
        if self._names_left < 0:
            raise OSError("the figures folder holds too much")
        return sorted((name, stat.S_ISDIR(mode)) for name, (mode, _) in listed.items())

    def stands_in(self, folder: Path, name: str) -> bool:
        """Whether the folder holds exactly this name."""
        return name in self._list(folder)

    def info(self, path: Path) -> tuple[os.stat_result, bool]:
        """The mode of what stands there. A link is no file and no folder here, and is not taken for what it leads to.

        Raises:
            FileNotFoundError: nothing of this name stands there.
            OSError: git could not tell.
        """
        entry = self._entry(path)
        if entry is None:
            raise FileNotFoundError
        if entry.kind in ("link", "submodule"):
            self.unfollowed[entry.path] = entry.kind
        size = self._look(entry).size if entry.is_file else 0
        return os.stat_result((entry.mode, 0, 0, 1, 0, 0, size, 0, 0, 0)), False

    def really(self, path: Path) -> str:
        """The path itself: no link is followed here."""
        return path.as_posix()

    def look_into(self, path: Path, info: os.stat_result, hashed: bool, most: int) -> figures.LookedInto:
        """What a figure's bytes say.

        Raises:
            OSError: git could not tell.
        """
        entry = self._entry(path)
        if entry is None:
            raise FileNotFoundError
        looked = self._look(entry)
        return looked.header, looked.sha256, 0

    def _look(self, entry: Entry) -> _Looked:
        if entry.oid not in self._seen:
            self._seen[entry.oid] = self._looked(entry.oid)
        return self._seen[entry.oid]

    def _looked(self, oid: str) -> _Looked:
        largest = min(LARGEST_FIGURE, self._left)
        try:
            data = self._objects.blob(oid, largest)
        except TooLarge as error:
            what = "is larger than 50 MB" if error.size > LARGEST_FIGURE else "comes behind 300 MB of other figures"
            return _Looked(picture_headers.Header(damage=f"{what}, and was not looked into"), "", error.size)
        except GitError as error:
            raise OSError(str(error)) from error
        self._left -= len(data)
        header = picture_headers.header(io.BytesIO(data), len(data))
        return _Looked(header, files.digest_of(data) if self._hashed else "", len(data))

    def tracked(self, names: Iterable[str], folder: Path) -> frozenset[str] | None:
        """All: what is in a commit is known to git."""
        return frozenset(names)

    def _entry(self, path: Path) -> Entry | None:
        here: Entry | None = self._commit.root
        try:
            for part in path.parts:
                here = None if here is None else self._objects.child(here, part)
        except GitError as error:
            raise OSError(str(error)) from error
        return here

    def _list(self, folder: Path) -> Mapping[str, tuple[int, str]]:
        entry = self._entry(folder)
        if entry is None:
            raise FileNotFoundError
        if not entry.is_folder:
            raise NotADirectoryError
        try:
            return self._objects.listing(entry.oid)
        except GitError as error:
            raise OSError(str(error)) from error


class FiguresFound(NamedTuple):
    """What a commit holds of a report's figures: the facts that the checks judge, as of files on disk."""

    facts: Mapping[str, FigureFact]
    folder: FigureFolder
    unfollowed: Mapping[str, str]
    """Links and submodules that were met, and what each is: none was followed."""


def figures_of(
    objects: Objects, commit: Commit, report_path: str, targets: Iterable[str], rules: FigureRules
) -> FiguresFound:
    """What stands in a commit where a report's figures should be.

    Args:
        objects: of the repository.
        commit: where to look.
        report_path: from the repository's root: `reports/README.md`.
        targets: paths or addresses as written in the report (`engine.figure_targets`).
        rules: the figures folder and the kinds of figures.

    Returns:
        Facts for each target, and the figures folder. A figure that git could not hand out is `UNREADABLE`.
    """
    hashed = rules.compares_bytes
    where = CommittedFiles(objects, commit, hashed=hashed)
    folder = Path(report_path).parent
    facts = figures.look_up(folder, targets, rules, hashed=hashed, where=where)
    listed = figures.list_folder(folder, rules, hashed=hashed, where=where)
    return FiguresFound(facts, listed, where.unfollowed)
