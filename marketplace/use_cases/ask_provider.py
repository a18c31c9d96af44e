"""A client asks a provider, or wishes to visit it, before she chooses; no staff stands in between.

The provider sees the service, the area and the number of the thread, never who she is. Nothing here binds anyone, and
nothing of it reaches the order. Notices by mail are neutral: they say that something waits, not what.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, text

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.models.clients import Client
from marketplace.models.contacts import AskMessage, AskThread
from marketplace.models.programmes import Area, ServicePackage
from marketplace.models.providers import Approval, Provider
from marketplace.models.schema import Words
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.notices import tell_client, tell_provider
from marketplace.use_cases.own_company import provider_id_of
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.vouchers.cycles import OPEN_VOUCHER

WORDS_MOST = 1000
MOST_A_DAY = 10
"""Messages that a client may send in a day, to all providers together."""
MOST_IN_A_ROW = 3
"""Messages that either may send in a row before the other has written."""
MOST_TIMES = 3
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Said:
    """One message. sender: client or provider. kind: words, visit_wish, visit_times or visit_agreed. times: Finnish time,
    as "2026-11-25 10:00"."""

    id: int
    sender: str
    kind: str
    words: str
    times: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Thread:
    """A thread, as either side sees it. `name`: the provider's. `offered`: the times that still wait for an answer."""

    id: int | None
    voucher_id: int
    unit: str
    name: str
    package: Words
    area: Words
    said: tuple[Said, ...]

    @property
    def offered(self) -> Said | None:
        """The newest offer of times, unless a time was agreed after it."""
        last = next((one for one in reversed(self.said) if one.kind in ("visit_times", "visit_agreed")), None)
        return last if last is not None and last.kind == "visit_times" else None

    @property
    def waits_for(self) -> str:
        """Who writes next: provider, client, or "" before the first word."""
        return "" if not self.said else "provider" if self.said[-1].sender == "client" else "client"


@dataclass(frozen=True)
class AskOrder:
    """The client's words to a provider (its unit code); `visit`: she would like to come and see."""

    voucher_id: int
    unit: str
    words: str
    visit: bool = False
    once: str | None = None


@dataclass(frozen=True)
class AnswerOrder:
    """The provider's words, and at most three times (day, "10:00") at which the client may come."""

    thread_id: int
    words: str
    times: tuple[tuple[date, str], ...] = ()
    once: str | None = None


def my_threads(desk: Desk, actor: Actor) -> tuple[Thread, ...]:
    """The client's threads, the one with the newest message first."""
    with desk.reading(actor, Action.ASK_PROVIDER) as tx:
        return _threads(tx, visible_vouchers(tx.actor))


def my_thread(desk: Desk, actor: Actor, voucher_id: int, unit: str) -> Thread:
    """The client's thread with one provider; without messages before the first. Missing for a stranger's voucher, and
    for a provider that is neither on its list nor asked already."""
    with desk.reading(actor, Action.ASK_PROVIDER) as tx:
        return _mine(tx, voucher_id, unit)


def ask_provider(desk: Desk, actor: Actor, order: AskOrder) -> None:
    """Send words or the wish for a visit.

    Refused: ask_words_missing, words_too_long, voucher_over_to_ask, asked_enough_today,
    wait_for_answer. Missing as in `my_thread`."""
    with desk.transaction(actor, Action.ASK_PROVIDER) as tx:
        _one_at_a_time(tx, order.voucher_id)
        if tx.first_click("ask_provider", order.once) is not None:
            return
        thread = _mine(tx, order.voucher_id, order.unit)
        words = _words(order.words)
        voucher = tx.session.get_one(Voucher, order.voucher_id)
        if voucher.state not in OPEN_VOUCHER or voucher.valid_to < tx.today:
            raise Refused("voucher_over_to_ask", "words")
        sent = select(func.count(AskMessage.id)).where(
            AskMessage.account_id == tx.account_id, AskMessage.at > tx.now - timedelta(days=1)
        )
        if tx.session.scalars(sent).one() >= MOST_A_DAY:
            raise Refused("asked_enough_today", "words", most=MOST_A_DAY)
        _in_turn(thread, "client")
        _write(tx, thread, "client", "visit_wish" if order.visit else "words", words, ())
        tx.remember_click("ask_provider", order.once)


