"""Procurement's screen of the outcome bonus, through HTTP: worked examples beside it, contradictions at their boxes."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.clock import SetClock
from marketplace.models.programmes import TermsVersion
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.verify_outcome import EvidenceOrder, verify_outcome
from marketplace.use_cases.write_terms import create_terms, submit_terms
from tests.conftest import TODAY
from tests.makers import World, active_voucher, opened, world
from tests.portals import AsPerson
from tests.use_cases.procurement import terms_draft
from tests.use_cases.settling import outcome

FORM = {
    "milestone_1_days": "42", "milestone_1_tier_1": "500", "milestone_1_tier_2": "700", "milestone_1_tier_3": "900",
    "milestone_1_hours": "18", "milestone_1_gap": "0", "milestone_1_subsidised": "y",
    "milestone_1_metric": "consecutive_days", "milestone_1_kinds": ["job", "apprenticeship"],
    "milestone_1_min_grade": "employer", "milestone_1_own_group": "y",
    "milestone_2_days": "182", "milestone_2_tier_1": "500", "milestone_2_tier_2": "700", "milestone_2_tier_3": "900",
    "milestone_2_hours": "18", "milestone_2_gap": "7", "milestone_2_subsidised": "y", "milestone_2_change": "y",
    "milestone_2_metric": "consecutive_days", "milestone_2_kinds": ["job", "apprenticeship"],
    "milestone_2_min_grade": "employer", "milestone_2_own_group": "y", "milestone_2_claim": "365",
    "milestone_2_previous": "1461", "milestone_2_previous_min": "92", "cap": "2000",
    **{f"milestone_{no}_{name}": value for no in (3, 4)
       for name, value in (("metric", "consecutive_days"), ("min_grade", "client"), ("kinds", ["job"]))},
}  # fmt: skip


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True)).replace("\xa0", " ")


def draft(desk: Desk) -> tuple[World, int]:
    w = world(desk)
    return w, create_terms(desk, w.procurement, w.package_id, terms_draft(TODAY + timedelta(days=9)))


def rule(desk: Desk, w: World, terms_id: int) -> dict[str, Any]:
    with opened(desk, w.procurement) as tx:
        return dict(tx.session.scalars(select(TermsVersion.bonus_rule).where(TermsVersion.id == terms_id)).one())


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_screen_and_its_examples_in_every_language(desk: Desk, as_person: AsPerson, language: str) -> None:
    w, terms_id = draft(desk)
    officer = as_person(w.procurement, language)
    for path in ("bonus", "bonus/examples"):
        assert officer.get(f"/admin/terms/{terms_id}/{path}").status_code == 200
    assert as_person(w.auditor, language).get(f"/admin/terms/{terms_id}/bonus/examples").status_code == 200
    assert as_person(world(desk).procurement).get(f"/admin/terms/{terms_id}/bonus").status_code == 404


def test_the_examples_change_with_what_is_typed_and_nothing_is_saved(desk: Desk, as_person: AsPerson) -> None:
    w, terms_id = draft(desk)
    before = rule(desk, w, terms_id)
    officer = as_person(w.procurement)
    shown = officer.post(f"/admin/terms/{terms_id}/bonus", data={**FORM, "show": "1", "milestone_1_tier_2": "850"})
    assert shown.status_code == 200
    assert "1 550 €" in text(shown)  # a permanent job, tier 2
    assert "Entinen työnantaja palkkaa uudelleen" in text(shown)
    assert 'value="850' in text(shown)
    assert rule(desk, w, terms_id) == before


def test_what_is_saved_is_the_whole_rule_and_the_terms_form_keeps_it(desk: Desk, as_person: AsPerson) -> None:
    w, terms_id = draft(desk)
    officer = as_person(w.procurement)
    assert officer.post(f"/admin/terms/{terms_id}/bonus", data=FORM).status_code == 303
    first, second = rule(desk, w, terms_id)["milestones"]
    assert (first["min_grade"], first["person_cap_cents"]) == ("employer", 200_000)
    assert (second["previous_employer_days"], second["claim_within_days"]) == (1_461, 365)
    assert second["employer_change_allowed"] is True
    page = text(officer.get(f"/admin/terms/{terms_id}/bonus"))
    assert 'value="1461"' in page
    submit_terms(desk, w.procurement, terms_id)
    refused = officer.post(f"/admin/terms/{terms_id}/bonus", data=FORM)
    assert refused.status_code == 422
    assert rule(desk, w, terms_id)["milestones"] == [first, second]


@pytest.mark.parametrize(
    ("wrong", "box"),
    [
        ({"milestone_2_start_window": "-1"}, "milestone_2_start_window"),
        ({"milestone_2_window": "100"}, "milestone_2_window"),
        ({"milestone_2_claim": "181"}, "milestone_2_claim"),
        ({"milestone_2_days": "42"}, "milestone_2_days"),
        ({"cap": "1300"}, "milestone_2_tier_2"),
        ({"milestone_1_tier_3": "100"}, "milestone_1_tier_3"),
        ({"milestone_1_hours": "80"}, "milestone_1_hours"),
        ({"milestone_1_metric": "earnings"}, "milestone_1_window"),
        ({"milestone_1_kinds": ["progress"]}, "milestone_1_points"),
        ({"milestone_1_subsidised_percent": "101"}, "milestone_1_subsidised_percent"),
        ({"milestone_2_previous_min": "1461"}, "milestone_2_previous_min"),
    ],
)
def test_a_contradiction_is_said_at_its_box(desk: Desk, as_person: AsPerson, wrong: dict[str, Any], box: str) -> None:
    w, terms_id = draft(desk)
    before = rule(desk, w, terms_id)
    answer = as_person(w.procurement).post(f"/admin/terms/{terms_id}/bonus", data={**FORM, **wrong})
    assert answer.status_code == 422
    assert f'href="#{box}"' in text(answer)
    assert rule(desk, w, terms_id) == before


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_client_sees_what_is_counted(desk: Desk, as_person: AsPerson, language: str) -> None:
    run = active_voucher(desk)
    reader = as_person(run.holder.actor, language)
    assert reader.get("/my/jobs").status_code == 200
    outcome(desk, run)
    page = text(reader.get("/my/jobs"))
    assert "Kahvila Kanerva Oy" in page
    assert "42" in page
    if language == "fi":
        assert "0 / 42 päivää" in page
    assert "Kahvila" not in text(as_person(active_voucher(desk).holder.actor, language).get("/my/jobs"))


def test_a_caseworker_takes_a_bonus_back_by_a_decision(desk: Desk, as_person: AsPerson, clock: SetClock) -> None:
    run = active_voucher(desk)
    outcome_id = outcome(desk, run)
    clock.move_to(date(2026, 12, 28))
    today = clock.today()
    path = f"/admin/outcomes/{outcome_id}/claw-back"
    caseworker = as_person(run.world.caseworker)
    assert "Yksikään bonus ei ole täyttynyt" in text(caseworker.get(path))
    verify_outcome(desk, run.world.caseworker, EvidenceOrder(outcome_id, "employer", "Palkkalaskelma", today, today))
    form = {"number": "1", "ground": "false_statement", "reasons": "Työtä ei ollut.", "once": "c" * 32}
    missing = caseworker.post(path, data={**form, "reasons": ""})
    assert missing.status_code == 422
    done = caseworker.post(path, data=form)
    assert done.status_code == 303
    assert caseworker.post(path, data=form).status_code in (303, 422)
    for language in ("fi", "sv", "en"):
        assert as_person(run.world.caseworker, language).get(done.location).status_code == 200
        assert as_person(run.world.caseworker, language).get(path).status_code == 200
    shown = text(caseworker.get(done.location))
    assert "takaisinperinnästä" in shown
    assert "Työtä ei ollut." in shown
