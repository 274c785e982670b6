"""Bringing figures in: what is offered, and what lies in the figures folder afterwards, byte for byte."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
import threading
import warnings
import zlib
from pathlib import Path

import pytest
from PIL import Image

from report_tui.storage import figure_import
from report_tui.storage.figure_import import Brought, CannotBringIn, Offer, bring_in, inspect
from report_tui.validation.ruleset import FigureRules
from tests.pictures import drawn, exif, noisy, opened, saved

RULES = FigureRules()
PNG = saved(drawn(), "png")

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither FIFOs nor permission bits")
links_needed = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report's folder, without a figures folder."""
    folder = tmp_path / "reports"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def photo() -> bytes:
    """A large picture that was taken with the phone on its side."""
    return saved(noisy(2400, 1200), "jpeg", quality=92, exif=exif(6, location=True))


def named(offer: Offer, name: str) -> Offer:
    """The offer under another name."""
    return dataclasses.replace(offer, name=name)


def figures(report: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((report / "figures").iterdir())}


def refusal(source: Path | bytes, rules: FigureRules = RULES) -> str:
    with pytest.raises(CannotBringIn) as caught:
        inspect(source, rules)
    line = str(caught.value)
    assert line.isprintable()
    name = str(source) if isinstance(source, Path) else figure_import.PASTED
    assert line.startswith(f"{name}: ") or not name.isprintable() or len(name) > 200
    return f"{caught.value.reason}; {caught.value.way_out}"


class TestOffer:
    @pytest.mark.parametrize("kind", ["png", "jpeg"])
    def test_what_the_course_takes_stays_byte_for_byte(self, tmp_path: Path, kind: str) -> None:
        data = saved(drawn(), kind)
        (tmp_path / "Wheel Slip.PNG").write_bytes(data)
        offer = inspect(tmp_path / "Wheel Slip.PNG", RULES)
        assert (offer.kind, offer.becomes, offer.converted) == (kind, kind, False)
        assert (offer.whole.data, offer.whole.pixels, offer.source_size) == (data, (40, 30), len(data))
        # What it is called follows what it is.
        assert offer.name == ("wheel-slip.png" if kind == "png" else "wheel-slip.jpg")
        assert (offer.smaller, offer.animated, offer.has_location) == (None, False, False)

    @pytest.mark.parametrize("kind", ["webp", "gif", "bmp", "tiff"])
    def test_other_kinds_become_png(self, kind: str, tmp_path: Path) -> None:
        data = saved(drawn(), kind, **({"lossless": True} if kind == "webp" else {}))
        (tmp_path / f"plot.{kind}").write_bytes(data)
        offer = inspect(tmp_path / f"plot.{kind}", RULES)
        assert (offer.name, offer.kind, offer.becomes, offer.converted) == ("plot.png", kind, "png", True)
        made = opened(offer.whole.data)
        assert (made.format, made.size) == ("PNG", (40, 30))
        assert made.convert("RGB").tobytes() == opened(data).convert("RGB").tobytes()

    @pytest.mark.parametrize(
        "kind_and_mode",
        "tiff 1|tiff L|tiff LA|gif P|webp RGBA|tiff CMYK|tiff YCbCr|tiff I|tiff F|tiff I;16".split("|"),
    )
    def test_every_mode_is_shown_alike(self, kind_and_mode: str) -> None:
        kind, mode = kind_and_mode.split()
        image = drawn(mode=mode)
        if mode in ("I", "F"):  # measured values, of any size
            image = image.point(lambda value: value * 257 + 0)
        made = opened(inspect(saved(image, kind), RULES).whole.data).convert("F" if mode == "I;16" else "L")
        values = [made.getpixel((5, 5)), made.getpixel((35, 5))]
        if mode in ("1", "F"):
            assert values == [0, 255]
        else:
            assert values == [pytest.approx(40, abs=3), pytest.approx(220, abs=3)]

    def test_sixteen_bits_stay_sixteen(self) -> None:
        deep = Image.frombytes("I;16", (2, 1), b"\x01\x00\xff\xff")
        data = saved(deep, "png")
        assert inspect(data, RULES).whole.data == data
        made = opened(inspect(saved(deep, "tiff"), RULES).whole.data)
        assert (made.getpixel((0, 0)), made.getpixel((1, 0))) == (1, 65535)

    def test_the_first_of_several_pictures(self) -> None:
        frames = [drawn(), drawn().rotate(180)]
        data = saved(frames[0], "gif", save_all=True, append_images=frames[1:])
        offer = inspect(data, RULES)
        assert offer.animated and offer.converted
        assert opened(offer.whole.data).convert("L").getpixel((2, 2)) == 40
        moving = saved(frames[0], "png", save_all=True, append_images=frames[1:])
        assert inspect(moving, RULES).animated and inspect(moving, RULES).whole.data == moving
        assert not inspect(PNG, RULES).animated

    def test_a_converted_picture_is_upright_and_says_nothing_of_where(self) -> None:
        data = saved(drawn(), "webp", lossless=True, exif=exif(6, location=True))
        offer = inspect(data, RULES)
        assert offer.has_location
        made = opened(offer.whole.data)
        assert (offer.whole.pixels, made.size, dict(made.getexif())) == ((30, 40), (30, 40), {})
        top, bottom = (made.convert("L").getpixel((5, row)) for row in (5, 35))
        assert (top, bottom) == (40, 220)
        assert b"A phone" not in offer.whole.data

    def test_a_course_that_takes_one_kind_only(self, tmp_path: Path) -> None:
        only_jpg = FigureRules("img", ("jpeg",))
        (tmp_path / "a.png").write_bytes(saved(drawn(mode="RGBA"), "png"))
        offer = inspect(tmp_path / "a.png", only_jpg)
        assert (offer.name, offer.becomes, opened(offer.whole.data).format) == ("a.jpeg", "jpeg", "JPEG")
        clear = inspect(saved(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "png"), only_jpg)
        assert opened(clear.whole.data).convert("L").getpixel((4, 4)) == 255
        assert inspect(saved(drawn(), "jpeg"), FigureRules("img", ("png",))).becomes == "png"


