"""The product: tickets from every channel in one inbox."""
