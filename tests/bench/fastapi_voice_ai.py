#!/usr/bin/python3
"""The accounts API as its original was built, for comparison: FastAPI on uvicorn, HS256 tokens, bcrypt, SQLite; a stub
in the model's place, which answers at once. Debian's packages python3-fastapi, python3-uvicorn, python3-jwt,
python3-bcrypt, python3-multipart; with python3-uvloop and python3-httptools uvicorn is at its fastest.

    tests/bench/fastapi_voice_ai.py --port 8100 --database /tmp/compared.db

What the bench asks of both servers is here in the same shapes: register, log in, talk, search memory, read history.
It is kinder to itself than the original: SQLite is asked directly and not through an object mapper, a commit is one
(the durability is the same as repartee's), and log-ins are hashed on threads.
"""

import argparse
import array
import datetime
import math
import sqlite3
import time
import uuid
import zlib
from typing import List, Optional

import bcrypt
import jwt
import uvicorn
from fastapi import Depends, FastAPI, Form, HTTPException
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel

SECRET_KEY = "a key for measuring, and for nothing else"
LIFETIME = datetime.timedelta(minutes=30)
API = "/api/v1"

TABLES = """
CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT UNIQUE NOT NULL, full_name TEXT NOT NULL,
    hashed_password TEXT NOT NULL, is_active INTEGER NOT NULL DEFAULT 1, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users,
    session_id TEXT NOT NULL, title TEXT NOT NULL, messages INTEGER NOT NULL, created_at REAL NOT NULL,
    updated_at REAL NOT NULL, UNIQUE (user_id, session_id));
CREATE TABLE IF NOT EXISTS messages (conversation TEXT NOT NULL REFERENCES conversations, position INTEGER NOT NULL,
    id TEXT NOT NULL, role TEXT NOT NULL, text TEXT NOT NULL, created_at REAL NOT NULL,
    PRIMARY KEY (conversation, position)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS memories (id TEXT PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, text TEXT NOT NULL,
    vector BLOB NOT NULL, created_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS memories_of ON memories (user_id);
"""

app = FastAPI(openapi_url=API + "/openapi.json")
bearer = OAuth2PasswordBearer(tokenUrl=API + "/auth/token")
database: sqlite3.Connection


class Registration(BaseModel):
    email: str
    password: str
    full_name: str


class Token(BaseModel):
    access_token: str
    token_type: str


class ChatMessage(BaseModel):
    message: str
    session_id: str
    user_id: int


class ChatReply(BaseModel):
    response: str
    action: Optional[dict] = None


class MemorySearch(BaseModel):
    user_id: int
    query: str


class MemoryResults(BaseModel):
    results: List[str]


class NewMemory(BaseModel):
    text: str


class Conversation(BaseModel):
    id: str
    session_id: str
    title: str
    messages: int
    created_at: datetime.datetime
    updated_at: datetime.datetime


class ConversationPage(BaseModel):
    conversations: List[Conversation]
    next: Optional[str] = None


class Message(BaseModel):
    id: str
    position: int
    role: str
    text: str
    action: Optional[dict] = None
    created_at: datetime.datetime


class ConversationWithMessages(BaseModel):
    conversation: Conversation
    messages: List[Message]
    next: Optional[int] = None


# --- who it is ---


def token_for(email):
    claims = {"sub": email, "exp": datetime.datetime.utcnow() + LIFETIME}
    return Token(access_token=jwt.encode(claims, SECRET_KEY, algorithm="HS256"), token_type="bearer")


async def current_user(token: str = Depends(bearer)):
    refusal = HTTPException(401, "Could not validate credentials", {"WWW-Authenticate": "Bearer"})
    try:
        email = jwt.decode(token, SECRET_KEY, algorithms=["HS256"]).get("sub")
    except jwt.InvalidTokenError:
        raise refusal from None
    row = database.execute("SELECT id, is_active FROM users WHERE email = ?", (email,)).fetchone()
    if row is None or not row[1]:
        raise refusal
    return row[0]


@app.post(API + "/auth/register", response_model=Token)
def register(registration: Registration):
    hashed = bcrypt.hashpw(registration.password.encode(), bcrypt.gensalt()).decode()
    try:
        with database:
            database.execute(
                "INSERT INTO users (email, full_name, hashed_password, created_at) VALUES (?, ?, ?, ?)",
                (registration.email, registration.full_name, hashed, time.time()),
            )
    except sqlite3.IntegrityError:
        raise HTTPException(400, "Email already registered") from None
    return token_for(registration.email)


