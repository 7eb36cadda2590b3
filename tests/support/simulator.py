"""A model server made of aiohttp, on a loopback port of its own, that remembers who asked what."""

import asyncio
import json
from dataclasses import dataclass, field

from aiohttp import web

from .waiting import within


@dataclass
class Call:
    """One request that has arrived. `gone` is set when the caller has closed its connection."""

    method: str
    path: str
    headers: dict
    body: object
    gone: asyncio.Event
    answered: asyncio.Event = field(default_factory=asyncio.Event)  # to the last byte
    taken: bool = False  # by a test
    query: dict = field(default_factory=dict)


class _Watched(asyncio.Protocol):
    """Stands before aiohttp's own protocol to notice the end of a connection, which aiohttp 3.8 tells
    a handler only when it writes."""

    def __init__(self, inner):
        self.inner = inner
        self.gone = asyncio.Event()

    def data_received(self, data):
        self.inner.data_received(data)

    def eof_received(self):
        self.gone.set()
        return self.inner.eof_received()

    def connection_lost(self, error):
        self.gone.set()
        self.inner.connection_lost(error)

    def pause_writing(self):
        self.inner.pause_writing()

    def resume_writing(self):
        self.inner.resume_writing()


def _watch(request):
    protocol = request.transport.get_protocol()
    if not isinstance(protocol, _Watched):
        protocol = _Watched(protocol)
        request.transport.set_protocol(protocol)
    return protocol.gone


class Simulator:
    """Subclasses say in `routes` what they answer; a handler gets the aiohttp request and its Call."""

    largest_body = 1 << 20  # bytes

    def __init__(self):
        self.calls = []
        self._arrival = asyncio.Condition()
        self._runner = None
        self.url = None

    def routes(self):
        raise NotImplementedError

    async def start(self, port=0):
        application = web.Application(client_max_size=self.largest_body)
        for method, path, handler in self.routes():
            application.router.add_route(method, path, self._remembering(handler))
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, shutdown_timeout=0.1)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self):
        await self._runner.cleanup()

    async def next_call(self, *paths):
        """The next call to one of these paths that no test has taken yet."""

        def untaken():
            return next((call for call in self.calls if call.path in paths and not call.taken), None)

        async with self._arrival:
            await within(self._arrival.wait_for(untaken), f"a call to {' or '.join(paths)}")
            call = untaken()
            call.taken = True
            return call

    def _remembering(self, handler):
        async def handle(request):
            text = (await request.read()).decode(errors="replace")
            try:
                body = json.loads(text) if text else None
            except ValueError:
                body = text
            call = Call(request.method, request.path, dict(request.headers), body, _watch(request))
            call.query = dict(request.query)
            async with self._arrival:
                self.calls.append(call)
                self._arrival.notify_all()
            try:
                response = await handler(request, call)
                call.answered.set()
                return response
            except ConnectionError:
                # The caller has gone; `gone` tells the test.
                return web.Response()

        return handle


async def either(*events):
    """Waits until one of the events is set; None counts as one that never is."""
    waits = [asyncio.ensure_future(event.wait()) for event in events if event is not None]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def faithful_json(value, status=200):
    return web.Response(status=status, text=json.dumps(value), content_type="application/json")
