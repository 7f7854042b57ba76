"""Tickets, their messages and their event log."""
