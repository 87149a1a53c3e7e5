"""Invented free answers with the marks and the comment a trainer would give."""

from __future__ import annotations

from dataclasses import dataclass

from lideri.course.items import Rubric


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
    "m09-brivs-a": (
        DemoText(
            "Trešdien, 9. decembrī, no plkst. 8.00 līdz 14.00 centrs būs slēgts tehnisku darbu dēļ. Ja jautājums ir steidzams, "
            "rakstiet mums uz centrs@ezerkrasts.example. Ja 9. decembrī gribējāt saņemt dokumentus, nāciet pēc tiem "
            "10. decembrī.",
            (2, 2, 2),
            "Ļoti labi: pirmajā teikumā ir tas, kas vajadzīgs cilvēkam pie durvīm, un nekas nav pazudis.",
        ),
        DemoText(
            "Labdien! 9. decembrī no 8.00 līdz 14.00 apmeklētāju pieņemšana nenotiks. Steidzamu jautājumu risināšanai lūdzam "
            "rakstīt uz centrs@ezerkrasts.example. Paldies par sapratni.",
            (1, 2, 1),
            "Jau daudz īsāk. Pazudis, ka dokumentus varēs saņemt 10. decembrī, un divās vietās var likt darbības vārdu.",
        ),
        DemoText(
            "Informējam, ka sakarā ar tehniskiem darbiem klientu apkalpošana klātienē uz laiku netiks nodrošināta. Lūdzam "
            "rakstīt uz e-pastu centrs@ezerkrasts.example. Minētajā datumā paredzētā dokumentu izsniegšana tiek pārcelta.",
            (0, 0, 0),
            "Tas gandrīz ir sākuma teksts, tikai bez datumiem. Sāc ar to, kurā dienā un cikos centrs slēgts, un saki «mēs» un «jūs».",
        ),
    ),
    "m09-brivs-b": (
        DemoText(
            "Temats: Par iesniegumu Nr. 2026-301. Labdien! Saprotu, ka divas nedēļas bez ziņas ir ilgi, un atvainojos. "
            "Jūsu iesniegumu esam saņēmuši. Lai varam lemt, trūkst īres līguma kopijas. Lūdzu, atsūtiet to no savas e-adreses "
            "līdz 4. decembrim; tad lēmums būs līdz 18. decembrim. Ja kaut kas nav skaidrs, zvaniet mums.",
            (2, 2, 2),
            "Mierīgi, skaidri un droši. Klients zina, kas jādara un kad būs atbilde.",
        ),
        DemoText(
            "Temats: Atbilde. Labdien! Iesniegums ir saņemts. Lūdzam iesniegt īres līguma kopiju līdz 4. decembrim, "
            "to var atnest mums uz vietas. Par turpmāko informēsim. Ar cieņu, klientu apkalpošanas centrs.",
            (1, 1, 1),
            "Galvenais ir. Pasaki arī, kad būs lēmums, un tematā ieliec iesnieguma numuru. Sadzirdi, ka klients gaidīja.",
        ),
        DemoText(
            "Temats: Jūsu sūdzība par īres lietu, Kalns. Labdien! Lūdzu nekliegt, te strādā cilvēki. Bez īres līguma "
            "neko neizskatīsim, jums pašam tas bija jāpievieno. Atsūtiet to atbildē uz šo e-pastu.",
            (0, 0, 0),
            "Tematā ir uzvārds kopā ar lietu, un kopija parastā e-pastā nav droša. Pārlasi 9.3. nodaļu un raksti mierīgi.",
        ),
    ),
}


_ANY = (
    (
        "Vispirms uzklausu un pajautāju, ko cilvēks grib nokārtot. Tad rādu soli pa solim, bet spiež un raksta klients pats. "
        "Beigās palūdzu pateikt saviem vārdiem, kas izdarīts un ko darīt tālāk.",
        1.0,
        "Labi: saprotami soļi, un klients dara pats.",
    ),
    (
        "Izstāstu, kas jādara, un palīdzu atrast īsto vietu. Kodus klients ievada pats. Ja nezinu, noskaidroju un pasaku, kad atbildēšu.",
        0.5,
        "Doma ir pareiza. Pietrūkst vienas vai divu lietu, ko prasa skala; pārlasi nodaļu un papildini.",
    ),
    ("Palīdzu, cik varu, un iedodu lapiņu līdzi.", 0.0, "Uzraksti, ko tieši dari un kāpēc tieši tā."),
)


def texts_for(item: str, rubric: Rubric) -> tuple[DemoText, ...]:
    """Answers to the item, the best first: written for it, or, for an item without any, some that fit everywhere."""
    if item in TEXTS:
        return TEXTS[item]
    return tuple(
        DemoText(
            f"Demonstrācijas atbilde. {text}", tuple(_nearest(rubric, place, share) for place in _places(rubric)), said
        )
        for text, share, said in _ANY
    )


def _places(rubric: Rubric) -> range:
    return range(len(rubric.criteria))


def _nearest(rubric: Rubric, place: int, share: float) -> float:
    """The level of the criterion that is nearest to the share of its points; of two the lower."""
    criterion = rubric.criteria[place]
    wanted = share * criterion.max_points
    return min((level.points for level in criterion.levels), key=lambda points: (abs(points - wanted), points))
