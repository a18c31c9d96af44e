"""The logged-in person: one membership (account in one role), read once a request by Flask-Login."""

from dataclasses import dataclass

from flask import Flask, current_app, g, url_for
from flask_login import LoginManager, UserMixin

from marketplace.access.actor import Actor
from marketplace.use_cases.sessions import Session, load_session
from marketplace.web.i18n import in_language
from marketplace.web.labels import label
from marketplace.web.portals import Person

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
    session = load_session(desk, cookie)
    if session is None:
        return None
    user = User(session)
    g.account_language = session.actor.language
    place = session.provider_name or in_language(session.organiser_name)
    g.person = Person(
        name=session.actor.name,
        role=label("role", session.actor.role.value if session.actor.role else "client"),
        log_out=url_for("log_out"),
        place=place,
    )
    return user


def init_login(app: Flask) -> None:
    manager.init_app(app)
    manager.session_protection = "basic"
