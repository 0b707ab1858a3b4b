"""The questions of this book: one module for each exercise notebook."""
