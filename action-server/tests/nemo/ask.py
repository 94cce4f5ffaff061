"""Asks two bots of nemoguardrails, one of Colang 2 and one of Colang 1, whose actions run on the server given.

    ask.py http://127.0.0.1:PORT

Prints one JSON object: what each bot answered.
"""
import json
import sys

from nemoguardrails import LLMRails, RailsConfig

COLANG_2 = """
import core

flow main
  activate answering

@active
flow answering
  when user said "sum"
    $sum = await AddAction(a=20, b=22)
    bot say "The sum is {$sum}."
  or when user said "parcel"
    $parcel = await FindParcelAction(number=17)
    bot say "It is in {$parcel.city}, {$parcel.open}."
  or when user said "alias"
    $sum = await AddAction(a=1)
    bot say "One more is {$sum}."
  or when user said "fail"
    $result = await CloseShopAction()
    bot say "The result is {$result}."
"""

COLANG_1 = """
define flow add up
  $sum = execute add(a=20, b=22)
  $parcel = execute find_parcel(number=17)
  bot tell the sum
  stop

define bot tell the sum
  "The sum is {{ sum }}, in {{ parcel.city }}."
"""


def never(name):
    """A local action of that name: the reference asks a server only for actions that it has itself."""

    async def here(**_):
        raise AssertionError(f"{name} ran in Python")

    return here


def bot(colang, url, version, rails=""):
    yaml = f'colang_version: "{version}"\nactions_server_url: {url}\nmodels: []\n{rails}'
    bot = LLMRails(RailsConfig.from_content(colang_content=colang, yaml_content=yaml))
    for name in ("AddAction", "FindParcelAction", "CloseShopAction", "add", "find_parcel"):
        bot.register_action(never(name), name=name)
    return bot


def ask(bot, text):
    return bot.generate(messages=[{"role": "user", "content": text}])["content"]


def main():
    url = sys.argv[1]
    second = lambda text: ask(bot(COLANG_2, url, "2.x"), text)
    first = bot(COLANG_1, url, "1.0", "rails:\n  input:\n    flows:\n      - add up\n")
    print(
        json.dumps(
            {
                "sum": second("sum"),
                "parcel": second("parcel"),
                "alias": second("alias"),
                "fail": second("fail"),
                "colang 1": ask(first, "hi"),
            }
        )
    )


if __name__ == "__main__":
    main()
