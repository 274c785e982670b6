"""What the course will see of a report, line by line: yes, no, or could not tell, each with the way out.

Owns the lines, their order and their words. Loudest is work that is not pushed. What git and the disk say comes from
outside as facts; a fact that is not known never becomes a yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from report_tui.validation.course import CourseRules
from report_tui.validation.deadline import Deadline
from report_tui.validation.engine import Evaluation
from report_tui.validation.finding import Finding, Severity
from report_tui.validation.subject import plural, ranges, shown

PLACE = "reports/README.md"
"""Where the course reads the report, from the repository's root."""
_SKEW = 3600
"""Seconds by which two clocks may differ before it is said."""
FETCH = "report-tui handin --fetch"
"""The way out where the remote has to be asked."""
_TOLD = 3
"""So many of one line's findings are told; `check` tells the others."""


class State(StrEnum):
    """What a line says of its question."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Line(NamedTuple):
    """One question, answered."""

    id: str
    """Stable, lower case with hyphens: `pushed`."""
    state: State
    text: str
    way_out: str = ""
    """What to do about it; empty where nothing is to be done."""
    details: tuple[str, ...] = ()


class Work(NamedTuple):
    """What stands here and not there."""

    answers: tuple[int, ...] = ()
    """Numbers of the questions whose answers differ."""
    is_more: bool = False
    """Whether something else of the report differs: the checklist, the template's text, or all of it."""
    figures: tuple[str, ...] = ()
    """Paths of figures that answers use, from the report's folder."""

    @property
    def any(self) -> bool:
        """Whether there is any."""
        return bool(self.answers or self.is_more or self.figures)


class Facts(NamedTuple):
    """What is known of a hand-in. What is not known is None, an empty string, or said by a `..._problem`."""

    now: float
    """Seconds since 1970."""
    problem: str = ""
    """Why git could not be asked at all: there is no repository, or no git."""
    path: str = ""
    """The report that is worked on, from the repository's root; empty where there is none on the disk."""
    is_bare: bool = False
    is_shallow: bool = False
    is_submodule: bool = False
    remote: str = ""
    others: tuple[str, ...] = ()
    """The other remotes; all, where it cannot be told which one is meant."""
    branch: str = ""
    """The branch that the course reads."""
    is_assumed: bool = False
    oid: str = ""
    """The commit that the course would read."""
    made: int | None = None
    """When it was made, in seconds since 1970."""
    seen: float | None = None
    """When the remote was last seen to be there."""
    arrived: float | None = None
    """The earliest time of which it is known that the commit was there."""
    fetch_problem: str = ""
    commit_problem: str = ""
    """Why the report of that commit could not be looked at."""
    place_problem: str = ""
    """What stands at the place where the course reads, and why it is no report: `is a link, not a file`."""
    is_placed: bool | None = None
    """Whether a report stands there; None where that could not be told."""
    elsewhere: tuple[str, ...] = ()
    """Files of that commit that may be the report, where none stands in its place."""
    course: CourseRules | None = None
    evaluation: Evaluation | None = None
    """Of the report in that commit."""
    source_problem: str = ""
    """Why that report's bytes are no text: `not UTF-8: ...`."""
    unfollowed: Mapping[str, str] = MappingProxyType({})
    """Links and submodules among its figures, and what each is."""
    head_branch: str = ""
    """The branch that is checked out; empty where none is."""
    has_head: bool = True
    """Whether there is any commit here."""
    ahead: int | None = None
    behind: int | None = None
    is_base_known: bool = True
    """Whether it can be told who of both sides changed what differs."""
    work_problem: str = ""
    """Why the report on the disk could not be compared."""
    unsaved: tuple[int, ...] = ()
    """Numbers of the questions with text that is not saved."""
    unsaved_boxes: int = 0
    """How many boxes of the checklist are not saved."""
    uncommitted: Work | None = None
    """Disk against the last commit here."""
    unpushed: Work | None = None
    """Disk against the commit that the course would read, without what only others changed."""
    deadline: Deadline | None = None

    @property
    def is_unsaved(self) -> bool:
        """Whether anything is not saved."""
        return bool(self.unsaved or self.unsaved_boxes)

    @property
    def target(self) -> str:
        """The branch that the course reads, as a person calls it."""
        return f"{self.remote}/{self.branch}" if self.remote and self.branch else self.remote or self.branch


