"""Copies of earlier snapshots, in `library.json.backups/`, and plain files made on request."""

from __future__ import annotations

import re
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from booktrack.store.files import Files

_NAME = re.compile(r"(?P<stem>.+)-(?P<day>\d{8})T(?P<time>\d{6})Z-r(?P<revision>\d{1,15})\.json")


class Backups:
    """The last N snapshots; ordinary ones are kept once a day, so that N days can be gone back."""

    def __init__(self, library: Path, files: Files, keep: int) -> None:
        self.folder = library.with_name(library.name + ".backups")
        self._library = library
        self._files = files
        self.most = keep

    def kept(self) -> list[dict[str, Any]]:
        """Return `{"path", "at", "revision", "size"}` of each, newest first."""
        found = []
        for path in self.folder.glob("*.json") if self.folder.is_dir() else ():
            name = _NAME.fullmatch(path.name)
            at = _moment(f"{name['day']}{name['time']}") if name else None
            stamp = self._files.stamp(path) if at else None
            # Another process may have let it go since; a folder or an impossible date is no backup.
            if name and at and stamp and path.is_file():
                found.append(
                    {
                        "path": str(path),
                        "at": at,
                        "revision": int(name["revision"]),
                        "size": stamp.size,
                    }
                )
        return sorted(found, key=lambda item: (item["at"], item["revision"]), reverse=True)

    def keep(
        self,
        revision: int,
        now: datetime,
        *,
        always: bool = False,
        instead: list[bytes | memoryview] | None = None,
    ) -> Path | None:
        """Keep the present snapshot under a name of its own, and let the oldest ones go.

        Args:
            revision: of the present snapshot.
            now: the time that stands in its name.
            always: keep it even where one of the same day is there.
            instead: a file to keep, always, instead of the snapshot.

        Returns:
            Where it is kept now, or None.
        """
        day = now.astimezone(UTC)
        today = f"{day:%Y-%m-%d}"
        if self.most < 1 or not self._library.exists():
            return None
        if not (always or instead) and any(item["at"].startswith(today) for item in self.kept()):
            return None
        if always and instead is None:
            # Not a second name of the file: an editor that changes it in place would change both.
            present = self._library.read_bytes()
            if same := self._holding(present):
                return same
            instead = [present]
        self._make_folder()
        target = self.folder / f"{self._library.stem}-{day:%Y%m%dT%H%M%SZ}-r{revision}.json"
        if instead is not None:
            self._files.put(target, instead, like=self._library)
        else:
            self._files.unlink(target)
            self._files.link(self._library, target)
            self._files.sync_folder(self.folder)
        # By a clock that was set back the newest may look like the oldest.
        others = [path for item in self.kept() if (path := Path(item["path"])) != target]
        for path in others[self.most - 1 :]:
            self._files.unlink(path)
        return target

    def _holding(self, data: bytes) -> Path | None:
        """Return the newest backup where it holds just this, so that it is not kept twice."""
        newest = next((Path(item["path"]) for item in self.kept()), None)
        if newest and newest.stat().st_size == len(data) and newest.read_bytes() == data:
            return newest
        return None

    def _make_folder(self) -> None:
        self.folder.mkdir(exist_ok=True)
        mode = stat.S_IMODE(self._library.stat().st_mode)
        # Whoever may read the library may enter the folder, nobody else.
        self.folder.chmod(mode | 0o700 | (mode & 0o044) >> 2)


def _moment(digits: str) -> str | None:
    """Return the time that a name tells, or None where there is no such time."""
    try:
        at = datetime.strptime(f"{digits}+0000", "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
    return at.isoformat().replace("+00:00", "Z")
