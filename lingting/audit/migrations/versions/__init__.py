"""One file per revision of the access log's schema."""
