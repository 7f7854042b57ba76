"""The `telegram` channel: a bot of the Bot API, by webhook or by long polling."""
