"""A form that somebody has begun stays as it was, whatever becomes of its files.

A used form must not be changed, and `lideri check` says so; but nothing keeps an author from ignoring that. People then
go on with what they began: the store holds the form since its first use, and from the next start on it stands in the
place of the changed one, for everybody. So all who are compared answered the same, and the grader, which kept the keys
(`lideri.grader.content`), grades what was shown. Nobody meets the change; it takes a new form to make one. What else
was weighed: docs/decisions/0013-used-forms.md.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from lideri.course.loading import Course
from lideri.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ChangedForm:
    """A form whose files are no longer what people began. ``kept``: they are shown and graded what they began;

    else there is no copy, they are shown the changed one, and a person has to look at what they hand in.
    """

    form: str
    module: str
    kept: bool


def with_used_forms(course: Course, store: Store) -> tuple[Course, tuple[ChangedForm, ...]]:
    """The course with every used form as it was begun, and which ones are not so in the files. Asks the store."""
    store.learning.keep_used(list(course.forms.values()))
    used, frozen = store.learning.used_forms(), store.learning.frozen_forms()
    forms, changed = dict(course.forms), []
    for name, fingerprint in sorted(used.items()):
        now = course.forms.get(name)
        if now is not None and now.fingerprint == fingerprint:
            continue
        began = frozen.get(name)
        if began is not None:
            # Whether people still begin it is said by the files alone.
            forms[name] = began.model_copy(update={"retired": now is None or now.retired})
            log.warning("form %s was changed after its first use: people are shown what they began", name)
        else:
            log.error("form %s was changed after its first use and there is no copy: a person grades its work", name)
        known = began or now
        changed.append(ChangedForm(name, known.module if known else "", began is not None))
    return replace(course, forms=forms), tuple(changed)
