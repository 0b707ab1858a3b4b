"""Stored figures and films as a page draws them."""