class HandIn(NamedTuple):
    """What the course will see."""

    facts: Facts
    lines: tuple[Line, ...]
    """The one about what is not pushed first."""

    def count(self, state: State) -> int:
        """How many lines say this."""
        return sum(line.state is state for line in self.lines)

    @property
    def pushed(self) -> Line:
        """The line about work that is not pushed."""
        return self.lines[0]

    @property
    def answers_not_pushed(self) -> tuple[int, ...]:
        """Numbers of the questions whose answers the course will not see as they are here."""
        return _not_pushed(self.facts)


def told(facts: Facts) -> HandIn:
    """The lines that follow from what is known."""
    lines = [_pushed(facts), _source(facts), _place(facts), _committed(facts), *_judged(facts)]
    if facts.deadline is not None:
        lines.append(_deadline(facts, facts.deadline))
    return HandIn(facts, tuple(lines))


def span(seconds: float) -> str:
    """A time in words, in its two largest parts: `2 days 4 h`, `3 h 20 min`, `12 minutes`."""
    minutes = int(abs(seconds)) // 60
    hours, days = minutes // 60, minutes // 1440
    if days >= 10:
        return f"{days} days"
    if days:
        return f"{plural(days, 'day')} {hours % 24} h" if hours % 24 else plural(days, "day")
    if hours:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return plural(minutes, "minute") if minutes else "less than a minute"


def _not_pushed(facts: Facts) -> tuple[int, ...]:
    return tuple(sorted({*facts.unsaved, *_missing(facts).answers}))


def _missing(facts: Facts) -> Work:
    """What is on the disk and not where the course reads, as far as it is known whose work that is."""
    if facts.unpushed is None or (not facts.is_base_known and facts.uncommitted is not None and facts.uncommitted.any):
        return facts.uncommitted or Work()
    return facts.unpushed


# What is not pushed


def _pushed(facts: Facts) -> Line:
    if facts.problem:
        saved = _unsaved(facts)
        if facts.is_unsaved:
            return Line("pushed", State.NO, _amount(facts), "save, then commit and push", saved)
        return Line("pushed", State.UNKNOWN, f"whether your work is pushed: {facts.problem}", _first_steps(facts))
    if facts.is_bare:
        return Line("pushed", State.YES, "this is a bare repository: nothing is worked on here")
    if not facts.remote and not facts.others:
        text = "nothing is pushed: this repository has no remote"
        return Line("pushed", State.NO, text, "git remote add origin ADDRESS, then git push -u origin HEAD")
    if facts.is_unsaved or _missing(facts).any:
        if facts.is_base_known or facts.is_unsaved or (facts.uncommitted is not None and facts.uncommitted.any):
            return Line("pushed", State.NO, _amount(facts), _push(facts), (*_unsaved(facts), *_how(facts)))
        text = f"{_things(facts)} differ from {facts.target}: whether by your work or by others' could not be told"
        return Line("pushed", State.UNKNOWN, text, "git fetch --unshallow, or git pull and look", _how(facts))
    if not facts.has_head:
        return Line("pushed", State.NO, "nothing is pushed: nothing was ever committed here", _push(facts))
    if facts.unpushed is None or not facts.oid:
        why = facts.work_problem or facts.commit_problem or _no_target(facts)
        return Line("pushed", State.UNKNOWN, f"whether your work is pushed: {why}", _refresh(facts))
    details: tuple[str, ...] = ()
    if facts.ahead:
        details = (f"{plural(facts.ahead, 'commit')} here that {facts.target} has not leave the report as it is",)
    return Line("pushed", State.YES, f"all your work on the report is at {facts.target}", "", details)


def _amount(facts: Facts) -> str:
    return f"{_things(facts)} not pushed yet: the course will not see {'it' if _is_one(facts) else 'them'}"


