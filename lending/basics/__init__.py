"""What every stage stands on: money, dates, errors, actors, the database base, states, sealing."""
