"""Announcements after commit, and the stream that carries them to open pages."""
