"""Where the figures in the README come from. Each bench prints a table of medians and a ratio from one run."""
