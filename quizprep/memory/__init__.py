"""The learner's memory: what was answered, and what comes next."""
