"""Steps that a provider's own use cases share: the company of the acting person, and what the company still lacks."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.models.providers import Provider, RulebookAcceptance, RulebookVersion, Site
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.refusals import Missing

WAYS_OF_WORK = ("individual", "group", "both")
LEGAL_FORMS = ("company", "sole_trader", "association", "foundation", "cooperative", "municipality")
OWN_WORDS_MOST = 300


@dataclass(frozen=True)
class Lacks:
    """What a company still has to tell before it can apply to an organiser."""

    iban: bool
    own_words: bool
    site: bool
    rulebook: bool

    @property
    def data(self) -> bool:
        """Whether something that an application needs is missing from the company's own data."""
        return self.iban or self.site


def own_provider(tx: Tx, *, lock: bool = False) -> Provider:
    """The acting person's company; locked until the transaction ends when asked. Missing for whoever has none."""
    query = select(Provider).where(Provider.id == provider_id_of(tx))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = tx.session.scalar(query)
    if found is None:
        raise Missing("provider")
    return found


def provider_id_of(tx: Tx) -> int:
    """The id of the acting person's company. Missing for whoever has none."""
    if tx.actor.provider_id is None:
        raise Missing("provider")
    return tx.actor.provider_id


def newest_rulebook(tx: Tx) -> RulebookVersion | None:
    """The newest published version of this organiser's rulebook, also when it starts later; None before the first."""
    published = select(RulebookVersion).where(RulebookVersion.state == "published")
    return tx.session.scalar(published.order_by(RulebookVersion.number.desc()).limit(1))


def has_accepted(tx: Tx, version: RulebookVersion) -> bool:
    """Whether the acting person's company has committed to the version."""
    found = tx.session.scalar(
        select(RulebookAcceptance.id).where(
            RulebookAcceptance.provider_id == provider_id_of(tx), RulebookAcceptance.rulebook_version_id == version.id
        )
    )
    return found is not None


def has_open_site(tx: Tx) -> bool:
    """Whether the company has a site that is not closed."""
    found = select(Site.id).where(Site.provider_id == provider_id_of(tx), Site.closed_on.is_(None)).limit(1)
    return tx.session.scalar(found) is not None


def lacks(tx: Tx, provider: Provider) -> Lacks:
    """What is missing from the company's data, and whether the organiser's newest rulebook waits to be accepted."""
    rulebook = newest_rulebook(tx) if tx.actor.organiser_id is not None else None
    return Lacks(
        iban=not provider.iban,
        own_words=not provider.own_words,
        site=not has_open_site(tx),
        rulebook=rulebook is not None and not has_accepted(tx, rulebook),
    )
