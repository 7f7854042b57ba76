"""Starts and keeps running everything that the product consists of."""
