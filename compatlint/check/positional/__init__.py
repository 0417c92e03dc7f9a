"""Items found by their position: one release's decoder run over another's encoder."""
