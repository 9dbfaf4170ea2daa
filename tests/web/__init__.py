"""Tests of the pages, through a client that polices every page it is given."""
