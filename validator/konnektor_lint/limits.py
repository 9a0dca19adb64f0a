"""Every limit of the linter in one place; a finding names the one that was hit.

The figures keep hostile input (deep nesting, alias and merge-key bombs, huge files) far from
the C stack and from memory, and leave room for anything a person would deploy.
"""

FILE_BYTES = 32 * 1024 * 1024
"""Largest file that is read, in bytes."""

NODES = 2_000_000
"""Most values in one file, beginnings and ends of collections and documents included, and what
aliases add: a file of the largest size has as many where its lines are as long as usual."""

DOCUMENTS = 100_000
"""Most documents in one file; the parser starts anew for each."""

DEPTH = 100
"""Deepest nesting of mappings and sequences in one document."""

ALIASED_NODES = 100_000
"""Most nodes of one document that aliases and merge keys may add."""

EMBEDDED_LEVELS = 3
"""How many documents may sit inside strings of one another (Cluster API in a ConfigMap)."""

EMBEDDED_SHARE = 8
"""How often the length of a file may be parsed again inside its strings; aliases repeat them."""

ARGUMENT = 131_072
"""Longest argument or variable that Linux passes to a program (MAX_ARG_STRLEN)."""

ARGUMENTS = 2 * 1024 * 1024
"""Most bytes of arguments that Linux passes to a program: a quarter of a stack of 8 MiB."""

EXPANDED = 8_000_000
"""Most characters that variables may add to the arguments and variables of one file."""

FINDINGS = 1000
"""How many findings of one rule are shown for one file; of the rest the report says how many."""

VIOLATIONS = 1000
"""Most disagreements with their schemas that are reported for one connector; of one egress
configuration ten times as many are looked at, for some of them are no disagreement after all."""

SUGGESTIONS = 20
"""For how many unknown names in one place a similar known one is searched."""

PARTNERS = 100
"""With how many parts of another kind each part is compared where any of them may be meant."""

CANDIDATES = 1000
"""How many known names are compared with an unknown one."""

HOST_FILE_BYTES = 1024 * 1024
"""Largest file of a node that is read, in bytes: a bundle of all public CAs has a fifth of it."""

CERTIFICATES = 1000
"""How many PEM blocks of one file are looked at."""

SIGNATURES = 200
"""How many signatures are verified to find out who signed one certificate."""

SECRETS = 1000
"""How many values of one file are kept out of messages; lines are hidden without a limit."""

TEXT = 200
"""Longest piece of input that a message repeats, in characters."""


FIELD = 1000
"""Longest value in the words of a finding, in characters: some are lists, or paths."""


def shortened(text: str) -> str:
    """Return the text on one line, cut to what a message may repeat."""
    line = " ".join(text.split()) if "\n" in text else text
    return line if len(line) <= TEXT else line[: TEXT - 1] + "…"
