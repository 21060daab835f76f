"""Published figures on Batang and Kota Kediri: how many programmes were achieved, and the ministry's evaluation."""

from collections.abc import Callable, Mapping
from typing import Any

from ops.api import Api
from ops.demo.source import identity, load

FILE = "evaluations"
RECAP_FIELDS = ("region", "year", "counts", "source", "note")
EVALUATION_FIELDS = ("region", "year", "method", "simulated", "source", "printed", "note")


def size() -> int:
    """How many records `enter` makes sure of."""
    given = load(FILE)
    return len(given["recaps"]) + len(given["evaluations"])


def enter(api: Api, step: Callable[[], None]) -> int:
    """Record what is missing; how many records that were. `step` is called after each."""
    given, made = load(FILE), 0
    for recap in given["recaps"]:
        made += api.ensure("/progress/recaps", recap_body(recap))[1]
        step()
    for evaluation in given["evaluations"]:
        found, new = api.ensure("/evaluations", evaluation_body(evaluation))
        if found["state"] in {"open", "assessed"}:
            publish(api, found, evaluation)
        made += new
        step()
    return made


def recap_body(recap: Mapping[str, Any]) -> dict[str, Any]:
    """A recap of the file as the API takes it."""
    id = identity("recap", recap["region"], str(recap["year"]))
    return {"id": str(id), **{name: recap[name] for name in RECAP_FIELDS}}


def evaluation_body(evaluation: Mapping[str, Any]) -> dict[str, Any]:
    """An evaluation of the file as the API takes it."""
    id = identity("evaluation", evaluation["key"])
    return {"id": str(id), **{name: evaluation[name] for name in EVALUATION_FIELDS}}


def publish(api: Api, found: dict[str, Any], evaluation: Mapping[str, Any]) -> None:
    """Record the printed scores as agreed on, and publish; goes on where an earlier run was cut off."""
    if found["state"] == "open":
        for key, score in evaluation["scores"].items():
            body = {"score": score, "reason": evaluation["reason"]}
            found = api.put(f"/evaluations/{found['id']}/consensus/{key}", body, found["version"])
        found = api.post(f"/evaluations/{found['id']}/conclude", version=found["version"])[1]
    api.post(f"/evaluations/{found['id']}/publish", version=found["version"])


def faults(api: Api) -> list[str]:
    """Every published figure that does not come out, one sentence each."""
    found = []
    for recap in load(FILE)["recaps"]:
        told = api.get("/progress", region=recap["region"], to=str(recap["year"]))
        share = told["recap"]["total"]["after"]["share"]
        if share != recap["published"]["share"]:
            found.append(f"Programmes achieved in {recap['region']}: {share}, published {recap['published']['share']}.")
    for evaluation in load(FILE)["evaluations"]:
        result = api.get(f"/evaluations/{identity('evaluation', evaluation['key'])}")["result"]
        came_out = {"index": result["index"], "printed": result["printed"]["index"]}
        if came_out != evaluation["expected"]:
            found.append(f"The evaluation {evaluation['key']} gives {came_out}, expected {evaluation['expected']}.")
    return found
