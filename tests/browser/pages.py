"""Reports for the browser's tests, their pages, and windows that notice whatever should not happen in them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from report_tui import loading
from report_tui.page_making import make_page
from report_tui.render.hand_in_page import page_html
from tests.cli.commands import CHECKLIST, RULES
from tests.pictures import drawn, saved
from tests.validation.judging import report_text

if TYPE_CHECKING:
    from typing import Any

    from playwright.async_api import Browser, Page

LONG_ANSWER = """\
We measured the *quay*:

| part | tons |
|:-----|-----:|
| crane | 4.5 |
| a hull with a name that goes on and on | 12 |

```python
# load the cargo
def load(tons: float) -> str:
    return f"{tons} t"
```

#### What we found

- [x] the tide
- [ ] the moon

> [!NOTE]
> High water is late.

<details><summary>More</summary>

To be read on paper as well.

</details>

##### And then

It was ~~low~~ high[^1], see https://example.org and [the crew](#question-1).

[^1]: By a hand.
"""
ANSWERS = (
    "Ann, Bo and Cy",
    "It lifts four crates at once",
    "![the quay from above](figures/quay.png)",
    LONG_ANSWER,
    None,
    "Nothing " + "x" * 300 + " and " + "`" + "y" * 120 + "`",
)


def write_report(folder: Path, text: str | None = None, rules: str | None = RULES) -> Path:
    """A report with its rules and one figure, which has 900x600 pixels."""
    figures = folder / "reports" / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    (figures / "quay.png").write_bytes(saved(drawn(900, 600), "png"))
    if rules is not None:
        (folder / "reports" / "report-rules.yaml").write_text(rules, encoding="utf-8")
    text = report_text(ANSWERS).replace("## The quay", f"{CHECKLIST}\n## The quay") if text is None else text
    report = folder / "reports" / "README.md"
    report.write_text(text, encoding="utf-8")
    return report


def page_file(report: Path) -> Path:
    """The report's page, as `html` writes it."""
    loaded = loading.load(report)
    page = make_page(report, loaded.report, loaded.course, loaded.evaluation).page
    target = report.with_suffix(".html")
    target.write_bytes(page_html(page).encode())
    return target


@asynccontextmanager
async def window(
    browser: Browser, address: str | Path, *, beside: Path | None = None, **options: object
) -> AsyncIterator[Page]:
    """A window with this page, that must not load, run or complain about anything.

    Args:
        browser: the browser.
        address: of the page, or its file.
        beside: a folder from which it may load pictures.
        options: of the window, such as `color_scheme`.
    """
    address = address.as_uri() if isinstance(address, Path) else address
    noticed: list[str] = []
    wishes = {"viewport": {"width": 1440, "height": 900}, **options}
    # Its options have forty types.
    async with await cast("Any", browser).new_context(**wishes) as context:
        page: Page = await context.new_page()
        # What payloads call.
        await page.add_init_script("window.done = []; window.ran = number => { window.done.push(number); };")
        page.on("request", lambda request: noticed.extend(_asked_elsewhere(request.url, address, beside)))
        page.on("console", lambda message: noticed.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: noticed.append(f"error: {error}"))
        page.on("dialog", lambda dialog: noticed.append(f"dialog: {dialog.message}"))
        page.on("popup", lambda popup: noticed.append(f"popup: {popup.url}"))
        page.on("download", lambda download: noticed.append(f"download: {download.url}"))
        await page.goto(address)
        yield page
        assert page.url.partition("#")[0] == address, page.url
    assert noticed == [], noticed


def _asked_elsewhere(url: str, address: str, beside: Path | None) -> list[str]:
    if beside is not None and url.startswith(f"{beside.as_uri()}/"):
        return []
    return [] if url == address or url.startswith((f"{address}changes", "data:image/")) else [f"request: {url}"]


async def axe_findings(page: Page, source: str, rules: Mapping[str, object]) -> list[str]:
    """What axe-core finds wrong with the page, a line each."""
    await page.evaluate(source)
    result = await page.evaluate("options => axe.run(document, options)", dict(rules))
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
