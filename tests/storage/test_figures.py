"""What stands where a report's figures should be, on a real disk."""

from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from report_tui.storage.figures import look_up
from report_tui.validation.figure_facts import FigureFact, FigureState
from report_tui.validation.ruleset import FigureRules

RULES = FigureRules()

links_needed = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A report's folder with figures, and something beside it that is none of its business."""
    folder = tmp_path / "reports"
    for name in (
        "figures/trial-map.png",
        "figures/Harbour 1.JPG",
        "figures/sub/deep.png",
        "figures/50%.png",
        "figures/notes.txt",
        "assets/logo.png",
        "README.md",
        "../secret.png",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    return folder


def fact(folder: Path, target: str, rules: FigureRules = RULES) -> FigureFact:
    facts = look_up(folder, [target], rules)
    assert list(facts) == [target]
    assert facts[target].target == target
    return facts[target]


def bare(folder: Path, target: str) -> FigureFact:
    """What is known of the target, without what is known of a file."""
    return fact(folder, target)._replace(file=None)


@pytest.mark.parametrize(
    ("target", "state"),
    [
        ("figures/trial-map.png", "found"),
        ("./figures/trial-map.png", "found"),
        ("figures/sub/../trial-map.png", "found"),
        ("nowhere/../figures/trial-map.png", "found"),
        ("figures//trial-map.png", "found"),
        (" figures/trial-map.png ", "found"),
        ("figures/trial-map.png?raw=true", "found"),
        ("figures/trial-map.png#top", "found"),
        ("figures/Harbour%201.JPG", "found"),
        ("figures/Harbour 1.JPG", "found"),
        ("figures/sub/deep.png", "found"),
        ("%66igures/trial-map.png", "found"),
        ("figures/50%25.png", "found"),
        ("assets/logo.png", "outside-folder"),
        ("README.md", "outside-folder"),
        ("figures/../README.md", "outside-folder"),
        ("../secret.png", "outside-report"),
        ("figures/../../secret.png", "outside-report"),
        ("%2e%2e/secret.png", "outside-report"),
        ("..%2fsecret.png", "outside-report"),
        ("..\\secret.png", "outside-report"),
        ("../reports/figures/trial-map.png", "outside-report"),
        ("/etc/passwd", "outside-report"),
        ("%2Fetc/passwd", "outside-report"),
        ("C:\\Users\\me\\plot.png", "outside-report"),
        ("c:plot.png", "outside-report"),
        ("C%3A/plot.png", "outside-report"),
        ("\\\\server\\share\\plot.png", "outside-report"),
        ("figures", "not-a-file"),
        ("figures/", "not-a-file"),
        ("figures/sub", "not-a-file"),
        ("figures/trial-map.png/", "not-a-file"),
        ("https://example.org/plot.png", "remote"),
        ("HTTP://example.org/plot.png", "remote"),
        ("//example.org/plot.png", "remote"),
        ("data:image/png;base64,AAAA", "remote"),
        ("java\tscript:alert(1)", "remote"),
        ("\x01 ftp://example.org/plot.png", "remote"),
        ("file:///etc/passwd", "remote"),
        ("", "missing"),
        (".", "missing"),
        ("#top", "missing"),
        ("figures/nothing-like-it.gif", "missing"),
        ("figures/trial-map.png/x", "missing"),
        ("figures/trial-map.png\0.jpg", "missing"),
        ("figures/%00.png", "missing"),
        ("figures/%FF%FE.png", "missing"),
        ("figures/\ud800.png", "missing"),
        ("figures/trial-map.png ./x", "missing"),
        ("~/plot.png", "missing"),
        ("a/" * 2500, "missing"),
        ("x" * 5000, "missing"),
        ("../" * 2000, "outside-report"),
        ("./" * 2000 + "figures/trial-map.png", "found"),
    ],
)
def test_states(folder: Path, target: str, state: str) -> None:
    assert fact(folder, target).state == state


@pytest.mark.parametrize(
    ("target", "actual"),
    [
        ("figures/Trial-Map.png", "figures/trial-map.png"),
        ("figures/trial-map.PNG", "figures/trial-map.png"),
        ("figures/harbour%201.jpg", "figures/Harbour 1.JPG"),
        ("Figures/trial-map.png", "figures/trial-map.png"),
        ("FIGURES/SUB/Deep.png", "figures/sub/deep.png"),
    ],
)
def test_wrong_case(folder: Path, target: str, actual: str) -> None:
    assert bare(folder, target) == FigureFact(target, FigureState.WRONG_CASE, actual=actual)


@pytest.mark.parametrize(
    ("target", "nearest"),
    [
        ("figures/trial_map.png", "figures/trial-map.png"),
        ("figures/TRIAL_MAP.jpg", "figures/trial-map.png"),
        ("trial-map.png", "figures/trial-map.png"),
        ("images/Harbour1.JPG", "figures/Harbour 1.JPG"),
        ("figures\\trial-map.png", "figures/trial-map.png"),
        ("figures%2Ftrial-map.png", "figures/trial-map.png"),
        ("figures/note.txt", None),
        ("figures/completely-different.gif", None),
        ("figures/" + "trial-map" * 100, None),
    ],
)
def test_nearest_name_for_a_missing_one(folder: Path, target: str, nearest: str | None) -> None:
    assert fact(folder, target) == FigureFact(target, FigureState.MISSING, nearest=nearest)


def test_exact_name_wins_over_another_case(folder: Path) -> None:
    (folder / "figures" / "Trial-Map.png").write_bytes(b"y")
    if len(list((folder / "figures").glob("[tT]rial*"))) == 1:
        pytest.skip("this file system takes both for one name")
    for name in ("figures/Trial-Map.png", "figures/trial-map.png"):
        assert bare(folder, name) == FigureFact(name, FigureState.FOUND)


def test_accents_in_another_unicode_form(folder: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "kørsel-å.png")
    (folder / "figures" / decomposed).write_bytes(b"x")
    one_name_for_both = (folder / "figures" / "kørsel-å.png").exists()  # as on macOS
    expected = (
        FigureFact("figures/kørsel-å.png", FigureState.FOUND)
        if one_name_for_both
        else FigureFact("figures/kørsel-å.png", FigureState.WRONG_CASE, actual=f"figures/{decomposed}")
    )
    assert bare(folder, "figures/kørsel-å.png") == expected


COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "kørsel-å.png") for form in ("NFC", "NFD"))


