"""How a target is read, and which name in a folder it means, without any disk."""

from __future__ import annotations

import unicodedata

import pytest

from report_tui.storage.figure_targets import Listing, path_of

COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "kørsel-å.png") for form in ("NFC", "NFD"))


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("figures/a%20b.png?raw=true#top", "figures/a b.png"),
        ("./figures/sub/../a.png", "figures/a.png"),
        (" figures/a.png ", "figures/a.png"),
        ("figures//a.png", "figures/a.png"),
        ("", None),
        ("../a.png", None),
        ("/figures/a.png", None),
        ("C:/a.png", None),
        ("https://example.org/a.png", None),
        ("//example.org/a.png", None),
        ("java\tscript:alert(1)", None),
        ("figures%2fa.png", None),
        ("figures\\a.png", None),
    ],
)
def test_the_path_that_a_target_means(target: str, path: str | None) -> None:
    assert path_of(target) == path


@pytest.mark.parametrize(
    ("listed", "part", "one_name", "named"),
    [
        # Linux: each form is a name of its own, and git hands on what it finds.
        (COMPOSED, COMPOSED, False, COMPOSED),
        (DECOMPOSED, DECOMPOSED, False, DECOMPOSED),
        (COMPOSED, DECOMPOSED, False, COMPOSED),
        (DECOMPOSED, COMPOSED, False, DECOMPOSED),
        # macOS: one name for both, and git composes it.
        (COMPOSED, COMPOSED, True, COMPOSED),
        (DECOMPOSED, COMPOSED, True, COMPOSED),
        (COMPOSED, DECOMPOSED, True, COMPOSED),
        (DECOMPOSED, DECOMPOSED, True, COMPOSED),
    ],
)
def test_which_form_of_a_name_others_will_see(listed: str, part: str, one_name: bool, named: str) -> None:
    """What the file system does is told here, since no machine does both."""
    listing = Listing.of([listed])

    def is_there(name: str) -> bool:
        return unicodedata.normalize("NFC", name) == COMPOSED if one_name else name == listed

    assert listing.name_meant(part, is_there) == named
