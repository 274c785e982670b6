"""What git knows of a report's folder, asked of real repositories, also of those that want to run something."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from report_tui.storage import git as git_module
from report_tui.storage.git import authors, content_names, index_file, tracked
from tests.repositories import git, lay_traps

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
posix = pytest.mark.skipif(sys.platform == "win32", reason="the programs here are shell scripts")

FIGURES = ["figures/staged.png", "figures/committed.png", "figures/new.png", "figures/ignored.png"]


def fill(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a report in a repository, with figures in all the states that git has for them."""
    folder = tmp_path / "work" / "reports"
    fill(folder, "README.md", *FIGURES)
    (folder / ".gitignore").write_text("ignored.png\n")
    git(folder.parent, "init", "--quiet")
    git(folder.parent, "add", "reports/README.md", "reports/figures/committed.png")
    git(folder.parent, "commit", "--quiet", "-m", "one")
    git(folder.parent, "add", "reports/figures/staged.png")
    return folder


KNOWN = frozenset({"figures/staged.png", "figures/committed.png"})


def test_staged_and_committed_are_known_untracked_and_ignored_are_not(folder: Path) -> None:
    assert tracked(FIGURES, folder) == KNOWN
    assert tracked(["figures/gone.png", "figures", "../secret.png"], folder) == frozenset()


def test_what_is_only_announced_is_not_known(folder: Path) -> None:
    """`git add -N`: a commit leaves it out."""
    git(folder, "add", "-N", "figures/new.png")
    assert tracked(FIGURES, folder) == KNOWN
    git(folder, "add", "figures/new.png")
    assert tracked(FIGURES, folder) == KNOWN | {"figures/new.png"}


def test_what_is_only_announced_in_a_repository_of_sha256(tmp_path: Path) -> None:
    fill(tmp_path, "new.png", "staged.png")
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    git(tmp_path, "add", "-N", "new.png")
    git(tmp_path, "add", "staged.png")
    assert tracked(["new.png", "staged.png"], tmp_path) == frozenset({"staged.png"})


def test_what_is_added_and_removed_meanwhile(folder: Path) -> None:
    assert tracked(FIGURES, folder) == KNOWN
    git(folder, "add", "figures/new.png")
    assert tracked(FIGURES, folder) == KNOWN | {"figures/new.png"}
    git(folder, "rm", "--cached", "--quiet", "figures/new.png", "figures/staged.png")
    assert tracked(FIGURES, folder) == frozenset({"figures/committed.png"})


