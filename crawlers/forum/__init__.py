"""A page of a forum or a question board read as its posts, answers and remarks."""
