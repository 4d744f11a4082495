from hypothesis import strategies as st
from table import Maybe, Service, call, look
from tables.words import ACCOUNT, document

ROLES = ("shop-web", "none")
SESSIONS = ("walker", "a")
who = st.sampled_from([None, "$session.0", "$session.1"])

STS = Service(
    "sts",
    names=(),
    calls=(
        call("GetCallerIdentity", weight=2, caller=who),
        call(
            "AssumeRole",
            weight=3,
            learns={"session": "Credentials"},
            RoleArn=st.just(f"arn:aws:iam::{ACCOUNT}:role/trusting"),
            RoleSessionName=st.sampled_from(["walker", "walker@example.com", "a", "not a name"]),
            DurationSeconds=Maybe(st.sampled_from([900, 3600, 60])),
            Policy=Maybe(st.sampled_from([document("Allow", "iam:ListUsers"), "{"])),
        ),
        call("GetSessionToken", learns={"session": "Credentials"}, DurationSeconds=Maybe(st.sampled_from([900, 129600, 60]))),
    ),
    looks=(*look("GetCallerIdentity"),),
    prelude=(
        [
            "iam:CreateRole",
            {
                "RoleName": "trusting",
                "AssumeRolePolicyDocument": '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
                f'"Principal":{{"AWS":"arn:aws:iam::{ACCOUNT}:root"}}}}]}}',
            },
        ],
    ),
)
