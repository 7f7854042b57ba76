"""Pictures sent together are one message of ours: what each of them says, so that each can be changed or taken back.

The message keeps its parts in its `context` (`ALBUM`), in the order they came: the network's `id` of each, its `text`,
the keys of its `files`, of those it had `before` it was changed, `at` what instant that was, and whether it is `gone`.
The text of the message is what its parts say. One whose picture was changed has one part: itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from inbox.common.text import one_line, storable
from inbox.tickets.amending import remember_text, retell, take_back
from inbox.tickets.changes import SYSTEM, Actor, Change, change
from inbox.tickets.conversation import keep_files
from inbox.tickets.enums import EventKind
from inbox.tickets.files import StoredFile, forget_unused
from inbox.tickets.models import Attachment, Message, MessageRevision

#: The key in a message's context; nobody outside may write it.
ALBUM = "album"
Part = dict[str, Any]


def told_in(context: Mapping[str, object]) -> dict[str, object]:
    """What was told of where somebody was, without what we keep beside it."""
    return {name: value for name, value in context.items() if name != ALBUM}


def files_before(message: Message) -> set[int]:
    """The keys of files that the message had before it was changed, and has no more."""
    return {file for part in _parts(message) for file in part["before"]}


def begin_album(message: Message) -> None:
    """The message, which is stored, is the first of an album; others follow."""
    _write(message, [_whole(message)], [])


def enlarge(
    message: Message,
    external_id: str,
    *,
    text: str = "",
    files: Sequence[StoredFile] = (),
    by: Actor = SYSTEM,
    at: datetime | None = None,
) -> Message:
    """Add what came apart from it and belongs to it: another picture of the album, the words under it."""
    with change(message.ticket, by=by, at=at) as it:
        message.refresh_from_db()
        parts = _parts(message) or [_whole(message)]
        if message.deleted_at:
            # All that came before was taken back: it says what came now.
            parts = [_gone(part) for part in parts]
        added = [one.pk for one in keep_files(message, files)]
        parts.append(_part(external_id, storable(text).strip(), added))
        message.deleted_at = None
        _write(message, parts, ["deleted_at"])
        retell(it)
        it.record(EventKind.MESSAGE_EDITED, message=message, added=len(added))
    return message


def amend_part(
    message: Message,
    external_id: str,
    text: str,
    *,
    files: Sequence[StoredFile] | None = None,
    by: Actor = SYSTEM,
    at: datetime | None = None,
) -> Message:
    """Let the part with this id say `text` and show `files` from now on (None: those it has); the others stay.

    News of an older change that come late change nothing.
    """
    text = storable(text).strip()
    with change(message.ticket, by=by, at=at) as it:
        message.refresh_from_db()
        parts = _parts(message) or [_whole(message)]
        part = _named(parts, external_id)
        shows_others = files is not None and [file.sha256 for file in files] != _hashes(part["files"])
        if message.deleted_at or part["gone"] or _is_older(it, part) or (text == part["text"] and not shows_others):
            return message
        if message.text:
            remember_text(it, message)
        part["text"], part["at"] = text, it.at.isoformat()
        if shows_others and files is not None:
            part["before"] += part["files"]
            part["files"] = [one.pk for one in keep_files(message, files)]
        message.edited_at = max(message.edited_at or it.at, it.at)
        _write(message, parts, ["html", "edited_at"])
        retell(it)
        it.record(EventKind.MESSAGE_EDITED, message=message)
    return message


def take_back_part(
    message: Message, external_id: str, *, by: Actor = SYSTEM, erase: bool = False, at: datetime | None = None
) -> Message:
    """Take one part from its readers' eyes, and with the last of them the message; `erase` forgets it here as well."""
    with change(message.ticket, by=by, at=at) as it:
        message.refresh_from_db()
        parts = _parts(message)
        part = _named(parts, external_id) if parts else None
        if part and any(not one["gone"] for one in parts if one is not part):
            _drop(it, message, parts, part, erase=erase)
            return message
    return take_back(message, by=by, erase=erase, at=at)


def _drop(it: Change, message: Message, parts: list[Part], part: Part, *, erase: bool) -> None:
    is_news = not part["gone"]
    if is_news and message.text and not erase:
        remember_text(it, message)
    without = _gone(part)
    if erase:
        is_news = _forget(it, message, part, is_first=part is parts[0]) or is_news
        without["before"] = []
    message.edited_at = max(message.edited_at or it.at, it.at)
    if is_news:
        _write(message, [without if one is part else one for one in parts], ["html", "edited_at"])
        retell(it)
        it.record(EventKind.MESSAGE_EDITED, {"erased": True} if erase else {}, message=message, removed=1)


def _forget(it: Change, message: Message, part: Part, *, is_first: bool) -> bool:
    """Nothing that the part says or shows stays, nor what the message said with it; False when nothing was left."""
    said = MessageRevision.objects.filter(message=message).exclude(text="", html="")
    words = [message.text, *said.values_list("text", flat=True)] if is_first else [part["text"]]
    # A ticket without a subject is called by the words it began with, to which those of other parts were added.
    called = it.ticket.subject.rstrip("…")
    if called and any(one_line(one, len(one) + 1).startswith(called) for one in words):
        it.set(subject="")
    revisions = said.update(text="", html="")
    shown = Attachment.objects.filter(message=message, pk__in=[*part["files"], *part["before"]])
    hashes = set(shown.values_list("sha256", flat=True))
    files, _ = shown.delete()
    transaction.on_commit(lambda: forget_unused(hashes))
    return bool(revisions or files)


def _parts(message: Message) -> list[Part]:
    kept: list[Part] = message.context.get(ALBUM, [])
    return [dict(part) for part in kept]


def _part(external_id: str, text: str, files: list[int]) -> Part:
    return {"id": external_id, "text": text, "files": files, "before": [], "at": "", "gone": False}


def _whole(message: Message) -> Part:
    """All that a message says, which came at once."""
    files = message.attachments.order_by("id").values_list("id", flat=True)
    return _part(message.external_id, message.text.strip(), list(files))


def _gone(part: Part) -> Part:
    return {**part, "text": "", "files": [], "before": part["before"] + part["files"], "gone": True}


def _named(parts: Sequence[Part], external_id: str) -> Part:
    """The part of that id; the first where the id is that of the message alone."""
    return next((part for part in parts if part["id"] == external_id), parts[0])


def _hashes(files: Sequence[int]) -> list[str]:
    return list(Attachment.objects.filter(pk__in=files).order_by("id").values_list("sha256", flat=True))


def _is_older(it: Change, part: Part) -> bool:
    return bool(part["at"]) and it.at < datetime.fromisoformat(part["at"])


def _write(message: Message, parts: Sequence[Part], fields: Iterable[str]) -> None:
    """Keep the parts and let the message say what they say, the same words once."""
    message.context = {**message.context, ALBUM: list(parts)}
    message.text = message.full_text = "\n\n".join(dict.fromkeys(part["text"] for part in parts if part["text"]))
    message.html = "" if "html" in fields else message.html
    message.save(update_fields=["context", "text", "full_text", *fields])
