"""Half a minute of music takes half a minute, so it has a file of its own, beside which others run."""

from support.call import Caller
from support.server import binary, environment
from support.sound import music, say, silence


async def test_half_a_minute_of_music_is_no_conversation(launch, tmp_path):
    question = say(binary(), environment(tmp_path), "what time is it")
    server = await launch({"STT_ENGINE": "pocketsphinx", "LLM_ROUTE": "rules", "TTS_ENGINE": "flite"})
    url = server.url.replace("http", "ws", 1) + "/api/media-stream?agent_id=repartee"
    async with Caller(server.http, url) as caller:
        await caller.event("start_media_streaming")
        await caller.speak(music(30.0))
        await caller.speak(silence(1.5))
        position = await caller.quiet_for(0.5)
        turns = sum(heard.kind == "user_text" for heard in caller.heard)
        assert turns <= 1, [heard.text for heard in caller.heard if heard.kind == "user_text"]
        await caller.speak(question + silence(1.0))
        assert (await caller.event("user_text", position)).text == "what time is it"
        await caller.event("sound", position)
