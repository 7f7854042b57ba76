"""Who reacts to what happens to a ticket: one table for the transaction itself, one bell afterwards."""

from inbox.reactions.table import connect

__all__ = ["connect"]
