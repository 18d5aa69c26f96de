"""The routes of the existing frontend, by subject; what is fixed goes before what is named."""

from __future__ import annotations

from starlette.routing import BaseRoute

from booktrack.web.routes import (
    frontend_amazon,
    frontend_books,
    frontend_import,
    frontend_reading,
    frontend_search,
    frontend_series,
    frontend_settings,
    frontend_system,
)

ROUTES: list[BaseRoute] = [
    *frontend_search.ROUTES,
    *frontend_import.ROUTES,
    *frontend_books.ROUTES,
    *frontend_series.ROUTES,
    *frontend_settings.ROUTES,
    *frontend_reading.ROUTES,
    *frontend_amazon.ROUTES,
    *frontend_system.ROUTES,
]
