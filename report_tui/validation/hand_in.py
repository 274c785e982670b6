"""What the course will see of a report, line by line: yes, no, or could not tell, each with the way out.

Owns which lines there are and their order, and the one about the deadline. Loudest is work that is not pushed. What git
and the disk say comes from outside as facts; a fact that is not known never becomes a yes.
"""

from __future__ import annotations

from typing import NamedTuple

from report_tui.validation.deadline import Deadline
from report_tui.validation.hand_in_facts import Facts, Line, State
from report_tui.validation.hand_in_found import judged
from report_tui.validation.hand_in_source import place, refresh, source, span
from report_tui.validation.hand_in_work import branches, committed, not_pushed, pushed


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
        return not_pushed(self.facts)


def told(facts: Facts) -> HandIn:
    """The lines that follow from what is known."""
    lines = [pushed(facts), *branches(facts), source(facts), place(facts), committed(facts), *judged(facts)]
    if facts.deadline is not None:
        lines.append(_deadline(facts, facts.deadline))
    return HandIn(facts, tuple(lines))


def _deadline(facts: Facts, deadline: Deadline) -> Line:
    left = deadline.seconds - facts.now
    if left >= 0 and facts.is_clock_behind:
        text = f"whether there is time left until {deadline.text}: this machine's clock is behind what git noted down"
        return Line("deadline", State.UNKNOWN, text, "set this machine's clock")
    if left >= 0:
        return Line("deadline", State.YES, f"{span(left)} left until {deadline.text}")
    passed = f"the deadline, {deadline.text}, passed {span(left)} ago"
    if facts.made is None:
        return Line("deadline", State.UNKNOWN, f"{passed}; what was handed in is not known here", refresh(facts))
    late = facts.made - deadline.seconds
    if late > 0:
        text = f"{passed}, and this commit was made {span(late)} after it"
        return Line("deadline", State.NO, text, "the course may read an earlier commit: ask")
    if facts.arrived is not None and facts.arrived <= deadline.seconds:
        return Line("deadline", State.YES, f"{passed}, and this commit was there before it")
    text = f"{passed}; this commit was made before it, but when it was pushed is not known here"
    return Line("deadline", State.UNKNOWN, text, "see when it was pushed in the browser")
