"""`handin`: what the course will see, in repositories as students have them and as somebody means harm with."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from report_tui.commands import handin
from report_tui.session import Session
from report_tui.storage import fetching
from report_tui.storage import files as files_module
from report_tui.storage.drafts import Journal
from tests.cli.commands import FIGURES, GOOD, MIXED, RULES, Runner, golden, png
from tests.repositories import MADE, commit, follow, git, lay_traps, pushed, repository, write
from tests.validation.judging import report_text

posix = pytest.mark.skipif(sys.platform == "win32", reason="the trap is a shell script; Windows has no such links")
NOW = MADE + 3 * 3600 + 20 * 60
README = "reports/README.md"
DEADLINE = "deadline: 2027-01-17 12:00 +01:00\n"
"""Two days and some hours after NOW."""


def content(answers: tuple[str | None, ...] = GOOD, rules: str = RULES + DEADLINE) -> dict[str, str | bytes]:
    return {
        README: report_text(answers),
        "reports/report-rules.yaml": rules,
        "reports/figures/quay.png": png(),
    }


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handin, "clock", lambda: float(NOW))


@pytest.fixture
def work(run: Runner, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a group's repository with all pushed; it is the working directory."""
    folder = pushed(run.folder, content())
    monkeypatch.chdir(folder)
    return folder


def states(run: Runner, *arguments: str) -> dict[str, str]:
    """What each line says that is not a yes."""
    result = run("handin", "--format", "json", *arguments)
    lines = json.loads(result.out)["lines"]
    found = {line["id"]: line["state"] for line in lines if line["state"] != "yes"}
    assert result.code == (1 if "no" in found.values() else 2 if found else 0)
    assert result.err == b""
    return found


def line(run: Runner, name: str, *arguments: str) -> dict[str, object]:
    lines = json.loads(run("handin", "--format", "json", *arguments).out)["lines"]
    found: dict[str, object] = next(line for line in lines if line["id"] == name)
    return found


def said(run: Runner, name: str, *arguments: str) -> str:
    """A line's words and details."""
    found = line(run, name, *arguments)
    details = found["details"]
    assert isinstance(details, list)
    return " / ".join([str(found["message"]), *details])


def shown_oid(out: bytes, oid: str) -> bytes:
    return out.replace(oid.encode(), b"<commit>").replace(oid[:10].encode(), b"<commit>")


@pytest.mark.parametrize("form", ["text", "json"])
def test_all_is_well(run: Runner, work: Path, form: str) -> None:
    result = run("handin", "--format", form)
    assert (result.code, result.err) == (0, b"")
    golden(f"handin-well.{'txt' if form == 'text' else 'json'}", shown_oid(result.out, git(work, "rev-parse", "HEAD")))


