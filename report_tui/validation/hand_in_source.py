"""The lines about what is read: which commit of which branch, how old that knowledge is, and where the report is in it.

Owns their words, and why there is nothing to read where there is nothing.
"""

from __future__ import annotations

from report_tui.validation import git_commands
from report_tui.validation.hand_in_facts import PLACE, SKEW, TOLD, Facts, Line, State
from report_tui.validation.subject import plural, shown

FETCH = "report-tui handin --fetch"
"""The way out where the remote has to be asked."""


def source(facts: Facts) -> Line:
    """Which commit the course reads, as far as it is known here, and how old that knowledge is."""
    if facts.problem:
        return Line("source", State.UNKNOWN, f"what the course will see: {facts.problem}", first_steps(facts))
    if facts.is_bare and facts.oid:
        return _bare(facts)
    if not facts.oid:
        return Line("source", State.UNKNOWN, f"what the course will see: {no_target(facts)}", refresh(facts))
    what = f"read from {shown(facts.target)}, commit {facts.oid[:10]}, {_age(facts)}"
    around = _around(facts)
    if facts.fetch_problem:
        text = f"{what}; it could not be fetched: {facts.fetch_problem}"
        return Line("source", State.UNKNOWN, text, _by_hand(facts), around)
    if facts.is_assumed:
        text = f"{what}; whether {shown(facts.branch)} is the default branch is not known here"
        return Line("source", State.UNKNOWN, text, FETCH, around)
    if facts.is_submodule:
        text = f"{what}; but this is a submodule, and a clone of the repository around it comes without"
        return Line("source", State.UNKNOWN, text, "make sure that the course has this repository's address", around)
    if facts.seen is None or facts.seen - facts.now > SKEW:
        return Line("source", State.UNKNOWN, what, FETCH, around)
    return Line("source", State.YES, what, "", around)


def _bare(facts: Facts) -> Line:
    text = f"read from {shown(facts.branch)} of this bare repository, {facts.oid[:10]}"
    if not facts.remote and not facts.others:
        return Line("source", State.YES, text)
    text = f"{text}; it is a copy of another, and how old that is could not be told"
    return Line("source", State.UNKNOWN, text, "look into a clone of your own: git clone ADDRESS")


def _age(facts: Facts) -> str:
    if facts.seen is None:
        return "but how old that is could not be told"
    if facts.seen - facts.now > SKEW:
        return "at a time that is yet to come by this machine's clock"
    if facts.now - facts.seen < 60:
        return "as it was just now"
    return f"as it was {span(facts.now - facts.seen)} ago"


def _around(facts: Facts) -> tuple[str, ...]:
    found = []
    if facts.behind:
        commits = f"{plural(facts.behind, 'commit')} there {'is' if facts.behind == 1 else 'are'} not here"
        found.append(f"{commits}: {git_commands.pull(facts.remote, facts.branch)}")
    if facts.others:
        found.append(f"other remotes, which were not looked at: {', '.join(map(shown, facts.others[:TOLD]))}")
    return tuple(found)


def place(facts: Facts) -> Line:
    """Whether the report stands where the course reads it."""
    if facts.is_placed is None:
        why = facts.problem or facts.commit_problem or no_target(facts)
        return Line("place", State.UNKNOWN, f"whether the report is at {PLACE}: {why}", refresh(facts))
    if facts.place_problem:
        text = f"{PLACE} at {shown(facts.target)} {facts.place_problem}"
        return Line("place", State.NO, text, f"commit the report itself as {PLACE}, as a plain file")
    if not facts.is_placed:
        there = f"; {shown(facts.elsewhere[0])} is" if facts.elsewhere else ""
        text = f"the report is not at {PLACE}, where the course reads it{there}"
        return Line("place", State.NO, text, _moved(facts), tuple(map(shown, facts.elsewhere[1:TOLD])))
    if facts.path and facts.path != PLACE:
        text = f"you work on {shown(facts.path)}; the course reads {PLACE}"
        return Line("place", State.NO, text, f"move your work to {PLACE}, commit and push")
    return Line("place", State.YES, f"at {PLACE}, where the course reads it")


