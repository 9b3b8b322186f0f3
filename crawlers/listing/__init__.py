"""Where there is something new: lists, feeds, sitemaps, interfaces, and the pages that follow them."""
