"""The lines about work that the course will not see: not pushed, not committed, or left on another branch.

Owns their words and the ways out, spelled out as git commands. What differs comes from outside, as facts.
"""

from __future__ import annotations

from collections.abc import Iterator

from report_tui.validation import git_commands
from report_tui.validation.hand_in_facts import PLACE, TOLD, Facts, Held, Line, State, Work
from report_tui.validation.hand_in_source import first_steps, no_target, refresh
from report_tui.validation.subject import plural, ranges, shown

_HELD = 3
"""So many branches are named."""
NO_REPORT = "there is no report on the disk"
"""Why nothing of the disk could be compared."""


def not_pushed(facts: Facts) -> tuple[int, ...]:
    """Numbers of the questions whose answers the course will not see as they are here."""
    return tuple(sorted({*facts.unsaved, *facts.missing.answers}))


def pushed(facts: Facts) -> Line:
    """Whether all that stands here is where the course reads."""
    if facts.problem:
        saved = _unsaved(facts)
        if facts.is_unsaved:
            return Line("pushed", State.NO, _amount(facts), "save, then commit and push", saved)
        return Line("pushed", State.UNKNOWN, f"whether your work is pushed: {facts.problem}", first_steps(facts))
    if facts.is_bare:
        return Line("pushed", State.YES, "this is a bare repository: nothing is worked on here")
    if not facts.remote and not facts.others:
        return _without_remote(facts)
    if facts.is_remote_empty:
        return Line("pushed", State.NO, f"nothing is pushed: {shown(facts.remote)} is empty", _push(facts))
    if facts.is_unsaved or facts.missing.any:
        return _missing(facts)
    if not facts.has_head:
        return Line("pushed", State.NO, "nothing is pushed: nothing was ever committed here", _push(facts))
    if facts.unpushed is None or not facts.oid:
        return _not_compared(facts)
    return _all_there(facts)


def _without_remote(facts: Facts) -> Line:
    text = "nothing is pushed: this repository has no remote"
    if facts.around:
        details = (f"it lies in another repository, {shown(facts.around)}, which leaves out all that is in it",)
        return Line("pushed", State.NO, text, refresh(facts), details)
    return Line("pushed", State.NO, text, refresh(facts))


def _missing(facts: Facts) -> Line:
    if facts.is_base_known or facts.is_unsaved or facts.is_uncommitted:
        return Line("pushed", State.NO, _amount(facts), _push(facts), (*_unsaved(facts), *_ways(facts)))
    text = f"{_things(facts)} differ from {facts.target}: whether by your work or by others' could not be told"
    return Line("pushed", State.UNKNOWN, text, "git fetch --unshallow, or git pull and look", tuple(_ways(facts)))


def _not_compared(facts: Facts) -> Line:
    way_out = _compared_then(facts) if facts.work_problem else refresh(facts)
    why = facts.work_problem or facts.commit_problem or no_target(facts)
    return Line("pushed", State.UNKNOWN, f"whether your work is pushed: {why}", way_out)


def _compared_then(facts: Facts) -> str:
    """What lets the disk be compared."""
    if facts.work_problem == NO_REPORT:
        return _report_back(facts)
    return refresh(facts) if facts.is_partial else "see what report-tui check says of the report"


def _report_back(facts: Facts) -> str:
    if facts.is_placed and facts.remote:
        told = git_commands.command("git checkout {} -- {}", facts.target, PLACE)
        return f"name yours, report-tui handin PATH; or get that one: {told}" if told else "report-tui handin PATH"
    return "name yours: report-tui handin PATH"


def _all_there(facts: Facts) -> Line:
    details = [*_unfinished(facts)]
    if facts.ahead:
        commits = f"{plural(facts.ahead, 'commit')} here that {facts.target} has not"
        details.append(f"{commits} {'leaves' if facts.ahead == 1 else 'leave'} the report as it is")
    if facts.changed_there.any:
        details.append(f"changed there since then, and not here: {_listed(facts.changed_there)}")
    what = "the report as it stands here is" if facts.held else "all your work on the report is"
    return Line("pushed", State.YES, f"{what} at {facts.target}", "", tuple(details))


def committed(facts: Facts) -> Line:
    """Whether all that stands here is committed."""
    if facts.problem:
        return Line("committed", State.UNKNOWN, f"whether it is committed: {facts.problem}", first_steps(facts))
    if facts.is_bare:
        return Line("committed", State.YES, "committed: in a bare repository everything is")
    if facts.is_unsaved or facts.is_uncommitted:
        left = [*_unsaved(facts)]
        if facts.uncommitted is not None and facts.uncommitted.any:
            left.append(f"not committed: {_listed(facts.uncommitted)}")
        return Line("committed", State.NO, "; ".join(left), _joined(facts, _commit(facts)), tuple(_left_out(facts)))
    if facts.uncommitted is None:
        why = facts.work_problem or "the report on the disk could not be compared"
        return Line("committed", State.UNKNOWN, f"whether it is committed: {why}", _compared_then(facts))
    return Line("committed", State.YES, "the report and its figures are committed as they are on the disk")


