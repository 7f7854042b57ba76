"""Customers and the addresses under which they write."""
