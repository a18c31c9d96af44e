"""Logging in and one's own account: the pages that all portals have, at this portal's addresses."""

from marketplace.web.account_pages import add_account_pages
from marketplace.web.doors import PROVIDER_DOOR
from portal_provider import bp

add_account_pages(bp, PROVIDER_DOOR)
