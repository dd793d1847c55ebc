"""What makes a batch happen: its dry run, its start row by row, its progress, and what leaves it."""
