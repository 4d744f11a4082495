"""Walks through the simulated accounts with boto3, as a user's own program would. Fails by exception."""

import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

SHOP = "111122223333"
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
DENY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
CONFIG = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})


def client(service, session=None, **more):
    return (session or boto3).client(service, config=CONFIG, **more)


def refused(code, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error.response
    raise AssertionError(f"{call} was not refused with {code}")


def session_of(keys, token=None):
    return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], token, region_name="eu-central-1")


def users_and_keys():
    iam = client("iam")
    user = iam.create_user(UserName="walker", Tags=[{"Key": "team", "Value": "x"}])["User"]
    assert user["UserId"].startswith("AIDA") and user["Arn"] == f"arn:aws:iam::{SHOP}:user/walker"
    refused("EntityAlreadyExists", iam.create_user, UserName="walker")
    iam.put_user_policy(UserName="walker", PolicyName="all", PolicyDocument=json.dumps(ALL))
    key = iam.create_access_key(UserName="walker")["AccessKey"]
    mine = session_of(key)
    assert client("sts", mine).get_caller_identity()["Arn"] == user["Arn"]
    assert client("iam", mine).get_user()["User"]["UserName"] == "walker"
    iam.put_user_policy(UserName="walker", PolicyName="CordonDenyAll", PolicyDocument=json.dumps(DENY))
    assert iam.get_user_policy(UserName="walker", PolicyName="CordonDenyAll")["PolicyDocument"] == DENY
    refused("AccessDenied", client("iam", mine).list_users)
    refused("AccessDenied", client("s3", mine).list_buckets)
    refused("UnauthorizedOperation", client("ec2", mine).describe_instances)
    refused("AccessDeniedException", client("secretsmanager", mine).list_secrets)
    assert client("sts", mine).get_caller_identity()["Account"] == SHOP
    iam.delete_user_policy(UserName="walker", PolicyName="CordonDenyAll")
    iam.update_access_key(UserName="walker", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    refused("InvalidClientTokenId", client("sts", mine).get_caller_identity)
    refused("AuthFailure", client("ec2", mine).describe_instances)
    refused("InvalidAccessKeyId", client("s3", mine).list_buckets)
    refused("UnrecognizedClientException", client("secretsmanager", mine).list_secrets)
    assert [found["Status"] for found in iam.list_access_keys(UserName="walker")["AccessKeyMetadata"]] == ["Inactive"]
    refused("DeleteConflict", iam.delete_user, UserName="walker")
    iam.delete_access_key(UserName="walker", AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName="walker", PolicyName="all")
    iam.delete_user(UserName="walker")
    refused("NoSuchEntity", iam.get_user, UserName="walker")
    names = [found["UserName"] for page in iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 2}) for found in page["Users"]]
    assert {"deploy-bot", "shop-reports", "break-glass-admin", "administrator"} <= set(names), names
    assert {"Key": "cordon:protected", "Value": "true"} in iam.get_user(UserName="break-glass-admin")["User"]["Tags"]
    assert iam.list_instance_profiles()["InstanceProfiles"]


def assumed_roles():
    iam, sts = client("iam"), client("sts")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": SHOP}}]}
    role = iam.create_role(RoleName="walked", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    assert role["RoleId"].startswith("AROA")
    iam.put_role_policy(RoleName="walked", PolicyName="all", PolicyDocument=json.dumps(ALL))
    session_policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}]})
    given = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="walk", DurationSeconds=900, Policy=session_policy)["Credentials"]
    session = session_of(given, given["SessionToken"])
    assert client("sts", session).get_caller_identity()["Arn"] == f"arn:aws:sts::{SHOP}:assumed-role/walked/walk"
    client("iam", session).list_users()
    refused("AccessDenied", client("iam", session).list_roles)
    refused("InvalidClientTokenId", client("sts", session_of(given, "another token")).get_caller_identity)
    iam.update_assume_role_policy(RoleName="walked", PolicyDocument=json.dumps(trust).replace(SHOP, "444455556666"))
    refused("AccessDenied", sts.assume_role, RoleArn=role["Arn"], RoleSessionName="walk")
    refused("AccessDenied", sts.assume_role, RoleArn=f"arn:aws:iam::{SHOP}:role/none", RoleSessionName="walk")


