"""What `report-tui class` costs for each report, beside one Python process for each that runs the course's own check.

python -m bench.classes [--many]

`--many` adds 10,000 groups. The repositories are made first, which is not counted; they hold reports of 50 kB with
four figures. The course's way reads a file that lies on the disk already, and makes no pages.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.core import made_report
from tests.groups import copied, repository
from tests.pictures import drawn, saved

_KINDS = 20
_FIGURES = 4
_COURSE = 40
"""Reports that the course's way is measured with."""
COURSE_WAY = """
import sys
from pathlib import Path
from report_tui.core.course_check import judge
text = Path(sys.argv[1]).read_bytes().decode()
print(judge(text, [(number, (100, 200), None) for number in range(1, 32)]).passed)
"""
# The child itself reports its peak and that of the largest of its own, in kB (Linux) or bytes (macOS).
OURS = """
import sys
from report_tui.cli import main
if __name__ == "__main__":
    main(["class", *sys.argv[1:]])
    try:
        import resource
    except ImportError:
        print(file=sys.stderr)
    else:
        unit = 1 if sys.platform == "darwin" else 1024
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        peaks = [each.ru_maxrss * unit / 2**20 for each in used]
        print(sum(each.ru_utime + each.ru_stime for each in used), *peaks, file=sys.stderr)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", action="store_true", help="10,000 groups as well")
    numbers = (100, 300, 1_000, *((10_000,) if parser.parse_args().many else ()))
    with tempfile.TemporaryDirectory(prefix="report-tui-bench-") as name:
        folder = Path(name)
        script = folder / "ours.py"
        script.write_text(OURS, encoding="utf-8")
        kinds = [_kind(folder / "kinds" / str(number), number) for number in range(_KINDS)]
        _course_way([kind / "report.md" for kind in kinds])
        for number in numbers:
            groups = folder / f"{number}"
            for each in range(number):
                copied(kinds[each % _KINDS], groups / f"group {each}")
            _ours(script, groups, number, [])
            _ours(script, groups, number, ["--out", str(folder / f"out-{number}")])


def _kind(folder: Path, number: int) -> Path:
    text = made_report().replace(b"harbour", f"harbour{number}".encode())[:50_000]
    for each in range(_FIGURES):
        text = text.replace(
            b"\r\n> Answer:\r\n", f"\r\n> Answer: \r\n![Figure {each}](figures/{each}.png)\r\n".encode(), 1
        )
    text = text.replace(b"> Answer: \r\n", b"> Answer:\r\n")
    files = {f"reports/figures/{each}.png": saved(drawn(900, 600 + number + each), "png") for each in range(_FIGURES)}
    made = repository(folder, {"reports/README.md": text, **files})
    (made / "report.md").write_bytes(text)
    return made


def _course_way(reports: list[Path]) -> None:
    started = time.perf_counter()
    for number in range(_COURSE):
        report = str(reports[number % len(reports)])
        subprocess.run([sys.executable, "-c", COURSE_WAY, report], stdout=subprocess.DEVNULL, check=True)
    seconds = (time.perf_counter() - started) / _COURSE
    print(f"the course's way, one process each, from the disk: {1000 * seconds:.0f} ms for each report", flush=True)


def _ours(script: Path, groups: Path, number: int, more: list[str]) -> None:
    command = [sys.executable, str(script), str(groups), *more]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=True)
    seconds = time.perf_counter() - started
    assert f"{number} groups: " in done.stdout.decode(), done.stdout[-500:]
    what = "with pages" if more else "table only"
    measured = [float(value) for value in done.stderr.decode().rstrip("\n").rpartition("\n")[2].split()]
    told = "processor and memory are not measured on this system"
    if measured:
        processor, peak, largest = 1000 * measured[0] / number, *measured[1:]
        told = f"{processor:.0f} ms of processor; peak {peak:.0f} MB, the largest of its processes {largest:.0f} MB"
    print(
        f"class, {number:6,} groups, {what}: {seconds:6.1f} s, {1000 * seconds / number:4.0f} ms for each; {told}",
        flush=True,
    )


if __name__ == "__main__":
    main()
