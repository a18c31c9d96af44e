"""What the lines of the access table are made of (access_table.py says how to read them)."""

from dataclasses import dataclass, field

from marketplace.roles import Role

CLIENT = frozenset({Role.CLIENT})
MANAGER = frozenset({Role.PROVIDER_MANAGER})
COACH = frozenset({Role.PROVIDER_COACH})
CASEWORKER = frozenset({Role.CASEWORKER})
PROCUREMENT = frozenset({Role.PROCUREMENT})
APPROVER = frozenset({Role.APPROVER})
FINANCE = frozenset({Role.FINANCE})
AUDITOR = frozenset({Role.AUDITOR})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
EVERYONE = frozenset(Role) - {Role.SYSTEM}

Answers = frozenset[int]
PAGE: Answers = frozenset({200})
SENT: Answers = frozenset({303, 409, 422})


@dataclass(frozen=True)
class Row:
    """One line of the table. `public`: also without a login. Empty answers: as the method has it."""

    roles: frozenset[Role]
    public: bool = False
    own: Answers = frozenset()
    stranger: Answers = frozenset()
    other: Answers = frozenset({404})
    rest: Answers = frozenset({403})
    values: dict[str, object] = field(default_factory=dict)


def to(roles: frozenset[Role], **said: object) -> Row:
    return Row(roles, **{name: _answers(value) if name in ANSWERS else value for name, value in said.items()})  # type: ignore[arg-type]


def anyone(**said: object) -> Row:
    return to(EVERYONE, public=True, **said)


ANSWERS = ("own", "stranger", "other", "rest")


def _answers(value: object) -> Answers:
    return frozenset({value}) if isinstance(value, int) else frozenset(value)  # type: ignore[call-overload]


def account_rows(portal: str, roles: frozenset[Role], letter: bool = False) -> dict[str, Row]:
    """The entrance and the own account, which every portal has. A person of another portal is shown to her own."""
    token = {"token": "nothing"}
    rows = {
        "login": anyone(own=(200, 303)),
        "log_in": anyone(own=422),
        "forgotten": anyone(),
        "ask_new_password": anyone(own=422),
        "invitation": anyone(own=410, values=token),
        "accept_invitation": anyone(own=410, values=token),
        "new_password": anyone(own=410, values=token),
        "set_new_password": anyone(own=410, values=token),
        "own_account": to(roles, rest=303),
        "change_details": to(roles, own=422, rest=422),
        "change_password": to(roles, own=(303, 422), rest=(303, 422)),  # 303: a client who has no password yet
        "choose_role": to(roles, rest=303),
        "take_seat": to(roles, own=404, rest=404),
        "leave": to(roles, rest=303),
        "end_account": to(roles, own=422, rest=422),
    }
    if letter:
        rows |= {"log_in_with_code": anyone(own=422), "take_password": to(roles, own=422, rest=303)}
    return {f"{portal}.{name}": row for name, row in rows.items()}