def agree_visit(desk: Desk, actor: Actor, voucher_id: int, unit: str, time: str) -> None:
    """Take one of the times that the provider has offered last. It binds nobody. Refused: time_not_offered."""
    with desk.transaction(actor, Action.ASK_PROVIDER) as tx:
        _one_at_a_time(tx, voucher_id)
        thread = _mine(tx, voucher_id, unit)
        if thread.offered is None or time not in thread.offered.times:
            raise Refused("time_not_offered", "words")
        _write(tx, thread, "client", "visit_agreed", "", (time,))


def threads_to_us(desk: Desk, actor: Actor) -> tuple[Thread, ...]:
    """The company's threads of vouchers that are still open: those that wait for its answer first."""
    with desk.reading(actor, Action.ANSWER_QUESTION) as tx:
        found = _threads(tx, AskThread.provider_id == provider_id_of(tx), Voucher.state.in_(OPEN_VOUCHER))
        return tuple(sorted(found, key=lambda thread: thread.waits_for != "provider"))


def thread_to_us(desk: Desk, actor: Actor, thread_id: int) -> Thread:
    """One thread, for the company's people; that they have read it is said to the audit. Missing for a stranger's."""
    with desk.reading(actor, Action.ANSWER_QUESTION) as tx:
        thread = _to_us(tx, thread_id)
        client_id = tx.session.scalars(select(Voucher.client_id).where(Voucher.id == thread.voucher_id)).one()
        tx.audit("question.read", "question", thread_id, clients=(client_id,))
        return thread


def answer_question(desk: Desk, actor: Actor, order: AnswerOrder) -> None:
    """Answer with words, times for a visit, or both. Refused: ask_words_missing, words_too_long, visit_time_wrong,
    wait_for_client."""
    with desk.transaction(actor, Action.ANSWER_QUESTION) as tx:
        thread = _to_us(tx, order.thread_id)
        _one_at_a_time(tx, thread.voucher_id)
        if tx.first_click("answer_question", order.once) is not None:
            return
        thread = _to_us(tx, order.thread_id)
        times = tuple(_time(tx, day, clock) for day, clock in order.times)
        if len(times) > MOST_TIMES:
            raise Refused("visit_time_wrong", "words")
        words = _words(order.words, needed=not times)
        _in_turn(thread, "provider")
        _write(tx, thread, "provider", "visit_times" if times else "words", words, times)
        tx.remember_click("answer_question", order.once)


def _one_at_a_time(tx: Tx, voucher_id: int) -> None:
    """Whoever writes at the same moment waits, so that the limits hold."""
    tx.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"ask/{voucher_id}"})


def _words(given: str, *, needed: bool = True) -> str:
    words = given.strip()
    if needed and not words:
        raise Refused("ask_words_missing", "words")
    if len(words) > WORDS_MOST:
        raise Refused("words_too_long", "words", most=WORDS_MOST)
    return words


def _time(tx: Tx, day: date, clock: str) -> str:
    if day < tx.today or not _TIME.fullmatch(clock):
        raise Refused("visit_time_wrong", "words")
    return f"{day.isoformat()} {clock}"


def _in_turn(thread: Thread, sender: str) -> None:
    """Nobody writes more than three times in a row, and a provider only to who has asked it."""
    last = [one.sender for one in thread.said[-MOST_IN_A_ROW:]]
    if len(last) == MOST_IN_A_ROW and set(last) == {sender}:
        raise Refused("wait_for_answer" if sender == "client" else "wait_for_client", "words", most=MOST_IN_A_ROW)


