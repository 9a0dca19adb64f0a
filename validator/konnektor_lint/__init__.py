"""konnektor-lint: checks the connector between a Kubernetes control plane and its workers."""

__version__ = "0.1.0"

__all__ = [
    "Edge", "Edit", "Finding", "Fix", "LintError", "Location", "More", "Part", "Report",
    "SkippedFile", "SkippedRule", "Topology", "__version__", "lint",
]  # fmt: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from konnektor_lint.api import (
        Edge,
        Edit,
        Finding,
        Fix,
        LintError,
        Location,
        More,
        Part,
        Report,
        SkippedFile,
        SkippedRule,
        Topology,
        lint,
    )
else:

    def __getattr__(name: str) -> object:
        """Load the library when it is used: the program, which does not need it, starts sooner."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from konnektor_lint import api

        globals().update({known: getattr(api, known) for known in __all__ if known[0] != "_"})
        return globals()[name]
