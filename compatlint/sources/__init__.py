"""Where source text comes from: git, and the cache of what was read from it before."""
