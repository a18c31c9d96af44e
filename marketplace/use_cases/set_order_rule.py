"""Procurement decides where the day's public randomness comes from, and whether sister companies share a card."""

import json
import re
from dataclasses import dataclass, replace

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.matching.beacon import Chain, chain_of
from marketplace.models.order_rules import OrderRule
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.order_rules import DRAND, LOTTERY, SOURCES, Rule, rule_of
from marketplace.use_cases.refusals import Refused

CODE = re.compile("[a-z0-9-]{1,64}")


@dataclass(frozen=True)
class RuleOrder:
    """source: none, lottery or drand. lottery: the lottery's code, as the log will say it. chain_info: the chain's own
    description (JSON, as drand gives it at /info); empty keeps the chain that is in use. one_card: sister companies share a
    card."""

    source: str
    reason: str
    lottery: str = ""
    chain_info: str = ""
    one_card: bool = False


def set_order_rule(desk: Desk, actor: Actor, order: RuleOrder) -> Rule:
    """Write the rule. Its source holds from the next day that is not open yet, its cards for lists drawn from tomorrow on.

    Refused: reasons_missing, choice_unknown, lottery_code, chain_missing, chain_wrong (why), same_rule.
    """
    with desk.transaction(actor, Action.SET_ORDER_RULE) as tx:
        before = rule_of(tx)
        rule = replace(_checked(order, before), one_card=order.one_card)
        if rule == before:
            raise Refused("same_rule")
        if not order.reason.strip():
            raise Refused("reasons_missing", "reason")
        chain = rule.chain
        row = OrderRule(
            organiser_id=tx.organiser_id,
            source=rule.source,
            lottery=rule.lottery,
            chain=chain.hash if chain else None,
            chain_genesis=chain.genesis_time if chain else None,
            chain_period=chain.period if chain else None,
            one_card=rule.one_card,
            reason=order.reason,
            made_by=tx.account_id,
            made_at=tx.now,
        )
        tx.session.add(row)
        tx.session.flush()
        tx.audit(
            "order_rule.set", "order_rule", row.id, reason=order.reason, source=rule.source, one_card=rule.one_card
        )
        return rule


def _checked(order: RuleOrder, before: Rule) -> Rule:
    if order.source not in SOURCES:
        raise Refused("choice_unknown", "source")
    if order.source == LOTTERY:
        if not CODE.fullmatch(order.lottery):
            raise Refused("lottery_code", "lottery")
        return Rule(LOTTERY, order.lottery)
    if order.source == DRAND:
        return Rule(DRAND, None, _chain(order.chain_info, before))
    return Rule()


def _chain(info: str, before: Rule) -> Chain:
    if not info.strip():
        if before.chain is None:
            raise Refused("chain_missing", "chain_info")
        return before.chain
    try:
        said = json.loads(info)
    except ValueError as error:
        raise Refused("chain_wrong", "chain_info", why="JSON") from error
    try:
        return chain_of(said)
    except ValueError as error:
        raise Refused("chain_wrong", "chain_info", why=str(error)) from error
