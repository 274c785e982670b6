"""What is written of all groups into a folder: the pages, `class.csv` and `class.json`.

Owns what is added up over all groups, and that no more than one group is held in memory: what each adds goes into
files that are put together at the end.
"""

from __future__ import annotations

import pickle
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from report_tui.group_judging import Judged
from report_tui.render import group_csv, group_site
from report_tui.render.clean import clean
from report_tui.render.group_site import Asked, BoxCount, Facts, Part, QuestionCount, Sheet
from report_tui.render.machine import SCHEMA, json_text
from report_tui.storage.rules import RulesFile
from report_tui.storage.site_files import SiteFiles
from report_tui.validation.deadline import Deadline
from report_tui.validation.engine import READY
from report_tui.validation.finding import Status
from report_tui.validation.group_row import GroupRow, GroupState

CSV, JSON = "class.csv", "class.json"
_ROWS = "rows"
_MOST_BOXES = 500
"""Boxes of different wording that are counted: a group may have any."""
_MOST_TITLES = 4
"""Questions of one number that are told apart: a group's own headings may say anything."""
_HEX = "[0-9a-f]"
_FOLDERS = {
    group_site.GROUPS: re.compile(rf"[a-z0-9-]+-{_HEX}{{8}}\.html"),
    group_site.QUESTIONS: re.compile(r"question-[0-9]+\.html"),
    group_site.FIGURES: re.compile(rf"{_HEX}{{64}}\.[a-z]+(?:\.[0-9]+)?"),
}


class _Question:
    """What all groups together come to at one number."""

    def __init__(self) -> None:
        self.statuses: Counter[Status] = Counter()
        self.prompts: dict[str, str] = {}
        """By title, as another template's question may have this number: its prompt, as the first group has it."""
        self.asked: Counter[str] = Counter()
        """How many groups have each of the titles."""

    def add(self, part: Part) -> str:
        """Add a group's part; returns the title below which it belongs, an empty one behind too many of them."""
        title = part.title if part.title in self.prompts or len(self.prompts) < _MOST_TITLES else ""
        self.prompts.setdefault(title, part.prompt)
        self.asked[title] += 1
        return title

    def titles(self) -> list[str]:
        """The most common one first."""
        return [title for title, _ in self.asked.most_common()]

    def count(self, number: int) -> QuestionCount:
        """What all groups come to."""
        ready = sum(self.statuses[status] for status in READY)
        listed = tuple((status, self.statuses[status]) for status in Status if self.statuses[status])
        return QuestionCount(number, self.titles()[0], self.statuses.total(), ready, listed)


