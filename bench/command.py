"""What `report-tui check` costs as a whole process, which libraries it loads, and how many reports a second it does.

python -m bench.command
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.core import made_report
from report_tui.core.images import find_images

ROUNDS = 21
MANY = 1_000
HEAVY = ("textual", "rich", "markdown_it", "PIL", "yaml")
PROBE = """
import json, sys
from report_tui.cli import main
code = main(["check", sys.argv[1]])
print(json.dumps([name for name in sys.argv[2:] if name in sys.modules]), file=sys.stderr)
"""
# The child itself reports its peak, in kB (Linux) or bytes (macOS); Windows has no such call.
PEAK = """
import gc, sys
gc.disable()  # as `main_entry` does
from report_tui.cli import main
main(["check", sys.argv[1]])
try:
    import resource
except ImportError:
    print("not measured on this system", file=sys.stderr)
else:
    unit = 1 if sys.platform == "darwin" else 1024
    print(round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20, 1), "MB", file=sys.stderr)
"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="report-tui-bench-") as name:
        folder = Path(name)
        report = folder / "one" / "reports" / "README.md"
        report.parent.mkdir(parents=True)
        report.write_bytes(made_report())
        _one(report, "one 53 kB report")
        if shutil.which("git") is not None:
            _add_figures(report)
            _one(report, "the same with its figures in a git repository")
        _loaded(report)
        _many(folder / "many", report.read_bytes())


def _add_figures(report: Path) -> None:
    """Real pictures, half a megabyte each, one of them known to git."""
    from PIL import Image

    names = sorted(find_images(report.read_text(encoding="utf-8")), key=lambda image: image.target)
    for image in names:
        path = report.parent / image.target
        path.parent.mkdir(exist_ok=True)
        Image.effect_noise((800, 600), 50).save(path)
    subprocess.run(["git", "init", "--quiet"], cwd=report.parent.parent, check=True)
    subprocess.run(["git", "add", "--", report.parent / names[0].target], cwd=report.parent.parent, check=True)


def _one(report: Path, name: str) -> None:
    command = [sys.executable, "-m", "report_tui", "check", str(report)]
    _seconds(command)
    bare, check = [], []
    for _ in range(ROUNDS):
        bare.append(_seconds([sys.executable, "-c", "pass"]))
        check.append(_seconds(command))
    ratio = statistics.median(check) / statistics.median(bare)
    print(f"check, {name}: median {_ms(check)}, p95 {_p95(check)}; python -c pass: median {_ms(bare)}")
    print(f"check, {name}: {ratio:.1f} times python -c pass; at most 8")


def _loaded(report: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", PROBE, str(report), *HEAVY], capture_output=True, check=True)
    print(f"check, libraries loaded of {', '.join(HEAVY)}: {', '.join(json.loads(ran.stderr)) or 'none'}")


def _many(folder: Path, data: bytes) -> None:
    for index in range(MANY):
        report = folder / f"group{index:04}" / "reports" / "README.md"
        report.parent.mkdir(parents=True)
        report.write_bytes(data)
    started = time.perf_counter()
    peak = subprocess.run(
        [sys.executable, "-c", PEAK, str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True
    )
    seconds = time.perf_counter() - started
    few = folder.with_name("few")
    for index in range(MANY // 10):
        report = few / f"group{index:04}" / "reports" / "README.md"
        report.parent.mkdir(parents=True)
        report.write_bytes(data)
    less = subprocess.run(
        [sys.executable, "-c", PEAK, str(few)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True
    )
    print(f"check, {MANY} reports in one run: {MANY / seconds:.0f} a second; at least 100")
    of_few, of_many = less.stderr.decode().strip(), peak.stderr.decode().strip()
    print(f"check, peak memory: {of_few} for {MANY // 10} reports, {of_many} for {MANY}")


def _environment() -> dict[str, str]:
    """Ours, but with compiled modules kept, as on a student's machine: otherwise each run compiles the program anew."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=_environment())
    return time.perf_counter() - started


def _ms(values: list[float]) -> str:
    return f"{statistics.median(values) * 1000:.0f} ms"


def _p95(values: list[float]) -> str:
    return f"{sorted(values)[int(len(values) * 0.95)] * 1000:.0f} ms"


if __name__ == "__main__":
    main()
