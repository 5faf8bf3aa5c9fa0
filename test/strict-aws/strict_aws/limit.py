"""What AWS's documentation limits and its models do not say: one function an operation, each yields violations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from .model_rules import Violation

KIB = 1024
Found = Iterator[Violation]
LIMITS: dict[tuple[str, str], list[Callable[[dict[str, Any]], Found]]] = {}


def limit(service: str, *operations: str) -> Any:
    def add(rule: Callable[[dict[str, Any]], Found]) -> Callable[[dict[str, Any]], Found]:
        for operation in operations:
            LIMITS.setdefault((service, operation), []).append(rule)
        return rule

    return add


def limit_violations(service: str, operation: str, given: dict[str, Any]) -> list[Violation]:
    return [found for rule in LIMITS.get((service, operation), ()) for found in rule(given)]


def size(value: Any) -> int:
    return len(value if isinstance(value, (bytes, bytearray)) else str(value).encode())


def at_most(member: str, amount: int, most: int, what: str) -> Found:
    if amount > most:
        yield Violation(member, "limit", f"{amount} {what}, at most {most} are taken")


def is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
