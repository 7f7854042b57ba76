"""The styles of a stranger's mail: read once, kept where they are harmless, weighed for the colours they set.

A value is kept when it is written in words, numbers and colours only: there is no list of what is forbidden to miss
something, `url(`, escapes and functions have no way to be spelt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_LONGEST, _MOST_RULES = 8_000, 1_000
_DECLARATION = re.compile(r"""([\w-]{1,40})\s*:\s*((?:[^;"'()]|"[^"]*"|'[^']*'|\([^()]*\))+)""")
_ADDRESS = re.compile(r"""url\(\s*["']?\s*([^"')\s]*)""", re.IGNORECASE)
_IMPORT = re.compile(r"""@import\s{1,9}(?:url\()?\s{0,9}["']?\s{0,9}([^"');\s]+)""", re.IGNORECASE)
_COLOUR = r"#[0-9a-f]{3,8}\b|(?:rgb|hsl)a?\([\d\s.,%/]{1,60}\)"
_HARMLESS = re.compile(rf"""(?:[\w\s%.,+/!"'-]|{_COLOUR})+""", re.IGNORECASE)
_A_COLOUR = re.compile(rf"{_COLOUR}|\b[a-z]+\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"(?:^|\s)-\s?[\d.]")
_SIZE = re.compile(r"(\d{0,4}\.?\d{1,4})\s?(px|pt)")
_NOTHING = re.compile(r"0(?:\.0+)?(?:px|pt|em|%)?")
_NUMBERS = re.compile(r"[\d.]+")
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?(?:([.#])([\w-]+))?(?::link)?", re.IGNORECASE)
#: Text smaller than this is not readable; what is smaller than a spacer is meant to be no text.
_SMALLEST, _SPACER = 11.0, 5.0

_SIDES = ("top", "right", "bottom", "left")
_KEPT = {f"{name}-{side}" for name in ("margin", "padding", "border") for side in _SIDES}
_KEPT |= {f"border-{side}-{part}" for side in _SIDES for part in ("color", "style", "width")}
_KEPT |= {"margin", "padding", "border", "border-collapse", "border-color", "border-radius", "border-spacing"}
_KEPT |= {"border-style", "border-width", "box-sizing", "clear", "direction", "display", "float", "font", "font-family"}
_KEPT |= {"font-size", "font-style", "font-weight", "height", "letter-spacing", "line-height", "list-style-type"}
_KEPT |= {"max-width", "min-width", "overflow-wrap", "table-layout", "text-align", "text-decoration", "text-indent"}
_KEPT |= {"text-transform", "vertical-align", "white-space", "width", "word-break"}
#: No position, no z-index, no transform, no background image: nothing that leaves its place or fetches.
KEPT = frozenset(_KEPT | {"color", "background-color"})

_NAMES = """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
    cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod
    darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon
    darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray
    dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green
    greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon
    lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon
    lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime limegreen linen
    magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue
    mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy
    oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip
    peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown
    seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal
    thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen
"""
_COLOUR_NAMES = frozenset(_NAMES.split())
_NO_COLOUR = frozenset({"inherit", "initial", "unset", "currentcolor", "windowtext", "window", "auto", "transparent"})

Declarations = dict[str, str]


def declarations(css: str) -> Declarations:
    """The properties in a style attribute or a rule's block, lower case; the last of a name counts."""
    found: Declarations = {}
    for match in _DECLARATION.finditer(without_comments(css[:_LONGEST])):
        found[match[1].lower()] = match[2].strip()
    return found


def without_comments(css: str) -> str:
    """The style sheet without what it says to its writers; a comment that never closes takes the rest."""
    parts = css.split("/*")
    return parts[0] + " ".join(part.partition("*/")[2] for part in parts[1:])


def kept(given: Mapping[str, str], *, colours: bool) -> Declarations:
    """The harmless ones among the declarations; with `colours` false also without any colour."""
    shown: Declarations = {}
    for name, written in given.items():
        value = written.replace("!important", "").strip()
        if name == "background":
            name, value = "background-color", colour_of(value)
        if name not in KEPT or len(value) > 300 or not _HARMLESS.fullmatch(value):
            continue
        if name.startswith(("margin", "text-indent", "letter-spacing")) and _NEGATIVE.search(value):
            continue
        if not colours:
            value = _colourless(name, value)
        if value:
            shown[name] = _readable(value) if name == "font-size" else value
    return shown


def is_hidden(given: Mapping[str, str]) -> bool:
    """Whether its writer meant nobody to see the element (the preview line above many newsletters)."""
    return (
        given.get("display", "").startswith("none")
        or given.get("visibility", "").startswith("hidden")
        or given.get("mso-hide", "").startswith("all")
        or any(
            bool(_NOTHING.fullmatch(given.get(name, "x").split("!")[0].strip())) for name in ("opacity", "max-height")
        )
    )


def addresses(css: str) -> list[str]:
    """What the styles would fetch."""
    return [*_ADDRESS.findall(css), *_IMPORT.findall(css)]


def colour_of(value: str) -> str:
    """The colour in the value of a shorthand property; "" if there is none."""
    outside = _ADDRESS.sub("", value)
    return next((one for one in _A_COLOUR.findall(outside) if one[0] in "#rhRH" or one.lower() in _COLOUR_NAMES), "")


def sets_colours(given: Mapping[str, str]) -> bool:
    """Whether the look depends on colours: others than dark text and white paper."""
    background = given.get("background-color") or colour_of(given.get("background", ""))
    return not (_is_dark(given.get("color", "")) and _is_paper(background))


def _is_dark(colour: str) -> bool:
    red, green, blue = _channels(colour) or (0, 0, 0)
    return max(red, green, blue) <= 0x73 and max(red, green, blue) - min(red, green, blue) <= 0x28


def _is_paper(colour: str) -> bool:
    return min(_channels(colour) or (255, 255, 255)) >= 0xF4


def _channels(colour: str) -> tuple[int, int, int] | None:
    """Red, green and blue; None for no colour of its own. What can't be read is taken for a colour."""
    name = colour.replace("!important", "").strip().lower()
    if not name or name in _NO_COLOUR:
        return None
    if name in ("black", "white"):
        return (0, 0, 0) if name == "black" else (255, 255, 255)
    if name.startswith("#") and len(name) in (4, 7):
        digits = name[1:] if len(name) == 7 else "".join(one * 2 for one in name[1:])
        try:
            return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
        except ValueError:
            return 255, 0, 255
    numbers = _NUMBERS.findall(name)
    if name.startswith("rgb") and len(numbers) >= 3 and "%" not in name:
        if len(numbers) == 4 and numbers[3] in ("0", "0.0", ".0"):
            return None
        red, green, blue = (min(int(float(one) if one.count(".") < 2 else 0), 255) for one in numbers[:3])
        return red, green, blue
    return 255, 0, 255


def _colourless(name: str, value: str) -> str:
    if name in ("color", "background-color") or name.endswith("-color"):
        return ""
    if name.startswith("border"):
        words = _A_COLOUR.sub(
            lambda one: "" if one[0][0] in "#rhRH" or one[0].lower() in _COLOUR_NAMES else one[0], value
        )
        return " ".join(words.replace("windowtext", "").split())
    return value


def _readable(value: str) -> str:
    size = _SIZE.fullmatch(value.lower())
    if not size:
        return value
    pixels = float(size[1]) * (4 / 3 if size[2] == "pt" else 1)
    return f"{_SMALLEST:g}px" if _SPACER < pixels < _SMALLEST else value


@dataclass(slots=True)
class Sheet:
    """The rules of a mail's style sheets that name one element, class or id; all others only refine."""

    rules: dict[str, list[tuple[str, Declarations]]] = field(default_factory=dict)

    def of(self, name: str, attributes: Mapping[str, str]) -> Declarations:
        """What the sheet says of an element, from the general to the particular."""
        found: Declarations = {}
        for key in (name, *(f".{one}" for one in attributes.get("class", "").split()[:10]), f"#{attributes.get('id')}"):
            for only, given in self.rules.get(key, ()):
                if only in ("", name):
                    found |= given
        return found


def read_sheet(css: str) -> Sheet:
    """The simple rules of style sheets (`p.MsoNormal, .button { ... }`); conditional blocks are for other readers."""
    sheet = Sheet()
    for selectors, block in _rules(without_comments(css.replace("<!--", " ").replace("-->", " "))):
        given = declarations(block)
        for selector in selectors.split(",")[:20]:
            match = _SELECTOR.fullmatch(selector.strip())
            if match and given and (match[1] or match[3]):
                key = f"{match[2]}{match[3]}" if match[3] else match[1].lower()
                sheet.rules.setdefault(key, []).append((match[1].lower() if match[1] and match[3] else "", given))
    return sheet


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and block of each rule outside of blocks of blocks."""
    depth, selectors = 0, ""
    for number, piece in enumerate(re.split(r"([{}])", css)):
        if number > 4 * _MOST_RULES:
            return
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth = max(depth - 1, 0)
        elif depth == 0:
            selectors = piece.rpartition(";")[2].strip()
        elif depth == 1 and not selectors.startswith("@"):
            yield selectors, piece
