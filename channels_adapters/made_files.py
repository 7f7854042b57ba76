"""What messengers tell in fields, as the files people know: a place as GeoJSON, somebody's details as a vCard."""

from __future__ import annotations

import json
import re

from channels_adapters.contracts import Attachment, AttachmentKind


def place(latitude: float, longitude: float, name: str = "", address: str = "") -> Attachment:
    """A point on the map (RFC 7946)."""
    point = {"type": "Point", "coordinates": [longitude, latitude]}
    feature = {"type": "Feature", "geometry": point, "properties": {"name": name, "address": address}}
    return _made(AttachmentKind.LOCATION, "location.geojson", "application/geo+json", json.dumps(feature))


def card(name: str, phone: str = "", vcard: str = "") -> Attachment:
    """Somebody's name and number (RFC 6350), or the card that came, as it is."""
    name, phone = _value(name or phone), _value(phone)
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"FN:{name}", *([f"TEL:{phone}"] if phone else []), "END:VCARD", ""]
    return _made(AttachmentKind.CONTACT, "contact.vcf", "text/vcard", vcard or "\r\n".join(lines))


def _value(text: str) -> str:
    """A text inside a card: its commas, semicolons and line ends are escaped (RFC 6350, 3.4)."""
    return re.sub(r"\r\n|\r|\n", r"\\n", re.sub(r"([\\,;])", r"\\\1", text))


def _made(kind: AttachmentKind, filename: str, content_type: str, content: str) -> Attachment:
    raw = content.encode()
    return Attachment(kind, filename, content_type, len(raw), content=raw)
