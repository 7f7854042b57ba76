"""What a mail's tags become on their way to the reader: pictures, links, colours, sizes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from inbox.tickets import mail_styles
from inbox.tickets.mail_markup import VOID, End, Start, Token

RASTER = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
#: They make "gpj.exe" of "exe.jpg"; isolates and marks, which right-to-left mails need, stay.
_OVERRIDES = dict.fromkeys(map(ord, "\u202d\u202e"))
_LINKED = re.compile(
    r"""(?:https?://|www\.)[^\s<>"'\u3000-\u303f\uff00-\uffef]{2,2000}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"""
)
_LINK_ENDS = ".,;:!?)]}'\"…»"
_LOOKS_LIKE_ADDRESS = re.compile(
    r"(?:https?://)?(?:[^\s/@]{0,200}@)?([\w-]{1,63}(?:\.[\w-]{1,63}){1,10})(?:[/:?#]\S*)?"
)
_PIXELS = re.compile(r"\s*(\d{1,6})(?:\.\d*)?\s*(?:px)?\s*")
_WITH_GROUND = ("table", "td", "th")
#: No screen is narrower (WCAG 1.4.10).
_NARROW = 280


def scheme(address: str) -> str:
    """The scheme of an address as a browser reads it; "" for relative and broken ones."""
    try:
        return urlsplit(_BLANKS.sub("", address)).scheme.lower()
    except ValueError:
        return ""


def is_remote(address: str) -> bool:
    """Whether a picture would have to be fetched from elsewhere."""
    return scheme(address) in ("http", "https") or address.strip().startswith("//")


def host(address: str) -> str:
    """The host an address leads to, as the network spells it (`xn--` for other scripts); "" for none."""
    try:
        name = urlsplit(_BLANKS.sub("", address)).hostname or ""
        return name.encode("idna").decode() if not name.isascii() else name
    except (ValueError, UnicodeError):
        return ""


@dataclass(slots=True)
class Pictures:
    """Where pictures come from: the mail's own from `files`, remote ones through `remote`, if it is there.

    `given` are the addresses that were given out: no other may reach the reader.
    """

    files: Mapping[str, str]
    remote: Callable[[str], str] | None
    given: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    trackers: int = 0

    def shown(self, address: str) -> str:
        """The address under which the reader gets a picture; "" for none."""
        kind, plain = scheme(address), address.strip()
        if is_remote(plain):
            if self.remote is None:
                self.blocked.add(plain)
                return ""
            found = self.remote(plain if kind else f"https:{plain}")
        elif kind == "cid":
            found = self.files.get(unquote(plain[4:]), "")
        else:
            return plain if RASTER.fullmatch(plain) else ""
        self.given.add(found)
        return found

    def left_out(self, addresses: list[str]) -> None:
        """Count what is remote and never shown, as a picture that is blocked as long as remote ones are."""
        if self.remote is None:
            self.blocked.update(one for one in addresses if is_remote(one))

    def track(self) -> None:
        """Count a picture that nobody can see."""
        self.trackers += 1


def sets_colours(tokens: list[Token]) -> bool:
    """Whether the mail was made for one paper: with colours of its own, beyond dark text on white."""
    depth = 0
    for token in tokens:
        if isinstance(token, str):
            continue
        is_link = token.name == "a"
        depth += is_link * (1 if isinstance(token, Start) else -1)
        if isinstance(token, End) or token.is_hidden:
            continue
        ground = token.attributes.get("bgcolor", "")
        ink = token.attributes.get("color", "") if token.name == "font" else token.attributes.get("text", "")
        # Links are coloured in every mail; they get the reader's own colour.
        looks = {"color": ink, "background-color": ground, **token.styles}
        if mail_styles.sets_colours({**looks, "color": ""} if depth else looks):
            return True
        if token.attributes.get("background") or mail_styles.addresses(token.styles.get("background", "")):
            return True
    return False


def rewritten(tokens: list[Token], pictures: Pictures, *, colours: bool) -> Iterator[Token]:
    """The tokens as they go to the sanitiser."""
    hidden = depth = linked = 0
    said: list[str] = []
    target = ""
    for token in tokens:
        if isinstance(token, str):
            text = token.translate(_OVERRIDES)
            if linked:
                said.append(text)
            if not hidden:
                yield from [text] if linked else _with_links(text)
        elif isinstance(token, Start):
            depth += token.name not in VOID
            if token.name == "a":
                linked, said, target = depth, [], token.attributes.get("href", "")
            if not hidden and token.is_hidden and token.name not in VOID:
                hidden = depth
            if hidden or token.is_hidden:
                _count_hidden(token, pictures)
            elif (made := _start(token, pictures, colours=colours)) is not None:
                yield made
        else:
            if not hidden:
                yield token
            if linked == depth:
                if not hidden and (real := _told_lie("".join(said), target)):
                    yield from (Start("small", {}), f" [→ {real}]", End("small"))
                linked = 0
            hidden = 0 if hidden == depth else hidden
            depth -= 1


