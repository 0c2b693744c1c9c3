"""Toward an exam: what to answer on each of the days that are left, and the score to expect.

:mod:`memory_models` is the family of memories that a learner may have, :mod:`price` what an answer is worth on a day,
:mod:`belief` what the answers given say of each card, and :mod:`planner` puts them together: state, minutes and date
give an order. They compute on arrays of numpy or of torch alike, with any number of learners in front.
"""
