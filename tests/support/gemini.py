"""Gemini as its clients see it: streams answers phrase by phrase, and misbehaves when asked to.

    gemini = await Gemini().start()          # models, the key it wants
    gemini.answer = Answer(words=("It is", " nine."))           # what everybody gets ...
    gemini.answers = [Answer(status=500)]                       # ... once these have been given
    call = await gemini.next_prompt()        # the next request nobody has taken: call.body, call.headers, call.gone
"""

import asyncio
import enum
import json
from dataclasses import dataclass

from aiohttp import web

from .simulator import Simulator, either, faithful_json

KEY = "AIza-simulated"
SIGNATURE = "c2lnbmF0dXJl"


class Ending(enum.Enum):
    STOP = "the last words come with finishReason and usage"
    LENGTH = "the answer's room is used up"
    SAFETY = "it would not go on"
    BLOCKED = "the prompt itself is refused; no candidate at all"
    FUMBLES = "a call of a function that makes no sense"
    BREAKS_OFF = "the connection ends in the middle"
    ENDS_EARLY = "the body ends, without finishReason"
    ERROR_EVENT = "an error event after the words"
    GARBAGE = "an event that is no JSON"
    STALLS = "nothing more comes, and the connection stays"


@dataclass
class Answer:
    words: tuple = ("Hello there", ".")
    ending: Ending = Ending.STOP
    status: int = 200  # anything else: an error instead of words
    error: str = "An internal error has occurred."
    retry_after: str = None
    # After so many phrases it waits until the test sets `resume`.
    pause_after: int = None
    resume: asyncio.Event = None
    thoughts: tuple = ()  # before the words
    calls: tuple = ()  # of functions: (name, arguments), behind the words


class Gemini(Simulator):
    def __init__(self, models=("gemini-2.5-flash",), key=KEY, thinks=True):
        super().__init__()
        self.models = models
        self.key = key
        self.thinks = thinks  # False: refuses to be told about thinking
        self.answer = Answer()
        self.answers = []

    @property
    def base_url(self):
        return self.url + "/v1beta"

    def routes(self):
        return [
            ("GET", "/v1beta/models/{model}", self._model),
            ("POST", "/v1beta/models/{model}:streamGenerateContent", self._generate),
        ]

    async def next_prompt(self):
        """The next call for an answer."""
        return await self.next_call(*[f"/v1beta/models/{name}:streamGenerateContent" for name in self.models])

    # --- what it answers ---

    @staticmethod
    def _error(message, status, word, headers=None):
        response = faithful_json({"error": {"code": status, "message": message, "status": word}}, status)
        response.headers.update(headers or {})
        return response

    def _refusal(self, request, call):
        if call.headers.get("x-goog-api-key") != self.key:
            return self._error("API key not valid. Please pass a valid API key.", 400, "INVALID_ARGUMENT")
        if request.match_info["model"] not in self.models:
            return self._error("models/x is not found for API version v1beta", 404, "NOT_FOUND")
        return None

    async def _model(self, request, call):
        if (refusal := self._refusal(request, call)) is not None:
            return refusal
        name = request.match_info["model"]
        return faithful_json({"name": f"models/{name}", "supportedGenerationMethods": ["generateContent"]})

    async def _generate(self, request, call):
        if (refusal := self._refusal(request, call)) is not None:
            return refusal
        if request.query.get("alt") != "sse":
            return self._error("this simulator streams events only", 400, "INVALID_ARGUMENT")
        if fault := fault_in(call.body):
            return self._error(fault, 400, "INVALID_ARGUMENT")
        if not self.thinks and "thinkingConfig" in call.body.get("generationConfig", {}):
            return self._error("Thinking is not enabled for this model", 400, "INVALID_ARGUMENT")
        answer = self.answers.pop(0) if self.answers else self.answer
        if answer.status != 200:
            word = {429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}.get(answer.status, "INTERNAL")
            headers = {"Retry-After": answer.retry_after} if answer.retry_after is not None else {}
            return self._error(answer.error, answer.status, word, headers)
        return await self._stream(request, call, answer)

    async def _stream(self, request, call, answer):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        response.enable_chunked_encoding()
        await response.prepare(request)

        async def send(event):
            if call.gone.is_set():
                raise ConnectionResetError("the caller has gone")
            text = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
            await response.write(f"data: {text}\r\n\r\n".encode())

        def candidate(parts, finish=None):
            content = {"content": {"role": "model", "parts": parts}} if parts else {}
            reason = {"finishReason": finish} if finish else {}
            return {"candidates": [{**content, **reason, "index": 0}], "modelVersion": request.match_info["model"]}

        if answer.ending is Ending.BLOCKED:
            await send({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {}})
            await response.write_eof()
            return response
        for thought in answer.thoughts:
            await send(candidate([{"text": thought, "thought": True}]))
        for count, words in enumerate(answer.words):
            if count == answer.pause_after:
                await either(answer.resume, call.gone)
            await send(candidate([{"text": words}]))
        if answer.calls:
            parts = [{"functionCall": {"name": name, "args": arguments}} for name, arguments in answer.calls]
            parts[0]["thoughtSignature"] = SIGNATURE
            await send(candidate(parts))

        finish = {Ending.STOP: "STOP", Ending.LENGTH: "MAX_TOKENS", Ending.SAFETY: "SAFETY",
                  Ending.FUMBLES: "MALFORMED_FUNCTION_CALL"}.get(answer.ending)  # fmt: skip
        if finish:
            usage = {"promptTokenCount": 9, "candidatesTokenCount": 4, "thoughtsTokenCount": 0, "totalTokenCount": 13}
            await send({**candidate([], finish), "usageMetadata": usage})
        elif answer.ending is Ending.ERROR_EVENT:
            await send({"error": {"code": 500, "message": answer.error, "status": "INTERNAL"}})
        elif answer.ending is Ending.GARBAGE:
            await send("<html>Bad Gateway</html>")
        elif answer.ending is Ending.STALLS:
            await call.gone.wait()
        elif answer.ending is Ending.BREAKS_OFF:
            request.transport.close()
            raise ConnectionResetError("broken off on purpose")
        await response.write_eof()
        return response


def fault_in(body):
    """Gemini's rules for a history, as far as they bite."""
    contents = body.get("contents") if isinstance(body, dict) else None
    if not contents:
        return "contents is not specified"
    roles = [content.get("role") for content in contents]
    if roles[0] != "user" or roles[-1] != "user" or any(a == b for a, b in zip(roles, roles[1:])):
        return "Please ensure that multiturn requests alternate between user and model."
    for before, after in zip(contents, contents[1:]):
        calls = [part["functionCall"] for part in before["parts"] if "functionCall" in part]
        answers = [part["functionResponse"] for part in after["parts"] if "functionResponse" in part]
        if [call["name"] for call in calls] != [answer["name"] for answer in answers]:
            return "the number of function response parts is not equal to that of function call parts."
        if calls and not any(part.get("thoughtSignature") == SIGNATURE for part in before["parts"]):
            return "Function call is missing a thought_signature."
    return None
