"""The generic channel: a company's own program brings our events as JSON and takes our messages by webhook."""
