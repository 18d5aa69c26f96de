"""The contact that services may write to: who names one may ask some of them more often."""

from __future__ import annotations

from booktrack.errors import InvalidInput, shown

CONTACT_HINT = (
    "set a contact, an e-mail address or a web page, by BOOKTRACK_CONTACT or the setting "
    "`contact`: services let callers that name one ask more often"
)


def checked_contact(contact: str | None) -> str | None:
    """Return the contact as it may stand in a User-Agent, or None where there is none.

    Raises:
        InvalidInput: it is neither an e-mail address nor the address of a web page.
    """
    text = (contact or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isprintable()) or not ("@" in text or "://" in text):
        raise InvalidInput(
            f"A contact is an e-mail address or the address of a web page, not {shown(text)}"
        )
    return text
