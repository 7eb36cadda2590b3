"""Clients of the accounts API under /api/v1: the phone app without a log-in, and what the integration guide describes.

    app = VoiceAi(server)                                   # nobody in particular
    guide = await VoiceAi(server).register("ink@example.org")
    answer = await guide.say("Call Mom")                    # answer.status, answer.body, answer.headers
    async with guide.stream() as stream:                    # or app.stream(tts=1)
        await stream.say("Call Mom")
        frame = await stream.receive()
"""

import base64
import hashlib
import hmac
import itertools
import json
import random
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from .assistant import CUT_OFF, Closed
from .waiting import within

API = "/api/v1"
PASSWORD = "correct horse battery staple"

# Stands in what a model is asked behind conversations, about what was said in them.
AFTERTHOUGHT = "material to read"

# The identity of the published app: every copy of it says the same.
APP_USER = 1
APP_SESSION = "flutter-session"

_numbers = itertools.count(1)
_run = f"{random.SystemRandom().getrandbits(32):08x}"


def new_email(name="someone"):
    """An address that nobody has had before, in any database that a test may meet."""
    return f"{name}.{_run}.{next(_numbers)}@example.org"


def new_word(name):
    """A word that stands nowhere else, so that finding it somewhere proves where it came from."""
    return f"{name}{_run}x{next(_numbers)}"


@dataclass
class Answer:
    status: int
    headers: object
    text: str

    @property
    def body(self):
        return json.loads(self.text)

    def __repr__(self):
        return f"<{self.status} {self.text[:2000]}>"


class VoiceAi:
    """One person, or nobody in particular, at one server."""

    def __init__(self, server, token=None, email=None, password=PASSWORD, user_id=APP_USER):
        self.server = server
        self.token = token
        self.email = email
        self.password = password
        self.user_id = user_id  # what the client believes

    def at(self, server):
        """The same person at another server, or at the same one after a restart."""
        return VoiceAi(server, self.token, self.email, self.password, self.user_id)

    # --- HTTP ---

    async def ask(self, method, path, json=None, headers=None, token=..., **more):
        """One request with the token, if there is one; `path` is below /api/v1, or a whole URL."""
        token = self.token if token is ... else token
        headers = dict(headers or {})
        if token is not None:
            headers.setdefault("Authorization", f"Bearer {token}")
        url = self.server.url + API + path if isinstance(path, str) else path
        if json is not None:
            more["json"] = json
        async with self.server.http.request(method, url, headers=headers, allow_redirects=False, **more) as response:
            return Answer(response.status, response.headers, (await response.read()).decode())

    async def get(self, path, **more):
        return await self.ask("GET", path, **more)

    async def post(self, path, json=None, **more):
        return await self.ask("POST", path, json=json, **more)

    async def good(self, method, path, json=None, **more):
        """The body of an answer that has to be a good one."""
        answer = await self.ask(method, path, json=json, **more)
        assert answer.status in (200, 201, 204), f"{method} {path}: {answer}\n{self.server.log_text()[-4000:]}"
        return answer.body if answer.text else None

    # --- the published calls ---

    async def register(self, email=None, full_name="Some One"):
        self.email = email or self.email or new_email()
        fields = {"email": self.email, "password": self.password, "full_name": full_name}
        self.token = token_in(await self.post("/auth/register", fields, token=None))
        return self

    async def log_in(self):
        self.token = token_in(await self.ask_token(self.email, self.password))
        return self

    async def ask_token(self, username, password, **more):
        """The log-in form, as OAuth2 has it; whatever the answer is."""
        form = urlencode({"username": username, "password": password, **more})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.post("/auth/token", data=form, headers=kind, token=None)

    async def say(self, message, session=APP_SESSION, user_id=...):
        user_id = self.user_id if user_id is ... else user_id
        return await self.post("/chat/message", {"message": message, "session_id": session, "user_id": user_id})

    async def said(self, message, session=APP_SESSION):
        """What is answered to it; it has to be."""
        answer = await self.say(message, session)
        assert answer.status == 200, f"{answer}\n{self.server.log_text()[-4000:]}"
        assert set(answer.body) == {"response", "action"}, answer
        return answer.body

    async def search(self, query, user_id=...):
        user_id = self.user_id if user_id is ... else user_id
        return await self.post("/memory/search", {"user_id": user_id, "query": query})

    async def found(self, query):
        answer = await self.search(query)
        assert answer.status == 200, answer
        assert all(isinstance(text, str) for text in answer.body["results"]), answer
        return answer.body["results"]

    # --- the calls for an app's own screens ---

    async def know_oneself(self):
        """Who one is, which bodies have to say and neither registration nor log-in tells."""
        self.user_id = (await self.good("GET", "/account"))["id"]
        return self

    async def conversations(self, **query):
        """All pages."""
        return await self.pages("/history/conversations", "conversations", **query)

    async def messages(self, conversation):
        """All pages of what was said."""
        messages, after = [], 0
        while after is not None:
            path = f"/history/conversations/{conversation}"
            page = await self.good("GET", path, params={"after": after, "limit": 100})
            messages += page["messages"]
            assert page["next"] is None or page["next"] > after, page["next"]
            after = page["next"]
        return messages

    async def memories(self, **query):
        """All pages."""
        return await self.pages("/memory", "memories", **query)

    async def remember(self, text, **more):
        remembered = await self.good("POST", "/memory", {"text": text, **more})
        assert remembered["outcome"] in ("new", "known", "corrected"), remembered
        return remembered["memory"]

    async def pages(self, path, key, **query):
        found, query = [], {"limit": 100, **query}
        while True:
            page = await self.good("GET", path, params=query)
            assert len(page[key]) <= query["limit"]
            found += page[key]
            if page["next"] is None:
                return found
            query["before"] = page["next"]

    # --- the stream ---

    def stream(self, token=..., headers=None, **query):
        """`async with`. The token goes into the query, as a browser's has to."""
        token = self.token if token is ... else token
        if token is not None:
            query["token"] = token
        url = self.server.url.replace("http", "ws", 1) + API + "/ws/stream"
        return Stream(self.server.http, url + ("?" + urlencode(query) if query else ""), headers=headers)


