#!/usr/bin/env python3
"""Adds the results of nemoguardrails 0.24.1 to filters.json, parsers.json and choice.json next to this file.

The inputs are in those files and are kept. Needs `pip install nemoguardrails==0.24.1`; the tests need no Python.
"""
import json
from pathlib import Path

from nemoguardrails import RailsConfig
from nemoguardrails.colang.v2_x.runtime.flows import InternalEvent, InternalEvents
from nemoguardrails.llm.prompts import _get_prompt
from nemoguardrails.llm.taskmanager import LLMTaskManager
from nemoguardrails.rails.llm.config import TaskPrompt

HERE = Path(__file__).resolve().parent
TASKS = LLMTaskManager(RailsConfig.from_content(colang_content="", yaml_content="models: []\n"))


def event(fields):
    """The form in the reference's history: the engine's own events are objects, all others dicts."""
    if fields["type"] not in InternalEvents.ALL:
        return fields
    arguments = {name: value for name, value in fields.items() if name != "type"}
    return InternalEvent(name=fields["type"], arguments=arguments)


def rendered(row):
    events = [event(fields) for fields in row["history"]]
    text = TASKS._render_string(row["template"], context=row["variables"], events=events)
    return row | {"expected": text}


def parsed(row):
    asked = {"parser": row["parser"], "answer": row["answer"]}
    try:
        return asked | {"value": TASKS.output_parsers[row["parser"]](row["answer"])}
    except ValueError:
        return asked | {"error": True}


def chosen(row):
    model = "/".join(row["model"]) if row["model"] else "unknown"
    prompts = [TaskPrompt(**prompt) for prompt in row["prompts"]]
    try:
        return row | {"expected": _get_prompt("t", model, row["mode"], prompts).content}
    except ValueError:
        return row | {"expected": None}


def record(name, answer, **how):
    rows = json.loads((HERE / name).read_text())
    text = json.dumps([answer(row) for row in rows], ensure_ascii=False, **how)
    (HERE / name).write_text(text)


record("filters.json", rendered, indent=0)
record("parsers.json", parsed, indent=0)
record("choice.json", chosen, separators=(",", ":"))
