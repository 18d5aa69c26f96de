"""Pictures made on the spot, and a transport that leads every host to a server on loopback."""

from __future__ import annotations

import io
from typing import Any

import httpx
from PIL import Image, ImageDraw

from support.upstream import Request, Response, Upstream

PUBLIC = "93.184.216.34"


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def drawn(number: int = 0, size: tuple[int, int] = (400, 600)) -> Image.Image:
    """Return a picture as a cover may be, another one for each number."""
    image = Image.new("RGB", size, (40 + number % 200, 90, 160))
    draw = ImageDraw.Draw(image)
    width, height = size
    for step in range(6):
        top = height * step // 6
        draw.ellipse((width // 8, top, width - width // 8, top + height // 5), fill=(
            (37 * step + 11 * number) % 256, (91 * step) % 256, (53 * number) % 256
        ))  # fmt: skip
    return image


def cover_file(number: int = 0, kind: str = "JPEG", size: tuple[int, int] = (400, 600)) -> bytes:
    return encoded(drawn(number, size), kind)


def not_available(size: tuple[int, int] = (575, 750)) -> bytes:
    """Return a picture like the one that Google sends where it has none."""
    image = Image.new("RGB", (575, 750), (235, 235, 235))
    draw = ImageDraw.Draw(image)
    draw.rectangle((120, 80, 455, 500), fill=(150, 150, 150))
    draw.text((90, 560), "image not available", fill=(110, 110, 110), font_size=44)
    return encoded(image.resize(size))


BLANK = encoded(Image.new("P", (1, 1)), "GIF")


class Hosts:
    """The dialect of many hosts: what stands at `host/path?query`, or at `host/path`."""

    def __init__(self, pictures: dict[str, bytes | Response]) -> None:
        self.pictures = pictures

    def __call__(self, request: Request) -> Response:
        where = request.headers["host"] + request.path
        query = "&".join(f"{name}={value}" for name, value in request.params.items())
        found = self.pictures.get(f"{where}?{query}", self.pictures.get(where))
        if found is None:
            return Response(b"<html>nothing here</html>", 404, {"Content-Type": "text/html"})
        if isinstance(found, Response):
            return found
        return Response(found, 200, {"Content-Type": "image/jpeg"})


class Diverted(httpx.AsyncHTTPTransport):
    """Sends every request to one server on loopback, whatever host it is for."""

    def __init__(self) -> None:
        super().__init__(verify=False)
        self.server: Upstream | None = None
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert self.server is not None
        self.asked.append(f"{request.url.host} for {request.headers['host']}")
        path = request.url.raw_path
        url = httpx.URL(self.server.url).copy_with(raw_path=path)
        extensions = {name: one for name, one in request.extensions.items() if "sni" not in name}
        return await super().handle_async_request(
            httpx.Request(
                request.method,
                url,
                headers=request.headers,
                stream=request.stream,
                extensions=extensions,
            )
        )
