"""Repairs that change files and answers together: the bytes of every file before, in between and after."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from report_tui import figure_repairs as repairs
from report_tui.session import Session
from report_tui.storage import figure_changes, files
from report_tui.storage.figure_changes import CannotChange
from report_tui.validation.finding import Finding
from report_tui.validation.fixes import FileChange, FileHow, Fix
from tests.figure_reports import ANSWERS, jpeg, png, repair, take_back, write_report

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a right that Windows seldom gives")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A report whose second and fourth answers name one figure with an awkward name, in several ways."""
    return write_report(tmp_path / "work" / "reports")


def tree(folder: Path) -> dict[str, bytes]:
    """The bytes of every file, by path."""
    return {entry.relative_to(folder).as_posix(): entry.read_bytes() for entry in folder.rglob("*") if entry.is_file()}


def rename(old: str, new: str) -> FileChange:
    return FileChange(FileHow.RENAME, old, new)


ODD, SAFE = "figures/Harbour (1).PNG", "figures/harbour-1.png"


def finding(session: Session, code: str) -> Finding:
    return next(found for found in session.evaluation.all_findings if found.code == code)


def offer(session: Session, code: str) -> Fix:
    (found,) = repairs.offers(repairs.known_of(session), finding(session, code))
    return found


def test_a_rename_keeps_both_names_until_it_is_saved(path: Path) -> None:
    before = tree(path.parent)
    session = Session.open(path)
    repair(session, rename(ODD, SAFE))
    assert tree(path.parent) == before | {SAFE: before[ODD]}
    assert session.unsaved == (2, 4)
    assert session.text(2) == ANSWERS[2].replace("figures/Harbour%20(1).PNG", SAFE)
    assert "Harbour" not in session.text(4)
    session.save()
    after = tree(path.parent)
    assert after.keys() == before.keys() - {ODD} | {SAFE}
    assert after[SAFE] == before[ODD]
    assert b"Harbour" not in after["README.md"]
    assert not session.dirty


def test_a_rename_taken_back_leaves_every_byte_as_it_was(path: Path) -> None:
    before = tree(path.parent)
    session = Session.open(path)
    done = repair(session, rename(ODD, SAFE))
    take_back(session, done, done.texts)
    assert not session.dirty
    assert tree(path.parent) == before


def test_leaving_without_a_save_takes_the_copy_back(path: Path) -> None:
    before = tree(path.parent)
    session = Session.open(path)
    repair(session, rename(ODD, SAFE))
    session.to_leave()()
    session.refresh_figures()
    assert tree(path.parent) == before


def test_leaving_after_a_save_changes_nothing(path: Path) -> None:
    session = Session.open(path)
    repair(session, rename(ODD, SAFE))
    session.save()
    after = tree(path.parent)
    session.to_leave()()
    assert tree(path.parent) == after


def test_a_save_that_fails_keeps_both_names(path: Path) -> None:
    before = tree(path.parent)
    session = Session.open(path)
    repair(session, rename(ODD, SAFE))
    path.write_bytes(before["README.md"] + b"\n")
    with pytest.raises(files.ChangedOnDisk):
        session.save()
    assert tree(path.parent) == before | {SAFE: before[ODD], "README.md": before["README.md"] + b"\n"}


def test_taken_back_after_a_save_the_old_name_is_there_at_once_and_the_new_one_goes_with_the_next_save(
    path: Path,
) -> None:
    before = tree(path.parent)
    session = Session.open(path)
    done = repair(session, rename(ODD, SAFE))
    session.save()
    take_back(session, done, done.texts)
    assert tree(path.parent).keys() == before.keys() | {SAFE}
    session.save()
    assert tree(path.parent) == before


def test_an_undo_in_an_editor_brings_the_old_file_back(path: Path) -> None:
    session = Session.open(path)
    content = (path.parent / ODD).read_bytes()
    repair(session, rename(ODD, SAFE))
    session.save()
    assert not (path.parent / ODD).exists()
    session.edit(2, ANSWERS[2])
    assert (path.parent / ODD).read_bytes() == content
    assert all(found.code != "figure-missing" for found in session.evaluation.all_findings)
    session.edit(2, session.theirs(2))
    session.save()
    assert (path.parent / SAFE).read_bytes() == content


