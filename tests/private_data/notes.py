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


def notes(templates: dict[str, Callable[[Random], str]], how_many: int, seed: int) -> list[Note]:
    """``how_many`` notes, every template about as often."""
    rng = Random(seed)
    names = sorted(templates)
    order = [names[index % len(names)] for index in range(how_many)]
    rng.shuffle(order)
    return [Note(name, templates[name](rng)) for name in order]
