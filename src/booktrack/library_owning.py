"""The methods of `Library` on what a user owns, wants and misses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from booktrack.services import loans, owning, owning_lists, prices
from booktrack.services.context import Context

JSON = dict[str, Any]


class OwningMethods:
    """Saying what is owned, copies, loans and prices."""

    _ctx: Context

    def mark(self, edition: int | str, status: str, notes: str | None = None) -> JSON:
        """Return the edition after saying that the user owns, wants or misses it.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     library.mark("9781429952040", "own")["status"]
        'own'

        Args:
            edition: Its id or ISBN.
            status: "own", "want" or "missing".
            notes: Replaces the notes; None leaves them.

        Raises:
            NotFound: The library has no such edition.
            InvalidInput: There is no such status.
        """
        return owning.mark(self._ctx, edition, status, notes)

    def mark_many(
        self, editions: Iterable[int | str], status: str, notes: str | None = None
    ) -> JSON:
        """Return `{"total", "changed", "editions"}` after marking all, or none if one is wrong.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     library.mark_many(["9780765326355", "9781429952040"], "own")["changed"]
        1

        Raises:
            NotFound: The library has no such edition.
            InvalidInput: There is no such status, or no edition was named.
        """
        return owning.mark_many(self._ctx, editions, status, notes)

    def add_note(self, edition: int | str, note: str) -> JSON:
        """Return the edition with a line added to its notes; the same line is kept once.

        `search` finds a book by its notes, `list_books(notes="signed copy")` lists those with one.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     noted = library.add_note("9780765326355", "signed copy")
        ...     library.search("signed copy")["results"][0]["match"]["field"]
        'notes'

        Raises:
            NotFound: The library has no such edition.
            InvalidInput: The note is empty or longer than 4,000 characters.
        """
        return owning.add_note(self._ctx, edition, note)

    def wanted(self, *, limit: int = 50, offset: int = 0) -> JSON:
        """Return `{"total", "limit", "offset", "books"}`: the books with a wanted edition.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     book = library.wanted()["books"][2]
        >>> book["title"], book["release_state"], book["why"]
        ('East of Eden', 'released', 'you want ebook 9781440631320; out since 2002-02-05')

        Returns:
            Each book has `wanted_editions` (their ids), their `release_date` and `release_state`
            (released, announced, estimated where only a guess or the running month or year is
            told, or unknown), `cheapest_prices` ({currency: {"price", "currency", "source",
            "seen_at", "edition_id", "isbn_13"}}, of each source what it asks by now), and `why`.

        Raises:
            InvalidInput: The limit or the offset is none.
        """
        return owning_lists.wanted(self._ctx, limit=limit, offset=offset)

    def missing_from_series(self, series: int | str, *, kind: str | None = None) -> JSON:
        """Return `{"series", "total", "missing", "announced", "volumes"}`: what is not owned.

        Only released main volumes are missing; each says why it is listed, with its `books`,
        `editions`, `release_state` and `cheapest_prices` as `wanted` gives them.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     missing = library.missing_from_series("Saga")
        >>> missing["missing"], missing["volumes"][0]["why"]
        (['3'], 'a hole below volume 4')

        Args:
            series: Its id, name or alias, typos forgiven.
            kind: novel, light_novel, manga or comic, where several series bear the name.

        Raises:
            NotFound: There is none; `details["suggestions"]` names the nearest.
            Conflict: Several bear the name; `details["choices"]` lists them.
        """
        return owning_lists.missing_from_series(self._ctx, series, kind)

    def missing_from_author(self, author: str) -> JSON:
        """Return `{"author", "total", "owned", "books"}`: the known books that are not owned.

        Each book has its `release_date`, `release_state` and `cheapest_prices` as `wanted` gives
        them, and says `why` it is listed.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     missing = library.missing_from_author("Brandon Sanderson")
        >>> missing["books"][0]["title"], missing["books"][0]["why"]
        ('Wind and Truth', 'you want it and own no edition; out since 2024-12-06')

        Raises:
            NotFound: The library has no such author; `details["suggestions"]` names the nearest.
        """
        return owning_lists.missing_from_author(self._ctx, author)

    # --- copies and loans --------------------------------------------------------------------

    def edit_copy(self, edition: int | str, **fields: Any) -> JSON:
        """Return the edition after telling more of the copies that the user has of it.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     told = library.edit_copy(
        ...         "9780765326355", copies=2, signed=True, price_paid=24, price_paid_currency="USD"
        ...     )
        >>> told["copy"]["copies"], told["copy"]["signed"], told["copy"]["price_paid"]
        (2, True, 24.0)

        Args:
            edition: Its id or ISBN.
            **fields: copies (1 to 100,000), condition, location, acquired_date (in part or
                whole), price_paid (of one copy), price_paid_currency ("EUR"), signed, shelves,
                tags, notes. None forgets a field.

        Returns:
            The edition; `copy` is `{"copies", "condition", "location", "acquired_date",
            "price_paid", "price_paid_currency", "signed", "loaned_to", "loaned_since"}`. It is
            None for an edition that is not owned and of which nothing of this was told. An
            edition of which the user had said nothing is owned from then on.

        Raises:
            NotFound: The library has no such edition.
            InvalidInput: There is no such field, a value is wrong, or a currency has no amount.
            InvalidDate: The date is none, or lies ahead.
        """
        return owning.edit_copy(self._ctx, edition, fields)

    def lend(self, edition: int | str, to: str, *, since: str | date | None = None) -> JSON:
        """Return the edition after noting who has it now.

        One loan is kept of an edition, however many copies there are.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     lent = library.lend("9780765326355", "Ann", since="2024-10-03")
        >>> lent["copy"]["loaned_to"], lent["copy"]["loaned_since"]
        ('Ann', '2024-10-03')

        Args:
            edition: Its id or ISBN.
            to: Who has it.
            since: The day, in part or whole ("2024-10", a `datetime.date`); None means today.

        Raises:
            NotFound: The library has no such edition.
            Conflict: It is not owned, or somebody else has it already.
            InvalidDate: The date is none, or lies ahead.
        """
        return owning.lend(self._ctx, edition, to, since)

    def take_back(self, edition: int | str) -> JSON:
        """Return the edition after a loan has ended.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     lent = library.lend("9780765326355", "Ann")
        ...     back = library.take_back("9780765326355")
        >>> back["copy"]["loaned_to"] is None
        True

        Raises:
            NotFound: The library has no such edition.
            Conflict: Nobody has it.
        """
        return owning.take_back(self._ctx, edition)

    def loans(self, *, limit: int = 50, offset: int = 0) -> JSON:
        """Return `{"total", "limit", "offset", "editions"}`: what is lent, the longest first.

        Each edition has the `title` and `authors` of its book beside its own values; `copy` says
        who has it and since when, `loaned_days` for how many days where that is known to the day.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     lent = library.lend("9780765326355", "Ann")
        ...     library.loans()["editions"][0]["title"]
        'The Way of Kings'
        """
        return loans.loans(self._ctx, limit=limit, offset=offset)

    # --- prices ------------------------------------------------------------------------------

    def price_history(self, edition: int | str) -> JSON:
        """Return what an edition costs and cost: a line for each change of a source's price.

        A price that a source repeats is not listed again: it held from the day on which it was
        seen first until the next one of its source. Currencies are never compared.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     seen = library.add_price("9780765326355", 5.5, "EUR", source="flea market")
        ...     library.price_history("9780765326355")["latest"]["EUR"]["price"]
        5.5

        Returns:
            `{"edition_id", "book_id", "isbn_13", "title", "prices": [{"price", "currency",
            "source", "seen_at"}], "cheapest": {currency: price}, "latest": {currency: price}}`,
            the oldest first; `seen_at` is an instant or a partial date. Under "unknown" stand
            the prices of which nobody said the currency.

        Raises:
            NotFound: The library has no such edition.
        """
        return prices.price_history(self._ctx, edition)

    def add_price(
        self,
        edition: int | str,
        price: float,
        currency: str | None,
        *,
        source: str = "user",
        date: str | date | None = None,
    ) -> JSON:
        """Return the price history of an edition after adding what it costs somewhere.

        The price of the edition itself stays; `edit_edition` sets that.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     seen = library.add_price("9780765326355", 19.5, "EUR", date="2024-03")
        >>> [one["price"] for one in seen["prices"] if one["currency"] == "EUR"]
        [19.5]

        Args:
            edition: Its id or ISBN.
            price: The amount, 0 or more.
            currency: A code of three letters, "EUR"; None where it is not known.
            source: Who asks this price, such as a shop.
            date: When it was seen, in part or whole ("2024-10", a `datetime.date`); None means
                now.

        Raises:
            NotFound: The library has no such edition.
            InvalidInput: The amount, the currency or the source is none.
            InvalidDate: The date is none, or lies ahead.
        """
        return prices.add_price(self._ctx, edition, price, currency, source=source, date=date)

    def collection_worth(self) -> JSON:
        """Return by currency what the owned copies cost today, and what was paid for them.

        An edition counts with its price, or where it has none with the one that was seen last,
        as many times as there are copies. Currencies are never added up.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     worth = library.collection_worth()
        >>> priced = sum(one["editions"] for one in worth["currencies"].values())
        >>> worth["editions"] == priced + worth["unpriced"] + worth["without_currency"]
        True

        Returns:
            `{"currencies": {"USD": {"worth", "editions", "copies", "paid", "paid_editions"}},
            "editions", "copies", "unpriced", "without_currency"}`: the sums, of how many editions
            and copies; then how many editions and copies are owned, how many of the editions
            have no price, and how many one of which nobody said the currency.
        """
        return prices.collection_worth(self._ctx)
