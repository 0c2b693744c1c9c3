"""Notes that students write: their formulas found, held against the proofs, and reported."""
