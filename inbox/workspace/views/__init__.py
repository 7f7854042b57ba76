"""Views of the workspace: fetch with access, act, render."""
