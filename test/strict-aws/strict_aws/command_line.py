"""A command line of the AWS CLI, held against AWS's own service models: its operation, its options and their values."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import jmespath
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, DataNotFoundError
from botocore.loaders import Loader
from botocore.model import OperationModel
from botocore.session import Session

from .attributes import faults_of_attributes
from .model_rules import violations_of
from .operation import model_of
from .query_fields import faults_of_query
from .shorthand import NoValue, value_of

# The AWS CLI's own names for services whose model has another.
MODEL_OF_SERVICE = {"s3api": "s3", "deploy": "codedeploy"}
# AWS CLI command reference, "Global options"; of those only what a person would be told to give.
GLOBAL_OPTIONS = {"--region": r"[a-z]{2,8}(-[a-z]+)+-\d", "--output": "json|text|table|yaml", "--query": r"(?s).+", "--profile": r"[\w-]+", "--cli-binary-format": "base64|raw-in-base64-out"}
# Of operations that answer in pages ("Using AWS CLI pagination options").
PAGES = {"--max-items", "--page-size", "--starting-token"}
GLOBAL_SWITCHES = {"--no-cli-pager", "--no-paginate"}
# Commands that are programs of the CLI itself: options from its command reference.
OWN_COMMANDS = {
    ("logs", "tail"): {"--since", "--filter-pattern", "--format", "--follow", "--log-stream-names", "--log-stream-name-prefix"},
    ("s3", "ls"): {"--recursive", "--human-readable"},
}


class Command:
    """`problems` says what the AWS CLI or AWS itself would refuse."""

    def __init__(self, argv: list[str], folder: str):
        self.folder, self.problems = folder, []
        self.service, self.operation = [*argv, "", ""][:2]
        self.given: dict[str, list[str]] = {}
        self.globals: dict[str, str] = {}
        self.parameters: dict[str, Any] = {}
        self.model: OperationModel | None = None
        self.name = ""
        options = self.options_in(argv[2:])
        if (self.service, self.operation) in OWN_COMMANDS:
            allowed = OWN_COMMANDS[(self.service, self.operation)]
            self.problems += [f"aws {self.service} {self.operation} has no {option}" for option in options if option not in allowed]
            return
        self.model = self.model_named()
        if self.model is not None:
            self.bind(options, self.model)

    def options_in(self, words: list[str]) -> dict[str, list[str]]:
        options: dict[str, list[str]] = {}
        current: str | None = None
        for word in words:
            if re.match(r"--[a-z]", word):
                current, mark, value = word.partition("=")
                if current in options:
                    self.problems.append(f"{current} is given twice")
                options[current] = [value] if mark else []
            elif current is not None:
                options[current].append(word)
            elif (self.service, self.operation) not in OWN_COMMANDS:
                self.problems.append(f"{word!r} belongs to no option")
        return self.without_globals(options)

    def without_globals(self, options: dict[str, list[str]]) -> dict[str, list[str]]:
        for name, values in options.items():
            pattern = GLOBAL_OPTIONS.get(name)
            if pattern is None:
                continue
            if len(values) != 1 or not re.fullmatch(pattern, values[0]):
                self.problems.append(f"{name} cannot be {' '.join(values)!r}")
            else:
                self.globals[name] = values[0]
        return {name: values for name, values in options.items() if name not in GLOBAL_OPTIONS and name not in GLOBAL_SWITCHES}

    def model_named(self) -> OperationModel | None:
        names = operations(MODEL_OF_SERVICE.get(self.service, self.service))
        if names is None:
            self.problems.append(f"the AWS CLI has no service {self.service}")
            return None
        if self.operation not in names:
            self.problems.append(f"aws {self.service} has no operation {self.operation}")
            return None
        self.name = names[self.operation]
        return model_of(MODEL_OF_SERVICE.get(self.service, self.service)).operation_model(self.name)

    def bind(self, options: dict[str, list[str]], model: OperationModel) -> None:
        shape = model.input_shape
        members = {} if shape is None else {f"--{xform_name(name, '-')}": (name, member) for name, member in shape.members.items()}
        if self.name in pages(MODEL_OF_SERVICE.get(self.service, self.service)):
            options = {option: words for option, words in options.items() if option not in PAGES}
        for option, words in options.items():
            name, member = members.get(option.replace("--no-", "--", 1), members.get(option, (None, None)))
            if member is None or (option not in members and member.type_name != "boolean"):
                self.problems.append(f"aws {self.service} {self.operation} has no {option}")
            elif member.type_name == "boolean":
                if words:
                    self.problems.append(f"{option} takes no value, not {words!r}")
                self.parameters[name] = option in members
            else:
                try:
                    self.parameters[name] = value_of(member, self.own_words(member, words), self.folder)
                except NoValue as error:
                    self.problems.append(f"{option}: {error}")
        if shape is not None and not self.problems:
            self.problems += self.refused(shape)
        if "--query" in self.globals:
            self.problems += faults_of_query(self.globals["--query"], model.output_shape)

    def own_words(self, member: Any, words: list[str]) -> list[str]:
        """What follows the value of an option that takes one is the file that a streamed answer goes to."""
        streams = self.model is not None and self.model.has_streaming_output
        return words[:1] if streams and member.type_name != "list" and len(words) == 2 else words

    def refused(self, shape: Any) -> list[str]:
        filled = {name for name, member in shape.members.items() if member.metadata.get("idempotencyToken")}
        return faults_of_attributes(shape, self.parameters) + [
            f"{one.member} ({one.rule}): {one.detail}"
            for one in violations_of(MODEL_OF_SERVICE.get(self.service, self.service), shape, self.parameters)
            if not (one.rule == "required" and one.member in filled)
        ]

    def told(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "operation": self.operation,
            "parameters": self.parameters,
            "query": self.globals.get("--query"),
            "problems": self.problems,
        }

    def run(self, endpoint: str) -> dict[str, Any]:
        """What it prints, and its exit status (AWS CLI user guide, "Return codes"): 252 for its usage, 254 for the service."""
        if self.problems:
            return {"stdout": "", "stderr": "\n".join(self.problems), "status": 252}
        if self.model is None:
            return {"stdout": "", "stderr": "", "status": 0}
        client = client_of(MODEL_OF_SERVICE.get(self.service, self.service), self.globals.get("--region", "us-east-1"), endpoint)
        try:
            answer = getattr(client, xform_name(self.name))(**self.parameters)
        except (ClientError, BotoCoreError) as error:
            return {"stdout": "", "stderr": str(error), "status": 254}
        answer.pop("ResponseMetadata", None)
        if "--query" in self.globals:
            answer = jmespath.search(self.globals["--query"], answer)
        return {"stdout": printed(answer, self.globals.get("--output", "json")), "stderr": "", "status": 0}


def printed(answer: Any, output: str) -> str:
    if answer in (None, {}, "") and output == "json":
        return ""
    if output != "text":
        return json.dumps(answer, indent=4, default=str) + "\n"
    words = answer if isinstance(answer, list) else [answer]
    return "\t".join("None" if word is None else str(word) for word in words) + "\n"


@cache
def client_of(service: str, region: str, endpoint: str) -> Any:
    session = Session()
    session.set_credentials("testing", "testing")
    return session.create_client(service, region_name=region, endpoint_url=endpoint)


@cache
def pages(service: str) -> frozenset[str]:
    """The operations of a service that answer in pages."""
    try:
        return frozenset(Loader().load_service_model(service, "paginators-1")["pagination"])
    except DataNotFoundError:
        return frozenset()


@cache
def operations(service: str) -> dict[str, str] | None:
    """The AWS CLI's name of each operation, and the model's; None where there is no such service."""
    try:
        return {xform_name(name, "-"): name for name in model_of(service).operation_names}
    except Exception:
        return None
