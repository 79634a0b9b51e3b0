"""Order and customer files: read as text, mapped to the vocabulary, typed, with every doubt told by row and column."""
