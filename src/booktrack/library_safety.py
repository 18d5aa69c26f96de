"""The methods of `Library` that keep it safe: backups, and the way back from damage."""

from __future__ import annotations

import os
from typing import Any

from booktrack.config import load_config
from booktrack.errors import InvalidFile, shown_path
from booktrack.services import inputs
from booktrack.services.context import Context
from booktrack.store.recovery import recover as rebuild

JSON = dict[str, Any]


class SafetyMethods:
    """Copying the whole library to a file and back."""

    _ctx: Context

    def backup(
        self, path: str | os.PathLike[str] | None = None, *, overwrite: bool = False
    ) -> JSON:
        """Return `{"path", "bytes", "revision", "tables", "pictures"}` after writing the library.

        The file is a plain library by itself, with its pictures in a folder beside it; it is read
        again before it counts. Accounts and keys are not in it.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.backup("backup.json")["tables"]["books"]
        46

        Args:
            path: The file; None keeps one among `backups`, where the oldest goes; its pictures
                are those of the library, so that `pictures` is 0.
            overwrite: Replace a file that is there.

        Raises:
            Conflict: The file is there already, or belongs to the library itself.
            StoreError: It cannot be written.
        """
        if path is None:
            from booktrack.services import upkeep

            return upkeep.keep_backup(self._ctx)
        target = inputs.not_of_library(inputs.file_path(path, "a backup"), self._ctx.store.path)
        from booktrack.services import cover_backups

        answer = self._ctx.store.backup(target, overwrite=inputs.flag(overwrite, "overwrite"))
        return {**answer, "pictures": cover_backups.copy_pictures(self._ctx, target)}

    def restore(self, path: str | os.PathLike[str]) -> JSON:
        """Return the transaction that made the library what a backup holds; it can be undone.

        `id` is None where the library held the same already. `kept` names the backup that was
        made of what was there before, `pictures` tells how many that were missing were taken from
        beside the backup. Every document of it is checked first; your keys and the webhook stay
        as they are.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     backup = library.backup("backup.json")
        ...     removed = library.remove_all_data("DELETE")
        ...     restored = library.restore("backup.json")
        ...     library.list_books()["total"]
        46

        Raises:
            InvalidFile: The file is missing or holds no whole library; nothing was changed.
            StoreTooNew: A newer booktrack wrote it.
        """
        source = inputs.file_path(path, "a backup")
        from booktrack.services import cover_backups

        answer = self._ctx.store.restore(source, user_id=self._ctx.user_id)
        return {"id": None, **answer, "pictures": cover_backups.take_pictures(self._ctx, source)}

    def backups(self) -> JSON:
        """Return `{"total", "backups": [{"path", "at", "revision", "size"}]}`, newest first.

        One is kept a day, and one before each restore; the size is in bytes. The setting
        `backups_kept` says how many there are at most.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     done = library.backup()
        ...     library.backups()["total"]
        1
        """
        kept = self._ctx.store.backups()
        return {"total": len(kept), "backups": kept}

    def check(self, *, repair: bool = False) -> JSON:
        """Return a report on the library's files and pictures.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.check()["ok"]
        True

        Args:
            repair: Take in the pictures that you put into the folder, and remove those of
                booktrack's that nothing shows any more; files of other names stay, and your own
                pictures that a kept backup shows. Otherwise nothing is changed.

        Returns:
            `{"ok", "problems": [{"code", "message", "table", "id"}], "tables": {name: count},
            "covers": {"pictures", "bytes", "missing", "damaged", "unused", "removed", "taken",
            "refused"}, ...}`.

        Raises:
            StoreReadOnly: It is to be repaired and may not be written.
        """
        from booktrack.services import cover_checks, inputs

        return cover_checks.check(self._ctx, repair=inputs.flag(repair, "repair"))


def recover(path: str | os.PathLike[str] | None = None) -> JSON:
    """Return what was rebuilt of a damaged library; its damaged files are kept beside it.

    Args:
        path: The library's file, found as `Library` finds it where it is None.

    Returns:
        `{"recovered", "base", "revision", "applied", "left_out", "missing", "unreadable",
        "kept"}`; `recovered` is False where the library was whole and nothing was done.

    Raises:
        InvalidFile: There is no such file.
        StoreTooNew: A newer booktrack wrote it.
    """
    library = load_config(path).path
    if not library.exists():
        raise InvalidFile(f"there is no library {shown_path(library)}", file=str(library))
    return rebuild(library)
