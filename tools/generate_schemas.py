#!/usr/bin/env python3
"""Write the JSON Schemas and flag indexes from the facts and texts in tools/data.

`generate_schemas.py` writes, `generate_schemas.py --check` only compares and names what differs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tools" / "data"
SCHEMAS = "schemas"
FLAG_INDEXES = "validator/konnektor_lint/flags"

BASE = "https://docs.example.org/konnektor/schemas/"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
OLD_KUBERNETES, NEW_KUBERNETES = "1.28", "1.37"

# Written by hand and only listed in the index.
HAND_WRITTEN = (
    "cluster-config/k0s-v1beta1.json",
    "cluster/k0sctl-v1beta1.json",
    "cluster/k0smotron-v1beta2.json",
    "cluster/kubermatic-v1.json",
    "egress-selector-configuration/v1beta1.json",
    "k0s-control-plane/controlplane-v1beta2.json",
    "k3s/config.json",
    "konnektor-lint-baseline/v1.json",
    "konnektor-lint-config/v1.json",
    "konnektor-lint-output/v1.json",
    "konnektor-lint-rules/v1.json",
    "list/v1.json",
    "tenant-control-plane/kamaji-v1alpha1.json",
    "vcluster/values.json",
)
# Which files an editor should hold against a schema: names that nobody else gives a file.
FILE_MATCH = {
    "konnektor-lint-baseline/v1.json": [".konnektor-lint-baseline.json"],
    "konnektor-lint-config/v1.json": [".konnektor-lint.yaml", ".konnektor-lint.yml"],
}
COMPONENTS = {"proxy-server": "proxy server", "proxy-agent": "proxy agent"}
TITLE_LENGTHS = range(2, 5)  # in words
INTEGER_TYPES = frozenset({"int", "uint", "uint64", "Level"})

# The OpenAPI document calls these required because Go always writes them; the API server takes
# objects without them.
NOT_ENFORCED = {
    "HTTPHeader": {"value"},
    "ISCSIVolumeSource": {"lun"},
    "PreferredSchedulingTerm": {"preference"},
    "SleepAction": {"seconds"},
    "Sysctl": {"value"},
}

Json = dict[str, object]


class DataError(Exception):
    """Something in tools/data is missing, unused or malformed."""


# --- Reading -----------------------------------------------------------------------------------


def table(value: object) -> Json:
    """Return the value as a mapping, or fail."""
    if not isinstance(value, dict):
        raise DataError(f"expected a mapping, found {value!r}")
    return value


def sequence(value: object) -> list[object]:
    """Return the value as a list, or fail."""
    if not isinstance(value, list):
        raise DataError(f"expected a list, found {value!r}")
    return value


def words(value: object) -> list[str]:
    """Return the value as a list of strings."""
    return [str(item) for item in sequence(value)]


def read_json(path: Path) -> Json:
    """Read a JSON file whose root is an object."""
    return table(json.loads(path.read_text(encoding="utf-8")))


def read_toml(name: str) -> Json:
    """Read a file with descriptions."""
    return dict(tomllib.loads((DATA / "descriptions" / name).read_text(encoding="utf-8")))


@dataclass(slots=True)
class Texts:
    """Titles and descriptions by key; remembers which were used."""

    origin: str
    entries: Mapping[str, tuple[str, str]]
    used: set[str] = field(default_factory=set)

    def find(self, *keys: str) -> tuple[str, str]:
        """Return title and description of the first key that has a text."""
        for key in keys:
            if key in self.entries:
                self.used.add(key)
                return self.entries[key]
        raise DataError(f"{self.origin}: no text for {keys[0]}")

    def require_all_used(self) -> None:
        """Fail when a text describes nothing."""
        if unused := sorted(set(self.entries) - self.used):
            raise DataError(f"{self.origin}: unused texts: {', '.join(unused)}")


def checked_text(origin: str, key: str, title: str, description: str) -> tuple[str, str]:
    """Return the text if its form is right: a short title and a full sentence."""
    if len(title.split()) not in TITLE_LENGTHS:
        raise DataError(f"{origin}: the title of {key} needs two to four words")
    if not description.endswith("."):
        raise DataError(f"{origin}: the description of {key} must end with a dot")
    return title, description


def text_pairs(origin: str, section: object, prefix: str = "") -> dict[str, tuple[str, str]]:
    """Read `key = [title, description]` entries."""
    pairs = {}
    for key, value in table(section).items():
        title, description = words(value)
        pairs[prefix + key] = checked_text(origin, prefix + key, title, description)
    return pairs


# --- Kubernetes kinds --------------------------------------------------------------------------


def short_name(definition: str) -> str:
    """Return the Go type without its package."""
    return definition.rsplit(".", 1)[-1]


def spaced(name: str) -> str:
    """Return a camel case name as words."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)


