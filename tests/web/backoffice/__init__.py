"""Tests of the pages on which cases are handled: the queue, the case, its assessment, its decision."""
