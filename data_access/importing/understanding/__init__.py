"""Chunks of text into incidents: persons dropped, dates, places and labels read as a profile says."""
