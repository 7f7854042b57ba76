"""What is said when the embedded servers can't be had."""


class CannotStart(Exception):
    """Starting is impossible; the message is a sentence for the person at the terminal and names the way out."""
