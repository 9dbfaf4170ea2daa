"""Figures about the service, and what people say of it."""