@pytest.mark.parametrize("form", ["text", "json"])
def test_much_is_not(run: Runner, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    work = pushed(run.folder, content(MIXED))
    monkeypatch.chdir(work)
    write(work, {README: report_text((*FIGURES[:2], *MIXED[2:])), "reports/figures/plan.png": png()})
    result = run("handin", "--format", form)
    assert (result.code, result.err) == (1, b"")
    oid = git(work, "rev-parse", "HEAD")
    golden(f"handin-trouble.{'txt' if form == 'text' else 'json'}", shown_oid(result.out, oid))


def test_nothing_is_changed(run: Runner, work: Path) -> None:
    write(work, {README: report_text(MIXED)})
    os.utime(work / "reports/figures/quay.png", (0, 0))  # which `git status` would note down in the index

    def stands() -> dict[str, tuple[int, bytes]]:
        files = [path for path in run.folder.rglob("*") if path.is_file()]
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = stands()
    run("handin")
    assert stands() == before


# Work that is not pushed


def changed(number: int) -> str:
    answers = list(GOOD)
    answers[number - 1] = "Rewritten in the last night"
    return report_text(tuple(answers))


def test_an_answer_that_is_not_committed(run: Runner, work: Path) -> None:
    write(work, {README: changed(4)})
    assert states(run) == {"pushed": "no", "committed": "no"}
    assert json.loads(run("handin", "--format", "json").out)["answers_not_pushed"] == [4]
    assert "1 answer (4) not pushed yet" in said(run, "pushed")
    assert "not committed: answer 4" in said(run, "pushed")


def test_a_commit_that_is_not_pushed(run: Runner, work: Path) -> None:
    commit(work, {README: changed(4)})
    assert states(run) == {"pushed": "no"}
    assert "1 commit here is not at origin/trunk" in said(run, "pushed")
    git(work, "push", "--quiet")
    assert states(run) == {}


def test_a_commit_that_leaves_the_report_alone(run: Runner, work: Path) -> None:
    commit(work, {"train.py": "x"})
    assert states(run) == {}
    assert "1 commit here that origin/trunk has not leaves the report as it is" in said(run, "pushed")


def test_another_branch(run: Runner, work: Path) -> None:
    git(work, "checkout", "--quiet", "-b", "draft")
    commit(work, {README: changed(4)})
    git(work, "push", "--quiet", "origin", "draft")
    assert states(run) == {"pushed": "no"}
    assert "you are on the branch draft; the course reads trunk" in said(run, "pushed")
    assert line(run, "pushed")["way_out"] == (
        "open a pull request and merge it, or git checkout trunk; git pull --no-rebase origin trunk; "
        "git merge draft; git push origin trunk"
    )


def test_a_detached_head(run: Runner, work: Path) -> None:
    git(work, "checkout", "--quiet", "--detach")
    assert states(run) == {}
    commit(work, {README: changed(4)})
    assert states(run) == {"pushed": "no"}
    assert "no branch is checked out" in said(run, "pushed")
    assert line(run, "pushed")["way_out"] == "git push origin HEAD:trunk"


def test_what_only_a_teammate_changed_is_not_ours(run: Runner, work: Path) -> None:
    git(run.folder, "clone", "--quiet", "remote.git", "teammate")
    commit(run.folder / "teammate", {README: changed(2)}, at=MADE + 60)
    git(run.folder / "teammate", "push", "--quiet")
    git(work, "fetch", "--quiet")
    assert states(run) == {}
    assert "1 commit there is not here: git pull --no-rebase origin trunk" in said(run, "source")
    write(work, {README: changed(4)})
    assert json.loads(run("handin", "--format", "json").out)["answers_not_pushed"] == [4]
    commit(work)
    assert line(run, "pushed")["way_out"] == "git pull --no-rebase origin trunk; git push origin trunk"


def test_what_is_not_committed_but_there_already(run: Runner, work: Path) -> None:
    git(run.folder, "clone", "--quiet", "remote.git", "teammate")
    commit(run.folder / "teammate", {README: changed(4)}, at=MADE + 60)
    git(run.folder / "teammate", "push", "--quiet")
    git(work, "fetch", "--quiet")
    write(work, {README: changed(4)})
    assert states(run) == {"committed": "no"}


def test_a_figure_that_is_not_committed(run: Runner, work: Path) -> None:
    write(work, {"reports/figures/quay.png": png(9, 9), "reports/figures/unused.png": png()})
    assert states(run) == {"pushed": "no", "committed": "no"}
    assert "figures/quay.png not pushed yet" in said(run, "pushed")


def test_what_a_sitting_has_not_saved(run: Runner, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_TUI_STATE", str(run.folder / "state"))
    commit(work, {README: f"{report_text(GOOD)}\n## To do\n\n* [ ] Weigh the cargo\n"})
    git(work, "push", "--quiet")
    sitting = Session.open(work / README)
    journal = Journal(work / README)
    sitting.edit(2, "It lifts five crates at once")
    journal.keep(sitting.draft)
    assert states(run) == {"pushed": "no", "committed": "no"}
    assert said(run, "pushed").endswith("the course will not see it / not saved: 2")
    assert str(line(run, "pushed")["way_out"]).startswith("save, then git add reports/README.md; git commit")
    sitting.tick(sitting.report.checklist[0].line)
    journal.keep(sitting.draft)
    assert "1 answer (2) and 1 box of the checklist not pushed yet" in said(run, "pushed")
    assert "not saved: 2, the checklist" in said(run, "committed")
    sitting.save()
    journal.keep(sitting.draft)
    assert states(run) == {"pushed": "no", "committed": "no"}
    assert "not saved" not in said(run, "pushed")


def test_a_large_figure_that_is_not_committed(run: Runner, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "SIZE_LIMIT", 3000)
    commit(work, {"reports/figures/quay.png": png() + bytes(4000)})
    git(work, "push", "--quiet")
    assert "pushed" not in states(run)
    write(work, {"reports/figures/quay.png": png() + bytes(4001)})
    found = states(run)
    assert (found["pushed"], found["committed"]) == ("no", "no")


def test_line_ends_that_git_makes_are_no_change(run: Runner, work: Path) -> None:
    write(work, {README: report_text(GOOD).replace("\n", "\r\n")})
    assert states(run) == {}


def test_the_checklist_and_the_template_s_text(run: Runner, work: Path) -> None:
    write(work, {README: report_text(GOOD).replace("## The quay", "## The pier")})
    assert states(run) == {"pushed": "no", "committed": "no"}
    assert "something else than answers in the report not pushed yet" in said(run, "pushed")


def test_a_report_that_was_never_committed(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    work = pushed(run.folder, {"train.py": "x"})
    monkeypatch.chdir(work)
    write(work, content())
    found = states(run)
    assert (found["pushed"], found["committed"], found["place"]) == ("no", "no", "no")
    assert said(run, "pushed").startswith("5 answers (1-5) and figures/quay.png not pushed yet")


def test_a_report_on_the_disk_that_cannot_be_read(run: Runner, work: Path) -> None:
    (work / README).write_bytes(b"caf\xe9")
    assert states(run) == {"pushed": "unknown", "committed": "unknown"}


# The ways out, pasted into a shell as they are


def by_a_teammate(folder: Path, text: str, branch: str = "trunk") -> None:
    """A teammate pushes a report, and it is fetched here."""
    if not (folder / "teammate").exists():
        git(folder, "clone", "--quiet", "remote.git", "teammate")
    if branch != "trunk":
        git(folder / "teammate", "checkout", "--quiet", "-b", branch)
    commit(folder / "teammate", {README: text}, at=MADE + 60)
    git(folder / "teammate", "push", "--quiet", "origin", branch)
    git(folder / "work", "fetch", "--quiet")


def behind(work: Path) -> None:
    by_a_teammate(work.parent, changed(2))
    write(work, {README: changed(4)})


def on_a_fork(work: Path) -> None:
    git(work.parent, "clone", "--quiet", "--bare", "remote.git", "fork.git")
    git(work, "remote", "add", "fork", (work.parent / "fork.git").as_uri())
    commit(work, {README: changed(4)})
    git(work, "push", "--quiet", "-u", "fork", "trunk")


def on_a_branch(work: Path) -> None:
    git(work, "checkout", "--quiet", "-b", "draft")
    commit(work, {README: changed(4)})
    by_a_teammate(work.parent, changed(2))


def detached_and_behind(work: Path) -> None:
    by_a_teammate(work.parent, changed(2))
    git(work, "checkout", "--quiet", "--detach")
    commit(work, {README: changed(4)})


def in_a_merge(work: Path) -> None:
    by_a_teammate(work.parent, changed(4).replace("last", "first"))
    commit(work, {README: changed(4)})
    with pytest.raises(AssertionError):
        git(work, "merge", "origin/trunk")
    write(work, {README: changed(4)})


def in_a_rebase(work: Path) -> None:
    by_a_teammate(work.parent, changed(4).replace("last", "first"))
    commit(work, {README: changed(4)})
    with pytest.raises(AssertionError):
        git(work, "rebase", "origin/trunk")
    write(work, {README: changed(4)})


def in_a_cherry_pick(work: Path) -> None:
    git(work, "checkout", "--quiet", "-b", "draft")
    commit(work, {README: changed(4)})
    git(work, "checkout", "--quiet", "trunk")
    commit(work, {README: changed(4).replace("last", "first")})
    with pytest.raises(AssertionError):
        git(work, "cherry-pick", "draft")
    write(work, {README: changed(4)})


def with_an_ignored_figure(work: Path) -> None:
    commit(work, {".gitignore": "*.png\n"})
    answers = (*GOOD[:2], "![the quay](figures/quay.png) ![low tide](figures/low%20tide.png)", *GOOD[3:])
    write(work, {README: report_text(answers), "reports/figures/low tide.png": png(4, 4)})


def with_many_figures(work: Path) -> None:
    names = [f"{name}.png" for name in ("a", "b", "c", "d")]
    answers = (*GOOD[:4], " ".join(f"![a crane](figures/{name})" for name in names), *GOOD[5:])
    write(work, {README: report_text(answers), **{f"reports/figures/{name}": png(5, 5) for name in names}})


WAYS: dict[str, Callable[[Path], object]] = {
    "not committed": lambda work: write(work, {README: changed(4)}),
    "not pushed": lambda work: commit(work, {README: changed(4)}),
    "behind": behind,
    "a fork": on_a_fork,
    "a branch": on_a_branch,
    "detached": lambda work: (git(work, "checkout", "--quiet", "--detach"), commit(work, {README: changed(4)})),
    "detached and behind": detached_and_behind,
    "a merge": in_a_merge,
    "a rebase": in_a_rebase,
    "a cherry-pick": in_a_cherry_pick,
    "an ignored figure": with_an_ignored_figure,
    "many figures": with_many_figures,
}


@posix
@pytest.mark.parametrize("name", WAYS)
def test_the_way_out_leads_out(run: Runner, work: Path, name: str) -> None:
    WAYS[name](work)
    for _ in range(3):  # a rebase that goes on leaves a push to be done
        found = line(run, "pushed")
        if found["state"] == "yes":
            break
        follow(work, commands(found))
    assert {name: state for name, state in states(run).items() if name in ("pushed", "committed", "figures")} == {}


def commands(found: dict[str, object]) -> str:
    """The commands of a way out, without the words around them."""
    way_out = str(found["way_out"])
    return way_out[way_out.index("git ") :]


@pytest.mark.parametrize("name", ["report.md", "Reports/README.md", "report/README.md", "project/reports/README.md"])
@posix
def test_the_way_to_the_right_place(run: Runner, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    folder = name.rpartition("/")[0]
    start = f"{folder}/" if folder else ""
    if name == "report.md":
        start, name = "reports/", "reports/report.md"
    stands: dict[str, str | bytes] = {name: report_text(GOOD), f"{start}figures/quay.png": png()}
    work = pushed(run.folder, {**stands, f"{start}report-rules.yaml": RULES})
    monkeypatch.chdir(work)
    follow(work, commands(line(run, "place", name)).replace(", then commit and push", ""))
    git(work, "commit", "--quiet", "-m", "moved")
    git(work, "push", "--quiet")
    assert states(run) == {}


def test_no_name_runs_in_a_shell(run: Runner, work: Path) -> None:
    for branch in ("a;touch${IFS}ran", "a`touch`ran", "a$(x)", "a&b", "-x|y", "a'b"):
        git(work, "update-ref", f"refs/heads/{branch}", "HEAD")
        git(work, "symbolic-ref", "HEAD", f"refs/heads/{branch}")
        write(work, {README: changed(4)})
        way_out = str(line(run, "pushed")["way_out"])
        assert branch not in way_out
        assert "merge it into the branch that the course reads" in way_out


# What other branches hold


def test_answers_on_branches_that_are_not_checked_out(run: Runner, work: Path) -> None:
    git(work, "checkout", "--quiet", "-b", "draft")
    commit(work, {README: changed(4)})
    git(work, "push", "--quiet", "-u", "origin", "draft")
    git(work, "checkout", "--quiet", "trunk")
    assert states(run) == {"branches": "unknown"}
    assert said(run, "branches") == (
        "whether 1 answer of other branches should be at origin/trunk: 4 / the branch draft has another text for 4"
    )
    assert said(run, "pushed") == "the report as it stands here is at origin/trunk"
    by_a_teammate(run.folder, changed(5), "pull-request")
    assert "the branch origin/pull-request has another text for 5" in said(run, "branches")
    git(run.folder / "teammate", "checkout", "--quiet", "trunk")
    git(run.folder / "teammate", "merge", "--quiet", "--squash", "pull-request")
    by_a_teammate(run.folder, changed(5))
    assert "4-5" not in said(run, "branches")
    git(work, "merge", "--quiet", "draft")
    assert states(run) == {"pushed": "no"}


def test_a_branch_that_collides_and_one_that_was_squashed_and_changed_again(run: Runner, work: Path) -> None:
    git(work, "checkout", "--quiet", "-b", "draft")
    commit(work, {README: changed(4)})
    git(work, "checkout", "--quiet", "trunk")
    by_a_teammate(run.folder, changed(4).replace("last", "first"))
    git(work, "merge", "--quiet", "origin/trunk")
    assert states(run) == {"branches": "unknown"}
    by_a_teammate(run.folder, changed(4))  # the pull request, as one commit
    git(work, "merge", "--quiet", "origin/trunk")
    assert states(run) == {}
    by_a_teammate(run.folder, changed(4).replace("last", "first"))
    git(work, "merge", "--quiet", "origin/trunk")
    assert states(run) == {}
    by_a_teammate(run.folder, report_text(GOOD))  # all of it is lost
    git(work, "merge", "--quiet", "origin/trunk")
    assert states(run) == {"branches": "unknown"}


def test_what_is_stashed(run: Runner, work: Path) -> None:
    write(work, {README: changed(4)})
    git(work, "stash", "--quiet")
    assert states(run) == {"branches": "unknown"}
    assert "what git stash put aside has another text for 4" in said(run, "branches")
    git(work, "stash", "pop", "--quiet")
    assert states(run) == {"pushed": "no", "committed": "no"}


def test_branches_that_hold_nothing_of_the_report(run: Runner, work: Path) -> None:
    git(work, "branch", "same")
    git(work, "checkout", "--quiet", "-b", "code")
    commit(work, {"train.py": "x"})
    git(work, "checkout", "--quiet", "--orphan", "pages")
    git(work, "rm", "--quiet", "-r", "--cached", ".")
    commit(work, {"index.html": "x"})
    git(work, "checkout", "--quiet", "--force", "trunk")
    assert states(run) == {}


def test_what_others_changed_back_is_told(run: Runner, work: Path) -> None:
    commit(work, {README: changed(4)})
    git(work, "push", "--quiet")
    by_a_teammate(run.folder, report_text(GOOD))
    assert states(run) == {}
    assert said(run, "pushed").endswith("changed there since then, and not here: answer 4")
    assert b"as it is here" not in run("handin").out


# Which state of the repository it is


def test_the_branch_is_not_known(run: Runner, work: Path) -> None:
    git(work, "remote", "set-head", "origin", "--delete")
    assert states(run) == {"pushed": "unknown", "source": "unknown"}
    assert "it is at origin/trunk, but the course may read another branch" in said(run, "pushed")
    assert "whether trunk is the default branch is not known here" in said(run, "source")
    git(work, "push", "--quiet", "origin", "trunk:other", "trunk:third")
    assert set(states(run).values()) == {"unknown"}
    assert states(run, "--fetch") == {}
    assert states(run) == {}


def test_an_old_fetch(run: Runner, work: Path) -> None:
    assert "as it was 3 h 20 min ago" in said(run, "source")
    assert line(run, "source")["way_out"] is None
    git(work, "fetch", "--quiet")
    os.utime(work / ".git" / "FETCH_HEAD", (NOW - 90, NOW - 90))
    assert "as it was 1 minute ago" in said(run, "source")


def test_a_very_old_fetch(run: Runner, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handin, "clock", lambda: float(MADE + 90_000))
    assert "as it was 1 day 1 h ago" in said(run, "source")
    assert line(run, "source")["way_out"] == "report-tui handin --fetch"


def test_another_name_for_the_remote_makes_nothing_newer(run: Runner, work: Path) -> None:
    git(work, "remote", "rename", "origin", "group", at=NOW - 60)
    # Before 2.53 git forgets with the old name when the remote was seen.
    assert said(run, "source").endswith(("as it was 3 h 20 min ago", "but how old that is could not be told"))


def test_nothing_tells_how_old_it_is(run: Runner, work: Path) -> None:
    shutil.rmtree(work / ".git" / "logs")
    assert states(run) == {"source": "unknown"}
    assert "how old that is could not be told" in said(run, "source")


def test_fetching(run: Runner, work: Path) -> None:
    git(run.folder, "clone", "--quiet", "remote.git", "teammate")
    commit(run.folder / "teammate", {README: report_text((*GOOD[:3], None, *GOOD[4:]))})
    git(run.folder / "teammate", "push", "--quiet")
    before = {path: path.read_bytes() for path in work.rglob("*") if path.is_file() and ".git" not in path.parts}
    assert states(run) == {}
    assert states(run, "--fetch") == {"placeholders": "no"}
    assert {
        path: path.read_bytes() for path in work.rglob("*") if path.is_file() and ".git" not in path.parts
    } == before
    assert git(work, "rev-parse", "trunk") != git(work, "rev-parse", "origin/trunk")


def test_fetching_without_a_connection(run: Runner, work: Path) -> None:
    (run.folder / "remote.git").rename(run.folder / "gone.git")
    assert states(run) == {}
    assert states(run, "--fetch") == {"source": "unknown"}
    assert "could not be fetched" in said(run, "source", "--fetch")


@posix
def test_a_remote_that_does_not_answer(run: Runner, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(run.folder, {"slow": "#!/bin/sh\nexec /bin/sleep 1000\n"})
    (run.folder / "slow").chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(run.folder / "slow"))
    git(work, "remote", "set-url", "origin", "ssh://git@example.org/group.git")
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    assert "the remote did not answer within 0.3 seconds" in said(run, "source", "--fetch")


def test_a_token_in_an_address_is_not_told(run: Runner, work: Path) -> None:
    git(work, "remote", "set-url", "origin", "https://me:secret@localhost:1/group.git")
    assert "could not be fetched" in said(run, "source", "--fetch")
    assert b"secret" not in run("handin", "--fetch").out


def test_no_remote(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository(run.folder / "alone", content()))
    found = states(run)
    assert found.pop("pushed") == "no"
    assert set(found.values()) == {"unknown"}
    assert "committed" not in found


def test_several_remotes(run: Runner, work: Path) -> None:
    git(work, "remote", "add", "course", "https://example.org/template.git")
    assert states(run) == {}
    assert "other remotes, which were not looked at: course" in said(run, "source")
    git(work, "remote", "rename", "origin", "group")
    git(work, "fetch", "--quiet", "group")
    git(work, "config", "--unset", "branch.trunk.remote")
    assert set(states(run).values()) == {"unknown"}
    git(work, "config", "branch.trunk.remote", "group")
    assert states(run) == {}


def test_a_repository_without_a_commit(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    work = repository(run.folder / "new")
    git(work, "remote", "add", "origin", "https://example.org/group.git")
    write(work, content())
    monkeypatch.chdir(work)
    found = states(run)
    assert (found["pushed"], found["committed"]) == ("no", "no")
    assert found["place"] == "unknown"


def test_no_repository(run: Runner) -> None:
    run.report()
    found = states(run)
    assert set(found.values()) == {"unknown"}
    assert "this folder belongs to no git repository" in said(run, "pushed")
    assert run("handin", "nowhere").code == 2
    (run.folder / "empty").mkdir()
    assert run("handin", "empty").err.startswith(b"report-tui: empty: holds no reports/README.md")


@posix
def test_git_is_not_installed(run: Runner, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(run.folder))
    found = states(run)
    assert set(found.values()) == {"unknown"}
    assert line(run, "pushed")["way_out"] == "install git, or look at the report in the browser, where you handed it in"


def test_a_worktree(run: Runner, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(work, "worktree", "add", "--quiet", "-b", "other", str(run.folder / "tree"))
    monkeypatch.chdir(run.folder / "tree")
    assert states(run) == {}
    write(run.folder / "tree", {README: changed(4)})
    assert states(run) == {"pushed": "no", "committed": "no"}


def test_a_submodule(run: Runner, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    around = repository(run.folder / "around", {"README.md": "around"})
    git(around, "submodule", "--quiet", "add", (run.folder / "remote.git").as_uri(), "project")
    monkeypatch.chdir(around / "project")
    assert states(run) == {"source": "unknown"}
    assert "this is a submodule" in said(run, "source")


def test_a_shallow_clone(run: Runner, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(work, {README: changed(2)}, at=MADE + 60)
    git(work, "push", "--quiet")
    git(run.folder, "clone", "--quiet", "--depth=1", (run.folder / "remote.git").as_uri(), "shallow")
    monkeypatch.chdir(run.folder / "shallow")
    assert states(run) == {}
    # A teammate's push, fetched shallowly as well: no common commit is known here.
    commit(work, {README: changed(4)}, at=MADE + 120)
    commit(work, {"a.py": "x"}, at=MADE + 180)
    git(work, "push", "--quiet")
    git(run.folder / "shallow", "fetch", "--quiet", "--depth=1")
    assert states(run) == {"pushed": "unknown"}
    assert "whether by your work or by others' could not be told" in said(run, "pushed")
    write(run.folder / "shallow", {README: changed(5)})
    assert states(run) == {"pushed": "no", "committed": "no"}


def test_a_bare_repository(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    pushed(run.folder, content())
    git(run.folder / "remote.git", "remote", "remove", "origin")
    write(run.folder, {"rules.yaml": RULES})
    assert states(run, "remote.git", "--rules", "rules.yaml") == {}
    monkeypatch.chdir(run.folder / "remote.git")
    assert states(run, "--rules", "../rules.yaml") == {}


def test_settings_that_lead_away_from_the_report(run: Runner, work: Path) -> None:
    for setting, value in (("core.worktree", str(run.folder / "seed")), ("core.bare", "true")):
        git(work, "config", setting, value)
        assert set(states(run).values()) == {"unknown"}
        assert f"({setting})" in said(run, "pushed")
        follow(work, commands(line(run, "pushed")).partition(",")[0])
        assert states(run) == {}


def test_an_index_that_is_damaged_has_no_part_in_it(run: Runner, work: Path) -> None:
    (work / ".git" / "index").write_bytes(b"damaged" * 99)
    write(work, {README: changed(4), "reports/figures/quay.png": png(9, 9)})
    assert states(run) == {"pushed": "no", "committed": "no"}


def test_a_repository_in_a_repository(run: Runner, work: Path) -> None:
    git(work / "reports", "init", "--quiet")
    assert states(run)["pushed"] == "no"
    assert "it lies in another repository, work, which leaves out all that is in it" in said(run, "pushed")


def test_a_remote_that_is_empty(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    work = repository(run.folder / "new", content())
    git(run.folder, "init", "--quiet", "--bare", "-b", "main", "remote.git")
    git(work, "remote", "add", "origin", (run.folder / "remote.git").as_uri())
    monkeypatch.chdir(work)
    assert states(run)["pushed"] == "unknown"
    found = states(run, "--fetch")
    assert found.pop("pushed") == "no"
    assert set(found.values()) == {"unknown"}
    assert said(run, "pushed", "--fetch") == "nothing is pushed: origin is empty"
    follow(work, commands(line(run, "pushed", "--fetch")))
    git(run.folder / "remote.git", "symbolic-ref", "HEAD", "refs/heads/trunk")
    assert states(run, "--fetch") == {}


def test_why_it_could_not_be_fetched_is_told_where_nothing_is_known(run: Runner, work: Path) -> None:
    git(work, "update-ref", "-d", "refs/remotes/origin/trunk")
    (run.folder / "remote.git").rename(run.folder / "gone.git")
    assert "could not be fetched: git says" in said(run, "source", "--fetch")
    assert str(line(run, "source", "--fetch")["way_out"]).startswith("git fetch origin")


def test_a_clock_that_was_wrong(run: Runner, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handin, "clock", lambda: float(MADE - 86_400))
    assert states(run) == {"source": "unknown", "deadline": "unknown"}
    assert "this machine's clock is behind" in said(run, "deadline")
    # The clock is right again, and what was noted down with a wrong one is still there.
    git(work, "fetch", "--quiet")
    os.utime(work / ".git" / "FETCH_HEAD", (MADE - 86_460, MADE - 86_460))
    assert "as it was 1 minute ago" in said(run, "source")


# What the course finds


@pytest.mark.parametrize("name", ["reports/readme.md", "report/README.md", "Reports/README.md"])
def test_another_place(run: Runner, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(pushed(run.folder, {name: report_text(GOOD)}))
    found = states(run, name)
    assert found["place"] == "no"
    assert name in said(run, "place", name)
    assert "pushed" not in found


def test_in_a_folder_below_the_root(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    work = pushed(run.folder, {f"project/{name}": data for name, data in content().items()})
    monkeypatch.chdir(work / "project")
    assert states(run)["place"] == "no"
    assert "project/reports/README.md is" in said(run, "place")


def test_a_report_that_is_a_link(run: Runner, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = git(work, "hash-object", "-w", "--stdin", data=b"../secret.md")
    git(work, "update-index", "--cacheinfo", f"120000,{blob},{README}")
    git(work, "commit", "--quiet", "-m", "link")
    git(work, "push", "--quiet")
    write(run.folder, {"secret.md": "secret"})
    found = states(run)
    assert (found["place"], found["checker"]) == ("no", "unknown")
    assert "is a link, not a file" in said(run, "place")


def with_readme(text: str) -> dict[str, str | bytes]:
    return {**content(), README: text}


FOUND: dict[str, tuple[dict[str, str | bytes], dict[str, str]]] = {
    "encoding": (
        {**content(), README: report_text(GOOD).encode() + b"caf\xe9"},
        {"checker": "unknown", "encoding": "no", "placeholders": "unknown", "limits": "unknown"},
    ),
    "placeholder": (content((None, *GOOD[1:])), {"placeholders": "no"}),
    "limits": (content((GOOD[0], "Too few", *GOOD[2:])), {"limits": "no"}),
    "stops": (
        with_readme(report_text(GOOD).replace("> Answer:", "> Reply:", 1)),
        {"checker": "no"},
    ),
    "figure in another case": (content((*GOOD[:2], "![the quay](figures/Quay.png)", *GOOD[3:])), {"figures": "no"}),
    "remote figure": (
        content((*GOOD[:2], "![the quay](https://example.org/a.png)", *GOOD[3:])),
        {"remote-figures": "no"},
    ),
    "conflict": (content((*GOOD[:3], "<<<<<<< a\nx y z\n=======\nx y w\n>>>>>>> b", *GOOD[4:])), {"template": "no"}),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_the_course_finds(run: Runner, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    stands, expected = FOUND[name]
    monkeypatch.chdir(pushed(run.folder, stands))
    found = states(run)
    assert {key: found.get(key) for key in expected} == expected
    assert "pushed" not in found or name == "encoding"


def test_a_figure_that_is_only_on_the_disk(run: Runner, work: Path) -> None:
    git(work, "rm", "--quiet", "--cached", "reports/figures/quay.png")
    git(work, "commit", "--quiet", "-m", "lost")
    git(work, "push", "--quiet")
    found = states(run)
    assert (found["figures"], found["pushed"]) == ("no", "no")


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 3\n"


def test_a_figure_that_git_lfs_keeps_elsewhere(run: Runner, work: Path) -> None:
    picture = png(7, 7)
    commit(work, {"reports/figures/quay.png": POINTER.format(hashlib.sha256(picture).hexdigest())})
    git(work, "push", "--quiet")
    write(work, {"reports/figures/quay.png": picture})  # as Git LFS puts it there
    assert states(run) == {"figures": "no"}
    assert "is a pointer of Git LFS, not the picture" in said(run, "figures")
    assert "git lfs untrack" in str(line(run, "figures")["way_out"])
    write(work, {"reports/figures/quay.png": png(8, 8)})
    assert states(run) == {"pushed": "no", "committed": "no", "figures": "no"}


def test_a_report_that_git_lfs_keeps_elsewhere(run: Runner, work: Path) -> None:
    text = report_text(GOOD)
    commit(work, {README: POINTER.format(hashlib.sha256(text.encode()).hexdigest())})
    git(work, "push", "--quiet")
    write(work, {README: text})
    found = states(run)
    assert found.pop("place") == "no"
    assert set(found.values()) == {"unknown"}
    assert "committed" not in found
    assert 'git lfs untrack "*.md"' in str(line(run, "place")["way_out"])


@posix
def test_the_way_out_of_a_partial_clone(run: Runner, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(run.folder / "remote.git", "config", "uploadpack.allowFilter", "true")
    git(run.folder, "clone", "--quiet", "--filter=blob:none", (run.folder / "remote.git").as_uri(), "partial")
    commit(work, {README: changed(2)}, at=MADE + 60)
    git(work, "push", "--quiet")
    partial = run.folder / "partial"
    git(partial, "fetch", "--quiet")
    monkeypatch.chdir(partial)
    before = sorted(path.name for path in (partial / ".git").rglob("*"))
    found = states(run)
    assert found["pushed"] == found["place"] == "unknown"
    assert "committed" not in found
    assert "this is a partial clone" in said(run, "place")
    assert sorted(path.name for path in (partial / ".git").rglob("*")) == before
    follow(partial, commands(line(run, "place")).removesuffix(" fetches them"))
    assert states(run) == {}


def test_figures_that_were_never_fetched(run: Runner, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(run.folder / "remote.git", "config", "uploadpack.allowFilter", "true")
    git(
        run.folder, "clone", "--quiet", "--filter=blob:none", "--no-checkout", (run.folder / "remote.git").as_uri(), "p"
    )
    monkeypatch.chdir(run.folder / "p")
    shutil.copytree(work / "reports", run.folder / "p" / "reports")
    found = states(run)
    assert "no" not in found.values()
    assert found["figures"] == "unknown"


# The deadline


def at_deadline(run: Runner, monkeypatch: pytest.MonkeyPatch, deadline: str) -> tuple[object, str]:
    monkeypatch.chdir(pushed(run.folder, content(rules=f"{RULES}deadline: {deadline}\n")))
    found = line(run, "deadline")
    return found["state"], str(found["message"])


def test_a_clock_that_was_behind_when_it_was_cloned_proves_nothing(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = pushed(run.folder, content(rules=f"{RULES}deadline: 2027-01-15 11:20 +01:00\n"))
    monkeypatch.chdir(work)
    log = work / ".git" / "logs" / "refs" / "remotes" / "origin" / "HEAD"
    log.write_text(log.read_text().replace(str(MADE), str(MADE - 86_400)))
    assert states(run)["deadline"] == "unknown"


def test_time_is_left(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    assert at_deadline(run, monkeypatch, "2027-01-17 17:20 +01:00") == (
        "yes",
        "2 days 5 h left until 2027-01-17 17:20 +01:00",
    )


def test_the_deadline_passed_and_it_was_there(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    state, text = at_deadline(run, monkeypatch, "2027-01-15 11:20 +01:00")
    assert (state, text.rpartition(", and ")[2]) == ("yes", "this commit was there before it")


def test_the_deadline_passed_before_the_commit_was_made(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    state, text = at_deadline(run, monkeypatch, "2027-01-15 08:30 +01:00")
    assert (state, text.rpartition(", and ")[2]) == ("no", "this commit was made 30 minutes after it")


def test_the_commit_that_was_in_time_is_named(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    work = pushed(run.folder, content(rules=f"{RULES}deadline: 2027-01-15 09:30 +01:00\n"))
    first = git(work, "rev-parse", "HEAD")
    commit(work, {README: changed(4)}, at=MADE + 7200)
    git(work, "push", "--quiet")
    monkeypatch.chdir(work)
    assert states(run) == {"deadline": "no"}
    assert f"in time was commit {first[:10]}: git show {first[:10]}:reports/README.md" in said(run, "deadline")


def test_no_deadline(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pushed(run.folder, content(rules=RULES)))
    lines = json.loads(run("handin", "--format", "json").out)["lines"]
    assert "deadline" not in {line["id"] for line in lines}


# Harm


@posix
def test_nothing_that_the_repository_chose_runs(
    run: Runner, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = lay_traps(work, tmp_path, monkeypatch)
    assert states(run) == {}
    write(work, {README: changed(4), "reports/figures/quay.png": png(9, 9)})
    assert states(run) == {"pushed": "no", "committed": "no"}
    assert not ran.exists()


@posix
def test_no_hook_or_filter_runs_at_a_fetch(run: Runner, work: Path) -> None:
    ran = run.folder / "ran"
    trap = run.folder / "trap"
    write(run.folder, {"trap": f"#!/bin/sh\necho $0 >> {ran}\n"})
    trap.chmod(0o755)
    for hook in ("reference-transaction", "post-merge", "post-checkout", "pre-auto-gc", "post-index-change"):
        shutil.copy(trap, work / ".git" / "hooks" / hook)
    git(work, "config", "core.fsmonitor", str(trap))
    git(work, "config", "filter.trap.smudge", str(trap))
    (work / ".gitattributes").write_text("* filter=trap\n")
    ran.unlink(missing_ok=True)  # our own calls above ran the hooks
    states(run, "--fetch")
    assert not ran.exists()


@posix
def test_notes_of_git_that_never_end_are_not_read(run: Runner, work: Path) -> None:
    log = work / ".git" / "logs" / "refs" / "remotes" / "origin" / "HEAD"
    log.unlink()
    os.mkfifo(log)
    (work / ".git" / "FETCH_HEAD").symlink_to("/dev/zero")
    assert states(run) == {"source": "unknown"}


@posix
def test_a_remote_that_is_called_like_an_option_runs_nothing(run: Runner, work: Path) -> None:
    ran = run.folder / "ran"
    settings = work / ".git" / "config"
    settings.write_text(settings.read_text().replace("origin", f"--upload-pack=touch {ran}"))
    assert states(run)["source"] == "unknown"
    assert states(run, "--fetch")["source"] == "unknown"
    assert not ran.exists()


HOSTILE: dict[str, Callable[[Path], object]] = {
    "branch": lambda work: git(work, "checkout", "--quiet", "-b", "x\u202ey"),
    "remote": lambda work: git(work, "remote", "add", "x\u202ey", "https://example.org/a.git"),
}


@posix
@pytest.mark.parametrize("name", HOSTILE)
def test_names_reach_no_terminal_raw(run: Runner, work: Path, name: str) -> None:
    HOSTILE[name](work)
    commit(work, {README: changed(4), "reports/\x1b[31m.md": "x"})
    for form in ("text", "json"):
        out = run("handin", "--format", form).out.decode()
        assert all(character.isprintable() or character == "\n" for character in out), out
