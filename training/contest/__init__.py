"""A challenger against the champion, on order lines that neither learnt from: every gate is one check.

Rules: the founders' reading of common practice for model risk; each bound stands where it acts, with its reason.
"""
