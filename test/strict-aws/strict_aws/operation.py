"""Which operation of AWS's own models a request is: by signing name, then by target, form or path."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qsl, unquote

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

# Services whose model has another name than they sign with.
MODEL_OF_SIGNING_NAME = {
    "monitoring": "cloudwatch",
    "elasticloadbalancing": "elbv2",
    "tagging": "resourcegroupstaggingapi",
    "states": "stepfunctions",
}
CREDENTIAL = re.compile(r"Credential=[^/]+/\d{8}/([^/]+)/([^/]+)/aws4_request")
# What a query request carries beside its members.
QUERY_ENVELOPE = {"Action", "Version"}


class UnreadableRequest(Exception):
    """A request that names no operation of the service it is signed for."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Call:
    service: ServiceModel
    operation: OperationModel
    protocol: str
    request: Request
    region: str
    # Labels of the path, where the protocol has them.
    labels: dict[str, str] = field(default_factory=dict)
    # What the path template fixes of the query string.
    constants: frozenset[str] = frozenset()


@cache
def model_of(name: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


def unpacked(request: Request, service: ServiceModel) -> Request:
    if service.service_name == "s3" or request.headers.get("content-encoding") != "gzip":
        return request
    return Request(request.method, request.path, request.query, request.headers, gzip.decompress(request.body))


def call_of(request: Request) -> Call | None:
    """None for a request that nobody signed: it is no call of an SDK."""
    scope = CREDENTIAL.search(request.headers.get("authorization", ""))
    if scope is None:
        return None
    region, signing_name = scope.groups()
    try:
        service = model_of(MODEL_OF_SIGNING_NAME.get(signing_name, signing_name))
    except UnknownServiceError as error:
        raise UnreadableRequest(f"no service model for the signing name {signing_name}") from error
    request = unpacked(request, service)
    target = request.headers.get("x-amz-target")
    if target is not None:
        return Call(service, named(service, target.rsplit(".", 1)[-1]), "json", request, region)
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        return Call(service, named(service, request.path.rsplit("/", 1)[-1]), "cbor", request, region)
    if service.protocol.startswith("rest-"):
        return rest_call(service, request, region)
    form = request.form
    if "Action" not in form:
        raise UnreadableRequest(f"{request.method} {request.path} names no action of {signing_name}")
    if form.get("Version") != service.api_version:
        raise UnreadableRequest(f"Version is {form.get('Version')}, {service.service_name} has {service.api_version}")
    return Call(service, named(service, form["Action"]), service.protocol if service.protocol == "ec2" else "query", request, region)


def named(service: ServiceModel, action: str) -> OperationModel:
    if action not in service.operation_names:
        raise UnreadableRequest(f"{service.service_name} has no operation {action}")
    return service.operation_model(action)


@cache
def rest_routes(service: ServiceModel) -> list[tuple[str, str, re.Pattern[str], frozenset[str]]]:
    routes = []
    for name in service.operation_names:
        http = service.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        pattern = re.sub(r"\\{(\w+)(\\\+)?\\}", label_pattern, re.escape(path))
        routes.append((name, http["method"], re.compile(f"{pattern}/?"), frozenset(filter(None, query.split("&")))))
    return routes


def label_pattern(match: re.Match[str]) -> str:
    return f"(?P<{match[1]}>{'.+' if match[2] else '[^/]+'})"


def rest_call(service: ServiceModel, request: Request, region: str) -> Call:
    given = set(request.query.split("&"))
    pairs = dict(parse_qsl(request.query, keep_blank_values=True))
    keys = set(pairs)
    best: tuple[int, Call] | None = None
    for name, method, pattern, constants in rest_routes(service):
        match = pattern.fullmatch(request.path)
        if method != request.method or match is None or pairs.get("x-id", name) != name:
            continue
        if not all(constant in given or constant in keys for constant in constants):
            continue
        operation = service.operation_model(name)
        required = required_of_envelope(operation)
        if not all(key in keys if where == "querystring" else key.lower() in request.headers for where, key in required):
            continue
        labels = {key: unquote(value) for key, value in match.groupdict().items()}
        weight = 2 * len(constants) + len(required)
        if best is None or weight > best[0]:
            best = (weight, Call(service, operation, service.protocol, request, region, labels, constants))
    if best is None:
        raise UnreadableRequest(f"no operation of {service.service_name} is {request.method} {request.path}?{request.query}")
    return best[1]


def required_of_envelope(operation: OperationModel) -> list[tuple[str, str]]:
    """The required members that stand in header or query string: they tell operations with one path apart."""
    shape = operation.input_shape
    if shape is None:
        return []
    found = []
    for name in shape.required_members:
        serialization = shape.members[name].serialization
        if serialization.get("location") in ("header", "querystring"):
            found.append((serialization["location"], serialization.get("name", name)))
    return found