def instances_and_groups():
    ec2 = client("ec2")
    seeded = [found for page in ec2.get_paginator("describe_instances").paginate() for one in page["Reservations"] for found in one["Instances"]]
    assert len(seeded) == 3 and all(found["State"]["Name"] == "running" for found in seeded)
    group = client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"][0]
    assert group["Instances"][0]["InstanceId"] in [found["InstanceId"] for found in seeded]
    alone = [found for found in seeded if found["InstanceId"] not in [one["InstanceId"] for one in group["Instances"]]]
    volumes = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [alone[0]["InstanceId"]]}])["Volumes"]
    assert len(volumes) == 1 and alone[0]["IamInstanceProfile"]["Arn"].endswith("/shop-web")
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    subnet = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"][0]["SubnetId"]
    made = ec2.create_security_group(GroupName="walked", Description="made by a walk", VpcId=vpc)["GroupId"]
    refused("InvalidGroup.Duplicate", ec2.create_security_group, GroupName="walked", Description="again", VpcId=vpc)
    ec2.authorize_security_group_ingress(GroupId=made, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="198.51.100.0/24")
    ran = ec2.run_instances(ImageId="ami-1", InstanceType="t3.micro", MinCount=1, MaxCount=2, SubnetId=subnet, SecurityGroupIds=[made])["Instances"]
    assert len(ran) == 2 and ran[0]["SecurityGroups"][0]["GroupName"] == "walked"
    ec2.create_tags(Resources=[ran[0]["InstanceId"]], Tags=[{"Key": "Name", "Value": "walker & <co>"}])
    assert ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [ran[0]["InstanceId"]]}])["Tags"][0]["Value"] == "walker & <co>"
    found = ec2.describe_instances(Filters=[{"Name": "tag:Name", "Values": ["walker*"]}])["Reservations"]
    assert found[0]["Instances"][0]["InstanceId"] == ran[0]["InstanceId"]
    refused("InvalidInstanceID.NotFound", ec2.describe_instances, InstanceIds=["i-0123456789abcdef0"])
    refused("DryRunOperation", ec2.run_instances, ImageId="ami-1", MinCount=1, MaxCount=1, DryRun=True)
    answer = refused("NotImplemented", ec2.describe_images)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert {one["RegionName"] for one in ec2.describe_regions()["Regions"]} == {"eu-central-1", "us-east-1"}
    ec2.terminate_instances(InstanceIds=[one["InstanceId"] for one in ran])


def a_contained_instance():
    ec2, name = client("ec2"), "walked-into-quarantine"
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"][0]["VpcId"]
    subnet = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"][0]["SubnetId"]
    one = ec2.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1, SubnetId=subnet, IamInstanceProfile={"Name": "shop-web"})["Instances"][0]
    instance, first = one["InstanceId"], one["NetworkInterfaces"][0]["NetworkInterfaceId"]
    refused("InvalidParameterCombination", ec2.modify_instance_attribute, InstanceId=instance, DisableApiTermination={"Value": True}, DisableApiStop={"Value": True})
    ec2.modify_instance_attribute(InstanceId=instance, DisableApiTermination={"Value": True})
    assert ec2.describe_instance_attribute(InstanceId=instance, Attribute="disableApiTermination")["DisableApiTermination"] == {"Value": True}
    refused("OperationNotPermitted", ec2.terminate_instances, InstanceIds=[instance])
    group = ec2.create_security_group(GroupName=name, Description="no way in or out", VpcId=vpc)["GroupId"]
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[everything])
    refused("InvalidPermission.NotFound", ec2.revoke_security_group_egress, GroupId=group, IpPermissions=[everything])
    assert ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"] == []
    second = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    attached = ec2.attach_network_interface(NetworkInterfaceId=second, InstanceId=instance, DeviceIndex=1)["AttachmentId"]
    refused("InvalidInstanceID", ec2.modify_instance_attribute, InstanceId=instance, Groups=[group])
    for interface in (first, second):
        ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[group])
    found = ec2.describe_network_interfaces(Filters=[{"Name": "attachment.instance-id", "Values": [instance]}])["NetworkInterfaces"]
    assert [[given["GroupId"] for given in one["Groups"]] for one in found] == [[group], [group]]
    refused("DependencyViolation", ec2.delete_security_group, GroupId=group)
    taken = ec2.create_snapshots(InstanceSpecification={"InstanceId": instance}, CopyTagsFromSource="volume")["Snapshots"]
    ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[one["SnapshotId"] for one in taken], WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    association = ec2.describe_iam_instance_profile_associations(Filters=[{"Name": "instance-id", "Values": [instance]}])["IamInstanceProfileAssociations"][0]
    ec2.disassociate_iam_instance_profile(AssociationId=association["AssociationId"])
    ec2.detach_network_interface(AttachmentId=attached)
    ec2.delete_network_interface(NetworkInterfaceId=second)
    ec2.modify_instance_attribute(InstanceId=instance, DisableApiTermination={"Value": False})
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.delete_security_group(GroupId=group)


