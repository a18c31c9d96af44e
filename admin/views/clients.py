"""Clients: the list and the search, one client, her details, her way in, and her end."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import bp, case_tasks, case_words  # noqa: F401  tasks of the first page, filters of the templates
from admin.attempt import attempt
from admin.case_forms import (
    ClientForm,
    EndClientForm,
    FindForm,
    InviteForm,
    MoveClientForm,
    NewClientForm,
    RevealForm,
)
from marketplace.access.actions import Action
from marketplace.use_cases.client_page import ClientFile, client_choices, client_file, client_page, reveal_address
from marketplace.use_cases.end_client import ClientEnd, end_client
from marketplace.use_cases.find_clients import WAITING, client_list, find_clients
from marketplace.use_cases.invite_client import invite_client
from marketplace.use_cases.refusals import Refused, Stale
from marketplace.use_cases.register_client import (
    ClientFacts,
    NewClient,
    edit_client,
    move_client,
    register_client,
)
from marketplace.web.forms import add_refusal
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import ngettext, use_language


def _temporary() -> bool:
    return bool(current_app.config.get("ALLOW_TEMPORARY_IDENTITY_CODES"))


@bp.get("/clients")
@may(Action.SEE_CLIENTS)
def clients() -> ResponseReturnValue:
    everyone, waiting = request.args.get("all") == "1", request.args.get("waiting", "")
    waiting = waiting if waiting in WAITING else ""
    page = client_list(desk(), actor(), page=request.args.get("page", 1, type=int), everyone=everyone, waiting=waiting)

    def page_url(number: int) -> str:
        return url_for("admin.clients", page=number, all="1" if everyone else None, waiting=waiting or None)

    return render_template(
        "admin/clients.html", page=page, form=FindForm(formdata=None), everyone=everyone, waiting=waiting,
        page_url=page_url,
    )  # fmt: skip


@bp.post("/clients/find")
@may(Action.SEE_CLIENTS)
def clients_find() -> ResponseReturnValue:
    """Found by her whole identity code, a client's page opens at once: the code is never shown again."""
    form = FindForm()
    words = form.words.data or ""
    page = find_clients(
        desk(), actor(), words, page=request.form.get("page", 1, type=int), allow_temporary=_temporary()
    )
    as_code = any(letter.isdigit() for letter in words)
    if as_code and len(page.rows) == 1:
        return redirect(url_for("admin.client", client_id=page.rows[0].client_id), 303)
    if as_code:
        form.words.data, form.words.raw_data = "", None
    return render_template("admin/clients_found.html", page=page, form=form, as_code=as_code, words=words)


@bp.get("/clients/new")
@may(Action.EDIT_CLIENT)
def client_new() -> ResponseReturnValue:
    return _client_form(NewClientForm(municipalities=client_choices(desk(), actor()).municipalities), None)


@bp.post("/clients/new")
@may(Action.EDIT_CLIENT)
def client_new_save() -> ResponseReturnValue:
    form = NewClientForm(municipalities=client_choices(desk(), actor()).municipalities)
    existing: dict[str, object] | None = None
    if form.validate():
        order = NewClient(form["identity_code"].data, _facts(form), allow_temporary=_temporary(), once=form.once.data)
        try:
            client_id = register_client(desk(), actor(), order)
        except Stale:
            raise
        except Refused as refused:
            add_refusal(form, refused)
            existing = refused.values if refused.code == "client_exists" else None
        else:
            flash(_("The client has been registered. Next, record what she needs."), "ok")
            return redirect(url_for("admin.client", client_id=client_id), 303)
    return _client_form(form, None, 422, existing)


@bp.get("/clients/<int:client_id>")
@may(Action.SEE_CLIENTS)
def client(client_id: int) -> ResponseReturnValue:
    page = client_page(desk(), actor(), client_id)
    return render_template("admin/client.html", page=page, client=page.client, address=page.client.address)


@bp.get("/clients/<int:client_id>/address")
@may(Action.SEE_PROTECTED_ADDRESS)
def client_address(client_id: int) -> ResponseReturnValue:
    return _address(client_id, RevealForm(), None)


@bp.post("/clients/<int:client_id>/address")
@may(Action.SEE_PROTECTED_ADDRESS)
def client_address_show(client_id: int) -> ResponseReturnValue:
    """The address stands on this one answer only; opening the page again asks for the reason again."""
    form = RevealForm()
    if form.validate():
        done, address = attempt(form, lambda: reveal_address(desk(), actor(), client_id, form.reason.data or ""))
        if done:
            return _address(client_id, form, address)
    return _address(client_id, form, None, 422)


def _address(client_id: int, form: RevealForm, address: str | None, code: int = 200) -> ResponseReturnValue:
    page = client_file(desk(), actor(), client_id)
    return render_template("admin/client_address.html", client=page, form=form, address=address), code


@bp.get("/clients/<int:client_id>/edit")
@may(Action.EDIT_CLIENT)
def client_edit(client_id: int) -> ResponseReturnValue:
    page = client_file(desk(), actor(), client_id)
    form = ClientForm(obj=page, municipalities=client_choices(desk(), actor()).municipalities)
    return _client_form(form, page)


