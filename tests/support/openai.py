"""A server that speaks OpenAI's chat language, as its clients see it: streams answers word by word, and
misbehaves when asked to.

    openai = await OpenAi().start()          # models, a key it wants (or none)
    openai.answer = Answer(words=("It", " is", " nine."))       # what everybody gets ...
    openai.answers = [Answer(status=500)]                       # ... once these have been given
    call = await openai.next_prompt()        # the next request nobody has taken: call.body, call.headers, call.gone
"""

import asyncio
import enum
import json
from dataclasses import dataclass

from aiohttp import web

from .simulator import Simulator, either, faithful_json


class Ending(enum.Enum):
    DONE = "finish_reason, usage and [DONE]"
    WITHOUT_DONE = "finish_reason and the end of the body"
    LENGTH = "the answer's room is used up"
    FILTER = "a filter stops it"
    BREAKS_OFF = "the connection ends in the middle"
    ENDS_EARLY = "the body ends, without finish_reason"
    ERROR_EVENT = "an error event after the words"
    GARBAGE = "an event that is no JSON"
    STALLS = "nothing more comes, and the connection stays"
    PINGS = "nothing more comes but comments"


@dataclass
class Answer:
    words: tuple = ("Hello", " there", ".")
    ending: Ending = Ending.DONE
    status: int = 200  # anything else: an error instead of words
    error: str = "The server had an error while processing your request."
    parameter: str = None  # that the error is about
    retry_after: str = None
    delay: float = 0.0  # seconds until the first word
    # After so many words it waits until the test sets `resume`.
    pause_after: int = None
    resume: asyncio.Event = None
    thoughts: tuple = ()  # before the words
    thoughts_key: str = "reasoning_content"
    calls: tuple = ()  # of tools: (name, arguments as JSON text), sent in pieces behind the words
    bytewise: bool = False  # every byte of the stream on its own


