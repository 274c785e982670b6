"""What is not saved yet, as values: new texts, answers moved to their place, and boxes ticked.

Owns how they are named: by what keeps its identity when lines move, a question's number or a box's wording. Putting
them into a report is done in `working_copy`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from report_tui.core.report import ChecklistItem, Report


class BoxKey(NamedTuple):
    """Which box of the checklist, wherever it stands."""

    group: str
    text: str
    occurrence: int
    """0 for the first box with this wording in this group."""


class Changes(NamedTuple):
    """What differs from the file as it was read; false where nothing does."""

    answers: Mapping[int, str] = MappingProxyType({})
    """Of each question with a new text, that text; newlines as `\\n`, no outer blank lines."""
    moved: frozenset[int] = frozenset()
    """Questions whose answers are put below their markers."""
    ticked: Mapping[BoxKey, bool] = MappingProxyType({})
    """Of each box that was ticked or unticked, whether it is done."""

    def __bool__(self) -> bool:
        return bool(self.answers or self.moved or self.ticked)

    def with_answer(self, number: int, text: str) -> Changes:
        """These and a new text for an answer."""
        return self._replace(answers={**self.answers, number: text})

    def without_answer(self, number: int) -> Changes:
        """These without the new text of an answer."""
        return self._replace(answers={other: text for other, text in self.answers.items() if other != number})

    def with_box(self, key: BoxKey, *, done: bool) -> Changes:
        """These and a box that was ticked or unticked."""
        return self._replace(ticked={**self.ticked, key: done})

    def without_box(self, key: BoxKey) -> Changes:
        """These without what was done to a box."""
        return self._replace(ticked={other: done for other, done in self.ticked.items() if other != key})


class Origin(NamedTuple):
    """The question that a text was typed for, where the file has none such, or has another one under its number."""

    prompt: str
    """What it asked (`renumbering.asked`); empty where that is not known."""
    base: str
    """Its answer in the file as it was last, or the text before both, where nobody has chosen between the two."""


class Draft(NamedTuple):
    """What is not saved, and the version of the file that it was made on; false where nothing is unsaved."""

    base: bytes
    """The file as it was read when the changes were made."""
    changes: Changes = Changes()
    """With the texts that cannot be written as they stand."""
    undecided: Mapping[int, str] = MappingProxyType({})
    """Of each answer that `base` holds another change of, which nobody has chosen from yet, the text before both."""
    begun: Changes = Changes()
    """What a save was to bring into the file that had not come to its end: there it is ours, and no other version."""
    origins: Mapping[int, Origin] = MappingProxyType({})
    """Of each text that was typed for a question that `base` does not have under that number, which one that was."""

    def __bool__(self) -> bool:
        return bool(self.changes)


def key_of(report: Report, item: ChecklistItem) -> BoxKey:
    """The identity of a box of the report."""
    above = (other for other in report.checklist if other.line < item.line)
    occurrence = sum((other.group, other.text) == (item.group, item.text) for other in above)
    return BoxKey(item.group, item.text, occurrence)


def keys_of(report: Report) -> list[BoxKey]:
    """The identities of all boxes of the report, in order: `key_of` looks at all boxes for each."""
    seen: Counter[tuple[str, str]] = Counter()
    keys = []
    for item in report.checklist:
        keys.append(BoxKey(item.group, item.text, seen[item.group, item.text]))
        seen[item.group, item.text] += 1
    return keys


def box_of(report: Report, key: BoxKey) -> ChecklistItem | None:
    """The box with this identity; None where the report has none."""
    alike = [item for item in report.checklist if (item.group, item.text) == (key.group, key.text)]
    return alike[key.occurrence] if key.occurrence < len(alike) else None


def boxes_of(report: Report) -> dict[BoxKey, ChecklistItem]:
    """All boxes of the report by their identities, in order: `box_of` looks at all boxes for each."""
    return dict(zip(keys_of(report), report.checklist, strict=True))


def boxes_changed(before: Report, after: Report) -> dict[BoxKey, ChecklistItem]:
    """The boxes that another version of the report has in another state, as they are there; new boxes are left out."""
    old = boxes_of(before)
    return {key: item for key, item in boxes_of(after).items() if _state(old.get(key, item)) != _state(item)}


def _state(item: ChecklistItem) -> str:
    return "x" if item.done else item.state
