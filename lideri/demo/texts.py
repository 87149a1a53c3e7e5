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
    "m07-brivs-a": (
        DemoText(
            "«Divas iestādes, un skaidrības joprojām nav. Tas tiešām nogurdina. Paldies, ka ienācāt arī pie mums. Pastāstiet, "
            "lūdzu, ko jums vajag nokārtot vispirms?» Tad izvēlamies vienu lietu. Šodien kopā atveram portālu, jūs pats "
            "piesakāties un aizpildāt iesniegumu, es sēžu blakus un rādu. Ko iestāde nolems, es apsolīt nevaru, par to atbild "
            "tā pati. Otrdien plkst. 10 satiekamies un paskatāmies, vai atbilde ir.",
            (2, 2, 2),
            "Ļoti labi: vispirms sadzirdēts cilvēks, tad viens solis, un ir skaidrs, kurš par ko atbild.",
        ),
        DemoText(
            "«Saprotu, ka pēc divām iestādēm pacietība ir galā. Iedodiet savus papīrus, es apskatīšos, kurš iesniegums jums "
            "vajadzīgs.» Atrodu veidlapu, aizpildu to viņa vietā un izdrukāju. Viņam tikai jāapsēžas, jāpagaida un beigās "
            "jāparaksta. Tad iedodu iesniegumu līdzi un pasaku, uz kuru iestādi to nest.",
            (1, 1, 1),
            "Labi, ka atzini viņa ceļu. Pajautā arī, ko viņš grib panākt, un ļauj aizpildīt pašam.",
        ),
        DemoText(
            "«Lūdzu, runājiet pieklājīgi, citādi es ar jums nerunāšu. Te neviens nav vainīgs, ka jūs tik ilgi dzīvojāt ārzemēs. "
            "Iestādē kļūdījās, viņiem tas bija jāizdara uzreiz. Ejiet turp vēlreiz un sakiet, ka es tā teicu. Es jums apsolu, "
            "ka trešajā reizē visu apstiprinās.»",
            (0, 0, 0),
            "Iestādes lēmumu solīt nevar. Vispirms uzklausi un pajautā, kas viņam vajadzīgs; pārlasi 7.2. nodaļu.",
        ),
    ),
    "m07-brivs-b": (
        DemoText(
            "Pajautāju: «Kādas vēstules jums ir vissvarīgākās? Un kā jums ērtāk: lielāki burti vai lai lasu priekšā?» "
            "Apsēžamies mierīgākajā stūrī, kur gaisma nekrīt ekrānā. Palielinu burtus, soļus saku pa vienam. Šodien viņa pati "
            "ieliek karti, ievada PIN un atver vienu vēstuli; ko nesaskata, to nolasu. Norunājam, ka otrdienu rītos, kad ir "
            "klusāk, viņa nāk pie šī paša datora un es esmu tuvumā.",
            (2, 2, 2),
            "Paraugs citiem: vispirms jautā, tad pielāgo, un viņa vēstuli atver pati.",
        ),
        DemoText(
            "Pajautāju, kādas vēstules viņa no pašvaldības gaida. Palielinu burtus ekrānā, cik vien var. Karti ieliek un PIN "
            "ievada viņa pati, bet pārējo nospiežu es, jo tā ir ātrāk un viņai nav jāmeklē, kur spiest. Kad vēstule atvērta, "
            "viņa to izlasa, un mēs beidzam darbu.",
            (1, 1, 1),
            "Sākums ir labs. Pajautā arī, kā viņai ērtāk, un norunājiet, kā viņa to darīs nākamreiz.",
        ),
        DemoText(
            "Ja redz tik slikti, tad internets viņai nav domāts, un vēstules labāk lai sūta pa pastu. Ja ļoti grib, paņemu "
            "karti un PIN kodu, ieeju viņas vietā un īsumā pasaku, kas tur rakstīts. Tā ir ātrāk, un viņai nav jāmokās. "
            "Citreiz lai atnāk kāds no bērniem.",
            (0, 0, 0),
            "Ko viņa var, to izlemj viņa pati, un PIN ievada tikai viņa. Pārlasi 7.3. nodaļu un pamēģini vēlreiz.",
        ),
    ),
    "m08-brivs-a": (
        DemoText(
            "Mērķis: kungs pats piesakās portālā Latvija.gov.lv un parāda, vai ir atbilde. 7 minūtes: pajautāju, ko viņš jau "
            "prot, un vienreiz parādu visu ceļu. 10 minūtes: dara viņš, es palīdzu, kad apstājas; PIN ievada viņš pats. "
            "8 minūtes: to pašu dara viens. 5 minūtes: viņš saviem vārdiem pasaka soļus, izraksta tos uz lapiņas, iziet no "
            "konta un paņem karti. Norunājam: rīt viņš to atkārto mājās, piektdien plkst. 11 parāda man.",
            (2, 2, 2),
            "Ļoti labs plāns: mērķi var redzēt, PIN ir kunga rokās, un atkārtošana ir norunāta.",
        ),
        DemoText(
            "Mērķis: kungs piesakās portālā un atver savu iesniegumu. 10 minūtes rādu, kā to dara. 15 minūtes viņš dara pats, "
            "es sēžu blakus un pasaku katru soli; PIN ievada viņš. 5 minūtes: pajautāju, vai viss skaidrs. Līdzi iedodu "
            "lapiņu ar soļiem, un, ja kaut kas aizmirstas, lai droši nāk vēlreiz.",
            (1, 1, 1),
            "Mērķis ir skaidrs. Atstāj laiku, kurā viņš dara viens, un beigās palūdz parādīt, nevis jautā, vai viss skaidrs.",
        ),
        DemoText(
            "Vispirms pastāstu, kas ir Latvija.gov.lv, eID karte, e-paraksts un e-adrese, jo to visu vajag zināt. Tad kungs "
            "man pasaka PIN, es ātri piesakos viņa vietā un izlasu, vai ir atbilde. Ja paliek laiks, parādu arī citus "
            "pakalpojumus. Beigās pajautāju, vai viņam bija interesanti.",
            (0, 0, 0),
            "PIN ievada tikai kungs pats, un lielāko daļu laika dara viņš. Pārlasi 8.2. nodaļu un sāc ar vienu mērķi.",
        ),
    ),
    "m08-brivs-b": (
        DemoText(
            "Sveika! Labi, ka tu pamani, ko klienti atceras pēc divām dienām; daudzi to nemaz nepajautā. Testu gan neņem: nav "
            "pierādījumu, ka mācīt pēc «tipa» palīdz, un tam tikai aiziet laiks. Pamēģini rīt citādi. Četrdesmit minūšu vietā "
            "divi vai trīs soļi, un peli tur klients. Beigās aizver lapu un palūdz, lai viņš pats atceras, ko darīja. Pēc "
            "nedēļas lai atnāk uz desmit minūtēm un atkārto. Pastāsti, kā izdevās.",
            (2, 2, 2),
            "Draudzīgi un ļoti noderīgi: kolēģe zina, ko rīt darīs citādi.",
        ),
        DemoText(
            "Sveika! Testu netaisi, tam mums nav laika. Stāsti īsāk, kādas desmit minūtes, un pēc tam lai klients visu izdara "
            "pats, nevis tikai skatās. Vari iedot līdzi arī lapiņu ar soļiem. Ja vajag, atnāc ceturtdien paskatīties, kā es "
            "to daru ar saviem klientiem, un tad parunāsim.",
            (1, 1, 1),
            "Padomi der. Pasaki arī, kāpēc tests nepalīdz un ko kolēģe jau dara labi.",
        ),
        DemoText(
            "Jā, paņem testu! Vizuālajiem rādi bildes, bet dzirdes tipam stāsti vēl lēnāk un ilgāk. Četrdesmit minūtes ir par "
            "maz, vajag stundu. Un nebrīnies, ka viņi neatceras: ja nemāki izskaidrot, kas tad viņiem paliks galvā? Tas "
            "tomēr jāprot katram, kas šeit strādā.",
            (0, 0, 0),
            "Testam nav pierādījumu, un ilgāks stāsts nelīdzēs. Pārlasi 8.1. nodaļu un atbildi kolēģei ar cieņu.",
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
    "m10-brivs-a": (
        DemoText(
            "«Visur dzirdat: nāciet rīt. Tas ir nogurdinoši, tāpēc šodien kaut ko izdarīsim. Kas jums ar pensiju jānokārto, un "
            "kas jau ir iesniegts?» Bez eID kartes to var uz papīra. Atrodam veidlapu, viņš to aizpilda pats, es rādu, kur ko "
            "rakstīt, un pasi es tikai apskatu. «Iesniegums ir Valsts sociālās apdrošināšanas aģentūrai. Ko tā nolems, "
            "nezinu, bet atbildi sūtīs uz adresi, ko ierakstījāt. Ja nesagaidāt, nāciet, un kopā piezvanīsim.»",
            (2, 2, 2),
            "Ļoti labi: klients aiziet ar izdarītu darbu un zina, no kā gaidīt atbildi.",
        ),
        DemoText(
            "«Saprotu, ka jums ir apnicis staigāt no vietas uz vietu. Portālā bez eID kartes ieiet nevar, bet iesniegumu var "
            "rakstīt arī uz papīra. Šodien te ir daudz cilvēku, tāpēc atnāciet ceturtdien, tad aizpildīsim. Pēc tam tas "
            "jāaiznes uz Valsts sociālās apdrošināšanas aģentūru.»",
            (1, 1, 1),
            "Ceļš ir pareizs, bet viņš atkal dzird «nāciet citreiz». Pajautā, kas vajadzīgs, un sāciet jau šodien.",
        ),
        DemoText(
            "«Bez eID kartes te neko nevar izdarīt, un tā nav mūsu vaina, tā tagad prasa visur. Vispirms dabūjiet karti. Vai "
            "atnāciet kopā ar dēlu, viņš ieies ar savu karti un visu izdarīs jūsu vietā. Un neuztraucieties, pārrēķinu jums "
            "noteikti piešķirs, citādi nevar būt.»",
            (0, 0, 0),
            "Ar cita cilvēka karti nedrīkst, un lēmumu sola tikai iestāde. Pārlasi 10.1. nodaļā, ko dara bez e-identitātes.",
        ),
    ),
    "m10-brivs-b": (
        DemoText(
            "«Labi, ka rēķinu samaksājat laikā. Tikai šoreiz darīsim citādi: jūsu bankā es vairs nemaksāšu, un zīmīti, lūdzu, "
            "paņemiet atpakaļ. Kamēr kodus zināt tikai jūs, neviens cits jūsu naudai klāt netiek. Kas jums grūtākais, kad "
            "jāmaksā pašam?» Uzklausu. «Pamēģināsim tūlīt: es sēdēšu blakus, kodu ievadīsiet un apstiprināsiet jūs. Nākamo "
            "rēķinu samaksāsiet otrdien plkst. 11, es atkal būšu tuvumā.»",
            (2, 2, 2),
            "Mierīgi, skaidri un ar nākamo soli. Klients maksā pats, un attiecības paliek labas.",
        ),
        DemoText(
            "«Šoreiz es gan nemaksāšu, tas jums jādara pašam. Droši vien jums liekas, ka tas ir sarežģīti, bet nekā sarežģīta "
            "tur nav. Varu parādīt, kur jāspiež, un jūs visu izdarīsiet pats. Kad būs mazāk cilvēku, atnāciet kādu dienu, un "
            "tad pamēģināsim. Zīmīti ar kodiem ņemiet līdzi uz mājām.»",
            (1, 1, 1),
            "Robeža ir. Pasaki, kāpēc kodi paliek klientam, pajautā, kas traucē, un norunājiet dienu.",
        ),
        DemoText(
            "«Labi, vēl šoreiz samaksāšu, lai nav kavējuma, iedodiet zīmīti. Bet nākamreiz gan vairs ne, man ir daudz darba. "
            "Vislabāk kodus iedodiet meitai, lai viņa katru mēnesi samaksā no mājām. Tad jums vairs nebūs te jānāk un es "
            "varēšu strādāt savu darbu.»",
            (0, 0, 0),
            "Kodi nav ne tavi, ne meitas. Pārlasi 10.2. nodaļu un uzraksti laipnu «nē» ar drošu ceļu.",
        ),
    ),
    "m11-brivs-a": (
        DemoText(
            "Pie mums nenāk viensētu cilvēki aiz upes. Trīs no viņiem veikalā pajautāju, kas traucē: mājās nav interneta, un "
            "autobuss atiet, pirms bibliotēka ir vaļā. Martā otrdienās bibliotēku atvērsim stundu agrāk, un viens dators būs "
            "tikai viņiem. Ziņu nodos veikala pārdevēja, viņu tur pazīst visi. Atbildu es, izmēģinājums ir līdz 31. martam. "
            "Beigās saskaitīšu, cik cilvēku paši nosūtījuši skaitītāja rādījumu; gribētu vismaz trīs.",
            (2, 2, 2),
            "Ļoti labs plāns: maz, skaidri un ar skaitli, ko var pārbaudīt. Pastāsti aprīlī, kā gāja.",
        ),
        DemoText(
            "Mūsu bibliotēkā maz redz jaunos vecākus. Domāju, ka viņiem nav laika, jo mazie bērni. Varētu kopā ar bērnudārzu "
            "rīkot pusstundas nodarbības, kamēr bērni ir pulciņā: kā pašam portālā iesniegt pieteikumu. Atbildētu es, sāktu "
            "pavasarī, līdz maija beigām būtu sešas nodarbības. Beigās zināsim, cik nodarbību notika un cik cilvēku atnāca.",
            (1, 2, 1),
            "Laba vieta un laiks. Pajautā pašiem vecākiem, vai tiešām traucē laiks, un saskaiti, cik pieteikumu viņi nosūta paši.",
        ),
        DemoText(
            "Gribam celt digitālās prasmes visiem pagasta iedzīvotājiem. Rīkosim vairāk nodarbību un izdalīsim lapiņas. Kas "
            "netiek galā, tam visu nokārtosim mēs paši, tā būs ātrāk. Plānojam strādāt visu gadu.",
            (0, 0, 0),
            "Sāc ar vienu grupu, kas pie jums nenāk, un pajautā viņiem, kas traucē. Tad izvēlies vienu lietu un datumu.",
        ),
    ),
    "m11-brivs-b": (
        DemoText(
            "Zemnieku saimniecību strādnieki, kuriem latviešu valoda ir otrā. Vispirms ar brigadiera starpniecību pajautāšu "
            "viņiem: «Kas jums traucē pašiem pieteikties pie ārsta?» Mēnesi ceturtdienās pēc darba es sēžu saimniecības "
            "atpūtas telpā ar diviem datoriem, brigadieris palīdz ar valodu, un katrs savu pieteikumu nosūta pats. Beigās saskaitīšu, "
            "cik cilvēku to izdarīja bez manis. Ja atnāks par maz, pārcelšu uz svētdienu un pajautāšu vēlreiz.",
            (2, 2, 2),
            "Tieši tā: jautā, izmēģini mazā, saskaiti un zini, ko mainīsi.",
        ),
        DemoText(
            "Pensionāru klubs. Prasīšu, vai viņi grib mācīties lietot e-adresi. Mēnesi reizi nedēļā klubā rādīšu, un katrs darīs "
            "savā telefonā. Kluba vadītāja palīdzēs sasaukt. Saskaitīšu, cik cilvēku beigās paši atver e-adresi.",
            (1, 2, 1),
            "Labs, mazs izmēģinājums. Jautā atvērti, kas viņiem traucē, un uzraksti, ko mainīsi, ja atnāks divi.",
        ),
        DemoText(
            "Izmēģināšu nodarbību visiem interesentiem. Ielikšu sludinājumu un gaidīšu, kas atnāk. Parādīšu portālu, un beigās "
            "pierakstīšu, cik nodarbību bija.",
            (0, 1, 0),
            "Kam tieši tas domāts? Izvēlies vienu grupu un pajautā viņiem pirms sludinājuma.",
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
