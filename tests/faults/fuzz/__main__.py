"""Runs the coverage-guided fuzzer: `python -m tests.faults.fuzz parser --seconds 600`.

Owns how atheris is set up. It needs the extra `fuzz` (Linux only). A find ends the run and is written beside the
corpus: copy it to `finds/TARGET/` under a name that says what it is, and the test-suite replays it from then on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

DICTIONARY = {
    "parser": (
        "\x1e", "### Question 1", "## ", "> Answer:", "> **", "```", "~~~", "<!--", "-->", "---", "![](a.png)", "](",
        "* [ ] ", "* [x] ", "\r\n", "\r", "\ufeff", "\x00", "<details>", "</details>", "Answer:",
        "--- question 1 fill here ---", "[a]: b", "1. ", "1) ", "| - |", "<<<<<<< a", "=======", ">>>>>>> b", "\t",
        "Recommended answer length: 1-2 words", "&amp;", "\\", "<pre>", "TODO", "\u2028", "\x0c",
    ),
    "rules": (
        "schema_version: 1", "course: ", "title: ", "figures: ", "folder: ", "extensions: ", "samples: ", "templates:",
        "- version: ", "course_check: answer-split", "course_check_skips: ", "sections: ", "boxes: ", "questions:",
        "words: [1, 2]", "images: ", "prompt: ", "placeholder: ", "&a ", "*a", "<<: ", "!!python/name:a", "? ", "---\n",
        "...\n", "|\n", ">-\n", "{", "}", "[", "]", "\\U0010ffff", "%YAML 1.2\n", "\ufeff", "~", "null", "0o7", "1:30",
    ),
    "drafts": (
        '{"schema":1,"report":"a"}', '{"answers":{"1":"a"}}', '{"moved":[1]}', '{"undecided":[1]}',
        '{"ticked":[["a","b",0,true]]}', '{"base":"eJwDAAAAAAE="}', '{"begun":{"answers":{},"ticked":[]}}',
        "null", "true", "\\ud800", "\n", "1e9", "-1",
    ),
    "merge": ("\x1e", "\n", "\n\n", "a\n", "\r\n", "- "),
}  # fmt: skip


def main() -> None:
    """Fuzz one target; ends the process, with another code than 0 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.fuzz", description="Fuzz one part with atheris.")
    parser.add_argument("target", choices=sorted(DICTIONARY))
    parser.add_argument("--seconds", type=int, default=600, help="how long (600)")
    parser.add_argument("--corpus", type=Path, help="where inputs that lead further are kept; a new folder by default")
    options = parser.parse_args()
    import atheris

    with atheris.instrument_imports(include=["report_tui"]):
        from tests.faults.fuzz.seeds import SEEDS, finds
        from tests.faults.fuzz.targets import TARGETS

    corpus = options.corpus or Path(tempfile.mkdtemp(prefix=f"fuzz-{options.target}-"))
    corpus.mkdir(parents=True, exist_ok=True)
    kept = [path.read_bytes() for path in finds(options.target)]
    for number, seed in enumerate([*SEEDS[options.target](), *kept]):
        (corpus / f"seed-{number}").write_bytes(seed)
    dictionary = corpus.with_suffix(".dict")
    words = {word.encode("utf-8") for word in DICTIONARY[options.target]}
    lines = ("".join(f"\\x{byte:02x}" for byte in word) for word in sorted(words))
    dictionary.write_text("".join(f'"{line}"\n' for line in lines), encoding="ascii")
    arguments = (
        f"-max_total_time={options.seconds}",
        f"-artifact_prefix={corpus.with_suffix('')}-find-",
        f"-dict={dictionary}",
        "-max_len=4096",
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
    )
    atheris.Setup([sys.argv[0], *arguments, str(corpus)], TARGETS[options.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
