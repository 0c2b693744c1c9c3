"""A mock exam: a paper drawn over the syllabus, sat against the clock, marked by the proofs."""
