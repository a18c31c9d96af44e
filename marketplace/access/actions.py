"""What can be done, and who may do it: one table. A view names one action; a use case asks for the same one.

Denied by default: a role that is not in an action's row may not. What a role may do to *which* object is in `filters.py`.
"""

from enum import StrEnum, auto

from marketplace.roles import Role

CLIENT = frozenset({Role.CLIENT})
MANAGER = frozenset({Role.PROVIDER_MANAGER})
PROVIDER = frozenset({Role.PROVIDER_MANAGER, Role.PROVIDER_COACH})
CASEWORKER = frozenset({Role.CASEWORKER})
PROCUREMENT = frozenset({Role.PROCUREMENT})
APPROVER = frozenset({Role.APPROVER})
FINANCE = frozenset({Role.FINANCE})
AUDITOR = frozenset({Role.AUDITOR})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
STAFF = CASEWORKER | PROCUREMENT | APPROVER | FINANCE | AUDITOR | ADMINISTRATOR
EVERYONE = STAFF | PROVIDER | CLIENT


class Action(StrEnum):
    """One thing that can be done."""

    # anyone, also without a login
    SEE_PUBLIC = auto()
    LOG_IN = auto()
    CONFIRM_BY_CODE = auto()
    REGISTER_PROVIDER = auto()
    # whoever has logged in
    SEE_TODAY = auto()
    OWN_ACCOUNT = auto()
    # client
    SEE_OWN_VOUCHER = auto()
    COMPARE_PROVIDERS = auto()
    CHOOSE_PROVIDER = auto()
    ASK_PROVIDER = auto()
    KEEP_NOTE = auto()
    REFUSE_VOUCHER = auto()
    OBJECT_TO_EVENT = auto()
    SEE_WHO_HAS_SEEN = auto()
    # provider
    SEE_OWN_COMPANY = auto()
    EDIT_COMPANY = auto()
    APPLY = auto()
    INVITE_COACH = auto()
    TELL_PLACES = auto()
    TELL_PRICE = auto()
    SEE_PROVIDER_CLIENTS = auto()
    ANSWER_CHOICE = auto()
    ANSWER_QUESTION = auto()
    RECORD_EVENT = auto()
    REVERSE_EVENT = auto()
    ANSWER_OBJECTION = auto()
    REPORT_OUTCOME = auto()
    SEE_OWN_INVOICES = auto()
    SEND_INVOICE = auto()
    SEE_OWN_EXPOSURE = auto()
    CREDIT_INVOICE = auto()
    # caseworker
    SEE_CLIENTS = auto()
    EDIT_CLIENT = auto()
    RECORD_NEED = auto()
    GRANT_VOUCHER = auto()
    AMEND_VOUCHER = auto()
    RECORD_DELIVERY = auto()
    ASSIST_CHOICE = auto()
    RECORD_SIGNED_FORM = auto()
    SETTLE_OBJECTION = auto()
    VERIFY_OUTCOME = auto()
    MEASURE = auto()
    INVITE_CLIENT = auto()
    SEE_PROTECTED_ADDRESS = auto()
    # procurement and approver
    SEE_TERMS = auto()
    WRITE_TERMS = auto()
    PUBLISH_TERMS = auto()
    TRY_TERMS = auto()
    SEE_TRIAL = auto()
    SEE_PROVIDERS = auto()
    DECIDE_APPLICATION = auto()
    SUSPEND_PROVIDER = auto()
    # how lists are drawn and shown
    SEE_ORDER_RULE = auto()
    SET_ORDER_RULE = auto()
    ENTER_LOTTERY = auto()
    KEEP_COMPETENCES = auto()
    SEE_INTAKE = auto()
    SET_REMINDERS = auto()
    # who is under common control: anyone may ask, procurement decides
    SEE_GROUPS = auto()
    QUESTION_GROUP = auto()
    ANSWER_GROUP = auto()
    DECIDE_GROUP = auto()
    # finance
    SEE_BUDGET = auto()
    SET_APPROPRIATION = auto()
    SEE_INVOICES = auto()
    EXPORT_EINVOICES = auto()
    APPROVE_LINES = auto()
    MAKE_BATCH = auto()
    APPROVE_BATCH = auto()
    CONFIRM_PAYMENT = auto()
    CARRY_OVER = auto()
    FREEZE_MONTH = auto()
    SET_DEBTOR_ACCOUNT = auto()
    # decisions are read by those whose work they are
    SEE_DECISIONS = auto()
    # everyone on the staff, and those who look after them
    DECLARE_INTEREST = auto()
    SEE_INTERESTS = auto()
    # auditor
    SEE_AUDIT = auto()
    VERIFY = auto()
    SEE_CASEWORKER_RESULTS = auto()
    # procurement and auditor: equal treatment in figures
    SEE_MONITOR = auto()
    # administrator
    MANAGE_STAFF = auto()
    SEE_OUTBOX = auto()
    SETTLE_MESSAGE = auto()
    SET_MONITORING = auto()
    SET_INVOICING = auto()
    # the worker, never a person
    RUN_DUE_WORK = auto()
    IMPORT_BEACON = auto()
    # whoever runs the installation, at its command line
    FOUND_ORGANISER = auto()
    OPEN_DEMONSTRATION = auto()


PUBLIC = frozenset({Action.SEE_PUBLIC, Action.LOG_IN, Action.REGISTER_PROVIDER, Action.CONFIRM_BY_CODE})