def _things(facts: Facts) -> str:
    """`3 answers (4, 7, 9), the checklist or the template's text, figures/a.png`."""
    missing, numbers = _missing(facts), _not_pushed(facts)
    parts = [f"{plural(len(numbers), 'answer')} ({ranges(numbers)})"] if numbers else []
    if facts.unsaved_boxes:
        parts.append(f"{facts.unsaved_boxes} {'box' if facts.unsaved_boxes == 1 else 'boxes'} of the checklist")
    elif not numbers and missing.is_more:
        parts.append("something else than answers in the report")
    if len(missing.figures) == 1:
        parts.append(shown(missing.figures[0]))
    elif missing.figures:
        parts.append(plural(len(missing.figures), "figure"))
    return " and ".join(parts)


def _is_one(facts: Facts) -> bool:
    missing, numbers = _missing(facts), _not_pushed(facts)
    more = facts.unsaved_boxes or (missing.is_more and not numbers)
    return len(numbers) + len(missing.figures) + more == 1


def _unsaved(facts: Facts) -> tuple[str, ...]:
    parts = [ranges(facts.unsaved)] if facts.unsaved else []
    parts += ["the checklist"] if facts.unsaved_boxes else []
    return (f"not saved: {', '.join(parts)}",) if parts else ()


def _how(facts: Facts) -> tuple[str, ...]:
    return tuple(_ways(facts))


def _ways(facts: Facts) -> Iterator[str]:
    uncommitted = facts.uncommitted or Work()
    if uncommitted.any:
        yield f"not committed: {_listed(uncommitted)}"
    if facts.unpushed is not None:
        left = Work(
            tuple(number for number in facts.unpushed.answers if number not in uncommitted.answers),
            facts.unpushed.is_more and not uncommitted.any,
            tuple(path for path in facts.unpushed.figures if path not in uncommitted.figures),
        )
        if left.any:
            yield f"committed, but not at {facts.target}: {_listed(left)}"
    if facts.ahead:
        yield f"{plural(facts.ahead, 'commit')} here {'is' if facts.ahead == 1 else 'are'} not at {facts.target}"
    if facts.has_head and not facts.head_branch:
        yield "no branch is checked out (a detached HEAD)"
    elif facts.branch and facts.head_branch and facts.head_branch != facts.branch:
        yield f"you are on the branch {shown(facts.head_branch)}; the course reads {shown(facts.branch)}"


def _listed(work: Work) -> str:
    parts = [f"{'answer' if len(work.answers) == 1 else 'answers'} {ranges(work.answers)}"] if work.answers else []
    if work.is_more:
        parts.append("other text of the report")
    parts += [shown(path) for path in work.figures[:_TOLD]]
    if len(work.figures) > _TOLD:
        parts.append(f"{len(work.figures) - _TOLD} more figures")
    return ", ".join(parts)


def _push(facts: Facts) -> str:
    steps = ["save"] if facts.is_unsaved else []
    if facts.is_unsaved or not facts.has_head or (facts.uncommitted is not None and facts.uncommitted.any):
        steps.append("git add the report and its figures, git commit")
    if facts.has_head and not facts.head_branch and facts.branch:
        steps.append(f"git push {facts.remote} HEAD:{shown(facts.branch)}")
    elif facts.branch and facts.head_branch and facts.head_branch != facts.branch:
        steps.append(f"bring {shown(facts.head_branch)} into {shown(facts.branch)} (a pull request, or a merge)")
    elif facts.behind:
        steps.append("git pull, then git push")
    else:
        steps.append("git push")
    return "; ".join(steps)


# Which state of the repository it is


def _no_target(facts: Facts) -> str:
    if not facts.remote and facts.others:
        return f"which of the remotes the course reads cannot be told: {', '.join(map(shown, facts.others))}"
    if not facts.remote:
        return "this repository has no remote"
    if not facts.branch:
        return f"which branch of {shown(facts.remote)} is its default one is not known here"
    return f"{shown(facts.target)} was never fetched"


def _refresh(facts: Facts) -> str:
    if facts.problem:
        return _first_steps(facts)
    if not facts.remote and facts.others:
        return "call the group's own remote origin: git remote rename NAME origin"
    return FETCH if facts.remote else "git remote add origin ADDRESS, then git push -u origin HEAD"


