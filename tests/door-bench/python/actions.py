"""The action of the bench, for the actions server of nemoguardrails."""
from nemoguardrails.actions import action


@action(name="GreetAction")
async def greet(name: str):
    return f"Hello, {name}!"
