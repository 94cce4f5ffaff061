#!/usr/bin/env python3
"""Writes trackers.json, domains.json and dispatchers.json next to this file.

Random inputs with the results of rasa-sdk 3.21.1. Needs `pip install rasa-sdk==3.21.1`; the tests themselves need no
Python. The seed is fixed, so the inputs are always the same.
"""
import asyncio
import json
import random
import sys
import warnings
from pathlib import Path

from rasa_sdk import FormValidationAction, Tracker, ValidationAction
from rasa_sdk.executor import CollectingDispatcher

HERE = Path(__file__).resolve().parent
ACTIONS = ["action_listen", "action_greet", "action_ask"]
SLOTS = ["city", "age", "name"]
VALUES = [None, "Rome", 7, 1.5, True, [1, "x"], {"k": None}]
TYPES = ["user", "action", "slot", "bot", "restart", "undo"]


def event(r):
    kind = r.choices(
        ["action", "user", "slot", "bot", "undo", "rewind", "restart", "session_started", "my_custom"],
        [8, 5, 6, 3, 2, 2, 1, 1, 1],
    )[0]
    e = {"event": kind, "timestamp": r.choice([None, 1.5, 2, 1700000000.25])}
    if kind == "action":
        e["name"] = r.choice(ACTIONS)
    elif kind == "user":
        e["text"] = r.choice(["hi", "bye"])
        if r.random() < 0.7:
            e["input_channel"] = r.choice(["rest", "voice", None])
    elif kind == "slot":
        e |= {"name": r.choice(SLOTS), "value": r.choice(VALUES)}
    if r.random() < 0.1:
        del e["timestamp"]
    return e


def message(r):
    entities = [
        {"entity": r.choice(["city", "date"]), "value": r.choice(["Rome", "Oslo", 3, None])}
        | r.choice([{}, {"role": "from"}, {"role": None}, {"role": "to"}])
        | r.choice([{}, {"group": "1"}, {"group": 1}, {"group": None}])
        for _ in range(r.randrange(5))
    ]
    ranking = [{"name": n, "confidence": 0.5} for n in r.sample(["nlu_fallback", "greet", "bye"], r.randrange(4))]
    m = {"text": r.choice(["hello", "", None]), "entities": entities, "intent_ranking": ranking}
    for key in list(m):
        if r.random() < 0.15:
            del m[key]
    return r.choice([m, m, m, {}, None])


def state(r):
    length = r.choice([0, 1, 3, 8, 20, 40])
    events = [event(r) for _ in range(length)]
    events += [{"event": "slot", "name": r.choice(SLOTS), "value": r.choice(VALUES)} for _ in range(r.randrange(4))]
    s = {
        "sender_id": r.choice(["user-1", ""]),
        "slots": {name: r.choice(VALUES) for name in r.sample(SLOTS, r.randrange(4))},
        "latest_message": message(r),
        "events": events,
        "paused": r.choice([False, True]),
        "followup_action": r.choice([None, "action_follow"]),
        "active_loop": r.choice([{}, None, {"name": "f"}, {"name": None}, {"name": "should_not_be_set"}]),
        "active_form": r.choice([{"name": "old"}, None]),
        "latest_action_name": r.choice([None, "action_listen"]),
        "stack": r.choice([None, [], [{"frame_id": "F1"}]]),
        "user_id": r.choice([None, "u-9"]),
        "unknown": 1,
    }
    for key in list(s):
        if key != "sender_id" and r.random() < 0.12:
            del s[key]
    return s


def answers(r, s):
    t = Tracker.from_dict(json.loads(json.dumps(s)))
    last = []
    for kind in TYPES:
        for exclude in ([], ["action_listen"], ["action_listen", "action_ask"]) if kind == "action" else ([],):
            for skip in (0, 1, 2):
                found = t.get_last_event_for(kind, exclude, skip)
                last.append({"type": kind, "exclude": exclude, "skip": skip, "is": found})
    a = {
        "current_state": t.current_state(),
        "current_slot_values": t.current_slot_values(),
        "slots": {name: t.get_slot(name) for name in SLOTS},
        "entities": [
            {"type": e, "role": role, "group": group, "are": list(t.get_latest_entity_values(e, role, group))}
            for e in ("city", "date")
            for role in (None, "from")
            for group in (None, "1")
        ],
        "latest_input_channel": t.get_latest_input_channel(),
        "is_paused": t.is_paused(),
        "followup_action": t.followup_action,
        "idx_after_latest_restart": t.idx_after_latest_restart(),
        "events_after_latest_restart": t.events_after_latest_restart(),
        "active_loop_name": t.active_loop_name,
        "last_event_for": last,
        "last_executed_action_has": [
            {"name": n, "skip": k, "is": t.last_executed_action_has(n, k)} for n in ACTIONS for k in (0, 1, 2)
        ],
        "applied_events": t.applied_events(),
        "slots_to_validate": list(t.slots_to_validate().items()),
        "intent": t.get_intent_of_latest_message(),
        "intent_with_fallback": t.get_intent_of_latest_message(False),
    }
    a = json.loads(json.dumps(a))
    added = [event(r) for _ in range(4)] + [{"event": "slot", "name": "city", "value": "added"}]
    before = t.copy()
    t.add_slots(added)
    a["add_slots"] = {
        "events": added,
        "slots": t.slots,
        "history": t.events,
        "slots_to_validate": list(t.slots_to_validate().items()),
        "equals_copy": t == before,
    }
    return a


