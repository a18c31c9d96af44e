"""valinta import, as a person runs it: what it prints, what it writes, what it leaves in the database."""

import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.cli import import_, main
from marketplace.cli.place import Place
from marketplace.models.clients import Client
from marketplace.models.outbox import Message
from marketplace.models.people import Account
from marketplace.models.providers import Provider
from marketplace.models.trail import AuditEvent
from marketplace.use_cases.desk import Desk
from tests import makers
from tests.conftest import Database
from tests.portals import CONFIG

EXAMPLES = Path(__file__).resolve().parents[2] / "docs/examples"
HEAD = (
    "henkilötunnus;etunimi;sukunimi;kotikunta;asiointikieli;osoite;turvakielto;puhelin;työttömänä alkaen;"
    "työmarkkinatukipäivät"
)
GOOD = "030171-911E;Aino;Esimerkki;Kuopio;suomi;Katu 1;ei;;1.2.2024;380"


@pytest.fixture
def w(own_desk: Desk) -> makers.World:
    return makers.world(own_desk)


@pytest.fixture
def session(own_database: Database, w: makers.World) -> Iterator[Session]:
    engine = own_database.app()
    with Session(engine) as opened:
        makers.see(opened, w.organiser_id)
        yield opened
    engine.dispose()


Run = Callable[..., Result]


