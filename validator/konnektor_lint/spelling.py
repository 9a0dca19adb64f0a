"""Did you mean: which known name a wrong one was probably meant to be."""

from konnektor_lint import limits


def closest(word: str, known: list[str], *, likeness: float = 0.7) -> str:
    """Return the known word that was probably meant, or an empty string.

    ``likeness`` is the least ratio of what both have in common, from 0 to 1.
    """
    squeezed = _squeezed(word)
    for choice in known:
        if _squeezed(choice) == squeezed:
            return choice
    import difflib  # only a finding needs it

    choices = known[: limits.CANDIDATES]
    matches = difflib.get_close_matches(word[: limits.TEXT], choices, n=1, cutoff=likeness)
    return matches[0] if matches else ""


def same_letters(word: str, other: str) -> bool:
    """Tell whether two words differ only in case, dashes and underscores."""
    return _squeezed(word) == _squeezed(other)


def _squeezed(word: str) -> str:
    return word.replace("-", "").replace("_", "").lower()
