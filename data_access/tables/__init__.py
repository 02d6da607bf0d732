"""Tables that people deliver: read, judged whole, and stored as facts or refused."""
