"""Patterns of AWS's models, written for Java, as Python reads them."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

# Java's way to write all characters above the basic plane.
ABOVE_BASIC_PLANE = "\\uD800\\uDC00-\\uDBFF\\uDFFF"
NAMED = {"Print": "\\x20-\\x7E", "Alnum": "a-zA-Z0-9", "Alpha": "a-zA-Z", "Digit": "0-9", "Graph": "\\x21-\\x7E", "ASCII": "\\x00-\\x7F"}


@cache
def category(letter: str) -> str:
    """All characters of a Unicode category, as the inside of a character class."""
    ranges: list[list[int]] = []
    for point in range(sys.maxunicode + 1):
        if not unicodedata.category(chr(point)).startswith(letter):
            continue
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "".join(f"\\U{first:08X}-\\U{last:08X}" for first, last in ranges)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Throws re.error for a pattern that neither language reads."""
    text = pattern.replace(ABOVE_BASIC_PLANE, "\\U00010000-\\U0010FFFF").replace("[\\w-_]", "[\\w_-]")

    def named(match: re.Match[str]) -> str:
        inside = NAMED.get(match[1]) or category(match[1])
        return inside if in_class(text, match.start()) else f"[{inside}]"

    return re.compile(re.sub(r"\\p\{(\w+)\}", named, text))


def in_class(text: str, position: int) -> bool:
    opened = False
    index = 0
    while index < position:
        if text[index] == "\\":
            index += 1
        elif text[index] == "[":
            opened = True
        elif text[index] == "]":
            opened = False
        index += 1
    return opened
