"""Which fields of a `--query` the answer does not have: AWS's model says what it has, and JMESPath would say nothing."""

from __future__ import annotations

from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError


def faults_of_query(text: str, shape: Any) -> list[str]:
    try:
        tree = jmespath.compile(text).parsed
    except JMESPathError as error:
        return [f"--query {text!r} is no JMESPath: {error}"]
    unknown: list[str] = []
    walk(tree, shape, unknown)
    return [f"--query {text!r}: the answer has no {name}" for name in unknown]


def walk(node: dict[str, Any], shape: Any, unknown: list[str]) -> Any:
    """The shape of what the node gives; None where nothing is known of it."""
    kind, children = node["type"], node["children"]
    if kind == "field":
        return field(node["value"], shape, unknown)
    if kind in ("subexpression", "index_expression", "pipe"):
        for child in children:
            shape = walk(child, shape, unknown)
        return shape
    if kind == "index":
        return item_of(shape)
    if kind in ("projection", "filter_projection", "value_projection"):
        left = item_of(walk(children[0], shape, unknown))
        if kind == "filter_projection":
            walk(children[2], left, unknown)
        right = walk(children[1], left, unknown)
        return Listed(right) if right is not None else None
    if kind == "flatten":
        inner = walk(children[0], shape, unknown)
        return Listed(item_of(item_of(inner))) if is_list(item_of(inner)) else inner
    # A slice of a list is a list of the same.
    if kind in ("identity", "current", "slice"):
        return shape
    for child in children:
        walk(child, shape, unknown)
    return None


class Listed:
    """A list that a projection makes."""

    type_name = "list"

    def __init__(self, member: Any):
        self.member = member


def is_list(shape: Any) -> bool:
    return shape is not None and shape.type_name == "list"


def item_of(shape: Any) -> Any:
    return shape.member if is_list(shape) else None


def field(name: str, shape: Any, unknown: list[str]) -> Any:
    if shape is None:
        return None
    if shape.type_name == "map":
        return shape.value
    if shape.type_name == "structure" and name in shape.members:
        return shape.members[name]
    unknown.append(name)
    return None
