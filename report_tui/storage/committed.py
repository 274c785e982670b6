"""Reads a report and its figures as they stand in a commit.

Owns git's objects: one `git cat-file --batch` hands out commits, folders and files by their names, so that neither the
working tree nor any filter, hook, driver or attribute of the repository has a part in it. A link and a submodule are
recognised by their mode and never followed. What is read is bounded, in bytes and in seconds. It judges nothing.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import figures, files, git, picture_headers
from report_tui.storage.git import GitError
from report_tui.validation.figure_facts import FigureFact, FigureFolder
from report_tui.validation.ruleset import FigureRules

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    import subprocess
    from threading import Timer

LARGEST_FIGURE = 50_000_000
"""Bytes; the pages of the large hosts of repositories warn of such a file, and refuse one of twice this size."""
FIGURES_READ = 300_000_000
"""Bytes of a commit's figures that are read in all, so that one repository cannot keep a run of hundreds busy."""
_LARGEST_FOLDER = 4_000_000
"""Bytes of a folder's list, about 50,000 names."""
_LARGEST_COMMIT = 1_000_000
_PIECE = 1_000_000
"""Bytes of a file on disk that are read at a time."""
_NAMES_KEPT = 100_000
"""Of folders that were read, so that a lookup need not read them again."""
_NAMES_LISTED = 20_000
"""Of a figures folder and the folders in it: a few folders that hold one another make billions of paths."""
_SECONDS = 20.0
"""So long may git take for one object."""
_TREE, _LINK, _SUBMODULE = 0o040000, 0o120000, 0o160000


class Missing(GitError):
    """There is no such object, or it is of another kind."""


class TooLarge(GitError):
    """The object is larger than asked for; the text says so."""

    def __init__(self, size: int, most: int) -> None:
        super().__init__(f"has {size:,} bytes, more than the {most:,} that are read")
        self.size = size
        """Bytes."""


class Entry(NamedTuple):
    """One name in a folder of a commit."""

    path: str
    """From the repository's root, with forward slashes; what is not UTF-8 in it stands in surrogates."""
    mode: int
    """As git has it, which is what `stat` tells the kinds by: 0o100644, 0o040000 (a folder), 0o120000 (a link)."""
    oid: str

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return stat.S_ISREG(self.mode)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of this repository."""
        return stat.S_ISDIR(self.mode)

    @property
    def kind(self) -> str:
        """What it is, in words: `file`, `folder`, `link`, `submodule`, `something else`."""
        if self.is_file:
            return "file"
        return {_TREE: "folder", _LINK: "link", _SUBMODULE: "submodule"}.get(self.mode, "something else")


class Commit(NamedTuple):
    """One commit."""

    oid: str
    tree: str
    committed: int
    """When it was made, by the clock of who made it: seconds since 1970."""
    zone: str
    """That clock's offset, `+0100`."""

    @property
    def root(self) -> Entry:
        """The repository's root folder."""
        return Entry("", _TREE, self.tree)