@bp.post("/clients/<int:client_id>/edit")
@may(Action.EDIT_CLIENT)
def client_edit_save(client_id: int) -> ResponseReturnValue:
    form = ClientForm(municipalities=client_choices(desk(), actor()).municipalities)
    if form.validate():
        done, _none = attempt(form, lambda: edit_client(desk(), actor(), client_id, _facts(form)))
        if done:
            flash(_("The details have been saved."), "ok")
            return redirect(url_for("admin.client", client_id=client_id), 303)
    return _client_form(form, client_file(desk(), actor(), client_id), 422)


def _client_form(
    form: ClientForm, client: Any, code: int = 200, existing: dict[str, object] | None = None
) -> ResponseReturnValue:
    return render_template("admin/client_form.html", form=form, client=client, existing=existing), code


def _facts(form: ClientForm) -> ClientFacts:
    return ClientFacts(
        first_name=form.first_name.data or "",
        last_name=form.last_name.data or "",
        municipality=form.municipality.data,
        language=form.language.data,
        address=form.address.data or "",
        protected_address=form.protected_address.data,
        phone=form.phone.data,
        email=form.email.data,
        unemployed_since=form["unemployed_since"].data,
        benefit_days=form["benefit_days"].data,
    )


@bp.get("/clients/<int:client_id>/caseworker")
@may(Action.EDIT_CLIENT)
def client_caseworker(client_id: int) -> ResponseReturnValue:
    page = client_file(desk(), actor(), client_id)
    return _caseworker_form(client_id, MoveClientForm(data={"caseworker": str(page.caseworker_id or "")}))


@bp.post("/clients/<int:client_id>/caseworker")
@may(Action.EDIT_CLIENT)
def client_caseworker_save(client_id: int) -> ResponseReturnValue:
    form = MoveClientForm()
    form.caseworker.choices = _caseworkers()
    if form.validate():
        done, _none = attempt(form, lambda: move_client(desk(), actor(), client_id, int(form.caseworker.data)))
        if done:
            flash(_("The client and her open vouchers have a new caseworker."), "ok")
            return redirect(url_for("admin.client", client_id=client_id), 303)
    return _caseworker_form(client_id, form, 422)


def _caseworkers() -> list[tuple[str, str]]:
    return [(str(number), name) for number, name in client_choices(desk(), actor()).caseworkers]


def _caseworker_form(client_id: int, form: MoveClientForm, code: int = 200) -> ResponseReturnValue:
    form.caseworker.choices = _caseworkers()
    page = client_file(desk(), actor(), client_id)
    return render_template("admin/client_caseworker.html", client=page, form=form), code


@bp.get("/clients/<int:client_id>/end")
@may(Action.AMEND_VOUCHER)
def client_end(client_id: int) -> ResponseReturnValue:
    return _end_form(client_id, EndClientForm())


@bp.post("/clients/<int:client_id>/end")
@may(Action.AMEND_VOUCHER)
def client_end_save(client_id: int) -> ResponseReturnValue:
    form = EndClientForm()
    if form.validate():
        order = ClientEnd(client_id, form.reason.data, form["last_day"].data, form.words.data or "")
        done, ended = attempt(form, lambda: end_client(desk(), actor(), order))
        if done:
            flash(_("The client's services have ended."), "ok")
            if ended:
                flash(ngettext("%(n)d voucher ended.", "%(n)d vouchers ended.", ended), "wait")
            return redirect(url_for("admin.client", client_id=client_id), 303)
    return _end_form(client_id, form, 422)


def _end_form(client_id: int, form: EndClientForm, code: int = 200) -> ResponseReturnValue:
    page = client_page(desk(), actor(), client_id)
    return render_template("admin/client_end.html", page=page, client=page.client, form=form), code


@bp.get("/clients/<int:client_id>/invitation")
@may(Action.INVITE_CLIENT)
def client_invitation(client_id: int) -> ResponseReturnValue:
    page = client_file(desk(), actor(), client_id)
    return render_template("admin/client_invitation.html", client=page, form=_invite_form(page))


@bp.post("/clients/<int:client_id>/invitation")
@may(Action.INVITE_CLIENT)
def client_invite(client_id: int) -> ResponseReturnValue:
    """The letter is this answer: its code is kept nowhere, so opening the page again makes a new one."""
    page = client_file(desk(), actor(), client_id)
    form = _invite_form(page)
    if form.validate():
        by_mail = form.channel.data == "mail"
        done, made = attempt(form, lambda: invite_client(desk(), actor(), client_id, by_mail=by_mail))
        if done and made is not None and made.code is not None:
            with use_language(made.language):
                address = url_for("portal_client.login", _external=True)
                letter = render_template("admin/_client_letter.html", made=made, address=address)
            return render_template("admin/client_letter.html", made=made, letter=letter)
        if done and made is not None:
            flash(_("A link has been sent to %(email)s.", email=made.email), "ok")
            return redirect(url_for("admin.client", client_id=client_id), 303)
    return render_template("admin/client_invitation.html", client=page, form=form), 422


def _invite_form(client: ClientFile) -> InviteForm:
    """Mail is offered to a client who has an address for it."""
    form = InviteForm()
    if not client.email:
        form.channel.choices = form.channel.choices[:1]
    return form
