"""What stands in a journal of what is not saved: its records, made from drafts and read back.

Owns the form. A record is a line with its length and checksum: whatever end a journal came to, the records before it
are used. Those behind a damaged one too, since each holds whole texts. It touches no disk (`drafts` does).
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import TypeVar

from report_tui.core.changes import BoxKey, Changes, Draft, Origin
from report_tui.storage import files

SCHEMA = 1
DAMAGED = "is damaged"
OTHER_VERSION = "was written by another version of report-tui"
_LARGEST_NUMBER = 1_000_000_000
_DIGITS = len(str(_LARGEST_NUMBER))


def read(data: bytes) -> tuple[str, Draft, str]:
    """What a journal holds; never fails, whatever the bytes are.

    Returns:
        The report's path, what is unsaved in it, and what is wrong with the journal: each empty where there is none. A
        last line that was not finished is the usual end of a program that was killed, and nothing wrong.
    """
    *lines, unfinished = data.split(b"\n")
    reader = _Reader()
    for line in lines:
        reader.take(line)
    # All of it may have come to the disk but the last byte.
    with contextlib.suppress(ValueError):
        reader.apply(_value(unfinished))
    if reader.problem == OTHER_VERSION:  # who knows what its records mean
        return "", Draft(b""), OTHER_VERSION
    return reader.report, reader.draft, reader.problem


def whole(report: str, draft: Draft, base: bytes = b"") -> bytes:
    """A journal that holds a draft.

    Args:
        report: the report's path.
        draft: what is unsaved.
        base: what `base_record` gave for the draft's base, where that was made before: it takes the longest.
    """
    first = _line({"schema": SCHEMA, "report": report})
    return first + (base or base_record(draft.base)) + _line(_difference(Draft(draft.base), draft))


def base_record(base: bytes) -> bytes:
    """The record of the version of the file that a draft was made on."""
    return _line({"base": base64.b64encode(zlib.compress(base)).decode("ascii")})


def change(before: Draft, after: Draft) -> bytes:
    """The record that makes one draft of the other, where both have the same base; no bytes where they are the same."""
    record = _difference(before, after)
    return _line(record) if record else b""


def report_of(first: bytes) -> str:
    """The report's path in a journal's first line; raises ValueError where the line is no such thing."""
    return _typed(_value(first).get("report"), str)


class _Reader:
    """Puts a journal together from its records. A bad one is left out: those behind it hold whole texts."""

    def __init__(self) -> None:
        self.report = ""
        self.draft = Draft(b"")
        self.problem = ""

    def take(self, line: bytes) -> None:
        try:
            self.apply(_value(line))
        except ValueError as error:
            self.problem = self.problem or str(error)

    def apply(self, record: Mapping[str, object]) -> None:
        """Take a record's values over, all or none; raises ValueError for one that makes no sense."""
        if "schema" in record:
            if record["schema"] != SCHEMA:
                raise ValueError(OTHER_VERSION)
            self.report = _typed(record.get("report"), str)
        elif "base" in record:
            self.draft = self.draft._replace(base=_unpacked(_typed(record["base"], str)))
        else:
            self.draft = _changed(self.draft, record)


def _difference(before: Draft, after: Draft) -> dict[str, object]:
    old, new = before.changes, after.changes
    record: dict[str, object] = {}
    answers: dict[str, str | None] = {str(n): text for n, text in new.answers.items() if old.answers.get(n) != text}
    answers |= {str(number): None for number in old.answers if number not in new.answers}
    if answers:
        record["answers"] = answers
    if new.moved != old.moved:
        record["moved"] = sorted(new.moved)
    if new.ticked != old.ticked:
        record["ticked"] = [[*key, done] for key, done in new.ticked.items()]
    if after.undecided != before.undecided:
        record["undecided"] = {str(number): text for number, text in after.undecided.items()}
    if after.origins != before.origins:
        record["origins"] = {str(number): list(origin) for number, origin in after.origins.items()}
    if after.begun != before.begun:
        record["begun"] = {
            "answers": {str(number): text for number, text in after.begun.answers.items()},
            "ticked": [[*key, done] for key, done in after.begun.ticked.items()],
        }
    return record


