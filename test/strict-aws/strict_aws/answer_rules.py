"""What AWS's models say of an answer: which members it may have, of which types, with which values of an enum."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .model_rules import TYPES
from .operation import model_of

# On the wire of the JSON protocols a time is a number of seconds.
WIRE_TYPES = {**TYPES, "timestamp": (int, float)}


def faults_in_answers(answers: list[tuple[str, str, Any]]) -> list[str]:
    """Of answers in the JSON protocols, each with the model of its service and its operation."""
    return [
        fault
        for service, operation, answer in answers
        for fault in faults(model_of(service).operation_model(operation).output_shape, answer, operation)
    ]


def faults(shape: Any, value: Any, path: str) -> Iterator[str]:
    kind = shape.type_name
    if not isinstance(value, WIRE_TYPES.get(kind, object)):
        yield f"{path} is no {kind}"
    elif kind == "structure":
        for name, member in value.items():
            if name in shape.members:
                yield from faults(shape.members[name], member, f"{path}.{name}")
            else:
                yield f"{path}.{name} is unknown"
    elif kind == "list":
        for index, member in enumerate(value):
            yield from faults(shape.member, member, f"{path}[{index}]")
    elif kind == "string" and shape.enum and value not in shape.enum:
        yield f"{path} is none of {', '.join(shape.enum)}"
