"""Forecasts of the coming week by cell: baselines, the model, and how good any of them was."""