def test_an_answer_that_still_names_the_old_file_keeps_it(path: Path) -> None:
    session = Session.open(path)
    repair(session, rename(ODD, SAFE))
    session.edit(4, ANSWERS[4])
    session.save()
    assert (path.parent / ODD).read_bytes() == (path.parent / SAFE).read_bytes()


def test_a_text_that_cannot_be_written_still_keeps_the_file_that_it_names(path: Path) -> None:
    session = Session.open(path)
    repair(session, rename(ODD, SAFE))
    session.edit(3, "![kept](<figures/Harbour (1).PNG>)\n\n```\nopen")
    session.save()
    assert session.unsaved == (3,)
    assert (path.parent / ODD).exists()


def test_a_figure_that_nobody_names_is_renamed_at_once_and_back(path: Path) -> None:
    before = tree(path.parent)
    session = Session.open(path)
    done = repair(session, rename("figures/spare.png", "figures/crane.png"))
    assert not session.dirty
    assert tree(path.parent).keys() == before.keys() - {"figures/spare.png"} | {"figures/crane.png"}
    take_back(session, done, done.texts)
    assert tree(path.parent) == before


def test_two_renames_in_a_row_leave_the_last_name_only(path: Path) -> None:
    before = tree(path.parent)
    session = Session.open(path)
    first = repair(session, rename(ODD, SAFE))
    second = repair(session, rename(SAFE, "figures/quay.png"))
    session.save()
    assert tree(path.parent).keys() == before.keys() - {ODD} | {"figures/quay.png"}
    take_back(session, second, second.texts)
    take_back(session, first, first.texts)
    session.save()
    assert tree(path.parent) == before


# Races


def test_a_file_that_came_under_the_new_name_meanwhile_is_never_touched(path: Path) -> None:
    session = Session.open(path)
    (path.parent / SAFE).write_bytes(b"somebody else's")
    before = tree(path.parent)
    with pytest.raises(CannotChange, match=r"^harbour-1\.png: is there already, with another content; choose another"):
        repair(session, rename(ODD, SAFE))
    assert (tree(path.parent), session.dirty) == (before, False)


def test_the_same_picture_under_the_new_name_is_used(path: Path) -> None:
    (path.parent / SAFE).write_bytes((path.parent / ODD).read_bytes())
    before = tree(path.parent)
    session = Session.open(path)
    done = repair(session, rename(ODD, SAFE))
    take_back(session, done, done.texts)
    assert tree(path.parent) == before


def test_a_file_that_went_meanwhile_changes_nothing(path: Path) -> None:
    session = Session.open(path)
    (path.parent / ODD).unlink()
    before = tree(path.parent)
    with pytest.raises(CannotChange, match="is not there any more; look again"):
        repair(session, rename(ODD, SAFE))
    assert (tree(path.parent), session.dirty) == (before, False)


def test_an_old_file_that_was_painted_over_meanwhile_is_not_removed(path: Path) -> None:
    session = Session.open(path)
    repair(session, rename(ODD, SAFE))
    (path.parent / ODD).write_bytes(b"painted over")
    session.save()
    assert (path.parent / ODD).read_bytes() == b"painted over"


def test_a_copy_that_was_painted_over_meanwhile_is_not_taken_back(path: Path) -> None:
    session = Session.open(path)
    done = repair(session, rename(ODD, SAFE))
    (path.parent / SAFE).write_bytes(b"painted over")
    take_back(session, done, done.texts)
    assert (path.parent / SAFE).read_bytes() == b"painted over"
    assert (path.parent / ODD).exists()


def test_an_old_file_that_somebody_deleted_comes_back_with_the_text(path: Path) -> None:
    before = tree(path.parent)
    session = Session.open(path)
    done = repair(session, rename(ODD, SAFE))
    (path.parent / ODD).unlink()
    take_back(session, done, done.texts)
    assert tree(path.parent) == before


def test_a_copy_that_somebody_deleted_keeps_the_old_file_through_a_save(path: Path) -> None:
    before = tree(path.parent)
    session = Session.open(path)
    repair(session, rename(ODD, SAFE))
    (path.parent / SAFE).unlink()
    session.save()
    assert (path.parent / ODD).read_bytes() == before[ODD]
    session.refresh_figures()
    assert finding(session, "figure-missing").question == 2


def test_a_report_from_elsewhere_that_names_the_old_file_gets_it_back(path: Path) -> None:
    session = Session.open(path)
    before = path.read_bytes()
    repair(session, rename(ODD, SAFE))
    session.save()
    path.write_bytes(before)
    session.reload()
    assert (path.parent / ODD).exists()


