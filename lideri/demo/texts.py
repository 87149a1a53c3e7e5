"""Invented free answers with the marks and the comment a trainer would give."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoText:
    text: str
    marks: tuple[float, ...]  # for the rubric's criteria, in order
    comment: str


TEXTS: dict[str, tuple[DemoText, ...]] = {
    "m02-brivs-a": (
        DemoText(
            "Labi, ka atnācāt uzreiz, tā gadās daudziem. Tagad tūlīt piezvanīsim jūsu bankai. Runāsiet jūs pats, es sēdēšu "
            "blakus un atradīšu numuru bankas lapā. Pēc tam uzrakstīsim iesniegumu policijai, saglabāsim zvanītāja numuru "
            "un paziņosim CERT.LV. Vakarā pabrīdiniet arī savējos.",
            (2, 2, 2),
            "Ļoti labi: vispirms banka, un klients runā pats.",
        ),
        DemoText(
            "Nekas traks, nomierinieties, lūdzu. Vispirms zvaniet uz banku, lai bloķē karti, to vajag darīt tagad. Tad "
            "iesim pie policijas un uzrakstīsim iesniegumu. Ja vajag, palīdzēšu.",
            (2, 1, 1),
            "Laba secība. Piemini arī pierādījumu saglabāšanu un to, ka ar banku runā klients pats.",
        ),
        DemoText(
            "Es teiktu, lai raksta iesniegumu policijai un paziņo CERT.LV. Pēc tam piezvana bankai un noskaidro, vai nauda "
            "vēl ir kontā. Saglabājam ekrānuzņēmumus. Nepārmetu, jo krāpnieki ir ļoti viltīgi.",
            (1, 2, 1),
            "Viss vajadzīgais ir minēts, bet banka ir pirmā: katra minūte ir svarīga.",
        ),
        DemoText(
            "Pateikšu, ka kodus nedrīkst nosaukt nevienam. Jāgaida, vai nauda pazudīs, un tad jāiet uz policiju.",
            (0, 1, 0),
            "Gaidīt nedrīkst. Pārlasi 2.1. nodaļā, ko darīt, ja uzķēries, un pamēģini vēlreiz.",
        ),
    ),
    "m02-brivs-b": (
        DemoText(
            "Paldies, ka uzticaties, bet karte un kodi lai paliek pie jums, tie ir kā jūsu paraksts. Apsēdieties man blakus, "
            "es rādīšu, kur spiest, un PIN ievadīsiet jūs pati. Uz mazmeitas e-pastu dokumentu nesūtīsim, jo tajā ir jūsu "
            "dati. Varam to izdrukāt vai saņemsiet e-adresē. Iesim lēnām, soli pa solim.",
            (2, 2, 2),
            "Paraugs citiem: mierīgi, droši, un kliente visu dara pati.",
        ),
        DemoText(
            "Karti un PIN es paņemt nedrīkstu. Palieciet, lūdzu, klāt, un kodu ievadiet pati, es palīdzēšu ar pārējo. "
            "Dokumentu izdrukāšu jums uz vietas.",
            (2, 1, 2),
            "Labi. Pasaki arī, kāpēc dokumentu nesūta uz svešu e-pastu.",
        ),
        DemoText(
            "Pateiktu, ka bez viņas es neko nedarīšu un lai nāk atpakaļ pēc veikala. Uz mazmeitas e-pastu nesūtīšu, tur "
            "ir personas dati.",
            (1, 1, 1),
            "Robeža ir pareiza. Piedāvā arī, kā to var izdarīt droši.",
        ),
        DemoText(
            "Palīdzētu klientei, lai viņai nav jāgaida. Izdarītu visu ātri un aizsūtītu dokumentu, kur viņa prasa.",
            (0, 0, 0),
            "Tā nedrīkst: PIN ievada tikai kliente pati. Parunāsim par to nodarbībā.",
        ),
    ),
}
