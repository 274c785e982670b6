"""What is unsaved stays with the question that it was typed for, also where the template counts them otherwise."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report_tui import Report, hand_in, history, loading, resuming
from report_tui.core.changes import Changes, Draft, Origin
from report_tui.core.renumbering import asked
from report_tui.session import Session
from report_tui.storage import draft_records, drafts, files, versions
from report_tui.tui.view_models import report as view_models
from report_tui.tui.view_models.collision import collision
from report_tui.tui.view_models.history import why
from tests.core.test_renumbering import ASKS, report


def write(path: Path, *asks: str, **answers: str) -> None:
    """The report as somebody else leaves it; `a2="text"` for the second answer."""
    path.write_bytes(report(*asks, answers={int(name[1:]): text for name, text in answers.items()}).to_bytes())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A report of three questions, none of them answered."""
    path = tmp_path / "README.md"
    write(path, "hull", "cable", "crew")
    return path


def texts(path: Path) -> dict[int, str]:
    return Report.from_bytes(path.read_bytes()).texts


def test_a_text_goes_along_with_its_question(path: Path) -> None:
    session = Session.open(path)
    session.edit(2, "mine")
    write(path, "hull", "sails", "cable", "crew")
    result = session.reload()
    assert (result.texts_moved, result.collided, result.lost) == ({2: 3}, (), False)
    assert (session.text(2), session.text(3), session.unsaved) == ("", "mine", (3,))
    assert view_models.reloaded(session, result) == [
        f"Question 2 has another number on disk, and your text goes along: {view_models.title(session, 3)}."
    ]
    session.save()
    assert texts(path) == {1: "", 2: "", 3: "mine", 4: ""}


def test_several_texts_that_go_along_are_named_in_one_sentence(path: Path) -> None:
    session = Session.open(path)
    session.edit(2, "mine")
    session.edit(3, "mine too")
    write(path, "hull", "sails", "cable", "crew")
    (said,) = view_models.reloaded(session, session.reload())
    names = view_models.titles(session, [3, 4])
    assert said == f"Questions have other numbers on disk, and your texts go along: {names}."


def test_a_draft_goes_along_with_its_question(path: Path) -> None:
    before = Session.open(path)
    before.edit(2, "mine")
    write(path, "hull", "sails", "cable", "crew")
    session = Session.open(path)
    other, _ = resuming.resumed(session, before.draft)
    resuming.take_up(session, other, other.unsaved, boxes=True)
    session.save()
    assert texts(path) == {1: "", 2: "", 3: "mine", 4: ""}


def test_what_others_answered_before_it_was_counted_anew_is_no_collision(path: Path) -> None:
    write(path, "hull", "cable", a1="one", a2="two")
    session = Session.open(path)
    session.edit(2, "two, and more")
    write(path, "sails", "hull", "cable", a2="one", a3="two")
    result = session.reload()
    assert (result.taken, result.collided) == ((), ())
    session.save()
    assert texts(path) == {1: "", 2: "one", 3: "two, and more"}


def test_a_collision_that_waits_goes_along_too(path: Path) -> None:
    session = Session.open(path)
    session.edit(2, "mine")
    write(path, "hull", "cable", "crew", a2="theirs")
    session.reload()
    write(path, "sails", "hull", "cable", "crew", a3="theirs")
    session.reload()
    assert (session.undecided, session.bases, session.text(3)) == ({3}, {3: ""}, "mine")


def test_a_text_whose_number_asks_something_else_waits_for_somebody(path: Path) -> None:
    session = Session.open(path)
    session.edit(2, "mine")
    write(path, "hull", "sails", "crew")
    result = session.reload()
    assert (result.strays, result.collided, session.undecided) == ((2,), (2,), {2})
    assert session.origins == {2: Origin(f"**{ASKS['cable']}**", "")}
    (said,) = view_models.reloaded(session, result)
    assert said.startswith("Another question has this number on disk now, what you typed waits: 2 ")
    session.save()
    assert texts(path) == {1: "", 2: "", 3: ""}, "never put elsewhere unasked"
    found = collision(session, 2, 0.0)
    assert found is not None
    assert (found.mine, found.theirs, found.text("both")) == ("mine", "", "mine")
    assert found.note == 'Yours was typed for the one that asked "How long is every cable, and who has mea…".'
    session.settle(2, "mine")
    session.save()
    assert (texts(path)[2], session.origins) == ("mine", {})


