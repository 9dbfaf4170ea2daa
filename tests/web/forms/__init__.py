"""Tests of the form kit."""
