"""The same article again: fingerprints, the window of the last weeks, the decision."""
