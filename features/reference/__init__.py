"""Dated, sourced facts: a CSV table beside its card, and the catalogue of red flags."""
