"""Policies, calendars and clocks: every one a cache of replay() over the event log."""
