"""Parties of an order: their names, and what the customer master says about them."""
