"""What an organisation has decided and what the state has confirmed: criteria, delegation, rates and norms, as data."""
