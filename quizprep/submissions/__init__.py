"""Answers of many students: read from a table, marked by the proofs, kept while they are, written beside the table."""
