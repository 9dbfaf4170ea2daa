"""From the preparer's proposal to another person's decision, its letter, and the time limit to challenge it."""
