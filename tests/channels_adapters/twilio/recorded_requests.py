"""Requests of Twilio: ours with everything in them or something wrong, and public recordings where they are."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from channels_adapters.contracts import Payload
from tests.corpora import corpora
from tests.networks.twilio import CUSTOMER, USER_ID, account, message, signed, status

__all__ = ["FORMS", "OURS", "SIGNED", "URL", "account", "recorded"]

URL = "https://shop.example/hooks/twilio/t0ken/"
MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
FORMS = {
    "text": message("Where is my parcel?"),
    "files": message("", 2, NumMedia="2", MediaUrl0=MEDIA, MediaContentType0="image/jpeg", MediaUrl1=f"{MEDIA}2"),
    "stop": message("Stop", 3, OptOutType="STOP"),
    "button": message("Yes", 4, From=f"whatsapp:{CUSTOMER}", ButtonPayload="survey.x.5", ButtonText="Yes"),
    "place": message("", 5, From=f"whatsapp:{USER_ID}", Latitude="12.16", Longitude="75.26", Label="Home"),
    "nothing": message("", 6, From=f"whatsapp:{CUSTOMER}", MessageType="order"),
    "failed": status("SM9", "undelivered", ErrorCode="30003"),
    "call": {"CallSid": "CA1", "From": CUSTOMER, "To": "+1", "CallStatus": "completed", "CallDuration": "9"},
    "recording": {"CallSid": "CA1", "From": CUSTOMER, "RecordingSid": "RE1", "RecordingUrl": f"{MEDIA}/RE1"},
    "alert": {"Sid": "NO1", "Level": "ERROR", "Payload": '{"error_code":"11200"}', "AccountSid": "AC1"},
    "odd": {"AccountSid": "AC1"},
}
OURS = (
    *(urlencode(form).encode() for form in FORMS.values()),
    json.dumps(FORMS["text"] | {"Body": "\ud800\0", "From": 7}).encode(),
    b"From=%2B1&Body=%ff%00&SmsSid=\xff&MediaUrl0=https://[&NumMedia=x",
)
SIGNED = signed(FORMS["files"], URL)


def recorded() -> dict[str, Payload]:
    """The public recordings by the name of their file."""
    found = {}
    for file in sorted((corpora() / "webhooks").glob("twilio*/*.json")):
        body = json.loads(file.read_text())["body"]
        content = urlencode(body) if isinstance(body, dict) else body
        found[file.stem] = Payload(content.encode(), {"Content-Type": "application/x-www-form-urlencoded"}, URL)
    return found
