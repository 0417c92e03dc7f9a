"""Front ends: one package for each way to write codecs down, and the languages that they are written in."""
