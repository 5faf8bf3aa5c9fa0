"""What AWS's models demand of an input: required members, types, enums, lengths, ranges, patterns, unions."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from .pattern import compiled
from .wire import Unreadable

TYPES = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": datetime,
    "blob": (bytes, bytearray),
}
SHOWN = 120

# The models say these and the services do not hold to them: (service, shape, rule), each with where it is documented.
NOT_ENFORCED: frozenset[tuple[str, str, str]] = frozenset()


class Violation(NamedTuple):
    member: str
    rule: str
    detail: str


def violations_of(service: str, shape: Any, value: Any) -> list[Violation]:
    rules = Rules(service)
    rules.check(shape, value, "")
    return rules.found


class Rules:
    def __init__(self, service: str):
        self.service = service
        self.found: list[Violation] = []

    def refuse(self, shape: Any, path: str, rule: str, detail: str) -> None:
        if (self.service, shape.name, rule) not in NOT_ENFORCED:
            self.found.append(Violation(path or "(input)", rule, detail))

    def check(self, shape: Any, value: Any, path: str) -> None:
        kind = shape.type_name
        expected = TYPES.get(kind, object)
        is_wrong = not isinstance(value, expected) or (isinstance(value, bool) and kind != "boolean")
        if isinstance(value, Unreadable) or is_wrong:
            shown = value.text if isinstance(value, Unreadable) else value
            self.refuse(shape, path, "type", f"{shown!r:.{SHOWN}} is no {kind}")
            return
        if kind in ("string", "list", "map", "blob"):
            self.bounds(shape, len(value), path, "length")
        elif kind in ("integer", "long", "float", "double"):
            self.bounds(shape, value, path, "range")
        if kind == "structure" and not shape.is_document_type:
            self.structure(shape, value, path)
        elif kind == "list":
            for index, item in enumerate(value):
                self.check(shape.member, item, f"{path}[{index}]")
        elif kind == "map":
            for key, item in value.items():
                self.check(shape.key, key, f"{path}.{key} (key)")
                self.check(shape.value, item, f"{path}.{key}")
        elif kind == "string":
            self.string(shape, value, path)

    def structure(self, shape: Any, value: dict[str, Any], path: str) -> None:
        for name in shape.required_members:
            if name not in value:
                self.refuse(shape, f"{path}.{name}".lstrip("."), "required", "is missing")
        if shape.is_tagged_union and len(value) != 1:
            self.refuse(shape, path, "union", f"exactly one member is expected, given: {', '.join(value) or 'none'}")
        for name, item in value.items():
            self.check(shape.members[name], item, f"{path}.{name}".lstrip("."))

    def string(self, shape: Any, value: str, path: str) -> None:
        if shape.enum and value not in shape.enum:
            self.refuse(shape, path, "enum", f"{value!r:.{SHOWN}} is none of {', '.join(shape.enum):.{SHOWN}}")
        pattern = shape.metadata.get("pattern")
        if pattern and not compiled(pattern).fullmatch(value):
            self.refuse(shape, path, "pattern", f"{value!r:.{SHOWN}} does not match {pattern}")

    def bounds(self, shape: Any, amount: float, path: str, rule: str) -> None:
        least, most = shape.metadata.get("min"), shape.metadata.get("max")
        if (least is not None and amount < least) or (most is not None and amount > most):
            self.refuse(shape, path, rule, f"{amount} is not within {least if least is not None else ''}..{most if most is not None else ''}")
