from hypothesis import strategies as st
from table import Maybe, Service, call, learnt, look
from tables.words import tag_list

GROUPS = ("walked", "other")
group, instance, thing = learnt("group"), learnt("instance"), st.sampled_from(["$group.0", "$group.1", "$instance.0", "$instance.1"])
port = st.sampled_from([22, 443])
cidr = st.sampled_from(["198.51.100.0/24", "0.0.0.0/0"])

EC2 = Service(
    "ec2",
    names=(*GROUPS, "$group.0", "$instance.0", "$group.1", "$instance.1", "$group.2", "$instance.2"),
    calls=(
        call("CreateSecurityGroup", weight=4, learns={"group": "GroupId"}, GroupName=st.sampled_from(GROUPS), Description=st.just("made by a walk"), VpcId=Maybe(st.just("$vpc.0"))),
        call("DescribeSecurityGroups", weight=2, ours={"SecurityGroups": "GroupId"}, GroupIds=st.lists(group, min_size=1, max_size=2, unique=True)),
        call("AuthorizeSecurityGroupIngress", weight=3, GroupId=group, IpProtocol=st.just("tcp"), FromPort=port, ToPort=st.just(443), CidrIp=cidr),
        call(
            "RunInstances",
            weight=3,
            learns={"instance": "Instances[].InstanceId", "volume": "Instances[].BlockDeviceMappings[].Ebs.VolumeId"},
            ImageId=st.just("ami-03cf127a"),
            InstanceType=st.just("t3.micro"),
            MinCount=st.just(1),
            MaxCount=st.sampled_from([1, 2, 0]),
            SubnetId=st.just("$subnet.0"),
            SecurityGroupIds=Maybe(st.lists(group, min_size=1, max_size=2, unique=True)),
        ),
        call("DescribeInstances", weight=2, InstanceIds=st.lists(instance, min_size=1, max_size=2, unique=True)),
        call("TerminateInstances", InstanceIds=st.lists(instance, min_size=1, max_size=1)),
        call("CreateTags", weight=2, Resources=st.lists(thing, min_size=1, max_size=2, unique=True), Tags=tag_list()),
        call("DeleteTags", Resources=st.lists(thing, min_size=1, max_size=1), Tags=Maybe(st.sampled_from([[{"Key": "team"}], [{"Key": "env", "Value": "red"}]]))),
        call("DescribeTags", ours={"Tags": "ResourceId"}),
        call("DescribeVpcs", learns={"vpc": "Vpcs[].VpcId"}, Filters=st.just([{"Name": "is-default", "Values": ["true"]}])),
        call("DescribeSubnets", learns={"subnet": "Subnets[].SubnetId"}, Filters=st.just([{"Name": "availability-zone", "Values": ["eu-central-1a"]}])),
    ),
    looks=(
        *look("DescribeTags"),
        *look("DescribeSecurityGroups", GroupIds=[["$group.0"]]),
        *look("DescribeInstances", InstanceIds=[["$instance.0"], ["$instance.1"]]),
    ),
    prelude=(
        ["ec2:DescribeVpcs", {"Filters": [{"Name": "is-default", "Values": ["true"]}]}],
        ["ec2:DescribeSubnets", {"Filters": [{"Name": "availability-zone", "Values": ["eu-central-1a"]}]}],
    ),
)
