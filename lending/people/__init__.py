"""Citizens, staff with their units and roles, authority, and the log of who has seen what."""
