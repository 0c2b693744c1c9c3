"""A class on PostgreSQL: its tables and roles, who shares with whom, and what a teacher sees of it."""
