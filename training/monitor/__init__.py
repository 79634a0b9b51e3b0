"""What happens to a model after it was promoted: its input, its scores and its hits, month by month, with alarms."""
