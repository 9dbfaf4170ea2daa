"""Looking into a case: debt investigation, payment capacity, and the grounds and obstacles of the criteria."""
