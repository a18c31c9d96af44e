"""Procurement's screen of the outcome bonus, through HTTP: worked examples beside it, contradictions at their boxes."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.models.programmes import TermsVersion
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.write_terms import create_terms, submit_terms
from tests.conftest import TODAY
from tests.makers import World, opened, world
from tests.portals import AsPerson
from tests.use_cases.procurement import terms_draft

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