def without_noise(value: object) -> object:
    """Drop vendor extensions and write alternatives of plain types as one type list."""
    if isinstance(value, list):
        return [without_noise(item) for item in value]
    if not isinstance(value, dict):
        return value
    clean = {key: without_noise(item) for key, item in value.items() if key[:2] != "x-"}
    if "oneOf" in clean:
        # `null` would match both alternatives of IntOrString and Quantity and thereby none.
        types = [
            name for part in sequence(clean.pop("oneOf")) for name in words(table(part)["type"])
        ]
        clean["type"] = sorted(set(types), key=types.index)
    if "enum" in clean:
        clean["type"] = "string"
    return clean


def pruned_property(name: str, schema: Json) -> Json:
    """Leave open what only the cluster writes."""
    if name == "managedFields":
        return {"type": ["array", "null"]}
    if name == "status" and str(schema.get("$ref", "")).endswith("Status"):
        return {"type": ["object", "null"]}
    return schema


def merged_properties(old: Json | None, new: Json | None) -> Json:
    """Join the properties of two releases; the newer one wins, differences are marked."""
    before = table((old or {}).get("properties", {}))
    after = table((new or {}).get("properties", {}))
    merged: Json = {}
    for name in sorted({*before, *after}):
        schema = dict(table(after.get(name, before.get(name))))
        if old is not None and name not in before:
            schema["x-kubernetes-since"] = f"after {OLD_KUBERNETES}"
        if new is not None and name not in after:
            schema["deprecated"] = True
            schema["x-kubernetes-until"] = f"before {NEW_KUBERNETES}"
        merged[name] = pruned_property(name, schema)
    return merged


def merged_definition(old: Json | None, new: Json | None) -> Json:
    """Join one type of two releases so that clusters of either and in between are served."""
    merged = dict(new if new is not None else table(old))
    if properties := merged_properties(old, new):
        merged["properties"] = properties
        merged["additionalProperties"] = False
    if old is None:
        merged["x-kubernetes-since"] = f"after {OLD_KUBERNETES}"
    if new is None:
        merged["deprecated"] = True
        merged["x-kubernetes-until"] = f"before {NEW_KUBERNETES}"
    return merged


def merged_definitions(old: Json, new: Json) -> dict[str, Json]:
    """Join all types of two releases."""
    return {
        name: merged_definition(
            table(without_noise(old[name])) if name in old else None,
            table(without_noise(new[name])) if name in new else None,
        )
        for name in sorted({*old, *new})
    }


