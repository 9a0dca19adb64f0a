"""Which Kubernetes minors are known."""

NEWEST_KUBERNETES = 37
"""The newest Kubernetes minor the egress loader was compared with."""

OLDEST_KUBERNETES = 18
"""The first Kubernetes minor with an egress selector."""
