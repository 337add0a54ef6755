"""A hub of aiosignalr on the loopback address: `signal-r.py PORT`."""

import asyncio
import sys

from aiosignalr.server import Hub, ServerOptions, SignalRServer


class ChatHub(Hub):
    async def Add(self, a, b):
        return a + b

    async def Send(self, text):
        await self.clients.all_.send("Message", text)

    async def Fail(self):
        raise ValueError("not allowed")

    async def Echo(self, data):
        return data

    async def Never(self):
        await asyncio.sleep(3600)

    async def Counter(self, count):
        for n in range(count):
            yield n
            await asyncio.sleep(0.01)


async def main():
    options = ServerOptions(keep_alive_interval=0.3, maximum_parallel_invocations=4, enable_detailed_errors=True)
    await SignalRServer(ChatHub, options=options).serve("127.0.0.1", int(sys.argv[1]))
    await asyncio.Event().wait()


asyncio.run(main())
