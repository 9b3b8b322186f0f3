"""Kinds of personal data: what the finders call them, what the labelled sets call them, and how sure each finder is."""

GOLD = {"id": "idcard", "bank": "bankcard", "mail": "email", "school": "school_class"}
"""Our kind → the labelled sets' kind, where the two differ."""

CONFIDENCE = {
    "id": 0.99, "bank": 0.98, "phone": 0.99, "landline": 0.95, "plate": 0.98, "mail": 0.99, "account": 0.95,
    "address": 0.95, "school": 0.95, "medical": 0.95, "name": 0.9,
}  # fmt: skip
"""Share of right finds per kind, rounded down, on the masking sets and the sample quarter (docs/quality.md)."""