class TestSmaller:
    def test_a_large_photo(self, photo: bytes) -> None:
        offer = inspect(photo, RULES)
        assert len(photo) > 1_000_000 and offer.whole.data == photo and offer.has_location
        assert offer.smaller is not None
        made = opened(offer.smaller.data)
        assert made.format == "JPEG" and made.size == offer.smaller.pixels == (1000, 2000)
        assert len(offer.smaller.data) < len(photo)
        assert dict(made.getexif()) == {} and b"A phone" not in offer.smaller.data

    def test_one_megabyte_is_small_enough(self, photo: bytes) -> None:
        assert inspect(saved(noisy(600, 500), "png"), RULES).smaller is None

    @pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "CMYK", "I;16"])
    def test_every_mode(self, mode: str) -> None:
        height = 420 // len(Image.new(mode, (1, 1)).getbands())  # just over 1 MB
        if mode == "P":
            image = noisy(2600, height, "L").convert("P")
            image.info["transparency"] = 3
        elif mode == "I;16":
            image = Image.frombytes("I;16", (2600, height), noisy(2600, height, "LA").tobytes())
        else:
            image = noisy(2600, height if mode != "CMYK" else 4 * height, mode)
        kind = "jpeg" if mode == "CMYK" else "png"
        offer = inspect(saved(image, kind, **({"quality": 95} if kind == "jpeg" else {})), RULES)
        assert offer.smaller is not None
        made = opened(offer.smaller.data)
        assert (made.format, made.size) == (kind.upper(), offer.smaller.pixels)
        assert made.width == 2000 and len(offer.smaller.data) < len(offer.whole.data)
        assert made.mode == {"CMYK": "RGB", "I;16": "L"}.get(mode, mode)

    def test_a_copy_that_is_hardly_smaller_is_no_offer(self) -> None:
        assert inspect(saved(noisy(800, 600), "png"), RULES).smaller is None

    def test_colours_keep_their_profile(self) -> None:
        data = saved(noisy(2600, 400), "png", icc_profile=b"a profile of colours")
        offer = inspect(data, RULES)
        assert offer.smaller is not None
        assert opened(offer.smaller.data).info["icc_profile"] == b"a profile of colours"


def _chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


