"""Logging in and one's own account: the pages that all portals have, at this portal's addresses."""

from marketplace.web.account_pages import add_account_pages
from marketplace.web.doors import CLIENT_DOOR
from portal_client import bp

add_account_pages(bp, CLIENT_DOOR)
