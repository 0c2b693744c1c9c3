"""Tree → value: on plain floats, on tensors, with fifty digits, and modulo primes."""
