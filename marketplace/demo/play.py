"""The months: a queue of things that invented people do, day by day, each through the portals' own use cases."""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor, system
from marketplace.clock import helsinki_moment
from marketplace.demo.cast import client_actor
from marketplace.demo.packages import Package
from marketplace.demo.region import Stage
from marketplace.demo.talk import answer_all, ask
from marketplace.models.events import Event, Objection, Outcome
from marketplace.models.providers import Approval, Provider
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.answer_choice import ConfirmOrder, DeclineOrder, confirm_choice, decline_choice
from marketplace.use_cases.answer_objection import AnswerObjection, answer_objection
from marketplace.use_cases.assist import StartOrder, assisted_list, start_assisting, stop_assisting
from marketplace.use_cases.choose_provider import ChoiceOrder, choose_provider
from marketplace.use_cases.end_client import ClientEnd, end_client
from marketplace.use_cases.grant_voucher import GrantOrder, grant_voucher
from marketplace.use_cases.invite_client import invite_client
from marketplace.use_cases.object_to_event import ObjectionOrder, object_to_event
from marketplace.use_cases.offers import offer_of
from marketplace.use_cases.propose import ProposeOrder, propose
from marketplace.use_cases.record_delivery import DeliveryOrder, record_delivery
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.record_need import MeasureOrder, NeedOrder, Score, measure, record_need
from marketplace.use_cases.refusals import Missing, Refused, Stale
from marketplace.use_cases.refuse_voucher import RefusalOrder, refuse_voucher
from marketplace.use_cases.report_outcome import ReportOrder, report_outcome
from marketplace.use_cases.reverse_event import reverse_event
from marketplace.use_cases.settle_objection import SettleOrder, settle_objection
from marketplace.use_cases.verify_outcome import EvidenceOrder, add_evidence, verify_outcome

QUESTIONS_ASKED = 0.06
ASSISTED = 0.12
"""What part of the clients ask a provider first, and what part choose with their caseworker beside them."""

Deed = Callable[[], None]
NOTES = ("Tavattiin toimipaikassa.", "Tutustuttiin työpaikkaan.", "Tehtiin hakemuksia yhdessä.", "")


@dataclass
class Case:
    """One client's path with one voucher, as the players remember it."""

    client_id: int
    package_id: int
    package: Package
    voucher_id: int = 0
    need_id: int = 0
    choice_id: int = 0
    provider_id: int = 0
    valid_to: date = date.max
    ended: bool = False


