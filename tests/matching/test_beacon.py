from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest

from marketplace.matching.beacon import Chain, drand_randomness, first_round, lottery_randomness
from marketplace.matching.verify_draw import due_round

CHAIN = Chain("ab" * 32, 1_692_803_367, 3)


def moment(chain: Chain, number: int) -> datetime:
    return datetime.fromtimestamp(chain.genesis_time + (number - 1) * chain.period, UTC)


@pytest.mark.parametrize(
    ("day", "midnight"),
    [
        (date(2026, 1, 15), datetime(2026, 1, 14, 22, tzinfo=UTC)),
        (date(2026, 7, 15), datetime(2026, 7, 14, 21, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 28, 22, tzinfo=UTC)),
        (date(2026, 3, 30), datetime(2026, 3, 29, 21, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 25, 22, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("period", [1, 3, 7, 30])
def test_first_round_at_or_after_midnight(day: date, midnight: datetime, period: int) -> None:
    chain = CHAIN._replace(period=period)
    number = first_round(chain, day)
    assert midnight <= moment(chain, number) < midnight + timedelta(seconds=period)
    assert due_round(chain.genesis_time, period, day) == number


def test_a_round_exactly_at_midnight_counts() -> None:
    midnight = datetime(2026, 1, 14, 22, tzinfo=UTC)
    chain = CHAIN._replace(genesis_time=int(midnight.timestamp()) - 300)
    assert first_round(chain, date(2026, 1, 15)) == 101


def test_refused() -> None:
    with pytest.raises(ValueError):
        first_round(CHAIN, date(2020, 1, 1))
    with pytest.raises(ValueError):
        first_round(CHAIN._replace(period=0), date(2026, 1, 1))
    with pytest.raises(ValueError):
        lottery_randomness("lotto", date(2026, 1, 1), [1, 1])


def test_randomness() -> None:
    assert CHAIN.source == "drand:" + "ab" * 32
    assert drand_randomness(b"signature") == sha256(b"signature").digest()
    assert (
        lottery_randomness("lotto", date(2026, 1, 3), [31, 4, 15])
        == sha256(b'["lotto","2026-01-03",[4,15,31]]').digest()
    )