def token_in(answer):
    """The access token of a good answer to a log-in or a registration."""
    assert answer.status == 200, answer
    assert answer.body["token_type"] == "bearer", answer
    assert answer.headers["Content-Type"].startswith("application/json")
    return answer.body["access_token"]


class Stream:
    """A socket of /ws/stream. What the app does with a frame is asserted of every frame that comes."""

    def __init__(self, http, url, **connecting):
        self._http = http
        self._url = url
        self._connecting = connecting
        self.socket = None

    async def __aenter__(self):
        connecting = self._http.ws_connect(self._url, max_msg_size=0, **self._connecting)
        self.socket = await within(connecting, "the stream's handshake")
        return self

    async def __aexit__(self, *_):
        await self.socket.close()

    # --- sending ---

    async def send(self, message):
        await self.socket.send_str(message if isinstance(message, str) else json.dumps(message))

    async def say(self, words):
        await self.send({"type": "text", "content": words})

    async def send_audio(self, data, **more):
        await self.send({"type": "audio", "content": base64.b64encode(data).decode(), **more})

    # --- receiving ---

    async def receive(self):
        """A dict, or Closed. The published app takes nothing else."""
        message = await within(self.socket.receive(), "a frame of the stream's")
        if message.type is aiohttp.WSMsgType.ERROR:
            return Closed(CUT_OFF)
        if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED):
            return Closed(self.socket.close_code)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        frame = json.loads(message.data)
        assert isinstance(frame, dict), frame
        return frame

    async def until(self, wanted):
        """Every frame up to and including the first that `wanted` is true of."""
        seen = []
        while True:
            frame = await self.receive()
            assert not isinstance(frame, Closed), f"{frame} after {seen}"
            seen.append(frame)
            if wanted(frame):
                return seen

    async def reply(self):
        """The frame that ends a turn, which has to come next."""
        frame = await self.receive()
        assert isinstance(frame, dict) and "message" in frame, frame
        return frame

    async def expect_quiet(self):
        """Nothing is on its way: the answer to something that is no JSON comes next."""
        await self.send("this is no JSON")
        assert await self.receive() == {"error": "Invalid JSON"}

    async def closing(self):
        """The code of the close that has to come, whatever else comes before."""
        while not isinstance(frame := await self.receive(), Closed):
            pass
        return frame.code


# --- tokens, taken apart and put together as somebody would who knows how they are made ---


def _encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def parts_of(token):
    """(header, claims, signature)"""
    header, claims, signature = token.split(".")
    return json.loads(_decoded(header)), json.loads(_decoded(claims)), _decoded(signature)


def signed(header, claims, secret, digest=hashlib.sha256):
    body = ".".join(_encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return body + "." + _encoded(hmac.new(secret.encode(), body.encode(), digest).digest())


def forged(token, secret, header=None, drop=(), **claims):
    """The token with other claims, signed with the right secret."""
    old_header, old_claims, _ = parts_of(token)
    kept = {name: value for name, value in old_claims.items() if name not in drop}
    return signed({**old_header, **(header or {})}, {**kept, **claims}, secret)
