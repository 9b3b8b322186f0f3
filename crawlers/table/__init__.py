"""Sources without a network: exported tables, dropped folders, WARC files replayed."""
