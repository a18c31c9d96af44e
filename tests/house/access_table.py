"""Who gets what at which address: one line an endpoint. tests/house/test_routes.py asks every one of them as everyone.

`to(roles)` says who may. They get `own` (a page: 200; a form sent without a word: 303, 422 or 409). Everyone else who has
logged in gets `rest` (403), a stranger is sent to the login page. An address with an object in it is asked three times:
one's own, a stranger's of the same organiser (404; for staff, whose work all of the organiser's objects are, the same as
one's own, unless `stranger` says otherwise), and another organiser's (404).
Objects are named by the address: `voucher_id` is a voucher (see access_samples.py); `values` gives anything else.
"""

from dataclasses import dataclass, field

from marketplace.roles import PROVIDERS, STAFF, Role

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


TABLE: dict[str, Row] = {
    # the house's own
    "asset": anyone(values={"name": "theme.css"}),
    "switch_language": anyone(own=303, values={"lang": "sv"}),
    "log_out": anyone(own=303),
    **account_rows("portal_client", CLIENT, letter=True),
    **account_rows("portal_provider", PROVIDERS),
    **account_rows("admin", STAFF),
    # the client
    "portal_client.today": to(CLIENT),
    "portal_client.compare_start": to(CLIENT, own=303),
    "portal_client.my_data": to(CLIENT),
    "portal_client.decisions": to(CLIENT),
    "portal_client.decision": to(CLIENT),
    "portal_client.events": to(CLIENT),
    "portal_client.event": to(CLIENT),
    "portal_client.event_object": to(CLIENT, own=(200, 303, 422)),
    "portal_client.event_object_now": to(CLIENT),
    "portal_client.event_withdraw": to(CLIENT),
    "portal_client.choice_record": to(CLIENT),
    "portal_client.compare_questions": to(CLIENT),
    "portal_client.compare_ask": to(CLIENT),
    "portal_client.compare_ask_now": to(CLIENT),
    "portal_client.compare_visit": to(CLIENT),
    "portal_client.compare_note": to(CLIENT),
    "portal_client.compare_note_save": to(CLIENT),
    "portal_client.choice_receipt": to(CLIENT),
    "portal_client.choose": to(CLIENT, own=(200, 303)),
    "portal_client.choose_now": to(CLIENT),
    "portal_client.compare": to(CLIENT),
    "portal_client.list_data": to(CLIENT),
    "portal_client.compare_provider": to(CLIENT),
    "portal_client.compare_side": to(CLIENT, own=(200, 303, 422)),
    # a caseworker beside the client at her list, and the client's own word
    **{f"portal_client.assist_{name}": to(CASEWORKER) for name in ("list", "provider", "propose", "end")},
    **{f"portal_client.proposal{name}": to(CASEWORKER) for name in ("", "_code", "_signed")},
    **{f"admin.voucher_assist{name}": to(CASEWORKER) for name in ("", "_start")},
    "portal_client.assist_side": to(CASEWORKER, own=422),
    "portal_client.proposal_form": to(CASEWORKER, own=(200, 303)),
    "portal_client.proposal_drop": to(CLIENT),
    **{f"portal_client.{name}": anyone(stranger=200, other=200) for name in ("confirm_start", "confirmed")},
    **{f"portal_client.{name}": anyone(own=422, stranger=422, other=422) for name in ("confirm_look", "confirm_now")},
    # everyone's own declared interests
    "admin.interest_declare": to(STAFF, own=422),
    **{f"admin.{name}": to(STAFF) for name in ("interests", "interest_check")},
    "admin.interest_end": to(STAFF, values={"interest_id": 1}),
    "admin.interest_end_save": to(STAFF, own=422, values={"interest_id": 1}),
    "admin.interests_register": to(AUDITOR | ADMINISTRATOR),
    "portal_client.refuse": to(CLIENT, own=(200, 303)),
    "portal_client.refuse_now": to(CLIENT),
    # the provider
    "portal_provider.today": to(PROVIDERS),
    "portal_provider.company": to(PROVIDERS),
    "portal_provider.company_exposure": to(PROVIDERS),
    "portal_provider.company_edit": to(MANAGER),
    "portal_provider.company_save": to(MANAGER),
    "portal_provider.questions": to(PROVIDERS),
    "portal_provider.question": to(PROVIDERS),
    "portal_provider.question_answer": to(PROVIDERS),
    "portal_provider.company_competence": to(PROVIDERS),
    "portal_provider.company_competence_claim": to(MANAGER),
    "portal_provider.company_competence_drop": to(MANAGER),
    "portal_provider.site": to(MANAGER),
    "portal_provider.site_save": to(MANAGER),
    "portal_provider.site_close": to(MANAGER),
    "portal_provider.site_new": to(MANAGER),
    "portal_provider.site_add": to(MANAGER),
    "portal_provider.decisions": to(PROVIDERS),
    "portal_provider.decision": to(MANAGER, rest=(403, 404)),  # the list is every coach's, the papers the manager's
    "portal_provider.people": to(MANAGER),
    "portal_provider.people_end": to(MANAGER),
    "portal_provider.people_invite": to(MANAGER),
    "portal_provider.people_send": to(MANAGER),
    "portal_provider.places": to(MANAGER),
    "portal_provider.places_tell": to(MANAGER),
    "portal_provider.applications": to(MANAGER),
    "portal_provider.application": to(MANAGER),
    "portal_provider.application_new": to(MANAGER),
    "portal_provider.application_start": to(MANAGER),
    "portal_provider.application_change": to(MANAGER, own=(200, 303)),
    "portal_provider.application_changed": to(MANAGER),
    "portal_provider.application_send": to(MANAGER),
    "portal_provider.application_withdraw": to(MANAGER),
    "portal_provider.leave_list": to(MANAGER),
    "portal_provider.leave_list_send": to(MANAGER),
    "portal_provider.organisers": to(PROVIDERS),
    # any organiser may be picked, to apply to it
    "portal_provider.organiser_pick": to(PROVIDERS, stranger=303, other=303),
    "portal_provider.rulebook": to(MANAGER),
    "portal_provider.rulebook_accept": to(MANAGER, stranger=(303, 422)),
    "portal_provider.register": anyone(),
    "portal_provider.register_send": anyone(own=(303, 422)),
    "portal_provider.registered": anyone(),
    # the provider's daily work
    "portal_provider.clients": to(PROVIDERS),
    "portal_provider.client": to(PROVIDERS),
    "portal_provider.client_former": to(PROVIDERS),
    "portal_provider.choice_confirm": to(PROVIDERS, own=303),  # answered already
    "portal_provider.choice_confirm_send": to(PROVIDERS),
    "portal_provider.choice_decline": to(PROVIDERS, own=303),
    "portal_provider.choice_decline_send": to(PROVIDERS),
    "portal_provider.events": to(PROVIDERS),
    "portal_provider.event_new": to(PROVIDERS),
    "portal_provider.event_record": to(PROVIDERS),
    "portal_provider.event_reverse": to(PROVIDERS),
    "portal_provider.event_reverse_send": to(PROVIDERS),
    "portal_provider.objections": to(PROVIDERS),
    "portal_provider.objection": to(PROVIDERS),
    "portal_provider.objection_answer": to(PROVIDERS),
    "portal_provider.outcomes": to(PROVIDERS),
    "portal_provider.outcome": to(PROVIDERS),
    "portal_provider.outcome_new": to(PROVIDERS),
    "portal_provider.outcome_report": to(PROVIDERS),
    "portal_provider.outcome_withdraw": to(PROVIDERS),
    "portal_provider.outcome_withdraw_send": to(PROVIDERS),
    "portal_provider.outcome_end": to(PROVIDERS),
    "portal_provider.outcome_end_send": to(PROVIDERS),
    "portal_provider.invoices": to(MANAGER),
    "portal_provider.invoice": to(MANAGER),
    "portal_provider.invoice_new": to(MANAGER),
    "portal_provider.invoice_send": to(MANAGER),
    # procurement and approver
    "admin.today": to(STAFF),
    "admin.terms": to(PROCUREMENT | APPROVER | FINANCE | AUDITOR | CASEWORKER),
    "admin.terms_version": to(PROCUREMENT | APPROVER | FINANCE | AUDITOR | CASEWORKER),
    "admin.terms_new": to(PROCUREMENT),
    "admin.terms_create": to(PROCUREMENT),
    "admin.terms_edit": to(PROCUREMENT, own=(200, 303, 409, 422)),
    "admin.terms_save": to(PROCUREMENT),
    "admin.terms_examples": to(PROCUREMENT | APPROVER | FINANCE | AUDITOR | CASEWORKER),
    "admin.terms_bonus": to(PROCUREMENT, own=(200, 303, 409, 422)),
    "admin.terms_bonus_save": to(PROCUREMENT),
    "admin.terms_submit": to(PROCUREMENT),
    "admin.terms_publish": to(APPROVER),
    "admin.terms_send_back": to(APPROVER),
    "admin.programme": to(PROCUREMENT | APPROVER | FINANCE | AUDITOR | CASEWORKER),
    "admin.programme_new": to(PROCUREMENT),
    "admin.programme_create": to(PROCUREMENT),
    "admin.programme_edit": to(PROCUREMENT, own=(200, 303, 409, 422)),
    "admin.programme_save": to(PROCUREMENT, other=(404, 422)),
    "admin.programme_submit": to(PROCUREMENT),
    "admin.programme_publish": to(APPROVER),
    "admin.programme_send_back": to(APPROVER),
    "admin.package": to(PROCUREMENT | APPROVER | FINANCE | AUDITOR | CASEWORKER),
    "admin.package_new": to(PROCUREMENT),
    "admin.package_create": to(PROCUREMENT),
    "admin.package_edit": to(PROCUREMENT),
    "admin.package_save": to(PROCUREMENT),
    "admin.area_new": to(PROCUREMENT),
    "admin.area_create": to(PROCUREMENT),
    "admin.rulebook": to(PROCUREMENT | APPROVER | FINANCE | AUDITOR | CASEWORKER),
    "admin.rulebook_start": to(PROCUREMENT),
    "admin.rulebook_version_page": to(PROCUREMENT | APPROVER | FINANCE | AUDITOR | CASEWORKER),
    "admin.rulebook_frame": to(PROCUREMENT),
    "admin.rulebook_frame_save": to(PROCUREMENT),
    "admin.rulebook_term_new": to(PROCUREMENT),
    "admin.rulebook_term_add": to(PROCUREMENT),
    "admin.rulebook_term": to(PROCUREMENT, values={"key": 1}),
    "admin.rulebook_term_save": to(PROCUREMENT, values={"key": 1}),
    "admin.rulebook_term_up": to(PROCUREMENT, own=(303, 422, 404), values={"key": 1}),
    "admin.rulebook_term_drop": to(PROCUREMENT, values={"key": 1}),
    "admin.rulebook_submit": to(PROCUREMENT),
    "admin.rulebook_publish": to(APPROVER),
    "admin.rulebook_send_back": to(APPROVER),
    "admin.budget": to(PROCUREMENT | APPROVER | FINANCE | AUDITOR),
    "admin.appropriation": to(PROCUREMENT),
    "admin.appropriation_set": to(PROCUREMENT),
    # providers and their applications, as staff see them
    "admin.providers": to(PROCUREMENT | APPROVER | AUDITOR | CASEWORKER),
    "admin.provider": to(PROCUREMENT | APPROVER | AUDITOR | CASEWORKER),
    "admin.applications": to(PROCUREMENT | APPROVER | AUDITOR | CASEWORKER),
    # a caseworker sees that there are applications, not what is in them
    "admin.application": to(PROCUREMENT | APPROVER | AUDITOR, rest=(403, 404)),
    "admin.application_approve": to(PROCUREMENT),
    "admin.application_ask": to(PROCUREMENT),
    "admin.application_reject": to(PROCUREMENT),
    "admin.provider_choosing": to(PROCUREMENT),
    "admin.provider_reminders_save": to(PROCUREMENT),
    "admin.provider_competences": to(PROCUREMENT),
    "admin.provider_competence_new": to(PROCUREMENT),
    "admin.provider_competence_add": to(PROCUREMENT),
    "admin.provider_competence_end": to(PROCUREMENT),
    "admin.provider_competence_end_now": to(PROCUREMENT),
    "admin.provider_competence_check": to(PROCUREMENT),
    "admin.provider_competence_off": to(PROCUREMENT),
    "admin.provider_competence_off_now": to(PROCUREMENT),
    "admin.provider_end": to(PROCUREMENT, own=(200, 303)),
    "admin.provider_restore": to(PROCUREMENT, own=(200, 303)),
    "admin.provider_suspend": to(PROCUREMENT, own=(200, 303)),
    "admin.provider_end_now": to(PROCUREMENT),
    "admin.provider_restore_now": to(PROCUREMENT),
    "admin.provider_suspend_now": to(PROCUREMENT),
    # how lists are drawn
    "admin.provider_groups": to(STAFF),
    "admin.provider_group": to(STAFF),
    "admin.provider_group_new": to(STAFF),
    "admin.provider_group_ask": to(STAFF),
    "admin.provider_group_decide": to(PROCUREMENT),
    "portal_provider.company_group": to(MANAGER),
    "portal_provider.company_group_new": to(MANAGER),
    "portal_provider.company_group_ask": to(MANAGER),
    "portal_provider.company_group_answer": to(MANAGER),
    "portal_provider.company_group_answered": to(MANAGER),
    "admin.order_rule": to(PROCUREMENT | APPROVER | AUDITOR),
    "admin.order_rule_edit": to(PROCUREMENT),
    "admin.order_rule_save": to(PROCUREMENT),
    "admin.order_lottery_new": to(PROCUREMENT | APPROVER),
    "admin.order_lottery_enter": to(PROCUREMENT | APPROVER),
    "admin.order_lottery_confirm": to(PROCUREMENT | APPROVER),
    "admin.order_lottery_confirmed": to(PROCUREMENT | APPROVER),
    "admin.order_lottery_withdraw": to(PROCUREMENT | APPROVER),
    # the caseworker
    "admin.clients": to(CASEWORKER),
    "admin.client": to(CASEWORKER),
    "admin.client_address": to(CASEWORKER),
    "admin.client_caseworker": to(CASEWORKER),
    "admin.client_edit": to(CASEWORKER),
    "admin.client_end": to(CASEWORKER),
    "admin.client_invitation": to(CASEWORKER),
    "admin.client_new": to(CASEWORKER),
    "admin.need_new": to(CASEWORKER),
    "admin.need_grant": to(CASEWORKER),
    "admin.need_measure": to(CASEWORKER),
    "admin.objection": to(CASEWORKER),
    "admin.objections": to(CASEWORKER),
    "admin.outcome": to(CASEWORKER),
    "admin.outcomes": to(CASEWORKER),
    "admin.voucher": to(CASEWORKER),
    "admin.outcome_end": to(CASEWORKER, own=(200, 303)),
    "admin.outcome_evidence": to(CASEWORKER, own=(200, 303)),
    "admin.outcome_reject": to(CASEWORKER, own=(200, 303)),
    "admin.outcome_verify": to(CASEWORKER, own=(200, 303)),
    "admin.voucher_end": to(CASEWORKER, own=(200, 303)),
    "admin.voucher_extend": to(CASEWORKER, own=(200, 303)),
    "admin.voucher_revoke": to(CASEWORKER, own=(200, 303)),
    "admin.clients_find": to(CASEWORKER, own=(200, 303, 422)),
    "admin.client_address_show": to(CASEWORKER, own=(200, 303, 422)),
    "admin.client_caseworker_save": to(CASEWORKER, own=(200, 303, 422)),
    "admin.client_edit_save": to(CASEWORKER, own=(200, 303, 422)),
    "admin.client_end_save": to(CASEWORKER, own=(200, 303, 422)),
    "admin.client_invite": to(CASEWORKER, own=(200, 303, 422)),
    "admin.client_new_save": to(CASEWORKER, own=(200, 303, 422)),
    "admin.need_new_save": to(CASEWORKER),
    "admin.need_grant_save": to(CASEWORKER),
    "admin.need_measure_save": to(CASEWORKER),
    "admin.objection_settle": to(CASEWORKER),
    "admin.outcome_end_save": to(CASEWORKER),
    "admin.outcome_evidence_save": to(CASEWORKER),
    "admin.outcome_reject_save": to(CASEWORKER),
    "admin.outcome_verify_save": to(CASEWORKER),
    "admin.voucher_end_save": to(CASEWORKER),
    "admin.voucher_extend_save": to(CASEWORKER),
    "admin.voucher_revoke_save": to(CASEWORKER),
    # decisions
    "admin.decisions": to(CASEWORKER | PROCUREMENT | AUDITOR),
    "admin.decision": to(CASEWORKER | PROCUREMENT | AUDITOR),
    "admin.decision_delivery": to(CASEWORKER | PROCUREMENT),
    # money
    "admin.invoices": to(FINANCE | AUDITOR),
    "admin.invoice": to(FINANCE | AUDITOR),
    "admin.payments": to(FINANCE | AUDITOR),
    "admin.batch": to(FINANCE | AUDITOR),
    "admin.payments_owed": to(FINANCE | AUDITOR),
    "admin.invoice_approve": to(FINANCE),
    "admin.invoice_approve_all": to(FINANCE),
    "admin.invoice_line_sent_back": to(FINANCE),
    "admin.batch_approve": to(FINANCE),
    "admin.batch_cancel": to(FINANCE),
    "admin.batch_send": to(FINANCE),
    "admin.batch_confirmed": to(FINANCE),
    "admin.invoice_line_send_back": to(FINANCE, own=(200, 303, 409)),
    "admin.batch_confirm": to(FINANCE, own=(200, 303, 409)),
    "admin.payment_confirm": to(FINANCE, own=(200, 303, 409)),
    "admin.payment_return": to(FINANCE, own=(200, 303, 409)),
    "admin.payments_owed_back": to(FINANCE, own=(200, 303, 404)),
    "admin.payment_confirmed": to(FINANCE),
    "admin.payment_returned": to(FINANCE),
    "admin.payments_batch": to(FINANCE),
    "admin.payments_owed_paid": to(FINANCE, own=(303, 404, 422)),
    "admin.budget_year_end": to(PROCUREMENT | APPROVER | FINANCE | AUDITOR),
    "admin.budget_carry_over": to(FINANCE, own=(200, 303, 409, 422), values={"year": 2026}),
    "admin.budget_carried_over": to(FINANCE, own=(200, 303, 409, 422), values={"year": 2026}),
    "admin.budget_carry_over_rest": to(FINANCE, own=(303, 404, 409, 422), values={"year": 2026}),
    # the auditor
    "admin.audit": to(AUDITOR),
    "admin.monitor": to(PROCUREMENT | AUDITOR),
    "admin.monitor_csv": to(PROCUREMENT | AUDITOR, values={"what": "exposure"}),
    "admin.monitor_caseworkers": to(AUDITOR),
    "admin.verification": to(AUDITOR),
    "admin.verification_csv": to(AUDITOR),
    "admin.verification_log": to(AUDITOR),
    "admin.audit_voucher": to(FINANCE | AUDITOR, own=(200, 303, 404, 422)),
    # anyone
    "portal_client.accessibility": anyone(own=(200, 303)),
    "portal_client.front": anyone(own=(200, 303)),
    "portal_client.how_order": anyone(own=(200, 303)),
    "portal_client.verifier": anyone(own=(200, 404)),
    "portal_client.providers": anyone(own=(200, 303)),
    "portal_client.organiser_page": anyone(own=(200, 303), stranger=(200, 303), other=(200, 303)),
    "portal_client.competences": anyone(own=(200, 303), stranger=(200, 303), other=(200, 303)),
    "portal_client.rulebook": anyone(own=(200, 303), stranger=(200, 303), other=(200, 303)),
    "portal_client.receipt_keys": anyone(own=(200, 303), stranger=(200, 303), other=(200, 303)),
    "portal_client.order_log": anyone(own=(200, 303), stranger=(200, 303), other=(200, 303)),
    "portal_client.order_figures": anyone(own=(200, 303), stranger=(200, 303), other=(200, 303)),
    "portal_client.order_log_head": anyone(own=(200, 303), stranger=(200, 303), other=(200, 303)),
    "portal_client.order_log_lines": anyone(own=(200, 303), stranger=(200, 303), other=(200, 303)),
    "portal_client.provider": anyone(own=(200, 303), stranger=(200, 303), other=(200, 303)),
    "portal_client.providers_of": anyone(own=(200, 303), stranger=(200, 303), other=(200, 303)),
    # the administrator
    "admin.staff": to(ADMINISTRATOR),
    "admin.staff_monitoring": to(ADMINISTRATOR),
    "admin.staff_monitoring_open": to(ADMINISTRATOR),
    "admin.staff_monitoring_close": to(ADMINISTRATOR),
    "admin.staff_invite": to(ADMINISTRATOR),
    "admin.staff_send": to(ADMINISTRATOR),
    "admin.staff_end": to(ADMINISTRATOR),
    "admin.staff_end_now": to(ADMINISTRATOR),
    "admin.outbox": to(ADMINISTRATOR),
    "admin.message": to(ADMINISTRATOR),
    "admin.message_letter": to(ADMINISTRATOR),
    "admin.message_letters": to(ADMINISTRATOR),
    "admin.messages_settle": to(ADMINISTRATOR),
    "admin.message_settle": to(ADMINISTRATOR),
    "admin.message_again": to(ADMINISTRATOR),
}