def _changed(draft: Draft, record: Mapping[str, object]) -> Draft:
    """The draft behind a record; raises ValueError for one that makes no sense."""
    changes, undecided = draft.changes, draft.undecided
    if "answers" in record:
        answers = dict(changes.answers)
        for number, text in _by_number(record["answers"]):
            answers.pop(number, None)  # what was typed last comes last
            if text is not None:
                answers[number] = _typed(text, str)
        changes = changes._replace(answers=answers)
    if "moved" in record:
        changes = changes._replace(moved=_numbers(record["moved"]))
    if "ticked" in record:
        changes = changes._replace(ticked=dict(map(_box, _typed(record["ticked"], list))))
    if "undecided" in record:
        undecided = {number: _typed(text, str) for number, text in _by_number(record["undecided"])}
    begun = _begun(record["begun"]) if "begun" in record else draft.begun
    origins = draft.origins
    if "origins" in record:
        origins = {number: _origin(found) for number, found in _by_number(record["origins"])}
    return Draft(draft.base, changes, undecided, begun, origins)


def _begun(value: object) -> Changes:
    found = _typed(value, dict)
    answers = {number: _typed(text, str) for number, text in _by_number(found.get("answers"))}
    return Changes(answers, ticked=dict(map(_box, _typed(found.get("ticked"), list))))


def _origin(value: object) -> Origin:
    parts = _typed(value, list)
    if len(parts) != len(Origin._fields):
        raise ValueError(DAMAGED)
    prompt, base = parts
    return Origin(_typed(prompt, str), _typed(base, str))


def _line(record: Mapping[str, object]) -> bytes:
    """A record as it stands in the file: checksum, length in bytes, JSON in ASCII."""
    data = json.dumps(record, separators=(",", ":")).encode("ascii")
    return b"%08x %d %s\n" % (zlib.crc32(data), len(data), data)


def _value(line: bytes) -> Mapping[str, object]:
    """The record in a line without its end; raises ValueError where the line is damaged."""
    checksum, _, rest = line.partition(b" ")
    length, _, data = rest.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(data) or length != b"%d" % len(data):
        raise ValueError(DAMAGED)
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(DAMAGED) from error
    return _typed(value, dict)


def _unpacked(text: str) -> bytes:
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text, validate=True), files.SIZE_LIMIT + 1)
    except (zlib.error, binascii.Error) as error:
        raise ValueError(DAMAGED) from error
    if not unpacker.eof or len(data) > files.SIZE_LIMIT:
        raise ValueError(DAMAGED)
    return data


Typed = TypeVar("Typed")


def _typed(value: object, kind: type[Typed]) -> Typed:
    if not isinstance(value, kind):
        raise ValueError(DAMAGED)
    return value


def _number(value: object) -> int:
    number = _typed(value, int)
    if isinstance(value, bool) or not 0 <= number <= _LARGEST_NUMBER:
        raise ValueError(DAMAGED)
    return number


def _by_number(value: object) -> Iterator[tuple[int, object]]:
    for name, item in _typed(value, dict).items():
        yield _number(int(name) if name.isascii() and name.isdigit() and len(name) < _DIGITS else None), item


def _numbers(value: object) -> frozenset[int]:
    return frozenset(map(_number, _typed(value, list)))


def _box(value: object) -> tuple[BoxKey, bool]:
    parts = _typed(value, list)
    if len(parts) != len(BoxKey._fields) + 1:
        raise ValueError(DAMAGED)
    group, text, occurrence, done = parts
    return BoxKey(_typed(group, str), _typed(text, str), _number(occurrence)), _typed(done, bool)
