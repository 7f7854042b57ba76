#!/usr/bin/env python
"""Django's command line, with the embedded servers running for as long as the command needs them."""

import sys

from config.boot import prepare


def main() -> None:
    """Run the command named on the command line."""
    prepare()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
