"""The differences that are accepted, each with its reason and the sequences that show it."""

import json
import re


class Known:
    def __init__(self, path):
        with open(path, encoding="utf8") as file:
            self.entries = json.load(file)["differences"]

    def covers(self, difference):
        return any(is_entry_for(entry, difference) for entry in self.entries)


def is_entry_for(entry, difference):
    return (
        difference.call in entry["calls"]
        and any(fits(at, difference.at) for at in entry["at"])
        and fits(entry.get("moto", "*"), difference.moto)
        and fits(entry.get("simulator", "*"), difference.simulator)
    )


def fits(pattern, value):
    """Whether a value is the one of the entry; `*` in a text stands for anything."""
    if isinstance(pattern, str):
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text, re.DOTALL) is not None
    return pattern == value


def stale_parts(entry, differences):
    """The calls and places of an entry that its own sequences no longer show."""
    shown = [difference for difference in differences if is_entry_for(entry, difference)]
    calls = [call for call in entry["calls"] if call not in {one.call for one in shown}]
    places = [at for at in entry["at"] if not any(fits(at, one.at) for one in shown)]
    return [*calls, *places]
