"""When payments stop: follow-up, reminders, acceleration, transfer."""
