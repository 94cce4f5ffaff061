"""Measures the cases of `engine-bench cases` on the reference: one JSON line per figure, in nanoseconds or bytes."""

import asyncio
import copy
import gc
import itertools
import json
import os
import statistics
import sys
import time
import tracemalloc

from nemoguardrails import RailsConfig
from nemoguardrails.actions.actions import action
from nemoguardrails.colang.v2_x.runtime import runtime as runtime_module
from nemoguardrails.colang.v2_x.runtime.runtime import RuntimeV2_x
from nemoguardrails.colang.v2_x.runtime.serialization import json_to_state, state_to_json

BUDGET = float(os.environ.get("ENGINE_BENCH_SECONDS", "2"))


def without_sleep(runtime):
    """The reference waits a millisecond after each event; measured with and without it."""

    class Impatient:
        def __getattr__(self, name):
            return getattr(asyncio, name)

        async def sleep(self, _seconds):
            await asyncio.sleep(0)

    runtime_module.asyncio = Impatient() if runtime else asyncio


@action(name="AddAction")
async def add(a, b):
    return a + b


@action(name="CheckFlowDefinedAction", is_system_action=True)
async def check_flow_defined(state, flow_id):
    """The same as in its LLMRails, which would need a model."""
    return flow_id in state.flow_configs


def load(source):
    config = RailsConfig.from_content(colang_content=source, yaml_content='colang_version: "2.x"\n')
    runtime = RuntimeV2_x(config)
    runtime.max_events = 1_000_000
    runtime.register_action(add, "AddAction")
    runtime.register_action(check_flow_defined, "CheckFlowDefinedAction")
    return runtime


async def start(runtime, setup):
    _, state = await runtime.process_events([], None)
    for events in setup:
        _, state = await runtime.process_events(copy.deepcopy(events), state)
    return state


def answers(outputs):
    """The front end's reply: the actions have finished."""
    return [
        {"type": f"{event['type'][5:]}Finished", "action_uid": event["action_uid"], "is_success": True}
        for event in outputs
        if event["type"].startswith("Start") and event["type"].endswith("Action")
    ]


async def turn(runtime, state, events):
    outputs, state = await runtime.process_events([dict(event) for event in events], state)
    finished = answers(outputs)
    if finished:
        _, state = await runtime.process_events(finished, state)
    return len(outputs), state


def report(name, figure, value):
    print(json.dumps({"name": name, "figure": figure, "value": value}), flush=True)


async def timed(once):
    """Median time of one step: steps are repeated until the budget is used; at least one."""
    times, until = [], time.perf_counter() + BUDGET
    while not times or time.perf_counter() < until:
        begin = time.perf_counter_ns()
        await once()
        times.append(time.perf_counter_ns() - begin)
    return statistics.median(times)


async def turns(case):
    runtime = load(case["source"])
    state = await start(runtime, case["setup"])
    events = itertools.cycle(case["turns"])

    async def once():
        nonlocal state
        count, state = await turn(runtime, state, next(events))
        assert count == case["outputs"], f"{case['name']}: {count} outputs, not {case['outputs']}"

    await once()
    return await timed(once)


async def run_turn(case):
    report(case["name"], "turn", await turns(case))
    without_sleep(True)
    report(case["name"], "turn without the sleep", await turns(case))
    without_sleep(False)


async def run_load(case):
    async def once():
        load(case["source"])

    report(case["name"], "load", await timed(once))


async def run_state(case):
    runtime = load(case["source"])
    state = await start(runtime, case["setup"])
    saved = state_to_json(state)
    report(case["name"], "saved bytes", len(saved))
    steps = {
        "clone": lambda: copy.deepcopy(state),
        "save": lambda: state_to_json(state),
        "resume": lambda: json_to_state(saved),
    }
    for figure, step in steps.items():

        async def once(step=step):
            step()

        report(case["name"], figure, await timed(once))


async def run_memory(case):
    runtime = load(case["source"])
    states = [await start(runtime, case["setup"]) for _ in range(5)]
    tracemalloc.start()
    count = 50
    for _ in range(count):
        states.append(await start(runtime, case["setup"]))
    gc.collect()
    report(case["name"], "bytes in memory", tracemalloc.get_traced_memory()[0] / count)
    tracemalloc.stop()
    report(case["name"], "saved bytes", len(state_to_json(states[0])))


async def main(path):
    runs = {"turn": run_turn, "load": run_load, "state": run_state, "memory": run_memory}
    with open(path, encoding="utf-8") as file:
        cases = json.load(file)
    for case in cases:
        if case["reference"]:
            await runs[case["kind"]](case)


asyncio.run(main(sys.argv[1]))
