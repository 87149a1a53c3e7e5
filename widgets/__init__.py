"""What trainees touch. A widget shows an item and reports an answer; whether it is right is decided elsewhere.

    from lideri.workbook import open_page
    from widgets import Question

    page = open_page("2.1")
    Question("m02.1-vispirms", page)

Each widget is loaded when it is first named: a page with three questions loads no simulator.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from widgets.address_reader import AddressReader
    from widgets.assessment import Assessment
    from widgets.mailbox import Mailbox
    from widgets.open_data import OpenData
    from widgets.place import Place
    from widgets.question import Question
    from widgets.save_status import SaveStatus

__all__ = ["AddressReader", "Assessment", "Mailbox", "OpenData", "Place", "Question", "SaveStatus"]

_HOMES = {
    "AddressReader": "widgets.address_reader",
    "Assessment": "widgets.assessment",
    "Mailbox": "widgets.mailbox",
    "OpenData": "widgets.open_data",
    "Place": "widgets.place",
    "Question": "widgets.question",
    "SaveStatus": "widgets.save_status",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(_HOMES[name]), name)
