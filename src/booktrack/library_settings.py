"""The methods of `Library` on settings."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from booktrack.services import inputs
from booktrack.services.context import Context

JSON = dict[str, Any]


class SettingsMethods:
    """What a user can change."""

    _ctx: Context

    def get_settings(self) -> JSON:
        """Return the value of every setting that counts now, by name; secrets are masked.

        The environment goes before what was set, and that before the default: `settings_info`
        tells which it was, and what each setting does.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     settings = library.get_settings()
        >>> settings["patience"], settings["cache_ttl"], settings["google_books_api_key"]
        (8.0, None, None)
        """
        from booktrack.services import settings

        return settings.get(self._ctx)

    def update_settings(self, /, **changes: Any) -> JSON:
        """Return the settings after changing those that are named; they take effect at once.

        Keys and tokens are only ever written: they are shown masked, and a masked value that is
        sent back changes nothing. They stand beside the library in `library.json.secrets`, which
        only you may read, and never in the library, a backup, an export or the history. None, or
        an empty text, takes a key or an address away. All but what stands in that file (keys, the
        webhook and the number of backups) can be undone.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.update_settings(contact="me@example.org", patience=5)["patience"]
        ...     library.update_settings(hardcover_token="a token of mine")["hardcover_token"]
        5.0
        '••••'

        Raises:
            InvalidInput: There is no such setting, or it does not take the value; nothing was
                changed.
        """
        from booktrack.services import settings

        return settings.update(self._ctx, changes)

    def reset_settings(self, names: Sequence[str] | str | None = None) -> JSON:
        """Return the settings after setting these back to their defaults, or all where it is None.

        The default of a key is that there is none: resetting all forgets your keys too.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     changed = library.update_settings(patience=5, default_language="de")
        ...     library.reset_settings("patience")["default_language"]
        'de'

        Raises:
            InvalidInput: There is no such setting.
        """
        from booktrack.services import settings

        return settings.reset(self._ctx, names)

    def settings_info(self) -> JSON:
        """Return what each setting is, what it takes, its value, and who says it.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     first = library.settings_info()["settings"][0]
        >>> first["name"], first["type"], first["default"], first["variable"], first["origin"]
        ('contact', 'text', None, 'BOOKTRACK_CONTACT', 'default')

        Returns:
            `{"total", "settings": [{"name", "type", "group", "doc", "default", "limits", "secret",
            "in_backups", "variable", "value", "origin": "environment" | "settings" | "default"}],
            "updated_at", "files": {"library", "secrets"}}`.
        """
        from booktrack.services import settings

        return settings.info(self._ctx)

    def backup_settings(
        self, path: str | os.PathLike[str] | None = None, *, overwrite: bool = False
    ) -> JSON:
        """Return what was written to a file of its own: every setting but those `left_out`.

        Keys, the webhook and the number of backups are left out: they stand beside the library.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     changed = library.update_settings(patience=5)
        ...     done = library.backup_settings("settings.json")
        ...     changed = library.reset_settings()
        ...     library.restore_settings("settings.json")["changed"]
        {'patience': [8.0, 5.0]}

        Args:
            path: The file; None makes one in the folder of the library's backups.
            overwrite: Replace a file that is there.

        Returns:
            `{"path", "bytes", "at", "settings": {name: value}, "left_out": [name]}`.

        Raises:
            Conflict: The file is there already, or belongs to the library itself.
            InvalidFile: It cannot be written.
        """
        from booktrack.services import settings_backups

        target = None if path is None else inputs.file_path(path, "a backup of settings")
        return settings_backups.backup(
            self._ctx, target, overwrite=inputs.flag(overwrite, "overwrite")
        )

    def restore_settings(self, backup: str | os.PathLike[str] | Mapping[str, Any]) -> JSON:
        """Return what changed by setting what a backup holds; it can be undone.

        All of it is checked before anything is set. What it does not name goes back to its
        default. Keys, the webhook and the number of backups stay as they are, whatever it says.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     done = library.backup_settings()
        ...     changed = library.update_settings(patience=5)
        ...     restored = library.restore_settings(done["path"])
        ...     undone = library.undo(restored["id"])
        ...     library.get_settings()["patience"]
        5.0

        Args:
            backup: The file that `backup_settings` wrote, or what stands in it.

        Returns:
            `{"id", "changed": {name: [before, after]}, "left_out": [name], "settings"}`; `id` is
            the transaction to undo, None where nothing changed.

        Raises:
            InvalidFile: It is no backup of settings; nothing was changed.
            InvalidInput: It names a setting that there is not, or a value that one does not take.
        """
        from booktrack.services import settings_backups

        if not isinstance(backup, Mapping):
            backup = inputs.file_path(backup, "a backup of settings")
        return settings_backups.restore(self._ctx, backup)

    def settings_health(self) -> JSON:
        """Return whether all that booktrack stands on is in order, and what to do where it is not.

        Looked at are the library's file, its rights, lock and journal, free space, backups, the
        file of keys, settings that cannot be used, and the sources. `check` reads the library
        itself through, which takes longer.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     health = library.settings_health()
        >>> health["status"], [one["code"] for one in health["problems"]]
        ('healthy', ['no_backup', 'no_contact', 'sources_off'])

        Returns:
            `{"status": "healthy" | "unhealthy", "healthy", "problems": [{"code", "severity":
            "error" | "warning" | "hint", "message"}], "library": {...}, "secrets": {"path",
            "exists", "mode"}, "backups": {...}, "sources": {...}}`; only errors make it unhealthy.
        """
        from booktrack.services import settings_health

        return settings_health.health(self._ctx)

    def validate_url(self, url: str) -> JSON:
        """Return whether a page of the open internet can be read, and which ISBNs stand on it.

        Only http and https are fetched, and only from public addresses, at each redirect anew; at
        most 10 MiB, for at most 20 seconds.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.validate_url("file:///etc/passwd")["valid"]
        False

        Returns:
            `{"url", "valid", "error": text | None, "code", "warning": text | None, "status",
            "isbn_count", "sample_isbns": [up to 5]}`; `code` is that of the error.

        Raises:
            InvalidInput: It is no text.
        """
        from booktrack.services import pages_outside

        return pages_outside.validate_url(self._ctx, url)

    def sync_skoolib(self) -> JSON:
        """Return what taking in the books of your Skoolib page did; it is one import to undo.

        The page at `skoolib_url` is fetched as `validate_url` does, and every ISBN on it becomes
        a book that you own. Titles come with the next `refresh`.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.sync_skoolib()
        Traceback (most recent call last):
            ...
        booktrack.errors.InvalidInput: no Skoolib library is set; set skoolib_url to the address ...

        Returns:
            `{"success", "message", "url", "books_found", "books_added", ...}` and all that
            `import_file` returns.

        Raises:
            InvalidInput: `skoolib_url` is not set.
            SourceError: The page cannot be read, or no ISBN stands on it.
        """
        from booktrack.services import pages_outside

        return pages_outside.sync_skoolib(self._ctx)

    def sync_history(self, *, limit: int = 20, offset: int = 0) -> JSON:
        """Return `{"total", "limit", "offset", "history"}`: what you took in, newest first.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     done = library.import_file(b"9780441013593, 9780553293357")
        ...     entry = library.sync_history()["history"][0]
        >>> entry["source"], entry["success"], entry["books_found"], entry["error_details"]
        ('isbn_list', True, 2, [])

        Returns:
            Each entry is `{"timestamp", "source", "success", "books_found", "books_processed",
            "books_added", "books_updated", "error_details": [text]}`.

        Raises:
            InvalidInput: An argument is wrong.
        """
        from booktrack.services import upkeep

        return upkeep.sync_history(self._ctx, limit=limit, offset=offset)

    def cache_stats(self) -> JSON:
        """Return `{"book_cache", "api_cache", "page_cache"}`: each `{"size", "hit_rate"}`.

        The first is the library: its books, and the share of lookups that it answered by itself.
        The second are the answers of sources that are kept, and the share of requests that they
        saved. Pages are not kept. Rates are counted since the start, from 0 to 1.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.cache_stats()["book_cache"]
        {'size': 46, 'hit_rate': 0.0}
        """
        from booktrack.services import upkeep

        return upkeep.cache_stats(self._ctx)

    def external_metadata_status(self) -> JSON:
        """Return whether sources on the network are asked, and if not, for how long.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.external_metadata_status()["message"]
        'booktrack was started offline: no source is asked'

        Returns:
            `{"enabled", "timeout_active", "timeout_until", "minutes_remaining", "message"}`.
        """
        from booktrack.services import upkeep

        return upkeep.external_status(self._ctx)

    def enable_external_metadata(self) -> JSON:
        """Return the status after letting sources on the network be asked again.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     paused = library.disable_external_metadata(30)
        ...     library.enable_external_metadata()["timeout_active"]
        False
        """
        from booktrack.services import upkeep

        return upkeep.enable_external(self._ctx)

    def disable_external_metadata(self, duration_minutes: int | None = None) -> JSON:
        """Return the status after stopping sources on the network from being asked.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.disable_external_metadata(30)["minutes_remaining"]
        30

        Args:
            duration_minutes: For how long, up to a year; None until it is enabled again.

        Raises:
            InvalidInput: It is no whole number of minutes.
        """
        from booktrack.services import upkeep

        return upkeep.disable_external(self._ctx, duration_minutes)

    def remove_all_data(self, confirmation: str) -> JSON:
        """Return what was removed: every book, edition, status, reading and series, of all users.

        A backup is made first, and `undo` takes the removal back. Settings and keys stay.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     done = library.remove_all_data("DELETE")
        ...     undone = library.undo(done["id"])
        ...     done["removed_counts"]["books"], library.list_books()["total"]
        (46, 46)

        Args:
            confirmation: "DELETE".

        Returns:
            `{"removed_counts": {table: count}, "total", "backup": path, "id"}`; `id` is the
            transaction to undo, None where nothing was there.

        Raises:
            InvalidInput: The confirmation is another.
        """
        from booktrack.services import upkeep

        return upkeep.remove_all_data(self._ctx, confirmation)
