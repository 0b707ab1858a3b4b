"""What the book promises, one module for each kind of promise; `rules` runs them all."""