def _count_hidden(token: Start, pictures: Pictures) -> None:
    if token.name == "img" and is_remote(token.attributes.get("src", "")):
        pictures.track()


def _start(token: Start, pictures: Pictures, *, colours: bool) -> Start | None:
    given = token.attributes
    shown = {name: value for name, value in given.items() if name not in ("class", "id", "style", "text", "hidden")}
    styles = mail_styles.kept(token.styles, colours=colours)
    ground = shown.pop("background", "")
    remote = mail_styles.addresses(";".join(token.styles.values()))
    if token.name == "img":
        return _picture(token, shown, styles, pictures)
    if not colours:
        shown = {name: value for name, value in shown.items() if name not in ("bgcolor", "color")}
    elif ground or remote:
        # A picture behind text is shown where an attribute can say so; styles never fetch.
        first = ground or remote[-1]
        if token.name in _WITH_GROUND and (found := pictures.shown(first)):
            shown["background"] = found
        elif token.name not in _WITH_GROUND:
            pictures.left_out([first])
    if colours and token.name == "div":
        # What stood on the body: only styles say it of a `div`.
        asked = {"background-color": given.get("bgcolor", ""), "color": given.get("text", "")}
        styles = {**mail_styles.kept(asked, colours=True), **styles}
    if token.name in _WITH_GROUND:
        _fit(token.name, shown, styles)
    if token.name == "a" and (real := host(given.get("href", ""))):
        shown["title"] = real
    return Start(token.name, shown, styles)


def _fit(name: str, shown: dict[str, str], styles: dict[str, str]) -> None:
    """Let what was made as wide as a page be narrower where the page is: on a phone, in a pane."""
    match = _PIXELS.fullmatch(styles.get("width") or shown.get("width", ""))
    if not match or int(match[1]) <= _NARROW:
        return
    shown.pop("width", None)
    styles.pop("width", None)
    styles.pop("min-width", None)
    if name == "table":
        styles |= {"width": "100%", "max-width": f"{match[1]}px"}


def _picture(token: Start, shown: dict[str, str], styles: dict[str, str], pictures: Pictures) -> Start | None:
    source = shown.pop("src", "")
    candidates = shown.pop("srcset", "").replace(",", " ").split()
    if not source and candidates:
        source = candidates[0]
    if is_remote(source) and _is_speck(token):
        pictures.track()
        return None
    if found := pictures.shown(source):
        shown["src"] = found
    elif not shown.get("alt", "").strip():
        return None
    return Start("img", shown, styles)


def _is_speck(token: Start) -> bool:
    """Whether the picture is one pixel or none: it is there to be fetched, not to be seen."""
    sizes = []
    for name in ("width", "height"):
        match = _PIXELS.fullmatch(token.styles.get(name) or token.attributes.get(name, ""))
        if match:
            sizes.append(int(match[1]))
    return bool(sizes) and max(sizes) <= 1


def _with_links(text: str) -> Iterator[Token]:
    at = 0
    for match in _LINKED.finditer(text):
        shown = match[0].rstrip(_LINK_ENDS)
        is_mail = "@" in shown and not shown.startswith(("http", "www."))
        address = f"mailto:{shown}" if is_mail else shown if shown.startswith("http") else f"https://{shown}"
        if not is_mail and not host(address):
            continue
        yield text[at : match.start()]
        yield Start("a", {"href": address})
        yield shown
        yield End("a")
        at = match.start() + len(shown)
    yield text[at:]


def _told_lie(said: str, target: str) -> str:
    """The host a link leads to, if its words name another one."""
    match = _LOOKS_LIKE_ADDRESS.fullmatch(_BLANKS.sub("", said)) if len(said) < 2_000 else None
    real = host(target)
    if not match or not real:
        return ""
    named = host(f"https://{match[1]}").removeprefix("www.")
    plain = real.removeprefix("www.")
    return "" if plain == named or plain.endswith(f".{named}") else real
