"""Forecasts: what may be forecast, what a sealed forecast is, and who is in the lead."""
