"""Tools for who writes: stored notebooks in one form, chapters that move."""
