"""Two sides that hold the same things under ids of their own."""

import json
import re
import urllib.request
from functools import cache

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from normal import normal

SIDES = ("moto", "simulator")
REGION = "eu-central-1"
CONFIG = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}, read_timeout=30, parameter_validation=False)
#: Ids of the right form that nobody has.
UNKNOWN = {
    "key": "AKIA0000000000000000",
    "version": "0" * 32,
    "uuid": "00000000-0000-4000-8000-000000000000",
    "group": "sg-0123456789abcdef0",
    "instance": "i-0123456789abcdef0",
    "queue": "https://sqs.eu-central-1.amazonaws.com/111122223333/none",
    "receipt": "none",
}
REFERENCE = re.compile(r"^\$([a-z-]+)\.(\d+)$")


class Refused(Exception):
    """What one side said instead of an answer."""

    def __init__(self, code, status):
        super().__init__(code)
        self.code, self.status = code, status


class World:
    """Both sides as they were when they started, and what a sequence has learnt since."""

    def __init__(self, places):
        self.places = places
        self.learnt = {}
        for place in places.values():
            urllib.request.urlopen(urllib.request.Request(place["fresh"], method="POST"), timeout=30).read()

    def learn(self, kind, values):
        """Keeps the same thing's ids: one of each side."""
        if values not in self.learnt.setdefault(kind, []):
            self.learnt[kind].append(values)

    def ids(self, side):
        """Every id that this side has taught, with its symbol; the longest first, because one may hold another."""
        known = [
            (values[side], f"${kind}.{nth}")
            for kind, all_values in self.learnt.items()
            for nth, values in enumerate(all_values)
            if isinstance(values[side], str)
        ]
        return sorted(known, key=lambda pair: -len(pair[0]))

    def own(self, side, value):
        """A value of a sequence as this side knows it: `$kind.0` becomes its id."""
        if isinstance(value, dict):
            return {key: self.own(side, member) for key, member in value.items()}
        if isinstance(value, list):
            return [self.own(side, item) for item in value]
        reference = REFERENCE.match(value) if isinstance(value, str) else None
        if not reference:
            return value
        kind, nth = reference[1], int(reference[2])
        values = self.learnt.get(kind, [])
        return values[nth][side] if nth < len(values) else UNKNOWN.get(kind, "none")

    def ask(self, side, step):
        """One call on one side. Gives the answer, or raises Refused."""
        name, arguments, *caller = step
        service, operation = name.split(":")
        place = self.places[side]
        keys = self.own(side, caller[0]) if caller else None
        if not isinstance(keys, dict):
            keys = place["credentials"]
        client = client_of(service, place["endpoint"], json.dumps(keys, sort_keys=True, default=str))
        try:
            answer = client._make_api_call(operation, self.own(side, arguments))
        except ClientError as error:
            response = error.response
            status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            raise Refused(response["Error"]["Code"], status) from error
        except (BotoCoreError, ResponseParserError) as error:
            raise Refused(f"unreadable: {type(error).__name__}", 500) from error
        return readable(answer)


@cache
def session_of():
    return boto3.Session(region_name=REGION)


@cache
def client_of(service, endpoint, keys):
    given = json.loads(keys)
    return session_of().client(
        service,
        endpoint_url=endpoint,
        config=CONFIG,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given.get("SessionToken"),
    )


def readable(answer):
    """The answer without its transport; streams are read."""
    status = answer.pop("ResponseMetadata", {}).get("HTTPStatusCode")
    for name, member in list(answer.items()):
        if hasattr(member, "read"):
            answer[name] = member.read().decode("utf8", "replace")
    return {**answer, "(status)": status}


def members_at(tree, path):
    """Every value at a path such as `Instances[].InstanceId`."""
    values = [tree]
    for part in path.split("."):
        name, through = (part[:-2], True) if part.endswith("[]") else (part, False)
        values = [value[name] for value in values if isinstance(value, dict) and name in value]
        if through:
            values = [item for value in values for item in value]
    return values


def normal_answer(world, side, entry, answer, names):
    """An answer that both sides would give in the same words."""
    return normal(answer, ids=world.ids(side), ours=entry.ours, ordered=entry.ordered, names=names)
