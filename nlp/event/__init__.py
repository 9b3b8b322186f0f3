"""Events: which articles speak of one matter (`book`), how likely two do (`pairs`), and what is told of them."""
