"""Each check of figures as a table: text and facts in, exact findings out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureState
from report_tui.validation.finding import Status
from report_tui.validation.ruleset import FigureRules, QuestionRule
from tests.validation.judging import FIRST, FREE, codes, facts, file_fact, judged, told

FIGURE = QuestionRule(1, "Map", None, (1, 2))
FIGURES = QuestionRule(1, "Trial", (2, 9), (2, 3))


IMAGES = [
    (FIGURE, "See below.", "no figure; this question asks for 1 to 2", Status.MISSING_FIGURE),
    (FIGURES, "See ![a](figures/a.png)", "1 figure; this question asks for 2 to 3", Status.MISSING_FIGURE),
    (
        QuestionRule(1, "Plan", None, (1, 1)),
        "![a](figures/a.png) ![b](figures/b.png)",
        "2 figures; this question asks for 1",
        Status.TOO_MANY_FIGURES,
    ),
]


@pytest.mark.parametrize(("rule", "text", "message", "status"), IMAGES)
def test_number_of_figures(rule: QuestionRule, text: str, message: str, status: Status) -> None:
    result = judged(text, rule, facts(a=FigureState.FOUND, b=FigureState.FOUND))
    assert (result.status, [finding.message for finding in result.findings]) == (status, [message])


FIGURE_STATES = [
    (FigureState.FOUND, None, None, []),
    (FigureState.MISSING, None, None, [("figure-missing", "figures/a.png is not there")]),
    (
        FigureState.MISSING,
        None,
        "figures/ab.png",
        [("figure-missing", "figures/a.png is not there; figures/ab.png is")],
    ),
    (
        FigureState.WRONG_CASE,
        "figures/A.png",
        None,
        [("figure-case", "figures/a.png is not there; figures/A.png is (the course's machine tells them apart)")],
    ),
    (
        FigureState.OUTSIDE_FOLDER,
        None,
        None,
        [("figure-outside-folder", "figures/a.png lies outside the figures folder")],
    ),
    (
        FigureState.OUTSIDE_REPORT,
        None,
        None,
        [("figure-outside-report", "figures/a.png lies outside the report's folder")],
    ),
    (FigureState.NOT_A_FILE, None, None, [("figure-missing", "figures/a.png is not a file")]),
    (
        FigureState.UNREADABLE,
        None,
        None,
        [("figure-unreadable", "figures/a.png cannot be read: it could not be told whether it is a figure")],
    ),
    (FigureState.REMOTE, None, None, [("figure-remote", "figures/a.png is an address, not a figure of the hand-in")]),
]


@pytest.mark.parametrize(("state", "actual", "nearest", "expected"), FIGURE_STATES)
def test_figure_files(
    state: FigureState, actual: str | None, nearest: str | None, expected: list[tuple[str, str]]
) -> None:
    known = {"figures/a.png": FigureFact("figures/a.png", state, actual, nearest)}
    found = judged("\n\nOur map: ![a](figures/a.png)", FIGURE, known).findings
    assert [(finding.code, finding.message) for finding in found] == expected
    assert {finding.severity.value for finding in found} <= {"error"}


def test_a_figure_that_nobody_looked_up_is_never_ok() -> None:
    result = judged("![a](figures/a.png)", FIGURE)
    assert (result.status, codes(result)) == (Status.WARNING, ["figure-unchecked"])


def test_a_target_used_twice_is_told_once_and_on_its_first_line() -> None:
    text = "![a](figures/a.png)\n\n![again](figures/a.png)"
    result = judged(text, FIGURE, facts(a=FigureState.MISSING))
    assert [(finding.code, finding.line) for finding in result.findings] == [("figure-missing", FIRST)]


@pytest.mark.parametrize(
    ("name", "fits"),
    [("a.png", True), ("a.JPG", True), ("a.jpeg", True), ("a.gif", False), ("a.png.pdf", False), ("png", False)],
)
def test_kinds_of_figures(name: str, fits: bool) -> None:
    target = f"figures/{name}"
    result = judged(f"![a]({target})", FIGURE, {target: FigureFact(target, FigureState.FOUND)})
    assert codes(result) == ([] if fits else ["figure-kind"])


FORMS = [
    # Asked for a figure and has none that counts: an error. Asked for none: it may do.
    ('<img src="figures/a.png">', FIGURE, [("figure-not-counted", "error"), ("too-few-figures", "error")]),
    ("[a](figures/a.png)", FIGURE, [("figure-not-counted", "error"), ("too-few-figures", "error")]),
    ("![a][m]\n\n[m]: figures/a.png", FIGURE, [("figure-not-counted", "error"), ("too-few-figures", "error")]),
    ("`![a](figures/a.png)`", FIGURE, [("figure-in-code", "error")]),
    ('<img src="figures/a.png">', FREE, [("figure-not-counted", "warning")]),
    ("[a](figures/a.png)", FREE, [("figure-not-counted", "note")]),
    ("`![a](figures/a.png)`", FREE, []),
    ("[a](notes.pdf)", FIGURE, [("too-few-figures", "error")]),
    ("![a](figures/a.png) and [b](figures/a.png)", FIGURE, [("figure-not-counted", "note")]),
]


@pytest.mark.parametrize(("text", "rule", "expected"), FORMS)
def test_forms_that_the_course_does_not_count(text: str, rule: QuestionRule, expected: list[tuple[str, str]]) -> None:
    found = judged(text, rule, facts(a=FigureState.FOUND)).findings
    assert [(finding.code, finding.severity.value) for finding in found] == expected


def test_an_address_where_no_figure_is_asked_for_is_a_warning() -> None:
    target = "https://example.org/badge.png"
    known = {target: FigureFact(target, FigureState.REMOTE)}
    assert judged(f"![badge]({target})", FREE, known).status is Status.WARNING
    assert judged(f"![badge]({target})", FIGURE, known).status is Status.BAD_FIGURE


def test_a_blank_in_the_path() -> None:
    target = "figures/our map.png"
    result = judged(f"![a]({target})", FIGURE, {target: FigureFact(target, FigureState.FOUND)})
    assert codes(result) == ["figure-blank"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\\![x](figures/a.png)", "figure-hidden"),
        ("a\n\n    ![x](figures/a.png)", "figure-in-code"),
        ("<pre>\n![x](figures/a.png)\n</pre>", "figure-hidden"),
        ("<!-- ![x](figures/a.png) --> a", "figure-hidden"),
        ('<p align="center">\n![x](figures/a.png)\n</p>', "figure-hidden"),
        ("![see [1](figures/a.png)", "figure-hidden"),
    ],
)
def test_a_figure_that_the_course_counts_and_nobody_sees(text: str, code: str) -> None:
    result = judged(text, FIGURE, facts(a=FigureState.FOUND))
    assert result.status is Status.BAD_FIGURE
    assert codes(result)[0] == code


def test_a_figure_in_html_is_told_where_none_is_asked_for() -> None:
    result = judged("<div>\n![x](figures/a.png)\n</div>", FREE, facts(a=FigureState.MISSING))
    assert sorted(codes(result)) == ["figure-hidden", "figure-missing"]


def test_a_blank_path_behind_the_same_one_in_angle_brackets_is_told() -> None:
    target = "figures/our map.png"
    text = f"![The map](<{target}>)\n\n![The same](  {target})"
    result = judged(text, FIGURE, {target: FigureFact(target, FigureState.FOUND)})
    assert codes(result) == ["figure-blank"]


# The file itself

MAP = "![Our map](figures/map.png)"
GOOD = FigureFile("figures/map.png", 40_000, "png", (800, 600), "", 0.0, True, "ab" * 32)


def of_file(file: FigureFile, figures: FigureRules | None = None) -> list[tuple[str, str, int, str]]:
    """What is told of an answer that shows this file, which stands where it should."""
    text = f"![Our map]({file.path.replace(' ', '%20')})"
    return told(judged(text, FIGURE, file_fact(file), figures=figures).findings)


def test_a_good_file() -> None:
    assert of_file(GOOD) == []
    assert of_file(GOOD._replace(tracked=None, pixels=None, sha256="")) == []
    assert of_file(GOOD._replace(path="figures/map.JPG", kind="jpeg")) == []


@pytest.mark.parametrize(
    ("file", "severity", "message"),
    [
        (
            GOOD._replace(kind="jpeg"),
            "warning",
            "figures/map.png is a JPEG inside: browsers show it, other programs may not",
        ),
        (
            GOOD._replace(path="figures/map.jpeg", kind="webp"),
            "warning",
            "figures/map.jpeg is a WebP inside: browsers show it, other programs may not",
        ),
        (GOOD._replace(kind="heic"), "error", "figures/map.png is a HEIC inside: no page shows it"),
        (GOOD._replace(kind="pdf"), "error", "figures/map.png is a PDF inside: no page shows it"),
        (GOOD._replace(kind="tiff"), "error", "figures/map.png is a TIFF inside: no page shows it"),
        (GOOD._replace(kind=""), "error", "figures/map.png holds no picture of a known kind: no page shows it"),
    ],
)
def test_content_that_the_name_does_not_say(file: FigureFile, severity: str, message: str) -> None:
    assert of_file(file) == [("figure-content", severity, FIRST, message)]


def test_the_way_out_of_wrong_content_is_a_name_or_another_file() -> None:
    def way_out(file: FigureFile) -> str:
        (finding,) = judged(f"![Our map]({file.path})", FIGURE, file_fact(file)).findings
        return finding.way_out

    assert way_out(GOOD._replace(kind="jpeg")) == "end its name in .jpg, or save it as PNG"
    assert way_out(GOOD._replace(kind="gif")) == "save it as PNG"
    assert way_out(GOOD._replace(path="figures/map.gif")) == "it is a PNG inside: end its name in .png"


def test_a_kind_that_the_course_takes_and_we_do_not_know_is_not_judged() -> None:
    assert of_file(GOOD._replace(path="figures/map.vsd", kind=""), FigureRules(extensions=("vsd",))) == []


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (GOOD._replace(damage="ends in the middle"), "figures/map.png ends in the middle"),
        (GOOD._replace(size=0, kind="", pixels=None, damage="is empty"), "figures/map.png is empty"),
        (GOOD._replace(size=0, kind="", pixels=None), "figures/map.png is empty"),
    ],
)
def test_damage_is_told_alone(file: FigureFile, message: str) -> None:
    assert of_file(file._replace(tracked=False)) == [("figure-damaged", "error", FIRST, message)]


@pytest.mark.parametrize("state", [FigureState.WRONG_CASE, FigureState.OUTSIDE_FOLDER])
def test_damage_is_told_wherever_the_file_lies(state: FigureState) -> None:
    known = file_fact(GOOD._replace(damage="is empty", tracked=False), state)
    assert "figure-damaged" in codes(judged(MAP, FIGURE, known))
    known = file_fact(GOOD._replace(tracked=False, size=5_000_000), state)
    assert len(codes(judged(MAP, FIGURE, known))) == 1  # what only matters once it lies where it should


@pytest.mark.parametrize(
    ("size", "pixels", "message"),
    [
        (1_000_000, (10_000, 10_000), None),
        (1_000_001, (800, 600), "figures/map.png has 1.0 MB: over 1 MB"),
        (5_200_000, None, "figures/map.png has 5.2 MB: over 1 MB"),
        (9, (20_000, 5_001), "figures/map.png has 20000 x 5001 pixels: over 100 million pixels"),
        (
            5_200_000,
            (20_000, 5_001),
            "figures/map.png has 20000 x 5001 pixels and 5.2 MB: over 100 million pixels",
        ),
    ],
)
def test_sizes(size: int, pixels: tuple[int, int] | None, message: str | None) -> None:
    expected = [("figure-large", "warning", FIRST, message)] if message else []
    assert of_file(GOOD._replace(size=size, pixels=pixels)) == expected


def test_a_name_that_only_looks_the_same() -> None:
    target, actual = "figures/ra\u030a.png", "figures/r\u00e5.png"
    known = {target: FigureFact(target, FigureState.WRONG_CASE, actual=actual)}
    (finding,) = judged(f"![Our map]({target})", FIGURE, known).findings
    assert finding.code == "figure-case"
    assert "accents are coded in another way" in finding.message


def test_a_file_that_was_not_read_through_is_no_ok() -> None:
    message = "figures/map.png was not read through, being so large: it could not be told whether it is whole"
    assert of_file(GOOD._replace(is_verified=False)) == [("figure-unchecked", "warning", FIRST, message)]
    result = judged(MAP, FIGURE, file_fact(GOOD._replace(is_verified=False)))
    assert result.status is Status.WARNING


def test_the_way_out_of_a_picture_taken_for_text() -> None:
    file = GOOD._replace(damage="was changed on its way as if it were text")
    (finding,) = judged(MAP, FIGURE, file_fact(file)).findings
    assert finding.message == "figures/map.png was changed on its way as if it were text"
    assert finding.way_out == "copy it here again; if git did it, write '*.png binary' into .gitattributes first"


def test_a_file_that_git_does_not_know() -> None:
    message = "figures/map.png is not in git: the course reads what is pushed"
    assert of_file(GOOD._replace(tracked=False)) == [("figure-untracked", "warning", FIRST, message)]


def test_a_blank_in_the_name_that_is_written_properly_is_a_note() -> None:
    file = GOOD._replace(path="figures/our map.png")
    message = "figures/our%20map.png: its name holds a blank; both pages show it, but other programs trip over it"
    assert of_file(file) == [("figure-name", "note", FIRST, message)]
    known = {"figures/our map.png": FigureFact("figures/our map.png", FigureState.FOUND, file=file)}
    assert codes(judged("![Our map](figures/our map.png)", FIGURE, known)) == ["figure-blank"]


def test_what_stands_in_code_first_is_judged_where_it_is_shown() -> None:
    text = "So: `![a](figures/a.png)`\n\n![a](figures/a.png)"
    result = judged(text, FREE, facts(a=FigureState.MISSING))
    assert told(result.findings) == [("figure-missing", "error", FIRST + 2, "figures/a.png is not there")]


def test_a_file_in_two_forms_is_told_once() -> None:
    text = "[As here](figures/map.png)\n\n![Our map](figures/map.png)\n\n![Our map](figures/map.png)"
    found = judged(text, FIGURE, file_fact(GOOD._replace(tracked=False, size=5_000_000))).findings
    assert [(finding.code, finding.line) for finding in found] == [
        ("figure-untracked", FIRST),
        ("figure-large", FIRST + 2),
        ("figure-not-counted", FIRST),
    ]


# The template's own pictures

SAMPLES = FigureRules(samples=(("crane.png", "ab" * 32), ("quay.png", "")))


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        # The picture itself, under any name.
        (GOOD, ("error", "figures/map.png is the template's own picture, not yours")),
        (
            GOOD._replace(path="figures/crane.png"),
            ("error", "figures/crane.png is the template's own picture, not yours"),
        ),
        # Its name and another content: the group's own.
        (GOOD._replace(path="figures/crane.png", sha256="cd" * 32), None),
        # Its name, and nobody knows more.
        (
            GOOD._replace(path="figures/crane.png", sha256=""),
            ("note", "figures/crane.png has the name of the template's own picture"),
        ),
        (
            GOOD._replace(path="figures/quay.png", sha256="cd" * 32),
            ("note", "figures/quay.png has the name of the template's own picture"),
        ),
        (GOOD._replace(path="figures/old/quay.png", sha256="cd" * 32), None),
        (GOOD._replace(sha256=""), None),
    ],
)
def test_the_templates_own_pictures(file: FigureFile, expected: tuple[str, str] | None) -> None:
    told_of = [("figure-sample", expected[0], FIRST, expected[1])] if expected else []
    assert of_file(file, SAMPLES) == told_of


def test_a_link_to_the_templates_own_picture_is_no_answer() -> None:
    assert codes(judged("As in [that one](figures/map.png).", FREE, file_fact(GOOD), figures=SAMPLES)) == [
        "figure-not-counted"
    ]


# Descriptions

IDLE = [
    *("", " ", "my_image", "image", "Image", "image.png", "image-3", "Screenshot 2026-01-21 at 10.18.47", "alt text"),
    *("Alt", "this figure", "This image", "here", "description", "figure 1", "img_0042", "Screen Shot", "..."),
    *("what it shows", "A few words about the figure", "map-2.png", "map-2", "figures/map-2.png", "untitled (2)"),
]


@pytest.mark.parametrize("description", IDLE)
def test_descriptions_that_say_nothing(description: str) -> None:
    result = judged(f"![{description}](figures/map-2.png)", FIGURE, file_fact(GOOD._replace(path="figures/map-2.png")))
    said = f"'{description.strip()}' does not say what the figure shows"
    message = said if description.strip() else "a figure without a description"
    assert told(result.findings) == [("figure-description", "warning", FIRST, message)]
    assert result.status is Status.WARNING


@pytest.mark.parametrize(
    "description",
    ["Architecture", "architecture", "a", "Image of the quay", "The image pipeline", "Figure 3: the quay", "2"],
)
def test_descriptions_that_say_something(description: str) -> None:
    text = f"![{description}](figures/architecture.png)"
    result = judged(text, FIGURE, file_fact(GOOD._replace(path="figures/architecture.png")))
    assert codes(result) == ([] if description != "2" else ["figure-description"])


def test_each_place_has_its_own_description() -> None:
    result = judged(f"{MAP}\n\n![](figures/map.png)", FIGURE, file_fact(GOOD))
    assert [(finding.code, finding.line) for finding in result.findings] == [("figure-description", FIRST + 2)]


def test_what_is_no_figure_there_needs_no_description() -> None:
    assert codes(judged("`![](figures/map.png)` \\![](figures/map.png)", FREE, file_fact(GOOD))) == []


# Whatever the file

FILES = st.builds(
    FigureFile,
    path=st.sampled_from(["figures/map.png", "figures/map.JPG", "figures/crane.png", "figures/the map.jpeg"]),
    size=st.sampled_from([0, 1, 1_000_001]),
    kind=st.sampled_from(["png", "jpeg", "gif", "webp", "bmp", "tiff", "svg", "pdf", "heic", ""]),
    pixels=st.sampled_from([None, (1, 1), (60_000, 60_000)]),
    damage=st.sampled_from(["", "is damaged"]),
    tracked=st.sampled_from([None, False, True]),
    sha256=st.sampled_from(["", "ab" * 32]),
    is_verified=st.booleans(),
)


@given(FILES, st.sampled_from(FigureState), st.sampled_from(["Our map", "my_image", ""]))
def test_ok_is_said_only_of_what_is_all_right(file: FigureFile, state: FigureState, description: str) -> None:
    target = file.path.replace(" ", "%20")
    known = {target: FigureFact(target, state, file=file)}
    result = judged(f"![{description}]({target})", FIGURE, known, figures=SAMPLES)
    shows = {"png": "png", "JPG": "jpeg", "jpeg": "jpeg"}[file.path.rpartition(".")[2]] == file.kind
    is_sample = file.sha256 == "ab" * 32 or file.path == "figures/crane.png"
    all_right = (
        state is FigureState.FOUND
        and shows
        and description == "Our map"
        and not (file.damage or is_sample)
        and file.size == 1
        and file.pixels != (60_000, 60_000)
        and file.tracked is not False
        and file.is_verified
    )
    assert (result.status is Status.OK) == all_right
    broken = state is not FigureState.FOUND or file.damage or not file.size or file.kind in ("tiff", "pdf", "heic", "")
    assert not (broken and result.ready)
