"""`report-tui class`: table, class.csv and class.json byte for byte; deadlines, hostile repositories, lists."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import report_tui
from report_tui.storage import clone_cache
from tests import git_server
from tests.cli.commands import CHECKLIST, GOOD, MIXED, RULES, Runner, golden, png
from tests.faults import hostile
from tests.groups import NOON, commit, copied, forged, repository
from tests.repositories import git, lay_traps
from tests.validation.judging import report_text

DEADLINE = "2026-01-23 12:00 +01:00"
REPORT, FIGURE = "reports/README.md", "reports/figures/quay.png"
links = pytest.mark.skipif(sys.platform == "win32", reason="making links needs rights there")


def text(answers: tuple[str | None, ...] = GOOD) -> str:
    return report_text(answers).replace("## The quay", f"{CHECKLIST}\n## The quay")


def group(folder: Path, answers: tuple[str | None, ...] = GOOD, more: dict[str, str] | None = None) -> Path:
    return repository(folder, {REPORT: text(answers), FIGURE: png(), **(more or {})})


@pytest.fixture
def course(run: Runner) -> Path:
    """A folder with one group of each kind."""
    run.write("rules.yaml", RULES)
    groups = run.folder / "groups"
    group(groups / "group 1")
    group(groups / "group 2", MIXED)
    group(groups / "group 10", (*GOOD[:4], "We ask the pilot", "TODO the rest"))
    repository(groups / "docs", {"docs/report/README.md": text(), "docs/report/figures/quay.png": png()})
    repository(groups / "empty hands", {"README.md": "# Our crane\n"})
    git_only = groups / "no commit"
    git_only.mkdir()
    git(git_only, "init", "--quiet", "--initial-branch=main", "--template=")
    (groups / "no repository").mkdir()
    repository(groups / "not utf-8", {REPORT: text().encode().replace(b"High", b"H\xe4gh")})
    (groups / '=2+3,"<b>').mkdir() if sys.platform != "win32" else None
    (groups / "a file.txt").write_text("no group", encoding="utf-8")
    return groups


@pytest.mark.skipif(sys.platform == "win32", reason="its names may not hold every character")
def test_table_csv_and_json_of_all_kinds(run: Runner, course: Path) -> None:
    result = run("class", "groups", "--rules", "rules.yaml", "--at", DEADLINE, "--out", "out")

    assert result.code == 2
    assert result.err == b"report-tui: written: out/index.html, class.csv and class.json\n"
    golden("class.txt", result.out)
    golden("class.csv", (run.folder / "out/class.csv").read_bytes())
    golden("class.json", (run.folder / "out/class.json").read_bytes())


def test_json_is_what_check_prints_and_more(run: Runner, course: Path) -> None:
    run("class", "groups", "--rules", "rules.yaml", "--out", "out")
    made = json.loads((run.folder / "out/class.json").read_bytes())
    git(course / "group 2", "checkout", "--", ".")
    checked = json.loads(run("check", str(course / "group 2"), "--rules", "rules.yaml", "--format", "json").out)

    (ours,) = [each for each in made["groups"] if each["group"] == "group 2"]
    assert ours["questions"] == checked["questions"]
    assert ours["checklist"] == checked["checklist"]
    assert ours["course_check"] == checked["course_check"]
    assert {"state", "note", "commit", "committed", "branch"} <= ours.keys()


def states(result: bytes) -> dict[str, str]:
    """By group the state; the names hold no double blanks."""
    found = {}
    for line in result.decode().splitlines()[1:]:
        name, state = [part for part in line[2:].split("  ") if part][:2] if "  " in line else ("", "")
        found[name.strip()] = state.strip()
    return found


def test_same_in_several_processes(run: Runner, course: Path) -> None:
    one = run("class", "groups", "--rules", "rules.yaml", "--jobs", "1")
    two = run("class", "groups", "--rules", "rules.yaml", "--jobs", "2")

    assert two.out == one.out and two.code == one.code


# The deadline


def test_last_commit_before_the_deadline_counts(run: Runner) -> None:
    run.write("rules.yaml", RULES)
    folder = group(run.folder / "groups" / "late", MIXED)
    in_time = git(folder, "rev-parse", "HEAD")
    commit(folder, {REPORT: text(GOOD)}, NOON + 1)

    now = run("class", "groups", "--rules", "rules.yaml")
    assert states(now.out)["late"] == "passes" and b"later commits" not in now.out
    result = run("class", "groups", "--rules", "rules.yaml", "--at", DEADLINE, "--out", "out")
    assert states(result.out)["late"] == "problems"
    assert b"  later commits do not count, the newest of 2026-01-23 11:00 UTC\n" in result.out
    (judged,) = json.loads((run.folder / "out/class.json").read_bytes())["groups"]
    assert judged["commit"] == in_time and judged["committed"] == NOON


def test_a_date_that_runs_backwards_counts_and_is_told(run: Runner) -> None:
    run.write("rules.yaml", RULES)
    folder = group(run.folder / "groups" / "set back")
    commit(folder, {REPORT: text(MIXED)}, NOON + 3600)
    commit(folder, {REPORT: text(GOOD)}, NOON - 60)

    told = run("class", "groups", "--rules", "rules.yaml", "--at", DEADLINE).out
    assert states(told)["set back"] == "passes"
    assert b"a commit before it is dated 2026-01-23 12:00 UTC: somebody's clock is wrong, or set\n" in told

    commit(folder, {REPORT: text(MIXED)}, NOON + 60)
    again = run("class", "groups", "--rules", "rules.yaml", "--at", DEADLINE).out
    assert states(again)["set back"] == "passes" and b"newest of 2026-01-23 11:01 UTC; a commit before it" in again


def test_rules_name_the_deadline_where_nobody_else_does(run: Runner) -> None:
    run.write("rules.yaml", RULES.replace("templates:", f"deadline: {DEADLINE}\ntemplates:"))
    commit(group(run.folder / "groups" / "late", MIXED), {REPORT: text(GOOD)}, NOON + 1)

    assert states(run("class", "groups", "--rules", "rules.yaml").out)["late"] == "problems"
    later = run("class", "groups", "--rules", "rules.yaml", "--at", "2026-01-23 12:01 +01:00")
    assert states(later.out)["late"] == "passes"


def test_nothing_before_the_deadline_is_missing_but_not_in_a_shallow_clone(run: Runner) -> None:
    run.write("rules.yaml", RULES)
    source = group(run.folder / "source")
    commit(source, {REPORT: text(MIXED)}, NOON + 7200)
    groups = run.folder / "groups"
    groups.mkdir()
    git(groups, "clone", "--quiet", "--depth=1", source.as_uri(), "shallow")
    git(groups, "clone", "--quiet", source.as_uri(), "whole")

    early = run("class", "groups", "--rules", "rules.yaml", "--at", "2026-01-22 12:00 +01:00")
    found = states(early.out)
    assert (found["shallow"], found["whole"]) == ("unreadable", "missing")
    assert b"git fetch --unshallow" in early.out
    found = states(run("class", "groups", "--rules", "rules.yaml", "--at", DEADLINE).out)
    assert (found["shallow"], found["whole"]) == ("unreadable", "passes")


def test_the_remotes_branch_counts_and_not_the_working_tree(run: Runner) -> None:
    run.write("rules.yaml", RULES)
    source = group(run.folder / "source")
    groups = run.folder / "groups"
    groups.mkdir()
    git(groups, "clone", "--quiet", source.as_uri(), "pushed")
    commit(groups / "pushed", {REPORT: text(MIXED)}, NOON)
    (groups / "pushed" / REPORT).write_text("nothing", encoding="utf-8")

    assert states(run("class", "groups", "--rules", "rules.yaml").out)["pushed"] == "passes"


# The staff's rules


def test_a_groups_own_rules_are_not_looked_at(run: Runner) -> None:
    run.write("rules.yaml", RULES)
    easy = RULES.replace("words: [4, 9]", "words: [0, 9000]")
    answers = (GOOD[0], "It lifts " + "crates " * 40, *GOOD[2:])
    group(run.folder / "groups" / "sly", answers, {"reports/report-rules.yaml": easy})

    assert states(run("class", "groups", "--rules", "rules.yaml").out)["sly"] == "problems"


def test_limits_of_the_groups_own_prompts_are_never_green(run: Runner) -> None:
    group(run.folder / "groups" / "other")

    result = run("class", "groups")
    assert states(result.out)["other"] == "problems"
    assert b"guessed from its own prompts" in result.out and result.code == 1


# Hostile repositories


@links
def test_nothing_is_followed_out_of_a_repository(run: Runner) -> None:
    secret = run.write("secret/reports/README.md", text())
    run.write("secret/reports/figures/quay.png", png())
    run.write("rules.yaml", RULES)
    groups = run.folder / "groups"
    elsewhere = str(secret).encode()
    forged(groups / "link", {REPORT: ("120000", elsewhere)})
    forged(groups / "link folder", {"reports": ("120000", str(secret.parent).encode())})
    forged(groups / "submodule", {"reports": ("160000", b"1" * 40)})
    forged(groups / "folder", {f"{REPORT}/x": ("100644", b"x")})
    forged(
        groups / "link figure",
        {REPORT: ("100644", text().encode()), FIGURE: ("120000", bytes(secret.parent / "figures/quay.png"))},
    )
    whole = group(run.folder / "source")
    (groups / "link to a clone").symlink_to(whole)
    (groups / "pointer").mkdir()
    (groups / "pointer" / ".git").write_text(f"gitdir: {whole / '.git'}\n", encoding="utf-8")
    borrowed = copied(whole, groups / "borrowed")
    (borrowed / ".git/objects/info").mkdir(exist_ok=True)
    (borrowed / ".git/objects/info/alternates").write_text(f"{whole}/.git/objects\n", encoding="utf-8")
    broken = copied(whole, groups / "broken")
    (broken / ".git/HEAD").unlink()

    result = run("class", "groups", "--rules", "rules.yaml", "--out", "out")

    found = states(result.out)
    assert found.pop("link figure") == "problems"
    named = ("link", "link folder", "submodule", "folder", "link to a clone", "pointer", "borrowed", "broken")
    assert {name: found[name] for name in named} == dict.fromkeys(named, "unreadable")
    assert not list((run.folder / "out/figures").iterdir())


@links
def test_a_pipe_in_a_repository_keeps_nobody_waiting(run: Runner) -> None:
    folder = group(run.folder / "groups" / "piped")
    os.mkfifo(folder / ".git" / "packed-refs")

    result = run("class", "groups")
    assert states(result.out)["piped"] == "unreadable" and b"its git repository is damaged" in result.out


@links
def test_a_damaged_clone_is_not_taken_for_the_repository_around_it(run: Runner) -> None:
    run.write("rules.yaml", RULES)
    around = group(run.folder / "around")
    for number, name in enumerate(("plain", "damaged")):
        (around / "groups" / name).mkdir(parents=True)
        if number:
            (around / "groups" / name / ".git").mkdir()

    found = states(run("class", "around/groups", "--rules", "rules.yaml").out)
    assert (found["plain"], found["damaged"]) == ("unreadable", "unreadable")


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_no_program_of_a_repository_runs(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run.write("rules.yaml", RULES)
    folder = group(run.folder / "groups" / "trapped", more={".gitattributes": "* filter=trap diff=trap text=auto\n"})
    commit(folder, {REPORT: text(MIXED)}, NOON + 1)
    traps = tmp_path / "traps"
    traps.mkdir()
    ran = lay_traps(folder, traps, monkeypatch)

    result = run("class", "groups", "--rules", "rules.yaml", "--at", DEADLINE, "--out", "out")
    assert states(result.out)["trapped"] == "passes"
    assert not ran.exists()


def test_large_files_are_not_read(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    run.write("rules.yaml", RULES)
    repository(run.folder / "groups" / "large", {REPORT: b"x" * 2_000_001})
    repository(run.folder / "groups" / "huge", {REPORT: b"x" * 20_000_001})
    repository(run.folder / "groups" / "crowded", {REPORT: hostile.TOO_MUCH["headings"]()})

    result = run("class", "groups", "--rules", "rules.yaml")
    found = states(result.out)
    assert (found["large"], found["huge"], found["crowded"]) == ("unreadable", "unreadable", "unreadable")
    assert b"reports/README.md is too large to be read: 20,005 headings, more than 20,000" in result.out
    assert b"has 2,000,001 bytes, more than the 2,000,000 that are judged" in result.out
    assert b"is larger than 20 MB" in result.out


@links
def test_names_are_names_and_nothing_else(run: Runner) -> None:
    run.write("rules.yaml", RULES)
    made = group(run.folder / "source")
    names = ("..\n\x1b[31m::error::x", "con", "<script>ran(1)<", "=cmd|' -C calc'!A0", "ÆØÅ " + "x" * 200, "con.html")
    for name in names:
        copied(made, run.folder / "groups" / name)

    result = run("class", "groups", "--rules", "rules.yaml", "--out", "out")

    assert result.code == 0
    assert b"\x1b" not in result.out and b"\n::" not in result.out
    assert len(result.out.splitlines()) == len(names) + 2
    pages = sorted(path.name for path in (run.folder / "out/groups").iterdir())
    assert len(pages) == len(names) and all(name.isascii() and len(name) < 60 for name in pages)
    sheet = (run.folder / "out/class.csv").read_bytes()
    assert b"\r\n'=cmd|' -C calc'!A0,passes," in sheet and sheet.count(b"\r\n") == len(names) + 1
    assert b"<script>ran" not in (run.folder / "out/index.html").read_bytes()


# What is written


def test_made_again_old_pages_go_and_other_files_stay(run: Runner) -> None:
    run.write("rules.yaml", RULES)
    made = group(run.folder / "source")
    copied(made, run.folder / "groups" / "one")
    gone = copied(made, run.folder / "groups" / "two")
    run("class", "groups", "--rules", "rules.yaml", "--out", "out")
    assert len(list((run.folder / "out/groups").iterdir())) == 2
    notes = (run.write("out/grades.xlsx", "1"), run.write("out/groups/notes.txt", "2"))
    gone.rename(run.folder / "elsewhere")

    run("class", "groups", "--rules", "rules.yaml", "--out", "out")

    names = sorted(path.name.partition("-")[0] for path in (run.folder / "out/groups").iterdir())
    assert names == ["notes.txt", "one"]
    assert [path.read_text(encoding="utf-8") for path in notes] == ["1", "2"]
    assert sorted(path.name for path in (run.folder / "out").iterdir()) == [
        "class.csv", "class.json", "figures", "grades.xlsx", "groups", "index.html", "questions",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ("index.html", "class.csv", "groups/a.html"))
def test_nothing_of_somebody_elses_is_written_over(run: Runner, name: str) -> None:
    run.write("rules.yaml", RULES)
    group(run.folder / "groups" / "one")
    theirs = run.write(f"out/{name}", "mine")

    result = run("class", "groups", "--rules", "rules.yaml", "--out", "out")

    assert result.code == 2 and result.out == b""
    assert result.err.startswith(b"report-tui: out: holds ") and result.err.count(b"\n") == 1
    assert theirs.read_text(encoding="utf-8") == "mine"


def test_the_folder_of_the_pages_is_no_group(run: Runner) -> None:
    run.write("rules.yaml", RULES)
    group(run.folder / "groups" / "one")

    for _ in range(2):
        result = run("class", "groups", "--rules", "rules.yaml", "--out", "groups/out")
        assert result.code == 0 and b"1 group: 1 well" in result.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    (
        (("groups", "--at", "2026-01-23 12:00"), "--at needs the offset from UTC behind the time"),
        (("groups", "--at", "tomorrow"), "--at must be a day, a time and the offset from UTC"),
        (("groups/one",), "groups/one: is itself a clone; name the folder that holds the groups' clones"),
        (("groups/nothing",), "groups/nothing: does not exist"),
        (("hollow",), "hollow: holds no folders; name the folder that holds the groups' clones"),
        (("groups", "--out", "./groups/"), "--out is the folder of the clones"),
        (("none",), "none: "),
        (("groups", "--jobs", "0"), "argument --jobs: '0' is no number of processes, such as 4"),
        ((), "the following arguments are required: FOLDER-OR-LIST"),
    ),
)
def test_what_makes_no_sense_is_one_line(run: Runner, arguments: tuple[str, ...], said: str) -> None:
    group(run.folder / "groups" / "one")
    (run.folder / "hollow").mkdir()

    result = run("class", *arguments)

    assert result.code == 2 and result.out == b""
    assert said in result.err.decode() and result.err.count(b"\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="ctrl+c reaches the tests themselves there")
def test_ctrl_c_in_the_middle_ends_it_all_and_leaves_what_was_there(run: Runner) -> None:
    run.write("rules.yaml", RULES)
    made = group(run.folder / "source")
    copied(made, run.folder / "groups" / "group 0")
    run("class", "groups", "--rules", "rules.yaml", "--out", "out")
    before = {path: path.read_bytes() for path in (run.folder / "out").rglob("*") if path.is_file()}
    for number in range(1, 120):
        copied(made, run.folder / "groups" / f"group {number}")

    command = [sys.executable, "-m", "report_tui", "class", "groups", "--rules", "rules.yaml", "--out", "out"]
    environment = {**os.environ, "PYTHONPATH": str(Path(report_tui.__file__).parent.parent)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, start_new_session=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        # As a terminal does it: all processes hear of it.
        os.killpg(process.pid, signal.SIGINT)
        # At the end of both streams nobody has them open any more.
        out, err = process.communicate(timeout=60)

    assert b"group 1 " in lines[2] and len(out.splitlines()) < 100
    assert (process.returncode, err) == (130, b"")
    assert {path: path.read_bytes() for path in (run.folder / "out").rglob("*") if path.is_file()} == before


# Lists


@pytest.fixture
def cache(run: Runner, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = run.folder / "cache"
    monkeypatch.setattr(clone_cache, "cache_folder", lambda: folder)
    return folder


def test_a_list_is_fetched_and_judged_and_fetched_again(run: Runner, cache: Path) -> None:
    run.write("rules.yaml", RULES)
    source = group(run.folder / "source", MIXED)
    git(source, "config", "uploadpack.allowFilter", "true")
    (run.folder / "empty").mkdir()
    git(run.folder / "empty", "init", "--quiet", "--bare")
    run.write(
        "list.yaml",
        "schema_version: 1\ngroups:\n"
        f"  - {{name: there, repository: '{source.as_uri()}'}}\n"
        "  - {name: nowhere, repository: ./none.git}\n"
        "  - {name: empty, repository: ./empty}\n",
    )

    first = run("class", "list.yaml", "--rules", "rules.yaml", "--out", "out")
    found = states(first.out)
    assert (found["there"], found["nowhere"], found["empty"]) == ("problems", "could not fetch", "missing")
    assert first.code == 2 and b"\x1b" not in first.err

    commit(source, {REPORT: text(GOOD)}, NOON + 60)
    assert states(run("class", "list.yaml", "--rules", "rules.yaml").out)["there"] == "passes"
    late = run("class", "list.yaml", "--rules", "rules.yaml", "--at", DEADLINE)
    assert states(late.out)["there"] == "problems"


def test_what_an_interrupted_run_left_is_no_obstacle(run: Runner, cache: Path) -> None:
    run.write("rules.yaml", RULES)
    source = group(run.folder / "source")
    run.write("list.yaml", f"schema_version: 1\ngroups:\n  - {{name: there, repository: '{source.as_uri()}'}}\n")
    run("class", "list.yaml", "--rules", "rules.yaml")
    (content,) = cache.glob("*/content.git")
    (content / "shallow.lock").write_bytes(b"")
    (content / "HEAD").write_bytes(b"")

    assert states(run("class", "list.yaml", "--rules", "rules.yaml").out)["there"] == "passes"


def listed(run: Runner, **groups: str) -> None:
    lines = "".join(f"  - {{name: {name}, repository: '{address}'}}\n" for name, address in groups.items())
    run.write("list.yaml", f"schema_version: 1\ngroups:\n{lines}")


def test_without_a_way_to_the_server_what_was_fetched_stays(run: Runner, cache: Path) -> None:
    run.write("rules.yaml", RULES)
    source = group(run.folder / "source")
    listed(run, there=source.as_uri())
    run("class", "list.yaml", "--rules", "rules.yaml")
    before = {path: path.read_bytes() for path in cache.rglob("*") if path.is_file() and "objects" in path.parts}
    assert before

    source.rename(run.folder / "away")
    away = run("class", "list.yaml", "--rules", "rules.yaml")
    assert states(away.out)["there"] == "could not fetch"
    assert {path: path.read_bytes() for path in cache.rglob("*") if path.is_file() and path in before} == before
    assert len(list(cache.iterdir())) == 1

    (run.folder / "away").rename(source)
    assert states(run("class", "list.yaml", "--rules", "rules.yaml").out)["there"] == "passes"


@pytest.mark.skipif(not git_server.is_there(), reason="this git cannot serve over http")
@pytest.mark.parametrize("can_filter", (True, False))
def test_a_server_over_http(run: Runner, cache: Path, can_filter: bool) -> None:
    run.write("rules.yaml", RULES)
    source = group(run.folder / "served/one")
    git(source, "config", "uploadpack.allowFilter", str(can_filter).lower())
    commit(source, {REPORT: text(MIXED)}, NOON + 3600)
    with git_server.serving(run.folder / "served") as host:
        listed(run, one=f"{host}/one/.git", none=f"{host}/none.git", shut=f"{host}/private/one.git")
        newest = run("class", "list.yaml", "--rules", "rules.yaml")
        timely = run("class", "list.yaml", "--rules", "rules.yaml", "--at", DEADLINE)

    assert states(newest.out) == states(newest.out) | {"one": "problems", "none": "could not fetch"}
    assert states(timely.out)["one"] == "passes"
    assert b"later commits do not count, the newest of 2026-01-23 12:00 UTC" in timely.out
    assert b"the server asks for a name and a password, and git knows none" in newest.out


def test_a_list_that_is_wrong_is_said_with_its_lines(run: Runner) -> None:
    run.write("list.yaml", "schema_version: 1\ngroups:\n  - {name: a}\n  - {name: a, repository: 'ext::x'}\n")

    result = run("class", "list.yaml")

    assert result.code == 2 and result.out == b""
    assert result.err.decode().splitlines() == [
        "report-tui: list.yaml:3:5: missing key 'repository'",
        "report-tui: list.yaml:4:12: duplicate name 'a', first on line 3",
        "report-tui: list.yaml:4:27: repository must be an address such as 'https://host/group.git', "
        "'git@host:group.git' or a path that begins with '/', './' or '~/'",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
@pytest.mark.parametrize("where", ("core.sshCommand", "GIT_SSH_COMMAND", "GIT_SSH"))
def test_ssh_is_the_users_own_and_why_it_fails_is_said(
    run: Runner, cache: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    program = run.write("my-ssh", "#!/bin/sh\necho 'git@example.org: Permission denied (publickey).' >&2\nexit 255\n")
    program.chmod(0o755)
    settings = run.write("settings", f"[core]\nsshCommand = {program}\n" if where.startswith("core") else "")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    for name in ("GIT_SSH_COMMAND", "GIT_SSH"):
        monkeypatch.delenv(name, raising=False)
    if not where.startswith("core"):
        monkeypatch.setenv(where, str(program))
    listed(run, shut="git@example.org:crew/one.git")

    result = run("class", "list.yaml")
    assert states(result.out)["shut"] == "could not fetch"
    assert b"git says: git@example.org: Permission denied (publickey)." in result.out


@pytest.mark.skipif(not git_server.is_there(), reason="this git cannot serve over http")
def test_a_server_that_never_answers_stops_nobody(run: Runner, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clone_cache, "SECONDS", 0.5)
    monkeypatch.setattr(clone_cache, "_SILENT", 0.1)
    with git_server.serving(run.folder) as host:
        listed(run, **{f"slow{number}": f"{host}/slow/{number}.git" for number in range(20)})
        result = run("class", "list.yaml")

    assert set(states(result.out).values()) - {""} == {"could not fetch"}
    assert b"git was not done within 0.5 seconds" in result.out
    assert b"not asked: 127.0.0.1 did not answer for 4 other groups; run it again later" in result.out
