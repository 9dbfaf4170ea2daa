"""The money there is to lend: yearly appropriation and capital; reserved, granted, outstanding."""
