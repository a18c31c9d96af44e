"""How this organiser's lists are drawn and shown, and the lottery's draws that two people bring in."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.order_forms import ConfirmLotteryForm, LotteryForm, OrderRuleForm
from admin.press import press
from marketplace.access.actions import Action
from marketplace.use_cases.lottery import DrawOrder, confirm_lottery, enter_lottery, withdraw_lottery
from marketplace.use_cases.order_rule_pages import lottery_page, order_rule_page
from marketplace.use_cases.set_order_rule import RuleOrder, set_order_rule
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _


@bp.get("/order")
@may(Action.SEE_ORDER_RULE)
def order_rule() -> ResponseReturnValue:
    return render_template("admin/order_rule.html", page=order_rule_page(desk(), actor()))


@bp.get("/order/rule")
@may(Action.SET_ORDER_RULE)
def order_rule_edit() -> ResponseReturnValue:
    rule = order_rule_page(desk(), actor()).rule
    now: dict[str, Any] = {"source": rule.source, "lottery": rule.lottery, "one_card": rule.one_card}
    return render_template("admin/order_rule_form.html", form=OrderRuleForm(formdata=None, data=now), rule=rule)


@bp.post("/order/rule")
@may(Action.SET_ORDER_RULE)
def order_rule_save() -> ResponseReturnValue:
    form = OrderRuleForm()
    if form.validate():
        order = RuleOrder(
            form.source.data,
            form.reason.data or "",
            form.lottery.data or "",
            form.chain_info.data or "",
            bool(form.one_card.data),
        )
        done, _rule = attempt(form, lambda: set_order_rule(desk(), actor(), order))
        if done:
            flash(_("The rule is stored. Everyone can see it on the public page of the log."), "ok")
            return redirect(url_for("admin.order_rule"), 303)
    rule = order_rule_page(desk(), actor()).rule
    return render_template("admin/order_rule_form.html", form=form, rule=rule), 422


@bp.get("/order/lottery")
@may(Action.ENTER_LOTTERY)
def order_lottery_new() -> ResponseReturnValue:
    page = order_rule_page(desk(), actor())
    return render_template("admin/lottery_form.html", form=LotteryForm(data={"day": page.today}), page=page)


@bp.post("/order/lottery")
@may(Action.ENTER_LOTTERY)
def order_lottery_enter() -> ResponseReturnValue:
    form = LotteryForm()
    if form.validate():
        order = DrawOrder(
            form["day"].data, form["round"].data, form["drawn_on"].data, form.numbers.data or (), form.once.data
        )
        done, _draw = attempt(form, lambda: enter_lottery(desk(), actor(), order))
        if done:
            flash(_("The draw is stored. It counts when a colleague has confirmed it."), "ok")
            return redirect(url_for("admin.order_rule"), 303)
    return render_template("admin/lottery_form.html", form=form, page=order_rule_page(desk(), actor())), 422


@bp.get("/order/lottery/<int:lottery_draw_id>")
@may(Action.ENTER_LOTTERY)
def order_lottery_confirm(lottery_draw_id: int) -> ResponseReturnValue:
    return _confirm(lottery_draw_id, ConfirmLotteryForm())


@bp.post("/order/lottery/<int:lottery_draw_id>")
@may(Action.ENTER_LOTTERY)
def order_lottery_confirmed(lottery_draw_id: int) -> ResponseReturnValue:
    form = ConfirmLotteryForm()
    if form.validate():
        done, _none = attempt(form, lambda: confirm_lottery(desk(), actor(), lottery_draw_id, form.numbers.data or ()))
        if done:
            flash(_("The numbers are the day's public randomness now."), "ok")
            return redirect(url_for("admin.order_rule"), 303)
    return _confirm(lottery_draw_id, form, 422)


@bp.post("/order/lottery/<int:lottery_draw_id>/withdraw")
@may(Action.ENTER_LOTTERY)
def order_lottery_withdraw(lottery_draw_id: int) -> ResponseReturnValue:
    return press(
        lambda: withdraw_lottery(desk(), actor(), lottery_draw_id),
        _("The draw is taken back. You can enter it anew."),
        url_for("admin.order_rule"),
    )


def _confirm(draw_id: int, form: ConfirmLotteryForm, code: int = 200) -> ResponseReturnValue:
    return render_template("admin/lottery_confirm.html", draw=lottery_page(desk(), actor(), draw_id), form=form), code
