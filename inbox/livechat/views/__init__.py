"""What the widget asks of the server."""
