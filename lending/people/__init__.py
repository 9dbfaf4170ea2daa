"""Citizens, staff with their units and roles, and the log of who has seen what."""
