"""Whether moto answers an operation at all: with an answer, or with a refusal of AWS's own."""

import boto3
from world import REGION, World, Refused

#: What moto says when it has no such operation: nothing that AWS would say.
LACKING = ("404", "500", "501", "unreadable", "NotImplemented", "InternalFailure", "InternalError", "UnknownOperation")


def answered(calls, place):
    world = World({"moto": place})
    return {call: said(world, call) for call in calls}


def said(world, call):
    service, operation = call.split(":")
    shape = boto3.Session(region_name=REGION).client(service).meta.service_model.operation_model(operation).input_shape
    try:
        world.ask("moto", [call, filled(shape) if shape else {}])
    except Refused as refused:
        return {"answers": not refused.code.startswith(LACKING), "said": f"{refused.status} {refused.code}"[:80]}
    return {"answers": True, "said": "an answer"}


def filled(shape, name=""):
    """The least input that the operation takes: every required member, with a value of its type."""
    if shape.type_name == "structure":
        return {member: filled(shape.members[member], member) for member in shape.required_members}
    if shape.type_name == "list":
        return [filled(shape.member, name)]
    if shape.type_name == "map":
        return {}
    if shape.type_name in ("integer", "long"):
        return max(1, int(shape.metadata.get("min", 1)))
    if shape.type_name == "boolean":
        return True
    if name.lower().endswith("arn"):
        return "arn:aws:iam::111122223333:role/none"
    return (shape.enum or [""])[0] or "n" * max(8, int(shape.metadata.get("min", 8)))