@dataclass
class Play:
    """The queue of what is going to happen. `volumes` counts what did."""

    stage: Stage
    volumes: Counter[str] = field(default_factory=Counter)
    gone: set[int] = field(default_factory=set)
    _queue: list[tuple[date, int, Deed]] = field(default_factory=list)
    _count: int = 0

    def on(self, day: date, deed: Deed) -> None:
        """Have something done on a day (on the next working day, when it falls on a weekend)."""
        while day.weekday() > 4:
            day += timedelta(days=1)
        self._count += 1
        heapq.heappush(self._queue, (day, self._count, deed))

    def after(self, least: int, most: int, deed: Deed) -> None:
        self.on(self.today + timedelta(days=self.random.randint(least, most)), deed)

    @property
    def today(self) -> date:
        return self.stage.clock.today()

    @property
    def random(self):  # type: ignore[no-untyped-def]
        return self.stage.random

    def day(self, day: date) -> None:
        """Play one day, from eight in the morning."""
        moment = helsinki_moment(day).replace(minute=0) - timedelta(hours=4)
        self.stage.clock.move_to(moment)
        while self._queue and self._queue[0][0] <= day:
            _, _, deed = heapq.heappop(self._queue)
            moment += timedelta(seconds=self.random.randint(20, 90))
            self.stage.clock.move_to(min(moment, helsinki_moment(day) + timedelta(hours=6)))
            try:
                deed()
            except Stale:  # somebody else was first, as happens: the page says so, and nothing was changed
                self.volumes["came when it was already dealt with"] += 1

    # what a client's path is made of

    def need(self, case: Case) -> None:
        stage = self.stage
        if case.client_id in self.gone:
            return
        keeper = stage.caseworker_of[case.client_id]
        declined = self.random.random() < 0.12
        score = Score("3x10d", "1", None if declined else self.random.randint(30, 65) * 100, declined, self.today)
        case.need_id = record_need(
            stage.desk,
            keeper,
            NeedOrder(case.client_id, case.package_id, case.package.category, stage.tier_of[case.client_id],
                      "Oma seuraava askel kohti työtä löytyy.", score),
        )  # fmt: skip
        self.volumes["needs"] += 1
        self.after(0, 3, lambda: self.grant(case))

    def grant(self, case: Case) -> None:
        stage = self.stage
        if case.client_id in self.gone:
            return
        keeper = stage.caseworker_of[case.client_id]
        reasons = (
            "Asiakas on ollut pitkään työttömänä ja hyötyy palvelusta. Tarve on arvioitu yhdessä asiakkaan kanssa."
        )
        try:
            granted = grant_voucher(stage.desk, keeper, GrantOrder(case.need_id, reasons))
        except Refused as refused:
            self.volumes[f"grants refused: {refused.code}"] += 1
            return
        case.voucher_id = granted.voucher_id
        self.volumes["vouchers"] += 1
        self.invite(case, keeper)
        record_delivery(
            stage.desk, keeper, DeliveryOrder(granted.decision_id, "post", self.today, "Tulostusjonon ajo (esittely)")
        )
        roll = self.random.random()
        if roll < 0.03:
            self.after(2, 14, lambda: self.refuse(case))
        elif roll < 0.93:
            self.after(1, 10, lambda: self.choose(case))

    def invite(self, case: Case, keeper: Actor) -> None:
        if case.client_id in self.stage.cast.clients:
            return
        # some of those who have an e-mail address get a link, the others a letter with a code
        by_mail = case.client_id in self.stage.with_email and self.random.random() < 0.7
        invite_client(self.stage.desk, keeper, case.client_id, by_mail=by_mail)
        actor = client_actor(self.stage.desk, self.stage.organiser_id, case.client_id)
        self.stage.cast.clients[case.client_id] = actor

    def refuse(self, case: Case) -> None:
        client = self.stage.cast.clients[case.client_id]
        refuse_voucher(self.stage.desk, client, RefusalOrder(case.voucher_id, "Haluan odottaa."))
        case.ended = True
        self.volumes["vouchers refused by the client"] += 1

    def choose(self, case: Case) -> None:
        """She compares and picks: what a provider says and whether it has room matter to her, its place on the list does
        not."""
        stage = self.stage
        client = stage.cast.clients[case.client_id]
        with stage.desk.reading(client, Action.COMPARE_PROVIDERS) as tx:
            voucher = tx.session.get_one(Voucher, case.voucher_id)
            if voucher.state not in ("granted", "active") or voucher.valid_to < self.today:
                return
            case.valid_to = voucher.valid_to
            offer = offer_of(tx, voucher)
            rows = tx.session.execute(
                select(Provider.unit, Provider.id, Approval.free_places)
                .join(Approval, Approval.provider_id == Provider.id)
                .where(
                    Approval.package_id == voucher.package_id,
                    Approval.area_id == voucher.area_id,
                    Approval.state == "approved",
                    Approval.paused.is_(False),
                )
            ).all()
        wanted = {unit: (provider, places) for unit, provider, places in rows if provider != case.provider_id}
        units = [unit for unit in offer.units if unit in wanted]
        if not units:
            self.volumes["found nobody to choose"] += 1
            return
        weights = [1.5 if wanted[unit][1] else 1.0 for unit in units]
        unit = self.random.choices(units, weights)[0]
        if case.provider_id:
            self.volumes["changes of provider"] += 1
        if not case.provider_id and self.random.random() < QUESTIONS_ASKED:
            self.question(case, client, unit, wanted[unit][0])
        assist = None if case.provider_id or self.random.random() > ASSISTED else self.assisted(case, unit, offer.code)
        case.provider_id = wanted[unit][0]
        case.choice_id = choose_provider(stage.desk, client, ChoiceOrder(case.voucher_id, unit, offer.code)).choice_id
        if assist is not None:
            stop_assisting(stage.desk, stage.caseworker_of[case.client_id], assist)
        self.volumes["choices"] += 1
        self.after(0, 3, lambda: self.answer(case, case.choice_id))

    def question(self, case: Case, client: Actor, unit: str, provider_id: int) -> None:
        """She asks one provider first; it answers within days, whether she has waited for it or not."""
        words = ask(self.stage.desk, self.random, client, case.voucher_id, unit)
        if words:
            manager = self.stage.cast.managers[provider_id]
            self.volumes["questions to providers"] += 1
            self.after(0, 2, lambda: self.volumes.update({"answers": answer_all(self.stage.desk, manager, words)}))

    def assisted(self, case: Case, unit: str, code: str) -> int:
        """Her caseworker sits beside her and writes down what she wants; she confirms it with her own login."""
        desk, keeper = self.stage.desk, self.stage.caseworker_of[case.client_id]
        assist = start_assisting(desk, keeper, StartOrder(case.voucher_id, "asked_for_help"))
        assisted_list(desk, keeper, assist)
        propose(desk, keeper, ProposeOrder(assist, unit, code))
        self.volumes["assisted choices"] += 1
        return assist

    def answer(self, case: Case, choice_id: int) -> None:
        stage = self.stage
        manager = stage.cast.managers[case.provider_id]
        if self._choice_state(choice_id) != "proposed":
            return
        if self.random.random() < 0.06:
            reason = self.random.choices(("no_capacity", "outside_target_group"), (9, 1))[0]
            decline_choice(stage.desk, manager, DeclineOrder(choice_id, reason))
            self.volumes["declined by the provider"] += 1
            case.provider_id = 0
            self.after(1, 5, lambda: self.choose(case))
            return
        start = min(self.today + timedelta(days=self.random.randint(2, 12)), case.valid_to)
        confirm_choice(stage.desk, manager, ConfirmOrder(choice_id, start))
        self.volumes["confirmed by the provider"] += 1
        self.on(start, lambda: self.visit(case, choice_id))
        if self.random.random() < 0.05:
            self.on(start + timedelta(days=self.random.randint(10, 30)), lambda: self.choose(case))
        if self.random.random() < case.package.job:
            self.on(start + timedelta(days=self.random.randint(14, 60)), lambda: self.job(case, choice_id))

    def visit(self, case: Case, choice_id: int) -> None:
        stage = self.stage
        if case.ended or self._choice_state(choice_id) != "confirmed":
            return
        coach = self.random.choice(stage.cast.coaches[case.provider_id])
        kind = self.random.choices(("delivered", "no_show", "late_cancel", "provider_cancel"), (88, 6, 4, 2))[0]
        quantity = self.random.choice((100, 150, 150, 200, 200, 250, 300))
        order = EventOrder(case.voucher_id, kind, self.today, quantity, self.random.choice(NOTES))
        try:
            done = record_event(stage.desk, coach, order)
        except Refused as refused:
            left = refused.values.get("units_left_hundredths")
            if refused.code != "too_many_units" or not isinstance(left, int) or left < 25:
                self.close_path(case)
                return
            done = record_event(stage.desk, coach, EventOrder(case.voucher_id, "delivered", self.today, left))
        self.volumes[f"events: {order.kind}"] += 1
        self._perhaps_wrong(case, order, coach, done.event_id)
        if done.units_left_hundredths > 0:
            self.after(3, 8, lambda: self.visit(case, choice_id))
        else:
            self.close_path(case)

    def _perhaps_wrong(self, case: Case, order: EventOrder, coach: Actor, event_id: int) -> None:
        roll = self.random.random()
        if roll < 0.012:
            self.after(1, 6, lambda: self.objection(case, event_id))
        elif roll < 0.018:
            try:  # two people of one company record the same visit
                twin = record_event(self.stage.desk, coach, order).event_id
            except Refused:
                return
            self.volumes["visits recorded twice"] += 1
            self.after(12, 45, lambda: self.reverse(coach, twin))

    def reverse(self, coach: Actor, event_id: int) -> None:
        try:
            reverse_event(self.stage.desk, coach, event_id, "Sama käynti oli kirjattu kahdesti.")
            self.volumes["events reversed by the provider"] += 1
        except Refused:
            self.after(3, 6, lambda: self.reverse(coach, event_id))  # its payment is under way just now

    def objection(self, case: Case, event_id: int) -> None:
        stage = self.stage
        with stage.desk.reading(system(stage.organiser_id), Action.RUN_DUE_WORK) as tx:
            event = tx.session.get_one(Event, event_id)
            if event.state != "recorded":
                return
            provider_id = event.provider_id
        words = "Olin paikalla lyhyemmän ajan kuin tässä lukee."
        client = stage.cast.clients[case.client_id]
        try:
            objected = object_to_event(stage.desk, client, ObjectionOrder(event_id, words))
        except Refused:
            return
        self.volumes["objections"] += 1
        self.after(1, 3, lambda: self.hear(case, objected.objection_id, provider_id))

    def hear(self, case: Case, objection_id: int, provider_id: int) -> None:
        stage = self.stage
        if self._objection_state(objection_id) != "open":
            return
        answer = AnswerObjection(objection_id, "Käynti kesti sovitun ajan, valmentajan merkintöjen mukaan.")
        answer_objection(stage.desk, stage.cast.managers[provider_id], answer)
        self.after(1, 5, lambda: self.settle(case, objection_id))

    def settle(self, case: Case, objection_id: int) -> None:
        if self._objection_state(objection_id) != "answered":
            return
        keeper = self.stage.caseworker_of[case.client_id]
        uphold = self.random.random() < 0.4
        order = SettleOrder(objection_id, uphold, "Molempia on kuultu. Ratkaisu perustuu merkintöihin ja kertomuksiin.")
        try:
            settle_objection(self.stage.desk, keeper, order)
        except Refused:
            self.after(3, 6, lambda: self.settle(case, objection_id))  # its payment is under way just now
            return
        self.volumes["objections upheld" if uphold else "objections dismissed"] += 1

    def job(self, case: Case, choice_id: int) -> None:
        stage = self.stage
        if self._choice_state(choice_id) != "confirmed" or case.ended:
            return
        contract = "apprenticeship" if case.package.category == "apprenticeship" else "permanent"
        order = ReportOrder(
            voucher_id=case.voucher_id,
            starts_on=self.today,
            weekly_hours_hundredths=self.random.choice((2_000, 2_500, 3_000, 3_750)),
            employer="Esimerkkityönantaja (esittely)",
            employer_business_id=None,
            contract=contract,
            subsidised=self.random.random() < 0.3,
            ends_on=self.today + timedelta(days=self.random.choice((30, 60))) if self.random.random() < 0.2 else None,
        )
        try:
            outcome_id = report_outcome(stage.desk, stage.cast.managers[case.provider_id], order)
        except (Refused, Missing):
            return
        self.volumes["jobs reported"] += 1
        self.after(4, 9, lambda: self.verify(case, outcome_id, order.starts_on))

    def verify(self, case: Case, outcome_id: int, started: date) -> None:
        keeper = self.stage.caseworker_of[case.client_id]
        words = "Työnantaja vahvisti työsuhteen puhelimessa."
        verify_outcome(self.stage.desk, keeper, EvidenceOrder(outcome_id, "employer", words, self.today, self.today))
        self.volumes["jobs verified"] += 1
        for days in (42, 182):
            self.on(started + timedelta(days=days + 1), lambda: self.prove(case, outcome_id))

    def prove(self, case: Case, outcome_id: int) -> None:
        keeper = self.stage.caseworker_of[case.client_id]
        with self.stage.desk.reading(system(self.stage.organiser_id), Action.RUN_DUE_WORK) as tx:
            outcome = tx.session.get_one(Outcome, outcome_id)
            last, state = outcome.ends_on, outcome.state
        if state != "verified":
            return
        seen_to = min(self.today, last) if last else self.today
        words = "Palkkalaskelma nähty, työ jatkuu." if seen_to == self.today else "Palkkalaskelma nähty."
        add_evidence(self.stage.desk, keeper, EvidenceOrder(outcome_id, "client", words, self.today, seen_to))

    def close_path(self, case: Case) -> None:
        """The service is used up: the second measurement."""
        if case.ended:
            return
        case.ended = True
        self.after(1, 10, lambda: self.measure_end(case))

    def measure_end(self, case: Case) -> None:
        declined = self.random.random() < 0.25
        score = Score("3x10d", "1", None if declined else self.random.randint(35, 80) * 100, declined, self.today)
        keeper = self.stage.caseworker_of[case.client_id]
        measure(self.stage.desk, keeper, MeasureOrder(case.need_id, "end", score))
        self.volumes["second measurements"] += 1

    def move_away(self, client_id: int) -> None:
        reason = self.random.choices(("moved_away", "died"), (5, 1))[0]
        end_client(self.stage.desk, self.stage.caseworker_of[client_id], ClientEnd(client_id, reason, self.today))
        self.gone.add(client_id)
        self.volumes[f"clients ended: {reason}"] += 1

    def _choice_state(self, choice_id: int) -> str:
        with self.stage.desk.reading(system(self.stage.organiser_id), Action.RUN_DUE_WORK) as tx:
            return tx.session.scalars(select(Choice.state).where(Choice.id == choice_id)).one()

    def _objection_state(self, objection_id: int) -> str:
        with self.stage.desk.reading(system(self.stage.organiser_id), Action.RUN_DUE_WORK) as tx:
            return tx.session.scalars(select(Objection.state).where(Objection.id == objection_id)).one()
