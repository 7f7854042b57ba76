"""Making a stranger's HTML safe to show, as the last step before it is shown.

The result is made for a frame without scripts; each of the two, this and the frame, must hold alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import nh3

_TEXT = {"a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "center", "cite", "code", "dd", "del"}
_TEXT |= {"details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5"}
_TEXT |= {"h6", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike"}
_TEXT |= {"strong", "sub", "summary", "sup", "tt", "u", "ul", "var", "wbr"}
_TABLE = {"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_TAGS = _TEXT | _TABLE | {"img"}
#: What is dropped with all that is in it; everything else unknown keeps its text.
_DROPPED = {"script", "style", "title", "head", "template", "noscript", "svg", "math", "iframe", "object", "form"}
_DROPPED |= {"textarea", "select", "button", "audio", "video", "canvas", "map"}

_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"style", "align", "valign", "dir", "lang", "bgcolor", "width", "height"},
    "a": {"href"},
    "img": {"src", "alt"},
    "font": {"color", "size", "face"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap"},
    "col": {"span"},
    "colgroup": {"span"},
}
#: No position, no z-index, no transform, no background image: nothing that leaves its place or fetches.
_STYLES = {"background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left"}
_STYLES |= {"border-radius", "border-right", "border-spacing", "border-style", "border-top", "border-width", "color"}
_STYLES |= {"direction", "display", "font", "font-family", "font-size", "font-style", "font-weight", "height"}
_STYLES |= {"letter-spacing", "line-height", "list-style-type", "max-width", "min-width", "padding"}
_STYLES |= {"padding-bottom", "padding-left", "padding-right", "padding-top", "margin-bottom", "margin-top"}
_STYLES |= {"text-align", "text-decoration", "text-indent", "text-transform", "vertical-align", "white-space", "width"}
_STYLES |= {"word-break", "overflow-wrap"}
#: CSS can spell any letter as an escape, so a backslash alone is reason enough.
_FETCHES = re.compile(r"url\s*\(|image-set|expression|@import|\\|/\*", re.IGNORECASE)

_PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
_RASTER = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_LONGEST = 2_000_000
_CELL = re.compile(r"<t[dh][\s>]", re.IGNORECASE)
_IMAGE = re.compile(r"<img\s", re.IGNORECASE)
_LOOK = re.compile(r"<(?:table|img|h[1-6]|ul|ol|b|strong|i|em|u|s|font|hr|pre|blockquote|center)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML that may be shown in the mail frame, and how many remote images were left out."""

    html: str
    blocked: int


def safe(html: str, *, files: Mapping[str, str], remote_images: bool = False) -> SafeHtml:
    """`html` with nothing in it that runs, fetches, submits, imitates or escapes.

    `files` gives the address of an attachment by its Content-ID (without brackets): `cid:` images are taken from
    there. Remote images become an empty pixel unless `remote_images`. Links open a new window that knows nothing
    of this one.
    """
    blocked = 0

    def allowed(tag: str, name: str, value: str) -> str | None:
        nonlocal blocked
        if name == "style":
            return None if _FETCHES.search(value) else value
        if tag == "img" and name == "src":
            source, is_blocked = _image(value.strip(), files, remote_images)
            blocked += is_blocked
            return source
        if tag == "a" and name == "href":
            return value if _scheme(value) in ("http", "https", "mailto", "tel") else None
        return value

    cleaned = nh3.clean(
        html[:_LONGEST],
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=allowed,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"referrerpolicy": "no-referrer"}},
    )
    return SafeHtml(cleaned, blocked)


def _scheme(address: str) -> str:
    """The scheme of an address as a browser reads it; "" for relative and broken ones."""
    try:
        return urlsplit(re.sub(r"[\x00-\x20]", "", address)).scheme.lower()
    except ValueError:
        return ""


def _image(source: str, files: Mapping[str, str], remote_images: bool) -> tuple[str, bool]:
    scheme = _scheme(source)
    if scheme == "cid":
        return files.get(unquote(source[4:]), _PIXEL), False
    if scheme == "data":
        return (source if _RASTER.fullmatch(source) else _PIXEL), False
    if scheme not in ("http", "https"):
        return _PIXEL, False
    return (source, False) if remote_images else (_PIXEL, True)


def is_laid_out(html: str) -> bool:
    """True when reading the text alone would lose something: a table with rows and columns, or images in the text."""
    return len(_CELL.findall(html)) >= 6 or _IMAGE.search(html) is not None


def is_formatted(html: str) -> bool:
    """True when its sender gave the mail a look that the text alone does not have."""
    return _LOOK.search(html) is not None