def _moved(facts: Facts) -> str:
    """How the report gets to its place, with its figures: a command where one does it."""
    if facts.is_submodule:
        return f"make {PLACE} a plain file of the repository that the course has the address of"
    if not facts.elsewhere:
        return f"commit it as {PLACE}, with its figures beside it, and push"
    found = facts.elsewhere[0]
    folder, _, name = found.rpartition("/")
    wanted = PLACE.rpartition("/")[0]
    moved = None
    if folder == wanted:
        moved = git_commands.command("git mv {} {}", found, PLACE)
    elif folder and name == PLACE.rpartition("/")[2] and facts.is_place_free and not folder.startswith(f"{wanted}/"):
        # In two steps where disks may take both names for one.
        between = folder.casefold() == wanted
        words = "git mv {0} {1}.new; git mv {1}.new {1}" if between else "git mv {0} {1}"
        moved = git_commands.command(words, folder, wanted)
    return f"{moved}, then commit and push" if moved else f"move it to {PLACE}, and its figures along, commit and push"


# Why there is nothing to read


def no_target(facts: Facts) -> str:
    """Why no commit is known that the course would read."""
    if facts.is_bare:
        return "this bare repository holds no commit"
    if not facts.remote and facts.others:
        return f"which of the remotes the course reads cannot be told: {', '.join(map(shown, facts.others))}"
    if not facts.remote:
        return "this repository has no remote"
    if facts.is_remote_empty:
        return f"{shown(facts.remote)} is empty"
    if facts.fetch_problem:
        return f"{shown(facts.remote)} could not be fetched: {facts.fetch_problem}"
    if not facts.branch:
        return f"which branch of {shown(facts.remote)} is its default one is not known here"
    return f"{shown(facts.target)} was never fetched"


def refresh(facts: Facts) -> str:
    """How more gets known of what the course reads."""
    if facts.problem:
        return first_steps(facts)
    if not facts.remote and facts.others:
        return "call the group's own remote origin: git remote rename NAME origin"
    if facts.around:
        return "was git init run here by mistake? then delete the folder .git that it made; else add a remote"
    if not facts.remote:
        return "git remote add origin ADDRESS; git push -u origin HEAD"
    if facts.is_remote_empty:
        return git_commands.push(facts.remote, "", "")
    if facts.is_partial:
        told = git_commands.command("git grep -q . {} -- reports", facts.target)
        return f"{told} fetches them" if told else "git pull"
    return _by_hand(facts) if facts.fetch_problem else FETCH


def _by_hand(facts: Facts) -> str:
    """What to do where we could not fetch: git itself may ask for a password, and says all there is to say."""
    told = git_commands.command("git fetch {}", facts.remote) or "git fetch"
    return f"{told}, which may ask for what is missing; then look again"


def first_steps(facts: Facts) -> str:
    """What to do where git could not be asked at all."""
    if "not installed" in facts.problem:
        return "install git, or look at the report in the browser, where you handed it in"
    if "no git repository" in facts.problem:
        return "work in a clone of your group's repository, or compare with the page where you handed it in"
    for setting in ("core.worktree", "core.bare"):
        if setting in facts.problem:
            return f"git config --unset {setting}, if the report belongs to this repository"
    return "look at the report in the browser, where you handed it in"


def span(seconds: float) -> str:
    """A time in words, in its two largest parts: `2 days 4 h`, `3 h 20 min`, `12 minutes`."""
    minutes = int(abs(seconds)) // 60
    hours, days = minutes // 60, minutes // 1440
    if days >= 10:
        return f"{days} days"
    if days:
        return f"{plural(days, 'day')} {hours % 24} h" if hours % 24 else plural(days, "day")
    if hours:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return plural(minutes, "minute") if minutes else "less than a minute"
