"""Numbers, dates and counted words as Latvian writes them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

THIN_SPACE = "\u202f"
RIGA = ZoneInfo("Europe/Riga")
MONTHS_LOCATIVE = (
    "janvārī",
    "februārī",
    "martā",
    "aprīlī",
    "maijā",
    "jūnijā",
    "jūlijā",
    "augustā",
    "septembrī",
    "oktobrī",
    "novembrī",
    "decembrī",
)


def number(value: float, decimals: int | None = None) -> str:
    """Decimal comma, narrow no-break space between thousands; as many decimals as needed, two at most.

    >>> number(13600), number(18.5), number(2.0), number(0.453 * 100, 1)
    ('13\\u202f600', '18,5', '2', '45,3')
    """
    text = f"{value:,.{2 if decimals is None else decimals}f}"
    if decimals is None:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", THIN_SPACE).replace(".", ",")


def counted(count: int, one: str, many: str) -> str:
    """A count with its word: Latvian takes the singular after 1, 21, 31 … but not 11.

    >>> counted(1, "punkts", "punkti"), counted(21, "punkts", "punkti"), counted(11, "punkts", "punkti")
    ('1 punkts', '21 punkts', '11 punkti')
    """
    return f"{number(count)} {one if count % 10 == 1 and count % 100 != 11 else many}"


def quoted(text: str) -> str:
    """In quotation marks; those within it become the inner ones, and whole speech is not quoted twice.

    >>> quoted("Sadaļā «E-adrese»")
    '«Sadaļā „E-adrese“»'
    >>> quoted("«Ko jums vajag?»")
    '«Ko jums vajag?»'
    """
    inner = text[1:-1] if text.startswith("«") and text.find("»") == len(text) - 1 and text.count("«") == 1 else text
    return f"«{inner.replace('«', '„').replace('»', '“')}»"


def quoted_sentence(text: str) -> str:
    """`quoted`, and a full stop after it unless what is quoted ends a sentence itself.

    >>> quoted_sentence("Prasa PIN"), quoted_sentence("Kas te ir?"), quoted_sentence("«Labi.»")
    ('«Prasa PIN».', '«Kas te ir?»', '«Labi.»')
    """
    words = quoted(text)
    return words if words[-2] in ".!?…" else f"{words}."


def exercises_done(done: int, of: int) -> str:
    """How far a page is, in words; empty for a page without exercises.

    >>> exercises_done(0, 1), exercises_done(3, 5), exercises_done(1, 21)
    ('Izdarīts: 0 no 1 uzdevuma.', 'Izdarīts: 3 no 5 uzdevumiem.', 'Izdarīts: 1 no 21 uzdevuma.')
    >>> exercises_done(5, 5), exercises_done(1, 1), exercises_done(0, 0)
    ('Izdarīti visi 5 uzdevumi. Nodaļa ir pabeigta.', 'Uzdevums ir izdarīts. Nodaļa ir pabeigta.', '')
    """
    if not of:
        return ""
    if done >= of:
        finished = f"Izdarīti visi {counted(of, 'uzdevums', 'uzdevumi')}" if of > 1 else "Uzdevums ir izdarīts"
        return f"{finished}. Nodaļa ir pabeigta."
    return f"Izdarīts: {done} no {counted(of, 'uzdevuma', 'uzdevumiem')}."


MONTHS_GENITIVE = (
    "janvāra",
    "februāra",
    "marta",
    "aprīļa",
    "maija",
    "jūnija",
    "jūlija",
    "augusta",
    "septembra",
    "oktobra",
    "novembra",
    "decembra",
)


MONTHS_DATIVE = (
    "janvārim",
    "februārim",
    "martam",
    "aprīlim",
    "maijam",
    "jūnijam",
    "jūlijam",
    "augustam",
    "septembrim",
    "oktobrim",
    "novembrim",
    "decembrim",
)


def until_day(day: date | datetime) -> str:
    """A day after «līdz».

    >>> until_day(date(2026, 12, 6))
    '2026. gada 6. decembrim'
    """
    return f"{day.year}. gada {day.day}. {MONTHS_DATIVE[day.month - 1]}"


def since_day(day: date | datetime) -> str:
    """A day after «kopš» or «no».

    >>> since_day(date(2026, 10, 31))
    '2026. gada 31. oktobra'
    """
    return f"{day.year}. gada {day.day}. {MONTHS_GENITIVE[day.month - 1]}"


def on_day(day: date | datetime) -> str:
    """When something happened.

    >>> on_day(date(2026, 11, 21))
    '2026. gada 21. novembrī'
    """
    return f"{day.year}. gada {day.day}. {MONTHS_LOCATIVE[day.month - 1]}"


def on_partial_day(text: str) -> str:
    """A source's date, which may be a day, a month or a year only.

    >>> on_partial_day("2025-10-09"), on_partial_day("2026-10"), on_partial_day("2023")
    ('2025. gada 9. oktobrī', '2026. gada oktobrī', '2023. gadā')
    """
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return on_day(date(*parts))
    if len(parts) == 2:
        return f"{parts[0]}. gada {MONTHS_LOCATIVE[parts[1] - 1]}"
    return f"{parts[0]}. gadā"


def clock(moment: datetime) -> str:
    """Time of day as «10.42».

    >>> clock(datetime(2026, 11, 21, 10, 42))
    '10.42'
    """
    return f"{moment.hour}.{moment.minute:02d}"
