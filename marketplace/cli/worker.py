"""valinta worker: mail, and what is due by date."""

import signal
import sys
import threading
import traceback
from types import FrameType

import click

from marketplace.access.actor import system
from marketplace.cli import main
from marketplace.cli.place import place
from marketplace.integrations.mail import post_of
from marketplace.integrations.texts import texts_of
from marketplace.ports import Post, TextMessages
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.run_due_work import Rounds, organisers
from marketplace.use_cases.send_messages import send_messages, send_texts

BREATH = 3.0  # seconds between rounds


def one_round(
    desk: Desk, post: Post | None, rounds: Rounds, *, texts: TextMessages | None = None, everything: bool = False
) -> int:
    """Every duty that is due, the mail and the text messages. Prints what was done and what went wrong; returns how
    much went wrong."""
    wrong = 0
    for done in rounds.run(desk, everything=everything):
        if done.error is not None:
            wrong += 1
            click.echo(f"{done.duty} (organiser {done.organiser_id}) failed:", err=True)
            traceback.print_exception(done.error, file=sys.stderr)
        elif done.count:
            click.echo(f"{done.duty} (organiser {done.organiser_id}): {done.count}")
    for organiser_id in [None, *organisers(desk)] if post else []:
        assert post is not None
        sent = send_messages(desk, system(organiser_id), post)
        if sent:
            click.echo(f"mail: {sent.sent} sent, {sent.later} to be tried again, {sent.failed} given up")
    for organiser_id in organisers(desk) if texts else []:
        assert texts is not None
        sent = send_texts(desk, system(organiser_id), texts)
        if sent:
            click.echo(f"text messages: {sent.sent} sent, {sent.later} to be tried again, {sent.failed} given up")
    return wrong


@main.command()
@click.option("--once", is_flag=True, help="Do what is due now, then stop; exits with 1 when something went wrong.")
def worker(once: bool) -> None:
    """Send mail and do what is due by date. Several workers may run; TERM stops one after what it has begun."""
    where = place()
    post, texts = post_of(where.config), texts_of(where.config)
    if post is None:
        click.echo("VALINTA_SMTP_HOST is not set: mail waits in the outbox.", err=True)
    with where.at_desk(pool_size=2) as desk:
        if once:
            sys.exit(1 if one_round(desk, post, Rounds(), texts=texts, everything=True) else 0)
        _go_on(desk, post, texts)


def _go_on(desk: Desk, post: Post | None, texts: TextMessages | None) -> None:
    """Rounds until TERM or Ctrl-C; the round that has begun is finished."""
    rounds, stop = Rounds(), threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    while not stop.is_set():
        try:
            one_round(desk, post, rounds, texts=texts)
        except Exception:
            # the database may be away for a while: the next round tries again
            traceback.print_exc(file=sys.stderr)
        stop.wait(BREATH)
