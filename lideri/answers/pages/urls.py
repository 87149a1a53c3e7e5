"""Which page is at which address."""

from __future__ import annotations

from typing import Any

from lideri.answers.context import Context
from lideri.answers.pages import (
    account,
    certificates,
    cohorts,
    diary,
    facts,
    grading,
    leaflets,
    members,
    questions,
    rules,
    second_marking,
    start_plans,
    trainee,
)
from lideri.answers.pages.site import STATIC, Static

ID = r"([A-Za-z0-9-]{1,64})"


def routes(context: Context) -> list[Any]:
    """Routes for `lideri.answers.app.make_app`."""
    pages: list[tuple[str, type]] = [
        ("", trainee.Home),
        ("macibas", trainee.Learn),
        ("macibas/stavoklis", trainee.PageState),
        ("rezultati", trainee.Results),
        (rf"rezultati/{ID}", trainee.Result),
        (rf"rezultati/{ID}/stavoklis", trainee.ResultState),
        ("vertesana", grading.Waiting),
        (rf"vertesana/{ID}", grading.Grade),
        (rf"vertesana/{ID}/velreiz", grading.GradeAgain),
        (r"otrais/([0-9a-f]{32})", second_marking.SecondMarking),
        ("saskana", second_marking.Agreement),
        ("zurnals", grading.Journal),
        ("jautat", questions.Ask),
        ("jautajumi", questions.Questions),
        (rf"jautajumi/{ID}", questions.OneQuestion),
        (rf"jautajumi/{ID}/gatavs", questions.QuestionDone),
        ("zinot", questions.Report),
        ("zinojumi", questions.Reports),
        (rf"zinojumi/{ID}", questions.Decide),
        ("lapinas", leaflets.Leaflets),
        (r"lapinas/(\d{1,2}\.\d)", leaflets.OneLeaflet),
        ("fakti", facts.Facts),
        ("noteikumi", rules.Rules),
        ("grupas", cohorts.Cohorts),
        (rf"grupas/{ID}", cohorts.OneCohort),
        (rf"grupas/{ID}/apliecibas", certificates.OfCohort),
        (rf"grupas/{ID}/plani", start_plans.OfCohort),
        (rf"grupas/{ID}/saite", cohorts.NewLink),
        (rf"grupas/{ID}/saites", cohorts.NewLinks),
        (rf"grupas/{ID}/pasniedzeji", cohorts.Trainers),
        (rf"grupas/{ID}/termins", cohorts.Deadline),
        (rf"grupas/{ID}/imports", cohorts.Import),
        (rf"grupas/{ID}/iznemt", members.RemoveMember),
        (rf"grupas/{ID}/atlikt", members.ReturnMember),
        (rf"grupas/{ID}/rezultati\.(csv|xlsx)", cohorts.Download),
        ("apliecibas", certificates.Check),
        ("apliecibas/izdevejs", certificates.IssuerProfile),
        ("apliecibas/stavokli", certificates.States),
        ("apliecibas/mana", certificates.Mine),
        (r"apliecibas/mana/(aplieciba\.pdf|nozimite\.json)", certificates.MyDocument),
        (rf"apliecibas/cilveki/{ID}", certificates.OfPerson),
        (rf"apliecibas/cilveki/{ID}/atsaukt", certificates.Revoke),
        (rf"apliecibas/cilveki/{ID}/(aplieciba\.pdf|nozimite\.json)", certificates.PersonsDocument),
        (r"apliecibas/([^/]{1,200})", certificates.Check),
        ("cilveki", cohorts.Everybody),
        (rf"cilveki/{ID}/slegt", members.CloseAccount),
        (rf"cilveki/{ID}/atvert", members.ReopenAccount),
        (r"ievads/([A-Za-z0-9_-]{1,200})", account.FirstLogin),
        ("profils", account.Profile),
        (r"profils/mani-dati\.json", account.MyData),
        ("palidziba", account.Help),
        ("pieklustamiba", account.Accessibility),
        ("personas-dati", account.PersonalData),
    ]
    return [
        *((context.link(path), page, {"context": context}) for path, page in pages),
        *((context.link(path), page, {"context": context, **own}) for path, page, own in diary.pages()),
        (context.link(r"static/(.*)"), Static, {"path": str(STATIC)}),
    ]
