"""Choosing, walked in a real browser without JavaScript, phone and desktop: alone, assisted, changed, refused, not at all.

Every page that is passed is looked at by axe in a second context with JavaScript (tests/journeys/walker.py).
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from marketplace.clock import SetClock
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.run_due_work import DUTIES, do
from tests.journeys.walker import Mailbox, Walker
from tests.makers import Actor, Person, client, granted, provider, see, world
from tests.portals import CONFIG, cookie_of, portals_app
from tests.web.browser import served

pytestmark = pytest.mark.browser
CODE = re.compile(r"\b(\d{8})\b")


class Square:
    """A market square: two providers, a caseworker, and clients who have a voucher each."""

    def __init__(self, desk: Desk, clock: SetClock, browser: Browser, address: str, width: int) -> None:
        self.desk, self.clock, self.browser, self.address, self.width = desk, clock, browser, address, width
        self.world = world(desk)
        self.companies = [provider(desk, self.world, name=name) for name in ("Savon Polku ry", "Puijon Valmennus Oy")]
        self.mailbox = Mailbox(desk, [None, self.world.organiser_id])
        self.walkers: list[Walker] = []
        self.app = None

    def holder(self) -> tuple[Person, int]:
        """A client with a mail address, and her new voucher."""
        made = client(self.desk, self.world, email="aino@example.org")
        return made, granted(self.desk, self.world, made).voucher_id

    def person(self, who: Actor | None = None) -> Walker:
        walker = Walker(self.browser, self.address, self.width)
        self.walkers.append(walker)
        if who is not None:
            walker.page.context.add_cookies([{"name": "session", "value": self.session(who), "url": self.address}])
        return walker

    def session(self, who: Actor) -> str:
        """The cookie of somebody who has logged in."""
        assert self.app is not None
        signer = self.app.session_interface.get_signing_serializer(self.app)
        return str(signer.dumps({"_user_id": cookie_of(self.desk, who), "_fresh": True}))

    def voucher(self, voucher_id: int) -> tuple[str, int | None]:
        with self.desk._sessions() as session:
            see(session, self.world.organiser_id)
            voucher = session.get_one(Voucher, voucher_id)
            return voucher.state, voucher.provider_id

    def channels(self, voucher_id: int) -> list[tuple[str, bool]]:
        with self.desk._sessions() as session:
            see(session, self.world.organiser_id)
            rows = session.execute(select(Choice.channel, Choice.assist_id).where(Choice.voucher_id == voucher_id))
            return [(channel, assist is not None) for channel, assist in rows]


@pytest.fixture(params=[1280, 360], ids=["desktop", "phone"])
def square(own_desk: Desk, clock: SetClock, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Square]:
    app = portals_app(own_desk, CONFIG, WTF_CSRF_ENABLED=True)
    with served(app) as address:
        made = Square(own_desk, clock, browser, address, request.param)
        made.app = app
        yield made
        problems = [one for walker in made.walkers for one in walker.problems]
        for walker in made.walkers:
            walker.close()
        assert problems == []


def choose(walker: Walker, voucher_id: int, place: int) -> str:
    """From the list to the confirmed choice; gives the provider's name."""
    walker.go(f"/my/vouchers/{voucher_id}/providers")
    card = walker.page.locator("li.offer").nth(place)
    name = card.locator("h2").inner_text()
    walker.go(str(card.locator("a").first.get_attribute("href")))
    walker.go(walker.link(r"/choose/u")).press("Kyllä, valitsen")
    return name


def test_alone_then_a_change_then_a_refusal(square: Square) -> None:
    holder, voucher_id = square.holder()
    own = square.person(holder.actor)
    own.go("/my").press("Tutustu tuottajiin")
    first = choose(own, voucher_id, 0)
    own.go("/my").reads(first)
    other = choose(own, voucher_id, 1)
    assert other != first
    own.go("/my").reads(other)
    assert square.channels(voucher_id) == [("own_login", False), ("own_login", False)]
    own.go(f"/my/vouchers/{voucher_id}/refuse").fill(reason="Haluan odottaa.").send()
    state, provider_id = square.voucher(voucher_id)
    assert (state, provider_id) == ("closed", None), "no provider had taken her: the voucher closes at once"


def test_assisted_and_confirmed_from_the_clients_own_mail(square: Square) -> None:
    holder, voucher_id = square.holder()
    caseworker = square.person(square.world.caseworker)
    caseworker.go(f"/admin/vouchers/{voucher_id}").press("Avusta asiakasta valinnassa")
    caseworker.fill(reason="no_device").send().reads("Avustat asiakasta")
    offered = caseworker.page.locator("li.offer h2").all_inner_texts()
    own = square.person(holder.actor).go(f"/my/vouchers/{voucher_id}/providers")
    assert own.page.locator("li.offer h2").all_inner_texts() == offered
    caseworker.go(caseworker.link(r"/providers/u")).press("Asiakas haluaa tämän tuottajan")
    caseworker.reads("Tämä ei ole vielä valinta")
    assert square.voucher(voucher_id) == ("granted", None)
    own.go("/my").reads("Odottaa vahvistustasi", offered[0])
    caseworker.press("Lähetä koodi sähköpostiin").reads("Koodi on matkalla")
    address = square.mailbox.link_to("aino@example.org")
    code = CODE.search(square.mailbox.letters[-1][2])
    assert code is not None
    caseworker.go(address).reads("Tämä sivu on vain asiakkaalle")
    device = square.person().go(address).fill(code=code[1])
    device.send().reads(offered[0]).press("Kyllä, valitsen").reads("Valintasi on tehty")
    assert square.voucher(voucher_id)[0] == "chosen"
    assert square.channels(voucher_id) == [("code", True)]


def test_no_choice_goes_back_to_the_caseworker_and_never_to_a_provider(square: Square) -> None:
    _holder, voucher_id = square.holder()
    caseworker = square.person(square.world.caseworker)
    square.clock.move_to(square.clock.today() + timedelta(days=181))
    for duty in DUTIES:
        done = do(duty, square.desk, None if duty.shared else square.world.organiser_id)
        assert done.error is None, done.error
    assert square.voucher(voucher_id) == ("closed", None)
    assert square.channels(voucher_id) == []
    caseworker.go("/admin/").reads("ei valintaa")
