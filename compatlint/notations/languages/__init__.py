"""Languages that codecs are written in. They know no wire."""
