"""What `make run`, `make test` and `make bench` start on one machine. Nothing here runs in production."""
