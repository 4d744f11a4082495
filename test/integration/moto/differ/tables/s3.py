from hypothesis import strategies as st
from table import Maybe, Service, call, learnt, look

BUCKETS, KEYS = ("walked-one", "walked-two"), ("a/b c.txt", "a/é+1", "top")
bucket, key = st.sampled_from(BUCKETS), st.sampled_from(KEYS)
#: Where buckets go: the Region that everything else is in, and one that the endpoint refuses.
place = st.sampled_from([{"LocationConstraint": "eu-central-1"}, {"LocationConstraint": "eu-west-1"}])
versioning = st.sampled_from([{"Status": "Enabled"}, {"Status": "Suspended"}])
CONTENTS = ("Contents", "CommonPrefixes")

S3 = Service(
    "s3",
    names=(*BUCKETS, *KEYS),
    calls=(
        call("CreateBucket", weight=4, Bucket=st.sampled_from([*BUCKETS, "No"]), CreateBucketConfiguration=Maybe(place)),
        call("ListBuckets", ours={"Buckets": "Name"}),
        call("HeadBucket", Bucket=bucket),
        call("GetBucketLocation", Bucket=bucket),
        call("GetBucketVersioning", Bucket=bucket),
        call("PutBucketVersioning", weight=3, Bucket=bucket, VersioningConfiguration=versioning),
        call(
            "PutObject",
            weight=5,
            learns={"version": "VersionId"},
            Bucket=bucket,
            Key=key,
            Body=Maybe(st.sampled_from(["one", "two"])),
            ContentType=Maybe(st.just("text/plain")),
            Metadata=Maybe(st.just({"who": "walker"})),
        ),
        call("GetObject", weight=2, Bucket=bucket, Key=key, VersionId=Maybe(learnt("version"))),
        call("HeadObject", Bucket=bucket, Key=key, VersionId=Maybe(learnt("version"))),
        call(
            "ListObjectsV2",
            weight=2,
            ordered=CONTENTS,
            Bucket=bucket,
            Prefix=Maybe(st.sampled_from(["a/", "t", ""])),
            Delimiter=Maybe(st.just("/")),
            StartAfter=Maybe(key),
            MaxKeys=Maybe(st.sampled_from([1, 2, 0])),
        ),
    ),
    looks=(
        *look("HeadBucket", Bucket=BUCKETS),
        *look("GetBucketVersioning", Bucket=BUCKETS),
        *look("ListObjectsV2", Bucket=BUCKETS),
        *look("GetObject", Bucket=BUCKETS, Key=KEYS),
    ),
)
