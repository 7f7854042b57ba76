"""Channel adapters: translate a network's messages into our own form and back. No ORM, no decisions."""
