"""How large an answer may be, to be read, judged and edited like any other. Pure."""

LONGEST = 100_000
"""Characters: more than any whole report has had. What a program wrote, or a picture in the text, would have somebody
wait at each key."""
MOST_LINES = 5_000
"""Lines that are edited here: twenty times those of any answer so far. Each is looked at before the first is shown."""


def excess(text: str) -> str:
    """What a text has too much of to be edited like any other: `40,000 lines`; an empty string where it can be."""
    if len(text) > LONGEST:
        return f"{len(text):,} characters"
    lines = text.count("\n") + 1
    return f"{lines:,} lines" if lines > MOST_LINES else ""
