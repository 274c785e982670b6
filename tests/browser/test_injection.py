"""A stranger's report is opened: whatever stands in it, nothing runs, nothing is loaded, nothing covers the page."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.pages import page_file, window, write_report
from tests.browser.payloads import PAYLOADS
from tests.pictures import drawn, saved

if TYPE_CHECKING:
    from playwright.async_api import Browser

# The browser lives in one event loop.
pytestmark = pytest.mark.asyncio(loop_scope="session")

# What is in the page, and what would run or load something if it were reached.
LOOK = """() => {
  const found = [];
  const names = "script iframe object embed form input button textarea select svg math base link template video audio "
    + "frame frameset applet marquee noscript";
  for (const one of document.querySelectorAll(names.split(" ").join(","))) found.push(one.outerHTML);
  for (const one of document.querySelectorAll("body style, [style], [srcset], [srcdoc], [formaction]")) {
    found.push(one.outerHTML);
  }
  if (document.querySelectorAll("meta[http-equiv]").length !== 1) found.push("meta");
  for (const one of document.querySelectorAll("*")) {
    for (const attribute of one.attributes) if (/^on/i.test(attribute.name)) found.push(one.outerHTML);
  }
  for (const one of document.querySelectorAll("[href]")) {
    if (!["http:", "https:", "mailto:"].includes(one.protocol) && !one.getAttribute("href").startsWith("#")) {
      found.push(one.outerHTML);
    }
  }
  for (const one of document.querySelectorAll("[src]")) {
    if (!one.src.startsWith("data:image/")) found.push(one.outerHTML);
  }
  return found;
}"""
# Everything that could wait for somebody to do something.
TOUCH = """() => {
  for (const one of document.querySelectorAll("*")) {
    for (const kind of ["mouseover", "focus", "error", "load", "toggle", "click"]) {
      if (kind !== "click" || one.localName !== "a" || one.protocol === "javascript:") {
        one.dispatchEvent(new Event(kind));
      }
    }
  }
}"""


def hostile_report(folder: Path) -> Path:
    """Each payload in each place that a report has for text, and that its rules have."""
    parts, boxes, titles = [], [], []
    figures = folder / "reports" / "figures"
    figures.mkdir(parents=True)
    for number, payload in enumerate(PAYLOADS, start=1):
        line = " ".join(payload.split())
        name = f"{number}{_file_name(line)}.png"
        (figures / name).write_bytes(saved(drawn(), "png"))
        boxes.append(f"* [ ] {line}")
        titles.append(f"      {number}: {{title: {json.dumps(_printable(line))}}}")
        target = f"figures/{name}".replace("<", "%3C").replace(">", "%3E")
        section = f"## {line}\n\n" if number % 4 == 1 else ""
        parts.append(f"""\
{section}### Question {number}

> **{line}**
>
> Answer:

{payload}

Some text {line} in a line.

#### {line}

![{line}](<{target}>)

![{line}](<figures/{number}>{line}.png) ![x](figures/none.png "{line}")

- {line}

| {line.replace("|", "")} | b |
|---|---|
| {line.replace("|", "")} | d |

~~~{line}
{line}
~~~

~~~python {line}
{line}
~~~

{line}
======
""")
    text = f"# {PAYLOADS[0]}\n\n## Checklist\n\n" + "\n".join([*boxes, "", *parts])
    rules = "\n".join(
        [
            "schema_version: 1",
            f"course: {json.dumps('x')}",
            f"title: {json.dumps(PAYLOADS[0])}",
            "templates:",
            '  - version: "2026"',
            "    questions:",
            *titles,
        ]
    )
    return write_report(folder, text, f"{rules}\n")


def _file_name(line: str) -> str:
    # Neither Windows nor a path takes all of it.
    wanted = r'[^\w<>"=; ()\'.&#-]' if sys.platform != "win32" else r"[^\w=; ()'.&#-]"
    return re.sub(wanted, "", line)[:80].strip()


def _printable(line: str) -> str:
    return "".join(character for character in line if character.isprintable())[:80]


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the hostile report."""
    return page_file(hostile_report(tmp_path_factory.mktemp("hostile")))


@pytest.mark.parametrize("by_passing_the_policy", [False, True])
async def test_nothing_runs_and_nothing_is_loaded(browser: Browser, hostile: Path, by_passing_the_policy: bool) -> None:
    # The second time without the Content-Security-Policy: the cleaning has to do alone.
    async with window(browser, hostile, bypass_csp=by_passing_the_policy) as shown:
        assert await shown.evaluate(LOOK) == []
        await shown.eval_on_selector_all("details", "all => all.forEach(one => one.open = !one.open)")
        await shown.evaluate(TOUCH)
        assert await shown.evaluate("window.done") == []


async def test_every_question_is_there_and_nothing_covers_the_others(browser: Browser, hostile: Path) -> None:
    async with window(browser, hostile) as shown:
        assert await shown.locator("main > section > article").count() == len(PAYLOADS)
        assert await shown.locator("body > *").count() == 5
        assert await shown.locator("article article, article nav, article main").count() == 0
        fixed = await shown.eval_on_selector_all(
            "main *", "all => all.filter(one => getComputedStyle(one).position === 'fixed').length"
        )
        assert fixed == 0
        size = await shown.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert size[0] == 1440 and size[1] < 3000 * len(PAYLOADS)
        assert re.search("[\u202a-\u202e\u2066-\u2069]", await shown.content()) is None
        # The figures whose names are payloads are shown all the same, where Markdown reads such a name as it stands.
        assert await shown.locator("article img").count() > 30


async def test_the_window_notices_what_runs(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!DOCTYPE html>" + "".join(PAYLOADS[:4]), encoding="utf-8")
    with pytest.raises(AssertionError, match="request: file:"):
        async with window(browser, page) as shown:
            await shown.wait_for_function("window.done.length === 4")
            assert len(await shown.evaluate(LOOK)) > 4


async def test_there_are_forty_payloads() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 40