WRONG_INSIDE = PNG[:33] + _chunk(b"IDAT", b"this is not packed") + _chunk(b"IEND", b"")
"""Its checksums are right: so it was written."""


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "is empty; save or export it once more"),
            (b"words", "is no picture of a kind that can be brought in; bring in a PNG or a JPEG"),
            (
                b"\0\0\0\x18ftypheic" + bytes(40),
                "is a HEIC picture, which browsers do not show; save it as JPEG or PNG",
            ),
            (
                b"\0\0\0\x18ftypavif" + bytes(40),
                "is an AVIF picture, which GitHub does not show; save it as JPEG or PNG",
            ),
            (
                b"<svg xmlns='http://www.w3.org/2000/svg'/>",
                "is an SVG drawing, which the course does not take; export it",
            ),
            (
                b"%PDF-1.7\n",
                "is a PDF document, not a picture; export it as PNG, then bring that in, or take a screenshot",
            ),
            (b"version https://git-lfs.github.com/spec/v1\noid", "is a pointer of Git LFS, not the picture; fetch the"),
            (PNG[:-20], "ends in the middle; save or download it once more"),
            (saved(drawn(), "jpeg")[:-40], "ends in the middle; save or download it once more"),
            (saved(drawn(), "webp")[:-8], "ends in the middle; save or download it once more"),
            (saved(noisy(40, 40), "tiff")[:-800], "cannot be read as a picture; save or export it once more"),
            (PNG[:50] + bytes(8) + PNG[58:], "is damaged; save or download it once more"),
            (b"\x89PNG\n\x1a\n" + PNG[8:], "was changed on its way as if it were text; save or download it once more"),
            (WRONG_INSIDE, "cannot be read as a picture; save or export it once more"),
            (
                saved(Image.new("1", (20_000, 10_000)), "png"),
                "has more pixels than programs open; make it smaller first",
            ),
            (saved(Image.new("1", (10_100, 10_000)), "png"), "has more than 100 million pixels; make it smaller first"),
            (
                saved(Image.new("1", (10_100, 10_000)), "tiff"),
                "has more than 100 million pixels; make it smaller first",
            ),
        ],
    )
    def test_no_picture_that_can_be_brought_in(self, data: bytes, reason: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert refusal(data).startswith(reason)

    def test_no_file(self, tmp_path: Path) -> None:
        assert refusal(tmp_path) == "is a folder; name a picture in it"
        assert refusal(tmp_path / "a.png") == "does not exist; check the name"
        assert refusal(tmp_path / "a\0.png") == "cannot be read; check the name and the disk"
        assert (
            refusal(tmp_path / ("x" * 300 + ".png")).endswith("; check the name and the disk")
            or sys.platform == "win32"
        )

    @posix_only
    def test_nothing_is_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.png")
        assert refusal(tmp_path / "pipe.png") == "is not a regular file; name a picture"
        assert refusal(Path("/dev/null")) == "is not a regular file; name a picture"

    @pytest.mark.permissions
    def test_no_permission(self, tmp_path: Path) -> None:
        (tmp_path / "a.png").touch(mode=0)
        assert refusal(tmp_path / "a.png") == "may not be read by you; ask its owner, or change its permissions"

    def test_too_many_bytes(self, tmp_path: Path) -> None:
        with (tmp_path / "a.png").open("wb") as file:
            file.truncate(figure_import.SIZE_LIMIT + 1)
        assert refusal(tmp_path / "a.png") == "is larger than 64 MB; make it smaller first"


class TestBringIn:
    def test_the_folder_is_made_and_the_bytes_are_the_same(self, tmp_path: Path, report: Path) -> None:
        source = tmp_path / "Wheel slip.png"
        source.write_bytes(PNG)
        offer = inspect(source, RULES)
        source.unlink()  # what was looked at is what is copied
        assert bring_in(offer, report, RULES) == Brought("figures/wheel-slip.png", reused=False)
        assert figures(report) == {"wheel-slip.png": PNG}

    @posix_only
    def test_a_copy_is_as_readable_as_its_folder(self, report: Path) -> None:
        (report / "figures").mkdir()
        (report / "figures").chmod(0o750)
        bring_in(named(inspect(PNG, RULES), "a"), report, RULES)
        assert (report / "figures/a.png").stat().st_mode & 0o777 == 0o640

    @pytest.mark.parametrize(
        ("name", "safe"),
        [
            ('a"b](x).png', "a-b-x.png"),
            ("a\nb.png", "a-b.png"),
            ("../../x.png", "x.png"),
            ("x" * 300 + ".png", "x" * 56 + ".png"),
            ("\u202egnp.exe.png", "gnp-exe.png"),
            ("CON.png", "figure-con.png"),
            ("", "figure.png"),
        ],
    )
    def test_hostile_names(self, report: Path, name: str, safe: str) -> None:
        assert bring_in(named(inspect(PNG, RULES), name), report, RULES).path == f"figures/{safe}"
        assert list(figures(report)) == [safe]
        # Also where somebody changed the name since.
        other = dataclasses.replace(inspect(saved(drawn(9, 9), "png"), RULES), name="../" + name)
        assert "/" not in bring_in(other, report, RULES).path.removeprefix("figures/")

    def test_the_smaller_copy(self, report: Path, photo: bytes) -> None:
        offer = named(inspect(photo, RULES), "harbour.jpg")
        assert offer.smaller is not None
        assert bring_in(offer, report, RULES, smaller=True).path == "figures/harbour.jpg"
        assert figures(report) == {"harbour.jpg": offer.smaller.data}
        small = named(inspect(PNG, RULES), "a")
        assert bring_in(small, report, RULES, smaller=True).path == "figures/a.png"
        assert figures(report)["a.png"] == PNG

    def test_another_content_gets_a_number(self, report: Path) -> None:
        (report / "figures").mkdir()
        before = {"Plot.PNG": b"somebody's", "plot-2.png": b"else's"}
        for name, data in before.items():
            (report / "figures" / name).write_bytes(data)
        assert bring_in(named(inspect(PNG, RULES), "plot.png"), report, RULES) == Brought(
            "figures/plot-3.png", reused=False
        )
        assert figures(report) == {**before, "plot-3.png": PNG}

    @pytest.mark.parametrize("name", ["plot.png", "another.png", "Other.PNG"])
    def test_the_same_content_is_used_as_it_is(self, report: Path, name: str) -> None:
        (report / "figures").mkdir()
        (report / "figures" / name).write_bytes(PNG)
        (report / "figures/same-size.png").write_bytes(bytes(len(PNG)))
        before = figures(report)
        assert bring_in(named(inspect(PNG, RULES), "plot.png"), report, RULES) == Brought(
            f"figures/{name}", reused=True
        )
        assert figures(report) == before

    @pytest.mark.parametrize("name", ["a b.png", "50%.png", "plot.txt", ".hidden"])
    def test_a_copy_that_no_link_can_name_is_no_use(self, report: Path, name: str) -> None:
        (report / "figures").mkdir()
        (report / "figures" / name).write_bytes(PNG)
        assert bring_in(named(inspect(PNG, RULES), "plot.png"), report, RULES) == Brought(
            "figures/plot.png", reused=False
        )

    @links_needed
    def test_never_through_a_link_that_leaves_the_folder(self, tmp_path: Path, report: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        (report / "figures").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(CannotBringIn, match=r"figures: leads out of the report's folder; put a real folder in its"):
            bring_in(inspect(PNG, RULES), report, RULES)
        assert list((tmp_path / "elsewhere").iterdir()) == []
        deep = FigureRules("figures/sub")
        with pytest.raises(CannotBringIn, match="leads out"):
            bring_in(inspect(PNG, deep), report, deep)
        assert list((tmp_path / "elsewhere").iterdir()) == []

    @links_needed
    def test_a_link_in_the_way_is_no_free_name(self, tmp_path: Path, report: Path) -> None:
        (report / "figures").mkdir()
        (report / "figures/plot.png").symlink_to(tmp_path / "not-there.png")
        assert bring_in(named(inspect(PNG, RULES), "plot.png"), report, RULES).path == "figures/plot-2.png"
        assert not (tmp_path / "not-there.png").exists()

    @links_needed
    def test_a_link_within_the_report_is_followed(self, report: Path) -> None:
        (report / "images").mkdir()
        (report / "figures").symlink_to("images")
        bring_in(named(inspect(PNG, RULES), "a"), report, RULES)
        assert (report / "images/a.png").read_bytes() == PNG

    def test_a_file_in_the_folders_place(self, report: Path) -> None:
        (report / "figures").write_bytes(b"")
        with pytest.raises(
            CannotBringIn, match="figures: is not a folder; rename it, so that the figures' folder can be"
        ):
            bring_in(inspect(PNG, RULES), report, RULES)

    def test_many_at_once_never_meet(self, report: Path) -> None:
        offers = [named(inspect(saved(drawn(10 + size % 4, 10), "png"), RULES), "plot.png") for size in range(12)]
        found: list[tuple[Brought, Offer]] = []
        start = threading.Barrier(len(offers))

        def bring(offer: Offer) -> None:
            start.wait()
            found.append((bring_in(offer, report, RULES), offer))

        threads = [threading.Thread(target=bring, args=(offer,)) for offer in offers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 12
        for brought, offer in found:
            assert (report / brought.path).read_bytes() == offer.whole.data
        assert all(not name.startswith(".") for name in figures(report))

    def test_a_disk_without_hard_links(self, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refused(*_: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", refused)
        for number, size in (("", 11), ("-2", 12)):
            brought = bring_in(named(inspect(saved(drawn(size, 9), "png"), RULES), "plot"), report, RULES)
            assert brought.path == f"figures/plot{number}.png"
        assert {name: opened(data).size for name, data in figures(report).items()} == {
            "plot.png": (11, 9),
            "plot-2.png": (12, 9),
        }


BRING_IN_CHILD = """
import sys
from dataclasses import replace
from pathlib import Path
from report_tui.storage.figure_import import CannotBringIn, bring_in, inspect
from report_tui.validation.ruleset import FigureRules
from tests.pictures import noisy, saved
offer = replace(inspect(saved(noisy(300, 300), "png"), FigureRules()), name="plot.png")
{before}
report = Path(sys.argv[1])
try:
    bring_in(offer, report, FigureRules())
except CannotBringIn as error:
    print(error)
folder = report / "figures"
assert not folder.exists() or not list(folder.iterdir())
"""


def run_python(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)


@posix_only
def test_a_limit_leaves_nothing_behind(report: Path) -> None:
    before = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))"
    result = run_python(BRING_IN_CHILD.format(before=before), report)
    assert (result.stderr, result.returncode) == ("", 0)
    assert result.stdout == (
        f"{report}/figures/plot.png: the system allows no file of that size; "
        "raise the limit or free some space, then try again\n"
    )


@pytest.mark.parametrize(
    ("remount", "message"),
    [
        ("mkdir figures", "the disk is full; free some space, then try again"),
        ("mkdir figures && mount -o remount,ro tmpfs .", "the disk is read-only; make it writable, then try again"),
        ("mount -o remount,ro tmpfs .", "the disk is read-only; make it writable, then try again"),
    ],
)
def test_a_full_or_read_only_disk_leaves_nothing_behind(report: Path, remount: str, message: str) -> None:
    in_namespace = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    disk = 'mount -t tmpfs -o size=64k tmpfs "$1" && cd "$1" && ' + remount
    if not shutil.which("unshare") or subprocess.run([*in_namespace, disk, "-", report], check=False).returncode:
        pytest.skip("the system lets us mount no small disk of our own")
    on_it = disk + ' && exec "$2" -c "$3" .'
    command = [*in_namespace, on_it, "-", str(report), sys.executable, BRING_IN_CHILD.format(before="")]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    result = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
    assert (result.stderr, result.returncode) == ("", 0)
    assert result.stdout == f"figures/plot.png: {message}\n"


@pytest.mark.permissions
def test_a_read_only_folder_leaves_nothing_behind(report: Path) -> None:
    (report / "figures").mkdir(mode=0o555)
    with pytest.raises(CannotBringIn, match=r"its folder is read-only; allow writing to the folder, then try again$"):
        bring_in(inspect(PNG, RULES), report, RULES)
    assert figures(report) == {}


DIE_ON_THE_WAY = """
import os, sys
from itertools import count
from pathlib import Path
from report_tui.storage import figure_import, files, writing
from report_tui.storage.picture_copies import Copy
from report_tui.validation.ruleset import FigureRules
folder, rules = Path(sys.argv[1]) / "figures", FigureRules()
copy = Copy(b"a picture", (40, 30))
offer = figure_import.Offer("plot.png", "png", "png", copy, None, 9, animated=False, has_location=False)

def die_at(line_count):
    lines = 0
    def trace(frame, event, argument):
        nonlocal lines
        if frame.f_code.co_filename not in (figure_import.__file__, files.__file__, writing.__file__):
            return None
        lines += event == "line"
        if lines == line_count:
            os._exit(9)
        return trace
    sys.settrace(trace)

for line_count in count(1, 3):  # what it takes to begin and end a process is not what is tested
    child = os.fork()
    if not child:
        die_at(line_count)
        figure_import.bring_in(offer, folder.parent, rules)
        sys.settrace(None)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    plot = folder / "plot.png"
    state = "none" if not plot.exists() else "whole" if plot.read_bytes() == offer.whole.data else "half"
    left = [path.name for path in folder.iterdir()] if folder.exists() else []
    assert all(name == "plot.png" or name.startswith(".plot.png.") for name in left), left
    print(code, state)
    if code == 0:
        assert left == ["plot.png"], left
        break
    for name in left:
        (folder / name).unlink()
"""


@posix_only
def test_killed_on_the_way_the_figure_is_there_as_a_whole_or_not_at_all(report: Path) -> None:
    result = run_python(DIE_ON_THE_WAY, report)
    assert (result.stderr, result.returncode) == ("", 0)
    runs = result.stdout.splitlines()
    killed_before, killed_after = runs.count("9 none"), runs.count("9 whole")
    assert killed_before > 20 and killed_after > 1
    assert runs == ["9 none"] * killed_before + ["9 whole"] * killed_after + ["0 whole"]
