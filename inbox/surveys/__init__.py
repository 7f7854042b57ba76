"""CES surveys after a resolution."""
