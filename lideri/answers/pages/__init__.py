"""Plain pages: Latvian HTML made on the server, and the one design (static/) that all other pages share."""

from lideri.answers.pages.site import error_page
from lideri.answers.pages.urls import routes

__all__ = ["error_page", "routes"]
