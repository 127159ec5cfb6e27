"""The history of the store's schema, oldest first in versions/. Applied by lingting.store.database, never by hand."""
