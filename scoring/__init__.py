"""Scoring: an order file in, a ranked and explained result out.

Threads of OpenMP that spin while they wait slow every other process, a second run of ours included. OpenMP reads how to
wait once, when LightGBM is loaded, so it is said here, before any module of this room loads it; what a person has said
in the environment stands.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
