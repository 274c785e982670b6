"""Asks where a copy of the report is to be written, when it cannot be saved where it is.

Owns the keys and what they are called; the field and what is said below it are the name dialog's.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from report_tui.tui.dialogs.name_dialog import NameDialog, NameInput


class _Place(NameInput):
    """The field; enter takes the place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "write the copy", id="place-take", tooltip="Write the copy to this place")
    ]


class PlaceDialog(NameDialog):
    """Asks for a path; returns it in full, or None for escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "back", id="place-back", tooltip="Write no copy"),
    ]
    FIELD: ClassVar[type[NameInput]] = _Place
    LONGEST: ClassVar[int] = 1000
