"""What tests of assisted choice stand on: a market, a caseworker beside the client, and the client's own mail."""

import re

from sqlalchemy import select

from marketplace.access.actor import system
from marketplace.models.clients import Client
from marketplace.models.people import Interest
from marketplace.models.providers import Provider
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.assist import StartOrder, start_assisting
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.offers import offer_of
from marketplace.use_cases.propose import ProposeOrder, propose
from marketplace.use_cases.send_messages import send_messages, send_texts
from tests.makers import Actor, Company, World, client, granted, opened, provider, world


class Beside:
    """Three providers, a client with a mail address and a phone, and her caseworker."""

    def __init__(self, desk: Desk, email: str | None = "aino@example.org", phone: str | None = "+358401112223") -> None:
        self.desk = desk
        self.world: World = world(desk)
        self.companies: list[Company] = [provider(desk, self.world) for _ in range(3)]
        self.holder = client(desk, self.world, email=email)
        self.caseworker: Actor = self.world.caseworker
        granted_now = granted(desk, self.world, self.holder)
        self.voucher_id, self.number = granted_now.voucher_id, granted_now.number
        self.mail: list[tuple[str, str]] = []
        with opened(desk, self.caseworker) as tx:
            tx.session.get_one(Client, self.holder.client_id).phone = phone

    def send(self, recipient: str, *parts: str) -> str:
        """Both post and text messages: what leaves the house lands here."""
        self.mail.append((recipient, parts[-2]))
        return "taken"

    def code(self) -> str:
        """The code that came to the client, newest first."""
        send_messages(self.desk, system(self.world.organiser_id), self)
        send_texts(self.desk, system(self.world.organiser_id), self)
        return next(found[1] for _who, body in reversed(self.mail) if (found := re.search(r"\b(\d{8})\b", body)))

    def offered(self) -> tuple[list[str], str]:
        with opened(self.desk, self.holder.actor) as tx:
            offer = offer_of(tx, tx.session.get_one(Voucher, self.voucher_id))
            return list(offer.units), offer.code

    def start(self, who: Actor | None = None) -> int:
        return start_assisting(self.desk, who or self.caseworker, StartOrder(self.voucher_id, "asked_for_help"))

    def wants(self, place: int = 0, assist_id: int | None = None) -> int:
        """The client wants the provider at a place of her list; returns the proposal."""
        units, code = self.offered()
        return propose(self.desk, self.caseworker, ProposeOrder(assist_id or self.start(), units[place], code))

    def choices(self) -> list[tuple[str, str, int | None]]:
        """(unit, channel, assist session) of every choice."""
        with opened(self.desk, self.holder.actor) as tx:
            rows = tx.session.execute(
                select(Provider.unit, Choice.channel, Choice.assist_id)
                .join(Provider, Provider.id == Choice.provider_id)
                .order_by(Choice.id)
            )
            return [tuple(row) for row in rows]

    def state(self) -> tuple[str, int | None]:
        with opened(self.desk, self.holder.actor) as tx:
            voucher = tx.session.get_one(Voucher, self.voucher_id)
            return voucher.state, voucher.provider_id


def interested(desk: Desk, who: Actor, company: Company) -> None:
    """The person has declared an interest in the company's group since long ago."""
    with opened(desk, who) as tx:
        group = tx.session.scalars(select(Provider.control_group_id).where(Provider.id == company.provider_id)).one()
        assert who.account_id is not None
        tx.session.add(Interest(account_id=who.account_id, control_group_id=group, since=tx.today, kind="family"))
