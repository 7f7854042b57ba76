"""The demo workspace: a shoe shop's sixty days as plain data and a deterministic plan; nothing here writes."""
