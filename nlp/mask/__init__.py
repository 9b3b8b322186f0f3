"""Personal data masked before anything else reads a text (DOMAIN §6.1)."""