def a_group_behind_a_load_balancer():
    scaling, balancing, ssm = client("autoscaling"), client("elbv2"), client("ssm")
    name = "shop-web"
    group = lambda: scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]
    one, target_group = group()["Instances"][0]["InstanceId"], group()["TargetGroupARNs"][0]
    targets = lambda: {found["Target"]["Id"]: found["TargetHealth"]["State"] for found in balancing.describe_target_health(TargetGroupArn=target_group)["TargetHealthDescriptions"]}
    state = lambda: scaling.describe_auto_scaling_instances(InstanceIds=[one])["AutoScalingInstances"][0]["LifecycleState"]
    command = ssm.send_command(InstanceIds=[one], DocumentName="AWS-RunShellScript", Parameters={"commands": ["ps aux"]})["Command"]["CommandId"]
    eventually(lambda: "nginx" in ssm.get_command_invocation(CommandId=command, InstanceId=one)["StandardOutputContent"])
    scaling.set_instance_protection(AutoScalingGroupName=name, InstanceIds=[one], ProtectedFromScaleIn=True)
    scaling.enter_standby(AutoScalingGroupName=name, InstanceIds=[one], ShouldDecrementDesiredCapacity=True)
    assert state() == "EnteringStandby"
    eventually(lambda: state() == "Standby" and one not in targets())
    assert group()["DesiredCapacity"] == 1
    refused("ValidationError", scaling.exit_standby, AutoScalingGroupName="none", InstanceIds=[one])
    scaling.exit_standby(AutoScalingGroupName=name, InstanceIds=[one])
    eventually(lambda: state() == "InService" and targets().get(one) == "healthy")
    assert group()["DesiredCapacity"] == 2
    assert balancing.describe_target_groups(TargetGroupArns=[target_group])["TargetGroups"][0]["Port"] == 80
    assert balancing.describe_load_balancers()["LoadBalancers"] == []


def eventually(holds):
    deadline = time.time() + 20
    while not holds():
        assert time.time() < deadline, holds
        time.sleep(0.1)


