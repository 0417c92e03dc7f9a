"""Python as a language."""
