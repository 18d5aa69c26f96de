"""The methods of `Library` on covers."""

from __future__ import annotations

import os
from typing import Any

from booktrack.services.context import Context, Progress

JSON = dict[str, Any]


class CoverMethods:
    """Pictures of editions and volumes, kept once beside the library."""

    _ctx: Context

    def get_cover_storage_path(self, isbn: str) -> str:
        """Return where the picture of an ISBN stands, the same for its two forms.

        Where the library has none yet, it is where you may put one:
        `match_existing_covers_to_volumes` and `check(repair=True)` take it in from there, as
        .jpg, .png, .webp or .gif.

        >>> import booktrack, pathlib
        >>> with booktrack.Library("library.json") as library:
        ...     path = library.get_cover_storage_path("0765326353")
        ...     path == library.get_cover_storage_path("978-0-7653-2635-5")
        True
        >>> pathlib.Path(path).parts[-5:]
        ('library.json.covers', 'isbn', '26', '35', '9780765326355.jpg')

        Raises:
            InvalidISBN: It is no ISBN; the message says why.
        """
        from booktrack.services import covers

        return covers.storage_path(self._ctx, isbn)

    def cover(self, edition: int | str, *, width: int | None = None) -> JSON:
        """Return the picture of an edition, or its thumbnail.

        >>> import booktrack, io
        >>> from PIL import Image
        >>> file = io.BytesIO()
        >>> Image.new("RGB", (600, 900), "navy").save(file, "PNG")
        >>> with booktrack.Library("library.json") as library:
        ...     picture = library.set_cover("9780765326355", file.getvalue())
        ...     small = library.cover("9780765326355", width=200)
        >>> picture["mime"], picture["width"], small["mime"], small["width"], small["height"]
        ('image/png', 600, 'image/webp', 200, 300)

        Args:
            edition: Its id or ISBN.
            width: 200 or 400 for a thumbnail of so many pixels, as WebP; a picture that is no
                wider is given as it is.

        Returns:
            `{"sha256", "mime", "width", "height", "bytes", "path", "source", "url", "uploaded"}`;
            sizes in pixels and bytes, turned as the picture is shown.

        Raises:
            NotFound: There is no such edition, it has no cover, or the file is missing.
            InvalidInput: There is no thumbnail of this width.
        """
        from booktrack.services import covers

        return covers.cover(self._ctx, edition, width)

    def picture(self, sha256: str, *, width: int | None = None) -> JSON:
        """Return a picture by the hash of its content, as answers name it; else like `cover`.

        >>> import booktrack, io
        >>> from PIL import Image
        >>> file = io.BytesIO()
        >>> Image.new("RGB", (600, 900), "teal").save(file, "WEBP")
        >>> with booktrack.Library("library.json") as library:
        ...     picture = library.set_cover("9780765326355", file.getvalue())
        ...     edition = library.lookup("9780765326355")["editions"][0]
        ...     library.picture(edition["cover"]["sha256"]) == picture
        True

        Args:
            sha256: 64 hexadecimal digits, as `edition["cover"]["sha256"]` gives them.
            width: 200 or 400 for a thumbnail.

        Raises:
            NotFound: The library has no such picture, or the file is missing.
            InvalidInput: It is no hash, or there is no thumbnail of this width.
        """
        from booktrack.services import covers

        return covers.picture(self._ctx, sha256, width)

    def set_cover(self, edition: int | str, picture: bytes | str | os.PathLike[str]) -> JSON:
        """Return the picture of an edition after taking yours, which no source replaces.

        >>> import booktrack, io
        >>> from PIL import Image
        >>> file = io.BytesIO()
        >>> Image.new("RGB", (600, 900), "olive").save(file, "JPEG")
        >>> with booktrack.Library("library.json") as library:
        ...     picture = library.set_cover("9780765326355", file.getvalue())
        >>> picture["mime"], picture["uploaded"], picture["path"].endswith(".jpg")
        ('image/jpeg', True, True)

        Args:
            edition: Its id or ISBN.
            picture: A JPEG, PNG, WebP or GIF of at most 20 MB and 50 million pixels: its bytes,
                its file's path, or its http(s) address.

        Raises:
            NotFound: There is no such edition, or nothing at the address.
            InvalidFile: It is no whole picture of these kinds, or too large; nothing was changed.
            SourceError: The address is not public, or could not be asked.
        """
        from booktrack.services import covers

        return covers.set_cover(self._ctx, edition, picture)

    def remove_cover(self, edition: int | str) -> JSON:
        """Return `{"edition_id", "removed"}` after removing an edition's picture.

        What was downloaded is not fetched from the same address again. The file goes with
        `check(repair=True)`, once nothing shows it, your own not before the kept backups that do;
        until then `undo` brings it back.

        >>> import booktrack, io
        >>> from PIL import Image
        >>> file = io.BytesIO()
        >>> Image.new("RGB", (600, 900), "maroon").save(file, "PNG")
        >>> with booktrack.Library("library.json") as library:
        ...     picture = library.set_cover("9780765326355", file.getvalue())
        ...     removed = library.remove_cover("9780765326355")
        ...     gone = library.check(repair=True)["covers"]["removed"]
        >>> removed["removed"], picture["path"] in gone
        (True, True)

        Raises:
            NotFound: There is no such edition.
        """
        from booktrack.services import covers

        return covers.remove_cover(self._ctx, edition)

    def download_covers(self, limit: int = 100, *, progress: Progress | None = None) -> JSON:
        """Return what was fetched for the editions without a picture, those you own first.

        Each address is asked for its largest form; what turns out to be a placeholder ("image
        not available", a blank) is left out and not asked for again for a week. Editions without
        an address are looked up at Open Library first. Your own pictures stay.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.download_covers(limit=10)["stored"]
        0

        Args:
            limit: How many editions at most.
            progress: Called after each batch with `{"done", "total", "what"}`.

        Returns:
            `{"asked", "stored", "failed": [{"edition_id", "title", "isbn_13", "problems": [{"url",
            "code", "message"}]}], "left", "without_address", "sources", "covers": [{"edition_id",
            "title", "isbn_13", ...as cover()}]}`; `left` counts the editions that are worth asking
            for, `sources` tells of who was asked for addresses how it went, as in `search`.

        Raises:
            InvalidInput: The limit is none.
            StoreReadOnly: The library may not be written.
        """
        from booktrack.services import cover_downloads

        return cover_downloads.download_covers(self._ctx, limit, progress)

    def match_existing_covers_to_volumes(self, series_name: str | int) -> dict[str, str]:
        """Return `{position: path}` of the volumes of a series whose picture is there.

        A volume shows the picture of the edition that you own, want or know of it, else that of
        an edition with its ISBN. Pictures that you put under `get_cover_storage_path` are taken
        in. Nothing is fetched.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     library.match_existing_covers_to_volumes("Saga")
        {}

        Args:
            series_name: The series, by name, alias or id.

        Raises:
            NotFound: There is no such series; `details["suggestions"]` names the nearest.
            Conflict: Several bear the name; `details["choices"]` lists them.
        """
        from booktrack.services import cover_matching

        return cover_matching.match_covers(self._ctx, series_name)

    def download_missing_volume_covers(
        self, series_id: int | str, *, progress: Progress | None = None
    ) -> dict[str, str]:
        """Return `{position: path}` of the pictures that were fetched for volumes without one.

        Pictures that are there are matched first. A volume of which the library has no book is
        shown by what its source gave, else by what Open Library has under its ISBN.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.download_missing_volume_covers("Saga")
        Traceback (most recent call last):
            ...
        booktrack.errors.SourceUnavailable: no cover could be fetched: booktrack is offline; ...

        Args:
            series_id: The series, by id or name.
            progress: Called after each batch with `{"done", "total", "what"}`.

        Raises:
            NotFound: There is no such series.
            SourceUnavailable: Pictures are missing and nobody could be asked for any.
            StoreReadOnly: The library may not be written.
        """
        from booktrack.services import cover_matching

        return cover_matching.download_volume_covers(self._ctx, series_id, progress)
