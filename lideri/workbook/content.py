"""What a page shows, read from `course_data` when it is first asked for, and only the part that is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from lideri.course.items import Item

_ID = re.compile(r"^id: *['\"]?([^'\"\s]+)", re.MULTILINE)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times faster, where it was built


class Content:
    """Practice items and scenarios with their keys: these are never scored, so a kernel may hold them."""

    def __init__(self, course_data: Traversable | None = None) -> None:
        self._root = course_data if course_data is not None else files("course_data")
        self._raw: dict[str, dict[str, Any]] = {}
        self._scenarios: dict[str, Mapping[str, Any] | None] = {}

    def item(self, module: str, exercise: str) -> Item | None:
        from lideri.course.items import ITEM

        if module not in self._raw:
            self._raw[module] = self._practice(module)
        raw = self._raw[module].get(exercise)
        return None if raw is None else ITEM.validate_python(raw)

    def scenario(self, exercise: str) -> Mapping[str, Any] | None:
        """The whole scenario, or None when there is none of that id."""
        if exercise not in self._scenarios:
            self._scenarios[exercise] = self._find_scenario(exercise)
        return self._scenarios[exercise]

    def items(self, module: str) -> list[str]:
        """Ids of the module's practice items."""
        if module not in self._raw:
            self._raw[module] = self._practice(module)
        return list(self._raw[module])

    def scenarios(self) -> list[str]:
        """Ids of all scenarios."""
        found = []
        for file in sorted((self._root / "scenarios").iterdir(), key=lambda each: each.name):
            if file.name.endswith(".yml") and (line := _ID.search(file.read_text(encoding="utf-8"))):
                found.append(line[1])
        return found

    def titles(self, module: str) -> dict[str, str]:
        """Submodule → title; of a test about the whole course, module → title."""
        if not module.isdigit():
            return {str(each["id"]): each["title"] for each in self._syllabus["modules"]}
        return {
            part["id"]: part["title"]
            for each in self._syllabus["modules"]
            if str(each["id"]) == module
            for part in each.get("parts", ())
        }

    @cached_property
    def _syllabus(self) -> Mapping[str, Any]:
        read: Mapping[str, Any] = self._yaml(self._root / "syllabus.yml")
        return read

    def _practice(self, module: str) -> dict[str, Any]:
        file = self._root / "practice" / f"m{int(module):02d}.yml" if module.isdigit() else None
        if file is None or not file.is_file():
            return {}
        data = self._yaml(file)
        return {str(raw["id"]): raw for raw in (data["items"] if isinstance(data, dict) else data)}

    def _find_scenario(self, exercise: str) -> Mapping[str, Any] | None:
        line = re.compile(rf"^id: *['\"]?{re.escape(exercise)}['\"]? *(#.*)?$", re.MULTILINE)
        for file in sorted((self._root / "scenarios").iterdir(), key=lambda each: each.name):
            if file.name.endswith(".yml") and line.search(file.read_text(encoding="utf-8")):
                from lideri.practice.scenarios import read_scenario

                return read_scenario(self._yaml(file), self._root)
        return None

    def _yaml(self, file: Traversable) -> Any:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  # a safe loader either way


@cache
def shared() -> Content:
    """The content of all pages of this process; kernels that are forked from it have read it already."""
    return Content()