def _write(tx: Tx, thread: Thread, sender: str, kind: str, words: str, times: tuple[str, ...]) -> None:
    thread_id = thread.id or _open(tx, thread)
    message = AskMessage(
        organiser_id=tx.organiser_id,
        thread_id=thread_id,
        sender=sender,
        account_id=tx.account_id,
        kind=kind,
        words=words,
        times=list(times),
        at=tx.now,
    )
    tx.session.add(message)
    tx.session.flush()
    voucher = tx.session.get_one(Voucher, thread.voucher_id)
    tx.audit("question.write", "question", thread_id, clients=(voucher.client_id,), kind=kind)
    if sender == "client":
        provider_id = tx.session.scalars(select(AskThread.provider_id).where(AskThread.id == thread_id)).one()
        tell_provider(tx, provider_id, "question_asked", f"question/{message.id}", thread_id=thread_id)
        return
    client = tx.session.get_one(Client, voucher.client_id)
    if client.email:  # no paper for this: she finds the answer where she asked
        tell_client(tx, client, "question_answered", f"question/{message.id}")


def _open(tx: Tx, thread: Thread) -> int:
    provider_id = tx.session.scalars(select(Provider.id).where(Provider.unit == thread.unit)).one()
    made = AskThread(
        organiser_id=tx.organiser_id, voucher_id=thread.voucher_id, provider_id=provider_id, opened_at=tx.now
    )
    tx.session.add(made)
    tx.session.flush()
    return made.id


def _mine(tx: Tx, voucher_id: int, unit: str) -> Thread:
    own = visible_vouchers(tx.actor), Voucher.id == voucher_id, Provider.unit == unit
    found = _threads(tx, *own)
    if found:
        return found[0]
    row = tx.session.execute(
        select(Provider.name, ServicePackage.name.label("package"), Area.name.label("area"))
        .select_from(Voucher)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .join(Area, Area.id == Voucher.area_id)
        .join(
            Approval,
            (Approval.package_id == Voucher.package_id)
            & (Approval.area_id == Voucher.area_id)
            & (Approval.organiser_id == Voucher.organiser_id)
            & (Approval.state == "approved"),
        )
        .join(Provider, Provider.id == Approval.provider_id)
        .where(*own)
    ).one_or_none()
    if row is None:
        raise Missing("provider")
    return Thread(None, voucher_id, unit, row.name, row.package, row.area, ())


def _to_us(tx: Tx, thread_id: int) -> Thread:
    found = _threads(
        tx, AskThread.id == thread_id, AskThread.provider_id == provider_id_of(tx), Voucher.state.in_(OPEN_VOUCHER)
    )
    if not found:
        raise Missing("question")
    return found[0]


def _threads(tx: Tx, *where: object) -> tuple[Thread, ...]:
    """The threads with their messages, newest first: two queries, whatever their number."""
    rows = tx.session.execute(
        select(AskThread, Provider.unit, Provider.name, ServicePackage.name, Area.name)
        .join(Voucher, Voucher.id == AskThread.voucher_id)
        .join(Provider, Provider.id == AskThread.provider_id)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .join(Area, Area.id == Voucher.area_id)
        .where(AskThread.organiser_id == tx.organiser_id, *where)  # type: ignore[arg-type]
    ).all()
    said: dict[int, list[Said]] = {row[0].id: [] for row in rows}
    for one in tx.session.scalars(select(AskMessage).where(AskMessage.thread_id.in_(said)).order_by(AskMessage.id)):
        said[one.thread_id].append(Said(one.id, one.sender, one.kind, one.words, tuple(one.times), one.at))
    found = [
        Thread(thread.id, thread.voucher_id, unit, name, package, area, tuple(said[thread.id]))
        for thread, unit, name, package, area in rows
    ]
    return tuple(sorted(found, key=lambda thread: -thread.said[-1].id if thread.said else 0))