def test_both_forms_in_one_folder(folder: Path) -> None:
    for name in (COMPOSED, DECOMPOSED):
        (folder / "figures" / name).write_bytes(b"x")
    if len(list((folder / "figures").glob("k*"))) == 1:
        pytest.skip("this file system takes both for one name")
    for name in (COMPOSED, DECOMPOSED):
        assert bare(folder, f"figures/{name}") == FigureFact(f"figures/{name}", FigureState.FOUND)


@pytest.mark.parametrize(
    ("rules_folder", "target", "state"),
    [
        ("assets", "assets/logo.png", "found"),
        ("assets", "figures/trial-map.png", "outside-folder"),
        ("figures/sub", "figures/sub/deep.png", "found"),
        ("figures/sub/", "figures/trial-map.png", "outside-folder"),
        (".", "assets/logo.png", "found"),
    ],
)
def test_figures_folder_of_the_rules(folder: Path, rules_folder: str, target: str, state: str) -> None:
    assert fact(folder, target, FigureRules(folder=rules_folder)).state == state


def test_report_folder_that_is_not_there(tmp_path: Path) -> None:
    assert fact(tmp_path / "nowhere", "figures/trial-map.png").state is FigureState.MISSING


def test_relative_report_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    assert fact(Path("reports"), "figures/trial-map.png").state is FigureState.FOUND
    monkeypatch.chdir(folder)
    assert fact(Path(), "figures/trial-map.png").state is FigureState.FOUND
    assert fact(Path(), "../secret.png").state is FigureState.OUTSIDE_REPORT


