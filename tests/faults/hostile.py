"""Files that nobody would write, in the sizes that a test can bear; the bench makes larger ones in the same way.

Owns what they hold.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from report_tui.core.bounds import REPORT_BOXES, REPORT_HEADINGS, REPORT_LINES, REPORT_QUESTIONS
from tests.validation.judging import report_text

PROSE = "We moved the cargo to the quay because of the tide that day, in two parts.\n"
FAULTS = "Some words\n- a\n- b\n\n## No\n\n1) x\n\n~~gone~~ <name> and a\\\nb\n\nTitle\n---\n"
"""One of each of the usual findings."""
BOX = "* [ ] Tie the ropes\n"


def report(answer: str) -> bytes:
    """Three questions, the second of which holds the answer."""
    return report_text(["One.", answer, "Three."]).encode(errors="surrogatepass")


def long(characters: int) -> bytes:
    """An answer of many lines."""
    return report(PROSE * (characters // len(PROSE)))


def one_line(characters: int) -> bytes:
    """An answer of one line."""
    return report("word " * (characters // 5))


def questions(count: int) -> bytes:
    """So many questions, each with a figure."""
    return report_text([f"One.\n\n![A crane](figures/{number}.png)" for number in range(count)]).encode()


def nested(depth: int, mark: str = "> ") -> bytes:
    """A line in so many quotes, below one in each number of them; or lists, by another mark."""
    return report("\n".join(mark * level + "deep" for level in range(1, depth + 1)))


def _utf16(name: str, mark: bytes = b"") -> Callable[[], bytes]:
    return lambda: mark + report("Two.").decode().encode(name)


def odd_boxes(count: int) -> bytes:
    """So many boxes, wrapped, indented and in groups, of which some are ticked and some hold something else."""
    lines = [
        f"## Part {number}\n{'  ' * (number % 3)}* [{' xX/'[number % 4]}] Tie rope {number % 7}\n   to the quay\n"
        for number in range(count)
    ]
    return "".join(lines).encode()


TOO_MUCH: dict[str, Callable[[], bytes]] = {
    "lines": lambda: report("\n" * REPORT_LINES),
    "lines by carriage returns": lambda: report("Two.").replace(b"\n", b"\r" * (REPORT_LINES // 20)),
    "headings": lambda: report("#\n" * REPORT_HEADINGS),
    "headings without their #": lambda: report("Question 7.\n" * (REPORT_HEADINGS + 1)),
    "questions": lambda: questions(REPORT_QUESTIONS + 1),
    "boxes": lambda: (BOX * (REPORT_BOXES + 1)).encode() + report("Two."),
}
"""Of these nothing is read; said by what they hold too much of."""

FILES: dict[str, Callable[[], bytes]] = {
    "no bytes": lambda: b"",
    "only blanks": lambda: b" \n\t\r\n\r",
    "only a byte order mark": lambda: b"\xef\xbb\xbf",
    "a large file": lambda: long(1_000_000),
    "a long line": lambda: one_line(500_000),
    "a long line alone": lambda: b"word " * 100_000,
    "200 questions": lambda: questions(200),
    "nested quotes": lambda: nested(500),
    "one nested quote": lambda: report("> " * 500 + "deep"),
    "nested lists": lambda: report("\n".join("  " * level + "- deep" for level in range(500))),
    "nested brackets": lambda: report("[" * 5_000 + "](" * 5_000),
    "nested elements": lambda: report("<div>" * 5_000 + "<details>" * 5_000),
    "NUL": lambda: report("T\0wo.\0"),
    "a lone surrogate": lambda: report("T\ud800wo."),
    "UTF-16 LE with its mark": _utf16("utf-16-le", b"\xff\xfe"),
    "UTF-16 BE with its mark": _utf16("utf-16-be", b"\xfe\xff"),
    "UTF-16 LE": _utf16("utf-16-le"),
    "UTF-16 BE": _utf16("utf-16-be"),
    "Latin-1": lambda: report("Tw\u00f6.").decode().encode("latin-1"),
    "binary": lambda: random.Random(3).randbytes(100_000),
    "lone carriage returns": lambda: report("Two.").replace(b"\n", b"\r"),
    "other line breaks": lambda: report("a\x0bb\x0cc\x85d\u2028e"),
    "terminal commands": lambda: report("\x1b[2J\x1b]0;x\x07\x9b31m\u202eabc"),
    "boxes": lambda: (BOX * 2_000).encode() + report("Two."),
    "2,000 boxes, some of them odd": lambda: odd_boxes(2_000) + report("Two."),
    **{f"too many {name}": made for name, made in TOO_MUCH.items()},
}

JUDGED = {
    "one nested quote",
    "NUL",
    "lone carriage returns",
    "other line breaks",
    "terminal commands",
    "boxes",
    "2,000 boxes, some of them odd",
}
"""Of these every answer can be read, so that they may be called ready; warnings stand beside."""

_ANCHORS = "\n".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9) if level else 'x'}]" for level in range(12)
)
RULES: dict[str, bytes] = {
    "anchors that explode": _ANCHORS.encode(),
    "an anchor in itself": b"a: &a [*a]\n",
    "a merge twice": b"x: &x {a: 1}\n<<: *x\n<<: *x\n",
    "a key of a megabyte": b"k" * 1_000_000 + b": v\n",
    "a key of 200 kB": b"k" * 200_000 + b": v\n",
    "a text of 200 kB": b"title: " + b"t" * 200_000,
    "nested 10,000 deep": b"[" * 10_000,
    "nested 10,000 deep, in lines": "\n".join("  " * level + "a:" for level in range(400)).encode(),
    "a Python tag": b"schema_version: 1\na: !!python/object/apply:os.system ['touch owned']\n",
    "another Python tag": b"--- !!python/name:os.system\n",
    "100,000 unknown keys": b"".join(b"k%d: 1\n" % number for number in range(25_000)),
    "not UTF-8": b"title: caf\xe9\n",
    "NUL": b"title: \0\n",
    "binary": random.Random(4).randbytes(5_000),
    "empty": b"",
    "many documents": b"---\na: b\n" * 10_000,
    "quotes never closed": b'title: "' + b"a\n" * 50_000,
}

TOKENS: Sequence[str] = (
    "[", "![", "](", "![a](b)", "[a][b]", "*", "**", "_", "~", "~~a", "`", "```", "\n```\n", "\n~~~\n", ">", "> ",
    "\n> ", "<", "</", "<a", "<a ", "<a b='", "<!--", "-->", "<!", "<?", "<div>", "<details>", "<pre>", "<b style='",
    "- ", "\n- ", "\n* [ ] ", "\n1) ", "|", "\n|-", "#", "\n# ", "\n### ", "&", "&amp;", " ", "\t", "    ", "(", ")",
    "\\", "\\\n", '"', "'", "=", "-", "--- ", "\n---", "\n===", ".", "... ", "Answer:", "\nanswer", "\n[a]: b", "TODO ",
    "https://", "a@b.c ", "1", "\n1. ", "\x0c", "\u2028", "\u200b", "\r", "\n", "a ", "\n<<<<<<< a",
)  # fmt: skip
"""What an answer may consist of, over and over: each was, or could be, something that a pattern goes back and forth
over."""
