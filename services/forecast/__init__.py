"""Forecasts: made and sealed, scored when their week is whole, switched off and on, and followed over the weeks."""
