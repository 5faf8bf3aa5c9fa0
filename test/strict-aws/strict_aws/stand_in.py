"""Where moto answers although AWS would not, without any fault of the request; and what its CloudFormation makes."""

from __future__ import annotations

from functools import cache
from typing import Any

from .limit import limit_violations


def correct(service: str, refuse: Any) -> None:
    """
    Before moto's part for a service is used first: what moto loads late is not loaded sooner for this.
    `refuse(service, operation, violations)` records what a stack asks for beyond a limit.
    """
    if service == "elbv2":
        one_unknown_fails_all()
        an_hour_of_deregistration()
    if service == "logs":
        load_balancers_deliver_logs()
    if service in ("cloudformation", "lambda"):
        limits_of_functions(refuse)
    if service in ("cloudformation", "iam"):
        limits_of_roles(refuse)


@cache
def one_unknown_fails_all() -> None:
    from moto.elbv2.exceptions import LoadBalancerNotFoundError
    from moto.elbv2.models import ELBv2Backend

    describe_tags = ELBv2Backend.describe_tags
    describe_load_balancers = ELBv2Backend.describe_load_balancers

    def tags(self: Any, resource_arns: list[str]) -> Any:
        for arn in resource_arns:
            self._get_resource_by_arn(arn)
        return describe_tags(self, resource_arns)

    def load_balancers(self: Any, arns: Any, names: Any) -> Any:
        known = {balancer.name for balancer in self.load_balancers.values()}
        if not set(arns or []) <= set(self.load_balancers) or not set(names or []) <= known:
            raise LoadBalancerNotFoundError()
        return describe_load_balancers(self, arns, names)

    ELBv2Backend.describe_tags = tags
    ELBv2Backend.describe_load_balancers = load_balancers


@cache
def an_hour_of_deregistration() -> None:
    """AWS takes 0 to 3600 seconds; moto's own message says so too, and it refuses 3600."""
    from moto.elbv2.models import ELBv2Backend

    modify = ELBv2Backend.modify_target_group_attributes

    def attributes(self: Any, target_group_arn: str, attributes: dict[str, str]) -> None:
        key = "deregistration_delay.timeout_seconds"
        if attributes.get(key) != "3600":
            return modify(self, target_group_arn, attributes)
        modify(self, target_group_arn, {**attributes, key: "3599"})
        self.target_groups[target_group_arn].attributes[key] = "3600"

    ELBv2Backend.modify_target_group_attributes = attributes


@cache
def load_balancers_deliver_logs() -> None:
    """Application Load Balancers deliver logs since 2026; moto's list of sources is older."""
    from moto.logs.models import DeliverySource, LogsBackend

    put_delivery_source = LogsBackend.put_delivery_source

    def source(self: Any, name: str, resource_arn: str, log_type: str, tags: dict[str, str]) -> Any:
        if ":elasticloadbalancing:" not in resource_arn:
            return put_delivery_source(self, name, resource_arn, log_type, tags)
        self.delivery_sources[name] = DeliverySource(
            account_id=self.account_id,
            region=self.region_name,
            name=name,
            resource_arn=resource_arn,
            log_type=log_type,
            tags=tags,
        )
        return self.delivery_sources[name]

    LogsBackend.put_delivery_source = source


@cache
def limits_of_functions(refuse: Any) -> None:
    from moto.awslambda.models import LambdaBackend

    create_function = LambdaBackend.create_function

    def function(self: Any, spec: dict[str, Any]) -> Any:
        refuse("lambda", "CreateFunction", limit_violations("lambda", "CreateFunction", spec))
        return create_function(self, spec)

    LambdaBackend.create_function = function


@cache
def limits_of_roles(refuse: Any) -> None:
    from moto.iam.models import Role

    put_policy = Role.put_policy

    def policy(self: Any, policy_name: str, policy_json: str) -> Any:
        # The limit is of all inline policies of the role together.
        together = "".join(text for name, text in self.policies.items() if name != policy_name) + policy_json
        refuse("iam", "PutRolePolicy", limit_violations("iam", "PutRolePolicy", {"PolicyDocument": together}))
        return put_policy(self, policy_name, policy_json)

    Role.put_policy = policy
