"""The server: the functions of `Library` for web pages and programs, as JSON."""

from booktrack.errors import MissingExtra

try:
    import python_multipart
    import starlette
except ModuleNotFoundError as _error:
    raise MissingExtra(
        f"the server needs {_error.name}: pip install 'booktrack[web]'", extra="web"
    ) from _error

from booktrack.web.app import create_app

__all__ = ["create_app"]

del python_multipart, starlette