def test_it_finds_its_question_again_wherever_that_comes_back(path: Path) -> None:
    whole = path.read_bytes()
    session = Session.open(path)
    session.edit(2, "mine")
    for asks, expected in ((("hull", "cable", "crew"), 2), (("crew", "hull", "sails", "cable"), 4)):
        write(path, "hull", "sails", "crew")
        session.reload()
        assert session.undecided == {2}
        write(path, *asks)
        session.reload()
        assert (session.undecided, session.origins, session.unsaved) == (set(), {}, (expected,))
        path.write_bytes(whole)
        session.reload()
    session.save()
    assert texts(path) == {1: "", 2: "mine", 3: ""}


def test_a_question_that_is_gone_and_back_with_the_same_answer_collides_with_nobody(path: Path) -> None:
    write(path, "hull", "cable", "crew", a3="as it was")
    whole = path.read_bytes()
    session = Session.open(path)
    session.edit(3, "mine")
    write(path, "hull", "cable")
    session.reload()
    assert view_models.title(session, 3) == 'question 3 ("Who was on board on the last day of the…")'
    path.write_bytes(whole)
    session.reload()
    assert (session.undecided, session.unsaved, session.text(3)) == (set(), (3,), "mine")


def test_a_question_that_comes_back_with_another_answer_is_asked_for(path: Path) -> None:
    session = Session.open(path)
    session.edit(3, "mine")
    write(path, "hull", "cable")
    session.reload()
    write(path, "hull", "cable", "crew", a3="theirs")
    session.reload()
    assert (session.undecided, session.bases) == ({3}, {3: ""})


def test_a_collision_that_waits_does_so_also_when_its_question_was_gone(path: Path) -> None:
    session = Session.open(path)
    session.edit(3, "mine")
    write(path, "hull", "cable", "crew", a3="theirs")
    collided = path.read_bytes()
    for asks in (("hull", "cable"), ("hull", "cable", "sails")):
        session.reload()
        write(path, *asks)
        session.reload()
        path.write_bytes(collided)
    session.reload()
    assert (session.undecided, session.bases, session.text(3)) == ({3}, {3: ""}, "mine")


def test_what_was_changed_on_disk_and_back_is_no_collision_any_more(path: Path) -> None:
    """As after a checkout of another branch, and back."""
    session = Session.open(path)
    session.edit(2, "mine")
    whole = path.read_bytes()
    write(path, "hull", "cable", "crew", a2="theirs")
    assert session.reload().collided == (2,)
    path.write_bytes(whole)
    assert session.reload().collided == ()
    session.save()
    assert texts(path)[2] == "mine"


def test_two_texts_never_take_one_place(path: Path) -> None:
    session = Session.open(path)
    session.edit(2, "of the cable")
    session.edit(3, "of the crew")
    write(path, "hull", "sails", "cable")
    session.reload()
    assert session.text(3) == "of the cable"
    (gone,) = set(session.unsaved) - {3}
    assert gone not in texts(path)
    assert session.text(gone) == "of the crew"
    write(path, "crew", "hull", "cable")
    session.reload()
    assert {session.text(number) for number in session.unsaved} == {"of the cable", "of the crew"}
    session.save()
    assert texts(path) == {1: "of the crew", 2: "", 3: "of the cable"}


def test_the_journal_remembers_which_question_it_was(path: Path) -> None:
    before = Session.open(path)
    before.edit(2, "mine")
    write(path, "hull", "sails", "crew")
    before.reload()
    journal = drafts.Journal(path)
    journal.keep(before.draft)
    draft = draft_records.read(journal.path.read_bytes())[1]
    assert draft == before.draft
    write(path, "crew", "cable", "sails")
    session = Session.open(path)
    other, result = resuming.resumed(session, draft)
    assert result.lost is False
    resuming.take_up(session, other, other.unsaved, boxes=True)
    assert (session.unsaved, session.text(2), session.undecided) == ((2,), "mine", set())


