"""Raw text for the base model: prose of the frames, records, queries, lists and sums."""