def references(value: object) -> Iterator[str]:
    """Yield the names of the definitions that a schema refers to."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref":
                yield str(item).rsplit("/", 1)[-1]
            else:
                yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def reachable(definitions: Mapping[str, Json], roots: list[str]) -> set[str]:
    """Return the names of the definitions that the roots need."""
    found: set[str] = set()
    pending = list(roots)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(references(definitions[name]))
    return found


def enforced(type_name: str, schema: Json) -> Json:
    """Leave only those required properties without which the API server refuses the object."""
    if type_name not in NOT_ENFORCED:
        return schema
    required = [name for name in words(schema["required"]) if name not in NOT_ENFORCED[type_name]]
    rest = {key: value for key, value in schema.items() if key != "required"}
    return {**rest, "required": required} if required else rest


@dataclass(slots=True)
class Offers:
    """Values by ``Type.property``: examples, and lists of all that the API server takes."""

    examples: Json
    values: Json

    def take(self, key: str, schema: Json) -> Json:
        """Return the keywords for a property; each entry is used once."""
        taken: Json = {}
        if examples := self.examples.pop(key, None):
            taken["examples"] = examples
        if values := self.values.pop(key, None):
            absent = [None] if isinstance(schema["type"], list) else []  # ["string", "null"]
            taken["enum"] = [*words(values), *absent]
        return taken

    def require_all_used(self) -> None:
        """Fail when an entry belongs to no property."""
        if unused := sorted({*self.examples, *self.values}):
            raise DataError(f"kubernetes.toml: values for unknown properties: {unused}")


def described(type_name: str, schema: Json, texts: Texts, offers: Offers) -> Json:
    """Add titles, descriptions and values to the properties of a type."""
    properties: Json = {}
    for name, value in table(schema.get("properties", {})).items():
        title, description = texts.find(f"{type_name}.{name}", name)
        entry: Json = {"title": title, "description": description, **table(value)}
        properties[name] = entry | offers.take(f"{type_name}.{name}", entry)
    result: Json = {"title": spaced(type_name), **enforced(type_name, schema)}
    return {**result, "properties": properties} if properties else result


def header(path: str, title: str, description: str) -> Json:
    """Return the keywords every schema begins with."""
    return {"$schema": DIALECT, "$id": BASE + path, "title": title, "description": description}


def kind_path(kind: str, api_version: str) -> str:
    """Return the file of a kind, such as `daemon-set/apps-v1.json`."""
    group, _, version = api_version.rpartition("/")
    prefix = f"{group.split('.')[0]}-" if group else ""
    folder = spaced(kind).replace(" ", "-").lower()
    return f"{folder}/{prefix}{version}.json"


def kind_identity(definition: Json) -> tuple[str, str]:
    """Return apiVersion and kind that a root definition stands for."""
    properties = table(definition["properties"])
    version, kind = (words(table(properties[key])["enum"])[0] for key in ("apiVersion", "kind"))
    return version, kind


def kind_schema(name: str, definition: Json, kinds: Texts) -> tuple[str, Json]:
    """Return path and schema of one kind; the structure stays in the shared definitions.

    The reference stands alone inside `allOf`: YAML language servers overlay a reference with the
    keywords beside it instead of applying both.
    """
    version, kind = kind_identity(definition)
    path = kind_path(kind, version)
    schema: Json = {
        **header(path, *kinds.find(kind)),
        "type": "object",
        "required": ["apiVersion", "kind"],
        "allOf": [{"$ref": f"../kubernetes/definitions.json#/$defs/{name}"}],
    }
    return path, schema


def kubernetes_texts() -> tuple[Texts, Texts, Offers]:
    """Read the texts of properties, those of kinds, and the values to offer."""
    origin = "kubernetes.toml"
    data = read_toml(origin)
    entries = text_pairs(origin, data["properties"])
    for type_name, section in table(data["types"]).items():
        entries |= text_pairs(origin, section, f"{type_name}.")
    kinds = {key: (title, text) for key, (title, text) in text_pairs(origin, data["kinds"]).items()}
    offers = Offers(dict(table(data["examples"])), dict(table(data["values"])))
    return Texts(origin, entries), Texts(origin, kinds), offers


def kubernetes_schemas() -> dict[str, Json]:
    """Return the shared definitions and one schema per kind."""
    old, new = (
        read_json(DATA / f"kubernetes-{version}.json")
        for version in (OLD_KUBERNETES, NEW_KUBERNETES)
    )
    texts, kinds, offers = kubernetes_texts()
    roots = words(new["roots"])
    merged = merged_definitions(table(old["definitions"]), table(new["definitions"]))
    definitions: Json = {
        name: described(short_name(name), merged[name], texts, offers)
        for name in sorted(reachable(merged, roots))
    }
    path = "kubernetes/definitions.json"
    title = "Shared Kubernetes types"
    text = (
        f"Types of Kubernetes {OLD_KUBERNETES} to {NEW_KUBERNETES} that the schemas of kinds use."
        " What the cluster itself writes (status, managed fields) is left open."
    )
    schemas: dict[str, Json] = {path: {**header(path, title, text), "$defs": definitions}}
    schemas |= (kind_schema(name, table(definitions[name]), kinds) for name in roots)
    kinds.find("List")
    texts.require_all_used()
    kinds.require_all_used()
    offers.require_all_used()
    return schemas


# --- Flags of the proxy server and the proxy agent ---------------------------------------------


@dataclass(frozen=True, slots=True)
class Releases:
    """The ordered release tags."""

    tags: tuple[str, ...]

    def within(self, tag: str, since: object, until: object = None, before: object = None) -> bool:
        """Say whether a tag lies in a range; an absent bound is no bound."""
        place = self.tags.index(tag)
        if since is not None and place < self.tags.index(str(since)):
            return False
        if until is not None and place > self.tags.index(str(until)):
            return False
        return before is None or place < self.tags.index(str(before))

    def latest(self, steps: object, tag: str) -> str:
        """Return the value that holds at a tag among `[from tag, value]` steps."""
        held = [
            str(value) for since, value in map(words, sequence(steps)) if self.within(tag, since)
        ]
        return held[-1]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about the flags of both programs."""

    releases: Releases
    types: Json
    constraints: tuple[Json, ...]
    pairs: Json
    flags: Mapping[str, Mapping[str, Json]]

    def present(self, component: str, tag: str) -> Iterator[tuple[str, Json]]:
        """Yield the flags that a release of a component has, by name."""
        for name, fact in sorted(self.flags[component].items()):
            within = self.releases.within(tag, fact["since"], fact["until"])
            if within and tag not in words(fact.get("absent_in", [])):
                yield name, fact


