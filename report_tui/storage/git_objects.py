"""Hands out git's objects by their names: commits, folders, files.

Owns how they are read: one `git cat-file --batch` for each repository, so that neither the working tree nor any filter
or hook of the repository has a part in it, bounded in bytes and in seconds. A link and a submodule are
recognised by their mode. It knows no report.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import git
from report_tui.storage.git import GitError

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    import subprocess
    from threading import Timer

_LARGEST_FOLDER = 4_000_000
"""Bytes of a folder's list, about 50,000 names."""
_LARGEST_COMMIT = 1_000_000
_NAMES_KEPT = 100_000
"""Of folders that were read, so that a lookup need not read them again."""
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


def changed_since(folder: Path, base: str, name: str, file: str) -> list[str]:
    """The commits of a branch that changed a file, the newest first, and 100 at most.

    Args:
        folder: the file's, in the repository.
        base: the commit after which they begin.
        name: of the branch's newest commit.
        file: its name.

    Raises:
        GitError: git could not tell.
    """
    output = git.ask(["rev-list", "--max-count=100", f"{base}..{name}", "--", file], folder)
    return output.decode("ascii", "replace").split()


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
