"""Pydantic's findings as problems an author can mend, in Latvian."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lideri.course.problems import Problem
from lideri.course.yaml_lines import YamlDocument, dotted

MESSAGES = {
    "missing": "trūkst lauka; pieraksti to",
    "extra_forbidden": "tāda lauka šeit nav; izlabo nosaukumu vai izdzēs rindu",
    "string_too_short": "teksts ir tukšs; ieraksti to",
    "too_short": "par maz elementu; vajag vismaz {min_length}",
    "too_long": "par daudz elementu; drīkst būt {max_length}",
    "string_type": "šeit jābūt tekstam; ieliec vērtību pēdiņās",
    "float_type": "šeit jābūt skaitlim",
    "float_parsing": "šeit jābūt skaitlim",
    "int_type": "šeit jābūt veselam skaitlim",
    "int_parsing": "šeit jābūt veselam skaitlim",
    "literal_error": "nezināma vērtība; drīkst būt {expected}",
    "union_tag_invalid": "nezināms uzdevuma veids; drīkst būt {expected_tags}",
    "union_tag_not_found": "trūkst lauka «kind» (uzdevuma veids)",
    "greater_than": "vērtībai jābūt lielākai par {gt}",
    "greater_than_equal": "vērtībai jābūt vismaz {ge}",
    "less_than_equal": "vērtība drīkst būt ne lielāka par {le}",
    "string_pattern_mismatch": "pieraksts neder; vajadzīgs {pattern}",
    "tuple_type": "šeit jābūt sarakstam",
    "list_type": "šeit jābūt sarakstam",
    "dict_type": "šeit jābūt laukiem ar vērtībām",
    "model_type": "šeit jābūt laukiem ar vērtībām",
    "model_attributes_type": "šeit jābūt laukiem ar vērtībām",
}


def validate(
    adapter: TypeAdapter[Any], document: YamlDocument, path: Sequence[str | int], value: Any
) -> tuple[Any, list[Problem]]:
    """``value`` as the adapter's type, or None and every problem in it with its line."""
    try:
        return adapter.validate_python(value), []
    except ValidationError as error:
        problems = []
        for found in error.errors():
            place = [*path, *_without_tag(value, found["loc"])]
            template = MESSAGES.get(found["type"], found["msg"].removeprefix("Value error, "))
            message = template.format_map(_Lenient(found.get("ctx", {})))
            problems.append(Problem(document.file, document.line(place), dotted(place), message))
        return None, problems


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def _without_tag(value: Any, loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    # A tagged union puts the tag first in the location; it is no place in the file.
    if loc and isinstance(value, dict) and loc[0] == value.get("kind"):
        return loc[1:]
    return loc
