"""JSON and YAML."""

import json
from dataclasses import asdict

import yaml
from person import Person


def from_json(text: str) -> list[Person]:
    """Returns the people in a JSON text."""
    return [Person(**fields) for fields in json.loads(text)]


def to_yaml(people: list[Person]) -> str:
    """Returns the people as YAML."""
    return yaml.safe_dump([asdict(person) for person in people], sort_keys=False)
