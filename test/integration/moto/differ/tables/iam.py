from hypothesis import strategies as st
from table import Maybe, Service, call, learnt, look
from tables.words import ACCOUNT, document, tag_keys, tag_list, trust

USERS, ROLES, POLICIES = ("ann", "bob"), ("runner", "reader"), ("first", "CordonDenyAll")
ADMINISTRATOR, NONE = (f"arn:aws:iam::aws:policy/{name}" for name in ("AdministratorAccess", "NoSuchPolicy"))

user, role, policy = (st.sampled_from(pool) for pool in (USERS, ROLES, POLICIES))
# What moto is known to answer otherwise is left to the known differences: a sequence ends there.
managed = st.sampled_from([ADMINISTRATOR, NONE])
path = st.sampled_from(["/", "/teams/"])
key = learnt("key", 2)
documents = st.sampled_from([document("Deny", "*"), document("Allow", ["s3:Get*", "iam:ListUsers"]), "{", document("Allow", "nonsense")])
trusts = st.sampled_from([trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), trust({"Service": "ec2.amazonaws.com"})])

IAM = Service(
    "iam",
    names=(*USERS, *ROLES, *POLICIES),
    calls=(
        call("CreateUser", weight=4, UserName=user, Path=Maybe(path), Tags=Maybe(tag_list())),
        call("GetUser", UserName=user),
        call("ListUsers", ours={"Users": "UserName"}, PathPrefix=Maybe(path)),
        call("DeleteUser", UserName=user),
        call("TagUser", UserName=user, Tags=tag_list()),
        call("UntagUser", UserName=user, TagKeys=tag_keys),
        call("ListUserTags", UserName=user),
        call("CreateAccessKey", weight=3, learns={"key": "AccessKey.AccessKeyId", "credentials": "AccessKey"}, UserName=user),
        call("ListAccessKeys", UserName=user),
        call("UpdateAccessKey", weight=3, UserName=user, AccessKeyId=key, Status=st.sampled_from(["Active", "Inactive", "Off"])),
        call("DeleteAccessKey", UserName=user, AccessKeyId=key),
        call("GetAccessKeyLastUsed", AccessKeyId=key),
        call("PutUserPolicy", weight=2, UserName=user, PolicyName=policy, PolicyDocument=documents),
        call("GetUserPolicy", UserName=user, PolicyName=policy),
        call("DeleteUserPolicy", UserName=user, PolicyName=policy),
        call("ListUserPolicies", UserName=user),
        call("AttachUserPolicy", UserName=user, PolicyArn=managed),
        call("DetachUserPolicy", UserName=user, PolicyArn=managed),
        call("ListAttachedUserPolicies", UserName=user),
        call("ListGroupsForUser", UserName=user),
        call("GetLoginProfile", UserName=user),
        call("ListMFADevices", UserName=user),
        call("ListSSHPublicKeys", UserName=user),
        call("ListSigningCertificates", UserName=user),
        call(
            "CreateRole",
            weight=4,
            RoleName=role,
            AssumeRolePolicyDocument=trusts,
            Path=Maybe(path),
            Description=Maybe(st.just("runs")),
            MaxSessionDuration=Maybe(st.sampled_from([3600, 7200])),
            Tags=Maybe(tag_list()),
        ),
        call("GetRole", RoleName=role),
        call("ListRoles", ours={"Roles": "RoleName"}),
        call("DeleteRole", RoleName=role),
        call("UpdateAssumeRolePolicy", RoleName=role, PolicyDocument=trusts),
        call("TagRole", RoleName=role, Tags=tag_list()),
        call("UntagRole", RoleName=role, TagKeys=tag_keys),
        call("ListRoleTags", RoleName=role),
        call("PutRolePolicy", weight=2, RoleName=role, PolicyName=policy, PolicyDocument=documents),
        call("GetRolePolicy", RoleName=role, PolicyName=policy),
        call("DeleteRolePolicy", RoleName=role, PolicyName=policy),
        call("ListRolePolicies", RoleName=role),
        call("AttachRolePolicy", RoleName=role, PolicyArn=managed),
        call("DetachRolePolicy", RoleName=role, PolicyArn=managed),
        call("ListAttachedRolePolicies", RoleName=role),
        call("GetInstanceProfile", InstanceProfileName=role),
        call("ListInstanceProfilesForRole", RoleName=role),
    ),
    beginning=(
        ["iam:CreateUser", {"UserName": "ann"}],
        ["iam:CreateAccessKey", {"UserName": "ann"}],
        ["iam:PutUserPolicy", {"UserName": "ann", "PolicyName": "first", "PolicyDocument": document("Deny", "*")}],
        ["iam:CreateRole", {"RoleName": "runner", "AssumeRolePolicyDocument": trust({"Service": "ec2.amazonaws.com"})}],
    ),
    looks=(
        *look("GetUser", UserName=USERS),
        *look("ListAccessKeys", UserName=USERS),
        *look("ListUserPolicies", UserName=USERS),
        *look("ListAttachedUserPolicies", UserName=USERS),
        *look("GetUserPolicy", UserName=USERS, PolicyName=POLICIES),
        *look("GetRole", RoleName=ROLES),
        *look("ListRolePolicies", RoleName=ROLES),
        *look("ListAttachedRolePolicies", RoleName=ROLES),
        *look("GetRolePolicy", RoleName=ROLES, PolicyName=POLICIES),
    ),
)
