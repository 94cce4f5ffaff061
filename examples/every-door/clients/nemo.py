"""A bot of nemoguardrails whose action is on the server: nemo.py URL."""

import sys

from nemoguardrails import LLMRails, RailsConfig

COLANG = """
import core

flow main
  user said "Where is parcel 17?"
  $found = await FindParcelAction(number=17)
  bot say $found
"""


async def here(number):
    raise AssertionError("the reference asks a server only for actions that it has itself, and never runs them")


yaml = f'colang_version: "2.x"\nactions_server_url: {sys.argv[1]}\nmodels: []\n'
bot = LLMRails(RailsConfig.from_content(colang_content=COLANG, yaml_content=yaml))
bot.register_action(here, name="FindParcelAction")
print(bot.generate(messages=[{"role": "user", "content": "Where is parcel 17?"}])["content"])
