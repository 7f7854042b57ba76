"""Customers who may be one person, by programs."""

from __future__ import annotations

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.customers.enums import Sign
from inbox.customers.likeness import note_likeness
from tests.inbox.api.calls import Caller, problem
from tests.inbox.questions import asks


def test_customers_are_found_alike_dismissed_merged_and_taken_apart(support: Channel, ada: Agent) -> None:
    program = Caller(ada)
    one, other = asks(support, 1, name="Bo Beet"), asks(support, 2, name="Bo B.")
    note_likeness(one.customer_id, other.customer_id, Sign.WROTE, "c2@x.example")
    path, merges = f"tickets/{one.pk}/likenesses/", f"tickets/{one.pk}/customer/merges/"
    (alike,) = program.reads(path)
    dismissed = program.call("POST", f"{path}{alike['id']}/dismissal/").status_code, program.reads(path)
    again = program.call("DELETE", f"{path}{alike['id']}/dismissal/").status_code, len(program.reads(path))
    merged = program.call("POST", f"{path}{alike['id']}/merge/").json()
    other.refresh_from_db()
    assert (alike["other"]["name"], alike["ticket"], alike["evidence"]) == (
        "Bo B.",
        other.pk,
        [{"sign": "wrote", "value": "c2@x.example"}],
    )
    assert (dismissed, again, other.customer) == ((204, []), (204, 1), one.customer)
    assert (merged["name"], program.reads(merges), program.reads(path)) == ("Bo B.", [merged], [])

    apart = program.call("DELETE", f"{merges}{merged['id']}/").status_code
    gone = program.call("DELETE", f"{merges}{merged['id']}/")
    assert (apart, program.reads(merges), problem(gone)[0]) == (204, [], 404)
