"""The interpreter of wire programs that every domain shares, and the paths through them."""
