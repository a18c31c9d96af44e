"""The fences that look at pages use: the fixtures `app`, `as_person` and `visitor`."""

from tests.portals import app, as_person, visitor  # noqa: F401  fixtures