def test_git_is_asked_once_as_long_as_its_index_is_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    popen = subprocess.Popen

    def counted(*arguments: object, **options: object) -> object:
        asked.append(arguments)
        return popen(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", counted)
    assert [tracked([*FIGURES, "plot.png"], folder) for _ in range(3)] == [KNOWN] * 3
    assert tracked(FIGURES, folder) == KNOWN
    assert len(asked) == 1
    assert tracked(["README.md"], folder) == frozenset({"README.md"})
    assert tracked(FIGURES, folder) == KNOWN
    assert len(asked) == 3


def test_a_report_at_the_top_of_its_repository(tmp_path: Path) -> None:
    fill(tmp_path, "README.md", "figures/a.png", "plot.png")
    git(tmp_path, "init", "--quiet")
    assert tracked(["figures/a.png"], tmp_path) == frozenset()
    git(tmp_path, "add", ".")
    assert tracked(["figures/a.png", "plot.png"], tmp_path) == frozenset({"figures/a.png", "plot.png"})


def test_a_worktree(folder: Path, tmp_path: Path) -> None:
    git(folder, "worktree", "add", "--quiet", str(tmp_path / "other"))
    other = tmp_path / "other" / "reports"
    fill(other, *FIGURES)
    git(other, "add", "figures/new.png")
    assert tracked(FIGURES, other) == frozenset({"figures/committed.png", "figures/new.png"})
    assert tracked(FIGURES, folder) == KNOWN


def test_a_submodule(folder: Path, tmp_path: Path) -> None:
    fill(tmp_path / "course", "README.md")
    git(tmp_path / "course", "init", "--quiet")
    git(tmp_path / "course", "submodule", "--quiet", "add", str(folder.parent), "group")
    inside = tmp_path / "course" / "group" / "reports"
    fill(inside, *FIGURES)
    assert tracked(FIGURES, inside) == frozenset({"figures/committed.png"})
    git(inside, "add", "figures/new.png")
    assert tracked(FIGURES, inside) == frozenset({"figures/committed.png", "figures/new.png"})


ODD = ["a\nb.png", "שלום.png", "-rf.png", "*.png", ":(top)x.png", 'a"b](x).png', "x" * 200 + ".png", "é.png"]


@posix
def test_odd_names(folder: Path) -> None:
    names = [f"figures/{name}" for name in ODD]
    fill(folder, *names, ":!odd/a.png", "-odd/a.png", os.fsdecode(b"figures/\xff.png"))
    git(folder, "add", ".")
    asked = [*names, ":!odd/a.png", "-odd/a.png", os.fsdecode(b"figures/\xff.png")]
    assert tracked(asked, folder) == frozenset(asked)
    assert tracked(["figures/?.png"], folder) == frozenset()


def test_names_are_compared_exactly(folder: Path) -> None:
    assert tracked(["figures/Committed.png", "Figures/committed.png"], folder) == frozenset()
    if sys.platform != "darwin":  # where git composes names itself
        fill(folder, "figures/é.png")
        git(folder, "add", ".")
        assert tracked([unicodedata.normalize("NFD", "figures/é.png")], folder) == frozenset()


def test_more_folders_than_a_command_line_takes(folder: Path) -> None:
    names = [f"figures-{number}/a.png" for number in range(300)]
    fill(folder, *names)
    git(folder, "add", ".")
    assert tracked(names, folder) == frozenset(names)


def test_no_repository(tmp_path: Path) -> None:
    assert index_file(tmp_path / "nowhere") is None
    assert tracked(["figures/a.png"], tmp_path) is None
    assert tracked([], tmp_path) is None


def test_git_is_not_even_looked_for_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(git_module, "_run")
    assert tracked(["figures/a.png"], tmp_path) is None


BROKEN: dict[str, Callable[[Path], object]] = {
    "empty folder": lambda entry: entry.mkdir(),
    "empty file": lambda entry: entry.write_bytes(b""),
    "leads nowhere": lambda entry: entry.write_bytes(b"gitdir: ../nowhere\n"),
    "no possible path": lambda entry: entry.write_bytes(b"gitdir: a\0b\n"),
    "endless": lambda entry: entry.write_bytes(b"gitdir: " + b"a" * 100_000),
}


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN)
def test_something_else_than_a_repository(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / ".git")
    assert tracked(["figures/a.png"], tmp_path) is None


@posix
def test_git_is_not_installed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tracked(FIGURES, folder) is None
    monkeypatch.delenv("PATH")
    assert tracked(FIGURES, folder) is None


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@posix
def test_a_git_that_lies_in_the_report_s_folder_is_never_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(folder / "git", "touch ran")
    monkeypatch.chdir(folder)
    for path in ("", ".", os.pathsep):
        monkeypatch.setenv("PATH", path)
        assert tracked(FIGURES, folder) is None
    assert not (folder / "ran").exists()


