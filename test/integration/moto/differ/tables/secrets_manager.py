from hypothesis import strategies as st
from table import Maybe, Service, call, learnt, look
from tables.words import tag_keys, tag_list

SECRETS = ("cordon/rotated/ann", "plain")
TOKENS = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")
secret, token, text = st.sampled_from([*SECRETS, "$secret.0"]), st.sampled_from(TOKENS), st.sampled_from(["first", "second"])
stage = st.sampled_from(["AWSCURRENT", "AWSPREVIOUS", "MINE"])

SECRETS_MANAGER = Service(
    "secretsmanager",
    names=(*SECRETS, *TOKENS),
    calls=(
        call(
            "CreateSecret",
            weight=5,
            learns={"secret": "ARN", "version": "VersionId"},
            Name=st.sampled_from(SECRETS),
            SecretString=Maybe(text),
            Description=Maybe(st.just("a secret")),
            Tags=Maybe(tag_list()),
            ClientRequestToken=Maybe(token),
        ),
        call(
            "PutSecretValue",
            weight=4,
            learns={"version": "VersionId"},
            SecretId=secret,
            SecretString=Maybe(text),
            ClientRequestToken=Maybe(token),
            VersionStages=Maybe(st.sampled_from([["AWSCURRENT"], ["MINE"], ["AWSCURRENT", "MINE"]])),
        ),
        call("GetSecretValue", weight=2, SecretId=secret, VersionStage=Maybe(stage), VersionId=Maybe(learnt("version"))),
        call("DescribeSecret", weight=2, SecretId=secret),
        call("ListSecrets", ours={"SecretList": "Name"}, IncludePlannedDeletion=Maybe(st.booleans())),
        call(
            "DeleteSecret",
            SecretId=secret,
            RecoveryWindowInDays=Maybe(st.sampled_from([7, 30, 6])),
            ForceDeleteWithoutRecovery=Maybe(st.booleans()),
        ),
        call("RestoreSecret", SecretId=secret),
        call("TagResource", SecretId=secret, Tags=tag_list()),
        call("UntagResource", SecretId=secret, TagKeys=tag_keys),
    ),
    looks=(
        *look("DescribeSecret", SecretId=SECRETS),
        *look("GetSecretValue", SecretId=SECRETS),
        *look("GetSecretValue", SecretId=SECRETS, VersionStage=["AWSPREVIOUS"]),
    ),
)
