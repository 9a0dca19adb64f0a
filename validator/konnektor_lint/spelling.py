"""Did you mean: which known name a wrong one was probably meant to be."""

import re


def closest(word: str, known: list[str]) -> str:
    """Return the known word that was probably meant, or an empty string."""
    squeezed = re.sub(r"[-_]", "", word).lower()
    for choice in known:
        if re.sub(r"[-_]", "", choice).lower() == squeezed:
            return choice
    import difflib  # only a finding needs it

    matches = difflib.get_close_matches(word, known, n=1, cutoff=0.7)
    return matches[0] if matches else ""
