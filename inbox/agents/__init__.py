"""Agents, their roles and teams."""
