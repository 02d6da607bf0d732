"""Incidents into the record in one transaction, and out again when an import is undone."""
