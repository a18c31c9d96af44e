"""What the pages of needs and measurements read."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.clients import Client, Measurement
from marketplace.models.prices import NeedClass
from marketplace.models.programmes import Programme, ServicePackage, terms_in_force
from marketplace.models.schema import Words
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.record_need import MOMENTS, own_need
from marketplace.use_cases.register_client import own_client


@dataclass(frozen=True)
class PackageChoice:
    """A package that can be granted today, with the need categories of its programme."""

    id: int
    name: Words
    purpose: Words
    categories: tuple[str, ...]
    classes: tuple[tuple[str, Words], ...] = ()  # of need, that the prices tell apart


@dataclass(frozen=True)
class NeedForm:
    client_id: int
    client: str
    packages: tuple[PackageChoice, ...]

    @property
    def classes(self) -> tuple[tuple[str, Words, Words], ...]:
        """Every class with its service: (package id/code, service, class)."""
        return tuple(
            (f"{package.id}/{code}", package.name, name) for package in self.packages for code, name in package.classes
        )

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of all packages together, each once, in their order."""
        return tuple(dict.fromkeys(code for package in self.packages for code in package.categories))


@dataclass(frozen=True)
class MeasureForm:
    """`moments`: what has not been measured yet; `instrument` and `version` are those of the first measurement."""

    need_id: int
    client_id: int
    client: str
    package: Words
    moments: tuple[str, ...]
    instrument: str | None
    version: str | None
    start_hundredths: int | None


def need_form(desk: Desk, actor: Actor, client_id: int) -> NeedForm:
    """What a need can be recorded for. Missing for a stranger's client."""
    with desk.reading(actor, Action.RECORD_NEED) as tx:
        client = own_client(tx, client_id)
        tx.audit("client.read", "client", client.id, clients=(client.id,), page="need_form")
        rows = tx.session.execute(
            select(ServicePackage, Programme.need_categories)
            .join(Programme, Programme.id == ServicePackage.programme_id)
            .where(Programme.state == "published")
            .order_by(ServicePackage.code)
        ).all()
        classes: dict[int, list[tuple[str, Words]]] = {}
        for one in tx.session.scalars(select(NeedClass).order_by(NeedClass.id)):
            classes.setdefault(one.package_id, []).append((one.code, one.name))
        packages = (
            PackageChoice(
                package.id, package.name, package.card.get("purpose") or {}, tuple(categories),
                tuple(classes.get(package.id, ())),
            )  # fmt: skip
            for package, categories in rows
            if terms_in_force(tx.session, package.id, tx.today) is not None
        )
        return NeedForm(client.id, f"{client.first_name} {client.last_name}", tuple(packages))


def measure_form(desk: Desk, actor: Actor, need_id: int) -> MeasureForm:
    """What a later measurement is compared with. Missing for a stranger's need."""
    with desk.reading(actor, Action.MEASURE) as tx:
        need = own_need(tx, need_id)
        client = tx.session.scalars(select(Client).where(Client.id == need.client_id)).one()
        tx.audit("client.read", "need", need.id, clients=(client.id,), page="measure")
        package = tx.session.scalars(select(ServicePackage.name).where(ServicePackage.id == need.package_id)).one()
        done = {
            one.moment: one for one in tx.session.scalars(select(Measurement).where(Measurement.need_id == need.id))
        }
        first = done.get("start")
        return MeasureForm(
            need_id=need.id,
            client_id=client.id,
            client=f"{client.first_name} {client.last_name}",
            package=package,
            moments=tuple(moment for moment in MOMENTS[1:] if moment not in done),
            instrument=first.instrument if first else None,
            version=first.instrument_version if first else None,
            start_hundredths=first.score_hundredths if first else None,
        )
