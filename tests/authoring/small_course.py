"""A small valid course in a folder, to be broken by tests."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FACTS = """\
facts:
  - id: banka-vispirms
    text: Vispirms zvani savai bankai.
    mark: V
    sources:
      - {id: S12, title: LVRTC, date: "2025-09"}
    checked: "2026-10"
"""

SYLLABUS = """\
modules:
  - id: "2"
    title: Vispārpieņemtie drošības principi
    written: true
    parts:
      - {id: "2.1", title: Kibernoziegumu riski, minutes: 45, written: true}
"""

COMMON = """\
    version: 1
    pool: module
    submodule: "2.1"
    points: 2
    explanation: Vispirms banka.
    competences: ["4.1"]
    outcomes: [LO4.1.15]
    level: 4
    facts: [banka-vispirms]
    status: live
"""

ITEMS = f"""\
items:
  - id: m02.1-01
    kind: single_choice
    stem: Kas jādara vispirms?
    options:
      - {{id: a, text: Zvanīt bankai, feedback: Jā.}}
      - {{id: b, text: Gaidīt rītu, feedback: Nē.}}
    key: a
{COMMON}  - id: m02.1-02
    kind: multiple_choice
    stem: Kam ziņot?
    options:
      - {{id: a, text: Bankai, feedback: Jā.}}
      - {{id: b, text: Policijai, feedback: Jā.}}
      - {{id: c, text: Krāpniekam, feedback: Nē.}}
    key: [a, b]
{COMMON}  - id: m02-brivs
    kind: free_text
    stem: Ko teiksi klientam?
    rubric: saruna
{COMMON}"""

RUBRICS = """\
rubrics:
  - id: saruna
    title: Saruna ar klientu
    criteria:
      - id: seciba
        title: Secība
        levels:
          - {points: 0, description: Nav secības.}
          - {points: 2, description: Vispirms banka.}
"""

BLUEPRINT = """\
id: m02
module: "2"
title: 2. moduļa pārbaudes darbs
minutes: 30
per_submodule: {"2.1": 1}
free_text: [m02-brivs]
explain: after_submit
seed: 7
forms:
  - {id: m02-a, title: A variants, items: [m02.1-01, m02-brivs]}
  - {id: m02-b, title: B variants, items: [m02.1-02, m02-brivs]}
"""

PRACTICE = (
    ITEMS.split("  - id: m02.1-02", maxsplit=1)[0]
    .replace("m02.1-01", "m02.1-p1")
    .replace("pool: module", "pool: practice")
)

PAGE = """\
---
page: "2.1"
title: Kibernoziegumu riski
lead: Pēc šīs nodaļas pratīsi rīkoties.
minutes: 45
---

## Kā tas notiek

Vispirms banka.{f}`banka-vispirms`

```{code-cell}
Question("m02.1-p1", page)
```
"""


def write_small_course(root: Path) -> Path:
    files = {
        "course_data/facts/m02.yml": FACTS,
        "course_data/syllabus.yml": SYLLABUS,
        "course_data/practice/m02.yml": PRACTICE,
        "assessments/items/m02.yml": ITEMS,
        "assessments/rubrics/m02.yml": RUBRICS,
        "assessments/blueprints/m02.yml": BLUEPRINT,
        "notebooks/source/m02_1.md": PAGE,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "course_data" / "portal").mkdir()
    for name in ("settings.yml", "help_log.yml", "portal/catalogue.yml"):
        shutil.copy(ROOT / "course_data" / name, root / "course_data" / name)
    shutil.copytree(ROOT / "course_data" / "digcomp", root / "course_data" / "digcomp")
    (root / "course_data" / "digcomp" / "supporting.csv").write_text("code,text_lv\n", encoding="utf-8")
    return root
