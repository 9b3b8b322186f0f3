"""What is kept: evidence as WARC, articles as sealed segments of the inbox, and every wording met."""