def domain(r):
    def mapping():
        m = {"type": "from_text"}
        if r.random() < 0.5:
            m["conditions"] = [
                r.choice([{"active_loop": "f"}, {"active_loop": None}, {"requested_slot": "x"}])
                for _ in range(r.randrange(3))
            ]
        return m

    slots = {
        name: r.choice([{"type": "text"}, {"mappings": None}, {"mappings": [mapping() for _ in range(r.randrange(3))]}])
        for name in SLOTS
    }
    form = r.choice([{}, {"required_slots": ["age", "city"]}, {"required_slots": []}, {"required_slots": {"age": []}}])
    return r.choice([{"slots": slots, "forms": {"f": form}}, {"slots": slots}, {}])


class Form(FormValidationAction):
    def name(self):
        return "validate_f"


class Global(ValidationAction):
    pass


BUTTONS = [{"title": "Yes", "payload": "/yes"}, {"title": "No"}]
ELEMENTS = [{"title": "Card", "buttons": BUTTONS}]


def content(r):
    kwargs = {}
    choices = {
        "text": ["a", "", None], "image": ["i.png", "", None], "attachment": ["a.pdf", "", None],
        "json_message": [{"k": 1}, {}, [1], [], None], "buttons": [BUTTONS, [], None], "elements": [ELEMENTS, [], None],
        "custom": [{"won": 1}, {}, None], "foo": ["bar", None, {"n": [1.0]}],
    }
    for key, values in choices.items():
        if r.random() < 0.3:
            kwargs[key] = r.choice(values)
    return kwargs


def program(r):
    ops = []
    for _ in range(r.choice([1, 2, 4, 8, 12])):
        op = r.choices(["utter", "start", "chunk", "end", "cancel"], [4, 2, 8, 3, 1])[0]
        kwargs = content(r) if op in ("utter", "chunk") else {}
        for key in ("template", "response"):
            if op == "utter" and r.random() < 0.3 or op == "chunk" and r.random() < 0.05:
                kwargs[key] = r.choice(["utter_x", "utter_y", "", None])
        ops.append([op, kwargs])
    return ops


async def run(ops, sink):
    d = CollectingDispatcher()
    events, refused = [], 0

    async def put(e):
        events.append(e | {"was_open": d.is_streaming_active})

    if sink:
        d._stream_sink = put
    for op, kwargs in ops:
        kwargs = json.loads(json.dumps(kwargs))
        if op == "utter":
            d.utter_message(**kwargs)
        elif op == "start":
            await d.stream_start()
        elif op == "end":
            await d.stream_end()
        elif op == "cancel":
            d.cancel_stream()
        else:
            try:
                await d.stream_chunk(**kwargs)
            except ValueError:
                refused += 1
    seen = {"said": list(d.messages), "active": d.is_streaming_active, "cancelled": d.is_streaming_cancelled}
    if d.is_streaming_active:
        await d.stream_end()
    return seen | {"refused": refused, "finished": d.messages, "events": events}


def write(name, rows):
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


def main():
    warnings.simplefilter("ignore")
    r = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 3211)
    states = [state(r) for _ in range(40)]
    write("trackers.json", [{"state": s, "answers": answers(r, s)} for s in states])
    domains = [domain(r) for _ in range(20)]
    write("domains.json", [
        {"domain": d, "global_slots": Global().global_slots(d), "required_slots": list(Form().domain_slots(d))}
        for d in domains
    ])
    programs = [program(r) for _ in range(60)]
    write("dispatchers.json", [
        {"ops": ops, "alone": asyncio.run(run(ops, False)), "with_sink": asyncio.run(run(ops, True))}
        for ops in programs
    ])


if __name__ == "__main__":
    main()
