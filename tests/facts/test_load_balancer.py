"""Load balancers made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.aws.errors import Absent, CallFailed, CannotLook
from fixtures.declared.inventory import load
from fixtures.declared.load_balancer import LoadBalancer, LoadBalancerNaming, TargetGroups
from fixtures.facts.load_balancer import Action, SecureListener, Target, TargetGroup, dimension
from tests.facts.reader import NOW, read
from tests.facts.test_certificates import ISSUED
from tests.facts.test_efs import VPC

PROD, GROUPS = load("prod").of(LoadBalancer)[0], load("prod").of(TargetGroups)[0]
PLACE = "arn:aws:elasticloadbalancing:af-south-1:093646564004"
ARN, LISTENER = f"{PLACE}:loadbalancer/app/bbws-alb-prod/1", f"{PLACE}:listener/app/bbws-alb-prod/1/2"
GROUP, NEW = f"{PLACE}:targetgroup/tasks/3", f"{PLACE}:targetgroup/new/4"
CERTIFICATE = "arn:aws:acm:af-south-1:093646564004:certificate/1"

# As AWS answered in 2017, but for names, ids and times.
ONE: dict[str, Any] = {
    "LoadBalancerArn": ARN,
    "LoadBalancerName": "bbws-alb-prod",
    "Type": "application",
    "Scheme": "internet-facing",
    "State": {"Code": "active"},
    "VpcId": "vpc-1",
    "IpAddressType": "ipv4",
    "SecurityGroups": ["sg-1"],
    "CreatedTime": NOW,
    "AvailabilityZones": [{"SubnetId": f"subnet-{zone}", "ZoneName": f"af-south-1{zone}"} for zone in "ab"],
}
HTTPS: dict[str, Any] = {
    "ListenerArn": LISTENER,
    "LoadBalancerArn": ARN,
    "Protocol": "HTTPS",
    "Port": 443,
    "SslPolicy": "new",
    "Certificates": [{"CertificateArn": CERTIFICATE}],
}
HTTP = {**{name: HTTPS[name] for name in ("ListenerArn", "LoadBalancerArn")}, "Protocol": "HTTP", "Port": 80}
POLICY = {"Name": "new", "SslProtocols": ["TLSv1.2", "TLSv1.3"]}
TO_GROUP = {"Type": "forward", "TargetGroupArn": GROUP}
OF_GROUP = {"TargetGroupArn": GROUP, "TargetGroupName": "tasks", "TargetType": "ip"}
OF_ONE = (
    "load_balancer_description", "load_balancer_attributes", "load_balancer_tags", "load_balancer_listeners", "secure_listeners",
    "listener_certificates",
)  # fmt: skip
OF_GROUPS = ("receiving_groups", "receiving_groups_in_zones")


def without(member: str, of: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in of.items() if name != member}


def answers(*balancers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"DescribeLoadBalancers": [{"LoadBalancers": list(balancers or (ONE,))}], **more}


# ---------------------------------------------------------------------------------------------- which one it is


def test_a_load_balancer_is_found_by_its_name_on_any_page() -> None:
    pages = [{"LoadBalancers": [ONE | {"LoadBalancerName": "bbws-alb-dev"}]}, {"LoadBalancers": [ONE]}]
    named = {"bbws-alb-dev": "application", "bbws-alb-prod": "application"}
    assert read("load_balancers", PROD, DescribeLoadBalancers=pages) == named
    found = read("load_balancer_description", PROD, DescribeLoadBalancers=pages, DescribeVpcs=[{"Vpcs": [VPC]}])
    assert (found.arn, found.state, found.reason, found.vpc, found.declared_vpc) == (ARN, "active", "", "vpc-1", "vpc-1")
    assert found.zones == ("af-south-1a", "af-south-1b")


@pytest.mark.parametrize("others", [{"LoadBalancerName": "bbws-alb-dev"}, {"Type": "network"}], ids=["name", "type"])
@pytest.mark.parametrize("fact", [*OF_ONE, *OF_GROUPS])
def test_one_of_another_name_or_type_is_not_there(fact: str, others: dict[str, Any]) -> None:
    with pytest.raises(Absent, match="no application load balancer of af-south-1 has its name"):
        read(fact, GROUPS if fact in OF_GROUPS else PROD, **answers(ONE | others))


@pytest.mark.parametrize("member", ["LoadBalancerArn", "LoadBalancerName", "Type", "Scheme", "State", "VpcId", "AvailabilityZones"])
def test_what_a_load_balancer_always_has(member: str) -> None:
    with pytest.raises(CannotLook, match=f"lacks {member}"):
        read("load_balancer_description", PROD, **answers(without(member, ONE)), DescribeVpcs=[{"Vpcs": [VPC]}])


def test_by_what_cloudwatch_knows_them() -> None:
    assert (dimension(ARN), dimension(GROUP)) == ("app/bbws-alb-prod/1", "targetgroup/tasks/3")


def test_attributes() -> None:
    told = {"Attributes": [{"Key": "deletion_protection.enabled", "Value": "true"}, {"Key": "access_logs.s3.bucket", "Value": ""}]}
    assert read("load_balancer_attributes", PROD, **answers(DescribeLoadBalancerAttributes=told)) == {
        "deletion_protection.enabled": "true", "access_logs.s3.bucket": "",
    }  # fmt: skip


def test_tags_are_asked_for_by_twenties() -> None:
    others = [ONE | {"LoadBalancerArn": f"{ARN[:-1]}{number}", "LoadBalancerName": f"other-{number}"} for number in range(100, 145)]
    asked: list[list[str]] = []

    def tags(region: str, **parameters: list[str]) -> dict[str, Any]:
        asked.append(arns := parameters["ResourceArns"])
        return {"TagDescriptions": [{"ResourceArn": arn, "Tags": [{"Key": "Owner", "Value": arn}]} for arn in arns]}

    for last in ("1", "5"):  # the first and the last of all
        balancers = [*others, ONE | {"LoadBalancerArn": f"{ARN[:-1]}{last}"}]
        assert read("load_balancer_tags", PROD, **answers(*balancers, DescribeTags=tags)) == {"Owner": f"{ARN[:-1]}{last}"}
    assert [len(arns) for arns in asked] == [20, 6]


def test_tags_of_another_are_not_those_of_this_one() -> None:
    told = {"TagDescriptions": [{"ResourceArn": f"{ARN}2", "Tags": []}]}
    with pytest.raises(CannotLook, match="does not tell of"):
        read("load_balancer_tags", PROD, **answers(DescribeTags=told))


def test_undeclared_ones_but_those_of_tenants() -> None:
    naming = load("prod").of(LoadBalancerNaming)[0]
    old, of_tenant = (ONE | {"LoadBalancerName": name, "LoadBalancerArn": f"{ARN}{name}"} for name in ("old", "blog"))
    told = {
        "TagDescriptions": [
            {"ResourceArn": ARN, "Tags": []},
            {"ResourceArn": f"{ARN}old", "Tags": [{"Key": "Project", "Value": "bbws"}, {"Key": "Tenant", "Value": ""}]},
            {"ResourceArn": f"{ARN}blog", "Tags": [{"Key": "Tenant", "Value": "a"}]},
        ]
    }
    found = read("undeclared_load_balancers", naming, **answers(ONE, old, of_tenant, DescribeTags=told))
    assert found == {"old": {"Project": "bbws", "Tenant": ""}}
    assert read("undeclared_load_balancers", naming, DescribeLoadBalancers=[{"LoadBalancers": []}]) == {}


# ---------------------------------------------------------------------------------------------- what it listens for


def listening(*listeners: dict[str, Any], **more: Any) -> dict[str, Any]:
    return answers(DescribeListeners=[{"Listeners": list(listeners)}], **more)


def rules(*actions: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"Rules": [{"Priority": "default", "Actions": list(actions)}]}]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (TO_GROUP, Action("forward", ((GROUP, 1),))),
        ({"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": GROUP, "Weight": 0},
                                                                  {"TargetGroupArn": NEW, "Weight": 9}]}},
         Action("forward", ((GROUP, 0), (NEW, 9)))),
        (TO_GROUP | {"ForwardConfig": {"TargetGroups": [{"TargetGroupArn": GROUP}]}}, Action("forward", ((GROUP, 1),))),
        ({"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443"}},
         Action("redirect", to=("HTTPS", "443", "#{host}"))),
        ({"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "Host": "a.org"}},
         Action("redirect", to=("HTTPS", "443", "a.org"))),
        ({"Type": "fixed-response"}, Action("fixed-response")),
    ],
    ids=["one group", "weighed groups", "one group, weighed by nobody", "redirect", "redirect to another host", "fixed response"],
)  # fmt: skip
def test_actions(action: dict[str, Any], expected: Action) -> None:
    (found,) = read("load_balancer_listeners", PROD, **listening(HTTPS, DescribeRules=rules(action)))
    assert found.rules == {"default": (expected,)}
    assert (str(found), found.policy) == ("HTTPS:443", "new")


def test_what_is_not_understood_of_a_listener() -> None:
    for listener, told, says in (
        (HTTPS | {"LoadBalancerArn": f"{ARN}2"}, rules(TO_GROUP), "which was not asked for"),
        (HTTPS, [{"Rules": []}], "has no rule of a listener"),
        (HTTPS, rules({"Type": "forward"}), "lacks TargetGroupArn"),
        (HTTPS, rules({}), "lacks Type"),
        (without("Port", HTTPS), rules(TO_GROUP), "lacks Port"),
    ):
        with pytest.raises(CannotLook, match=says):
            read("load_balancer_listeners", PROD, **listening(listener, DescribeRules=told))


def test_no_listener_at_all() -> None:
    nothing = listening(DescribeRules="NotAsked", DescribeSSLPolicies="NotAsked", DescribeListenerCertificates="NotAsked")
    for fact in ("load_balancer_listeners", "secure_listeners", "listener_certificates"):
        assert read(fact, PROD, **nothing) == ()


def test_what_security_policies_admit() -> None:
    def secure(*policies: dict[str, Any]) -> Any:
        return read("secure_listeners", PROD, **listening(HTTP, HTTPS, DescribeSSLPolicies={"SslPolicies": list(policies)}))

    assert secure(POLICY) == (SecureListener("HTTPS:443", "new", ("TLSv1.2", "TLSv1.3")),)
    with pytest.raises(CannotLook, match="does not tell of new, which was asked for"):
        secure(POLICY | {"Name": "old"})
    for member in POLICY:
        with pytest.raises(CannotLook, match=f"lacks {member}"):
            secure(without(member, POLICY))


# ---------------------------------------------------------------------------------------------- its certificates


def certificates(*arns: str, certificate: Any = ISSUED) -> Any:
    having = [{"CertificateArn": arn, "IsDefault": number == 0} for number, arn in enumerate(arns)]
    described = certificate if isinstance(certificate, str) else {"Certificate": certificate | {"CertificateArn": CERTIFICATE}}
    more = {"DescribeListenerCertificates": [{"Certificates": having}], "DescribeCertificate": described}
    return read("listener_certificates", PROD, **listening(HTTP, HTTPS, **more))


def test_certificates() -> None:
    (issued,) = certificates(CERTIFICATE)
    assert (issued.listener, issued.arn, issued.default, issued.status) == ("HTTPS:443", CERTIFICATE, True, "ISSUED")
    assert issued.described.names == ("kimmyai.io", "*.kimmyai.io")
    (expired,) = certificates(CERTIFICATE, certificate={"Status": "EXPIRED"})
    assert (expired.status, expired.described) == ("EXPIRED", None)
    (gone,) = certificates(CERTIFICATE, certificate="ResourceNotFoundException")
    assert (gone.status, gone.described) == (None, None)
    _, of_iam = certificates(CERTIFICATE, "arn:aws:iam::093646564004:server-certificate/old")
    assert (of_iam.default, of_iam.status, of_iam.described) == (False, None, None)


def test_certificates_that_nobody_could_look_at() -> None:
    with pytest.raises(CallFailed):
        certificates(CERTIFICATE, certificate="AccessDeniedException")
    with pytest.raises(CannotLook, match="has no certificate of an HTTPS listener"):
        certificates()
    with pytest.raises(CannotLook, match="lacks NotAfter"):
        certificates(CERTIFICATE, certificate=without("NotAfter", ISSUED))


# ---------------------------------------------------------------------------------------------- what stands behind it


def health(id_: str, state: str = "healthy", **more: Any) -> dict[str, Any]:
    return {"Target": {"Id": id_, "Port": 80, **more}, "TargetHealth": {"State": state}}


def behind(
    *targets: dict[str, Any], actions: tuple[dict[str, Any], ...] = (TO_GROUP,), groups: Any = (OF_GROUP,)
) -> dict[str, Any]:
    subnets = [
        {
            "SubnetId": "subnet-1",
            "VpcId": "vpc-1",
            "AvailabilityZone": "af-south-1a",
            "State": "available",
            "CidrBlock": "10.3.0.0/24",
        },
        {
            "SubnetId": "subnet-2",
            "VpcId": "vpc-2",
            "AvailabilityZone": "af-south-1c",
            "State": "available",
            "CidrBlock": "10.4.0.0/24",
        },
    ]
    instance = {
        "NetworkInterfaceId": "eni-1", "VpcId": "vpc-1", "SubnetId": "subnet-1", "AvailabilityZone": "af-south-1b",
        "InterfaceType": "interface", "RequesterManaged": False, "Groups": [], "PrivateIpAddresses": [],
        "Attachment": {"InstanceId": "i-1"},
    }  # fmt: skip
    return listening(
        HTTPS,
        DescribeRules=rules(*actions),
        DescribeTargetGroups=[{"TargetGroups": list(groups)}],
        DescribeTargetHealth={"TargetHealthDescriptions": list(targets)},
        DescribeVpcs=[{"Vpcs": [VPC]}],
        DescribeSubnets=[{"Subnets": subnets}],
        DescribeNetworkInterfaces=[{"NetworkInterfaces": [instance]}],
    )


def test_groups_that_receive_traffic() -> None:
    unhealthy = health("10.3.0.5", "unhealthy")
    unhealthy["TargetHealth"]["Reason"] = "Target.Timeout"
    function = {"Target": {"Id": "arn:aws:lambda:f"}, "TargetHealth": {"State": "healthy"}}
    (found,) = read("receiving_groups", GROUPS, **behind(health("10.3.0.4", AvailabilityZone="af-south-1a"), unhealthy, function))
    assert found == TargetGroup(GROUP, "tasks", "ip", (
        Target("10.3.0.4", 80, "healthy", "", "af-south-1a"), Target("10.3.0.5", 80, "unhealthy", "Target.Timeout", ""),
        Target("arn:aws:lambda:f", None, "healthy", "", ""),
    ))  # fmt: skip
    assert [str(target) for target in found.targets] == ["10.3.0.4:80", "10.3.0.5:80", "arn:aws:lambda:f"]


def test_a_group_without_weight_receives_none() -> None:
    weighed = {"TargetGroups": [{"TargetGroupArn": GROUP, "Weight": 1}, {"TargetGroupArn": NEW, "Weight": 0}]}
    asked = behind(actions=({"Type": "forward", "ForwardConfig": weighed},))
    assert [each.name for each in read("receiving_groups", GROUPS, **asked)] == ["tasks"]
    assert read("receiving_groups", GROUPS, **behind(actions=({"Type": "fixed-response"},))) == ()
    assert read("receiving_groups_in_zones", GROUPS, **behind(actions=({"Type": "fixed-response"},))) == ()


def test_zones_of_targets() -> None:
    told = health("10.3.0.4", AvailabilityZone="af-south-1c"), health("10.3.0.5", AvailabilityZone="all"), health("i-1")
    others = health("i-2"), health("10.4.0.5"), health("10.9.0.5"), health("arn:aws:lambda:f")
    ((_, zones),) = read("receiving_groups_in_zones", GROUPS, **behind(*told, *others))
    assert zones == {
        "10.3.0.4": "af-south-1c", "10.3.0.5": "af-south-1a", "i-1": "af-south-1b", "i-2": "", "10.4.0.5": "", "10.9.0.5": "",
        "arn:aws:lambda:f": "",
    }  # fmt: skip


@pytest.mark.parametrize("fact", OF_GROUPS)
def test_what_is_not_understood_of_a_group(fact: str) -> None:
    with pytest.raises(CannotLook, match=r"does not tell of .*, which receives traffic"):
        read(fact, GROUPS, **behind(groups=[OF_GROUP | {"TargetGroupArn": NEW}]))
    for member in ("TargetGroupName", "TargetType"):
        with pytest.raises(CannotLook, match=f"lacks {member}"):
            read(fact, GROUPS, **behind(groups=[without(member, OF_GROUP)]))
    for member in ("Target", "TargetHealth"):
        with pytest.raises(CannotLook, match=f"lacks {member}"):
            read(fact, GROUPS, **behind(without(member, health("10.3.0.4"))))
    with pytest.raises(CannotLook, match="lacks State"):
        read(fact, GROUPS, **behind({"Target": {"Id": "10.3.0.4"}, "TargetHealth": {"Reason": "Elb.InternalError"}}))
