"""The input of a call as its members, whatever protocol it came in; what belongs to no member is reported."""

from __future__ import annotations

import base64
import io
import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from botocore.parsers import RpcV2CBORParser
from botocore.utils import parse_timestamp

from .operation import QUERY_ENVELOPE, Call

ABSENT = object()


class Unreadable:
    """A value that is no value of its type; the rules refuse it."""

    def __init__(self, text: object):
        self.text = text


class Reader:
    """Reads one input; `unknown` collects what AWS's model has no place for."""

    def __init__(self) -> None:
        self.unknown: list[str] = []

    def read(self, call: Call) -> Any:
        shape = call.operation.input_shape
        if call.protocol in ("query", "ec2"):
            form = call.request.form
            consumed = set(QUERY_ENVELOPE)
            value = FormReader(form, consumed, call.protocol == "ec2").structure(shape, "") if shape else {}
            self.unknown += sorted(set(form) - consumed)
            return {} if value is ABSENT else value
        if call.protocol == "json":
            return self.tree(shape, json.loads(call.request.body or b"{}"), "") if shape else {}
        if call.protocol == "cbor":
            body = RpcV2CBORParser().parse_data_item(io.BytesIO(call.request.body)) if call.request.body else {}
            return self.tree(shape, body, "") if shape else {}
        return self.rest(call, shape) if shape else {}

    def tree(self, shape: Any, value: Any, path: str) -> Any:
        """A value of JSON or CBOR. Null is the same as absent."""
        kind = shape.type_name
        if kind == "structure" and isinstance(value, dict) and not shape.is_document_type:
            names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
            self.unknown += [f"{path}{key}" for key in value if key not in names and key != "__type"]
            return {
                names[key]: self.tree(shape.members[names[key]], item, f"{path}{key}.")
                for key, item in value.items()
                if key in names and item is not None
            }
        if kind == "list" and isinstance(value, list):
            return [self.tree(shape.member, item, f"{path}{index}.") for index, item in enumerate(value)]
        if kind == "map" and isinstance(value, dict):
            return {key: self.tree(shape.value, item, f"{path}{key}.") for key, item in value.items()}
        if kind == "blob" and isinstance(value, str):
            return decoded(value)
        if kind == "timestamp":
            return value if isinstance(value, datetime) else instant(value)
        return value

    def rest(self, call: Call, shape: Any) -> Any:
        found: dict[str, Any] = {}
        pairs = parse_qsl(call.request.query, keep_blank_values=True)
        known = {"x-id", *(constant.partition("=")[0] for constant in call.constants)}
        in_body: dict[str, Any] = {}
        for name, member in shape.members.items():
            location = member.serialization.get("location")
            key = member.serialization.get("name", name)
            if location == "uri":
                found[name] = call.labels[key]
            elif location == "querystring" and member.type_name == "map":
                known |= {given for given, _ in pairs}
            elif location == "querystring":
                known.add(key)
                values = [value for given, value in pairs if given == key]
                if values:
                    found[name] = values if member.type_name == "list" else scalar(member, values[0])
            elif location == "header" and key.lower() in call.request.headers:
                text = call.request.headers[key.lower()]
                found[name] = [part.strip() for part in text.split(",")] if member.type_name == "list" else scalar(member, text)
            elif location is None:
                in_body[name] = member
        self.unknown += [key for key, _ in pairs if key not in known]
        found.update(self.body(call, shape, in_body))
        return found

    def body(self, call: Call, shape: Any, members: dict[str, Any]) -> dict[str, Any]:
        payload, content = shape.serialization.get("payload"), call.request.body
        if not content or not (payload or members):
            return {}
        if payload and shape.members[payload].type_name in ("blob", "string"):
            return {payload: content if shape.members[payload].type_name == "blob" else content.decode()}
        if call.protocol == "rest-json":
            tree = json.loads(content)
            if payload:
                return {payload: self.tree(shape.members[payload], tree, "")}
            names = {member.serialization.get("name", name): name for name, member in members.items()}
            self.unknown += [key for key in tree if key not in names]
            return {names[key]: self.tree(members[names[key]], item, f"{key}.") for key, item in tree.items() if key in names and item is not None}
        root = ElementTree.fromstring(content)
        return {payload: self.xml(shape.members[payload], root, "")} if payload else {}

    def xml(self, shape: Any, node: Any, path: str) -> Any:
        if shape.type_name == "structure":
            return self.xml_structure(shape, node, path)
        if shape.type_name == "list":
            return [self.xml(shape.member, child, path) for child in node]
        if shape.type_name == "map":
            return {}
        return scalar(shape, node.text or "")

    def xml_structure(self, shape: Any, node: Any, path: str) -> Any:
        children: dict[str, list[Any]] = {}
        for child in node:
            children.setdefault(child.tag.rpartition("}")[2], []).append(child)
        value = {}
        for name, member in shape.members.items():
            flat = member.type_name == "list" and member.serialization.get("flattened")
            key = member.serialization.get("name", name)
            if flat:
                key = member.member.serialization.get("name", key)
            nodes = children.pop(key, None)
            if nodes is None and flat:
                nodes = children.pop(member.serialization.get("name", name), None)
            if nodes is not None:
                value[name] = [self.xml(member.member, item, f"{path}{key}.") for item in nodes] if flat else self.xml(member, nodes[0], f"{path}{key}.")
        self.unknown += [f"{path}{key}" for key in children]
        return value


