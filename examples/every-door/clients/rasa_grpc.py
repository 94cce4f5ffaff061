"""Calls the action as Rasa does over gRPC, with the messages of rasa-sdk: rasa_grpc.py HOST:PORT."""

import sys

import grpc
from rasa_sdk.grpc_py import action_webhook_pb2, action_webhook_pb2_grpc

request = action_webhook_pb2.WebhookRequest(next_action="action_find_parcel", sender_id="me")
request.tracker.sender_id = "me"
request.tracker.slots.update({"number": 17})
with grpc.insecure_channel(sys.argv[1]) as channel:
    answer = action_webhook_pb2_grpc.ActionServiceStub(channel).Webhook(request)
print(answer.responses[0]["text"])
