"""Figures read from the clocks and the log; nothing here writes."""
