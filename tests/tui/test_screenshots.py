"""The pictures in `screenshots/` are what the app shows today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import textual

from tests.browser.scenes import PAGES
from tests.scenes import FOLDER, SCENES, TEXTUAL, Scene, fonts, render, to_png
from tests.tui.driver import at_rest


def comparable(svg: str) -> list[str]:
    """The SVG without the identifiers that Textual derives from its content."""
    return re.sub(r"terminal-\d+", "terminal", svg).split("\n")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_a_scene_looks_as_its_picture_says(scene: Scene) -> None:
    if textual.__version__ != TEXTUAL:
        pytest.skip(f"the pictures are made with textual {TEXTUAL}, this is {textual.__version__}")
    kept = (FOLDER / f"{scene.name}.svg").read_text(encoding="utf-8")
    now = await render(scene, at_rest)
    assert comparable(now) == comparable(kept), "look at it, then run `python -m tests.scenes --write`"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_every_png_is_drawn_from_its_svg(scene: Scene, tmp_path: Path) -> None:
    if not fonts():
        pytest.skip("DejaVu Sans Mono is not on this machine; the PNGs are drawn with it")
    svg = (FOLDER / f"{scene.name}.svg").read_text(encoding="utf-8")
    assert pixels(to_png(svg)) == pixels((FOLDER / f"{scene.name}.png").read_bytes())


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_no_picture_loads_anything_from_elsewhere(scene: Scene) -> None:
    text = (FOLDER / f"{scene.name}.svg").read_text(encoding="utf-8").replace("http://www.w3.org/", "")
    assert "http" not in text
    assert "@font-face" not in text


def test_every_picture_has_a_scene() -> None:
    names = {scene.name for scene in SCENES}
    pages = {scene.name for scene in PAGES}
    assert {path.stem for path in FOLDER.iterdir()} - pages == names


def pixels(png: bytes) -> bytes:
    """The picture itself; how it is packed may differ."""
    from io import BytesIO

    from PIL import Image

    with Image.open(BytesIO(png)) as image:
        return image.convert("RGB").tobytes()
