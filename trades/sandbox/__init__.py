"""A stand-in for 3Commas: a second, independent reading of its API.

It shares no code with the rest of the project, so that a mistake over there can't be
answered by the same mistake over here. Start reading in ``api``.
"""
