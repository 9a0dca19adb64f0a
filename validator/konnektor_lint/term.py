"""Words of our own inside findings, as opposed to what a file says."""


class Term(str):
    """A key of the vocabulary (``[value]`` in the texts); the reporter puts it into a language.

    A plain ``str`` among the fields of a message is repeated as it is, even if it reads the same.
    """

    __slots__ = ()