# Names that differ in case only


def test_on_a_system_that_takes_both_for_one_the_file_is_respelled_and_back(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure_changes, "is_one_name", _folds)
    before = tree(path.parent)
    session = Session.open(path)
    done = repair(session, rename("figures/plan.PNG", "figures/plan.png"))
    respelled = before.keys() - {"figures/plan.PNG"} | {"figures/plan.png"}
    assert tree(path.parent).keys() == respelled
    take_back(session, done, done.texts)
    assert (tree(path.parent), session.dirty) == (before, False)
    repair(session, rename("figures/plan.PNG", "figures/plan.png"))
    session.to_leave()()
    assert tree(path.parent) == before
    session = Session.open(path)
    repair(session, rename("figures/plan.PNG", "figures/plan.png"))
    session.save()
    session.to_leave()()
    assert tree(path.parent).keys() == respelled


def _folds(folder: Path, old: str, new: str) -> bool:
    """As on a disk of Windows or macOS, where only one of the two can be there."""
    return old.casefold() == new.casefold() and (folder / old).exists() and not (folder / new).exists()


def test_here_a_name_that_differs_in_case_ends_up_as_it_was_asked_for(path: Path) -> None:
    session = Session.open(path)
    repair(session, rename("figures/plan.PNG", "figures/plan.png"))
    session.save()
    names = os.listdir(path.parent / "figures")  # noqa: PTH208
    assert "plan.png" in names
    assert "plan.PNG" not in names
    assert "figures/plan.png" in session.text(3)


# Into the folder


def test_a_figure_beside_the_report_is_moved_into_the_folder(path: Path) -> None:
    before = tree(path.parent)
    session = Session.open(path)
    fix = offer(session, "figure-outside-folder")
    assert (fix.title, fix.certain) == ("move it to figures/berth.jpg", True)
    assert fix.file is not None
    done = repair(session, fix.file)
    assert [change.question for change in done.texts] == [5]
    session.save()
    after = tree(path.parent)
    assert after["figures/berth.jpg"] == before["shots/Berth.JPG"]
    assert "shots/Berth.JPG" not in after
    assert b"![The berth](figures/berth.jpg)" in after["README.md"]


def test_one_that_lies_in_the_folder_already_is_used_from_there(path: Path) -> None:
    (path.parent / "figures" / "quay.jpg").write_bytes((path.parent / "shots" / "Berth.JPG").read_bytes())
    (path.parent / "figures" / "berth.jpg").write_bytes(png(9))
    before = tree(path.parent)
    session = Session.open(path)
    fix = offer(session, "figure-outside-folder")
    assert (fix.title, fix.certain) == ("use figures/quay.jpg, the same picture", True)
    assert fix.file is not None
    done = repair(session, fix.file)
    assert session.text(5) == "![The berth](figures/quay.jpg)"
    take_back(session, done, done.texts)
    assert tree(path.parent) == before
    repair(session, fix.file)
    session.save()
    after = tree(path.parent)
    assert after.keys() == before.keys() - {"shots/Berth.JPG"}
    assert after["figures/quay.jpg"] == before["figures/quay.jpg"]


def test_one_that_the_template_names_too_is_copied(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"# Report\n", b"# Report\n\n![sample](shots/Berth.JPG)\n"))
    session = Session.open(path)
    fix = offer(session, "figure-outside-folder")
    assert fix.title == "copy it to figures/berth.jpg: the report names it outside its answers too"
    assert fix.file is not None
    repair(session, fix.file)
    session.save()
    assert (path.parent / "shots" / "Berth.JPG").exists()
    assert (path.parent / "figures" / "berth.jpg").exists()


def test_a_figure_from_outside_is_copied_and_the_file_there_is_left_alone(path: Path) -> None:
    source = path.parent.parent / "Shot 7.png"
    source.write_bytes(png(7))
    before = tree(path.parent)
    session = Session.open(path)
    session.edit(3, "![A shot](<../Shot 7.png>)")
    fix = offer(session, "figure-outside-report")
    assert (fix.certain, fix.title) == (False, f"copy {files.shown(source)} to figures/shot-7.png")
    assert fix.file is not None
    done = repair(session, fix.file)
    assert session.text(3) == "![A shot](figures/shot-7.png)"
    assert (path.parent / "figures" / "shot-7.png").read_bytes() == png(7)
    take_back(session, done, done.texts)
    assert tree(path.parent) == before
    repair(session, fix.file)
    session.to_leave()()
    assert tree(path.parent) == before
    assert source.read_bytes() == png(7)


