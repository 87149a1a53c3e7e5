"""The pages that stock Voila shows: the same text as ours, and plain ipywidgets where ours has exercises.

They are made as light as such a page can be (no pandas, no database, one small file written at each change), so that
nobody can say the competitor was given a heavier one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.hub.system import ROOT

Cell = dict[str, Any]
LESSON = "klase.ipynb"
SAVED = "Saglabāts"

_START = """
import json, os, pathlib
import ipywidgets as w

file = pathlib.Path.home() / "answers" / f"{os.getpid()}.json"
file.parent.mkdir(parents=True, exist_ok=True)
answers = {}

def keep(name, label):
    def kept(change):
        answers[name] = change["new"]
        with file.open("w", encoding="utf-8") as out:
            json.dump(answers, out)
            out.flush()
            os.fsync(out.fileno())
        label.value = "Saglabāts"
    return kept
"""
_MAILBOX = """
messages = [f"Ziņa {number}" for number in range(1, 9)]
choice = w.Select(options=messages, index=None, description="Ziņas")
text = w.HTML("<p>Izvēlies ziņu no saraksta.</p>")
decision = w.RadioButtons(options=["Ziņa ir īsta", "Tā ir krāpšana", "Vēl nezinu"], index=None)
check = w.Button(description="Pārbaudīt")
said = w.HTML("")
saved = w.Label("")
choice.observe(keep("mailbox", saved), "value")
decision.observe(keep("decision", saved), "value")
check.on_click(lambda _: setattr(said, "value", "<p>Pareizi</p>"))
w.VBox([choice, text, decision, check, said, saved])
"""
_QUESTION = """
answer = w.RadioButtons(options=["Pirmā atbilde", "Otrā atbilde", "Trešā atbilde"], index=None, description="{name}")
button = w.Button(description="Pārbaudīt")
line = w.Label("")
answer.observe(keep("{name}", line), "value")
button.on_click(lambda _, line=line: setattr(line, "value", "Pareizi"))
w.VBox([answer, button, line])
"""


def write_lesson(path: Path) -> None:
    """Module 2's first chapter: its text unchanged; 4 exercises of 15 controls in all instead of our widgets."""
    ours = json.loads((ROOT / "notebooks" / "m02_1.ipynb").read_text(encoding="utf-8"))
    cells: list[Cell] = []
    for cell in ours["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cells.append({"cell_type": "markdown", "metadata": {}, "source": source})
        elif "import" in source:
            cells.append(code(_START))
        elif source.startswith("Mailbox"):
            cells.append(code(_MAILBOX))
        else:
            cells.append(code(_QUESTION.format(name=f"q{len(cells)}")))
    write_notebook(path, cells)


_DASHBOARD = """
import json
import matplotlib.pyplot as plt
from html import escape
from IPython.display import HTML, display

report = json.loads({report})

def table(titles, rows):
    head = "".join(f"<th>{{escape(str(each))}}</th>" for each in titles)
    body = "".join("<tr>" + "".join(f"<td>{{escape(str(each))}}</td>" for each in row) + "</tr>" for row in rows)
    display(HTML(f"<table><thead><tr>{{head}}</tr></thead><tbody>{{body}}</tbody></table>"))
"""
_TRAINER = """
names = report["level_names"]
for part in ("submodules", "competences"):
    figure, axes = plt.subplots(figsize=(7, 3))
    rows = report[part]
    left = [0] * len(rows)
    for level, name in enumerate(names):
        counts = [row["counts"][level] for row in rows]
        axes.barh([row["code"] for row in rows], counts, left=left, label=name)
        left = [a + b for a, b in zip(left, counts)]
    axes.legend(fontsize=7)
    plt.show()
"""
_TRAINER_TABLES = """
table(["Vārds", "Stāvoklis", "Nodaļas", "Punkti"],
      [[p["name"], p["state_text"], p["pages_done"], p["points"]] for p in report["lines"]])
table(["Uzdevums", "Pareizi"], [[h["stem"], f'{h["right"]} no {h["people"]}'] for h in report["hardest"]])
"""
_PROGRAMME = """
figure, axes = plt.subplots(figsize=(5.2, 2.7))
axes.plot([m["month"] for m in report["months"]], [m["staff"] for m in report["months"]], "o-")
axes.set_ylim(0)
plt.show()
figure, axes = plt.subplots(figsize=(7, 3))
for region in report["regions"]:
    left = 0
    for group in region["groups"]:
        axes.barh(region["name"], group["people"], left=left)
        left += group["people"]
plt.show()
"""
_PROGRAMME_TABLES = """
table(["Pašvaldība", "Darbinieki", "Ar apliecību"], [[p["name"], p["staff"], p["trained"]] for p in report["places"]])
"""


def write_dashboard(path: Path, page: str, report: object) -> None:
    """`report` as a notebook's author would show it: charts by matplotlib, tables as HTML; the map is left out."""
    drawn = (_TRAINER, _TRAINER_TABLES) if page == "grupa" else (_PROGRAMME, _PROGRAMME_TABLES)
    write_notebook(path, [code(_DASHBOARD.format(report=as_literal(report))), *map(code, drawn)])


def write_notebook(path: Path, cells: list[Cell]) -> None:
    made = {
        "cells": [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")


def code(text: str) -> Cell:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text.strip()}


def as_literal(value: object) -> str:
    return repr(json.dumps(value, ensure_ascii=False))
