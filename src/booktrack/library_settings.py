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

    def update_settings(self, **changes: Any) -> JSON:
        """Return the settings after changing those that are named; they take effect at once.

        Keys and tokens are only ever written: they are shown masked, and a masked value that is
        sent back changes nothing. They stand beside the library in `library.json.secrets`, which
        only you may read, and never in the library, a backup, an export or the history. None, or
        an empty text, takes a key or an address away. All of it but keys and the webhook can be
        undone.

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
        """Return what was written to a file of its own: every setting but keys and the webhook.

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
        default. Keys and the webhook stay as they are, whatever it says of them.

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
