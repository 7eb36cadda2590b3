"""An OpenAPI document, made use of: requests are made from it, and answers held against it."""

import jsonschema

from .voice_ai import API


class Description:
    def __init__(self, document):
        self.document = document
        self.schemas = document["components"]["schemas"]
        # [(method, path below /api/v1, operation)]. The `name` of an operation is its id without what generators need.
        self.operations = [
            (method.upper(), path.removeprefix(API), operation)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
            if method in ("get", "post", "put", "patch", "delete")
        ]
        for _, _, operation in self.operations:
            operation["name"] = operation["operationId"].partition("_api_v1_")[0]

    def followed(self, reference):
        found = self.document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        return found

    def references(self):
        """Every "$ref" of the document."""
        found, left = [], [self.document]
        while left:
            one = left.pop()
            if isinstance(one, dict):
                found += [one["$ref"]] if isinstance(one.get("$ref"), str) else []
                left += one.values()
            elif isinstance(one, list):
                left += one
        return found

    def resolved(self, schema):
        while "$ref" in schema:
            schema = self.followed(schema["$ref"])
        return schema

    # --- requests ---

    def body(self, operation, known):
        """A request body that passes, with everything in it that can be; `known`: values by the names of their fields."""
        content = operation.get("requestBody", {}).get("content")
        if not content:
            return {}
        media_type = next(iter(content))
        value = self.value(content[media_type]["schema"], known)
        return {"json": value} if media_type == "application/json" else {"data": value}

    def value(self, schema, known, name=None):
        schema = self.resolved(schema)
        if name in known:
            return known[name]
        if "anyOf" in schema:
            return self.value(schema["anyOf"][0], known)
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type")
        if kind == "object":
            fields = schema.get("properties", {})
            return {field: self.value(its_schema, known, field) for field, its_schema in fields.items()}
        if kind == "array":
            return [self.value(schema.get("items", {}), known)] if schema.get("minItems") else []
        if kind == "boolean":
            return True
        if kind in ("integer", "number"):
            return max(schema.get("minimum", 1), 1)
        return schema.get("default", "en" if name == "language" else "something")

    # --- answers ---

    def check(self, operation, answer, what):
        """An answer is one of those that are described, in its status and in its body."""
        described = operation["responses"].get(str(answer.status))
        assert described, f"{what}: nobody said that {answer.status} could come: {answer}"
        content = described.get("content")
        if not content:
            assert answer.text == "", f"{what}: no body was described: {answer}"
            return
        assert answer.headers["Content-Type"].split(";")[0] in content, f"{what}: {answer.headers}"
        schema = {**content["application/json"]["schema"], "components": self.document["components"]}
        fault = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(answer.body))
        assert fault is None, f"{what}: {fault.message} at {list(fault.absolute_path)}: {answer}"
