"""The intermediate representation: what is on the wire, as pure values."""
