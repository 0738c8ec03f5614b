"""How near is equal, each with its reason."""

SOLVER_GAP = 1e-6  # the promise of the product for plans on concave curves, as a share of the plan's value
PRICE = 2e-3  # a shadow price against a finite difference: prices jump within the segment next to the plan
FLOAT = 1e-9  # sums of a thousand floats
BRANCHED_GAP = 1e-4  # the promise of the product where curves bend up or channels are all or nothing
CURVE = 1e-4  # a curve between sixty knots of its table, against the formula it was sampled from
