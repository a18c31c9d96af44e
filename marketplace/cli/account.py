"""valinta organiser and valinta account: the first organiser and the first administrator of a real installation."""

import click
from stdnum import iban
from stdnum.fi import ytunnus

from marketplace.cli import main
from marketplace.cli.place import place
from marketplace.roles import STAFF, Role
from marketplace.use_cases.create_organiser import KINDS, NewOrganiser, create_organiser
from marketplace.use_cases.invite_first import invite_first
from marketplace.use_cases.refusals import Refused
from marketplace.web.i18n import LANGUAGES, use_language
from marketplace.web.labels import refusal_text


def _said(refused: Refused) -> click.ClickException:
    with use_language("en"):
        return click.ClickException(refusal_text(refused.code, refused.values))


def _checked_iban(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not iban.is_valid(value):
        raise click.BadParameter("not an account number in IBAN form")
    return str(iban.compact(value))


def _checked_business_id(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not ytunnus.is_valid(value):
        raise click.BadParameter("not a Finnish business id, for example 0171450-7")
    return str(ytunnus.format(value))


@main.group("organiser")
def organiser() -> None:
    """The organisers: municipalities, employment areas, wellbeing counties."""


@organiser.command("create")
@click.argument("code")
@click.option("--name", required=True, help="In Finnish, as it stands on decisions.")
@click.option("--name-sv", help="In Swedish.")
@click.option("--name-en", help="In English.")
@click.option("--kind", type=click.Choice(KINDS), default="municipality", show_default=True)
@click.option("--business-id", required=True, callback=_checked_business_id)
@click.option("--e-invoice", required=True, help="The organiser's own e-invoice address.")
@click.option("--iban", "account", required=True, callback=_checked_iban, help="The account that payments leave from.")
@click.option("--contact", required=True, help="Whom clients and providers contact.")
@click.option("--email", required=True)
@click.option("--phone", required=True)
@click.option("--address", required=True)
@click.option("--municipality", "municipalities", multiple=True, required=True, help="Once for each.")
@click.option("--administrator-name", required=True, help="Who invites the others.")
@click.option("--administrator-email", required=True)
def create(
    code: str, name: str, name_sv: str | None, name_en: str | None, kind: str, business_id: str, e_invoice: str,
    account: str, contact: str, email: str, phone: str, address: str, municipalities: tuple[str, ...],
    administrator_name: str, administrator_email: str,
) -> None:  # fmt: skip
    """Add an organiser with the short CODE (small letters, numbers, dashes), and invite its administrator."""
    names = {"fi": name, "sv": name_sv, "en": name_en}
    new = NewOrganiser(
        code=code,
        name={language: text for language, text in names.items() if text},
        kind=kind,
        business_id=business_id,
        e_invoice_address=e_invoice,
        debtor_iban=account,
        contact=contact,
        email=email,
        phone=phone,
        address=address,
        municipalities=municipalities,
        administrator_name=administrator_name,
        administrator_email=administrator_email,
    )
    with place().at_desk() as desk:
        try:
            create_organiser(desk, new)
        except Refused as refused:
            raise _said(refused) from None
    click.echo(f"Added. The invitation to {administrator_email} is in the outbox; a running valinta worker sends it.")


@main.group("account")
def account() -> None:
    """People's accounts."""


@account.command("invite")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(sorted(role.value for role in STAFF)), required=True)
@click.option("--organiser", "code", required=True, help="The organiser's short code.")
@click.option("--language", type=click.Choice(LANGUAGES), default="fi", show_default=True)
def invite(email: str, name: str, role: str, code: str, language: str) -> None:
    """Invite a person by mail to a staff role; the worker sends it. Where there is an administrator, she does this."""
    with place().at_desk() as desk:
        try:
            invite_first(desk, code, name, email, Role(role), language)
        except Refused as refused:
            raise _said(refused) from None
    click.echo(f"The invitation to {email} is in the outbox; a running valinta worker sends it.")
