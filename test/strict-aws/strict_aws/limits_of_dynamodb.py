"""Limits of DynamoDB."""

from __future__ import annotations

import re
from typing import Any

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from .limit import KIB, Found, at_most, limit, size
from .model_rules import Violation

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
MOST_ITEM = 400 * KIB
EXPRESSIONS = ("ConditionExpression", "FilterExpression", "KeyConditionExpression", "ProjectionExpression", "UpdateExpression")
FUNCTIONS = {"attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size", "if_not_exists", "list_append"}
SYNTAX = {"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"}


def weight(value: Any) -> int:
    if isinstance(value, dict):
        return sum(size(key) + weight(item) + 1 for key, item in value.items())
    if isinstance(value, list):
        return 3 + sum(weight(item) + 1 for item in value)
    return 1 if isinstance(value, bool) or value is None else size(value)


def item_weight(item: dict[str, Any]) -> int:
    return sum(size(name) + sum(weight(part) for part in value.values()) for name, value in item.items())


@limit("dynamodb", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "GetItem")
def one_item(given: dict[str, Any]) -> Found:
    yield from action(given, "")


@limit("dynamodb", "TransactWriteItems", "TransactGetItems")
def transaction(given: dict[str, Any]) -> Found:
    items = given.get("TransactItems", [])
    yield from at_most("TransactItems", len(items), 100, "items")
    actions = [part for item in items for part in item.values()]
    yield from at_most("TransactItems", sum(action_weight(part) for part in actions), 4 * KIB * KIB, "bytes")
    for index, item in enumerate(items):
        if len(item) != 1:
            yield Violation(f"TransactItems[{index}]", "union", f"exactly one action is expected, given: {', '.join(item)}")
    for index, part in enumerate(actions):
        yield from action(part, f"TransactItems[{index}].")


@limit("dynamodb", "BatchWriteItem")
def batch_write(given: dict[str, Any]) -> Found:
    requests = [request for table in given.get("RequestItems", {}).values() for request in table]
    yield from at_most("RequestItems", len(requests), 25, "items")
    for request in requests:
        yield from action(request.get("PutRequest", {}), "RequestItems.")


@limit("dynamodb", "BatchGetItem")
def batch_get(given: dict[str, Any]) -> Found:
    yield from at_most("RequestItems", sum(len(table.get("Keys", [])) for table in given.get("RequestItems", {}).values()), 100, "keys")


def action_weight(given: dict[str, Any]) -> int:
    return item_weight(given.get("Item", {})) + item_weight(given.get("Key", {})) + item_weight(given.get("ExpressionAttributeValues", {}))


def action(given: dict[str, Any], path: str) -> Found:
    yield from at_most(f"{path}Item", item_weight(given.get("Item", {})), MOST_ITEM, "bytes")
    for member in ("Item", "Key", "ExpressionAttributeValues"):
        for name, value in given.get(member, {}).items():
            if len(value) != 1:
                yield Violation(f"{path}{member}.{name}", "limit", f"exactly one type is expected, given: {', '.join(value)}")
    for name, value in given.get("Key", {}).items():
        if "" in value.values():
            yield Violation(f"{path}Key.{name}", "limit", "a key is not empty")
    yield from expressions(given, path)


def expressions(given: dict[str, Any], path: str) -> Found:
    texts = {name: given[name] for name in EXPRESSIONS if name in given}
    whole = " ".join(texts.values())
    for name, text in texts.items():
        yield from at_most(f"{path}{name}", size(text), 4 * KIB, "bytes")
        if not text.strip():
            yield Violation(f"{path}{name}", "limit", "is empty")
        for word in re.findall(r"(?<![#:\w.])[A-Za-z_]\w*", text):
            if word.upper() in ReservedKeywords.get_reserved_keywords() and word not in FUNCTIONS and word.upper() not in SYNTAX:
                yield Violation(f"{path}{name}", "limit", f"{word} is a reserved word")
    for sign, member in (("#", "ExpressionAttributeNames"), (":", "ExpressionAttributeValues")):
        used, given_names = set(re.findall(rf"{sign}\w+", whole)), set(given.get(member, {}))
        if used != given_names:
            yield Violation(f"{path}{member}", "limit", f"differs from what the expressions use in {', '.join(sorted(used ^ given_names))}")
