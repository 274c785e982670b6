"""The rules that apply to one report: a course, the template version it was made from, and where they came from.

Owns the value only; `session` puts it together from `storage.rules`, `matching` and `guess`.
"""

from __future__ import annotations

from typing import NamedTuple

from report_tui.validation.ruleset import FigureRules, TemplateRules

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from report_tui.validation.deadline import Deadline  # most rules have none


class CourseRules(NamedTuple):
    """What one report is judged by."""

    course: str
    """The course's identifier; empty where the limits are guessed."""
    title: str
    """The course's name; empty where the limits are guessed."""
    version: str
    template: TemplateRules
    figures: FigureRules
    source: str
    """What `check` prints: `rules/dtu-02476.yaml`, `--rules x.yaml`, `guessed from the prompts`."""
    guessed: bool
    """Whether the limits are read from the student's own copy of the prompts."""
    unfit: str = ""
    """Name of a rules file that was chosen for this report, on the command line or beside it, but does not fit it."""
    deadline: Deadline | None = None
    """Until when the report may be handed in, if the rules say so."""
