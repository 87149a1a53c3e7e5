"""`lideri …`: parse, call, print. Every command imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lideri.hub.first_people import Demonstration
    from lideri.settings import Settings

app = typer.Typer(
    name="lideri",
    help="Digitālie līderi: mācību burtnīca un vērtēšana.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def serve() -> None:
    """Ieslēgt visu: pieteikšanos, burtnīcu, pārskatus, vērtētāju. Aptur ar Ctrl-C."""
    from lideri.hub.serve import serve as run

    raise typer.Exit(run(os.environ, sys.stdout, sys.stderr, demonstration=_demonstration()))


@app.command()
def check(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Rezultātu izvadīt kā JSON, lai to lasītu programma.")
    ] = False,
) -> None:
    """Pārbaudīt visu saturu. Katru kļūdu rāda kā datne:rinda: vieta: kas jādara; ja kļūdas ir, beidz ar kodu 1."""
    import json

    from lideri.authoring.check import check as run
    from lideri.authoring.used_forms import used_forms
    from lideri.course.loading import project_root

    report = run(project_root(), used_forms=used_forms(os.environ))
    if as_json:
        problems = [
            {"file": one.file, "line": one.line, "path": one.path, "message": one.message} for one in report.problems
        ]
        found = {"problems": problems, "items_live": report.items_live, "kinds": report.kinds}
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for one in report.problems:
            print(one)
        live = sum(report.items_live.values())
        print(f"Kļūdas: {len(report.problems)}. Vērtējamie uzdevumi: {live}.")
    raise typer.Exit(1 if report.problems else 0)


@app.command()
def build(
    *,
    only_check: Annotated[
        bool, typer.Option("--check", help="Neko nerakstīt; ja kas novecojis, beigt ar kodu 1.")
    ] = False,
) -> None:
    """Izveidot no avotiem burtnīcas lapas, pārbaudes darbu variantus un shēmas redaktoriem."""
    from lideri.authoring.build import built_files, stale_files, write_files
    from lideri.authoring.check import check as run
    from lideri.course.loading import project_root

    root = project_root()
    report = run(root)
    if report.problems:
        for one in report.problems:
            print(one, file=sys.stderr)
        print("Saturā ir kļūdas, tāpēc nekas netika veidots. Izlabo tās un palaid vēlreiz.", file=sys.stderr)
        raise typer.Exit(1)
    files = built_files(report)
    changed = stale_files(root, files) if only_check else write_files(root, files)
    for path in changed:
        print(path.as_posix())
    if only_check and changed:
        print("Šīs datnes ir novecojušas. Palaid «lideri build».", file=sys.stderr)
        raise typer.Exit(1)
    print(f"Datnes kopā: {len(files)}, mainītas: {len(changed)}.")


@app.command()
def draw(
    blueprint: Annotated[str, typer.Argument(help="Plāna nosaukums, piemēram, m02.")],
    form: Annotated[str, typer.Argument(help="Jaunā varianta nosaukums, piemēram, m02-c.")],
    *,
    title: Annotated[str, typer.Option(help="Varianta virsraksts.")] = "Jauns variants",
) -> None:
    """Izlozēt jaunu variantu no krājuma: bez uzdevumiem, kas jau ir citos variantos. Rezultātu iekopē plānā."""
    from lideri.authoring.forms import draw_form
    from lideri.course.loading import load_course
    from lideri.errors import ContentError

    try:
        course = load_course()
        plan = course.blueprints.get(blueprint)
        if plan is None:
            print(f"Plāna «{blueprint}» nav; ir: {', '.join(course.blueprints)}.", file=sys.stderr)
            raise typer.Exit(2)
        taken = [name for one in plan.forms for name in one.items]
        drawn = draw_form(plan, course.items, taken=taken, form_id=form, title=title)
    except ContentError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"- id: {drawn.id}\n  title: {drawn.title}\n  items:")
    for name in drawn.items:
        print(f"  - {name}")


@app.command()
def draw_tests(
    *,
    only_check: Annotated[
        bool, typer.Option("--check", help="Neko nerakstīt; ja izloze būtu citāda, beigt ar kodu 1.")
    ] = False,
) -> None:
    """Izlozēt sākuma un noslēguma testu no jauna visiem uzrakstītajiem moduļiem. Iesāktie varianti paliek, kādi ir."""
    from lideri.authoring.exams import draw_tests as run
    from lideri.authoring.exams import drawn_text
    from lideri.authoring.used_forms import used_forms
    from lideri.course.loading import load_course
    from lideri.errors import ContentError

    try:
        course = load_course()
        drawn = run(course, used_forms(os.environ))
    except ContentError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    changed = False
    for name, blueprint in drawn.items():
        file = course.root / "assessments" / "blueprints" / f"{name}.yml"
        before = file.read_text(encoding="utf-8")
        after = drawn_text(before, blueprint)
        changed = changed or after != before
        if after != before and not only_check:
            file.write_text(after, encoding="utf-8")
        forms = ", ".join(f"{form.id} ({len(form.items)} uzdevumi)" for form in blueprint.forms_now)
        print(f"{name}: {forms}; {'mainīts' if after != before else 'nav mainīts'}")
    if changed and not only_check:
        print("Tagad palaid «lideri check» un «lideri build».")
    raise typer.Exit(1 if changed and only_check else 0)


@app.command()
def preview(
    what: Annotated[
        str, typer.Argument(help="Nodaļa (3.1), datne (.md vai .yml) vai vingrinājums; bez tā – mācību vietu galerija.")
    ] = "",
    *,
    port: Annotated[int, typer.Option(help="Ports; 0 – jebkurš brīvs.")] = 0,
    browser: Annotated[bool, typer.Option(help="Atvērt pārlūku.")] = True,
) -> None:
    """Rādīt pārlūkā to, ko raksti, un atjaunot, kad saglabā datni. Nekas izmēģinātais netiek saglabāts."""
    from lideri.course.loading import project_root
    from lideri.preview import serve as run

    raise typer.Exit(run(project_root(), what, port=port, browser=browser))


@app.command()
def demo() -> None:
    """Ielikt tukšā datu mapē demonstrācijas datus un izdrukāt paroli. «lideri serve» pirmajā reizē to dara pats."""
    from lideri.errors import LideriError
    from lideri.hub.first_people import prepare_people
    from lideri.settings import read_settings

    try:
        settings = read_settings(os.environ)
        settings.run_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _progress("Demonstrācijas dati", None) as step:
            welcome = prepare_people(settings, _demonstration(), sys.stdout, step=step)
    except LideriError as problem:
        print(problem, file=sys.stderr)
        raise typer.Exit(2) from None
    print(f"Parole visiem demonstrācijas lietotājiem: {welcome.password}")


person = typer.Typer(help="Viena cilvēka dati: izsniegt vai dzēst, ja viņš to lūdz.", no_args_is_help=True)
app.add_typer(person, name="person")


@person.command()
def export(
    who: Annotated[str, typer.Argument(help="E-pasts vai lietotājvārds.")],
) -> None:
    """Izdrukāt visu, kas par cilvēku tiek glabāts, kā JSON."""
    import json

    from lideri.errors import LideriError
    from lideri.hub.person_data import export_person
    from lideri.settings import read_settings
    from lideri.store import open_store

    try:
        store = open_store(read_settings(os.environ))
        try:
            found = export_person(store, who)
        finally:
            store.close()
    except LideriError as problem:
        print(problem, file=sys.stderr)
        raise typer.Exit(2) from None
    print(json.dumps(found, ensure_ascii=False, indent=1))


@person.command()
def erase(
    who: Annotated[str, typer.Argument(help="E-pasts vai lietotājvārds.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Tiešām dzēst; atsaukt to nevar.")] = False,
) -> None:
    """Dzēst dalībnieku: vārdu, atbildes, rezultātus, jautājumus. Sistēmai jābūt apturētai. Atsaukt to nevar.

    Bez vārda paliek tikai tas, kas programmai jāsaskaita: apliecība un apstiprinātie palīdzības ieraksti bez piezīmēm.
    """
    from lideri.errors import LideriError
    from lideri.hub.person_data import erase_person, find_person
    from lideri.settings import read_settings
    from lideri.store import open_store

    try:
        settings = read_settings(os.environ)
        store = open_store(settings)
        try:
            found = find_person(store, who)
            if not yes:
                words = f"Tiktu dzēsts: {found.name} ({who}). Nekas nav mainīts. Lai dzēstu, pievieno --yes."
                print(words, file=sys.stderr)
                raise typer.Exit(1)
            erase_person(settings, store, who)
        finally:
            store.close()
    except LideriError as problem:
        print(problem, file=sys.stderr)
        raise typer.Exit(2) from None
    print("Dzēsts. Lietotājvārds vēl var būt mapē logs un rezerves kopijās: tās izdzēs, kad vairs nav vajadzīgas.")


@app.command()
def grade(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Rezultātu izvadīt kā JSON, lai to lasītu programma.")
    ] = False,
) -> None:
    """Novērtēt visu, kas gaida rindā, un beigt. Kad «lideri serve» darbojas, to dara vērtētājs.

    Ja kādu darbu novērtēt nevar, pārējos novērtē, to nosauc un beidz ar kodu 1.
    """
    import json
    import time
    from pathlib import Path

    import course_data
    from lideri.errors import LideriError
    from lideri.grader.app import grade_all
    from lideri.settings import read_course_settings, read_settings
    from lideri.store import open_store

    try:
        settings = read_settings(os.environ)
        decisions = read_course_settings(Path(str(course_data.path("settings.yml"))))
        store = open_store(settings)
        try:
            waiting = store.queue.counts().get("queued", 0)
            started = time.monotonic()
            with _progress("Vērtē", waiting) as step:
                report = grade_all(settings, store, decisions, step=lambda: step(""))
            seconds = time.monotonic() - started
        finally:
            store.close()
    except LideriError as problem:
        print(problem, file=sys.stderr)
        raise typer.Exit(2) from None
    if as_json:
        failed = [
            {"submission": one.submission, "form": one.form, "reason": one.reason, "again": one.again}
            for one in report.failed
        ]
        said = {"graded": report.graded, "failed": failed, "seconds": round(seconds, 2)}
        print(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        print(f"Novērtēti darbi: {report.graded}.")
        for one in report.failed:
            then = "Mēģinās vēlreiz." if one.again else "Jāapskata cilvēkam."
            print(f"Nav novērtēts: {one.submission} ({one.form}): {one.reason.rstrip('.')}. {then}", file=sys.stderr)
    raise typer.Exit(1 if report.failed else 0)


@contextmanager
def _progress(title: str, total: int | None) -> Iterator[Callable[[str], None]]:
    """A bar on stderr while something long goes on; what is called with a word moves it by one."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)

        def step(text: str) -> None:
            bar.update(task, advance=1, description=f"{title}: {text}" if text else title)

        yield step


def _demonstration() -> Demonstration:
    """How the first start makes the demonstration; what it needs is imported when it is made."""
    from lideri.demo import DEMO_ACCOUNTS
    from lideri.hub.first_people import Demonstration

    def make(settings: Settings, password: str, step: Callable[[str], None]) -> None:
        from lideri.demo.first_start import make_demo

        make_demo(settings, password, step)

    return Demonstration(DEMO_ACCOUNTS, make)


if __name__ == "__main__":
    app()
