"""Every address, asked as everyone: nobody gets what is not hers, and no address is without a line in the table."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine
from werkzeug.routing import Rule

from marketplace.clock import SetClock
from marketplace.integrations.bank import IsoBank
from marketplace.integrations.einvoice import WRITERS
from marketplace.integrations.vault import AesVault
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.web.wording import TemplateWording
from tests.conftest import TODAY
from tests.house.access_rows import EVERYONE, PAGE, SENT, Answers, Row
from tests.house.access_samples import Life, Samples, make_samples
from tests.house.access_table import TABLE
from tests.portals import log_in_as, portals_app

Objects = dict[str, object]


@dataclass
class House:
    """The app, with lives lived in it, in one transaction that is never committed."""

    app: Flask
    connection: Connection
    samples: Samples

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """Whatever happens inside has not happened afterwards."""
        kept = self.connection.begin_nested()
        try:
            yield
        finally:
            kept.rollback()

    def ask(self, role: Role | None, rule: Rule, method: str, values: Objects) -> int | str:
        """The answer's status, or the fault that came instead of one."""
        with self.untouched():
            client = self.app.test_client() if role is None else log_in_as(self.app, self.samples.own.actor(role))
            client.checks = method == "GET"  # a form without a word is nobody's page
            with self.app.test_request_context():
                address = self.app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
            try:
                return client.open(address, method=method).status_code
            except Exception as fault:
                return f"{type(fault).__name__}: {str(fault)[:200]}"


@pytest.fixture(scope="module")
def house(_shared_engine: Engine, vault: AesVault) -> Iterator[House]:
    connection = _shared_engine.connect()
    outer = connection.begin()
    clock = SetClock(TODAY)
    desk = Desk(_shared_engine, clock, vault, TemplateWording(), writers=WRITERS, bank=IsoBank())
    desk._sessions.configure(bind=connection, join_transaction_mode="create_savepoint")
    samples = make_samples(desk, clock)
    yield House(portals_app(desk), connection, samples)
    outer.rollback()
    connection.close()


def rules(app: Flask) -> list[tuple[Rule, str]]:
    """Each address with each of its methods."""
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def values_of(row: Row, rule: Rule, life: Life, role: Role) -> Objects:
    return {name: row.values[name] if name in row.values else life.value(name, role) for name in rule.arguments}


def answers_of(row: Row, method: str) -> Answers:
    return row.own or (PAGE if method == "GET" else SENT)


def test_every_view_names_its_action(house: House) -> None:
    nameless = [name for name, view in house.app.view_functions.items() if not getattr(view, "action", None)]
    assert nameless == []


def test_every_address_has_a_line_in_the_table_and_every_line_an_address(house: House) -> None:
    known = {rule.endpoint for rule in house.app.url_map.iter_rules()}
    assert sorted(known - set(TABLE)) == [], "add a line to tests/house/access_table.py"
    assert sorted(set(TABLE) - known) == []


def test_a_stranger_is_shown_to_a_login_page_and_gets_nothing_else(house: House) -> None:
    wrong = []
    for rule, method in rules(house.app):
        row = TABLE.get(rule.endpoint)
        if row is None:
            continue
        expected = answers_of(row, method) if row.public else {303}
        values = values_of(row, rule, house.samples.own, Role.CLIENT)
        found = house.ask(None, rule, method, values)
        if found not in expected:
            wrong.append(f"{method} {rule.endpoint}: {found}, not {sorted(expected)}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_everyone_gets_what_the_table_says(house: House, role: Role) -> None:
    wrong = []
    for rule, method in rules(house.app):
        row = TABLE.get(rule.endpoint)
        if row is None:
            continue
        for whose, life, expected in _questions(house, row, rule, method, role):
            found = house.ask(role, rule, method, values_of(row, rule, life, role))
            if found not in expected:
                wrong.append(f"{method} {rule.endpoint} ({whose}): {found}, not {sorted(expected)}")
    assert not wrong, "\n" + "\n".join(wrong)


def _questions(house: House, row: Row, rule: Rule, method: str, role: Role) -> Iterator[tuple[str, Life, Answers]]:
    """What is asked of one address by one role: whose object, and which answers are right."""
    samples, answers = house.samples, answers_of(row, method)
    if role not in row.roles:
        yield "own", samples.own, row.rest
        return
    yield "own", samples.own, answers
    if set(rule.arguments) - set(row.values):
        staff = role not in (Role.CLIENT, Role.PROVIDER_MANAGER, Role.PROVIDER_COACH)
        yield "a stranger's", samples.stranger, row.stranger or (answers if staff else frozenset({404}))
        yield "another organiser's", samples.other, row.other
