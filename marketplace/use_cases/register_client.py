"""Clients in the organiser's register: adding one, keeping her data right, moving her to another caseworker."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from stdnum import exceptions as stdnum_errors
from stdnum.fi import hetu

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_clients
from marketplace.models.clients import Client
from marketplace.models.people import Account, Membership, Organiser
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.provider_cards import LANGUAGES
from marketplace.use_cases.refusals import Missing, Refused

LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class ClientFacts:
    """What is kept of a client besides her identity code. An empty `address` keeps what was there: a protected one is
    not shown in forms."""

    first_name: str
    last_name: str
    municipality: str
    language: str
    address: str
    protected_address: bool
    phone: str | None
    email: str | None
    unemployed_since: date
    benefit_days: int


@dataclass(frozen=True)
class NewClient:
    """`allow_temporary`: codes of the never-issued 900 range pass (a demonstration, tests). The maker becomes her
    caseworker unless another is named."""

    identity_code: str
    facts: ClientFacts
    caseworker_id: int | None = None
    allow_temporary: bool = False
    once: str | None = None


def register_client(desk: Desk, actor: Actor, order: NewClient) -> int:
    """Add a client; returns her id. The code is kept encrypted, and found again only through its keyed index.

    Refused: identity_code_wrong, client_exists (client_id, name), and as `edit_client`.
    """
    with desk.transaction(actor, Action.EDIT_CLIENT) as tx:
        if done := tx.first_click("register_client", order.once):
            return int(done["client_id"])
        code = _code(order)
        born = hetu_birth(code)
        facts = order.facts
        _check(tx, facts, born)
        if not facts.address.strip():
            raise Refused("address_missing", "address")
        index = identity_index(tx, code)
        client_id = tx.session.scalar(
            insert(Client)
            .values(
                organiser_id=tx.organiser_id,
                identity_code=tx.vault.seal(code.encode(), "identity-code"),
                identity_index=index,
                birth_date=born,
                caseworker_id=_caseworker(tx, order.caseworker_id) if order.caseworker_id else tx.account_id,
                registered_at=tx.now,
                **_columns(facts),
            )
            .on_conflict_do_nothing(index_elements=["organiser_id", "identity_index"])
            .returning(Client.id)
        )
        if client_id is None:
            raise _exists(tx, index)
        tx.audit("client.register", "client", client_id, clients=(client_id,))
        tx.remember_click("register_client", order.once, client_id=client_id)
        return int(client_id)


def edit_client(desk: Desk, actor: Actor, client_id: int, facts: ClientFacts) -> None:
    """Save a client's data. Open vouchers keep the municipality of their grant.

    Refused: name_missing, municipality_not_ours, unknown_language, unemployed_in_future, unemployed_before_birth,
    benefit_days_wrong, too_long. Missing for a stranger's client.
    """
    with desk.transaction(actor, Action.EDIT_CLIENT) as tx:
        client = own_client(tx, client_id, lock=True)
        _check(tx, facts, client.birth_date)
        wanted = _columns(facts)
        if not facts.address.strip():
            wanted["address"] = client.address
        changed = sorted(name for name, value in wanted.items() if getattr(client, name) != value)
        for name in changed:
            setattr(client, name, wanted[name])
        if changed:
            tx.audit("client.edit", "client", client.id, clients=(client.id,), fields=changed)


def move_client(desk: Desk, actor: Actor, client_id: int, caseworker_id: int) -> None:
    """Give a client, and her vouchers that are not closed, to another caseworker. Refused: not_a_caseworker."""
    with desk.transaction(actor, Action.EDIT_CLIENT) as tx:
        client = own_client(tx, client_id, lock=True)
        client.caseworker_id = _caseworker(tx, caseworker_id)
        living = select(Voucher).where(Voucher.client_id == client.id, Voucher.state != "closed").order_by(Voucher.id)
        for voucher in tx.session.scalars(living.with_for_update(key_share=True)):
            voucher.caseworker_id = caseworker_id
        tx.audit("client.move", "client", client.id, clients=(client.id,), caseworker_id=caseworker_id)


def own_client(tx: Tx, client_id: int, *, lock: bool = False) -> Client:
    """A client of the acting caseworker's organiser. Missing for a stranger's."""
    query = select(Client).where(Client.id == client_id, visible_clients(tx.actor))
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = tx.session.scalar(query)
    if found is None:
        raise Missing("client")
    return found


def identity_index(tx: Tx, code: str) -> bytes:
    """The keyed index by which a client is found by her whole code, within this organiser alone."""
    return tx.vault.index(code, f"identity-code/{tx.organiser_id}")


def plain_identity_code(typed: str, allow_temporary: bool) -> str | None:
    """The code as it is kept, or None when it is not one."""
    try:
        return str(hetu.validate(typed, allow_temporary=allow_temporary))
    except stdnum_errors.ValidationError:
        return None


CENTURIES = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}


def hetu_birth(code: str) -> date:
    """The birth date that a (right) identity code carries."""
    return date(CENTURIES[code[6]] + int(code[4:6]), int(code[2:4]), int(code[:2]))


def _code(order: NewClient) -> str:
    code = plain_identity_code(order.identity_code, order.allow_temporary)
    if code is None:
        raise Refused("identity_code_wrong", "identity_code")
    return code


def _columns(facts: ClientFacts) -> dict[str, object]:
    return {
        "first_name": facts.first_name.strip(),
        "last_name": facts.last_name.strip(),
        "municipality": facts.municipality,
        "language": facts.language,
        "address": facts.address.strip(),
        "protected_address": facts.protected_address,
        "phone": facts.phone or None,
        "email": facts.email or None,
        "unemployed_since": facts.unemployed_since,
        "benefit_days": facts.benefit_days,
    }


def _check(tx: Tx, facts: ClientFacts, born: date) -> None:
    for field in ("first_name", "last_name"):
        if not getattr(facts, field).strip():
            raise Refused("name_missing", field)
    for field in ("first_name", "last_name", "address"):
        if len(getattr(facts, field)) > LONGEST:
            raise Refused("too_long", field, most=LONGEST)
    ours = tx.session.scalars(select(Organiser.municipalities).where(Organiser.id == tx.organiser_id)).one()
    if facts.municipality not in ours:
        raise Refused("municipality_not_ours", "municipality", municipality=facts.municipality)
    if facts.language not in LANGUAGES:
        raise Refused("unknown_language", "language")
    if born > tx.today:
        raise Refused("identity_code_wrong", "identity_code")
    if facts.unemployed_since > tx.today:
        raise Refused("unemployed_in_future", "unemployed_since")
    if facts.unemployed_since < born:
        raise Refused("unemployed_before_birth", "unemployed_since", day=born)
    if not 0 <= facts.benefit_days <= 20_000:
        raise Refused("benefit_days_wrong", "benefit_days")


def _exists(tx: Tx, index: bytes) -> Refused:
    found = tx.session.execute(
        select(Client.id, Client.first_name, Client.last_name).where(Client.identity_index == index)
    ).one()
    return Refused("client_exists", "identity_code", client_id=found.id, name=f"{found.first_name} {found.last_name}")


def _caseworker(tx: Tx, account_id: int) -> int:
    found = tx.session.scalar(
        select(Membership.account_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.account_id == account_id,
            Membership.organiser_id == tx.organiser_id,
            Membership.role == Role.CASEWORKER.value,
            Membership.ended_at.is_(None),
            Account.ended_at.is_(None),
        )
    )
    if found is None:
        raise Refused("not_a_caseworker", "caseworker")
    return found