def branches(facts: Facts) -> Iterator[Line]:
    """A line where other branches hold answers that the course will not see; whether it should, they do not say."""
    if not facts.held:
        return
    numbers = sorted({number for held in facts.held for number in held.answers})
    text = f"whether {plural(len(numbers), 'answer')} of other branches should be at {facts.target}: {ranges(numbers)}"
    details = [f"{_called(held)} has another text for {ranges(held.answers)}" for held in facts.held[:_HELD]]
    if len(facts.held) > _HELD:
        details.append(f"and {len(facts.held) - _HELD} more")
    first = facts.held[0]
    if first.branch:
        merge = git_commands.command("git merge {}", first.branch) or "merge that branch"
        way_out = f"if so: merge the pull request, or {merge}; then {_pushing(facts)}"
    else:
        way_out = f"if so: git stash pop; then git commit and {_pushing(facts)}"
    yield Line("branches", State.UNKNOWN, text, way_out, tuple(details))


def _called(held: Held) -> str:
    return f"the branch {shown(held.branch)}" if held.branch else "what git stash put aside"


def _amount(facts: Facts) -> str:
    return f"{_things(facts)} not pushed yet: the course will not see {'it' if _is_one(facts) else 'them'}"


def _things(facts: Facts) -> str:
    """`3 answers (4, 7, 9), the checklist or the template's text, figures/a.png`."""
    missing, numbers = facts.missing, not_pushed(facts)
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
    missing, numbers = facts.missing, not_pushed(facts)
    more = facts.unsaved_boxes or (missing.is_more and not numbers)
    return len(numbers) + len(missing.figures) + more == 1


def _unsaved(facts: Facts) -> tuple[str, ...]:
    parts = [ranges(facts.unsaved)] if facts.unsaved else []
    parts += ["the checklist"] if facts.unsaved_boxes else []
    return (f"not saved: {', '.join(parts)}",) if parts else ()


def _ways(facts: Facts) -> Iterator[str]:
    uncommitted = facts.uncommitted or Work()
    if uncommitted.any:
        yield f"not committed: {_listed(uncommitted)}"
    yield from _left_out(facts)
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
    yield from _unfinished(facts)
    if facts.has_head and not facts.head_branch and facts.under_way != "rebase":
        yield "no branch is checked out (a detached HEAD)"
    elif facts.branch and facts.head_branch and facts.head_branch != facts.branch:
        yield f"you are on the branch {shown(facts.head_branch)}; the course reads {shown(facts.branch)}"


def _unfinished(facts: Facts) -> Iterator[str]:
    if facts.under_way:
        yield f"git has begun a {facts.under_way} here that is not finished"


def _left_out(facts: Facts) -> Iterator[str]:
    """What `git add` would not take, although it was told to."""
    if facts.ignored:
        yield f"a .gitignore makes git leave out: {_listed(Work(figures=facts.ignored))}"


def _listed(work: Work) -> str:
    parts = [f"{'answer' if len(work.answers) == 1 else 'answers'} {ranges(work.answers)}"] if work.answers else []
    if work.is_more:
        parts.append("other text of the report")
    parts += [shown(path) for path in work.figures[:TOLD]]
    if len(work.figures) > TOLD:
        parts.append(f"{len(work.figures) - TOLD} more figures")
    return ", ".join(parts)


# The ways out


def _push(facts: Facts) -> str:
    """All that is to be done until the course sees what stands here."""
    steps = []
    if facts.is_unsaved or not facts.has_head or facts.is_uncommitted or facts.under_way:
        steps = _commit(facts)
    if facts.under_way != "rebase":
        steps.append(_pushing(facts))
    return _joined(facts, steps)


def _joined(facts: Facts, steps: list[str]) -> str:
    """The steps behind one another, with what no command does in front."""
    first = ["save"] if facts.is_unsaved else []
    first += ["settle what conflicts"] if facts.under_way else []
    return f"{', '.join(first)}, then {'; '.join(steps)}" if first else "; ".join(steps)


def _commit(facts: Facts) -> list[str]:
    uncommitted = facts.uncommitted or Work()
    folder = facts.path.rpartition("/")[0]
    start = f"{folder}/" if folder else ""
    is_report = facts.is_unsaved or facts.under_way or uncommitted.answers or uncommitted.is_more
    plain = [path for path in uncommitted.figures if path not in facts.ignored]
    paths = [facts.path] if is_report else []
    paths += [f"{start}{path}" for path in plain] if len(plain) <= TOLD else [f"{start}figures"]
    steps = git_commands.add(paths, [f"{start}{path}" for path in facts.ignored])
    if facts.under_way == "merge":
        return [*steps, "git commit --no-edit"]
    if facts.under_way:
        return [*steps, f"git {facts.under_way} --continue"]
    return [*steps, "git commit -m report"]


def _pushing(facts: Facts) -> str:
    """From a commit here to the branch that the course reads."""
    there = git_commands.push(facts.remote, facts.branch, facts.head_branch)
    fetched = git_commands.pull(facts.remote, facts.branch)
    if facts.branch and facts.head_branch and facts.head_branch != facts.branch:
        there = git_commands.push(facts.remote, facts.branch, facts.branch)
        merged = git_commands.command("git checkout {}; {{}}; git merge {}", facts.branch, facts.head_branch)
        by_hand = f"{merged.format(fetched)}; {there}" if merged else "merge it into the branch that the course reads"
        return f"open a pull request and merge it, or {by_hand}"
    return f"{fetched}; {there}" if facts.behind and facts.under_way != "merge" else there
