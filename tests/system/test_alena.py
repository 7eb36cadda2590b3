"""The controller route: one blocking call, one delta."""

import asyncio

from support.sound import frames, silence, speech_like
from support.waiting import within


def settings(controller):
    return {"LLM_ROUTE": "alena", "ALENA_CONTROLLER_URL": controller.url}


async def test_a_turn_is_one_call_and_one_delta(launch, controller):
    server = await launch(settings(controller))
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
    assert reply.start == {"type": "llm", "event": "start", "model": "alena-controller", "prompt": "what time is it"}
    assert reply.deltas == [controller.reply]
    assert reply.last == {"type": "llm", "event": "end", "text": controller.reply}
    call = await controller.next_call("/generate")
    assert call.body == {"prompt": "what time is it"}


async def test_an_empty_transcript_does_not_reach_the_controller(launch, controller):
    server = await launch(settings(controller))
    async with server.assistant() as client:
        reply = await client.turn(frames(silence(2)))
    assert reply.last == {"type": "llm", "event": "skipped"}
    assert not [call for call in controller.calls if call.path == "/generate"]


async def test_ollama_enabled_says_nothing_about_the_controller(launch, controller):
    server = await launch({**settings(controller), "OLLAMA_ENABLED": "false"})
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
    assert reply.text == controller.reply


async def test_a_controller_that_fails_is_reported(launch, controller):
    server = await launch(settings(controller))
    controller.status = 500
    async with server.assistant() as client:
        reply = await client.turn(frames(speech_like()))
        assert reply.deltas == []
        assert reply.last["event"] == "error"
        controller.status = 200
        assert (await client.turn(frames(speech_like()))).text == controller.reply


async def test_the_call_ends_when_the_client_leaves(launch, controller):
    server = await launch(settings(controller))
    controller.hold = asyncio.Event()
    async with server.assistant() as client:
        await client.send_recording(frames(speech_like()))
        await client.act("end")
        call = await controller.next_call("/generate")
    await within(call.gone.wait(), "the end of the controller's request")
