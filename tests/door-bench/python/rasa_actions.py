"""The actions of the bench, for rasa-sdk."""
from rasa_sdk import Action


class Greet(Action):
    def name(self):
        return "greet"

    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=f"Hello, {tracker.get_slot('name')}!")
        return []


class Stream(Action):
    def name(self):
        return "stream"

    async def run(self, dispatcher, tracker, domain):
        await dispatcher.stream_start()
        for place in range(5):
            await dispatcher.stream_chunk(text=f"word {place} ")
        await dispatcher.stream_end()
        return []
