"""What a teacher runs: the marks of a class, and the same checks as files for Otter-Grader."""
