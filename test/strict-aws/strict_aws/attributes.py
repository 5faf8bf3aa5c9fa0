"""Attributes of load balancers and target groups: AWS's model has their names and ranges in its documentation alone."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# `<li> <p> <code>idle_timeout.timeout_seconds</code> - The idle timeout value, in seconds. The valid range is 1-4000 ...`
ENTRY = re.compile(r"<code>([a-z0-9_]+(?:\.[a-z0-9_]+)+)</code>\s*-\s*(.*?)(?=</li>)", re.DOTALL)
RANGE = re.compile(r"range is (?:from )?(\d+)(?:-| to )(\d+)")
CHOICES = re.compile(r"(?:possible values are|value is)((?:,? (?:and |or )?<code>[^<]+</code>)+)")


@cache
def documented(shape: Any) -> dict[str, str]:
    return dict(ENTRY.findall(shape.members["Key"].documentation))


def faults_of_attributes(shape: Any, parameters: dict[str, Any]) -> list[str]:
    """`shape` is the input of a call; nothing is said where it has no such attributes."""
    member = shape.members.get("Attributes")
    if member is None or member.type_name != "list" or not member.member.name.endswith("Attribute"):
        return []
    texts = documented(member.member)
    return [fault for pair in parameters.get("Attributes", []) for fault in faults_of(pair, texts)]


def faults_of(pair: dict[str, str], texts: dict[str, str]) -> list[str]:
    key, value = pair.get("Key", ""), pair.get("Value", "")
    text = texts.get(key)
    if text is None:
        return [f"there is no attribute {key}"]
    within = RANGE.search(text)
    if within and not (value.isdigit() and int(within[1]) <= int(value) <= int(within[2])):
        return [f"{key} is {within[1]} to {within[2]}, not {value}"]
    listed = CHOICES.search(text)
    choices = re.findall(r"<code>([^<]+)</code>", listed[1]) if listed else []
    return [f"{key} is one of {', '.join(choices)}, not {value}"] if choices and value not in choices else []