WHO_MAY: dict[Action, frozenset[Role]] = {
    Action.SEE_TODAY: EVERYONE,
    Action.OWN_ACCOUNT: EVERYONE,
    Action.SEE_OWN_VOUCHER: CLIENT,
    Action.COMPARE_PROVIDERS: CLIENT,
    Action.CHOOSE_PROVIDER: CLIENT,
    Action.ASK_PROVIDER: CLIENT,
    Action.KEEP_NOTE: CLIENT,
    Action.REFUSE_VOUCHER: CLIENT,
    Action.OBJECT_TO_EVENT: CLIENT,
    Action.SEE_WHO_HAS_SEEN: CLIENT,
    Action.SEE_OWN_COMPANY: PROVIDER,
    Action.EDIT_COMPANY: MANAGER,
    Action.APPLY: MANAGER,
    Action.INVITE_COACH: MANAGER,
    Action.TELL_PLACES: MANAGER,
    Action.TELL_PRICE: MANAGER,
    Action.SEE_PROVIDER_CLIENTS: PROVIDER,
    Action.ANSWER_CHOICE: PROVIDER,
    Action.ANSWER_QUESTION: PROVIDER,
    Action.RECORD_EVENT: PROVIDER,
    Action.REVERSE_EVENT: PROVIDER,
    Action.ANSWER_OBJECTION: PROVIDER,
    Action.REPORT_OUTCOME: PROVIDER,
    Action.SEE_OWN_INVOICES: MANAGER,
    Action.SEND_INVOICE: MANAGER,
    Action.SEE_OWN_EXPOSURE: PROVIDER,
    Action.CREDIT_INVOICE: MANAGER,
    Action.SEE_CLIENTS: CASEWORKER,
    Action.EDIT_CLIENT: CASEWORKER,
    Action.RECORD_NEED: CASEWORKER,
    Action.GRANT_VOUCHER: CASEWORKER,
    Action.AMEND_VOUCHER: CASEWORKER,
    Action.RECORD_DELIVERY: CASEWORKER | PROCUREMENT,
    Action.ASSIST_CHOICE: CASEWORKER,
    Action.RECORD_SIGNED_FORM: CASEWORKER,
    Action.SETTLE_OBJECTION: CASEWORKER,
    Action.VERIFY_OUTCOME: CASEWORKER,
    Action.MEASURE: CASEWORKER,
    Action.INVITE_CLIENT: CASEWORKER,
    Action.SEE_PROTECTED_ADDRESS: CASEWORKER,
    Action.SEE_TERMS: PROCUREMENT | APPROVER | FINANCE | AUDITOR | CASEWORKER,
    Action.WRITE_TERMS: PROCUREMENT,
    Action.PUBLISH_TERMS: APPROVER,
    Action.TRY_TERMS: PROCUREMENT | APPROVER,
    Action.SEE_TRIAL: PROCUREMENT | APPROVER | FINANCE | AUDITOR,
    Action.SEE_PROVIDERS: PROCUREMENT | APPROVER | AUDITOR | CASEWORKER,
    Action.DECIDE_APPLICATION: PROCUREMENT,
    Action.SUSPEND_PROVIDER: PROCUREMENT,
    Action.SEE_ORDER_RULE: PROCUREMENT | APPROVER | AUDITOR,
    Action.SET_ORDER_RULE: PROCUREMENT,
    Action.ENTER_LOTTERY: PROCUREMENT | APPROVER,
    Action.KEEP_COMPETENCES: PROCUREMENT,
    Action.SEE_INTAKE: PROCUREMENT,
    Action.SET_REMINDERS: PROCUREMENT,
    Action.SEE_GROUPS: STAFF,
    Action.QUESTION_GROUP: STAFF | MANAGER,
    Action.ANSWER_GROUP: MANAGER,
    Action.DECIDE_GROUP: PROCUREMENT,
    Action.SEE_BUDGET: PROCUREMENT | APPROVER | FINANCE | AUDITOR,
    Action.SET_APPROPRIATION: PROCUREMENT,
    Action.SEE_INVOICES: FINANCE | AUDITOR,
    Action.EXPORT_EINVOICES: FINANCE | {Role.SYSTEM},
    Action.APPROVE_LINES: FINANCE,
    Action.MAKE_BATCH: FINANCE,
    Action.APPROVE_BATCH: FINANCE,
    Action.CONFIRM_PAYMENT: FINANCE,
    Action.CARRY_OVER: FINANCE,
    Action.FREEZE_MONTH: FINANCE | {Role.SYSTEM},
    Action.SET_DEBTOR_ACCOUNT: FINANCE | ADMINISTRATOR,
    Action.SEE_DECISIONS: CASEWORKER | PROCUREMENT | AUDITOR,
    Action.DECLARE_INTEREST: STAFF,
    Action.SEE_INTERESTS: AUDITOR | ADMINISTRATOR,
    Action.SEE_AUDIT: AUDITOR,
    Action.VERIFY: AUDITOR,
    Action.SEE_CASEWORKER_RESULTS: AUDITOR,
    Action.SEE_MONITOR: PROCUREMENT | AUDITOR,
    Action.MANAGE_STAFF: ADMINISTRATOR,
    Action.SEE_OUTBOX: ADMINISTRATOR,
    Action.SETTLE_MESSAGE: ADMINISTRATOR,
    Action.SET_MONITORING: ADMINISTRATOR,
    Action.SET_INVOICING: ADMINISTRATOR,
    Action.RUN_DUE_WORK: frozenset({Role.SYSTEM}),
    Action.IMPORT_BEACON: frozenset({Role.SYSTEM}),
    Action.FOUND_ORGANISER: frozenset({Role.SYSTEM}),
    Action.OPEN_DEMONSTRATION: frozenset({Role.SYSTEM}),
}


def may(role: Role | None, action: Action) -> bool:
    """Whether a role may do an action at all. Without a login (`None`) only the public actions."""
    if action in PUBLIC:
        return True
    return role is not None and role in WHO_MAY[action]
