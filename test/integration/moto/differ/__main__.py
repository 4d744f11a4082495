"""Compares moto and the simulator. Reads what to do as JSON from the standard input, and writes what it found as JSON.

`{"do": "search", "service", "seed", "sequences"}`: random sequences until one shows an unknown difference, shrunk.
`{"do": "known"}`: the sequences of every accepted difference; what is stale, and what else they show.
`{"do": "answers", "calls"}`: whether moto answers each of these operations.
All of them: `{"places": {side: {"endpoint", "fresh", "credentials"}}, "known": path}`.
"""

import json
import sys
from dataclasses import asdict

from answers import answered
from difference import differences_of
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FlakyFailure
from known import Known, stale_parts
from table import steps_of
from tables import SERVICES


class Differs(Exception):
    """The sequence shows a difference that is not accepted."""


def search(order, is_accepted):
    """Looks for a sequence with an unknown difference; the last one that fails is the shortest."""
    shortest = {}

    @seed(order["seed"])
    @settings(
        max_examples=order["sequences"],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
    )
    @given(steps_of(SERVICES[order["service"]]))
    def sequence(steps):
        unknown = [one for one in differences_of(steps, order["places"]) if not is_accepted(one)]
        if unknown:
            shortest.update(sequence=steps, differences=[asdict(one) for one in unknown])
            raise Differs

    try:
        sequence()
    except Differs:
        return shortest
    except FlakyFailure:
        # Something that time or chance decides: the sequence is told all the same.
        return {**shortest, "again": "answered otherwise"}
    return None


def check_known(order, known):
    stale, unknown = [], []
    for entry in known.entries:
        shown = []
        for steps in entry["shows"]:
            found = differences_of(steps, order["places"])
            shown += found
            others = [asdict(one) for one in found if not known.covers(one)]
            if others:
                unknown.append({"sequence": steps, "differences": others})
        gone = stale_parts(entry, shown)
        if gone:
            stale.append({"why": entry["why"], "no longer differs": gone})
    return {"stale": stale, "unknown": unknown}


def main():
    order = json.load(sys.stdin)
    known = Known(order["known"])
    if order["do"] == "search":
        return search(order, known.covers)
    if order["do"] == "known":
        return check_known(order, known)
    return answered(order["calls"], order["places"]["moto"])


json.dump(main(), sys.stdout, indent=1, default=str)
