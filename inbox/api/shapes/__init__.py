"""What resources look like in JSON, and what may be sent."""
