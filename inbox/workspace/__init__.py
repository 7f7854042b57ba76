"""Agents and admins: the web workspace."""
