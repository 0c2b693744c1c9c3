"""Devices of one learner: their review logs exchanged over a folder or a git repository, and united.

Every device appends to a file of its own and reads those of the others, so that conflicts cannot arise: the log is the
union of all events, told apart by their ids, and a card's state follows from it.
"""
