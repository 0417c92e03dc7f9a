"""Symbolic execution: an encoder's tokens, and a decoder run over them."""
