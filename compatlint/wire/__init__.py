"""The common language: what is on the wire, and the machine that runs wire programs.

Pure values, nothing of ours imported.
"""