@app.post(API + "/auth/token", response_model=Token)
def log_in(username: str = Form(), password: str = Form()):
    row = database.execute("SELECT hashed_password FROM users WHERE email = ?", (username,)).fetchone()
    if row is None or not bcrypt.checkpw(password.encode(), row[0].encode()):
        raise HTTPException(401, "Incorrect username or password", {"WWW-Authenticate": "Bearer"})
    return token_for(username)


@app.get(API + "/account")
async def account(user: int = Depends(current_user)):
    email, name = database.execute("SELECT email, full_name FROM users WHERE id = ?", (user,)).fetchone()
    return {"id": user, "email": email, "full_name": name}


# --- talking ---


def answer_to(context, words):
    """The stub of a model."""
    return words


@app.post(API + "/chat/message", response_model=ChatReply)
async def say(message: ChatMessage, user: int = Depends(current_user)):
    if message.user_id != user:
        raise HTTPException(403, "That is somebody else.")
    row = database.execute(
        "SELECT id, messages FROM conversations WHERE user_id = ? AND session_id = ?", (user, message.session_id)
    ).fetchone()
    conversation, count = row or (str(uuid.uuid4()), 0)
    context = database.execute(
        "SELECT role, text FROM messages WHERE conversation = ? ORDER BY position DESC LIMIT 10", (conversation,)
    ).fetchall()
    reply = answer_to(context, message.message)
    now = time.time()
    with database:
        if row is None:
            database.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, 2, ?, ?)",
                (conversation, user, message.session_id, message.message[:60], now, now),
            )
        else:
            database.execute(
                "UPDATE conversations SET messages = messages + 2, updated_at = ? WHERE id = ?", (now, conversation)
            )
        database.executemany(
            "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)",
            [
                (conversation, count + 1, str(uuid.uuid4()), "user", message.message, now),
                (conversation, count + 2, str(uuid.uuid4()), "assistant", reply, now),
            ],
        )
    return ChatReply(response=reply)


# --- history ---

COLUMNS = "id, session_id, title, messages, created_at, updated_at"


def conversation_of(row):
    return Conversation(**dict(zip(COLUMNS.split(", "), row)))


@app.get(API + "/history/conversations", response_model=ConversationPage)
async def conversations(limit: int = 50, user: int = Depends(current_user)):
    rows = database.execute(
        f"SELECT {COLUMNS} FROM conversations WHERE user_id = ? ORDER BY updated_at DESC, id LIMIT ?", (user, limit)
    )
    return ConversationPage(conversations=[conversation_of(row) for row in rows])


@app.get(API + "/history/conversations/{id}", response_model=ConversationWithMessages)
async def conversation(id: str, after: int = 0, limit: int = 100, user: int = Depends(current_user)):
    row = database.execute(f"SELECT {COLUMNS} FROM conversations WHERE id = ? AND user_id = ?", (id, user)).fetchone()
    if row is None:
        raise HTTPException(404, "Not Found")
    rows = database.execute(
        "SELECT id, position, role, text, created_at FROM messages WHERE conversation = ? AND position > ? "
        "ORDER BY position LIMIT ?",
        (id, after, limit),
    )
    names = ("id", "position", "role", "text", "created_at")
    messages = [Message(**dict(zip(names, row))) for row in rows]
    return ConversationWithMessages(conversation=conversation_of(row), messages=messages)


# --- memory ---


def embedded(text, dimension=384):
    """Hashed words, as a stand-in for a model of meaning."""
    vector = array.array("f", bytes(4 * dimension))
    for word in text.lower().split():
        vector[zlib.crc32(word.encode()) % dimension] += 1
    length = math.sqrt(sum(value * value for value in vector)) or 1
    return array.array("f", (value / length for value in vector))


@app.post(API + "/memory", status_code=201)
async def remember(memory: NewMemory, user: int = Depends(current_user)):
    row = (str(uuid.uuid4()), user, memory.text, embedded(memory.text).tobytes(), time.time())
    with database:
        database.execute("INSERT INTO memories VALUES (?, ?, ?, ?, ?)", row)
    return {"memory": {"id": row[0], "text": memory.text}, "outcome": "new"}


@app.post(API + "/memory/search", response_model=MemoryResults)
async def search(search: MemorySearch, user: int = Depends(current_user)):
    if search.user_id != user:
        raise HTTPException(403, "That is somebody else.")
    wanted = embedded(search.query)
    scored = []
    for text, raw in database.execute("SELECT text, vector FROM memories WHERE user_id = ?", (user,)):
        scored.append((sum(a * b for a, b in zip(wanted, array.array("f", raw))), text))
    best = sorted(scored, reverse=True)[:5]
    return MemoryResults(results=[text for score, text in best if score > 0.25])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    arguments = parser.parse_args()
    database = sqlite3.connect(arguments.database, check_same_thread=False)
    database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + TABLES)
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, access_log=False, log_level="warning")
