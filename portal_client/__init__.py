"""Blueprint of this portal; its pages are the modules of `views/`, each of which registers itself by being imported."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint

bp = Blueprint("portal_client", __name__, template_folder="templates")

from portal_client import views  # noqa: E402  the views need bp

for _module in iter_modules(views.__path__):
    import_module(f"{views.__name__}.{_module.name}")
