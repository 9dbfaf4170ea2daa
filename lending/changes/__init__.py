"""Changes of a running loan: grace months, new terms, waivers. Each is asked for, decided on, and makes a new plan."""
