"""`rules check`: everything that is wrong with a rules file, at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from report_tui.commands.shared import OK, PROBLEMS, talk
from report_tui.render.clean import clean, harmless


def check(file: Path) -> int:
    """Print a rules file's problems, or that all is well."""
    from report_tui.storage.files import CannotRead
    from report_tui.storage.rules import RulesError, read_rules

    if not os.path.isfile(file):  # noqa: PTH113 - Path's raises for a name that is too long
        raise CannotRead(file, "is no file that can be read", "name a rules file")
    try:
        ruleset = read_rules(file)
    except RulesError as error:
        for problem in error.problems:
            sys.stdout.write(f"{harmless(clean(str(problem)))}\n")
        count = len(error.problems)
        talk(f"{count} {'problem' if count == 1 else 'problems'} in {file}")
        return PROBLEMS
    versions = ", ".join(template.version for template in ruleset.templates)
    sys.stdout.write(f"{harmless(clean(f'{file.as_posix()}: all well; {ruleset.title}, templates {versions}'))}\n")
    return OK
