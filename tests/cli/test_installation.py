"""The first day of a real installation, from the command line: an organiser, its administrator, the worker."""

import base64
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from marketplace.cli import main
from marketplace.models.outbox import Message
from marketplace.models.people import Account, Membership, Organiser
from tests.conftest import Database

KEY = base64.b64encode(bytes(32)).decode()
ORGANISER = [
    "organiser", "create", "kuopio", "--name", "Kuopion kaupunki", "--business-id", "0171450-7",
    "--e-invoice", "003701714507", "--iban", "FI21 1234 5600 0007 85", "--contact", "Setelit", "--email", "s@example.org",
    "--phone", "040 123 4567", "--address", "Tulliportinkatu 31", "--municipality", "Kuopio",
    "--administrator-name", "Ylle Pitäjä", "--administrator-email", "Ylle@example.org",
]  # fmt: skip


class Shell:
    """Runs `valinta ...` on a database of its own."""

    def __init__(self, database: Database, instance: Path) -> None:
        self.database = database
        self.settings = {
            "VALINTA_INSTANCE": str(instance),
            "DATABASE_URL": database.url,
            "DATABASE_OWNER_URL": database.url,
            "VALINTA_SECRET_KEY": "x" * 32,
            "VALINTA_DATA_KEYS": f"1:{KEY}",
            "VALINTA_INDEX_KEY": KEY,
            "VALINTA_DEMO": "",
        }

    def run(self, *words: str, **settings: str | None) -> Result:
        return CliRunner().invoke(main, list(words), env={**self.settings, **settings})


@pytest.fixture
def shell(own_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(own_database, tmp_path_factory.mktemp("instance"))


def test_an_organiser_is_founded_with_its_administrator_once(shell: Shell) -> None:
    made = shell.run(*ORGANISER)
    assert made.exit_code == 0, made.output
    engine = shell.database.owner()
    with engine.connect() as connection:
        assert connection.scalars(select(Organiser.debtor_iban)).all() == ["FI2112345600000785"]
        assert connection.scalars(select(Membership.role)).all() == ["administrator"]
        assert connection.scalars(select(Message.recipient)).all() == ["ylle@example.org"]
    again = shell.run(*ORGANISER)
    assert again.exit_code == 1
    assert "there is an organiser" in again.output.lower()
    with engine.connect() as connection:
        assert connection.scalars(select(Organiser.code)).all() == ["kuopio"]
    engine.dispose()


@pytest.mark.parametrize(("place", "value"), [("--iban", "FI21 1234 5600 0007 86"), ("--business-id", "0171450-8")])
def test_a_wrong_number_is_told_and_nothing_is_made(shell: Shell, place: str, value: str) -> None:
    words = list(ORGANISER)
    words[words.index(place) + 1] = value
    assert shell.run(*words).exit_code == 2
    engine = shell.database.owner()
    with engine.connect() as connection:
        assert connection.scalars(select(Organiser.id)).all() == []
    engine.dispose()


def test_a_person_is_invited_to_an_organiser_that_is_there(shell: Shell) -> None:
    shell.run(*ORGANISER)
    words = ["account", "invite", "tarkastaja@example.org", "--name", "T", "--role", "auditor", "--organiser"]
    unknown = shell.run(*words, "nowhere")
    assert (unknown.exit_code, unknown.output.strip()) == (1, "Error: There is no organiser with this code.")
    assert shell.run(*words, "kuopio").exit_code == 0
    assert shell.run(*words[:6], "client", "--organiser", "kuopio").exit_code == 2
    engine = shell.database.owner()
    with engine.connect() as connection:
        emails = connection.scalars(select(Account.email).order_by(Account.id)).all()
    engine.dispose()
    assert emails == ["ylle@example.org", "tarkastaja@example.org"]


def test_the_worker_does_what_is_due_and_says_so(shell: Shell) -> None:
    shell.run(*ORGANISER)
    ran = shell.run("worker", "--once")
    assert ran.exit_code == 0, ran.output
    assert "order keys" in ran.output
    assert "VALINTA_SMTP_HOST is not set" in ran.output
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = str(closed.getsockname()[1])
    tried = shell.run("worker", "--once", VALINTA_SMTP_HOST="127.0.0.1", VALINTA_SMTP_PORT=port)
    assert tried.exit_code == 0, "a mail server that is away is no fault of ours"
    assert "1 to be tried again" in tried.output


def test_a_database_of_an_older_form_stops_the_commands(shell: Shell) -> None:
    engine = shell.database.owner()
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0000'"))
    engine.dispose()
    stopped = shell.run("worker", "--once")
    assert stopped.exit_code == 1
    assert "valinta db upgrade" in stopped.output


def test_a_missing_key_is_named(shell: Shell) -> None:
    stopped = shell.run("worker", "--once", VALINTA_INDEX_KEY="")
    assert stopped.exit_code == 1
    assert "VALINTA_INDEX_KEY" in stopped.output


def test_a_port_in_use_is_told_before_anything_is_started(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        stopped = shell.run("demo", "--port", str(taken.getsockname()[1]))
    assert stopped.exit_code == 1
    assert "in use" in stopped.output


def test_the_figures_and_the_proof_answer_on_an_empty_installation(shell: Shell) -> None:
    assert "there is none yet" in shell.run("fairness", "stats").output
    assert shell.run(*ORGANISER).exit_code == 0
    said = shell.run("fairness", "stats", "--organiser", "kuopio")
    assert said.exit_code == 0, said.output
    assert "too few lists" in said.output
    assert shell.run("fairness", "stats", "--organiser", "muualla").exit_code == 2
    assert shell.run("fairness", "stats", "--from", "2026-02-02", "--to", "2026-01-01").exit_code == 2
    assert "there is no list 1" in shell.run("fairness", "prove", "--list", "1").output
