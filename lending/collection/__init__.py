"""When payments stop: disturbances and their follow-up, reminders, and the decision to transfer to collection."""
