"""Calls the action as a tool, with the mcp package: mcp_client.py URL."""

import asyncio
import sys

from mcp import Client


async def main():
    async with Client(sys.argv[1]) as client:
        found = await client.call_tool("find_parcel", {"number": 17})
        print(found.structured_content["result"])


asyncio.run(main())
