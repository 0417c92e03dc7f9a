"""The decoding check: one release's decoders run over another's encoders, and what that means."""
