"""One page read: bytes to lines, and of these headline, text, time, outlet and author.

The way is `extract` (with the source's selectors) or `reading` (an unknown site) over `blocks`, `weighing` and `body`.
"""
