"""Signing by Standard Webhooks, and what a message shows of itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from booktrack.errors import InvalidInput
from booktrack.sources.http import Gateway
from booktrack.sources.webhook import Message, signature, signing_key

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_signature_is_that_of_other_implementations() -> None:
    # The example of docs.svix.com/receiving/verifying-payloads/how-manual.
    signed = signature(
        signing_key(SECRET),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "secret", ["whsec_", "whsec_abcde", "whsec_no base64!", "whsec_\u00e9\u00e9"]
)
def test_a_broken_secret_is_refused_without_showing_it(secret: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        signing_key(secret)
    assert secret.removeprefix("whsec_") not in raised.value.message or secret == "whsec_"
    assert raised.value.__cause__ is None


def test_a_message_shows_neither_its_key_nor_its_address() -> None:
    message = Message("msg_1", b"{}", "https://hooks.example/token", b"key")
    assert "token" not in repr(message)
    assert "key=" not in repr(message)
    ask = message.signed(datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert (ask.method, ask.content, ask.repeatable) == ("POST", b"{}", False)
    assert ask.headers["webhook-timestamp"] == "1795348800"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "url",
    [
        "ftp://hooks.example/secret-path",
        "https://user:secret-path@hooks.example/",
        "https://\u2603\u2603..example/secret-path",
        "secret-path",
        "https://hooks.example:0/secret-path",
        "http://[::1/secret-path",
    ],
)
async def test_an_address_that_is_none_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        await Gateway().deliver(Message("msg_1", b"{}", url, b"key"))
    assert "secret-path" not in str(raised.value.to_dict())
    assert raised.value.__suppress_context__
