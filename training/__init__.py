"""Orders with known outcomes in, a tracked model out."""

import scoring as _scoring  # noqa: F401  (before any module of this room loads LightGBM: it says how its threads wait)
