"""The demonstration's second marks: simulated, said to be, enough to see a kappa, and some left to be tried."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import course_data
from lideri.demo.second_marks import NAME
from lideri.demo.seeding import STORY_MODULE
from lideri.reports.marking import marker_agreement
from lideri.settings import Settings, read_course_settings
from lideri.store import open_store


def test_a_simulated_marker_went_over_one_module_and_some_answers_wait_for_who_tries(
    tmp_path: Path, copy_of_the_demonstration: Callable[[Path], Path]
) -> None:
    store = open_store(Settings(data=copy_of_the_demonstration(tmp_path / "var")))
    rule = read_course_settings(Path(str(course_data.path("settings.yml")))).second_marking.value
    lead = store.people.by_username("vadosais")
    assert lead is not None

    pairs = store.second_marks.pairs()
    found = marker_agreement(pairs, min_pairs=rule.min_pairs)
    open_to_lead = store.second_marks.open_to(lead, store.queue.waiting(marked_too=True), share=rule.share)
    names = store.people.names({pair.second.marked_by for pair in pairs})
    store.close()

    assert set(names.values()) == {NAME}
    assert all(pair.is_demo and pair.module == STORY_MODULE for pair in pairs)
    assert found.is_demo and found.total.kappa is not None and found.mend
    assert 0 < found.total.exact < 1
    assert any(pair.apart >= rule.talk_from for pair in pairs)
    assert open_to_lead
