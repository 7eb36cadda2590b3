"""The clients of the robot's job API, each with its path, its pace and its patience.

    page = REACT_PAGE.on(server)
    shown = await page.ask(wav(speech_like()))    # what the page shows in the end
"""

import asyncio
import json
from dataclasses import dataclass, replace

import aiohttp

from .waiting import within

# The published order; a poller may miss some of it.
STATES = ["received", "transcribing", "thinking", "done"]

# Pollers run at a tenth of their interval, with as many attempts as they have.
PACE = 0.1


@dataclass(frozen=True)
class Shown:
    """What a page shows when it stops asking."""

    status: str  # "done", "error", or "gave up"
    text: str = None
    response: str = None
    seen: tuple = ()  # every status, repetitions left out


def form(content, name="file", file_name="recording.wav", content_type="audio/wav"):
    """An upload as the browser pages send it, whatever is really in it."""
    data = aiohttp.FormData()
    data.add_field(name, content, filename=file_name, content_type=content_type)
    return data


@dataclass(frozen=True)
class Poller:
    """Looks at `status` alone, as all of them do; reads JSON without looking at the HTTP code."""

    name: str
    upload_path: str
    interval: float  # seconds
    attempts: int = None  # None: for ever
    ends_on: tuple = ("done", "error")
    server: object = None

    def on(self, server):
        return replace(self, server=server)

    async def upload(self, content, **more):
        async with self.server.http.post(self.server.url + self.upload_path, data=form(content, **more)) as response:
            return await response.json(content_type=None)

    async def status(self, job_id):
        async with self.server.http.get(f"{self.server.url}/status/{job_id}") as response:
            return await response.json(content_type=None)

    async def poll(self, job_id):
        return await within(self._poll(job_id), f"the end of {self.name}'s polling")

    async def _poll(self, job_id):
        seen = []
        attempt = 0
        while self.attempts is None or attempt < self.attempts:
            attempt += 1
            body = await self.status(job_id)
            if not seen or seen[-1] != body.get("status"):
                seen.append(body.get("status"))
            if body.get("status") in self.ends_on:
                return Shown(body["status"], body["text"], body["response"], tuple(seen))
            await asyncio.sleep(self.interval * PACE)
        return Shown("gave up", seen=tuple(seen))

    async def ask(self, content, **more):
        """Uploads and polls. A page does not look whether it was given a job; it asks for `undefined`."""
        answer = await self.upload(content, **more)
        return await self.poll(answer.get("job_id", "undefined"))


README_CLIENT = Poller("the README's client", "/stt", 1.0)
REACT_PAGE = Poller("the React page", "/upload", 0.5, attempts=60)
PLAIN_PAGE = Poller("the plain page", "/upload", 0.5, attempts=120)
NEWER_PAGE = Poller("the newer page", "/upload", 1.0)
# It ignores `error`: only `done` ends it.
TEST_PAGE = Poller("the test page", "/upload", 2.0, ends_on=("done",))

POLLERS = [README_CLIENT, REACT_PAGE, PLAIN_PAGE, NEWER_PAGE, TEST_PAGE]


def in_order(seen):
    """Whether these statuses only ever go forward."""
    places = [(STATES + ["error"]).index(status) for status in seen]
    return places == sorted(set(places))


async def watch(server, job_id):
    """Every status of a job, asked for as fast as it goes, until its end; then the last body."""
    poller = replace(NEWER_PAGE, interval=0.02, server=server)
    shown = await poller.poll(job_id)
    return shown, await poller.status(job_id)


async def until_status(server, job_id, status):
    """Returns the body once the job has got there."""

    async def look():
        while True:
            body = await NEWER_PAGE.on(server).status(job_id)
            if body["status"] == status:
                return body
            assert body["status"] not in ("done", "error"), body
            await asyncio.sleep(0.002)

    return await within(look(), f"the status '{status}'")


async def act(server, message):
    """Status and body of an action; a dict is sent as JSON, text as it is."""
    data = message if isinstance(message, str) else json.dumps(message)
    async with server.http.post(
        server.url + "/action", data=data, headers={"Content-Type": "application/json"}
    ) as response:
        return response.status, await response.json()
