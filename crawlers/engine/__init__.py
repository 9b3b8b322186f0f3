"""The crawl itself: a child process (`job`) with a spider, its frontier, politeness, readers of pages, and the ledger."""