def test_what_is_no_picture_is_never_copied_from_outside(path: Path) -> None:
    (path.parent.parent / "secret.png").write_bytes(b"-----BEGIN PRIVATE KEY-----")
    before = tree(path.parent)
    session = Session.open(path)
    session.edit(3, "![A key](../secret.png)")
    fix = offer(session, "figure-outside-report")
    assert fix.file is not None
    with pytest.raises(CannotChange, match=r"secret\.png: is no PNG picture"):
        repair(session, fix.file)
    assert tree(path.parent) == before


@pytest.mark.parametrize("target", ["../id_rsa", r"\\host\share\x.png", "../.ssh/config", "/etc/passwd"])
def test_no_copy_is_offered_of_what_is_no_figure_or_lies_on_another_machine(path: Path, target: str) -> None:
    session = Session.open(path)
    session.edit(3, f"![x]({target})")
    found = [found for found in session.evaluation.all_findings if found.question == 3]
    assert [repairs.offers(repairs.known_of(session), one) for one in found] == [()] * len(found)


def test_a_name_that_says_another_kind_is_mended_by_a_rename(path: Path) -> None:
    (path.parent / "figures" / "plan.PNG").write_bytes(jpeg(3))
    session = Session.open(path)
    fix = offer(session, "figure-content")
    assert (fix.title, fix.certain) == ("rename the file to plan.jpg", True)


def test_a_blank_in_the_name_can_be_mended_by_a_rename(path: Path) -> None:
    session = Session.open(path)
    fix = offer(session, "figure-blank")
    assert (fix.title, fix.certain) == ("rename the file to harbour-1.png", False)


# Deleting


def test_an_unused_figure_is_deleted_for_good_and_comes_back(path: Path) -> None:
    before = tree(path.parent)
    session = Session.open(path)
    change = FileChange(FileHow.DELETE, "figures/spare.png")
    done = repair(session, change, for_good=True)
    assert tree(path.parent).keys() == before.keys() - {"figures/spare.png"}
    take_back(session, done, done.texts)
    assert tree(path.parent) == before


def test_of_many_unused_figures_those_that_are_told_as_a_sum_are_not_deleted_by_one_key(path: Path) -> None:
    for number in range(6):
        (path.parent / "figures" / f"draft-{number}.png").write_bytes(b"x")
    session = Session.open(path)
    told = [found for found in session.evaluation.findings if found.code == "figure-unused"]
    assert "more figures" in told[-1].message
    assert repairs.offers(repairs.known_of(session), told[-1]) == ()
    assert all(repairs.offers(repairs.known_of(session), one) for one in told[:-1])


