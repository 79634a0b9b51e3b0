"""The past: what is known of earlier order lines, as one narrow table with days from which each row counts."""
