"""A page that keeps its answers in a JSON file, so that they outlive a kernel, and a judge with a fixed opinion."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lideri.course.items import Message, Piece, ReleasedItem
from lideri.errors import LideriError

COMMON = {"version": 1, "submodule": "2.1", "points": 1.0}
ABC = (Piece(id="a", text="Jāuzraksta iesniegums"), Piece(id="b", text="Jāzvana bankai"), Piece(id="c", text="Jāgaida"))

ITEMS = {
    item.id: item
    for item in (
        ReleasedItem(id="viena", kind="single_choice", stem="Ko darīt <b>vispirms</b>?", options=ABC, **COMMON),
        ReleasedItem(id="vairakas", kind="multiple_choice", stem="Kuras adreses ir īstas?", options=ABC, **COMMON),
        ReleasedItem(id="seciba", kind="order", stem="Sakārto soļus", pieces=ABC, **COMMON),
        ReleasedItem(
            id="paros",
            kind="match",
            stem="Saliec pārus",
            left=(Piece(id="l1", text="Pikšķerēšana"), Piece(id="l2", text="Vikšķerēšana")),
            right=(Piece(id="r1", text="E-pastā"), Piece(id="r2", text="Pa tālruni")),
            **COMMON,
        ),
        ReleasedItem(id="skaitlis", kind="number", stem="Cik uz 1000 iedzīvotājiem?", unit="cilvēki", **COMMON),
        ReleasedItem(id="vards", kind="short_text", stem="Kā sauc krāpšanu pa tālruni?", **COMMON),
        ReleasedItem(
            id="pazimes",
            kind="mark_spots",
            stem="Atzīmē, kas ziņā ir aizdomīgs",
            message=Message(
                channel="īsziņa", sender="eParaksts", when="šodien 9.12", link="https://eparaksts.lv.atjaunot.example/"
            ),
            spots=(
                Piece(id="s1", text="Labdien!"),
                Piece(id="s2", text="Beidzas šodien."),
                Piece(id="s3", text="Spied!"),
            ),
            **COMMON,
        ),
        ReleasedItem(
            id="vieta",
            kind="simulation",
            stem="Noliec kartītes vietā",
            scenario={
                "id": "vieta",
                "kind": "sorting",
                "title": "Kartītes",
                "notice": "",
                "intro": "Katrai kartītei izvēlies kaudzi.",
                "bins": [{"id": "a", "text": "Dara"}, {"id": "b", "text": "Nedara"}],
                "cards": [
                    {"id": "k1", "text": "Māca"},
                    {"id": "k2", "text": "Ievada PIN"},
                    {"id": "k3", "text": "Sola"},
                ],
            },
            **COMMON,
        ),
        ReleasedItem(
            id="teksts",
            kind="free_text",
            stem="Uzraksti klientam trīs teikumus",
            min_words=20,
            max_words=120,
            criteria=("Saturs", "Valoda"),
            **COMMON,
        ),
    )
}


class FakePage:
    """Implements `widgets.protocol.Page` and `AssessmentPage`; ``broken`` makes every save fail."""

    id = "2.1"
    person = "p1"

    def __init__(self, path: Path | None = None, scenarios: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.path = path
        self.answers: dict[str, dict[str, Any]] = json.loads(path.read_text()) if path and path.exists() else {}
        self.scenarios = scenarios or {}
        self.broken: LideriError | None = None
        self.submissions = 0

    def _keep(self, key: str, response: Mapping[str, Any], seq: int, *, checked: bool) -> str:
        if self.broken:
            raise self.broken
        now = datetime.now(UTC).isoformat(timespec="seconds")
        before = self.answers.get(key, {"seq": -1, "checked": False})
        if seq >= before["seq"]:
            checked = checked or before["checked"]
            self.answers[key] = {"response": dict(response), "seq": seq, "saved_at": now, "checked": checked}
        if self.path:
            fresh = self.path.with_suffix(".new")  # a test that reads meanwhile finds a whole file
            fresh.write_text(json.dumps(self.answers), encoding="utf-8")
            fresh.replace(self.path)
        return str(self.answers[key]["saved_at"])

    def item(self, exercise: str) -> ReleasedItem:
        return ITEMS[exercise]

    def scenario(self, exercise: str) -> Mapping[str, Any]:
        from lideri.practice import machine

        scenario = self.scenarios[exercise]
        return machine(scenario["kind"]).shown(scenario)

    def saved(self, exercise: str) -> Mapping[str, Any] | None:
        return self.answers.get(exercise)

    def save(self, exercise: str, response: Mapping[str, Any], *, seq: int, checked: bool) -> str:
        return self._keep(exercise, response, seq, checked=checked)

    def judge(self, exercise: str, response: Mapping[str, Any]) -> Mapping[str, Any]:
        if exercise in self.scenarios:
            from lideri.practice import judge

            return judge(self.scenarios[exercise], response).as_dict()
        if response["kind"] == "number":
            more = {"explanation": "27 500 dala ar 261."}
            return {"outcome": "wrong", "title": "Vēl ne", "body": ["Padomā vēlreiz."], "marks": {}, "more": more}
        if response.get("choice") == "b":
            return {"outcome": "right", "title": "Pareizi", "body": ["Katra minūte ir svarīga."], "marks": {}}
        why = {"a": {"outcome": "wrong", "why": "Iesniegums var pagaidīt."}}
        return {"outcome": "wrong", "title": "Vēl ne", "body": ["Vispirms pārbaudi <i>sūtītāju</i>."], "marks": why}

    def outline(self) -> Mapping[str, Any]:
        done = self.answers.get("!submitted")
        return {
            "title": "2. moduļa pārbaudes darbs", "items": len(ITEMS), "minutes": 30, "number": 1, "of": 2,
            "open": "!open" in self.answers and not done, "counts": "best", "pass_mark": 0.6, "deadline": None,
            "last": {"number": 1, "submitted_at": "", "result_url": "/rezultats"} if done else None,
            "submodules": {"2.1": "Kibernoziegumu riski"},
        }  # fmt: skip

    def attempt(self) -> Mapping[str, Any]:
        self._keep("!open", {}, 0, checked=False)
        answers = {key: value for key, value in self.answers.items() if key in ITEMS}
        return {
            "id": "m1", "module": "2", "form": "m02-a", "number": 1, "of": 2, "state": "open", "deadline": None,
            "items": list(ITEMS.values()), "answers": answers, "submitted_at": None, "result_url": None,
        }  # fmt: skip

    def save_answer(self, item: str, response: Mapping[str, Any], *, seq: int) -> str:
        return self._keep(item, response, seq, checked=False)

    def submit(self, *, answered: int) -> Mapping[str, Any]:
        self.submissions += 1
        at = self._keep(
            "!submitted", {"answered": answered, "times": self.submissions}, self.submissions, checked=False
        )
        return {"state": "submitted", "submitted_at": at, "result_url": "/rezultats"}


@cache
def course_scenarios() -> Mapping[str, Mapping[str, Any]]:
    """The course's own scenarios by id, read once: kernels are forked from a process that has done it."""
    from lideri.practice.scenarios import load_scenarios

    return load_scenarios(files("course_data"))


def scenarios() -> dict[str, Mapping[str, Any]]:
    """The course's own simulators, by kind."""
    return {scenario["kind"]: scenario for scenario in course_scenarios().values()}
