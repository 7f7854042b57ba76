"""What the Graph API tells of a person who wrote."""

from __future__ import annotations

from urllib.parse import quote

from channels_adapters.contracts import Account, Fault, Identifier, Person, SendError
from channels_adapters.json_reading import joined, text
from channels_adapters.meta.graph import FACEBOOK, graph


def profile(identifier: Identifier, account: Account, asked: str, host: str = FACEBOOK) -> Person | None:
    """The person behind an id by the `asked` fields; None where he has not agreed to be known, or is gone.

    Raises `SendError` where Meta lets the account in no more.
    """
    try:
        found = graph(account, "GET", f"/{quote(identifier.value, safe='')}", host=host, params={"fields": asked})
    except SendError as problem:
        if problem.fault is Fault.AUTH:
            raise
        return None
    return Person(
        (identifier,),
        name=text(found, "name", most=200) or joined(found, "first_name", "last_name", most=100),
        username=text(found, "username", most=200),
        avatar=text(found, "profile_pic", most=2000),
        locale=text(found, "locale", most=10).replace("_", "-"),
    )
