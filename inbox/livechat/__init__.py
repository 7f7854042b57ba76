"""The chat widget: its pages, and the endpoints it talks to."""
