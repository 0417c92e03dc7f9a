"""Items found by their key: one release's records met by another's."""
