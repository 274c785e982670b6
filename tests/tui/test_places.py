"""What a typed path means to the small file browser, and the lines that it leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_tui.storage.picture_places import Entry, Listing
from report_tui.tui.view_models import amounts, places
from report_tui.tui.view_models.places import Mark, PlaceRow

HOME = Path("/home/me")
HERE = Path("/data/plots")
LISTING = Listing(
    HERE,
    (
        Entry("old runs", is_folder=True),
        Entry("Trial map.png", is_folder=False, size=214_000, changed=900),
        Entry("trial.png", is_folder=False, size=61_000, changed=100),
    ),
)
OFFER = PlaceRow(places.CLIPBOARD, Mark.OFFER, "the picture in the clipboard", note="F5")


@pytest.mark.parametrize(
    ("typed", "folder", "rest"),
    [
        ("tri", "/data/plots", "tri"),
        ("old runs/", "/data/plots/old runs", ""),
        ("old runs/x", "/data/plots/old runs", "x"),
        ("..", "/data", ""),
        ("../x.png", "/data", "x.png"),
        (".", "/data/plots", ""),
        ("~", "/home/me", ""),
        ("~/", "/home/me", ""),
        ("~/Down", "/home/me", "Down"),
        ("~other", "/data/plots", "~other"),
        ("/", "/", ""),
        ("/etc", "/", "etc"),
        ("'/tmp/my map.png'", "/tmp", "my map.png"),
        ("/tmp/my\\ map.png ", "/tmp", "my map.png"),
        ("/tmp/my map.png", "/tmp", "my map.png"),
        ("file:///tmp/my%20map.png", "/tmp", "my map.png"),
    ],
)
def test_a_typed_path(typed: str, folder: str, rest: str) -> None:
    assert places.wish(typed, HERE, HOME) == (Path(folder), rest)


def test_the_path_of_a_wish() -> None:
    assert places.wish("tri", HERE, HOME).path == HERE / "tri"
    assert places.wish("~/", HERE, HOME).path == HOME


def test_a_folder_without_a_path_typed() -> None:
    rows = places.rows(LISTING, "", [OFFER], "~/plots", now=1_000)
    assert [row.name for row in rows] == [
        "the picture in the clipboard",
        "~/plots",
        "..",
        "old runs/",
        "Trial map.png",
        "trial.png",
    ]
    assert rows[4] == PlaceRow(places.FIRST_ENTRY + 1, Mark.PICTURE, "Trial map.png", "214 kB", "1 min ago")


def test_a_name_leaves_the_entries_that_hold_it_and_keeps_their_ids() -> None:
    rows = places.rows(LISTING, "TRIAL", [OFFER], "~/plots", now=1_000)
    assert [(row.id, row.name) for row in rows] == [(None, "~/plots"), (11, "Trial map.png"), (12, "trial.png")]
    rows = places.rows(LISTING, "qq\x1b[2J", [OFFER], "~/plots", now=1_000)
    assert [row.name for row in rows] == ["~/plots: no picture with qq[2J in its name"]


@pytest.mark.parametrize(
    ("rest", "number"),
    [("trial.png", 12), ("TRIAL.PNG", 12), ("Trial map.png", 11), ("tri", 11), ("map", 11), ("qq", None)],
)
def test_the_likeliest_entry_comes_first(rest: str, number: int | None) -> None:
    rows = places.rows(LISTING, rest, [OFFER], "~/plots", now=1_000)
    assert next((row.id for row in rows if row.id is not None), None) == number


def test_where_each_line_leads() -> None:
    assert places.place_of(LISTING, places.ABOVE) == Path("/data")
    assert places.place_of(LISTING, 11) == HERE / "Trial map.png"
    assert places.place_of(LISTING, 99) is None
    assert places.place_of(LISTING, places.CLIPBOARD) is None
    assert [places.is_folder(LISTING, number) for number in (places.ABOVE, 10, 11, 99)] == [True, True, False, False]
    assert places.id_of(LISTING, "trial.png") == 12
    assert places.id_of(LISTING, "qq") is None


def test_what_is_said_of_a_folder_as_a_whole() -> None:
    def title(listing: Listing) -> PlaceRow:
        return places.rows(listing, "", [], "~/plots", now=0)[0]

    assert title(Listing(HERE, problem="may not be read")) == (None, Mark.PROBLEM, "~/plots may not be read", "", "")
    assert title(Listing(HERE)).name == "~/plots: no pictures"
    cut = title(LISTING._replace(cut=True))
    assert cut.mark is Mark.PROBLEM
    assert cut.name == "~/plots: only 3 of its folders and pictures can be found by a part of the name"


def test_of_a_large_folder_the_likeliest_are_shown() -> None:
    names = [f"plot-{number}.png" for number in range(2_000)]
    large = Listing(HERE, tuple(Entry(name, is_folder=False) for name in names))
    rows = places.rows(large, "", [], "~/plots", now=0)
    assert rows[0].name == "~/plots: the first 500 of 2,000; type a part of the name"
    assert [row.name for row in rows[2:]] == names[:500]
    rows = places.rows(large, "plot-1999.png", [], "~/plots", now=0)
    assert [row.name for row in rows] == ["~/plots", "plot-1999.png"]
    rows = places.rows(Listing(HERE, (*large.entries, Entry("p", is_folder=True))), "p", [], "~/plots", now=0)
    assert (rows[1].name, rows[2].name, len(rows)) == ("p/", "plot-0.png", 501)


def test_no_way_up_from_the_top() -> None:
    assert [row.name for row in places.rows(Listing(Path("/")), "", [], "/", now=0)] == ["/: no pictures"]


@pytest.mark.parametrize("name", ["a\nb.png", "\x1b]0;x\x07.png", "\u202egnp.exe.png", "\udcff.png"])
def test_hostile_names_are_clean_lines(name: str) -> None:
    listing = Listing(HERE, (Entry(name, is_folder=False), Entry(name, is_folder=True)))
    shown = [row.name for row in places.rows(listing, "", [], places.folder_name(HERE / name, HOME), now=0)]
    shown.append(places.screenshot_row(name, 0, "").name)
    assert all(line.isprintable() and line.encode() for line in shown)


def test_a_folder_for_a_person() -> None:
    assert places.folder_name(HOME / "Pictures", HOME) == str(Path("~/Pictures"))
    assert places.folder_name(HOME, HOME) == "~"
    assert places.folder_name(HERE, HOME) == str(HERE)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_950, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (6_100_000, "6.1 MB"),
        (2_000_000_000_000, "2,000 GB"),
    ],
)
def test_sizes(count: int, text: str) -> None:
    assert amounts.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3_600, "1 h ago"),
        (86_400, "1 day ago"),
        (200_000, "2 days ago"),
        (86_400 * 800, "2 years ago"),
    ],
)
def test_ages(seconds: float, text: str) -> None:
    assert amounts.age(seconds) == text
