"""Pages for people with an account. One file is one address."""
