"""konnektor-lint: checks the connector between a Kubernetes control plane and its workers."""

__version__ = "0.1.0"
