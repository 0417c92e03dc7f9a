"""One module for each output format; each is a function of a Comparison, and none knows another."""
