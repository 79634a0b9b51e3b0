"""Scoring: an order file in, a ranked and explained result out."""
