"""One release: everyone whom new terms touch hears of them at the same moment, with what changes, old and new."""

from datetime import timedelta

from sqlalchemy import select

from marketplace.models.outbox import Message
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.write_terms import create_terms, publish_terms, submit_terms
from tests.conftest import TODAY
from tests.makers import opened, provider, world
from tests.use_cases.procurement import terms_draft


def test_providers_and_caseworkers_are_told_what_changes_at_one_moment(desk: Desk) -> None:
    w = world(desk)
    companies = [provider(desk, w), provider(desk, w, language="sv")]
    made = create_terms(desk, w.procurement, w.package_id, terms_draft(TODAY + timedelta(days=9), price_cents=5_500))
    submit_terms(desk, w.procurement, made)
    publish_terms(desk, w.approver, made)
    with opened(desk, w.administrator) as tx:
        told = tx.session.scalars(select(Message).where(Message.key.contains(f"/terms_published/{made}/"))).all()
    people = {company.manager.account_id for company in companies}
    people |= {w.caseworker.account_id, w.other_caseworker.account_id}
    assert {message.account_id for message in told} == people
    assert len({message.made_at for message in told}) == 1
    finnish = next(message for message in told if message.account_id == w.caseworker.account_id)
    assert "Edelliseen versioon verrattuna muuttuu:" in finnish.body
    price = next(line for line in finnish.body.splitlines() if "→ 55,00" in line)
    assert price.startswith("- ")
    swedish = next(message for message in told if message.account_id == companies[1].manager.account_id)
    assert "Jämfört med den föregående versionen ändras:" in swedish.body