def common_flag(fact: Json, first_tag: str) -> Json:
    """Give a logging flag the same form as the other flags."""
    since = str(fact.get("since", first_tag))
    return {**fact, "since": since, "until": None, "defaults": [[since, fact["default"]]]}


def read_facts() -> Facts:
    """Read the flag facts; the logging flags become flags of both components."""
    data = read_json(DATA / "konnektivity-flags.json")
    tags = tuple(words(data["tags"]))
    common = {name: common_flag(table(fact), tags[0]) for name, fact in table(data["klog"]).items()}
    flags = {
        component: {name: table(fact) for name, fact in table(data[component]).items()} | common
        for component in COMPONENTS
    }
    constraints = tuple(table(item) for item in sequence(data["constraints"]))
    return Facts(Releases(tags), table(data["types"]), constraints, table(data["pairs"]), flags)


def typed_default(flag_type: str, text: str) -> object:
    """Return a default as the JSON type of its flag."""
    if flag_type == "bool":
        return text == "true"
    if flag_type in INTEGER_TYPES:
        return int(text)
    if flag_type == "float32":
        number = float(text)
        return int(number) if number.is_integer() else number
    if flag_type == "stringslice":
        return [part for part in text.split(",") if part]
    return text


def shown(default: object) -> str:
    """Return a typed default as it is written on a command line."""
    if isinstance(default, list):
        return ",".join(words(default))
    return str(default).lower() if isinstance(default, bool) else str(default)


def default_sentence(text: str) -> str:
    """Return the sentence about the default that ends a description."""
    if text == "<generated>":
        return "Default: generated at start."
    return f"Default: {text}." if text else "Default: empty."


def constraint_of(facts: Facts, component: str, name: str, tag: str) -> Json:
    """Return what the program's own validation demands of one flag."""
    demanded: Json = {}
    for item in facts.constraints:
        applies = facts.releases.within(tag, item.get("since"), before=item.get("before"))
        if applies and (item["component"], item["flag"]) == (component, name):
            demanded |= table(item["schema"])
    return demanded


def flag_schema(facts: Facts, component: str, name: str, tag: str, texts: Texts) -> Json:
    """Return the schema of one flag in one release."""
    fact = facts.flags[component][name]
    releases = facts.releases
    flag_type = releases.latest(fact["types"], tag) if "types" in fact else str(fact["type"])
    default = releases.latest(fact["defaults"], tag)
    title, description = texts.find(name)
    schema: Json = {
        "title": title,
        "description": f"{description} {default_sentence(default)}",
        **table(facts.types[flag_type]),
        **constraint_of(facts, component, name, tag),
        "x-flag-type": flag_type,
    }
    if "shorthand" in fact:
        schema["x-flag-shorthand"] = fact["shorthand"]
    if default != "<generated>":
        schema["default"] = typed_default(flag_type, default)
    deprecated_since = fact.get("deprecated_since")
    if deprecated_since and releases.within(tag, deprecated_since):
        schema["deprecated"] = True
    return schema


def release_body(facts: Facts, component: str, tag: str, texts: Texts) -> Json:
    """Return the part of a release's schema that tells it from other releases."""
    dependent: Json = {}
    for first, second in map(words, sequence(facts.pairs[component])):
        dependent |= {first: [second], second: [first]}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: flag_schema(facts, component, name, tag, texts)
            for name, _ in facts.present(component, tag)
        },
        "allOf": [{"x-konnektor-rule": "pair-incomplete", "dependentRequired": dependent}],
    }