class Objects:
    """The objects of one repository, read by one git process. A context manager; not for several threads."""

    def __init__(self, folder: Path) -> None:
        """Open a repository; git starts with the first object.

        Args:
            folder: in the repository, or a bare repository.
        """
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._folders: OrderedDict[str, Mapping[str, tuple[int, str]]] = OrderedDict()
        self._names_kept = 0

    def __enter__(self) -> Objects:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End git."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                # What could not be written to a process that is gone does not matter any more.
                with contextlib.suppress(OSError):
                    stream.close()
        process.wait()

    def commit(self, name: str) -> Commit:
        """A commit.

        Args:
            name: whatever git takes for one: `refs/remotes/origin/main`, `HEAD`, an id.

        Raises:
            Missing: there is none of this name.
            GitError: git could not tell.
        """
        oid, data = self._read(f"{name}^{{commit}}", "commit", _LARGEST_COMMIT)
        head = data.partition(b"\n\n")[0].split(b"\n")
        tree = next((line[5:] for line in head if line.startswith(b"tree ")), b"").decode("ascii", "replace")
        made = next((line for line in head if line.startswith(b"committer ")), b"").decode("utf-8", "replace")
        *_, seconds, zone = ["", "", *made.split(" ")]
        try:
            return Commit(oid, tree, int(seconds), zone)
        except ValueError as error:
            raise GitError("the commit does not say when it was made") from error

    def listing(self, oid: str) -> Mapping[str, tuple[int, str]]:
        """What lies in a folder: mode and id by name, in git's order.

        Names that no file may have are left out (`..`, one with a slash): only a forged repository holds them.

        Args:
            oid: of the folder (`Commit.tree`, `Entry.oid`).

        Raises:
            GitError: git could not tell, or it lists more than can be looked at.
        """
        if oid in self._folders:
            self._folders.move_to_end(oid)
            return self._folders[oid]
        found, data = self._read(oid, "tree", _LARGEST_FOLDER)
        listed = dict(_listed(data, len(found) // 2))
        self._folders[oid] = listed
        self._names_kept += len(listed) + 1
        while self._names_kept > _NAMES_KEPT and len(self._folders) > 1:
            self._names_kept -= len(self._folders.popitem(last=False)[1]) + 1
        return listed

    def entries(self, folder: Entry) -> Iterator[Entry]:
        """What lies in a folder, in git's order; raises what `listing` raises."""
        start = f"{folder.path}/" if folder.path else ""
        for name, (mode, oid) in self.listing(folder.oid).items():
            yield Entry(start + name, mode, oid)

    def child(self, folder: Entry, name: str) -> Entry | None:
        """What lies in a folder under exactly this name; None where nothing does, or it is no folder."""
        found = self.listing(folder.oid).get(name) if folder.is_folder else None
        return None if found is None else Entry(f"{folder.path}/{name}" if folder.path else name, *found)

    def entry(self, commit: Commit, path: str) -> Entry | None:
        """What stands at a path, with exactly this upper and lower case; None where nothing does.

        Raises:
            GitError: git could not tell.
        """
        here: Entry | None = commit.root
        for name in path.split("/"):
            here = None if here is None else self.child(here, name)
        return here

    def walk(self, commit: Commit, most: int = 20_000) -> Iterator[Entry]:
        """All that a commit holds but its folders, in no order that matters.

        Args:
            commit: where to look.
            most: entries that are looked at; those beyond are left out.

        Raises:
            GitError: git could not tell.
        """
        pending, left = [commit.root], most
        while pending:
            here = pending.pop()
            for entry in self.entries(here):
                left -= 1
                if left < 0:
                    return
                if entry.is_folder:
                    pending.append(entry)
                else:
                    yield entry

    def blob(self, oid: str, most: int) -> bytes:
        """A file's bytes as they were committed.

        Raises:
            TooLarge: there are more than `most`; none was read.
            GitError: git could not tell.
        """
        return self._read(oid, "blob", most)[1]

    def _read(self, name: str, kind: str, most: int) -> tuple[str, bytes]:
        """An object's id and bytes."""
        if "\n" in name or "\0" in name:
            raise Missing(git.NO_OBJECT)
        timer = self._ask(name)
        process = self._process
        assert process is not None and process.stdout is not None
        try:
            head = process.stdout.readline(4096).decode("utf-8", "replace").rstrip("\n")
            oid, _, rest = head.partition(" ")
            found, _, size = rest.partition(" ")
            if rest.endswith("missing") or rest == "ambiguous":
                raise Missing(git.NO_OBJECT)
            if not size.isdigit():
                raise GitError(self._why(head))
            if found != kind:
                # What follows is the object's bytes, which nobody wants.
                self.close()
                raise Missing(f"is a {found}, not a {kind}")
            if int(size) > most:
                # The bytes are already on their way: another git is sooner there than they are.
                self.close()
                raise TooLarge(int(size), most)
            data = process.stdout.read(int(size) + 1)
        except OSError as error:
            self.close()
            raise GitError("git stopped") from error
        finally:
            timer.cancel()
        if len(data) != int(size) + 1:
            raise GitError(self._why(""))
        return oid, data[:-1]

    def _ask(self, name: str) -> Timer:
        """Ask git for an object; what comes back kills git when the answer does not come."""
        import subprocess  # here: neither is needed where there is no repository, and they are not light
        import threading

        if self._process is None:
            command, environment = git.call(["cat-file", "--batch"])
            try:
                self._process = subprocess.Popen(
                    command,
                    cwd=self.folder,
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                raise GitError("git could not be started") from error
        process = self._process
        assert process.stdin is not None
        timer = threading.Timer(_SECONDS, process.kill)
        timer.daemon = True
        timer.start()
        # Where git has ended, the empty answer says so.
        with contextlib.suppress(OSError):
            process.stdin.write(os.fsencode(name) + b"\n")
            process.stdin.flush()
        return timer

    def _why(self, head: str) -> str:
        """Why git ended in the middle: asked once more in a way that lets it say so."""
        self.close()
        if head:
            return "git answers in a way that is not understood"
        try:
            git.ask(["rev-parse", "--git-dir"], self.folder)
        except GitError as error:
            return str(error)
        return git.CANNOT_READ


def _listed(data: bytes, length: int) -> Iterator[tuple[str, tuple[int, str]]]:
    """The entries of a folder as git writes it: `mode name<NUL>id`, the id in `length` bytes."""
    at = 0
    while at < len(data):
        space, zero = data.find(b" ", at), data.find(b"\0", at)
        mode = data[at:space]
        if not at < space < zero or zero + length >= len(data) or mode.strip(b"01234567"):
            raise GitError("the repository is damaged: a folder's list cannot be read")
        name = data[space + 1 : zero].decode("utf-8", "surrogateescape")
        at = zero + 1 + length
        if name not in ("", ".", "..") and name.lower() != ".git" and "/" not in name:
            yield name, (int(mode, 8), data[zero + 1 : at].hex())


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


def last_before(folder: Path, name: str, seconds: int) -> str | None:
    """The last commit of a branch that was made before a time, by the clock of who made it; None where none was.

    Args:
        folder: in the repository.
        name: of the branch: `refs/remotes/origin/main`.
        seconds: since 1970; a commit of this very second counts.

    Raises:
        GitError: git could not tell.
    """
    output = git.ask(["rev-list", "-1", "--first-parent", f"--until={seconds}", name, "--"], folder)
    return output.decode("ascii", "replace").strip() or None


def newest_of(folder: Path, name: str) -> int:
    """The latest date among a commit and those before it on its branch, the newest 5,000: seconds since 1970.

    Args:
        folder: in the repository.
        name: of the commit.

    Raises:
        GitError: git could not tell.
    """
    output = git.ask(["rev-list", "--first-parent", "--timestamp", "--max-count=5000", name, "--"], folder)
    return max((int(line.split()[0]) for line in output.splitlines()), default=0)
