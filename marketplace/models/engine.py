"""The way to PostgreSQL: always as the application's role, unless one says that one is the owner."""

from sqlalchemy import Engine, create_engine, make_url

from marketplace.models.fences import APP_ROLE


def _psycopg(url: str) -> str:
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def app_engine(url: str, pool_size: int = 5) -> Engine:
    """An engine whose every connection is the application's role: no update of facts, no other organiser's rows."""
    return create_engine(
        _psycopg(url),
        pool_size=pool_size,
        max_overflow=10,
        pool_pre_ping=False,
        connect_args={"options": f"-c role={APP_ROLE} -c timezone=UTC", "application_name": "valinta"},
    )


def owner_engine(url: str) -> Engine:
    """An engine for migrations and for verification: it sees all organisers."""
    return create_engine(_psycopg(url), pool_size=2, connect_args={"options": "-c timezone=UTC"})
