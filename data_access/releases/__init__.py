"""Published releases: what is counted for them, how they are written, and how they are read without the record."""
