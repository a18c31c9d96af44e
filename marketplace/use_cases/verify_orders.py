"""Was every order drawn by the rule? The log by the independent verifier, and what is kept beside the log against it."""

import json
from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.ledger.checks import Finding
from marketplace.matching.lines import order_hash
from marketplace.matching.verify import Report, verify
from marketplace.models.programmes import Area, ServicePackage
from marketplace.models.providers import Approval, Provider
from marketplace.models.trail import OrderKey, OrderLogHead, OrderLogLine, RegistryLine
from marketplace.models.vouchers import OfferList
from marketplace.ports import Vault
from marketplace.use_cases.order_log import KEY_PURPOSE
from marketplace.use_cases.verify_ledger import Checked


def log_bytes(session: Session, organiser_id: int) -> Iterator[bytes]:
    """The log's lines as they are hashed, each with its newline."""
    query = select(OrderLogLine.line).where(OrderLogLine.organiser_id == organiser_id).order_by(OrderLogLine.seq)
    for line in session.scalars(query):
        yield line.encode() + b"\n"


def verify_orders(
    session: Session, organiser_id: int, today: date, *, vault: Vault | None = None, strict: bool = False
) -> Checked:
    """Check one organiser's order log. With the vault, lists whose key is not revealed yet are recomputed too."""
    head = session.scalar(select(OrderLogHead.hash).where(OrderLogHead.organiser_id == organiser_id))
    if head is None:
        return Checked("orders", {"lines": 0, "lists": 0}, ())
    keys: Mapping[date, bytes] = {}
    if vault is not None:
        sealed = session.execute(select(OrderKey.day, OrderKey.sealed_key).where(OrderKey.organiser_id == organiser_id))
        keys = {day: vault.open(key, KEY_PURPOSE) for day, key in sealed}
    report = verify(log_bytes(session, organiser_id), head=head, today=today, strict=strict, keys=keys)
    return as_checked(report, [*_kept_lists(session, organiser_id), *_approvals(session, organiser_id)])


def as_checked(report: Report, more: list[Finding]) -> Checked:
    """A verifier's report in the form that all verifications share."""
    looked_at = {
        "lines": report.lines,
        "lists": report.lists,
        "lists recomputed": report.lists_verified,
        "lists waiting for their reveal": report.lists_waiting,
        "commit-only days": report.commit_only_days,
        "late commitments": report.late_commitments,
    }
    faults = [Finding(f"orders_{item.code}", f"line {item.line}", item.text) for item in report.findings if item.code]
    remarks = tuple(f"line {item.line}: {item.text}" for item in report.findings if not item.code)
    return Checked("orders", looked_at, tuple(faults + more), report.exit_code or (1 if more else 0), remarks)


def _kept_lists(session: Session, organiser_id: int) -> list[Finding]:
    """The lists that pages read are the lists that were logged."""
    logged = {
        line["list_seq"]: line["order_hash"]
        for line in map(
            json.loads,
            session.scalars(
                select(OrderLogLine.line).where(OrderLogLine.organiser_id == organiser_id, OrderLogLine.type == "list")
            ),
        )
    }
    kept = dict(
        session.execute(select(OfferList.list_seq, OfferList.units).where(OfferList.organiser_id == organiser_id)).all()
    )
    return [
        Finding("kept_list_differs", f"list {seq}", "the list that pages show is not the one that was logged")
        for seq in sorted(logged.keys() | kept.keys())
        if seq not in logged or seq not in kept or order_hash(seq, kept[seq]) != logged[seq]
    ]


def _approvals(session: Session, organiser_id: int) -> list[Finding]:
    """The approvals that pages read are the ones that the registry's latest lines say."""
    registry: dict[tuple[str, str, str], bool] = {}
    for unit, service, area, approved in session.execute(
        select(RegistryLine.unit, RegistryLine.service, RegistryLine.area, RegistryLine.approved)
        .where(RegistryLine.organiser_id == organiser_id)
        .order_by(RegistryLine.seq)
    ):
        registry[unit, service, area] = approved
    approvals = {
        (unit, service, area): state == "approved"
        for unit, service, area, state in session.execute(
            select(Provider.unit, ServicePackage.code, Area.code, Approval.state)
            .join(Approval, Approval.provider_id == Provider.id)
            .join(ServicePackage, ServicePackage.id == Approval.package_id)
            .join(Area, Area.id == Approval.area_id)
            .where(Approval.organiser_id == organiser_id)
        )
    }
    return [
        Finding("registry_differs", "/".join(key), "the approval is not what the log's registry says")
        for key in sorted(registry.keys() | approvals.keys())
        if registry.get(key, False) != approvals.get(key, False)
    ]
