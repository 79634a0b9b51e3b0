"""One thread of OpenMP in each process of the tests: several run at once, and threads would wait for each other."""

import os

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # read when LightGBM is loaded, here and in what the tests start
