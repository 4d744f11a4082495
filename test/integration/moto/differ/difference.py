"""A sequence on both sides, and every difference that it shows."""

from dataclasses import dataclass

from table import is_reading
from tables import SERVICES
from world import SIDES, Refused, World, members_at, normal_answer

ABSENT = "(absent)"
ANSWERED = "(answered)"


@dataclass(frozen=True)
class Difference:
    """Where one call of a sequence was answered in two ways. `at` is a member's path, `(outcome)` or `(error status)`."""

    call: str
    at: str
    moto: object
    simulator: object
    step: int


def differences_of(steps, places):
    """Runs a sequence from two fresh sides. Ends where only one of them made a change: what follows would compare nothing."""
    world = World(places)
    services = {step[0].split(":")[0] for step in steps}
    for service in services:
        for step in SERVICES[service].prelude:
            compare(world, step, -1)
    found = []
    for nth, step in enumerate(steps):
        here, is_apart = compare(world, step, nth)
        found += here
        if is_apart and not is_reading(step[0].split(":")[1]):
            return found
    for step in looks_after(steps):
        found += compare(world, step, len(steps))[0]
    return found


def looks_after(steps):
    """The reads of every service in the sequence, about the names and ids that it mentions."""
    said = set(texts_in(steps))
    for service in sorted({step[0].split(":")[0] for step in steps}):
        table = SERVICES[service]
        for name, arguments in table.looks:
            if all(text in said or (text not in table.names and not text.startswith("$")) for text in texts_in(arguments)):
                yield [f"{service}:{name}", arguments]


def texts_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from texts_in(member)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)


def compare(world, step, nth):
    """The differences of one call, and whether only one side did it."""
    service, name = step[0].split(":")
    table = SERVICES[service]
    entry = next(known for known in table.calls if known.name == name)
    answers, refusals = {}, {}
    for side in SIDES:
        try:
            answers[side] = world.ask(side, step)
        except Refused as refused:
            refusals[side] = refused
    if refusals:
        return outcome(step[0], nth, refusals), len(refusals) == 1
    for kind, path in entry.learns.items():
        for values in zip(*(members_at(answers[side], path) if path else [answers[side]] for side in SIDES)):
            world.learn(kind, dict(zip(SIDES, values)))
    moto, simulator = (normal_answer(world, side, entry, answers[side], table.names) for side in SIDES)
    return [Difference(step[0], at, *values, nth) for at, *values in unlike(moto, simulator)], False


def outcome(call, nth, refusals):
    codes = [refusals[side].code if side in refusals else ANSWERED for side in SIDES]
    if codes[0] != codes[1]:
        return [Difference(call, "(outcome)", *codes, nth)]
    statuses = [refusals[side].status for side in SIDES]
    return [] if statuses[0] == statuses[1] else [Difference(call, "(error status)", *statuses, nth)]


def unlike(moto, simulator, path=""):
    """Where two normal answers differ; the first place on each way down."""
    if isinstance(moto, dict) and isinstance(simulator, dict):
        for name in sorted({*moto, *simulator}):
            inner = f"{path}.{name}" if path else name
            yield from unlike(moto.get(name, ABSENT), simulator.get(name, ABSENT), inner)
    elif isinstance(moto, list) and isinstance(simulator, list) and len(moto) == len(simulator):
        for left, right in zip(moto, simulator):
            yield from unlike(left, right, f"{path}[]")
    elif moto != simulator:
        yield path, moto, simulator
