"""The top storey: wires the rooms into one Flask app. Nobody imports it but the server, the command line and tests."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from admin import bp as admin_portal
from marketplace.clock import Clock, SystemClock
from marketplace.config import Config
from marketplace.integrations.bank import IsoBank
from marketplace.integrations.einvoice import WRITERS
from marketplace.integrations.head_files import HeadFiles
from marketplace.integrations.texts import texts_of
from marketplace.integrations.vault import AesVault
from marketplace.models.engine import app_engine
from marketplace.use_cases.desk import Desk
from marketplace.web.guard import DESK, init_guard
from marketplace.web.login import init_login
from marketplace.web.setup import init_web
from marketplace.web.wording import TemplateWording
from portal_client import bp as client_portal
from portal_provider import bp as provider_portal


def make_desk(config: Config, database_url: str, clock: Clock | None = None, pool_size: int = 5) -> Desk:
    vault = AesVault(config.data_keys, config.index_key)
    return Desk(
        app_engine(database_url, pool_size),
        clock or SystemClock(),
        vault,
        TemplateWording(config.base_url),
        heads=HeadFiles(config.heads),
        writers=WRITERS,
        bank=IsoBank(config.bank_folder),
    )


def create_app(config: Config, desk: Desk, **overrides: object) -> Flask:
    """The app of the three portals. `overrides` are Flask settings, for tests."""
    app = Flask("marketplace.web", static_folder=None)
    app.config.update(
        SECRET_KEY=config.secret_key,
        DEMO=config.demo,
        TEXT_MESSAGES=texts_of(config) is not None,
        HTTPS=config.https,
        ALLOW_TEMPORARY_IDENTITY_CODES=config.demo,
        TRUSTED_HOSTS=config.trusted_hosts,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
    )
    app.config.update(overrides)
    if config.demo:
        app.config["DEMO_PASSWORD"] = config.demo_password
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies)  # type: ignore[method-assign]
    app.extensions[DESK] = desk
    init_web(app)
    init_login(app)
    init_guard(app)
    for portal in (client_portal, provider_portal, admin_portal):
        app.register_blueprint(portal)
    return app
