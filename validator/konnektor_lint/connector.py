"""The connector as a whole: the parts that belong together."""

from collections.abc import Iterable
from typing import NamedTuple

from konnektor_lint.cluster import Binding, ConfigMap, PolicyRole, Service, ServiceAccount
from konnektor_lint.egress import EgressConfiguration
from konnektor_lint.pod import Component, Pod
from konnektor_lint.release import NEWEST_KUBERNETES
from konnektor_lint.source import Document, Problem

PARTS = (
    "egress", "api_servers", "servers", "agents", "services", "service_accounts",
    "bindings", "roles",
)  # fmt: skip
"""The names a rule's ``needs`` may hold; each is an attribute of Connector."""


class Settings(NamedTuple):
    """What the user said about the versions in use.

    ``kubernetes`` is a minor (36 for 1.36); ``component_version`` a tag, where images have none.
    """

    kubernetes: int = NEWEST_KUBERNETES
    component_version: str | None = None


class Connector:
    """Parts that belong together. An empty tuple means: not given, so nothing is concluded."""

    __slots__ = (
        "agents", "api_servers", "bindings", "config_maps", "documents", "egress", "problems",
        "roles", "servers", "service_accounts", "services", "settings",
    )  # fmt: skip

    def __init__(self, settings: Settings, problems: Iterable[Problem] = ()) -> None:
        """Start without parts; ``problems`` are what reading the files found."""
        self.settings = settings
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.documents: tuple[Document, ...] = ()
        self.egress: tuple[EgressConfiguration, ...] = ()
        self.api_servers: tuple[Component, ...] = ()
        self.servers: tuple[Component, ...] = ()
        self.agents: tuple[Component, ...] = ()
        self.services: tuple[Service, ...] = ()
        self.service_accounts: tuple[ServiceAccount, ...] = ()
        self.bindings: tuple[Binding, ...] = ()
        self.roles: tuple[PolicyRole, ...] = ()
        self.config_maps: tuple[ConfigMap, ...] = ()

    @property
    def proxies(self) -> tuple[Component, ...]:
        """Return servers and agents: the programs whose command lines pflag reads."""
        return (*self.servers, *self.agents)

    @property
    def components(self) -> tuple[Component, ...]:
        """Return every container that runs a part."""
        return (*self.api_servers, *self.servers, *self.agents)

    def pods(self) -> list[Pod]:
        """Return the pods of the components, each once."""
        return list({id(item.pod.root): item.pod for item in self.components}.values())

    def problems_of(self, kind: str) -> list[Problem]:
        """Return what reading the files found of one kind."""
        return [problem for problem in self.problems if problem.kind == kind]

    def has(self, part: str) -> bool:
        """Tell whether a part named in PARTS was given."""
        return bool(getattr(self, part))
