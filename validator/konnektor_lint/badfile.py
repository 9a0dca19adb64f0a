"""A file of the linter's own, such as its configuration, that cannot be used."""


class BadFile(Exception):  # noqa: N818
    """Where and why: ``key`` and ``fields`` name the text."""

    def __init__(self, file: str, line: int, key: str, /, **fields: str | int) -> None:
        """Keep where and what."""
        super().__init__(f"{file}:{line}: {key}")
        self.file = file
        self.line = line
        self.key = key
        self.fields: dict[str, str | int] = {**fields}
