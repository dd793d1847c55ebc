"""`python -m benchmarks.api`: the API at the size of a service, on PostgreSQL."""
