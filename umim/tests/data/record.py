"""Records how nemoguardrails 0.24.1 completes events: `python record.py` in this folder writes the JSON files."""

import json
from datetime import datetime, timedelta, timezone

from nemoguardrails.utils import new_event_dict

ACTION = {"action_uid": "a1"}
TIME = "2020-01-01T00:00:00+00:00"

EVENTS = [
    ("UserSaid", {"text": "hi"}),
    ("UserSaid", {"z": 1, "a": None, "uid": "given", "source_uid": "me", "m": {"b": [1.5, True], "a": {}}}),
    ("UserSaid", {"event_created_at": TIME, "text": "hi", "action_uid": "x"}),
    ("LocalAsyncCounter", {"counter": 2}),
    ("StartUtteranceBotAction", {"script": "Hello"}),
    ("StartUtteranceBotAction", {"action_uid": "a1", "script": "Hello", "source_uid": "bot"}),
    ("StartUtteranceBotAction", {"script": "Hello", "action_info_modality_policy": "parallel"}),
    ("StartUtteranceBotAction", {"script": 5}),
    ("StartUtteranceBotAction", {}),
    ("StartCustomTestAction", {"value": 5, "$0": "x"}),
    ("StartCustomTestAction", {"action_uid": None}),
    ("StartCustomTestAction", {"uid": 7}),
    ("StartTimerBotAction", {"timer_name": "t", "duration": 1.5}),
    ("StartFacialGestureBotAction", {"facial_gesture": "smile"}),
    ("StartGestureBotAction", {"gesture": "wave"}),
    ("StartPostureBotAction", {"posture": "sitting"}),
    ("StartVisualChoiceSceneAction", {"options": ["a", "b"]}),
    ("StartVisualInformationSceneAction", {"title": "T"}),
    ("StartVisualFormSceneAction", {"prompt": "P"}),
    ("StartMotionEffectCameraAction", {"effect": "shake"}),
    ("StartShotCameraAction", {"shot": "full"}),
    ("ChangeUtteranceBotAction", {**ACTION, "intensity": 0.2}),
    ("ChangeUtteranceBotAction", {"intensity": 0.2}),
    ("StopGestureBotAction", ACTION),
    ("StopFacialGestureBotAction", ACTION),
    ("UtteranceBotActionStarted", ACTION),
    ("UtteranceBotActionStarted", {**ACTION, "action_started_at": TIME}),
    ("UtteranceBotActionScriptUpdated", {**ACTION, "interim_script": "He"}),
    ("UtteranceBotActionScriptUpdated", ACTION),
    ("UtteranceUserActionTranscriptUpdated", {**ACTION, "interim_transcript": "He"}),
    ("UtteranceUserActionTranscriptUpdated", {**ACTION, "interim_transcript": 5}),
    ("VisualChoiceSceneActionChoiceUpdated", {**ACTION, "current_choice": ["a"]}),
    ("UtteranceBotActionFinished", {**ACTION, "is_success": True, "final_script": "Hi", "failure_reason": "none"}),
    ("UtteranceBotActionFinished", {**ACTION, "is_success": True}),
    ("UtteranceUserActionFinished", {**ACTION, "final_transcript": "Hello", "is_success": True}),
    ("UtteranceUserActionFinished", {**ACTION, "is_success": True}),
    ("TimerBotActionFinished", {**ACTION, "is_success": False, "failure_reason": "broken"}),
    ("TimerBotActionFinished", {**ACTION, "is_success": False}),
    ("TimerBotActionFinished", {**ACTION, "is_success": "yes"}),
    ("TimerBotActionFinished", ACTION),
    ("CustomTestActionFinished", {**ACTION, "status": "success", "is_success": True, "return_value": 5, "events": []}),
    ("CustomTestActionFinished", {**ACTION, "action_finished_at": TIME, "is_success": True}),
]

MICROS = [
    0, 1, -1, 10, 999_999, 1_000_000, -62_135_596_800_000_000, -62_135_596_799_999_999, 253_402_207_200_999_999,
    951_782_399_999_999, 1_700_000_000_120_000, 4_102_444_800_000_000, -2_208_988_800_000_001, 1_330_473_600_000_000,
]


def stamped(name, fields):
    row = {"event": {"type": name, **fields}}
    try:
        return {**row, "stamped": new_event_dict(name, **fields)}
    except AssertionError as error:
        return {**row, "refused": str(error)}


def written(micros):
    time = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=micros)
    return {"micros": micros, "text": time.isoformat()}


def save(path, rows):
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]\n")


save("new_event_dict.json", [stamped(name, fields) for name, fields in EVENTS])
save("isoformat.json", [written(micros) for micros in MICROS])
