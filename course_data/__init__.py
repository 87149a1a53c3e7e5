"""What ships to trainees: data only. Provenance and licence of every file: README.md beside this one."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def path(name: str = "") -> Traversable:
    """A file or folder of the course's data, e.g. ``path("places/pasvaldibas_42.csv")``; without a name, the root."""
    root = files(__name__)
    return root.joinpath(*name.split("/")) if name else root
