"""The actions that `nemoguardrails actions-server` finds here, in its working folder."""
from nemoguardrails.actions import action


@action(name="FetchPriceAction")
async def fetch_price(article: str, __context__language: str = "none"):
    return f"{article} ({__context__language})"


@action()
def count_letters(word: str):
    """The server can only answer with strings, so this is an error of the server."""
    return len(word)


@action()
def close_shop():
    raise ValueError("the shop is closed")
