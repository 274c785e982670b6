"""What is pasted into a shell means no more than the names that stand in it."""

from __future__ import annotations

import pytest

from report_tui.validation import git_commands

HARMFUL = [
    "a;b",
    "a|b",
    "a&b",
    "$HOME",
    "a$(b)",
    "a`b`",
    'a"b',
    "a'b",
    "a\\b",
    "a\nb",
    "a\x1b[31m",
    "a\u202eb",
    "%PATH%",
    "!!",
    "a*",
    "a?",
    "~/a",
    "#a",
    "{a,b}",
    "<a",
    "(a)",
    "-a",
    "--upload-pack=a",
    "-a b",
    "",
    "a" * 200,
]


@pytest.mark.parametrize("name", HARMFUL)
def test_a_name_that_a_shell_would_act_upon_stands_in_no_command(name: str) -> None:
    assert git_commands.argument(name) is None
    assert git_commands.command("git merge {}", name) is None
    said = [
        git_commands.push("origin", name, "main"),
        git_commands.push(name, "main", "main"),
        git_commands.pull(name, "main"),
        *git_commands.add([name], [name]),
    ]
    assert not name or not any(name in one for one in said)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("reports/README.md", "reports/README.md"),
        ("low tide.png", '"low tide.png"'),
        ("a,b@c=d.png", '"a,b@c=d.png"'),
        ("Brücke/日本.png", "Brücke/日本.png"),
        ("feature/x-1.2_3+4", "feature/x-1.2_3+4"),
    ],
)
def test_a_usual_name_stands_as_it_is(name: str, told: str) -> None:
    assert git_commands.argument(name) == told


def test_what_is_pushed_and_where() -> None:
    assert git_commands.push("origin", "main", "main") == "git push origin main"
    assert git_commands.push("origin", "main", "") == "git push origin HEAD:main"
    assert git_commands.push("origin", "", "main") == "git push -u origin HEAD"
    assert git_commands.pull("origin", "main") == "git pull --no-rebase origin main"
    assert git_commands.add(["a.png", "b.png"], ["c.png"]) == ["git add a.png b.png", "git add -f c.png"]
