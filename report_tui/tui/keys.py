"""The keys of the app as a person sees them: how they are written, and what works on a screen right now.

Read off the bindings, wherever they are declared; nothing here changes any (`tui.keymap` does).
"""

from __future__ import annotations

import string

from textual.app import App
from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode
from textual.keys import _character_to_key  # not public; Textual is pinned
from textual.screen import Screen
from textual.widget import Widget

FIXED = ("enter", "escape")
"""Keep their meaning whatever is set: without them there is no way into an answer or out of a dialog."""

NAMES = {
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "space": "Space",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
CHARACTERS = {_character_to_key(character): character for character in string.punctuation}
"""By the name that Textual gives its key."""
FUNCTION_KEYS = frozenset(f"f{number}" for number in range(1, 25))
_PROBLEMS = Binding.Group("problems")


def prior(
    keys: str,
    action: str,
    description: str,
    id: str,  # noqa: A002
    tooltip: str,
    *,
    show: bool = True,
    group: Binding.Group | None = None,
) -> Binding:
    """A binding with priority: done in the app's own order, however many keys wait in front of a widget."""
    return Binding(keys, action, description, show=show, id=id, priority=True, tooltip=tooltip, group=group)


# Wherever there are questions; the screen's `action_problem` takes the step.
PREVIOUS_PROBLEM = prior(
    "f7",
    "problem(-1)",
    "previous problem",
    "previous-problem",
    "Edit the previous answer with a problem",
    group=_PROBLEMS,
)
NEXT_PROBLEM = prior(
    "f8", "problem(1)", "next problem", "next-problem", "Edit the next answer with a problem", group=_PROBLEMS
)


# Keys for a person


def readable(key: str) -> str:
    """A key as it is written in running text: `Ctrl+S`, `F2`, `?`."""
    *modifiers, base = key.split("+")
    return "+".join((*(modifier.capitalize() for modifier in modifiers), _base(base, alone=not modifiers)))


def short(key: str) -> str:
    """A key in as few cells as it can be recognised by: `^s`, `F2`, `⏎`."""
    if key in ("enter", "escape"):
        return "⏎" if key == "enter" else "esc"
    if key.startswith("ctrl+") and len(key) == len("ctrl+s"):
        return f"^{key[-1]}"
    return readable(key)


def named(action: str, app: App[object], *owners: type[DOMNode]) -> str:
    """The first key of an action, as it is written in running text.

    Args:
        action: the id of its binding.
        app: knows the keys that somebody set.
        owners: the classes that do it; those that declare it or inherit it.

    Returns:
        The key, or the action's name where none of them has it.
    """
    # Neither is public; Textual is pinned.
    chosen = app._keymap.get(action, "").partition(",")[0]
    declared = (key for owner in owners for key, binding in owner._merged_bindings or () if binding.id == action)
    return readable(chosen or next(declared, action))


def written(key: str) -> str:
    """A key as a settings file has it: `f2`, `ctrl+s`, `?`."""
    return CHARACTERS.get(key, key)


def _base(base: str, *, alone: bool) -> str:
    if base in FUNCTION_KEYS or (len(base) == 1 and not alone):
        return base.upper()
    return NAMES.get(base) or CHARACTERS.get(base) or base


def order(key: str) -> tuple[int, int]:
    """Sorts keys as one looks for them: enter and escape, the function keys, all others."""
    if key in FIXED:
        return (0, FIXED.index(key))
    return (1, int(key[1:])) if key in FUNCTION_KEYS else (2, 0)


# What works right now

_SCROLLING = {
    **dict.fromkeys(("scroll_up", "scroll_down", "page_up", "page_down"), "allow_vertical_scroll"),
    **dict.fromkeys(("scroll_left", "scroll_right", "page_left", "page_right"), "allow_horizontal_scroll"),
}
"""Textual's own actions that pass the key on where there is nothing to scroll, and the property that tells."""


def active(screen: Screen[object]) -> list[tuple[ActiveBinding, list[str]]]:
    """Each action that a key does on a screen right now, with its keys; the widget in focus first, the app last."""
    bindings: dict[str, ActiveBinding] = {}
    behind = False
    # Not public; Textual is pinned. What it offers leaves out the app's keys in front of a dialog, though those with
    # priority work there too, and has a field's scrolling in place of the keys that lie behind it.
    for node, keys in screen._binding_chain:
        for key, binding in keys:
            before = bindings.get(key)
            if (behind and not binding.priority) or _does_nothing(node, binding):
                continue
            if before is None or (binding.priority and not before.binding.priority):
                # "screen" is this one, also while the palette, which asks, lies in front of it.
                action = binding.action.removeprefix("screen.")
                where = node if action == binding.action else screen
                enabled = screen.app._check_action_state(action, where)
                if enabled is not False:
                    bindings[key] = ActiveBinding(node, binding, bool(enabled), binding.tooltip)
        behind = behind or node.is_modal
    found: dict[tuple[DOMNode, str, bool], tuple[ActiveBinding, list[str]]] = {}
    for key, one in bindings.items():
        if one.enabled and one.binding.description and not key.startswith("super+"):
            # Textual's own keys are kept apart from those of ours that do the same.
            ours = one.binding.id is not None
            found.setdefault((one.node, one.binding.action, ours), (one, []))[1].append(key)
    return list(found.values())


def _does_nothing(node: DOMNode, binding: Binding) -> bool:
    allowed = _SCROLLING.get(binding.action)
    return allowed is not None and isinstance(node, Widget) and not getattr(node, allowed)