class OpenAi(Simulator):
    def __init__(self, models=("gpt-4o-mini",), key=None, refuses=()):
        super().__init__()
        self.models = models
        self.key = key
        self.refuses = refuses  # members of a request it does not know, as strict servers do
        self.answer = Answer()
        self.answers = []
        # By words of the instructions: answers to questions that come beside the others, at any time.
        self.asides = {}

    @property
    def base_url(self):
        return self.url + "/v1"

    def settings(self):
        """The environment of a server that asks this one."""
        return {
            "LLM_ROUTE": "openai",
            "OPENAI_API_KEY": self.key or "sk-simulated",
            "OPENAI_BASE_URL": self.base_url,
            "OPENAI_MODEL": self.models[0],
        }

    def routes(self):
        return [("GET", "/v1/models", self._models), ("POST", "/v1/chat/completions", self._chat)]

    async def next_prompt(self):
        """The next call for an answer."""
        return await self.next_call("/v1/chat/completions")

    # --- what it answers ---

    def _error(self, message, status, kind="invalid_request_error", code=None, parameter=None, headers=None):
        response = faithful_json(
            {"error": {"message": message, "type": kind, "param": parameter, "code": code}}, status
        )
        response.headers.update({"x-request-id": "req_1", **(headers or {})})
        return response

    def _stranger(self, call):
        if self.key is None or call.headers.get("Authorization") == f"Bearer {self.key}":
            return None
        sent = call.headers.get("Authorization", "")
        return self._error(f"Incorrect API key provided: {sent}.", 401, code="invalid_api_key")

    async def _models(self, request, call):
        if (refusal := self._stranger(call)) is not None:
            return refusal
        entries = [{"id": name, "object": "model", "created": 1, "owned_by": "simulator"} for name in self.models]
        return faithful_json({"object": "list", "data": entries})

    async def _chat(self, request, call):
        if (refusal := self._stranger(call)) is not None:
            return refusal
        if not isinstance(call.body, dict) or not call.body.get("messages"):
            return self._error("you must provide messages", 400)
        if call.body.get("model") not in self.models:
            return self._error(f"The model `{call.body.get('model')}` does not exist", 404, code="model_not_found")
        if fault := fault_in_history(call.body["messages"]):
            return self._error(fault, 400, parameter="messages")
        for member in self.refuses:
            if member in call.body:
                if member == "tools":
                    return self._error("this model does not support tools", 400, parameter=member)
                return self._error(f"Unrecognized request argument supplied: {member}", 400, parameter=member)

        instructions = str(call.body["messages"][0].get("content"))
        aside = next((answer for words, answer in self.asides.items() if words in instructions), None)
        answer = aside or (self.answers.pop(0) if self.answers else self.answer)
        if answer.status != 200:
            headers = {"Retry-After": answer.retry_after} if answer.retry_after is not None else {}
            return self._error(answer.error, answer.status, "server_error", None, answer.parameter, headers)
        if not call.body.get("stream"):
            message = {"role": "assistant", "content": "".join(answer.words)}
            return faithful_json(self._chunk([{"index": 0, "message": message, "finish_reason": "stop"}], call))
        return await self._stream(request, call, answer)

    def _chunk(self, choices, call, **more):
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1767225600,
            "model": call.body["model"],
            "system_fingerprint": None,
            "choices": choices,
            **more,
        }

    async def _stream(self, request, call, answer):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        response.enable_chunked_encoding()
        await response.prepare(request)

        async def write(data):
            if call.gone.is_set():
                raise ConnectionResetError("the caller has gone")
            raw = data.encode()
            for piece in ([raw[i : i + 1] for i in range(len(raw))] if answer.bytewise else [raw]):
                await response.write(piece)

        async def send(delta, finish=None):
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
            await write(f"data: {json.dumps(self._chunk([choice], call), ensure_ascii=False)}\n\n")

        if answer.delay:
            await asyncio.sleep(answer.delay)
        await write(": the stream begins\n\n")
        await send({"role": "assistant", "content": ""})
        for thought in answer.thoughts:
            await send({answer.thoughts_key: thought, "content": None})
        for count, word in enumerate(answer.words):
            if count == answer.pause_after:
                await either(answer.resume, call.gone)
            await send({"content": word})
        for index, (name, arguments) in enumerate(answer.calls):
            head = {"index": index, "id": f"call_{name}", "type": "function"}
            await send({"tool_calls": [{**head, "function": {"name": name, "arguments": ""}}]})
            for start in range(0, len(arguments), 5):
                piece = {"index": index, "function": {"arguments": arguments[start : start + 5]}}
                await send({"tool_calls": [piece]})
        await self._end(request, call, answer, write, send)
        await response.write_eof()
        return response

    async def _end(self, request, call, answer, write, send):
        ending = answer.ending
        if ending in (Ending.DONE, Ending.WITHOUT_DONE):
            await send({}, "tool_calls" if answer.calls else "stop")
        elif ending is Ending.LENGTH:
            await send({}, "length")
        elif ending is Ending.FILTER:
            await send({}, "content_filter")
        elif ending is Ending.ERROR_EVENT:
            await write(f"data: {json.dumps({'error': {'message': answer.error, 'type': 'server_error'}})}\n\n")
        elif ending is Ending.GARBAGE:
            await write("data: <html>Bad Gateway</html>\n\n")
        elif ending is Ending.STALLS:
            await call.gone.wait()
        elif ending is Ending.PINGS:
            while not call.gone.is_set():
                await write(": keep-alive\n\n")
                await asyncio.sleep(0.02)
        elif ending is Ending.BREAKS_OFF:
            request.transport.close()
            raise ConnectionResetError("broken off on purpose")
        if ending is Ending.DONE:
            usage = {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}
            await write(f"data: {json.dumps(self._chunk([], call, usage=usage))}\n\n")
            await write("data: [DONE]\n\n")


def fault_in_history(messages):
    """OpenAI's rule: behind each assistant's tool calls one answer for each, and none without its call."""
    waiting = set()
    for message in messages:
        if message["role"] == "tool":
            if message.get("tool_call_id") not in waiting:
                return "messages with role 'tool' must be a response to a preceding message with 'tool_calls'"
            waiting.discard(message["tool_call_id"])
            continue
        if waiting:
            return "An assistant message with 'tool_calls' must be followed by tool messages for each 'tool_call_id'"
        for asked in message.get("tool_calls") or []:
            if not isinstance(asked["function"]["arguments"], str):
                return "arguments must be a string"
            waiting.add(asked["id"])
    return "tool messages are missing at the end" if waiting else None
