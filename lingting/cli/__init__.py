"""The `lingting` console script. Commands of other rooms are found by entry point, never imported from here."""
