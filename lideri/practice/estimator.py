"""The password lab's estimator as one module for browsers: zxcvbn as its authors published it, and Latvian words.

The module's own interface is two exports: ``default(password, words)`` is zxcvbn, ``WORDS`` the Latvian words in their
order, each with what it is («personvārds»). Passwords are typed and judged in the browser only; none comes here.

Why zxcvbn 4.4.2 and not one of its successors: it is one file without dependencies that holds its dictionaries, it
takes further words as they are, and it has not changed since 2017, so a quiz's passwords keep their order.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
import unicodedata
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path

import yaml

import course_data

NAME = "zxcvbn.js"
LIST = "words/paroles.yml"
PLACES = "places/pasvaldibas_42.csv"
PLACE = "vieta"  # what the municipalities' names are called in the list
SHORTEST = 3  # letters
_PUBLISHED = Path("node_modules/zxcvbn/dist/zxcvbn.js")
_PROJECT = Path(__file__).resolve().parents[2]
_MODULE = """/*! zxcvbn 4.4.2
{licence}
*/
const module = {{ exports: {{}} }};
const exports = module.exports;
{library}
export default module.exports;
export const WORDS = {words};
"""


def library() -> Path | None:
    """Where `make` has put zxcvbn; None when it has not."""
    folders = (Path(sys.prefix) / "estimator", _PROJECT / ".venv" / "estimator")
    return next((folder / _PUBLISHED for folder in folders if (folder / _PUBLISHED).is_file()), None)


def latvian_words(data: Traversable) -> dict[str, str]:
    """Every word in small letters, with and without its marks, and what it is; in the order of guessing."""
    listed: dict[str, str] = yaml.safe_load(data.joinpath(LIST).read_text(encoding="utf-8"))
    table = csv.DictReader(data.joinpath(PLACES).read_text(encoding="utf-8").splitlines())
    places = [
        name.partition(" (")[0].removesuffix(" novads")
        for line in table
        for name in (line["nosaukums"], line["administrativais_centrs"])
    ]
    found: dict[str, str] = {}
    for what, words in [*((what, words.split()) for what, words in listed.items()), (PLACE, places)]:
        for word in words:
            for form in (word.lower(), _without_marks(word.lower())):
                if len(form) >= SHORTEST:
                    found.setdefault(form, what)
    return found


@cache
def module_text() -> str | None:
    """The module; None when zxcvbn is not installed."""
    found = library()
    if found is None:
        return None
    published = found.read_text(encoding="utf-8").partition("\n//# sourceMappingURL=")[0]
    licence = (found.parents[1] / "LICENSE.txt").read_text(encoding="utf-8").strip()
    words = json.dumps(list(latvian_words(course_data.path()).items()), ensure_ascii=False)
    return _MODULE.format(licence=licence, library=published, words=words)


def stamp(text: str) -> str:
    """Changes with the text, as the server's stamp of an asset does."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _without_marks(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))