def grouped_releases(facts: Facts, component: str, texts: Texts) -> list[tuple[list[str], Json]]:
    """Join neighbouring releases that have the very same flags."""
    groups: list[tuple[list[str], Json]] = []
    for tag in facts.releases.tags:
        body = release_body(facts, component, tag, texts)
        if groups and groups[-1][1] == body:
            groups[-1][0].append(tag)
        else:
            groups.append(([tag], body))
    return groups


def group_schema(component: str, tags: list[str], body: Json) -> tuple[str, Json]:
    """Return path and schema of releases with the same flags."""
    path = f"{component}/{tags[0]}.json"
    span = f"release {tags[0]}" if len(tags) == 1 else f"releases {tags[0]} to {tags[-1]}"
    text = f"Command line of the {COMPONENTS[component]} in {span}, one property per flag."
    title = f"{component} flags {tags[0]}"
    return path, {**header(path, title, text), "x-releases": tags, **body}


def flag_index(facts: Facts, component: str, schema_of: Mapping[str, str]) -> Json:
    """Return the small table that the linter loads at start-up."""
    flags: Json = {}
    for name, fact in sorted(facts.flags[component].items()):
        entry: Json = {
            "since": fact["since"],
            "until": fact["until"],
            "absent_in": fact.get("absent_in", []),
            "deprecated_since": fact.get("deprecated_since"),
            "defaults": fact["defaults"],
        }
        if "shorthand" in fact:
            entry["shorthand"] = fact["shorthand"]
        flags[name] = entry
    tags = list(facts.releases.tags)
    return {"component": component, "tags": tags, "schema": dict(schema_of), "flags": flags}


def component_texts(component: str) -> Texts:
    """Read the texts of a component's flags together with those of the logging flags."""
    origin = f"{component}.toml"
    own = text_pairs(origin, read_toml(origin))
    return Texts(f"{origin} and klog.toml", own | text_pairs("klog.toml", read_toml("klog.toml")))


def component_outputs(facts: Facts, component: str) -> tuple[dict[str, Json], Json]:
    """Return the schemas of all releases of a component and its flag index."""
    texts = component_texts(component)
    schemas: dict[str, Json] = {}
    schema_of: dict[str, str] = {}
    for tags, body in grouped_releases(facts, component, texts):
        path, schema = group_schema(component, tags, body)
        schemas[path] = schema
        schema_of |= dict.fromkeys(tags, path)
    texts.require_all_used()
    return schemas, flag_index(facts, component, schema_of)


def api_server_schema(facts: Facts) -> tuple[str, Json]:
    """Return the open schema of the API server flags that matter for the connector."""
    data = read_toml("kube-apiserver.toml")
    properties: Json = {}
    for name, value in table(data["flags"]).items():
        flag = table(value)
        title, text = checked_text(
            "kube-apiserver.toml", name, str(flag["title"]), str(flag["description"])
        )
        flag_type = str(flag["type"])
        entry: Json = {"title": title, "description": text, **table(facts.types[flag_type])}
        entry["x-flag-type"] = flag_type
        if "shorthand" in flag:
            entry["x-flag-shorthand"] = flag["shorthand"]
        if "default" in flag:
            entry["default"] = flag["default"]
            entry["description"] = f"{text} {default_sentence(shown(flag['default']))}"
        properties[name] = entry
    path = "kube-apiserver/flags.json"
    start = header(path, str(data["title"]), str(data["description"]))
    rest: Json = {"type": "object", "additionalProperties": True, "properties": properties}
    return path, {**start, **rest}


# --- Writing -----------------------------------------------------------------------------------


