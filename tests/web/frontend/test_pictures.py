"""Pictures that the library has, at addresses below /api/ that name their content."""

from __future__ import annotations

from support.frontend import browser
from support.libraries import DUNE, open_library
from support.pictures import drawn, encoded


async def test_a_picture_of_the_library_goes_before_an_address_outside(tmp_path) -> None:
    with open_library(tmp_path / "l.json") as library:
        library.add(
            DUNE, title="Dune 1", series="Dune", position=1, cover_url="https://example.org/c.jpg"
        )
        async with browser(library) as page:
            ((outside,),) = (await page.shelf()).values()
            assert outside["cover_url"] == "https://example.org/c.jpg"
            library.set_cover(DUNE, encoded(drawn(1)))
            ((book,),) = (await page.shelf()).values()
            told = await page.get(f"/books/isbn/{DUNE}")
            (volume,) = (await page.series("Dune"))["volumes"]
            (found,) = (await page.get("/search/books?query=dune"))["results"]
            addresses = {
                book["cover_url"], book["thumbnail_url"], told["editions"][0]["cover_url"],
                volume["cover_url"], found["book"]["thumbnail_url"],
            }  # fmt: skip
            for address in addresses:
                assert address.startswith("/api/covers/")
                answer = await page.ask("GET", address.removeprefix("/api"))
                assert answer.status_code == 200
                assert answer.headers["content-type"].startswith("image/")
                assert "immutable" in answer.headers["cache-control"]
                assert answer.content
            form = {"title": "Dune, again", "cover_url": told["cover_url"]}
            await page.send("PUT", "/books/1/metadata", form)
            assert library.get_book(1)["editions"][0]["cover_url"] == "https://example.org/c.jpg"
