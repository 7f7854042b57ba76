"""LINE for the inbox."""
