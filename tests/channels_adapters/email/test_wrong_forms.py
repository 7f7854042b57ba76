"""Mails as they are really sent: every header and body in right and wrong forms, and what a reader should get.

Each line of `wrong_forms.jsonl` is a mail (its bytes written as Latin-1) and what is expected of it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from channels_adapters.contracts import InboundMessage
from tests.channels_adapters.email.reading import message

CASES = [
    json.loads(line) for line in Path(__file__).with_name("wrong_forms.jsonl").read_text(encoding="utf-8").splitlines()
]


def fields(read: InboundMessage) -> dict[str, Any]:
    """What the cases speak of."""
    return {
        "subject": read.subject,
        "author": read.author.primary.value,
        "name": read.author.name,
        "to": [one.person.primary.value for one in read.recipients if one.role == "to"],
        "cc": [one.person.primary.value for one in read.recipients if one.role == "cc"],
        "mid": read.external_id,
        "answers": read.thread.answers,
        "keys": list(read.thread.keys),
        "at": read.occurred_at.isoformat() if read.occurred_at else None,
        "full": read.full_text.strip(),
        "html": read.html.strip(),
        "files": [[one.filename, (one.content or b"").decode("latin-1")] for one in read.attachments],
    }


@pytest.mark.parametrize("kind", sorted({case["what"].split()[0] for case in CASES}))
def test_wrong_forms_are_read_as_they_were_meant(kind: str) -> None:
    wrong = []
    for case in CASES:
        if case["what"].split()[0] == kind:
            found = fields(message(case["raw"].encode("latin-1")))
            found["contains"] = (
                case["expect"].get("contains") if case["expect"].get("contains", "") in found["full"] else ""
            )
            wrong += [(case["what"], name, found[name]) for name, one in case["expect"].items() if found[name] != one]
    assert wrong == []
