"""The methods of `Library` on series: showing, the user's word, joining, parting, repairing.

Every change is one transaction, so that `undo` takes it back as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from booktrack.services import series as series_service
from booktrack.services.context import Context

JSON = dict[str, Any]


class SeriesMethods:
    """Overriding, mending and checking series."""

    _ctx: Context

    # --- showing ----------------------------------------------------------------------------

    def list_series(
        self,
        *,
        limit: int = 50,
        offset: int = 0,
        completeness: str | None = None,
        kind: str | None = None,
    ) -> JSON:
        """Return `{"total", "limit", "offset", "series"}` by name, without their volumes.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     page = library.list_series(completeness="complete")
        ...     [series["name"] for series in page["series"]]
        ['The Broken Earth']

        Args:
            limit: Series a page, 1 to 10,000.
            offset: How many to pass over.
            completeness: Only complete, incomplete, unknown_total or contradiction ones.
            kind: Only series of this kind.

        Raises:
            InvalidInput: An argument is wrong.
        """
        return series_service.list_series(
            self._ctx, limit=limit, offset=offset, completeness=completeness, kind=kind
        )

    def get_series(self, series: int | str, *, kind: str | None = None) -> JSON:
        """Return a series with its volumes, the status of each derived from the editions.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     series = library.get_series("Stormlight Archive")
        ...     series["owned"], series["missing"], series["percent"]
        (['1', '2', '2.5', '4'], ['3', '5'], 60.0)

        Raises:
            NotFound: There is none; `details["suggestions"]` names the nearest.
            Conflict: Several bear the name; `details["choices"]` lists them.
        """
        return series_service.get_series(self._ctx, series, kind)

    def track_series(self, series: int | str, tracked: bool = True) -> JSON:
        """Return the series after saying whether its new volumes are of interest.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.track_series("Saga", False)["tracked"]
        False

        Raises:
            NotFound: There is no such series.
        """
        return series_service.track_series(self._ctx, series, tracked)

    # --- the user's word ---------------------------------------------------------------------

    def override_series(self, series: int | str, *, why: str | None = None, **fields: Any) -> JSON:
        """Return the series after putting the user's word above that of every source.

        It holds through imports, refreshes and repairs until `clear_override`; what sources say
        otherwise stays visible in `disagreements` and `total_disagreements`.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     series = library.override_series("Saga", total=4, why="I stop there")
        >>> series["total"], series["overrides"]["total"]["why"]
        (4, 'I stop there')

        Args:
            series: Its id, name or alias.
            why: A note on the reason.
            **fields: name, kind, total (None: nobody knows), publication_status, edition_line,
                order (a list of positions or labels, for the order of `volumes`).

        Raises:
            NotFound: There is no such series.
            InvalidInput: There is no such field, or a value is wrong.
        """
        from booktrack.services import series_edits

        return series_edits.override_series(self._ctx, series, why, fields)

    def clear_override(self, series: int | str, fields: Sequence[str] | str | None = None) -> JSON:
        """Return the series after letting the sources speak again.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.override_series("Saga", total=4)["total"]
        ...     library.clear_override("Saga", "total")["overrides"]
        4
        {}

        Args:
            series: Its id, name or alias.
            fields: Keys of the series' `overrides`, such as "total", "volume 4" or "book 12";
                None takes all but those of merged series.

        Raises:
            NotFound: There is no such series.
            InvalidInput: A field is not overridden.
        """
        from booktrack.services import series_edits

        return series_edits.clear_override(self._ctx, series, fields)

    def rename_series(self, series: int | str, name: str, *, why: str | None = None) -> JSON:
        """Return the series under another name; the old one still finds it.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.rename_series("Saga", "Saga (Image)")["name"]
        ...     library.get_series("Saga")["name"]
        'Saga (Image)'
        'Saga (Image)'

        Raises:
            NotFound: There is no such series.
            InvalidInput: The name is empty or too long.
        """
        return self.override_series(series, why=why, name=name)

    def exclude_volumes(
        self,
        series: int | str,
        volumes: str | int | Sequence[str | int],
        *,
        why: str | None = None,
    ) -> JSON:
        """Return the series after saying that volumes are not part of the user's set.

        They are missing no more, whatever a source lists.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     series = library.exclude_volumes("Stormlight Archive", 5)
        >>> series["missing"], series["excluded"]
        (['3'], ['5'])

        Args:
            series: Its id, name or alias.
            volumes: "4", "1-9", "1, 3", a label such as "Guide Book", or a list of these.
            why: A note on the reason.

        Raises:
            NotFound: There is no such series.
            InvalidInput: No volume is named.
        """
        from booktrack.services import series_edits

        return series_edits.set_counted(self._ctx, series, volumes, counted=False, why=why)

    def include_volumes(self, series: int | str, volumes: str | int | Sequence[str | int]) -> JSON:
        """Return the series after counting excluded volumes in again.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     series = library.exclude_volumes("Stormlight Archive", 5)
        ...     library.include_volumes("Stormlight Archive", 5)["missing"]
        ['3', '5']

        Raises:
            NotFound: There is no such series.
            InvalidInput: No volume is named.
        """
        from booktrack.services import series_edits

        return series_edits.set_counted(self._ctx, series, volumes, counted=True, why=None)

    def set_position(
        self,
        book_id: int,
        series: int | str,
        position: str | float | None,
        *,
        why: str | None = None,
    ) -> JSON:
        """Return the book after saying where it stands in a series; no source moves it.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     (book,) = library.search(title="Edgedancer", limit=1)["results"]
        ...     book = library.set_position(book["id"], "Stormlight Archive", 2.75)
        >>> book["series_position"]
        2.75

        Args:
            book_id: The book; it is put into the series where it was not in it.
            series: Its id, name or alias.
            position: 3, "1.5", "1-3"; None: it belongs to the series and has no number.
            why: A note on the reason.

        Raises:
            NotFound: There is no such book or series.
            InvalidPosition: It is no place in a series.
        """
        from booktrack.services import series_moves

        return series_moves.set_position(self._ctx, book_id, series, position, why)

    def leave_series(self, book_id: int, series: int | str, *, why: str | None = None) -> JSON:
        """Return the book after taking it out of a series; no title or source puts it back.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     (book,) = library.search(title="Edgedancer", limit=1)["results"]
        ...     library.leave_series(book["id"], "Stormlight Archive")["series"] is None
        True

        Raises:
            NotFound: There is no such book or series, or the book is not in it.
        """
        from booktrack.services import series_moves

        return series_moves.leave_series(self._ctx, book_id, series, why)

    def mark_volumes(
        self, series: int | str, volumes: str | int | Sequence[str | int], status: str
    ) -> JSON:
        """Return `{"series", "total", "changed", "created", "skipped"}` after marking volumes.

        A status stands on an edition. A volume of which the library knows no edition gets a book
        with one that has no ISBN (`created`); the first import or source that tells of the
        volume fills it in. A volume that is owned within an omnibus is left alone (`skipped`).

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     marked = library.mark_volumes("Stormlight Archive", "rest", "want")
        >>> marked["series"]["wanted"]
        ['3', '5']

        Args:
            series: Its id, name or alias.
            volumes: "1-9", "1, 3", 4, a list, "all", or "rest": what is missing, and to want
                also what is announced.
            status: "own", "want" or "missing".

        Raises:
            NotFound: There is no such series.
            InvalidInput: There is no such status, or what is named is no volume.
        """
        from booktrack.services import volume_marks

        return volume_marks.mark_volumes(self._ctx, series, volumes, status)

    # --- joining and parting -----------------------------------------------------------------

    def merge_series(self, into: int | str, other: int | str) -> JSON:
        """Return the series that took over another's books, names, totals and volumes.

        Later imports that name the other find this one.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     novels = library.get_series("Spice and Wolf", kind="light_novel")
        ...     manga = library.get_series("Spice and Wolf", kind="manga")
        ...     library.merge_series(manga["id"], novels["id"])["owned"]
        ['1', '2', '3', '5']

        Raises:
            NotFound: There is no such series.
            Conflict: Both are the same series, or a name is that of several.
        """
        from booktrack.services import series_moves

        return series_moves.merge_series(self._ctx, into, other)

    def split_series(
        self,
        series: int | str,
        books: Iterable[int],
        *,
        name: str | None = None,
        kind: str | None = None,
    ) -> JSON:
        """Return the new series that took these books out of another one.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     (book,) = library.search(title="Edgedancer", limit=1)["results"]
        ...     library.split_series("Stormlight Archive", [book["id"]], name="Novellas")["name"]
        'Novellas'

        Args:
            series: The one that they leave, for good.
            books: Their ids.
            name: Of the new series; None takes that of the old one.
            kind: novel, light_novel, manga, comic; None takes that of the old one.

        Raises:
            NotFound: There is no such series, or a book is not in it.
            InvalidInput: No book is named, or there is no such kind.
        """
        from booktrack.services import series_moves

        return series_moves.split_series(self._ctx, series, books, name=name, kind=kind)

    # --- checking and repairing --------------------------------------------------------------

    def validate_series_metadata(self, series_name: str, api_data: Mapping[str, Any]) -> JSON:
        """Return what may be believed of an API's words on a series; nothing is changed.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     told = library.validate_series_metadata("The Broken Earth", {"total_volumes": 1})
        >>> told["suspect"][0]["code"], told["corrected"]["total"]
        ('owned_exceeds_total', 3)

        Args:
            series_name: The series; one that the library does not have is judged by itself.
            api_data: A dict as AniList, Google Books, Hardcover or another program gives it:
                `total_volumes` or `volumes`, `chapters`, `status`, `format` or `kind`, `title`,
                `language`, `edition`, `source`; other keys are passed over.

        Returns:
            `{"series", "series_id", "valid", "source", "accepted": {field: value}, "suspect":
            [{"field", "value", "code", "reason"}], "corrected": {"name", "total",
            "total_source", "at_least", "publication_status", "kind", "edition_line"},
            "falls_back_to_owned", "owned": [position]}`. A suspect total is replaced by one
            heard before, where what is owned fits it, else by None; it is never raised to fit:
            `at_least` is the highest volume owned.

        Raises:
            InvalidInput: The data are no dict, or a value cannot be meant, such as a total of
                "abc".
            Conflict: Several series bear the name.
        """
        from booktrack.services import series_checks

        return series_checks.validate_series_metadata(self._ctx, series_name, api_data)

    def reconcile_series_with_owned_books(
        self, series_name: int | str, preview: bool = False
    ) -> JSON:
        """Return what was repaired between a series and its books, and what is left to the user.

        Joins series that are there twice, mends links, attaches books whose titles name the
        series. Status needs no repair: it follows from the editions at each question.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     done = library.reconcile_series_with_owned_books("Saga", preview=True)
        >>> done["changed"], done["preview"]
        ([], True)

        Args:
            series_name: Its name or id; all series that bear the name are looked at.
            preview: Change nothing, and tell what would be.

        Returns:
            `{"series": [series...], "preview", "changed": [{"what", "text", "series_id",
            "books"}], "left": [{"code", "problem", "series_id", "books", "fix": {"call",
            "arguments"}}]}`.

        Raises:
            NotFound: There is no such series.
        """
        from booktrack.services import series_repair

        return series_repair.reconcile_series(self._ctx, series_name, preview=preview)

    def reconcile_all(self, preview: bool = False) -> JSON:
        """Return `{"total", "preview", "changed", "left"}` after reconciling every series.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.reconcile_all(preview=True)["changed"]
        []
        """
        from booktrack.services import series_repair

        return series_repair.reconcile_all(self._ctx, preview=preview)

    def fix_series(self, series: int | str | None = None, *, preview: bool = False) -> JSON:
        """Return `{"checked", "preview", "changed", "left"}` after reading the titles anew.

        What is certain is changed; what is not is listed in `left` with its reasons and the call
        that decides it. What the user has set stays.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.fix_series("Saga", preview=True)["changed"]
        []

        Args:
            series: Its id, name or alias; None reads all books without a series.
            preview: Change nothing, and tell what would be.

        Raises:
            NotFound: There is no such series.
        """
        from booktrack.services import series_repair

        return series_repair.fix_series(self._ctx, series, preview=preview)

    def series_audit(self) -> JSON:
        """Return `{"total", "counts", "problems"}`: all that is wrong or doubtful about series.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     audit = library.series_audit()
        >>> next(one["problem"] for one in audit["problems"] if one["series"] == "Saga")
        'missing: 3'

        Returns:
            Each problem is `{"code", "series_id", "series", "problem", "books", "positions",
            "fix": {"call", "arguments"}}`; the code is one of contradiction, suspect_total,
            disagreement, duplicate_name, gap, unnumbered, same_position, needs_review,
            mixed_kinds and report. `fix` names a method of `Library`.
        """
        from booktrack.services import series_audit

        return series_audit.series_audit(self._ctx)

    # --- reports -----------------------------------------------------------------------------

    def report_series(
        self, series: int | str, problem: str, *, origin: str | None = None, **values: Any
    ) -> JSON:
        """Return the report of wrong data as it is kept with the series.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.report_series("Saga", "there are 12", total=12)["values"]
        {'total': 12}

        Args:
            series: Its id, name or alias.
            problem: What is wrong, in words.
            origin: The address of a page that tells it right.
            **values: What is right: name, kind, total, publication_status, edition_line,
                language (of the editions that the total counts), release_date (of the last of
                them, where more are to come).

        Raises:
            NotFound: There is no such series.
            InvalidInput: The problem is empty, or a value is wrong.
        """
        from booktrack.services import series_reports

        return series_reports.report_series(
            self._ctx, series, problem, origin=origin, values=values
        )

    def series_reports(self, series: int | str | None = None) -> JSON:
        """Return `{"total", "reports"}`: what was reported, of one series or of all.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.report_series("Saga", "there are 12", total=12)["number"]
        ...     library.series_reports()["total"]
        1
        1

        Raises:
            NotFound: There is no such series.
        """
        from booktrack.services import series_reports

        return series_reports.series_reports(self._ctx, series)

    def close_series_report(self, series: int | str, number: int) -> JSON:
        """Return the series after taking a report, by its `number`, off its list.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     report = library.report_series("Saga", "there are 12", total=12)
        ...     series = library.close_series_report("Saga", report["number"])
        ...     library.series_reports()["total"]
        0

        Raises:
            NotFound: There is no such series or report.
        """
        from booktrack.services import series_reports

        return series_reports.close_report(self._ctx, series, number)

    def export_series_reports(self) -> JSON:
        """Return `{"text", "entries", "left_out"}`: the reports as curated entries, in TOML.

        An entry needs a total, the language of the editions it counts and an origin, and of a
        running series the date of its last volume; reports without are in `left_out`, with what
        is `lacking`.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     report = library.report_series("Saga", "there are 12", total=12)
        ...     library.export_series_reports()["left_out"][0]["lacking"]
        ['origin', 'language', 'release_date']
        """
        from booktrack.services import series_reports

        return series_reports.export_reports(self._ctx)
