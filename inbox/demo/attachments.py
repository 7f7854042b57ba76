"""The files customers and agents attach: built in code from their names, the same bytes every time."""

import zlib
from functools import cache
from hashlib import sha256
from struct import pack

_TYPES = {"pdf": "application/pdf", "png": "image/png", "log": "text/plain"}
_STATEMENT_SIZE = 82 * 1024
_INK, _PAPER, _SOLE = (34, 33, 30), (244, 242, 236), (92, 84, 72)
_LEATHER = ((150, 92, 48), (52, 74, 110), (70, 96, 66), (168, 52, 44), (60, 58, 54))

_PDF_LINES = {
    "statement": ("Account statement", "NORDLYS SHOES OSLO            -89,00", "NORDLYS SHOES OSLO            -89,00"),
    "invoice": ("Nordlys Shoes AS", "Invoice", "1 pair of shoes, VAT included", "Payment received with thanks"),
    "customs-invoice": ("Nordlys Shoes AS", "Customs invoice", "Tariff number 6403 91, made in Portugal"),
    "confirmation": ("Nordlys Shoes AS", "We confirm that the invoice was paid in full and on time."),
    "price-list": ("Nordlys Shoes AS", "Wholesale price list", "From 60 pairs: 35 percent off"),
    "report": ("Nordlys Shoes AS", "Where our shoes come from", "42 people in Felgueiras, Portugal"),
    "cv": ("Curriculum vitae", "Student, Oslo", "Norwegian, English, some Spanish"),
    "bill": ("Cobbler's bill", "Zip replaced, left boot", "28,00 EUR"),
}


def content_type(name: str) -> str:
    """The media type of a demo file by its ending."""
    return _TYPES[name.rpartition(".")[2]]


@cache
def attachment_bytes(name: str) -> bytes:
    """The content of the demo file called `name`: a valid PDF, PNG or text file; KeyError for another ending."""
    stem, _, ending = name.rpartition(".")
    return {"pdf": _pdf, "png": _png, "log": _log}[ending](stem)


def _pdf(stem: str) -> bytes:
    lines = _PDF_LINES.get(stem, (stem,))
    shown = "".join(f"({line.replace('(', '').replace(')', '')}) Tj 0 -22 Td " for line in lines)
    stream = f"BT /F1 14 Tf 60 760 Td {shown}ET".encode("latin-1")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body = b"%PDF-1.4\n"
    if stem == "statement":
        # A bank's statement is never this small: comment lines bring it to the size a reader expects.
        body += (b"%" + b" " * 78 + b"\n") * (_STATEMENT_SIZE // 80 - 9)
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start, size = len(body), len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    return body + head + table + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def _png(stem: str) -> bytes:
    code = stem == "return-code"
    width, height = (232, 232) if code else (240, 180)
    seed = sha256(stem.encode()).digest()
    colour = _code_pixel if code else _shoe_pixel
    rows = b"".join(b"\0" + bytes(c for x in range(width) for c in colour(x, y, seed)) for y in range(height))
    header = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def _shoe_pixel(x: int, y: int, seed: bytes) -> tuple[int, int, int]:
    """A shoe seen from the side: sole, toe and shaft as three simple shapes."""
    on_sole = 30 <= x <= 212 and 128 <= y <= 142
    in_toe = ((x - 150) / 62) ** 2 + ((y - 128) / 42) ** 2 <= 1 and y < 128
    in_shaft = 40 <= x <= 122 and 48 + (x - 40) // 12 <= y < 128
    on_lace = 112 <= x <= 150 and 84 <= y <= 112 and (x + y) % 12 < 3
    if on_sole:
        return _SOLE
    if on_lace and (in_toe or in_shaft):
        return _PAPER
    return _LEATHER[seed[0] % len(_LEATHER)] if in_toe or in_shaft else _PAPER


def _code_pixel(x: int, y: int, seed: bytes) -> tuple[int, int, int]:
    """A picture like a code for the counter: three finder squares and cells from the seed; it encodes nothing."""
    column, row = (x - 16) // 8, (y - 16) // 8
    if not (0 <= column < 25 and 0 <= row < 25):
        return _PAPER
    for left, top in ((0, 0), (18, 0), (0, 18)):
        ring = max(abs(column - left - 3), abs(row - top - 3))
        if ring <= 4:
            return _PAPER if ring in (2, 4) else _INK
    mixed = (column * 73856093 ^ row * 19349663 ^ seed[0]) * 2654435761
    return _INK if mixed >> 17 & 1 else _PAPER


def _log(stem: str) -> bytes:
    lines = [
        f"07:{40 + n // 6:02d}:{n * 10 % 60:02d} POST /v2/checkouts 500 {180 + n * 7 % 90} ms "
        f"request=7f3a91c2-5d0e-{n:04d}"
        for n in range(48)
    ]
    return "\n".join([f"# {stem}", *lines, ""]).encode()
