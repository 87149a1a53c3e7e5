"""How far a person is and what is new: asked by the home page, and for what stands around every page."""

from __future__ import annotations

from lideri.answers.context import Context
from lideri.course.exams import EXAMS, is_exam
from lideri.errors import NotAllowed
from lideri.reports.trainee import TraineeHome, trainee_home
from lideri.settings import FINAL_TEST, START_TEST
from lideri.store.notes import News
from lideri.store.people import Person
from lideri.store.tables import Role

_ASSESSMENT_STATES = {
    "none": "none",
    "open": "now",
    "grading": "wait",
    "waiting": "wait",
    "passed": "done",
    "not_passed": "now",
}


def home_of(context: Context, person_id: str) -> TraineeHome:
    """The programme as the person stands in it. Asks the store; call it on a thread."""
    store, course, settings = context.store, context.course, context.course_settings
    modules = [module.id for module in course.syllabus.modules if module.assessment]
    outlines = {
        module: store.learning.outline(
            person_id,
            module,
            forms=[form.id for form in course.forms_of(module)],
            rules=settings.rules_of(module),
        )
        for module in (*modules, *EXAMS)
        if course.forms_of(module)
    }
    return trainee_home(
        course.syllabus,
        exercises={page: tuple(exercises) for page, exercises in context.exercises.items()},
        answers=store.learning.exercise_answers_of([person_id]).get(person_id, []),
        outlines=outlines,
        results=store.results.of_person(person_id),
        settings=settings,
        now=context.now(),
        tests={name: [form for form in course.forms.values() if form.module == name] for name in EXAMS},
    )


def require_open(context: Context, person_id: str, module: str) -> None:
    """Whether the person may begin this assessment now. `NotAllowed` for a final test that is not open yet, and for a
    start test after the final one was begun. Asks the store; call it on a thread.
    """
    if not is_exam(module):
        return
    home = home_of(context, person_id)
    closed = why_closed(home, module)
    if closed:
        raise NotAllowed(closed)


def why_closed(home: TraineeHome, module: str) -> str:
    """Why the test cannot be begun, in a sentence for the person; empty: it can, or it is under way."""
    if module == START_TEST and home.start_test is not None and home.start_test.state == "missed":
        return "Sākuma testu pilda pirms mācībām. Noslēguma tests jau ir sākts, tāpēc sākuma testu vairs nevar pildīt."
    final = home.final_test
    if module == FINAL_TEST and final is not None and final.missing and final.state != "open":
        several = len(final.missing) > 1
        if several and {module.id for module in home.written} <= set(final.missing):
            return "Noslēguma tests atvērsies, kad būs ieskaitīti visu moduļu pārbaudes darbi."
        *others, last = (f"{one}." for one in final.missing)
        names = f"{', '.join(others)} un {last}" if others else last
        works = "būs ieskaitīti" if several else "būs ieskaitīts"
        return f"Noslēguma tests atvērsies, kad {works} {names} moduļa pārbaudes {'darbi' if several else 'darbs'}."
    return ""


def states_of_pages(home: TraineeHome) -> dict[str, str]:
    """Page → «none», «now», «wait» or «done», for written pages and assessments."""
    states: dict[str, str] = {}
    for module in home.written:
        states |= {part.id: part.status for part in module.parts if part.written}
        if module.assessment is not None:
            states[f"{module.id}/parbaude"] = _ASSESSMENT_STATES[module.assessment.state]
    return states


def done_of_pages(home: TraineeHome) -> dict[str, tuple[int, int]]:
    """Written page → how many of its exercises are done, and how many there are."""
    return {
        part.id: (part.done_exercises, part.exercises)
        for module in home.written
        for part in module.parts
        if part.written
    }


def news_for(context: Context, person: Person) -> dict[str, int]:
    """What the navigation counts for the person, as it stands now. Asks the store; call it on a thread."""
    log = "dienasgramata" if person.role == "trainee" else "ieraksti"
    return news_of(context.store.notes.news(person), person.role) | {log: context.store.help_log.news(person)}


def news_of(news: News, role: Role) -> dict[str, int]:
    """Entry of the navigation → how many new. A trainee finds decisions about own reports beside own questions."""
    if role in ("lead_trainer", "admin"):
        return {"jautajumi": news.questions, "zinojumi": news.problems}
    return {"jautajumi": news.questions + (news.problems if role == "trainee" else 0)}
