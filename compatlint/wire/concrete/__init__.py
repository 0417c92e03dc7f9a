"""Concrete execution: wire programs over real bytes."""
