"""Where it happened: names of places, the national table, names that people taught (DOMAIN §5.5)."""
