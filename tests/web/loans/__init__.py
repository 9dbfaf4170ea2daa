"""Tests of the pages of a loan, on both sides of the counter: from the agreement to its end."""
