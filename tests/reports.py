"""Builds templates and filled reports in our own words, damages them, and knows where every answer stands.

Owns the truth that the parser is measured against: a draft is a list of pieces, each of which knows what it is, so
that a damage moves or removes pieces and the truth moves along. It reads nothing and imports nothing of the program.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

PROTECTED = frozenset(
    "title intro checklist section section-intro heading picture prompt length example marker rule".split()
)


@dataclass
class Piece:
    """Some lines of a report which are one thing, such as a heading or the blank line below it."""

    kind: str
    lines: list[str]
    question: int = 0


@dataclass(frozen=True)
class Shape:
    """How a template is written. The defaults are those of the most common kind of template."""

    numbers: tuple[int, ...] = tuple(range(1, 13))
    heading: str = "### Question {n}"
    section: str = "## {title}"
    title: str = "# Report of the harbour project"
    section_intro: str = "quote"
    """`quote`, `text` or `none`."""
    per_section: int = 3
    checklist: str = "top"
    """`top`, `bottom` or `none`."""
    placeholder: str = "--- question {n} fill here ---"
    picture: bool = False
    rules: bool = False
    """Whether a `---` stands above each section heading."""
    length: bool = True
    example: bool = True
    runs: int = 1
    """Of how many block quotes, with blank lines between them, a prompt consists."""
    blank_below_heading: bool = True
    front_matter: bool = False


SHAPES = {
    "usual": Shape(),
    "glued": Shape(blank_below_heading=False),
    "numbers": Shape(heading="### {n}. About part {n}", numbers=tuple(range(1, 9))),
    "titled": Shape(heading="## Question {n}: About part {n}", section="# {title}", title="", checklist="none"),
    "task": Shape(heading="### Task {n}", section_intro="text", example=False),
    "unnumbered": Shape(heading="### About part {word}", numbers=tuple(range(1, 8)), checklist="none"),
    "level-4": Shape(heading="#### Question {n}", section="### {title}", title="## Report"),
    "level-2": Shape(heading="## Question {n}", section="# {title}", title="# Report", section_intro="none"),
    "runs": Shape(runs=3),
    "pictures": Shape(picture=True, placeholder="--- fill here ---", front_matter=True, checklist="none"),
    "checklist-below": Shape(checklist="bottom"),
    "rules": Shape(rules=True),
    "plain-intro": Shape(section_intro="text", per_section=4),
    "mixed-headings": Shape(numbers=(*range(1, 10), 12, 13, 14)),
    "bare-prompts": Shape(example=False, length=False),
}

WORDS = (
    "harbour crane cargo pilot berth quay tide signal buoy anchor vessel deck hull rope winch dock chart radar beacon "
    "wharf barge ferry customs ledger manifest pallet forklift storm ballast engine rudder keel"
).split()
NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen".split()


def prose(rng: random.Random, least: int = 5, most: int = 40) -> str:
    """One line of plain words."""
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(least, most))).capitalize() + "."


def answer_lines(rng: random.Random, kinds: Sequence[str] | None = None) -> list[str]:
    """An answer of one to four parts of the kinds that students write; begins and ends with text."""
    lines = [prose(rng)]
    for _ in range(rng.randint(0, 3)):
        kind = rng.choice(kinds or tuple(PARTS))
        lines += ["", *PARTS[kind](rng), "", prose(rng)]
    return lines


PARTS: dict[str, Callable[[random.Random], list[str]]] = {
    "prose": lambda rng: [prose(rng), prose(rng)],
    "list": lambda rng: [f"- {prose(rng, 2, 6)}" for _ in range(3)],
    "numbered": lambda rng: [f"{n}. {prose(rng, 2, 6)}" for n in range(1, 4)],
    "table": lambda rng: ["| part | tons |", "|---|---:|", f"| {rng.choice(WORDS)} | 4 |"],
    "code": lambda rng: ["```python", "# load the cargo", "## twice", "print(1)", "```"],
    "tildes": lambda rng: ["~~~", "### not a heading", "~~~"],
    "heading-2": lambda rng: [f"## {rng.choice(WORDS).title()}"],
    "heading-3": lambda rng: [f"### {rng.choice(WORDS).title()}", "", prose(rng)],
    "heading-4": lambda rng: [f"#### {rng.choice(WORDS).title()}"],
    "heading-1": lambda rng: ["# comment about the ropes"],
    "quote": lambda rng: [f"> {prose(rng)}", f"> {prose(rng)}"],
    "rule": lambda rng: ["---"],
    "image": lambda rng: [f"![{rng.choice(WORDS)}](figures/{rng.choice(WORDS)}.png)"],
    "box": lambda rng: ["- [ ] not yet", "- [x] done"],
    "comment": lambda rng: ["<!-- to be looked at again -->"],
    "mention": lambda rng: ["As said in Question 2 the tide matters, and the answer: 42.", "Question 3 says more."],
    "step": lambda rng: ["## Step 2: weigh anchor", "", prose(rng), "", "### 7 ships", "", prose(rng)],
}


@dataclass(frozen=True)
class Truth:
    """Where an answer stands: 1-based lines, None where nothing does."""

    lines: tuple[int, int] | None
    region: tuple[int, int] | None
    """What may be counted in as well."""


@dataclass
class Draft:
    """A report in pieces."""

    pieces: list[Piece] = field(default_factory=list)

    def lines(self) -> list[str]:
        """All its lines."""
        return [line for piece in self.pieces for line in piece.lines]

    def to_bytes(self, ending: str = "\n", *, bom: bool = False, final_newline: bool = True) -> bytes:
        """The file."""
        text = ending.join(self.lines()) + (ending if final_newline else "")
        return (b"\xef\xbb\xbf" if bom else b"") + text.encode("utf-8")

    def of(self, question: int, kind: str) -> Piece:
        """The first piece of a kind that belongs to a question."""
        return next(piece for piece in self.pieces if piece.question == question and piece.kind == kind)

    def has(self, question: int, kind: str) -> bool:
        """Whether the question still has such a piece."""
        return any(piece.question == question and piece.kind == kind for piece in self.pieces)

    def index(self, piece: Piece) -> int:
        """Where a piece stands, by identity."""
        return next(index for index, other in enumerate(self.pieces) if other is piece)

    def numbers(self) -> list[int]:
        """The questions in document order."""
        return list(dict.fromkeys(piece.question for piece in self.pieces if piece.question))

    def positions(self) -> list[tuple[Piece, int, int]]:
        """Every piece with its first and last line, 1-based; an empty one has its last before its first."""
        found, line = [], 1
        for piece in self.pieces:
            found.append((piece, line, line + len(piece.lines) - 1))
            line += len(piece.lines)
        return found

    def truth(self) -> dict[int, Truth]:
        """Where each question's answer stands; `beside` pieces may be counted in."""
        answers: dict[int, Truth] = {}
        beside: dict[int, list[int]] = {}
        for piece, first, last in self.positions():
            filled = [n for n, line in enumerate(piece.lines, start=first) if line.strip(" \t")]
            if piece.kind == "answer" and filled:
                span = (filled[0], filled[-1])
                answers.setdefault(piece.question, Truth(span, span))
            elif piece.kind == "beside" and filled:
                beside.setdefault(piece.question, []).extend((first, last))
        for number in self.numbers():
            truth = answers.setdefault(number, Truth(None, None))
            if truth.lines and number in beside:
                around = [*truth.lines, *beside[number]]
                answers[number] = replace(truth, region=(min(around), max(around)))
        return dict(sorted(answers.items()))

    def protected_lines(self) -> set[int]:
        """The 1-based lines that belong to no answer."""
        return {
            n
            for piece, first, _ in self.positions()
            if piece.kind in PROTECTED
            for n, line in enumerate(piece.lines, start=first)
            if line.strip(" \t")
        }


