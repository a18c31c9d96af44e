"""Logging in and one's own account: the pages that all portals have, at this portal's addresses."""

from admin import bp
from marketplace.web.account_pages import add_account_pages
from marketplace.web.doors import STAFF_DOOR

add_account_pages(bp, STAFF_DOOR)
