"""The app of the three portals in a test, and a browser of somebody who has logged in.

`app` works at the fixture `desk` (rolled back after the test); `as_person(actor)` gives a client whose every page is
checked (tests/page_checks.py). An app on a desk of its own: `portals_app(own_desk)` and `log_in_as(app, actor)`.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from marketplace.access.actor import Actor
from marketplace.app import create_app
from marketplace.clock import SystemClock
from marketplace.config import Config
from marketplace.integrations.bank import IsoBank
from marketplace.integrations.vault import AesVault
from marketplace.models.people import Account, Membership
from marketplace.use_cases.desk import Desk
from marketplace.web.wording import TemplateWording
from tests.page_checks import CheckedClient

CONFIG = Config(
    instance=Path("instance"),
    database_url="postgresql://",
    owner_url=None,
    secret_key="only for tests",
    data_keys={1: bytes(range(32))},
    index_key=bytes(32),
    heads=Path("instance/heads"),
    demo=False,
    https=False,
    trusted_hosts=None,
    smtp_host=None,
    smtp_port=25,
    mail_from="valinta@example.fi",
    base_url="http://localhost",
)

AsPerson = Callable[..., CheckedClient]


def portals_app(desk: Desk, config: Config = CONFIG, **settings: object) -> Flask:
    """The app, without CSRF tokens unless asked (`WTF_CSRF_ENABLED=True`)."""
    made = create_app(config, desk, **{"TESTING": True, "WTF_CSRF_ENABLED": False, **settings})
    made.test_client_class = CheckedClient
    return made


def cookie_of(desk: Desk, who: Actor | int) -> str:
    """The session cookie's content of an actor, or of a membership by its id."""
    with desk._sessions() as session:
        membership = _membership(session, who)
        number = session.scalars(select(Account.session_no).where(Account.id == membership.account_id)).one()
        chosen = who.organiser_id if isinstance(who, Actor) else membership.organiser_id
        return f"{membership.id}:{chosen or 0}:{number}"


def _membership(session: Session, who: Actor | int) -> Membership:
    if isinstance(who, int):
        return session.scalars(select(Membership).where(Membership.id == who)).one()
    assert who.role is not None
    query = select(Membership).where(
        Membership.account_id == who.account_id, Membership.role == who.role.value, Membership.ended_at.is_(None)
    )
    if who.provider_id is None:
        query = query.where(Membership.organiser_id == who.organiser_id)
    else:
        query = query.where(Membership.provider_id == who.provider_id)
    return session.scalars(query).one()


def log_in_as(app: Flask, who: Actor | int, language: str = "fi") -> CheckedClient:
    """A browser of this person, logged in; pages come in `language`."""
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    with client.session_transaction() as kept:
        kept["_user_id"] = cookie_of(app.extensions["valinta.desk"], who)
        kept["_fresh"] = True
        kept["language"] = language
    return client


@cache
def _one_app() -> Flask:
    """Made once a run: reading every template anew for each test would take most of the run's time."""
    return portals_app(Desk(create_engine("postgresql+psycopg://"), SystemClock(), AesVault({1: bytes(32)}, bytes(32)),
                            TemplateWording(), bank=IsoBank()))  # fmt: skip


@pytest.fixture
def app(desk: Desk) -> Iterator[Flask]:
    """The app at the test's desk; settings that a test changes are put back."""
    made = _one_app()
    made.extensions["valinta.desk"] = desk
    kept = dict(made.config)
    yield made
    made.config.clear()
    made.config.update(kept)


@pytest.fixture
def as_person(app: Flask) -> AsPerson:
    """`as_person(actor_or_membership_id, language="fi")`: a logged-in client of the fixture `app`."""

    def make(who: Actor | int, language: str = "fi") -> CheckedClient:
        return log_in_as(app, who, language)

    return make


@pytest.fixture
def visitor(app: Flask) -> CheckedClient:
    """A browser of nobody in particular."""
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    with client.session_transaction() as kept:
        kept["language"] = "fi"
    return client
