"""The receipt of a real choice: signed with it, proven alone and at home, from the command line too."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import TextClause, select, text

from marketplace.access.actor import public
from marketplace.cli import main
from marketplace.clock import SetClock
from marketplace.integrations.signing import is_signed, new_key, sign
from marketplace.matching.check_code import check_code
from marketplace.matching.receipt import Unproven, write_receipt
from marketplace.models.clients import Client
from marketplace.models.receipts import ChoiceReceipt, SigningKey
from marketplace.models.vouchers import Choice
from marketplace.use_cases.choice_receipt import receipt_file, receipt_keys
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.suspend_provider import restore_provider, suspend_provider
from marketplace.use_cases.verify_receipt import prove_alone, prove_at_home
from tests.conftest import Database
from tests.makers import Company, Person, World, chosen, client, granted, opened, provider, world


class Story:
    """A client who has chosen among five, with sister companies and one that came after the draw."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.world: World = world(desk)
        self.companies: list[Company] = [provider(desk, self.world) for _ in range(3)]
        self.companies.append(provider(desk, self.world, group_of=self.companies[0]))
        self.holder: Person = client(desk, self.world, name=("Ainokainen", "Salaneva"))
        self.voucher_id = granted(desk, self.world, self.holder).voucher_id
        self.companies.append(provider(desk, self.world))
        self.choice_id = chosen(desk, self.holder, self.companies[1], self.voucher_id)

    def file(self, choice_id: int | None = None) -> bytes:
        return receipt_file(self.desk, self.holder.actor, choice_id or self.choice_id).body

    def key(self) -> str:
        return receipt_keys(self.desk, public(None), self.world.organiser_code).keys[0].public

    def at_home(self, raw: bytes) -> bool:
        with opened(self.desk, self.world.auditor) as tx:
            return prove_at_home(tx.session, raw, is_signed, tx.vault).recomputed


@pytest.fixture
def story(desk: Desk) -> Story:
    return Story(desk)


def test_the_receipt_is_made_with_the_choice_and_proven_both_ways(story: Story) -> None:
    with opened(story.desk, story.world.auditor) as tx:
        kept = tx.session.scalars(select(ChoiceReceipt.line).where(ChoiceReceipt.choice_id == story.choice_id)).one()
    raw = story.file()
    assert raw.decode() == kept + "\n"
    found = prove_alone(raw, {story.key()}, is_signed).receipt
    assert found.chosen == story.companies[1].unit
    assert set(found.units) == {company.unit for company in story.companies}
    assert story.at_home(raw)


def test_nothing_in_it_names_the_client(story: Story) -> None:
    raw = story.file().decode()
    with opened(story.desk, story.world.caseworker) as tx:
        holder = tx.session.get_one(Client, story.holder.client_id)
        for told in (holder.first_name, holder.last_name, holder.address, str(holder.birth_date)):
            assert told not in raw


def test_a_receipt_stays_true_when_the_list_moves_on(story: Story) -> None:
    first = story.file()
    gone = story.companies[2]
    suspend_provider(story.desk, story.world.procurement, gone.provider_id, "Vakuutus puuttuu.")
    second = story.file(chosen(story.desk, story.holder, story.companies[0], story.voucher_id))
    restore_provider(story.desk, story.world.procurement, gone.provider_id, "Vakuutus on.")
    provider(story.desk, story.world)
    assert gone.unit not in json.loads(second)["receipt"]["list"][0].values()
    assert len(json.loads(second)["receipt"]["list"]) == 4
    assert story.at_home(first)
    assert story.at_home(second)
    assert story.file() == first


def test_every_changed_byte_of_a_real_receipt_is_found(story: Story) -> None:
    raw, keys = story.file(), {story.key()}
    for place in range(len(raw)):
        with pytest.raises(Unproven):
            prove_alone(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :], keys, is_signed)


def test_a_receipt_that_the_house_never_gave_is_found_though_it_is_signed(story: Story) -> None:
    honest = json.loads(story.file())["receipt"]
    del honest["format"]
    with opened(story.desk, story.world.auditor) as tx:
        key = tx.session.scalars(select(SigningKey)).one()
        vault = tx.vault
        other = write_receipt(
            {**honest, "voucher": "2026-999999"}, bytes.fromhex(key.public),
            lambda message: vault.sign(key.sealed_key, "receipt-key", message),
        )  # fmt: skip
        with pytest.raises(Unproven) as caught:
            prove_at_home(tx.session, other, is_signed, vault)
        assert caught.value.code == "not_kept"
        private, public_half = new_key()
        forged = write_receipt(honest, public_half, lambda message: sign(private, message))
        with pytest.raises(Unproven) as caught:
            prove_at_home(tx.session, forged, is_signed, vault)
        assert caught.value.code == "unknown_key"


def _forget_receipts(database: Database, *more: TextClause) -> None:
    """What the owner of the database could do behind the house's back."""
    owner = database.owner()
    with owner.begin() as connection:
        connection.execute(text("alter table choice_receipt disable trigger all"))
        connection.execute(text("delete from choice_receipt"))
        for statement in more:
            connection.execute(statement)
    owner.dispose()


def test_an_order_that_the_draw_does_not_give_is_found(own_desk: Desk, own_database: Database) -> None:
    story = Story(own_desk)
    cards = json.loads(story.file())["receipt"]["list"][::-1]
    with opened(own_desk, story.world.auditor) as tx:
        choice = tx.session.get_one(Choice, story.choice_id)
        shown = {**choice.shown, "cards": choice.shown["cards"][::-1]}
        code = check_code(choice.list_seq, choice.at_seq, [card["unit"] for card in cards])
    turned = text("update choice set shown = cast(:shown as jsonb), check_code = :code")
    _forget_receipts(own_database, turned.bindparams(shown=json.dumps(shown), code=code))
    raw = story.file()
    assert prove_alone(raw, {story.key()}, is_signed).receipt.check_code == code
    with pytest.raises(Unproven) as caught:
        story.at_home(raw)
    assert caught.value.code == "wrong_order"


def test_strangers_get_no_receipt_and_the_keys_are_everybodys(story: Story) -> None:
    for who in (client(story.desk, story.world).actor, client(story.desk, world(story.desk)).actor):
        with pytest.raises(Missing):
            receipt_file(story.desk, who, story.choice_id)
    assert re.fullmatch("[0-9a-f]{64}", story.key())
    with pytest.raises(Missing):
        receipt_keys(story.desk, public(None), "nowhere")


def test_a_choice_from_before_there_were_receipts_gets_one_when_asked(own_desk: Desk, own_database: Database) -> None:
    story = Story(own_desk)
    _forget_receipts(own_database)
    assert story.at_home(story.file())
    assert story.file() == story.file()


def test_from_the_command_line(own_desk: Desk, clock: SetClock, tmp_path: Path) -> None:
    story = Story(own_desk)
    path, key = tmp_path / "receipt.json", tmp_path / "key.txt"
    path.write_bytes(story.file())
    key.write_text(story.key() + "\n")

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["verify", "receipt", str(path), *words])
        return done.exit_code, done.output

    for given in (story.key(), story.key().upper(), str(key)):
        code, said = run("--key", given)
        assert code == 0
        assert "check code" in said
        assert "proven" in said
    assert run("--key", "0" * 64)[0] == 3
    assert run("--key", "rubbish")[0] == 2
    path.write_bytes(path.read_bytes().replace(b"own_login", b"own_logim"))
    code, said = run("--key", story.key())
    assert code == 1
    assert "changed after it was signed" in said
    path.write_bytes(b"{}\n")
    assert run("--key", story.key())[0] == 2
