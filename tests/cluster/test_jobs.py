"""Recordings that are uploaded through HAProxy and asked for through HAProxy, while the nodes that work on them are killed and
lose their network: each that was taken ends well, and once."""

import asyncio

import aiohttp
from support.house import PARROT
from support.misty import form
from support.sound import speech_like, wav
from support.waiting import within

JOBS = 18
SPOKEN = wav(speech_like())


async def ask(cluster, method, path, **more):
    """The answer of whoever can answer; who cannot says when to come back."""
    while True:
        try:
            async with cluster.front.http.request(method, cluster.front.url + path, **more) as response:
                if response.status == 200:
                    return await response.json()
                if response.status == 503:
                    assert int(response.headers["Retry-After"]) > 0
                else:
                    assert response.status in (502, 504), (response.status, await response.text())
        except aiohttp.ClientError:
            pass
        if method == "POST":
            return None  # nobody knows whether it was taken
        await asyncio.sleep(0.1)


async def finished(cluster, job):
    while (body := await ask(cluster, "GET", f"/status/{job}"))["status"] not in ("done", "error"):
        await asyncio.sleep(0.1)
    return body


async def test_jobs_end_once_whatever_becomes_of_their_nodes(cluster):
    taken = await asyncio.gather(*(ask(cluster, "POST", "/stt", data=form(SPOKEN)) for _ in range(JOBS)))
    jobs = [body["job_id"] for body in taken]
    assert len(set(jobs)) == JOBS
    ending = [asyncio.ensure_future(finished(cluster, job)) for job in jobs]
    # Each node has two in hand, all others wait.
    await cluster.nodes[0].kill()
    cluster.nodes[1].host.cut()
    ended = await within(asyncio.gather(*ending), "the end of all jobs")
    for body in ended:
        assert (body["status"], body["text"]) == ("done", PARROT["SCRIPTED_STT_TEXT"]), body
        assert body["response"] == PARROT["SCRIPTED_STT_TEXT"]
    # The one without network had jobs, which others have done meanwhile.
    cluster.nodes[1].host.mend()
    await cluster.all_up()
    again = await asyncio.gather(*(ask(cluster, "GET", f"/status/{job}") for job in jobs))
    assert again == ended
    told = [event["job"] for node in cluster.nodes for event in node.events("job ended") if event["job"] in jobs]
    assert len(told) == len(set(told)), sorted(told)
    assert sum(len(node.events("job taken over")) for node in cluster.nodes) > 0