@posix
def test_a_git_that_does_not_answer(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    script(tmp_path / "bin" / "git", "exec /bin/sleep 1000")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(git_module, "_SECONDS", 0.1)
    assert tracked(FIGURES, folder) is None


@posix
def test_nothing_that_the_repository_or_its_user_chose_is_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = lay_traps(folder.parent, tmp_path, monkeypatch)
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert tracked(FIGURES, folder) == KNOWN
    assert not ran.exists()


def test_nothing_is_written(folder: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        paths = (folder.parent / ".git").rglob("*")
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in paths}

    os.utime(folder / "figures" / "committed.png", (0, 0))  # which `git status` would note down in the index
    before = state()
    assert tracked(FIGURES, folder) == KNOWN
    assert state() == before


@posix
def test_a_repository_that_somebody_else_owns(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only the superuser may give files away")
    for path in (folder.parent, folder.parent / ".git"):
        os.chown(path, 12345, 12345)
    assert tracked(FIGURES, folder) == KNOWN


@posix
def test_a_git_that_hears_of_trust_in_a_file_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        pytest.skip("only the superuser may give files away")
    for path in (folder.parent, folder.parent / ".git"):
        os.chown(path, 12345, 12345)
    monkeypatch.setattr(git_module, "_SETTINGS", [one for one in git_module._SETTINGS if one[0] != "safe.directory"])
    assert git_module.ask(["rev-parse", "--git-dir"], folder)


def test_the_way_out_where_git_does_not_trust() -> None:
    said = (
        "fatal: detected dubious ownership in repository at '{0}'\n\n\tgit config --global --add safe.directory {0}\n"
    )
    for name, told in (("/home/me/group", "/home/me/group"), ("/a;b", "FOLDER"), ("'/a", "FOLDER")):
        assert git_module.reason_of(said.format(name).encode()).endswith(f"safe.directory {told}")


def test_the_index_of_each_kind_of_repository(folder: Path, tmp_path: Path) -> None:
    index = index_file(folder)
    assert index is not None
    assert stat.S_ISREG(index.stat().st_mode)
    assert index.samefile(folder.parent / ".git" / "index")
    git(folder, "worktree", "add", "--quiet", str(tmp_path / "other"))
    other = index_file(tmp_path / "other" / "reports")
    assert other is not None
    assert other.samefile(folder.parent / ".git" / "worktrees" / "other" / "index")


@posix
def test_a_report_s_folder_that_is_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert tracked(FIGURES, tmp_path / "link") == KNOWN


def commit(folder: Path, author: str, data: bytes) -> None:
    (folder / "README.md").write_bytes(data)
    git(folder, "add", "README.md")
    git(folder, "commit", "--quiet", "--author", f"{author} <{author[:2]}@example.org>", "-m", "change")


def test_who_committed_what(folder: Path) -> None:
    commit(folder, "Bo Æble", b"two")
    commit(folder, "Cy", b"three\n")
    commit(folder, "Di", b"two")
    found = authors(folder / "README.md")
    who = [next((found[name] for name in content_names(data) if name in found), "") for data in (b"x", b"two", b"no")]
    assert who == ["a student", "Bo Æble", ""]
    assert found[content_names(b"three\r\n")[1]] == "Cy", "as Windows has it in the working tree"
    assert authors(folder / "figures" / "new.png") == {}


def test_nobody_committed_anything_where_there_is_no_repository_or_no_commit(tmp_path: Path) -> None:
    fill(tmp_path / "plain", "README.md")
    assert authors(tmp_path / "plain" / "README.md") == {}
    git(tmp_path / "plain", "init", "--quiet")
    assert authors(tmp_path / "plain" / "README.md") == {}


@posix
def test_no_program_that_checks_signatures_is_run(folder: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch '{tmp_path}/sprung'\n")
    trap.chmod(0o755)
    for name, value in (("log.showSignature", "true"), ("gpg.program", str(trap)), ("diff.external", str(trap))):
        git(folder, "config", name, value)
    # A commit that claims to be signed: the program would be asked about it.
    tree = git(folder, "rev-parse", "HEAD^{tree}")
    text = (
        f"tree {tree}\nauthor E <e@x> 1700000000 +0000\ncommitter E <e@x> 1700000000 +0000\n"
        "gpgsig -----BEGIN PGP SIGNATURE-----\n \n eA==\n -----END PGP SIGNATURE-----\n\nsigned\n"
    )
    made = git(folder, "hash-object", "-t", "commit", "-w", "--stdin", data=text.encode())
    git(folder, "update-ref", "HEAD", made)
    git(folder, "log", "-1")
    assert (tmp_path / "sprung").exists(), "the trap works"
    (tmp_path / "sprung").unlink()
    assert authors(folder / "README.md")[content_names(b"x")[0]] == "E"
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("said", "reason"),
    (
        (b"fatal: bad object HEAD\n", "git says: bad object HEAD"),
        (
            b"ssh: Could not resolve hostname host: Name or service not known\r\n"
            b"fatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\n",
            "git says: ssh: Could not resolve hostname host: Name or service not known",
        ),
        (
            b"a banner\nERROR: Repository not found.\nfatal: Could not read from remote repository.\n",
            "git says: ERROR: Repository not found.",
        ),
        (b"fatal: Could not read from remote repository.\n", "git says: Could not read from remote repository."),
        (
            b"fatal: could not read Username for 'https://a:b@host': terminal prompts disabled\n",
            "the server asks for a name and a password, and git knows none: it is private, or it does not exist",
        ),
        (
            b"fatal: unable to get password from user\n",
            "the server asks for a name and a password, and git knows none: it is private, or it does not exist",
        ),
        (b"", "git failed without a word"),
    ),
)
def test_why_git_failed(said: bytes, reason: str) -> None:
    assert git_module.reason_of(said) == reason
