"""The demo city: ten real communes of Santiago with invented incidents, the same ones for the same seed and day."""
