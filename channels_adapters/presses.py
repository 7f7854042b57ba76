"""Presses of buttons that a customer's app shows as waiting until they are acknowledged."""

from __future__ import annotations

import logging
from collections.abc import Callable

from channels_adapters.contracts import Malformed, SendError

log = logging.getLogger(__name__)


def acknowledge(kind: str, answer: Callable[[], object]) -> None:
    """Have a network of this kind told by `answer`. It may fail: the press itself is in the payload.

    Networks take no acknowledgement of a press that is some minutes old.
    """
    try:
        answer()
    except Malformed:
        log.debug("%s: what can't be read waits for no answer", kind)
    except SendError as problem:
        log.info("%s: a press was not acknowledged: %s", kind, problem.reason)
