"""Pages that anyone may read. One file is one address."""
