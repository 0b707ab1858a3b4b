"""What is written: notebooks, their text, films and literature, the names of nnlib."""
