"""The same company registered by many people at the same instant is registered once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sqlalchemy import func, select

from marketplace.access.actor import public
from marketplace.models.providers import Provider
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.register_provider import RegisterProvider, register_provider

ORDER = RegisterProvider(
    business_id="2077474-0",
    name="Savon Polku ry",
    legal_form="association",
    vat_registered=False,
    iban="FI2112345600000785",
    e_invoice_address=None,
    email="info@example.org",
    phone="+358401234567",
    manager_name="Maija",
    manager_email="maija@example.org",
)


def test_one_company_whoever_is_first(own_desk: Desk) -> None:
    def register(number: int) -> str:
        try:
            register_provider(own_desk, public(None), replace(ORDER, manager_email=f"maija{number}@example.org"))
        except Refused as refused:
            return refused.code
        return "registered"

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(register, range(8)))
    assert sorted(results) == ["company_registered"] * 7 + ["registered"]
    with own_desk._sessions() as session:
        assert session.scalar(select(func.count()).select_from(Provider)) == 1
