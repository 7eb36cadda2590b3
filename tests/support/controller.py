"""The "controller" behind LLM_ROUTE=alena: one blocking call for a whole reply."""

from .simulator import Simulator, either, faithful_json


class Controller(Simulator):
    def __init__(self):
        super().__init__()
        self.reply = "The controller says hello."
        self.status = 200
        # Set to an Event: the reply waits for it.
        self.hold = None

    def routes(self):
        return [("GET", "/health", self._health), ("POST", "/generate", self._generate)]

    async def _health(self, request, call):
        return faithful_json({"ok": True})

    async def _generate(self, request, call):
        body = call.body if isinstance(call.body, dict) else {}
        if not isinstance(body.get("prompt"), str) or not body["prompt"]:
            return faithful_json(
                {"detail": [{"type": "missing", "loc": ["body", "prompt"], "msg": "Field required", "input": None}]},
                422,
            )
        if self.hold is not None:
            await either(self.hold, call.gone)
        if self.status != 200:
            return faithful_json({"detail": "the controller has a bad day"}, self.status)
        return faithful_json({"response": self.reply})