class FormReader:
    """The flattened form of the query protocols."""

    def __init__(self, form: dict[str, str], consumed: set[str], is_ec2: bool):
        self.form, self.consumed, self.is_ec2 = form, consumed, is_ec2
        self.prefixes = {".".join(key.split(".")[:end]) for key in form for end in range(1, key.count(".") + 2)}

    def name_of(self, shape: Any, default: str) -> str:
        if not self.is_ec2:
            return shape.serialization.get("name", default)
        if "queryName" in shape.serialization:
            return shape.serialization["queryName"]
        name = shape.serialization.get("name", default)
        return name[0].upper() + name[1:]

    def value(self, shape: Any, key: str) -> Any:
        if key not in self.prefixes:
            return ABSENT
        if shape.type_name in ("structure", "list", "map"):
            return getattr(self, shape.type_name)(shape, key)
        if key not in self.form:
            return ABSENT
        self.consumed.add(key)
        return scalar(shape, self.form[key])

    def structure(self, shape: Any, prefix: str) -> Any:
        found = {}
        for name, member in shape.members.items():
            key = self.name_of(member, name)
            value = self.value(member, f"{prefix}.{key}" if prefix else key)
            if value is not ABSENT:
                found[name] = value
        return found

    def list(self, shape: Any, key: str) -> Any:
        if self.form.get(key) == "":
            self.consumed.add(key)
            return []
        flat = self.is_ec2 or shape.serialization.get("flattened")
        stem = key if flat else f"{key}.{self.name_of(shape.member, 'member')}"
        return self.counted(lambda number: self.value(shape.member, f"{stem}.{number}"))

    def map(self, shape: Any, key: str) -> Any:
        stem = key if shape.serialization.get("flattened") else f"{key}.entry"
        first, second = self.name_of(shape.key, "key"), self.name_of(shape.value, "value")
        pairs = self.counted(
            lambda number: (self.value(shape.key, f"{stem}.{number}.{first}"), self.value(shape.value, f"{stem}.{number}.{second}"))
            if f"{stem}.{number}" in self.prefixes
            else ABSENT
        )
        return dict(pairs)

    @staticmethod
    def counted(read: Any) -> Any:
        found = []
        while (value := read(len(found) + 1)) is not ABSENT:
            found.append(value)
        return found


def scalar(shape: Any, text: str) -> Any:
    kind = shape.type_name
    if kind in ("integer", "long"):
        return int(text) if text.lstrip("-").isdigit() else Unreadable(text)
    if kind in ("float", "double"):
        try:
            return float(text)
        except ValueError:
            return Unreadable(text)
    if kind == "boolean":
        return text == "true" if text in ("true", "false") else Unreadable(text)
    if kind == "timestamp":
        return instant(text)
    return decoded(text) if kind == "blob" else text


def instant(value: Any) -> Any:
    try:
        return parse_timestamp(value)
    except ValueError:
        return Unreadable(value)


def decoded(text: str) -> Any:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return Unreadable(text)