class Outputs:
    """The folder of `--out` while it is made. A context manager: what is not finished goes."""

    def __init__(self, target: Path, rules: Sequence[RulesFile], deadline: Deadline | None) -> None:
        """Begin.

        Args:
            target: the folder.
            rules: the staff's.
            deadline: as of which each group is judged; None for its newest commit.

        Raises:
            CannotSave: nothing can be written there.
        """
        self._files = SiteFiles(target, group_site.OVERVIEW, (CSV, JSON), _FOLDERS)
        self._title = next((each.ruleset.title for each in rules if not each.shipped), "")
        self._numbers = {
            question.id for each in rules for version in each.ruleset.templates for question in version.questions
        }
        self._groups = 0
        self._states: Counter[GroupState] = Counter()
        self._questions: dict[int, _Question] = {}
        self._boxes: dict[tuple[str, str], list[int]] = {}
        head: dict[str, object] = {
            "schema": SCHEMA,
            "deadline": deadline and deadline.text,
            "rules": [each.path.name for each in rules],
        }
        self._files.append(JSON, (json_text(head, indent=None)[:-1] + ', "groups": [').encode())

    @property
    def folder(self) -> Path:
        """Where the pages and figures of each group go while all is made."""
        return self._files.folder

    def __enter__(self) -> Outputs:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.__exit__()

    def add(self, judged: Judged) -> None:
        """Add a group.

        Raises:
            CannotSave: the disk is full, or the like.
        """
        row = judged.row
        start = ",\n" if self._groups else "\n"
        self._files.append(JSON, (start + json_text(judged.record, indent=None)).encode())
        self._files.append(_ROWS, pickle.dumps(row))
        self._groups += 1
        self._states[row.state] += 1
        for question in row.questions:
            if self._has_page(question.id):
                self._questions.setdefault(question.id, _Question()).statuses[question.status] += 1
        if judged.sheet is not None:
            self._add_sheet(judged.sheet)

    def _has_page(self, number: int) -> bool:
        return number in self._numbers or number <= group_site.MOST_NUMBER

    def _add_sheet(self, sheet: Sheet) -> None:
        for part in sheet.parts:
            if self._has_page(part.number):
                question = self._questions.setdefault(part.number, _Question())
                self._files.append(self._part(part.number, question.add(part)), part.html.encode())
        for box in sheet.boxes:
            key = (box.group, box.html)
            if key in self._boxes or len(self._boxes) < _MOST_BOXES:
                count = self._boxes.setdefault(key, [0, 0])
                count[0] += box.done
                count[1] += 1

    def _part(self, number: int, title: str) -> str:
        return f"part-{number}-{list(self._questions[number].prompts).index(title)}"

    def finish(self, notes: Sequence[str]) -> None:
        """Write what is known at the end, and put all into its place.

        Args:
            notes: what is said of all groups together, a line each.

        Raises:
            CannotSave: it could not be written.
        """
        self._files.append(JSON, b"\n]}\n")
        # So a spreadsheet knows that it is UTF-8.
        numbers = sorted(self._questions)
        self._files.append(CSV, b"\xef\xbb\xbf" + group_csv.csv_heading(numbers).encode())
        for row in self._rows():
            self._files.append(CSV, group_csv.csv_line(row, numbers).encode())
        shown = [number for number in numbers if self._questions[number].asked]
        counts = [self._questions[number].count(number) for number in shown]
        for number in shown:
            question = self._questions[number]
            asked = [
                Asked(title, question.prompts[title], self._pieces(self._part(number, title)))
                for title in question.titles()
            ]
            name = f"{group_site.QUESTIONS}/{group_site.question_name(number)}"
            self._write(name, group_site.question_page(number, asked, counts))
        self._add_missing_pages()
        facts = Facts(
            clean(self._title) or "All groups",
            tuple((state, self._states[state]) for state in reversed(GroupState) if self._states[state]),
            tuple(counts),
            tuple(BoxCount(*key, *count) for key, count in self._boxes.items()),
            tuple(map(clean, notes)),
        )
        for piece in group_site.overview(facts, self._rows(), shown):
            self._files.append(group_site.OVERVIEW, piece.encode())
        self._files.finish()

    def _add_missing_pages(self) -> None:
        """A page for each group of which no report is shown."""
        names = [row.name for row in self._rows()]
        beside = group_site.neighbours(names)
        for row in self._rows():
            if not row.report:
                name = f"{group_site.GROUPS}/{group_site.page_name(row.name)}"
                # One that took too long may have got half of its pages.
                self._files.made(name).unlink(missing_ok=True)
                self._write(name, (group_site.nothing_html(row, beside[row.name]).decode(),))

    def _write(self, name: str, pieces: Iterable[str]) -> None:
        for piece in pieces:
            self._files.append(name, piece.encode())
        self._files.made(name)

    def _rows(self) -> Iterator[GroupRow]:
        if not self._groups:
            return
        with self._files.made(_ROWS).open("rb") as file:
            for _ in range(self._groups):
                # Written by this very run, into a folder of its own.
                yield pickle.load(file)

    def _pieces(self, name: str) -> Iterator[str]:
        """A file's text, a bit at a time."""
        with self._files.made(name).open(encoding="utf-8", newline="") as file:
            while piece := file.read(1 << 16):
                yield piece
