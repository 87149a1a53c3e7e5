"""One small item of every kind, for tests of grading, of the bridge and of the grader."""

from __future__ import annotations

from typing import Any

from lideri.course.items import ITEM, Form, Item, Rubric

COMMON: dict[str, Any] = {
    "version": 1,
    "pool": "module",
    "submodule": "2.1",
    "points": 2,
    "explanation": "Paskaidrojums: krāpnieks steidzina.",
    "competences": ["4.1"],
    "outcomes": ["LO4.1.15"],
    "level": 3,
    "facts": ["fakts-1"],
    "status": "live",
}


def item(**fields: Any) -> Item:
    return ITEM.validate_python({**COMMON, **fields})


def single(**fields: Any) -> Item:
    given = {
        "id": "t-viens",
        "kind": "single_choice",
        "stem": "Kam zvani vispirms?",
        "options": [
            {"id": "a", "text": "Bankai", "feedback": "Banka var apturēt maksājumu."},
            {"id": "b", "text": "Draugam", "feedback": "Draugs naudu neapturēs."},
            {"id": "c", "text": "Nevienam", "feedback": "Katra minūte ir svarīga."},
        ],
        "key": "a",
    }
    return item(**{**given, **fields})


def several(**fields: Any) -> Item:
    given = {
        "id": "t-vairaki",
        "kind": "multiple_choice",
        "stem": "Kas liecina par krāpšanu?",
        "options": [
            {"id": "a", "text": "Steidzina", "feedback": "Krāpnieki steidzina."},
            {"id": "b", "text": "Prasa PIN", "feedback": "PIN neprasa neviens."},
            {"id": "c", "text": "Sveicina", "feedback": "Sveiciens ir nekaitīgs."},
            {"id": "d", "text": "Paraksts", "feedback": "Paraksts ir nekaitīgs."},
            {"id": "e", "text": "Sveša saite", "feedback": "Saite ved citur."},
        ],
        "key": ["a", "b", "e"],
        "points": 3,
    }
    return item(**{**given, **fields})


def ordering(**fields: Any) -> Item:
    given = {
        "id": "t-seciba",
        "kind": "order",
        "stem": "Sakārto, ko darīt, ja uzķēries.",
        "pieces": [
            {"id": "banka", "text": "Zvanu bankai"},
            {"id": "policija", "text": "Ziņoju policijai"},
            {"id": "cert", "text": "Ziņoju CERT.LV"},
            {"id": "kolegi", "text": "Stāstu kolēģiem"},
        ],
        "key": [["banka"], ["policija", "cert"], ["kolegi"]],
    }
    return item(**{**given, **fields})


def matching(**fields: Any) -> Item:
    given = {
        "id": "t-pari",
        "kind": "match",
        "stem": "Savieno iestādi ar tās darbu.",
        "left": [
            {"id": "l1", "text": "CERT.LV"},
            {"id": "l2", "text": "DVI"},
            {"id": "l3", "text": "VSAA"},
        ],
        "right": [
            {"id": "r1", "text": "drošības incidenti"},
            {"id": "r2", "text": "personas dati"},
            {"id": "r3", "text": "pensijas"},
            {"id": "r4", "text": "nodokļi"},
        ],
        "key": {"l1": "r1", "l2": "r2", "l3": "r3"},
    }
    return item(**{**given, **fields})


def numeric(**fields: Any) -> Item:
    given = {
        "id": "t-skaitlis",
        "kind": "number",
        "stem": "Cik saņēmēju uz 1000 iedzīvotājiem?",
        "key": 282.8,
        "tolerance": 0.1,
        "unit": "cilvēki",
    }
    return item(**{**given, **fields})


def short(**fields: Any) -> Item:
    given = {
        "id": "t-vards",
        "kind": "short_text",
        "stem": "Kā sauc krāpšanu ar viltus vēstulēm?",
        "accept": ["pikšķerēšana", "phishing"],
        "reject": ["smikšķerēšana"],
    }
    return item(**{**given, **fields})


def spots(**fields: Any) -> Item:
    given = {
        "id": "t-vietas",
        "kind": "mark_spots",
        "stem": "Atzīmē, kas liecina par krāpšanu.",
        "message": {"channel": "īsziņa", "sender": "Omniva", "link": "omniva-lv.example"},
        "spots": [
            {"id": "s1", "text": "Jūsu sūtījums", "why": "Parasti vārdi."},
            {"id": "s2", "text": "24 stundu laikā", "why": "Steidzina."},
            {"id": "s3", "text": "omniva-lv.example", "why": "Sveša adrese."},
            {"id": "s4", "text": "Paldies", "why": "Pieklājība."},
        ],
        "key": ["s2", "s3"],
    }
    return item(**{**given, **fields})


def text(**fields: Any) -> Item:
    given = {
        "id": "t-brivs",
        "kind": "free_text",
        "stem": "Ko teiksi klientam, kurš nosauca kodu?",
        "rubric": "saruna",
        "points": 4,
        "max_words": 200,
    }
    return item(**{**given, **fields})


def rubric() -> Rubric:
    levels = [
        {"points": 0, "description": "Nav."},
        {"points": 1, "description": "Daļēji."},
        {"points": 2, "description": "Pilnībā."},
    ]
    return Rubric.model_validate(
        {
            "id": "saruna",
            "title": "Saruna ar klientu",
            "criteria": [
                {"id": "miers", "title": "Nomierina", "levels": levels},
                {"id": "soli", "title": "Nosauc soļus", "levels": levels},
            ],
        }
    )


def one_of_each() -> list[Item]:
    return [single(), several(), ordering(), matching(), numeric(), short(), spots(), text()]


def form(form_id: str = "t02-a") -> Form:
    return Form(id=form_id, title="Pārbaudes darbs", items=tuple(item.id for item in one_of_each()))


RIGHT: dict[str, dict[str, Any]] = {
    "t-viens": {"kind": "single_choice", "choice": "a"},
    "t-vairaki": {"kind": "multiple_choice", "choices": ["a", "b", "e"]},
    "t-seciba": {"kind": "order", "order": ["banka", "cert", "policija", "kolegi"]},
    "t-pari": {"kind": "match", "pairs": {"l1": "r1", "l2": "r2", "l3": "r3"}},
    "t-skaitlis": {"kind": "number", "text": "282,8"},
    "t-vards": {"kind": "short_text", "text": "Pikskeresana"},
    "t-vietas": {"kind": "mark_spots", "marked": ["s3", "s2"]},
    "t-brivs": {"kind": "free_text", "text": "Labi, ka atnācāt."},
}
