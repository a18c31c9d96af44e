"""Procurement's and the approvers' pages, through HTTP: each page is drawn and checked, and the main forms work."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from marketplace.access.actor import Actor
from marketplace.models.decisions import Decision, Delivery
from marketplace.models.programmes import Programme, ServicePackage, TermsVersion
from marketplace.models.providers import Approval
from marketplace.use_cases.appropriate import AppropriationOrder, set_appropriation
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.suspend_provider import EndOrder, end_provider, suspend_provider
from marketplace.use_cases.write_terms import create_terms, submit_terms
from tests.conftest import TODAY
from tests.makers import World, active_voucher, client, granted, opened, provider, world
from tests.portals import AsPerson
from tests.use_cases.procurement import application, terms_draft

LANGUAGES = ("fi", "sv", "en")


def text(answer: Any) -> str:
    found: str = answer.get_data(as_text=True)
    return found


def count(desk: Desk, w: World, table: Any) -> int:
    with opened(desk, w.procurement) as tx:
        return tx.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_drawn_in_every_language(desk: Desk, as_person: AsPerson, language: str) -> None:
    running = active_voucher(desk)
    w = running.world
    application_id, _items, _company = application(desk, w)
    terms_id = create_terms(desk, w.procurement, w.package_id, terms_draft(TODAY + timedelta(days=9), price_cents=5_500))
    suspended = provider(desk, w)
    suspend_provider(desk, w.procurement, suspended.provider_id, "Vakuutus puuttuu")
    ended = end_provider(desk, w.procurement, EndOrder(suspended.provider_id, TODAY, "Ei vakuutusta"))
    officer = as_person(w.procurement, language)
    for path in (
        "/admin/", "/admin/terms", f"/admin/terms/{terms_id}/sandbox", f"/admin/programmes/{w.programme_id}/forecast?more=9",
        f"/admin/programmes/{w.programme_id}", "/admin/programmes/new",
        f"/admin/programmes/{w.programme_id}/edit", f"/admin/programmes/{w.programme_id}/packages/new",
        f"/admin/packages/{w.package_id}", f"/admin/packages/{w.package_id}/edit",
        f"/admin/packages/{w.package_id}/terms/new", f"/admin/terms/{terms_id}", f"/admin/terms/{terms_id}/edit",
        "/admin/areas/new", "/admin/rulebook", f"/admin/rulebook/{w.rulebook_id}", "/admin/applications",
        f"/admin/applications/{application_id}", "/admin/providers", f"/admin/providers/{running.company.provider_id}",
        f"/admin/providers/{running.company.provider_id}/suspend", f"/admin/providers/{suspended.provider_id}",
        f"/admin/providers/{running.company.provider_id}/end", "/admin/budget", "/admin/decisions",
        f"/admin/programmes/{w.programme_id}/appropriation", "/admin/decisions?unsent=1",
        f"/admin/decisions/{ended.decision_ids[0]}",
    ):  # fmt: skip
        assert officer.get(path).status_code == 200, path
    submit_terms(desk, w.procurement, terms_id)
    approver = as_person(w.approver, language)
    for path in ("/admin/", "/admin/terms", f"/admin/terms/{terms_id}", "/admin/providers", "/admin/budget",
                 f"/admin/applications/{application_id}"):  # fmt: skip
        assert approver.get(path).status_code == 200, path
    for who, paths in (
        (w.caseworker, ("/admin/", "/admin/decisions", "/admin/decisions/1", "/admin/providers", "/admin/terms")),
        (w.auditor, ("/admin/", "/admin/decisions", "/admin/budget")),
        (w.finance, ("/admin/", "/admin/budget")),
    ):
        browser = as_person(who, language)
        assert {browser.get(path).status_code for path in paths} <= {200, 404}


def test_the_terms_form_shows_what_it_means_and_saves_nothing(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    officer = as_person(w.procurement)
    page = officer.post(f"/admin/packages/{w.package_id}/terms/new", data={**TERMS, "show": "1", "once": "a" * 32})
    assert page.status_code == 200
    shown = text(page).replace("\xa0", " ")
    assert "40 h × 53,00 € = 2 120,00 €" in shown
    assert "26,50 €" in shown
    assert 'value="53,00"' in shown
    assert count(desk, w, TermsVersion) == 1


TERMS = {
    "valid_from": "2026-12-01", "price": "53,00", "units": "40", "validity_days": "180", "board_decision": "LTK § 5",
    "delivered_use": "100", "delivered_paid": "100", "no_show_use": "100", "no_show_paid": "50",
    "late_cancel_use": "50", "late_cancel_paid": "50", "provider_cancel_use": "0", "provider_cancel_paid": "0",
    "milestone_1_days": "42", "milestone_1_tier_1": "500", "milestone_1_tier_2": "700", "milestone_1_tier_3": "900",
    "milestone_1_hours": "18", "milestone_1_gap": "0", "milestone_1_subsidised": "y",
    "milestone_2_days": "182", "milestone_2_tier_1": "500", "milestone_2_tier_2": "700", "milestone_2_tier_3": "900",
    "milestone_2_hours": "18", "milestone_2_gap": "7", "milestone_2_subsidised": "y",
}  # fmt: skip


def test_terms_from_the_form_to_publication(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    officer, approver = as_person(w.procurement), as_person(w.approver)
    saved = officer.post(f"/admin/packages/{w.package_id}/terms/new", data={**TERMS, "price": "56", "once": "a" * 32})
    assert saved.status_code == 303
    place = saved.headers["Location"]
    assert officer.post(f"{place}/submit").status_code == 303
    assert "56,00" in text(officer.get(place))
    assert "Valmennus kohti työtä" in text(approver.get("/admin/"))
    refused = approver.post(f"{place}/publish", data={"board_decision": ""})
    assert refused.status_code == 422
    assert approver.post(f"{place}/publish", data={"board_decision": "LTK § 6"}).status_code == 303
    with opened(desk, w.procurement) as tx:
        row = tx.session.scalars(select(TermsVersion).where(TermsVersion.number == 2)).one()
        assert (row.state, row.price_cents, row.board_decision) == ("published", 5_600, "LTK § 6")
        assert row.bonus_rule["milestones"][1]["max_gap_days"] == 7


@pytest.mark.parametrize(
    ("wrong", "box"),
    [
        ({"price": "-5"}, "price"),
        ({"price": "paljon"}, "price"),
        ({"valid_from": "1.1.2020"}, "valid_from"),
        ({"no_show_paid": "120"}, "no_show_paid"),
        ({"late_cancel_paid": "60"}, "late_cancel_paid"),
        ({"milestone_2_days": "10"}, "milestone_2_days"),
        ({"validity_days": ""}, "validity_days"),
    ],
)
def test_bad_terms_are_said_at_their_box(
    desk: Desk, as_person: AsPerson, wrong: dict[str, str], box: str
) -> None:
    w = world(desk)
    data = {**TERMS, **wrong, "once": "a" * 32}
    answer = as_person(w.procurement).post(f"/admin/packages/{w.package_id}/terms/new", data=data)
    assert answer.status_code == 422
    assert f'href="#{box}"' in text(answer)
    assert 'value="LTK § 5"' in text(answer)  # what was typed is kept
    assert count(desk, w, TermsVersion) == 1


def test_a_programme_and_a_package_from_their_forms(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    officer = as_person(w.procurement)
    programme = {
        "name-fi": "Työn alku", "legal_basis-fi": "Kunnan päätös", "board_decision": "LTK § 1",
        "appeal_route": "local_government_14", "appeal_body-fi": "Lautakunta", "information_contact": "Neuvonta",
        "cost_centre": "4104", "bonus_reserved_at": "outcome", "need_categories": ["direction"],
    }  # fmt: skip
    missing = officer.post("/admin/programmes/new", data={**programme, "legal_basis-fi": "", "once": "b" * 32})
    assert missing.status_code == 422
    assert 'value="4104"' in text(missing)
    assert count(desk, w, Programme) == 1
    saved = officer.post("/admin/programmes/new", data={**programme, "once": "b" * 32})
    again = officer.post("/admin/programmes/new", data={**programme, "once": "b" * 32})
    assert saved.headers["Location"] == again.headers["Location"]
    assert count(desk, w, Programme) == 2
    words = {f"{part}-fi": "Sanoja" for part in ("name", "purpose", "target_group", "content", "effects", "arrival")}
    place = f"{saved.headers['Location']}/packages/new"
    chosen = {"unit": "day", "free_by_law": "yes", "vat_basis": "taxable", "once": "c" * 32}
    made = officer.post(place, data={**words, **chosen})
    assert made.status_code == 303
    assert officer.get(made.headers["Location"]).status_code == 200
    assert count(desk, w, ServicePackage) == 2


def test_an_application_is_approved_in_the_browser(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    application_id, items, company = application(desk, w)
    officer = as_person(w.procurement)
    place = f"/admin/applications/{application_id}"
    assert company.name in text(officer.get("/admin/"))
    bare = officer.post(f"{place}/approve", data={"items": items, "reasons": "", "once": "d" * 32})
    assert bare.status_code == 422
    assert count(desk, w, Decision) == 0
    done = officer.post(f"{place}/approve", data={"items": items[:1], "reasons": "Ehdot täyttyvät", "once": "d" * 32})
    assert done.status_code == 303
    assert "Päätös palveluntuottajan hyväksymisestä" in text(officer.get(done.headers["Location"]))
    with opened(desk, w.procurement) as tx:
        assert tx.session.scalars(select(Approval.state).where(Approval.provider_id == company.provider_id)).all().count(
            "approved"
        ) == 1  # fmt: skip
    stale = officer.post(f"{place}/reject", data={"reject-reasons": "Ei", "reject-once": "e" * 32})
    assert stale.status_code == 409


def test_a_question_and_a_rejection_in_the_browser(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    officer = as_person(w.procurement)
    first, second = (application(desk, w)[0] for _ in range(2))
    asked = officer.post(f"/admin/applications/{first}/ask", data={"ask-question": "Missä toimitte?"})
    assert asked.status_code == 303
    rejected = officer.post(
        f"/admin/applications/{second}/reject", data={"reject-reasons": "Vakuutus puuttuu", "reject-once": "f" * 32}
    )
    assert "Vakuutus puuttuu" in text(officer.get(rejected.headers["Location"]))


def test_a_delivery_shows_the_last_day(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    decision_id = granted(desk, w, client(desk, w)).decision_id
    worker = as_person(w.caseworker)
    place = f"/admin/decisions/{decision_id}"
    late = worker.post(f"{place}/delivery", data={"channel": "post", "sent_on": "17.11.2026", "evidence": "1",
                                                  "once": "a" * 32})  # fmt: skip
    assert late.status_code == 422
    assert count(desk, w, Delivery) == 0
    data = {"channel": "post", "sent_on": "16.11.2026", "evidence": "Lähetysluettelo 3", "once": "a" * 32}
    assert worker.post(f"{place}/delivery", data=data).status_code == 303
    assert "23. joulukuuta 2026" in text(worker.get(place))


def test_a_provider_is_suspended_restored_and_ended(desk: Desk, as_person: AsPerson) -> None:
    running = active_voucher(desk)
    w, company = running.world, running.company
    officer = as_person(w.procurement)
    place = f"/admin/providers/{company.provider_id}"
    assert officer.post(f"{place}/suspend", data={"reason": ""}).status_code == 422
    assert officer.post(f"{place}/suspend", data={"reason": "Vakuutus"}).status_code == 303
    assert company.name in text(officer.get("/admin/"))
    assert officer.post(f"{place}/restore", data={"reason": "Kunnossa"}).status_code == 303
    with opened(desk, w.procurement) as tx:
        approvals = tx.session.scalars(select(Approval.id)).all()
    end = {"approvals": approvals, "own_request": "no", "last_day": "16.11.2026", "reasons": "Ehto ei täyty",
           "once": "a" * 32}  # fmt: skip
    done = officer.post(f"{place}/end", data=end)
    assert done.status_code == 303
    assert "1 asiakas valitsee uudelleen" in text(officer.get(done.headers["Location"]))


def test_the_appropriation_form(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk, budget_cents=1_000_000)
    officer = as_person(w.procurement)
    place = f"/admin/programmes/{w.programme_id}/appropriation"
    data = {"year": "2026", "amount": "20 000", "reason": "Lisätalousarvio", "board_decision": "KV § 4", "once": "a" * 32}
    assert officer.post(place, data=data).status_code == 303
    assert "20 000" in text(officer.get("/admin/budget")).replace("\xa0", " ")
    granted(desk, w, client(desk, w, tier=3))
    refused = officer.post(place, data={**data, "amount": "100", "once": "b" * 32})
    assert refused.status_code == 422
    assert "3 920,00" in text(refused).replace("\xa0", " ")


@contextmanager
def counted(desk: Desk) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engine: Engine = desk.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/providers", "/admin/applications", "/admin/terms", "/admin/decisions", "/admin/budget"]
)
def test_lists_ask_the_database_as_often_with_many_rows_as_with_few(
    desk: Desk, as_person: AsPerson, path: str
) -> None:
    w = world(desk)
    officer = as_person(w.procurement)
    fill(desk, w, w.procurement)
    with counted(desk) as few:
        assert officer.get(path).status_code == 200
    for _ in range(3):
        fill(desk, w, w.procurement)
    with counted(desk) as many:
        assert officer.get(path).status_code == 200
    assert len(few) == len(many)


def fill(desk: Desk, w: World, officer: Actor) -> None:
    application(desk, w)
    provider(desk, w)
    ended = provider(desk, w)
    end_provider(desk, officer, EndOrder(ended.provider_id, TODAY, "Ehto ei täyty"))
    suspend_provider(desk, officer, provider(desk, w).provider_id, "Vakuutus puuttuu")
    with opened(desk, officer) as tx:
        number = (tx.session.scalar(select(func.count()).select_from(ServicePackage)) or 0) + 1
        words = {"fi": f"Palvelu {number}"}
        tx.session.add(
            ServicePackage(organiser_id=w.organiser_id, programme_id=w.programme_id, code=f"palvelu-{number}", name=words,
                           card={}, unit="hour", made_at=tx.now)
        )  # fmt: skip
    set_appropriation(desk, officer, AppropriationOrder(w.programme_id, TODAY.year, 90_000_000 + number, "Syy", "KV § 1"))
