"""Pure functions: arrays in, small result records out. No clock, no database, no drawing."""
