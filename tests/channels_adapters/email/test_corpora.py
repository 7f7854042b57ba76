"""The public mails and replies: every one is read, and every field somebody asserted of it is right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from channels_adapters.email.addresses import mailboxes
from channels_adapters.email.quotes import newly_written, split
from tests.channels_adapters.email.reading import as_corpus_fields, message
from tests.corpora import corpora


def cases(folder: str) -> Iterator[dict[str, Any]]:
    with (corpora() / folder / "cases.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def expected(field: str, value: Any) -> Any:
    """An asserted value as we give it: some cases hold an address as written, with comments, routes and names."""
    if field in ("from", "to", "cc"):
        return [box.address for one in ([value] if isinstance(value, str) else value) for box in mailboxes(one)]
    return value


def test_every_public_mail_is_read_with_every_asserted_field_right() -> None:
    read, wrong = 0, []
    for case in cases("mail/mikel-mail"):
        raw = (corpora() / "mail" / "mikel-mail" / case["file"]).read_bytes()
        found = as_corpus_fields(message(raw))
        read += 1
        wrong += [
            (case["file"], field, value, found[field])
            for field, value in case["expect"].items()
            if found[field] != expected(field, value)
        ]
    assert (read, wrong) == (103, [])


def test_every_public_reply_gives_its_new_part() -> None:
    read, wrong = 0, []
    for case in cases("replies/github-email_reply_parser"):
        new = newly_written(case["text"])
        read += 1
        right = (
            case["expected_reply"] in (None, new)
            and all(text in new for text in case["must_contain"])
            and not any(text in new for text in case["must_not_contain"])
            and all(re.search(pattern, new, re.MULTILINE) for pattern in case["regex_first"])
            and (not case["single_fragment"] or len(split(case["text"])) == 1)
        )
        wrong += [] if right else [(case["file"], new)]
    assert (read, wrong) == (21, [])
