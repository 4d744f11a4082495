"""What a table of calls is made of. A new call is one `call(...)` in the table of its service."""

from dataclasses import dataclass, field
from itertools import product

from hypothesis import strategies as st


#: Calls of a long sequence, about.
LONG = 10
#: Different calls in a deep sequence, at most.
FEW = 4


@dataclass(frozen=True)
class Call:
    """One operation: how its arguments are made, what its answer teaches, and which items of its lists are ours."""

    name: str
    arguments: st.SearchStrategy
    #: Kind of id → where the answer holds it: `{"key": "AccessKey.AccessKeyId"}`; `[]` goes through a list.
    learns: dict = field(default_factory=dict)
    #: Path of a list → the member that says whether an item is ours; what each side was seeded with is left out.
    ours: dict = field(default_factory=dict)
    #: Lists whose order AWS documents.
    ordered: tuple = ()
    #: How often it is drawn, compared with the others.
    weight: int = 1
    #: Strategy for who calls: a kind of learnt credentials, or None for the administrator.
    caller: st.SearchStrategy = field(default_factory=st.none)


@dataclass(frozen=True)
class Service:
    """A service as boto3 names it, its calls, and the reads that show its state when a sequence is over."""

    name: str
    calls: tuple
    looks: tuple
    #: Calls before the sequence, not compared: they learn what both sides were seeded with.
    prelude: tuple = ()
    #: Calls that long sequences begin with, compared like any other, so that what follows meets something.
    beginning: tuple = ()
    #: Names that sequences give; with the learnt ids they tell what is ours.
    names: tuple = ()


class Maybe:
    """An argument that is given or not."""

    def __init__(self, strategy):
        self.strategy = strategy


def call(name, *, learns=None, ours=None, ordered=(), weight=1, caller=None, **arguments):
    """A call of a table; capitalised keywords are strategies of its arguments."""
    required = {key: value for key, value in arguments.items() if not isinstance(value, Maybe)}
    optional = {key: value.strategy for key, value in arguments.items() if isinstance(value, Maybe)}
    strategy = st.fixed_dictionaries(required, optional=optional)
    return Call(name, strategy, learns or {}, ours or {}, tuple(ordered), weight, st.none() if caller is None else caller)


def learnt(kind, most=3):
    """One of the first ids of a kind that the sequence learns, written as `$kind.0`; an unknown id when there are not as many."""
    return st.integers(0, most - 1).map(lambda nth: f"${kind}.{nth}")


def look(name, **members):
    """A read at the end, once for every combination of the members' values."""
    return [[name, dict(zip(members, values))] for values in product(*members.values())]


def steps_of(service):
    """Sequences of calls of one service, as JSON: `[name, arguments]`, and the caller when it is not the administrator."""
    weighted = [entry for entry in service.calls for _ in range(entry.weight)]

    def step(entry):
        return st.tuples(entry.arguments, entry.caller).map(
            lambda drawn: [f"{service.name}:{entry.name}", drawn[0], *([drawn[1]] if drawn[1] else [])]
        )

    def begun(few):
        """Long sequences of few calls go deep: what one call makes, the next ones meet."""
        rest = st.lists(st.sampled_from(few).flatmap(step), min_size=1, max_size=2 * LONG)
        return rest.map(lambda steps: [*service.beginning, *steps])

    wide = st.lists(st.sampled_from(weighted).flatmap(step), min_size=1, max_size=LONG)
    writing = [entry for entry in service.calls if not is_reading(entry.name)]
    deep = st.lists(st.sampled_from(writing), min_size=1, max_size=FEW, unique_by=lambda entry: entry.name).flatmap(begun)
    # Shrinking prefers the earlier alternatives.
    return st.one_of(wide, deep, deep)


def is_reading(name):
    return name.startswith(("Get", "List", "Describe", "Head"))
