"""C++ as a language: source text to classes, functions and statements. Knows nothing of any wire."""
