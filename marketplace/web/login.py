"""The logged-in person: one membership (account in one role), read once a request by Flask-Login."""

from dataclasses import dataclass

from flask import Flask, current_app, flash, g, redirect, session, url_for
from flask_login import LoginManager, UserMixin, current_user, logout_user
from werkzeug.wrappers import Response

from marketplace.access.actor import Actor
from marketplace.roles import STAFF
from marketplace.use_cases.sessions import Session, load_session
from marketplace.web.doors import door_of
from marketplace.web.i18n import LazyText, gettext, in_language, lazy_gettext
from marketplace.web.labels import label
from marketplace.web.portals import Person, public

manager = LoginManager()


@dataclass
class User(UserMixin):  # type: ignore[misc]
    """Flask-Login's user. Its id in the cookie is `membership:organiser:session number`."""

    session: Session

    @property
    def actor(self) -> Actor:
        return self.session.actor

    def get_id(self) -> str:
        return self.session.cookie


@manager.user_loader  # type: ignore[untyped-decorator]
def _load(cookie: str) -> User | None:
    desk = current_app.extensions["valinta.desk"]
    found = load_session(desk, cookie)
    if found is None or (found.demonstration and not current_app.config["DEMO"]):
        return None
    user = User(found)
    g.account_language = found.actor.language
    place = found.provider_name or in_language(found.organiser_name)
    g.person = Person(
        name=found.actor.name,
        role=label("role", found.actor.role.value if found.actor.role else "client"),
        log_out=url_for("log_out"),
        place=place,
        links=_links(found.actor),
    )
    return user


def _links(actor: Actor) -> tuple[tuple[str, LazyText], ...]:
    """What stands beside the log-out button."""
    door = door_of(actor.role)
    own = (door.url("own_account"), lazy_gettext("Own account"))
    if actor.role in STAFF:
        return own, (door.url("interests"), lazy_gettext("Own declared interests"))
    if actor.provider_id is None:
        return (own,)
    return own, (door.url("organisers"), lazy_gettext("Change organiser"))


def end_session() -> None:
    """This browser is nobody's any more; the language that was chosen for it stays."""
    logout_user()
    kept = session.get("language")
    session.clear()
    if kept:
        session["language"] = kept


@public
def log_out() -> Response:
    """Ends this browser's session; also where there is none any more, so that the button never fails."""
    door = door_of(current_user.actor.role if current_user.is_authenticated else None)
    end_session()
    flash(gettext("You have logged out."), "ok")
    return redirect(door.url("login"), 303)


def init_login(app: Flask) -> None:
    app.add_url_rule("/log-out", "log_out", log_out, methods=["POST"])
    manager.init_app(app)
    manager.session_protection = "basic"
