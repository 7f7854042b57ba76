"""Signatures of Standard Webhooks: the published example, and all that must not pass for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from channels_adapters.contracts import InvalidSignature
from channels_adapters.standard_webhooks import check, key_of, secret_of, signed_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
HEADERS = {
    "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "Webhook-Timestamp": "1614265330",
    "Webhook-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
AT = datetime.fromtimestamp(1614265330, UTC)
OTHER = secret_of(b"another key, of twenty-four bytes")


def refused(headers: dict[str, str], secrets: list[str], at: datetime = AT, body: bytes = BODY) -> bool:
    try:
        check(secrets, headers, body, at)
    except InvalidSignature:
        return True
    return False


def test_the_published_example_is_what_we_sign_and_what_we_accept() -> None:
    signed = signed_headers(key_of(SECRET), HEADERS["Webhook-Id"], 1614265330, BODY)
    assert signed == {name.lower(): value for name, value in HEADERS.items()}
    check([SECRET], HEADERS, BODY, AT + timedelta(minutes=5))


def test_while_a_secret_changes_both_count_and_a_header_may_have_several_signatures() -> None:
    several = {**HEADERS, "Webhook-Signature": f"v1,xx v1a,yy {HEADERS['Webhook-Signature']}"}
    check([OTHER, SECRET], several, BODY, AT)
    check(["", SECRET], HEADERS, BODY, AT)


@pytest.mark.parametrize("missing", HEADERS)
def test_without_one_of_the_headers_nothing_is_proven(missing: str) -> None:
    assert refused({name: value for name, value in HEADERS.items() if name != missing}, [SECRET])


def test_nothing_passes_that_is_late_early_changed_or_signed_by_another() -> None:
    headers = HEADERS
    assert [
        refused(headers, [SECRET], AT + timedelta(minutes=6)),
        refused(headers, [SECRET], AT - timedelta(minutes=6)),
        refused({**headers, "Webhook-Timestamp": "1614265331"}, [SECRET]),
        refused({**headers, "Webhook-Timestamp": "²"}, [SECRET]),
        refused({**headers, "Webhook-Id": "msg_2"}, [SECRET]),
        refused({**headers, "Webhook-Signature": "v1,ü"}, [SECRET]),
        refused(headers, [SECRET], body=BODY + b" "),
        refused(headers, [OTHER]),
        refused(headers, [""]),
        refused(headers, []),
        refused(headers, ["whsec_no base64"]),
        refused(headers, ["whsec_c2hvcnQ="]),
    ] == [True] * 12
