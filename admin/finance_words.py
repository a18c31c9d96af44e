"""Small helpers of the pages about money and about the audit: how an account number is shown, and what deeds are called."""

from typing import Any

from admin import bp
from admin.finance_forms import BANK_CODES
from marketplace.web.labels import texts


@bp.app_template_filter("account_number")
def account_number(value: str) -> str:
    """An account number in groups of four, as it stands on paper."""
    return " ".join(value[i : i + 4] for i in range(0, len(value), 4))


def words_or_code(family: str, code: str) -> str:
    """The words of a code that any part of the house may have written; one without words goes by its own name."""
    found = texts().get(f"{family}.{code}")
    return str(found) if found is not None else code


@bp.context_processor
def _words() -> dict[str, Any]:
    return {
        "BANK_CODES": BANK_CODES,
        "deed": lambda action: words_or_code("deed", action),
        "thing": lambda subject: words_or_code("thing", subject),
        "role_words": lambda role: words_or_code("role", role),
    }