def build(shape: Shape = SHAPES["usual"], answers: dict[int, list[str]] | None = None) -> Draft:
    """A template of this shape; the questions named in `answers` are filled in."""
    answers = answers or {}
    draft = Draft()
    add = draft.pieces.append

    def blank(question: int = 0) -> None:
        add(Piece("blank", [""], question))

    if shape.front_matter:
        add(Piece("intro", ["---", "layout: plain", "hidden: yes", "---"]))
        blank()
    if shape.title:
        add(Piece("title", [shape.title]))
        blank()
        add(Piece("intro", ["Fill in each part below the line that asks for it. Code may be added like this:"]))
        blank()
        add(Piece("intro", ["```bash", "python harbour.py check", "```"]))
        blank()
    if shape.checklist == "top":
        _checklist(draft, shape)
    for position, number in enumerate(shape.numbers):
        if shape.per_section and position % shape.per_section == 0:
            _section(draft, shape, position // shape.per_section + 1, first=position == 0)
        _question(draft, shape, number, answers.get(number))
    if shape.checklist == "bottom":
        _checklist(draft, shape)
    draft.pieces.pop()
    return draft


def _checklist(draft: Draft, shape: Shape) -> None:
    group = shape.section.split(" ")[0] + "# Group {n}"
    draft.pieces.append(Piece("section", [shape.section.format(title="List of things to do")]))
    draft.pieces.append(Piece("blank", [""]))
    for number in (1, 2):
        draft.pieces.append(Piece("section", [group.format(n=number)]))
        draft.pieces.append(Piece("blank", [""]))
        boxes = ["* [ ] Tie the ropes", "* [x] Weigh the cargo and write what it weighs into the", "    ledger"]
        draft.pieces.append(Piece("checklist", boxes))
        draft.pieces.append(Piece("blank", [""]))


def _section(draft: Draft, shape: Shape, count: int, *, first: bool) -> None:
    if shape.rules and not first:
        draft.pieces += [Piece("rule", ["---"]), Piece("blank", [""])]
    draft.pieces += [
        Piece("section", [shape.section.format(title=f"Part {NUMBER_WORDS[count]}")]),
        Piece("blank", [""]),
    ]
    intro = "The next questions are about the quay and what happens there."
    if shape.section_intro == "quote" and not first:
        draft.pieces += [Piece("section-intro", [f"> {intro}", "> Be brief."]), Piece("blank", [""])]
    elif shape.section_intro == "text":
        draft.pieces += [Piece("section-intro", [intro, "Be brief."]), Piece("blank", [""])]


def _question(draft: Draft, shape: Shape, number: int, answer: list[str] | None) -> None:
    def add(kind: str, *lines: str) -> None:
        draft.pieces.append(Piece(kind, list(lines), number))

    add("heading", shape.heading.format(n=number, word=NUMBER_WORDS[min(number, 14)]))
    if shape.blank_below_heading:
        add("blank", "")
    if shape.picture and number % 3 == 0:
        add("picture", '<img style="float: right;" src="figures/crane.png" width="300">')
        add("blank", "")
    add(
        "prompt",
        f"> **What did you do about crane {number} and why was it the right thing to do? Say it in your own**",
        "> **words.**",
    )
    for _ in range(shape.runs - 1):
        add("blank", "")
        add("prompt", "> Mind the tide.")
    if shape.length:
        add("length", ">", "> Recommended answer length: 100-200 words.")
    if shape.example:
        add("example", ">", "> Example:", "> *We moved ... to ... because of ... .*")
    add("marker", ">", "> Answer:")
    add("blank", "")
    placeholder = shape.placeholder.format(n=number)
    add("answer" if answer is not None else "placeholder", *(answer if answer is not None else [placeholder]))
    add("blank", "")


def filled(shape: Shape, rng: random.Random, kinds: Sequence[str] | None = None, share: float = 0.85) -> Draft:
    """A report of this shape in which most questions are answered."""
    return build(shape, {n: answer_lines(rng, kinds) for n in shape.numbers if rng.random() < share})


# Damages: each changes a draft in place, at one question.


def _drop(draft: Draft, pieces: Iterable[Piece]) -> None:
    gone = {id(piece) for piece in pieces}
    draft.pieces = [piece for piece in draft.pieces if id(piece) not in gone]


def _blanks_around(draft: Draft, piece: Piece) -> list[Piece]:
    index = draft.index(piece)
    return [other for other in draft.pieces[max(0, index - 1) : index + 2] if other.kind == "blank"]


def marker_unquoted(draft: Draft, number: int, text: str = "Answer:") -> None:
    """The marker loses its `>`, where another damage has left it."""
    lines = draft.of(number, "marker").lines
    if lines:
        lines[-1] = text


def marker_lost(draft: Draft, number: int, *, keep_bare_quote: bool = False) -> None:
    """The marker line is gone."""
    piece = draft.of(number, "marker")
    piece.lines = piece.lines[:1] if keep_bare_quote else []


def marker_reworded(draft: Draft, number: int, text: str) -> None:
    """The marker is written in another way."""
    draft.of(number, "marker").lines[-1] = text


def inline(draft: Draft, number: int) -> None:
    """The answer begins on the marker's line; what stood below stays below."""
    if not draft.has(number, "answer"):
        return
    marker, answer = draft.of(number, "marker"), draft.of(number, "answer")
    if not marker.lines:
        return  # it is lost
    first = marker.lines.pop()
    answer.lines[0] = f"{first} {answer.lines[0]}"
    _drop(draft, [piece for piece in _blanks_around(draft, answer) if draft.index(piece) < draft.index(answer)])


def quoted(draft: Draft, number: int, *, bare_above: bool = True) -> None:
    """The whole answer stands in the prompt's block quote."""
    if not draft.has(number, "answer"):
        return
    answer = draft.of(number, "answer")
    answer.lines = [f"> {line}".rstrip() for line in answer.lines]
    above = [piece for piece in _blanks_around(draft, answer) if draft.index(piece) < draft.index(answer)]
    for piece in above:
        piece.kind, piece.lines = ("beside", [">"]) if bare_above else ("blank", [])


def glued_to_marker(draft: Draft, number: int) -> None:
    """No blank line between the marker and the answer."""
    if draft.has(number, "answer"):
        answer = draft.of(number, "answer")
        _drop(draft, [piece for piece in _blanks_around(draft, answer) if draft.index(piece) < draft.index(answer)])


def glued_to_next(draft: Draft, number: int) -> None:
    """No blank line between the answer and the next heading."""
    if draft.has(number, "answer"):
        answer = draft.of(number, "answer")
        _drop(draft, [piece for piece in _blanks_around(draft, answer) if draft.index(piece) > draft.index(answer)])


def placeholder_left(draft: Draft, number: int, where: str) -> None:
    """The placeholder stays beside the answer: `above`, `below` or `dashes` around its text."""
    if not draft.has(number, "answer"):
        return
    answer = draft.of(number, "answer")
    index = draft.index(answer)
    left = f"--- question {number} fill here ---"
    if where == "dashes":
        answer.lines[0] = f"--- {answer.lines[0]}"
        answer.lines[-1] = f"{answer.lines[-1]} ---"
    elif where == "above":
        draft.pieces[index:index] = [Piece("beside", [left], number), Piece("blank", [""], number)]
    elif where == "rules":
        draft.pieces[index + 1 : index + 1] = [Piece("beside", ["---"], number)]
        draft.pieces[index:index] = [Piece("beside", ["---"], number), Piece("blank", [""], number)]
    else:
        draft.pieces[index + 1 : index + 1] = [Piece("blank", [""], number), Piece("beside", [left], number)]


def heading_lost(draft: Draft, number: int, *, blanks: bool = False) -> None:
    """The question's heading is gone, with or without the blank lines around it."""
    piece = draft.of(number, "heading")
    _drop(draft, [piece, *(_blanks_around(draft, piece) if blanks else [])])


def heading_reworded(draft: Draft, number: int, text: str) -> None:
    """The question's heading is written in another way; `{n}` is the number."""
    draft.of(number, "heading").lines = [text.format(n=number)]


def part_lost(draft: Draft, number: int, kind: str) -> None:
    """The example, the length line, or the picture is gone."""
    _drop(draft, [piece for piece in draft.pieces if piece.question == number and piece.kind == kind])


def prompt_rewritten(draft: Draft, number: int) -> None:
    """The prompt says something else, not in bold."""
    draft.of(number, "prompt").lines = ["> We were asked about the cranes here", "> and what they are for"]


def section_lost(draft: Draft, number: int, *, intro: bool) -> None:
    """The heading of the section that begins with this question is gone, with or without its introduction."""
    heading = draft.index(draft.of(number, "heading"))
    start = heading
    while start > 0 and draft.pieces[start - 1].question == 0:
        start -= 1
    around = [p for p in draft.pieces[start:heading] if p.kind == "section" or (intro and p.kind == "section-intro")]
    if around and any(piece.question for piece in draft.pieces[:start]):
        _drop(draft, [piece for gone in around for piece in (gone, *_blanks_around(draft, gone)[1:])])


def swapped(draft: Draft, number: int) -> None:
    """The question and the next one change places, when they are neighbours."""
    numbers = draft.numbers()
    here = numbers.index(number)
    if here + 1 == len(numbers):
        return
    mine = [piece for piece in draft.pieces if piece.question == number]
    other = [piece for piece in draft.pieces if piece.question == numbers[here + 1]]
    start = draft.index(mine[0])
    if draft.index(other[0]) == start + len(mine):
        draft.pieces[start : start + len(mine) + len(other)] = [*other, *mine]


def conflicted(draft: Draft, number: int) -> None:
    """Both sides of a merge stand in the answer, between conflict markers."""
    if not draft.has(number, "answer"):
        return
    answer = draft.of(number, "answer")
    other = ["The other one wrote this.", "", "And more."]
    answer.lines = ["<<<<<<< HEAD", *answer.lines, "=======", *other, ">>>>>>> 1f2e3d4c"]


def _both(first: Callable[[Draft, int], None], second: Callable[[Draft, int], None]) -> Callable[[Draft, int], None]:
    def damage(draft: Draft, number: int) -> None:
        first(draft, number)
        second(draft, number)

    return damage


DAMAGES: dict[str, Callable[[Draft, int], None]] = {
    "marker without >": marker_unquoted,
    "marker without > and blank": _both(marker_unquoted, glued_to_marker),
    "marker lost": marker_lost,
    "marker lost, bare quote kept": lambda d, n: marker_lost(d, n, keep_bare_quote=True),
    ">Answer:": lambda d, n: marker_reworded(d, n, ">Answer:"),
    "> **Answer:**": lambda d, n: marker_reworded(d, n, "> **Answer:**"),
    "> **Answer**:": lambda d, n: marker_reworded(d, n, "> **Answer**:"),
    "> answer :": lambda d, n: marker_reworded(d, n, "> answer :"),
    "marker with trailing blanks": lambda d, n: marker_reworded(d, n, "> Answer:  "),
    "answer on the marker": inline,
    "answer on the marker without >": _both(marker_unquoted, inline),
    "answer on the marker, placeholder below": _both(inline, lambda d, n: placeholder_left(d, n, "below")),
    "answer in the quote": quoted,
    "answer in the quote at once": lambda d, n: quoted(d, n, bare_above=False),
    "answer glued to the marker": glued_to_marker,
    "answer glued to the next heading": glued_to_next,
    "placeholder above": lambda d, n: placeholder_left(d, n, "above"),
    "placeholder below": lambda d, n: placeholder_left(d, n, "below"),
    "answer in dashes": lambda d, n: placeholder_left(d, n, "dashes"),
    "answer between rules": lambda d, n: placeholder_left(d, n, "rules"),
    "heading lost": heading_lost,
    "heading and blanks lost": lambda d, n: heading_lost(d, n, blanks=True),
    "heading lost, marker without >": _both(heading_lost, marker_unquoted),
    "heading one level down": lambda d, n: heading_reworded(d, n, "#" + d.of(n, "heading").lines[0]),
    "heading one level up": lambda d, n: heading_reworded(d, n, d.of(n, "heading").lines[0][1:]),
    "heading without blank": lambda d, n: heading_reworded(d, n, d.of(n, "heading").lines[0].replace("# ", "#")),
    "heading without #": lambda d, n: heading_reworded(d, n, d.of(n, "heading").lines[0].lstrip("# ")),
    "heading in bold": lambda d, n: heading_reworded(d, n, f"**{d.of(n, 'heading').lines[0].lstrip('# ')}**"),
    "heading with a note": lambda d, n: heading_reworded(d, n, d.of(n, "heading").lines[0] + " (done)"),
    "example lost": lambda d, n: part_lost(d, n, "example"),
    "length lost": lambda d, n: part_lost(d, n, "length"),
    "example, length and marker lost": lambda d, n: _parts_lost(d, n, "example", "length", "marker"),
    "picture lost": lambda d, n: part_lost(d, n, "picture"),
    "prompt rewritten": prompt_rewritten,
    "prompt lost": lambda d, n: _parts_lost(d, n, "prompt", "example", "length"),
    "prompt and marker lost": lambda d, n: _parts_lost(d, n, "prompt", "example", "length", "marker"),
    "section heading lost": lambda d, n: section_lost(d, n, intro=False),
    "section lost": lambda d, n: section_lost(d, n, intro=True),
    "section and heading lost": _both(lambda d, n: section_lost(d, n, intro=True), heading_lost),
    "questions swapped": swapped,
    "merge conflict": conflicted,
}


def _parts_lost(draft: Draft, number: int, *kinds: str) -> None:
    for kind in kinds:
        part_lost(draft, number, kind)
