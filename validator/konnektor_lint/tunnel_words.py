"""The words by which files are found that may hold a part of a tunnel over OpenVPN."""

WORDS = ("openvpn", "kubeletdnat", "dns-resolver")
"""One of these stands in every file with a part of such a tunnel."""


def mentions(text: str) -> bool:
    """Tell whether a file may hold a part of such a tunnel."""
    return any(word in text for word in WORDS)
