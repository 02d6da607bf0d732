"""Requests for footage: filing, following, handling, letters, deletion and statistics."""
