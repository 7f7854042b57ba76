"""Places people send: as lines that can be read, and as a file maps open (GeoJSON, RFC 7946)."""

from __future__ import annotations

import json
import math

from channels_adapters.contracts import Attachment, AttachmentKind


def located(latitude: str, longitude: str, *names: str) -> tuple[str, Attachment] | None:
    """The lines and the file of a place with these coordinates (degrees) and names; None for what is no place."""
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return None
    if not (math.isfinite(north) and math.isfinite(east) and abs(north) <= 90 and abs(east) <= 180):
        return None
    said = [name for name in names if name]
    point = {"type": "Point", "coordinates": [east, north]}
    feature = {"type": "Feature", "geometry": point, "properties": {"name": ", ".join(said)}}
    content = json.dumps(feature, ensure_ascii=False).encode()
    file = Attachment(
        AttachmentKind.LOCATION, "location.geojson", "application/geo+json", len(content), content=content
    )
    return "\n".join([*said, f"{north}, {east}"]), file
