"""Lists of groups: read strictly, all problems at once, with their lines."""

from __future__ import annotations

import pytest

from report_tui.validation import group_list
from report_tui.validation.group_list import Group, load

GOOD = """\
schema_version: 1
groups:
  - name: group 1
    repository: https://example.org/one.git
  - {name: "no", repository: git@example.org:crew/two.git}
  - {name: three, repository: ./clones/three}
"""


def messages(text: str) -> list[str]:
    groups, problems = load(text, "g.yaml")
    assert groups == ()
    return [str(problem) for problem in problems]


def test_groups_in_the_order_of_the_file() -> None:
    assert load("\ufeff" + GOOD, "g.yaml") == (
        (
            Group("group 1", "https://example.org/one.git"),
            Group("no", "git@example.org:crew/two.git"),
            Group("three", "./clones/three"),
        ),
        (),
    )


def test_a_list_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_list, "MOST_GROUPS", 3)
    assert len(load(GOOD, "g.yaml")[0]) == 3
    monkeypatch.setattr(group_list, "MOST_GROUPS", 2)
    assert messages(GOOD) == ["g.yaml:3:3: more than 2 groups"]


def test_all_problems_at_once_with_their_lines() -> None:
    text = GOOD.replace("name: three", "nmae: three").replace("two.git", "one.git") + "  - {name: GROUP 1}\n"
    assert messages(text) == [
        "g.yaml:6:5: missing key 'name'",
        "g.yaml:6:6: unknown key 'nmae'; did you mean 'name'?",
        "g.yaml:7:5: missing key 'repository'",
        "g.yaml:7:12: duplicate name 'GROUP 1', first on line 3",
    ]


@pytest.mark.parametrize(
    "address",
    (
        "ext::sh -c touch% /tmp/x",
        "--upload-pack=touch",
        "-u",
        "fd::17",
        "somewhere",
        "https://example.org/one two",
        "javascript:1",
    ),
)
def test_what_git_would_take_for_something_else_is_no_address(address: str) -> None:
    (message,) = messages(f"schema_version: 1\ngroups:\n  - {{name: a, repository: '{address}'}}\n")
    assert message.startswith("g.yaml:3:27: repository must be an address such as")


def test_a_password_does_not_belong_into_a_list() -> None:
    (message,) = messages("schema_version: 1\ngroups:\n  - {name: a, repository: 'https://me:secret@example.org/a'}\n")
    assert message.startswith("g.yaml:3:27: repository holds a password") and "secret" not in message


@pytest.mark.parametrize(
    ("text", "said"),
    (
        ("", "g.yaml:1:1: the file is empty"),
        ("- a\n", "g.yaml:1:1: a list of groups must be 'key: value' pairs; the keys are schema_version, groups"),
        ("schema_version: 2\ngroups: 4\n", "g.yaml:1:17: made for a newer report-tui"),
        ("schema_version: 1\n", "g.yaml:1:1: missing key 'groups'"),
        ("schema_version: 1\ngroups: {}\n", "g.yaml:2:9: groups must be a list of lines such as"),
        ("schema_version: 1\ngroups: &a [*a]\n", "lists of groups use no anchors"),
        ("schema_version: 1\ngroups:\n  - {name: 'a\\u202e', repository: x}\n".replace("'", '"'), "control character"),
    ),
)
def test_what_is_no_list_of_groups(text: str, said: str) -> None:
    assert any(said in message for message in messages(text)), messages(text)