def _first_steps(facts: Facts) -> str:
    if "not installed" in facts.problem:
        return "install git, or look at the report in the browser, where you handed it in"
    if "no git repository" in facts.problem:
        return "work in a clone of your group's repository, or compare with the page where you handed it in"
    return "look at the report in the browser, where you handed it in"


def _source(facts: Facts) -> Line:
    if facts.problem:
        return Line("source", State.UNKNOWN, f"what the course will see: {facts.problem}", _first_steps(facts))
    if facts.is_bare and facts.oid and not facts.remote:
        return Line("source", State.YES, f"read from {shown(facts.branch)} of this bare repository, {facts.oid[:10]}")
    if not facts.oid:
        return Line("source", State.UNKNOWN, f"what the course will see: {_no_target(facts)}", _refresh(facts))
    what = f"read from {shown(facts.target)}, commit {facts.oid[:10]}"
    if facts.fetch_problem:
        text = f"{what}, {_age(facts)}; it could not be fetched: {facts.fetch_problem}"
        return Line("source", State.UNKNOWN, text, "try again with a connection", _around(facts))
    if facts.is_assumed:
        text = f"{what}, {_age(facts)}; whether {shown(facts.branch)} is the default branch is not known here"
        return Line("source", State.UNKNOWN, text, FETCH, _around(facts))
    if facts.is_submodule:
        text = f"{what}, {_age(facts)}; but this is a submodule, and a clone of the repository around it comes without"
        return Line("source", State.UNKNOWN, text, "make sure that the course has this repository's address")
    if facts.seen is None or facts.seen - facts.now > _SKEW:
        return Line("source", State.UNKNOWN, f"{what}, {_age(facts)}", FETCH, _around(facts))
    return Line("source", State.YES, f"{what}, {_age(facts)}", "", _around(facts))


def _age(facts: Facts) -> str:
    if facts.seen is None:
        return "but how old that is could not be told"
    if facts.seen - facts.now > _SKEW:
        return "at a time that is yet to come by this machine's clock"
    if facts.now - facts.seen < 60:
        return "fetched just now"
    return f"as it was {span(facts.now - facts.seen)} ago"


def _around(facts: Facts) -> tuple[str, ...]:
    found = []
    if facts.behind:
        found.append(
            f"{plural(facts.behind, 'commit')} there {'is' if facts.behind == 1 else 'are'} not here: git pull"
        )
    if facts.others:
        found.append(f"other remotes: {', '.join(map(shown, facts.others[:_TOLD]))}")
    return tuple(found)


def _place(facts: Facts) -> Line:
    if facts.is_placed is None:
        return Line("place", State.UNKNOWN, f"whether the report is at {PLACE}: {_unread(facts)}", _refresh(facts))
    if facts.place_problem:
        text = f"{PLACE} at {shown(facts.target)} {facts.place_problem}"
        return Line("place", State.NO, text, f"commit the report itself as {PLACE}")
    if not facts.is_placed:
        there = f"; {shown(facts.elsewhere[0])} is" if facts.elsewhere else ""
        text = f"the report is not at {PLACE}, where the course reads it{there}"
        way_out = f"git mv {shown(facts.elsewhere[0])} {PLACE}, commit and push" if facts.elsewhere else _push(facts)
        return Line("place", State.NO, text, way_out, tuple(map(shown, facts.elsewhere[1:_TOLD])))
    if facts.path and facts.path != PLACE:
        text = f"you work on {shown(facts.path)}; the course reads {PLACE}"
        return Line("place", State.NO, text, f"move your work to {PLACE}, commit and push")
    return Line("place", State.YES, f"at {PLACE}, where the course reads it")


def _unread(facts: Facts) -> str:
    return facts.problem or facts.commit_problem or _no_target(facts)


def _committed(facts: Facts) -> Line:
    if facts.problem:
        return Line("committed", State.UNKNOWN, f"whether it is committed: {facts.problem}", _first_steps(facts))
    if facts.is_bare:
        return Line("committed", State.YES, "committed: in a bare repository everything is")
    if facts.is_unsaved or (facts.uncommitted is not None and facts.uncommitted.any):
        left = [*_unsaved(facts)]
        if facts.uncommitted is not None and facts.uncommitted.any:
            left.append(f"not committed: {_listed(facts.uncommitted)}")
        way_out = f"{'save, then ' if facts.is_unsaved else ''}git add the report and its figures, git commit"
        return Line("committed", State.NO, "; ".join(left), way_out)
    if facts.uncommitted is None:
        why = facts.work_problem or "the report on the disk could not be compared"
        return Line("committed", State.UNKNOWN, f"whether it is committed: {why}")
    return Line("committed", State.YES, "the report and its figures are committed as they are on the disk")


