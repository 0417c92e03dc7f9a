"""Many releases at once: series, the matrix of who reads whom, the history of a codec, and its successors."""
