"""Ollama as its clients see it: streams answers word by word, and misbehaves when asked to."""

import asyncio
import enum
import json
from dataclasses import dataclass

from aiohttp import web

from .simulator import Simulator, either, faithful_json


class Ending(enum.Enum):
    DONE = "the last line says done"
    BREAKS_OFF = "the connection ends in the middle"
    ERROR_LINE = "an error line after the words"
    STALLS = "nothing more comes, and the connection stays"


@dataclass
class Answer:
    words: tuple = ("Hello", " there", ".")
    ending: Ending = Ending.DONE
    status: int = 200  # anything else: an error instead of words
    error: str = "llama runner process has terminated"
    # After so many words it waits until the test sets `resume`.
    pause_after: int = None
    resume: asyncio.Event = None
    thinking: str = ""


class Ollama(Simulator):
    def __init__(self, models=("llama3.1:latest",), supports_tools=True):
        super().__init__()
        self.models = models
        self.supports_tools = supports_tools
        self.answer = Answer()  # what everybody gets ...
        self.answers = []  # ... once these have been given
        # By words of the instructions: answers to questions that come beside the others, at any time.
        self.asides = {}

    def routes(self):
        return [
            ("GET", "/", self._root),  # aiohttp adds HEAD
            ("GET", "/api/version", self._version),
            ("GET", "/api/tags", self._tags),
            ("POST", "/api/chat", self._chat),
            ("POST", "/api/generate", self._generate),
        ]

    async def next_prompt(self):
        """The next call for an answer."""
        return await self.next_call("/api/chat", "/api/generate")

    async def _root(self, request, call):
        return web.Response(text="Ollama is running")

    async def _version(self, request, call):
        return faithful_json({"version": "0.11.4"})

    async def _tags(self, request, call):
        details = {
            "parent_model": "",
            "format": "gguf",
            "family": "llama",
            "families": ["llama"],
            "parameter_size": "8.0B",
            "quantization_level": "Q4_K_M",
        }
        return faithful_json(
            {
                "models": [
                    {
                        "name": name,
                        "model": name,
                        "modified_at": "2026-01-01T00:00:00Z",
                        "size": 4920753328,
                        "digest": "46e0c10c039e019119339687c3c1757cc81b9da49709a3b3924863ba87ca666e",
                        "details": details,
                    }
                    for name in self.models
                ]
            }
        )

    async def _chat(self, request, call):
        def message(text, **more):
            return {"message": {"role": "assistant", "content": text, **more}}

        return await self._respond(request, call, message, empty=not call.body.get("messages"))

    async def _generate(self, request, call):
        return await self._respond(
            request, call, lambda text, **more: {"response": text, **more}, empty=not call.body.get("prompt")
        )

    async def _respond(self, request, call, shape, empty):
        if not isinstance(call.body, dict) or not isinstance(call.body.get("model"), str):
            return faithful_json({"error": "model is required"}, 400)
        model = call.body["model"]
        if (model if ":" in model else model + ":latest") not in self.models:
            return faithful_json({"error": f"model '{model}' not found"}, 404)
        if call.body.get("tools") and not self.supports_tools:
            return faithful_json({"error": f"{model} does not support tools"}, 400)
        if empty:
            return faithful_json({**self._line(model), **shape(""), "done": True, "done_reason": "load"})

        instructions = str((call.body.get("messages") or [{}])[0].get("content"))
        aside = next((answer for words, answer in self.asides.items() if words in instructions), None)
        answer = aside or (self.answers.pop(0) if self.answers else self.answer)
        if answer.status != 200:
            return faithful_json({"error": answer.error}, answer.status)
        if call.body.get("stream", True):
            return await self._stream(request, call, answer, model, shape)
        whole = {**self._line(model), **shape("".join(answer.words)), **self._end()}
        return faithful_json(whole)

    async def _stream(self, request, call, answer, model, shape):
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        response.enable_chunked_encoding()
        await response.prepare(request)

        async def write(line):
            if call.gone.is_set():
                raise ConnectionResetError("the caller has gone")
            await response.write(json.dumps(line).encode() + b"\n")

        if answer.thinking:
            await write({**self._line(model), **shape("", thinking=answer.thinking), "done": False})
        for count, word in enumerate(answer.words):
            if count == answer.pause_after:
                await either(answer.resume, call.gone)
            await write({**self._line(model), **shape(word), "done": False})

        if answer.ending is Ending.DONE:
            await write({**self._line(model), **shape(""), **self._end()})
        elif answer.ending is Ending.ERROR_LINE:
            await write({"error": answer.error})
        elif answer.ending is Ending.STALLS:
            await call.gone.wait()
        else:
            request.transport.close()
            raise ConnectionResetError("broken off on purpose")
        await response.write_eof()
        return response

    @staticmethod
    def _line(model):
        return {"model": model, "created_at": "2026-01-01T00:00:00.123456789Z"}

    @staticmethod
    def _end():
        return {
            "done": True,
            "done_reason": "stop",
            "total_duration": 4883583458,
            "load_duration": 1334875,
            "prompt_eval_count": 26,
            "prompt_eval_duration": 342546000,
            "eval_count": 3,
            "eval_duration": 4535599000,
        }
