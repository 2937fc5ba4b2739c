"""The books of coupons: what is counted with every movement, the report of it, and whether balances and entries agree."""
