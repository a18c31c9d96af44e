"""Procurement at its screens: terms and prices are written, handed over and published through HTTP."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.clock import SetClock
from marketplace.models.clients import Need
from marketplace.models.prices import NeedClass
from marketplace.models.programmes import ServicePackage
from marketplace.models.vouchers import Voucher
from marketplace.pricing.snapshot import Snapshot
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.grant_voucher import GrantOrder, grant_voucher
from tests.makers import Company, Person, World, client, opened, see
from tests.page_checks import CheckedClient
from tests.portals import AsPerson

TERMS = {
    "units": "40", "validity_days": "180", "board_decision": "LTK § 5",
    "delivered_use": "100", "delivered_paid": "100", "no_show_use": "100", "no_show_paid": "50",
    "late_cancel_use": "50", "late_cancel_paid": "50", "provider_cancel_use": "0", "provider_cancel_paid": "0",
}  # fmt: skip
KEYS = iter(f"{number:032x}" for number in range(10**6))


def key() -> str:
    """A form's key, never the same."""
    return next(KEYS)


def words(answer: Any) -> str:
    """A page as one line of text, without its tags."""
    text = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).replace("\xa0", " ")
    return re.sub(r"\s+", " ", text)


def tell(as_person: AsPerson, company: Company, package_id: int, price: str, day: date, band: str = "") -> Any:
    """Send the form of a provider's own price, whatever comes of it."""
    box = f"package-{package_id}-"
    data = {f"{box}price": price, f"{box}valid_from": day.isoformat(), f"{box}need_class": "", f"{box}band": band,
            f"{box}once": key()}  # fmt: skip
    return as_person(company.manager).post(f"/provider/prices/{package_id}", data=data)


@dataclass
class Office:
    """Two officers of one organiser, at their screens."""

    desk: Desk
    clock: SetClock
    world: World
    officer: CheckedClient
    approver: CheckedClient

    @classmethod
    def open(cls, desk: Desk, as_person: AsPerson, world: World) -> "Office":
        assert isinstance(desk.clock, SetClock)
        return cls(desk, desk.clock, world, as_person(world.procurement), as_person(world.approver))

    def package(self, unit: str, free_by_law: str = "no") -> int:
        """A new service in the world's programme."""
        parts = ("name", "purpose", "target_group", "content", "effects", "arrival")
        data = {f"{part}-fi": f"Palvelu {unit}" for part in parts} | {"vat_basis": "taxable"}
        place = f"/admin/programmes/{self.world.programme_id}/packages/new"
        made = self.officer.post(place, data={**data, "unit": unit, "free_by_law": free_by_law, "once": key()})
        assert made.status_code == 303
        return int(made.headers["Location"].rsplit("/", 1)[1])

    def charge(self, free_by_law: str) -> None:
        """Whether the world's own service may cost the client something."""
        parts = ("name", "purpose", "target_group", "content", "effects", "arrival")
        data = {f"{part}-fi": "Valmennus" for part in parts}
        done = self.officer.post(
            f"/admin/packages/{self.world.package_id}/edit", data={**data, "free_by_law": free_by_law, "once": key()}
        )
        assert done.status_code == 303

    def need_class(self, package_id: int, name: str) -> str:
        """A new class of need; returns its code."""
        place = f"/admin/packages/{package_id}/classes/new"
        assert self.officer.post(place, data={"name-fi": name, "once": key()}).status_code == 303
        with opened(self.desk, self.world.procurement) as tx:
            query = select(NeedClass.code).where(NeedClass.package_id == package_id).order_by(NeedClass.id.desc())
            return tx.session.scalars(query).first() or ""

    def draft(self, package_id: int, first_day: date, price: str = "", **values: str) -> int:
        """A draft of terms; returns its id."""
        data = {**TERMS, "valid_from": first_day.isoformat(), "price": price, "once": key(), **values}
        made = self.officer.post(f"/admin/packages/{package_id}/terms/new", data=data)
        assert made.status_code == 303, words(made)
        return int(made.headers["Location"].rsplit("/", 1)[1])

    def try_price(self, terms_id: int, **values: str) -> Any:
        """Send the form of a price row, whatever comes of it."""
        data = {
            "need_class": "",
            "area": "",
            "band": "",
            "valid_from": "",
            "kind": "fixed",
            "cap": "",
            "cap_percent": "",
        }
        place = f"/admin/terms/{terms_id}/prices/new"
        return self.officer.post(place, data={**data, "once": key(), **values})

    def price(self, terms_id: int, **values: str) -> None:
        answer = self.try_price(terms_id, **values)
        assert answer.status_code == 303, words(answer)

    def multiply(self, terms_id: int, band: str, factor: str) -> None:
        data = {"need_class": "", "area": "", "band": band, "valid_from": "", "factor": factor, "once": key()}
        answer = self.officer.post(f"/admin/terms/{terms_id}/multipliers/new", data=data)
        assert answer.status_code == 303, words(answer)

    def publish(self, terms_id: int) -> None:
        """Hand over, and publish by the second officer."""
        submitted = self.officer.post(f"/admin/terms/{terms_id}/submit")
        assert submitted.status_code == 303, words(submitted)
        done = self.approver.post(f"/admin/terms/{terms_id}/publish", data={"board_decision": "LTK § 9"})
        assert done.status_code == 303, words(done)

    def table(self, terms_id: int, **asked: Any) -> str:
        """The price table's page as text, with the example of a client."""
        return words(self.officer.get(f"/admin/terms/{terms_id}/prices", query_string=asked))

    def need(self, package_id: int, need_class: str | None = None, holder: Person | None = None) -> Person:
        """A client with a need for the service."""
        holder = holder or client(self.desk, self.world)
        with opened(self.desk, self.world.caseworker) as tx:
            need = Need(
                organiser_id=self.world.organiser_id, client_id=holder.client_id, package_id=package_id,
                category="direction", tier=2, need_class=need_class, goal="Työ", assessed_on=tx.today,
                caseworker_id=self.world.caseworker.account_id, at=tx.now,
            )  # fmt: skip
            tx.session.add(need)
            tx.session.flush()
            return Person(holder.client_id, need.id, holder.actor)

    def grant(self, holder: Person) -> tuple[int, Snapshot]:
        """A grant today: the voucher's id and its promise."""
        made = grant_voucher(self.desk, self.world.caseworker, GrantOrder(holder.need_id, "Perustelu"))
        return made.voucher_id, self.promise(made.voucher_id)

    def promise(self, voucher_id: int) -> Snapshot:
        with opened(self.desk, self.world.caseworker) as tx:
            see(tx.session, self.world.organiser_id)
            return Snapshot.from_json(tx.session.get_one(Voucher, voucher_id).snapshot)

    def unit(self, package_id: int) -> str:
        with opened(self.desk, self.world.caseworker) as tx:
            return tx.session.get_one(ServicePackage, package_id).unit

    def days(self, number: int) -> None:
        """So many days pass."""
        self.clock.move_to(self.clock.today() + timedelta(days=number))
