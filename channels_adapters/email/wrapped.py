"""Messages inside wrappings: Outlook's winmail.dat, signed as a whole (S/MIME), signed in the clear (OpenPGP)."""

from __future__ import annotations

import re

from channels_adapters.contracts import Attachment, AttachmentKind
from channels_adapters.email.cms import is_encrypted, signed_content
from channels_adapters.email.filenames import type_of
from channels_adapters.email.pieces import Item, Pieces
from channels_adapters.email.tnef import TYPES as TNEF_TYPES
from channels_adapters.email.tnef import read_tnef

_MAX_NESTED = 3
_CMS = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_UNNAMED = frozenset({"application/octet-stream", "application/x-msdownload", ""})
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_END = "-----END PGP SIGNATURE-----"
_ENCRYPTED = re.compile(r"^-----BEGIN PGP MESSAGE-----", re.MULTILINE)


def is_tnef(content_type: str, name: str) -> bool:
    """Whether this is Outlook's packed message, by its type or its usual name."""
    return content_type in TNEF_TYPES or (content_type in _UNNAMED and name.lower() in ("winmail.dat", "win.dat"))


def add_tnef(found: Pieces, content: bytes, depth: int = 0) -> bool:
    """Add what is packed in it as if it had been sent so; False, and nothing added, when not all of it is readable."""
    message = read_tnef(content)
    if message is None or not message.whole:
        return False
    if message.text.strip() or message.html.strip():
        found.spare.append(Item(message.text.replace("\r\n", "\n") or None, message.html or None))
    for file in message.files:
        if file.embedded:
            inner = Pieces()
            if depth < _MAX_NESTED and add_tnef(inner, file.content, depth + 1):
                _add_message(found, file.name, file.content, inner)
                continue
        content_type = file.content_type or type_of(file.name)
        found.attach_file(file.name, content_type, file.content, content_id=file.content_id[:500])
    return True


def _add_message(found: Pieces, name: str, content: bytes, inner: Pieces) -> None:
    """A message packed in a message: kept as it is, its files beside it."""
    found.attach_file(f"{name or 'message'}.dat", "application/ms-tnef", content)
    for attachment in inner.attachments:
        found.attach(attachment)


def signed_mail(content_type: str, name: str, content: bytes) -> bytes | None:
    """The mail inside a signature that holds it; None for all else."""
    if content_type in _CMS or (content_type in _UNNAMED and name.lower().endswith(".p7m")):
        return signed_content(content)
    return None


def why_unreadable(content_type: str, name: str, smime_type: str, content: bytes) -> str:
    """Why what is in it can't be shown; "" for ordinary files."""
    if content_type not in _CMS and not (content_type in _UNNAMED and name.lower().endswith(".p7m")):
        return ""
    if smime_type.lower() in ("enveloped-data", "authenveloped-data") or is_encrypted(content):
        return "The message is encrypted (S/MIME)."
    if smime_type.lower() in ("certs-only", "signed-receipt"):
        return ""
    return "The message is encrypted or signed as a whole (S/MIME)."


def unwrap_pgp(found: Pieces, text: str) -> str:
    """The text without the frame of an OpenPGP signature, which is attached (RFC 9580, 7)."""
    if "-----BEGIN PGP" not in text:
        return text
    begin = text.find(_SIGNED)
    signature = text.find(_SIGNATURE, begin) if begin >= 0 else -1
    if signature < 0 or (begin and text[begin - 1] != "\n"):
        if _ENCRYPTED.search(text):
            found.unsupported = found.unsupported or "The message is encrypted (OpenPGP)."
        return text
    end = text.find(_SIGNATURE_END, signature)
    end = len(text) if end < 0 else end + len(_SIGNATURE_END)
    _, _, signed = text[begin:signature].partition("\n\n")
    content = text[signature:end].encode("utf-8", "replace")
    found.attach(
        Attachment(AttachmentKind.FILE, "signature.asc", "application/pgp-signature", len(content), content=content)
    )
    lines = (line.removeprefix("- ") for line in signed.rstrip("\n").split("\n"))
    return text[:begin] + "\n".join(lines) + text[end:]