@pytest.fixture
def run(own_database: Database, own_desk: Desk, w: makers.World, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("clients", path, "--dry-run", demo=True)`: the command, as the world's caseworker or procurement officer."""

    def command(kind: str, path: Path, *words: str, demo: bool = True, language: str = "en") -> Result:
        there = Place(replace(CONFIG, demo=demo), own_database.url, own_database.url, None)
        made: list[Desk] = []

        def desk(_place: Place, _clock: object = None, pool_size: int = 1) -> Desk:
            engine = own_database.app(pool_size)
            made.append(Desk(engine, own_desk.clock, own_desk.vault, own_desk.wording, bank=own_desk.bank))
            return made[-1]

        monkeypatch.setattr(import_, "place", lambda: there)
        monkeypatch.setattr(Place, "desk", desk)
        who = w.caseworker if kind == "clients" else w.procurement
        with own_desk.looking() as looked:
            email = looked.scalars(select(Account.email).where(Account.id == who.account_id)).one()
        result = CliRunner().invoke(
            main, ["import", kind, str(path), "--as", str(email), "--language", language, *words]
        )
        for used in made:
            used.engine.dispose()
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return command


def listed(tmp_path: Path, *rows: str, head: str = HEAD) -> Path:
    path = tmp_path / "list.csv"
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_example_of_clients_goes_in_once(run: Run, session: Session) -> None:
    result = run("clients", EXAMPLES / "asiakkaat.csv")
    assert result.exit_code == 0, result.output
    assert "Read as UTF-8, columns separated by: semicolon." in result.output
    assert "New: 8." in result.output
    assert count(session, Client) == 8
    again = run("clients", EXAMPLES / "asiakkaat.csv")
    assert again.exit_code == 0
    assert "Here already: 8 (the list says otherwise of 0)" in again.output
    assert count(session, Client) == 8
    sent = session.scalars(select(AuditEvent.details).where(AuditEvent.action == "list.import")).all()
    assert [(row["added"], row["known"]) for row in sent] == [(8, 0), (0, 8)]
    assert session.scalars(select(Client.protected_address).order_by(Client.id)).all().count(True) == 1


def test_the_example_of_providers_goes_in_once(run: Run, session: Session) -> None:
    result = run("providers", EXAMPLES / "palveluntuottajat.csv")
    assert result.exit_code == 0, result.output
    assert "invitations are in the outbox" in result.output
    assert count(session, Provider) == 6
    groups = session.scalars(select(Provider.control_group_id).order_by(Provider.id)).all()
    assert groups[0] == groups[5]
    assert len(set(groups)) == 5
    invited = select(func.count()).select_from(Message).where(Message.subject != "")
    sent = session.scalar(invited)
    assert run("providers", EXAMPLES / "palveluntuottajat.csv").exit_code == 0
    assert count(session, Provider) == 6
    assert session.scalar(invited) == sent


def test_a_rehearsal_of_both_examples_saves_nothing(run: Run, session: Session) -> None:
    for kind, name in (("clients", "asiakkaat.csv"), ("providers", "palveluntuottajat.csv")):
        result = run(kind, EXAMPLES / name, "--dry-run")
        assert result.exit_code == 0, result.output
        assert "nothing was saved" in result.output
    assert (count(session, Client), count(session, Provider)) == (0, 0)


def test_bad_rows_come_back_with_line_column_value_and_reason(run: Run, session: Session, tmp_path: Path) -> None:
    path = listed(
        tmp_path,
        GOOD,
        "050274-918K;Eero;Malli;Kuopio;suomi;Katu 2;ei;;1.2.2024;10",
        "070377-925M;;Malli;Espoo;klingon;Katu 3;ehkä;abc;31.2.2024;x",
        "070377-925M;Helmi;Malli;Espoo;fi;Katu 3;ei;;2024-02-28;10",
        "030171-911E;Aino;Esimerkki;Kuopio;suomi;Katu 1;ei;;1.2.2024;380",
        "030171-911E;Aino",
    )
    errors = tmp_path / "errors.csv"
    result = run("clients", path, "--errors", str(errors))
    assert result.exit_code == 1
    for said in (
        "Line 3, henkilötunnus, “0502*******”: Check the personal identity code.",
        "Line 4, etunimi: ",
        "Line 4, asiointikieli, “klingon”: “klingon” is not one of these: Finnish, Swedish,",
        "Line 4, turvakielto, “ehkä”: Write yes or no.",
        "Line 4, puhelin, “abc”: Check the phone number.",
        "Line 4, työttömänä alkaen, “31.2.2024”: There is no such day in the calendar.",
        "Line 5, kotikunta, “Espoo”: ",
        "Line 6, henkilötunnus, “0301*******”: The same is on line 2 already.",
        "Line 7: The row has 2 cells and the first line names 10 columns.",
        "Rows: 6. New: 1. Here already: 0 (the list says otherwise of 0). Returned: 5.",
        "Identity codes are masked",
    ):
        assert said in result.output
    text = errors.read_text("utf-8-sig")
    for code in ("050274-918", "070377-925", "030171-911"):
        assert code not in result.output + text
    with errors.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows[0] == ["line", "field", "reason", *HEAD.split(";")]
    assert [row[0] for row in rows[1:]] == ["3", "4", "5", "6", "7"]
    assert count(session, Client) == 1


def test_a_mended_errors_file_is_sent_again(run: Run, session: Session, tmp_path: Path) -> None:
    path = listed(tmp_path, GOOD, "070377-925M;Helmi;Malli;Espoo;fi;Katu 3;ei;+358 40 123 4567;28.2.2024;10")
    errors = tmp_path / "errors.csv"
    run("clients", path, "--errors", str(errors), language="fi")
    text = errors.read_text("utf-8-sig")
    assert "'+358 40 123 4567" in text
    unmended = run("clients", errors)
    assert "The identity code is masked in this file." in unmended.output
    errors.write_text(text.replace("0703*******", "070377-925M").replace(";Espoo;", ";kuopio;"), "utf-8-sig")
    result = run("clients", errors)
    assert (result.exit_code, count(session, Client)) == (0, 2), result.output
    assert session.scalars(select(Client.phone).order_by(Client.id.desc()).limit(1)).one() == "+358401234567"


def test_what_differs_is_told_and_not_changed(run: Run, session: Session, tmp_path: Path) -> None:
    run("clients", listed(tmp_path, GOOD))
    other = listed(tmp_path, GOOD.replace("Katu 1;ei;;", "Katu 9;kyllä;040 123 4567;"))
    result = run("clients", other)
    assert result.exit_code == 0
    assert "Line 2: here already. The list says otherwise of: osoite, turvakielto, puhelin." in result.output
    assert session.scalars(select(Client.address)).one() == "Katu 1"


def test_the_900_range_is_for_demonstrations(run: Run, session: Session, tmp_path: Path) -> None:
    result = run("clients", listed(tmp_path, GOOD), demo=False)
    assert result.exit_code == 1
    assert "0301*******" in result.output
    assert count(session, Client) == 0


def test_a_file_that_cannot_be_used_is_told_with_exit_code_2(run: Run, session: Session, tmp_path: Path) -> None:
    book = tmp_path / "list.csv"
    book.write_bytes(b"PK\x03\x04" + bytes(200))
    packed = run("clients", book)
    assert packed.exit_code == 2
    assert "This is an Excel file" in packed.output
    wrong = run("clients", listed(tmp_path, "x;y", head="etunimi;kenkäkoko"))
    assert wrong.exit_code == 2
    assert "These columns are missing: identity code, last name," in wrong.output
    assert "These columns are not known: “kenkäkoko”." in wrong.output
    assert "Nothing was read." in wrong.output
    same = listed(tmp_path, GOOD)
    assert run("clients", same, "--errors", str(same)).exit_code == 2
    assert run("clients", same, "--organiser", "muu").exit_code == 2
    assert run("clients", tmp_path / "none.csv").exit_code == 2
    assert count(session, Client) == 0


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", ["Rivi 3, henkilötunnus", "Tarkista henkilötunnus", "Rivejä: 2.", "puolipiste"]),
        ("sv", ["Rad 3, henkilötunnus", "Kontrollera personbeteckningen", "Rader: 2.", "semikolon"]),
    ],
)
def test_everything_is_said_in_the_asked_language(run: Run, tmp_path: Path, language: str, said: list[str]) -> None:
    result = run("clients", listed(tmp_path, GOOD, GOOD.replace("911E", "911F")), language=language)
    for text in said:
        assert text in result.output


def test_a_siblings_company_may_be_new_in_a_rehearsal(run: Run, session: Session) -> None:
    assert run("providers", EXAMPLES / "palveluntuottajat.csv", "--dry-run").exit_code == 0


KILLED = """
import sys
from marketplace.cli import import_, main
from marketplace.cli.place import Place
from dataclasses import replace
from tests.portals import CONFIG
url = sys.argv.pop(1)
import_.place = lambda: Place(replace(CONFIG, demo=True), url, url, None)
main()
"""


@pytest.mark.slow
def test_a_kill_in_the_middle_leaves_whole_rows_and_the_list_can_be_sent_again(
    run: Run, session: Session, tmp_path: Path, own_database: Database, w: makers.World, own_desk: Desk
) -> None:
    rows = [
        f"{makers.identity_code(makers.date(1970 + n % 20, 1 + n // 20 % 12, 1 + n // 240), n)};Aino;Esimerkki{n};Kuopio;fi;"
        f"Katu {n};ei;;1.2.2024;{n}"
        for n in range(400)
    ]
    path = listed(tmp_path, *rows)
    with own_desk.looking() as looked:
        email = looked.scalars(select(Account.email).where(Account.id == w.caseworker.account_id)).one()
    words = [sys.executable, "-c", KILLED, own_database.url, "import", "clients", str(path), "--as", str(email)]
    child = subprocess.Popen(words, cwd=EXAMPLES.parents[1], stdout=subprocess.DEVNULL, env={**os.environ})
    end = time.monotonic() + 60
    while count(session, Client) < 20 and child.poll() is None and time.monotonic() < end:
        session.rollback()
        makers.see(session, w.organiser_id)
        time.sleep(0.01)
    child.kill()
    child.wait()
    session.rollback()
    makers.see(session, w.organiser_id)
    left = count(session, Client)
    assert 20 <= left < 400
    registered = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "client.register")
    assert session.scalar(registered) == left
    result = run("clients", path)
    assert result.exit_code == 0, result.output
    assert f"New: {400 - left}. Here already: {left}" in result.output
    session.rollback()
    makers.see(session, w.organiser_id)
    assert count(session, Client) == 400
