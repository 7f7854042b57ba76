"""A Facebook page: its conversations in Messenger, and the comments below its posts."""
