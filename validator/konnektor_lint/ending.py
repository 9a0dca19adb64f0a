"""How a call ends: its exit codes, and what keeps it from doing anything."""

CLEAN, FINDINGS, FAILURE, NOTHING = 0, 1, 2, 3


class Refused(Exception):  # noqa: N818
    """Something about the call that the user has to mend; ends with exit code 2."""
