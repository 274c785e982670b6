"""Measures what the core costs on a report as large as the largest one seen, beside a Markdown parser on the same text.

A script, run as `python -m bench.core`; it prints medians and 95th percentiles in milliseconds. It judges nothing: the
figures depend on the machine, so that the comparison in the same run is what they are to be read against.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable

from markdown_it import MarkdownIt

from report_tui import Report
from report_tui.validation import engine, guess
from report_tui.validation.course import CourseRules
from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureFolder, FigureState
from report_tui.validation.ruleset import FigureRules
from tests.reports import Shape, answer_lines, build, prose

_LINES = 1093
_BYTES = 53_000
_ROUNDS = 200
_FIGURES = 60
"""Files in the figures folder; a large report uses a dozen."""
_MANY = ((31, 200), (200, 50), (2_000, 10))
"""Questions whose answers are all set at once, as bringing a version back does, and rounds."""
_FENCED = "We did this:\n\n```python\n# load the cargo\nprint(1)\n```\n\nAnd then that."


def made_report() -> bytes:
    """A filled report of ours with 31 questions, CRLF, and as many lines and bytes as the largest one seen."""
    rng = random.Random(1)
    shape = Shape(numbers=tuple(range(1, 32)), per_section=6)
    answers = {number: answer_lines(rng) for number in shape.numbers}

    def missing_lines() -> int:
        return _LINES - len(build(shape, answers).lines())

    while (missing := missing_lines()) > 0:
        answers[rng.choice(shape.numbers)] += [prose(rng)] if missing == 1 else ["", prose(rng)]
    while (missing := _BYTES - len(build(shape, answers).to_bytes("\r\n"))) > 0:
        answers[rng.choice(shape.numbers)][-1] += f" {prose(rng)}"[:missing]
    return build(shape, answers).to_bytes("\r\n")


def _measure(name: str, action: Callable[[], object], rounds: int = _ROUNDS) -> None:
    action()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - start))
    print(f"{name:46} median {statistics.median(times):6.2f} ms   p95 {statistics.quantiles(times, n=20)[-1]:6.2f} ms")


def _rejudging(report: Report) -> Callable[[], object]:
    """What each key costs after the edit itself: one answer judged again, and the sums made anew."""
    for number in (3, 7, 14, 19, 20, 29):
        shown = f"![Figure {number}](figures/{number}.png)\n\n![Another of {number}](figures/{number}-b.png)"
        report = report.with_answer(number, f"{report.question(number).answer.text}\n\n{shown}")
    template = guess.template_rules(report)
    course = CourseRules("", "", template.version, template, FigureRules(), "guessed", guessed=True)
    targets = sorted(engine.figure_targets(report))
    others = [f"figures/draft-{number}.png" for number in range(_FIGURES - len(targets))]
    files = {path: FigureFile(path, 90_000, "png", (800, 600), tracked=True) for path in (*targets, *others)}
    facts = {path: FigureFact(path, FigureState.FOUND, file=files[path]) for path in targets}
    folder = FigureFolder(tuple(files[path] for path in sorted(files)))
    before = engine.evaluate(report, course, facts, folder)
    after = report.with_answer(14, report.question(14).answer.text + " key")
    return lambda: engine.rejudge(before, after, course, facts, 14, folder=folder)


def _setting_all(count: int) -> Callable[[], object]:
    shape = Shape(numbers=tuple(range(1, count + 1)), per_section=count)
    report = Report.from_bytes(build(shape, {number: ["Old."] for number in shape.numbers}).to_bytes())
    texts = {number: f"New, of {number}." for number in shape.numbers}
    return lambda: report.with_answers(texts)


def main() -> None:
    """Print the measurements."""
    data = made_report()
    report = Report.from_bytes(data)
    text = report.source.text
    print(f"{len(data)} bytes, {len(report.source.lines)} lines, {len(report.questions)} questions, {_ROUNDS} rounds")
    _measure("Report.from_bytes", lambda: Report.from_bytes(data))
    _measure("with_answer, plain text", lambda: report.with_answer(17, "A new answer.\n\nIn two parts."))
    _measure("with_answer, with a fence", lambda: report.with_answer(17, _FENCED))
    _measure("with_answer, the same text", lambda: report.with_answer(17, report.question(17).answer.text))
    _measure("rejudge one answer of a report with 12 figures", _rejudging(report))
    for count, rounds in _MANY:
        _measure(f"with_answers, all of {count:,}", _setting_all(count), rounds)
    _measure("for comparison: markdown_it parse", lambda: MarkdownIt("commonmark").parse(text))


if __name__ == "__main__":
    main()