def test_a_figure_that_an_unsaved_answer_names_is_not_deleted(path: Path) -> None:
    before = tree(path.parent)
    session = Session.open(path)
    session.edit(3, "![spare](./figures/spare.png)")
    with pytest.raises(CannotChange, match=r"spare\.png: is named in the report; take it out there first"):
        repair(session, FileChange(FileHow.DELETE, "figures/spare.png"), for_good=True)
    assert tree(path.parent) == before


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it would be the tester's own trash")
@pytest.mark.parametrize("has_trash", [True, False])
def test_the_trash_takes_it_or_says_that_it_is_not_there(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_trash: bool
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    if not has_trash:
        (home / "data").write_text("a file where the trash's folder would be", encoding="utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    for name in [name for name in sys.modules if name.split(".")[0] == "send2trash"]:
        monkeypatch.delitem(sys.modules, name)
    before = tree(path.parent)
    session = Session.open(path)
    change = FileChange(FileHow.DELETE, "figures/spare.png")
    if has_trash:
        repair(session, change)
        assert tree(path.parent).keys() == before.keys() - {"figures/spare.png"}
        assert (home / "data" / "Trash" / "files" / "spare.png").read_bytes() == before["figures/spare.png"]
    else:
        with pytest.raises(figure_changes.NoTrash, match="could not be moved to the trash; delete it for good"):
            repair(session, change)
        assert tree(path.parent) == before


# Links, and folders that may not be written


@needs_links
def test_a_link_is_copied_and_stays(path: Path) -> None:
    (path.parent / "figures" / "link.png").symlink_to("spare.png")
    session = Session.open(path)
    session.edit(3, "![x](figures/link.png)")
    repair(session, rename("figures/link.png", "figures/crane.png"))
    session.save()
    assert (path.parent / "figures" / "link.png").is_symlink()
    assert (path.parent / "figures" / "crane.png").read_bytes() == (path.parent / "figures" / "spare.png").read_bytes()


@needs_links
def test_a_file_that_a_named_link_leads_to_stays(path: Path) -> None:
    (path.parent / "figures" / "link.png").symlink_to("Harbour (1).PNG")
    session = Session.open(path)
    session.edit(3, "![x](figures/link.png)")
    repair(session, rename(ODD, SAFE))
    session.save()
    assert (path.parent / "figures" / "link.png").read_bytes() == (path.parent / SAFE).read_bytes()


@needs_links
def test_a_link_out_of_the_report_s_folder_is_not_followed(path: Path) -> None:
    outside = path.parent.parent / "outside.png"
    outside.write_bytes(png(9))
    (path.parent / "figures" / "out.png").symlink_to(outside)
    session = Session.open(path)
    with pytest.raises(CannotChange, match="is a link that leaves the report's folder"):
        repair(session, rename("figures/out.png", "figures/in.png"))


@needs_links
def test_what_such_a_link_leads_to_is_offered_as_a_copy_under_its_own_name(path: Path) -> None:
    outside = path.parent.parent / "outside.png"
    outside.write_bytes(png(9))
    (path.parent / "figures" / "out.png").symlink_to(outside)
    session = Session.open(path)
    session.edit(3, "![x](figures/out.png)")
    fix = offer(session, "figure-outside-report")
    assert fix.title == f"copy {files.shown(outside)} to figures/outside.png"
    assert fix.file is not None
    repair(session, fix.file)
    session.save()
    assert (path.parent / "figures" / "out.png").is_symlink()
    assert (path.parent / "figures" / "outside.png").read_bytes() == png(9)


@needs_links
def test_nothing_is_written_through_a_folder_that_leads_elsewhere(path: Path) -> None:
    elsewhere = path.parent.parent / "elsewhere"
    elsewhere.mkdir()
    (path.parent / "away").symlink_to(elsewhere)
    session = Session.open(path)
    with pytest.raises(CannotChange, match="lies outside the report's folder"):
        repair(session, rename(ODD, "away/harbour.png"))
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("new", ["../x.png", "/tmp/x.png", "figures/../../x.png", "figures//x.png", "", "a\0b.png"])
def test_no_name_leads_out_of_the_folder(path: Path, new: str) -> None:
    before = tree(path.parent.parent)
    session = Session.open(path)
    with pytest.raises(CannotChange):
        repair(session, rename(ODD, new))
    assert tree(path.parent.parent) == before


@pytest.mark.permissions
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_a_read_only_folder_changes_nothing(path: Path) -> None:
    before = tree(path.parent)
    session = Session.open(path)
    (path.parent / "figures").chmod(0o555)
    try:
        with pytest.raises(CannotChange, match="its folder is read-only; allow writing to the folder, then try again"):
            repair(session, rename(ODD, SAFE))
    finally:
        (path.parent / "figures").chmod(0o755)
    assert (tree(path.parent), session.dirty) == (before, False)


# Names


def test_typed_names_are_made_safe_and_told_when_they_are_taken(path: Path) -> None:
    session = Session.open(path)
    assert repairs.propose(ODD, "The Quay, west", repairs.names_beside(session.path, ODD)) == (
        ("figures/the-quay-west.png", "")
    )
    assert repairs.propose(ODD, "Spare.png", repairs.names_beside(session.path, ODD)) == (
        "figures/spare.png",
        "another file has this name",
    )
    assert repairs.propose("figures/spare.png", "spare", repairs.names_beside(session.path, "figures/spare.png")) == (
        "figures/spare.png",
        "that is its name now",
    )
    assert repairs.propose(ODD, " /. ", repairs.names_beside(session.path, ODD)).problem == "type a name"


def test_a_name_that_is_taken_gets_a_number(path: Path) -> None:
    (path.parent / SAFE).write_bytes(png(8))
    session = Session.open(path)
    assert repairs.free_path(ODD, repairs.names_beside(session.path, ODD)) == "figures/harbour-1-2.png"
