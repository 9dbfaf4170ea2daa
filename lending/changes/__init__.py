"""Changes of a running loan: grace months and waiver. Each is asked for, decided on, and makes a new plan."""
