"""The small pools that arguments are drawn from: few words, so that calls meet each other's things."""

import json

from hypothesis import strategies as st

ACCOUNT = "111122223333"


def document(effect, action, resource="*"):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": resource}]})


def trust(principal):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def tag_list(keys=("team", "env"), values=("red", "")):
    """Tags with different keys, as the create and tag calls of most services take them."""
    tag = st.fixed_dictionaries({"Key": st.sampled_from(keys), "Value": st.sampled_from(values)})
    return st.lists(tag, min_size=1, max_size=2, unique_by=lambda one: one["Key"])


tag_keys = st.lists(st.sampled_from(["team", "env", "none"]), min_size=1, max_size=2, unique=True)
