"""The app and its people, for the attacks that are played through pages."""

from tests.portals import app, as_person, visitor  # noqa: F401  fixtures
