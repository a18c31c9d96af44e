"""What every answer tells the browser: no inline script or style, no frames, no guessing, no copies of private pages."""

from flask import Flask, Response, request

HOUR = 3600


def content_policy(app: Flask) -> str:
    """`FORM_TARGETS` lists the outside addresses that a form may end at (a payment page): the policy also holds for
    redirects.
    """
    targets = " ".join(["'self'", *app.config.get("FORM_TARGETS", ())])
    return "; ".join(
        [
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            f"form-action {targets}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def init_security(app: Flask) -> None:
    """Headers and the session cookie. Plain http is only for the demonstration: set HTTPS = False there."""
    https = bool(app.config.setdefault("HTTPS", True))
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.config.setdefault("PERMANENT_SESSION_LIFETIME", HOUR)
    if app.config.get("MAX_CONTENT_LENGTH") is None:
        app.config["MAX_CONTENT_LENGTH"] = 12 * 1024 * 1024
    headers = {
        "Content-Security-Policy": content_policy(app),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(), camera=(), microphone=(), payment=()",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    @app.after_request
    def _harden(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            # a page shows somebody's matters, or is in the language of this browser's cookie: nobody keeps a copy
            response.headers["Cache-Control"] = "no-store"
        if request.endpoint != "asset":
            response.vary.update(["Cookie", "Accept-Language"])
        return response
