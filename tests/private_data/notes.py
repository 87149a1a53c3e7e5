"""Notes made at run time: forged ones with private data in them, and honest ones. Nothing here is anybody's.

Personal codes of the old form have a day or month that does not exist and a right check digit; those of the new form are
random. No note is kept or shown: a failing test says which template it was, not what stood in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from lideri.course.personal_codes import check_digit

DIGITS = ("nulle", "viens", "divi", "trīs", "četri", "pieci", "seši", "septiņi", "astoņi", "deviņi")
DASHES = "-‐‑‒–—−"
BANKS = ("HABA", "UNLA", "PARX", "RIKO", "NDEA")


@dataclass(frozen=True)
class Note:
    template: str  # what it was made of, to be named when a test fails
    text: str


# ── private data, forged ────────────────────────────────────────────────────────────────────────────────────────────


def old_code(rng: Random) -> tuple[str, str]:
    """Six and five digits with a right check digit; the day or the month does not exist."""
    while True:
        day, month = rng.choice([(rng.randint(32, 99), rng.randint(1, 12)), (rng.randint(1, 28), rng.randint(13, 99))])
        ten = f"{day:02d}{month:02d}{rng.randint(0, 99):02d}{rng.choice('12')}{rng.randint(0, 999):03d}"
        if not (ten[0] == "3" and ten[1] in "23456789"):
            return ten[:6], ten[6:] + str(check_digit(ten))


def new_code(rng: Random) -> tuple[str, str]:
    digits = f"3{rng.randint(2, 9)}" + "".join(str(rng.randint(0, 9)) for _ in range(9))
    return digits[:6], digits[6:]


def a_code(rng: Random) -> tuple[str, str]:
    return old_code(rng) if rng.random() < 0.5 else new_code(rng)


def number(rng: Random, length: int, first: str = "0123456789") -> str:
    return rng.choice(first) + "".join(str(rng.randint(0, 9)) for _ in range(length - 1))


def a_phone(rng: Random) -> str:
    return number(rng, 8, "26")


def grouped(rng: Random, digits: str, *ways: tuple[int, ...]) -> str:
    cut, at = [], 0
    for length in rng.choice(ways):
        cut.append(digits[at : at + length])
        at += length
    return rng.choice(" .-").join(cut)


def an_iban(rng: Random) -> str:
    return f"LV{number(rng, 2)}{rng.choice(BANKS)}{number(rng, 13)}"


def a_card(rng: Random) -> str:
    digits = [int(each) for each in rng.choice("45") + number(rng, 14)]
    doubled = [digit * 2 - 9 if digit * 2 > 9 else digit * 2 for digit in digits[::2]]
    rest = (10 - (sum(doubled) + sum(digits[1::2])) % 10) % 10
    return "".join(map(str, digits)) + str(rest)


def spelled(digits: str) -> str:
    return " ".join(DIGITS[int(digit)] for digit in digits)


def lost(rng: Random) -> str:
    """A word that says nothing, before what is private."""
    return rng.choice(("", "Klients. ", "Atnāca vēlreiz, ", "Pieraksts: ", "Nokārtojām. ", "piezīme sev – "))


FORGED: dict[str, Callable[[Random], str]] = {
    "code, hyphen": lambda r: f"{lost(r)}Personas kods {'-'.join(a_code(r))}, pieslēdzāmies portālam.",
    "code, no word": lambda r: f"{lost(r)}{'-'.join(a_code(r))} e-adrese aktivizēta",
    "code, typographic hyphen": lambda r: f"{lost(r)}{r.choice(DASHES).join(a_code(r))} deklarēja dzīvesvietu",
    "code, whole": lambda r: f"{lost(r)}pk {''.join(a_code(r))}",
    "code, whole, no word": lambda r: f"Dzīvesvieta {''.join(a_code(r))} izdarīts",
    "code, space": lambda r: f"{lost(r)}kods {' '.join(a_code(r))} EVAK",
    "code, spaces round the hyphen": lambda r: f"{lost(r)}p.k. {' - '.join(a_code(r))}.",
    "code, dots inside": lambda r: (lambda c: f"dz. {c[0][:2]}.{c[0][2:4]}.{c[0][4:]}-{c[1]} pieteicās VSAA")(
        a_code(r)
    ),
    "code, spaces everywhere": lambda r: (lambda c: f"kods {c[0][:2]} {c[0][2:4]} {c[0][4:]} {c[1]}")(a_code(r)),
    "code, line break": lambda r: f"Kods: {a_code(r)[0]}-\n{a_code(r)[1]} (pirmā un otrā rinda)",
    "code, word between": lambda r: f"{lost(r)}{a_code(r)[0]} svītra {a_code(r)[1]}",
    "code, words between": lambda r: f"personas kods sākas ar {a_code(r)[0]} un tad vēl {a_code(r)[1]}",
    "code, in brackets": lambda r: f"Kundze ({'-'.join(a_code(r))}) aizmirsa PIN aploksni mājās",
    "code, glued to a word": lambda r: f"pk{''.join(a_code(r))} parakstīja līgumu",
    "code, in threes": lambda r: (lambda c: f"nr {c[:3]} {c[3:6]} {c[6:9]} {c[9:]}")("".join(a_code(r))),
    "code, spelled": lambda r: f"nosauca {spelled(''.join(a_code(r)))}",
    "code, slash": lambda r: f"{lost(r)}{'/'.join(a_code(r))} iesniegums iestādei",
    "code, invisible characters": lambda r: f"kods {a_code(r)[0]}\u200b-\u200b{a_code(r)[1]}",
    "code, non-breaking space": lambda r: f"kods {a_code(r)[0]}\u00a0{a_code(r)[1]}",
    "code, among dates": lambda r: f"21.11.2026. plkst. 10.30 {'-'.join(a_code(r))} pirmoreiz",
    "code, only the end": lambda r: f"personas kods beidzas ar {new_code(r)[1]}",
    "phone, whole": lambda r: f"{lost(r)}tel. {a_phone(r)}",
    "phone, no word": lambda r: f"Zvanīs {a_phone(r)} rīt no rīta",
    "phone, grouped": lambda r: (
        f"{lost(r)}atzvanīt {grouped(r, a_phone(r), (2, 3, 3), (4, 4), (2, 2, 2, 2), (3, 3, 2))}"
    ),
    "phone, +371": lambda r: f"{lost(r)}+371 {grouped(r, a_phone(r), (8,), (2, 3, 3), (4, 4))} meita",
    "phone, +371 glued": lambda r: f"+371{a_phone(r)} WhatsApp",
    "phone, 00371": lambda r: f"numurs 00371{a_phone(r)}",
    "phone, brackets": lambda r: f"mob. (+371) {a_phone(r)} vakarā",
    "phone, typographic hyphens": lambda r: (lambda p: f"mob {p[:2]}–{p[2:5]}–{p[5:]}")(a_phone(r)),
    "phone, line break": lambda r: (lambda p: f"tālrunis\n{p[:4]}\n{p[4:]}")(a_phone(r)),
    "phone, spelled": lambda r: f"zvanīt {spelled(a_phone(r))}",
    "phone, words between": lambda r: (lambda p: f"numurs ir {p[:2]} tad {p[2:5]} un {p[5:]}")(a_phone(r)),
    "phone, at the very end": lambda r: f"Neizdevās, sazināšos:{a_phone(r)}",
    "phone, landline": lambda r: f"mājas tālr. {number(r, 8, '6')}",
    "phone, abroad": lambda r: f"dēls Anglijā +44 {number(r, 4, '7')} {number(r, 6)}",
    "phone, each digit": lambda r: f"tel {' '.join(a_phone(r))}",
    "mail, plain": lambda r: f"{lost(r)}e-pasts klients{number(r, 3)}@inbox.lv",
    "mail, glued dot": lambda r: "sūtīt uz vards.uzvards@gmail.com.",
    "mail, spaces": lambda r: f"adrese vards{number(r, 2)} @ inbox . lv",
    "mail, brackets": lambda r: f"vards.uzvards{r.choice(['(at)', ' (at) ', '[at]', ' [et] '])}gmail.com",
    "mail, at": lambda r: f"vards{number(r, 2)} at inbox.lv nestrādāja",
    "mail, spelled": lambda r: f"e-pasts ir vards punkts uzvards {r.choice(['at', 'et', 'eta'])} inbox punkts lv",
    "mail, spelled short": lambda r: "e-pasts ir vards punkts uzvards at inbox",
    "mail, Latvian letters": lambda r: "rakstīt uz vārds.uzvārds@pasts.example",
    "mail, no at": lambda r: f"vards.uzvards{number(r, 2)} inbox lv",
    "mail, full width": lambda r: f"vards{number(r, 2)}＠inbox.lv",
    "mail, line break": lambda r: "rakstīt vards.uzvards\n@inbox.lv",
    "account, whole": lambda r: f"{lost(r)}konts {an_iban(r)}",
    "account, fours": lambda r: (lambda i: f"konts {' '.join(i[a : a + 4] for a in range(0, 21, 4))}")(an_iban(r)),
    "account, small letters": lambda r: f"pensiju uz {an_iban(r).lower()}",
    "account, hyphens": lambda r: (lambda i: f"IBAN {'-'.join(i[a : a + 4] for a in range(0, 21, 4))}")(an_iban(r)),
    "account, abroad": lambda r: f"alga nāk uz {r.choice(['LT', 'EE'])}{number(r, 18)}",
    "account, Germany": lambda r: f"konts DE{number(r, 20)} Vācijā",
    "account, without LV": lambda r: f"konts {r.choice(BANKS)}{number(r, 13)}",
    "card, fours": lambda r: (lambda c: f"karte {c[:4]} {c[4:8]} {c[8:12]} {c[12:]}")(a_card(r)),
    "card, whole": lambda r: f"kartes numurs {a_card(r)}",
    "card, hyphens": lambda r: (lambda c: f"{c[:4]}–{c[4:8]}–{c[8:12]}–{c[12:]} derīga")(a_card(r)),
    "card, line break": lambda r: (lambda c: f"maksāja ar {c[:8]}\n{c[8:]}")(a_card(r)),
    "pin": lambda r: f"{lost(r)}PIN {number(r, 4)}",
    "pin, words": lambda r: f"{lost(r)}PIN kods ir {number(r, 4)}, iemācījās",
    "pin, colon": lambda r: f"PIN1: {number(r, 4)} PIN2: {number(r, 6)}",
    "pin, glued": lambda r: f"pin-kods={number(r, 4)}",
    "pin, new one": lambda r: f"nomainījām PIN kodu uz {number(r, 4)}",
    "pin, said": lambda r: f"nosauca skaļi PIN, tas ir {number(r, 4)}",
    "pin, before": lambda r: f"{number(r, 4, '3456789')} ir viņas PIN",
    "pin, spelled": lambda r: f"pin kods ir {spelled(number(r, 4))}",
    "pin, puk": lambda r: f"PUK kods {number(r, 8, '1345789')} uz aploksnes",
    "pin, cvv": lambda r: f"cvv {number(r, 3)}",
    "pin, sms": lambda r: f"īsziņas kods {number(r, 6)} ievadīts",
    "pin, password": lambda r: f"parole ir Vasara{number(r, 4)}!",
    "pin, spaced": lambda r: f"PIN {' '.join(number(r, 4))}",
    "bank user": lambda r: f"internetbankas lietotāja numurs {number(r, 7, '13457')}",
}

# Written after the rules were done, to see how they fare with what they were not made for (then: 77 of 100); three of
# these are let through knowingly, because what would catch them refuses honest notes as well.
FORGED |= {
    "code, 1 and 0 as letters": lambda r: (lambda c: f"pk {c[0].replace('0', 'O', 1)}-{c[1]}")(a_code(r)),
    "code, split at the end": lambda r: (lambda c: f"p.k.: {c[0]} - {c[1][0]} {c[1][1:]}")(a_code(r)),
    "code, born and last digits": lambda r: (lambda c: f"dzimis {c[0]}, pēdējie cipari {c[1]}")(old_code(r)),
    "code, star": lambda r: "kods " + "*".join(a_code(r)),
    "code, each digit": lambda r: "kods " + " ".join("".join(a_code(r))),
    "code, new dotted": lambda r: (lambda c: f"{c[0][:2]}.{c[0][2:4]}.{c[0][4:]}-{c[1]}")(new_code(r)),
    "code, two numbers": lambda r: (lambda c: f"1) {c[0]} 2) {c[1]} personas kods")(a_code(r)),
    "code, word kods after": lambda r: (lambda c: f"{c[0]}-{c[1]} ir kods")(a_code(r)),
    "code, three parts": lambda r: (lambda c: f"{c[0][:3]} {c[0][3:]} {c[1][:2]} {c[1][2:]}")(a_code(r)),
    "code, underscore": lambda r: "pk_" + "_".join(a_code(r)),
    "phone, dashes": lambda r: (lambda p: f"mob.: {p[:2]}-{p[2:4]}-{p[4:6]}-{p[6:]}")(a_phone(r)),
    "phone, slashes": lambda r: (lambda p: f"{p[:2]}/{p[2:5]}/{p[5:]} zvanīt vakarā")(a_phone(r)),
    "phone, odd groups": lambda r: (lambda p: f"tālr {p[0]} {p[1]} {p[2:4]} {p[4:6]} {p[6:]}")(a_phone(r)),
    "phone, colon": lambda r: f"Tālr.:{a_phone(r)}(māsa)",
    "phone, half in words": lambda r: (lambda p: f"numurs {spelled(p[:4])} {p[4:]}")(a_phone(r)),
    "phone, 371 bare": lambda r: f"371 {a_phone(r)}",
    "phone, Lithuania": lambda r: f"+370 6{number(r, 2)} {number(r, 5)}",
    "phone, comma pieces": lambda r: (lambda p: f"{p[:2]}, {p[2:5]}, {p[5:]} – meitas numurs")(a_phone(r)),
    "mail, brackets all": lambda r: "vards[.]uzvards[@]inbox[.]lv",
    "mail, no host end": lambda r: "vards.uzvards @ inbox",
    "mail, glued no at": lambda r: "e-pasts vardsuzvards inbox lv",
    "mail, zime": lambda r: "vards eta zīme inbox punkts lv",
    "mail, capital AT": lambda r: "Vards.Uzvards AT gmail.com",
    "mail, star": lambda r: "epasts: vards_uzvards(a)inbox.lv",
    "account, odd spaces": lambda r: (lambda i: f"{i[:2]} {i[2:4]} {i[4:8]} {i[8:12]} {i[12:16]} {i[16:20]} {i[20]}")(
        an_iban(r)
    ),
    "account, two lines": lambda r: (lambda i: f"konts: {i[:8]}\n{i[8:]}")(an_iban(r)),
    "account, Poland": lambda r: f"PL{number(r, 26)}",
    "card, dots": lambda r: (lambda c: f"{c[:4]}.{c[4:8]}.{c[8:12]}.{c[12:]}")(a_card(r)),
    "card, with date": lambda r: (lambda c: f"{c[:4]} {c[4:8]} {c[8:12]} {c[12:]} 09/28")(a_card(r)),
    "card, last digits and cvv": lambda r: f"kartes CVC kods {number(r, 3)}",
    "pin, pins": lambda r: f"pins {number(r, 4)}",
    "pin, pinkods": lambda r: f"jaunais pinkods: {number(r, 4)}",
    "pin, with": lambda r: f"ienāca ar pinu {number(r, 4)}",
    "pin, dash": lambda r: f"PIN - {number(r, 4)}",
    "pin, card's code": lambda r: f"kartes kods ir {number(r, 4)}",
    "pin, quoted": lambda r: f"PIN «{number(r, 4)}»",
    "pin, smart-id": lambda r: f"Smart-ID PIN1 {number(r, 4)} PIN2 {number(r, 5)}",
    "password, word": lambda r: f"parole: Zieds{number(r, 2)}",
    "password, said": lambda r: f"pateica paroli Vasara{number(r, 4)}",
    "sms code": lambda r: f"atnāca kods {number(r, 6)} īsziņā",
}


# ── honest ──────────────────────────────────────────────────────────────────────────────────────────────────────────

SERVICES = (
    "e-adresi",
    "EVAK",
    "dzīvesvietas deklarāciju",
    "eParaksts mobile",
    "Smart-ID",
    "EDS deklarāciju",
    "latvija.gov.lv",
    "e-veselību",
    "internetbanku",
    "CSDD kontu",
)
PLACES = (
    "Alūksnes bibliotēkā",
    "Valsts sociālās apdrošināšanas aģentūrā",
    "VSAA",
    "PMLP",
    "Latvijas Pastā",
    "NVA",
    "pagasta pārvaldē",
    "Swedbank filiālē",
    "Rīgas domē",
    "VPVKAC",
)
DONE = (
    "atvēra pats",
    "parakstīja pati",
    "iesniedza pieteikumu",
    "atrada vēstuli",
    "samaksāja rēķinu",
    "nomainīja PIN kodu",
    "atjaunoja paroli",
    "pieslēdza saziņu ar meitu",
)
WHO = (
    "Klients",
    "Kāda kundze",
    "Vecāks kungs",
    "Jauns vīrietis",
    "Pensionāre",
    "Kolēģe no blakus filiāles",
    "Ģimene ar bērnu",
)


def day(r: Random) -> str:
    d, m, y = r.randint(1, 28), r.randint(1, 12), r.choice((2024, 2025, 2026, 2027))
    return r.choice(
        (
            f"{d:02d}.{m:02d}.{y}",
            f"{d}.{m}.{y}.",
            f"{y}-{m:02d}-{d:02d}",
            f"{y}. gada {d}. novembrī",
            f"{d:02d}/{m:02d}/{y}",
            f"{d:02d}.{m:02d}.",
        )
    )


def clock(r: Random) -> str:
    h, m = r.randint(8, 21), r.randint(0, 59)
    return r.choice((f"plkst. {h}.{m:02d}", f"{h}:{m:02d}", f"{h:02d}.{m:02d}", f"ap {h}", f"plkst. {h}:{m:02d}"))


def money(r: Random) -> str:
    whole = r.choice((r.randint(1, 99), r.randint(100, 999), r.randint(1000, 99999)))
    return r.choice(
        (
            f"{whole} eiro",
            f"{whole},{r.randint(0, 99):02d} EUR",
            f"{whole:,} €".replace(",", " "),
            f"{whole}.{r.randint(0, 99):02d} eiro",
        )
    )


HONEST: dict[str, Callable[[Random], str]] = {
    "service": lambda r: f"{r.choice(WHO)}: kopā atvērām {r.choice(SERVICES)}, {r.choice(DONE)}.",
    "service and minutes": lambda r: f"{r.choice(SERVICES)}, {r.randint(5, 90)} min, {r.choice(DONE)}",
    "date and clock": lambda r: f"Nāks {day(r)} {clock(r)} ar eID karti.",
    "two dates": lambda r: f"Termiņš {day(r)}, pieraksts {day(r)}",
    "clock range": lambda r: (
        f"Konsultācija {r.randint(8, 20)}.{r.randint(10, 59)}–{r.randint(8, 21)}.{r.randint(10, 59)}."
    ),
    "opening hours": lambda r: (
        f"Bibliotēka atvērta no {r.randint(8, 10)}.00 līdz {r.randint(16, 20)}.00, kopā pierakstījām"
    ),
    "sum": lambda r: f"Pārbaudījām rēķinu, {money(r)}, samaksāja internetbankā.",
    "big sum": lambda r: f"Zvanītājs solīja {r.randint(2, 26)} 000 000 eiro, atpazinām krāpniekus",
    "service number": lambda r: f"Pakalpojums p{r.randint(100, 999)} portālā, {r.choice(DONE)}",
    "document number": lambda r: (
        f"Iesniegums Nr. {r.randint(1, 99)}-{r.randint(1, 12)}/{r.randint(100, 999)} nosūtīts."
    ),
    "document number, digits": lambda r: f"iesnieguma numurs {number(r, 7)} pierakstīts uz lapiņas",
    "application number": lambda r: f"Pieteikums Nr. {number(r, 8)} gaida VSAA",
    "land register": lambda r: f"kadastra numurs {number(r, 11)} atrasts kartē, {r.choice(DONE)}",
    "register number": lambda r: f"Uzņēmumu reģistra Nr. 4{number(r, 10, '0125')} meklējām kopā",
    "institution registration": lambda r: f"Rēķina saņēmējs reģ. nr. 4{number(r, 10, '0125')}, sadzīves jautājums",
    "years": lambda r: (
        f"Deklarācija par {r.choice((2023, 2024))}.–{r.choice((2025, 2026))}. gadu, attaisnotie izdevumi"
    ),
    "years, bare": lambda r: f"Deklarācija par {r.choice((2023, 2024))}-{r.choice((2025, 2026))}",
    "age": lambda r: (
        f"Grupa {r.randint(16, 30)}–{r.randint(60, 84)} gadi, {r.randint(4, 12)} cilvēki, tēma {r.choice(SERVICES)}"
    ),
    "16-74": lambda r: "Aptaujā 16–74 gadi, parādīju, kur atrast rādītāju",
    "pin without digits": lambda r: (
        f"Aizmirsa PIN kodu, {r.choice(('PIN1', 'PIN2'))} atjaunošana ar PUK, {r.randint(10, 40)} minūtes"
    ),
    "pin change": lambda r: f"Nomainīja PIN kodu {day(r)}, tagad atceras pati",
    "pin, three tries": lambda r: f"PIN kodu ievadīja {r.randint(2, 3)} reizes nepareizi, karte bloķēta",
    "password": lambda r: (
        f"Izveidojām paroli no {r.randint(3, 5)} vārdiem, {r.randint(14, 24)} zīmes, pierakstīja mājās"
    ),
    "password, what it must be": lambda r: f"Parole: vismaz {r.randint(10, 16)} zīmes. Paskaidroju, kāpēc.",
    "official phone": lambda r: (
        f"Iedevu LVRTC numuru {r.choice(('67108787', '6710 8787', '+371 67108787'))}, lai aptur sertifikātus"
    ),
    "emergency": lambda r: f"Izrunājām, kad zvanīt {r.choice(('110', '112', '113'))}",
    "free line": lambda r: f"Zvanījām uz bezmaksas tālruni {r.choice(('8000', '80 00'))} {r.randint(1000, 9999)}",
    "official mail": lambda r: (
        f"Krāpniecisko vēstuli pārsūtīja uz {r.choice(('cert@cert.lv', 'pasts@dvi.gov.lv', 'info@vsaa.gov.lv'))}"
    ),
    "mail service": lambda r: f"Izveidojām {r.choice(('inbox.lv', 'Gmail', 'gmail.com'))} pastkasti, {r.choice(DONE)}",
    "mail, how it works": lambda r: "Mācījāmies, kas ir e-pasts: vārds, zīme @ un adrese aiz tās",
    "place": lambda r: f"{r.choice(WHO)} bija {r.choice(PLACES)}, tur neizdevās; te {r.choice(DONE)}.",
    "institution's address": lambda r: f"Sūtām uz LV-{r.randint(1001, 5799)}, {r.choice(PLACES)}",
    "devices": lambda r: (
        f"Samsung Galaxy A{r.randint(10, 55)}, Android {r.randint(9, 15)}, brīva vieta {r.randint(1, 64)} GB"
    ),
    "software": lambda r: (
        f"Windows {r.choice((10, 11))}, Chrome {r.randint(90, 140)}.0.{r.randint(1000, 9999)}, atjaunināts"
    ),
    "queue ticket": lambda r: (
        f"Rindas talons {r.choice('ABC')}{r.randint(1, 99):03d}, gaidīja {r.randint(5, 50)} minūtes"
    ),
    "counts": lambda r: (
        f"{r.randint(2, 9)} cilvēki, {r.randint(2, 4)} nodarbības pa {r.randint(30, 60)} min, {r.randint(10, 40)} lapiņas"
    ),
    "lists": lambda r: f"1. ienāca portālā 2. atrada {r.choice(SERVICES)} 3. iesniedza 4. saglabāja PDF",
    "fraud": lambda r: (
        f"Zvanīja viltus banka, prasīja PIN un kodu kalkulatoru; {r.choice(WHO).lower()} nolika klausuli {clock(r)}"
    ),
    "fraud, sum": lambda r: f"Zaudēja {money(r)}, kopā zvanījām bankai, tad 110",
    "code, the word": lambda r: (
        f"Paskaidroju, kad personas kods jāsauc un kad ne; personas kodu maina {r.randint(1, 2)} reizi"
    ),
    "code, change": lambda r: f"Interese par jauno personas kodu, kas sākas ar 32; nāks {day(r)}",
    "family": lambda r: f"Nāca meita ar pilnvarojumu, {r.choice(SERVICES)}, {r.randint(2, 5)} iesniegumi",
    "languages": lambda r: f"Sarunājāmies krieviski, iestatījām latviešu valodu, burti {r.choice((115, 130, 150))} %",
    "waiting": lambda r: f"Atbilde {r.choice((5, 10, 30))} dienu laikā, pārbaudīs e-adresē {day(r)}",
    "map": lambda r: f"Google Maps, autobuss {r.randint(1, 60)}, {clock(r)}, cena {money(r)}",
    "percent": lambda r: f"Akumulators {r.randint(3, 99)} %, internets {r.randint(2, 300)} Mb/s",
    "next visit": lambda r: (
        f"Nākamreiz {r.choice(('pirmdien', 'otrdien', 'piektdien'))} {clock(r)}, paņems {r.choice(('eID karti', 'tālruni', 'brilles'))}"
    ),
    "plain": lambda r: f"{r.choice(WHO)} {r.choice(DONE)}. Sākumā baidījās, beigās smaidīja.",
    "reading": lambda r: f"Palasījām {r.choice(('lsm.lv', 'csp.gov.lv', 'tezaurs.lv'))}, {r.randint(2, 20)} raksti",
    "address parts": lambda r: (
        f"Atšķīra latvija.gov.lv no viltus lapas, {r.randint(2, 6)} piemēri no {r.randint(6, 10)}"
    ),
    "regulation": lambda r: f"Skatījām MK noteikumus Nr. {r.randint(10, 899)} un likuma {r.randint(1, 90)}. pantu",
    "height": lambda r: f"Fotogrāfija pasei 35x45 mm, {r.randint(200, 900)} KB, augšupielādēja pats",
}

# As above: written after the rules were done (then: 10 of 100 refused).
HONEST |= {
    "date range": lambda r: f"Nodarbības {r.randint(20, 24)}.11.–{r.randint(25, 29)}.11.",
    "pins and date": lambda r: f"nomainīja PIN1 un PIN2 {day(r)}",
    "sum": lambda r: f"maksājums {r.randint(10000, 99999)},{r.randint(10, 99)} EUR",
    "pin months": lambda r: f"PIN kodu maina ik pēc {r.randint(2, 12)} mēnešiem",
    "room": lambda r: f"kabinets {r.randint(100, 400)}, {r.randint(2, 5)}. stāvs, 8 datori, 2 planšetes",
    "form": lambda r: f"VSAA veidlapa Nr. {r.randint(1, 99)}/{r.randint(2020, 2027)}",
    "error": lambda r: f"lapā kļūda {r.choice((403, 404, 500, 503))}, pēc tam kods 0x8007{number(r, 4)}",
    "version": lambda r: (
        f"iOS {r.randint(15, 19)}.{r.randint(0, 9)}.{r.randint(0, 9)}, Chrome 120.0.{number(r, 4)}.{number(r, 3)}"
    ),
    "isbn": lambda r: f"grāmata ISBN 978-9934-{number(r, 1)}-{number(r, 4)}-{number(r, 1)}",
    "bus": lambda r: (
        f"autobuss {number(r, 4, '57')} plkst. {r.randint(8, 20)}.{r.randint(10, 59)}–{r.randint(8, 21)}.{r.randint(10, 59)}"
    ),
    "gps": lambda r: f"karte 56.{number(r, 4)}, 24.{number(r, 4)}",
    "ip": lambda r: f"rūteris 192.168.{r.randint(0, 255)}.{r.randint(1, 254)}",
    "build": lambda r: f"Windows 10 22H2, {number(r, 5, '1')}.{number(r, 4)}",
    "hours": lambda r: "Darba laiks 9.00–17.00, piektdien 9.00–15.30",
    "pension": lambda r: (
        f"pensija {r.randint(300, 900)},{r.randint(10, 99)} eiro, pārrēķins no 01.10.{r.choice((2025, 2026))}"
    ),
    "deadline": lambda r: f"iesniegt līdz {r.randint(1, 28)}.{r.randint(1, 12)}.{r.choice((2026, 2027))} plkst. 23.59",
    "eds": lambda r: (
        f"EDS: attaisnotie izdevumi par {r.choice((2023, 2024, 2025))}., {r.choice((2023, 2024, 2025))}. gadu, {r.randint(2, 30)} čeki"
    ),
    "many dates": lambda r: "Tikāmies 20.10., 27.10., 3.11. un 10.11.",
    "many dates spaces": lambda r: "Tikāmies 20.10. 27.10. 03.11.",
    "tickets": lambda r: f"biļetes 2 gab. pa {r.randint(2, 9)},{r.randint(10, 99)} eiro, vilciens {number(r, 4, '8')}",
    "ratio": lambda r: f"izpildīja {r.randint(5, 9)} no 10, 2. reizē 10 no 10",
    "wifi": lambda r: f"Wi-Fi parole uz sienas, tīkls Biblioteka_{r.randint(1, 9)}G",
    "pw policy": lambda r: f"paroli mainīja {day(r)}, tagad {r.randint(12, 20)} zīmes",
    "pw reset": lambda r: f"parole bija jāatjauno {r.randint(2, 4)} reizes",
    "cvk": lambda r: "Parakstu vākšana: 2026. gads, 12 000 parakstu, no 18 gadiem",
    "temps": lambda r: f"platums {r.randint(1000, 1920)}x{r.randint(700, 1080)}, burti 150 %",
    "meeting": lambda r: f"Zoom sapulce {clock(r)}, {r.randint(3, 25)} cilvēki",
    "phone model": lambda r: f"Nokia {number(r, 4, '35')}, Galaxy S{r.randint(10, 24)}",
}


def notes(templates: dict[str, Callable[[Random], str]], how_many: int, seed: int) -> list[Note]:
    """``how_many`` notes, every template about as often."""
    rng = Random(seed)
    names = sorted(templates)
    order = [names[index % len(names)] for index in range(how_many)]
    rng.shuffle(order)
    return [Note(name, templates[name](rng)) for name in order]
