"""YAML that remembers where each value stands, so that a mistake is reported with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from lideri.course.problems import Problem

PathInFile = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """Plain data of one YAML file with the line of every key and list element."""

    file: str
    data: Any
    lines: Mapping[PathInFile, int]
    problems: tuple[Problem, ...]

    def line(self, path: Sequence[str | int]) -> int:
        """Line of the value at ``path``, or of its nearest ancestor that stands in the file."""
        place = tuple(path)
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def dotted(path: Sequence[str | int]) -> str:
    """``("items", 3, "options")`` as an author reads it: ``items[3].options``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text


def read_yaml(text: str, file: str) -> YamlDocument:
    """Parse ``text``; broken YAML and doubled keys become problems, never exceptions."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        message = f"YAML nav salasāms ({error.problem or error.context}); pārbaudi atkāpes, pēdiņas un kolus šajā rindā"
        return YamlDocument(file, None, {}, (Problem(file, line, "", message),))
    except yaml.YAMLError as error:
        return YamlDocument(file, None, {}, (Problem(file, 1, "", f"YAML nav salasāms: {error}"),))
    if root is None:
        return YamlDocument(file, None, {}, (Problem(file, 1, "", "datne ir tukša; ieraksti saturu vai izdzēs datni"),))
    lines: dict[PathInFile, int] = {}
    problems: list[Problem] = []
    loader = yaml.SafeLoader("")

    def build(node: yaml.Node, path: PathInFile) -> Any:
        lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            result: dict[Any, Any] = {}
            for key_node, value_node in node.value:
                key = str(loader.construct_object(key_node))
                here = (*path, key)
                if key in result:
                    message = f"atslēga «{key}» atkārtojas; atstāj vienu"
                    problems.append(Problem(file, key_node.start_mark.line + 1, dotted(here), message))
                    continue
                lines[here] = key_node.start_mark.line + 1
                result[key] = build(value_node, here)
            return result
        if isinstance(node, yaml.SequenceNode):
            return [build(child, (*path, index)) for index, child in enumerate(node.value)]
        return loader.construct_object(node, deep=True)

    return YamlDocument(file, build(root, ()), lines, tuple(problems))