def test_a_stray_of_an_earlier_sitting_stays_one(path: Path) -> None:
    before = Session.open(path)
    before.edit(2, "mine")
    write(path, "hull", "sails", "crew")
    session = Session.open(path)
    other, _ = resuming.resumed(session, before.draft)
    resuming.take_up(session, other, other.unsaved, boxes=True)
    assert (session.undecided, session.draft.origins) == ({2}, {2: Origin(f"**{ASKS['cable']}**", "")})


def test_a_journal_without_a_question_is_read_as_before(path: Path) -> None:
    other, _ = resuming.resumed(Session.open(path), Draft(b"", Changes({2: "mine"})))
    assert (other.text(2), other.undecided) == ("mine", set())


def test_a_moved_answer_goes_along(path: Path) -> None:
    def misplaced(*asks: str) -> bytes:
        return report(*asks, answers={asks.index("cable") + 1: "text"}).to_bytes().replace(b"\n\ntext", b" text")

    path.write_bytes(misplaced("hull", "cable"))
    session = Session.open(path)
    session.move(2)
    path.write_bytes(misplaced("crew", "hull", "cable"))
    result = session.reload()
    assert (set(session.moved), result.unmoved, session.text(3)) == ({3}, (), "text")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_whatever_is_counted_anew_no_text_is_lost_or_put_elsewhere(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = tmp_path / "README.md"
    names = list(ASKS)

    def counted() -> list[str]:
        return rng.sample(names, rng.randint(1, 4))

    def put(asks: list[str]) -> None:
        path.write_bytes(report(*asks).to_bytes())

    asks = counted()
    put(asks)
    session = Session.open(path)
    typed = {}
    for number, ask in enumerate(asks, start=1):
        if rng.random() < 0.8:
            typed[ask] = f"about the {ask}"
            session.edit(number, typed[ask])
    for _ in range(rng.randint(1, 4)):
        asks = counted()
        put(asks)
        if rng.random() < 0.3:
            draft, session = session.draft, Session.open(path)
            other, _ = resuming.resumed(session, draft)
            resuming.take_up(session, other, other.unsaved, boxes=True)
        else:
            session.reload()
        assert sorted(session.text(number) for number in session.unsaved) == sorted(typed.values())
    session.save()
    for number, text in texts(path).items():
        assert text == typed.get(asks[number - 1], ""), "it stands where it was typed"


def test_a_file_that_holds_no_question_moves_nothing(path: Path) -> None:
    session = Session.open(path)
    session.edit(2, "mine")
    path.write_bytes(b"# Ships\n")
    with pytest.raises(files.CannotRead):
        session.reload()
    assert session.text(2) == "mine"


def test_an_answer_of_an_older_version_comes_back_into_its_question_or_into_none(path: Path) -> None:
    write(path, "hull", "cable", "crew", a1="one", a2="two", a3="three")
    assert versions.keep(path, path.read_bytes()) is None
    write(path, "sails", "crew", "hull")
    session = Session.open(path)
    (past,) = history.pasts(session)
    assert past.texts == {3: "one", 4: "two", 2: "three"}
    done = history.bring_back(session, past)
    assert (done.answers, list(done.refused)) == ((2, 3), [4])
    assert done.refused[4].reason == "the question is not in the file"
    session.save()
    assert texts(path) == {1: "", 2: "three", 3: "one"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_whatever_is_counted_anew_nobody_s_answer_is_written_over(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = tmp_path / "README.md"
    theirs = {ask: rng.choice(["", f"at first about the {ask}"]) for ask in ASKS}
    as_typed, typed = dict(theirs), {}

    def put(asks: list[str]) -> None:
        path.write_bytes(report(*asks, answers={n: theirs[ask] for n, ask in enumerate(asks, start=1)}).to_bytes())

    asks = rng.sample(list(ASKS), rng.randint(1, 4))
    put(asks)
    session = Session.open(path)
    for number, ask in enumerate(asks, start=1):
        if rng.random() < 0.7:
            typed[ask] = f"{theirs[ask]} and mine of the {ask}".strip()
            session.edit(number, typed[ask])
    for step in range(rng.randint(1, 4)):
        for ask in rng.sample(list(ASKS), rng.randint(0, 2)):
            theirs[ask] = rng.choice([as_typed[ask], f"theirs {step} about the {ask}"])
        asks = rng.sample(list(ASKS), rng.randint(1, 4))
        put(asks)
        session.reload()
        assert sorted(session.text(number) for number in session.unsaved) == sorted(typed.values())
    for number, ask in enumerate(asks, start=1):
        assert session.theirs(number) == theirs[ask]
        if ask in typed:
            assert session.text(number) == typed[ask] or number in session.undecided, "its own, or one that waits"
    session.save()
    for number, text in texts(path).items():
        ask = asks[number - 1]
        assert text in (theirs[ask], typed.get(ask)), "no text of another question"
        if text != theirs[ask]:
            assert theirs[ask] == as_typed[ask], "what others changed is asked for"


def test_a_draft_is_taken_up_only_where_both_count_the_questions_alike(path: Path) -> None:
    """The file may change while an earlier draft is asked about; the numbers of the two would not mean the same."""
    before = Session.open(path)
    before.edit(2, "mine")
    session = Session.open(path)
    write(path, "hull", "sails", "cable", "crew")
    with pytest.raises(files.CannotRead, match="counts its questions otherwise by now; it is offered again"):
        resuming.resumed(session, before.draft)
    session.reload()
    other, _ = resuming.resumed(session, before.draft)
    assert other.unsaved == (3,)


def test_a_draft_that_is_restored_is_no_other_questions_text_that_waits_under_its_number(path: Path) -> None:
    session = Session.open(path)
    session.edit(2, "of the cable")
    write(path, "hull", "sails", "crew")
    before = Session.open(path)
    before.edit(2, "of the sails")
    session.reload()
    assert session.undecided == {2}
    other, _ = resuming.resumed(session, before.draft)
    resuming.take_up(session, other, [2], boxes=False)
    assert (session.text(2), session.undecided, session.origins) == ("of the sails", set(), {})
    write(path, "hull", "sails", "cable", "crew")
    session.reload()
    session.save()
    assert texts(path) == {1: "", 2: "of the sails", 3: "", 4: ""}


def test_the_hand_in_names_what_is_unsaved_by_the_numbers_of_now(path: Path) -> None:
    session = Session.open(path)
    for number, text in {1: "gone", 2: "saved", 3: "unsaved"}.items():
        session.edit(number, text)
    drafts.Journal(path).keep(session.draft)
    write(path, "sails", "flags", "cable", "crew", a1="gone", a3="saved")
    now = Report.from_bytes(path.read_bytes())
    assert drafts.kept(path, now)[0] == {3: "saved", 4: "unsaved", 5: "gone"}
    assert hand_in._kept(loading.load(path)).answers == (4, 5)


def test_a_text_that_was_put_aside_is_brought_back_into_its_own_question(path: Path) -> None:
    session = Session.open(path)
    session.edit(2, "of the cable")
    assert session.put_aside([2], versions.DROPPED_DRAFT) is None
    write(path, "hull", "sails", "cable", "crew")
    session = Session.open(path)
    (past,) = history.pasts(session)
    assert history.bring_back(session, past).answers == (3,)
    assert why(past) == "answer 3, draft that was dropped"
    assert (session.text(2), session.text(3)) == ("", "of the cable")
    write(path, "hull", "sails", "crew")
    session = Session.open(path)
    past = next(past for past in history.pasts(session) if past.version.number is not None)
    assert (past.texts, list(history.bring_back(session, past).refused)) == ({4: "of the cable"}, [4])


def test_a_text_that_was_not_chosen_is_its_own_questions(path: Path) -> None:
    session = Session.open(path)
    session.edit(2, "of the cable")
    write(path, "hull", "sails", "crew", a2="of the sails")
    session.reload()
    assert session.asks(2, "of the cable") == asked(report("hull", "cable").question(2))
    assert session.asks(2, "of the sails") == asked(report("hull", "sails").question(2))


def test_a_text_stays_with_a_prompt_in_other_words_and_where_nobody_knows_what_it_was_for(path: Path) -> None:
    versions.put_aside(
        path, 1, "of the hull", versions.REPLACED, asks=asked(Report.from_bytes(path.read_bytes()).question(1))
    )
    versions.put_aside(path, 2, "of the cable", versions.REPLACED)
    write(path, "Which hull did you take, and how much does it weigh?", "sails")
    found = [dict(past.texts) for past in history.pasts(Session.open(path))]
    assert found == [{2: "of the cable"}, {1: "of the hull"}]
