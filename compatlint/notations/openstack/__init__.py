"""The Python of OpenStack's services: what they send each other, store, and read from their configuration."""
