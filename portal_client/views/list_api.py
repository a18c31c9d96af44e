"""The client's list as data, for her own programs: the same order and the same check code as on the page."""

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.compare_pages import compare_page
from marketplace.web.guard import actor, desk, may
from portal_client import bp


@bp.get("/my/vouchers/<int:voucher_id>/providers.json")
@may(Action.COMPARE_PROVIDERS)
def list_data(voucher_id: int) -> ResponseReturnValue:
    """All providers of the list in its order, unfiltered. The check code is computed from the list as it is answered.
    `cards`: which of them share a card on the page, the cards in their order there."""
    found = compare_page(desk(), actor(), voucher_id)
    providers: list[dict[str, Any]] = [
        {"place": place, **card.said()} for place, card in enumerate(found.everyone, start=1)
    ]
    return jsonify(
        voucher=found.voucher.number,
        list_seq=found.list_seq,
        at_seq=found.at_seq,
        check_code=found.code_of([one["unit"] for one in providers]),
        today=found.today.isoformat(),
        providers=providers,
        **({"cards": found.together} if found.shared else {}),
    )
