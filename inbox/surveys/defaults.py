"""The survey a new installation starts with."""


def ensure_survey() -> None:
    """CES 1-5 in four languages, where there is no survey yet."""
