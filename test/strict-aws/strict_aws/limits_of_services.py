"""Limits of Lambda, CloudWatch, Elastic Load Balancing, CloudTrail, IAM and CloudFormation."""

from __future__ import annotations

import json
import re
from typing import Any

from .limit import KIB, Found, at_most, limit, size
from .model_rules import Violation

# Lambda quotas: 4 KB of environment in all, measured as JSON.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
@limit("lambda", "CreateFunction", "UpdateFunctionConfiguration")
def environment(given: dict[str, Any]) -> Found:
    variables = given.get("Environment", {}).get("Variables", {})
    yield from at_most("Environment", size(json.dumps(variables, separators=(",", ":"))), 4 * KIB, "bytes")


@limit("lambda", "Invoke")
def payload(given: dict[str, Any]) -> Found:
    most = KIB * KIB if given.get("InvocationType") == "Event" else 6 * KIB * KIB
    yield from at_most("Payload", size(given.get("Payload", b"")), most, "bytes")


# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html, API_MetricDataQuery.html
@limit("cloudwatch", "GetMetricData")
def metric_data(given: dict[str, Any]) -> Found:
    queries = given.get("MetricDataQueries", [])
    yield from at_most("MetricDataQueries", len(queries), 500, "queries")
    ids = [query.get("Id", "") for query in queries]
    if len(set(ids)) != len(ids):
        yield Violation("MetricDataQueries", "limit", "two queries have one Id")
    for index, query in enumerate(queries):
        path = f"MetricDataQueries[{index}]"
        if not re.fullmatch(r"[a-z]\w*", query.get("Id", ""), re.ASCII):
            yield Violation(f"{path}.Id", "limit", f"{query.get('Id')!r} does not begin with a small letter")
        if ("Expression" in query) == ("MetricStat" in query):
            yield Violation(path, "limit", "needs either Expression or MetricStat")
        seconds = query.get("MetricStat", {}).get("Period", query.get("Period", 60))
        if seconds not in (1, 5, 10, 20, 30) and seconds % 60:
            yield Violation(f"{path}.Period", "limit", f"{seconds} s is no multiple of 60")
    insights = [query for query in queries if query.get("Expression", "").lstrip().upper().startswith("SELECT")]
    yield from at_most("MetricDataQueries", len(insights), 1, "Metrics Insights queries")
    if "StartTime" in given and "EndTime" in given and given["StartTime"] >= given["EndTime"]:
        yield Violation("StartTime", "limit", "is not before EndTime")


# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
@limit("cloudwatch", "PutMetricData")
def put_metric_data(given: dict[str, Any]) -> Found:
    yield from at_most("MetricData", len(given.get("MetricData", [])), 1_000, "metrics")
    for index, datum in enumerate(given.get("MetricData", [])):
        yield from at_most(f"MetricData[{index}].Values", len(datum.get("Values", [])), 150, "values")


# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html
@limit("elbv2", "DescribeTags", "AddTags", "RemoveTags")
def resource_arns(given: dict[str, Any]) -> Found:
    yield from arns(given, "ResourceArns")


@limit("elbv2", "DescribeLoadBalancers")
def load_balancer_arns(given: dict[str, Any]) -> Found:
    yield from arns(given, "LoadBalancerArns")
    if "PageSize" in given and (given.get("LoadBalancerArns") or given.get("Names")):
        yield Violation("PageSize", "limit", "is not taken together with ARNs or names")


@limit("elbv2", "DescribeTargetGroups")
def target_group_selection(given: dict[str, Any]) -> Found:
    chosen = [name for name in ("LoadBalancerArn", "TargetGroupArns", "Names") if given.get(name)]
    yield from at_most(" ".join(chosen), len(chosen), 1, "selections")


def arns(given: dict[str, Any], member: str) -> Found:
    yield from at_most(member, len(given.get(member, [])), 20, "ARNs")
    for arn in given.get(member, []):
        if not re.fullmatch(r"arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:[\w-]+/.+", arn):
            yield Violation(member, "limit", f"{arn!r} is no ARN of Elastic Load Balancing")


# https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
@limit("cloudtrail", "LookupEvents")
def lookup_events(given: dict[str, Any]) -> Found:
    yield from at_most("LookupAttributes", len(given.get("LookupAttributes", [])), 1, "attributes")
    if "StartTime" in given and "EndTime" in given and given["StartTime"] > given["EndTime"]:
        yield Violation("StartTime", "limit", "is after EndTime")


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: white space does not count.
POLICY_SIZES = {
    "CreatePolicy": ("PolicyDocument", 6_144),
    "CreatePolicyVersion": ("PolicyDocument", 6_144),
    "PutRolePolicy": ("PolicyDocument", 10_240),
    "PutUserPolicy": ("PolicyDocument", 2_048),
    "PutGroupPolicy": ("PolicyDocument", 5_120),
    "CreateRole": ("AssumeRolePolicyDocument", 2_048),
    "UpdateAssumeRolePolicy": ("PolicyDocument", 2_048),
}


def policy(operation: str) -> None:
    member, most = POLICY_SIZES[operation]

    @limit("iam", operation)
    def policy_size(given: dict[str, Any]) -> Found:
        yield from at_most(member, len(re.sub(r"\s", "", given.get(member, ""))), most, "characters without white space")


for name in POLICY_SIZES:
    policy(name)


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
@limit("cloudformation", "CreateStack", "UpdateStack", "CreateChangeSet", "ValidateTemplate")
def template_size(given: dict[str, Any]) -> Found:
    yield from at_most("TemplateBody", size(given.get("TemplateBody", "")), 51_200, "bytes")
