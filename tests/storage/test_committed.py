"""What stands in a commit is read from git's objects alone, and nothing of the repository runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from report_tui.storage import committed, git_objects
from report_tui.storage import files as files_module
from report_tui.storage.git import GitError
from report_tui.storage.git_objects import Objects
from report_tui.validation.figure_facts import FigureState
from report_tui.validation.ruleset import FigureRules
from tests.cli.commands import png
from tests.repositories import MADE, commit, forged, git, lay_traps, repository, write

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names, links or scripts")
RULES = FigureRules()
README = "reports/README.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return repository(tmp_path / "work", {README: "# committed\r\n", "reports/figures/quay.png": png()})


def states(folder: Path, *targets: str, name: str = "HEAD") -> dict[str, FigureState]:
    with Objects(folder) as objects:
        found = committed.figures_of(objects, objects.commit(name), README, targets, RULES)
        return {target: fact.state for target, fact in found.facts.items()}


def test_a_report_as_it_was_committed_whatever_stands_in_the_working_tree(folder: Path) -> None:
    write(folder, {README: "# on disk"})
    git(folder, "add", ".")
    with Objects(folder) as objects:
        head = objects.commit("HEAD")
        found = committed.report(objects, head, README)
    assert (found.data, found.problem) == (b"# committed\r\n", "")
    assert (head.committed, head.zone) == (MADE, "+0100")
    assert head.oid == git(folder, "rev-parse", "HEAD")


def test_the_name_is_compared_exactly(folder: Path) -> None:
    with Objects(folder) as objects:
        head = objects.commit("HEAD")
        for path in ("reports/readme.md", "Reports/README.md", "README.md", "reports/README.md/x", "reports/figures/"):
            assert committed.report(objects, head, path).entry is None


def test_a_bare_repository_and_a_folder_below(folder: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", "work", "bare.git")
    for where in (tmp_path / "bare.git", folder / "reports" / "figures"):
        with Objects(where) as objects:
            assert committed.report(objects, objects.commit("HEAD"), README).data == b"# committed\r\n"


def test_sha256(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    git(folder, "init", "--quiet", "--object-format=sha256")
    commit(folder, {README: "x", "reports/figures/quay.png": png()})
    assert states(folder, "figures/quay.png") == {"figures/quay.png": FigureState.FOUND}


def test_figures_are_judged_as_on_disk(folder: Path) -> None:
    (folder / "reports" / "figures" / "quay.png").unlink()  # on disk only: the commit has it
    assert states(
        folder, "figures/quay.png", "figures/Quay.png", "figures/no.png", "../x.png", "https://example.org/a.png", "."
    ) == {
        "figures/quay.png": FigureState.FOUND,
        "figures/Quay.png": FigureState.WRONG_CASE,
        "figures/no.png": FigureState.MISSING,
        "../x.png": FigureState.OUTSIDE_REPORT,
        "https://example.org/a.png": FigureState.REMOTE,
        ".": FigureState.MISSING,
    }


def test_what_a_figure_s_bytes_say(folder: Path) -> None:
    commit(folder, {"reports/figures/cut.png": png()[:40], "reports/figures/none.png": b""})
    with Objects(folder) as objects:
        targets = ["figures/quay.png", "figures/cut.png", "figures/none.png"]
        found = committed.figures_of(objects, objects.commit("HEAD"), README, targets, RULES)
    files = [found.facts[target].file for target in targets]
    assert [(file.size, file.pixels, file.damage, file.tracked) for file in files if file] == [
        (len(png()), (3, 2), "", True),
        (40, (3, 2), "ends in the middle", True),
        (0, None, "is empty", True),
    ]
    assert [file.path for file in found.folder.files] == ["figures/cut.png", "figures/none.png", "figures/quay.png"]


def test_a_sample_is_known_by_its_bytes(folder: Path) -> None:
    rules = FigureRules(samples=(("crane.png", "0" * 64),))
    with Objects(folder) as objects:
        found = committed.figures_of(objects, objects.commit("HEAD"), README, ["figures/quay.png"], rules)
    file = found.facts["figures/quay.png"].file
    assert file is not None
    assert len(file.sha256) == 64


def test_links_and_submodules_are_recognised_and_not_followed(folder: Path) -> None:
    blob = git(folder, "hash-object", "-w", "--stdin", data=b"figures/quay.png")
    head = git(folder, "rev-parse", "HEAD")
    for mode, oid, name in (
        ("120000", blob, "reports/figures/link.png"),
        ("160000", head, "reports/figures/sub"),
        ("120000", blob, "reports2/README.md"),
        ("160000", head, "reports3"),
    ):
        git(folder, "update-index", "--add", "--cacheinfo", f"{mode},{oid},{name}")
    git(folder, "commit", "--quiet", "-m", "links")
    with Objects(folder) as objects:
        commit = objects.commit("HEAD")
        targets = ["figures/link.png", "figures/sub", "figures/sub/x.png"]
        found = committed.figures_of(objects, commit, README, targets, RULES)
        assert [found.facts[target].state for target in targets] == [
            FigureState.NOT_A_FILE,
            FigureState.NOT_A_FILE,
            FigureState.MISSING,
        ]
        assert found.unfollowed == {"reports/figures/link.png": "link", "reports/figures/sub": "submodule"}
        assert [file.path for file in found.folder.files] == ["figures/quay.png"]
        linked = committed.report(objects, commit, "reports2/README.md")
        assert (linked.data, linked.problem) == (None, "is a link, not a file")
        assert committed.report(objects, commit, "reports3/README.md").entry is None
        assert committed.report(objects, commit, "reports3").problem == "is a submodule, not a file"
        assert committed.report(objects, commit, "reports").problem == "is a folder, not a file"


def test_a_figures_folder_that_is_a_link(folder: Path) -> None:
    blob = git(folder, "hash-object", "-w", "--stdin", data=b"../elsewhere")
    git(folder, "rm", "--quiet", "-r", "--cached", "reports/figures")
    git(folder, "update-index", "--add", "--cacheinfo", f"120000,{blob},reports/figures")
    git(folder, "commit", "--quiet", "-m", "link")
    with Objects(folder) as objects:
        found = committed.figures_of(objects, objects.commit("HEAD"), README, ["figures/quay.png"], RULES)
    assert found.facts["figures/quay.png"].state is FigureState.MISSING
    assert found.folder.problem == "is no folder"
    assert found.unfollowed == {"reports/figures": "link"}


@posix
def test_odd_names(folder: Path) -> None:
    odd = ["a\nb.png", "שלום.png", "*.png", 'a"b.png', "x" * 200 + ".png", os.fsdecode(b"\xff.png"), "a\\b.png"]
    commit(folder, {f"reports/figures/{name}": png() for name in odd})
    with Objects(folder) as objects:
        found = committed.figures_of(objects, objects.commit("HEAD"), README, [], RULES)
    assert sorted(file.path for file in found.folder.files) == sorted(f"figures/{name}" for name in [*odd, "quay.png"])


def bomb(folder: Path, leaf: str, name: str) -> str:
    """The id of a folder with ten folders, each with ten folders, and so on, ten deep: 10 ** 10 paths."""
    tree = git(folder, "mktree", data=f"100644 blob {leaf}\t{name}\n".encode())
    for _ in range(10):
        lines = "".join(f"040000 tree {tree}\t{number}\n" for number in range(10))
        tree = git(folder, "mktree", data=lines.encode())
    return tree


@pytest.mark.parametrize("name", ["a.png", ".hidden"])
def test_folders_that_hold_one_another_over_and_over(folder: Path, name: str) -> None:
    blob = git(folder, "hash-object", "-w", "--stdin", data=b"x")
    figures = bomb(folder, blob, name)
    reports = git(folder, "mktree", data=f"040000 tree {figures}\tfigures\n".encode())
    made = forged(folder, [("40000", "reports", reports)])
    with Objects(folder) as objects:
        commit = objects.commit(made)
        found = committed.figures_of(objects, commit, README, ["figures/a.png"], RULES)
        assert found.folder.problem
        assert found.facts["figures/a.png"].state is FigureState.MISSING
        assert sum(1 for _ in objects.walk(commit)) < 20_000


def test_what_is_too_large_is_said_and_the_rest_still_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committed, "LARGEST_FIGURE", 100)
    monkeypatch.setattr(committed, "FIGURES_READ", 150)
    small = png()
    assert 50 < len(small) <= 75
    commit(
        folder,
        {"reports/figures/big.png": png() + bytes(100), "reports/figures/a.png": small + b"1", README: bytes(300)},
    )
    targets = ["figures/a.png", "figures/big.png", "figures/quay.png"]
    with Objects(folder) as objects:
        head = objects.commit("HEAD")
        found = committed.figures_of(objects, head, README, targets, RULES)
        assert committed.report(objects, head, README).data == bytes(300)
    files = {target: fact.file for target, fact in found.facts.items()}
    big = files["figures/big.png"]
    assert big is not None
    assert (big.size, big.damage) == (len(small) + 100, "is larger than 50 MB, and was not looked into")
    monkeypatch.setattr(files_module, "SIZE_LIMIT", 299)
    with Objects(folder) as objects:
        found_report = committed.report(objects, objects.commit("HEAD"), README)
    assert (found_report.data, found_report.problem) == (None, "is larger than 20 MB")


def test_a_pointer_of_lfs_is_not_the_report(folder: Path) -> None:
    commit(folder, {README: b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n"})
    with Objects(folder) as objects:
        found = committed.report(objects, objects.commit("HEAD"), README)
    assert (found.data, found.problem) == (None, "is a pointer of Git LFS, not the report")


def test_objects_that_were_never_fetched(folder: Path, tmp_path: Path) -> None:
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", folder.as_uri(), "partial")
    with Objects(tmp_path / "partial") as objects:
        head = objects.commit("HEAD")
        with pytest.raises(GitError):
            committed.report(objects, head, README)
        found = committed.figures_of(objects, head, README, ["figures/quay.png"], RULES)
        assert found.facts["figures/quay.png"].state is FigureState.UNREADABLE


@posix
@posix
@posix
def test_nothing_that_the_repository_chose_runs(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = lay_traps(folder, tmp_path, monkeypatch)
    assert states(folder, "figures/quay.png") == {"figures/quay.png": FigureState.FOUND}
    with Objects(folder) as objects:
        assert committed.report(objects, objects.commit("HEAD"), README).data == b"# committed\r\n"
    assert git_objects.last_before(folder, "HEAD", MADE) is not None
    assert not ran.exists()
