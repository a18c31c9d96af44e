"""A company's own data: how to reach it, what it says of itself, where it is paid."""

from dataclasses import dataclass

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.providers import Provider
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.own_company import OWN_WORDS_MOST, WAYS_OF_WORK, own_provider
from marketplace.use_cases.refusals import Refused


@dataclass(frozen=True)
class EditCompany:
    """All that a company may change of itself. The business id, the legal form and the control group it may not.

    iban: without spaces. own_words: at most 300 characters, the same limit for everyone (fairness B2.16).
    """

    name: str
    email: str
    phone: str
    iban: str
    e_invoice_address: str | None
    vat_registered: bool
    own_words: str
    way_of_work: str


def edit_company(desk: Desk, actor: Actor, change: EditCompany) -> None:
    """Save the company's data. A new account number is told to every manager at once, so that nobody can turn the
    payments to himself unnoticed.

    Refused: company_name_missing, own_words_too_long, unknown_way_of_work.
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
        changed = [name for name, value in wanted.items() if getattr(provider, name) != value]
        for name in changed:
            setattr(provider, name, wanted[name])
        if changed:
            tx.audit("company.edit", "provider", provider.id, fields=changed)
        if provider.iban != change.iban:
            _change_iban(tx, provider, change.iban)


def _check(change: EditCompany) -> None:
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
