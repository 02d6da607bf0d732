"""Forecasts in the record: what they learn from, and the rows that seal, score and log them."""