# What the course finds in it

_PLACEHOLDERS = frozenset(("empty", "placeholder"))
_LIMITS = frozenset(
    ("too-short", "too-long", "words-not-shown", "course-count", "course-cut", "too-few-figures", "too-many-figures")
)
_UNREADABLE = "figure-unreadable"
_REMOTE = "figure-remote"
_CHECKER = frozenset(("course-stops", "course-unreadable"))


def _judged(facts: Facts) -> Iterator[Line]:
    if facts.evaluation is None or facts.course is None:
        why = _unread(facts) if facts.is_placed is None else "there is no report in its place"
        for name, what in _QUESTIONS.items():
            yield Line(name, State.UNKNOWN, f"{what}: {why}")
        return
    errors = [finding for finding in facts.evaluation.all_findings if finding.severity is Severity.ERROR]
    if facts.course.template.course_check is not None:
        yield _checker(facts.evaluation)
    yield _encoding(facts)
    yield _placeholders(_of(errors, _PLACEHOLDERS), facts.source_problem)
    yield _limits(facts.course, _of(errors, _LIMITS), facts.source_problem)
    yield _figures(facts, [found for found in errors if found.code.startswith("figure-") and found.code != _REMOTE])
    yield _remote_figures(facts.evaluation)
    known = _PLACEHOLDERS | _LIMITS | _CHECKER | {_REMOTE}
    rest = [found for found in errors if found.code not in known and not found.code.startswith("figure-")]
    yield _rest(facts.evaluation, rest)


_QUESTIONS = {
    "checker": "whether the course's checker can read it",
    "encoding": "whether it is UTF-8",
    "placeholders": "whether placeholders are left",
    "limits": "whether the answers are within their limits",
    "figures": "whether its figures are there",
    "remote-figures": "whether figures are loaded from elsewhere",
    "template": "whether the template is whole",
}


def _of(errors: Iterable[Finding], codes: frozenset[str]) -> list[Finding]:
    return [finding for finding in errors if finding.code in codes]


def _numbers(found: Iterable[Finding]) -> list[int]:
    return sorted({finding.question for finding in found if finding.question is not None})


def _messages(found: Sequence[Finding]) -> tuple[str, ...]:
    """The first of them, and how many there are more."""
    told_ones = [f"{f'{one.question}: ' if one.question is not None else ''}{one.message}" for one in found[:_TOLD]]
    if len(found) > _TOLD:
        told_ones.append(f"and {len(found) - _TOLD} more")
    return tuple(told_ones)


def _checker(evaluation: Evaluation) -> Line:
    verdict = evaluation.course_check
    if verdict.readable is None:
        text = f"whether the course's checker can read it: {verdict.reason}"
        return Line("checker", State.UNKNOWN, text, "save the report as UTF-8")
    if not verdict.readable:
        found = [finding for finding in evaluation.all_findings if finding.code in _CHECKER]
        way_out = found[0].way_out if found else "repair what report-tui check names"
        return Line("checker", State.NO, f"the course's checker: {verdict.reason}", way_out, _messages(found))
    text = f"the course's checker reads it: {verdict.passed} of {verdict.total} pass"
    details = (f"it fails {ranges(verdict.failed)}",) if verdict.failed else ()
    return Line("checker", State.YES, text, "", details)


def _encoding(facts: Facts) -> Line:
    if facts.source_problem:
        return Line("encoding", State.NO, f"the file is {facts.source_problem}", "save the report as UTF-8")
    return Line("encoding", State.YES, "the file is UTF-8")


