"""Orders with known outcomes in, a tracked model out."""
