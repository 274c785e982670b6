"""Git's objects are read by their names, and what is forged, damaged or silent is said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from report_tui.storage import committed, git_objects
from report_tui.storage import git as git_module
from report_tui.storage.git import GitError
from report_tui.storage.git_objects import Objects
from tests.cli.commands import png
from tests.repositories import MADE, commit, forged, git, repository, write

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows runs no such scripts")
README = "reports/README.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return repository(tmp_path / "work", {README: "# committed\r\n", "reports/figures/quay.png": png()})


def test_names_that_lead_elsewhere_are_not_there(folder: Path) -> None:
    blob = git(folder, "hash-object", "-w", "--stdin", data=b"x")
    made = forged(folder, [("100644", name, blob) for name in ("..", ".", ".git", "/etc/passwd", "../x", "a")])
    with Objects(folder) as objects:
        assert [entry.path for entry in objects.walk(objects.commit(made))] == ["a"]


def test_a_folder_s_list_that_is_damaged(folder: Path) -> None:
    tree = git(folder, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", data=b"100644 a\0short")
    made = git(folder, "commit-tree", tree, "-m", "damaged")
    with Objects(folder) as objects, pytest.raises(GitError, match="the repository is damaged"):
        list(objects.walk(objects.commit(made)))


def test_what_is_not_there(folder: Path, tmp_path: Path) -> None:
    with Objects(folder) as objects:
        for name in ("refs/remotes/origin/main", "nothing", "HEAD:reports", "a\nHEAD", ""):
            with pytest.raises(git_objects.Missing):
                objects.commit(name)
        with pytest.raises(git_objects.Missing):
            objects.blob(objects.commit("HEAD").tree, 1000)
        assert committed.report(objects, objects.commit("HEAD"), README).data == b"# committed\r\n"
    (tmp_path / "plain").mkdir()
    with Objects(tmp_path / "plain") as objects, pytest.raises(GitError, match="belongs to no git repository"):
        objects.commit("HEAD")


def test_git_is_not_installed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with Objects(folder) as objects, pytest.raises(GitError, match="git is not installed"):
        objects.commit("HEAD")


def test_a_git_that_does_not_answer(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bin" / "git"
    write(tmp_path, {"bin/git": "#!/bin/sh\nexec /bin/sleep 1000\n"})
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent))
    monkeypatch.setattr(git_objects, "_SECONDS", 0.1)
    monkeypatch.setattr(git_module, "_SECONDS", 0.1)
    with Objects(folder) as objects, pytest.raises(GitError, match="git did not answer within"):
        objects.commit("HEAD")


def test_nothing_stands_in_for_another_commit(folder: Path) -> None:
    head = git(folder, "rev-parse", "HEAD")
    better = commit(folder, {README: "# better"})
    git(folder, "replace", head, better)
    with Objects(folder) as objects:
        assert committed.report(objects, objects.commit(head), README).data == b"# committed\r\n"


def test_the_last_commit_before_a_time(folder: Path) -> None:
    first = git(folder, "rev-parse", "HEAD")
    second = commit(folder, {README: "# later"}, at=MADE + 60)
    assert git_objects.last_before(folder, "refs/heads/trunk", MADE - 1) is None
    assert git_objects.last_before(folder, "refs/heads/trunk", MADE) == first
    assert git_objects.last_before(folder, "refs/heads/trunk", MADE + 59) == first
    assert git_objects.last_before(folder, "refs/heads/trunk", MADE + 60) == second
    with pytest.raises(GitError):
        git_objects.last_before(folder, "refs/heads/none", MADE)