def _placeholders(found: list[Finding], source_problem: str) -> Line:
    numbers = _numbers(found)
    if numbers:
        text = f"{plural(len(numbers), 'question')} without an answer, or with a placeholder left in: {ranges(numbers)}"
        return Line("placeholders", State.NO, text, "write the answers and delete the placeholders")
    if source_problem:
        return Line("placeholders", State.UNKNOWN, f"{_QUESTIONS['placeholders']}: the file is {source_problem}")
    return Line("placeholders", State.YES, "no placeholder is left")


def _limits(course: CourseRules, found: list[Finding], source_problem: str) -> Line:
    numbers = _numbers(found)
    if numbers:
        text = f"{plural(len(numbers), 'question')} outside the limits: {ranges(numbers)}"
        return Line("limits", State.NO, text, "write more or less; report-tui check tells how much", _messages(found))
    if source_problem:
        return Line("limits", State.UNKNOWN, f"{_QUESTIONS['limits']}: the file is {source_problem}")
    how = ", as far as its prompts tell them: no rules know this template" if course.guessed else ""
    return Line("limits", State.YES, f"every answer is within its limits{how}")


def _figures(facts: Facts, found: list[Finding]) -> Line:
    evaluation = facts.evaluation
    assert evaluation is not None
    links = tuple(f"{shown(path)} is a {kind}, which is not followed" for path, kind in facts.unfollowed.items())
    certain = [finding for finding in found if finding.code != _UNREADABLE]
    if certain:
        text = f"{plural(len(certain), 'figure')} that the course will not see as meant"
        return Line("figures", State.NO, text, certain[0].way_out, (*_messages(certain), *links[:_TOLD]))
    unread = [*found, *(finding for finding in evaluation.all_findings if finding.code == "figure-unchecked")]
    if unread:
        text = f"whether {plural(len(unread), 'figure')} can be shown"
        return Line("figures", State.UNKNOWN, text, "fetch all of the repository", _messages(unread))
    used = {use.path for result in evaluation.questions for use in result.figures}
    if not used:
        return Line("figures", State.YES, "no answer shows a figure, and none has to")
    text = f"{plural(len(used), 'figure')} in that commit, under exactly the names that the answers write"
    return Line("figures", State.YES, text, "", links[:_TOLD])


def _remote_figures(evaluation: Evaluation) -> Line:
    found = [finding for finding in evaluation.all_findings if finding.code == _REMOTE]
    if found:
        text = f"{plural(len(found), 'figure')} loaded from elsewhere: {ranges(_numbers(found))}"
        return Line("remote-figures", State.NO, text, found[0].way_out, _messages(found))
    return Line("remote-figures", State.YES, "no figure is loaded from elsewhere")


def _rest(evaluation: Evaluation, found: list[Finding]) -> Line:
    if found:
        text = f"{plural(len(found), 'other problem')}, in the template's own text or in answers"
        return Line("template", State.NO, text, found[0].way_out, _messages(found))
    missing = evaluation.total - len(evaluation.questions)
    if missing or not evaluation.total:
        text = f"{plural(missing, 'question')} missing" if missing else "no question was found"
        return Line("template", State.NO, text, "copy what is missing from the course's template")
    if evaluation.warnings:
        text = f"the template is whole; {plural(evaluation.warnings, 'warning')} to look at"
        return Line("template", State.YES, text, "report-tui check")
    return Line("template", State.YES, "the template is whole, and nothing else is wrong")


def _deadline(facts: Facts, deadline: Deadline) -> Line:
    left = deadline.seconds - facts.now
    if left >= 0:
        return Line("deadline", State.YES, f"{span(left)} left until {deadline.text}")
    passed = f"the deadline, {deadline.text}, passed {span(left)} ago"
    if facts.made is None:
        return Line("deadline", State.UNKNOWN, f"{passed}; what was handed in is not known here", _refresh(facts))
    late = facts.made - deadline.seconds
    if late > 0:
        text = f"{passed}, and this commit was made {span(late)} after it"
        return Line("deadline", State.NO, text, "the course may read an earlier commit: ask")
    if facts.arrived is not None and facts.arrived <= deadline.seconds:
        return Line("deadline", State.YES, f"{passed}, and this commit was there before it")
    text = f"{passed}; this commit was made before it, but when it was pushed is not known here"
    return Line("deadline", State.UNKNOWN, text, "see when it was pushed in the browser")
