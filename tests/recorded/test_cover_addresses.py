"""Every address of a picture that real services and real people's files name can be asked for."""

from __future__ import annotations

import re
from pathlib import Path

from booktrack.domain.covers import best_addresses
from booktrack.sources.strangers import stranger

PICTURE = re.compile(
    r"https?://(?:[^\s\"'<>,|\\]+\.(?:jpe?g|png|gif|webp)|books\.google\.[^\s\"'<>,|\\]+img=1[^\s\"'<>,|\\]*)"
)


def test_every_picture_in_the_wild_has_forms_that_can_be_asked_for(shared: Path) -> None:
    found = set()
    for path in [*(shared / "recorded").rglob("*"), *(shared / "exports").rglob("*")]:
        if path.is_file() and path.suffix in (".json", ".csv", ".txt", ".tsv", ".html"):
            text = path.read_text("utf-8", "replace").replace("\\/", "/").replace("&amp;", "&")
            found |= set(PICTURE.findall(text))
    assert len(found) > 500
    for address in found:
        forms = best_addresses(address)
        assert forms, address
        assert all(stranger(form) for form in forms)
        if "google." in address:
            assert not any(re.search(r"edge=curl|zoom=[2-6]", form) for form in forms)
