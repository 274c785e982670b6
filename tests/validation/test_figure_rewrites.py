"""A file's new path in an answer: in every form, and in nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.core.images import find_images
from report_tui.validation.figure_rewrites import with_file

OLD, NEW = {"figures/a b.png", "figures/a%20b.png", "figures/x(1).png"}, "figures/new.png"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("![d](figures/a%20b.png)", "![d](figures/new.png)"),
        ("![d](figures/a b.png)", "![d](figures/new.png)"),
        ("![d]( figures/a b.png )", "![d]( figures/new.png )"),
        ('![d](<figures/a b.png> "A title")', '![d](figures/new.png "A title")'),
        ("![d](figures/x(1).png) (and more)", "![d](figures/new.png) (and more)"),
        ("[d](figures/a%20b.png)", "[d](figures/new.png)"),
        ("<img width=3 src='figures/a b.png' alt=d>", "<img width=3 src=\"figures/new.png\" alt=d>"),
        ("![d][n]\n\n[n]: <figures/a b.png> 'T'\n[m]: x.png", "![d][n]\n\n[n]: figures/new.png 'T'\n[m]: x.png"),
        ("`![d](figures/a%20b.png)`", "`![d](figures/new.png)`"),
        ("![d](figures/other.png) figures/a%20b.png", "![d](figures/other.png) figures/a%20b.png"),
        ("![a](figures/a%20b.png) ![b](figures/x.png) ![c](figures/a%20b.png)",
         "![a](figures/new.png) ![b](figures/x.png) ![c](figures/new.png)"),
    ],
)  # fmt: skip
def test_the_path_changes_and_nothing_else(before: str, after: str) -> None:
    assert with_file(before, OLD, NEW) == after


def test_a_path_that_markdown_would_misread_is_encoded() -> None:
    text = with_file("![d](figures/a%20b.png)", OLD, "my figures/50%.png")
    assert text == "![d](my%20figures/50%25.png)"


@given(st.text(alphabet="![]()<>\"'`\\ \nab/.png%20"))
def test_any_text_keeps_its_other_figures(text: str) -> None:
    text = f"{text}\n\n![d](figures/a%20b.png)"
    before = [image.target for image in find_images(text) if image.target not in OLD]
    after = [image.target for image in find_images(with_file(text, OLD, NEW)) if image.target != NEW]
    assert [target for target in after if target not in OLD] == before
