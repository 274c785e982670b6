"""What must hold whatever the bytes are: a function for each part that reads what others wrote.

Owns the invariants and how bytes become the parts' arguments; whoever makes up the bytes (a fuzzer, the kept finds, the
test-suite's own short run) calls `TARGETS[name](data)`, and anything it raises is a find.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable

from report_tui.core import merge, working_copy
from report_tui.core.changes import Draft
from report_tui.core.rejection import AnswerRejected, BoxRejected
from report_tui.core.report import Question, Report
from report_tui.core.source import normalised
from report_tui.render.clean import UNSAFE
from report_tui.storage import draft_records
from report_tui.validation import engine, guess, loader, strict_yaml
from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation
from report_tui.validation.figure_facts import FigureFact, FigureState
from report_tui.validation.ruleset import CourseCheck, FigureRules, TemplateRules

_MOST_EDITS = 3
"""Questions of one input that are edited, so that an input with hundreds of them costs no more than others."""
SEPARATOR = b"\x1e"
"""Between the parts of one input: in no text by chance, and one byte, so that a fuzzer soon finds out about it."""


def parser(data: bytes) -> None:
    """A report, and behind the last separator the text that is written into its answers."""
    file, _, typed = data.rpartition(SEPARATOR)
    text = typed.decode("utf-8", errors="surrogatepass" if _is_surrogates(typed) else "replace")
    report = Report.from_bytes(file)
    _check_shape(report, file)
    course = _course(report)
    evaluation = engine.evaluate(report, course, _facts(report))
    _check_evaluation(report, evaluation)
    for question in report.questions[:_MOST_EDITS]:
        _check_edit(report, question, text, course, evaluation)
        _check_move(report, question)
    for item in report.checklist[:_MOST_EDITS]:
        try:
            ticked = report.with_box(item.line, "x")
        except BoxRejected:
            continue
        start, end = item.state_span
        _check_outside(report, ticked, start, end)
        assert ticked.box(item.line).done


def rules(data: bytes) -> None:
    """A rules file's text."""
    text = data.decode("utf-8", errors="surrogatepass" if _is_surrogates(data) else "replace")
    ruleset, problems = loader.load(text, "rules.yaml")
    assert (ruleset is None) == bool(problems), "rules that are wrong and say nothing, or the other way round"
    assert len(problems) <= strict_yaml.MAX_PROBLEMS + 1
    for problem in problems:
        assert problem.line >= 1 and problem.column >= 1
        assert not UNSAFE.search(str(problem)), f"nothing to print on a terminal: {problem!r}"
    if ruleset is not None:
        assert ruleset.templates
        for template in ruleset.templates:
            numbers = [rule.id for rule in template.questions]
            assert len(set(numbers)) == len(numbers) and min(numbers) > 0
            for rule in template.questions:
                for limit in (rule.words, rule.images):
                    assert limit is None or 0 <= limit[0] <= limit[1]


def draft(data: bytes) -> None:
    """A journal as it is, then its lines as records whose checksums are right."""
    _check_journal(data)
    _check_journal(b"".join(_record(line) for line in data.split(b"\n")))


def three_way(data: bytes) -> None:
    """An answer as it was, as we have it, and as they have it."""
    texts = [normalised(part.decode("utf-8", errors="replace")) for part in data.split(SEPARATOR)[:3]]
    base, mine, theirs = [*texts, "", "", ""][:3]
    parts = merge.merge(base, mine, theirs)
    assert _joined(part.base for part in parts) == base.split("\n") if base else not any(part.base for part in parts)
    assert _joined(part.mine for part in parts) == (mine.split("\n") if mine else [])
    assert _joined(part.theirs for part in parts) == (theirs.split("\n") if theirs else [])
    swapped = merge.merge(base, theirs, mine)
    assert merge.collide(parts) == merge.collide(swapped), "who is who must not matter"
    lines = {"", *base.split("\n"), *mine.split("\n"), *theirs.split("\n")}
    assert set(merge.merged(parts).split("\n")) <= lines, "no line is made up"
    assert merge.merged(merge.merge(base, mine, base)) == mine, "what one side did is taken"
    assert merge.merged(merge.merge(base, base, theirs)) == theirs
    both = merge.merge(base, mine, mine)
    assert not merge.collide(both) and merge.merged(both) == mine


TARGETS: dict[str, Callable[[bytes], None]] = {
    "parser": parser,
    "rules": rules,
    "drafts": draft,
    "merge": three_way,
}