@links_needed
@pytest.mark.parametrize(
    ("points_to", "target", "state"),
    [
        ("trial-map.png", "figures/link", "found"),
        ("../assets/logo.png", "figures/link", "found"),
        ("../../secret.png", "figures/link", "outside-report"),
        ("/etc/passwd", "figures/link", "outside-report"),
        ("/nowhere/at/all", "figures/link", "outside-report"),
        ("../..", "figures/link/secret.png", "outside-report"),
        ("../..", "figures/link/reports/figures/trial-map.png", "outside-report"),
        ("..", "figures/link/figures/trial-map.png", "found"),
        ("nothing", "figures/link", "missing"),
        ("link", "figures/link", "unreadable"),
        ("sub", "figures/link", "not-a-file"),
        ("sub", "figures/link/deep.png", "found"),
    ],
)
def test_links(folder: Path, points_to: str, target: str, state: str) -> None:
    (folder / "figures" / "link").symlink_to(points_to)
    assert fact(folder, target).state == state


@links_needed
def test_a_link_to_nothing_is_never_the_nearest(folder: Path) -> None:
    (folder / "figures" / "chart.png").symlink_to("gone.png")
    assert fact(folder, "figures/chart.png") == FigureFact("figures/chart.png", FigureState.MISSING)
    assert fact(folder, "figures/charts.png") == FigureFact("figures/charts.png", FigureState.MISSING)
    (folder / "figures" / "chart-2.png").write_bytes(b"x")
    assert fact(folder, "figures/chart.png").nearest == "figures/chart-2.png"


@links_needed
def test_report_folder_that_is_itself_a_link(folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder)
    assert fact(folder.parent / "link", "figures/trial-map.png").state is FigureState.FOUND


@links_needed
def test_figures_folder_elsewhere_gives_no_names_away(folder: Path) -> None:
    (folder / "pictures").symlink_to(folder.parent)
    rules = FigureRules(folder="pictures")
    assert fact(folder, "pictures/secre.png", rules).state is FigureState.OUTSIDE_REPORT
    assert fact(folder, "secre.png", rules) == FigureFact("secre.png", FigureState.MISSING)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs")
def test_fifo(folder: Path) -> None:
    os.mkfifo(folder / "figures" / "fifo.png")
    assert fact(folder, "figures/fifo.png").state is FigureState.NOT_A_FILE


@pytest.mark.permissions
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_may_not_be_looked_at(folder: Path) -> None:
    (folder / "figures" / "trial-map.png").chmod(0)
    assert fact(folder, "figures/trial-map.png").state is FigureState.UNREADABLE
    (folder / "figures").chmod(0)
    try:
        assert fact(folder, "figures/50%25.png").state is FigureState.UNREADABLE
    finally:
        (folder / "figures").chmod(0o755)


def test_thousands_of_figures_and_references(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3000):
        (folder / "figures" / f"run-{number}.png").touch()
    listed = list[Path]()
    listdir = os.listdir

    def counted(path: Path) -> list[str]:
        listed.append(path)
        return listdir(path)

    monkeypatch.setattr(os, "listdir", counted)
    there = [f"figures/run-{number}.png" for number in range(3000)]
    absent = [f"figures/run-{number}.jpg" for number in range(3000)]
    facts = look_up(folder, [*there, *absent, *there], RULES)
    assert [facts[target].state for target in there] == [FigureState.FOUND] * 3000
    assert [facts[target].state for target in absent] == [FigureState.MISSING] * 3000
    assert sum(facts[target].nearest is not None for target in absent) == 40
    assert len(listed) == len(set(listed)) == 2


@given(
    st.one_of(st.text(), st.lists(st.sampled_from(["..", ".", "", "figures", "sub", "%2e", "\\", "C:"])).map("/".join))
)
@example("\udcff")
@example("%")
@example("figures/" + "å" * 300)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_target_gets_a_fact(folder: Path, target: str) -> None:
    assert fact(folder, target).state in FigureState
