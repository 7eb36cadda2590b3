"""Milvus as its clients see it over REST v2: collections, entities, searching by cosine; and it misbehaves when asked to.

Written from the reference of the protocol, not tried against a genuine one. What it is strict about: bodies, data types,
dimensions, real booleans, `limit`; what is written is seen by nobody who does not ask for `Strong` consistency.

    milvus = await Milvus().start()
    milvus.throttle = 3                     # the next three calls are turned down
    milvus.entities("repartee_")            # of all collections whose name begins so

Programs in other languages set the same through POST /_control {"throttle": 3} and look through GET /_control.
"""

import asyncio
import json
import math
import re

from aiohttp import web

from .simulator import Simulator, faithful_json

BASE = "/v2/vectordb"
MOST = 16384  # limit + offset
DATA_TYPES = {
    "Bool", "Int8", "Int16", "Int32", "Int64", "Float", "Double", "VarChar", "JSON", "Array", "FloatVector", "Float16Vector",
    "BFloat16Vector", "BinaryVector", "SparseFloatVector", "Int8Vector",
}  # fmt: skip
LEVELS = {"Strong", "Session", "Bounded", "Eventually"}


class Refusal(Exception):
    def __init__(self, code, message, status=200):
        self.code = code
        self.message = message
        self.status = status


# --- the filter language, as much of it as anybody uses here ---

TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+)|(?P<template>\{\w+\})|(?P<word>\w+)
        |(?P<sign>==|!=|>=|<=|>|<|\[|\]|,|\(|\)))""",
    re.X | re.S,
)


def cannot_parse(text):
    return Refusal(1100, f"failed to create query plan: cannot parse expression: {text}")


def tokens_of(text):
    at = 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if not match:
            raise cannot_parse(text)
        at = match.end()
        yield match.lastgroup, match.group(match.lastgroup)
    yield "end", ""


class Condition:
    """`a == {x} and (b > "y" or c in ["z"])` as a function of an entity."""

    def __init__(self, text, values):
        self.text = text
        self.values = values
        self.tokens = list(tokens_of(text))
        self.holds = self.alternatives()
        if self.tokens[0][0] != "end":
            raise cannot_parse(text)

    def take(self, kind=None, value=None):
        token = self.tokens[0]
        if (kind and token[0] != kind) or (value and token[1] != value):
            raise cannot_parse(self.text)
        return self.tokens.pop(0)[1]

    def alternatives(self):
        parts = [self.conjunction()]
        while self.tokens[0] == ("word", "or"):
            self.take()
            parts.append(self.conjunction())
        return lambda entity: any(part(entity) for part in parts)

    def conjunction(self):
        parts = [self.comparison()]
        while self.tokens[0] == ("word", "and"):
            self.take()
            parts.append(self.comparison())
        return lambda entity: all(part(entity) for part in parts)

    def comparison(self):
        if self.tokens[0] == ("sign", "("):
            self.take()
            inner = self.alternatives()
            self.take("sign", ")")
            return inner
        field = self.take("word")
        sign = self.take()
        value = self.value()
        compare = {
            "==": lambda have: have == value,
            "!=": lambda have: have != value,
            ">": lambda have: have > value,
            ">=": lambda have: have >= value,
            "<": lambda have: have < value,
            "<=": lambda have: have <= value,
            "in": lambda have: have in value,
        }.get(sign)
        if compare is None:
            raise cannot_parse(self.text)
        return lambda entity: compare(entity[field])

    def value(self):
        kind, word = self.tokens[0]
        if kind == "template" and self.values is not None:
            self.take()
            if word[1:-1] not in self.values:
                raise Refusal(1100, f"the value of expression template variable name {word} is not found")
            return self.values[word[1:-1]]
        if kind == "text":
            # Its escapes are those of JSON, but for raw control characters.
            return json.loads(self.take(), strict=False)
        if kind == "number":
            return int(self.take())
        self.take("sign", "[")
        values = []
        while self.tokens[0] != ("sign", "]"):
            values.append(self.value())
            if self.tokens[0] == ("sign", ","):
                self.take()
        self.take()
        return values


def cosine(one, other):
    length = math.sqrt(sum(x * x for x in one)) * math.sqrt(sum(x * x for x in other))
    return sum(x * y for x, y in zip(one, other)) / length if length else 0.0


class Collection:
    def __init__(self, fields, indexes, level, dynamic):
        self.fields = fields  # by name: {"type", "parameters", "primary"}
        self.indexes = indexes
        self.level = level
        self.dynamic = dynamic
        self.state = "LoadStateNotLoad"
        self.looks_until_loaded = 0
        self.entities = []  # in the order of writing; `insert` may bring one key twice

    @property
    def key(self):
        return next(name for name, field in self.fields.items() if field["primary"])

    @property
    def vector(self):
        return next(name for name, field in self.fields.items() if field["type"] == "FloatVector")

    def dimension(self):
        return int(self.fields[self.vector]["parameters"]["dim"])

    def check(self, entity):
        for name, value in entity.items():
            if name not in self.fields:
                if not self.dynamic:
                    raise Refusal(1804, f"the field {name} is not in the schema, and dynamic fields are off")
                continue
            field = self.fields[name]
            kind = field["type"]
            if kind == "VarChar":
                if not isinstance(value, str):
                    raise Refusal(1804, f"{name} wants a text")
                if len(value.encode()) > int(field["parameters"]["max_length"]):
                    raise Refusal(1100, f"the length of {name} exceeds max_length")
            elif kind == "Int64" and (not isinstance(value, int) or isinstance(value, bool)):
                raise Refusal(1804, f"{name} wants a whole number")
            elif kind == "FloatVector":
                if not isinstance(value, list) or len(value) != self.dimension():
                    raise Refusal(1804, f"{name} wants {self.dimension()} numbers")
                if not all(isinstance(one, (int, float)) for one in value):
                    raise Refusal(1804, f"{name} wants numbers")
        for name in self.fields:
            if name not in entity:
                raise Refusal(1804, f"the field {name} is missing")


class Milvus(Simulator):
    largest_body = 64 << 20  # as its gateway

    def __init__(self, token=None):
        super().__init__()
        self.token = token
        self.collections = {}  # by (database, name)
        self.databases = {"default"}
        self.counts = {}  # of calls, by path
        self.reset()

    def reset(self):
        """As it is when all is well."""
        self.away = False  # connections are cut without an answer
        self.delay = 0.0  # seconds before any answer
        self.throttle = 0  # so many calls are refused: they are too many
        self.throttle_status = 200
        self.failures = []  # codes of the next answers
        self.success_code = 0  # 200 before 2.4
        self.templates = True  # exprParams, from 2.5
        self.numbers_as_text = False
        self.looks_until_loaded = 2
        self.refuse_token = False
        self.visibility_delay = True  # what is written last is seen by `Strong` alone

    def routes(self):
        return [
            ("GET", "/healthz", self._health),
            ("GET", "/_control", self._look),
            ("POST", "/_control", self._control),
            ("*", "/{path:.*}", self._call),
        ]

    def entities(self, beginning=""):
        return [
            entity
            for (_, name), collection in self.collections.items()
            if name.startswith(beginning)
            for entity in collection.entities
        ]

    # --- for tests ---

    async def _health(self, request, call):
        return web.Response(text="OK")

    async def _look(self, request, call):
        beginning = request.query.get("collections", "")
        return faithful_json(
            {
                "counts": self.counts,
                "collections": sorted(name for _, name in self.collections if name.startswith(beginning)),
                "keys": [entity["id"] for entity in self.entities(beginning) if not entity["id"].startswith("mark-")],
            }
        )

    async def _control(self, request, call):
        for name, value in call.body.items():
            if name == "reset":
                self.reset()
            elif name == "drop":
                self.collections = {key: one for key, one in self.collections.items() if not key[1].startswith(value)}
            elif name == "release":
                for (_, collection), one in self.collections.items():
                    if collection.startswith(value):
                        one.state = "LoadStateNotLoad"
            elif name == "create":  # somebody else's
                self.collections[("default", value["collectionName"])] = self.made_of(value)
            else:
                assert hasattr(self, name), name
                setattr(self, name, value)
        return faithful_json({})

    # --- calls ---

    async def _call(self, request, call):
        if self.away:
            request.transport.abort()
            raise ConnectionError
        if self.delay:
            await asyncio.sleep(self.delay)
        path = request.path[len(BASE) :] if request.path.startswith(BASE) else None
        handler = self.handlers().get(path) if request.method == "POST" else None
        if handler is None:
            return web.Response(status=404, text="404 page not found")
        self.counts[path] = self.counts.get(path, 0) + 1
        try:
            self.admit(call)
            body = call.body
            if not isinstance(body, dict):
                raise Refusal(1801, "can only accept json format request")
            if body.get("dbName", "default") not in self.databases:
                raise Refusal(800, "database not found")
            answer = handler(body)
        except Refusal as refusal:
            return faithful_json({"code": refusal.code, "message": refusal.message}, status=refusal.status)
        if self.numbers_as_text or call.headers.get("Accept-Type-Allow-Int64") == "false":
            answer = as_texts(answer)
        return faithful_json({"code": self.success_code, "cost": 0, **answer})

    def admit(self, call):
        if self.refuse_token or (self.token and call.headers.get("Authorization") != f"Bearer {self.token}"):
            raise Refusal(1800, "user hasn't authenticated", status=401)
        if self.throttle:
            self.throttle -= 1
            raise Refusal(8, "request is rejected by the rate limiter", status=self.throttle_status)
        if self.failures:
            raise Refusal(self.failures.pop(0), "as the test wants it")

    def handlers(self):
        return {
            "/collections/has": self.has,
            "/collections/list": self.list_all,
            "/collections/create": self.create,
            "/collections/describe": self.describe,
            "/collections/load": self.load,
            "/collections/release": self.release,
            "/collections/get_load_state": self.load_state,
            "/collections/drop": self.drop,
            "/entities/insert": self.insert,
            "/entities/upsert": self.upsert,
            "/entities/search": self.search,
            "/entities/query": self.query,
            "/entities/get": self.get,
            "/entities/delete": self.delete,
        }

    def name_in(self, body):
        if "collectionName" not in body:
            raise Refusal(1802, "missing required parameters: collectionName")
        return body.get("dbName", "default"), body["collectionName"]

    def collection(self, body, loaded=False):
        found = self.collections.get(self.name_in(body))
        if found is None:
            raise Refusal(100, f"collection not found[collection={body['collectionName']}]")
        if loaded and found.state == "LoadStateNotLoad":
            raise Refusal(101, "collection not loaded")
        if loaded and found.state == "LoadStateLoading":
            raise Refusal(103, "collection not fully loaded")
        return found

    def has(self, body):
        return {"data": {"has": self.name_in(body) in self.collections}}

    def list_all(self, body):
        database = body.get("dbName", "default")
        return {"data": [name for where, name in self.collections if where == database]}

    def made_of(self, body):
        schema = body["schema"]
        for flag in ("autoID", "enableDynamicField"):
            if not isinstance(schema.get(flag, False), bool):
                raise Refusal(1801, f"{flag} is no boolean")
        fields = {}
        for field in schema["fields"]:
            kind = field["dataType"]
            if kind not in DATA_TYPES:
                raise Refusal(1100, f"data type {kind} is invalid (case sensitive)")
            parameters = field.get("elementTypeParams", {})
            if kind == "VarChar" and not 1 <= int(parameters.get("max_length", 0)) <= 65535:
                raise Refusal(1100, "the maximum length specified for a VarChar should be in (0, 65535]")
            if kind == "FloatVector" and not 2 <= int(parameters.get("dim", 0)) <= 32768:
                raise Refusal(1100, "invalid dimension: should be in range 2 ~ 32768")
            fields[field["fieldName"]] = {
                "type": kind,
                "parameters": parameters,
                "primary": field.get("isPrimary", False) is True,
                "partition": field.get("isPartitionKey", False) is True,
            }
        if sum(field["primary"] for field in fields.values()) != 1:
            raise Refusal(1100, "primary key is not specified")
        level = body.get("params", {}).get("consistencyLevel", "Bounded")
        if level not in LEVELS:
            raise Refusal(1100, f"consistency level {level} is invalid")
        made = Collection(fields, body.get("indexParams", []), level, schema.get("enableDynamicField", False))
        if made.indexes:
            made.state = "LoadStateLoading"
            made.looks_until_loaded = self.looks_until_loaded
        return made

    def create(self, body):
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,254}", self.name_in(body)[1]):
            raise Refusal(1100, "Invalid collection name")
        if self.name_in(body) in self.collections:
            raise Refusal(65535, "create duplicate collection with different parameters")
        self.collections[self.name_in(body)] = self.made_of(body)
        return {"data": {}}

    def describe(self, body):
        one = self.collection(body)
        return {
            "data": {
                "collectionName": body["collectionName"],
                "fields": [
                    {
                        "name": name,
                        "type": field["type"],
                        "primaryKey": field["primary"],
                        "partitionKey": field["partition"],
                        "params": [{"key": key, "value": str(value)} for key, value in field["parameters"].items()],
                    }
                    for name, field in one.fields.items()
                ],
                "indexes": [
                    {
                        "fieldName": index["fieldName"],
                        "indexName": index.get("indexName", ""),
                        "metricType": index.get("metricType", "COSINE"),
                    }
                    for index in one.indexes
                ],
                "load": one.state,
                "enableDynamicField": one.dynamic,
                "consistencyLevel": one.level,
            }
        }

    def load(self, body):
        one = self.collection(body)
        if not one.indexes:
            raise Refusal(700, "index not found")
        if one.state == "LoadStateNotLoad":
            one.state = "LoadStateLoading"
            one.looks_until_loaded = self.looks_until_loaded
        return {"data": {}}

    def release(self, body):
        self.collection(body).state = "LoadStateNotLoad"
        return {"data": {}}

    def load_state(self, body):
        one = self.collections.get(self.name_in(body))
        if one is None:
            return {"data": {"loadState": "LoadStateNotExist"}}
        if one.state == "LoadStateLoading":
            if one.looks_until_loaded <= 0:
                one.state = "LoadStateLoaded"
            one.looks_until_loaded -= 1
        progress = 100 if one.state == "LoadStateLoaded" else 0
        return {"data": {"loadState": one.state, "loadProgress": progress}}

    def drop(self, body):
        self.collection(body)
        del self.collections[self.name_in(body)]
        return {"data": {}}

    # --- entities ---

    def brought(self, body, one):
        entities = body.get("data")
        if isinstance(entities, dict):
            entities = [entities]
        if not entities:
            raise Refusal(1802, "missing required parameters: data")
        for entity in entities:
            one.check(entity)
        return [dict(entity) for entity in entities]

    def insert(self, body):
        one = self.collection(body)
        entities = self.brought(body, one)
        one.entities += entities
        return {"data": {"insertCount": len(entities), "insertIds": [entity[one.key] for entity in entities]}}

    def upsert(self, body):
        one = self.collection(body)
        entities = self.brought(body, one)
        keys = {entity[one.key] for entity in entities}
        one.entities = [entity for entity in one.entities if entity[one.key] not in keys] + entities
        return {"data": {"upsertCount": len(entities), "upsertIds": [entity[one.key] for entity in entities]}}

    def seen(self, body, one):
        """Those that hold the filter, of those that such a reader sees."""
        level = body.get("consistencyLevel", one.level)
        if level not in LEVELS:
            raise Refusal(1100, f"consistency level {level} is invalid")
        if self.visibility_delay and level != "Strong":
            return []
        text = body.get("filter", "")
        if not text:
            return one.entities
        holds = Condition(text, body.get("exprParams", {}) if self.templates else None).holds
        return [entity for entity in one.entities if holds(entity)]

    def bounds(self, body):
        limit, offset = body.get("limit", 100), body.get("offset", 0)
        if limit < 1 or limit + offset > MOST:
            raise Refusal(65535, f"invalid max query result window, (offset+limit) should be in range [1, {MOST}]")
        return slice(offset, offset + limit)

    def fields_of(self, body, one, entity):
        wanted = [one.key, *body.get("outputFields", [])]
        return {name: entity[name] for name in entity if name in wanted}

    def search(self, body):
        one = self.collection(body, loaded=True)
        vectors = body.get("data")
        if not vectors or not isinstance(vectors[0], list):
            raise Refusal(1802, "missing required parameters: data")
        if body.get("annsField") not in one.fields:
            raise Refusal(1700, "field not found")
        parameters = body.get("searchParams", {})
        if parameters.get("metricType", "COSINE") != "COSINE":
            raise Refusal(1100, "metric type not match: expected=COSINE")
        bounds = self.bounds(body)
        if parameters.get("params", {}).get("ef", MOST) < bounds.stop:
            raise Refusal(65535, "ef should be larger than k")
        candidates = self.seen(body, one)
        data, topks = [], []
        for vector in vectors:
            if len(vector) != one.dimension():
                raise Refusal(1100, f"vector dimension mismatch, expected {one.dimension()}, got {len(vector)}")
            scored = [(cosine(vector, entity[one.vector]), entity) for entity in candidates]
            scored.sort(key=lambda pair: -pair[0])
            found = scored[bounds]
            data += [{"distance": score, **self.fields_of(body, one, entity)} for score, entity in found]
            topks.append(len(found))
        return {"data": data, "topks": topks}

    def query(self, body):
        one = self.collection(body, loaded=True)
        entities = sorted(self.seen(body, one), key=lambda entity: entity[one.key])
        return {"data": [self.fields_of(body, one, entity) for entity in entities[self.bounds(body)]]}

    def get(self, body):
        one = self.collection(body, loaded=True)
        keys = body.get("id")
        keys = keys if isinstance(keys, list) else [keys]
        return {"data": [self.fields_of(body, one, entity) for entity in one.entities if entity[one.key] in keys]}

    def delete(self, body):
        one = self.collection(body, loaded=True)
        if not body.get("filter"):
            raise Refusal(1802, "missing required parameters: filter")
        gone = {id(entity) for entity in self.seen({**body, "consistencyLevel": "Strong"}, one)}
        one.entities = [entity for entity in one.entities if id(entity) not in gone]
        return {"data": {}}


def as_texts(value):
    """64-bit numbers as texts, as for clients that cannot hold them."""
    if isinstance(value, dict):
        return {
            name: str(one) if name in ("revision", "created_at") and isinstance(one, int) else as_texts(one)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [as_texts(one) for one in value]
    return value