def _is_surrogates(data: bytes) -> bool:
    """Whether these are UTF-8 but for halves of characters, which a text in memory may hold."""
    try:
        data.decode("utf-8", errors="surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


# The parser's


def _check_shape(report: Report, file: bytes) -> None:
    source = report.source
    assert report.to_bytes() is file, "an unedited file is the one that was read"
    assert "".join(line + end for line, end in zip(source.lines, source.endings, strict=True)) == source.text
    numbers = [question.id for question in report.questions]
    assert len(set(numbers)) == len(numbers)
    behind = 0
    for question in report.questions:
        answer = question.answer
        assert behind <= answer.region[0] <= answer.span[0] <= answer.span[1] <= answer.region[1] <= len(source.text)
        behind = answer.region[1]
        assert 1 <= answer.line <= max(1, len(source.lines))
        if answer.lines is not None:
            assert source.text[slice(*answer.span)].replace("\r\n", "\n").replace("\r", "\n") == answer.text
    for item in report.checklist:
        start, end = item.state_span
        assert source.text[start:end] == item.state


def _check_evaluation(report: Report, evaluation: Evaluation) -> None:
    assert [result.id for result in evaluation.questions] == [question.id for question in report.questions]
    found = [finding for result in evaluation.questions for finding in result.findings]
    for finding in [*found, *evaluation.findings]:
        assert 1 <= finding.line <= max(1, len(report.source.lines)), f"{finding} points behind the file's end"
    if evaluation.ok:
        assert report.questions and report.source.problem is None, "a false OK"


def _check_edit(report: Report, question: Question, text: str, course: CourseRules, evaluation: Evaluation) -> None:
    number = question.id
    assert report.with_answer(number, question.answer.text) is report, "the same text is no edit"
    try:
        edited = report.with_answer(number, text)
    except AnswerRejected as rejected:
        assert rejected.question == number and rejected.reason and rejected.way_out
        return
    if edited is report:
        return
    assert report.source.problem is None, "a file that cannot be decoded is never written"
    _check_outside(report, edited, *question.answer.region)
    assert _read_again(edited) == _others(report, number) | {number: normalised(text)}
    again = engine.rejudge(evaluation, edited, course, _facts(edited), number)
    _check_evaluation(edited, again)
    assert again == engine.evaluate(edited, course, _facts(edited)), "judged again differs from judged anew"


def _check_move(report: Report, question: Question) -> None:
    number = question.id
    try:
        moved = report.with_answer_moved(number)
    except AnswerRejected:
        return
    if moved is not report:
        read = _read_again(moved)
        assert {other: text for other, text in read.items() if other != number} == _others(report, number)
        assert number in read and moved.with_answer_moved(number) is moved, "moved once is moved"


def _check_outside(before: Report, after: Report, start: int, end: int) -> None:
    """No byte outside of the characters start..end has changed."""
    source = before.source
    mark = len(source.data) - len(source.text.encode())
    head, tail = mark + len(source.text[:start].encode()), len(source.text[end:].encode())
    assert after.to_bytes()[:head] == source.data[:head]
    assert after.to_bytes()[len(after.to_bytes()) - tail :] == source.data[len(source.data) - tail :]
    assert len(after.to_bytes()) >= head + tail


def _read_again(report: Report) -> dict[int, str]:
    """Of each question the answer, in the file that would be written."""
    return Report.from_bytes(report.to_bytes()).texts


def _others(report: Report, number: int) -> dict[int, str]:
    return {question.id: question.answer.text for question in report.questions if question.id != number}


def _course(report: Report) -> CourseRules:
    """The limits of the prompts, and a course that checks and makes a page as well, so that every check has to look."""
    guessed = guess.template_rules(report)
    template = TemplateRules(guessed.version, guessed.questions, CourseCheck("answer-split", 0))
    return CourseRules("", "", template.version, template, FigureRules(), "fuzzed", guessed=False)


def _facts(report: Report) -> dict[str, FigureFact]:
    return {target: FigureFact(target, FigureState.MISSING) for target in engine.figure_targets(report)}


# The drafts' and the merge's


def _check_journal(data: bytes) -> None:
    name, kept, problem = draft_records.read(data)
    assert isinstance(name, str) and isinstance(problem, str) and isinstance(kept, Draft)
    assert all(isinstance(number, int) and isinstance(text, str) for number, text in kept.changes.answers.items())
    report = Report.from_bytes(kept.base)
    there = {question.id for question in report.questions}
    texts = {number: text for number, text in kept.changes.answers.items() if number in there}
    made = working_copy.make(report, kept.changes._replace(answers=texts))
    for number, text in texts.items():
        assert number in made.refused or made.copy.report.question(number).answer.text == normalised(text), "lost"


def _record(line: bytes) -> bytes:
    """A line as a record that is whole; what is no JSON becomes a piece of text in one."""
    try:
        value = json.loads(line)
        payload = json.dumps(value).encode("ascii")
    except (ValueError, RecursionError):
        payload = json.dumps({"answers": {"1": line.decode("latin-1")}}).encode("ascii")
    return b"%08x %d %s\n" % (zlib.crc32(payload), len(payload), payload)


def _joined(parts: object) -> list[str]:
    assert hasattr(parts, "__iter__")
    return [line for lines in parts for line in lines]
