"""Template filters of a caseworker's pages: scores, what was done to a client's data, why something moved or cannot be."""

from decimal import Decimal
from typing import Any

from admin import bp
from marketplace.web import finnish_fields, formats, labels
from marketplace.web.labels import refusal_text

FACT_REASONS = ("moved_away", "died", "completed")


@bp.app_template_filter("score")
def score(hundredths: int | None) -> str:
    """450 as 4,5."""
    return formats.number(None if hundredths is None else Decimal(hundredths) / 100)


@bp.app_template_filter("phone")
def phone(number: str) -> str:
    """+358401234567 as 040 123 4567."""
    return finnish_fields.phone(number)


@bp.app_template_filter("case_action")
def case_action(action: str) -> str:
    """What somebody did: by the whole action where it has words of its own, otherwise by what it was done to."""
    known = labels.texts()
    code = action if f"case_action.{action}" in known else action.partition(".")[0]
    return labels.label("case_action", code)


@bp.app_template_filter("move_reason")
def move_reason(reason: str) -> str:
    """A written reason as it stands; a listed one in words; the house's own codes say nothing to a reader."""
    for family, codes in (("end_reason", FACT_REASONS), ("decline_reason", None), ("move_reason", None)):
        if codes is None or reason in codes:
            found = labels.texts().get(f"{family}.{reason}")
            if found is not None:
                return str(found)
    plain = bool(reason) and not (reason.isascii() and "_" in reason and " " not in reason)
    return reason if plain else formats.NOTHING


@bp.app_template_filter("blocked")
def blocked(refused: tuple[str, dict[str, Any]]) -> str:
    """Why nothing can be done, from a refusal's code and values."""
    return refusal_text(*refused)
