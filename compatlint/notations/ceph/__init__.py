"""Ceph's encodings: encode and decode functions in C++, in all the spellings that the project has used."""
