"""Many clips from one script and one table: a row is a variant."""
