"""Stands before moto: what AWS would refuse is recorded, answered as AWS answers it, and never reaches moto."""

from __future__ import annotations

import base64
import io
import json
import re
import traceback
from collections.abc import Iterable
from threading import Lock
from typing import Any

from . import limits_of_dynamodb, limits_of_messages, limits_of_services, stand_in  # noqa: F401
from .answer_rules import faults_in_answers
from .limit import limit_violations
from .model_rules import Violation, violations_of
from .operation import Call, Request, UnreadableRequest, call_of, model_of
from .pattern import compiled
from .wire import Reader

# Asked once at the start: a moto without this gate does not know the path.
READY = "/moto-api/strict"
# Takes answers that a test gives in place of moto, and says what is wrong with them.
ANSWERS = f"{READY}/answers"
# Sent by a proxy that answers in place of moto: judge the request, do nothing.
ONLY_JUDGE = "HTTP_X_ALB502_ONLY_JUDGE"


class Gate:
    def __init__(self, application: Any, record: str):
        self.application, self.record, self.lock = application, record, Lock()

    def refuse(self, service: str, operation: str, violations: Iterable[Violation]) -> None:
        lines = [
            json.dumps({"service": service, "operation": operation, "member": one.member, "rule": one.rule, "detail": one.detail})
            for one in violations
        ]
        if lines:
            with self.lock, open(self.record, "a") as record:
                record.write("".join(f"{line}\n" for line in lines))

    def __call__(self, host: Any, environ: dict[str, Any], start_response: Any) -> Any:
        path = environ.get("PATH_INFO", "/")
        if path == ANSWERS:
            return answer(start_response, "200 OK", "application/json", json.dumps(faults_in_answers(json.loads(request_of(environ).body))))
        if path.startswith(READY) and environ["REQUEST_METHOD"] == "POST":
            self.judge_all(json.loads(request_of(environ).body))
            return answer(start_response, "204 No Content", "text/plain", "")
        if path.startswith(READY):
            return answer(start_response, "200 OK", "application/json", json.dumps(patterns(environ.get("QUERY_STRING", ""))))
        if path.startswith("/moto-api"):
            return self.application(host, environ, start_response)
        request = request_of(environ)
        service, operation, protocol, violations = judged(request)
        self.refuse(service, operation, violations)
        if violations:
            message = "; ".join(f"{one.member} ({one.rule}): {one.detail}" for one in violations)
            return answer(start_response, "400 Bad Request", *error_body(protocol, message))
        if ONLY_JUDGE in environ:
            return answer(start_response, "204 No Content", "text/plain", "")
        with self.lock:
            stand_in.correct(service, self.refuse)
        return self.application(host, environ, start_response)

    def judge_all(self, requests: list[dict[str, Any]]) -> None:
        """What another server answered: `headers` with small letters and `body` in base64, both of a POST to /."""
        for one in requests:
            service, operation, _, violations = judged(Request("POST", "/", "", one["headers"], base64.b64decode(one["body"])))
            self.refuse(service, operation, violations)


def request_of(environ: dict[str, Any]) -> Request:
    length = environ.get("CONTENT_LENGTH")
    body = environ["wsgi.input"].read(int(length)) if length else b""
    if environ.get("wsgi.input_terminated") and not length:
        body = environ["wsgi.input"].read()
    environ["wsgi.input"] = io.BytesIO(body)
    if not length and body:
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
    headers = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")}
    path = environ.get("REQUEST_URI", environ.get("PATH_INFO", "/")).partition("?")[0]
    return Request(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""), headers, body)


def judged(request: Request) -> tuple[str, str, str, list[Violation]]:
    try:
        call = call_of(request)
    except UnreadableRequest as error:
        return "unknown", "unknown", "json", [Violation("(request)", "operation", str(error))]
    if call is None:
        return "", "", "", []
    try:
        violations = violations_in(call)
    except Exception:
        # Not judged is not passed: what this program cannot read fails the test too.
        violations = [Violation("(request)", "unreadable", traceback.format_exc(limit=-3))]
    return call.service.service_name, call.operation.name, call.protocol, violations


def violations_in(call: Call) -> list[Violation]:
    service, operation = call.service.service_name, call.operation.name
    reader = Reader()
    value = reader.read(call)
    found = [Violation(name, "unknown member", f"{operation} has no such member") for name in reader.unknown]
    if call.operation.input_shape is not None:
        found += violations_of(service, call.operation.input_shape, value)
    return found + ([] if found else limit_violations(service, operation, value))


def patterns(query: str) -> dict[str, Any]:
    """The patterns of the services in `services=a,b` that cannot be read here."""
    unread = []
    for name in filter(None, query.removeprefix("services=").split(",")):
        model = model_of(name)
        for shape in model.shape_names:
            text = model.shape_for(shape).metadata.get("pattern")
            try:
                compiled(text or "")
            except re.error as error:
                unread.append(f"{name} {shape}: {text}: {error}")
    return {"strict": True, "unread": unread}


def error_body(protocol: str, message: str) -> tuple[str, str]:
    escaped = message.replace("&", "&amp;").replace("<", "&lt;")
    error = f"<Code>ValidationError</Code><Message>{escaped}</Message>"
    if protocol == "query":
        return "text/xml", f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>0</RequestId></ErrorResponse>"
    if protocol == "ec2":
        return "text/xml", f"<Response><Errors><Error>{error}</Error></Errors><RequestID>0</RequestID></Response>"
    if protocol == "rest-xml":
        return "text/xml", f"<Error>{error}</Error>"
    return "application/x-amz-json-1.1", json.dumps({"__type": "ValidationException", "message": message})


def answer(start_response: Any, status: str, kind: str, text: str) -> list[bytes]:
    body = text.encode()
    headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
    if kind.startswith("application/x-amz"):
        headers.append(("x-amzn-errortype", "ValidationException"))
    start_response(status, headers)
    return [body]
