"""Parties held against lists of listed parties: lists and their versions, index, match, hits, cleared pairs."""
