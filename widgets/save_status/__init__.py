"""One line for the whole page: whether everything on it is saved."""

from __future__ import annotations

import traitlets

from widgets.base import SavingWidget
from widgets.protocol import AssessmentPage, Page


class SaveStatus(SavingWidget):
    """Listens to the page's other widgets in the browser; holds no answer itself."""

    bundle = "save_status"

    context = traitlets.Dict().tag(sync=True)

    def __init__(self, page: Page | AssessmentPage) -> None:
        super().__init__(context={"person": page.person, "page": page.id})
