"""What an organisation has decided and what the state has confirmed: criteria, authority, rates and norms, as data."""
