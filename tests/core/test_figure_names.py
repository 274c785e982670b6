"""Safe names, descriptions and dropped paths: whatever a file is called."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from report_tui.core.figure_links import figure_link
from report_tui.core.figure_names import (
    NAME_LIMIT,
    SAFE_NAME,
    description_of,
    dropped_path,
    numbered,
    safe_name,
)

HOSTILE = st.text(alphabet=st.characters(codec=None), max_size=300) | st.sampled_from(
    [
        'a"b](x).png',
        "a\nb.png",
        "../../x.png",
        "x" * 300 + ".png",
        "\u202egnp.exe",
        "CON.png",
        "con",
        "",
        ".",
        "-rf.png",
    ]
)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("wheel-slip.png", "wheel-slip.png"),
        ("loss_curve.PNG", "loss_curve.png"),
        ("Wheel Slip (final) v1.2.png", "wheel-slip-final-v1-2.png"),
        ("Screenshot 2026-01-05 at 10.31.22\u202fPM.png", "screenshot-2026-01-05-at-10-31-22-pm.png"),
        ("wheel%20slip.png", "wheel-slip.png"),
        ("100% load.jpeg", "100-load.png"),
        ("H\u00f8jde p\u00e5 \u00c6r\u00f8.jpg", "hoejde-paa-aeroe.png"),
        ("A\u030alborg.png", "aalborg.png"),
        ("caf\u00e9 na\u00efve \u00fcber \u0130.png", "cafe-naive-uber-i.png"),
        ("don\u2019t.png", "dont.png"),
        ("plot.webp.png", "plot.png"),
        ("plot.final", "plot-final.png"),
        ("../../x.png", "x.png"),
        ("..\\..\\x.png", "x.png"),
        ("a\nb.png", "a-b.png"),
        ('a"b](x).png', "a-b-x.png"),
        ("...-.png", "figure.png"),
        ("\u202egnp.exe", "gnp-exe.png"),
        ("\u56fe\u8868.png", "figure.png"),
        ("\u56fe 7.png", "7.png"),
        ("CON.png", "figure-con.png"),
        ("lpt\u00b9.png", "figure-lpt1.png"),
        ("console.png", "console.png"),
        ("", "figure.png"),
        ("a_-_b__c.png", "a-b-c.png"),
    ],
)
def test_a_safe_name_can_be_read_and_needs_no_encoding(name: str, safe: str) -> None:
    assert safe_name(name, "png") == safe


def test_an_endless_name_is_cut_between_words() -> None:
    name = safe_name("the force on the front wheel as the slip grows beyond all bounds of the model.png", ".JPG")
    assert name == "the-force-on-the-front-wheel-as-the-slip-grows-beyond.jpg"
    assert len(safe_name("x" * 300 + ".png", "png")) == NAME_LIMIT
    assert safe_name("a " + "x" * 300, "png") == f"a-{'x' * 54}.png", "a word that is most of the name stays"


@given(HOSTILE, st.sampled_from(["png", ".jpg", "JPEG", "", "p/n\u202eg"]))
@example("CON.png", "png")
@example("con" + "-" * 80, "png")
def test_every_name_becomes_safe_and_stays_so(name: str, extension: str) -> None:
    made = safe_name(name, extension)
    assert SAFE_NAME.fullmatch(made) and len(made) <= NAME_LIMIT
    assert made.split(".")[0] not in ("con", "prn", "aux", "nul", "com1", "lpt9")
    assert safe_name(made, extension) == made
    another = numbered(made, 17)
    assert SAFE_NAME.fullmatch(another) and len(another) <= NAME_LIMIT and another != made
    assert figure_link("", made) == f"![]({made})"


def test_a_number_keeps_the_extension() -> None:
    assert numbered("wheel-slip.png", 2) == "wheel-slip-2.png"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("figures/wheel-slip.png", "Wheel slip"),
        ("figures/sub/loss_curve.v2.JPG", "Loss curve v2"),
        ("figures/HTTP%20errors.png", "HTTP errors"),
        ("\u00e6r\u00f8.png", "\u00c6r\u00f8"),
        ("a](b)[c.png", "A b c"),
        ("---.png", "Figure"),
        ("", "Figure"),
    ],
)
def test_a_description_is_made_of_the_name(path: str, words: str) -> None:
    assert description_of(path) == words


@given(HOSTILE)
def test_a_description_is_taken_as_it_is(name: str) -> None:
    words = description_of(name)
    assert words and words.isprintable() and len(words) <= 80
    assert figure_link(words, "x.png") == f"![{words}](x.png)"


@pytest.mark.parametrize(
    ("pasted", "path"),
    [
        ("/home/me/plot.png", "/home/me/plot.png"),
        (" '/home/me/wheel slip.png' \n", "/home/me/wheel slip.png"),
        ('"/home/me/wheel slip.png"', "/home/me/wheel slip.png"),
        (r"'/home/me/it'\''s.png' ", "/home/me/it's.png"),
        (r'"/home/me/a\"b\$.png"', '/home/me/a"b$.png'),
        (r"/home/me/wheel\ slip\ \(1\).png ", "/home/me/wheel slip (1).png"),
        ("/home/me/wheel slip.png", "/home/me/wheel slip.png"),
        ("/home/me/it's.png", "/home/me/it's.png"),
        ("file:///home/me/wheel%20slip%20%C3%A6.png", "/home/me/wheel slip \u00e6.png"),
        ("file://localhost/home/me/plot.png\r\n", "/home/me/plot.png"),
        ("file://laptop.example/home/me/plot.png", "/home/me/plot.png"),
        ("file:/home/me/plot.png", "/home/me/plot.png"),
        ("file:///C:/Users/me/wheel%20slip.png", "C:/Users/me/wheel slip.png"),
        (r"C:\Users\me\wheel slip.png", r"C:\Users\me\wheel slip.png"),
        (r'"C:\Users\me\wheel slip.png"', r"C:\Users\me\wheel slip.png"),
        (r"& 'c:\Users\me\plot.png'", r"c:\Users\me\plot.png"),
        (r"\\server\share\plot.png", r"\\server\share\plot.png"),
        ("~/Pictures/plot.heic", "~/Pictures/plot.heic"),
        ("../plot.png", "../plot.png"),
        ("plot.png", "plot.png"),
        ("'wheel slip.svg'", "wheel slip.svg"),
        ("/home/me/notes.txt", "/home/me/notes.txt"),
        ("", None),
        ("plot", None),
        ("/", None),
        ("..", None),
        ("~", None),
        ("/api/v1/users", None),
        ("// plot.png", None),
        ("see plot.png", None),
        ("We drew it with /usr/bin/plot.png", None),
        ("/usr/bin/plot is what we used.", None),
        ("https://example.com/plot.png", None),
        ("![Wheel slip](figures/wheel-slip.png)", None),
        ("/a/x.png /a/y.png", None),
        ("'/a/x.png' '/a/y.png'", None),
        ("file:///a/x.png file:///a/y.png", None),
        ("file:///a/x.png\nfile:///a/y.png", None),
        (r'"C:\a\x.png" "C:\a\y.png"', None),
        (r"C:\a\x.png C:\a\y.png", None),
        ("/a/x\ny.png", None),
        ("/a/x\x1b[31m.png", None),
        ("file:///a/x%0A.png", None),
        ("/" + "a" * 5000 + ".png", None),
    ],
)
def test_a_dropped_path_is_read_as_its_terminal_wrote_it(pasted: str, path: str | None) -> None:
    assert dropped_path(pasted) == path


@given(st.text(alphabet="ab /\\'\".:~%&\nC", max_size=60))
@example("'" * 4000)
@example("a" * 4000 + "'")
@example('"' + "\\" * 4001)
def test_whatever_is_pasted_gives_one_clean_path_or_none(pasted: str) -> None:
    path = dropped_path(pasted)
    assert path is None or (path.isprintable() and path.strip())
