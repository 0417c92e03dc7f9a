"""Notations that are schemas: one text is encoder and decoder at once."""
