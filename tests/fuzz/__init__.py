"""Inputs made by chance, told apart by kind: C++, Python, bytes flipped in fixtures, TOML, revisions.

`python -m tests.fuzz --minutes 30` runs them for as long as one likes; the test suite runs some of each. An input
is named by its kind and a number, and made anew from these two alone.
"""
