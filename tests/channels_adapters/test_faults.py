"""What sending can't do without."""

from __future__ import annotations

import pytest

from channels_adapters.contracts import Fault, SendError
from channels_adapters.faults import needed


def test_what_is_there_is_returned_and_what_lacks_fails_with_its_reason() -> None:
    assert needed("token", Fault.AUTH, "No token is set.") == "token"
    for empty in ("", None, (), 0):
        with pytest.raises(SendError) as raised:
            needed(empty, Fault.AUTH, "No token is set.")
        assert (raised.value.fault, raised.value.reason) == (Fault.AUTH, "No token is set.")
