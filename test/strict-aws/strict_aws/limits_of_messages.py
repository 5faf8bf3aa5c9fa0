"""Limits of SNS, SQS and EventBridge."""

from __future__ import annotations

import json
import re
from typing import Any

from .limit import KIB, Found, at_most, is_object, limit, size
from .model_rules import Violation

# https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
SUBJECT = re.compile(r"[A-Za-z0-9!-/:-@\[-`{-~][\x20-\x7E]{0,98}")
ATTRIBUTE_NAME = re.compile(r"(?!(?i:aws\.|amazon\.))(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)")


@limit("sns", "Publish")
def publish(given: dict[str, Any]) -> Found:
    message = given.get("Message", "")
    if not message:
        yield Violation("Message", "limit", "is empty")
    yield from at_most("Message", size(message) + attributes_size(given), 256 * KIB, "bytes")
    if "Subject" in given and not SUBJECT.fullmatch(given["Subject"]):
        yield Violation("Subject", "limit", f"{given['Subject']!r} is not under 100 characters of ASCII without control characters")
    if not any(name in given for name in ("TopicArn", "TargetArn", "PhoneNumber")):
        yield Violation("TopicArn", "required", "is missing")
    if given.get("MessageStructure") == "json":
        yield from message_structure(message)
    yield from message_attributes(given)


def message_structure(message: str) -> Found:
    try:
        parsed = json.loads(message)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("default"), str):
        yield Violation("Message", "limit", "MessageStructure json needs an object with a text under default")


# https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
def message_attributes(given: dict[str, Any]) -> Found:
    for name, value in given.get("MessageAttributes", {}).items():
        member = f"MessageAttributes.{name}"
        if not ATTRIBUTE_NAME.fullmatch(name):
            yield Violation(member, "limit", "is no name of an attribute")
        kind = value.get("DataType", "").split(".")[0]
        if kind not in ("String", "Number", "Binary"):
            yield Violation(member, "limit", f"DataType {value.get('DataType')!r}")
        if not value.get("BinaryValue" if kind == "Binary" else "StringValue"):
            yield Violation(member, "limit", "has an empty value")


def attributes_size(given: dict[str, Any]) -> int:
    return sum(
        size(name) + sum(size(part) for part in value.values())
        for name, value in given.get("MessageAttributes", {}).items()
    )


# 1 MiB since August 2025; 256 KB is what every partition takes and what a subscribed topic can carry.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
MOST_MESSAGE = 256 * KIB
NOT_IN_A_MESSAGE = re.compile("[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
FIFO_ID = re.compile(r"[A-Za-z0-9!-/:-@\[-`{-~]{1,128}")


@limit("sqs", "SendMessage")
def send_message(given: dict[str, Any]) -> Found:
    yield from queued(given, given.get("QueueUrl", ""), "")


@limit("sqs", "SendMessageBatch")
def send_message_batch(given: dict[str, Any]) -> Found:
    entries = given.get("Entries", [])
    yield from batch(entries)
    for index, entry in enumerate(entries):
        yield from queued(entry, given.get("QueueUrl", ""), f"Entries[{index}].")
    total = sum(size(entry.get("MessageBody", "")) + attributes_size(entry) for entry in entries)
    yield from at_most("Entries", total, MOST_MESSAGE, "bytes")


@limit("sqs", "DeleteMessageBatch", "ChangeMessageVisibilityBatch")
def message_batch(given: dict[str, Any]) -> Found:
    yield from batch(given.get("Entries", []))


def batch(entries: list[dict[str, Any]]) -> Found:
    if not entries:
        yield Violation("Entries", "limit", "is empty")
    yield from at_most("Entries", len(entries), 10, "entries")
    ids = [entry.get("Id", "") for entry in entries]
    if len(set(ids)) != len(ids):
        yield Violation("Entries", "limit", "two entries have one Id")
    for given in ids:
        if not re.fullmatch(r"[\w-]{1,80}", given, re.ASCII):
            yield Violation("Entries", "limit", f"Id {given!r}")


def queued(message: dict[str, Any], url: str, path: str) -> Found:
    body = message.get("MessageBody", "")
    if not body:
        yield Violation(f"{path}MessageBody", "limit", "is empty")
    yield from at_most(f"{path}MessageBody", size(body) + attributes_size(message), MOST_MESSAGE, "bytes")
    if NOT_IN_A_MESSAGE.search(body):
        yield Violation(f"{path}MessageBody", "limit", "has a character that a message cannot hold")
    yield from at_most(f"{path}DelaySeconds", message.get("DelaySeconds", 0), 900, "seconds")
    if not url.endswith(".fifo"):
        return
    if "MessageGroupId" not in message:
        yield Violation(f"{path}MessageGroupId", "required", "is missing, the queue is FIFO")
    if message.get("DelaySeconds"):
        yield Violation(f"{path}DelaySeconds", "limit", "a FIFO queue takes no delay of one message")
    for name in ("MessageGroupId", "MessageDeduplicationId"):
        if name in message and not FIFO_ID.fullmatch(message[name]):
            yield Violation(f"{path}{name}", "limit", f"{message[name]!r} is not 1 to 128 letters, digits, punctuation")


@limit("sqs", "ReceiveMessage")
def receive(given: dict[str, Any]) -> Found:
    if not 1 <= given.get("MaxNumberOfMessages", 1) <= 10:
        yield Violation("MaxNumberOfMessages", "limit", "is not 1 to 10")
    yield from at_most("WaitTimeSeconds", given.get("WaitTimeSeconds", 0), 20, "seconds")
    yield from at_most("VisibilityTimeout", given.get("VisibilityTimeout", 0), 43_200, "seconds")


@limit("sqs", "ChangeMessageVisibility")
def visibility(given: dict[str, Any]) -> Found:
    yield from at_most("VisibilityTimeout", given.get("VisibilityTimeout", 0), 43_200, "seconds")


# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html: all entries together.
@limit("events", "PutEvents")
def put_events(given: dict[str, Any]) -> Found:
    entries = given.get("Entries", [])
    total = sum(
        (14 if "Time" in entry else 0)
        + sum(size(entry.get(name, "")) for name in ("Source", "DetailType", "Detail"))
        + sum(size(arn) for arn in entry.get("Resources", []))
        for entry in entries
    )
    yield from at_most("Entries", total, 256 * KIB, "bytes")
    for index, entry in enumerate(entries):
        for name in ("Source", "DetailType", "Detail"):
            if not entry.get(name):
                yield Violation(f"Entries[{index}].{name}", "required", "is missing")
        if entry.get("Source", "").startswith("aws."):
            yield Violation(f"Entries[{index}].Source", "limit", "aws. is kept for AWS")
        if not is_object(entry.get("Detail", "")):
            yield Violation(f"Entries[{index}].Detail", "limit", "is no JSON object")


# https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html; 30 KB of a topic's policy.
@limit("sns", "SetTopicAttributes")
def topic_policy(given: dict[str, Any]) -> Found:
    if given.get("AttributeName") == "Policy":
        yield from at_most("AttributeValue", size(given.get("AttributeValue", "")), 30 * KIB, "bytes")


# https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
@limit("sns", "Subscribe")
def filter_policy(given: dict[str, Any]) -> Found:
    text = given.get("Attributes", {}).get("FilterPolicy")
    if text is None:
        return
    if not is_object(text):
        yield Violation("Attributes.FilterPolicy", "limit", "is no JSON object")
        return
    yield from at_most("Attributes.FilterPolicy", len(json.loads(text)), 5, "attribute names")
