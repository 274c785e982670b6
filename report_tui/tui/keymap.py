"""The keys that a student gives to actions: which actions there are, which keys they may have, and why not.

Actions are declared where they are done, as bindings with an id; everything here is read off those. It reads no file:
what a student wants comes as `Settings`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import _character_to_key  # not public; Textual is pinned
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, TextArea

from report_tui import tui
from report_tui.storage.settings import KeyChoice, Problem, Settings, nearest, quoted
from report_tui.tui.keys import CHARACTERS, FIXED, FUNCTION_KEYS, NAMES, readable

_MODIFIERS = ("alt", "ctrl", "shift")
_SAME = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
    "ctrl+j": "enter",
    f"ctrl+{_character_to_key('[')}": "escape",
}


# The actions that there are


@dataclass(frozen=True, slots=True)
class Action:
    """Something that keys do, wherever it is declared."""

    id: str
    keys: tuple[str, ...]
    """Those it has where nobody sets others."""
    description: str
    owners: tuple[type[DOMNode], ...]
    """The app, screens and widgets that do it."""
    takes_typing: bool
    """Whether its keys are looked at before a text field gets them."""


def actions() -> dict[str, Action]:
    """Every action of the app by its id, in the order of the modules.

    It loads the whole app, so it is for those alone who set keys.
    """
    found: dict[str, Action] = {}
    for owner in _owners():
        for binding in owner.__dict__["BINDINGS"]:
            if isinstance(binding, Binding) and binding.id is not None:
                before = found.get(binding.id)
                found[binding.id] = Action(
                    binding.id,
                    tuple(key.key for key in Binding.make_bindings([binding])),
                    binding.tooltip or binding.description.capitalize(),
                    (*(before.owners if before else ()), owner),
                    (before is not None and before.takes_typing) or _takes_typing(binding, owner),
                )
    return found


def _owners() -> Iterator[type[DOMNode]]:
    """Our classes that declare bindings."""
    for module in sorted(info.name for info in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}.")):
        for value in vars(importlib.import_module(module)).values():
            if isinstance(value, type) and value.__module__ == module and issubclass(value, DOMNode):
                if "BINDINGS" in value.__dict__:
                    yield value


def _takes_typing(binding: Binding, owner: type[DOMNode]) -> bool:
    return issubclass(owner, Input | TextArea) or (binding.priority and issubclass(owner, App | Screen))


# The keys that somebody set


def keymap(settings: Settings) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """The keys to use in place of an action's own, in Textual's form, and the choices that cannot be followed."""
    if not settings.keys:
        return {}, ()
    known = actions()
    chosen: dict[str, tuple[KeyChoice, tuple[str, ...]]] = {}
    problems = []
    for choice in settings.keys:
        keys = tuple(_canonical(key) for key in choice.keys)
        reason = _refusal(choice, keys, known)
        if reason is not None:
            problems.append(Problem(settings.file, choice.line, reason))
        else:
            kept = (key for key in known[choice.action].keys if key in FIXED and key not in keys)
            chosen[choice.action] = (choice, (*keys, *kept))
    while (clash := _clash(chosen, known)) is not None:
        action, reason = clash
        problems.append(Problem(settings.file, chosen.pop(action)[0].line, reason))
    return {action: ",".join(keys) for action, (_, keys) in chosen.items()}, tuple(sorted(problems))


def _canonical(key: str) -> str:
    """A key as Textual calls it: `Ctrl+S` is `ctrl+s`, `?` is `question_mark`."""
    *modifiers, base = key.split("+") if key != "+" and not key.endswith("++") else [*key[:-1].split("+")[:-1], "+"]
    base = _character_to_key(base) if len(base) == 1 else base.lower()
    if modifiers and len(base) == 1:
        base = base.lower()
    return "+".join((*sorted(modifier.strip().lower() for modifier in modifiers), base))


def _refusal(choice: KeyChoice, keys: tuple[str, ...], known: Mapping[str, Action]) -> str | None:
    """Why these keys cannot be given to this action, if that is so."""
    action = known.get(choice.action)
    if action is None:
        return f"unknown action {quoted(choice.action)}{nearest(choice.action, known)}"
    for written, key in zip(choice.keys, keys, strict=True):
        reason = _bad_key(key) or _taken_from_typing(key, action)
        if reason is not None:
            return f"{quoted(written)} for '{action.id}': {reason}"
    return None


def _bad_key(key: str) -> str | None:
    *modifiers, base = key.split("+")
    usual = {*NAMES, *CHARACTERS, *FUNCTION_KEYS}
    if not all(modifier in _MODIFIERS for modifier in modifiers):
        return "a key is written like f2, ctrl+s, alt+b or shift+f3"
    if base not in usual and not (len(base) == 1 and base.isprintable()):
        return f"there is no such key{nearest(base, usual)}"
    if "ctrl" in modifiers and "alt" in modifiers:
        return "on many keyboards AltGr sends ctrl+alt to type a sign such as @; use ctrl or alt alone"
    if key in _SAME:
        return f"terminals send {_SAME[key]} for it"
    return None


def _taken_from_typing(key: str, action: Action) -> str | None:
    if key in action.keys:
        return None
    if key in FIXED:
        return f"{key} keeps its meaning everywhere"
    *modifiers, base = key.split("+")
    typed = base not in FUNCTION_KEYS and modifiers in ([], ["shift"])
    if typed and action.takes_typing:
        return "it is needed to write an answer; use a function key, or one with ctrl or alt"
    return None


def _clash(
    chosen: Mapping[str, tuple[KeyChoice, tuple[str, ...]]], known: Mapping[str, Action]
) -> tuple[str, str] | None:
    """A choice that gives a key to two actions at once, and what to say about it; the last one in the file first."""
    for action, (_, keys) in sorted(chosen.items(), key=lambda item: -item[1][0].line):
        for key in keys:
            taken = [
                f"'{other.id}'"
                for other in known.values()
                if key in (chosen[other.id][1] if other.id in chosen else other.keys)
                and not (key in known[action].keys and key in other.keys)
                and other.id != action
                and _meet(known[action], other)
            ]
            if taken:
                them = "that another key" if len(taken) == 1 else "them other keys"
                return action, f"{readable(key)} for '{action}' is taken by {', '.join(taken)}: give {them} as well"
    return None


def _meet(one: Action, other: Action) -> bool:
    """Whether both may be there at the same time; a dialog's actions are alone with the app's."""
    return any(_together(mine, theirs) for mine in one.owners for theirs in other.owners)


def _together(one: type[DOMNode], other: type[DOMNode]) -> bool:
    if one is other or issubclass(one, App) or issubclass(other, App):
        return True
    if issubclass(one, ModalScreen) or issubclass(other, ModalScreen):
        return False
    return issubclass(one, Screen) is not issubclass(other, Screen)
