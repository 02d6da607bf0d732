"""Requests for footage: states and who may move between them, deadlines, what is asked in the form."""