def dumped(value: object) -> str:
    """Return JSON text in the one form used for all schemas."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def compact(index: Json) -> str:
    """Return a flag index with one line per entry: small, and still readable in a diff."""
    lines = []
    for key, value in index.items():
        text = json.dumps(value, separators=(",", ":"))
        if key == "flags":
            entries = (
                f"{json.dumps(name)}:{json.dumps(entry, separators=(',', ':'))}"
                for name, entry in table(value).items()
            )
            text = "{\n" + ",\n".join(entries) + "\n}"
        lines.append(f"{json.dumps(key)}:{text}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def alpha_twin() -> tuple[str, Json]:
    """Return the v1alpha1 schema: its shape is that of v1beta1, which is written by hand."""
    source = ROOT / SCHEMAS / "egress-selector-configuration" / "v1beta1.json"
    text = source.read_text(encoding="utf-8").replace("v1beta1", "v1alpha1")
    return "egress-selector-configuration/v1alpha1.json", table(json.loads(text))


def published_index(schemas: Mapping[str, Json]) -> Json:
    """Return the list of all schemas with their titles."""
    titles = {path: schema["title"] for path, schema in schemas.items()}
    for path in HAND_WRITTEN:
        titles[path] = read_json(ROOT / SCHEMAS / path)["title"]
    listed = [
        {"path": path, "title": title, **identity_of(schemas.get(path, {}), schemas)}
        for path, title in sorted(titles.items())
    ]
    return {"base": BASE, "schemas": listed}


def catalog() -> Json:
    """Return the entries for the catalog of SchemaStore, in its format."""
    read = {path: read_json(ROOT / SCHEMAS / path) for path in FILE_MATCH}
    listed = [
        {
            "name": read[path]["title"],
            "description": read[path]["description"],
            "fileMatch": names,
            "url": BASE + path,
        }
        for path, names in FILE_MATCH.items()
    ]
    schema = "https://json.schemastore.org/schema-catalog.json"
    return {"$schema": schema, "version": 1, "schemas": listed}


def identity_of(schema: Json, schemas: Mapping[str, Json]) -> Json:
    """Return apiVersion and kind of a schema that is for one Kubernetes kind, else nothing."""
    parts = sequence(schema.get("allOf", []))
    name = str(table(parts[0]).get("$ref", "")).rpartition("/$defs/")[2] if parts else ""
    definitions = table(schemas["kubernetes/definitions.json"]["$defs"])
    if name not in definitions:
        return {}
    version, kind = kind_identity(table(definitions[name]))
    return {"apiVersion": version, "kind": kind}


def outputs() -> dict[str, str]:
    """Return every generated file by its path in the repository."""
    facts = read_facts()
    schemas = kubernetes_schemas() | dict([api_server_schema(facts), alpha_twin()])
    files: dict[str, str] = {}
    for component in COMPONENTS:
        release_schemas, index = component_outputs(facts, component)
        schemas |= release_schemas
        files[f"{FLAG_INDEXES}/{component}.json"] = compact(index)
    for path, schema in schemas.items():
        files[f"{SCHEMAS}/{path}"] = dumped(schema)
    files[f"{SCHEMAS}/index.json"] = dumped(published_index(schemas))
    files[f"{SCHEMAS}/catalog.json"] = dumped(catalog())
    return files


def stale_files(expected: Mapping[str, str]) -> list[str]:
    """Return JSON files in the output folders that nothing generates any more."""
    kept = {*expected, *(f"{SCHEMAS}/{path}" for path in HAND_WRITTEN)}
    found = (
        path.relative_to(ROOT).as_posix()
        for folder in (SCHEMAS, FLAG_INDEXES)
        for path in (ROOT / folder).rglob("*.json")
    )
    return sorted(path for path in found if path not in kept)


def differing_files(expected: Mapping[str, str]) -> list[str]:
    """Return generated files that are missing or have other content."""
    return sorted(
        path
        for path, text in expected.items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != text
    )


def check(expected: Mapping[str, str]) -> int:
    """Name the files that a run would change; 1 if there are any."""
    different, stale = differing_files(expected), stale_files(expected)
    for path in different:
        print(f"differs: {path}")
    for path in stale:
        print(f"stale: {path}")
    return 1 if different or stale else 0


def write(expected: Mapping[str, str]) -> int:
    """Write what differs and remove what is stale."""
    for path in differing_files(expected):
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(expected[path], encoding="utf-8", newline="\n")
        print(f"written: {path}")
    for path in stale_files(expected):
        (ROOT / path).unlink()
        print(f"removed: {path}")
    return 0


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Generate the JSON Schemas and flag indexes.")
    parser.add_argument("--check", action="store_true", help="only compare; exit 1 if they differ")
    arguments = parser.parse_args()
    try:
        expected = outputs()
    except DataError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return check(expected) if arguments.check else write(expected)


if __name__ == "__main__":
    sys.exit(main())
