"""The history of the schema of the access log, oldest first. Applied by lingting.store.database, never by hand."""
