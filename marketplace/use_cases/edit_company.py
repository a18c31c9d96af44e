"""A company's own data: how to reach it, what it says of itself, where it is paid."""

import re
from dataclasses import dataclass
from datetime import date

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.einvoices import ProviderVat
from marketplace.models.providers import Provider
from marketplace.pricing.vat import Supplier
from marketplace.references import is_operator
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.own_company import OWN_WORDS_MOST, WAYS_OF_WORK, own_provider
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.tax_facts import supplier_history

EVER = date(2013, 1, 1)
"""From the first day of the rates that we know: what a company said of itself before its first dated statement."""


@dataclass(frozen=True)
class EditCompany:
    """All that a company may change of itself. The business id, the legal form and the control group it may not.

    What concerns tax holds from `vat_since` on (today when it is not said): the VAT register, the authorities' register
    of social and health care providers, an own-control plan; None leaves a statement as it was. The address is the one
    on invoices; None leaves it. iban: without spaces. own_words: at most 300 characters, the same limit for everyone
    (fairness B2.16).
    """

    name: str
    email: str
    phone: str
    iban: str
    e_invoice_address: str | None
    vat_registered: bool
    own_words: str
    way_of_work: str
    vat_since: date | None = None
    supervised: bool | None = None
    own_control: bool | None = None
    e_invoice_operator: str | None = None
    street: str | None = None
    postcode: str | None = None
    town: str | None = None


def edit_company(desk: Desk, actor: Actor, change: EditCompany) -> None:
    """Save the company's data. A new account number is told to every manager at once, so that nobody can turn the
    payments to himself unnoticed.

    Refused: company_name_missing, own_words_too_long, unknown_way_of_work, operator_wrong, postal_incomplete,
    vat_since_before_statement.
    """
    with desk.transaction(actor, Action.EDIT_COMPANY) as tx:
        _check(change)
        provider = own_provider(tx, lock=True)
        wanted = {
            "name": change.name.strip(),
            "email": change.email,
            "phone": change.phone,
            "e_invoice_address": change.e_invoice_address,
            "vat_registered": change.vat_registered,
            "own_words": change.own_words.strip(),
            "way_of_work": change.way_of_work,
        }
        wanted |= {
            name: value
            for name in ("e_invoice_operator", "street", "postcode", "town")
            if (value := getattr(change, name)) is not None
        }
        _state_tax(tx, provider, change)
        changed = [name for name, value in wanted.items() if getattr(provider, name) != value]
        for name in changed:
            setattr(provider, name, wanted[name])
        if changed:
            tx.audit("company.edit", "provider", provider.id, fields=changed)
        if provider.iban != change.iban:
            _change_iban(tx, provider, change.iban)


def _state_tax(tx: Tx, provider: Provider, change: EditCompany) -> None:
    """Keep what the company states of its tax from a day on; what it said before holds until then.

    Refused: vat_since_before_statement (day) when a later statement has been made already.
    """
    history = supplier_history(tx, provider.id)
    last = history[-1][1] if history else Supplier(provider.vat_registered)
    said = Supplier(
        change.vat_registered,
        last.supervised if change.supervised is None else change.supervised,
        last.own_control if change.own_control is None else change.own_control,
    )
    if said == last:
        return
    # what is stated for the first time was so before; what changes, changes today unless another day is given
    first_word = not history and said.registered == last.registered
    since = change.vat_since or (EVER if first_word else tx.today)
    if history and since < history[-1][0]:
        raise Refused("vat_since_before_statement", "vat_since", day=history[-1][0])
    rows = [(since, said)] if history else [(min(EVER, since), last), (since, said)]
    for first, one in rows:
        tx.session.add(
            ProviderVat(provider_id=provider.id, valid_from=first, registered=bool(one.registered),
                        supervised=one.supervised, own_control=one.own_control, said_by=tx.account_id, said_at=tx.now)
        )  # fmt: skip
    tx.audit("company.vat", "provider", provider.id, registered=said.registered, supervised=said.supervised,
             own_control=said.own_control, since=since.isoformat())  # fmt: skip


def _check(change: EditCompany) -> None:
    if change.e_invoice_operator and not is_operator(change.e_invoice_operator):
        raise Refused("operator_wrong", "e_invoice_operator")
    postal = (change.street or "", change.postcode or "", change.town or "")
    if any(postal) and not (all(postal) and re.fullmatch(r"\d{5}", postal[1])):
        raise Refused("postal_incomplete", "street")
    if not change.name.strip():
        raise Refused("company_name_missing", "name")
    if len(change.own_words.strip()) > OWN_WORDS_MOST:
        raise Refused("own_words_too_long", "own_words", most=OWN_WORDS_MOST)
    if change.way_of_work not in WAYS_OF_WORK:
        raise Refused("unknown_way_of_work", "way_of_work")


def _change_iban(tx: Tx, provider: Provider, iban: str) -> None:
    before, provider.iban = provider.iban, iban
    tx.audit("company.change_iban", "provider", provider.id, before_ends=before[-4:], after_ends=iban[-4:])
    key = f"iban/{provider.id}/{tx.now.isoformat()}"
    tell_provider(tx, provider.id, "iban_changed", key, company=provider.name, who=tx.actor.name, ends=iban[-4:],
                  day=tx.today)  # fmt: skip
