"""Chats on our own web sites: visitors, where they are, and what they and agents see of each other."""
