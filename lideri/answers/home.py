"""How far a person is and what is new: asked by the home page, and for what stands around every page."""

from __future__ import annotations

from lideri.answers.context import Context
from lideri.reports.trainee import TraineeHome, trainee_home
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
    outlines = {
        module.id: store.learning.outline(
            person_id,
            module.id,
            forms=[form.id for form in course.forms_of(module.id)],
            rules=settings.attempt_rules,
        )
        for module in course.syllabus.modules
        if module.assessment and course.forms_of(module.id)
    }
    return trainee_home(
        course.syllabus,
        exercises={page: tuple(exercises) for page, exercises in context.exercises.items()},
        answers=store.learning.exercise_answers_of([person_id]).get(person_id, []),
        outlines=outlines,
        results=store.results.of_person(person_id),
        settings=settings,
        now=context.now(),
    )


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
