"""The REST interface: the same reads and verbs as the workspace, as JSON."""
