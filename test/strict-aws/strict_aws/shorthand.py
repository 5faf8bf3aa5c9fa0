"""A value of the AWS CLI's command line as the model's shape has it: JSON, shorthand syntax, lists of words, files."""

from __future__ import annotations

import json
import os
from typing import Any

# AWS CLI user guide, "Using shorthand syntax with the AWS CLI".
DELIMITERS = {",", "=", "[", "]", "{", "}"}


class NoValue(Exception):
    """Words that are no value of the option's type."""


def from_file(word: str, folder: str, kind: str) -> str:
    """AWS CLI user guide, "Loading a parameter from a file": `fileb://` is for blobs."""
    scheme, mark, name = word.partition("://")
    if not mark or scheme not in ("file", "fileb"):
        return word
    if (scheme == "fileb") != (kind == "blob"):
        raise NoValue(f"a {kind} is not read from {scheme}://")
    path = os.path.join(folder, name)
    if not os.path.isfile(path):
        raise NoValue(f"no such file: {word}")
    with open(path, encoding="utf-8") as file:
        return file.read()


def value_of(shape: Any, words: list[str], folder: str) -> Any:
    kind = shape.type_name
    if not words:
        raise NoValue("a value is missing")
    if kind not in ("list", "structure", "map"):
        if len(words) > 1:
            raise NoValue(f"one value is expected, not {len(words)}: {' '.join(words)}")
        return scalar(shape, from_file(words[0], folder, kind))
    first = from_file(words[0], folder, kind)
    if first.lstrip().startswith(("{", "[")) and len(words) == 1:
        try:
            return of_tree(shape, json.loads(first))
        except json.JSONDecodeError as error:
            raise NoValue(f"no JSON: {error}") from error
    if kind != "list":
        if len(words) > 1:
            raise NoValue(f"one value is expected, not {len(words)}: {' '.join(words)}")
        return of_tree(shape, Shorthand(first).whole())
    if shape.member.type_name in ("structure", "map"):
        return [of_tree(shape.member, Shorthand(word).whole()) for word in words]
    return [scalar(shape.member, word) for word in words]


def scalar(shape: Any, text: str) -> Any:
    kind = shape.type_name
    if kind == "blob":
        return text.encode()
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
    except ValueError as error:
        raise NoValue(f"{text!r} is no {kind}") from error
    if kind == "boolean":
        if text not in ("true", "false"):
            raise NoValue(f"{text!r} is no boolean")
        return text == "true"
    return text


def of_tree(shape: Any, value: Any) -> Any:
    """The leaves of shorthand are text; JSON has them typed already."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            raise NoValue(f"{value!r} is no structure {shape.name}")
        unknown = [key for key in value if key not in shape.members]
        if unknown:
            raise NoValue(f"{shape.name} has no member {', '.join(unknown)}")
        return {key: of_tree(shape.members[key], item) for key, item in value.items()}
    if kind == "map":
        if not isinstance(value, dict):
            raise NoValue(f"{value!r} is no map {shape.name}")
        return {key: of_tree(shape.value, item) for key, item in value.items()}
    if kind == "list":
        return [of_tree(shape.member, item) for item in (value if isinstance(value, list) else [value])]
    if isinstance(value, (dict, list)):
        raise NoValue(f"{value!r} is no {kind}")
    return scalar(shape, value) if isinstance(value, str) else value


class Shorthand:
    """`Key=a,Value=b`, `names=a,b,size=1`, `items=[a,b]`, `inner={Key=a}`; values may stand in quotes."""

    def __init__(self, text: str):
        self.text, self.at = text, 0

    def whole(self) -> dict[str, Any]:
        pairs = self.pairs()
        if self.at < len(self.text):
            raise NoValue(f"{self.text!r}: nothing is expected at {self.at}")
        return pairs

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self, expected: str) -> None:
        if self.peek() != expected:
            raise NoValue(f"{self.text!r}: {expected!r} is expected at {self.at}, not {self.peek() or 'the end'}")
        self.at += 1

    def pairs(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while True:
            key = self.word()
            self.take("=")
            if key in found:
                raise NoValue(f"{self.text!r}: {key} is given twice")
            found[key] = self.values()
            if self.peek() != ",":
                return found
            self.at += 1

    def values(self) -> Any:
        first = self.value()
        listed = [first]
        while self.peek() == "," and not self.key_follows():
            self.at += 1
            listed.append(self.value())
        return first if len(listed) == 1 else listed

    def key_follows(self) -> bool:
        rest = self.text[self.at + 1 :]
        end = next((index for index, sign in enumerate(rest) if sign in DELIMITERS), len(rest))
        return rest[end : end + 1] == "="

    def value(self) -> Any:
        if self.peek() == "{":
            self.at += 1
            inner = self.pairs()
            self.take("}")
            return inner
        if self.peek() == "[":
            self.at += 1
            listed = [self.value()]
            while self.peek() == ",":
                self.at += 1
                listed.append(self.value())
            self.take("]")
            return listed
        if self.peek() in ("'", '"'):
            return self.quoted(self.peek())
        # A value may hold `=`, as a key may not.
        return self.word({",", "]", "}"})

    def quoted(self, mark: str) -> str:
        self.take(mark)
        end = self.text.find(mark, self.at)
        if end < 0:
            raise NoValue(f"{self.text!r}: a quote is not closed")
        inside, self.at = self.text[self.at : end], end + 1
        return inside

    def word(self, ends: set[str] = DELIMITERS) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in ends:
            self.at += 1
        return self.text[start : self.at]
