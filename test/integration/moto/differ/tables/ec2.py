from hypothesis import strategies as st
from table import Service, call, learnt, look

GROUPS = ("walked", "other")
group = learnt("group")
port = st.sampled_from([22, 443])
cidr = st.sampled_from(["198.51.100.0/24", "0.0.0.0/0"])
rule = {"IpProtocol": st.just("tcp"), "FromPort": port, "ToPort": st.just(443), "CidrIp": cidr}

#: Security groups: what an isolation is made of.
EC2 = Service(
    "ec2",
    names=(*GROUPS, "$group.0", "$group.1", "$group.2"),
    calls=(
        call(
            "CreateSecurityGroup",
            weight=4,
            learns={"group": "GroupId"},
            GroupName=st.sampled_from(GROUPS),
            Description=st.just("made by a walk"),
            VpcId=st.just("$vpc.0"),
        ),
        call("DescribeSecurityGroups", weight=2, ours={"SecurityGroups": "GroupId"}, GroupIds=st.lists(group, min_size=1, max_size=2, unique=True)),
        call("AuthorizeSecurityGroupIngress", weight=3, GroupId=group, **rule),
        call("RevokeSecurityGroupIngress", weight=2, GroupId=group, **rule),
        call("DeleteSecurityGroup", weight=2, GroupId=group),
        call("DescribeVpcs", weight=0, learns={"vpc": "Vpcs[].VpcId"}, Filters=st.just([{"Name": "is-default", "Values": ["true"]}])),
    ),
    looks=look("DescribeSecurityGroups", GroupIds=[["$group.0"], ["$group.1"]]),
    prelude=(["ec2:DescribeVpcs", {"Filters": [{"Name": "is-default", "Values": ["true"]}]}],),
    beginning=(
        ["ec2:CreateSecurityGroup", {"GroupName": "walked", "Description": "made by a walk", "VpcId": "$vpc.0"}],
    ),
)
