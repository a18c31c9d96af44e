"""The few files that a page needs: styles, one optional script, the mark.

They are read once and kept in memory, squeezed for browsers that allow it. An address carries the hash of its
content, so a browser may keep a file for a year and still never shows an old one.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from flask import Flask, Response, abort, current_app, has_request_context, request

from marketplace.web.portals import public

STATIC = Path(__file__).parent / "static"
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Asset:
    kind: str
    raw: bytes
    squeezed: bytes
    version: str


def _asset(name: str, raw: bytes) -> Asset:
    return Asset(
        kind=KINDS[Path(name).suffix],
        raw=raw,
        squeezed=gzip.compress(raw, 9, mtime=0),
        version=hashlib.sha256(raw).hexdigest()[:12],
    )


def _bootstrap() -> bytes:
    """The style sheet that Bootstrap-Flask carries, without the address of a map that we do not serve."""
    raw = (files("flask_bootstrap") / "static" / "bootstrap5" / "css" / "bootstrap.min.css").read_bytes()
    return raw.partition(b"/*# sourceMappingURL=")[0]


@cache
def assets() -> Mapping[str, Asset]:
    found = {path.name: path.read_bytes() for path in sorted(STATIC.iterdir()) if path.suffix in KINDS}
    return {name: _asset(name, raw) for name, raw in {"bootstrap.css": _bootstrap(), **found}.items()}


def asset_url(name: str) -> str:
    """Written by hand, so that an error page has its styles even where the address could not be understood."""
    if current_app.debug:
        assets.cache_clear()
    root = request.script_root if has_request_context() else ""
    return f"{root}/assets/{name}?v={assets()[name].version}"


@public
def asset(name: str) -> Response:
    found = assets().get(name)
    if found is None:
        abort(404)
    squeeze = request.accept_encodings["gzip"] > 0
    response = Response(found.squeezed if squeeze else found.raw, content_type=found.kind)
    response.headers["Vary"] = "Accept-Encoding"
    if squeeze:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(found.version + ("-gz" if squeeze else ""))
    if request.args.get("v") == found.version:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = "public, max-age=300"
    response.make_conditional(request)
    return response


def init_assets(app: Flask) -> None:
    app.add_url_rule("/assets/<name>", "asset", asset)
    app.jinja_env.globals["asset_url"] = asset_url
    assets()
