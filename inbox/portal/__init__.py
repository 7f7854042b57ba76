"""Customers: survey pages."""
