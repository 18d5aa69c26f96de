"""The server: the functions of `Library` for web pages and programs, as JSON."""

from booktrack.web.app import create_app

__all__ = ["create_app"]
