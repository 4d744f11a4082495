"""Masks what two sides can never say alike: ids, times, secrets, and the random parts of ARNs."""

import json
import re
from datetime import datetime

#: Members whose value is random: only that they are there is compared.
RANDOM_MEMBERS = {
    "SecretAccessKey", "SessionToken", "NextToken", "NextContinuationToken", "Marker", "ReceiptHandle", "PackedPolicySize",
    "CreatedTimestamp", "LastModifiedTimestamp", "SentTimestamp", "ApproximateFirstReceiveTimestamp",
    "PrivateIpAddress", "PrivateDnsName", "OwnerId", "ID", "ReservationId", "MacAddress", "ClientToken", "RequestId",
}  # fmt: skip
MASKS = (
    (re.compile(r"\b(AIDA|AROA|AIPA|AKIA|ASIA)[A-Z0-9]{12,}\b"), r"<\1>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"(:secret:[\w/+=.@-]+)-\w{6}\b"), r"\1-<random>"),
    (re.compile(r"https?://(127\.0\.0\.1|localhost):\d+"), "<endpoint>"),
    (re.compile(r"\b(i|sg|sgr|vpc|subnet|vol|eni|r|eni-attach|snap)-[0-9a-f]{8,17}\b"), r"<\1>"),
)


def normal(value, *, ids, ours, ordered, names, path=""):
    """The value with symbols for learnt ids, masks for what is random, and lists in one order."""
    same = {"ids": ids, "ours": ours, "ordered": ordered, "names": names}
    if isinstance(value, dict):
        return {
            masked(key, ids): f"<{key}>"
            if key in RANDOM_MEMBERS and member not in (None, "")
            else normal(member, **same, path=f"{path}.{key}" if path else key)
            for key, member in value.items()
        }
    if isinstance(value, list):
        items = [normal(item, **same, path=f"{path}[]") for item in value]
        if path in ours:
            items = [item for item in items if is_ours(item, ours[path], names)]
        return items if path in ordered else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    return masked(value, ids)


def is_ours(item, member, names):
    said = item.get(member, "") if member else item
    return said in names or str(said).startswith("$")


def masked(value, ids):
    if isinstance(value, datetime):
        return "<time>"
    if isinstance(value, bytes):
        return value.decode("utf8", "replace")
    if not isinstance(value, str):
        return value
    for own, symbol in ids:
        value = value.replace(own, symbol)
    for pattern, mask in MASKS:
        value = pattern.sub(mask, value)
    return value
