"""Trying a version of the terms on past vouchers before it is published: asked for by an officer, done by the worker."""

from contextlib import suppress
from datetime import timedelta
from time import monotonic

from sqlalchemy import or_, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.programmes import TermsVersion
from marketplace.models.replays import ReplayRun
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.replay_facts import Past, past_of
from marketplace.use_cases.replay_package import Promises, compared, promises_of
from marketplace.use_cases.sandbox_figures import figures_of

BUSY = ("waiting", "running")
LEFT_AFTER = timedelta(minutes=15)
"""A trial that runs for longer has been left by a worker that was stopped: it is done anew."""
TOLD_EVERY = 1.0  # seconds between two notes of how far it is


def ask_replay(desk: Desk, actor: Actor, terms_id: int) -> int:
    """Ask for a trial of a version; returns its id, that of the one under way when there is one. Missing for a stranger's."""
    with desk.transaction(actor, Action.TRY_TERMS) as tx:
        terms = tx.session.scalar(select(TermsVersion).where(TermsVersion.id == terms_id).with_for_update())
        if terms is None:
            raise Missing("terms")
        under_way = select(ReplayRun.id).where(ReplayRun.terms_id == terms_id, ReplayRun.state.in_(BUSY)).limit(1)
        if (found := tx.session.scalar(under_way)) is not None:
            return found
        run = ReplayRun(
            organiser_id=tx.organiser_id,
            terms_id=terms_id,
            asked_by=tx.account_id,
            asked_at=tx.now,
            state="waiting",
            done_count=0,
            of_count=0,
        )
        tx.session.add(run)
        tx.session.flush()
        tx.audit("terms.try", "terms", terms_id, run_id=run.id)
        return run.id


def run_replays(desk: Desk, actor: Actor) -> int:
    """Do the trials that wait, one after the other; returns how many. One that a stopped worker has left is done anew."""
    done = 0
    while (run_id := _take(desk, actor)) is not None:
        try:
            _run(desk, actor, run_id)
        except Exception:
            with suppress(Exception):
                _note(desk, actor, run_id, state="failed", finished_at=desk.clock.now())
            raise
        done += 1
    return done


def _take(desk: Desk, actor: Actor) -> int | None:
    """The oldest trial that nobody else is doing now, marked as running."""
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        left = ReplayRun.asked_at < tx.now - LEFT_AFTER
        run = tx.session.scalar(
            select(ReplayRun)
            .where(or_(ReplayRun.state == "waiting", (ReplayRun.state == "running") & left))
            .order_by(ReplayRun.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if run is None:
            return None
        run.state, run.done_count, run.looked_on = "running", 0, tx.today
        return run.id


def _run(desk: Desk, actor: Actor, run_id: int) -> None:
    facts, promises = _read(desk, actor, run_id)
    _note(desk, actor, run_id, of_count=len(facts.histories))
    told = monotonic()

    def tick(done: int) -> None:
        nonlocal told
        if monotonic() - told >= TOLD_EVERY:
            _note(desk, actor, run_id, done_count=done)
            told = monotonic()

    rows = list(compared(facts, promises, desk.clock.today(), tick))
    figures = figures_of(rows, f"{actor.organiser_id}/{run_id}")
    _note(desk, actor, run_id, state="done", done_count=len(rows), finished_at=desk.clock.now(),
          result=figures.to_json())  # fmt: skip


def _read(desk: Desk, actor: Actor, run_id: int) -> tuple[Past, Promises]:
    with desk.reading(actor, Action.RUN_DUE_WORK, one_look=True) as tx:
        run = tx.session.get_one(ReplayRun, run_id)
        terms = tx.session.get_one(TermsVersion, run.terms_id)
        return past_of(tx, terms.package_id), promises_of(tx, terms)


def _note(desk: Desk, actor: Actor, run_id: int, **values: object) -> None:
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        run = tx.session.get_one(ReplayRun, run_id)
        for name, value in values.items():
            setattr(run, name, value)