def buckets_and_objects():
    s3 = client("s3")
    seeded = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert f"shop-production-artifacts-{SHOP}" in seeded
    assert s3.get_bucket_versioning(Bucket=seeded[0])["Status"] == "Enabled"
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=seeded[0], Prefix="releases/")["Contents"]] == ["releases/1.0.0.txt", "releases/1.1.0.txt"]
    s3.create_bucket(Bucket="walked-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    refused("BucketAlreadyOwnedByYou", s3.create_bucket, Bucket="walked-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.head_bucket(Bucket="walked-bucket")
    assert s3.get_bucket_location(Bucket="walked-bucket")["LocationConstraint"] == "eu-central-1"
    s3.put_bucket_versioning(Bucket="walked-bucket", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="walked-bucket", Key="a b/c+d é.txt", Body=b"one", Metadata={"who": "walker"})["VersionId"]
    s3.put_object(Bucket="walked-bucket", Key="a b/c+d é.txt", Body=b"two")
    assert s3.get_object(Bucket="walked-bucket", Key="a b/c+d é.txt")["Body"].read() == b"two"
    old = s3.get_object(Bucket="walked-bucket", Key="a b/c+d é.txt", VersionId=first)
    assert old["Body"].read() == b"one" and old["Metadata"] == {"who": "walker"}
    s3.put_object(Bucket="walked-bucket", Key="large.bin", Body=bytes(300_000))
    assert s3.head_object(Bucket="walked-bucket", Key="large.bin")["ContentLength"] == 300_000
    listed = s3.list_objects_v2(Bucket="walked-bucket", Delimiter="/")
    assert [one["Prefix"] for one in listed["CommonPrefixes"]] == ["a b/"] and [one["Key"] for one in listed["Contents"]] == ["large.bin"]
    refused("NoSuchKey", s3.get_object, Bucket="walked-bucket", Key="none")
    refused("NoSuchBucket", s3.list_objects_v2, Bucket="walked-nowhere")


def secrets():
    manager = client("secretsmanager")
    made = manager.create_secret(Name="cordon/rotated/walker", SecretString="first")
    refused("ResourceExistsException", manager.create_secret, Name="cordon/rotated/walker", SecretString="other")
    manager.put_secret_value(SecretId="cordon/rotated/walker", SecretString="second")
    assert manager.get_secret_value(SecretId=made["ARN"])["SecretString"] == "second"
    assert manager.get_secret_value(SecretId=made["ARN"], VersionStage="AWSPREVIOUS")["SecretString"] == "first"
    manager.tag_resource(SecretId=made["ARN"], Tags=[{"Key": "a", "Value": "b"}])
    assert manager.describe_secret(SecretId="cordon/rotated/walker")["Tags"] == [{"Key": "a", "Value": "b"}]
    assert "cordon/rotated/walker" in [one["Name"] for one in manager.list_secrets()["SecretList"]]
    manager.delete_secret(SecretId=made["ARN"], ForceDeleteWithoutRecovery=True)
    refused("ResourceNotFoundException", manager.get_secret_value, SecretId=made["ARN"])


def the_rest():
    detector = client("guardduty").list_detectors()["DetectorIds"][0]
    client("guardduty").create_sample_findings(DetectorId=detector, FindingTypes=["Recon:EC2/PortProbeUnprotectedPort"])
    ids = client("guardduty").list_findings(DetectorId=detector)["FindingIds"]
    assert client("guardduty").get_findings(DetectorId=detector, FindingIds=ids)["Findings"][0]["Title"].startswith("[SAMPLE]")
    assert client("lambda").list_functions()["Functions"][0]["FunctionName"] == "shop-orders"
    assert client("lambda").get_function(FunctionName="shop-orders")["Configuration"]["Role"].endswith("/shop-orders")
    assert client("rds").describe_db_instances()["DBInstances"][0]["Engine"] == "postgres"
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="walked")["QueueUrl"]
    assert sqs.get_queue_url(QueueName="walked")["QueueUrl"] == url
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    message = sqs.receive_message(QueueUrl=url)["Messages"][0]
    assert message["Body"] == "hello" and "Messages" not in sqs.receive_message(QueueUrl=url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def the_trail():
    deadline = time.time() + 10
    trail = client("cloudtrail", region_name="us-east-1")
    while True:
        events = trail.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "PutUserPolicy"}])["Events"]
        if events or time.time() > deadline:
            break
        time.sleep(0.1)
    event = json.loads(events[0]["CloudTrailEvent"])
    assert event["readOnly"] is False and event["requestParameters"]["userName"] == "walker" and "Boto3" in event["userAgent"]
    assert events[0]["ReadOnly"] == "false" and events[0]["Username"] == "administrator"
    pages = trail.get_paginator("lookup_events").paginate(LookupAttributes=[{"AttributeKey": "ReadOnly", "AttributeValue": "false"}], PaginationConfig={"PageSize": 3})
    seen = [one["EventId"] for page in pages for one in page["Events"]]
    assert len(seen) == len(set(seen)) > 3


for step in (users_and_keys, assumed_roles, instances_and_groups, a_contained_instance, a_group_behind_a_load_balancer, buckets_and_objects, secrets, the_rest, the_trail):
    step()
    sys.stdout.write(f"{step.__name__}\n")
