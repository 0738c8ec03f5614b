"""The service: it listens and remembers; `optimizer` thinks.

The matrices of a plan are small: numeric libraries that share them out over threads lose more than
they win (a plan took seven times as long), so they get one thread each unless told otherwise.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
