"""«Noteikumi»: what the programme has decided and what VARAM still has to confirm, for everybody but trainees."""

from __future__ import annotations

from lideri.answers.pages.site import Page
from lideri.reports.rules import rule_groups


class Rules(Page):
    """`noteikumi`."""

    roles = ("trainer", "lead_trainer", "programme_lead", "admin")

    async def get(self) -> None:
        groups = rule_groups(self.context.course_settings)
        open_ones = sum(rule.is_assumption for group in groups for rule in group.rules)
        self.show("noteikumi.html", current="noteikumi", groups=groups, assumptions=open_ones)
