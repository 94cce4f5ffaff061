"""Holds the example `mcp-tools` against the `mcp` package: client.py PROGRAM. Prints a line for each way to call it."""

import asyncio
import subprocess
import sys

from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError

PROGRAM = sys.argv[1]


def same(found, expected):
    assert found == expected, f"expected {expected!r}, found {found!r}"


async def tools(client):
    listed = {tool.name: tool for tool in (await client.list_tools()).tools}
    same(sorted(listed), ["add_note", "delete_note", "find_notes", "read_aloud"])
    add = listed["add_note"]
    same(add.title, "Add a note")
    same(add.description, "Writes a note down, and tells its number.")
    same(add.input_schema["required"], ["text"])
    same(add.input_schema["properties"]["topic"]["enum"], ["home", "work", "other"])
    same(add.input_schema["properties"]["topic"]["default"], "other")
    same(add.annotations.destructive_hint, False)
    same(listed["find_notes"].annotations.read_only_hint, True)


async def calls(client):
    added = await client.call_tool("add_note", {"text": "Täglich 日本語 üben", "topic": "home"})
    same(added.is_error, False)
    same(added.structured_content, {"result": 1})
    found = await client.call_tool("find_notes", {"text": "täglich"})
    # The package has held this against the output schema.
    same(found.structured_content["result"][0]["text"], "Täglich 日本語 üben")
    same(found.structured_content["result"][0]["due"], None)


async def mistakes(client):
    wrong = await client.call_tool("add_note", {"text": "x", "reminder": {"day": 5}})
    same(wrong.is_error, True)
    assert "`reminder.day`" in wrong.content[0].text, wrong.content[0].text
    assert "These arguments fit:" in wrong.content[0].text, wrong.content[0].text
    empty = await client.call_tool("add_note", {"text": " "})
    same(empty.content[0].text, "there is nothing to remember in an empty note")
    try:
        await client.call_tool("add_notes", {})
        raise AssertionError("there is no such tool")
    except MCPError as error:
        assert "did you mean `add_note`?" in str(error), error


async def progress(client):
    heard = []

    async def hear(done, total, message):
        heard.append(message)

    read = await client.call_tool("read_aloud", {}, progress_callback=hear)
    same(heard, ["1. Täglich 日本語 üben\n"])
    same(read.content[0].text, "1. Täglich 日本語 üben\n")


async def at_once(client):
    results = await asyncio.gather(*(client.call_tool("find_notes", {}) for _ in range(20)))
    same({result.is_error for result in results}, {False})


async def large(client):
    text = "x" * 3_000_000
    added = await client.call_tool("add_note", {"text": text})
    found = await client.call_tool("find_notes", {"text": "xxxx"})
    same(len(found.structured_content["result"][0]["text"]), len(text))
    deleted = await client.call_tool("delete_note", {"number": added.structured_content["result"]})
    same((deleted.is_error, deleted.content), (False, []))


async def hold(way, server, mode):
    async with Client(server, mode=mode) as client:
        for part in (tools, calls, mistakes, progress, at_once, large):
            await part(client)
        print(f"{way}, {mode}: {client.protocol_version}", flush=True)


async def main():
    for mode in ("auto", "legacy", "2026-07-28"):
        await hold("stdio", StdioServerParameters(command=PROGRAM), mode)
    for mode in ("auto", "legacy", "2026-07-28"):
        command = [PROGRAM, "http", "127.0.0.1:0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                await hold("http", server.stdout.readline().strip(), mode)
            finally:
                server.kill()


asyncio.run(main())
