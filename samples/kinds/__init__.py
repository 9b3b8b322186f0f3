"""One module per kind of site; each makes its pages from the items that stand on it."""
