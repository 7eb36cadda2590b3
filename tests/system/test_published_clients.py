"""The message sequences of the published clients of the push-to-talk protocol."""

import asyncio

from support.assistant import Closed
from support.sound import frames, speech_like, wav

WORDS = "what time is it"
REPLY = "It is half past nine. Shall I remind you?"


def assert_good(reply):
    assert reply.transcript == {"type": "stt", "text": WORDS}
    assert reply.start == {"type": "llm", "event": "start", "model": "scripted", "prompt": WORDS}
    assert len(reply.deltas) > 1
    assert reply.text == REPLY
    assert reply.last == {"type": "llm", "event": "end", "text": REPLY}


async def test_the_browser_page_takes_two_turns_on_one_socket(scripted):
    sound = frames(speech_like(1.5))
    async with scripted.assistant() as page:
        # It records before it says `start`: the first blocks come early and are thrown away.
        await page.send_recording(sound[:2])
        assert_good(await page.turn(sound))

        # A block that was on its way when the button was let go belongs to nothing yet.
        await page.send_recording(sound[-1:])
        assert_good(await page.turn(sound))


async def test_a_block_may_trail_in_behind_end(scripted):
    sound = frames(speech_like())
    async with scripted.assistant() as page:
        await page.act("start")
        await page.expect({"type": "ack", "event": "start"})
        total = await page.send_recording(sound)
        await page.act("end")
        await page.send_audio(sound[-1])

        messages = await page.until(lambda m: m.get("event") == "end" and m["type"] == "llm")
        assert messages[0] == {"type": "ack", "event": "end", "bytes": total}
        chunk = {"type": "audio", "event": "chunk", "bytes": len(sound[-1]), "total": len(sound[-1])}
        # Its count comes at once, wherever the reply has got to.
        rest = messages + ([] if chunk in messages else [await page.receive()])
        assert chunk in rest
        kinds = [m["type"] for m in rest if m != chunk]
        assert kinds[:2] == ["ack", "stt"] and set(kinds[2:]) == {"llm"}
        await page.expect_quiet()


async def test_the_bot_sends_all_at_once_and_leaves_after_the_transcript(scripted):
    recording = wav(speech_like())
    for _ in range(2):
        async with scripted.assistant() as bot:
            await bot.act("start")
            await bot.send_audio(recording)
            await bot.act("end")
            messages = await bot.until(lambda m: m["type"] == "stt")
        assert messages == [
            {"type": "ack", "event": "start"},
            {"type": "audio", "event": "chunk", "bytes": len(recording), "total": len(recording)},
            {"type": "ack", "event": "end", "bytes": len(recording)},
            {"type": "stt", "text": WORDS},
        ]


async def test_the_oldest_client_sends_sound_without_start(scripted):
    async with scripted.assistant() as client:
        total = await client.send_recording(frames(speech_like()))
        await client.act("end")
        reply = await client.reply()
        assert reply.end == {"type": "ack", "event": "end", "bytes": total}
        assert_good(reply)


async def test_end_empties_the_buffer(scripted):
    sound = frames(speech_like())
    async with scripted.assistant() as client:
        await client.send_recording(sound)
        await client.act("end")
        assert_good(await client.reply())
        await client.act("end")
        await client.expect({"type": "error", "message": "Audio too short: 0 bytes. Please speak longer."})


async def test_start_empties_the_buffer(scripted):
    sound = frames(speech_like())
    async with scripted.assistant() as client:
        await client.send_recording(sound)
        assert_good(await client.turn(sound))


async def test_a_client_may_close_at_any_moment(scripted):
    sound = frames(speech_like())
    for steps in range(4):
        async with scripted.assistant() as client:
            if steps > 0:
                await client.act("start")
            if steps > 1:
                await client.send_audio(sound[0])
            if steps > 2:
                await client.act("end")
    async with scripted.assistant() as client:
        assert_good(await client.turn(sound))


async def test_many_sockets_do_not_mix(scripted):
    """Each sends another length, and gets its own counts and its own answer."""
    async def visit(number):
        async with scripted.assistant() as client:
            reply = await client.turn(frames(speech_like(1.0), 1000 + 100 * number))
            assert_good(reply)

    await asyncio.gather(*(visit(number) for number in range(20)))


async def test_the_server_answers_a_close(scripted):
    async with scripted.assistant() as client:
        await client.socket.close(code=1000)
        assert await client.receive() == Closed(1000)
