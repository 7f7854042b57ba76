"""The drawings of the Lucide icons, read from their wheel once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

_SVG = "{http://www.w3.org/2000/svg}"


class UnknownIcon(LookupError):
    """There is no icon of that name."""


@cache
def _drawings() -> ZipFile:
    # To open it is the expensive part: 1,700 names are read. The package's own functions do so for each icon.
    return ZipFile(BytesIO((files("lucide") / "lucide.zip").read_bytes()))


def drawn(name: str, **attributes: str) -> str:
    """The icon as an `<svg>` for the middle of a page, with these attributes. Raises `UnknownIcon`."""
    try:
        # The drawings come with a package of ours, so the parser meets no stranger's XML.
        svg = ElementTree.fromstring(_drawings().read(f"{name}.svg"))  # noqa: S314
    except KeyError:
        raise UnknownIcon(name) from None
    for node in svg.iter():
        # Without the name space, which a page does not need; else each tag would get a prefix.
        node.tag = node.tag.removeprefix(_SVG)
    svg.attrib.update(attributes)
    return ElementTree.tostring(svg, encoding="unicode")
