"""One question of any kind that `lideri.course.items` declares."""

from __future__ import annotations

from widgets.exercise import Exercise
from widgets.protocol import Page


class Question(Exercise):
    """A practice item with «Pārbaudīt», as often as the person likes."""

    bundle = "question"

    def __init__(self, exercise: str, page: Page) -> None:
        super().__init__(exercise, page, spec=page.item(exercise).model_dump(mode="json"))
