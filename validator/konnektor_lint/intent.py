"""What a call asks for: its arguments and the configuration, as the linter wants them."""

from __future__ import annotations

import os

from konnektor_lint import texts
from konnektor_lint.ending import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from konnektor_lint.badfile import BadFile
    from konnektor_lint.config import Configuration
    from konnektor_lint.connector import Settings
    from konnektor_lint.examination import Upgrade
    from konnektor_lint.grouping import Cluster
    from konnektor_lint.host import Tree
    from konnektor_lint.policy import Policy, UnknownRule


def configuration(arguments: argparse.Namespace, language: str) -> Configuration:
    """Return the configuration of the run; empty where there is none."""
    from konnektor_lint import config

    path = arguments.config
    try:
        if path is None and not arguments.isolated:
            path = config.find(config.start_of(arguments.paths))
        return config.Configuration() if path is None else config.load(path)
    except config.BadConfiguration as bad:
        raise refused(bad, language) from bad


def refused(bad: BadFile, language: str) -> Refused:
    """Return what is wrong with a file of settings as a refusal."""
    from konnektor_lint import complaint

    return Refused(complaint.in_file(bad, language))


def clusters(configuration: Configuration) -> tuple[Cluster, ...]:
    """Return which files the configuration takes for one cluster."""
    if not configuration.clusters:
        return ()
    from konnektor_lint.grouping import Cluster
    from konnektor_lint.patterns import Patterns

    return tuple(
        Cluster(name, Patterns(patterns, configuration.folder))
        for name, patterns in configuration.clusters
    )


def host(folder: str | None, language: str) -> Tree | None:
    """Return the files of the node, if they are to be looked at."""
    if folder is None:
        return None
    from konnektor_lint.host import Tree

    try:
        return Tree(folder)
    except OSError as error:
        raise Refused(texts.say(language, "error.no-such-folder", path=folder)) from error


def kubernetes_folder(root: str) -> str:
    """Return where a node keeps its manifests and what they name."""
    return os.path.join(root, "etc", "kubernetes")


def project_root() -> str:
    """Return the folder of the repository or of the configuration; else the current one."""
    folder = start = os.getcwd()
    while True:
        if any(
            os.path.exists(os.path.join(folder, mark)) for mark in (".git", ".konnektor-lint.yaml")
        ):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return start
        folder = parent


def policy(arguments: argparse.Namespace, configuration: Configuration, language: str) -> Policy:
    """Return which findings are wanted, and how severe they are."""
    from konnektor_lint.policy import Command, Policy

    command = Command(
        tuple(names(arguments.select)),
        tuple(names(arguments.ignore)),
        tuple(_severity(given, language) for given in names(arguments.severity)),
        arguments.require_reason,
    )
    nested = not arguments.isolated and arguments.config is None
    return Policy(configuration, command, nested=nested)


def _severity(given: str, language: str) -> tuple[str, str]:
    from konnektor_lint.policy import LEVELS as KNOWN

    name, _, level = given.partition("=")
    if level not in KNOWN:
        choices = ", ".join(f"RULE={known}" for known in KNOWN)
        said = texts.say(language, "error.bad-choice", value=given, choices=choices)
        raise Refused(f"--severity: {said}")
    return name, level


def names(given: list[str] | None) -> list[str]:
    """Return the names of options that take several, separated by commas."""
    return [name.strip() for part in given or () for name in part.split(",") if name.strip()]


def no_such_rule(unknown: UnknownRule, language: str) -> str:
    """Say that there is no such rule, and which one may be meant."""
    from konnektor_lint import complaint

    return complaint.no_such_rule(unknown, language)


def settings(
    arguments: argparse.Namespace, configuration: Configuration, language: str
) -> Settings:
    """Return the versions in use, as far as the user says them."""
    from konnektor_lint.connector import Settings

    minor = arguments.kubernetes or configuration.kubernetes
    component = arguments.component_version or configuration.component_version
    return Settings(
        _minor("--kubernetes", minor, language) if minor else None,
        _tag("--component-version", component, language) if component else None,
    )


def upgrade(arguments: argparse.Namespace, settings: Settings, language: str) -> Upgrade | None:
    """Return what is to be upgraded to, if anything."""
    from konnektor_lint.examination import Upgrade

    tag, kubernetes = arguments.target_version, arguments.target_kubernetes
    then = settings
    names: list[str] = []
    if tag:
        then = then._replace(upgrade_to=_tag("--target-version", tag, language))
        names.append(texts.say(language, "upgrade.proxy", version=tag))
    if kubernetes:
        then = then._replace(kubernetes=_minor("--target-kubernetes", kubernetes, language))
        names.append(texts.say(language, "upgrade.kubernetes", version=kubernetes))
    return Upgrade(", ".join(names), then) if names else None


def _minor(option: str, text: str, language: str) -> int:
    from konnektor_lint.release import OLDEST_KUBERNETES, kubernetes_minor

    found = kubernetes_minor(text)
    if found is None or found < OLDEST_KUBERNETES:
        raise Refused(texts.say(language, "error.bad-kubernetes", option=option, value=text))
    return found


def _tag(option: str, text: str, language: str) -> str:
    from konnektor_lint.release import version

    if version(text) is None:
        raise Refused(texts.say(language, "error.bad-component-version", option=option, value=text))
    return text
