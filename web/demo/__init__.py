"""Fictional people and cases in every state, for trying the service. Never in production."""
