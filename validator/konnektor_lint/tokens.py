"""The words without which no file is read: see ``files.may_hold_part``."""

TOKENS = (
    b"konnectivity", b"egressselect", b"egress-selector", b"kas-network-proxy",
    b"apiserver-network-proxy", b"proxy-server", b"proxy-agent", b"kube-apiserver",
    b"--uds-name", b"--agent-identifiers", b"--cluster-cert", b"clusterconfiguration",
)  # fmt: skip
"""Lower-case bytes, at least one of which every file with a part of the connector holds."""

PARTS = (
    b"konnectivity", b"egressselect", b"egress-selec", b"proxy-", b"network-proxy",
    b"kube-apiserver", b"--uds-name", b"--agent-identifiers", b"--cluster-cert",
    b"clusterconfiguration",
)  # fmt: skip
"""Every token holds one of these: fewer words to look for in a file that has none of them."""
