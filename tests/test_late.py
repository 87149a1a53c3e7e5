"""A slow import that waits until it is needed: nothing about it is different but the moment."""

from __future__ import annotations

import subprocess
import sys

import lideri

CHECKS = """
import sys
import lideri, jsonschema
from importlib.util import find_spec
assert find_spec("rfc3987_syntax").origin
print("lark" in sys.modules)
checker = jsonschema.Draft202012Validator({"format": "iri"}, format_checker=jsonschema.FormatChecker(["iri"]))
print(checker.is_valid("http://ādaži.example/lapa"), checker.is_valid("nav adrese"))
import rfc3987_syntax
print("lark" in sys.modules, rfc3987_syntax.is_valid_syntax_iri("http://ādaži.example/"))
"""


def test_jsonschema_comes_without_its_parser_of_addresses_and_checks_them_all_the_same() -> None:
    told = subprocess.run([sys.executable, "-c", CHECKS], capture_output=True, text=True, check=True).stdout

    assert told.split() == ["False", "True", "False", "True", "True"]


def test_what_is_not_installed_is_not_there_later_either() -> None:
    lideri.late("nav_tadas_bibliotekas", "darbs")

    assert "nav_tadas_bibliotekas" not in sys.modules
